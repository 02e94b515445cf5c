//! Items, one by one.

use db::{Backend, Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{Code, Day, Error, Id, Level, RegionCode, Result};

use super::{super::model::Item, select, within};
use crate::{
    modules::register::{
        model::{Draft, Facts, Seen},
        rules,
    },
    platform::access::Scope,
};

/// Rows of one INSERT; few, because SQLite finds the place of each value by walking all before it.
const ROWS_AT_ONCE: usize = 40;
/// Keys asked for in one statement.
const KEYS_AT_ONCE: usize = 200;

fn json(facts: &Facts) -> serde_json::Value {
    serde_json::to_value(facts).unwrap_or_default()
}

/// An item within the scope.
pub async fn get(db: &mut Conn, scope: &Scope, id: Id<Item>) -> Result<Item> {
    let found = db.optional(within(select().push_value(" AND i.id = ", id), scope)).await?;
    found.ok_or_else(|| Error::new(Code::NotFound))
}

/// An item within the scope, whose row nobody else may change until this transaction ends.
pub async fn lock(tx: &mut Tx, scope: &Scope, id: Id<Item>) -> Result<Item> {
    let sql = within(select().push_value(" AND i.id = ", id), scope);
    // SQLite has one writer and needs no lock.
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE OF i") } else { sql };
    tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// An item for whoever proved a right to it otherwise.
pub async fn get_unscoped(db: &mut Conn, id: Id<Item>) -> Result<Option<Item>> {
    db.optional(select().push_value(" AND i.id = ", id)).await
}

/// Items by their ids, to be named beside something else.
pub async fn refs_unscoped(db: &mut Conn, ids: &[Id<Item>]) -> Result<Vec<Item>> {
    db.all(select().push_list(" AND i.id IN", ids.iter().copied())).await
}

/// The item that carries a sign, for whoever stands before it.
pub async fn by_sign_unscoped(db: &mut Conn, sign: &str) -> Result<Option<Item>> {
    db.optional(select().push_value(" AND i.sign = ", sign)).await
}

/// The item that has a number now; served by `register_items_number`.
pub async fn alive_numbered(db: &mut Conn, county: &RegionCode, kind: &str, number: &str) -> Result<Option<Item>> {
    let sql = select().push_value(" AND i.county = ", county).push_value(" AND i.kind = ", kind);
    db.optional(sql.push_value(" AND i.number = ", number).push(" AND i.ends_on IS NULL")).await
}

/// The items there are now of one kind in a county, by number or, of those without one, by name: what a file is compared
/// with. Served by `register_items_number` and `register_items_county`.
pub async fn known_unscoped(db: &mut Conn, county: &RegionCode, kind: &str, keys: &[Key<'_>]) -> Result<Vec<Item>> {
    let mut found = Vec::new();
    let numbers: Vec<&str> = keys.iter().filter_map(|key| key.number).collect();
    for chunk in numbers.chunks(KEYS_AT_ONCE) {
        let sql = of_kind(county, kind).push_list(" AND i.number IN", chunk.iter().copied());
        found.extend(db.all::<Item>(sql).await?);
    }
    let names: Vec<&str> = keys.iter().filter(|key| key.number.is_none()).map(|key| key.name).collect();
    for chunk in names.chunks(KEYS_AT_ONCE) {
        let sorts = chunk.iter().map(|name| rules::sort_key(kind, None, name));
        found.extend(db.all::<Item>(of_kind(county, kind).push_list(" AND i.sort IN", sorts)).await?);
    }
    Ok(found)
}

fn of_kind(county: &RegionCode, kind: &str) -> Sql {
    select().push_value(" AND i.ends_on IS NULL AND i.county = ", county).push_value(" AND i.kind = ", kind)
}

/// What an item is recognised by in a file.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    /// Its number, if it has one.
    pub number: Option<&'a str>,
    /// Its name.
    pub name: &'a str,
}

/// Puts new items in, many in one statement. Fewer than given come in when a number is taken meanwhile.
pub async fn insert(tx: &mut Tx, items: &[Item]) -> Result<u64> {
    let mut inserted = 0;
    for chunk in items.chunks(ROWS_AT_ONCE) {
        let mut sql = sql!(
            "INSERT INTO register_items (id, kind, number, name, sort, city, county, township, village, grid, micro_grid,
                                         place_text, lon, lat, owner, begins_on, facts, stale_on, version)
             VALUES "
        );
        for (index, item) in chunk.iter().enumerate() {
            let at = |level| item.place.at(level);
            sql = sql
                .push_value(if index == 0 { "(" } else { ", (" }, item.id)
                .push_value(", ", &item.kind)
                .push_value(", ", item.number.as_ref())
                .push_value(", ", &item.name)
                .push_value(", ", rules::sort_key(&item.kind, item.number.as_deref(), &item.name))
                .push_value(", ", at(Level::City))
                .push_value(", ", at(Level::County))
                .push_value(", ", at(Level::Township))
                .push_value(", ", at(Level::Village))
                .push_value(", ", at(Level::Grid))
                .push_value(", ", at(Level::MicroGrid))
                .push_value(", ", item.place_text.as_ref())
                .push_value(", ", item.point.map(|(lon, _)| lon))
                .push_value(", ", item.point.map(|(_, lat)| lat))
                .push_value(", ", item.owner)
                .push_value(", ", item.begins_on)
                .push_value(", ", json(&item.facts))
                .push_value(", ", item.stale_on)
                .push_value(", ", item.version)
                .push(")");
        }
        inserted += tx.execute(sql.push(" ON CONFLICT DO NOTHING")).await?;
    }
    Ok(inserted)
}

/// Writes an item as it shall be; false when somebody else changed it meanwhile.
pub async fn update(tx: &mut Tx, id: Id<Item>, seen: i64, draft: &Draft) -> Result<bool> {
    let at = |level| draft.place.at(level);
    let changed = tx
        .execute(sql!(
            "UPDATE register_items
             SET number = $1, name = $2, sort = $3, city = $4, county = $5, township = $6, village = $7, grid = $8,
                 micro_grid = $9, place_text = $10, lon = $11, lat = $12, owner = $13, begins_on = $14,
                 version = version + 1
             WHERE id = $15
               AND version = $16",
            draft.number.as_ref(),
            &draft.name,
            rules::sort_key(&draft.kind, draft.number.as_deref(), &draft.name),
            at(Level::City),
            at(Level::County),
            at(Level::Township),
            at(Level::Village),
            at(Level::Grid),
            at(Level::MicroGrid),
            draft.place_text.as_ref(),
            draft.point.map(|(lon, _)| lon),
            draft.point.map(|(_, lat)| lat),
            draft.owner,
            draft.begins_on,
            id,
            seen,
        ))
        .await?;
    Ok(changed == 1)
}

/// Writes the facts in force; false when somebody else changed the item meanwhile.
pub async fn set_facts(tx: &mut Tx, item: &Item, facts: &Facts, stale_on: Option<Day>) -> Result<bool> {
    let changed = tx
        .execute(sql!(
            "UPDATE register_items SET facts = $1, stale_on = $2, version = version + 1 WHERE id = $3 AND version = $4",
            json(facts),
            stale_on,
            item.id,
            item.version,
        ))
        .await?;
    Ok(changed == 1)
}

/// Ends an item, or takes its end back; false when somebody else changed it meanwhile.
pub async fn end(tx: &mut Tx, id: Id<Item>, seen: i64, day: Option<Day>) -> Result<bool> {
    let changed = tx
        .execute(sql!(
            "UPDATE register_items SET ends_on = $1, version = version + 1 WHERE id = $2 AND version = $3",
            day,
            id,
            seen,
        ))
        .await?;
    Ok(changed == 1)
}

/// Gives an item the code of its sign; false when it has one.
pub async fn set_sign(tx: &mut Tx, id: Id<Item>, sign: &str) -> Result<bool> {
    let changed =
        tx.execute(sql!("UPDATE register_items SET sign = $1 WHERE id = $2 AND sign IS NULL", sign, id)).await?;
    Ok(changed == 1)
}

/// Notes when an item was last looked at, and how it was. Whoever edits it is not told that it changed.
pub async fn set_seen(tx: &mut Tx, id: Id<Item>, seen: Seen) -> Result<()> {
    tx.execute(sql!("UPDATE register_items SET seen_on = $1, seen_well = $2 WHERE id = $3", seen.on, seen.is_well, id))
        .await?;
    Ok(())
}

/// The items in a window of a map, as far as the limit goes; served by `register_items_point`.
pub async fn window(
    db: &mut Conn,
    scope: &Scope,
    (west, south, east, north): (f64, f64, f64, f64),
    kind: Option<&str>,
    limit: i64,
) -> Result<Vec<Item>> {
    let sql = select()
        .push_value(" AND i.ends_on IS NULL AND i.lat >= ", south)
        .push_value(" AND i.lat <= ", north)
        .push_value(" AND i.lon >= ", west)
        .push_value(" AND i.lon <= ", east)
        .push_some(kind, push_kind);
    db.all(within(sql, scope).push_value(" LIMIT ", limit)).await
}

/// The items around a point, for a report that begins there; the same window, small.
pub async fn near(db: &mut Conn, scope: &Scope, (lon, lat): (f64, f64), degrees: f64, limit: i64) -> Result<Vec<Item>> {
    window(db, scope, (lon - degrees, lat - degrees, lon + degrees, lat + degrees), None, limit).await
}

/// A kind, or a whole class, as a range of the lists' order: the index goes on with it.
pub(super) fn push_kind(sql: Sql, kind: &str) -> Sql {
    let (from, until) =
        if kind.contains('.') { rules::sort_range(kind) } else { (format!("{kind}."), format!("{kind}/")) };
    sql.push_value(" AND i.sort >= ", from).push_value(" AND i.sort < ", until)
}

/// The items of a place that was redrawn, with what says where each is.
pub async fn open_in_unscoped(db: &mut Conn, place: &RegionCode) -> Result<Vec<Item>> {
    db.all(select().push(" AND ").push_value(super::column_is(place.level()), place)).await
}

struct Called(String);

impl FromRow for Called {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("name")?))
    }
}

/// What these items are called.
pub async fn names_unscoped(db: &mut Conn, ids: &[Id<Item>]) -> Result<Vec<String>> {
    let sql = sql!("SELECT name FROM register_items WHERE id").push_list(" IN", ids.iter().copied());
    let rows: Vec<Called> = db.all(sql.push(" ORDER BY name, id")).await?;
    Ok(rows.into_iter().map(|Called(name)| name).collect())
}

/// Says in which place an item is.
pub async fn move_item(tx: &mut Tx, id: Id<Item>, to: &RegionCode) -> Result<()> {
    tx.execute(sql!(
        "UPDATE register_items
         SET township = $1, village = $2, grid = $3, micro_grid = $4, version = version + 1
         WHERE id = $5",
        to.at(Level::Township),
        to.at(Level::Village),
        to.at(Level::Grid),
        to.at(Level::MicroGrid),
        id,
    ))
    .await?;
    Ok(())
}
