//! Units and staff from CSV files: all rows or none, every mistake with its line.

mod actions;
mod rules;

pub use actions::{import_staff, import_units};
pub use rules::{Mistake, Report};
