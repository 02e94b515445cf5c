//! Bringing the catalogue into force.

use kernel::Result;
use rust_embed::RustEmbed;

use super::{
    file::{assisting_of, parse_duties, parse_matters},
    model::DutyName,
    shelf::{Catalogue, Volume},
};
use crate::{
    modules::{App, SharedApp},
    platform::{
        catalog::{self, CatalogVersion, PackagedFile},
        toml_check::{Mistake, broken},
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
    let files = files.into_iter().map(|(kind, code, toml)| PackagedFile { kind, code, toml }).collect();
    let at = (app.today(), app.now());
    let fresh = catalog::put_packaged(&app.db, files, app.settings.region.clone(), at).await?;
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
    let mark = catalog::mark(duties.iter().chain(&volumes));
    if app.matters.is_at(&mark) {
        return Ok(());
    }
    let assisting = duties.last().map(|it| assisting_of(&it.toml)).unwrap_or_default();
    let duties = read_duties(&duties);
    let volumes = volumes.iter().filter_map(|version| read_volume(version, &duties)).collect();
    app.matters.put(Catalogue::new(duties, volumes).assisting_by(assisting), mark);
    Ok(())
}

fn read_duties(versions: &[CatalogVersion]) -> Vec<DutyName> {
    let newest = versions.last();
    newest.and_then(|it| catalog::kept(it, parse_duties("duties.toml", &it.toml))).unwrap_or_default()
}

fn read_volume(version: &CatalogVersion, duties: &[DutyName]) -> Option<Volume> {
    let file = catalog::kept(version, parse_matters(&version.code, &version.toml, duties))?;
    Some(Volume { region: version.region.clone(), version: version.version, file })
}
