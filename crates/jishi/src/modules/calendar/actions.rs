//! Bringing calendars into force.

use db::Tx;
use jiff::civil;
use kernel::{Code, Day, Error, Result};
use rust_embed::RustEmbed;
use serde_json::json;

use super::{
    file::parse,
    model::{WorkCalendar, YearCalendar},
    store,
};
use crate::{
    modules::App,
    platform::{
        access::{Actor, Permission},
        catalog::{self, CatalogVersion, NewVersion},
        idempotency::{self, Key},
        live::Topic,
        toml_check::{Mistake, broken},
        trail::{self, By, Entry},
    },
};

/// The kind of these files in the catalogue.
pub const KIND: &str = "calendars";

/// The packaged calendars, inside the binary.
#[derive(RustEmbed)]
#[folder = "../../catalog/calendars"]
struct Packaged;

/// What became of an import.
#[derive(Debug)]
pub enum Imported {
    /// The year as it now stands. Open deadlines that assumed it are to be reckoned again by whoever keeps them.
    Done(YearCalendar),
    /// Nothing changed; this is to be mended first.
    Mistaken(Vec<Mistake>),
}

/// The packaged calendars, checked.
///
/// # Errors
/// Every mistake of every file.
pub fn read_packaged() -> Result<Vec<(YearCalendar, String)>, Vec<Mistake>> {
    let mut files = Vec::new();
    let mut mistakes = Vec::new();
    let mut names: Vec<_> = Packaged::iter().filter(|name| name.ends_with(".toml")).collect();
    names.sort();
    for name in names {
        let text =
            Packaged::get(&name).map(|file| String::from_utf8_lossy(&file.data).into_owned()).unwrap_or_default();
        match parse(&name, &text) {
            Ok(year) => files.push((year, text)),
            Err(found) => mistakes.extend(found),
        }
    }
    if mistakes.is_empty() { Ok(files) } else { Err(mistakes) }
}

/// Puts the packaged calendars into force; files that did not change make no new version. Returns the years that are new.
///
/// # Errors
/// `internal` when a packaged file has a mistake (a test keeps that from happening) or the database fails.
pub async fn import_packaged(app: &App) -> Result<Vec<i64>> {
    let files = read_packaged().map_err(|mistakes| broken(&mistakes))?;
    let (region, today, now) = (app.settings.region.clone(), app.today(), app.now());
    let years = app
        .db
        .write(async move |mut tx| {
            let mut years = Vec::new();
            for (calendar, toml) in files {
                let code = code(calendar.year);
                let new = NewVersion {
                    kind: KIND,
                    code,
                    region: region.clone(),
                    toml,
                    valid_from: today,
                    person: None,
                    seen: None,
                };
                if catalog::put(&mut tx, &new, now).await?.1 {
                    recorded(&mut tx, &By::nobody(), calendar.year, now).await?;
                    years.push(calendar.year);
                }
            }
            Ok(years)
        })
        .await?;
    refresh(app).await?;
    Ok(years)
}

/// Imports one year's calendar for the whole instance.
///
/// # Errors
/// `forbidden` without the permission for the whole instance; what the database refuses. Mistakes in the file are an answer.
pub async fn import(app: &App, actor: &Actor, key: Key, year: i64, toml: String) -> Result<Imported> {
    let scope = actor.require(Permission::CalendarEdit)?;
    let region = app.settings.region.clone();
    if !scope.covers(&region) {
        return Err(Error::new(Code::Forbidden).with("permission", Permission::CalendarEdit.as_str()));
    }
    let calendar = match checked(year, &toml) {
        Ok(calendar) => calendar,
        Err(mistakes) => return Ok(Imported::Mistaken(mistakes)),
    };
    let (now, valid_from) = (app.now(), app.today());
    let by = By::actor(actor, actor.acting(Permission::CalendarEdit, Some(&region), None));
    let new =
        NewVersion { kind: KIND, code: code(year), region, toml, valid_from, person: Some(actor.person), seen: None };
    app.db
        .write(async move |mut tx| {
            if idempotency::claim(&mut tx, &key, &new.code, now).await?.is_none()
                && catalog::put(&mut tx, &new, now).await?.1
            {
                recorded(&mut tx, &by, year, now).await?;
            }
            Ok(())
        })
        .await?;
    refresh(app).await?;
    app.live.hint(Topic::Records);
    Ok(Imported::Done(calendar))
}

fn code(year: i64) -> String {
    format!("cn-{year}")
}

/// Reads the file and sees to it that it is for the year it was sent to.
fn checked(year: i64, toml: &str) -> Result<YearCalendar, Vec<Mistake>> {
    let file = format!("{}.toml", code(year));
    let calendar = parse(&file, toml)?;
    if calendar.year == year {
        return Ok(calendar);
    }
    let message = format!(
        "这是 {} 年的文件，不是 {year} 年的 · this file is for {}, not for {year}",
        calendar.year, calendar.year
    );
    let mend = "核对年份，或到那一年的页面导入 · compare the year, or import it on that year's page".to_owned();
    Err(vec![Mistake { file, line: 1, message, mend }])
}

async fn recorded(tx: &mut Tx, by: &By, year: i64, now: kernel::Instant) -> Result<()> {
    let entry = Entry {
        kind: "calendar.imported",
        object_kind: "calendar",
        object_id: year.to_string(),
        place: None,
        params: json!({"year": year}),
    };
    trail::record(tx, now, by, entry).await
}

/// Reads the calendars in force again, if any came in since they were last read.
///
/// # Errors
/// `internal` when the database fails.
pub async fn refresh(app: &App) -> Result<()> {
    let mut db = app.db.read().await?;
    let versions = store::versions_unscoped(&mut db).await?;
    if app.calendar.is_at(versions) {
        return Ok(());
    }
    // A calendar says itself which days it is about, so every version counts from the moment it is known.
    let ever = Day::from(civil::Date::MAX);
    let files = catalog::in_force_unscoped(&mut db, KIND, ever).await?;
    let ours = files.iter().filter(|file| file.region.covers(&app.settings.region));
    app.calendar.put(versions, WorkCalendar::new(ours.filter_map(read)));
    Ok(())
}

/// What was checked before it came in reads well; should an upgrade have become stricter, the year counts as unpublished
/// and the log says so.
fn read(version: &CatalogVersion) -> Option<YearCalendar> {
    parse(&version.code, &version.toml)
        .inspect_err(|mistakes| tracing::error!(error = %broken(mistakes), code = %version.code, "a calendar in force has mistakes"))
        .ok()
}
