//! 定位: from a point to the place that answers for it.
//!
//! In memory are the boxes around all boundaries and the seats of villages and townships; the boundaries themselves are
//! parsed when first asked for and the last ones are kept. A look-up whose boundaries are kept takes no database.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use db::Conn;
use geo_index::{Area, Envelopes, Seat, Seats, Shape, Shapes};
use kernel::{Level, RegionCode, Result};

use super::store;
use crate::modules::App;

/// Boundaries kept parsed; about a kilobyte each.
const KEPT: usize = 20_000;
/// A seat farther away than this, in metres, says nothing about where someone is.
const FAR: f64 = 20_000.0;

/// What is kept in memory to find places.
#[derive(Debug)]
pub struct Locator {
    known: RwLock<Arc<Known>>,
    shapes: Mutex<Shapes>,
}

#[derive(Debug, Default)]
struct Known {
    /// The last change of places or boundaries that was read; none before the first.
    mark: Option<i64>,
    envelopes: Envelopes,
    seats: Seats,
    /// Whether some boundary is that of a county or wider: then a point in none of them is outside.
    has_outline: bool,
    /// Whether some boundary of a township or smaller, or some seat, is on record: then a point tells more than the county.
    tells: bool,
}

impl Default for Locator {
    fn default() -> Self {
        Self { known: RwLock::default(), shapes: Mutex::new(Shapes::new(KEPT)) }
    }
}

impl Locator {
    fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn put(&self, known: Known) {
        *self.shapes.lock().unwrap_or_else(PoisonError::into_inner) = Shapes::new(KEPT);
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
    }

    /// The boundary of a place: kept, or read and parsed now. One that does not parse is passed over and logged; it was
    /// checked when it came in.
    async fn shape(&self, db: &mut Conn, code: &str) -> Result<Option<Arc<Shape>>> {
        if let Some(shape) = self.shapes.lock().unwrap_or_else(PoisonError::into_inner).get(code) {
            return Ok(Some(shape));
        }
        let Some(text) = store::geometry_unscoped(db, code).await? else { return Ok(None) };
        match Shape::parse(&text) {
            Ok(shape) => {
                let shape = Arc::new(shape);
                self.shapes.lock().unwrap_or_else(PoisonError::into_inner).keep(code, Arc::clone(&shape));
                Ok(Some(shape))
            }
            Err(flaw) => {
                tracing::error!(%flaw, code, "a stored boundary does not parse");
                Ok(None)
            }
        }
    }

    /// The deepest place whose boundary holds the point.
    async fn within(&self, db: &mut Conn, known: &Known, lon: f64, lat: f64) -> Result<Option<RegionCode>> {
        for area in known.envelopes.around(lon, lat) {
            if let Some(shape) = self.shape(db, &area.code).await?
                && shape.holds(lon, lat)
            {
                return RegionCode::parse(&area.code).map(Some);
            }
        }
        Ok(None)
    }
}

/// The place that answers for a point (WGS-84), and whether that is a guess: by boundary down to the township, otherwise
/// the nearest seat. None outside the instance's place. For everyone: residents are located before anything is written.
///
/// # Errors
/// `internal` when the database fails.
pub async fn locate_unscoped(db: &mut Conn, app: &App, lon: f64, lat: f64) -> Result<Option<(RegionCode, bool)>> {
    let known = app.locator.known();
    let held = app.locator.within(db, &known, lon, lat).await?;
    if let Some(place) = &held
        && place.level() >= Level::Township
    {
        return Ok(Some((place.clone(), false)).filter(|(place, _)| app.settings.region.covers(place)));
    }
    if held.is_none() && known.has_outline {
        return Ok(None);
    }
    let nearest = known.seats.nearest(lon, lat).filter(|(_, metres)| *metres <= FAR);
    let guess = nearest.map(|(code, _)| RegionCode::parse(code)).transpose()?;
    Ok(match (guess, held) {
        (Some(guess), None) => Some((guess, true)),
        (Some(guess), Some(held)) if held.covers(&guess) => Some((guess, true)),
        (_, Some(held)) => Some((held, false)),
        (None, None) => None,
    }
    .filter(|(place, _)| app.settings.region.covers(place)))
}

/// Whether the border of the instance's place is drawn, so that a point beyond it is known to be so.
pub fn is_outlined(app: &App) -> bool {
    app.locator.known().has_outline
}

/// Whether a point (a pin, a phone's position) can be told to lie in a township, village or grid: boundaries or seats of
/// them are on record. Where there are none, pages offer no way by a point.
pub fn tells_places(app: &App) -> bool {
    app.locator.known().tells
}

/// Whether any boundary is on record that a map can draw.
pub fn has_boundaries(app: &App) -> bool {
    !app.locator.known().envelopes.is_empty()
}

/// Reads boxes and seats again, if places or boundaries changed since they were last read.
///
/// # Errors
/// `internal` when the database fails.
pub async fn refresh(app: &App) -> Result<()> {
    let mut db = app.db.read().await?;
    let mark = store::last_change_unscoped(&mut db).await?;
    if app.locator.known().mark == Some(mark) {
        return Ok(());
    }
    let areas: Vec<Area> = store::areas_unscoped(&mut db, app.today()).await?;
    let is_outline = |area: &Area| area.code.len() <= Level::County.digits();
    let has_outline = areas.iter().any(is_outline);
    let seats = telling(store::seats_unscoped(&mut db, &app.settings.region, app.today()).await?);
    let is_small = |area: &Area| area.code.len() > Level::County.digits();
    let tells = areas.iter().any(is_small) || !seats.is_empty();
    app.locator.put(Known {
        tells,
        mark: Some(mark),
        envelopes: Envelopes::new(areas),
        seats: Seats::new(seats),
        has_outline,
    });
    Ok(())
}

/// The seats that tell most: those of villages, and those of townships of which no village's seat is known.
fn telling(seats: Vec<Seat>) -> Vec<Seat> {
    let township = |seat: &Seat| seat.code.get(..Level::Township.digits()).map(str::to_owned);
    let is_village = |seat: &Seat| seat.code.len() > Level::Township.digits();
    let covered: HashSet<String> = seats.iter().filter(|seat| is_village(seat)).filter_map(township).collect();
    seats
        .into_iter()
        .filter(|seat| is_village(seat) || township(seat).is_none_or(|code| !covered.contains(&code)))
        .collect()
}
