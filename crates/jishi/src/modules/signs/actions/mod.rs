//! Use cases: looking for signs, looking at them, answering them; the rules in force.

mod look;
mod review;

use std::sync::Arc;

use futures::future::BoxFuture;
use kernel::Result;

pub use self::look::look;
pub(super) use self::review::{Look, answer, review};
use super::file::{self, KIND};
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
        |app| Box::pin(async move { look(&app).await.map(|_| ()) });
    vec![Schedule { kind: "signs.look", every_seconds: 3_600, run: go }]
}

/// Puts the packaged rules into force for the instance; an unchanged file makes no new version.
///
/// # Errors
/// `internal` when the packaged file has a mistake (a test keeps that from happening) or the database fails.
pub async fn import_packaged(app: &SharedApp) -> Result<()> {
    let toml = file::packaged();
    let code = file::parse("signs.toml", &toml).map_err(|mistakes| broken(&mistakes))?.code;
    let at = (app.today(), app.now());
    let files = vec![PackagedFile { kind: KIND, code, toml }];
    catalog::put_packaged(&app.db, files, app.settings.region.clone(), at).await?;
    refresh(app).await
}

/// Reads the rules in force again, if they changed since they were last read. Those that came with the program hold where
/// nothing was brought in.
///
/// # Errors
/// `internal` when the database fails.
pub async fn refresh(app: &App) -> Result<()> {
    let versions = catalog::in_force_unscoped(&mut app.db.read().await?, KIND, app.today()).await?;
    let mark = format!("signs {}", catalog::mark(&versions));
    if app.signs.is_at(&mark) {
        return Ok(());
    }
    let packaged = file::parse("signs.toml", &file::packaged()).map_err(|mistakes| broken(&mistakes))?;
    let mut all = vec![(app.settings.region.clone(), Arc::new(packaged))];
    all.extend(versions.iter().filter_map(|it| {
        let rules = catalog::kept(it, file::parse(&it.code, &it.toml))?;
        Some((it.region.clone(), Arc::new(rules)))
    }));
    app.signs.put(all, mark);
    Ok(())
}
