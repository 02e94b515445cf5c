//! 周报: what a week brought, beside the one before; by matter and by place.

use std::collections::HashMap;

use db::Conn;
use kernel::{Day, Level, RegionCode, Result};

use super::{
    figures::{InTime, List, figures},
    model::{Figure, MatterWeek, PlaceWeek, Week},
    morning::units_alone,
};
use crate::{
    modules::{
        App,
        cases::{self, ClosedHow, View},
        regions::{self, RegionRef},
    },
    platform::access::Scope,
};

/// Matters that stand in the brief.
const MATTERS: usize = 10;

/// The week of a place that `day` lies in, as its reader may see it.
pub(super) async fn week(db: &mut Conn, app: &App, scope: &Scope, place: RegionRef, day: Day) -> Result<Week> {
    let from = monday(day);
    let (days, before) = ((from, from.plus(6)), (from.plus(-7), from.plus(-1)));
    let all = List::of(&place.code, app.now(), &app.settings.zone);
    Ok(Week {
        units: units_alone(db, scope).await?,
        from,
        to: days.1,
        is_over: days.1 < app.today(),
        figures: compared(db, scope, &all, days, before).await?,
        matters: matters(db, app, scope, (&all, &place.code), (days, before)).await?,
        places: places(db, app, scope, &place.code, days).await?,
        place,
    })
}

/// The Monday of a day's week.
fn monday(day: Day) -> Day {
    day.plus(-i64::from(day.date().weekday().to_monday_zero_offset()))
}

type Days = (Day, Day);

async fn compared(db: &mut Conn, scope: &Scope, all: &List, days: Days, before: Days) -> Result<Vec<Figure>> {
    let of = |days: Days| {
        let ended = all.clone().ended(days);
        [
            ("received", all.clone().received(days)),
            ("ended", ended.clone()),
            ("confirmed", ended.clone().closed(ClosedHow::Confirmed)),
            ("settled", ended.clone().closed(ClosedHow::Settled)),
            ("unverified", ended.clone().closed(ClosedHow::Unverified)),
            ("ended_in_time", ended.clone().in_time(InTime::Yes)),
            ("ended_late", ended.clone().in_time(InTime::No)),
            ("ended_redone", ended.redone()),
        ]
    };
    let and_before = |((code, list), (_, before))| (code, list, Some(before));
    let mut lists: Vec<_> = of(days).into_iter().zip(of(before)).map(and_before).collect();
    // What is late now belongs beside the rates: counting only what has ended would flatter (按时办结率含未办结超期).
    lists.push(("overdue", all.clone().view(View::Overdue), None));
    figures(db, scope, lists).await
}

async fn matters(
    db: &mut Conn,
    app: &App,
    scope: &Scope,
    (all, place): (&List, &RegionCode),
    (days, before): (Days, Days),
) -> Result<Vec<MatterWeek>> {
    let mut now = cases::by_matter(db, scope, &all.clone().received(days).filter).await?;
    now.truncate(MATTERS);
    let earlier = all.clone().received(before);
    let counts: HashMap<String, i64> = cases::by_matter(db, scope, &earlier.filter).await?.into_iter().collect();
    let row = |(code, count): (String, i64)| MatterWeek {
        matter: app.matters.catalogue().matter_ref(&code, place),
        count,
        before: counts.get(&code).copied().unwrap_or_default(),
        before_opens: earlier.clone().matter(&code).opens,
        opens: all.clone().received(days).matter(&code).opens,
    };
    Ok(now.into_iter().map(row).collect())
}

/// The places right below, each with what came in, what ended and what is late now.
async fn places(db: &mut Conn, app: &App, scope: &Scope, place: &RegionCode, days: Days) -> Result<Vec<PlaceWeek>> {
    let Some(level) = below(place.level()) else { return Ok(Vec::new()) };
    let lists = |list: List| {
        [
            ("received", list.clone().received(days)),
            ("ended", list.clone().ended(days)),
            ("overdue", list.view(View::Overdue)),
        ]
    };
    let mut counts: Vec<HashMap<RegionCode, i64>> = Vec::new();
    for (_, list) in lists(List::of(place, app.now(), &app.settings.zone)) {
        counts.push(cases::by_place(db, scope, &list.filter, level).await?.into_iter().collect());
    }
    let mut codes: Vec<RegionCode> = counts.iter().flat_map(|of| of.keys().cloned()).collect();
    codes.sort();
    codes.dedup();
    let mut names = regions::refs_unscoped(db, &codes).await?;
    let mut rows = Vec::new();
    for code in codes {
        let lists = lists(List::of(&code, app.now(), &app.settings.zone));
        let figures = lists.into_iter().zip(&counts).map(|((figure, list), of)| Figure {
            code: figure,
            count: of.get(&code).copied().unwrap_or_default(),
            count_capped: false,
            before: None,
            before_opens: None,
            opens: list.opens,
        });
        let figures = figures.collect();
        rows.extend(names.remove(&code).map(|place| PlaceWeek { place, figures }));
    }
    Ok(rows)
}

/// The level whose places a brief of a level tells apart.
fn below(level: Level) -> Option<Level> {
    match level {
        Level::Province | Level::City => Some(Level::County),
        Level::County => Some(Level::Township),
        Level::Township => Some(Level::Village),
        Level::Village => Some(Level::Grid),
        Level::Grid | Level::MicroGrid => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_on_monday_across_new_year_too() {
        let monday_of = |day: &str| monday(day.parse().unwrap()).to_string();
        assert_eq!(monday_of("2026-11-22"), "2026-11-16");
        assert_eq!(monday_of("2026-11-16"), "2026-11-16");
        assert_eq!(monday_of("2027-01-02"), "2026-12-28");
        assert_eq!(monday_of("2028-02-29"), "2028-02-28");
    }
}
