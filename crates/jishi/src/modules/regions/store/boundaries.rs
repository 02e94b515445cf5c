//! Boundaries, and what a point is located by.

use std::collections::HashMap;

use db::{Conn, FromRow, Row, Sql, Tx, sql};
use geo_index::{Area, Envelope, Seat};
use kernel::{Day, Error, Instant, RegionCode, Result};

use super::{
    super::model::{Outline, RegionRef},
    AT_ONCE,
};

/// A boundary to be written.
#[derive(Clone, Debug)]
pub struct Boundary {
    pub code: RegionCode,
    pub geometry: String,
    pub envelope: Envelope,
    pub is_synthetic: bool,
    pub source: String,
}

/// What tells whether a boundary changed.
#[derive(Debug)]
pub struct Kept {
    code: RegionCode,
    pub geometry: String,
    pub is_synthetic: bool,
    pub source: String,
}

impl FromRow for Kept {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            code: row.get("code")?,
            geometry: row.get("geometry")?,
            is_synthetic: row.get("is_synthetic")?,
            source: row.get("source")?,
        })
    }
}

/// The boundaries of these places that are there.
pub async fn boundaries_of_unscoped(db: &mut Conn, codes: &[RegionCode]) -> Result<HashMap<RegionCode, Kept>> {
    let mut found = HashMap::new();
    for chunk in codes.chunks(AT_ONCE) {
        let rows: Vec<Kept> = db
            .all(sql!("SELECT code, geometry, is_synthetic, source FROM boundaries WHERE code").push_list(" IN", chunk))
            .await?;
        found.extend(rows.into_iter().map(|kept| (kept.code.clone(), kept)));
    }
    Ok(found)
}

/// Writes a boundary over the one before.
pub async fn put_boundary(tx: &mut Tx, boundary: &Boundary, at: Instant) -> Result<()> {
    let Envelope { min, max } = boundary.envelope;
    tx.execute(sql!(
        "INSERT INTO boundaries (code, parent, geometry, min_lon, min_lat, max_lon, max_lat, is_synthetic, source, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (code) DO UPDATE
         SET geometry = excluded.geometry, min_lon = excluded.min_lon, min_lat = excluded.min_lat,
             max_lon = excluded.max_lon, max_lat = excluded.max_lat, is_synthetic = excluded.is_synthetic,
             source = excluded.source, updated_at = excluded.updated_at",
        &boundary.code,
        boundary.code.parent(),
        &boundary.geometry,
        min[0],
        min[1],
        max[0],
        max[1],
        boundary.is_synthetic,
        &boundary.source,
        at,
    ))
    .await?;
    Ok(())
}

/// Forgets a boundary: its place had none before.
pub async fn forget_boundary(tx: &mut Tx, code: &RegionCode) -> Result<()> {
    tx.execute(sql!("DELETE FROM boundaries WHERE code = $1", code)).await?;
    Ok(())
}

impl FromRow for Outline {
    fn from_row(row: &Row) -> Result<Self> {
        let geometry: String = row.get("geometry")?;
        Ok(Self {
            place: RegionRef::from_row(row)?,
            geometry: serde_json::from_str(&geometry).map_err(Error::internal)?,
            is_synthetic: row.get("is_synthetic")?,
            source: row.get("source")?,
        })
    }
}

/// Boundaries of existing places; the caller adds which.
fn outlines(today: Day) -> Sql {
    sql!(
        "SELECT b.code, b.geometry, b.is_synthetic, b.source, r.kind, r.names
         FROM boundaries b
         JOIN regions r ON r.code = b.code
         WHERE r.valid_from <= $1
           AND (r.valid_until IS NULL OR r.valid_until > $1)",
        today,
    )
}

/// The boundary of a place.
pub async fn outline_unscoped(db: &mut Conn, code: &RegionCode, today: Day) -> Result<Vec<Outline>> {
    db.all(outlines(today).push_value(" AND b.code = ", code)).await
}

/// The boundaries of the places directly in one.
pub async fn outlines_in_unscoped(db: &mut Conn, parent: &RegionCode, today: Day) -> Result<Vec<Outline>> {
    db.all(outlines(today).push_value(" AND b.parent = ", parent).push(" ORDER BY b.code")).await
}

struct Geometry(String);

impl FromRow for Geometry {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("geometry")?))
    }
}

/// The text of a boundary.
pub async fn geometry_unscoped(db: &mut Conn, code: &str) -> Result<Option<String>> {
    let found: Option<Geometry> = db.optional(sql!("SELECT geometry FROM boundaries WHERE code = $1", code)).await?;
    Ok(found.map(|Geometry(text)| text))
}

struct Boxed(Area);

impl FromRow for Boxed {
    fn from_row(row: &Row) -> Result<Self> {
        let code: String = row.get("code")?;
        let envelope = Envelope {
            min: [row.get("min_lon")?, row.get("min_lat")?],
            max: [row.get("max_lon")?, row.get("max_lat")?],
        };
        Ok(Self(Area { code: code.into(), envelope }))
    }
}

/// The boxes around all boundaries of existing places.
pub async fn areas_unscoped(db: &mut Conn, today: Day) -> Result<Vec<Area>> {
    let rows: Vec<Boxed> = db
        .all(sql!(
            "SELECT b.code, b.min_lon, b.min_lat, b.max_lon, b.max_lat
             FROM boundaries b
             JOIN regions r ON r.code = b.code
             WHERE r.valid_from <= $1
               AND (r.valid_until IS NULL OR r.valid_until > $1)
             ORDER BY b.code",
            today,
        ))
        .await?;
    Ok(rows.into_iter().map(|Boxed(area)| area).collect())
}

struct Sited(Seat);

impl FromRow for Sited {
    fn from_row(row: &Row) -> Result<Self> {
        let code: String = row.get("code")?;
        Ok(Self(Seat { code: code.into(), lon: row.get("lon")?, lat: row.get("lat")? }))
    }
}

/// The seats of townships, villages and communities with land: what a point without a boundary is guessed from.
pub async fn seats_unscoped(db: &mut Conn, within: &RegionCode, today: Day) -> Result<Vec<Seat>> {
    let rows: Vec<Sited> = db
        .all(sql!(
            "SELECT code, lon, lat
             FROM regions
             WHERE code >= $1
               AND code < $2
               AND level IN ('township', 'village')
               AND kind <> 'landless_community'
               AND lon IS NOT NULL
               AND valid_from <= $3
               AND (valid_until IS NULL OR valid_until > $3)
             ORDER BY code",
            within,
            format!("{within}:"),
            today,
        ))
        .await?;
    Ok(rows.into_iter().map(|Sited(seat)| seat).collect())
}
