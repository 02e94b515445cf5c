//! Which kinds there are, by the files in force.

use std::collections::BTreeMap;

use kernel::Result;

use crate::{
    modules::{
        App, SharedApp,
        register::{
            file::{self, KIND},
            shelf::Kinds,
        },
    },
    platform::{
        catalog::{self, CatalogVersion, PackagedFile},
        toml_check::broken,
    },
};

/// Puts the packaged kinds into force for the instance; files that did not change make no new version.
///
/// # Errors
/// `internal` when a packaged file has a mistake (a test keeps that from happening) or the database fails.
pub async fn import_packaged(app: &SharedApp) -> Result<()> {
    let mut files = Vec::new();
    for (name, toml) in file::packaged() {
        let code = file::parse(&name, &toml, None).map_err(|mistakes| broken(&mistakes))?.0.code;
        files.push(PackagedFile { kind: KIND, code, toml });
    }
    let at = (app.today(), app.now());
    catalog::put_packaged(&app.db, files, app.settings.region.clone(), at).await?;
    refresh(app).await
}

/// Reads the kinds in force again, if they changed since they were last read.
///
/// # Errors
/// `internal` when the database fails.
pub async fn refresh(app: &App) -> Result<()> {
    let versions = catalog::in_force_unscoped(&mut app.db.read().await?, KIND, app.today()).await?;
    let mark = catalog::mark(&versions);
    if app.register.is_at(&mark) {
        return Ok(());
    }
    let mut newest: BTreeMap<&str, &CatalogVersion> = BTreeMap::new();
    // They come sorted by code and version, so that the last stays.
    for version in &versions {
        newest.insert(version.code.as_str(), version);
    }
    let mut kept: Vec<&CatalogVersion> = newest.into_values().collect();
    // In the order in which the classes first came in, which is that of the packaged files.
    kept.sort_by_key(|version| file::position(&version.code));
    app.register.put(
        Kinds::new(
            kept.into_iter().filter_map(|it| catalog::kept(it, file::parse(&it.code, &it.toml, None))).collect(),
        ),
        mark,
    );
    Ok(())
}
