//! Parts of a report, and reports that change their case.

use std::collections::HashMap;

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{Code, Error, Id, Result};

use super::{Number, case::within, report::select_reports, select};
use crate::{
    modules::cases::model::{Case, Note, Report},
    platform::access::Scope,
};

/// These reports and all parts made of them, the first part first; the caller has checked the right to them.
///
/// # Errors
/// `internal` when the database fails.
pub async fn parts_of(db: &mut Conn, whose: &[Id<Report>]) -> Result<Vec<Report>> {
    let sql = select_reports().push_list(" AND (r.id IN", whose.iter().copied());
    let sql = sql.push_list(" OR r.part_of IN", whose.iter().copied());
    db.all(sql.push(") ORDER BY r.received_at, coalesce(r.part_of, r.id), r.part")).await
}

/// A part of a report that still speaks for itself.
///
/// # Errors
/// `not_found`.
pub async fn part_of(db: &mut Conn, whose: Id<Report>, part: i64) -> Result<Report> {
    let sql = select_reports().push_value(" AND r.part_of = ", whose).push_value(" AND r.part = ", part);
    db.optional(sql.push(" AND NOT r.is_rejoined")).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// Keeps what of a report's words is asked in this part.
///
/// # Errors
/// `internal` when the database fails.
pub async fn set_excerpt(tx: &mut Tx, report: Id<Report>, note: Id<Note>) -> Result<()> {
    tx.execute(sql!("UPDATE reports SET excerpt = $2, version = version + 1 WHERE id = $1", report, note)).await?;
    Ok(())
}

/// Moves what these people said in a case behind another; their receipts then lead there.
///
/// # Errors
/// `internal` when the database fails.
pub async fn move_reports_of(tx: &mut Tx, from: Id<Case>, to: Id<Case>, whose: &[Id<Report>]) -> Result<()> {
    let sql = sql!("UPDATE reports SET case_id = $1, version = version + 1 WHERE case_id = $2", to, from);
    tx.execute(sql.push_list(" AND coalesce(part_of, id) IN", whose.iter().copied())).await?;
    Ok(())
}

/// How many people have a word in a case.
///
/// # Errors
/// `internal` when the database fails.
pub async fn voices_in(db: &mut Conn, case: Id<Case>) -> Result<i64> {
    let Number(n) = db
        .one(sql!(
            "SELECT CAST(count(*) AS BIGINT) AS n
             FROM reports
             WHERE case_id = $1
               AND NOT is_withdrawn
               AND NOT is_rejoined",
            case,
        ))
        .await?;
    Ok(n)
}

/// The parts that have come to stand behind one case with an earlier part of the same report.
///
/// # Errors
/// `internal` when the database fails.
pub async fn to_rejoin(db: &mut Conn, case: Id<Case>) -> Result<Vec<Report>> {
    let sql = select_reports().push_value(" AND r.case_id = ", case);
    db.all(sql.push(
        " AND r.part_of IS NOT NULL
         AND NOT r.is_rejoined
         AND NOT r.is_withdrawn
         AND EXISTS (
             SELECT 1
             FROM reports o
             WHERE o.case_id = r.case_id
               AND NOT o.is_rejoined
               AND NOT o.is_withdrawn
               AND (o.id = r.part_of OR (o.part_of = r.part_of AND o.part < r.part)))
         ORDER BY r.part, r.id",
    ))
    .await
}

/// Notes that a part no longer speaks for itself: another part of the report does, in the same case.
///
/// # Errors
/// `internal` when the database fails.
pub async fn mark_rejoined(tx: &mut Tx, report: Id<Report>) -> Result<()> {
    tx.execute(sql!("UPDATE reports SET is_rejoined = TRUE, version = version + 1 WHERE id = $1", report)).await?;
    Ok(())
}

struct Came(Id<Report>, Vec<String>);

impl FromRow for Came {
    fn from_row(row: &Row) -> Result<Self> {
        let photos: serde_json::Value = row.get("photos")?;
        Ok(Self(row.get("report")?, serde_json::from_value(photos).unwrap_or_default()))
    }
}

/// The photos that reports came with, wherever they came in: a moved report's stand in the history of the case it left.
///
/// # Errors
/// `internal` when the database fails.
pub async fn came_photos(db: &mut Conn, reports: &[Report]) -> Result<HashMap<Id<Report>, Vec<String>>> {
    if reports.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = sql!("SELECT t.report, t.photos FROM timeline t WHERE t.kind IN ('received', 'joined', 'split_off')")
        .push_list(" AND t.case_id IN", reports.iter().map(|report| report.came_to.unwrap_or(report.case)))
        .push_list(" AND t.report IN", reports.iter().map(|report| report.id));
    let rows: Vec<Came> = db.all(sql).await?;
    Ok(rows.into_iter().map(|Came(report, photos)| (report, photos)).collect())
}

/// Those of the cases that were split off from one which are in the scope, the first first. Served by cases_split_from.
///
/// # Errors
/// `internal` when the database fails.
pub async fn split_into(db: &mut Conn, scope: &Scope, case: Id<Case>) -> Result<Vec<Case>> {
    db.all(within(select().push_value(" AND c.split_from = ", case), scope).push(" ORDER BY c.id")).await
}
