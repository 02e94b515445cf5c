//! Fresh databases for tests: a migrated template is made once a process and copied for each test.
//!
//! `JISHI_TEST_DB=postgres` with `JISHI_TEST_POSTGRES=postgres://..` runs the same tests on PostgreSQL.

use std::{
    env, fs,
    path::PathBuf,
    process,
    sync::atomic::{AtomicU64, Ordering},
};

use kernel::{Error, Result};
use tokio::sync::OnceCell;

use crate::{Backend, Db, Migrations, Settings};

static TEMPLATE: OnceCell<String> = OnceCell::const_new();
static NEXT: AtomicU64 = AtomicU64::new(0);

/// A database of one test; removed when dropped.
#[derive(Debug)]
pub struct Fresh {
    /// The database, migrated and empty.
    pub db: Db,
    /// Its address, to open it a second time.
    pub url: String,
    folder: Option<PathBuf>,
}

impl Drop for Fresh {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// Which database the tests run on.
pub fn backend() -> Backend {
    match env::var("JISHI_TEST_DB").as_deref() {
        Ok("postgres") => Backend::Postgres,
        _ => Backend::Sqlite,
    }
}

/// A fresh, migrated database.
///
/// # Errors
/// `internal` when it cannot be made.
pub async fn fresh(migrations: Migrations) -> Result<Fresh> {
    let template = TEMPLATE.get_or_try_init(|| template(migrations)).await?;
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let (url, folder) = match backend() {
        Backend::Sqlite => {
            let folder = env::temp_dir().join(format!("jishi-test-{}-{number}", process::id()));
            fs::create_dir_all(&folder).map_err(Error::internal)?;
            let file = folder.join("jishi.db");
            fs::copy(template, &file).map_err(Error::internal)?;
            (format!("sqlite:{}", file.display()), Some(folder))
        }
        Backend::Postgres => {
            let name = format!("t{}_{number}", process::id());
            administer(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await?;
            (server(&name)?, None)
        }
    };
    let settings = Settings { connections: 4, cache_mib: 8, ..Settings::new(&url) };
    Ok(Fresh { db: Db::open(&settings).await?, url, folder })
}

/// A database without a schema.
///
/// # Errors
/// `internal` when it cannot be made.
pub async fn empty() -> Result<Fresh> {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let (url, folder) = match backend() {
        Backend::Sqlite => {
            let folder = env::temp_dir().join(format!("jishi-test-{}-{number}", process::id()));
            fs::create_dir_all(&folder).map_err(Error::internal)?;
            (format!("sqlite:{}", folder.join("jishi.db").display()), Some(folder))
        }
        Backend::Postgres => {
            let name = format!("t{}_{number}", process::id());
            administer(&format!("CREATE DATABASE {name}")).await?;
            (server(&name)?, None)
        }
    };
    Ok(Fresh { db: Db::open(&Settings::new(&url)).await?, url, folder })
}

async fn template(migrations: Migrations) -> Result<String> {
    match backend() {
        Backend::Sqlite => {
            let file = env::temp_dir().join(format!("jishi-template-{}.db", process::id()));
            let _ = fs::remove_file(&file);
            let db = Db::open(&Settings::new(format!("sqlite:{}", file.display()))).await?;
            db.migrate(migrations).await?;
            db.close().await;
            Ok(file.display().to_string())
        }
        Backend::Postgres => {
            let name = format!("template_{}", process::id());
            administer(&format!("CREATE DATABASE {name}")).await?;
            let db = Db::open(&Settings::new(server(&name)?)).await?;
            db.migrate(migrations).await?;
            db.close().await;
            Ok(name)
        }
    }
}

/// The address of database `name` on the test server.
fn server(name: &str) -> Result<String> {
    let url = env::var("JISHI_TEST_POSTGRES")
        .map_err(|_| Error::internal("JISHI_TEST_POSTGRES is not set; run the tests through scripts/postgres"))?;
    let (base, _) = url.rsplit_once('/').ok_or_else(|| Error::internal("JISHI_TEST_POSTGRES names no database"))?;
    Ok(format!("{base}/{name}"))
}

/// Runs one administrative statement on the test server; one at a time, because a template may not be in use.
async fn administer(statement: &str) -> Result<()> {
    static ONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _one = ONE.lock().await;
    let db = Db::open(&Settings { connections: 1, ..Settings::new(server("postgres")?) }).await?;
    let done = db.owner().await?.raw(statement).await.map_err(Error::internal);
    db.close().await;
    done
}
