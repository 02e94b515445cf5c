//! What comes back.

use std::cell::Cell;

use kernel::{Day, Error, Id, Instant, Names, RegionCode, Result};
use sqlx::{Postgres, Row as _, postgres::PgRow};
use uuid::Uuid;

/// One row of an answer.
pub struct Row<'r>(Inner<'r>);

enum Inner<'r> {
    /// With the column that will probably be asked for next: columns are read in the order they were selected in.
    Sqlite(&'r rusqlite::Row<'r>, Cell<usize>),
    Postgres(PgRow),
}

fn unreadable(name: &str, error: impl std::fmt::Display) -> Error {
    Error::internal(format!("column {name}: {error}"))
}

impl<'r> Row<'r> {
    pub(crate) fn sqlite(row: &'r rusqlite::Row<'r>) -> Self {
        Self(Inner::Sqlite(row, Cell::new(0)))
    }

    pub(crate) fn postgres(row: PgRow) -> Self {
        Self(Inner::Postgres(row))
    }

    /// Reads column `name` as a type that both databases know.
    fn read<T>(&self, name: &str) -> Result<Option<T>>
    where
        T: rusqlite::types::FromSql + for<'d> sqlx::Decode<'d, Postgres> + sqlx::Type<Postgres>,
    {
        match &self.0 {
            Inner::Sqlite(..) => self.read_sqlite(name),
            Inner::Postgres(row) => row.try_get(name).map_err(|error| unreadable(name, error)),
        }
    }

    fn read_sqlite<T: rusqlite::types::FromSql>(&self, name: &str) -> Result<Option<T>> {
        let Inner::Sqlite(row, next) = &self.0 else { return Err(unreadable(name, "not a row of SQLite")) };
        let statement: &rusqlite::Statement<'_> = row.as_ref();
        let columns = statement.column_count();
        let is_it = |index: &usize| statement.column_name(*index).is_ok_and(|column| column == name);
        let index = (next.get()..columns).chain(0..next.get()).find(is_it);
        let index = index.ok_or_else(|| unreadable(name, "not selected"))?;
        next.set((index + 1).min(columns));
        row.get(index).map_err(|error| unreadable(name, error))
    }

    /// Reads a column that SQLite keeps as something else, as `from_sqlite` reads it there.
    fn read_as<T>(&self, name: &str, from_sqlite: impl FnOnce(&Self) -> Result<Option<T>>) -> Result<Option<T>>
    where
        T: for<'d> sqlx::Decode<'d, Postgres> + sqlx::Type<Postgres>,
    {
        match &self.0 {
            Inner::Sqlite(..) => from_sqlite(self),
            Inner::Postgres(row) => row.try_get(name).map_err(|error| unreadable(name, error)),
        }
    }

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

/// Types that both databases know by the same name.
macro_rules! columns {
    ($($type:ty),*) => {$(
        impl FromColumn for $type {
            fn from_column(row: &Row, name: &str) -> Result<Option<Self>> {
                row.read(name)
            }
        }
    )*};
}
columns!(i64, f64, String, Vec<u8>);

impl FromColumn for bool {
    fn from_column(row: &Row, name: &str) -> Result<Option<Self>> {
        row.read_as(name, |row| Ok(row.read_sqlite::<i64>(name)?.map(|number| number != 0)))
    }
}
impl FromColumn for Uuid {
    fn from_column(row: &Row, name: &str) -> Result<Option<Self>> {
        row.read_as(name, |row| row.parsed(name, |text| Self::parse_str(text).ok()))
    }
}
impl FromColumn for serde_json::Value {
    fn from_column(row: &Row, name: &str) -> Result<Option<Self>> {
        row.read_as(name, |row| row.parsed(name, |text| serde_json::from_str(text).ok()))
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
