//! Bringing records in from files: places, boundaries, units, staff.

use std::{
    fmt::Display,
    fs,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use kernel::{Id, Lang, Names, RegionCode};
use serde_json::Value;

use super::{
    failure::{Failure, Outcome},
    instance,
};
use crate::{
    modules::{SharedApp, people, redrawing, regions, register},
    platform::{
        access::Role,
        idempotency::Key,
        import::{Mode, Report, RowError, Writer},
        keys::sha256,
        settings::Settings,
    },
};

/// What can be done with places.
#[derive(Debug, Subcommand)]
pub(super) enum RegionsCommand {
    /// Bring places in from a CSV file, and their boundaries from GeoJSON files; all of a file or none of it
    Import {
        /// Columns: code, name_zh (or name); kind, name_en, pinyin, lon, lat, valid_from, note if known
        file: PathBuf,
        /// Boundaries, one file after the other
        #[arg(long, num_args = 1.., value_name = "FILE")]
        boundaries: Vec<PathBuf>,
    },
}

/// What can be done with units.
#[derive(Debug, Subcommand)]
pub(super) enum UnitsCommand {
    /// Bring units in from a CSV file; all or none
    Import {
        /// Columns: id_hint, name_zh, name_en, duty, level, region, parent, phone
        file: PathBuf,
    },
}

/// What can be done with the register.
#[derive(Debug, Subcommand)]
pub(super) enum RegisterCommand {
    /// Bring things in from a workbook or a CSV file; all or none, what is there changes only where it differs
    Import {
        /// The file, with the headings of the template
        file: PathBuf,
    },
}

/// What can be done with people.
#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Add someone with a post, and print their first password
    Add(NewUser),
}

/// Who is added.
#[derive(Debug, Args)]
pub(super) struct NewUser {
    /// Their log-in name
    #[arg(long)]
    login: String,
    /// Their name
    #[arg(long)]
    name: String,
    /// What they are: system_admin, security_admin, audit_admin, township_dispatcher, ..
    #[arg(long, value_parser = role)]
    role: Role,
    /// Where: a division code
    #[arg(long, value_parser = RegionCode::parse)]
    region: RegionCode,
}

fn role(text: &str) -> Result<Role, String> {
    let names = || Role::ALL.map(Role::as_str).join(", ");
    Role::parse(text).ok_or_else(|| format!("the roles are {}", names()))
}

/// Brings places and boundaries in.
pub(super) async fn regions(settings: Settings, command: RegionsCommand) -> Outcome<()> {
    let RegionsCommand::Import { file, boundaries } = command;
    let app = instance::start_current(settings).await?;
    let csv = read(&file)?;
    told(&file, "places", &import_places(&app, &file.display(), &csv).await?);
    for file in boundaries {
        let geojson = read(&file)?;
        told(&file, "boundaries", &import_boundaries(&app, &file.display(), &geojson).await?);
    }
    app.db.close().await;
    Ok(())
}

/// Brings units in.
pub(super) async fn units(settings: Settings, command: UnitsCommand) -> Outcome<()> {
    let UnitsCommand::Import { file } = command;
    let app = instance::start_current(settings).await?;
    told(&file, "units", &import_units(&app, &file.display(), &read(&file)?).await?);
    app.db.close().await;
    Ok(())
}

/// Brings things of the register in.
pub(super) async fn register(settings: Settings, command: RegisterCommand) -> Outcome<()> {
    let RegisterCommand::Import { file } = command;
    let app = instance::start_current(settings).await?;
    told(&file, "register", &import_register(&app, &file.display(), &read(&file)?).await?);
    app.db.close().await;
    Ok(())
}

/// Adds someone.
pub(super) async fn user(settings: Settings, command: UserCommand) -> Outcome<()> {
    let UserCommand::Add(new) = command;
    let app = instance::start_current(settings).await?;
    let login = new.login.clone();
    let founder = people::Founder { login: new.login, name: new.name, role: new.role };
    for password in people::add_founders(&app, vec![founder], &new.region).await? {
        println!("{login} may log in with this first password and must change it then: {password}");
    }
    app.db.close().await;
    Ok(())
}

pub(super) fn read(file: &Path) -> Outcome<Vec<u8>> {
    fs::read(file).map_err(|error| Failure::because(format!("{}: {error}", file.display())))
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub inserted: i64,
    pub changed: i64,
    pub unchanged: i64,
}

fn told(file: &Path, what: &str, counts: &Counts) {
    let Counts { inserted, changed, unchanged } = counts;
    println!("{}: {what}: {inserted} new, {changed} changed, {unchanged} as they were", file.display());
}

/// Imports a CSV file of places; `file` is how mistakes name it.
pub(super) async fn import_places(app: &SharedApp, file: &impl Display, csv: &[u8]) -> Outcome<Counts> {
    counted(file, &regions::import_csv(app, csv).await?)
}

/// Imports a GeoJSON file of boundaries.
pub(super) async fn import_boundaries(app: &SharedApp, file: &impl Display, geojson: &[u8]) -> Outcome<Counts> {
    let parsed: Value =
        serde_json::from_slice(geojson).map_err(|error| Failure::because(format!("{file}: {error}")))?;
    let mode = now(app, "boundaries.import", geojson);
    let platform = (Writer::platform(), Names::new("平台", "The platform"));
    counted(file, &redrawing::import_boundaries(app, platform, parsed, mode).await?.report)
}

/// Whoever types the command means it to be done now, whatever was imported before.
pub(super) fn now(app: &SharedApp, operation: &'static str, file: &[u8]) -> Mode {
    let key = Id::<Key>::new(app.now(), &app.chance).to_string();
    Mode::Write(Key { actor: "platform".to_owned(), operation, key, body_hash: sha256(file) })
}

/// Imports a CSV file of units.
pub(super) async fn import_units(app: &SharedApp, file: &impl Display, csv: &[u8]) -> Outcome<Counts> {
    counted(file, &people::import_units(app, Writer::platform(), csv, now(app, "units.import", csv)).await?)
}

/// Imports a CSV file of staff, who log in as personas and not by password.
pub(super) async fn import_staff(app: &SharedApp, file: &impl Display, csv: &[u8]) -> Outcome<Counts> {
    counted(file, &people::import_staff(app, Writer::platform(), csv, now(app, "staff.import", csv)).await?.0)
}

/// Imports a file of things of the register.
pub(super) async fn import_register(app: &SharedApp, file: &impl Display, bytes: &[u8]) -> Outcome<Counts> {
    counted(file, &register::import_csv(app, bytes).await?)
}

/// What came in, or every mistake as a line that names the file.
fn counted(file: &impl Display, report: &Report) -> Outcome<Counts> {
    let line = |error: &RowError| format!("{file}:{}: {}: {}", error.line, error.field.field, error.message(Lang::En));
    if !report.errors.is_empty() {
        return Err(Failure::from(report.errors.iter().map(line).collect::<Vec<_>>()));
    }
    Ok(Counts { inserted: report.inserted, changed: report.changed, unchanged: report.unchanged })
}
