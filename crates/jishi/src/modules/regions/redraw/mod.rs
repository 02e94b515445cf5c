//! 重划: the areas of the places directly in one, drawn anew. Pure: what it means is decided here, written in
//! `actions/redraw.rs`.
//!
//! Words: a *drawing* is what there is to draw on; a *redrawing* says the areas as they shall be. An area is that of a
//! place which stays, or of a new one; what it takes over from ends. Of several that take over from one place, one is the
//! *heir*, to whom goes what has no point of its own. A redrawing is *taken back* by the same means, turned round: what
//! ended stands again, what began ends.

mod back;
mod findings;
mod model;
mod plan;
mod redrawn;

pub(super) use self::plan::{Plan, plan};
pub use self::{
    back::{Along, Before, Journal, Moves, Overwritten, mark_of},
    findings::{Drawn, Finding, FindingKind, findings},
    model::{Area, Begun, Drawing, DrawnPlace, Ended, Redrawing},
    redrawn::{Lying, MovedSpot, Redrawn},
};
