//! What the demonstration has to see of cases to play its stories: the present state, without a reader's scope, since
//! nobody reads it. Nothing that answers a request may use this.

use kernel::{Id, Result};

pub use super::cohandling::Joint;
use super::{
    model::{Case, Report},
    proposal, store,
};
use crate::modules::{SharedApp, routing::Route};

/// Whether there is a case at all.
///
/// # Errors
/// `internal` when the database fails.
pub async fn any(app: &SharedApp) -> Result<bool> {
    store::any_unscoped(&mut app.db.read().await?).await
}

/// A case as it is.
///
/// # Errors
/// `internal` when the database fails.
pub async fn present(app: &SharedApp, id: Id<Case>) -> Result<Case> {
    store::get_unscoped(&mut app.db.read().await?, id).await
}

/// The reports behind a case, the first first.
///
/// # Errors
/// `internal` when the database fails.
pub async fn reports(app: &SharedApp, id: Id<Case>) -> Result<Vec<Report>> {
    store::reports_of(&mut app.db.read().await?, id).await
}

/// Where a case would go.
///
/// # Errors
/// `internal` when the database fails.
pub async fn proposed(app: &SharedApp, case: &Case) -> Result<Route> {
    proposal::proposal(&mut app.db.read().await?, app, case).await
}
