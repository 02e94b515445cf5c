//! 照片: pictures that residents and staff add to a case. Never demanded, never shown without a mark of ours.
//!
//! - A photo goes up first and is known by the SHA-256 of what was sent; the same photo twice is one.
//! - What is kept is our own re-encoding: no place, no camera, no date, nothing hidden behind the picture.
//! - An address of a photo carries a ticket which is good on the day it was made and the next, so that `<img>` works
//!   without headers and an address that leaks is soon worth nothing.
//! - A photo that no case took within a day is thrown away.
//!
//! Rows an upload writes: 1. Rows a photo of a case adds: 1.

mod actions;
pub mod http;
mod model;
mod rules;
mod store;

pub use actions::{Darkroom, keep, reckon_prints, schedules, sweep};
pub use model::{MAX_BYTES, MAX_COUNT, Photo};
pub use store::{attach, attach_evidence, links, must_exist, prints_unscoped};
