//! The log of all steps: its head, comparing every row with it, and checking a proof without any server.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};

use super::{
    failure::{Failure, Outcome},
    instance,
};
use crate::{
    modules::transparency::{self, ProofFile, VerifierKey},
    platform::settings::Settings,
};

/// What can be done with the log.
#[derive(Debug, Subcommand)]
pub(super) enum LogCommand {
    /// Print the key that checks the log's heads
    Key,
    /// Print the newest signed head, to be kept elsewhere
    Head,
    /// Take what happened into the log now, to its end, instead of with the rounds of the platform, which may run meanwhile
    TakeIn,
    /// Compare every row with the log, and the log with its heads; names what was changed, removed or put in
    Audit {
        /// Heads that were kept elsewhere: each must be the beginning of what is here
        #[arg(long, num_args = 1.., value_name = "FILE")]
        heads: Vec<PathBuf>,
    },
    /// Check a resident's proof file; asks no server and needs no instance
    Verify(Verify),
}

/// What is checked.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The proof file
    file: PathBuf,
    /// The log's key, as it was published; without it the file's own, which proves only that the file fits itself
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// A head that was kept earlier: it must be the beginning of the one in the file
    #[arg(long, value_name = "FILE", requires = "consistency")]
    head: Option<PathBuf>,
    /// What leads from one head to the other: the answer of /api/log/consistency?from=..&to=..
    #[arg(long, value_name = "FILE", requires = "head")]
    consistency: Option<PathBuf>,
}

/// Does what is asked.
pub(super) async fn log(settings: impl Fn() -> Result<Settings, Failure>, command: LogCommand) -> Outcome<()> {
    match command {
        LogCommand::Key => {
            let app = instance::start_current(settings()?).await?;
            for key in transparency::keys(&app)? {
                println!("{key}");
            }
            app.db.close().await;
        }
        LogCommand::Head => {
            let app = instance::start_current(settings()?).await?;
            print!("{}", transparency::head(&app).await?.note);
            app.db.close().await;
        }
        LogCommand::TakeIn => take_in(settings()?).await?,
        LogCommand::Audit { heads } => audit(settings()?, &heads).await?,
        LogCommand::Verify(verify) => self::verify(&verify)?,
    }
    Ok(())
}

fn read(file: &Path) -> Outcome<String> {
    fs::read_to_string(file).map_err(|error| Failure::because(format!("{}: {error}", file.display())))
}

/// An instance that is older than its log has years to be taken in; a round takes some pages of it.
async fn take_in(settings: Settings) -> Outcome<()> {
    let app = instance::start_current(settings).await?;
    let mut taken = 0;
    loop {
        match transparency::follow(&app).await? {
            0 => break,
            steps => taken += steps,
        }
    }
    app.db.close().await;
    println!("{taken} steps taken in");
    Ok(())
}

async fn audit(settings: Settings, heads: &[PathBuf]) -> Outcome<()> {
    let kept: Vec<String> = heads.iter().map(|file| read(file)).collect::<Outcome<_>>()?;
    let app = instance::start_current(settings).await?;
    let examined = transparency::examine(&app, &kept).await?;
    app.db.close().await;
    println!(
        "{} steps and {} heads compared, {} steps wait to be taken in",
        examined.leaves, examined.heads, examined.pending
    );
    if examined.findings.is_empty() {
        println!("all rows are as they were logged");
        return Ok(());
    }
    let line = |finding: &transparency::Finding| format!("{}: {}", finding.fault.as_str(), finding.what);
    Err(Failure::from(examined.findings.iter().map(line).collect::<Vec<_>>()))
}

fn verify(asked: &Verify) -> Outcome<()> {
    let file: ProofFile = serde_json::from_str(&read(&asked.file)?)
        .map_err(|error| Failure::because(format!("{}: no proof file: {error}", asked.file.display())))?;
    let text = asked.key.as_ref().unwrap_or(&file.key);
    let key = VerifierKey::parse(text).ok_or_else(|| Failure::because(format!("no key of a log: {text}")))?;
    let checked = transparency::check(&file, &key).map_err(Failure::because)?;
    if let (Some(head), Some(consistency)) = (&asked.head, &asked.consistency) {
        let (head, answer) = (read(head)?, read(consistency)?);
        transparency::check_kept(&key, &head, &checked.head, &answer).map_err(Failure::because)?;
        println!("the head kept earlier is the beginning of this one");
    }
    println!(
        "case {}: {} steps and {} words are in the log of {} steps as the file tells them, {} more steps stand between",
        file.case, checked.steps, checked.words, checked.head.size, checked.hidden
    );
    if asked.key.is_none() {
        println!("checked by the file's own key {key}: compare it with the one that was published");
    }
    Ok(())
}
