//! Which first pages there are, by the files in force.

use kernel::{Error, Result};

use super::pages::{self, FirstPage, KIND};
use crate::{
    modules::{App, SharedApp},
    platform::{
        catalog::{self, CatalogVersion, NewVersion},
        keys::{hex, sha256},
        toml_check::Mistake,
    },
};

fn broken(mistakes: &[Mistake]) -> Error {
    Error::internal(mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

/// Puts the packaged pages into force for the instance; files that did not change make no new version.
///
/// # Errors
/// `internal` when a packaged file has a mistake (a test keeps that from happening) or the database fails.
pub async fn import_packaged(app: &SharedApp) -> Result<()> {
    let (region, valid_from, now) = (app.settings.region.clone(), app.today(), app.now());
    let mut new = Vec::new();
    for (name, toml) in pages::packaged() {
        let code = pages::parse(&name, &toml, None).map_err(|mistakes| broken(&mistakes))?.code;
        new.push(NewVersion { kind: KIND, code, region: region.clone(), toml, valid_from, person: None, seen: None });
    }
    let put = async move |mut tx| {
        for new in &new {
            catalog::put(&mut tx, new, now).await?;
        }
        Ok(())
    };
    app.db.write(put).await?;
    refresh(app).await
}

/// Reads the pages in force again, if they changed since they were last read.
///
/// # Errors
/// `internal` when the database fails.
pub async fn refresh(app: &App) -> Result<()> {
    let versions = catalog::in_force_unscoped(&mut app.db.read().await?, KIND, app.today()).await?;
    let all: String = versions.iter().map(|version| format!("{} {}\n", version.code, version.hash)).collect();
    let mark = hex(&sha256(all.as_bytes()));
    if !app.pages.is_at(&mark) {
        // They come sorted by code and version, so that the last stays.
        app.pages.put(versions.iter().filter_map(read), mark);
    }
    Ok(())
}

/// What was checked before it came in reads well; should an upgrade have become stricter, the file is left out and the log
/// says so.
fn read(version: &CatalogVersion) -> Option<FirstPage> {
    match pages::parse(&version.code, &version.toml, None) {
        Ok(page) => Some(page),
        Err(mistakes) => {
            tracing::error!(error = %broken(&mistakes), code = %version.code, "a file in force has mistakes and is left out");
            None
        }
    }
}
