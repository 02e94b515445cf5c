//! SQL of the trail, and of the numbers by which people know cases.

use std::collections::HashMap;

use db::{Conn, FromRow, Row, Sql, sql};
use jiff::{civil::Time, tz::TimeZone};
use kernel::{COUNT_CAP, Id, Level, Page, RegionCode, Result};

use super::model::{AuditFilter, EventRow};
use crate::platform::access::Scope;

/// What a list is narrowed by, with the zone its days are days of.
pub(super) struct Narrow<'a> {
    pub scope: &'a Scope,
    pub filter: &'a AuditFilter,
    pub zone: &'a TimeZone,
}

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// Entries keep their county and township; a wider post sees everything, entries without a place included.
fn filtered(sql: Sql, Narrow { scope, filter, zone }: &Narrow<'_>) -> Sql {
    let sees_all = scope.places.iter().any(|place| place.level() < Level::County);
    let narrow = scope.places.iter().filter(|place| matches!(place.level(), Level::County | Level::Township));
    let within = |sql: Sql, place: &RegionCode| match place.level() {
        Level::County => sql.push_value("e.county = ", place),
        // A township's entries are looked for among its county's, whose index there is: one of its own would cost an entry at
        // each step of each case, and the posts that ask are few.
        _ => sql.push_value("(e.county = ", place.at(Level::County)).push_value(" AND e.township = ", place).push(")"),
    };
    let sql = if sees_all { sql.push(" WHERE TRUE") } else { sql.push(" WHERE ").push_any(narrow, within) };
    sql.push_some(filter.person, |sql, person| sql.push_value(" AND e.person = ", person))
        .push_some(filter.kind.as_ref(), |sql, kind| {
            if kind.ends_with('.') { prefixed(sql, kind) } else { sql.push_value(" AND e.kind = ", kind) }
        })
        .push_some(filter.object.as_ref(), |sql, object| sql.push_value(" AND e.object_id = ", object))
        .push_some(filter.from, |sql, day| sql.push_value(" AND e.at >= ", day.at(Time::midnight(), zone)))
        .push_some(filter.to, |sql, day| sql.push_value(" AND e.at < ", day.plus(1).at(Time::midnight(), zone)))
}

/// All kinds between `case.` and `case/`, which bytes sort right after the dot.
fn prefixed(sql: Sql, prefix: &str) -> Sql {
    let end = format!("{}/", prefix.trim_end_matches('.'));
    sql.push_value(" AND e.kind >= ", prefix).push_value(" AND e.kind < ", end)
}

fn rows() -> Sql {
    sql!(
        "SELECT e.seq, e.at, e.kind, e.person, e.role, e.unit, e.address, e.object_kind, e.object_id, e.params
         FROM events e"
    )
}

/// One page of the trail and one row more, the newest first.
pub(super) async fn list(db: &mut Conn, narrow: &Narrow<'_>, page: &Page) -> Result<(Vec<EventRow>, i64)> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<i64>()).transpose()?;
    let page_of = filtered(rows(), narrow)
        .push_some(after, |sql, seq| sql.push_value(" AND e.seq < ", seq))
        .push_value(" ORDER BY e.seq DESC LIMIT ", page.limit + 1);
    let rows = db.all(page_of).await?;
    let count = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 FROM events e");
    let Count(count) = db.one(filtered(count, narrow).push_value(" LIMIT ", COUNT_CAP + 1).push(") x")).await?;
    Ok((rows, count))
}

/// All of it, for an export.
pub(super) fn export(narrow: &Narrow<'_>) -> Sql {
    filtered(rows(), narrow).push(" ORDER BY e.seq DESC")
}

/// Only the marker of an id: cases belong to their own room.
pub(super) struct Case;

struct Numbered {
    id: Id<Case>,
    number: String,
}

impl FromRow for Numbered {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { id: row.get("id")?, number: row.get("number")? })
    }
}

/// The numbers of these cases. A number tells nothing but that there is a case, and stands on the trail anyway.
pub(super) async fn case_numbers_unscoped(db: &mut Conn, ids: Vec<Id<Case>>) -> Result<HashMap<String, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<Numbered> = db.all(sql!("SELECT id, number FROM cases WHERE id").push_list(" IN", ids)).await?;
    Ok(rows.into_iter().map(|row| (row.id.to_string(), row.number)).collect())
}

/// The id of the case with a number, if that is what was typed.
pub(super) async fn case_of_number_unscoped(db: &mut Conn, number: &str) -> Result<Option<String>> {
    let found: Option<Numbered> = db.optional(sql!("SELECT id, number FROM cases WHERE number = $1", number)).await?;
    Ok(found.map(|case| case.id.to_string()))
}
