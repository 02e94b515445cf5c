//! The keys: make the master key, show what there is, change it, look whether it opens everything.

use std::path::PathBuf;

use clap::Subcommand;
use kernel::{Chance, Instant};

use super::{
    failure::{Failure, Outcome},
    instance as opening,
};
use crate::{
    modules::{SharedApp, vault},
    platform::{instance, keys::Master, settings::Settings},
};

/// What can be done with keys.
#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// Make the master key of an instance that has none yet
    Create {
        /// Print it for JISHI_MASTER_KEY instead of writing the file
        #[arg(long)]
        print: bool,
    },
    /// Show the keys: which seals now, which still open what is older; no key itself
    Show,
    /// Draw a new data key, of the suite in the settings; the platform seals everything anew with it while it runs
    Rotate,
    /// Draw a new master key and let it wrap all others
    RotateMaster,
    /// Open every sealed value once, and say where one does not open
    Check {
        /// A copy of the master key from its safe place: is it the right one?
        #[arg(long, value_name = "FILE")]
        copy: Option<PathBuf>,
    },
}

/// What is told before a key is made, and whenever one asks for it.
const LOSS: &str =
    "Whoever loses the master key loses for ever: every contact detail, every second factor, every gateway's secret,
and every receipt (residents could no longer open their reports). Nobody can make it again, the makers of this program
neither. Whoever has it and a copy of the database reads all of it.
  - Put a copy in a safe place now, apart from the backups: another machine, a sealed envelope.
  - Then hold that copy against this instance: jishi keys check --copy FILE";

/// Where the next master key comes from when the present one is in the environment.
const NEXT: &str = "JISHI_NEW_MASTER_KEY";

/// Does what is asked.
pub(super) async fn keys(settings: Settings, command: KeysCommand) -> Outcome<()> {
    match command {
        KeysCommand::Create { print } => create(&settings, print),
        KeysCommand::Show => show(settings).await,
        KeysCommand::Rotate => rotate(settings).await,
        KeysCommand::RotateMaster => rotate_master(settings).await,
        KeysCommand::Check { copy } => check(settings, copy).await,
    }
}

fn create(settings: &Settings, print: bool) -> Outcome<()> {
    let master = Master::draw(&Chance::system());
    if print {
        eprintln!("{LOSS}");
        println!("{}", master.digits());
        return Ok(());
    }
    opening::make_folder(settings)?;
    let file = instance::key_file(settings);
    if file.exists() {
        return Err(Failure::because(format!("{} is there already and is not written over", file.display())));
    }
    master.write(&file)?;
    println!("the master key is {} (mark {})\n\n{LOSS}", file.display(), master.fingerprint());
    Ok(())
}

fn shown(app: &SharedApp, at: Instant) -> String {
    at.zoned(&app.settings.zone).strftime("%F %R").to_string()
}

async fn show(settings: Settings) -> Outcome<()> {
    let app = opening::start_current(settings).await?;
    let master = instance::master(&app.settings)?;
    let place = app
        .settings
        .master
        .as_ref()
        .map_or_else(|| instance::key_file(&app.settings).display().to_string(), |_| "JISHI_MASTER_KEY".to_owned());
    println!("master    {place}, mark {}", master.fingerprint());
    for held in vault::keys_unscoped(&app).await? {
        let key = &held.key;
        let state = match (key.number, key.ended_at, held.is_current) {
            (0, ..) => "root: receipts, look-ups and the log's key are derived from it".to_owned(),
            (_, Some(at), _) => format!("ended {}, its bytes are thrown away", shown(&app, at)),
            (_, _, true) => "seals now".to_owned(),
            _ if key.since > app.now() => format!("seals from {}", shown(&app, key.since)),
            _ => "opens what was not sealed anew yet".to_owned(),
        };
        println!("{:<9} {}, made {}; {state}", key.number, key.suite.cipher(), shown(&app, key.made_at));
        if let (0, checked) = (key.number, key.copy_checked_at) {
            let checked =
                checked.map_or_else(|| "never: jishi keys check --copy FILE".to_owned(), |at| shown(&app, at));
            println!("          a copy of the master key was held against it: {checked}");
        }
    }
    app.db.close().await;
    Ok(())
}

async fn rotate(settings: Settings) -> Outcome<()> {
    let app = opening::start_current(settings).await?;
    let key = vault::change(&app).await?;
    println!("data key {} ({}) seals from {} on", key.number, key.suite.cipher(), shown(&app, key.since));
    println!("a running platform seals everything anew within the hour after; `jishi keys show` says how far it is");
    app.db.close().await;
    Ok(())
}

async fn rotate_master(settings: Settings) -> Outcome<()> {
    let app = opening::start_current(settings).await?;
    let is_in_file = app.settings.master.is_none();
    let next = if is_in_file {
        let file = instance::next_key_file(&app.settings);
        // One that was left behind wrapped nothing: start took it into use otherwise.
        let _ = std::fs::remove_file(&file);
        let next = Master::draw(&app.chance);
        next.write(&file)?;
        next
    } else {
        let text = std::env::var(NEXT).ok().and_then(|text| Master::parse(&text));
        text.ok_or_else(|| {
            Failure::because(format!(
                "the master key is in the environment: make the next with `jishi keys create --print` and give it as {NEXT}"
            ))
        })?
    };
    let before = instance::master(&app.settings)?.fingerprint();
    vault::change_master(&app, &next).await?;
    if is_in_file {
        instance::put_in_place(&app.settings)?;
        let file = instance::key_file(&app.settings);
        println!("the master key is now {} (mark {})", file.display(), next.fingerprint());
        let old = file.with_extension(format!("key.{before}"));
        println!(
            "the one before is {}: backups made until now open with it alone; move it to its safe place",
            old.display()
        );
    } else {
        println!(
            "the keys are wrapped by {NEXT} (mark {}): start the platform with it as JISHI_MASTER_KEY",
            next.fingerprint()
        );
    }
    println!("\n{LOSS}");
    app.db.close().await;
    Ok(())
}

async fn check(settings: Settings, copy: Option<PathBuf>) -> Outcome<()> {
    let app = opening::start_current(settings).await?;
    if let Some(file) = copy {
        vault::hold_against(&app, &Master::load(&file)?).await?;
        println!("{} opens this instance; that was written down", file.display());
    }
    let places = vault::check(&app).await?;
    app.db.close().await;
    for place in &places {
        let (closed, older) = (place.closed, place.older);
        let older = if older > 0 { format!(", {older} sealed with an older key") } else { String::new() };
        let closed = if closed > 0 { format!(", {closed} DO NOT OPEN") } else { String::new() };
        println!("{:<28} {} open{older}{closed}", place.name, place.opened);
    }
    let closed: u64 = places.iter().map(|place| place.closed).sum();
    if closed > 0 {
        return Err(Failure::because(format!("{closed} sealed values do not open with the keys that are here")));
    }
    Ok(())
}
