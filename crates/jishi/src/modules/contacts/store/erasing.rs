//! SQL of details that are no longer needed.

use db::{Conn, Tx, sql};
use kernel::{Id, Instant, Result};

use super::{
    super::{Field, Report},
    Gone, Of,
    opening::accesses,
};
use crate::platform::masking;

/// The reports of which it is time to look whether their details are still needed, the longest waiting first. By
/// `contacts_look`; only the platform asks.
///
/// # Errors
/// `internal` when the database fails.
pub async fn to_look_at_unscoped(db: &mut Conn, now: Instant, limit: i64) -> Result<Vec<Id<Report>>> {
    let rows: Vec<Of> = db
        .all(sql!("SELECT report FROM contacts WHERE look_at <= $1 ORDER BY look_at, report LIMIT $2", now, limit))
        .await?;
    let mut reports: Vec<Id<Report>> = rows.into_iter().map(|Of(report)| report).collect();
    // Details of one report may be due some milliseconds apart.
    reports.sort_unstable();
    reports.dedup();
    Ok(reports)
}

/// The details of a report are looked at again then.
///
/// # Errors
/// `internal` when the database fails.
pub async fn look_again(tx: &mut Tx, report: Id<Report>, at: Instant) -> Result<()> {
    tx.execute(sql!("UPDATE contacts SET look_at = $1 WHERE report = $2", at, report)).await?;
    Ok(())
}

/// Erases details of a report: cipher, mask and what finds it. Returns which there were. Who opened them and why stays, so that
/// the resident still sees it, without a number that somebody wrote into the reason before reasons were masked.
///
/// # Errors
/// `internal` when the database fails.
pub async fn erase(tx: &mut Tx, report: Id<Report>, fields: &[Field]) -> Result<Vec<Field>> {
    let sql = sql!("DELETE FROM contacts WHERE report = $1 AND", report)
        .push_list(" field IN", fields.iter().map(|field| field.as_str()));
    let mut gone: Vec<Field> =
        tx.all::<Gone>(sql.push(" RETURNING field")).await?.into_iter().map(|Gone(field)| field).collect();
    gone.sort_by_key(|field| field.as_str());
    for access in accesses(tx, report).await? {
        let masked = masking::mask(&access.words, None).text;
        if masked != access.words {
            tx.execute(sql!("UPDATE contact_accesses SET words = $1 WHERE id = $2", masked, access.id)).await?;
        }
    }
    Ok(gone)
}
