//! What a redrawing is drawn on, and what it writes besides places and boundaries.

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{Day, Level, RegionCode, Result};

struct Coded(RegionCode);

impl FromRow for Coded {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("code")?))
    }
}

/// Every code that a place directly in one has or had.
pub async fn used_codes_unscoped(db: &mut Conn, parent: &RegionCode, level: Level) -> Result<Vec<RegionCode>> {
    let rows: Vec<Coded> = db
        .all(sql!(
            "SELECT code FROM regions WHERE code > $1 AND code < $2
             UNION
             SELECT code FROM region_codes WHERE code > $1 AND code < $2
             ORDER BY code",
            parent,
            format!("{parent}:"),
        ))
        .await?;
    Ok(rows.into_iter().map(|Coded(code)| code).filter(|code| code.level() == level).collect())
}

struct Bounded(RegionCode, String);

impl FromRow for Bounded {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("code")?, row.get("geometry")?))
    }
}

/// The boundaries of existing places at any depth in one.
pub async fn boundaries_within_unscoped(
    db: &mut Conn,
    place: &RegionCode,
    today: Day,
) -> Result<Vec<(RegionCode, String)>> {
    let rows: Vec<Bounded> = db
        .all(sql!(
            "SELECT b.code, b.geometry
             FROM boundaries b
             JOIN regions r ON r.code = b.code
             WHERE b.code > $1
               AND b.code < $2
               AND r.valid_from <= $3
               AND (r.valid_until IS NULL OR r.valid_until > $3)
             ORDER BY b.code",
            place,
            format!("{place}:"),
            today,
        ))
        .await?;
    Ok(rows.into_iter().map(|Bounded(code, geometry)| (code, geometry)).collect())
}

/// Makes two who redraw the same place wait for one another.
pub async fn lock_place(tx: &mut Tx, place: &RegionCode) -> Result<()> {
    tx.execute(sql!("UPDATE regions SET version = version WHERE code = $1", place)).await?;
    Ok(())
}

/// Says in which place a sign stands.
pub async fn move_spot(tx: &mut Tx, spot: &str, to: &RegionCode) -> Result<()> {
    tx.execute(sql!("UPDATE spots SET region = $1 WHERE code = $2", to, spot)).await?;
    Ok(())
}
