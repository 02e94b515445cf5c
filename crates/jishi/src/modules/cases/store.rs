//! SQL of reports, cases, assignments, history. Nothing here decides anything.

use db::{Conn, FromRow, Row, Sql, Tx, sql};
use futures::Stream;
use kernel::{Code, Day, Error, Id, Instant, Level, Listing, Page, RegionCode, Result};

use super::{
    filter::{CaseFilter, column_is},
    model::{Assignment, AssignmentState, Case, Note, Report, TimelineRow, Verdict},
};
use crate::platform::access::{Person, Scope, Unit};

/// A case with every column the program reads; conditions are pushed behind it.
fn select() -> Sql {
    sql!(
        "SELECT c.id, c.number, c.status, c.closed_how, c.matter, c.urgency, c.publicity, c.summary, c.channel,
                c.county, c.township, c.village, c.grid, c.micro_grid, c.place_text, c.lon, c.lat, c.place_source,
                c.place_is_guess, c.registered_region, c.lead_unit, c.handler, c.received_at, c.due_at, c.deadline,
                c.dispatched_at, c.signed_at, c.result_at, c.result_note, c.result_outcome, c.result_by, c.asked_at, c.ended_at,
                c.reports, c.redos, c.returns, c.reopens, c.reminders, c.merged_into, c.last_by, c.last_kind, c.last_at,
                c.version
         FROM cases c
         WHERE TRUE"
    )
}

/// Equality on the scope's level, so that the index gives the order too; then the own units' work.
fn within(sql: Sql, scope: &Scope) -> Sql {
    let mut sql = sql;
    let mut opening = " AND (";
    for place in &scope.places {
        sql = sql.push(opening).push_value(column_is(place.level()), place);
        opening = " OR ";
    }
    for unit in &scope.units {
        sql = sql
            .push(opening)
            .push_value("c.lead_unit = ", *unit)
            .push_value(" OR c.id IN (SELECT a.case_id FROM assignments a WHERE a.unit = ", *unit)
            .push(" AND a.state IN ('open', 'signed', 'done'))");
        opening = " OR ";
    }
    if opening == " OR " { sql.push(")") } else { sql.push(" AND FALSE") }
}

/// A case within the scope.
///
/// # Errors
/// `not_found` outside the scope or where there is none.
pub async fn get(db: &mut Conn, scope: &Scope, id: Id<Case>) -> Result<Case> {
    let sql = within(select().push_value(" AND c.id = ", id), scope);
    db.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// A case within the scope, whose row nobody else may change until this transaction ends.
///
/// # Errors
/// `not_found` outside the scope or where there is none.
pub async fn lock(tx: &mut Tx, scope: &Scope, id: Id<Case>) -> Result<Case> {
    let sql = locked(within(select().push_value(" AND c.id = ", id), scope), tx.backend());
    tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// PostgreSQL locks the row; SQLite has one writer and needs no lock.
fn locked(sql: Sql, backend: db::Backend) -> Sql {
    if backend == db::Backend::Postgres { sql.push(" FOR UPDATE OF c") } else { sql }
}

/// A case for whoever proved a right to it otherwise: by receipt, or as the platform itself.
///
/// # Errors
/// `not_found`.
pub async fn get_unscoped(db: &mut Conn, id: Id<Case>) -> Result<Case> {
    db.optional(select().push_value(" AND c.id = ", id)).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// A case by its number within the scope.
///
/// # Errors
/// `internal` when the database fails.
pub async fn by_number(db: &mut Conn, scope: &Scope, number: &str) -> Result<Option<Case>> {
    db.optional(within(select().push_value(" AND c.number = ", number), scope)).await
}

/// A case by its number, for residents joining it; the caller checks that its matter is public.
///
/// # Errors
/// `internal` when the database fails.
pub async fn by_number_unscoped(db: &mut Conn, number: &str) -> Result<Option<Case>> {
    db.optional(select().push_value(" AND c.number = ", number)).await
}

/// A case for the platform itself or a resident, whose row nobody else may change until this transaction ends.
///
/// # Errors
/// `not_found`.
pub async fn lock_unscoped(tx: &mut Tx, id: Id<Case>) -> Result<Case> {
    let sql = locked(select().push_value(" AND c.id = ", id), tx.backend());
    tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

fn filtered(sql: Sql, scope: &Scope, filter: &CaseFilter) -> Sql {
    filter.push_to(within(sql, scope))
}

/// A page of cases within the scope.
///
/// # Errors
/// `bad_cursor`, or `internal` when the database fails.
pub async fn list(db: &mut Conn, scope: &Scope, filter: &CaseFilter, page: &Page) -> Result<Listing<Case>> {
    let order = filter.order();
    let sql = order.after(filtered(select(), scope, filter), page)?;
    let rows: Vec<Case> = db.all(sql.push_value(" LIMIT ", page.limit + 1)).await?;
    let count = count(db, scope, filter).await?;
    Ok(Listing::new(rows, page, count, |case| order.cursor(case)))
}

struct Number(i64);

impl FromRow for Number {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// How many rows [`list`] has in all; counting stops just above what is told exactly.
///
/// # Errors
/// `internal` when the database fails.
pub async fn count(db: &mut Conn, scope: &Scope, filter: &CaseFilter) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM cases c WHERE TRUE");
    let Number(n) = db.one(filtered(sql, scope, filter).push(" LIMIT 10001) AS counted")).await?;
    Ok(n)
}

/// The statement of a whole list, for an export that streams it.
pub fn export(scope: &Scope, filter: &CaseFilter) -> Sql {
    filter.order().whole(filtered(select(), scope, filter))
}

/// Streams an export.
pub fn stream(db: Conn, sql: Sql) -> impl Stream<Item = Result<Case>> + Send + 'static {
    db.stream(sql)
}

/// Open cases of the same matter near the same place, the newest first: for "me too" and for merging.
///
/// # Errors
/// `internal` when the database fails.
pub async fn similar_unscoped(
    db: &mut Conn,
    matter: &str,
    place: &RegionCode,
    except: Option<Id<Case>>,
) -> Result<Vec<Case>> {
    let sql = select().push_value(" AND c.is_open AND c.matter = ", matter);
    let sql = match place.at(Level::Village) {
        Some(village) => sql.push_value(" AND c.village = ", &village),
        None => match place.at(Level::Township) {
            Some(township) => sql.push_value(" AND c.township = ", &township),
            None => sql.push_value(" AND c.county = ", place.at(Level::County)),
        },
    };
    let sql = sql.push_some(except, |sql, id| sql.push_value(" AND c.id <> ", id));
    db.all(sql.push(" ORDER BY c.received_at DESC, c.id DESC LIMIT 10")).await
}

/// Whether there is any case at all.
///
/// # Errors
/// `internal` when the database fails.
pub async fn any_unscoped(db: &mut Conn) -> Result<bool> {
    let found: Option<Number> = db.optional(sql!("SELECT CAST(1 AS BIGINT) AS n FROM cases LIMIT 1")).await?;
    Ok(found.is_some())
}

/// Puts a new case in; false when its number is taken.
///
/// # Errors
/// `internal` when the database fails.
pub async fn insert_case(tx: &mut Tx, case: &Case, matter_version: Option<i64>, day: Day) -> Result<bool> {
    let at = |level| case.place.at(level);
    let inserted = tx
        .execute(sql!(
        "INSERT INTO cases (id, number, status, is_open, closed_how, matter, matter_version, urgency, publicity, summary,
             channel, city, county, township, village, grid, micro_grid, place_text, lon, lat, place_source,
             place_is_guess, registered_region, received_at, received_day, due_at, deadline, ended_at, reports, redos,
             returns, reopens, reminders, last_by, last_kind, last_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
             $23, $24, $25, $26, $27, $28, $29, 0, 0, 0, 0, $30, $31, $32, 1)
         ON CONFLICT (number) DO NOTHING",
        case.id,
        &case.number,
        case.status.as_str(),
        case.status.is_open(),
        case.closed_how.map(super::model::ClosedHow::as_str),
        case.matter.as_ref(),
        matter_version,
        case.urgency.as_str(),
        case.publicity.as_str(),
        &case.summary,
        case.channel.as_str(),
        at(Level::City),
        at(Level::County),
        at(Level::Township),
        at(Level::Village),
        at(Level::Grid),
        at(Level::MicroGrid),
        case.place_text.as_ref(),
        case.lon,
        case.lat,
        case.place_source.as_str(),
        case.place_is_guess,
        case.registered_region.as_ref(),
        case.received_at,
        day,
        case.due_at,
        case.deadline.clone(),
        case.ended_at,
        case.reports,
        case.last_by.clone(),
        &case.last_kind,
        case.last_at,
    ))
    .await?;
    Ok(inserted == 1)
}

/// Writes a changed case back, if nobody else has changed it since it was read; its version counts up.
///
/// # Errors
/// `case_changed` when someone was faster.
pub async fn save(tx: &mut Tx, case: &mut Case) -> Result<()> {
    let at = |level| case.place.at(level);
    let changed = tx
        .execute(sql!(
            "UPDATE cases
             SET status = $1, is_open = $2, closed_how = $3, matter = $4, urgency = $5, publicity = $6, township = $7,
                 village = $8, grid = $9, micro_grid = $10, lead_unit = $11, handler = $12, due_at = $13, deadline = $14,
                 dispatched_at = $15, signed_at = $16, result_at = $17, result_note = $18, result_outcome = $19,
                 result_by = $20, asked_at = $21, ended_at = $22, reports = $23, redos = $24, returns = $25,
                 reopens = $26, reminders = $27, merged_into = $28, last_by = $29, last_kind = $30, last_at = $31,
                 place_is_guess = $32, place_source = $33, version = version + 1
             WHERE id = $34 AND version = $35",
            case.status.as_str(),
            case.status.is_open(),
            case.closed_how.map(super::model::ClosedHow::as_str),
            case.matter.as_ref(),
            case.urgency.as_str(),
            case.publicity.as_str(),
            at(Level::Township),
            at(Level::Village),
            at(Level::Grid),
            at(Level::MicroGrid),
            case.lead_unit,
            case.handler,
            case.due_at,
            case.deadline.clone(),
            case.dispatched_at,
            case.signed_at,
            case.result_at,
            case.result_note,
            case.result_outcome.map(super::model::Outcome::as_str),
            case.result_by,
            case.asked_at,
            case.ended_at,
            case.reports,
            case.redos,
            case.returns,
            case.reopens,
            case.reminders,
            case.merged_into,
            case.last_by.clone(),
            &case.last_kind,
            case.last_at,
            case.place_is_guess,
            case.place_source.as_str(),
            case.id,
            case.version,
        ))
        .await?;
    if changed != 1 {
        return Err(Error::new(Code::CaseChanged).because("another transaction was faster"));
    }
    case.version += 1;
    Ok(())
}

/// Puts a new report in.
///
/// # Errors
/// `receipt_taken` when another report has this receipt.
pub async fn insert_report(tx: &mut Tx, report: &Report, receipt: Vec<u8>) -> Result<()> {
    let inserted = tx
        .execute(sql!(
            "INSERT INTO reports (id, case_id, receipt, channel, identity, note, locale, is_joined, is_withdrawn,
                 registered_region, entered_by, received_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, FALSE, $9, $10, $11, 1)
             ON CONFLICT (receipt) DO NOTHING",
            report.id,
            report.case,
            receipt,
            report.channel.as_str(),
            report.identity.as_str(),
            report.note,
            &report.locale,
            report.is_joined,
            report.registered_region.as_ref(),
            report.entered_by,
            report.received_at,
        ))
        .await?;
    if inserted == 1 { Ok(()) } else { Err(Error::new(Code::ReceiptTaken)) }
}

fn select_reports() -> Sql {
    sql!(
        "SELECT r.id, r.case_id, r.channel, r.identity, r.note, n.body, r.locale, r.is_joined, r.is_withdrawn,
                r.registered_region, r.entered_by, r.received_at, r.contacted, r.solved, r.satisfied, r.verdict_at,
                r.version
         FROM reports r
         LEFT JOIN notes n ON n.id = r.note
         WHERE TRUE"
    )
}

/// The report a receipt belongs to; the receipt itself is the proof of a right to it.
///
/// # Errors
/// `bad_receipt`.
pub async fn report_by_receipt(db: &mut Conn, receipt: Vec<u8>) -> Result<Report> {
    let found = db.optional(select_reports().push_value(" AND r.receipt = ", receipt)).await?;
    found.ok_or_else(|| Error::new(Code::BadReceipt))
}

/// A report by its id; the caller has checked the scope on its case.
///
/// # Errors
/// `not_found`.
pub async fn report_unscoped(db: &mut Conn, id: Id<Report>) -> Result<Report> {
    db.optional(select_reports().push_value(" AND r.id = ", id)).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// All reports behind a case the caller may see, the first first.
///
/// # Errors
/// `internal` when the database fails.
pub async fn reports_of(db: &mut Conn, case: Id<Case>) -> Result<Vec<Report>> {
    db.all(select_reports().push_value(" AND r.case_id = ", case).push(" ORDER BY r.received_at, r.id")).await
}

/// Writes a reporter's verdict; `by` is the member of staff who asked them by telephone, if one did.
///
/// # Errors
/// `verdict_given` when they have spoken already on this result.
pub async fn set_verdict(
    tx: &mut Tx,
    report: Id<Report>,
    verdict: Verdict,
    by: Option<Id<Person>>,
    at: Instant,
) -> Result<()> {
    let changed = tx
        .execute(sql!(
            "UPDATE reports
             SET contacted = $1, solved = $2, satisfied = $3, verdict_at = $4, verdict_by = $5, version = version + 1
             WHERE id = $6 AND solved IS NULL",
            verdict.contacted,
            verdict.solved.as_str(),
            verdict.satisfied.as_str(),
            at,
            by,
            report,
        ))
        .await?;
    if changed == 1 { Ok(()) } else { Err(Error::new(Code::VerdictGiven)) }
}

/// A new round: what was said of the last result stays in the history and no longer counts as said of the next.
///
/// # Errors
/// `internal` when the database fails.
pub async fn clear_verdicts(tx: &mut Tx, case: Id<Case>) -> Result<()> {
    tx.execute(sql!(
        "UPDATE reports
         SET contacted = NULL, solved = NULL, satisfied = NULL, verdict_at = NULL, verdict_by = NULL, version = version + 1
         WHERE case_id = $1 AND solved IS NOT NULL",
        case,
    ))
    .await?;
    Ok(())
}

/// Marks a report as taken back.
///
/// # Errors
/// `internal` when the database fails.
pub async fn withdraw_report(tx: &mut Tx, report: Id<Report>) -> Result<()> {
    tx.execute(sql!("UPDATE reports SET is_withdrawn = TRUE, version = version + 1 WHERE id = $1", report)).await?;
    Ok(())
}

/// Moves all reports of a case behind another; their receipts then lead there.
///
/// # Errors
/// `internal` when the database fails.
pub async fn move_reports(tx: &mut Tx, from: Id<Case>, to: Id<Case>) -> Result<()> {
    tx.execute(sql!("UPDATE reports SET case_id = $1, version = version + 1 WHERE case_id = $2", to, from)).await?;
    Ok(())
}

/// Stores free text with the salt of its commitment.
///
/// # Errors
/// `internal` when the database fails.
pub async fn insert_note(tx: &mut Tx, id: Id<Note>, case: Id<Case>, body: &str, salt: [u8; 16]) -> Result<()> {
    tx.later(
        sql!("INSERT INTO notes (id, case_id, body, salt) VALUES ($1, $2, $3, $4)", id, case, body, salt.to_vec(),),
    )
    .await
}

/// What is written into the history.
#[derive(Debug)]
pub struct NewEntry {
    /// Its identity.
    pub id: Id<TimelineRow>,
    /// Whose history.
    pub case: Id<Case>,
    /// When.
    pub at: Instant,
    /// What.
    pub kind: &'static str,
    /// Who.
    pub by: crate::platform::trail::By,
    /// Which reporter.
    pub report: Option<Id<Report>>,
    /// Details without personal data.
    pub params: serde_json::Value,
    /// The words, stored apart.
    pub note: Option<Id<Note>>,
    /// The salted hash that commits to them.
    pub note_hash: Option<Vec<u8>>,
    /// Photos added.
    pub photos: Vec<String>,
    /// True when residents do not see it.
    pub is_internal: bool,
}

/// Writes one entry of the history.
///
/// # Errors
/// `internal` when the database fails.
pub async fn insert_entry(tx: &mut Tx, entry: NewEntry) -> Result<()> {
    tx.later(sql!(
        "INSERT INTO timeline (id, case_id, at, kind, person, role, unit, report, params, note, note_hash, photos, is_internal)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        entry.id,
        entry.case,
        entry.at,
        entry.kind,
        entry.by.person,
        entry.by.role.map(crate::platform::access::Role::as_str),
        entry.by.unit,
        entry.report,
        entry.params,
        entry.note,
        entry.note_hash,
        serde_json::Value::from(entry.photos),
        entry.is_internal,
    ))
    .await
}

/// A case's history, oldest first; the caller has checked the right to the case.
///
/// # Errors
/// `internal` when the database fails.
pub async fn timeline_of(db: &mut Conn, case: Id<Case>) -> Result<Vec<TimelineRow>> {
    db.all(sql!(
        "SELECT t.id, t.at, t.kind, t.person, t.role, t.unit, t.report, t.params, n.body, t.photos, t.is_internal
         FROM timeline t
         LEFT JOIN notes n ON n.id = t.note
         WHERE t.case_id = $1
         ORDER BY t.at, t.id",
        case,
    ))
    .await
}

/// Gives a unit its part.
///
/// # Errors
/// `internal` when the database fails.
pub async fn insert_assignment(tx: &mut Tx, case: Id<Case>, part: &Assignment) -> Result<()> {
    tx.later(sql!(
        "INSERT INTO assignments (id, case_id, kind, unit, person, state, is_open, due_at, assigned_at)
         VALUES ($1, $2, $3, $4, $5, $6, TRUE, $7, $8)",
        part.id,
        case,
        part.kind.as_str(),
        part.unit,
        part.person,
        part.state.as_str(),
        part.due_at,
        part.assigned_at,
    ))
    .await
}

/// All parts of a case, the oldest first; the caller has checked the right to the case.
///
/// # Errors
/// `internal` when the database fails.
pub async fn assignments_of(db: &mut Conn, case: Id<Case>) -> Result<Vec<Assignment>> {
    db.all(sql!(
        "SELECT a.id, a.kind, a.unit, a.person, a.state, a.due_at, a.assigned_at, a.signed_at, a.done_at, a.reason
         FROM assignments a
         WHERE a.case_id = $1
         ORDER BY a.assigned_at, a.id",
        case,
    ))
    .await
}

/// Moves the lead's open part on: signed, done, returned.
///
/// # Errors
/// `internal` when the database fails.
pub async fn move_lead(
    tx: &mut Tx,
    case: Id<Case>,
    state: AssignmentState,
    person: Option<Id<Person>>,
    reason: Option<&str>,
    at: Instant,
) -> Result<()> {
    let signed_at = (state == AssignmentState::Signed).then_some(at);
    let done_at = (state != AssignmentState::Signed).then_some(at);
    tx.execute(sql!(
        "UPDATE assignments
         SET state = $1, is_open = $2, person = COALESCE($3, person), reason = COALESCE($4, reason),
             signed_at = COALESCE($5, signed_at), done_at = COALESCE($6, done_at)
         WHERE case_id = $7 AND kind = 'lead' AND is_open",
        state.as_str(),
        matches!(state, AssignmentState::Open | AssignmentState::Signed),
        person,
        reason,
        signed_at,
        done_at,
        case,
    ))
    .await?;
    Ok(())
}

/// Ends every part still open: the case has ended, or goes back to be dispatched anew.
///
/// # Errors
/// `internal` when the database fails.
pub async fn end_assignments(tx: &mut Tx, case: Id<Case>, state: AssignmentState, at: Instant) -> Result<()> {
    tx.execute(sql!(
        "UPDATE assignments SET state = $1, is_open = FALSE, done_at = $2 WHERE case_id = $3 AND is_open",
        state.as_str(),
        at,
        case,
    ))
    .await?;
    Ok(())
}

/// Cases awaiting a word from residents whose result was filed at or before `before`, in order; the platform's own job.
///
/// # Errors
/// `internal` when the database fails.
pub async fn awaiting_unscoped(
    db: &mut Conn,
    before: Instant,
    after: Option<(Instant, Id<Case>)>,
) -> Result<Vec<Case>> {
    let sql = select().push_value(" AND c.status = 'verifying' AND c.result_at <= ", before);
    let sql = sql.push_some(after, |sql, (at, id)| {
        sql.push_value(" AND (c.result_at, c.id) > (", at).push_value(", ", id).push(")")
    });
    db.all(sql.push(" ORDER BY c.result_at, c.id LIMIT 200")).await
}

/// How many cases a unit leads now, to show beside a proposal.
///
/// # Errors
/// `internal` when the database fails.
pub async fn open_of_unit_unscoped(db: &mut Conn, unit: Id<Unit>) -> Result<i64> {
    let Number(n) = db
        .one(sql!(
            "SELECT CAST(count(*) AS BIGINT) AS n
             FROM (SELECT 1 AS one FROM cases WHERE lead_unit = $1 AND is_open LIMIT 10001) AS counted",
            unit,
        ))
        .await?;
    Ok(n)
}

struct CaseId(Id<Case>);

impl FromRow for CaseId {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("id")?))
    }
}

/// Open cases a person is named for, when they leave.
///
/// # Errors
/// `internal` when the database fails.
pub async fn open_of_person_unscoped(db: &mut Conn, person: Id<Person>) -> Result<Vec<Id<Case>>> {
    let rows: Vec<CaseId> =
        db.all(sql!("SELECT id FROM cases WHERE handler = $1 AND is_open ORDER BY due_at, id", person)).await?;
    Ok(rows.into_iter().map(|CaseId(id)| id).collect())
}

/// Names another person for the open parts of a case.
///
/// # Errors
/// `internal` when the database fails.
pub async fn name_person(tx: &mut Tx, case: Id<Case>, from: Option<Id<Person>>, to: Id<Person>) -> Result<()> {
    let sql = sql!("UPDATE assignments SET person = $1 WHERE case_id = $2 AND is_open", to, case);
    tx.execute(sql.push_some(from, |sql, from| sql.push_value(" AND person = ", from))).await?;
    Ok(())
}

/// Open cases whose clock is counted in days, page by page, when a year's holidays are published.
///
/// # Errors
/// `internal` when the database fails.
pub async fn open_due_after_unscoped(
    db: &mut Conn,
    from: Instant,
    after: Option<(Instant, Id<Case>)>,
) -> Result<Vec<Case>> {
    let sql = select().push_value(" AND c.is_open AND c.due_at >= ", from);
    let sql = sql.push_some(after, |sql, (at, id)| {
        sql.push_value(" AND (c.due_at, c.id) > (", at).push_value(", ", id).push(")")
    });
    db.all(sql.push(" ORDER BY c.due_at, c.id LIMIT 200")).await
}
