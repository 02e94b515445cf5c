//! A detail is sealed for its row, and for no other.

use kernel::{Id, Instant, Result};

use super::{Field, LOOK_DAYS, Report};
use crate::{modules::App, platform::keys::SealedColumn};

/// Encrypts a detail outside the transaction: nothing slow happens inside.
#[derive(Debug)]
pub struct Sealed {
    pub(super) field: Field,
    pub(super) cipher: Vec<u8>,
    pub(super) mask: String,
    pub(super) lookup: Vec<u8>,
    pub(super) look_at: Instant,
}

/// What is sealed here.
pub const SEALED: &[SealedColumn] =
    &[SealedColumn { table: "contacts", id: "report", field: Some("field"), cipher: "cipher", context: bound_to }];

fn bound_to(report: &str, field: &str) -> String {
    format!("contact {report} {field}")
}

pub(super) fn context(report: Id<Report>, field: Field) -> String {
    bound_to(&report.to_string(), field.as_str())
}

/// Seals `value` for its row.
///
/// # Errors
/// `internal` when encryption fails.
pub fn seal(app: &App, report: Id<Report>, field: Field, value: &str, mask: String) -> Result<Sealed> {
    let cipher = app.keys.seal(&app.chance, &context(report, field), value)?;
    let look_at = app.now().plus_days(LOOK_DAYS);
    Ok(Sealed { field, cipher, mask, lookup: app.keys.lookup(field.as_str(), value), look_at })
}
