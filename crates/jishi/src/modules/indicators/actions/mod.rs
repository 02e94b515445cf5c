//! Use cases: following what happens, counting anew, and the definitions in force.

mod fill;
mod follow;

use futures::future::BoxFuture;
use kernel::Result;

pub use self::{fill::rebuild, follow::follow};
use super::{
    file::{self, KIND},
    shelf::Volume,
};
use crate::{
    modules::{App, Schedule, SharedApp},
    platform::{
        catalog::{self, PackagedFile},
        toml_check::broken,
    },
};

/// What this room does at regular times.
pub fn schedules() -> Vec<Schedule> {
    let go: fn(SharedApp) -> BoxFuture<'static, Result<()>> =
        |app| Box::pin(async move { follow(&app).await.map(|_| ()) });
    vec![Schedule { kind: "indicators.follow", every_seconds: 60, run: go }]
}

/// Puts the packaged definitions into force for the instance; files that did not change make no new version.
///
/// # Errors
/// `internal` when a packaged file has a mistake (a test keeps that from happening) or the database fails.
pub async fn import_packaged(app: &SharedApp) -> Result<()> {
    let mut files = Vec::new();
    for (name, toml) in file::packaged() {
        let code = file::parse(&name, &toml).map_err(|mistakes| broken(&mistakes))?.code;
        files.push(PackagedFile { kind: KIND, code, toml });
    }
    let at = (app.today(), app.now());
    catalog::put_packaged(&app.db, files, app.settings.region.clone(), at).await?;
    refresh(app).await
}

/// Reads the definitions in force again, if they changed since they were last read. What came with the program holds where
/// nothing was brought in.
///
/// # Errors
/// `internal` when the database fails.
pub async fn refresh(app: &App) -> Result<()> {
    let versions = catalog::in_force_unscoped(&mut app.db.read().await?, KIND, app.today()).await?;
    let mark = catalog::mark(&versions);
    if app.indicators.is_at(&mark) && !mark.is_empty() {
        return Ok(());
    }
    let volume = |region, version, valid_from, set| Volume { region, version, valid_from, set };
    let packaged = file::packaged().into_iter().filter_map(|(name, toml)| file::parse(&name, &toml).ok());
    let mut volumes: Vec<Volume> =
        packaged.map(|set| volume(app.settings.region.clone(), 0, app.today(), set)).collect();
    volumes.sort_by_key(|volume| order(&volume.set.code));
    volumes.extend(versions.iter().filter_map(|it| {
        let set = catalog::kept(it, file::parse(&it.code, &it.toml))?;
        Some(volume(it.region.clone(), it.version, it.valid_from, set))
    }));
    app.indicators.put(volumes, mark);
    Ok(())
}

/// Outcomes first: what residents say comes before how it was handled.
fn order(code: &str) -> usize {
    ["outcome", "process", "honesty"].iter().position(|known| *known == code).unwrap_or(usize::MAX)
}
