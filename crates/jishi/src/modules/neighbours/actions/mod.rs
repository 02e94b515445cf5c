//! Who registers and is accepted; what is needed; what is promised, done and judged.

mod needs;
mod projects;
mod registrations;

use db::Tx;
use kernel::{Code, Error, Id, RegionCode, Result};
use serde_json::Value;

pub use self::{
    needs::{NeedDraft, NeedStep, publish, step_need},
    projects::{NewProject, ProjectStep, promise, step_project},
    registrations::{NewRegistration, RegistrationStep, register, step_registration},
};
use super::{model::NeighbourKind, store::Whose};
use crate::{
    modules::App,
    platform::{
        access::{Actor, Permission, Unit},
        trail::{self, By, Entry},
    },
};

/// Whose registrations and projects one sees: a community's those of its places, whoever offers those of their unit and own.
///
/// # Errors
/// `forbidden` to whoever does neither.
pub(super) fn whose(actor: &Actor) -> Result<Whose> {
    let mut scope = actor.require(Permission::NeighbourRead)?;
    // A unit's own registrations, wherever they are.
    scope.units = actor.posts.iter().filter_map(|post| post.unit).collect();
    Ok(Whose { scope, person: actor.person })
}

/// Whether one answers for a community.
pub(super) fn answers_for(actor: &Actor, region: &RegionCode) -> bool {
    actor.require(Permission::NeighbourAnswer).is_ok_and(|scope| scope.covers(region))
}

/// Whether one speaks for what has registered: for its unit, or as oneself.
pub(super) fn speaks_for(actor: &Actor, kind: NeighbourKind, unit: Option<Id<Unit>>, person: bool) -> bool {
    if actor.require(Permission::NeighbourOffer).is_err() {
        return false;
    }
    match kind {
        NeighbourKind::Person => person,
        NeighbourKind::Unit => unit.is_some_and(|unit| actor.posts.iter().any(|post| post.unit == Some(unit))),
        NeighbourKind::Enterprise | NeighbourKind::Social => false,
    }
}

async fn note(
    tx: &mut Tx,
    app: &App,
    actor: &Actor,
    (kind, object_id): (&'static str, String),
    place: &RegionCode,
    params: Value,
) -> Result<()> {
    let post = actor.acting(Permission::NeighbourRead, Some(place), None);
    let entry = Entry { kind, object_kind: "neighbour", object_id, place: Some(place), params };
    trail::record(tx, app.now(), &By::actor(actor, post), entry).await
}

fn all<const N: usize>(checks: [Option<Error>; N]) -> Result<()> {
    checks.into_iter().flatten().reduce(Error::and).map_or(Ok(()), Err)
}

fn changed(is_so: bool) -> Result<()> {
    if is_so { Ok(()) } else { Err(Error::new(Code::RecordChanged)) }
}
