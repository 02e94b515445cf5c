//! Questions and answers of every import of a file: a dry run first, then all rows or none.

use kernel::{Error, Lang};
use serde::{Deserialize, Serialize};

use super::extract::Operation;
use crate::platform::{
    access::Actor,
    import::{Mode, Report, RowError},
};

/// How an import is to be done.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// Only say what the import would do.
    #[serde(default)]
    pub dry_run: bool,
}

/// What an import did, or would do. With errors nothing was written.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ImportAnswer {
    /// Rows that were new.
    pub inserted: i64,
    /// Rows that changed what was there.
    pub changed: i64,
    /// Rows that were there already.
    pub unchanged: i64,
    /// What is to be mended.
    pub errors: Vec<ImportError>,
}

impl ImportAnswer {
    /// What is told of a report.
    pub fn new(report: &Report, lang: Lang) -> Self {
        let error = |error: &RowError| ImportError {
            line: error.line,
            column: error.field.field.clone(),
            message: error.message(lang),
        };
        let errors = report.errors.iter().map(error).collect();
        Self { inserted: report.inserted, changed: report.changed, unchanged: report.unchanged, errors }
    }
}

/// A mistake in one row of an import.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ImportError {
    /// Line of the file from 1, or number of the feature from 1.
    pub line: i64,
    /// The column.
    pub column: String,
    /// What is wrong with it, and what to do.
    pub message: String,
}

/// Dry, or to be written under the operation's key.
///
/// # Errors
/// `idempotency_key_missing`.
pub fn mode(dry_run: bool, operation: &Operation, actor: &Actor, name: &'static str) -> Result<Mode, Error> {
    if dry_run { Ok(Mode::Dry) } else { operation.by(actor.person, name).map(Mode::Write) }
}
