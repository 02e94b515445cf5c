//! SQL of places. Where a place is, what it is called and how far it reaches is for everyone to know: residents choose
//! from the same tree as staff. So every read here is unscoped.

use std::collections::HashMap;

use db::{Conn, FromRow, Row, Sql, Tx, sql};
use geo_index::{Area, Envelope, Seat};
use kernel::{Code, Day, Error, Id, Instant, Names, RegionCode, Result};

use super::{
    model::{Counts, Former, Kind, Outline, Region, RegionRef},
    plan::Written,
    rules,
};

/// Codes asked for in one statement. SQLite finds the place of each value by walking all before it, so that many small
/// statements are much faster than few large ones.
const AT_ONCE: usize = 400;

fn kind(row: &Row) -> Result<Kind> {
    row.parsed("kind", Kind::parse)?.ok_or_else(|| Error::internal("a place without a kind"))
}

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
        Field::Code => (" AND s.code >= ", " AND s.code < "),
        Field::Name => (" AND s.name >= ", " AND s.name < "),
        Field::Pinyin => (" AND s.pinyin_key >= ", " AND s.pinyin_key < "),
        Field::Initials => (" AND s.initials >= ", " AND s.initials < "),
    };
    let end = format!("{prefix}\u{10FFFF}");
    db.all(widest(places(today), limit, |sql| sql.push_value(from, prefix).push_value(to, end))).await
}

/// Existing places with `part` anywhere in their Chinese name. Reads the names of all places: the last resort of a search.
pub(super) async fn containing_unscoped(db: &mut Conn, part: &str, limit: i64, today: Day) -> Result<Vec<Region>> {
    db.all(widest(places(today), limit, |sql| sql.push_value(" AND s.name LIKE ", format!("%{part}%")))).await
}

/// The widest of the existing places `s` that match. They are chosen by their codes alone, before anything dear is asked
/// about them: a short prefix matches thousands.
fn widest(sql: Sql, limit: i64, matching: impl FnOnce(Sql) -> Sql) -> Sql {
    let sql = sql.push(
        " AND r.code IN (SELECT s.code FROM regions s
                         WHERE s.valid_from <= $1
                           AND (s.valid_until IS NULL OR s.valid_until > $1)",
    );
    matching(sql).push_value(" ORDER BY length(s.code), s.code LIMIT ", limit).push(") ORDER BY length(r.code), r.code")
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

/// The places of these codes, whether they still exist or not.
pub(super) async fn all_of_unscoped(
    db: &mut Conn,
    codes: &[RegionCode],
    today: Day,
) -> Result<HashMap<RegionCode, Region>> {
    let mut found = HashMap::new();
    for chunk in codes.chunks(AT_ONCE) {
        let rows: Vec<Region> = db.all(places(today).push_list(" AND r.code IN", chunk)).await?;
        found.extend(rows.into_iter().map(|region| (region.place.code.clone(), region)));
    }
    Ok(found)
}

/// Rows of one INSERT, of 15 values each; few, for the reason given at [`AT_ONCE`].
const ROWS_AT_ONCE: usize = 40;

/// Puts new places in, many in one statement: the nation's 660,000 come in seconds.
pub(super) async fn insert(tx: &mut Tx, new: &[(Id<Region>, Written)]) -> Result<()> {
    for chunk in new.chunks(ROWS_AT_ONCE) {
        let mut sql = sql!(
            "INSERT INTO regions (id, code, parent, level, kind, names, name, pinyin, pinyin_key, initials, lon, lat,
                                  valid_from, note, version)
             VALUES "
        );
        for (index, (id, place)) in chunk.iter().enumerate() {
            sql = sql
                .push_value(if index == 0 { "(" } else { ", (" }, *id)
                .push_value(", ", &place.code)
                .push_value(", ", place.code.parent())
                .push_value(", ", place.code.level().as_str())
                .push_value(", ", place.kind.as_str())
                .push_value(", ", &place.names)
                .push_value(", ", place.names.zh())
                .push_value(", ", &place.pinyin)
                .push_value(", ", rules::pinyin_key(&place.pinyin))
                .push_value(", ", rules::initials(&place.pinyin))
                .push_value(", ", place.point.map(|(lon, _)| lon))
                .push_value(", ", place.point.map(|(_, lat)| lat))
                .push_value(", ", place.valid_from)
                .push_value(", ", place.note.as_ref())
                .push_value(", ", 1_i64)
                .push(")");
        }
        tx.execute(sql).await?;
    }
    Ok(())
}

/// Writes a place as it now is; false when someone else changed it meanwhile.
pub(super) async fn update(
    tx: &mut Tx,
    before: &Region,
    after: &Written,
    end: (Option<Day>, Option<&RegionCode>),
) -> Result<bool> {
    let (valid_until, successor) = end;
    let changed = tx
        .execute(sql!(
            "UPDATE regions
             SET code = $1, parent = $2, kind = $3, names = $4, name = $5, pinyin = $6, pinyin_key = $7, initials = $8,
                 lon = $9, lat = $10, note = $11, valid_until = $12, successor = $13, version = version + 1
             WHERE id = $14
               AND version = $15",
            &after.code,
            after.code.parent(),
            after.kind.as_str(),
            &after.names,
            after.names.zh(),
            &after.pinyin,
            rules::pinyin_key(&after.pinyin),
            rules::initials(&after.pinyin),
            after.point.map(|(lon, _)| lon),
            after.point.map(|(_, lat)| lat),
            after.note.as_ref(),
            valid_until,
            successor,
            before.id,
            before.version,
        ))
        .await?;
    Ok(changed == 1)
}

/// Keeps the code and names a place had until `until`. A correction on the very day they began leaves no trace.
pub(super) async fn keep_former(tx: &mut Tx, before: &Region, until: Day) -> Result<()> {
    let since = former_unscoped(tx, before).await?.last().map_or(before.valid_from, |former| former.valid_until);
    if since >= until {
        return Ok(());
    }
    tx.execute(sql!(
        "INSERT INTO region_codes (code, region, names, valid_from, valid_until)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (code, valid_from) DO NOTHING",
        &before.place.code,
        before.id,
        &before.place.names,
        since,
        until,
    ))
    .await?;
    Ok(())
}

/// Moves what hangs on a code to the place's new one: its boundary and its printed spots.
pub(super) async fn move_code(tx: &mut Tx, from: &RegionCode, to: &RegionCode) -> Result<()> {
    tx.execute(sql!("UPDATE boundaries SET code = $1, parent = $2 WHERE code = $3", to, to.parent(), from)).await?;
    tx.execute(sql!("UPDATE spots SET region = $1 WHERE region = $2", to, from)).await?;
    Ok(())
}

struct Seq(Option<i64>);

impl FromRow for Seq {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.opt("seq")?))
    }
}

/// The last entry of the trail about places or boundaries; 0 before the first. Every write of ours leaves one.
pub(super) async fn last_change_unscoped(db: &mut Conn) -> Result<i64> {
    let mut last = 0;
    for kind in super::actions::TRAIL {
        let Seq(seq) = db.one(sql!("SELECT max(seq) AS seq FROM events WHERE kind = $1", kind)).await?;
        last = last.max(seq.unwrap_or(0));
    }
    Ok(last)
}

/// A boundary to be written.
#[derive(Clone, Debug)]
pub(super) struct Boundary {
    pub(super) code: RegionCode,
    pub(super) geometry: String,
    pub(super) envelope: Envelope,
    pub(super) is_synthetic: bool,
    pub(super) source: String,
}

/// What tells whether a boundary changed.
pub(super) struct Kept {
    code: RegionCode,
    pub(super) geometry: String,
    pub(super) is_synthetic: bool,
    pub(super) source: String,
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
pub(super) async fn boundaries_of_unscoped(db: &mut Conn, codes: &[RegionCode]) -> Result<HashMap<RegionCode, Kept>> {
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
pub(super) async fn put_boundary(tx: &mut Tx, boundary: &Boundary, at: Instant) -> Result<()> {
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
pub(super) async fn outline_unscoped(db: &mut Conn, code: &RegionCode, today: Day) -> Result<Vec<Outline>> {
    db.all(outlines(today).push_value(" AND b.code = ", code)).await
}

/// The boundaries of the places directly in one.
pub(super) async fn outlines_in_unscoped(db: &mut Conn, parent: &RegionCode, today: Day) -> Result<Vec<Outline>> {
    db.all(outlines(today).push_value(" AND b.parent = ", parent).push(" ORDER BY b.code")).await
}

struct Geometry(String);

impl FromRow for Geometry {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("geometry")?))
    }
}

/// The text of a boundary.
pub(super) async fn geometry_unscoped(db: &mut Conn, code: &str) -> Result<Option<String>> {
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
pub(super) async fn areas_unscoped(db: &mut Conn, today: Day) -> Result<Vec<Area>> {
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
pub(super) async fn seats_unscoped(db: &mut Conn, within: &RegionCode, today: Day) -> Result<Vec<Seat>> {
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

/// A spot as stored.
pub(super) struct SpotRow {
    pub(super) code: String,
    pub(super) label: Names,
    pub(super) region: RegionCode,
    pub(super) point: Option<(f64, f64)>,
    pub(super) created_at: Instant,
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
pub(super) async fn insert_spot(tx: &mut Tx, spot: &SpotRow) -> Result<()> {
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
pub(super) async fn spot_unscoped(db: &mut Conn, code: &str) -> Result<Option<SpotRow>> {
    db.optional(sql!("SELECT code, label, region, lon, lat, created_at FROM spots WHERE code = $1", code)).await
}

/// The spots in a place at any depth.
pub(super) async fn spots_in_unscoped(db: &mut Conn, within: &RegionCode, limit: i64) -> Result<Vec<SpotRow>> {
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
