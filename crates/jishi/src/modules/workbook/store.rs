//! SQL of imports.

use db::{Backend, Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Error, Id, Instant, Page, RegionCode, Result};

use super::model::{Import, Journal};
use crate::platform::access::{Person, Scope};

/// Keeps an import with what it changed.
pub async fn insert(tx: &mut Tx, import: &Import, journal: &Journal) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO imports (id, at, person, region, file, counts, journal) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        import.id,
        import.at,
        import.person,
        &import.region,
        &import.file,
        serde_json::to_value(&import.counts).map_err(Error::internal)?,
        serde_json::to_value(journal).map_err(Error::internal)?,
    ))
    .await?;
    Ok(())
}

fn within(sql: Sql, scope: &Scope) -> Sql {
    let own = |sql: Sql, place: &RegionCode| sql.push_value("region LIKE ", format!("{place}%"));
    sql.push(" WHERE ").push_any(&scope.places, own)
}

/// A page of imports by those of the scope's places, and one more; the newest first.
pub async fn list(db: &mut Conn, scope: &Scope, page: &Page) -> Result<Vec<Import>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(Instant, Id<Import>)>()).transpose()?;
    let sql = within(sql!("SELECT id, at, person, region, file, counts, undone_at FROM imports"), scope);
    db.all(
        sql.push_some(after, |sql, (at, id)| sql.push_value(" AND (at, id) < (", at).push_value(", ", id).push(")"))
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

/// How many rows [`list`] has in all.
pub async fn count(db: &mut Conn, scope: &Scope) -> Result<i64> {
    let sql = within(sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM imports"), scope);
    let Count(n) = db.one(sql.push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted")).await?;
    Ok(n)
}

struct Kept(Import, Journal);

impl FromRow for Kept {
    fn from_row(row: &Row) -> Result<Self> {
        let journal: serde_json::Value = row.get("journal")?;
        Ok(Self(Import::from_row(row)?, serde_json::from_value(journal).map_err(Error::internal)?))
    }
}

/// An import with what it changed, if it is by those of the scope's places; without a scope any. Nobody else undoes it
/// until this transaction ends.
///
/// # Errors
/// `not_found`.
pub async fn lock(tx: &mut Tx, scope: Option<&Scope>, id: Id<Import>) -> Result<(Import, Journal)> {
    let sql = sql!("SELECT id, at, person, region, file, counts, journal, undone_at FROM imports WHERE id = $1", id);
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE") } else { sql };
    let found: Option<Kept> = tx.optional(sql).await?;
    let own = found.filter(|Kept(import, _)| scope.is_none_or(|scope| scope.covers(&import.region)));
    let Kept(import, journal) = own.ok_or_else(|| Error::new(Code::NotFound))?;
    Ok((import, journal))
}

/// Marks an import as undone.
pub async fn mark_undone(tx: &mut Tx, id: Id<Import>, by: Option<Id<Person>>, at: Instant) -> Result<()> {
    tx.execute(sql!("UPDATE imports SET undone_at = $2, undone_by = $3 WHERE id = $1", id, at, by)).await?;
    Ok(())
}
