//! Use cases of topics: following what happens, and what is decided.

mod decide;
mod follow;

use std::collections::HashSet;

use futures::future::BoxFuture;
use kernel::Result;

pub(super) use self::decide::{part, sees, step};
pub use self::follow::follow;
use super::limits::{self, KIND};
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
    vec![Schedule { kind: "recurrence.follow", every_seconds: 300, run: go }]
}

/// Puts the packaged thresholds into force for the instance; a file that did not change makes no new version.
///
/// # Errors
/// `internal` when the packaged file has a mistake (a test keeps that from happening) or the database fails.
pub async fn import_packaged(app: &SharedApp) -> Result<()> {
    let mut files = Vec::new();
    for (name, toml) in limits::packaged() {
        limits::parse(&name, &toml, &HashSet::new()).map_err(|mistakes| broken(&mistakes))?;
        files.push(PackagedFile { kind: KIND, code: limits::CODE.to_owned(), toml });
    }
    catalog::put_packaged(&app.db, files, app.settings.region.clone(), (app.today(), app.now())).await?;
    refresh(app).await
}

/// Reads the thresholds in force again, if they changed since they were last read.
///
/// # Errors
/// `internal` when the database fails.
pub async fn refresh(app: &App) -> Result<()> {
    let versions = catalog::in_force_unscoped(&mut app.db.read().await?, KIND, app.today()).await?;
    let mark = catalog::mark(&versions);
    let read = |it: &catalog::CatalogVersion| catalog::kept(it, limits::parse(&it.code, &it.toml, &HashSet::new()));
    if !app.limits.is_at(&mark)
        && let Some(limits) = versions.last().and_then(read)
    {
        app.limits.put(limits, mark);
    }
    Ok(())
}
