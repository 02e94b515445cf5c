//! Places as they are read.

use std::collections::HashMap;

use db::{Conn, FromRow, Row, Sql, sql};
use kernel::{Code, Day, Error, RegionCode, Result};

use super::{
    super::model::{Counts, Former, Kind, Region, RegionRef},
    AT_ONCE, kind,
};

impl FromRow for RegionRef {
    fn from_row(row: &Row) -> Result<Self> {
        let code: RegionCode = row.get("code")?;
        Ok(Self { level: code.level(), code, kind: kind(row)?, names: row.get("names")? })
    }
}

impl FromRow for Region {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            place: RegionRef::from_row(row)?,
            parent: row.opt("parent")?,
            pinyin: row.get("pinyin")?,
            lon: row.opt("lon")?,
            lat: row.opt("lat")?,
            has_children: row.get("has_children")?,
            valid_from: row.get("valid_from")?,
            valid_until: row.opt("valid_until")?,
            successor: row.opt("successor")?,
            note: row.opt("note")?,
            version: row.get("version")?,
            id: row.get("id")?,
        })
    }
}

impl FromRow for Former {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            code: row.get("code")?,
            names: row.get("names")?,
            valid_from: row.get("valid_from")?,
            valid_until: row.get("valid_until")?,
        })
    }
}

/// The places in `root` with exactly these Chinese names, not over on a day.
pub async fn called_unscoped(db: &mut Conn, names: &[&str], root: &RegionCode, today: Day) -> Result<Vec<RegionRef>> {
    let mut found = Vec::new();
    for chunk in names.chunks(AT_ONCE) {
        let sql = sql!("SELECT code, kind, names FROM regions WHERE name").push_list(" IN", chunk.iter().copied());
        let sql = sql.push_value(" AND (valid_until IS NULL OR valid_until > ", today).push(")");
        let rows: Vec<RegionRef> = db.all(sql.push(" ORDER BY code")).await?;
        found.extend(rows.into_iter().filter(|place| root.covers(&place.code)));
    }
    Ok(found)
}

/// Names of these places, also by codes they had before. A code nobody ever had is left out.
pub async fn refs_unscoped(db: &mut Conn, codes: &[&RegionCode]) -> Result<HashMap<RegionCode, RegionRef>> {
    let mut found = HashMap::with_capacity(codes.len());
    for chunk in codes.chunks(AT_ONCE) {
        let rows: Vec<RegionRef> = db
            .all(sql!("SELECT code, kind, names FROM regions WHERE code").push_list(" IN", chunk.iter().copied()))
            .await?;
        found.extend(rows.into_iter().map(|place| (place.code.clone(), place)));
        let missing: Vec<&RegionCode> = chunk.iter().copied().filter(|code| !found.contains_key(*code)).collect();
        if !missing.is_empty() {
            let rows: Vec<RegionRef> = db
                .all(
                    sql!("SELECT h.code, r.kind, h.names FROM region_codes h JOIN regions r ON r.id = h.region WHERE h.code")
                        .push_list(" IN", missing)
                        .push(" ORDER BY h.valid_from"),
                )
                .await?;
            found.extend(rows.into_iter().map(|place| (place.code.clone(), place)));
        }
    }
    Ok(found)
}

/// Places with all their fields; the caller adds which. `today` decides what `has_children` counts.
pub(super) fn places(today: Day) -> Sql {
    sql!(
        "SELECT r.id, r.code, r.parent, r.kind, r.names, r.pinyin, r.lon, r.lat, r.valid_from, r.valid_until, r.successor,
                r.note, r.version,
                EXISTS (SELECT 1 FROM regions c
                        WHERE c.parent = r.code
                          AND c.valid_from <= $1
                          AND (c.valid_until IS NULL OR c.valid_until > $1)) AS has_children
         FROM regions r
         WHERE 1 = 1",
        today,
    )
}

/// Only places that exist on the day given to [`places`].
fn existing(sql: Sql) -> Sql {
    sql.push(" AND r.valid_from <= $1 AND (r.valid_until IS NULL OR r.valid_until > $1)")
}

/// A place by its code, or by one it had before.
pub async fn get_unscoped(db: &mut Conn, code: &RegionCode, today: Day) -> Result<Region> {
    if let Some(region) = db.optional(places(today).push_value(" AND r.code = ", code)).await? {
        return Ok(region);
    }
    let former = places(today)
        .push_value(" AND r.id = (SELECT h.region FROM region_codes h WHERE h.code = ", code)
        .push(" ORDER BY h.valid_from DESC LIMIT 1)");
    db.optional(former).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// The places directly in one, by code.
pub async fn children_unscoped(db: &mut Conn, parent: &RegionCode, today: Day) -> Result<Vec<Region>> {
    db.all(existing(places(today).push_value(" AND r.parent = ", parent)).push(" ORDER BY r.code")).await
}

struct Count {
    kind: Kind,
    n: i64,
}

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { kind: kind(row)?, n: row.get("n")? })
    }
}

/// How many places lie directly in one, by kind.
pub async fn child_counts_unscoped(db: &mut Conn, parent: &RegionCode, today: Day) -> Result<Counts> {
    let rows: Vec<Count> = db
        .all(sql!(
            "SELECT kind, CAST(count(*) AS BIGINT) AS n
             FROM regions
             WHERE parent = $1
               AND valid_from <= $2
               AND (valid_until IS NULL OR valid_until > $2)
             GROUP BY kind",
            parent,
            today,
        ))
        .await?;
    Ok(rows.into_iter().map(|row| (row.kind, row.n)).collect())
}

/// How many places lie anywhere in one, by kind: codes that begin with its own (a colon sorts right after the digits).
pub async fn counts_unscoped(db: &mut Conn, within: &RegionCode, today: Day) -> Result<Counts> {
    let rows: Vec<Count> = db
        .all(sql!(
            "SELECT kind, CAST(count(*) AS BIGINT) AS n
             FROM regions
             WHERE code > $1
               AND code < $2
               AND valid_from <= $3
               AND (valid_until IS NULL OR valid_until > $3)
             GROUP BY kind",
            within,
            format!("{within}:"),
            today,
        ))
        .await?;
    Ok(rows.into_iter().map(|row| (row.kind, row.n)).collect())
}

/// The codes and names a place had before, the oldest first.
pub async fn former_unscoped(db: &mut Conn, region: &Region) -> Result<Vec<Former>> {
    db.all(sql!(
        "SELECT code, names, valid_from, valid_until FROM region_codes WHERE region = $1 ORDER BY valid_from, code",
        region.id,
    ))
    .await
}

/// The places of these codes, whether they still exist or not.
pub async fn all_of_unscoped(db: &mut Conn, codes: &[RegionCode], today: Day) -> Result<HashMap<RegionCode, Region>> {
    let mut found = HashMap::new();
    for chunk in codes.chunks(AT_ONCE) {
        let rows: Vec<Region> = db.all(places(today).push_list(" AND r.code IN", chunk)).await?;
        found.extend(rows.into_iter().map(|region| (region.place.code.clone(), region)));
    }
    Ok(found)
}

struct At(RegionCode, f64, f64);

impl FromRow for At {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("code")?, row.get("lon")?, row.get("lat")?))
    }
}

/// Where to draw each of these places: the middle of its boundary, or else its seat; those that have neither are left out.
pub async fn points_unscoped(db: &mut Conn, codes: &[RegionCode]) -> Result<HashMap<RegionCode, (f64, f64)>> {
    let mut points = HashMap::new();
    for chunk in codes.chunks(AT_ONCE) {
        let sql = sql!(
            "SELECT r.code, coalesce((b.min_lon + b.max_lon) / 2, r.lon) AS lon,
                    coalesce((b.min_lat + b.max_lat) / 2, r.lat) AS lat
             FROM regions r
             LEFT JOIN boundaries b ON b.code = r.code
             WHERE coalesce(b.min_lon, r.lon) IS NOT NULL
               AND r.code"
        );
        let rows: Vec<At> = db.all(sql.push_list(" IN", chunk)).await?;
        points.extend(rows.into_iter().map(|At(code, lon, lat)| (code, (lon, lat))));
    }
    Ok(points)
}
