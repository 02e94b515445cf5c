//! SQL of registrations, needs and projects, and of the public rows of needs.

mod needs;
mod projects;
mod public;
mod registrations;

use db::{FromRow, Row, Sql};
use kernel::{Id, Level, RegionCode, Result};

pub use self::{
    needs::{NeedFilter, insert_need, lock_need, need, need_count, need_page, need_unscoped, update_need},
    projects::{ProjectFilter, insert_project, lock_project, project, project_count, project_page, update_project},
    public::{PublicNeed, conceal, disclose, open_count, open_needs},
    registrations::{
        RegistrationFilter, accepted_near, insert_registration, kinds_unscoped, lock_registration, registered,
        registration, registration_count, registration_page, registration_unscoped, update_registration,
    },
};
use crate::platform::access::{Person, Scope};

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// Whose rows: those of one's places, and of one's own unit and oneself.
#[derive(Clone, Debug)]
pub struct Whose {
    /// Places, and units.
    pub scope: Scope,
    /// Oneself.
    pub person: Id<Person>,
}

/// Each table in its own words: fragments of a statement are static.
#[derive(Clone, Copy, Debug)]
struct Columns {
    city: &'static str,
    county: &'static str,
    township: &'static str,
    village: &'static str,
    province: &'static str,
}

/// A community is a village; who answers for a grid of it belongs to it.
fn at(sql: Sql, columns: Columns, place: &RegionCode) -> Sql {
    let village = place.at(Level::Village);
    match place.level() {
        Level::Province => sql.push_value(columns.province, place),
        Level::City => sql.push_value(columns.city, place),
        Level::County => sql.push_value(columns.county, place),
        Level::Township => sql.push_value(columns.township, place),
        _ => sql.push_value(columns.village, village.as_ref().unwrap_or(place)),
    }
}

fn places(sql: Sql, columns: Columns, scope: &Scope) -> Sql {
    scope.places.iter().fold(sql, |sql, place| at(sql.push(" OR "), columns, place))
}
