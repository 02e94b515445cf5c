//! Changing places, boundaries and spots.

mod boundaries;
mod edit;
mod import;
mod spots;

use db::Tx;
use kernel::{Code, Error, Instant, RegionCode, Result};
use serde_json::Value;

pub use boundaries::import_boundaries;
pub use edit::{Alteration, NewPlace, alter, create};
pub use import::{import, import_csv};
pub use spots::{NewSpot, place_spot, spot_unscoped, spots_unscoped};

use super::rows::RowError;
use crate::{
    modules::App,
    platform::{
        access::{Actor, Permission, Scope},
        idempotency::Key,
        live::Topic,
        trail::{self, By, Entry},
    },
};

/// What the trail calls changes that the locator must know of.
pub(super) const TRAIL: [&str; 4] = ["region.created", "region.changed", "regions.imported", "boundaries.imported"];

/// What an import did, or on a dry run would do. With errors nothing was written.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// New rows.
    pub inserted: i64,
    /// Rows that were there and are different now.
    pub changed: i64,
    /// Rows that were there already, just so.
    pub unchanged: i64,
    /// What is to be mended.
    pub errors: Vec<RowError>,
}

impl Report {
    /// As kept with the operation's key.
    fn pack(&self) -> String {
        format!("{} {} {}", self.inserted, self.changed, self.unchanged)
    }

    fn unpack(text: &str) -> Self {
        let mut numbers = text.split(' ').map(|number| number.parse().unwrap_or(0));
        let mut next = || numbers.next().unwrap_or(0);
        Self { inserted: next(), changed: next(), unchanged: next(), errors: Vec::new() }
    }
}

/// Whether an import is to be written.
#[derive(Clone, Debug)]
pub enum Mode {
    /// Only say what it would do.
    Dry,
    /// Write it, once a key.
    Write(Key),
}

/// Who imports or changes: a member of staff within their scope, or the platform itself (command line, demo).
#[derive(Clone, Debug)]
pub struct Writer {
    pub(super) by: By,
    pub(super) scope: Option<Scope>,
}

impl Writer {
    /// A member of staff who may change places.
    ///
    /// # Errors
    /// `forbidden` without the permission.
    pub fn staff(actor: &Actor) -> Result<Self> {
        let scope = actor.require(Permission::RegionEdit)?;
        Ok(Self { by: By::actor(actor, actor.acting(Permission::RegionEdit, None, None)), scope: Some(scope) })
    }

    /// The platform itself.
    pub fn platform(by: By) -> Self {
        Self { by, scope: None }
    }

    /// A place outside the writer's scope is not theirs to change.
    fn check(&self, place: &RegionCode) -> Result<()> {
        let is_theirs = self.scope.as_ref().is_none_or(|scope| scope.covers(place));
        if is_theirs { Ok(()) } else { Err(Error::new(Code::NotFound)) }
    }

    async fn record(
        &self,
        tx: &mut Tx,
        now: Instant,
        kind: &'static str,
        place: &RegionCode,
        params: Value,
    ) -> Result<()> {
        let entry = Entry { kind, object_kind: "region", object_id: place.to_string(), place: Some(place), params };
        trail::record(tx, now, &self.by, entry).await
    }
}

/// After a commit: what is in memory follows, and pages are told.
async fn settled(app: &App) -> Result<()> {
    super::locator::refresh(app).await?;
    app.live.hint(Topic::Records);
    Ok(())
}
