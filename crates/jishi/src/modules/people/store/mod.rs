//! SQL of units, people and posts.

mod people;
mod posts;
mod undo;
mod units;

use db::{FromRow, Row};
use kernel::{RegionCode, Result};

pub(super) use self::{
    people::{
        NewPerson, accounts_at, end_person, give_password, insert_person, list_people, people_export, person,
        place_account, place_accounts, reset_password, update_person,
    },
    posts::{
        ColleagueRow, CoverRow, PersonaRow, colleagues_unscoped, covers_of, deputies_of_post, end_post, held_by_others,
        insert_posts, lock_person, lock_role, personas_unscoped, post_unscoped, posts_at, posts_of_person,
        posts_unscoped,
    },
    undo::{active_people, deputised, has_units_below, remove_people, remove_posts, remove_unit, staffed_units},
    units::{
        holders_from, insert_unit, insert_units, list_units, place_unit, units_at, units_by_code, units_export,
        update_unit,
    },
};
pub use self::{
    people::{
        Reach, members_unscoped, people_named_unscoped, people_unscoped, person_of_login_unscoped, reach_unscoped,
    },
    posts::{StandIn, holder_unscoped, holders_unscoped, holds_unscoped, stand_ins_unscoped},
    undo::uses_of_place_unscoped,
    units::{
        NamedUnit, find_unit_unscoped, like_units_unscoped, placed_units_unscoped, unit_record_unscoped,
        units_around_unscoped, units_named_unscoped, units_unscoped,
    },
};

/// A count of rows.
pub(super) struct Count(pub i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// A text that `LIKE` finds anywhere; what the reader typed has no special signs.
fn anywhere(text: &str) -> String {
    format!("%{}%", escaped(&text.trim().to_lowercase()))
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

fn below(place: &RegionCode) -> String {
    format!("{place}%")
}
