//! The demo city's desks at work: a queue that is filled, and attempts with every outcome, a day at a time.

use std::collections::HashSet;

use kernel::{Id, Level, RegionCode, Result};

use super::{
    super::{
        model::{AttemptOutcome, CallBack, CallBackFilter, CallBackKind, Way},
        store,
    },
    attempt::{Said, attempt},
    follow::{follow, phones, to_ask},
    link::send_link,
    withdrawn::draw_withdrawn,
};
use crate::{
    modules::{
        SharedApp,
        cases::{self, Case, Satisfied, Solved, Verdict, actions::Held},
        people,
    },
    platform::{
        access::{Actor, Role, Scope},
        idempotency::Key,
    },
};

/// Call-backs that are looked at in a day.
const LOOKED_AT: i64 = 100;
/// And tried.
const TRIED: usize = 30;

/// One morning of all desks: the queue is brought up to date, withdrawn cases are drawn, some residents are tried. Only of
/// cases that are `free`: nobody has plans for them any more.
///
/// # Errors
/// `internal` when the database fails. What an action refuses is left out: it is refused in life as well.
pub async fn demo_day(app: &SharedApp, free: &HashSet<Id<Case>>) -> Result<()> {
    follow(app).await?;
    draw_withdrawn(app).await?;
    let filter =
        CallBackFilter { now: app.now(), has_phone: Some(true), is_ready: Some(true), ..CallBackFilter::default() };
    let scope = Scope { places: vec![app.settings.region.clone()], units: Vec::new() };
    let page = kernel::Page { limit: LOOKED_AT, cursor: None };
    let waiting = store::page(&mut app.db.read().await?, &scope, &filter, &page).await?;
    for it in waiting.iter().filter(|it| free.contains(&it.case)).take(TRIED) {
        if let Some(outcome) = outcome(it) {
            try_one(app, it, outcome).await?;
        }
    }
    Ok(())
}

/// What comes of trying somebody: always the same of the same case, as often as it is tried.
fn outcome(it: &CallBack) -> Option<AttemptOutcome> {
    use AttemptOutcome as O;
    match (it.kind, turn(it) % 10, it.attempts) {
        (_, 0, _) | (CallBackKind::Result, 1, 0) => Some(O::NoAnswer),
        (CallBackKind::Result, 1..=3, _) | (CallBackKind::Withdrawn, 1..=6, _) => Some(O::Reached),
        (CallBackKind::Result, 4, 0) => Some(O::WrongNumber),
        (CallBackKind::Result, 5, 0) => Some(O::Sent),
        (CallBackKind::Result, 6, 0) => Some(O::LeaveAlone),
        _ => None,
    }
}

fn turn(it: &CallBack) -> i64 {
    it.began_at.millis() / 1_000 % 100
}

async fn try_one(app: &SharedApp, it: &CallBack, outcome: AttemptOutcome) -> Result<()> {
    let Some(actor) = asker(app, &it.desk).await? else { return Ok(()) };
    let mut db = app.db.read().await?;
    let Some(case) = cases::some_unscoped(&mut db, &[it.case]).await?.pop() else { return Ok(()) };
    let held = Held { parts: Vec::new(), reports: cases::reports_of(&mut db, it.case).await?, case };
    let with_phone = phones(&mut db, &held.reports).await?;
    let voice = to_ask(&held, it.kind).find(|report| with_phone.contains(&report.whose())).map(|report| report.id);
    drop(db);
    let Some(report) = voice else { return Ok(()) };
    let key = Key {
        actor: "demo".to_owned(),
        operation: "call_backs.demo",
        key: format!("{} {}", it.id, it.version),
        body_hash: Vec::new(),
    };
    let done = if outcome == AttemptOutcome::Sent {
        send_link(app, &actor, (it.id, it.version), report, key).await.map(|_| ())
    } else {
        let is_solved = turn(it) % 4 != 2;
        let verdict = Verdict {
            contacted: Some(true),
            solved: if is_solved { Solved::Yes } else { Solved::No },
            satisfied: if is_solved { Satisfied::Satisfied } else { Satisfied::Dissatisfied },
        };
        let said = Said {
            report,
            way: Way::Phone,
            outcome,
            verdict: (it.kind == CallBackKind::Result).then_some(verdict),
            own_wish: (it.kind == CallBackKind::Withdrawn).then_some(turn(it) % 10 != 6),
            text: None,
        };
        attempt(app, &actor, (it.id, it.version), said, key).await
    };
    match done {
        Err(error) if error.code() == kernel::Code::Internal => Err(error),
        _ => Ok(()),
    }
}

/// Who sits at a desk.
async fn asker(app: &SharedApp, desk: &RegionCode) -> Result<Option<Actor>> {
    let role = if desk.level() == Level::Township { Role::TownshipDispatcher } else { Role::CountyOffice };
    let holders = people::holders_unscoped(&mut app.db.read().await?, role, desk, app.today()).await?;
    match holders.first() {
        Some(person) => people::actor_unscoped(app, *person).await.map(Some),
        None => Ok(None),
    }
}
