//! Reports: one person's words each.

use db::{Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{Code, Error, Id, Instant, Lang, Result};

use crate::{
    modules::cases::{
        model::{Case, Report, Verdict},
        told::Listener,
    },
    platform::access::Person,
};

/// Puts a new report in.
///
/// # Errors
/// `receipt_taken` when another report has this receipt.
pub async fn insert_report(tx: &mut Tx, report: &Report, receipt: Vec<u8>) -> Result<()> {
    let inserted = tx
        .execute(sql!(
            "INSERT INTO reports (id, case_id, receipt, channel, identity, note, locale, is_joined, is_withdrawn,
                 registered_region, entered_by, wants_messages, received_at, part_of, part, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, FALSE, $9, $10, $11, $12, $13, $14, 1)
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
            report.wants_messages,
            report.received_at,
            report.part_of,
            report.part,
        ))
        .await?;
    if inserted == 1 { Ok(()) } else { Err(Error::new(Code::ReceiptTaken)) }
}

pub(super) fn select_reports() -> Sql {
    sql!(
        "SELECT r.id, r.case_id, r.channel, r.identity, r.note, n.body, r.locale, r.is_joined, r.is_withdrawn,
                r.registered_region, r.entered_by, r.wants_messages, r.details_erased_at, r.received_at, r.contacted, r.solved, r.satisfied, r.verdict_at,
                r.version, r.part_of, r.part, r.is_rejoined, n.case_id AS came_to, e.body AS excerpt
         FROM reports r
         LEFT JOIN notes n ON n.id = r.note
         LEFT JOIN notes e ON e.id = r.excerpt
         WHERE TRUE"
    )
}

/// Gives a report one more receipt; false when it has it already.
///
/// # Errors
/// `internal` when the database fails.
pub async fn add_receipt(tx: &mut Tx, report: Id<Report>, receipt: Vec<u8>, at: Instant) -> Result<bool> {
    let added = tx
        .execute(sql!(
            "INSERT INTO receipts (receipt, report, made_at) VALUES ($1, $2, $3) ON CONFLICT (receipt) DO NOTHING",
            receipt,
            report,
            at,
        ))
        .await?;
    Ok(added == 1)
}

/// Begins or ends telling a resident of steps.
///
/// # Errors
/// `internal` when the database fails.
pub async fn set_wants_messages(tx: &mut Tx, report: Id<Report>, wants: bool) -> Result<()> {
    tx.execute(sql!("UPDATE reports SET wants_messages = $2 WHERE id = $1", report, wants)).await?;
    Ok(())
}

/// Details were erased: of the telephone, so that no message can be sent any more; or all that there were.
///
/// # Errors
/// `internal` when the database fails.
pub async fn mark_erased(tx: &mut Tx, report: Id<Report>, at: Option<Instant>) -> Result<()> {
    tx.execute(sql!(
        "UPDATE reports
         SET wants_messages = FALSE, details_erased_at = COALESCE($2, details_erased_at)
         WHERE id = $1",
        report,
        at,
    ))
    .await?;
    Ok(())
}

/// The residents behind a case who wish to be told of its steps; only the platform asks.
///
/// # Errors
/// `internal` when the database fails.
pub async fn listeners_unscoped(db: &mut Conn, case: Id<Case>) -> Result<Vec<Listener>> {
    db.all(sql!(
        "SELECT o.id, o.locale
         FROM reports r
         JOIN reports o ON o.id = coalesce(r.part_of, r.id)
         WHERE r.case_id = $1
           AND o.wants_messages
           AND NOT r.is_withdrawn
           AND NOT r.is_rejoined
         ORDER BY o.received_at, o.id",
        case,
    ))
    .await
}

impl FromRow for Listener {
    fn from_row(row: &Row) -> Result<Self> {
        let locale: String = row.get("locale")?;
        Ok(Self { report: row.get("id")?, lang: Lang::from_header(&locale) })
    }
}

/// The report a receipt belongs to; the receipt itself is the proof of a right to it.
///
/// # Errors
/// `bad_receipt`.
pub async fn report_by_receipt(db: &mut Conn, receipt: Vec<u8>) -> Result<Report> {
    let first = db.optional(select_reports().push_value(" AND r.receipt = ", receipt.clone())).await?;
    let found = match first {
        Some(report) => Some(report),
        None => {
            let further =
                select_reports().push_value(" AND r.id = (SELECT f.report FROM receipts f WHERE f.receipt = ", receipt);
            db.optional(further.push(")")).await?
        }
    };
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

/// What was said by one of them was entered by a slip.
///
/// # Errors
/// `internal` when the database fails.
pub async fn clear_verdict(tx: &mut Tx, report: Id<Report>) -> Result<()> {
    tx.execute(sql!(
        "UPDATE reports
         SET contacted = NULL, solved = NULL, satisfied = NULL, verdict_at = NULL, verdict_by = NULL, version = version + 1
         WHERE id = $1",
        report,
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

/// A report that was taken back stands again.
///
/// # Errors
/// `internal` when the database fails.
pub async fn take_withdrawal_back(tx: &mut Tx, report: Id<Report>) -> Result<()> {
    tx.execute(sql!("UPDATE reports SET is_withdrawn = FALSE, version = version + 1 WHERE id = $1", report)).await?;
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
