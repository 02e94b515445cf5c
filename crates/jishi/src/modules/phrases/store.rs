//! SQL of the room.

use db::{Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Cursor, Error, Id, Instant, Listing, Page, Result};

use super::model::{Audience, Phrase, PhraseFilter, PhraseStep};
use crate::platform::access::Unit;

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

const COLUMNS: &str = "id, unit, region, step, matter, title, texts, is_shared, uses, version FROM phrases";

/// What a form offers: the unit's own and the place's shared, of this step, for this matter or for any; the most used
/// first.
///
/// # Errors
/// `internal` when the database fails.
pub async fn offered(
    db: &mut Conn,
    to: &Audience,
    step: PhraseStep,
    matter: Option<&str>,
    limit: i64,
) -> Result<Vec<Phrase>> {
    let fits = |sql: Sql| {
        let sql = sql.push_value(" AND step = ", step.as_str()).push(" AND ended_at IS NULL AND (matter IS NULL");
        sql.push_some(matter, |sql, matter| sql.push_value(" OR matter = ", matter)).push(")")
    };
    // The first part is served by phrases_unit, the second by phrases_shared.
    let own = sql!("SELECT ").push(COLUMNS).push(" WHERE TRUE").push_list(" AND unit IN", to.units.iter().copied());
    let sql = fits(own).push(" UNION SELECT ").push(COLUMNS).push(" WHERE is_shared");
    let sql = fits(sql.push_list(" AND region IN", &to.places));
    db.all(sql.push(" ORDER BY uses DESC, id").push_value(" LIMIT ", limit)).await
}

/// Phrases of these units that have not ended, the most used first.
///
/// # Errors
/// `bad_cursor`, or `internal` when the database fails.
pub async fn list(db: &mut Conn, units: &[Id<Unit>], filter: PhraseFilter, page: &Page) -> Result<Listing<Phrase>> {
    // Served by phrases_unit.
    let within = |sql: Sql| {
        let sql = sql.push_list(" WHERE ended_at IS NULL AND unit IN", units.iter().copied());
        sql.push_some(filter.step, |sql, step| sql.push_value(" AND step = ", step.as_str()))
    };
    let position: Option<(i64, Id<Phrase>)> = page.cursor.as_ref().map(Cursor::unpack).transpose()?;
    let rows = within(sql!("SELECT ").push(COLUMNS)).push_some(position, |sql, (uses, id)| {
        sql.push_value(" AND (uses < ", uses).push_value(" OR (uses = ", uses).push_value(" AND id > ", id).push("))")
    });
    let rows = db.all(rows.push(" ORDER BY uses DESC, id").push_value(" LIMIT ", page.limit + 1)).await?;
    let counted = within(sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM phrases"));
    let Count(n) = db.one(counted.push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted")).await?;
    Ok(Listing::new(rows, page, n, |row| Cursor::pack(&(row.uses, row.id))))
}

/// A phrase of one of these units that has not ended.
///
/// # Errors
/// `not_found`.
pub async fn phrase(db: &mut Conn, units: &[Id<Unit>], id: Id<Phrase>) -> Result<Phrase> {
    let sql = sql!("SELECT ").push(COLUMNS).push_value(" WHERE ended_at IS NULL AND id = ", id);
    let found = db.optional(sql.push_list(" AND unit IN", units.iter().copied())).await?;
    found.ok_or_else(|| Error::new(Code::NotFound))
}

/// Writes a new one.
///
/// # Errors
/// `internal` when the database fails.
pub async fn insert(tx: &mut Tx, new: &Phrase, at: Instant) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO phrases (id, unit, region, step, matter, title, texts, is_shared, uses, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)",
        new.id,
        new.unit,
        &new.region,
        new.step.as_str(),
        new.matter.as_ref(),
        &new.title,
        &new.texts,
        new.is_shared,
        new.uses,
        at,
    ))
    .await?;
    Ok(())
}

/// Writes one over the version that was seen; false when it has another by now. Whose it is stays.
///
/// # Errors
/// `internal` when the database fails.
pub async fn update(tx: &mut Tx, changed: &Phrase, seen: i64) -> Result<bool> {
    let updated = tx
        .execute(sql!(
            "UPDATE phrases
             SET step = $3, matter = $4, title = $5, texts = $6, is_shared = $7, version = version + 1
             WHERE id = $1
               AND version = $2
               AND ended_at IS NULL",
            changed.id,
            seen,
            changed.step.as_str(),
            changed.matter.as_ref(),
            &changed.title,
            &changed.texts,
            changed.is_shared,
        ))
        .await?;
    Ok(updated == 1)
}

/// Ends one: it is offered no more.
///
/// # Errors
/// `internal` when the database fails.
pub async fn end(tx: &mut Tx, id: Id<Phrase>, at: Instant) -> Result<()> {
    tx.execute(sql!("UPDATE phrases SET ended_at = $2, version = version + 1 WHERE id = $1", id, at)).await?;
    Ok(())
}

/// Counts that what was said began with a phrase, in the transaction of the step that said it. It is for whoever was
/// offered it; nothing of it is read.
///
/// # Errors
/// `internal` when the database fails.
pub async fn count_use_unscoped(tx: &mut Tx, id: Id<Phrase>) -> Result<()> {
    tx.execute(sql!("UPDATE phrases SET uses = uses + 1 WHERE id = $1 AND ended_at IS NULL", id)).await?;
    Ok(())
}
