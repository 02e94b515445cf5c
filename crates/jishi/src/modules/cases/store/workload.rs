//! What a unit or a person has in hand.

use db::{Conn, FromRow, Row, sql};
use kernel::{Id, Result};

use super::Number;
use crate::{
    modules::cases::model::Case,
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
             FROM (SELECT 1 AS one FROM cases WHERE lead_unit = $1 AND is_open LIMIT 10001) AS counted",
            unit,
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
