//! Opening a database.

use std::{future::Future, path::Path, str::FromStr, sync::Arc, time::Duration};

use futures::Stream;
use kernel::{Error, Result};
use sqlx::{
    ConnectOptions, Connection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{
    FromRow, Sql,
    conn::{Conn, Tx},
    sqlite::Pool,
    wal::Log,
    writer::{self, Purpose, Writer},
};

/// Which of the two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// The embedded default.
    Sqlite,
    /// When one machine is outgrown.
    Postgres,
}

/// How to open a database.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `sqlite:path/to/file` or `postgres://user@host/name`.
    pub url: String,
    /// Connections kept: readers on SQLite, all of them on PostgreSQL.
    pub connections: u32,
    /// Page cache of the SQLite writer, in MiB.
    pub cache_mib: u32,
    /// How long the write-ahead log of SQLite may grow before the writer begins it anew, in MiB.
    pub log_mib: u32,
}

impl Settings {
    /// Settings with the usual pool sizes.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), connections: 8, cache_mib: 64, log_mib: 256 }
    }
}

/// Streams that may run at the same time; further ones wait.
const STREAMS: u32 = 4;

/// A database: many readers, and a way to write. Streams have connections of their own: they keep them long, and those who
/// write them out read beside.
#[derive(Clone, Debug)]
pub struct Db(Inner);

#[derive(Clone, Debug)]
enum Inner {
    Sqlite { read: Arc<Pool>, stream: Arc<Pool>, writer: Writer, write: Arc<Pool> },
    Postgres { pool: PgPool, stream: PgPool },
}

fn unreachable(error: impl std::fmt::Display) -> Error {
    Error::internal(format!("the database cannot be opened: {error}"))
}

impl Db {
    /// Opens the database; a SQLite file is created if it is not there.
    ///
    /// # Errors
    /// `internal` when it cannot be reached, or a PostgreSQL database does not sort by bytes (collation "C").
    pub async fn open(settings: &Settings) -> Result<Self> {
        if settings.url.starts_with("postgres") { open_postgres(settings).await } else { open_sqlite(settings).await }
    }

    /// Which database this is.
    pub fn backend(&self) -> Backend {
        match &self.0 {
            Inner::Sqlite { .. } => Backend::Sqlite,
            Inner::Postgres { .. } => Backend::Postgres,
        }
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// `busy` when none becomes free in time.
    pub async fn read(&self) -> Result<Conn> {
        match &self.0 {
            Inner::Sqlite { read, .. } => lease(read).await.map_err(busy),
            Inner::Postgres { pool, .. } => link(pool).await.map_err(busy),
        }
    }

    /// The rows of an answer one by one, for exports that must not fill the memory.
    ///
    /// # Errors
    /// `busy` when too many stream already; what goes wrong later is an item of the stream.
    pub async fn stream<T: FromRow + Send + 'static>(
        &self,
        sql: Sql,
    ) -> Result<impl Stream<Item = Result<T>> + Send + 'static> {
        let conn = match &self.0 {
            Inner::Sqlite { stream, .. } => lease(stream).await.map_err(busy),
            Inner::Postgres { stream, .. } => link(stream).await.map_err(busy),
        }?;
        Ok(conn.stream(sql))
    }

    /// Runs an action in a transaction, on a task of its own: `db.write(async move |mut tx| ..)`.
    /// It is kept if the action returns `Ok`, undone otherwise; when this returns `Ok` it is durable.
    /// The action must do nothing slow (hashing, files, network): on SQLite everyone waits for it.
    ///
    /// # Errors
    /// What the action returns; `not_saved` when the database could not commit; `internal` when the action panicked or
    /// was begun inside another.
    pub async fn write<T, F, Fut>(&self, action: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(Tx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T>> + Send + 'static,
    {
        self.run(action, Purpose::Write).await
    }

    /// Runs an action in a transaction that is undone in any case, and returns what it says: what it would do, told by the
    /// very code that does it. On SQLite other writes wait meanwhile.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub async fn rehearse<T, F, Fut>(&self, action: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(Tx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T>> + Send + 'static,
    {
        self.run(action, Purpose::Rehearse).await
    }

    async fn run<T, F, Fut>(&self, action: F, purpose: Purpose) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(Tx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T>> + Send + 'static,
    {
        writer::refuse_nesting()?;
        match &self.0 {
            Inner::Sqlite { writer, .. } => writer.run(action, purpose).await,
            Inner::Postgres { pool, .. } => writer::run_postgres(pool, action, purpose).await,
        }
    }

    /// A connection that may change the schema; used by migrations alone.
    pub(crate) async fn owner(&self) -> Result<Conn> {
        match &self.0 {
            Inner::Sqlite { write, .. } => lease(write).await.map_err(unreachable),
            Inner::Postgres { pool, .. } => link(pool).await.map_err(unreachable),
        }
    }

    /// Closes all connections, after the writes under way.
    pub async fn close(&self) {
        match &self.0 {
            Inner::Sqlite { read, stream, write, .. } => {
                read.close().await;
                stream.close().await;
                write.close().await;
            }
            Inner::Postgres { pool, stream } => {
                pool.close().await;
                stream.close().await;
            }
        }
    }

    /// Lets SQLite count again what it chooses its indexes by; a moment, whatever its size. PostgreSQL does that by itself.
    ///
    /// # Errors
    /// `internal` when the database refuses.
    pub async fn analyze(&self) -> Result<()> {
        let Inner::Sqlite { write, .. } = &self.0 else { return Ok(()) };
        let mut conn = lease(write).await.map_err(unreachable)?;
        conn.raw("PRAGMA analysis_limit = 1000; PRAGMA optimize = 0x10002;").await.map_err(Error::internal)
    }

    /// Writes a consistent copy of a SQLite database to `path` while it is in use.
    ///
    /// # Errors
    /// `internal` when the file exists or cannot be written, and on PostgreSQL, which has its own tools for that.
    pub async fn copy_to(&self, path: &Path) -> Result<()> {
        let Inner::Sqlite { stream, .. } = &self.0 else {
            return Err(Error::internal("a PostgreSQL database is backed up with pg_dump or pg_basebackup"));
        };
        let path = path.to_owned();
        let Conn::Sqlite(conn) = lease(stream).await.map_err(unreachable)? else { return Err(unreachable("no file")) };
        tokio::task::spawn_blocking(move || conn.copy_to(&path))
            .await
            .map_err(Error::internal)?
            .map_err(Error::internal)
    }
}

fn busy(cause: String) -> Error {
    Error::new(kernel::Code::Busy).because(cause)
}

async fn link(pool: &PgPool) -> Result<Conn, String> {
    pool.acquire().await.map(|conn| Conn::Postgres(conn.into())).map_err(|error| error.to_string())
}

async fn lease(pool: &Arc<Pool>) -> Result<Conn, String> {
    pool.acquire().await?.map(Conn::Sqlite).ok_or_else(|| "the database is closed".to_owned())
}

/// Bytes of the file that readers look at in place. Their own page caches are empty again after every commit of the writer.
const MAPPED: u64 = 4 << 30;

/// WAL with an fsync a commit; 80 MB between checkpoints, measured to halve the tail of write times against 4 MB.
async fn open_sqlite(settings: &Settings) -> Result<Db> {
    let file = settings.url.trim_start_matches("sqlite:").to_owned();
    let Settings { connections, cache_mib, log_mib, .. } = *settings;
    let log = Log::of(&file, log_mib);
    let open = move || {
        let each = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
                    PRAGMA temp_store = MEMORY;";
        let cache = cache_mib * 1024;
        let writing = format!("{each} PRAGMA cache_size = -{cache}; PRAGMA wal_autocheckpoint = 20000;");
        // The file is made, and put into WAL mode, by the one that may write.
        let write = Pool::open(&file, 1, writing)?;
        let reading = format!("{each} PRAGMA query_only = ON; PRAGMA mmap_size = {MAPPED};");
        let stream = Pool::open(&file, STREAMS, reading.clone())?;
        let read = Pool::open(&file, connections, reading)?;
        Ok((read, stream, write))
    };
    let opened: rusqlite::Result<_> = tokio::task::spawn_blocking(open).await.map_err(unreachable)?;
    let (read, stream, write) = opened.map_err(unreachable)?;
    let writer = Writer::start(Arc::clone(&write), log).map_err(unreachable)?;
    Ok(Db(Inner::Sqlite { read, stream, writer, write }))
}

/// How long a server is waited for that somebody asks about at a terminal.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether the database answers, told soon: by one connection, where opening waits half a minute for a server that may be
/// just starting. A SQLite file is looked at when it is opened.
///
/// # Errors
/// `internal` with the reason.
pub async fn reach(url: &str) -> Result<()> {
    if !url.starts_with("postgres") {
        return Ok(());
    }
    let options = PgConnectOptions::from_str(url).map_err(unreachable)?;
    let late = |_| unreachable(format!("no answer within {} seconds", PATIENCE.as_secs()));
    let connection = tokio::time::timeout(PATIENCE, options.connect()).await.map_err(late)?.map_err(unreachable)?;
    connection.close().await.map_err(unreachable)
}

async fn open_postgres(settings: &Settings) -> Result<Db> {
    let options = PgConnectOptions::from_str(&settings.url)
        .map_err(unreachable)?
        .application_name("jishi")
        .statement_cache_capacity(512)
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(settings.connections)
        .connect_with(options.clone())
        .await
        .map_err(unreachable)?;
    let collation: String =
        sqlx::query_scalar("SELECT CAST(datcollate AS TEXT) FROM pg_database WHERE datname = current_database()")
            .fetch_one(&pool)
            .await
            .map_err(unreachable)?;
    if !matches!(collation.as_str(), "C" | "C.UTF-8" | "C.utf8" | "POSIX") {
        return Err(unreachable(format!(
            "its collation is {collation}; create it with LC_COLLATE 'C' so that both databases sort alike"
        )));
    }
    let stream = PgPoolOptions::new().max_connections(STREAMS).connect_lazy_with(options);
    Ok(Db(Inner::Postgres { pool, stream }))
}
