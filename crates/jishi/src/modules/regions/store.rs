//! SQL of places. Where a place is, what it is called and how far it reaches is for everyone to know: residents choose
//! from the same tree as staff. So every read here is unscoped.

use std::collections::HashMap;

use db::{Conn, FromRow, Row, Sql, sql};
use kernel::{Code, Day, Error, Level, RegionCode, Result};

use super::model::{Counts, Former, Kind, Region, RegionRef};

/// Codes asked for in one statement; SQLite binds at most 32,766 values.
const AT_ONCE: usize = 5_000;

fn kind(row: &Row) -> Result<Kind> {
    row.parsed("kind", Kind::parse)?.ok_or_else(|| Error::internal("a place without a kind"))
}

fn level(code: &RegionCode) -> Level {
    code.level()
}

impl FromRow for RegionRef {
    fn from_row(row: &Row) -> Result<Self> {
        let code: RegionCode = row.get("code")?;
        Ok(Self { level: level(&code), code, kind: kind(row)?, names: row.get("names")? })
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

/// Names of these places, also by codes they had before. A code nobody ever had is left out.
pub(super) async fn refs_unscoped(db: &mut Conn, codes: &[&RegionCode]) -> Result<HashMap<RegionCode, RegionRef>> {
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
fn places(today: Day) -> Sql {
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
pub(super) async fn get_unscoped(db: &mut Conn, code: &RegionCode, today: Day) -> Result<Region> {
    if let Some(region) = db.optional(places(today).push_value(" AND r.code = ", code)).await? {
        return Ok(region);
    }
    let former = places(today)
        .push_value(" AND r.id = (SELECT h.region FROM region_codes h WHERE h.code = ", code)
        .push(" ORDER BY h.valid_from DESC LIMIT 1)");
    db.optional(former).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// The places directly in one, by code.
pub(super) async fn children_unscoped(db: &mut Conn, parent: &RegionCode, today: Day) -> Result<Vec<Region>> {
    db.all(existing(places(today).push_value(" AND r.parent = ", parent)).push(" ORDER BY r.code")).await
}

/// What a search looks at.
#[derive(Clone, Copy, Debug)]
pub(super) enum Field {
    Code,
    Name,
    Pinyin,
    Initials,
}

/// Existing places whose field begins with `prefix`, the widest first. Served by an index on each field.
pub(super) async fn beginning_with_unscoped(
    db: &mut Conn,
    field: Field,
    prefix: &str,
    limit: i64,
    today: Day,
) -> Result<Vec<Region>> {
    let (from, to) = match field {
        Field::Code => (" AND r.code >= ", " AND r.code < "),
        Field::Name => (" AND r.name >= ", " AND r.name < "),
        Field::Pinyin => (" AND r.pinyin_key >= ", " AND r.pinyin_key < "),
        Field::Initials => (" AND r.initials >= ", " AND r.initials < "),
    };
    let end = format!("{prefix}\u{10FFFF}");
    let sql = existing(places(today).push_value(from, prefix).push_value(to, end));
    db.all(sql.push_value(" ORDER BY length(r.code), r.code LIMIT ", limit)).await
}

/// Existing places with `part` anywhere in their Chinese name. Reads the names of all places: the last resort of a search.
pub(super) async fn containing_unscoped(db: &mut Conn, part: &str, limit: i64, today: Day) -> Result<Vec<Region>> {
    let sql = existing(places(today).push_value(" AND r.name LIKE ", format!("%{part}%")));
    db.all(sql.push_value(" ORDER BY length(r.code), r.code LIMIT ", limit)).await
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
pub(super) async fn child_counts_unscoped(db: &mut Conn, parent: &RegionCode, today: Day) -> Result<Counts> {
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
pub(super) async fn counts_unscoped(db: &mut Conn, within: &RegionCode, today: Day) -> Result<Counts> {
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
pub(super) async fn former_unscoped(db: &mut Conn, region: &Region) -> Result<Vec<Former>> {
    db.all(sql!(
        "SELECT code, names, valid_from, valid_until FROM region_codes WHERE region = $1 ORDER BY valid_from, code",
        region.id,
    ))
    .await
}
