//! The ledger on a map: one point a place, with how many cases the list has there.

use db::Conn;
use kernel::{Level, Result};
use serde::Serialize;

use crate::modules::{
    App,
    disclosure::{model::PublicFilter, store},
    regions::{self, RegionRef},
};

/// A place on the map.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = PublicPoint)]
pub struct Point {
    /// The place.
    pub place: RegionRef,
    /// Longitude of its middle, or of its seat: never of a case.
    pub lon: f64,
    /// Latitude.
    pub lat: f64,
    /// How many cases.
    pub cases: i64,
}

/// The ledger on a map.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PublicMap {
    /// One point for each place directly in the one asked for, and one for what is known no finer than that.
    pub points: Vec<Point>,
    /// Cases of places without a point.
    pub without_point: i64,
}

/// The ledger on a map, one step finer than its place, down to the grid.
///
/// # Errors
/// `internal` when the database fails.
pub async fn map(db: &mut Conn, app: &App, filter: &PublicFilter) -> Result<PublicMap> {
    let mut places: Vec<RegionRef> = regions::refs_unscoped(db, [&filter.place]).await?.into_values().collect();
    if filter.place.level() < Level::Grid {
        let children = regions::children_unscoped(db, &filter.place, app.today()).await?;
        places.extend(children.into_iter().map(|child| child.place));
    }
    let codes: Vec<_> = places.iter().map(|place| place.code.clone()).collect();
    let mut counts = store::place_counts(db, &codes, filter).await?;
    let whole = counts.get(&filter.place).copied().unwrap_or_default();
    let finer: i64 = counts.iter().filter(|(code, _)| **code != filter.place).map(|(_, cases)| cases).sum();
    counts.insert(filter.place.clone(), (whole - finer).max(0));
    let at = regions::points_unscoped(db, &codes).await?;
    let mut map = PublicMap { points: Vec::new(), without_point: 0 };
    for place in places {
        let cases = counts.get(&place.code).copied().unwrap_or_default();
        match at.get(&place.code) {
            Some((lon, lat)) if cases > 0 => map.points.push(Point { lon: *lon, lat: *lat, cases, place }),
            _ => map.without_point += cases,
        }
    }
    Ok(map)
}
