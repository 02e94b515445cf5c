//! SQL of redrawings that were kept.

use db::{Backend, Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Error, Id, Instant, Page, RegionCode, Result};

use super::past::{Kept, Past};
use crate::platform::access::{Person, Scope};

/// Keeps a redrawing with what it changed.
pub async fn insert(tx: &mut Tx, past: &Past, kept: &Kept) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO redrawings (id, at, person, region, way, counts, places, journal)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        past.id,
        past.at,
        past.person,
        &past.region,
        past.way.as_str(),
        serde_json::to_value(past.counts).map_err(Error::internal)?,
        serde_json::to_value(kept.places.places()).map_err(Error::internal)?,
        serde_json::to_value(kept).map_err(Error::internal)?,
    ))
    .await?;
    Ok(())
}

/// Those of the scope's places, and in one of them where it is asked for.
fn within(sql: Sql, scope: &Scope, place: Option<&RegionCode>) -> Sql {
    let below = |sql: Sql, place: &RegionCode| sql.push_value("region LIKE ", format!("{place}%"));
    let sql = sql.push(" WHERE ").push_any(&scope.places, below);
    sql.push_some(place, |sql, place| below(sql.push(" AND "), place))
}

/// A page of redrawings, and one more; the newest first. Some hundreds in all; read along `redrawings_at`.
pub async fn list(db: &mut Conn, (scope, place): (&Scope, Option<&RegionCode>), page: &Page) -> Result<Vec<Past>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(Instant, Id<Past>)>()).transpose()?;
    let sql = sql!("SELECT id, at, person, region, way, counts, undone_at, undone_by FROM redrawings");
    let sql = within(sql, scope, place)
        .push_some(after, |sql, (at, id)| sql.push_value(" AND (at, id) < (", at).push_value(", ", id).push(")"));
    db.all(sql.push_value(" ORDER BY at DESC, id DESC LIMIT ", page.limit + 1)).await
}

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// How many rows [`list`] has in all.
pub async fn count(db: &mut Conn, scope: &Scope, place: Option<&RegionCode>) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM redrawings");
    let sql = within(sql, scope, place).push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted");
    let Count(n) = db.one(sql).await?;
    Ok(n)
}

struct Whole(Past, Kept);

impl FromRow for Whole {
    fn from_row(row: &Row) -> Result<Self> {
        let kept: serde_json::Value = row.get("journal")?;
        Ok(Self(Past::from_row(row)?, serde_json::from_value(kept).map_err(Error::internal)?))
    }
}

/// A redrawing with what it changed. Nobody else takes it back until this transaction ends.
///
/// # Errors
/// `not_found` also outside the scope.
pub async fn lock(tx: &mut Tx, scope: Option<&Scope>, id: Id<Past>) -> Result<(Past, Kept)> {
    let sql = sql!(
        "SELECT id, at, person, region, way, counts, journal, undone_at, undone_by FROM redrawings WHERE id = $1",
        id,
    );
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE") } else { sql };
    let found: Option<Whole> = tx.optional(sql).await?;
    let own = found.filter(|Whole(past, _)| scope.is_none_or(|scope| scope.covers(&past.region)));
    let Whole(past, kept) = own.ok_or_else(|| Error::new(Code::NotFound))?;
    Ok((past, kept))
}

/// A redrawing that came later, and the codes it touched.
pub struct Later {
    /// When.
    pub at: Instant,
    /// Which places.
    pub places: Vec<RegionCode>,
}

impl FromRow for Later {
    fn from_row(row: &Row) -> Result<Self> {
        let places: serde_json::Value = row.get("places")?;
        Ok(Self { at: row.get("at")?, places: serde_json::from_value(places).map_err(Error::internal)? })
    }
}

/// What came after a redrawing and still holds, wherever it was; along `redrawings_at`.
pub async fn later_unscoped(db: &mut Conn, past: &Past) -> Result<Vec<Later>> {
    db.all(sql!(
        "SELECT at, places FROM redrawings WHERE (at, id) > ($1, $2) AND undone_at IS NULL ORDER BY at, id",
        past.at,
        past.id,
    ))
    .await
}

/// Marks a redrawing as taken back.
pub async fn mark_undone(tx: &mut Tx, id: Id<Past>, by: Option<Id<Person>>, at: Instant) -> Result<()> {
    tx.execute(sql!("UPDATE redrawings SET undone_at = $2, undone_by = $3 WHERE id = $1", id, at, by)).await?;
    Ok(())
}
