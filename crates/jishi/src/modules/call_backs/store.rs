//! SQL of call-backs, attempts, links and draws.

use db::{Backend, Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Day, Error, Id, Instant, Level, Page, RegionCode, Result};

use super::model::{Attempt, Before, CallBack, CallBackFilter, CallBackKind, Link};
use crate::{
    modules::cases::{Case, OfCase},
    platform::access::{Scope, Unit},
};

fn select() -> Sql {
    sql!(
        "SELECT b.id, b.case_id, b.kind, b.began_at, b.desk, b.county, b.township, b.village, b.grid, b.unit, b.has_phone,
                b.due_at, b.next_at, b.attempts, b.state, b.ended_at, b.version
         FROM call_backs b
         WHERE TRUE"
    )
}

fn column_is(level: Level) -> &'static str {
    match level {
        Level::Province => "substr(b.city, 1, 2) = ",
        Level::City => "b.city = ",
        Level::County => "b.county = ",
        Level::Township => "b.township = ",
        Level::Village => "b.village = ",
        Level::Grid | Level::MicroGrid => "b.grid = ",
    }
}

fn at(sql: Sql, place: &RegionCode) -> Sql {
    sql.push_value(column_is(place.level()), place.at(Level::Grid).as_ref().unwrap_or(place))
}

/// What lies in the places of the scope; served by `call_backs_<level>` and `call_backs_<level>_over`.
fn within(sql: Sql, scope: &Scope) -> Sql {
    sql.push(" AND ").push_any(&scope.places, at)
}

fn filtered(sql: Sql, filter: &CallBackFilter) -> Sql {
    let sql = sql.push(if filter.is_over { " AND NOT b.is_open" } else { " AND b.is_open" });
    let sql = sql.push_some(filter.desks.clone(), |sql, desks| sql.push_list(" AND b.desk IN", desks));
    let sql = sql.push_some(filter.kind, |sql, kind| sql.push_value(" AND b.kind = ", kind.as_str()));
    let sql = sql.push_some(filter.state, |sql, state| sql.push_value(" AND b.state = ", state.as_str()));
    let sql = sql.push_some(filter.has_phone, |sql, has| sql.push_value(" AND b.has_phone = ", has));
    let sql = sql.push_some(filter.region.as_ref(), |sql, region| at(sql.push(" AND "), region));
    let sql = sql.push_some(filter.unit, |sql, unit| sql.push_value(" AND b.unit = ", unit));
    let sql = match filter.is_late {
        Some(true) => sql.push_value(" AND b.due_at < ", filter.now),
        Some(false) => sql.push_value(" AND b.due_at >= ", filter.now),
        None => sql,
    };
    match filter.is_ready {
        Some(true) => sql.push_value(" AND b.next_at <= ", filter.now),
        Some(false) => sql.push_value(" AND b.next_at > ", filter.now),
        None => sql,
    }
}

/// A page of call-backs and one more: open ones by the day they are due, those that are over by their end, the last first.
pub async fn page(db: &mut Conn, scope: &Scope, filter: &CallBackFilter, page: &Page) -> Result<Vec<CallBack>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(i64, Id<CallBack>)>()).transpose()?;
    let sql = filtered(within(select(), scope), filter);
    let behind = if filter.is_over { " AND (b.ended_at, b.id) < (" } else { " AND (b.due_at, b.id) > (" };
    let sql = sql.push_some(after, |sql, (time, id)| sql.push_value(behind, time).push_value(", ", id).push(")"));
    let order =
        if filter.is_over { " ORDER BY b.ended_at DESC, b.id DESC LIMIT " } else { " ORDER BY b.due_at, b.id LIMIT " };
    db.all(sql.push_value(order, page.limit + 1)).await
}

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// How many rows [`page`] has in all.
pub async fn count(db: &mut Conn, scope: &Scope, filter: &CallBackFilter) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM call_backs b WHERE TRUE");
    let sql = filtered(within(sql, scope), filter);
    let Count(n) = db.one(sql.push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted")).await?;
    Ok(n)
}

/// One call-back within the scope.
pub async fn get(db: &mut Conn, scope: &Scope, id: Id<CallBack>) -> Result<CallBack> {
    let found = db.optional(within(select().push_value(" AND b.id = ", id), scope)).await?;
    found.ok_or_else(|| Error::new(Code::NotFound))
}

/// The same, which nobody else changes until this transaction ends.
pub async fn lock(tx: &mut Tx, scope: &Scope, id: Id<CallBack>) -> Result<CallBack> {
    let sql = locking(tx, within(select().push_value(" AND b.id = ", id), scope));
    tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

fn locking(tx: &Tx, sql: Sql) -> Sql {
    if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE OF b") } else { sql }
}

/// The one that a link belongs to, held.
pub async fn lock_unscoped(tx: &mut Tx, id: Id<CallBack>) -> Result<CallBack> {
    let sql = locking(tx, select().push_value(" AND b.id = ", id));
    tx.one(sql).await
}

/// All call-backs of some cases; served by their unique key.
pub async fn of_cases_unscoped(db: &mut Conn, cases: &[Id<Case>]) -> Result<Vec<CallBack>> {
    db.all(select().push_list(" AND b.case_id IN", cases.iter().copied()).push(" ORDER BY b.case_id, b.began_at")).await
}

/// Those of some cases that somebody is still to be asked about; served by their unique key.
///
/// # Errors
/// `internal` when the database fails.
pub async fn waits_of_unscoped(db: &mut Conn, cases: &[Id<Case>]) -> Result<Vec<Id<Case>>> {
    let sql = sql!("SELECT b.case_id FROM call_backs b WHERE b.is_open");
    let rows: Vec<OfCase> = db.all(sql.push_list(" AND b.case_id IN", cases.iter().copied())).await?;
    Ok(rows.into_iter().map(|OfCase(case)| case).collect())
}

/// Nobody whom the open call-back of this kind is to can be reached by telephone any more.
///
/// # Errors
/// `internal` when the database fails.
pub async fn forget_phone(tx: &mut Tx, case: Id<Case>, kind: CallBackKind) -> Result<()> {
    tx.execute(sql!(
        "UPDATE call_backs
         SET has_phone = FALSE, version = version + 1
         WHERE case_id = $1
           AND kind = $2
           AND is_open
           AND has_phone",
        case,
        kind.as_str(),
    ))
    .await?;
    Ok(())
}

/// Puts a call-back in; one about the same result is there already and stays. True where it is new.
pub async fn insert(tx: &mut Tx, new: &CallBack) -> Result<bool> {
    let at = |level| new.place.at(level);
    let inserted = tx
        .execute(sql!(
            "INSERT INTO call_backs (id, case_id, kind, began_at, desk, city, county, township, village, grid, unit, has_phone,
                 due_at, next_at, attempts, is_open, state, ended_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, TRUE, $15, NULL, 1)
             ON CONFLICT (case_id, began_at) DO NOTHING",
            new.id,
            new.case,
            new.kind.as_str(),
            new.began_at,
            &new.desk,
            at(Level::City),
            at(Level::County),
            at(Level::Township),
            at(Level::Village),
            at(Level::Grid),
            new.unit,
            new.has_phone,
            new.due_at,
            new.next_at,
            new.state.as_str(),
        ))
        .await?;
    Ok(inserted == 1)
}

/// Writes what may change; false when somebody else did so meanwhile.
pub async fn update(tx: &mut Tx, it: &CallBack) -> Result<bool> {
    let at = |level| it.place.at(level);
    let changed = tx
        .execute(sql!(
            "UPDATE call_backs
             SET desk = $1, township = $2, village = $3, grid = $4, unit = $5, next_at = $6, attempts = $7, is_open = $8,
                 state = $9, ended_at = $10, version = version + 1
             WHERE id = $11
               AND version = $12",
            &it.desk,
            at(Level::Township),
            at(Level::Village),
            at(Level::Grid),
            it.unit,
            it.next_at,
            it.attempts,
            it.is_open(),
            it.state.as_str(),
            it.ended_at,
            it.id,
            it.version,
        ))
        .await?;
    Ok(changed == 1)
}

/// Writes an attempt down.
pub async fn insert_attempt(tx: &mut Tx, attempt: &Attempt) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO call_back_attempts (id, call_back, case_id, report, at, channel, outcome, person, unit)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        attempt.id,
        attempt.call_back,
        attempt.case,
        attempt.report,
        attempt.at,
        attempt.channel.as_str(),
        attempt.outcome.as_str(),
        attempt.person,
        attempt.unit,
    ))
    .await?;
    Ok(())
}

/// Keeps what was before an attempt, with the attempt.
pub async fn keep_before(tx: &mut Tx, id: Id<Attempt>, before: &Before) -> Result<()> {
    let before = serde_json::to_value(before).map_err(Error::internal)?;
    tx.execute(sql!("UPDATE call_back_attempts SET before = $1 WHERE id = $2", before, id)).await?;
    Ok(())
}

struct Kept(Option<serde_json::Value>);

impl FromRow for Kept {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.opt("before")?))
    }
}

/// What was before an attempt; nothing of one that changed nothing a slip could, or is from before it was kept.
pub async fn before_of(db: &mut Conn, id: Id<Attempt>) -> Result<Option<Before>> {
    let Kept(kept) = db.one(sql!("SELECT a.before FROM call_back_attempts a WHERE a.id = $1", id)).await?;
    Ok(kept.and_then(|kept| serde_json::from_value(kept).ok()))
}

/// Takes an attempt back: it stays, and counts no more.
pub async fn take_attempt_back(tx: &mut Tx, id: Id<Attempt>, at: Instant) -> Result<()> {
    tx.execute(sql!("UPDATE call_back_attempts SET undone_at = $1 WHERE id = $2", at, id)).await?;
    Ok(())
}

/// Every attempt of some cases that was not taken back, the oldest first.
pub async fn attempts_of(db: &mut Conn, cases: &[Id<Case>]) -> Result<Vec<Attempt>> {
    let sql = sql!(
        "SELECT a.id, a.call_back, a.case_id, a.report, a.at, a.channel, a.outcome, a.person, a.unit
         FROM call_back_attempts a
         WHERE a.undone_at IS NULL"
    );
    db.all(sql.push_list(" AND a.case_id IN", cases.iter().copied()).push(" ORDER BY a.case_id, a.at, a.id")).await
}

/// Keeps what recognises a link.
pub async fn insert_link(tx: &mut Tx, token: Vec<u8>, link: &Link, at: Instant) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO call_back_links (token, call_back, report, made_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        token,
        link.call_back,
        link.report,
        at,
        link.expires_at,
    ))
    .await?;
    Ok(())
}

fn links() -> Sql {
    sql!("SELECT l.call_back, l.report, l.expires_at, l.used_at FROM call_back_links l WHERE TRUE")
}

/// The link of a token; the token is the proof of the right to it.
pub async fn link_unscoped(db: &mut Conn, token: Vec<u8>) -> Result<Option<Link>> {
    db.optional(links().push_value(" AND l.token = ", token)).await
}

/// The links of a call-back.
pub async fn links_of(db: &mut Conn, call_back: Id<CallBack>) -> Result<Vec<Link>> {
    db.all(links().push_value(" AND l.call_back = ", call_back).push(" ORDER BY l.expires_at")).await
}

/// Uses a link up; false where it was used.
pub async fn use_link(tx: &mut Tx, token: Vec<u8>, at: Instant) -> Result<bool> {
    let used = tx
        .execute(sql!("UPDATE call_back_links SET used_at = $1 WHERE token = $2 AND used_at IS NULL", at, token))
        .await?;
    Ok(used == 1)
}

/// A case that was withdrawn, as far as the draw has to know it.
#[derive(Clone, Debug)]
pub struct Withdrawn {
    /// Which.
    pub case: Id<Case>,
    /// The unit that led, if one did.
    pub unit: Option<Id<Unit>>,
}

impl FromRow for Withdrawn {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { case: row.get("id")?, unit: row.opt("lead_unit")? })
    }
}

/// What was withdrawn in a county between two moments; served by `cases_county_ended`. For the platform's own draw.
pub async fn withdrawn_unscoped(
    db: &mut Conn,
    county: &RegionCode,
    (from, before): (Instant, Instant),
) -> Result<Vec<Withdrawn>> {
    db.all(sql!(
        "SELECT c.id, c.lead_unit
         FROM cases c
         WHERE c.county = $1
           AND NOT c.is_open
           AND c.ended_at >= $2
           AND c.ended_at < $3
           AND c.status = 'withdrawn'
         ORDER BY c.id",
        county,
        from,
        before,
    ))
    .await
}

/// Notes a draw; false where that day was drawn already.
pub async fn insert_draw(
    tx: &mut Tx,
    (county, day): (&RegionCode, Day),
    seed: i64,
    (of, drawn): (i64, i64),
    at: Instant,
) -> Result<bool> {
    let noted = tx
        .execute(sql!(
            "INSERT INTO call_back_draws (county, day, seed, of, drawn, at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (county, day) DO NOTHING",
            county,
            day,
            seed,
            of,
            drawn,
            at,
        ))
        .await?;
    Ok(noted == 1)
}

struct Drawn(RegionCode, Day);

impl FromRow for Drawn {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("county")?, row.get("day")?))
    }
}

/// Which counties were drawn on which days since one.
pub async fn drawn_since_unscoped(db: &mut Conn, day: Day) -> Result<Vec<(RegionCode, Day)>> {
    let rows: Vec<Drawn> =
        db.all(sql!("SELECT county, day FROM call_back_draws WHERE day >= $1 ORDER BY county, day", day)).await?;
    Ok(rows.into_iter().map(|Drawn(county, day)| (county, day)).collect())
}
