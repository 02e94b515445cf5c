//! What must be true of an instance that was killed: its log fits every row, and its counters are those of a recount.

use std::{
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use db::{Conn, Db, FromRow, Row, Settings, sql};

use crate::{Target, instance};

/// How long the platform may take until what happened is in its counters.
const COUNTED: Duration = Duration::from_secs(240);

/// Runs the program on the data of an instance; returns what it said.
///
/// # Errors
/// What the program said when it failed.
pub(crate) fn program(target: &Target, folder: &std::path::Path, database: &str, words: &[&str]) -> Result<String> {
    let file: PathBuf = instance::program(target)?;
    let output = Command::new(file)
        .args(words)
        .env("JISHI_DATA", folder)
        .env("JISHI_DATABASE", database)
        .env("JISHI_REGION", "1404")
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(output.status.success(), "{}: {said}{}", words.join(" "), String::from_utf8_lossy(&output.stderr));
    Ok(said.trim().to_owned())
}

/// Waits until every case is in the counters of a running instance.
#[expect(clippy::disallowed_methods, reason = "waits for another process")]
pub(crate) async fn until_counted(database: &str) -> Result<()> {
    let (db, start) = (open(database).await?, Instant::now());
    loop {
        let mut conn: Conn = db.read().await?;
        let Number(missing) = conn
            .one(sql!(
                "SELECT CAST(count(*) AS BIGINT) AS n
                 FROM cases c
                 WHERE NOT EXISTS (SELECT 1 FROM indicator_marks m WHERE m.case_id = c.id AND m.basis = 'in')"
            ))
            .await?;
        drop(conn);
        if missing == 0 {
            db.close().await;
            return Ok(());
        }
        ensure!(start.elapsed() < COUNTED, "{missing} cases are not counted after {} s", COUNTED.as_secs());
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Compares every row of an instance that does not run with its log, and its counters with a recount; says what was compared.
pub(crate) async fn verify(target: &Target, folder: &std::path::Path, database: &str) -> Result<String> {
    let log = program(target, folder, database, &["log", "audit"])?;
    let before = counts(database).await?;
    let recounted = program(target, folder, database, &["recount"])?;
    let after = counts(database).await?;
    let different = before.iter().zip(&after).find(|(before, after)| before != after);
    ensure!(
        before == after,
        "{} counters and {} after a recount; the first that differs: {different:?}",
        before.len(),
        after.len()
    );
    Ok(format!("{}; {} counters equal a recount of {recounted}", log.replace('\n', ", "), before.len()))
}

struct Number(i64);

impl FromRow for Number {
    fn from_row(row: &Row) -> kernel::Result<Self> {
        row.get("n").map(Self)
    }
}

/// One counter, all its columns.
#[derive(Debug, PartialEq, Eq)]
struct Counter(String, i64, i64, i64, i64);

impl FromRow for Counter {
    fn from_row(row: &Row) -> kernel::Result<Self> {
        Ok(Self(row.get("name")?, row.get("at")?, row.get("marks")?, row.get("cases")?, row.get("amount")?))
    }
}

/// All counters that count something.
async fn counts(database: &str) -> Result<Vec<Counter>> {
    let db = open(database).await?;
    let mut conn: Conn = db.read().await?;
    let counters = conn
        .all(sql!(
            "SELECT whose || ' ' || part || ' ' || basis || ' ' || span AS name, at, marks, cases, amount
             FROM indicator_counts
             WHERE cases <> 0 OR amount <> 0
             ORDER BY whose, part, basis, span, at, marks"
        ))
        .await
        .context("counters")?;
    drop(conn);
    db.close().await;
    Ok(counters)
}

async fn open(database: &str) -> Result<Db> {
    Ok(Db::open(&Settings { connections: 1, ..Settings::new(database) }).await?)
}
