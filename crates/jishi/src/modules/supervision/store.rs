//! SQL of supervisions.

use db::{Backend, Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Cursor, Id, Instant, Level, Listing, Page, RegionCode, Result};

use super::model::{Supervision, SupervisionFilter};
use crate::{
    modules::cases::{Case, Grade},
    platform::access::{Scope, Unit},
};

const COLUMNS: &str =
    "SELECT s.id, s.case_id, s.grade, s.trigger_code, s.is_open, s.county, s.unit, s.owner, s.imposed_at, s.imposed_by,
            s.due_at, s.demand, s.meeting_at, s.answered_at, s.answered_by, s.answer, s.released_at, s.released_by,
            s.released_words, s.version";

fn select() -> Sql {
    sql!("").push(COLUMNS).push(" FROM supervisions s WHERE TRUE")
}

/// Puts a new one in; false when the case is supervised already.
pub async fn insert(tx: &mut Tx, it: &Supervision, place: &RegionCode) -> Result<bool> {
    let inserted = tx
        .execute(sql!(
            "INSERT INTO supervisions (id, case_id, grade, trigger_code, is_open, county, township, unit, owner,
                 imposed_at, imposed_by, due_at, demand, meeting_at, version)
             VALUES ($1, $2, $3, $4, TRUE, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)
             ON CONFLICT (case_id) WHERE is_open DO NOTHING",
            it.id,
            it.case,
            it.grade.as_str(),
            &it.trigger,
            &it.county,
            place.at(Level::Township),
            it.unit,
            it.owner,
            it.imposed_at,
            it.imposed_by,
            it.due_at,
            it.demand,
            it.meeting_at,
        ))
        .await?;
    Ok(inserted == 1)
}

/// Writes a changed one back; its version counts up. Whoever calls has locked its case.
pub async fn save(tx: &mut Tx, it: &Supervision) -> Result<()> {
    tx.execute(sql!(
        "UPDATE supervisions
         SET grade = $1, trigger_code = $2, is_open = $3, unit = $4, owner = $5, due_at = $6, demand = $7,
             meeting_at = $8, answered_at = $9, answered_by = $10, answer = $11, released_at = $12, released_by = $13,
             released_words = $14, version = version + 1
         WHERE id = $15",
        it.grade.as_str(),
        &it.trigger,
        it.is_open,
        it.unit,
        it.owner,
        it.due_at,
        it.demand,
        it.meeting_at,
        it.answered_at,
        it.answered_by,
        it.answer,
        it.released_at,
        it.released_by,
        it.released_words,
        it.id,
    ))
    .await?;
    Ok(())
}

/// One of them; the caller checks the right to its case.
pub async fn get_unscoped(db: &mut Conn, id: Id<Supervision>) -> Result<Option<Supervision>> {
    db.optional(select().push_value(" AND s.id = ", id)).await
}

/// One of them, locked behind its case; SQLite has one writer and needs no lock.
pub async fn lock(tx: &mut Tx, id: Id<Supervision>) -> Result<Option<Supervision>> {
    let sql = select().push_value(" AND s.id = ", id);
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE") } else { sql };
    tx.optional(sql).await
}

/// All of a case, the newest first; the caller has checked the right to the case.
pub async fn of_case(db: &mut Conn, case: Id<Case>) -> Result<Vec<Supervision>> {
    db.all(select().push_value(" AND s.case_id = ", case).push(" ORDER BY s.imposed_at DESC, s.id DESC")).await
}

/// The one that lasts in a case.
pub async fn open_of(db: &mut Conn, case: Id<Case>) -> Result<Option<Supervision>> {
    db.optional(select().push_value(" AND s.is_open AND s.case_id = ", case)).await
}

/// One way of coming to a supervision, each served by an index of its own.
enum Way<'s> {
    Place(&'s RegionCode),
    Unit(Id<Unit>),
}

fn ways(scope: &Scope) -> Vec<Way<'_>> {
    let places = scope.places.iter().filter(|place| place.level() <= Level::Township).map(Way::Place);
    places.chain(scope.units.iter().copied().map(Way::Unit)).collect()
}

fn push_way(sql: Sql, way: &Way<'_>) -> Sql {
    match way {
        Way::Place(place) => match place.level() {
            Level::Township => sql.push_value("s.township = ", *place),
            Level::County => sql.push_value("s.county = ", *place),
            // Counties of a city, or of a province: the beginning of their codes.
            _ => sql
                .push_value("s.county >= ", place.as_str())
                .push_value(" AND s.county < ", format!("{}~", place.as_str())),
        },
        Way::Unit(unit) => sql.push_value("s.unit = ", *unit),
    }
}

fn push_filter(sql: Sql, filter: &SupervisionFilter) -> Sql {
    let sql = match filter.is_open {
        _ if filter.is_of_open() => sql.push(" AND s.is_open"),
        Some(false) => sql.push(" AND NOT s.is_open"),
        _ => sql,
    };
    let sql = sql.push_some(filter.grade, |sql, grade: Grade| sql.push_value(" AND s.grade = ", grade.as_str()));
    let sql = sql.push_some(filter.trigger.as_ref(), |sql, trigger| sql.push_value(" AND s.trigger_code = ", trigger));
    let sql = sql.push_some(filter.unit, |sql, unit| sql.push_value(" AND s.unit = ", unit));
    if filter.is_late { sql.push_value(" AND s.answered_at IS NULL AND s.due_at < ", filter.now) } else { sql }
}

/// The keys of a list by all its ways, each once and in the list's order; what lasts goes by when it is due.
fn push_keys(
    mut sql: Sql,
    scope: &Scope,
    filter: &SupervisionFilter,
    position: Option<(i64, Id<Supervision>)>,
    limit: i64,
) -> Sql {
    let is_open = filter.is_of_open();
    let key = if is_open {
        "SELECT s.due_at AS time, s.id FROM supervisions s WHERE "
    } else {
        "SELECT s.imposed_at AS time, s.id FROM supervisions s WHERE "
    };
    let ways = ways(scope);
    if ways.is_empty() {
        return sql.push(key).push("FALSE");
    }
    for (index, way) in ways.iter().enumerate() {
        sql = sql.push(if index == 0 { "SELECT * FROM (" } else { " UNION SELECT * FROM (" });
        sql = push_filter(push_way(sql.push(key), way), filter);
        sql = match (is_open, position) {
            (true, Some((at, id))) => sql.push_value(" AND (s.due_at, s.id) > (", at).push_value(", ", id).push(")"),
            (false, Some((at, id))) => {
                sql.push_value(" AND (s.imposed_at, s.id) < (", at).push_value(", ", id).push(")")
            }
            (_, None) => sql,
        };
        sql = sql.push(if is_open { " ORDER BY s.due_at, s.id" } else { " ORDER BY s.imposed_at DESC, s.id DESC" });
        sql = sql.push_value(" LIMIT ", limit).push(") AS part");
    }
    sql
}

fn in_order(filter: &SupervisionFilter) -> &'static str {
    if filter.is_of_open() { " ORDER BY keys.time, keys.id" } else { " ORDER BY keys.time DESC, keys.id DESC" }
}

struct Listed(Supervision, i64);

impl FromRow for Listed {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(Supervision::from_row(row)?, row.opt("time")?.unwrap_or_default()))
    }
}

struct Number(i64);

impl FromRow for Number {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// A page of supervisions within the scope.
pub async fn list(
    db: &mut Conn,
    scope: &Scope,
    filter: &SupervisionFilter,
    page: &Page,
) -> Result<Listing<Supervision>> {
    let position = page.cursor.as_ref().map(Cursor::unpack).transpose()?;
    let head = sql!("").push(COLUMNS).push(", keys.time FROM (");
    let sql = push_keys(head, scope, filter, position, page.limit + 1)
        .push(") AS keys JOIN supervisions s ON s.id = keys.id")
        .push(in_order(filter));
    let found: Vec<Listed> = db.all(sql.push_value(" LIMIT ", page.limit + 1)).await?;
    let count = count(db, scope, filter).await?;
    let listing = Listing::new(found, page, count, |Listed(it, time)| Cursor::pack(&(*time, it.id)));
    Ok(listing.map(|Listed(it, _)| it))
}

/// How many a list has, counted up to just above what is told exactly.
pub async fn count(db: &mut Conn, scope: &Scope, filter: &SupervisionFilter) -> Result<i64> {
    let head = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (");
    let keys = push_keys(head, scope, filter, None, COUNT_CAP + 1).push_value(" LIMIT ", COUNT_CAP + 1);
    let Number(n) = db.one(keys.push(") AS counted")).await?;
    Ok(n)
}

/// The statement of a whole list, for an export that streams it.
pub fn export(scope: &Scope, filter: &SupervisionFilter) -> Sql {
    let head = sql!("").push(COLUMNS).push(", keys.time FROM (");
    push_keys(head, scope, filter, None, i64::from(u32::MAX))
        .push(") AS keys JOIN supervisions s ON s.id = keys.id")
        .push(in_order(filter))
}

/// What a circular tells of a unit.
#[derive(Clone, Debug)]
pub struct OfUnit {
    /// The unit.
    pub unit: Id<Unit>,
    /// Put under supervision in the time.
    pub imposed: i64,
    /// Of them, answered in time.
    pub in_time: i64,
    /// Of them, answered late or not yet though the time is over.
    pub late: i64,
    /// Of them, released.
    pub released: i64,
}

impl FromRow for OfUnit {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            unit: row.get("unit")?,
            imposed: row.get("imposed")?,
            in_time: row.get("in_time")?,
            late: row.get("late")?,
            released: row.get("released")?,
        })
    }
}

/// 通报: what units of a township or a county were supervised for in a time, in no order of merit. By
/// `supervisions_<level>`.
pub async fn by_unit(
    db: &mut Conn,
    place: &RegionCode,
    (from, before): (Instant, Instant),
    now: Instant,
) -> Result<Vec<OfUnit>> {
    let sql = sql!(
        "SELECT s.unit,
                CAST(count(*) AS BIGINT) AS imposed,
                CAST(sum(CASE WHEN s.answered_at <= s.due_at THEN 1 ELSE 0 END) AS BIGINT) AS in_time,
                CAST(sum(CASE WHEN s.answered_at > s.due_at OR (s.answered_at IS NULL AND s.due_at < $1) THEN 1 ELSE 0 END)
                     AS BIGINT) AS late,
                CAST(sum(CASE WHEN s.is_open THEN 0 ELSE 1 END) AS BIGINT) AS released
         FROM supervisions s
         WHERE s.unit IS NOT NULL
           AND ",
        now
    );
    let sql = push_way(sql, &Way::Place(place)).push_value(" AND s.imposed_at >= ", from);
    db.all(sql.push_value(" AND s.imposed_at < ", before).push(" GROUP BY s.unit ORDER BY s.unit")).await
}

/// Who answers for it from now on.
pub async fn set_imposer(tx: &mut Tx, it: &Supervision) -> Result<()> {
    tx.execute(sql!("UPDATE supervisions SET imposed_by = $1 WHERE id = $2", it.imposed_by, it.id)).await?;
    Ok(())
}
