//! SQL of pleas, and of what is public of parked cases.

use db::{Backend, Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Cursor, Day, Id, Instant, Level, Listing, Names, Page, RegionCode, Result};

use super::{
    model::{Arbiter, Plea, PleaFilter, PleaKind, PleaState},
    rules,
};
use crate::{
    modules::cases::Case,
    platform::access::{Scope, Unit},
};

const COLUMNS: &str =
    "SELECT p.id, p.case_id, p.kind, p.state, p.arbiter, p.county, p.unit, p.person, p.asked_at, p.decide_by, p.params,
            p.reason, p.told, p.plan, p.appeal, p.first_answer, p.decided_at, p.decided_by, p.decided_unit, p.answer, p.review_at,
            p.version";

fn select() -> Sql {
    sql!("").push(COLUMNS).push(" FROM pleas p WHERE TRUE")
}

/// Puts a new one in; false when the same is open already.
pub async fn insert(tx: &mut Tx, plea: &Plea, place: &RegionCode) -> Result<bool> {
    let inserted = tx
        .execute(sql!(
            "INSERT INTO pleas (id, case_id, kind, state, arbiter, county, township, unit, person, asked_at, decide_by,
                 params, reason, told, plan, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1)
             ON CONFLICT (case_id, kind) WHERE state = 'open' DO NOTHING",
            plea.id,
            plea.case,
            plea.kind.as_str(),
            plea.state.as_str(),
            plea.arbiter.as_str(),
            &plea.county,
            place.at(Level::Township),
            plea.unit,
            plea.person,
            plea.asked_at,
            plea.decide_by,
            serde_json::to_value(&plea.wish).unwrap_or_default(),
            plea.reason,
            plea.told,
            plea.plan,
        ))
        .await?;
    Ok(inserted == 1)
}

/// Writes a changed one back; its version counts up. Whoever calls has locked its case.
pub async fn save(tx: &mut Tx, plea: &Plea) -> Result<()> {
    tx.execute(sql!(
        "UPDATE pleas
         SET state = $1, arbiter = $2, decide_by = $3, params = $4, told = $5, decided_at = $6, decided_by = $7,
             decided_unit = $8, answer = $9, plan = $10, appeal = $11, first_answer = $12, review_at = $13,
             version = version + 1
         WHERE id = $14",
        plea.state.as_str(),
        plea.arbiter.as_str(),
        plea.decide_by,
        serde_json::to_value(&plea.wish).unwrap_or_default(),
        plea.told,
        plea.decided_at,
        plea.decided_by,
        plea.decided_unit,
        plea.answer,
        plea.plan,
        plea.appeal,
        plea.first_answer,
        plea.review_at,
        plea.id,
    ))
    .await?;
    Ok(())
}

/// What was granted before does not say any more when a case is looked at again.
pub async fn no_review(tx: &mut Tx, case: Id<Case>) -> Result<()> {
    tx.execute(sql!("UPDATE pleas SET review_at = NULL WHERE case_id = $1 AND review_at IS NOT NULL", case)).await?;
    Ok(())
}

/// Cases that are not parked any more have no day on which they are looked at again.
pub async fn end_reviews(tx: &mut Tx, cases: &[Id<Case>]) -> Result<()> {
    if cases.is_empty() {
        return Ok(());
    }
    let sql = sql!(
        "UPDATE pleas
         SET review_at = NULL
         WHERE review_at IS NOT NULL
           AND (SELECT c.status FROM cases c WHERE c.id = pleas.case_id) <> 'parked'"
    );
    tx.execute(sql.push_list(" AND case_id IN", cases.iter().copied())).await?;
    Ok(())
}

/// One of them; the caller checks the right to its case.
pub async fn get_unscoped(db: &mut Conn, id: Id<Plea>) -> Result<Option<Plea>> {
    db.optional(select().push_value(" AND p.id = ", id)).await
}

/// All of a case, the newest first; the caller has checked the right to the case.
pub async fn of_case(db: &mut Conn, case: Id<Case>) -> Result<Vec<Plea>> {
    db.all(select().push_value(" AND p.case_id = ", case).push(" ORDER BY p.asked_at DESC, p.id DESC")).await
}

/// Those that are open of some cases; the platform's own job.
pub async fn open_of_unscoped(db: &mut Conn, cases: &[Id<Case>]) -> Result<Vec<Plea>> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    db.all(select().push(" AND p.state = 'open'").push_list(" AND p.case_id IN", cases.iter().copied())).await
}

/// Disputes that the township has not decided in time; the platform's own job.
pub async fn late_disputes_unscoped(db: &mut Conn, now: Instant) -> Result<Vec<Plea>> {
    let sql = select().push(" AND p.state = 'open' AND p.arbiter = 'township' AND p.kind = 'dispute'");
    db.all(sql.push_value(" AND p.decide_by < ", now).push(" ORDER BY p.decide_by, p.id LIMIT 200")).await
}

/// One way of coming to a plea, each served by an index of its own.
enum Way<'s> {
    Place(&'s RegionCode),
    Unit(Id<Unit>),
}

fn ways(scope: &Scope) -> Vec<Way<'_>> {
    // A village has no pleas of its own to decide; it reads them at the case.
    let places = scope.places.iter().filter(|place| place.level() <= Level::Township).map(Way::Place);
    places.chain(scope.units.iter().copied().map(Way::Unit)).collect()
}

fn push_way(sql: Sql, way: &Way<'_>) -> Sql {
    match way {
        Way::Place(place) => match place.level() {
            Level::Township => sql.push_value("p.township = ", *place),
            Level::County => sql.push_value("p.county = ", *place),
            // Counties of a city, or of a province: the beginning of their codes.
            _ => sql
                .push_value("p.county >= ", place.as_str())
                .push_value(" AND p.county < ", format!("{}~", place.as_str())),
        },
        Way::Unit(unit) => sql.push_value("p.unit = ", *unit),
    }
}

fn push_filter(sql: Sql, filter: &PleaFilter) -> Sql {
    let sql = sql.push(if filter.is_open() { " AND p.state = 'open'" } else { "" });
    let sql = sql.push_some(filter.parked, |sql, before: Option<Instant>| {
        sql.push(" AND p.review_at IS NOT NULL")
            .push(" AND EXISTS (SELECT 1 FROM cases c WHERE c.id = p.case_id AND c.status = 'parked')")
            .push_some(before, |sql, at| sql.push_value(" AND p.review_at < ", at))
    });
    let sql = sql.push_some(filter.to_decide, |sql, arbiter: Arbiter| {
        sql.push_value(" AND p.arbiter = ", arbiter.as_str()).push_value(" AND p.person <> ", filter.person)
    });
    let sql = sql.push_some(filter.kind, |sql, kind: PleaKind| match kind {
        // Written out, so that `pleas_exclusions_*` serve it.
        PleaKind::Exclusion => sql.push(" AND p.kind = 'exclusion'"),
        _ => sql.push_value(" AND p.kind = ", kind.as_str()),
    });
    let sql = sql.push_some(filter.state, |sql, state: PleaState| sql.push_value(" AND p.state = ", state.as_str()));
    let sql = sql.push_some(filter.unit, |sql, unit| sql.push_value(" AND p.unit = ", unit));
    let sql = sql.push_some(filter.code.as_deref(), |sql, code| {
        sql.push_value(" AND CAST(p.params ->> 'code' AS TEXT) = ", code)
    });
    let sql = sql.push_some(filter.from, |sql, at| sql.push_value(" AND p.asked_at >= ", at));
    let sql = sql.push_some(filter.until, |sql, at| sql.push_value(" AND p.asked_at < ", at));
    if filter.is_late { sql.push_value(" AND p.decide_by < ", filter.now) } else { sql }
}

/// What a list goes by.
struct Order {
    key: &'static str,
    after: &'static str,
    by: &'static str,
    all: &'static str,
}

const BY_DECISION: Order = Order {
    key: "SELECT p.decide_by AS time, p.id FROM pleas p WHERE ",
    after: " AND (p.decide_by, p.id) > (",
    by: " ORDER BY p.decide_by, p.id",
    all: " ORDER BY keys.time, keys.id",
};
const BY_REVIEW: Order = Order {
    key: "SELECT p.review_at AS time, p.id FROM pleas p WHERE ",
    after: " AND (p.review_at, p.id) > (",
    by: " ORDER BY p.review_at, p.id",
    all: " ORDER BY keys.time, keys.id",
};
const NEWEST: Order = Order {
    key: "SELECT p.asked_at AS time, p.id FROM pleas p WHERE ",
    after: " AND (p.asked_at, p.id) < (",
    by: " ORDER BY p.asked_at DESC, p.id DESC",
    all: " ORDER BY keys.time DESC, keys.id DESC",
};

/// Open ones go by when they are to be decided, parked cases by when they are looked at again, all others newest first.
fn order(filter: &PleaFilter) -> &'static Order {
    match (filter.parked, filter.is_open()) {
        (Some(_), _) => &BY_REVIEW,
        (None, true) => &BY_DECISION,
        (None, false) => &NEWEST,
    }
}

/// The keys of a list by all its ways, each once and in the list's order; open ones go by when they are to be decided.
fn push_keys(mut sql: Sql, scope: &Scope, filter: &PleaFilter, position: Option<(i64, Id<Plea>)>, limit: i64) -> Sql {
    let (ways, order) = (ways(scope), order(filter));
    if ways.is_empty() {
        return sql.push(order.key).push("FALSE");
    }
    for (index, way) in ways.iter().enumerate() {
        sql = sql.push(if index == 0 { "SELECT * FROM (" } else { " UNION SELECT * FROM (" });
        sql = push_filter(push_way(sql.push(order.key), way), filter);
        sql = sql.push_some(position, |sql, (at, id)| sql.push_value(order.after, at).push_value(", ", id).push(")"));
        sql = sql.push(order.by).push_value(" LIMIT ", limit).push(") AS part");
    }
    sql
}

struct Listed(Plea, i64);

impl FromRow for Listed {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(Plea::from_row(row)?, row.opt("time")?.unwrap_or_default()))
    }
}

struct Number(i64);

impl FromRow for Number {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// A page of pleas within the scope.
pub async fn list(db: &mut Conn, scope: &Scope, filter: &PleaFilter, page: &Page) -> Result<Listing<Plea>> {
    let position = page.cursor.as_ref().map(Cursor::unpack).transpose()?;
    let head = sql!("").push(COLUMNS).push(", keys.time FROM (");
    let sql = push_keys(head, scope, filter, position, page.limit + 1).push(") AS keys JOIN pleas p ON p.id = keys.id");
    let found: Vec<Listed> = db.all(sql.push(order(filter).all).push_value(" LIMIT ", page.limit + 1)).await?;
    let count = count(db, scope, filter).await?;
    Ok(Listing::new(found, page, count, |Listed(plea, time)| Cursor::pack(&(*time, plea.id)))
        .map(|Listed(plea, _)| plea))
}

/// How many a list has, counted up to just above what is told exactly.
pub async fn count(db: &mut Conn, scope: &Scope, filter: &PleaFilter) -> Result<i64> {
    let head = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (");
    let keys = push_keys(head, scope, filter, None, COUNT_CAP + 1).push_value(" LIMIT ", COUNT_CAP + 1);
    let Number(n) = db.one(keys.push(") AS counted")).await?;
    Ok(n)
}

/// The statement of a whole list, for an export that streams it.
pub fn export(scope: &Scope, filter: &PleaFilter) -> Sql {
    let head = sql!("").push(COLUMNS).push(", keys.time FROM (");
    let sql =
        push_keys(head, scope, filter, None, i64::from(u32::MAX)).push(") AS keys JOIN pleas p ON p.id = keys.id");
    sql.push(order(filter).all)
}

/// Locks one of them behind its case; SQLite has one writer and needs no lock.
pub async fn lock(tx: &mut Tx, id: Id<Plea>) -> Result<Option<Plea>> {
    let sql = select().push_value(" AND p.id = ", id);
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE") } else { sql };
    tx.optional(sql).await
}

/// Why a case is parked, by what was granted last.
#[derive(Clone, Debug)]
pub struct ParkedRow {
    /// The code of the obstacle.
    pub obstacle: String,
    /// What everyone may read: why not now, and what is planned.
    pub told: String,
    /// Who looks after it.
    pub owner: Names,
    /// When it is looked at again.
    pub review_on: Option<Day>,
    /// When it was first parked.
    pub since: Instant,
    /// How often it was granted.
    pub times: i64,
}

impl FromRow for ParkedRow {
    fn from_row(row: &Row) -> Result<Self> {
        let wish: serde_json::Value = row.get("params")?;
        Ok(Self {
            obstacle: wish.get("code").and_then(|code| code.as_str()).unwrap_or_default().to_owned(),
            review_on: wish.get("until").and_then(|day| day.as_str()).and_then(|day| day.parse().ok()),
            told: rules::with_plan(row.opt("told")?.unwrap_or_default(), row.opt("plan")?),
            owner: row.get("names")?,
            since: row.get("since")?,
            times: row.get("times")?,
        })
    }
}

/// Why a case is parked; for the platform's own job.
pub async fn parked_of_unscoped(db: &mut Conn, case: Id<Case>) -> Result<Option<ParkedRow>> {
    db.optional(sql!(
        "SELECT p.params, n.body AS told, m.body AS plan, u.names,
                (SELECT min(f.decided_at) FROM pleas f
                 WHERE f.case_id = p.case_id AND f.kind = 'parking' AND f.state = 'granted') AS since,
                (SELECT CAST(count(*) AS BIGINT) FROM pleas f
                 WHERE f.case_id = p.case_id AND f.kind = 'parking' AND f.state = 'granted') AS times
         FROM pleas p
         JOIN units u ON u.id = p.unit
         LEFT JOIN notes n ON n.id = p.told
         LEFT JOIN notes m ON m.id = p.plan
         WHERE p.case_id = $1
           AND p.kind = 'parking'
           AND p.state = 'granted'
         ORDER BY p.decided_at DESC, p.id DESC
         LIMIT 1",
        case,
    ))
    .await
}
