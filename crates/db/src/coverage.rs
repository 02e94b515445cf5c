//! Which statements ran on which database, and in which texts: files a backend, written only when a test run asks for it.

use std::{
    collections::HashSet,
    env,
    fs::{File, OpenOptions},
    io::Write,
    path::PathBuf,
    sync::{Mutex, OnceLock, PoisonError, atomic::Ordering},
};

use crate::{Backend, Site, Sql};

/// What is written for one backend.
struct Log {
    sites: File,
    texts: File,
    /// Texts that stand in the file already: a statement may be put together in many ways.
    seen: HashSet<String>,
}

impl Log {
    fn open(name: &str) -> Option<Mutex<Self>> {
        let folder = PathBuf::from(env::var_os("JISHI_SQL_COVERAGE")?);
        let open = |name: String| OpenOptions::new().create(true).append(true).open(folder.join(name)).ok();
        let (sites, texts) = (open(format!("{name}.txt"))?, open(format!("{name}.jsonl"))?);
        Some(Mutex::new(Self { sites, texts, seen: HashSet::new() }))
    }
}

/// The log in the folder named by `JISHI_SQL_COVERAGE`, if a test run asks for one.
fn log(backend: Backend) -> Option<&'static Mutex<Log>> {
    static LOGS: OnceLock<Option<[Mutex<Log>; 2]>> = OnceLock::new();
    let logs = LOGS.get_or_init(|| Some([Log::open("sqlite")?, Log::open("postgres")?]));
    logs.as_ref().map(|[sqlite, postgres]| match backend {
        Backend::Sqlite => sqlite,
        Backend::Postgres => postgres,
    })
}

/// Notes that the statement was executed: its site once a process and backend, each of its texts once as well.
pub(crate) fn note(sql: &Sql, backend: Backend) {
    let Site { file, line, ran } = sql.site;
    let bit = match backend {
        Backend::Sqlite => 1,
        Backend::Postgres => 2,
    };
    let Some(log) = log(backend) else { return };
    let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
    if ran.fetch_or(bit, Ordering::Relaxed) & bit == 0 {
        let _ = log.sites.write_all(format!("{file}:{line}\n").as_bytes());
    }
    if !log.seen.contains(sql.text.as_ref()) {
        log.seen.insert(sql.text.clone().into_owned());
        // In one piece: several test processes write to the end of the same file.
        let noted = format!("{}\n", serde_json::json!({"file": file, "line": line, "text": sql.text}));
        let _ = log.texts.write_all(noted.as_bytes());
    }
}
