//! Units: offices, which are public.

use std::collections::HashMap;

use db::{Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Day, Id, Level, Page, RegionCode, Result};

use super::{
    super::model::{UnitFilter, UnitRecord, UnitRef},
    Count, anywhere, below,
};
use crate::{modules::regions, platform::access::Unit};

/// These units, by id. Offices are public.
///
/// # Errors
/// `internal` when the database fails.
pub async fn units_unscoped(db: &mut Conn, ids: &[Id<Unit>]) -> Result<HashMap<Id<Unit>, UnitRef>> {
    let mut ids = ids.to_vec();
    ids.sort();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<UnitRef> =
        db.all(sql!("SELECT id, names, duty, level FROM units WHERE id").push_list(" IN", ids)).await?;
    Ok(rows.into_iter().map(|unit| (unit.id, unit)).collect())
}

/// The units of a place and of those around it up to its county, the nearest first.
///
/// # Errors
/// `internal` when the database fails.
pub async fn units_around_unscoped(db: &mut Conn, place: &RegionCode, today: Day) -> Result<Vec<UnitRef>> {
    let levels = [Level::Village, Level::Township, Level::County];
    let places: Vec<RegionCode> = levels.into_iter().filter_map(|level| place.at(level)).collect();
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("SELECT id, names, duty, level FROM units WHERE (valid_until IS NULL OR valid_until")
        .push_value(" > ", today);
    let sql = sql.push(")").push_list(" AND region IN", places);
    db.all(sql.push(" ORDER BY region DESC, name, id LIMIT 200")).await
}

struct Placed(UnitRef, RegionCode);

impl FromRow for Placed {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(UnitRef::from_row(row)?, row.get("region")?))
    }
}

/// These units and the places they work for, by id, also those that are over.
///
/// # Errors
/// `internal` when the database fails.
pub async fn placed_units_unscoped(
    db: &mut Conn,
    ids: &[Id<Unit>],
) -> Result<HashMap<Id<Unit>, (UnitRef, RegionCode)>> {
    let sql = sql!("SELECT id, names, duty, level, region FROM units WHERE id").push_list(" IN", ids.iter().copied());
    Ok(db.all(sql).await?.into_iter().map(|Placed(unit, region)| (unit.id, (unit, region))).collect())
}

/// One unit with all that is known of it, also one that is over.
pub async fn unit_record_unscoped(db: &mut Conn, id: Id<Unit>) -> Result<Option<UnitRecord>> {
    db.optional(sql!(
        "SELECT id, names, duty, level, region, parent, phone, valid_until, version
         FROM units
         WHERE id = $1",
        id,
    ))
    .await
}

/// The unit that has this duty on this level for the place that `place` lies in; the oldest if there are several.
///
/// # Errors
/// `internal` when the database fails.
pub async fn find_unit_unscoped(
    db: &mut Conn,
    duty: &str,
    level: Level,
    place: &RegionCode,
    today: Day,
) -> Result<Option<UnitRef>> {
    let Some(region) = place.at(level) else { return Ok(None) };
    // Served by units_region.
    db.optional(sql!(
        "SELECT id, names, duty, level
         FROM units
         WHERE region = $1
           AND duty = $2
           AND (valid_until IS NULL OR valid_until > $3)
         ORDER BY id
         LIMIT 1",
        region,
        duty,
        today,
    ))
    .await
}

fn filtered_units(sql: Sql, filter: &UnitFilter, today: Day) -> Sql {
    sql.push(" WHERE (1 = 1")
        .push_some((!filter.with_ended).then_some(today), |sql, day| {
            sql.push_value(" AND (valid_until IS NULL OR valid_until > ", day).push(")")
        })
        .push(")")
        .push_some(filter.region.as_ref(), |sql, place| sql.push_value(" AND region LIKE ", below(place)))
        .push_some(filter.serves.as_ref(), |sql, place| sql.push_list(" AND region IN", regions::ancestry(place)))
        .push_some(filter.duty.as_ref(), |sql, duty| sql.push_value(" AND duty = ", duty))
        .push_some(filter.q.as_ref(), |sql, q| {
            sql.push_value(" AND lower(name) LIKE ", anywhere(q)).push(" ESCAPE '\\'")
        })
}

/// The key of a list of units.
pub type UnitKey = (RegionCode, String, Id<Unit>);

/// One page of units and one row more.
pub async fn list_units(db: &mut Conn, filter: &UnitFilter, today: Day, page: &Page) -> Result<(Vec<UnitRecord>, i64)> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<UnitKey>()).transpose()?;
    let rows = sql!("SELECT id, names, duty, level, region, parent, phone, valid_until, version FROM units");
    let rows = filtered_units(rows, filter, today)
        .push_some(after, |sql, (region, duty, id)| {
            sql.push_value(" AND (region, duty, id) > (", region).push_value(", ", duty).push_value(", ", id).push(")")
        })
        .push_value(" ORDER BY region, duty, id LIMIT ", page.limit + 1);
    let rows = db.all(rows).await?;
    let count = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 FROM units");
    let Count(count) =
        db.one(filtered_units(count, filter, today).push_value(" LIMIT ", COUNT_CAP + 1).push(") x")).await?;
    Ok((rows, count))
}

/// All units of a list, for an export.
pub fn units_export(filter: &UnitFilter, today: Day) -> Sql {
    let rows = sql!("SELECT id, names, duty, level, region, parent, phone, valid_until, version FROM units");
    filtered_units(rows, filter, today).push(" ORDER BY region, duty, id")
}

/// Writes a new unit.
pub async fn insert_unit(db: &mut Tx, unit: &UnitRecord) -> Result<()> {
    insert_units(db, &[(None, unit.clone())]).await
}

/// Units of the same duty on the same level in a place and all in it, that stand today; offices are public.
///
/// # Errors
/// `internal` when the database fails.
pub async fn like_units_unscoped(
    db: &mut Conn,
    (duty, level): (&str, Level),
    within: &RegionCode,
    today: Day,
) -> Result<Vec<UnitRef>> {
    // Served by units_region: the codes of what lies in a place begin with its own.
    db.all(sql!(
        "SELECT id, names, duty, level
         FROM units
         WHERE region >= $1
           AND region < $2
           AND duty = $3
           AND level = $4
           AND (valid_until IS NULL OR valid_until > $5)
         ORDER BY region, id",
        within,
        format!("{within}:"),
        duty,
        level.as_str(),
        today,
    ))
    .await
}

/// Writes new units, each with the name it has in imported files.
pub async fn insert_units(db: &mut Tx, units: &[(Option<String>, UnitRecord)]) -> Result<()> {
    for chunk in units.chunks(500) {
        let mut insert = sql!(
            "INSERT INTO units (id, code, names, name, duty, level, region, parent, phone, valid_until, version) VALUES"
        );
        for (index, (code, unit)) in chunk.iter().enumerate() {
            insert = insert
                .push_value(if index == 0 { " (" } else { ", (" }, unit.id)
                .push_value(", ", code.as_ref())
                .push_value(", ", &unit.names)
                .push_value(", ", unit.names.zh())
                .push_value(", ", &unit.duty)
                .push_value(", ", unit.level.as_str())
                .push_value(", ", &unit.region)
                .push_value(", ", unit.parent)
                .push_value(", ", unit.phone.as_ref())
                .push_value(", ", unit.until)
                .push_value(", ", unit.version)
                .push(")");
        }
        db.execute(insert).await?;
    }
    Ok(())
}

/// Writes a unit over the version that was seen; false when it has another by now.
pub async fn update_unit(db: &mut Tx, unit: &UnitRecord) -> Result<bool> {
    let updated = db
        .execute(sql!(
            "UPDATE units
             SET names = $3, name = $4, duty = $5, parent = $6, phone = $7, valid_until = $8, version = version + 1
             WHERE id = $1
               AND version = $2",
            unit.id,
            unit.version,
            &unit.names,
            unit.names.zh(),
            &unit.duty,
            unit.parent,
            unit.phone.as_ref(),
            unit.until,
        ))
        .await?;
    Ok(updated == 1)
}

/// How many hold a post in the unit on or after a day.
pub async fn holders_from(db: &mut Conn, unit: Id<Unit>, day: Day) -> Result<i64> {
    let count: Count = db
        .one(sql!(
            "SELECT CAST(count(DISTINCT person) AS BIGINT) AS n
             FROM posts
             WHERE unit = $1
               AND (valid_until IS NULL OR valid_until > $2)",
            unit,
            day,
        ))
        .await?;
    Ok(count.0)
}

/// A unit with its name in imported files.
pub struct CodedUnit {
    pub code: String,
    pub unit: UnitRecord,
}

impl FromRow for CodedUnit {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { code: row.get("code")?, unit: UnitRecord::from_row(row)? })
    }
}

/// A unit by its name: what it is called in files (its code, or its id where it has none), its name, its place.
#[derive(Clone, Debug)]
pub struct NamedUnit {
    /// Its identity; none of one that is only being brought in.
    pub id: Option<Id<Unit>>,
    /// Its code, or its id.
    pub code: String,
    /// Its Chinese name.
    pub name: String,
    /// The place it works for.
    pub region: RegionCode,
}

impl FromRow for NamedUnit {
    fn from_row(row: &Row) -> Result<Self> {
        let id: Id<Unit> = row.get("id")?;
        let code: Option<String> = row.opt("code")?;
        let code = code.unwrap_or_else(|| id.to_string());
        Ok(Self { id: Some(id), code, name: row.get("name")?, region: row.get("region")? })
    }
}

/// The units that are called so, by name or by code, and not over.
///
/// # Errors
/// `internal` when the database fails.
pub async fn units_named_unscoped(db: &mut Conn, called: &[&str], today: Day) -> Result<Vec<NamedUnit>> {
    let mut found = Vec::new();
    for chunk in called.chunks(500) {
        let sql = sql!("SELECT id, code, name, region FROM units WHERE (name").push_list(" IN", chunk.iter().copied());
        let sql = sql.push(" OR code").push_list(" IN", chunk.iter().copied());
        let rows: Vec<NamedUnit> =
            db.all(sql.push_value(") AND (valid_until IS NULL OR valid_until > ", today).push(") ORDER BY id")).await?;
        found.extend(rows);
    }
    Ok(found)
}

/// The units that have these names in imported files; one that has none is named by its id.
pub async fn units_by_code(db: &mut Conn, codes: &[&str]) -> Result<HashMap<String, UnitRecord>> {
    let mut found = HashMap::new();
    for chunk in codes.chunks(500) {
        let rows: Vec<CodedUnit> = db
            .all(
                sql!(
                    "SELECT id, code, names, duty, level, region, parent, phone, valid_until, version
                     FROM units
                     WHERE code"
                )
                .push_list(" IN", chunk.iter().copied()),
            )
            .await?;
        found.extend(rows.into_iter().map(|row| (row.code, row.unit)));
    }
    for code in codes {
        let Ok(id) = code.parse::<Id<Unit>>() else { continue };
        if let Some(unit) = unit_record_unscoped(db, id).await? {
            found.insert((*code).to_owned(), unit);
        }
    }
    Ok(found)
}

/// Units that work for exactly this place on a day.
pub async fn units_at(db: &mut Conn, place: &RegionCode, today: Day) -> Result<Vec<UnitRef>> {
    // Served by units_region.
    db.all(sql!(
        "SELECT id, names, duty, level
         FROM units
         WHERE region = $1
           AND (valid_until IS NULL OR valid_until > $2)
         ORDER BY id",
        place,
        today,
    ))
    .await
}

/// Lets a unit work for another place.
pub async fn place_unit(tx: &mut Tx, unit: Id<Unit>, place: &RegionCode) -> Result<()> {
    tx.execute(sql!("UPDATE units SET region = $1, version = version + 1 WHERE id = $2", place, unit)).await?;
    Ok(())
}
