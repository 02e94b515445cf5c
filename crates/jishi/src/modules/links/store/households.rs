//! SQL of households.

use db::{Backend, Conn, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Day, Error, Id, Level, Page, RegionCode, Result};

use super::{super::model::Household, Count};
use crate::platform::access::{Person, Post, Scope};

fn households() -> Sql {
    sql!(
        "SELECT h.id, h.post, h.person, p.name, h.region, h.door, h.item, h.begins_on, h.ends_on, h.version
         FROM household_links h
         JOIN people p ON p.id = h.person
         WHERE TRUE"
    )
}

fn column_is(level: Level) -> &'static str {
    match level {
        Level::Province => "substr(h.city, 1, 2) = ",
        Level::City => "h.city = ",
        Level::County => "h.county = ",
        Level::Township => "h.township = ",
        Level::Village => "h.village = ",
        Level::Grid | Level::MicroGrid => "h.grid = ",
    }
}

fn lying_in(sql: Sql, scope: &Scope) -> Sql {
    let mut sql = sql.push(" AND (FALSE");
    for place in &scope.places {
        sql = sql.push(" OR ").push_value(column_is(place.level()), place.at(Level::Grid).as_ref().unwrap_or(place));
    }
    sql.push(")")
}

/// Which households: those of a place, and those that are over or those that are not.
#[derive(Clone, Debug, Default)]
pub struct HouseholdFilter {
    /// In this place.
    pub region: Option<RegionCode>,
    /// Those that are over, instead.
    pub is_ended: bool,
}

fn filtered(sql: Sql, scope: &Scope, filter: &HouseholdFilter) -> Sql {
    let sql = lying_in(sql, scope).push_some(filter.region.as_ref(), |sql, region| {
        sql.push(" AND ").push_value(column_is(region.level()), region.at(Level::Grid).as_ref().unwrap_or(region))
    });
    sql.push(if filter.is_ended { " AND h.ends_on IS NOT NULL" } else { " AND h.ends_on IS NULL" })
}

/// A page of households and one more, the newest first, by `household_links_<level>`.
pub async fn household_page(
    db: &mut Conn,
    scope: &Scope,
    filter: &HouseholdFilter,
    page: &Page,
) -> Result<Vec<Household>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<Id<Household>>()).transpose()?;
    let sql = filtered(households(), scope, filter).push_some(after, |sql, id| sql.push_value(" AND h.id < ", id));
    db.all(sql.push_value(" ORDER BY h.id DESC LIMIT ", page.limit + 1)).await
}

/// How many rows [`household_page`] has in all.
pub async fn household_count(db: &mut Conn, scope: &Scope, filter: &HouseholdFilter) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM household_links h WHERE TRUE");
    let sql = filtered(sql, scope, filter);
    let Count(n) = db.one(sql.push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted")).await?;
    Ok(n)
}

/// The households of one person that are not over.
pub async fn households_of(db: &mut Conn, person: Id<Person>) -> Result<Vec<Household>> {
    let sql = households().push_value(" AND h.person = ", person);
    db.all(sql.push(" AND h.ends_on IS NULL ORDER BY h.id LIMIT 200")).await
}

/// A household within the scope.
pub async fn household(db: &mut Conn, scope: &Scope, id: Id<Household>) -> Result<Household> {
    let sql = lying_in(households().push_value(" AND h.id = ", id), scope);
    db.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// A household within the scope, which nobody else changes until this transaction ends.
pub async fn lock_household(tx: &mut Tx, scope: &Scope, id: Id<Household>) -> Result<Household> {
    let sql = lying_in(households().push_value(" AND h.id = ", id), scope);
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE OF h") } else { sql };
    tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// Whether this post has this door already.
pub async fn has_door(db: &mut Conn, post: Id<Post>, region: &RegionCode, door: &str) -> Result<bool> {
    let found: Option<Household> = db
        .optional(
            households()
                .push_value(" AND h.post = ", post)
                .push_value(" AND h.door = ", door)
                .push_value(" AND h.region = ", region)
                .push(" AND h.ends_on IS NULL LIMIT 1"),
        )
        .await?;
    Ok(found.is_some())
}

/// Puts a household in.
pub async fn insert_household(tx: &mut Tx, household: &Household) -> Result<()> {
    let at = |level| household.region.at(level);
    tx.execute(sql!(
        "INSERT INTO household_links (id, post, person, region, city, county, township, village, grid, door, item, begins_on,
             version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)",
        household.id,
        household.post,
        household.person.id,
        &household.region,
        at(Level::City),
        at(Level::County),
        at(Level::Township),
        at(Level::Village),
        at(Level::Grid),
        &household.door,
        household.item,
        household.begins_on,
    ))
    .await?;
    Ok(())
}

/// Ends a household, or takes its end back; false when somebody else changed it meanwhile.
pub async fn end_household(tx: &mut Tx, id: Id<Household>, ends_on: Option<Day>, seen: i64) -> Result<bool> {
    let changed = tx
        .execute(sql!(
            "UPDATE household_links SET ends_on = $1, version = version + 1 WHERE id = $2 AND version = $3",
            ends_on,
            id,
            seen,
        ))
        .await?;
    Ok(changed == 1)
}
