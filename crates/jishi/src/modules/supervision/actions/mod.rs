//! Imposing, answering, releasing, and what the platform proposes by the rules.

mod print;
mod take;
mod watch;

pub use print::{Letter, print};
pub use take::{Demand, answer, change, impose, release};
pub use watch::{schedules, watch};

use kernel::Result;

use super::file::{self, KIND};
use crate::{
    modules::{App, SharedApp},
    platform::{
        catalog::{self, PackagedFile},
        toml_check::broken,
    },
};

/// Puts the packaged rules into force for the instance; a file that did not change makes no new version.
///
/// # Errors
/// `internal` when the packaged file has a mistake (a test keeps that from happening) or the database fails.
pub async fn import_packaged(app: &SharedApp) -> Result<()> {
    let mut files = Vec::new();
    for (name, toml) in file::packaged() {
        file::parse(&name, &toml).map_err(|mistakes| broken(&mistakes))?;
        files.push(PackagedFile { kind: KIND, code: KIND.to_owned(), toml });
    }
    let at = (app.today(), app.now());
    catalog::put_packaged(&app.db, files, app.settings.region.clone(), at).await?;
    refresh(app).await
}

/// Reads the rules in force again, if they changed since they were last read.
///
/// # Errors
/// `internal` when the database fails.
pub async fn refresh(app: &App) -> Result<()> {
    let versions = catalog::in_force_unscoped(&mut app.db.read().await?, KIND, app.today()).await?;
    let mark = catalog::mark(&versions);
    if !app.supervision.is_at(&mark) {
        // They come sorted by version, so that the last stays.
        let last = versions.iter().filter_map(|it| catalog::kept(it, file::parse(&it.code, &it.toml))).next_back();
        app.supervision.put(last, mark);
    }
    Ok(())
}
