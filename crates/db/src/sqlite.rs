//! SQLite inside the program: a statement is a function call, made on the thread that asks.
//!
//! Handing each statement to a thread of its own cost ten times what the usual statement costs
//! (`docs/adr/0009-sqlite-on-the-spot.md`). What may take long goes to a blocking thread as a whole: streams, copies.

use std::{
    ops::ControlFlow,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use kernel::Result;
use rusqlite::{CachedStatement, Connection, ToSql, types::ToSqlOutput};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Row, Sql, Value, conn::failed};

/// How long a caller waits for a connection.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a statement waits for another process, or for a reader who stands in its way.
const BUSY: Duration = Duration::from_secs(10);
/// How long the writer waits for readers before it leaves the log as long as it is.
const BUSY_LOG: Duration = Duration::from_millis(100);
/// Prepared statements kept by a connection; the program has some four hundred.
const STATEMENTS: usize = 512;

/// Connections to one file, opened when they are first needed.
#[derive(Debug)]
pub(crate) struct Pool {
    free: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
    size: u32,
    file: String,
    pragmas: String,
}

impl Pool {
    /// A pool of `size` connections to `file`, each set up by `pragmas`; the first is opened at once.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub(crate) fn open(file: &str, size: u32, pragmas: String) -> rusqlite::Result<Arc<Self>> {
        let pool = Self {
            free: Mutex::default(),
            permits: Arc::new(Semaphore::new(usize::try_from(size).unwrap_or(1))),
            size,
            file: file.to_owned(),
            pragmas,
        };
        let first = pool.connect()?;
        pool.give_back(first);
        Ok(Arc::new(pool))
    }

    fn connect(&self) -> rusqlite::Result<Connection> {
        let conn = Connection::open(&self.file)?;
        conn.busy_timeout(BUSY)?;
        conn.execute_batch(&self.pragmas)?;
        conn.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(conn)
    }

    fn give_back(&self, conn: Connection) {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(conn);
    }

    /// A connection, as soon as one is free; `None` when the pool is closed.
    ///
    /// # Errors
    /// When none becomes free in time or the file cannot be opened.
    pub(crate) async fn acquire(self: &Arc<Self>) -> Result<Option<Lease>, String> {
        let permit = match tokio::time::timeout(PATIENCE, Arc::clone(&self.permits).acquire_owned()).await {
            Ok(Ok(permit)) => permit,
            Ok(Err(_closed)) => return Ok(None),
            Err(_elapsed) => return Err("all connections are in use".to_owned()),
        };
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let conn = match free {
            Some(conn) => conn,
            None => self.connect().map_err(|error| error.to_string())?,
        };
        Ok(Some(Lease { conn: Some(conn), is_broken: false, pool: Arc::clone(self), _permit: permit }))
    }

    /// Waits for all connections to come back, and closes them.
    pub(crate) async fn close(&self) {
        let all = self.permits.acquire_many(self.size).await;
        self.permits.close();
        drop(all);
        self.free.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// A connection on loan; it goes back when this is dropped.
#[derive(Debug)]
pub struct Lease {
    conn: Option<Connection>,
    is_broken: bool,
    pool: Arc<Pool>,
    // Dropped after `conn` went back: who gets the permit finds the connection.
    _permit: OwnedSemaphorePermit,
}

impl Drop for Lease {
    fn drop(&mut self) {
        // One that is still inside a transaction is not for the next caller either.
        let sound = self.conn.take().filter(|conn| !self.is_broken && conn.is_autocommit());
        if let Some(conn) = sound {
            self.pool.give_back(conn);
        }
    }
}

impl Lease {
    #[expect(clippy::expect_used, reason = "only drop takes the connection out")]
    fn conn(&self) -> &Connection {
        self.conn.as_ref().expect("a live lease has its connection")
    }

    /// Closes the connection instead of giving it back.
    pub(crate) fn close_on_drop(&mut self) {
        self.is_broken = true;
    }

    /// Runs a text without values.
    pub(crate) fn batch(&self, text: &str) -> rusqlite::Result<()> {
        self.conn().execute_batch(text)
    }

    /// Writes the log into the database and begins it anew, unless a reader stands in the way for longer than a moment.
    pub(crate) fn truncate_log(&self) -> rusqlite::Result<()> {
        let conn = self.conn();
        conn.busy_timeout(BUSY_LOG)?;
        // The answer says whether a reader was in the way; the length of the file says it too.
        let done = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        conn.busy_timeout(BUSY)?;
        done
    }

    /// Writes a consistent copy to `path`, while others read and write.
    pub(crate) fn copy_to(mut self, path: &Path) -> rusqlite::Result<()> {
        // The copy counts as writing, although this file is only read; nobody gets the connection afterwards.
        self.close_on_drop();
        self.batch("PRAGMA query_only = OFF")?;
        self.conn().execute("VACUUM INTO ?1", [path.to_string_lossy()]).map(drop)
    }

    fn prepare(&self, sql: &Sql) -> rusqlite::Result<CachedStatement<'_>> {
        let mut statement = self.conn().prepare_cached(&numbered(&sql.text))?;
        for (index, value) in sql.values.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, value)?;
        }
        Ok(statement)
    }

    /// Runs a statement; returns how many rows it touched.
    pub(crate) fn execute(&self, sql: &Sql) -> Result<u64> {
        let touched = self.prepare(sql).and_then(|mut statement| statement.raw_execute());
        touched.map(|rows| u64::try_from(rows).unwrap_or(u64::MAX)).map_err(|error| failed(sql, &error))
    }

    /// Hands the rows of an answer to `each`, until that says `Break`.
    pub(crate) fn rows(&self, sql: &Sql, mut each: impl FnMut(&Row) -> Result<ControlFlow<()>>) -> Result<()> {
        let mut statement = self.prepare(sql).map_err(|error| failed(sql, &error))?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(|error| failed(sql, &error))? {
            if each(&Row::sqlite(row))?.is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// PostgreSQL's `$1` as SQLite's `?1`, which it knows by number; its own `$1` is a name that it would have to look up.
fn numbered(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split('$');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push(if part.starts_with(|c: char| c.is_ascii_digit()) { '?' } else { '$' });
        out.push_str(part);
    }
    out
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Bool(value) => value.to_sql(),
            Self::Int(value) => value.to_sql(),
            Self::Float(value) => value.to_sql(),
            Self::Text(value) => value.to_sql(),
            Self::Bytes(value) => value.to_sql(),
            Self::Uuid(value) => Ok(owned(value.map(|id| id.hyphenated().to_string()))),
            Self::Json(value) => Ok(owned(value.as_ref().map(ToString::to_string))),
        }
    }
}

fn owned(text: Option<String>) -> ToSqlOutput<'static> {
    ToSqlOutput::Owned(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbered_values_are_rewritten() {
        assert_eq!(numbered("SELECT '$.a' WHERE b = $1 AND 价 = $12"), "SELECT '$.a' WHERE b = ?1 AND 价 = ?12");
    }
}
