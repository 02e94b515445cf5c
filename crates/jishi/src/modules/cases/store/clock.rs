//! What the platform works off by itself, page by page.

use db::Conn;
use kernel::{Id, Instant, Result};

use super::select;
use crate::modules::cases::model::Case;

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
