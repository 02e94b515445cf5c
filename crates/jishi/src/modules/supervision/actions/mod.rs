//! Imposing, answering, releasing, and what the platform proposes by the rules.

mod print;
mod take;
mod watch;

pub use print::{Letter, print};
pub use take::{Demand, answer, change, impose, release};
pub use watch::{schedules, watch};

use kernel::Result;

use crate::modules::{App, SharedApp};

/// Puts the packaged file into force for the instance.
///
/// # Errors
/// `internal` when the database fails.
pub async fn import_packaged(app: &SharedApp) -> Result<()> {
    app.supervision.import_packaged(&app.db, app.settings.region.clone(), (app.today(), app.now())).await
}

/// Reads the file in force again, if it changed since it was last read.
///
/// # Errors
/// `internal` when the database fails.
pub async fn refresh(app: &App) -> Result<()> {
    app.supervision.refresh(&app.db, app.today()).await
}
