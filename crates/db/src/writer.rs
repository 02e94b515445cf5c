//! How writes happen.
//!
//! SQLite has one writer. It runs what is waiting, each action in its own savepoint, and acknowledges all of them
//! after one shared COMMIT: an fsync a group instead of one a write. PostgreSQL gets a transaction each.
//!
//! What the three accidents mean, tested in `tests/writing.rs`:
//! - an action returns an error or panics: its savepoint is undone, the others of its group are not touched;
//! - the COMMIT fails: nobody in the group is told "saved", all get `not_saved`;
//! - the client hangs up: the action runs to its end, because it runs on a task of its own.
//!
//! And three that are easily overlooked:
//! - an action that swallows a database error and returns `Ok`: PostgreSQL has aborted the transaction and answers COMMIT
//!   with a quiet rollback, so the transaction is probed before it is committed;
//! - an action that begins a write inside its own: on SQLite it would wait for itself for ever, so both databases refuse it;
//! - a transaction that cannot even be rolled back: its connection is closed, never given to the next caller.

use std::{future::Future, io, panic::AssertUnwindSafe, sync::Arc, thread, time::Duration};

use futures::{FutureExt, future::BoxFuture};
use kernel::{Code, Error, Result};
use sqlx::PgPool;
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
};

use crate::{
    conn::{Conn, Tx},
    sqlite::Pool,
    wal::Log,
};

/// Actions that may wait for one shared COMMIT.
const GROUP: usize = 64;
/// Actions that may queue before callers have to wait.
const QUEUE: usize = 4_096;

tokio::task_local! {
    /// Set while an action runs, to refuse a write inside a write.
    static INSIDE: ();
}

/// An action made ready to run: it says whether its work is to be kept, and how to tell its caller.
type Request = Box<dyn FnOnce(Tx) -> BoxFuture<'static, Verdict> + Send>;

struct Verdict {
    keep: bool,
    acknowledge: Box<dyn FnOnce(Result<()>) + Send>,
}

/// The SQLite writer's end of the queue.
#[derive(Clone, Debug)]
pub(crate) struct Writer(mpsc::Sender<Request>);

impl std::fmt::Debug for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verdict").field("keep", &self.keep).finish_non_exhaustive()
    }
}

/// What becomes of an action's work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Kept when the action returns `Ok`.
    Write,
    /// Undone in any case.
    Rehearse,
}

/// Packs an action so that the writer need not know its type.
fn request<T, F, Fut>(action: F, purpose: Purpose) -> (Request, oneshot::Receiver<Result<T>>)
where
    T: Send + 'static,
    F: FnOnce(Tx) -> Fut + Send + 'static,
    Fut: Future<Output = Result<T>> + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    let run = move |tx| {
        async move {
            let outcome = AssertUnwindSafe(INSIDE.scope((), async move { action(tx).await })).catch_unwind().await;
            let outcome = outcome.unwrap_or_else(|panic| Err(Error::internal(panic_text(&*panic))));
            let keep = outcome.is_ok() && purpose == Purpose::Write;
            let acknowledge = Box::new(move |committed: Result<()>| {
                let _ = reply.send(committed.and(outcome));
            });
            Verdict { keep, acknowledge }
        }
        .boxed()
    };
    (Box::new(run), answer)
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text =
        panic.downcast_ref::<&str>().map(|text| (*text).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
    format!("an action panicked: {}", text.unwrap_or_default())
}

/// # Errors
/// `internal` inside an action: a mistake of the programmer, told before it becomes a deadlock.
pub(crate) fn refuse_nesting() -> Result<()> {
    INSIDE.try_with(|()| ()).map_or(Ok(()), |()| Err(Error::internal("a write was begun inside a write")))
}

fn not_saved(cause: impl std::fmt::Display) -> Error {
    Error::new(Code::NotSaved).because(cause)
}

impl Writer {
    /// Starts the writer of a SQLite file, on a thread of its own: it calls SQLite on the spot, and waits for the disk.
    /// It ends when the last handle is dropped.
    pub(crate) fn start(pool: Arc<Pool>, log: Log) -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let runtime = Handle::current();
        thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || runtime.block_on(serve(pool, log, receiver)))?;
        Ok(Self(sender))
    }

    pub(crate) async fn run<T, F, Fut>(&self, action: F, purpose: Purpose) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(Tx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T>> + Send + 'static,
    {
        let (request, answer) = request(action, purpose);
        self.0.send(request).await.map_err(|_| not_saved("the writer has stopped"))?;
        answer.await.map_err(|_| not_saved("the writer stopped in the middle"))?
    }
}

async fn serve(pool: Arc<Pool>, mut log: Log, mut queue: mpsc::Receiver<Request>) {
    while let Some(first) = queue.recv().await {
        match pool.acquire().await {
            Ok(Some(conn)) => {
                group(Conn::Sqlite(conn), first, &mut queue).await;
                log.tend(&pool).await;
            }
            // Dropping the queue tells all who wait in it that nothing was saved.
            Ok(None) => return,
            Err(error) => pause(&error).await,
        }
    }
}

/// The request at hand was dropped, which tells its caller that nothing was saved; the next gets another try in a moment.
async fn pause(error: &str) {
    tracing::error!(%error, "no connection to write with");
    tokio::time::sleep(Duration::from_millis(100)).await;
}

/// Runs `first` and what is waiting behind it, and commits once.
async fn group(mut conn: Conn, first: Request, queue: &mut mpsc::Receiver<Request>) {
    if let Err(error) = conn.raw("BEGIN IMMEDIATE").await {
        return pause(&error).await;
    }
    let mut done = Vec::new();
    let mut next = Some(first);
    while let Some(request) = next.take() {
        match savepoint(conn, request).await {
            Ok((returned, verdict)) => {
                conn = returned;
                done.push(verdict);
            }
            // The whole transaction is lost (a full disk rolls it back by itself): nobody was acknowledged yet.
            Err((error, verdict)) => return tell(done.into_iter().chain(verdict), &error),
        }
        if done.len() < GROUP {
            next = queue.try_recv().ok();
        }
    }
    match conn.raw("COMMIT").await {
        Ok(()) => done.into_iter().for_each(|verdict| (verdict.acknowledge)(Ok(()))),
        Err(error) => {
            roll_back(&mut conn).await;
            tell(done, &not_saved(error));
        }
    }
}

/// Undoes the transaction; a connection on which that fails is not used again.
async fn roll_back(conn: &mut Conn) {
    if conn.raw("ROLLBACK").await.is_err() {
        conn.close_on_drop();
    }
}

fn tell(verdicts: impl IntoIterator<Item = Verdict>, error: &Error) {
    tracing::error!(%error, "a group of writes was lost");
    verdicts.into_iter().for_each(|verdict| (verdict.acknowledge)(Err(error.clone())));
}

/// One action inside the group. An error means that the transaction itself is gone.
async fn savepoint(mut conn: Conn, request: Request) -> Result<(Conn, Verdict), (Error, Option<Verdict>)> {
    if let Err(error) = conn.raw("SAVEPOINT action").await {
        roll_back(&mut conn).await;
        return Err((not_saved(error), None));
    }
    let (tx, returned) = Tx::lend(conn);
    let verdict = request(tx).await;
    let mut conn = match returned.await {
        Ok(conn) => conn,
        Err(error) => return Err((not_saved(error), Some(verdict))),
    };
    let end = if verdict.keep { "RELEASE action" } else { "ROLLBACK TO action; RELEASE action" };
    match conn.raw(end).await {
        Ok(()) => Ok((conn, verdict)),
        Err(error) => {
            roll_back(&mut conn).await;
            Err((not_saved(error), Some(verdict)))
        }
    }
}

/// In a transaction that an earlier error has aborted the probe fails, and with it the commit; one round trip.
const PROBE_AND_COMMIT: &str = "SELECT 1; COMMIT";

async fn commit(conn: &mut Conn) -> Result<()> {
    conn.flush().await?;
    conn.raw(PROBE_AND_COMMIT).await.map_err(not_saved)
}

/// A transaction on PostgreSQL, on a task of its own.
pub(crate) async fn run_postgres<T, F, Fut>(pool: &PgPool, action: F, purpose: Purpose) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce(Tx) -> Fut + Send + 'static,
    Fut: Future<Output = Result<T>> + Send + 'static,
{
    let (request, answer) = request(action, purpose);
    let pool = pool.clone();
    tokio::spawn(async move {
        let mut conn = match pool.acquire().await {
            Ok(conn) => Conn::Postgres(conn.into()),
            Err(error) => return tracing::error!(%error, "no connection to write with"),
        };
        if let Err(error) = conn.raw("BEGIN").await {
            return tracing::error!(%error, "cannot begin");
        }
        let (tx, returned) = Tx::lend(conn);
        let verdict = request(tx).await;
        let Ok(mut conn) = returned.await else { return };
        let ended = if verdict.keep { commit(&mut conn).await } else { Ok(()) };
        if !verdict.keep || ended.is_err() {
            roll_back(&mut conn).await;
        }
        (verdict.acknowledge)(ended);
    });
    answer.await.map_err(|_| not_saved("the transaction did not begin"))?
}
