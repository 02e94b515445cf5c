//! SQL of intakes, hand-backs and keys.

use db::{Backend, Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Error, Id, Instant, Page, Result};

use super::model::{Carrier, HandBackRow, IntakeRow, KeyRow};
use crate::{
    modules::cases::{HandBack, Intake},
    platform::access::Person,
};

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// Keeps that a file of orders is being brought in.
///
/// # Errors
/// `internal` when the database fails.
pub async fn insert_intake(tx: &mut Tx, intake: &IntakeRow) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO source_intakes (id, source, at, person, region, file, fresh, known, differing, mistaken)
         VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, 0)",
        intake.id,
        &intake.source,
        intake.at,
        intake.person,
        &intake.region,
        &intake.file,
    ))
    .await?;
    Ok(())
}

/// Keeps what a file of orders did.
///
/// # Errors
/// `internal` when the database fails.
pub async fn end_intake(tx: &mut Tx, intake: &IntakeRow, at: Instant) -> Result<()> {
    tx.execute(sql!(
        "UPDATE source_intakes SET fresh = $2, known = $3, differing = $4, mistaken = $5, ended_at = $6 WHERE id = $1",
        intake.id,
        intake.fresh,
        intake.known,
        intake.differing,
        intake.mistaken,
        at,
    ))
    .await?;
    Ok(())
}

fn intakes() -> Sql {
    sql!(
        "SELECT id, source, at, person, region, file, fresh, known, differing, mistaken, ended_at, undone_at, withdrawn
         FROM source_intakes
         WHERE TRUE"
    )
}

/// Those by people of the carrier's places, and one's own.
fn of_carrier(sql: Sql, carrier: &Carrier) -> Sql {
    let sql = sql.push_value(" AND (person = ", carrier.by.person);
    let own = |sql: Sql, place| sql.push_value(" OR region LIKE ", format!("{place}%"));
    carrier.scope.places.iter().fold(sql, own).push(")")
}

/// A page of a source's intakes that are the carrier's to see, and one more; the newest first.
///
/// # Errors
/// `bad_cursor`, or `internal` when the database fails.
pub async fn intakes_page(db: &mut Conn, carrier: &Carrier, source: &str, page: &Page) -> Result<Vec<IntakeRow>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(Instant, Id<Intake>)>()).transpose()?;
    let sql = of_carrier(intakes(), carrier).push_value(" AND source = ", source);
    let sql = sql
        .push_some(after, |sql, (at, id)| sql.push_value(" AND (at, id) < (", at).push_value(", ", id).push(")"))
        .push_value(" ORDER BY at DESC, id DESC LIMIT ", page.limit + 1);
    db.all(sql).await
}

/// How many rows [`intakes_page`] has in all.
///
/// # Errors
/// `internal` when the database fails.
pub async fn intakes_count(db: &mut Conn, carrier: &Carrier, source: &str) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM source_intakes WHERE TRUE");
    let sql = of_carrier(sql, carrier).push_value(" AND source = ", source);
    let Count(n) = db.one(sql.push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted")).await?;
    Ok(n)
}

/// An intake that is the carrier's to see; nobody else undoes it until this transaction ends.
///
/// # Errors
/// `not_found`.
pub async fn lock_intake(tx: &mut Tx, carrier: &Carrier, source: &str, id: Id<Intake>) -> Result<IntakeRow> {
    let sql = intakes().push_value(" AND id = ", id).push_value(" AND source = ", source);
    let sql = of_carrier(sql, carrier);
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE") } else { sql };
    tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// Marks an intake as undone.
///
/// # Errors
/// `internal` when the database fails.
pub async fn mark_undone(
    tx: &mut Tx,
    id: Id<Intake>,
    by: Option<Id<Person>>,
    withdrawn: i64,
    at: Instant,
) -> Result<()> {
    tx.execute(sql!(
        "UPDATE source_intakes SET undone_at = $2, undone_by = $3, withdrawn = $4 WHERE id = $1",
        id,
        at,
        by,
        withdrawn,
    ))
    .await?;
    Ok(())
}

/// Keeps that answers were handed back.
///
/// # Errors
/// `internal` when the database fails.
pub async fn insert_hand_back(tx: &mut Tx, carrier: &Carrier, source: &str, hand_back: &HandBackRow) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO source_hand_backs (id, source, at, person, region, count) VALUES ($1, $2, $3, $4, $5, $6)",
        hand_back.id,
        source,
        hand_back.at,
        hand_back.person,
        &carrier.home,
        hand_back.count,
    ))
    .await?;
    Ok(())
}

/// The latest hand-backs of a source that are the carrier's to see, the newest first.
///
/// # Errors
/// `internal` when the database fails.
pub async fn hand_backs(db: &mut Conn, carrier: &Carrier, source: &str, limit: i64) -> Result<Vec<HandBackRow>> {
    let sql = sql!("SELECT id, at, person, count FROM source_hand_backs WHERE source = $1", source);
    db.all(of_carrier(sql, carrier).push_value(" ORDER BY at DESC, id DESC LIMIT ", limit)).await
}

/// A hand-back that is the carrier's to see.
///
/// # Errors
/// `not_found`.
pub async fn hand_back(db: &mut Conn, carrier: &Carrier, id: Id<HandBack>) -> Result<HandBackRow> {
    let sql = sql!("SELECT id, at, person, count FROM source_hand_backs WHERE id = $1", id);
    db.optional(of_carrier(sql, carrier)).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// Keeps a key's hash.
///
/// # Errors
/// `internal` when the database fails.
pub async fn insert_key(tx: &mut Tx, key: &KeyRow, hash: Vec<u8>) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO source_keys (id, source, region, name, hash, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        key.id,
        &key.source,
        &key.region,
        &key.name,
        hash,
        key.created_at,
        key.created_by,
    ))
    .await?;
    Ok(())
}

fn keys() -> Sql {
    sql!("SELECT id, source, region, name, created_at, created_by, ended_at FROM source_keys WHERE TRUE")
}

/// The keys of a source for places of the carrier, the newest first.
///
/// # Errors
/// `internal` when the database fails.
pub async fn keys_of(db: &mut Conn, carrier: &Carrier, source: &str) -> Result<Vec<KeyRow>> {
    let own = |sql: Sql, place| sql.push_value("region LIKE ", format!("{place}%"));
    let sql = keys().push_value(" AND source = ", source).push(" AND ").push_any(&carrier.scope.places, own);
    db.all(sql.push(" ORDER BY created_at DESC, id DESC LIMIT 200")).await
}

/// The key with this hash that has not been ended; the key itself is the proof of a right to it.
///
/// # Errors
/// `internal` when the database fails.
pub async fn key_of_hash(db: &mut Conn, hash: Vec<u8>) -> Result<Option<KeyRow>> {
    db.optional(keys().push_value(" AND ended_at IS NULL AND hash = ", hash)).await
}

/// A key for a place of the carrier.
///
/// # Errors
/// `not_found`.
pub async fn key(db: &mut Conn, carrier: &Carrier, source: &str, id: Id<KeyRow>) -> Result<KeyRow> {
    let sql = keys().push_value(" AND id = ", id).push_value(" AND source = ", source);
    let found: Option<KeyRow> = db.optional(sql).await?;
    found.filter(|key| carrier.scope.covers(&key.region)).ok_or_else(|| Error::new(Code::NotFound))
}

/// Ends a key; false when it was ended already.
///
/// # Errors
/// `internal` when the database fails.
pub async fn end_key(tx: &mut Tx, id: Id<KeyRow>, by: Option<Id<Person>>, at: Instant) -> Result<bool> {
    let ended = tx
        .execute(sql!(
            "UPDATE source_keys SET ended_at = $2, ended_by = $3 WHERE id = $1 AND ended_at IS NULL",
            id,
            at,
            by,
        ))
        .await?;
    Ok(ended == 1)
}
