//! The workbook on the command line: what the desk does with it, for who sets an instance up.

use std::{fs, io::Write, path::PathBuf};

use clap::Subcommand;
use kernel::Lang;

use super::{
    catalog,
    failure::{Failure, Outcome},
    instance,
    records::{now, read},
    tongue::Tongue,
};
use crate::{
    modules::{
        matters::DutyName,
        workbook::{self, Bringer, CellError, SheetReport},
    },
    platform::{import::Mode, settings::Settings},
};

/// What can be done with the workbook.
#[derive(Debug, Subcommand)]
pub(super) enum WorkbookCommand {
    /// Write an empty one with instructions and examples
    Template {
        /// The file to make
        file: PathBuf,
        /// The language it is in
        #[arg(long, value_enum, default_value_t = Tongue::Zh)]
        lang: Tongue,
    },
    /// Say what a filled one would do, and every cell that is wrong; nothing is written
    Check {
        /// The workbook
        file: PathBuf,
    },
    /// Bring a filled one in: all of it or nothing
    Import {
        /// The workbook
        file: PathBuf,
    },
}

/// Does what the command says.
pub(super) async fn workbook(settings: impl FnOnce() -> Outcome<Settings>, command: WorkbookCommand) -> Outcome<()> {
    let (file, is_dry) = match command {
        WorkbookCommand::Template { file, lang } => {
            let bytes = workbook::template(&duties(settings().ok()).await?, lang.into())?;
            // A workbook that somebody has filled in is not written over.
            let made = fs::OpenOptions::new().write(true).create_new(true).open(&file);
            made.and_then(|mut made| made.write_all(&bytes))
                .map_err(|error| Failure::because(format!("{}: {error}", file.display())))?;
            println!("{} is ready to be filled in", file.display());
            return Ok(());
        }
        WorkbookCommand::Check { file } => (file, true),
        WorkbookCommand::Import { file } => (file, false),
    };
    let app = instance::start_current(settings()?).await?;
    let bytes = read(&file)?;
    let mode = if is_dry { Mode::Dry } else { now(&app, "workbook.import", &bytes) };
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let done = workbook::import(&app, Bringer::Platform, name, bytes, mode).await?;
    let line = |sheet: &SheetReport, error: &CellError| {
        let [zh, en] = sheet.sheet.name;
        format!("{}: {zh} ({en})!{}: {}", file.display(), error.address(), error.message(Lang::En))
    };
    let mistakes: Vec<String> =
        done.sheets.iter().flat_map(|sheet| sheet.errors.iter().map(move |error| line(sheet, error))).collect();
    if !mistakes.is_empty() {
        return Err(Failure::from(mistakes));
    }
    for SheetReport { sheet, inserted, changed, unchanged, .. } in &done.sheets {
        println!("{} {}: {inserted} new, {changed} changed, {unchanged} as they were", sheet.name[0], sheet.name[1]);
    }
    if is_dry {
        println!("nothing was written: this was a check");
    }
    app.db.close().await;
    Ok(())
}

/// The duties that may be chosen: those in force, or before there is an instance those that come with the program.
async fn duties(settings: Option<Settings>) -> Outcome<Vec<DutyName>> {
    let Some(settings) = settings else { return catalog::packaged_duties() };
    let app = instance::start_current(settings).await?;
    let duties = app.matters.catalogue().duties().cloned().collect();
    app.db.close().await;
    Ok(duties)
}
