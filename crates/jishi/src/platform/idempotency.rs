//! A write that a client repeats happens once: same key and same content, same answer; other content, 409.

use db::{FromRow, Row, Tx, sql};
use kernel::{Code, Error, Instant, Result};

/// Marks one write of one actor: unique per (actor or receipt, operation), kept at least 90 days.
#[derive(Clone, Debug)]
pub struct Key {
    /// The person's id, or a hash of the receipt.
    pub actor: String,
    /// The operation's name, e.g. `cases.dispatch`.
    pub operation: &'static str,
    /// What the client chose.
    pub key: String,
    /// SHA-256 of address and content.
    pub body_hash: Vec<u8>,
}

struct Kept {
    body_hash: Vec<u8>,
    result: String,
}

impl FromRow for Kept {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { body_hash: row.get("body_hash")?, result: row.get("result")? })
    }
}

/// Claims the key for an action whose outcome will be found under `result` (an id made beforehand).
/// Returns the earlier result if this very write has happened already; the action then does nothing more.
/// Two at once: the second waits for the first on the unique key.
///
/// # Errors
/// `idempotency_mismatch` when the key was used for other content.
pub async fn claim(tx: &mut Tx, key: &Key, result: &str, at: Instant) -> Result<Option<String>> {
    let inserted = tx
        .execute(sql!(
            "INSERT INTO idempotency (actor, operation, idem_key, body_hash, result, at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (actor, operation, idem_key) DO NOTHING",
            &key.actor,
            key.operation,
            &key.key,
            key.body_hash.clone(),
            result,
            at,
        ))
        .await?;
    if inserted == 1 {
        return Ok(None);
    }
    let kept: Kept = tx
        .one(sql!(
            "SELECT body_hash, result FROM idempotency WHERE actor = $1 AND operation = $2 AND idem_key = $3",
            &key.actor,
            key.operation,
            &key.key,
        ))
        .await?;
    if kept.body_hash == key.body_hash { Ok(Some(kept.result)) } else { Err(Error::new(Code::IdempotencyMismatch)) }
}

/// Keeps another outcome than the one claimed: for a write whose outcome is known only when it is done.
///
/// # Errors
/// `internal` when the database fails.
pub async fn conclude(tx: &mut Tx, key: &Key, result: &str) -> Result<()> {
    tx.execute(sql!(
        "UPDATE idempotency SET result = $1 WHERE actor = $2 AND operation = $3 AND idem_key = $4",
        result,
        &key.actor,
        key.operation,
        &key.key,
    ))
    .await?;
    Ok(())
}

/// Forgets the keys of writes before `before`.
///
/// # Errors
/// `internal` when the database fails.
pub async fn tidy(tx: &mut Tx, before: Instant) -> Result<u64> {
    tx.execute(sql!("DELETE FROM idempotency WHERE at < $1", before)).await
}
