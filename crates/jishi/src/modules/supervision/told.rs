//! What a digest tells of supervisions.

use db::Conn;
use kernel::{Id, Names, Result};

use super::{model::SupervisionFilter, store};
use crate::{
    modules::App,
    platform::access::{Actor, Permission, Scope, Unit},
};

/// How many last on the work of somebody's units.
///
/// # Errors
/// `internal` when the database fails.
pub async fn waiting_for(db: &mut Conn, app: &App, actor: &Actor) -> Result<Vec<(Names, i64)>> {
    let Ok(scope) = actor.require(Permission::CaseHandle) else { return Ok(Vec::new()) };
    of_units(db, app, scope.units).await
}

/// How many last on the work of a unit.
///
/// # Errors
/// `internal` when the database fails.
pub async fn waiting_for_unit(db: &mut Conn, app: &App, unit: Id<Unit>) -> Result<Vec<(Names, i64)>> {
    of_units(db, app, vec![unit]).await
}

async fn of_units(db: &mut Conn, app: &App, units: Vec<Id<Unit>>) -> Result<Vec<(Names, i64)>> {
    let scope = Scope { places: Vec::new(), units };
    let filter = SupervisionFilter { is_open: Some(true), now: app.now(), ..SupervisionFilter::default() };
    Ok(vec![(Names::new("督办待落实", "supervisions to act on"), store::count(db, &scope, &filter).await?)])
}
