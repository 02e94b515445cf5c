//! The catalogue as files: checked, brought in, taken out.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use clap::Subcommand;
use kernel::RegionCode;

use super::{
    failure::{Failure, Outcome},
    instance,
};
use crate::{
    modules::{
        briefs, calendar, enforcement, indicators, links,
        matters::{
            self, DutyName,
            actions::{DUTIES, MATTERS},
        },
        mediation, pleas, recurrence, register, retention, signs, sources, supervision, verification, whistles,
    },
    platform::{
        catalog::{self, CatalogVersion, NewVersion},
        settings::Settings,
        toml_check::Mistake,
    },
};

/// What can be done with the catalogue.
#[derive(Debug, Subcommand)]
pub(super) enum CatalogCommand {
    /// Tell every mistake in a folder of catalogue files, with its line and its mend
    Check {
        /// The folder, with duties.toml, matters/, calendars/, sources/, register/, first_pages/, indicators/, pleas/, supervision/, whistles.toml, enforcement/, mediation/, recurrence/, links.toml, retention.toml, signs/ and verification/ as far as there are any
        #[arg(default_value = "catalog")]
        folder: PathBuf,
    },
    /// Check a folder and bring it into force; unchanged files make no new version
    Import {
        /// The folder
        #[arg(default_value = "catalog")]
        folder: PathBuf,
        /// The place it is for, with all below it; without it the place of the instance
        #[arg(long, value_parser = RegionCode::parse)]
        region: Option<RegionCode>,
    },
    /// Write what is in force into a folder: one folder a place
    Export {
        /// The folder to make
        folder: PathBuf,
    },
}

/// One checked file.
struct Checked {
    kind: &'static str,
    code: String,
    toml: String,
}

/// Does what is wanted.
pub(super) async fn catalog(settings: impl FnOnce() -> Outcome<Settings>, command: CatalogCommand) -> Outcome<()> {
    match command {
        CatalogCommand::Check { folder } => {
            let files = check(&folder, None)?;
            println!("{}: {} files, no mistake", folder.display(), files.len());
            Ok(())
        }
        CatalogCommand::Import { folder, region } => import(settings()?, &folder, region).await,
        CatalogCommand::Export { folder } => export(settings()?, &folder).await,
    }
}

/// Reads a folder. Matters name duties: those of the folder, or else those in force, or else the packaged ones.
fn check(folder: &Path, in_force: Option<Vec<DutyName>>) -> Outcome<Vec<Checked>> {
    let mut mistakes = Vec::new();
    let mut files = Vec::new();
    let mut duties = in_force;
    for (name, toml) in texts(&folder.join("duties.toml"))? {
        if let Some(read) = kept(matters::parse_duties(&name, &toml), &mut mistakes) {
            duties = Some(read);
            files.push(Checked { kind: DUTIES, code: DUTIES.to_owned(), toml });
        }
    }
    let duties = duties.map_or_else(packaged_duties, Ok)?;
    let mut known: Vec<String> = Vec::new();
    for (name, toml) in texts(&folder.join("matters"))? {
        if let Some(read) = kept(matters::parse_matters(&name, &toml, &duties), &mut mistakes) {
            known.extend(read.matters.into_iter().map(|matter| matter.code));
            files.push(Checked { kind: MATTERS, code: read.class.code, toml });
        }
    }
    for (name, toml) in texts(&folder.join("calendars"))? {
        if kept(calendar::parse(&name, &toml), &mut mistakes).is_some() {
            let code = Path::new(&name).file_stem().map(|stem| stem.to_string_lossy().into_owned());
            files.push(Checked { kind: calendar::KIND, code: code.unwrap_or_default(), toml });
        }
    }
    let known: HashSet<&str> = known.iter().map(String::as_str).collect();
    for (name, toml) in texts(&folder.join("sources"))? {
        // A folder of sources alone may name any matter: which there are is known where it comes into force.
        if let Some(read) =
            kept(sources::parse(&name, &toml, Some(&known).filter(|known| !known.is_empty())), &mut mistakes)
        {
            files.push(Checked { kind: sources::KIND, code: read.code, toml });
        }
    }
    let mut kinds: Vec<String> = Vec::new();
    for (name, toml) in texts(&folder.join("register"))? {
        let read = register::parse(&name, &toml, Some(&known).filter(|known| !known.is_empty()));
        if let Some((class, own)) = kept(read, &mut mistakes) {
            kinds.extend(own.into_iter().map(|kind| kind.code));
            files.push(Checked { kind: register::KIND, code: class.code, toml });
        }
    }
    let kinds: HashSet<&str> = kinds.iter().map(String::as_str).collect();
    for (name, toml) in texts(&folder.join("first_pages"))? {
        let read = briefs::parse(&name, &toml, Some(briefs::Known { matters: &known, kinds: &kinds }));
        if let Some(page) = kept(read, &mut mistakes) {
            files.push(Checked { kind: briefs::KIND, code: page.code, toml });
        }
    }
    for (name, toml) in texts(&folder.join("indicators"))? {
        if let Some(set) = kept(indicators::parse(&name, &toml), &mut mistakes) {
            files.push(Checked { kind: indicators::KIND, code: set.code, toml });
        }
    }
    for (name, toml) in texts(&folder.join("enforcement"))? {
        if let Some(read) = kept(enforcement::parse(&name, &toml), &mut mistakes) {
            files.push(Checked { kind: enforcement::KIND, code: read.class.code, toml });
        }
    }
    for (name, toml) in texts(&folder.join("signs"))? {
        if let Some(rules) = kept(signs::parse(&name, &toml), &mut mistakes) {
            files.push(Checked { kind: signs::KIND, code: rules.code, toml });
        }
    }
    files.extend(of_one_file(folder, &known, &mut mistakes)?);
    if !mistakes.is_empty() {
        return Err(Failure::from(mistakes.iter().map(ToString::to_string).collect::<Vec<_>>()));
    }
    if files.is_empty() {
        return Err(Failure::because(format!(
            "{}: no duties.toml, matters/, calendars/, sources/, register/, first_pages/, indicators/, pleas/, supervision/, whistles.toml, enforcement/, mediation/, recurrence/, links.toml, retention.toml, signs/ or verification/ here",
            folder.display()
        )));
    }
    Ok(files)
}

type Parse<'p> = &'p dyn Fn(&str, &str) -> Result<(), Vec<Mistake>>;

/// The kinds of which there is one file for the whole instance.
fn of_one_file(folder: &Path, known: &HashSet<&str>, mistakes: &mut Vec<Mistake>) -> Outcome<Vec<Checked>> {
    let kinds: [(&'static str, &str, &str, Parse<'_>); 8] = [
        (pleas::KIND, pleas::KIND, "pleas", &|name, toml| pleas::parse(name, toml).map(drop)),
        (supervision::KIND, supervision::KIND, "supervision", &|name, toml| supervision::parse(name, toml).map(drop)),
        (whistles::KIND, whistles::KIND, "whistles.toml", &|name, toml| whistles::parse(name, toml).map(drop)),
        (links::KIND, links::KIND, "links.toml", &|name, toml| links::parse(name, toml).map(drop)),
        (retention::KIND, retention::KIND, "retention.toml", &|name, toml| {
            retention::parse(name, toml, Some(known)).map(drop)
        }),
        (mediation::KIND, "classes", "mediation", &|name, toml| mediation::parse(name, toml).map(drop)),
        (recurrence::KIND, recurrence::CODE, "recurrence", &|name, toml| {
            recurrence::parse(name, toml, known).map(drop)
        }),
        (verification::KIND, verification::KIND, "verification", &|name, toml| {
            verification::parse(name, toml).map(drop)
        }),
    ];
    let mut files = Vec::new();
    for (kind, code, path, parse) in kinds {
        for (name, toml) in texts(&folder.join(path))? {
            if kept(parse(&name, &toml), mistakes).is_some() {
                files.push(Checked { kind, code: code.to_owned(), toml });
            }
        }
    }
    Ok(files)
}

fn kept<T>(read: Result<T, Vec<Mistake>>, mistakes: &mut Vec<Mistake>) -> Option<T> {
    read.map_err(|found| mistakes.extend(found)).ok()
}

/// The duties that come with the program.
pub(super) fn packaged_duties() -> Outcome<Vec<DutyName>> {
    let files = matters::actions::read_packaged().map_err(|mistakes| broken(&mistakes))?;
    let text = files.iter().find(|(kind, ..)| *kind == DUTIES).map_or("", |(.., text)| text.as_str());
    matters::parse_duties("duties.toml", text).map_err(|mistakes| broken(&mistakes))
}

fn broken(mistakes: &[Mistake]) -> Failure {
    Failure::from(mistakes.iter().map(ToString::to_string).collect::<Vec<_>>())
}

/// A file, or the TOML files of a folder in the order of their names; nothing when it is not there.
fn texts(path: &Path) -> Outcome<Vec<(String, String)>> {
    let named = |error| Failure::because(format!("{}: {error}", path.display()));
    let mut paths = Vec::new();
    if path.is_dir() {
        for entry in fs::read_dir(path).map_err(named)? {
            paths.push(entry.map_err(named)?.path());
        }
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
        paths.sort();
    } else if path.exists() {
        paths.push(path.to_owned());
    }
    let read = |path: PathBuf| {
        let text =
            fs::read_to_string(&path).map_err(|error| Failure::because(format!("{}: {error}", path.display())))?;
        Ok((path.display().to_string(), text))
    };
    paths.into_iter().map(read).collect()
}

async fn import(settings: Settings, folder: &Path, region: Option<RegionCode>) -> Outcome<()> {
    let app = instance::start_current(settings).await?;
    let (today, now) = (app.today(), app.now());
    let in_force = catalog::in_force_unscoped(&mut app.db.read().await?, DUTIES, today).await?;
    let duties = in_force.last().and_then(|newest| matters::parse_duties("duties.toml", &newest.toml).ok());
    let files = check(folder, duties)?;
    let region = region.unwrap_or_else(|| app.settings.region.clone());
    let new = move |file: Checked| NewVersion {
        kind: file.kind,
        code: file.code,
        region: region.clone(),
        toml: file.toml,
        valid_from: today,
        person: None,
        seen: None,
    };
    let new: Vec<NewVersion> = files.into_iter().map(new).collect();
    let lines = app
        .db
        .write(async move |mut tx| {
            let mut lines = Vec::new();
            for new in &new {
                let (version, is_new) = catalog::put(&mut tx, new, now).await?;
                let state = if is_new { "now in force" } else { "as it was" };
                lines.push(format!("{} {} for {}: version {version}, {state}", new.kind, new.code, new.region));
            }
            Ok(lines)
        })
        .await?;
    lines.iter().for_each(|line| println!("{line}"));
    app.db.close().await;
    Ok(())
}

async fn export(settings: Settings, folder: &Path) -> Outcome<()> {
    let app = instance::start_current(settings).await?;
    let mut written = 0;
    for kind in [
        DUTIES,
        MATTERS,
        calendar::KIND,
        sources::KIND,
        register::KIND,
        briefs::KIND,
        indicators::KIND,
        mediation::KIND,
        recurrence::KIND,
        pleas::KIND,
        supervision::KIND,
        whistles::KIND,
        links::KIND,
        enforcement::KIND,
        signs::KIND,
        verification::KIND,
        retention::KIND,
    ] {
        let versions = catalog::in_force_unscoped(&mut app.db.read().await?, kind, app.today()).await?;
        for version in newest(&versions) {
            let place = folder.join(version.region.as_str());
            let file = if [DUTIES, whistles::KIND, links::KIND, retention::KIND].contains(&kind) {
                place.join(format!("{kind}.toml"))
            } else {
                place.join(kind).join(format!("{}.toml", version.code))
            };
            let write = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, &version.toml));
            write.map_err(|error| Failure::because(format!("{}: {error}", file.display())))?;
            written += 1;
        }
    }
    println!("{}: {written} files", folder.display());
    app.db.close().await;
    Ok(())
}

/// The newest version of each file for each place; they come sorted, newest last.
fn newest(versions: &[CatalogVersion]) -> impl Iterator<Item = &CatalogVersion> {
    versions.iter().enumerate().filter_map(|(at, version)| {
        let next = versions.get(at + 1);
        let is_newest = next.is_none_or(|next| next.code != version.code || next.region != version.region);
        is_newest.then_some(version)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packaged_folder_has_no_mistake() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog");
        let files = check(&folder, None).unwrap();
        assert!(files.iter().any(|file| file.kind == DUTIES) && files.iter().any(|file| file.kind == calendar::KIND));
    }

    #[test]
    fn mistakes_name_file_and_line_and_an_empty_folder_is_told() {
        let folder = tempfile::tempdir().unwrap();
        assert!(check(folder.path(), None).is_err());
        fs::create_dir(folder.path().join("calendars")).unwrap();
        fs::write(folder.path().join("calendars/cn-2026.toml"), "year = 2026\nnonsense = 1\n").unwrap();
        let told = check(folder.path(), None).err().unwrap().to_string();
        assert!(told.contains("cn-2026.toml:2"), "{told}");
        fs::create_dir(folder.path().join("first_pages")).unwrap();
        fs::write(folder.path().join("first_pages/village.toml"), "[page]\ncode = 1\n").unwrap();
        let told = check(folder.path(), None).err().unwrap().to_string();
        assert!(told.contains("village.toml:2"), "{told}");
    }
}
