//! Which kinds there are, by the files in force.

use std::collections::BTreeMap;

use kernel::{Error, Result};

use crate::{
    modules::{
        App, SharedApp,
        register::{
            file::{self, KIND},
            shelf::Kinds,
        },
    },
    platform::{
        catalog::{self, CatalogVersion, NewVersion},
        keys::{hex, sha256},
        toml_check::Mistake,
    },
};

fn broken(mistakes: &[Mistake]) -> Error {
    Error::internal(mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

/// Puts the packaged kinds into force for the instance; files that did not change make no new version.
///
/// # Errors
/// `internal` when a packaged file has a mistake (a test keeps that from happening) or the database fails.
pub async fn import_packaged(app: &SharedApp) -> Result<()> {
    let (region, valid_from, now) = (app.settings.region.clone(), app.today(), app.now());
    let mut new = Vec::new();
    for (name, toml) in file::packaged() {
        let code = file::parse(&name, &toml, None).map_err(|mistakes| broken(&mistakes))?.0.code;
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

/// Reads the kinds in force again, if they changed since they were last read.
///
/// # Errors
/// `internal` when the database fails.
pub async fn refresh(app: &App) -> Result<()> {
    let versions = catalog::in_force_unscoped(&mut app.db.read().await?, KIND, app.today()).await?;
    let all: String = versions.iter().map(|version| format!("{} {}\n", version.code, version.hash)).collect();
    let mark = hex(&sha256(all.as_bytes()));
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
    app.register.put(Kinds::new(kept.into_iter().filter_map(read).collect()), mark);
    Ok(())
}

/// What was checked before it came in reads well; should an upgrade have become stricter, the file is left out and the log
/// says so.
fn read(version: &CatalogVersion) -> Option<(super::super::model::Class, Vec<super::super::model::ItemKind>)> {
    match file::parse(&version.code, &version.toml, None) {
        Ok(read) => Some(read),
        Err(mistakes) => {
            tracing::error!(error = %broken(&mistakes), code = %version.code, "a file in force has mistakes and is left out");
            None
        }
    }
}
