//! 工作日历与时限: which days are worked, and when a time limit ends.
//!
//! A deadline is a pure function of start, limit, calendar, pauses and extension, and explains itself ([`deadline`],
//! [`adjusted`]). The calendar comes in
//! as text files, one a year, through the catalogue; a year that nobody has published is assumed from the weekly rule
//! and every deadline that rests on it says so.
//!
//! Writes: an import is one catalogue row and one entry on the trail.

mod actions;
mod file;
pub mod http;
mod model;
mod rules;
mod shelf;
mod store;
#[cfg(test)]
mod tests;

pub use actions::{Imported, KIND, import, import_packaged, read_packaged, refresh};
pub use file::parse;
pub use model::{
    Adjustments, DayKind, Deadline, Extension, LimitKind, Pause, PauseReason, SkipReason, Skipped, SpecialDay,
    TimeLimit, WorkCalendar, YearCalendar,
};
pub use rules::{adjusted, deadline};
pub use shelf::Shelf;
