//! Bringing the catalogue into force.

use kernel::{Error, Result};
use rust_embed::RustEmbed;

use super::{
    file::{parse_duties, parse_matters},
    model::DutyName,
    shelf::{Catalogue, Volume},
};
use crate::{
    modules::{App, SharedApp},
    platform::{
        catalog::{self, CatalogVersion, NewVersion},
        keys::{hex, sha256},
        toml_check::Mistake,
    },
};

/// The packaged catalogue, inside the binary.
#[derive(RustEmbed)]
#[folder = "../../catalog"]
struct Packaged;

/// The kind of the file of duties.
pub const DUTIES: &str = "duties";
/// The kind of a class's file.
pub const MATTERS: &str = "matters";

fn packaged(name: &str) -> String {
    Packaged::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned()).unwrap_or_default()
}

fn broken(mistakes: &[Mistake]) -> Error {
    Error::internal(mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

/// The packaged files, checked: the duties, then each class in the order of the file names.
///
/// # Errors
/// Every mistake of every file.
pub fn read_packaged() -> Result<Vec<(&'static str, String, String)>, Vec<Mistake>> {
    let text = packaged("duties.toml");
    let duties = parse_duties("duties.toml", &text)?;
    let mut files = vec![(DUTIES, DUTIES.to_owned(), text)];
    let mut mistakes = Vec::new();
    let mut names: Vec<_> = Packaged::iter().filter(|name| name.starts_with("matters/")).collect();
    names.sort();
    for name in names {
        let text = packaged(&name);
        match parse_matters(&name, &text, &duties) {
            Ok(file) => files.push((MATTERS, file.class.code, text)),
            Err(found) => mistakes.extend(found),
        }
    }
    if mistakes.is_empty() { Ok(files) } else { Err(mistakes) }
}

/// Puts the packaged catalogue into force for the instance's place; files that did not change make no new version.
///
/// # Errors
/// `internal` when a packaged file has a mistake (a test keeps that from happening) or the database fails.
pub async fn import_packaged(app: &SharedApp) -> Result<i64> {
    let files = read_packaged().map_err(|mistakes| broken(&mistakes))?;
    let (region, day, now) = (app.settings.region.clone(), app.today(), app.now());
    let fresh = app
        .db
        .write(async move |mut tx| {
            let mut fresh = 0;
            for (kind, code, toml) in files {
                let new =
                    NewVersion { kind, code, region: region.clone(), toml, valid_from: day, person: None, seen: None };
                let (_, is_new) = catalog::put(&mut tx, &new, now).await?;
                fresh += i64::from(is_new);
            }
            Ok(fresh)
        })
        .await?;
    refresh(app).await?;
    Ok(fresh)
}

/// Reads the catalogue in force again, if it changed since it was last read.
///
/// # Errors
/// `internal` when the database fails.
pub async fn refresh(app: &App) -> Result<()> {
    let mut db = app.db.read().await?;
    let day = app.today();
    let duties = catalog::in_force_unscoped(&mut db, DUTIES, day).await?;
    let volumes = catalog::in_force_unscoped(&mut db, MATTERS, day).await?;
    let mark = mark(duties.iter().chain(&volumes));
    if app.matters.is_at(&mark) {
        return Ok(());
    }
    let duties = read_duties(&duties);
    let volumes = volumes.iter().filter_map(|version| read_volume(version, &duties)).collect();
    app.matters.put(Catalogue::new(duties, volumes), mark);
    Ok(())
}

fn mark<'v>(versions: impl Iterator<Item = &'v CatalogVersion>) -> String {
    let all: String =
        versions.map(|version| format!("{} {} {}\n", version.code, version.region, version.hash)).collect();
    hex(&sha256(all.as_bytes()))
}

/// What was checked before it came in reads well; should an upgrade have become stricter, the file is left out and the
/// log says so, rather than the whole catalogue.
fn read_duties(versions: &[CatalogVersion]) -> Vec<DutyName> {
    let Some(newest) = versions.last() else { return Vec::new() };
    parse_duties("duties.toml", &newest.toml).unwrap_or_else(|mistakes| {
        tracing::error!(error = %broken(&mistakes), "the duties in force have mistakes");
        Vec::new()
    })
}

fn read_volume(version: &CatalogVersion, duties: &[DutyName]) -> Option<Volume> {
    match parse_matters(&version.code, &version.toml, duties) {
        Ok(file) => Some(Volume { region: version.region.clone(), version: version.version, file }),
        Err(mistakes) => {
            tracing::error!(error = %broken(&mistakes), code = %version.code, "a file in force has mistakes and is left out");
            None
        }
    }
}
