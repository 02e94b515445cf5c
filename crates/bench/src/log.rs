//! The log of all steps at its full size: taking steps in, signing a head, comparing every row.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use db::{Conn, Db, FromRow, Row, Settings, sql};

use crate::{LogOptions, fill, instance::Instance, verify::program};

/// How often the short commands are run; the median is told.
const TIMES: usize = 5;

struct Number(i64);

impl FromRow for Number {
    fn from_row(row: &Row) -> kernel::Result<Self> {
        row.get("n").map(Self)
    }
}

/// Fills an instance with cases of the past, has the program take their steps into its log, and compares every row.
pub(crate) async fn run(options: &LogOptions) -> Result<()> {
    ensure!(options.target.url.is_none(), "the log of an instance that somebody else started is left alone");
    let kept = tempfile::tempdir()?;
    let folder = options.target.data.as_deref().unwrap_or(kept.path());
    let mut instance = Instance::start_in(&options.target, folder)?;
    instance.tell();
    let url = instance.database.clone().context("no database")?;
    // The program is not running meanwhile: its rounds would take in what is measured here.
    instance.kill()?;
    if options.target.cases > 0 {
        println!("filled       {}", fill::fill(&url, options.target.cases).await?);
    }
    let run = |words: &[&str]| {
        let start = clock();
        program(&options.target, folder, &url, words).map(|said| (said, start.elapsed().as_secs_f64()))
    };
    let before = leaves(&url).await?;
    let (said, seconds) = run(&["log", "take-in"])?;
    let after = leaves(&url).await?;
    let taken = f64::from(u32::try_from(after - before)?);
    println!("taken in     {said} in {seconds:.1} s, {:.0} a second; {after} leaves", taken / seconds);
    let mut idle = Vec::new();
    for _ in 0..TIMES {
        idle.push(run(&["log", "take-in"])?.1);
    }
    let mut heads = Vec::new();
    for _ in 0..TIMES {
        forget_head(&url).await?;
        heads.push(run(&["log", "head"])?.1);
    }
    println!(
        "a head       {:.0} ms of a process that signs one over all leaves, {:.0} ms of one that finds nothing to do",
        median(&mut heads) * 1_000.0,
        median(&mut idle) * 1_000.0
    );
    let (said, seconds) = run(&["log", "audit"])?;
    println!(
        "compared     {} in {seconds:.1} s, {:.0} leaves a second",
        said.replace('\n', ", "),
        f64::from(u32::try_from(after)?) / seconds
    );
    println!("size         {}", instance.size());
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "measuring is the load generator's business")]
fn clock() -> Instant {
    Instant::now()
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

async fn leaves(url: &str) -> Result<i64> {
    let db = Db::open(&Settings { connections: 1, ..Settings::new(url) }).await?;
    let mut conn: Conn = db.read().await?;
    let Number(n) = conn.one(sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM log_leaves")).await?;
    drop(conn);
    db.close().await;
    Ok(n)
}

/// Takes the heads away, so that the next look has to sign one. This instance is the bench's own.
async fn forget_head(url: &str) -> Result<()> {
    let db = Db::open(&Settings { connections: 1, ..Settings::new(url) }).await?;
    db.write(async move |mut tx: db::Tx| tx.execute(sql!("DELETE FROM log_heads")).await).await?;
    db.close().await;
    Ok(())
}
