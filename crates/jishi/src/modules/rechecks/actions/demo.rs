//! The demo city's re-checks: drawn on Mondays, most of them looked at, one of them a false result.

use std::collections::HashSet;

use kernel::{Id, Result};

use super::{
    super::{
        model::{Recheck, RecheckFilter, RecheckFinding, RecheckState, Side},
        store,
    },
    draw::draw_due,
    steps::{answer, decide, find},
};
use crate::{
    modules::{
        SharedApp,
        cases::{self, Case, Outcome},
        people,
    },
    platform::{
        access::{Actor, Permission, Role, Unit},
        idempotency::Key,
    },
};

/// Re-checks that are looked at in a day.
const LOOKED_AT: i64 = 100;

/// One morning: what is to be drawn is drawn, units look at what was drawn for them, answer, decide. Only of cases that are
/// `free`: nobody has plans for them any more.
///
/// # Errors
/// `internal` when the database fails. What an action refuses is left out: it is refused in life as well.
pub async fn demo_day(app: &SharedApp, free: &HashSet<Id<Case>>) -> Result<()> {
    draw_due(app).await?;
    for it in in_state(app, RecheckState::Answered).await?.iter().take(1) {
        decide_one(app, it).await?;
    }
    for it in in_state(app, RecheckState::Contested).await? {
        answer_one(app, &it).await?;
    }
    for it in in_state(app, RecheckState::Waiting).await?.iter().filter(|it| free.contains(&it.case)) {
        look(app, it).await?;
    }
    Ok(())
}

async fn in_state(app: &SharedApp, state: RecheckState) -> Result<Vec<Recheck>> {
    let filter = RecheckFilter {
        side: Side::Places(vec![app.settings.region.clone()]),
        state: Some(state),
        finding: None,
        unit: None,
        draw: None,
        is_late: false,
        now: app.now(),
    };
    let page = kernel::Page { limit: LOOKED_AT, cursor: None };
    let mut found = store::page(&mut app.db.read().await?, &filter, &page).await?;
    found.truncate(usize::try_from(LOOKED_AT).unwrap_or_default());
    Ok(found)
}

fn turn(it: &Recheck) -> i64 {
    it.closed_at.millis() / 1_000 % 20
}

/// One in five still waits; of the others most are as claimed, two in twenty are not.
async fn look(app: &SharedApp, it: &Recheck) -> Result<()> {
    use RecheckFinding as F;
    let case = cases::some_unscoped(&mut app.db.read().await?, &[it.case]).await?.pop();
    let is_honest = case.is_some_and(|case| case.result_outcome == Some(Outcome::Cannot));
    let (finding, words) = match turn(it) {
        4 | 9 | 14 | 19 => return Ok(()),
        7 => (F::Partly, "主要的已经办好，边上还有一处没有收尾。"),
        2 | 12 if !is_honest => (F::NotAsClaimed, "到现场看过，问题还在，旁边的住户说没有人来过。"),
        _ => (F::AsClaimed, "到现场看过，与办理结果说的一致。"),
    };
    let Some(actor) = member(app, it.checker, Permission::RecheckDo).await? else { return Ok(()) };
    kept(find(app, &actor, (it.id, it.version), (finding, words.to_owned(), Vec::new()), key(it)).await)
}

/// Half of the units say something; the others let their time go by.
async fn answer_one(app: &SharedApp, it: &Recheck) -> Result<()> {
    if turn(it) != 2 {
        return Ok(());
    }
    let Some(handler) = member(app, it.unit, Permission::CaseHandle).await? else { return Ok(()) };
    let said = "材料报早了，配件没有到货就报了办结，是我们的错，马上补办。";
    kept(answer(app, &handler, (it.id, it.version), said, key(it)).await)
}

/// The county decides the first, and leaves the others to whoever looks at the demonstration.
async fn decide_one(app: &SharedApp, it: &Recheck) -> Result<()> {
    if !in_state(app, RecheckState::FalseResult).await?.is_empty() {
        return Ok(());
    }
    let Some(county) = it.place.at(kernel::Level::County) else { return Ok(()) };
    let mut db = app.db.read().await?;
    let holders = people::holders_unscoped(&mut db, Role::CountyOffice, &county, app.today()).await?;
    drop(db);
    let Some(person) = holders.first() else { return Ok(()) };
    let actor = people::actor_unscoped(app, *person).await?;
    let words = "没有办就报了办结，认定为虚假办结，退回重办。".to_owned();
    kept(decide(app, &actor, (it.id, it.version), (true, words), key(it)).await)
}

/// What is refused in life is refused here, and the rest goes on.
fn kept(done: Result<()>) -> Result<()> {
    match done {
        Err(error) if error.code() == kernel::Code::Internal => Err(error),
        _ => Ok(()),
    }
}

fn key(it: &Recheck) -> Key {
    Key {
        actor: "demo".to_owned(),
        operation: "rechecks.demo",
        key: format!("{} {}", it.id, it.version),
        body_hash: Vec::new(),
    }
}

/// Somebody of a unit who may do so for it.
async fn member(app: &SharedApp, unit: Id<Unit>, permission: Permission) -> Result<Option<Actor>> {
    let members = people::members_unscoped(&mut app.db.read().await?, unit, app.today()).await?;
    for member in members {
        let actor = people::actor_unscoped(app, member.id).await?;
        if actor.require(permission).is_ok_and(|scope| scope.units.contains(&unit)) {
            return Ok(Some(actor));
        }
    }
    Ok(None)
}
