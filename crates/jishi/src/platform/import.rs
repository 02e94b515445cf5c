//! What every import of a file has in common: who brings it in, a dry run first, all rows or none, every mistake with its
//! line.

use kernel::{Error, FieldError, Lang, RegionCode, Result};

use super::{
    access::{Actor, Permission, Scope},
    idempotency::Key,
    trail::By,
};

/// Whether an import is to be written.
#[derive(Clone, Debug)]
pub enum Mode {
    /// Only say what it would do.
    Dry,
    /// Write it, once a key.
    Write(Key),
}

/// Who imports or changes: a member of staff within their scope, or the platform itself (command line, demonstration).
#[derive(Clone, Debug)]
pub struct Writer {
    /// As whom it stands on the trail.
    pub by: By,
    /// Where they may write; none for the platform itself.
    pub scope: Option<Scope>,
}

impl Writer {
    /// A member of staff who may do this.
    ///
    /// # Errors
    /// `forbidden` without the permission.
    pub fn staff(actor: &Actor, permission: Permission) -> Result<Self> {
        let scope = actor.require(permission)?;
        Ok(Self { by: By::actor(actor, actor.acting(permission, None, None)), scope: Some(scope) })
    }

    /// The platform itself.
    pub fn platform() -> Self {
        Self { by: By::nobody(), scope: None }
    }

    /// Whether nobody of the staff does it.
    pub fn is_platform(&self) -> bool {
        self.scope.is_none()
    }

    /// Whether a place is theirs to write about.
    pub fn covers(&self, place: &RegionCode) -> bool {
        self.scope.as_ref().is_none_or(|scope| scope.covers(place))
    }
}

/// A mistake in one row of an import.
#[derive(Clone, Debug)]
pub struct RowError {
    /// The line of the file, from 1, the head counted; of a GeoJSON file the number of the feature.
    pub line: i64,
    /// What is wrong, at which column.
    pub field: FieldError,
}

impl RowError {
    /// The first mistake of a row.
    pub fn new(line: i64, error: &Error) -> Self {
        let first = error.fields().first().cloned();
        let whole = || FieldError { field: String::new(), code: error.code(), params: Vec::new() };
        Self { line, field: first.unwrap_or_else(whole) }
    }

    /// All mistakes of a row.
    pub fn all(line: i64, error: &Error) -> Vec<Self> {
        error.fields().iter().map(|field| Self { line, field: field.clone() }).collect()
    }

    /// The sentence for a reader.
    pub fn message(&self, lang: Lang) -> String {
        self.field.sentence(lang)
    }
}

/// What an import did, or on a dry run would do. With errors nothing was written.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// New rows.
    pub inserted: i64,
    /// Rows that were there and are different now.
    pub changed: i64,
    /// Rows that were there already, just so.
    pub unchanged: i64,
    /// What is to be mended.
    pub errors: Vec<RowError>,
}

impl Report {
    /// A file with mistakes, in the order of its lines.
    pub fn refused(mut errors: Vec<RowError>) -> Self {
        errors.sort_by_key(|error| error.line);
        Self { errors, ..Self::default() }
    }

    /// The numbers as kept with the operation's key.
    pub fn pack(&self) -> String {
        format!("{} {} {}", self.inserted, self.changed, self.unchanged)
    }

    /// The numbers that were kept.
    pub fn unpack(text: &str) -> Self {
        let mut numbers = text.split(' ').map(|number| number.parse().unwrap_or(0));
        let mut next = || numbers.next().unwrap_or(0);
        Self { inserted: next(), changed: next(), unchanged: next(), errors: Vec::new() }
    }
}
