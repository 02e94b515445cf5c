//! 保存期限: how long contact details are kept after a case has ended, as text of the catalogue (`catalog/retention.toml`); the
//! job that erases them; and what residents may do with what they left: see it, have a copy, have it erased (PIPL §44–47).
//!
//! Must hold: nothing is erased by the job while a case is open or anything about it waits; an erasure, its step in the history
//! and its line in the deletion record are one transaction; the log still verifies, because it never committed to a detail.
//! What a step of the job writes: at most [`TOGETHER`] details to a transaction.

mod actions;
mod copy;
pub mod demo;
mod file;
pub mod http;
mod model;
mod own;
mod rules;

pub use actions::{erase_due, import_packaged, refresh, schedules};
pub use file::{KIND, packaged, parse};
pub use model::{MatterTerm, Terms};
pub use rules::{DAYS_MAX, DAYS_MIN};

/// Details that are looked at in one transaction, and so at most as many reports.
const TOGETHER: i64 = 100;
