//! Changing places, boundaries and spots.

mod boundaries;
mod edit;
mod import;
mod redraw;
mod restore;
mod shapefile;
mod spots;

use db::Tx;
use kernel::{Code, Error, Instant, RegionCode, Result};
use serde_json::Value;

pub use boundaries::{BoundaryFile, Compared, compare_boundaries, flaw_names, put_boundaries_in, read_boundaries};
pub use edit::{Alteration, NewPlace, alter, create};
pub use import::{PlacesDone, PlacesFile, import, import_csv, places_in, undo_places_in};
pub use redraw::{drawing_unscoped, findings_unscoped, redraw_in};
pub use restore::{obstacles_unscoped, restore_in};
pub use shapefile::{ShapefileRead, read_shapefile};
pub use spots::{NewSpot, as_printed, place_spot, sign_code, spot_unscoped, spots_unscoped};

use crate::{
    modules::App,
    platform::{
        import::Writer,
        live::Topic,
        trail::{self, Entry},
    },
};

/// What the trail calls changes that the locator must know of.
pub(super) const TRAIL: [&str; 6] = [
    "region.created",
    "region.changed",
    "regions.imported",
    "boundaries.imported",
    "boundaries.redrawn",
    "boundaries.restored",
];

/// A place outside the writer's scope is not theirs to change.
fn require(writer: &Writer, place: &RegionCode) -> Result<()> {
    if writer.covers(place) { Ok(()) } else { Err(Error::new(Code::NotFound)) }
}

async fn record(
    tx: &mut Tx,
    writer: &Writer,
    now: Instant,
    kind: &'static str,
    place: &RegionCode,
    params: Value,
) -> Result<()> {
    let entry = Entry { kind, object_kind: "region", object_id: place.to_string(), place: Some(place), params };
    trail::record(tx, now, &writer.by, entry).await
}

/// After a commit: what is in memory follows, and pages are told.
async fn settled(app: &App) -> Result<()> {
    super::locator::refresh(app).await?;
    app.live.hint(Topic::Records);
    Ok(())
}
