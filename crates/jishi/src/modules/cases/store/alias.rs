//! Numbers that reports have where they came from, and what was told there of them.

use std::collections::HashMap;

use db::{Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Error, Id, Instant, Level, Page, RegionCode, Result};

use super::{COLUMNS, Number, case::within};
use crate::{
    modules::cases::{
        model::{Case, Report, Verdict},
        orders::{Alias, AliasView, HandBack, Intake, Known, OrderFilter},
    },
    platform::access::Scope,
};

/// What a report's answer consists of, as one text: when it differs from what was handed back, there is something to tell.
const STANDS: &str =
    "c.status || ' ' || CAST(coalesce(c.dispatched_at, 0) AS TEXT) || ' ' || CAST(coalesce(c.result_at, 0) AS TEXT)
    || ' ' || CAST(coalesce(c.ended_at, 0) AS TEXT) || ' ' || CAST(coalesce(r.verdict_at, 0) AS TEXT)
    || coalesce((
        SELECT ' ' || CAST(count(*) AS TEXT) || ' ' || CAST(CAST(sum(
                coalesce(pc.dispatched_at, 0) + coalesce(pc.result_at, 0) + coalesce(pc.ended_at, 0)
                + coalesce(p.verdict_at, 0)) AS BIGINT) AS TEXT)
        FROM reports p
        JOIN cases pc ON pc.id = p.case_id
        WHERE p.part_of = r.id
          AND NOT p.is_rejoined
        HAVING count(*) > 0), '')";

/// When something last happened to the case of an order, or to that of one of its parts.
const CHANGED: &str = "coalesce((SELECT CASE WHEN max(pc.last_at) > c.last_at THEN max(pc.last_at) END
        FROM reports p
        JOIN cases pc ON pc.id = p.case_id
        WHERE p.part_of = r.id), c.last_at)";

/// Orders with the cases they became; conditions are pushed behind it.
const JOINED: &str =
    " FROM case_aliases a JOIN reports r ON r.id = a.report JOIN cases c ON c.id = r.case_id WHERE TRUE";

/// Puts an alias in; false when the source's number is here already.
///
/// # Errors
/// `internal` when the database fails.
pub async fn insert_alias(tx: &mut Tx, report: Id<Report>, county: &RegionCode, alias: &Alias) -> Result<bool> {
    let inserted = tx
        .execute(sql!(
            "INSERT INTO case_aliases (source, number, names, report, county, received_at, content, cells, intake)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (source, number) DO NOTHING",
            &alias.source,
            &alias.number,
            &alias.names,
            report,
            county,
            alias.received_at,
            alias.content.clone(),
            alias.cells.clone(),
            alias.intake,
        ))
        .await?;
    Ok(inserted == 1)
}

impl FromRow for AliasView {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { source: row.get("source")?, names: row.get("names")?, number: row.get("number")? })
    }
}

/// The numbers that a case's reports have elsewhere; the caller has checked the right to the case.
///
/// # Errors
/// `internal` when the database fails.
pub async fn aliases_of(db: &mut Conn, case: Id<Case>) -> Result<Vec<AliasView>> {
    db.all(sql!(
        "SELECT a.source, a.names, a.number
         FROM case_aliases a
         JOIN reports r ON r.id = a.report
         WHERE r.case_id = $1
         ORDER BY a.received_at, a.number",
        case,
    ))
    .await
}

struct NumberOf(Id<Case>, String);

impl FromRow for NumberOf {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("case_id")?, row.get("number")?))
    }
}

/// The numbers that some cases have elsewhere; the caller has checked the right to them.
///
/// # Errors
/// `internal` when the database fails.
pub async fn alias_numbers(db: &mut Conn, cases: &[Id<Case>]) -> Result<HashMap<Id<Case>, Vec<String>>> {
    let sql = sql!(
        "SELECT r.case_id, a.number
         FROM reports r
         JOIN case_aliases a ON a.report = r.id
         WHERE r.case_id"
    );
    let sql = sql.push_list(" IN", cases.iter().copied()).push(" ORDER BY a.received_at, a.number");
    let rows: Vec<NumberOf> = db.all(sql).await?;
    let mut numbers: HashMap<Id<Case>, Vec<String>> = HashMap::new();
    for NumberOf(case, number) in rows {
        numbers.entry(case).or_default().push(number);
    }
    Ok(numbers)
}

impl FromRow for Known {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            number: row.get("alias")?,
            content: row.get("content")?,
            intake: row.opt("intake")?,
            case: Case::from_row(row)?,
        })
    }
}

/// Those of a source's numbers that are here; the caller shows only what lies within its scope.
///
/// # Errors
/// `internal` when the database fails.
pub async fn known_unscoped(db: &mut Conn, source: &str, numbers: &[&str]) -> Result<Vec<Known>> {
    let sql = sql!("").push(COLUMNS).push(", a.number AS alias, a.content, a.intake").push(JOINED);
    let sql = sql.push_value(" AND a.source = ", source);
    db.all(sql.push_list(" AND a.number IN", numbers.iter().copied())).await
}

/// An order with the case it became, as read.
#[derive(Debug)]
pub struct OrderRow {
    pub number: String,
    pub report: Id<Report>,
    pub is_withdrawn: bool,
    pub changed_at: Instant,
    pub cells: serde_json::Value,
    pub received_at: Instant,
    pub handed_at: Option<Instant>,
    pub verdict: Option<Verdict>,
    pub case: Case,
}

impl FromRow for OrderRow {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            number: row.get("alias")?,
            report: row.get("report")?,
            is_withdrawn: row.get("is_withdrawn")?,
            changed_at: row.get("changed_at")?,
            cells: row.get("cells")?,
            received_at: row.get("came_at")?,
            handed_at: row.opt("handed_at")?,
            verdict: Verdict::read(row)?,
            case: Case::from_row(row)?,
        })
    }
}

fn orders() -> Sql {
    sql!("")
        .push(COLUMNS)
        .push(
            ", a.number AS alias, a.cells, a.received_at AS came_at, a.handed_at, r.contacted, r.solved, r.satisfied,
            a.report, r.is_withdrawn, ",
        )
        .push(CHANGED)
        .push(" AS changed_at")
        .push(JOINED)
}

fn fitting(sql: Sql, scope: &Scope, filter: &OrderFilter) -> Sql {
    let sql = within(sql.push_value(" AND a.source = ", &filter.source), scope);
    // A county is where an order stays, so it leads through the index.
    let counties: Option<Vec<RegionCode>> = scope.places.iter().map(|place| place.at(Level::County)).collect();
    let sql = sql.push_some(counties, |sql, counties| sql.push_list(" AND a.county IN", counties));
    let sql = sql.push_some(filter.from, |sql, from| sql.push_value(" AND a.received_at >= ", from));
    let sql = sql.push_some(filter.before, |sql, before| sql.push_value(" AND a.received_at < ", before));
    let sql = sql.push_some(filter.hand_back, |sql, id| {
        sql.push(" AND EXISTS (SELECT 1 FROM case_handed h WHERE h.source = a.source AND h.number = a.number")
            .push_value(" AND h.hand_back = ", id)
            .push(")")
    });
    if filter.is_waiting { waiting(sql) } else { sql }
}

/// There is an answer that has not gone back as it stands; or what went back no longer stands.
fn waiting(sql: Sql) -> Sql {
    sql.push(" AND (a.handed IS NOT NULL OR (c.status NOT IN ('received', 'dispatched', 'signed', 'working')")
        // A split order has its answer once all its parts have theirs.
        .push(
            " AND NOT EXISTS (
                SELECT 1
                FROM reports p
                JOIN cases pc ON pc.id = p.case_id
                WHERE p.part_of = r.id
                  AND NOT p.is_rejoined
                  AND NOT p.is_withdrawn
                  AND pc.status IN ('received', 'dispatched', 'signed', 'working'))))",
        )
        .push(" AND coalesce(a.handed, '') <> ")
        .push(STANDS)
}

/// A page of a source's orders within the scope, and one more; the newest first.
///
/// # Errors
/// `bad_cursor`, or `internal` when the database fails.
pub async fn orders_page(db: &mut Conn, scope: &Scope, filter: &OrderFilter, page: &Page) -> Result<Vec<OrderRow>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(Instant, String)>()).transpose()?;
    let sql = fitting(orders(), scope, filter).push_some(after, |sql, (at, number)| {
        sql.push_value(" AND (a.received_at, a.number) < (", at).push_value(", ", number).push(")")
    });
    db.all(sql.push_value(" ORDER BY a.received_at DESC, a.number DESC LIMIT ", page.limit + 1)).await
}

/// How many [`orders_page`] has in all.
///
/// # Errors
/// `internal` when the database fails.
pub async fn orders_count(db: &mut Conn, scope: &Scope, filter: &OrderFilter) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one").push(JOINED);
    let sql = fitting(sql, scope, filter).push_value(" LIMIT ", COUNT_CAP + 1);
    let Number(n) = db.one(sql.push(") AS counted")).await?;
    Ok(n)
}

/// A page of a source's orders within the scope in the order of their last change up to `until`, and one more.
///
/// # Errors
/// `bad_cursor`, or `internal` when the database fails.
pub async fn orders_changed(
    db: &mut Conn,
    scope: &Scope,
    filter: &OrderFilter,
    until: Instant,
    page: &Page,
) -> Result<Vec<OrderRow>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(Instant, String)>()).transpose()?;
    let sql = fitting(orders(), scope, filter).push(" AND ").push(CHANGED).push_value(" <= ", until);
    let sql = sql.push_some(after, |sql, (at, number)| {
        let sql = sql.push(" AND (").push(CHANGED).push_value(", a.number) > (", at);
        sql.push_value(", ", number).push(")")
    });
    db.all(sql.push_value(" ORDER BY changed_at, a.number LIMIT ", page.limit + 1)).await
}

/// The words that answered some cases, the last of each.
#[derive(Debug)]
pub struct Reply {
    pub case: Id<Case>,
    pub text: Option<String>,
}

impl FromRow for Reply {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { case: row.get("case_id")?, text: row.opt("body")? })
    }
}

/// What residents were told at the end of these cases, the earliest first; the caller has checked the right to them.
///
/// # Errors
/// `internal` when the database fails.
pub async fn replies_of(db: &mut Conn, cases: &[Id<Case>]) -> Result<Vec<Reply>> {
    let sql = sql!(
        "SELECT t.case_id, n.body
         FROM timeline t
         LEFT JOIN notes n ON n.id = t.note
         WHERE t.kind IN ('result_filed', 'settled', 'answered', 'redirected', 'refused')"
    );
    db.all(sql.push_list(" AND t.case_id IN", cases.iter().copied()).push(" ORDER BY t.at, t.id")).await
}

/// Keeps that these orders are handed back as they stand; returns how many.
///
/// # Errors
/// `internal` when the database fails.
pub async fn hand_back(
    tx: &mut Tx,
    id: Id<HandBack>,
    scope: &Scope,
    filter: &OrderFilter,
    numbers: Option<&[String]>,
    at: Instant,
) -> Result<u64> {
    let sql = sql!("INSERT INTO case_handed (hand_back, source, number, stood) SELECT")
        .push_value(" ", id)
        .push(", a.source, a.number, ")
        .push(STANDS)
        .push(JOINED);
    let sql =
        sql.push_some(numbers, |sql, numbers| sql.push_list(" AND a.number IN", numbers.iter().map(String::as_str)));
    let count = tx.execute(fitting(sql, scope, filter)).await?;
    tx.execute(sql!(
        "UPDATE case_aliases
         SET handed_at = $1,
             handed = (SELECT h.stood FROM case_handed h WHERE h.hand_back = $2 AND h.number = case_aliases.number)
         WHERE source = $3
           AND number IN (SELECT h.number FROM case_handed h WHERE h.hand_back = $2)",
        at,
        id,
        &filter.source,
    ))
    .await?;
    Ok(count)
}

/// Some orders that an import brought, after a number; their cases are locked by whoever changes them.
///
/// # Errors
/// `internal` when the database fails.
pub async fn of_intake_unscoped(db: &mut Conn, intake: Id<Intake>, after: &str, limit: i64) -> Result<Vec<Known>> {
    let sql = sql!("").push(COLUMNS).push(", a.number AS alias, a.content, a.intake").push(JOINED);
    let sql = sql.push_value(" AND a.intake = ", intake).push_value(" AND a.number > ", after);
    db.all(sql.push_value(" ORDER BY a.number LIMIT ", limit)).await
}

/// Frees a number, so that the order may come in again.
///
/// # Errors
/// `not_found` when it is not here.
pub async fn free_alias(tx: &mut Tx, source: &str, number: &str) -> Result<()> {
    let freed = tx.execute(sql!("DELETE FROM case_aliases WHERE source = $1 AND number = $2", source, number)).await?;
    if freed == 1 { Ok(()) } else { Err(Error::new(Code::NotFound)) }
}
