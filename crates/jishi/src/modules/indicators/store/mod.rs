//! SQL of the room.

mod counts;
mod rows;
mod sums;

use db::{FromRow, Row, Sql};
use kernel::{Level, Result};

pub use self::{
    counts::{
        Change, Recount, change_counts, clear_filling, counties_unscoped, fill_done, filled_unscoped, recount,
        take_turn,
    },
    rows::{again_unscoped, clocks_of, count, export, marks_of, page, put_marks, set_clock},
    sums::{Grouping, Source, share_by_unit, sums, sums_by},
};

/// `column = ` of a level of place.
fn column_is(level: Level) -> &'static str {
    match level {
        Level::Province => "substr(m.city, 1, 2) = ",
        Level::City => "m.city = ",
        Level::County => "m.county = ",
        Level::Township => "m.township = ",
        Level::Village | Level::Grid | Level::MicroGrid => "m.village = ",
    }
}

/// What of the marks lies in a place. A village is found through its township.
fn push_place(sql: Sql, place: &kernel::RegionCode) -> Sql {
    let sql = match place.at(Level::Township).filter(|_| place.level() > Level::Township) {
        Some(township) => sql.push_value(" AND m.township = ", &township),
        None => sql,
    };
    sql.push(" AND ").push_value(column_is(place.level()), place)
}

/// What is about a class, a group or a matter.
fn push_matter(sql: Sql, matter: &str) -> Sql {
    if matter.split('.').count() == 3 {
        return sql.push_value(" AND m.matter = ", matter);
    }
    // The sign after the dot is the slash.
    sql.push_value(" AND m.matter > ", format!("{matter}.")).push_value(" AND m.matter < ", format!("{matter}/"))
}

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.opt("n")?.unwrap_or_default()))
    }
}
