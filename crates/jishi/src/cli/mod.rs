//! The sub-commands of `jishi`.

mod backup;
mod catalog;
mod demo;
mod doctor;
mod failure;
mod init;
mod instance;
mod keys;
mod log;
mod records;
mod serve;
mod tongue;
mod workbook;

use std::{
    io::IsTerminal,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use self::failure::{Failure, Outcome};
use crate::platform::settings::Settings;

/// Jishi 基石: the platform for grassroots governance. 基层治理开放平台。
#[derive(Debug, Parser)]
#[command(name = "jishi", version, max_term_width = 100)]
struct Cli {
    /// The settings file (TOML), read only where it is named here; JISHI_* variables win over it
    #[arg(long, global = true, env = "JISHI_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the platform: plain on loopback or behind a proxy, TLS with certificate files
    Serve,
    /// Set an instance up, or change how it is set up: asks, writes the settings, makes what is missing
    Init(Box<init::InitOptions>),
    /// Make the data folder and its key if they are missing, and bring the database's schema forward
    Migrate,
    /// Say what is wrong with an instance and what to do; changes nothing
    Doctor(doctor::DoctorOptions),
    /// Prepare the demo city 长治 in a folder of its own and serve it on loopback
    Demo(DemoOptions),
    /// Places: bring them in
    #[command(subcommand)]
    Regions(records::RegionsCommand),
    /// Units: bring them in
    #[command(subcommand)]
    Units(records::UnitsCommand),
    /// The register of places: bring things in
    #[command(subcommand)]
    Register(records::RegisterCommand),
    /// People: add one
    #[command(subcommand)]
    User(records::UserCommand),
    /// The workbook a county moves in with: get an empty one, check it, bring it in
    #[command(subcommand)]
    Workbook(workbook::WorkbookCommand),
    /// The catalogue: check, bring in, take out
    #[command(subcommand)]
    Catalog(catalog::CatalogCommand),
    /// Make what is public anew from every case, and count it anew; the platform may run meanwhile
    Disclose,
    /// Count every indicator anew from the cases; may be broken off and repeated, and the platform may run meanwhile
    Recount,
    /// The log of all steps: its head, compare every row with it, check a resident's proof
    #[command(subcommand)]
    Log(log::LogCommand),
    /// The keys that contact details are sealed with: make, show, change, check
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Print the API document
    Openapi,
    /// Copy everything that is kept into a new folder, while the platform runs
    Backup {
        /// The folder to make
        to: PathBuf,
        /// Copy the master key too; whoever has it and the copy can read contact details
        #[arg(long)]
        with_key: bool,
    },
    /// Put a copy back, into an empty database and a data folder without photos
    Restore {
        /// The folder that `jishi backup` made
        from: PathBuf,
    },
}

/// How the demo is started.
#[derive(Debug, Args)]
struct DemoOptions {
    /// Where the demo's data are kept; safe to use again
    #[arg(long, default_value = ".demo", value_name = "FOLDER")]
    data: PathBuf,
    /// Port on loopback; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Another database than a SQLite file in the folder, e.g. postgres://..
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Invented cases of the last 90 days, beside the scripted ones that tours and tests name; 0 for none
    #[arg(long, default_value_t = 3000, value_name = "NUMBER")]
    cases: usize,
    /// Make the season, and all ids and numbers, from repeatable randomness, for pictures and comparisons
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// Load everything and end
    #[arg(long)]
    no_serve: bool,
}

/// Reads the command line and does what it says.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    start_log(&cli.command);
    let outcome = tokio::runtime::Runtime::new().map_err(Failure::from).and_then(|runtime| runtime.block_on(obey(cli)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprint!("{failure}");
            ExitCode::FAILURE
        }
    }
}

async fn obey(cli: Cli) -> Outcome<()> {
    // Each command that needs settings reads them once; the doctor reads them by itself.
    let settings = || {
        tell_unread(cli.config.as_deref());
        Settings::read(cli.config.as_deref())
    };
    if matches!(cli.command, Command::Doctor(_)) {
        tell_unread(cli.config.as_deref());
    }
    match cli.command {
        Command::Serve => serve::serve(settings()).await,
        Command::Init(options) => init::init(cli.config, *options).await,
        Command::Migrate => instance::migrate(settings()?).await,
        Command::Doctor(options) => doctor::doctor(cli.config.as_deref(), options).await,
        Command::Demo(options) => demo::demo(options).await,
        Command::Regions(command) => records::regions(settings()?, command).await,
        Command::Units(command) => records::units(settings()?, command).await,
        Command::Register(command) => records::register(settings()?, command).await,
        Command::User(command) => records::user(settings()?, command).await,
        Command::Workbook(command) => workbook::workbook(|| Ok(settings()?), command).await,
        Command::Catalog(command) => catalog::catalog(|| Ok(settings()?), command).await,
        Command::Disclose => disclose(settings()?).await,
        Command::Recount => recount(settings()?).await,
        Command::Log(command) => log::log(|| Ok(settings()?), command).await,
        Command::Keys(command) => keys::keys(settings()?, command).await,
        Command::Openapi => openapi(),
        Command::Backup { to, with_key } => backup::backup(&settings()?, &to, with_key).await,
        Command::Restore { from } => backup::restore(&settings()?, &from).await,
    }
}

/// Says first that settings lie beside whoever types, but were not named: nobody looks for that reason behind a refusal
/// that speaks of another thing. They are not read unasked, because the folder may be anybody's.
fn tell_unread(config: Option<&Path>) {
    if config.is_none() && Path::new(init::FILE).is_file() {
        let (file, lang) = (init::FILE, tongue::language(None));
        eprintln!(
            "{}",
            match lang {
                kernel::Lang::Zh => format!("没有读取 ./{file} 里的设置：请加上 --config {file}"),
                kernel::Lang::En => format!("settings in ./{file} are not read: add --config {file}"),
            }
        );
    }
}

async fn disclose(settings: Settings) -> Outcome<()> {
    let app = instance::start_current(settings).await?;
    println!("{} cases", crate::modules::disclosure::rebuild(&app).await?);
    app.db.close().await;
    Ok(())
}

async fn recount(settings: Settings) -> Outcome<()> {
    let app = instance::start_current(settings).await?;
    println!("{} cases", crate::modules::indicators::rebuild(&app).await?);
    app.db.close().await;
    Ok(())
}

fn openapi() -> Outcome<()> {
    println!("{}", crate::http::openapi().to_pretty_json().map_err(Failure::because)?);
    Ok(())
}

/// The log goes to the error stream. JISHI_LOG says how much (`info`, `warn,access=info`, ..), JISHI_LOG_FORMAT=json how.
fn start_log(command: &Command) {
    let usual = if matches!(command, Command::Serve) { "info,sqlx=warn" } else { "warn" };
    let filter = EnvFilter::try_from_env("JISHI_LOG").unwrap_or_else(|_| EnvFilter::new(usual));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::env::var("JISHI_LOG_FORMAT").is_ok_and(|format| format == "json") {
        log.json().init();
    } else {
        log.with_ansi(std::io::stderr().is_terminal()).init();
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Cli::command().debug_assert();
    }
}
