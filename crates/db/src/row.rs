//! What comes back.

use kernel::{Day, Error, Id, Instant, Names, RegionCode, Result};
use sqlx::{Row as _, postgres::PgRow, sqlite::SqliteRow};
use uuid::Uuid;

/// One row of an answer.
pub enum Row {
    /// from SQLite
    Sqlite(SqliteRow),
    /// from PostgreSQL
    Postgres(PgRow),
}

/// Reads column `$name` of `$self` as `$type` from either database.
macro_rules! read {
    ($self:ident, $name:ident, $type:ty) => {
        match $self {
            Row::Sqlite(row) => row.try_get::<Option<$type>, _>($name),
            Row::Postgres(row) => row.try_get::<Option<$type>, _>($name),
        }
        .map_err(|error| Error::internal(format!("column {}: {error}", $name)))
    };
}

impl Row {
    /// A column that is never NULL.
    ///
    /// # Errors
    /// `internal` when the column is absent, NULL or of another type.
    pub fn get<T: FromColumn>(&self, name: &str) -> Result<T> {
        self.opt(name)?.ok_or_else(|| Error::internal(format!("column {name} is NULL")))
    }

    /// A column that may be NULL.
    ///
    /// # Errors
    /// `internal` when the column is absent or of another type.
    pub fn opt<T: FromColumn>(&self, name: &str) -> Result<Option<T>> {
        T::from_column(self, name)
    }

    /// A text column parsed into a closed set of words.
    ///
    /// # Errors
    /// `internal` when the database holds a word the program does not know.
    pub fn parsed<T>(&self, name: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>> {
        let Some(text) = self.opt::<String>(name)? else { return Ok(None) };
        parse(&text).map(Some).ok_or_else(|| Error::internal(format!("column {name} holds {text:?}")))
    }
}

/// A type that a column can be read as.
pub trait FromColumn: Sized {
    /// Reads it; `None` is NULL.
    ///
    /// # Errors
    /// `internal` when the column is absent or of another type.
    fn from_column(row: &Row, name: &str) -> Result<Option<Self>>;
}

/// A type that a whole row can be read as.
pub trait FromRow: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// `internal` when a column is absent or of another type.
    fn from_row(row: &Row) -> Result<Self>;
}

impl FromColumn for i64 {
    fn from_column(row: &Row, name: &str) -> Result<Option<Self>> {
        read!(row, name, i64)
    }
}
impl FromColumn for bool {
    fn from_column(row: &Row, name: &str) -> Result<Option<Self>> {
        match row {
            Row::Sqlite(_) => Ok(i64::from_column(row, name)?.map(|number| number != 0)),
            Row::Postgres(_) => read!(row, name, bool),
        }
    }
}
impl FromColumn for f64 {
    fn from_column(row: &Row, name: &str) -> Result<Option<Self>> {
        read!(row, name, f64)
    }
}
impl FromColumn for String {
    fn from_column(row: &Row, name: &str) -> Result<Option<Self>> {
        read!(row, name, String)
    }
}
impl FromColumn for Vec<u8> {
    fn from_column(row: &Row, name: &str) -> Result<Option<Self>> {
        read!(row, name, Vec<u8>)
    }
}
impl FromColumn for Uuid {
    fn from_column(row: &Row, name: &str) -> Result<Option<Self>> {
        match row {
            Row::Sqlite(_) => row.parsed(name, |text| Uuid::parse_str(text).ok()),
            Row::Postgres(_) => read!(row, name, Uuid),
        }
    }
}
impl FromColumn for serde_json::Value {
    fn from_column(row: &Row, name: &str) -> Result<Option<Self>> {
        match row {
            Row::Sqlite(_) => row.parsed(name, |text| serde_json::from_str(text).ok()),
            Row::Postgres(_) => read!(row, name, serde_json::Value),
        }
    }
}
impl<T> FromColumn for Id<T> {
    fn from_column(row: &Row, name: &str) -> Result<Option<Self>> {
        Ok(Uuid::from_column(row, name)?.map(Self::from_uuid))
    }
}
impl FromColumn for Instant {
    fn from_column(row: &Row, name: &str) -> Result<Option<Self>> {
        Ok(i64::from_column(row, name)?.map(Self::from_millis))
    }
}
impl FromColumn for Day {
    fn from_column(row: &Row, name: &str) -> Result<Option<Self>> {
        row.parsed(name, |text| text.parse().ok())
    }
}
impl FromColumn for RegionCode {
    fn from_column(row: &Row, name: &str) -> Result<Option<Self>> {
        row.parsed(name, |text| Self::parse(text).ok())
    }
}
impl FromColumn for Names {
    fn from_column(row: &Row, name: &str) -> Result<Option<Self>> {
        let Some(json) = serde_json::Value::from_column(row, name)? else { return Ok(None) };
        serde_json::from_value(json).map(Some).map_err(|error| Error::internal(format!("column {name}: {error}")))
    }
}
