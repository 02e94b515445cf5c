//! Load generator. It measures a running instance over HTTP, as its users would, and prints figures with all that is
//! needed to judge them; it is never part of the tests.

mod burst;
mod client;
mod figures;
mod fill;
mod hard;
mod instance;
mod kills;
mod lifecycle;
mod lists;
mod log;
mod plans;
mod rows;
mod sample;
mod verify;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use clap::{Args, Parser, Subcommand};
use figures::Figures;
use instance::Instance;
use lifecycle::{Cast, Player};

/// Measures Jishi under load.
#[derive(Debug, Parser)]
#[command(name = "bench")]
struct Cli {
    #[command(subcommand)]
    scenario: Scenario,
}

#[derive(Debug, Subcommand)]
enum Scenario {
    /// Full lifecycles: report, find, dispatch, sign, result, follow, verdict, follow
    Lifecycles(Options),
    /// The lists of the desks, one request at a time
    Lists(Lists),
    /// How the database comes to the rows of every statement that the tests ran
    Plans(Plans),
    /// Ended by SIGKILL under load, again and again: every acknowledged step must be there once
    Kills(Kills),
    /// Phones that were without a network come back at once, and each sends its day: every item must be there once
    Burst(Burst),
    /// The log of all steps: steps taken in, heads, and comparing every row, with `--cases` of the past behind it
    Log(LogOptions),
}

#[derive(Debug, Args)]
struct LogOptions {
    #[command(flatten)]
    target: Target,
}

#[derive(Debug, Args)]
struct Burst {
    #[command(flatten)]
    target: Target,
    /// Phones
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    phones: u32,
    /// Items that wait on each
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=50))]
    items: u32,
    /// How many of them have a photo
    #[arg(long, default_value_t = 0)]
    photos: u32,
    /// Of a hundred answers, how many are lost on the way, so that the item goes again
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(0..=100))]
    lost: u32,
}

#[derive(Debug, Args)]
struct Kills {
    #[command(flatten)]
    target: Target,
    /// How often
    #[arg(long, default_value_t = 100)]
    rounds: u32,
    /// Residents at the same time
    #[arg(long, default_value_t = 16)]
    concurrency: u32,
    /// After every so many rounds all rows are compared with the log, and all counters with a recount; 0: never
    #[arg(long, default_value_t = 10)]
    verify_every: u32,
}

#[derive(Debug, Args)]
struct Plans {
    #[command(flatten)]
    target: Target,
    /// The statements, as the tests noted them: target/sql-coverage/sqlite.jsonl or postgres.jsonl
    #[arg(long)]
    statements: PathBuf,
}

#[derive(Debug, Args)]
struct Lists {
    #[command(flatten)]
    target: Target,
    /// How often each list is asked for
    #[arg(long, default_value_t = 30)]
    times: u32,
}

/// What is measured.
#[derive(Debug, Args)]
struct Target {
    /// A demo instance on loopback that runs already; without it one is started in a temporary folder
    #[arg(long)]
    url: Option<String>,
    /// Database of the instance: where the started one keeps its data, and where rows are counted
    #[arg(long)]
    database: Option<String>,
    /// Where the instance that is started keeps its data, to be measured again; without it a temporary folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "url")]
    data: Option<PathBuf>,
    /// The program to start
    #[arg(long)]
    program: Option<PathBuf>,
    /// Cases of the past to put into the database first
    #[arg(long, default_value_t = 0)]
    cases: u64,
    /// Puts what is hard around the cases that are there: pleas, supervisions, call-backs, re-checks, whistles, shares
    #[arg(long)]
    hard: bool,
}

#[derive(Debug, Args)]
struct Options {
    #[command(flatten)]
    target: Target,
    /// Lifecycles at the same time
    #[arg(long, default_value_t = 32)]
    concurrency: u32,
    /// How long
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Lifecycles begun a second, whatever the answers take; without it each is begun when the one before has ended
    #[arg(long)]
    rate: Option<f64>,
}

#[tokio::main]
async fn main() -> Result<()> {
    match Cli::parse().scenario {
        Scenario::Lifecycles(options) => lifecycles(&options).await,
        Scenario::Lists(options) => {
            let instance = prepare(&options.target).await?;
            instance.tell();
            lists::run(&instance.address, options.times).await
        }
        Scenario::Plans(options) => plans::run(&options).await,
        Scenario::Kills(options) => kills::run(&options).await,
        Scenario::Log(options) => log::run(&options).await,
        Scenario::Burst(options) => burst::run(&options).await,
    }
}

/// The instance, with as many cases of the past as asked for. They are public as the program makes them so, and one of
/// them is compared with a case that was played.
#[expect(clippy::disallowed_methods, reason = "measuring is the load generator's business")]
async fn prepare(target: &Target) -> Result<Instance> {
    let instance = Instance::find_or_start(target)?;
    if target.cases > 0 {
        let url = instance.database.as_deref().context("--cases needs --database beside --url")?;
        println!("filled       {}", fill::fill(url, target.cases).await?);
        println!("disclosed    {}", instance.disclose(target)?);
        let cast = Arc::new(Cast::find(&instance.address).await?);
        let (mut player, mut figures) = (Player::enter(&instance.address, cast).await?, Figures::default());
        player.play(Instant::now(), &mut figures).await;
        ensure!(figures.errors == 0, "{}", figures.first_error.unwrap_or_default());
        sample::compare(url).await?;
        println!("compared     a filled case has the rows of a played one");
    }
    if target.hard {
        let url = instance.database.as_deref().context("--hard needs --database beside --url")?;
        println!("hard         {}", hard::fill(url).await?);
    }
    Ok(instance)
}

async fn lifecycles(options: &Options) -> Result<()> {
    ensure!(options.concurrency > 0, "--concurrency must be at least 1");
    ensure!(options.rate.is_none_or(|rate| rate > 0.0), "--rate must be more than 0");
    let instance = prepare(&options.target).await?;
    instance.tell();
    let cast = Arc::new(Cast::find(&instance.address).await?);
    let before = rows::count(instance.database.as_deref()).await?;
    let figures = run(options, &instance.address, &cast).await?;
    let after = rows::count(instance.database.as_deref()).await?;
    figures.print(options, &instance, before.zip(after).as_ref());
    Ok(())
}

/// Plays lifecycles until the time is over; those under way are ended and counted.
#[expect(clippy::disallowed_methods, reason = "measuring is the load generator's business")]
async fn run(options: &Options, address: &str, cast: &Arc<Cast>) -> Result<Figures> {
    let mut players = Vec::new();
    for _ in 0..options.concurrency {
        players.push(Player::enter(address, Arc::clone(cast)).await?);
    }
    let (start, begun) = (Instant::now(), Arc::new(AtomicU64::new(0)));
    let end = start + Duration::from_secs(options.seconds);
    let rate = options.rate;
    let play = |mut player: Player| {
        let begun = Arc::clone(&begun);
        async move {
            let mut figures = Figures::default();
            loop {
                let due = due(start, begun.fetch_add(1, Ordering::Relaxed), rate);
                if due.unwrap_or_else(Instant::now) >= end {
                    return figures;
                }
                if let Some(due) = due {
                    tokio::time::sleep_until(due.into()).await;
                }
                // Counted from when it was due: waiting for a slow server is part of what its users wait.
                player.play(due.unwrap_or_else(Instant::now), &mut figures).await;
            }
        }
    };
    let tasks: Vec<_> = players.into_iter().map(|player| tokio::spawn(play(player))).collect();
    let mut all = Figures::default();
    for task in tasks {
        all.add(task.await?);
    }
    all.took = start.elapsed();
    Ok(all)
}

/// When lifecycle number `number` is due at a given rate.
fn due(start: Instant, number: u64, rate: Option<f64>) -> Option<Instant> {
    let number = f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    rate.map(|rate| start + Duration::from_secs_f64(number / rate))
}
