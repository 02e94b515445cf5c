//! Work that is done later, retried, and never lost: rows of `jobs`.
//!
//! - A schedule puts one row a slot under a unique key, so any number of nodes may do it.
//! - A worker claims a row by a lease and works outside any transaction, so the work must be harmless when repeated;
//!   a worker that dies loses its lease, and another goes on.
//! - What fails waits longer each time; after [`MAX_TRIES`] it is set aside, where an operator sees it.

use db::{Backend, FromRow, Row, Tx, sql};
use kernel::{Id, Instant, Result};

/// Tries before a job is set aside.
pub const MAX_TRIES: i64 = 8;
/// The first wait after a failure; doubled each time.
const FIRST_WAIT_SECONDS: i64 = 15;
/// The longest wait between two tries.
const LONGEST_WAIT_SECONDS: i64 = 3_600;
/// As much of an error as an operator needs.
const ERROR_CHARS: usize = 500;

/// A job that was claimed.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its identity.
    pub id: Id<Job>,
    /// What is to be done.
    pub kind: String,
    /// Which of its kind, e.g. the hour it is for.
    pub slot: String,
    /// What it needs to know.
    pub payload: serde_json::Value,
    /// Which try this is, from 1. Whoever lost the lease has an older number and can no longer end the job.
    pub attempts: i64,
}

impl FromRow for Job {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            kind: row.get("kind")?,
            slot: row.get("slot")?,
            payload: row.get("payload")?,
            attempts: row.get("attempts")?,
        })
    }
}

/// What is put in.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// A fresh id.
    pub id: Id<Job>,
    /// What is to be done.
    pub kind: &'static str,
    /// Which of its kind; the same slot twice is one job.
    pub slot: String,
    /// What it needs to know; ids, no personal data.
    pub payload: serde_json::Value,
    /// Not before.
    pub run_at: Instant,
}

/// Puts a job in; returns whether it is new.
///
/// # Errors
/// `internal` when the database fails.
pub async fn plan(tx: &mut Tx, job: &NewJob) -> Result<bool> {
    let inserted = tx
        .execute(sql!(
            "INSERT INTO jobs (id, kind, slot, payload, run_at, attempts, is_dead)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (kind, slot) DO NOTHING",
            job.id,
            job.kind,
            &job.slot,
            job.payload.clone(),
            job.run_at,
            0,
            false,
        ))
        .await?;
    Ok(inserted == 1)
}

/// Claims the job that has waited longest, of the kinds this worker knows, until `lease_until`.
///
/// # Errors
/// `internal` when the database fails.
pub async fn claim(tx: &mut Tx, kinds: &[&'static str], now: Instant, lease_until: Instant) -> Result<Option<Job>> {
    bury_abandoned(tx, now).await?;
    // The one fragment that differs: on SQLite there is one writer, nothing to skip and no such words.
    let skip = match tx.backend() {
        Backend::Sqlite => "",
        Backend::Postgres => " FOR UPDATE SKIP LOCKED",
    };
    let claim = sql!(
        "UPDATE jobs
         SET lease_until = $1, attempts = attempts + 1
         WHERE id = (
             SELECT id
             FROM jobs
             WHERE done_at IS NULL
               AND run_at <= $2
               AND (lease_until IS NULL OR lease_until <= $2)",
        lease_until,
        now,
    );
    let claim = claim
        .push_list(" AND kind IN", kinds.iter().copied())
        .push(" ORDER BY run_at, id LIMIT 1")
        .push(skip)
        .push(") RETURNING id, kind, slot, payload, attempts");
    tx.optional(claim).await
}

/// A job whose workers died every time is set aside as well, or it would kill workers for ever.
async fn bury_abandoned(tx: &mut Tx, now: Instant) -> Result<()> {
    tx.execute(sql!(
        "UPDATE jobs
         SET done_at = $1, is_dead = $2, lease_until = NULL, error = $3
         WHERE done_at IS NULL
           AND run_at <= $1
           AND lease_until <= $1
           AND attempts >= $4",
        now,
        true,
        "its worker disappeared every time",
        MAX_TRIES,
    ))
    .await?;
    Ok(())
}

/// Ends a job that was done; false when the lease had been lost to another.
///
/// # Errors
/// `internal` when the database fails.
pub async fn finish(tx: &mut Tx, job: &Job, now: Instant) -> Result<bool> {
    let ended = tx
        .execute(sql!(
            "UPDATE jobs
             SET done_at = $1, lease_until = NULL, error = NULL
             WHERE id = $2
               AND attempts = $3
               AND done_at IS NULL",
            now,
            job.id,
            job.attempts,
        ))
        .await?;
    Ok(ended == 1)
}

/// Gives a failed job another time, or sets it aside; false when the lease had been lost to another.
///
/// # Errors
/// `internal` when the database fails.
pub async fn fail(tx: &mut Tx, job: &Job, now: Instant, error: &str) -> Result<bool> {
    let is_dead = job.attempts >= MAX_TRIES;
    let error: String = error.chars().filter(|c| !c.is_control()).take(ERROR_CHARS).collect();
    let touched = tx
        .execute(sql!(
            "UPDATE jobs
             SET run_at = $1, done_at = $2, is_dead = $3, lease_until = NULL, error = $4
             WHERE id = $5
               AND attempts = $6
               AND done_at IS NULL",
            now.plus_seconds(wait_seconds(job.attempts)),
            is_dead.then_some(now),
            is_dead,
            error,
            job.id,
            job.attempts,
        ))
        .await?;
    Ok(touched == 1)
}

/// Forgets jobs done before `before`; those set aside stay until an operator has seen to them.
///
/// # Errors
/// `internal` when the database fails.
pub async fn tidy(tx: &mut Tx, before: Instant) -> Result<u64> {
    tx.execute(sql!(
        "DELETE FROM jobs
         WHERE done_at < $1
           AND is_dead = $2",
        before,
        false,
    ))
    .await
}

/// How long to wait after try number `attempt` failed.
fn wait_seconds(attempt: i64) -> i64 {
    let doublings = u32::try_from((attempt - 1).clamp(0, 20)).unwrap_or(0);
    FIRST_WAIT_SECONDS.saturating_mul(2_i64.pow(doublings)).min(LONGEST_WAIT_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_and_has_an_end() {
        let waits: Vec<i64> = (1..=MAX_TRIES + 3).map(wait_seconds).collect();
        assert_eq!(waits, [15, 30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600]);
        assert_eq!(wait_seconds(i64::MAX), LONGEST_WAIT_SECONDS);
        assert_eq!(wait_seconds(0), FIRST_WAIT_SECONDS);
    }
}
