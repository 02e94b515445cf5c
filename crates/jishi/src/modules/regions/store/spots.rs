//! Spots: signs with a QR code.

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{Instant, Names, RegionCode, Result};

/// A spot as stored.
pub struct SpotRow {
    pub code: String,
    pub label: Names,
    pub region: RegionCode,
    pub point: Option<(f64, f64)>,
    pub created_at: Instant,
}

impl FromRow for SpotRow {
    fn from_row(row: &Row) -> Result<Self> {
        let (lon, lat): (Option<f64>, Option<f64>) = (row.opt("lon")?, row.opt("lat")?);
        Ok(Self {
            code: row.get("code")?,
            label: row.get("label")?,
            region: row.get("region")?,
            point: lon.zip(lat),
            created_at: row.get("created_at")?,
        })
    }
}

/// Puts a spot in.
pub async fn insert_spot(tx: &mut Tx, spot: &SpotRow) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO spots (code, label, region, lon, lat, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        &spot.code,
        &spot.label,
        &spot.region,
        spot.point.map(|(lon, _)| lon),
        spot.point.map(|(_, lat)| lat),
        spot.created_at,
    ))
    .await?;
    Ok(())
}

/// One spot.
pub async fn spot_unscoped(db: &mut Conn, code: &str) -> Result<Option<SpotRow>> {
    db.optional(sql!("SELECT code, label, region, lon, lat, created_at FROM spots WHERE code = $1", code)).await
}

/// The spots in a place at any depth.
pub async fn spots_in_unscoped(db: &mut Conn, within: &RegionCode, limit: i64) -> Result<Vec<SpotRow>> {
    db.all(sql!(
        "SELECT code, label, region, lon, lat, created_at
         FROM spots
         WHERE region >= $1
           AND region < $2
         ORDER BY region, code
         LIMIT $3",
        within,
        format!("{within}:"),
        limit,
    ))
    .await
}
