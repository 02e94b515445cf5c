//! Dispatching as proposed: a step of each case's own, so that one that cannot go holds up no other.

use kernel::{Code, Error, Id, Result};

use super::staff::{Command, act};
use crate::{
    modules::{
        SharedApp,
        cases::{model::Case, proposal, store},
        people::UnitRef,
    },
    platform::{
        access::{Actor, Permission},
        idempotency::Key,
    },
};

/// Takes the same step on one of several cases. Sent again under the same key it does nothing more.
///
/// # Errors
/// Those of [`act`].
pub async fn one_of_many(
    app: &SharedApp,
    actor: &Actor,
    (id, seen): (Id<Case>, i64),
    command: Command,
    key: &Key,
) -> Result<()> {
    let own = Key { key: format!("{}:{id}", key.key), ..key.clone() };
    act(app, actor.clone(), id, seen, command, own).await
}

/// Dispatches one of several cases to the units proposed for it; returns the lead. Sent again under the same key it says
/// the same and does nothing.
///
/// # Errors
/// `no_unit_found` when nobody is proposed; `one_by_one` when a unit sent it back; those of [`act`].
pub async fn dispatch_as_proposed(
    app: &SharedApp,
    actor: &Actor,
    (id, seen): (Id<Case>, i64),
    key: &Key,
) -> Result<UnitRef> {
    let scope = actor.require(Permission::CaseDispatch)?;
    let mut db = app.db.read().await?;
    let case = store::get(&mut db, &scope, id).await?;
    if case.returns > 0 {
        return Err(Error::new(Code::OneByOne));
    }
    let found = proposal::proposal(&mut db, app, &case).await?;
    drop(db);
    let lead = found.units.into_iter().find(|unit| Some(unit.id) == found.lead);
    let lead = lead.ok_or_else(|| Error::new(Code::NoUnitFound))?;
    let command = Command::Dispatch { lead: lead.id, assists: found.assists, reason: None, keep_for: None };
    let own = Key { key: format!("{}:{id}", key.key), ..key.clone() };
    act(app, actor.clone(), id, seen, command, own).await?;
    Ok(lead)
}
