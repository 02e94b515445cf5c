//! Which sources there are, by the files in force.

use std::collections::{BTreeMap, HashSet};

use db::Conn;
use kernel::{Code, Error, RegionCode, Result};
use serde_json::json;

use crate::{
    modules::{
        App, SharedApp,
        sources::{
            columns,
            file::{self, KIND},
            model::{Carrier, InForce},
        },
    },
    platform::{
        catalog::{self, CatalogVersion, NewVersion, PackagedFile},
        idempotency::{self, Key},
        live::Topic,
        toml_check::broken,
        trail::{self, Entry},
    },
};

/// Puts the packaged sources into force for the instance's place; files that did not change make no new version.
///
/// # Errors
/// `internal` when a packaged file has a mistake (a test keeps that from happening) or the database fails.
pub async fn import_packaged(app: &SharedApp) -> Result<()> {
    let mut files = Vec::new();
    for (name, toml) in file::packaged() {
        let code = file::parse(&name, &toml, None).map_err(|mistakes| broken(&mistakes))?.code;
        files.push(PackagedFile { kind: KIND, code, toml });
    }
    let at = (app.today(), app.now());
    catalog::put_packaged(&app.db, files, app.settings.region.clone(), at).await?;
    Ok(())
}

/// The sources in force at a place: of each file the version of the narrowest place around it.
///
/// # Errors
/// `internal` when the database fails.
pub async fn list(db: &mut Conn, app: &App, home: &RegionCode) -> Result<Vec<InForce>> {
    let versions = catalog::in_force_unscoped(db, KIND, app.today()).await?;
    let mut newest: BTreeMap<&str, &CatalogVersion> = BTreeMap::new();
    // They come sorted by code, place and version, so that the last of the narrowest place stays.
    for version in versions.iter().filter(|version| version.region.covers(home)) {
        newest.insert(version.code.as_str(), version);
    }
    Ok(newest.into_values().filter_map(read).collect())
}

fn read(version: &CatalogVersion) -> Option<InForce> {
    let source = catalog::kept(version, file::parse(&version.code, &version.toml, None))?;
    let (region, toml) = (version.region.clone(), version.toml.clone());
    Some(InForce { source, region, version: version.version, toml })
}

/// The source of a code at a place.
///
/// # Errors
/// `not_found`.
pub async fn find(db: &mut Conn, app: &App, code: &str, home: &RegionCode) -> Result<InForce> {
    let found = list(db, app, home).await?.into_iter().find(|known| known.source.code == code);
    found.ok_or_else(|| Error::new(Code::NotFound))
}

/// Keeps headings that were chosen by hand as the source's next version for the carrier's places.
///
/// # Errors
/// Field errors on `columns`; `not_found`; `catalog_changed` when someone was faster.
pub async fn keep_headings(
    app: &SharedApp,
    carrier: &Carrier,
    code: &str,
    chosen: BTreeMap<String, String>,
    key: Key,
) -> Result<()> {
    columns::check(&chosen)?;
    let chosen: BTreeMap<String, String> = chosen.into_iter().filter(|(_, heading)| !heading.is_empty()).collect();
    let known = find(&mut app.db.read().await?, app, code, &carrier.home).await?;
    let toml = file::with_headings(&known.toml, &chosen);
    let catalogue = app.matters.catalogue();
    let matters: HashSet<&str> = catalogue.codes().collect();
    file::parse(code, &toml, Some(&matters)).map_err(|mistakes| broken(&mistakes))?;
    let (now, by, region) = (app.now(), carrier.by.clone(), carrier.home.clone());
    let seen = if known.region == region { known.version } else { 0 };
    let new = NewVersion {
        kind: KIND,
        code: code.to_owned(),
        region: region.clone(),
        toml,
        valid_from: app.today(),
        person: by.person,
        seen: Some(seen),
    };
    let put = async move |mut tx| {
        if idempotency::claim(&mut tx, &key, &new.code, now).await?.is_some() {
            return Ok(());
        }
        let (version, is_new) = catalog::put(&mut tx, &new, now).await?;
        if is_new {
            let params = json!({ "version": version, "region": new.region, "valid_from": new.valid_from });
            let object_id = format!("{KIND}/{}", new.code);
            let place = Some(&region);
            let entry = Entry { kind: "catalog.changed", object_kind: "catalog", object_id, place, params };
            trail::record(&mut tx, now, &by, entry).await?;
        }
        Ok(())
    };
    app.db.write(put).await?;
    app.live.hint(Topic::Records);
    Ok(())
}
