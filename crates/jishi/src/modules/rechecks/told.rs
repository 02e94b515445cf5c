//! What a digest tells of re-checks.

use db::Conn;
use kernel::{Id, Names, Result};

use super::{
    model::{RecheckFilter, RecheckState, Side},
    store,
};
use crate::{
    modules::App,
    platform::access::{Actor, Permission, Unit},
};

/// What waits for somebody: to look, to answer, to decide.
///
/// # Errors
/// `internal` when the database fails.
pub async fn waiting_for(db: &mut Conn, app: &App, actor: &Actor) -> Result<Vec<(Names, i64)>> {
    let mut lists = Vec::new();
    if let Ok(scope) = actor.require(Permission::RecheckDo) {
        lists.push(to_look_at(db, app, scope.units).await?);
    }
    if let Ok(scope) = actor.require(Permission::CaseHandle) {
        lists.push(to_answer(db, app, scope.units).await?);
    }
    if let Ok(scope) = actor.require(Permission::RecheckDecide) {
        let count = count(db, app, Side::Places(scope.places), RecheckState::Answered).await?;
        lists.push((Names::new("抽查争议待认定", "findings to decide about"), count));
    }
    Ok(lists)
}

/// What waits for a unit.
///
/// # Errors
/// `internal` when the database fails.
pub async fn waiting_for_unit(db: &mut Conn, app: &App, unit: Id<Unit>) -> Result<Vec<(Names, i64)>> {
    Ok(vec![to_look_at(db, app, vec![unit]).await?, to_answer(db, app, vec![unit]).await?])
}

async fn to_look_at(db: &mut Conn, app: &App, units: Vec<Id<Unit>>) -> Result<(Names, i64)> {
    let count = count(db, app, Side::Checkers(units), RecheckState::Waiting).await?;
    Ok((Names::new("抽查待去看", "re-checks to make"), count))
}

async fn to_answer(db: &mut Conn, app: &App, units: Vec<Id<Unit>>) -> Result<(Names, i64)> {
    let count = count(db, app, Side::Units(units), RecheckState::Contested).await?;
    Ok((Names::new("抽查结果待说明", "findings of re-checks to answer"), count))
}

async fn count(db: &mut Conn, app: &App, side: Side, state: RecheckState) -> Result<i64> {
    let now = app.now();
    let filter = RecheckFilter { side, state: Some(state), finding: None, unit: None, draw: None, is_late: false, now };
    store::count(db, &filter).await
}
