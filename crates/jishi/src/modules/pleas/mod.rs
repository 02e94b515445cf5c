//! 申请与裁定: what the unit that leads a case asks for and somebody else decides. More time (延期), a clock that stands
//! still for a procedure of the law (中止), parking (挂账), another unit (派单异议), not to count in assessments (剔除).
//!
//! Words: a *plea* 申请 is one such request; its *arbiter* 裁定人 is the township's or the county's dispatcher or leader, never
//! whoever asked, handles or gave the case. The *reason* is read by staff, what is *told* 告知 by the resident.
//!
//! Must hold: meanwhile the clock runs (先办后议) and the work goes on; nothing is granted without words for the resident
//! where it touches them; "cannot be solved now" is an honest state, reviewed within 30 days and public without persons;
//! a case that does not count is handled all the same. What is granted is done by `cases` in the same transaction.

mod actions;
pub mod demo;
mod exclusions;
mod export;
mod file;
pub mod http;
mod limits;
mod model;
mod rules;
mod store;
mod told;
mod views;

pub use actions::{ask, decide, follow, import_packaged, refresh, schedules};
pub use file::{KIND, parse};
pub use limits::Pleas;
pub use model::{Arbiter, Plea, PleaKind, PleaState, Wish};
pub use rules::Ruling;
pub use store::{ParkedRow, open_of_unscoped, parked_of_unscoped};
pub use told::waiting_for;
