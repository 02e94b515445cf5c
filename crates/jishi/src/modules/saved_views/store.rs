//! SQL of kept views.

use db::{Backend, Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{Code, Error, Id, Result};

use super::model::{Draft, List, SavedView};
use crate::platform::access::{Person, Unit};

fn select() -> Sql {
    sql!("SELECT id, list, name, query, person, unit, made_at, version FROM saved_views WHERE TRUE")
}

/// One's own views of a list and those of one's units, in the order they were made. Served by saved_views_person and
/// saved_views_unit; together some dozens.
///
/// # Errors
/// `internal` when the database fails.
pub async fn of(db: &mut Conn, list: List, person: Id<Person>, units: Vec<Id<Unit>>) -> Result<Vec<SavedView>> {
    let own = select().push_value(" AND list = ", list.as_str()).push_value(" AND person = ", person);
    let mut views: Vec<SavedView> = db.all(own.push(" AND unit IS NULL ORDER BY made_at, id")).await?;
    let shared = select().push_value(" AND list = ", list.as_str()).push_list(" AND unit IN", units);
    views.extend(db.all::<SavedView>(shared.push(" ORDER BY made_at, id")).await?);
    Ok(views)
}

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// How many views of a list someone made.
///
/// # Errors
/// `internal` when the database fails.
pub async fn count(db: &mut Conn, person: Id<Person>, list: List) -> Result<i64> {
    let count = sql!(
        "SELECT CAST(count(*) AS BIGINT) AS n FROM saved_views WHERE person = $1 AND list = $2",
        person,
        list.as_str(),
    );
    let Count(n) = db.one(count).await?;
    Ok(n)
}

/// One view; nobody else changes it until the transaction ends.
///
/// # Errors
/// `not_found`.
pub async fn lock_unscoped(tx: &mut Tx, id: Id<SavedView>) -> Result<SavedView> {
    let sql = select().push_value(" AND id = ", id);
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE") } else { sql };
    tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// Keeps a view.
///
/// # Errors
/// `internal` when the database fails.
pub async fn insert(tx: &mut Tx, view: &SavedView) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO saved_views (id, list, name, query, person, unit, made_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 1)",
        view.id,
        view.list.as_str(),
        &view.name,
        serde_json::to_value(&view.query).map_err(Error::internal)?,
        view.person,
        view.unit,
        view.made_at,
    ))
    .await?;
    Ok(())
}

/// Changes a view that was locked.
///
/// # Errors
/// `internal` when the database fails.
pub async fn update(tx: &mut Tx, id: Id<SavedView>, draft: &Draft) -> Result<()> {
    tx.execute(sql!(
        "UPDATE saved_views SET name = $2, query = $3, unit = $4, version = version + 1 WHERE id = $1",
        id,
        &draft.name,
        serde_json::to_value(&draft.query).map_err(Error::internal)?,
        draft.unit,
    ))
    .await?;
    Ok(())
}

/// Forgets a view.
///
/// # Errors
/// `internal` when the database fails.
pub async fn delete(tx: &mut Tx, id: Id<SavedView>) -> Result<()> {
    tx.execute(sql!("DELETE FROM saved_views WHERE id = $1", id)).await?;
    Ok(())
}
