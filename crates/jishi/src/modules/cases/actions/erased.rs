//! 删除联系方式: what the history of a case says when a reporter's details are erased.

use db::Tx;
use kernel::{Id, Result};
use serde_json::json;

use super::{Step, record};
use crate::{
    modules::{
        App,
        cases::{
            model::{Case, Report},
            store,
        },
        contacts::Field,
        erasures::Cause,
    },
    platform::trail::By,
};

/// Writes down, in the transaction that erases, that details of a report are gone: which, and why. Its reporter reads it, and
/// whoever works on the case; the log commits to the step, and never committed to a detail.
///
/// # Errors
/// `internal` when the database fails.
pub async fn tell_erased(
    tx: &mut Tx,
    app: &App,
    case: &Case,
    (report, left): (Id<Report>, usize),
    (fields, cause): (&[Field], Cause),
) -> Result<()> {
    let now = app.now();
    if left == 0 || fields.contains(&Field::Phone) {
        store::mark_erased(tx, report, (left == 0).then_some(now)).await?;
    }
    let params = json!({"fields": fields, "cause": cause});
    record(tx, app, &By::nobody(), case, Step::new("details_erased").params(params).of(report), now).await?;
    Ok(())
}
