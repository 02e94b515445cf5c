//! A unit that has far more left out of the count than others: for auditors to find.

use std::collections::BTreeMap;

use jiff::civil::Time;
use kernel::{Day, Id, Instant, Level, Result};

use super::{arbiter, key, only_refused};
use crate::{
    modules::{
        SharedApp,
        cases::{self, Case, Status},
        people,
        pleas::{
            actions::{Asked, ask, decide},
            model::PleaKind,
            rules::Ruling,
        },
    },
    platform::access::Unit,
};

/// The county whose auditor finds it: where the demo's people work.
const COUNTY: &str = "140403";
/// A unit that has enough cases to be compared, and is not the busiest.
const ENOUGH: std::ops::RangeInclusive<usize> = 18..=60;
/// Of so many cases in a hundred.
const SHARE: usize = 28;
/// Reasons that are asked for in turn, by their codes.
const REASONS: [(&str, &str, &str); 3] = [
    ("beyond-law", "诉求要求超过合同和政策规定的标准，已当面解释。", "同意剔除，请继续把能办的办到位。"),
    ("same-facts", "同一件事第三次反映，没有新的事实，前两次已办结。", "经核对前两次工单，同意剔除。"),
    ("untrue", "到现场核查，反映的情况不属实，有照片和邻居证明。", "附有现场照片，同意剔除。"),
];

/// Asks and decides for one unit of the county; the office agrees too readily.
///
/// # Errors
/// `internal` when the database fails.
pub(super) async fn fill(app: &SharedApp) -> Result<()> {
    let since = first_day(app).at(Time::midnight(), &app.settings.zone);
    let mut units: BTreeMap<Id<Unit>, Vec<Case>> = BTreeMap::new();
    let mut after = None;
    loop {
        let page = cases::walk_unscoped(&mut app.db.read().await?, after, 200).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for case in page.into_iter().filter(|case| is_of_county(case) && case.received_at >= since) {
            if let Some(unit) = case.lead_unit {
                units.entry(unit).or_default().push(case);
            }
        }
    }
    // A department: beside its like in the county there is enough to compare it with.
    let known: Vec<Id<Unit>> = units.keys().copied().collect();
    let known = people::units_unscoped(&mut app.db.read().await?, &known).await?;
    let is_department = |unit: &Id<Unit>| known.get(unit).is_some_and(|unit| unit.level == Level::County);
    let enough = units.into_iter().filter(|(unit, cases)| ENOUGH.contains(&cases.len()) && is_department(unit));
    let Some((_, own)) = enough.max_by_key(|(unit, cases)| (cases.len(), *unit)) else { return Ok(()) };
    let wanted = (own.len() * SHARE).div_ceil(100);
    let mut done = 0;
    for case in own.iter().filter(|case| may(case, app.now())) {
        if done >= wanted {
            break;
        }
        done += usize::from(play(app, case, done).await?);
    }
    Ok(())
}

/// The month that has enough days to show it: this one, or the one before while it is young.
fn first_day(app: &SharedApp) -> Day {
    let today = app.today();
    let first = today.date().first_of_month();
    let is_young = today.date().day() < 12;
    Day::from(if is_young { first.yesterday().map_or(first, |day| day.first_of_month()) } else { first })
}

fn is_of_county(case: &Case) -> bool {
    case.place.at(Level::County).is_some_and(|county| county.as_str() == COUNTY)
}

/// What has been still for three days: nobody acts on it while it is asked for.
fn may(case: &Case, now: Instant) -> bool {
    matches!(case.status, Status::Closed | Status::Verifying | Status::Working)
        && case.last_at < now.plus_days(-3)
        && case.handler.is_some()
}

async fn play(app: &SharedApp, case: &Case, turn: usize) -> Result<bool> {
    let Some(handler) = case.handler else { return Ok(false) };
    let Some((code, reason, words)) = REASONS.get(turn % REASONS.len()) else { return Ok(false) };
    let asked = Asked {
        kind: PleaKind::Exclusion,
        reason: (*reason).to_owned(),
        told: None,
        plan: None,
        until: None,
        code: Some((*code).to_owned()),
        duty: None,
        unit: None,
    };
    let turns = i64::try_from(turn).unwrap_or(0);
    // Yesterday morning, one after the other; decided that afternoon.
    let yesterday = app.today().plus(-1);
    let hour = |hour: i8| yesterday.at(Time::constant(hour, 10, 0, 0), &app.settings.zone);
    let (at, decided_at) = (hour(9).plus_seconds(turns * 11 * 60), hour(15).plus_seconds(turns * 7 * 60));
    let asker = people::actor_unscoped(app, handler).await?;
    let plea =
        match ask(&app.at(at, app.chance.clone()), asker, case.id, case.version, asked, key("ask", case.id)).await {
            Ok(Some(plea)) => plea,
            Ok(None) => return Ok(false),
            Err(error) => return only_refused(error),
        };
    let Some(office) = arbiter(app, case, PleaKind::Exclusion, handler).await? else { return Ok(true) };
    let ruling = Ruling::Grant {
        told: None,
        plan: None,
        until: None,
        lead: None,
        assists: Vec::new(),
        keep_for: None,
        words: Some((*words).to_owned()),
    };
    let later = app.at(decided_at, app.chance.clone());
    decide(&later, office, plea, 1, ruling, key("decide", plea)).await.map(|()| true).or_else(only_refused)
}
