//! SQL of patrol lists and ticks.

use db::{Backend, Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Day, Error, Id, Level, Page, RegionCode, Result};

use super::model::{List, Tick};
use crate::{
    modules::{cases::Case, regions, register::Item},
    platform::access::Scope,
};

fn lists() -> Sql {
    sql!(
        "SELECT l.id, l.name, l.region, l.kinds, l.rhythm, l.due_in, l.begins_on, l.ends_on, l.version
         FROM patrol_lists l
         WHERE TRUE"
    )
}

fn column_is(level: Level) -> &'static str {
    match level {
        Level::Province => "substr(l.city, 1, 2) = ",
        Level::City => "l.city = ",
        Level::County => "l.county = ",
        Level::Township => "l.township = ",
        Level::Village => "l.village = ",
        Level::Grid | Level::MicroGrid => "l.grid = ",
    }
}

/// The lists of one's places, and those of wider places that hold one's own: served by `patrol_lists_<level>` and
/// `patrol_lists_region`; a county has hundreds of lists, not millions.
fn within(sql: Sql, scope: &Scope) -> Sql {
    let mut sql = sql.push(" AND (FALSE");
    for place in &scope.places {
        sql = sql.push(" OR ").push_value(column_is(place.level()), place.at(Level::Grid).as_ref().unwrap_or(place));
        sql = sql.push_list(" OR l.region IN", regions::ancestry(place));
    }
    sql.push(")")
}

fn ended(sql: Sql, is_ended: bool) -> Sql {
    sql.push(if is_ended { " AND l.ends_on IS NOT NULL" } else { " AND l.ends_on IS NULL" })
}

/// A page of lists and one more, by name.
pub async fn page(db: &mut Conn, scope: &Scope, is_ended: bool, page: &Page) -> Result<Vec<List>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(String, Id<List>)>()).transpose()?;
    let sql = ended(within(lists(), scope), is_ended);
    let sql = sql.push_some(after, |sql, (name, id)| {
        sql.push_value(" AND (l.name, l.id) > (", name).push_value(", ", id).push(")")
    });
    db.all(sql.push_value(" ORDER BY l.name, l.id LIMIT ", page.limit + 1)).await
}

/// The first lists that are on and lie in a place or hold it, within the scope, by name.
pub async fn of_place(db: &mut Conn, scope: &Scope, place: &RegionCode, limit: i64) -> Result<Vec<List>> {
    let sql = ended(within(lists(), scope), false).push(" AND (").push_value(column_is(place.level()), place);
    let sql = sql.push_list(" OR l.region IN", regions::ancestry(place)).push(")");
    db.all(sql.push_value(" ORDER BY l.name, l.id LIMIT ", limit)).await
}

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// How many rows [`page`] has in all.
pub async fn count(db: &mut Conn, scope: &Scope, is_ended: bool) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM patrol_lists l WHERE TRUE");
    let sql = ended(within(sql, scope), is_ended);
    let Count(n) = db.one(sql.push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted")).await?;
    Ok(n)
}

/// A list within the scope.
pub async fn get(db: &mut Conn, scope: &Scope, id: Id<List>) -> Result<List> {
    db.optional(within(lists().push_value(" AND l.id = ", id), scope)).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// A list within the scope, which nobody else changes until this transaction ends.
pub async fn lock(tx: &mut Tx, scope: &Scope, id: Id<List>) -> Result<List> {
    let sql = within(lists().push_value(" AND l.id = ", id), scope);
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE OF l") } else { sql };
    tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// Whether there is a list of that name at a place.
pub async fn named_unscoped(db: &mut Conn, region: &RegionCode, name: &str) -> Result<Option<List>> {
    let sql = lists().push_value(" AND l.region = ", region).push_value(" AND l.name = ", name);
    db.optional(sql.push(" AND l.ends_on IS NULL LIMIT 1")).await
}

/// Puts a list in.
pub async fn insert(tx: &mut Tx, list: &List) -> Result<()> {
    let at = |level| list.region.at(level);
    tx.execute(sql!(
        "INSERT INTO patrol_lists (id, name, region, city, county, township, village, grid, kinds, rhythm, due_in, begins_on,
             version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)",
        list.id,
        &list.name,
        &list.region,
        at(Level::City),
        at(Level::County),
        at(Level::Township),
        at(Level::Village),
        at(Level::Grid),
        serde_json::json!(list.kinds),
        list.rhythm.as_str(),
        list.due_in,
        list.begins_on,
    ))
    .await?;
    Ok(())
}

/// Writes a list as it shall be; false when somebody else changed it meanwhile.
pub async fn update(tx: &mut Tx, list: &List, seen: i64) -> Result<bool> {
    let changed = tx
        .execute(sql!(
            "UPDATE patrol_lists
             SET name = $1, kinds = $2, rhythm = $3, due_in = $4, ends_on = $5, version = version + 1
             WHERE id = $6
               AND version = $7",
            &list.name,
            serde_json::json!(list.kinds),
            list.rhythm.as_str(),
            list.due_in,
            list.ends_on,
            list.id,
            seen,
        ))
        .await?;
    Ok(changed == 1)
}

/// Ticks a thing off in a round; ticked again, the later word stands, and a case it became stays with it.
pub async fn tick(
    tx: &mut Tx,
    (list, round): (Id<List>, Day),
    (item, seen_on, is_well): (Id<Item>, Day, bool),
    (words, case): (Option<String>, Option<Id<Case>>),
) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO patrol_ticks (list, round, item, seen_on, is_well, words, case_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (list, round, item) DO UPDATE
         SET seen_on = excluded.seen_on, is_well = excluded.is_well, words = excluded.words,
             case_id = COALESCE(excluded.case_id, patrol_ticks.case_id)",
        list,
        round,
        item,
        seen_on,
        is_well,
        words,
        case,
    ))
    .await?;
    Ok(())
}

/// The tick of a thing in a round.
pub async fn tick_of(db: &mut Conn, (list, round): (Id<List>, Day), item: Id<Item>) -> Result<Option<Tick>> {
    let sql = ticks().push_value(" WHERE t.list = ", list).push_value(" AND t.round = ", round);
    db.optional(sql.push_value(" AND t.item = ", item)).await
}

fn ticks() -> Sql {
    sql!(
        "SELECT t.item, t.seen_on, t.is_well, t.words, t.case_id, c.number
         FROM patrol_ticks t
         LEFT JOIN cases c ON c.id = t.case_id"
    )
}

/// The ticks of a round by the things of the reader's places, in the order of their keys; served by the primary key.
pub async fn ticks_of(
    db: &mut Conn,
    (list, round): (Id<List>, Day),
    after: Option<Id<Item>>,
    limit: i64,
) -> Result<Vec<Tick>> {
    let sql = ticks().push_value(" WHERE t.list = ", list).push_value(" AND t.round = ", round);
    let sql = sql.push_some(after, |sql, item| sql.push_value(" AND t.item > ", item));
    db.all(sql.push_value(" ORDER BY t.item LIMIT ", limit)).await
}
