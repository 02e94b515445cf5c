//! Which first pages there are, by the files in force.

use kernel::Result;

use super::pages::{self, KIND};
use crate::{
    modules::{App, SharedApp},
    platform::{
        catalog::{self, PackagedFile},
        toml_check::broken,
    },
};

/// Puts the packaged pages into force for the instance; files that did not change make no new version.
///
/// # Errors
/// `internal` when a packaged file has a mistake (a test keeps that from happening) or the database fails.
pub async fn import_packaged(app: &SharedApp) -> Result<()> {
    let mut files = Vec::new();
    for (name, toml) in pages::packaged() {
        let code = pages::parse(&name, &toml, None).map_err(|mistakes| broken(&mistakes))?.code;
        files.push(PackagedFile { kind: KIND, code, toml });
    }
    let at = (app.today(), app.now());
    catalog::put_packaged(&app.db, files, app.settings.region.clone(), at).await?;
    refresh(app).await
}

/// Reads the pages in force again, if they changed since they were last read.
///
/// # Errors
/// `internal` when the database fails.
pub async fn refresh(app: &App) -> Result<()> {
    let versions = catalog::in_force_unscoped(&mut app.db.read().await?, KIND, app.today()).await?;
    let mark = catalog::mark(&versions);
    if !app.pages.is_at(&mark) {
        // They come sorted by code and version, so that the last stays.
        app.pages.put(versions.iter().filter_map(|it| catalog::kept(it, pages::parse(&it.code, &it.toml, None))), mark);
    }
    Ok(())
}
