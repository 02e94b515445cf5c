//! 巡查: lists of things to be looked at again and again, and the ticks of a round.
//!
//! Words: a *patrol list* 巡查清单 has a place, kinds of the register, a *rhythm* 周期 and a day by which a round is done; a
//! *round* 轮次 is one week, month or season of it; a *tick* 打勾 says that a thing was looked at in a round, and whether it is
//! well or needs something, which is then a case about that thing.
//!
//! Must hold: a tick is a fact about the thing. It keeps nobody's name, no coordinates, no photo; what is counted is how many
//! things of a list were looked at, never how many by whom.

mod actions;
pub mod demo;
pub mod http;
mod model;
mod rules;
mod store;
mod views;

pub use model::{List, Rhythm};
pub use views::{PatrolDue, due_at};
