//! Visits written down, changed, taken back, opened, made a case; what is forgotten in time.

mod case;
mod change;
mod record;
mod sealed;

use db::Tx;
use kernel::{Code, Error, Id, RegionCode, Result};
use serde_json::Value;

pub(super) use self::{
    case::{make_case, stand_behind},
    change::{VisitChange, change, withdraw},
    sealed::{open, unseal},
};
pub use self::{
    record::{NewVisit, Recorded, record},
    sealed::{SEALED, forget},
};
use super::model::Visit;
use crate::{
    modules::{App, Schedule, SharedApp, links},
    platform::{
        access::{Actor, Permission, Scope},
        live::Topic,
        trail::{self, By, Entry},
    },
};

/// What is kept long enough is forgotten once a day.
const FORGET_SECONDS: i64 = 86_400;

/// What the platform does by itself.
pub fn schedules() -> Vec<Schedule> {
    vec![Schedule { kind: "visits.forget", every_seconds: FORGET_SECONDS, run: |app| Box::pin(forget(app)) }]
}

fn as_writer(actor: &Actor, place: &RegionCode) -> By {
    By::actor(actor, actor.acting(Permission::VisitWrite, Some(place), None))
}

async fn note(
    tx: &mut Tx,
    app: &App,
    by: &By,
    (kind, id): (&'static str, Id<Visit>),
    place: &RegionCode,
    params: Value,
) -> Result<()> {
    let (object_id, place) = (id.to_string(), Some(place));
    trail::record(tx, app.now(), by, Entry { kind, object_kind: "visit", object_id, place, params }).await
}

/// A matter that is in force in a place.
fn check_matter(app: &App, matter: Option<&str>, place: &RegionCode) -> Result<()> {
    let unknown = |code: &&str| app.matters.catalogue().matter(code, place).is_none();
    match matter.filter(unknown) {
        Some(code) => Err(Error::field("matter", Code::UnknownValue).with("value", code)),
        None => Ok(()),
    }
}

fn all<const N: usize>(checks: [Result<()>; N]) -> Result<()> {
    let mistakes = checks.into_iter().filter_map(Result::err).reduce(Error::and);
    mistakes.map_or(Ok(()), Err)
}

/// Tells the pages, and what everyone reads of the village.
async fn after(app: &SharedApp, region: &RegionCode, made_case: bool) -> Result<()> {
    app.live.hint(Topic::Records);
    if made_case {
        app.live.hint(Topic::Cases);
        // It may be an emergency.
        app.live.press();
    }
    links::disclose(app, region).await
}

/// The places whose visits the actor sees, beside their own.
///
/// # Errors
/// `forbidden` to whoever neither writes visits nor opens them.
pub(super) fn readable(actor: &Actor) -> Result<Scope> {
    actor.require(Permission::VisitOpen).or_else(|_| actor.require(Permission::VisitWrite).map(|_| Scope::default()))
}
