//! Which file is in force.

use kernel::{Level, RegionCode, Result};

use super::file::{self, KIND};
use crate::{
    modules::{App, SharedApp, regions},
    platform::{
        catalog::{self, PackagedFile},
        toml_check::broken,
    },
};

/// Puts the packaged file into force for the instance; one that did not change makes no new version.
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

/// Reads what is in force again, if it changed since it was last read.
///
/// # Errors
/// `internal` when the database fails.
pub async fn refresh(app: &App) -> Result<()> {
    let versions = catalog::in_force_unscoped(&mut app.db.read().await?, KIND, app.today()).await?;
    let mark = catalog::mark(&versions);
    if !app.verification.is_at(&mark) {
        // They come sorted by version: the last that can be read stands.
        let read = versions.iter().rev().find_map(|it| catalog::kept(it, file::parse(&it.code, &it.toml)));
        app.verification.put(read, mark);
    }
    Ok(())
}

/// The counties the instance works for: every draw is one county's.
///
/// # Errors
/// `internal` when the database fails.
pub async fn counties_unscoped(app: &App) -> Result<Vec<RegionCode>> {
    let mut places = vec![app.settings.region.clone()];
    let mut db = app.db.read().await?;
    while places.first().is_some_and(|place| place.level() < Level::County) {
        let mut inner = Vec::new();
        for place in &places {
            let children = regions::children_unscoped(&mut db, place, app.today()).await?;
            inner.extend(children.into_iter().map(|child| child.place.code));
        }
        places = inner;
    }
    Ok(places.into_iter().filter_map(|place| place.at(Level::County)).collect())
}
