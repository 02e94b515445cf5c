//! 核实回访: somebody other than the handler asks the resident whether it is solved.
//!
//! Words: a *call-back* 回访 is one result (or one withdrawal that was drawn) about which a resident is to be asked; an
//! *attempt* 回访记录 is one call, one visit or one link; a *desk* is the place whose office asks; a *link* 评价链接 opens the
//! verdict of one report, once, to whoever holds the telephone that was left.
//!
//! Must hold: neither persons nor units ask about their own work; three attempts without an answer, on different days, are
//! "unverified" and never "satisfied"; attempts and visits have their cap; whoever asks to be left alone is; which
//! withdrawn cases are asked about is drawn by the system. What residents said stands with the case alone.
//!
//! Rows written: one a result, one an attempt, beside those of the case.

mod actions;
pub mod http;
mod model;
mod rules;
mod store;
mod told;
mod views;

pub use actions::{demo_day, draw_withdrawn, follow, phone_erased, schedules};
pub use model::{AttemptOutcome, CallBackKind, CallBackState, Way};
pub use store::waits_of_unscoped;
pub use told::waiting_for;
