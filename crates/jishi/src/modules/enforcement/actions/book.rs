//! Which items are delegated, by the files in force.

use std::collections::BTreeMap;

use kernel::Result;

use crate::{
    modules::{
        App, SharedApp,
        enforcement::items::{self, Items, KIND},
    },
    platform::{
        catalog::{self, CatalogVersion, PackagedFile},
        toml_check::broken,
    },
};

/// Puts the packaged items into force for the instance; files that did not change make no new version.
///
/// # Errors
/// `internal` when a packaged file has a mistake (a test keeps that from happening) or the database fails.
pub async fn import_packaged(app: &SharedApp) -> Result<()> {
    let mut files = Vec::new();
    for (name, toml) in items::packaged() {
        let code = items::parse(&name, &toml).map_err(|mistakes| broken(&mistakes))?.class.code;
        files.push(PackagedFile { kind: KIND, code, toml });
    }
    let at = (app.today(), app.now());
    catalog::put_packaged(&app.db, files, app.settings.region.clone(), at).await?;
    refresh(app).await
}

/// Reads the items in force again, if they changed since they were last read.
///
/// # Errors
/// `internal` when the database fails.
pub async fn refresh(app: &App) -> Result<()> {
    let versions = catalog::in_force_unscoped(&mut app.db.read().await?, KIND, app.today()).await?;
    let mark = catalog::mark(&versions);
    if app.enforcement.is_at(&mark) {
        return Ok(());
    }
    let mut newest: BTreeMap<(&str, &str), &CatalogVersion> = BTreeMap::new();
    // They come sorted by code, place and version, so that the last stays.
    for version in &versions {
        newest.insert((version.code.as_str(), version.region.as_str()), version);
    }
    let mut kept: Vec<&CatalogVersion> = newest.into_values().collect();
    kept.sort_by_key(|version| items::position(&version.code));
    let read = |version: &CatalogVersion| {
        let read = catalog::kept(version, items::parse(&version.code, &version.toml))?;
        Some((version.region.clone(), read))
    };
    app.enforcement.put(Items::new(kept.into_iter().filter_map(read).collect()), mark);
    Ok(())
}
