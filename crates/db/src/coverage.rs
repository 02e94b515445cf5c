//! Which statements ran on which database: a file a backend, written only when a test run asks for it.

use std::{
    env,
    fs::{File, OpenOptions},
    io::Write,
    path::PathBuf,
    sync::{Mutex, OnceLock, PoisonError, atomic::Ordering},
};

use crate::{Backend, Site};

/// The folder named by `JISHI_SQL_COVERAGE`, if a test run asks for a record.
fn log(backend: Backend) -> Option<&'static Mutex<File>> {
    static LOGS: OnceLock<Option<[Mutex<File>; 2]>> = OnceLock::new();
    let logs = LOGS.get_or_init(|| {
        let folder = PathBuf::from(env::var_os("JISHI_SQL_COVERAGE")?);
        let open =
            |name: &str| OpenOptions::new().create(true).append(true).open(folder.join(name)).ok().map(Mutex::new);
        Some([open("sqlite.txt")?, open("postgres.txt")?])
    });
    logs.as_ref().map(|[sqlite, postgres]| match backend {
        Backend::Sqlite => sqlite,
        Backend::Postgres => postgres,
    })
}

/// Notes that the statement at `site` was executed, once a process and backend.
pub(crate) fn note(site: &'static Site, backend: Backend) {
    let bit = match backend {
        Backend::Sqlite => 1,
        Backend::Postgres => 2,
    };
    if site.ran.load(Ordering::Relaxed) & bit != 0 {
        return;
    }
    site.ran.fetch_or(bit, Ordering::Relaxed);
    if let Some(log) = log(backend) {
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writeln!(log, "{}:{}", site.file, site.line);
    }
}
