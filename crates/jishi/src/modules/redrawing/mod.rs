//! 重划: drawing the areas of places anew, and everything that follows from it, in one transaction.
//!
//! Words: see `regions/redraw`. What follows: open cases go to the place that answers for them now, each with an entry in
//! its history; posts on a place that ends are held at all its successors; units, accounts and signs go with it. Each
//! redrawing is kept with what it changed (`redrawings`), so that it can be *taken back* 撤回: what ended stands again, what
//! began ends, and what went along goes back, unless somebody moved it since.
//!
//! Must hold: a trial says what the real thing would do, because it is the same code in a transaction that is undone;
//! whoever drew on something that has changed since is told; no place ends without one that takes over. Taking back deletes
//! nothing: codes stay dated, the trail says both; it is refused while a later redrawing touches the same ground, and for
//! what was changed by hand since, each with its reason. Rows written: one a redrawing, besides those of what follows.

mod actions;
pub mod demo;
pub mod http;
mod model;
mod past;
mod store;

pub use actions::{BoundariesDone, import_boundaries, import_shapefile, redraw};
pub use model::Outcome;
pub use past::TakenBack;
