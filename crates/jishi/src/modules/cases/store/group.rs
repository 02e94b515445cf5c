//! A list counted by what its cases have in common. The same keys as the list itself, so that sums and rows agree.

use db::{Conn, FromRow, Row};
use kernel::{Id, Instant, Level, RegionCode, Result};

use super::list::keys_of;
use crate::{
    modules::cases::filter::CaseFilter,
    platform::access::{Scope, Unit},
};

/// What stands behind the thing that is counted by.
const COUNTED: &str = ", CAST(count(*) AS BIGINT) AS n FROM (";

/// How many cases of a list one unit leads.
#[derive(Clone, Debug)]
pub struct OfUnit {
    /// The unit.
    pub unit: Id<Unit>,
    /// Cases.
    pub count: i64,
    /// The soonest deadline among them.
    pub first_due_at: Option<Instant>,
}

impl FromRow for OfUnit {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { unit: row.get("unit")?, count: row.get("n")?, first_due_at: row.opt("first_due_at")? })
    }
}

/// The cases of a list by lead unit; those without one are left out.
///
/// # Errors
/// `internal` when the database fails.
pub async fn by_unit(db: &mut Conn, scope: &Scope, filter: &CaseFilter) -> Result<Vec<OfUnit>> {
    let head = "SELECT c.lead_unit AS unit, min(c.due_at) AS first_due_at";
    let sql = keys_of(head, COUNTED, db.backend(), scope, filter);
    db.all(sql.push(") AS keys JOIN cases c ON c.id = keys.id WHERE c.lead_unit IS NOT NULL GROUP BY c.lead_unit"))
        .await
}

struct Counted<T>(T, i64);

impl FromRow for Counted<String> {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("code")?, row.get("n")?))
    }
}

impl FromRow for Counted<RegionCode> {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("code")?, row.get("n")?))
    }
}

/// The cases of a list by matter, the most frequent first; those without one are left out.
///
/// # Errors
/// `internal` when the database fails.
pub async fn by_matter(db: &mut Conn, scope: &Scope, filter: &CaseFilter) -> Result<Vec<(String, i64)>> {
    let sql = keys_of("SELECT c.matter AS code", COUNTED, db.backend(), scope, filter)
        .push(") AS keys JOIN cases c ON c.id = keys.id WHERE c.matter IS NOT NULL GROUP BY c.matter")
        .push(" ORDER BY n DESC, code");
    let rows: Vec<Counted<String>> = db.all(sql).await?;
    Ok(rows.into_iter().map(|Counted(code, n)| (code, n)).collect())
}

/// The cases of a list by the place of a level they lie in, in the order of the codes; those known less precisely are
/// left out.
///
/// # Errors
/// `internal` when the database fails.
pub async fn by_place(
    db: &mut Conn,
    scope: &Scope,
    filter: &CaseFilter,
    level: Level,
) -> Result<Vec<(RegionCode, i64)>> {
    let (head, tail) = match level {
        Level::County => ("SELECT c.county AS code", "c.county IS NOT NULL GROUP BY c.county"),
        Level::Township => ("SELECT c.township AS code", "c.township IS NOT NULL GROUP BY c.township"),
        Level::Village => ("SELECT c.village AS code", "c.village IS NOT NULL GROUP BY c.village"),
        Level::Grid => ("SELECT c.grid AS code", "c.grid IS NOT NULL GROUP BY c.grid"),
        Level::Province | Level::City | Level::MicroGrid => return Ok(Vec::new()),
    };
    let sql = keys_of(head, COUNTED, db.backend(), scope, filter)
        .push(") AS keys JOIN cases c ON c.id = keys.id WHERE ")
        .push(tail)
        .push(" ORDER BY code");
    let rows: Vec<Counted<RegionCode>> = db.all(sql).await?;
    Ok(rows.into_iter().map(|Counted(code, n)| (code, n)).collect())
}
