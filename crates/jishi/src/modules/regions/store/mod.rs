//! SQL of places. Where a place is, what it is called and how far it reaches is for everyone to know: residents choose
//! from the same tree as staff. So every read here is unscoped.

mod boundaries;
mod changes;
mod reading;
mod redraw;
mod search;
mod spots;

use db::Row;
use kernel::{Error, Result};

pub(super) use self::{
    boundaries::{
        Boundary, Kept, areas_unscoped, boundaries_of_unscoped, forget_boundary, geometry_unscoped, outline_unscoped,
        outlines_in_unscoped, put_boundary, seats_unscoped,
    },
    changes::{insert, keep_former, last_change_unscoped, move_code, remove, update},
    reading::{
        all_of_unscoped, called_unscoped, child_counts_unscoped, children_unscoped, counts_unscoped, former_unscoped,
        get_unscoped, points_unscoped, refs_unscoped,
    },
    redraw::{boundaries_within_unscoped, lock_place, move_spot, used_codes_unscoped},
    search::{Field, beginning_with_unscoped, codes_beginning_with_unscoped, containing_unscoped},
    spots::{SpotRow, insert_spot, spot_unscoped, spots_in_unscoped},
};
use super::model::Kind;

/// Codes asked for in one statement. SQLite finds the place of each value by walking all before it, so that many small
/// statements are much faster than few large ones.
const AT_ONCE: usize = 400;

fn kind(row: &Row) -> Result<Kind> {
    row.parsed("kind", Kind::parse)?.ok_or_else(|| Error::internal("a place without a kind"))
}
