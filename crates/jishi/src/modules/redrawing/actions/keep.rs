//! Keeping what a redrawing changed.

use db::Tx;
use kernel::{Id, Result};

use super::super::{
    past::{Counts, Kept, Past, Way},
    store,
};
use crate::{modules::App, platform::trail::By};

/// Keeps a redrawing with what it changed; where nothing was, nothing is kept.
///
/// # Errors
/// `internal` when the database fails.
pub async fn keep(tx: &mut Tx, app: &App, by: &By, (way, counts, kept): (Way, Counts, &Kept)) -> Result<()> {
    let Some(region) = kept.places.region() else { return Ok(()) };
    let at = app.now();
    let id = Id::new(at, &app.chance);
    let past = Past { id, at, person: by.person, region, way, counts, undone_at: None, undone_by: None };
    store::insert(tx, &past, kept).await
}
