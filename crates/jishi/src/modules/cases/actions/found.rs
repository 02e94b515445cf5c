//! Reports found again by whoever proved to hold the telephone number they left.

use db::Tx;
use kernel::{Id, Instant, Result};
use serde::Serialize;
use serde_json::json;

use super::resident::on_trail;

use crate::modules::{
    SharedApp,
    cases::{
        ground,
        model::{Report, Status},
        store, views,
    },
    matters::MatterRef,
    regions::Place,
};

/// A report in the list of those found again.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct FoundAgain {
    /// The case's number.
    pub number: String,
    /// Where it stands.
    pub status: Status,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<MatterRef>,
    /// Where it is.
    pub place: Place,
    /// When it came.
    pub received_at: Instant,
}

/// Gives each report the receipt named with it, and says what each is. The caller has made sure that whoever asks holds
/// the telephone.
///
/// # Errors
/// `internal` when the database fails.
pub async fn find_again(app: &SharedApp, receipts: &[(Id<Report>, String)]) -> Result<Vec<(String, FoundAgain)>> {
    let now = app.now();
    let hashed: Vec<_> = receipts.iter().map(|(report, receipt)| (*report, app.keys.receipt(receipt))).collect();
    app.db
        .write(async move |mut tx: Tx| {
            for (report, receipt) in hashed {
                if store::add_receipt(&mut tx, report, receipt, now).await? {
                    on_trail(&mut tx, "report.found_again", report, json!({}), now).await?;
                }
            }
            Ok(())
        })
        .await?;
    let mut db = app.db.read().await?;
    let mut found = Vec::new();
    for (id, receipt) in receipts {
        let report = store::report_unscoped(&mut db, *id).await?;
        let case = store::get_unscoped(&mut db, report.case).await?;
        let names = views::names_for_resident(&mut db, &case, &[], &[]).await?;
        let again = FoundAgain {
            number: case.number.clone(),
            status: case.status,
            matter: ground::matter_ref(app, &case),
            place: names.place(&case),
            received_at: report.received_at,
        };
        found.push((receipt.clone(), again));
    }
    Ok(found)
}
