//! Units and staff from CSV files: all rows or none, every mistake with its line.

mod actions;
pub mod http;
mod rules;
mod staff;
mod undo;

pub use actions::{UnitsDone, UnitsFile, import_units, units_in};
pub use rules::Welcome;
pub use staff::{Outcome, StaffDone, StaffFile, import_staff, staff_in};
pub use undo::{Brought, undo_in};
