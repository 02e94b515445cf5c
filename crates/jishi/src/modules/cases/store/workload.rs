//! What a unit or a person has in hand.

use std::collections::HashMap;

use db::{Conn, FromRow, Row, sql};
use kernel::{COUNT_CAP, Id, RegionCode, Result};

use super::Number;
use crate::{
    modules::cases::{filter::column_is, model::Case},
    platform::access::{Person, Unit},
};

/// How many cases a unit leads now, to show beside a proposal.
///
/// # Errors
/// `internal` when the database fails.
pub async fn open_of_unit_unscoped(db: &mut Conn, unit: Id<Unit>) -> Result<i64> {
    let Number(n) = db
        .one(sql!(
            "SELECT CAST(count(*) AS BIGINT) AS n
             FROM (SELECT 1 AS one FROM cases WHERE lead_unit = $1 AND is_open LIMIT $2) AS counted",
            unit,
            COUNT_CAP + 1,
        ))
        .await?;
    Ok(n)
}

struct CaseId(Id<Case>);

impl FromRow for CaseId {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("id")?))
    }
}

/// Open cases a person is named for, when they leave.
///
/// # Errors
/// `internal` when the database fails.
pub async fn open_of_person_unscoped(db: &mut Conn, person: Id<Person>) -> Result<Vec<Id<Case>>> {
    let rows: Vec<CaseId> =
        db.all(sql!("SELECT id FROM cases WHERE handler = $1 AND is_open ORDER BY due_at, id", person)).await?;
    Ok(rows.into_iter().map(|CaseId(id)| id).collect())
}

struct Load(Id<Person>, i64);

impl FromRow for Load {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("handler")?, row.get("n")?))
    }
}

/// How many open cases each of these people is named for; who has none is not in it.
///
/// # Errors
/// `internal` when the database fails.
pub async fn open_of_people_unscoped(db: &mut Conn, people: &[Id<Person>]) -> Result<HashMap<Id<Person>, i64>> {
    // Served by cases_handler_open.
    let sql = sql!("SELECT handler, CAST(count(*) AS BIGINT) AS n FROM cases WHERE is_open")
        .push_list(" AND handler IN", people.iter().copied());
    let rows: Vec<Load> = db.all(sql.push(" GROUP BY handler")).await?;
    Ok(rows.into_iter().map(|Load(person, n)| (person, n)).collect())
}

/// How many cases lie in a place or below it, up to a few.
///
/// # Errors
/// `internal` when the database fails.
pub async fn cases_in_unscoped(db: &mut Conn, place: &RegionCode) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM cases c WHERE ");
    let Number(n) = db.one(sql.push_value(column_is(place.level()), place).push(" LIMIT 100) AS counted")).await?;
    Ok(n)
}

/// Whether a unit was ever given a case.
///
/// # Errors
/// `internal` when the database fails.
pub async fn had_cases_unscoped(db: &mut Conn, unit: Id<Unit>) -> Result<bool> {
    let found: Option<Number> = db
        .optional(sql!(
            "SELECT n FROM (SELECT CAST(1 AS BIGINT) AS n FROM cases WHERE lead_unit = $1 LIMIT 1) AS led
             UNION
             SELECT n FROM (SELECT CAST(1 AS BIGINT) AS n FROM assignments WHERE unit = $1 LIMIT 1) AS had",
            unit,
        ))
        .await?;
    Ok(found.is_some())
}
