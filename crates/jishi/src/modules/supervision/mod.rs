//! 督办: a superior watches over a case until they let it go.
//!
//! Words: a *supervision* 督办 has a *grade* 等级 (yellow, orange, red), a *trigger* 情形 (late, done twice in vain, many
//! residents, an untrue result, a leader's instruction), a demand 督办要求, an owner 责任人 in the unit, a time to answer and,
//! if need be, a meeting 约谈. The unit answers with what it did; whoever imposed it *releases* 解除 it, and nobody else.
//!
//! Must hold: one at a time in a case, whose grade only rises; what the platform proposes by the rules of the catalogue is
//! released by a leader of the place; whoever handles the case never does. It watches units and deadlines, not persons.

mod actions;
pub mod demo;
mod export;
mod file;
pub mod http;
mod model;
mod paper;
mod rules;
mod store;
mod told;
mod triggers;
mod views;

pub use actions::{import_packaged, impose, refresh, schedules, watch};
pub use file::{KIND, parse};
pub use told::{waiting_for, waiting_for_unit};
pub use triggers::Triggers;
