//! 早调度: late, about to be late, who carries it, what changed since yesterday.

use std::collections::HashMap;

use db::Conn;
use kernel::{Day, Id, Listing, Page, RegionCode, Result};

use super::{
    figures::{InTime, List, figures},
    forecast::forecast,
    model::{Carrying, Figure, Morning, Surge},
};
use crate::{
    modules::{
        App,
        cases::{self, ClosedHow, OfUnit, Status, View},
        people,
        regions::RegionRef,
    },
    platform::access::{Scope, Unit},
};

/// Rows of each list that stand on the page.
const SHOWN: i64 = 8;
/// Units and matters that stand on the page.
const MOST: usize = 8;
/// Days the usual is reckoned from.
const USUAL_DAYS: i64 = 28;
/// How often a matter must come in to be worth a word.
const WORTH: i64 = 3;

/// The morning of a place as its reader may see it.
pub(super) async fn morning(db: &mut Conn, app: &App, scope: &Scope, place: RegionRef) -> Result<Morning> {
    let yesterday = app.today().plus(-1);
    let all = List::of(&place.code, app.now(), &app.settings.zone);
    let (late, soon) =
        (first(db, app, scope, &all, View::Overdue).await?, first(db, app, scope, &all, View::DueSoon).await?);
    Ok(Morning {
        units: units_alone(db, scope).await?,
        at: app.now(),
        yesterday,
        now: standing(db, scope, &all).await?,
        changed: changed(db, scope, &all, yesterday).await?,
        late,
        soon,
        carrying: carrying(db, scope, &all).await?,
        surges: surges(db, app, scope, &all, (&place.code, yesterday)).await?,
        forecast: forecast(db, app, scope, &all).await?,
        place,
    })
}

/// Whose work it is, for a reader who sees no place whole.
pub(super) async fn units_alone(db: &mut Conn, scope: &Scope) -> Result<Vec<people::UnitRef>> {
    let asked: &[Id<Unit>] = if scope.places.is_empty() { &scope.units } else { &[] };
    let mut found = people::units_unscoped(db, asked).await?;
    Ok(asked.iter().filter_map(|unit| found.remove(unit)).collect())
}

async fn first(db: &mut Conn, app: &App, scope: &Scope, all: &List, view: View) -> Result<Vec<cases::CaseRow>> {
    let page = Page { limit: SHOWN, cursor: None };
    let Listing { rows, .. } = cases::listing(db, app, scope, &all.clone().view(view).filter, &page).await?;
    Ok(rows)
}

async fn standing(db: &mut Conn, scope: &Scope, all: &List) -> Result<Vec<Figure>> {
    let lists = [
        ("overdue", all.clone().view(View::Overdue)),
        ("due_soon", all.clone().view(View::DueSoon)),
        ("undecided", all.clone().view(View::Undecided)),
        ("returned", all.clone().view(View::Returned)),
        ("redone", all.clone().view(View::Open).redone()),
        ("verifying", all.clone().view(View::Verifying)),
        ("parked", all.clone().status(Status::Parked)),
        ("supervised", all.clone().view(View::Open).supervised()),
    ];
    figures(db, scope, lists.into_iter().map(|(code, list)| (code, list, None)).collect()).await
}

async fn changed(db: &mut Conn, scope: &Scope, all: &List, yesterday: Day) -> Result<Vec<Figure>> {
    let on = |day: Day| {
        let days = (day, day);
        [
            ("received", all.clone().received(days)),
            ("ended", all.clone().ended(days)),
            ("ended_late", all.clone().ended(days).in_time(InTime::No)),
            ("unverified", all.clone().ended(days).closed(ClosedHow::Unverified)),
        ]
    };
    let and_before = |((code, list), (_, before))| (code, list, Some(before));
    let mut lists: Vec<_> = on(yesterday).into_iter().zip(on(yesterday.plus(-1))).map(and_before).collect();
    // Of what was due yesterday, what is late now; the day before has had a day more to be done.
    lists.push(("turned_late", all.clone().view(View::Overdue).due((yesterday, yesterday)), None));
    figures(db, scope, lists).await
}

/// Units with what is late, the one that waits longest first: a list of whom to call, not of who is worst.
async fn carrying(db: &mut Conn, scope: &Scope, all: &List) -> Result<Vec<Carrying>> {
    let mut late = cases::by_unit(db, scope, &all.clone().view(View::Overdue).filter).await?;
    late.sort_by_key(|unit| unit.first_due_at);
    late.truncate(MOST);
    let soon = cases::by_unit(db, scope, &all.clone().view(View::DueSoon).filter).await?;
    let soon: HashMap<Id<Unit>, i64> = soon.into_iter().map(|unit| (unit.unit, unit.count)).collect();
    let ids: Vec<Id<Unit>> = late.iter().map(|unit| unit.unit).collect();
    let names = people::units_unscoped(db, &ids).await?;
    let told = |OfUnit { unit, count, first_due_at }: OfUnit| {
        Some(Carrying {
            unit: names.get(&unit)?.clone(),
            overdue: count,
            due_soon: soon.get(&unit).copied().unwrap_or_default(),
            oldest_due_at: first_due_at,
            opens: all.clone().view(View::Overdue).unit(unit).opens,
            due_soon_opens: all.clone().view(View::DueSoon).unit(unit).opens,
        })
    };
    Ok(late.into_iter().filter_map(told).collect())
}

/// Matters that came in yesterday at least twice as often as on a usual day.
async fn surges(
    db: &mut Conn,
    app: &App,
    scope: &Scope,
    all: &List,
    (place, yesterday): (&RegionCode, Day),
) -> Result<Vec<Surge>> {
    let days = (yesterday, yesterday);
    let now = cases::by_matter(db, scope, &all.clone().received(days).filter).await?;
    let now: Vec<(String, i64)> = now.into_iter().filter(|(_, count)| *count >= WORTH).collect();
    if now.is_empty() {
        return Ok(Vec::new());
    }
    let season = all.clone().received((yesterday.plus(-USUAL_DAYS), yesterday.plus(-1)));
    let usual: HashMap<String, i64> = cases::by_matter(db, scope, &season.filter).await?.into_iter().collect();
    let surge = |(code, count): (String, i64)| {
        let sum = usual.get(&code).copied().unwrap_or_default();
        is_more_than_usual(count, sum).then(|| Surge {
            matter: app.matters.catalogue().matter_ref(&code, place),
            count,
            usual_tenths: sum * 10 / USUAL_DAYS,
            opens: all.clone().received(days).matter(&code).opens,
        })
    };
    Ok(now.into_iter().filter_map(surge).take(MOST).collect())
}

/// Twice a usual day's, where `sum` is that of the season.
fn is_more_than_usual(count: i64, sum: i64) -> bool {
    count >= WORTH && count * USUAL_DAYS >= 2 * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_on_a_day_are_a_surge_where_one_is_usual_and_not_where_two_are() {
        assert!(is_more_than_usual(3, USUAL_DAYS));
        assert!(!is_more_than_usual(3, 2 * USUAL_DAYS));
        assert!(is_more_than_usual(3, 0), "what never came in before");
        assert!(!is_more_than_usual(2, 0), "two are chance");
    }
}
