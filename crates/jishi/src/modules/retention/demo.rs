//! The demo city's residents who had their details erased early, through the same action as theirs: so that the deletion
//! record has something to show. Within a season nothing is old enough for the job.

use kernel::{Chance, Code, Id, Instant, Page, Result};

use super::actions::{Wanted, erase_own};
use crate::{
    modules::{
        SharedApp,
        cases::{self, Case, CaseFilter, Status},
        contacts,
    },
    platform::{access::Scope, idempotency::Key},
};

/// How many of them there are.
const RESIDENTS: usize = 6;
/// Days after its last step on which the reporter of a case thinks of it.
const LATER_DAYS: i64 = 2;

/// Has them erase what they left; returns how many did.
///
/// # Errors
/// `internal` when the database fails.
pub async fn fill(app: &SharedApp, now: Instant) -> Result<usize> {
    let scope = Scope { places: vec![app.settings.region.clone()], units: Vec::new() };
    let filter = CaseFilter { status: Some(Status::Closed), now, ..CaseFilter::default() };
    let page = Page { limit: 100, cursor: None };
    let closed = cases::listing(&mut app.db.read().await?, app, &scope, &filter, &page).await?;
    let mut erased = 0;
    for row in closed.rows {
        if erased < RESIDENTS && erase(app, row.id, erased, now).await? {
            erased += 1;
        }
    }
    Ok(erased)
}

/// Every second one has all of it erased, the others the telephone alone.
async fn erase(app: &SharedApp, id: Id<Case>, turn: usize, now: Instant) -> Result<bool> {
    let mut db = app.db.read().await?;
    let (case, reports) = (cases::get_unscoped(&mut db, id).await?, cases::reports_of(&mut db, id).await?);
    let at = case.last_at.plus_days(LATER_DAYS);
    let [report] = reports.as_slice() else { return Ok(false) };
    // Who objected, or was looked up, still shows what they left.
    let is_looked_at = !contacts::accesses(&mut db, report.whose()).await?.is_empty();
    if at >= now || is_looked_at || !contacts::has_phone(&mut db, report.id).await? {
        return Ok(false);
    }
    drop(db);
    let wanted = if turn.is_multiple_of(2) { Wanted::All } else { Wanted::Phone };
    let key = Key { actor: "demo".to_owned(), operation: "demo.erase", key: id.to_string(), body_hash: Vec::new() };
    let then = app.at(at, Chance::seeded(u64::try_from(at.millis()).unwrap_or_default()));
    match erase_own(&then, report.whose(), wanted, key).await {
        Err(error) if error.code() == Code::Internal => Err(error),
        done => Ok(done.is_ok()),
    }
}
