//! SQL of imports.

use db::{Backend, Conn, FromRow, Row, Tx, sql};
use kernel::{Code, Error, Id, Instant, Page, Result};

use super::model::{Import, Journal};
use crate::platform::access::Person;

/// Keeps an import with what it changed.
pub async fn insert(tx: &mut Tx, import: &Import, journal: &Journal) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO imports (id, at, person, file, counts, journal) VALUES ($1, $2, $3, $4, $5, $6)",
        import.id,
        import.at,
        import.person,
        &import.file,
        serde_json::to_value(&import.counts).map_err(Error::internal)?,
        serde_json::to_value(journal).map_err(Error::internal)?,
    ))
    .await?;
    Ok(())
}

/// A page of imports and one more, the newest first. What was brought in is for all administrators to know.
pub async fn list_unscoped(db: &mut Conn, page: &Page) -> Result<Vec<Import>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(i64, Id<Import>)>()).transpose()?;
    db.all(
        sql!("SELECT id, at, person, file, counts, undone_at FROM imports WHERE TRUE")
            .push_some(after, |sql, (at, id)| sql.push_value(" AND (at, id) < (", at).push_value(", ", id).push(")"))
            .push_value(" ORDER BY at DESC, id DESC LIMIT ", page.limit + 1),
    )
    .await
}

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// How many imports there are.
pub async fn count_unscoped(db: &mut Conn) -> Result<i64> {
    let Count(n) = db
        .one(sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM imports LIMIT 10001) AS counted"))
        .await?;
    Ok(n)
}

struct Kept(Import, Journal);

impl FromRow for Kept {
    fn from_row(row: &Row) -> Result<Self> {
        let journal: serde_json::Value = row.get("journal")?;
        Ok(Self(Import::from_row(row)?, serde_json::from_value(journal).map_err(Error::internal)?))
    }
}

/// An import with what it changed; nobody else undoes it until this transaction ends.
///
/// # Errors
/// `not_found`.
pub async fn lock_unscoped(tx: &mut Tx, id: Id<Import>) -> Result<(Import, Journal)> {
    let sql = sql!("SELECT id, at, person, file, counts, journal, undone_at FROM imports WHERE id = $1", id);
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE") } else { sql };
    let Kept(import, journal) = tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))?;
    Ok((import, journal))
}

/// Marks an import as undone.
pub async fn mark_undone(tx: &mut Tx, id: Id<Import>, by: Option<Id<Person>>, at: Instant) -> Result<()> {
    tx.execute(sql!("UPDATE imports SET undone_at = $2, undone_by = $3 WHERE id = $1", id, at, by)).await?;
    Ok(())
}
