//! A file of items: looked at first, then all rows or none. What it is compared with is what is there: the same file again
//! changes nothing, a changed one what differs.

mod actions;
mod columns;
mod ground;
mod plan;
mod template;

pub use actions::{ItemsFile, import, import_csv};
pub use columns::{COLUMNS, heading};
pub use template::template;
