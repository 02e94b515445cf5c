//! Opening a contact detail.

use kernel::{Code, Error, Id, Instant, Result};
use serde_json::json;

use super::{Step, record, required};
use crate::{
    modules::{
        SharedApp,
        cases::{model::Report, rules, store},
        contacts::{self, Field, OPEN_SECONDS, Opening, Purpose},
    },
    platform::{
        access::{Actor, Permission},
        idempotency::{self, Key},
        masking,
        trail::By,
    },
};

/// Opens one detail of one report for a minute; the resident sees who, when and why.
///
/// # Errors
/// `forbidden` without the permission, `not_found` outside the scope, a field error when the words are missing.
pub async fn open_contact(
    app: &SharedApp,
    actor: Actor,
    report: Id<Report>,
    field: Field,
    purpose: Purpose,
    words: &str,
    key: Key,
) -> Result<(String, Instant)> {
    let scope = actor.require(Permission::ContactOpen)?;
    // Whoever opens a number may write it down as the reason.
    let words = masking::mask(&required("words", words)?, None).text;
    let shared = SharedApp::clone(app);
    app.db
        .write(async move |mut tx| {
            let app = &*shared;
            let now = app.now();
            let found = store::report_unscoped(&mut tx, report).await?;
            let case = store::get(&mut tx, &scope, found.case).await?;
            let parts = store::assignments_of(&mut tx, case.id).await?;
            rules::may_open_contact(&case, &parts, found.identity, &actor)?;
            if idempotency::claim(&mut tx, &key, &report.to_string(), now).await?.is_some() {
                return Err(
                    Error::new(Code::IdempotencyMismatch).because("an opening is not repeated: it is a new access")
                );
            }
            let by = By::actor(&actor, actor.acting(Permission::ContactOpen, Some(&case.place), case.lead_unit));
            // A part has the contact details of the report it was made of.
            let opening = Opening { report: found.whose(), field, purpose, words, person: actor.person };
            let value = contacts::open(&mut tx, app, &by, &opening, now).await?;
            let params = json!({"field": field, "purpose": purpose});
            record(&mut tx, app, &by, &case, Step::new("contact_opened").params(params).of(report).internal(), now)
                .await?;
            Ok((value, now.plus_seconds(OPEN_SECONDS)))
        })
        .await
}
