//! 删除记录: that personal data was erased, kept so that an auditor can see it happened: which sort, how many, of which matter,
//! after which term, by the platform or by the person's wish.
//!
//! Must hold: a record names nobody: no case, no report, no number, and a day instead of a moment. It is written in the
//! transaction that erases.

pub mod http;
mod model;
mod store;
mod views;

pub use model::{Cause, Erased, What};
pub use store::record;
