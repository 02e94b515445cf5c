//! 重划: drawing the areas of places anew, and everything that follows from it, in one transaction.
//!
//! Words: see `regions/redraw`. What follows: open cases go to the place that answers for them now, each with an entry in
//! its history; posts on a place that ends are held at all its successors; units, accounts and signs go with it.
//!
//! Must hold: a trial says what the real thing would do, because it is the same code in a transaction that is undone;
//! whoever drew on something that has changed since is told; no place ends without one that takes over.

mod actions;
pub mod http;
mod model;

pub use actions::{BoundariesDone, import_boundaries, import_shapefile, redraw};
pub use model::Outcome;
