//! A connection, and a transaction's hold on one.

use std::{
    fmt::Display,
    ops::{ControlFlow, Deref, DerefMut},
};

use futures::{Stream, StreamExt};
use kernel::{Code, Error, Result};
use sqlx::AssertSqlSafe;
use tokio::sync::{mpsc, oneshot};
use tokio_stream::wrappers::ReceiverStream;

use crate::{
    Backend, FromRow, Row, Sql, Value, coverage,
    postgres::{Link, bound},
    sqlite::Lease,
};

/// Rows of a stream that may wait for their reader.
const AHEAD: usize = 256;

/// A connection to either database. On SQLite those of [`crate::Db::read`] refuse to write.
pub enum Conn {
    /// to SQLite
    Sqlite(Lease),
    /// to PostgreSQL
    Postgres(Link),
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
            Self::Sqlite(conn) => conn.execute(&sql),
            Self::Postgres(conn) => conn.execute(sql).await,
        }
    }

    /// Runs an insertion of which nothing is asked but that it happens in this transaction: on PostgreSQL it travels with
    /// the next statement instead of making a journey of its own.
    ///
    /// # Errors
    /// As [`Conn::execute`]; what PostgreSQL has against it is said by the next statement, or when the action ends.
    pub async fn later(&mut self, sql: Sql) -> Result<()> {
        self.prepare(&sql)?;
        match self {
            Self::Sqlite(conn) => conn.execute(&sql).map(drop),
            Self::Postgres(conn) => conn.later(sql).await,
        }
    }

    /// Runs what [`Conn::later`] has put off.
    pub(crate) async fn flush(&mut self) -> Result<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(conn) => conn.flush().await,
        }
    }

    /// All rows of an answer.
    ///
    /// # Errors
    /// `internal` when the database refuses the statement or a column does not fit.
    pub async fn all<T: FromRow>(&mut self, sql: Sql) -> Result<Vec<T>> {
        self.prepare(&sql)?;
        match self {
            Self::Sqlite(conn) => {
                let mut all = Vec::new();
                conn.rows(&sql, |row| {
                    all.push(T::from_row(row)?);
                    Ok(ControlFlow::Continue(()))
                })?;
                Ok(all)
            }
            Self::Postgres(conn) => {
                conn.flush().await?;
                let rows = bound(&sql).fetch_all(&mut *conn.conn).await.map_err(|error| failed(&sql, &error))?;
                rows.into_iter().map(|row| T::from_row(&Row::postgres(row))).collect()
            }
        }
    }

    /// The first row of an answer, if there is one.
    ///
    /// # Errors
    /// `internal` when the database refuses the statement or a column does not fit.
    pub async fn optional<T: FromRow>(&mut self, sql: Sql) -> Result<Option<T>> {
        self.prepare(&sql)?;
        match self {
            Self::Sqlite(conn) => {
                let mut first = None;
                conn.rows(&sql, |row| {
                    first = Some(T::from_row(row)?);
                    Ok(ControlFlow::Break(()))
                })?;
                Ok(first)
            }
            Self::Postgres(conn) => {
                conn.flush().await?;
                let row = bound(&sql).fetch_optional(&mut *conn.conn).await.map_err(|error| failed(&sql, &error))?;
                row.map(|row| T::from_row(&Row::postgres(row))).transpose()
            }
        }
    }

    /// The one row of an answer that always has one, such as a count.
    ///
    /// # Errors
    /// `internal` as above, and when there is no row.
    pub async fn one<T: FromRow>(&mut self, sql: Sql) -> Result<T> {
        let site = sql.site;
        self.optional(sql).await?.ok_or_else(|| Error::internal(format!("no row from {}:{}", site.file, site.line)))
    }

    /// The rows of an answer one by one, read on a task of their own, which ends when nobody wants more.
    pub(crate) fn stream<T: FromRow + Send + 'static>(
        self,
        sql: Sql,
    ) -> impl Stream<Item = Result<T>> + Send + 'static {
        let (sender, receiver) = mpsc::channel(AHEAD);
        match (self.prepare(&sql), self) {
            (Err(error), _) => {
                let _ = sender.try_send(Err(error));
            }
            (Ok(()), Self::Sqlite(conn)) => drop(tokio::task::spawn_blocking(move || {
                let done = conn.rows(&sql, |row| match sender.blocking_send(T::from_row(row)) {
                    Ok(()) => Ok(ControlFlow::Continue(())),
                    Err(_nobody) => Ok(ControlFlow::Break(())),
                });
                if let Err(error) = done {
                    let _ = sender.blocking_send(Err(error));
                }
            })),
            (Ok(()), Self::Postgres(mut conn)) => drop(tokio::spawn(async move {
                let mut rows = bound(&sql).fetch(&mut *conn.conn);
                while let Some(row) = rows.next().await {
                    let row = row.map_err(|error| failed(&sql, &error));
                    if sender.send(row.and_then(|row| T::from_row(&Row::postgres(row)))).await.is_err() {
                        return;
                    }
                }
            })),
        }
        ReceiverStream::new(receiver)
    }

    /// What comes before every statement: it is counted as executed here, and its values must be storable everywhere.
    fn prepare(&self, sql: &Sql) -> Result<()> {
        coverage::note(sql, self.backend());
        if sql.values.iter().any(Value::has_nul) { Err(Error::new(Code::ForbiddenCharacter)) } else { Ok(()) }
    }

    /// Closes the connection instead of handing it to the next caller.
    pub(crate) fn close_on_drop(&mut self) {
        match self {
            Self::Sqlite(conn) => conn.close_on_drop(),
            Self::Postgres(conn) => conn.conn.close_on_drop(),
        }
    }

    /// Runs a fixed text without values, outside the count of statements: transaction control and migrations.
    pub(crate) async fn raw(&mut self, text: &str) -> Result<(), String> {
        match self {
            Self::Sqlite(conn) => conn.batch(text).map_err(|error| error.to_string()),
            Self::Postgres(conn) => {
                let done = sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut *conn.conn).await;
                done.map(drop).map_err(|error| error.to_string())
            }
        }
    }
}

/// The cause names the place and the text of the statement, never its values: they may be personal.
pub(crate) fn failed(sql: &Sql, error: &dyn Display) -> Error {
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
