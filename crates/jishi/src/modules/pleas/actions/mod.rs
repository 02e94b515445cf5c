//! Asking, deciding, and what the platform does by itself.

mod ask;
mod decide;
mod follow;

pub use ask::{Asked, ask, decide_by, withdraw};
pub use decide::{appeal, decide, may_appeal};
pub use follow::{follow, schedules};

use kernel::Result;

use crate::modules::{App, SharedApp};

/// Puts the packaged file into force for the instance.
///
/// # Errors
/// `internal` when the database fails.
pub async fn import_packaged(app: &SharedApp) -> Result<()> {
    app.pleas.import_packaged(&app.db, app.settings.region.clone(), (app.today(), app.now())).await
}

/// Reads the file in force again, if it changed since it was last read.
///
/// # Errors
/// `internal` when the database fails.
pub async fn refresh(app: &App) -> Result<()> {
    app.pleas.refresh(&app.db, app.today()).await
}
