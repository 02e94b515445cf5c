//! Units and staff from CSV files: all rows or none, every mistake with its line.

mod actions;
pub mod http;
mod rules;
mod staff;

pub use actions::import_units;
pub use rules::Welcome;
pub use staff::import_staff;
