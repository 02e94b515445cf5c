//! The steps of the schema, in order.

use db::{Migration, Migrations};

/// One step, read from `migrations/` when compiling.
macro_rules! step {
    ($name:literal) => {
        Migration { name: $name, text: include_str!(concat!("../../../../migrations/", $name)) }
    };
}

/// All steps. A step that has been released is never edited; a change is a new step.
pub const MIGRATIONS: Migrations = &[
    step!("0001_base.sql"),
    step!("0002_assists.sql"),
    step!("0003_lists.sql"),
    step!("0005_staff_phone.sql"),
    step!("0006_imports.sql"),
];
