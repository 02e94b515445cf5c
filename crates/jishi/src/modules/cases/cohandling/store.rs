//! SQL of shares.

use db::{Backend, Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Cursor, Error, Id, Instant, Level, Listing, Page, RegionCode, Result};

use super::model::{Share, ShareFilter, Whose};
use crate::{
    modules::cases::model::{Assignment, Case},
    platform::access::{Person, Scope, Unit},
};

const COLUMNS: &str =
    "SELECT s.id, s.case_id, s.kind, s.state, s.unit, s.assignment, s.company, s.lead_unit, s.task, s.photos, s.due_at,
            s.given_at, s.given_by, s.begun_at, s.signed_at, s.signed_by, s.answered_at, s.answer, s.answer_photos,
            s.answered_by, s.words, s.rounds, s.expires_at, s.version";

fn select() -> Sql {
    sql!("").push(COLUMNS).push(" FROM case_shares s WHERE TRUE")
}

struct Number(i64);

impl FromRow for Number {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// Puts a new share in; `token` is the hash of a contractor's link.
pub(super) async fn insert(tx: &mut Tx, share: &Share, place: &RegionCode, token: Option<Vec<u8>>) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO case_shares (id, case_id, kind, state, is_open, unit, assignment, company, lead_unit, city, county,
             task, photos, due_at, given_at, given_by, begun_at, answer_photos, rounds, token, expires_at, version)
         VALUES ($1, $2, $3, $4, TRUE, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 0, $18, $19, 1)",
        share.id,
        share.case,
        share.kind.as_str(),
        share.state.as_str(),
        share.unit,
        share.assignment,
        share.company.as_ref(),
        share.lead_unit,
        place.at(Level::City),
        place.at(Level::County).or_else(|| place.at(Level::City)),
        &share.task,
        serde_json::Value::from(share.photos.clone()),
        share.due_at,
        share.given_at,
        share.given_by,
        share.begun_at,
        serde_json::Value::from(share.answer_photos.clone()),
        token,
        share.expires_at,
    ))
    .await
    .map(drop)
}

/// Writes a changed share back, if nobody else has changed it since it was read.
///
/// # Errors
/// `record_changed` when someone was faster.
pub(super) async fn save(tx: &mut Tx, share: &Share) -> Result<()> {
    let changed = tx
        .execute(sql!(
            "UPDATE case_shares
             SET state = $1, is_open = $2, assignment = $3, due_at = $4, begun_at = $5, signed_at = $6, signed_by = $7,
                 answered_at = $8, answer = $9, answer_photos = $10, answered_by = $11, words = $12, rounds = $13,
                 version = version + 1
             WHERE id = $14 AND version = $15",
            share.state.as_str(),
            share.state.is_open(),
            share.assignment,
            share.due_at,
            share.begun_at,
            share.signed_at,
            share.signed_by,
            share.answered_at,
            share.answer.as_ref(),
            serde_json::Value::from(share.answer_photos.clone()),
            share.answered_by,
            share.words.as_ref(),
            share.rounds,
            share.id,
            share.version,
        ))
        .await?;
    if changed == 1 { Ok(()) } else { Err(Error::new(Code::RecordChanged)) }
}

/// A share for whoever is then asked whether they may see it.
///
/// # Errors
/// `not_found`.
pub(super) async fn get_unscoped(db: &mut Conn, id: Id<Share>) -> Result<Share> {
    db.optional(select().push_value(" AND s.id = ", id)).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// The share that a link opens, by the hash of the link.
///
/// # Errors
/// `link_over` when there is none.
pub(super) async fn by_token_unscoped(db: &mut Conn, token: Vec<u8>) -> Result<Share> {
    db.optional(select().push_value(" AND s.token = ", token)).await?.ok_or_else(|| Error::new(Code::LinkOver))
}

/// All shares of a case, the oldest first; the caller has checked the right to the case.
///
/// # Errors
/// `internal` when the database fails.
pub async fn of_case(db: &mut Conn, case: Id<Case>) -> Result<Vec<Share>> {
    db.all(select().push_value(" AND s.case_id = ", case).push(" ORDER BY s.given_at, s.id")).await
}

/// The work on a case is over, or begins anew elsewhere: what was answered counts as accepted, what was not is owed no more.
///
/// # Errors
/// `internal` when the database fails.
pub async fn close_shares(tx: &mut Tx, case: Id<Case>) -> Result<()> {
    tx.execute(sql!(
        "UPDATE case_shares
         SET state = CASE WHEN state = 'answered' THEN 'accepted' ELSE 'ended' END, is_open = FALSE, version = version + 1
         WHERE case_id = $1 AND is_open",
        case,
    ))
    .await
    .map(drop)
}

/// A unit signs for its part in the case.
pub(super) async fn sign_part(tx: &mut Tx, part: Id<Assignment>, person: Id<Person>, at: Instant) -> Result<()> {
    tx.execute(sql!(
        "UPDATE assignments SET state = 'signed', person = $1, signed_at = $2 WHERE id = $3 AND state = 'open'",
        person,
        at,
        part,
    ))
    .await
    .map(drop)
}

/// A part that was done is to be done better.
pub(super) async fn reopen_part(tx: &mut Tx, part: Id<Assignment>, due_at: Instant) -> Result<()> {
    tx.execute(sql!(
        "UPDATE assignments SET state = 'signed', is_open = TRUE, done_at = NULL, due_at = $1
         WHERE id = $2 AND state = 'done'",
        due_at,
        part,
    ))
    .await
    .map(drop)
}

/// A part's own deadline.
pub(super) async fn set_due(tx: &mut Tx, part: Id<Assignment>, due_at: Instant) -> Result<()> {
    tx.execute(sql!("UPDATE assignments SET due_at = $1 WHERE id = $2", due_at, part)).await.map(drop)
}

struct Sha(String);

impl FromRow for Sha {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("sha")?))
    }
}

/// Those of some photos that are tied to a case.
pub(super) async fn photos_of(db: &mut Conn, case: Id<Case>, shas: &[String]) -> Result<Vec<String>> {
    if shas.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("SELECT sha FROM case_photos WHERE case_id = $1", case);
    let found: Vec<Sha> = db.all(sql.push_list(" AND sha IN", shas.iter().map(String::as_str))).await?;
    Ok(found.into_iter().map(|Sha(sha)| sha).collect())
}

/// How many shares wait for a unit to agree, to sign or to answer; none yet in most units. Served by case_shares_unit_open.
///
/// # Errors
/// `internal` when the database fails.
pub async fn waiting_unscoped(db: &mut Conn, units: &[Id<Unit>]) -> Result<i64> {
    let sql = sql!(
        "SELECT CAST(count(*) AS BIGINT) AS n FROM case_shares s
         WHERE s.is_open AND s.state IN ('asked', 'open', 'signed')"
    );
    let Number(n) = db.one(sql.push_list(" AND s.unit IN", units.iter().copied())).await?;
    Ok(n)
}

/// The shares of a list: `case_shares_unit`, `case_shares_lead`, `case_shares_county` or `case_shares_city` serve it.
fn push_list(sql: Sql, scope: &Scope, filter: &ShareFilter) -> Sql {
    let sql = sql.push(" FROM case_shares s JOIN cases c ON c.id = s.case_id WHERE ");
    let sql = match filter.whose {
        Whose::Mine => sql.push_list("s.unit IN", scope.units.iter().copied()),
        Whose::Given => sql.push_list("s.lead_unit IN", scope.units.iter().copied()),
        Whose::Place => sql.push_any(&scope.places, push_place),
    };
    let sql = match filter.is_open {
        Some(true) => sql.push(" AND s.is_open"),
        Some(false) => sql.push(" AND NOT s.is_open"),
        None => sql,
    };
    let sql = match filter.is_owed {
        Some(true) => sql.push(" AND s.is_open AND s.state IN ('asked', 'open', 'signed')"),
        Some(false) => sql.push(" AND s.state NOT IN ('asked', 'open', 'signed')"),
        None => sql,
    };
    let sql = sql.push_some(filter.state, |sql, state| sql.push_value(" AND s.state = ", state.as_str()));
    let sql = sql.push_some(filter.unit, |sql, unit| sql.push_value(" AND s.unit = ", unit));
    match filter.is_late {
        Some(is_late) => push_late(sql.push(if is_late { " AND (" } else { " AND NOT (" }), filter.now).push(")"),
        None => sql,
    }
}

/// The same as [`Share::is_late`].
fn push_late(sql: Sql, now: Instant) -> Sql {
    sql.push("(s.answered_at IS NOT NULL AND s.answered_at > s.due_at)")
        .push(" OR (s.answered_at IS NULL AND s.state IN ('asked', 'open', 'signed')")
        .push_value(" AND s.due_at < ", now)
        .push(")")
}

/// Shares stand with their city and county; what is narrower is asked of the case, which may move within it.
fn push_place(sql: Sql, place: &RegionCode) -> Sql {
    let county = place.at(Level::County);
    match place.level() {
        Level::Province => sql.push_value("substr(s.city, 1, 2) = ", place),
        Level::City => sql.push_value("s.city = ", place),
        Level::County => sql.push_value("s.county = ", place),
        Level::Township => sql.push_value("(s.county = ", county).push_value(" AND c.township = ", place).push(")"),
        Level::Village => sql.push_value("(s.county = ", county).push_value(" AND c.village = ", place).push(")"),
        Level::Grid => sql.push_value("(s.county = ", county).push_value(" AND c.grid = ", place).push(")"),
        Level::MicroGrid => sql.push_value("(s.county = ", county).push_value(" AND c.micro_grid = ", place).push(")"),
    }
}

const ORDER: &str = " ORDER BY s.given_at DESC, s.id DESC";

/// A page of shares within the scope, the newest first.
pub(super) async fn list(db: &mut Conn, scope: &Scope, filter: &ShareFilter, page: &Page) -> Result<Listing<Share>> {
    let position: Option<(i64, Id<Share>)> =
        page.cursor.as_ref().map(Cursor::unpack).transpose().map_err(|_| Error::field("cursor", Code::BadCursor))?;
    let sql = push_list(sql!("").push(COLUMNS), scope, filter).push_some(position, |sql, (at, id)| {
        sql.push_value(" AND (s.given_at, s.id) < (", at).push_value(", ", id).push(")")
    });
    let rows: Vec<Share> = db.all(sql.push(ORDER).push_value(" LIMIT ", page.limit + 1)).await?;
    let head = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one");
    let counted = push_list(head, scope, filter).push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted");
    let Number(count) = db.one(counted).await?;
    Ok(Listing::new(rows, page, count, |share| Cursor::pack(&(share.given_at.millis(), share.id))))
}

/// The statement of a whole list, for an export that streams it.
pub(super) fn export(scope: &Scope, filter: &ShareFilter) -> Sql {
    push_list(sql!("").push(COLUMNS), scope, filter).push(ORDER)
}

/// A share whose row nobody else may change until this transaction ends; SQLite has one writer and needs no lock.
pub(super) async fn lock(tx: &mut Tx, id: Id<Share>) -> Result<Share> {
    let sql = select().push_value(" AND s.id = ", id);
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE OF s") } else { sql };
    tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}
