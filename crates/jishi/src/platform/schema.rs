//! The steps of the schema, in order.

use db::{Migration, Migrations, Text};

/// One step, read from `migrations/` when compiling: a file, or a file for each database.
macro_rules! step {
    ($name:literal) => {
        Migration { name: $name, text: Text::Shared(include_str!(concat!("../../../../migrations/", $name))) }
    };
    ($name:literal, $sqlite:literal, $postgres:literal) => {
        Migration {
            name: $name,
            text: Text::Apart {
                sqlite: include_str!(concat!("../../../../migrations/", $sqlite)),
                postgres: include_str!(concat!("../../../../migrations/", $postgres)),
            },
        }
    };
}

/// All steps. A step that has been released is never edited; a change is a new step.
pub const MIGRATIONS: Migrations = &[
    step!("0001_base.sql"),
    step!("0002_assists.sql"),
    step!("0003_lists.sql"),
    step!("0004_words.sql", "0004_words.sqlite.sql", "0004_words.postgres.sql"),
    step!("0005_staff_phone.sql"),
    step!("0006_imports.sql"),
    step!("0007_messages.sql"),
    step!("0008_sources.sql"),
    step!("0009_disclosure.sql"),
    step!("0010_register.sql"),
    step!("0011_routing.sql"),
    step!("0012_phrases.sql"),
    step!("0013_ended.sql"),
    step!("0014_saved_views.sql"),
    step!("0016_sounds.sql"),
    step!("0018_split.sql"),
    step!("0019_plans.sql"),
    step!("0020_paths.sql", "0020_paths.sqlite.sql", "0020_paths.postgres.sql"),
    step!("0021_pleas.sql"),
    step!("0022_whistles.sql"),
    step!("0024_enforcement.sql"),
    step!("0026_mediation.sql"),
    step!("0027_recurrence.sql"),
    step!("0028_indicators.sql"),
    step!("0029_signs.sql"),
    step!("0030_call_backs.sql"),
    step!("0031_rechecks.sql"),
    step!("0032_shares.sql"),
    step!("0033_supervision.sql"),
    step!("0034_redrawings.sql"),
    step!("0035_plans_and_appeals.sql"),
    step!("0036_cancelled_hearings.sql"),
    step!("0037_checks_of_a_whistle.sql"),
    step!("0038_why_and_undo.sql"),
    step!("0040_transparency.sql"),
    step!("0041_signed_again.sql"),
    step!("0042_links.sql"),
    step!("0043_neighbours.sql"),
    step!("0044_sent_and_moved_again.sql"),
    step!("0045_vault_keys.sql"),
    step!("0046_conflict.sql"),
    step!("0047_objections.sql"),
    step!("0048_retention.sql"),
    step!("0049_waits_and_lacking.sql"),
];
