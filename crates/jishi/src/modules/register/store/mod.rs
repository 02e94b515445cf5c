//! SQL of the register. Nothing here decides anything.

mod facts;
mod items;
mod list;
mod words;

use db::{FromRow, Row, Sql, sql};
use kernel::{Level, Result};

pub use self::list::{OfKind, by_kind, due_count, due_in, known_in};
pub(super) use self::{
    facts::{facts_of, insert_facts},
    items::{
        Key, alive_numbered, by_sign_unscoped, end, get, get_unscoped, insert, known_unscoped, lock, move_item,
        names_unscoped, near, open_in_unscoped, refs_unscoped, set_facts, set_seen, set_sign, update, window,
    },
    list::{export, list},
    words::{count_unscoped, put_words, renew_words},
};
use crate::platform::access::Scope;

/// The columns of an item that the program reads.
const COLUMNS: &str =
    "SELECT i.id, i.kind, i.number, i.name, i.county, i.township, i.village, i.grid, i.micro_grid, i.place_text, i.lon, i.lat,
            i.owner, i.sign, i.begins_on, i.ends_on, i.facts, i.stale_on, i.seen_on, i.seen_well, i.version";

/// Items; conditions are pushed behind it.
fn select() -> Sql {
    sql!("").push(COLUMNS).push(" FROM register_items i WHERE TRUE")
}

/// `column = ` of a level of place: a scope or a filter is equality on its level.
fn column_is(level: Level) -> &'static str {
    match level {
        Level::Province => "substr(i.city, 1, 2) = ",
        Level::City => "i.city = ",
        Level::County => "i.county = ",
        Level::Township => "i.township = ",
        Level::Village => "i.village = ",
        Level::Grid => "i.grid = ",
        Level::MicroGrid => "i.micro_grid = ",
    }
}

/// What is known otherwise, if it is in the scope: by its place, or because one of the units looks after it.
fn within(sql: Sql, scope: &Scope) -> Sql {
    let mut sql = sql.push(" AND (FALSE");
    for place in &scope.places {
        sql = sql.push(" OR ").push_value(column_is(place.level()), place);
    }
    for unit in &scope.units {
        sql = sql.push_value(" OR i.owner = ", *unit);
    }
    sql.push(")")
}

/// How many there are of something.
struct Number(i64);

impl FromRow for Number {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}
