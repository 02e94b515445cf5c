//! 办理公开: what everyone may read of what was asked and what became of it.
//!
//! Words: a *disclosure* 公开 is what the office keeps of a case in this respect: how much is public, and its *summary*
//! 公开摘要, a few words that staff wrote or approved. A *disclosed case* is the public row. *Figures* count them for a place.
//!
//! Must hold: everything public is read from tables that hold nothing else; no words of residents, no number of a case,
//! nothing finer than the grid; what is only counted never shows fewer than five apart; a figure is the count of the list
//! it opens; no step of a case waits for any of it, and following what happened gives the same as counting anew.

mod actions;
pub mod http;
mod model;
mod rules;
mod store;
mod views;

pub use actions::{fill_demo, follow, rebuild, schedules};
pub use model::{DeskList, NotFixedReason, PublicState, Shown, SummaryState};
pub use rules::FEW;
pub use views::{PublicCase, some_unscoped};
