//! A connection, and a transaction's hold on one.

use std::ops::{Deref, DerefMut};

use futures::{Stream, StreamExt, TryStreamExt, stream};
use kernel::{Code, Error, Result};
use sqlx::{
    AssertSqlSafe, Either, Postgres, Sqlite, pool::PoolConnection, postgres::PgArguments, query::Query,
    sqlite::SqliteArguments,
};
use tokio::sync::oneshot;

use crate::{Backend, FromRow, Row, Sql, Value, coverage};

/// A connection to either database. On SQLite those of [`crate::Db::read`] refuse to write.
pub enum Conn {
    /// to SQLite
    Sqlite(PoolConnection<Sqlite>),
    /// to PostgreSQL
    Postgres(PoolConnection<Postgres>),
}

impl Conn {
    /// Which database this is; for the few fragments that differ (`docs/portable-sql.md`).
    pub fn backend(&self) -> Backend {
        match self {
            Self::Sqlite(_) => Backend::Sqlite,
            Self::Postgres(_) => Backend::Postgres,
        }
    }

    /// Runs a statement; returns how many rows it touched.
    ///
    /// # Errors
    /// `internal` when the database refuses it, `forbidden_character` when a value holds a NUL (so all of these).
    pub async fn execute(&mut self, sql: Sql) -> Result<u64> {
        self.prepare(&sql)?;
        match self {
            Self::Sqlite(conn) => sqlite(&sql).execute(&mut **conn).await.map(|done| done.rows_affected()),
            Self::Postgres(conn) => postgres(&sql).execute(&mut **conn).await.map(|done| done.rows_affected()),
        }
        .map_err(|error| failed(&sql, &error))
    }

    /// All rows of an answer.
    ///
    /// # Errors
    /// `internal` when the database refuses the statement or a column does not fit.
    pub async fn all<T: FromRow>(&mut self, sql: Sql) -> Result<Vec<T>> {
        self.prepare(&sql)?;
        match self {
            Self::Sqlite(conn) => {
                let rows = sqlite(&sql).fetch_all(&mut **conn).await.map_err(|error| failed(&sql, &error))?;
                rows.into_iter().map(|row| T::from_row(&Row::Sqlite(row))).collect()
            }
            Self::Postgres(conn) => {
                let rows = postgres(&sql).fetch_all(&mut **conn).await.map_err(|error| failed(&sql, &error))?;
                rows.into_iter().map(|row| T::from_row(&Row::Postgres(row))).collect()
            }
        }
    }

    /// The first row of an answer, if there is one.
    ///
    /// # Errors
    /// `internal` when the database refuses the statement or a column does not fit.
    pub async fn optional<T: FromRow>(&mut self, sql: Sql) -> Result<Option<T>> {
        self.prepare(&sql)?;
        let row = match self {
            Self::Sqlite(conn) => sqlite(&sql).fetch_optional(&mut **conn).await.map(|row| row.map(Row::Sqlite)),
            Self::Postgres(conn) => postgres(&sql).fetch_optional(&mut **conn).await.map(|row| row.map(Row::Postgres)),
        }
        .map_err(|error| failed(&sql, &error))?;
        row.map(|row| T::from_row(&row)).transpose()
    }

    /// The one row of an answer that always has one, such as a count.
    ///
    /// # Errors
    /// `internal` as above, and when there is no row.
    pub async fn one<T: FromRow>(&mut self, sql: Sql) -> Result<T> {
        let site = sql.site;
        self.optional(sql).await?.ok_or_else(|| Error::internal(format!("no row from {}:{}", site.file, site.line)))
    }

    /// The rows of an answer one by one, for exports that must not fill the memory.
    pub fn stream<'c, T: FromRow + Send + 'c>(&'c mut self, sql: &'c Sql) -> impl Stream<Item = Result<T>> + Send + 'c {
        let refused = stream::iter(self.prepare(sql).err().map(Err));
        let rows = match self {
            Self::Sqlite(conn) => Either::Left(sqlite(sql).fetch(&mut **conn).map_ok(Row::Sqlite)),
            Self::Postgres(conn) => Either::Right(postgres(sql).fetch(&mut **conn).map_ok(Row::Postgres)),
        };
        let rows = match rows {
            Either::Left(rows) => rows.left_stream(),
            Either::Right(rows) => rows.right_stream(),
        };
        // The statement runs when its rows are asked for, which nobody does after a refusal.
        refused.chain(rows.map(move |row| row.map_err(|error| failed(sql, &error)).and_then(|row| T::from_row(&row))))
    }

    /// What comes before every statement: it is counted as executed here, and its values must be storable everywhere.
    fn prepare(&self, sql: &Sql) -> Result<()> {
        coverage::note(sql.site, self.backend());
        if sql.values.iter().any(Value::has_nul) { Err(Error::new(Code::ForbiddenCharacter)) } else { Ok(()) }
    }

    /// Closes the connection instead of handing it to the next caller.
    pub(crate) fn close_on_drop(&mut self) {
        match self {
            Self::Sqlite(conn) => conn.close_on_drop(),
            Self::Postgres(conn) => conn.close_on_drop(),
        }
    }

    /// Runs a fixed text without values, outside the count of statements: transaction control and migrations.
    pub(crate) async fn raw(&mut self, text: &str) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(conn) => sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut **conn).await.map(|_| ()),
            Self::Postgres(conn) => sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut **conn).await.map(|_| ()),
        }
    }
}

/// Builds the bound query for one backend.
macro_rules! bound {
    ($sql:ident, $uuid:expr) => {
        $sql.values.iter().fold(sqlx::query(AssertSqlSafe($sql.text.as_ref())), |query, value| match value {
            Value::Bool(v) => query.bind(*v),
            Value::Int(v) => query.bind(*v),
            Value::Float(v) => query.bind(*v),
            Value::Text(v) => query.bind(v.as_deref()),
            Value::Bytes(v) => query.bind(v.as_deref()),
            Value::Uuid(v) => query.bind(v.map($uuid)),
            Value::Json(v) => query.bind(v.as_ref()),
        })
    };
}

fn sqlite(sql: &Sql) -> Query<'_, Sqlite, SqliteArguments> {
    bound!(sql, uuid::Uuid::hyphenated)
}

fn postgres(sql: &Sql) -> Query<'_, Postgres, PgArguments> {
    bound!(sql, std::convert::identity)
}

/// The cause names the place and the text of the statement, never its values: they may be personal.
fn failed(sql: &Sql, error: &sqlx::Error) -> Error {
    Error::internal(format!("{error} at {}:{}: {}", sql.site.file, sql.site.line, sql.text))
}

/// A write transaction, owned by the action it was given to. Dropping it hands the connection back; whether the work
/// is kept is decided by what the action returns.
pub struct Tx {
    conn: Option<Conn>,
    back: Option<oneshot::Sender<Conn>>,
}

impl Tx {
    /// Lends `conn` out; it comes back through the receiver when the `Tx` is dropped, also by a panic.
    pub(crate) fn lend(conn: Conn) -> (Self, oneshot::Receiver<Conn>) {
        let (back, returned) = oneshot::channel();
        (Self { conn: Some(conn), back: Some(back) }, returned)
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if let (Some(conn), Some(back)) = (self.conn.take(), self.back.take()) {
            let _ = back.send(conn);
        }
    }
}

impl Deref for Tx {
    type Target = Conn;
    #[expect(clippy::expect_used, reason = "only drop takes the connection out")]
    fn deref(&self) -> &Conn {
        self.conn.as_ref().expect("a live transaction has its connection")
    }
}

impl DerefMut for Tx {
    #[expect(clippy::expect_used, reason = "only drop takes the connection out")]
    fn deref_mut(&mut self) -> &mut Conn {
        self.conn.as_mut().expect("a live transaction has its connection")
    }
}
