//! SQL of the room. What everyone may read is read in `public` alone, and there from the public tables alone.

mod counters;
mod office;
mod parked;
mod public;

use db::{FromRow, Row};
use kernel::{Level, Result};

pub(super) use self::{
    counters::{Counters, Portion, bump},
    office::{
        DeskFilter, count_sums_unscoped, counts_unscoped, desk_list, ensure, export, late_unscoped, lock,
        of_cases_unscoped, put, put_public, remove_public,
    },
    parked::{DisclosedParked, parked, parked_count, parked_of, put_parked, remove_parked},
    public::{
        Figure, Years, answered, by_key, by_keys, children_figures, count, days, figures, list, mark_unscoped,
        place_counts, stream, years,
    },
};

/// `column = ` of a level of place.
fn column_is(level: Level) -> &'static str {
    match level {
        Level::Province => "substr(city, 1, 2) = ",
        Level::City => "city = ",
        Level::County => "county = ",
        Level::Township => "township = ",
        Level::Village => "village = ",
        Level::Grid | Level::MicroGrid => "grid = ",
    }
}

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.opt("n")?.unwrap_or_default()))
    }
}
