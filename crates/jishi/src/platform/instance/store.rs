//! The keys that the master key wraps.

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{Error, Instant, Result};

use crate::platform::keys::{Suite, UNNUMBERED};

/// A wrapped key as it is kept.
#[derive(Clone, Debug)]
pub struct KeptKey {
    /// 0 for the root, the others from 1.
    pub number: u32,
    /// The cipher it is wrapped and used with.
    pub suite: Suite,
    /// Its bytes, wrapped; none once it opens nothing any more.
    pub wrapped: Option<Vec<u8>>,
    /// Which master key wrapped it.
    pub master: String,
    /// When it was made.
    pub made_at: Instant,
    /// From when on values are sealed with it.
    pub since: Instant,
    /// When its bytes were thrown away.
    pub ended_at: Option<Instant>,
    /// When a copy of the master key was last held against this database.
    pub copy_checked_at: Option<Instant>,
}

impl FromRow for KeptKey {
    fn from_row(row: &Row) -> Result<Self> {
        let number: i64 = row.get("number")?;
        Ok(Self {
            number: u32::try_from(number).map_err(Error::internal)?,
            suite: row.parsed("suite", Suite::parse)?.unwrap_or_default(),
            wrapped: row.opt("wrapped")?,
            master: row.get("master")?,
            made_at: row.get("made_at")?,
            since: row.get("since")?,
            ended_at: row.opt("ended_at")?,
            copy_checked_at: row.opt("copy_checked_at")?,
        })
    }
}

struct Found;

impl FromRow for Found {
    fn from_row(_: &Row) -> Result<Self> {
        Ok(Self)
    }
}

pub(super) async fn holds_data_unscoped(db: &mut Conn) -> Result<bool> {
    let found: Option<Found> = db
        .optional(sql!(
            "SELECT id FROM reports
             UNION ALL
             SELECT id FROM people
             LIMIT 1"
        ))
        .await?;
    Ok(found.is_some())
}

/// All wrapped keys, the root first. For the platform itself.
///
/// # Errors
/// `internal` when the database fails.
pub async fn kept_unscoped(db: &mut Conn) -> Result<Vec<KeptKey>> {
    db.all(sql!(
        "SELECT number, suite, wrapped, master, made_at, since, ended_at, copy_checked_at
         FROM vault_keys
         ORDER BY number"
    ))
    .await
}

pub(super) async fn insert(tx: &mut Tx, key: &KeptKey) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO vault_keys (number, suite, wrapped, master, made_at, since)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (number) DO NOTHING",
        i64::from(key.number),
        key.suite.as_str(),
        key.wrapped.clone(),
        &key.master,
        key.made_at,
        key.since,
    ))
    .await?;
    Ok(())
}

/// Puts a key as another master key wraps it in its place.
///
/// # Errors
/// `internal` when the database fails.
pub async fn rewrap(tx: &mut Tx, number: u32, wrapped: Vec<u8>, master: &str) -> Result<()> {
    tx.execute(sql!(
        "UPDATE vault_keys SET wrapped = $1, master = $2 WHERE number = $3",
        wrapped,
        master,
        i64::from(number),
    ))
    .await?;
    Ok(())
}

/// Throws the bytes of every data key before `current` away.
///
/// # Errors
/// `internal` when the database fails.
pub async fn retire(tx: &mut Tx, current: u32, now: Instant) -> Result<u64> {
    tx.execute(sql!(
        "UPDATE vault_keys SET wrapped = NULL, ended_at = $1 WHERE number < $2 AND number > $3 AND ended_at IS NULL",
        now,
        i64::from(current),
        i64::from(UNNUMBERED),
    ))
    .await
}

/// Notes that a copy of the master key was held against this database and opens it.
///
/// # Errors
/// `internal` when the database fails.
pub async fn note_checked(tx: &mut Tx, now: Instant) -> Result<()> {
    tx.execute(sql!("UPDATE vault_keys SET copy_checked_at = $1 WHERE number = $2", now, i64::from(UNNUMBERED),))
        .await?;
    Ok(())
}
