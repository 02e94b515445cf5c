//! A copy of everything that is kept, made while the platform runs, and the way back from it.

mod files;
mod postgres;
mod restore;

use std::{fs, io, path::Path};

use db::Backend;

pub(super) use self::restore::restore;
use super::{
    failure::{Failure, Outcome},
    instance as opening,
};
use crate::platform::{instance, settings::Settings};

/// The database in a copy, by where it comes from.
fn database_file(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "jishi.db",
        Backend::Postgres => "jishi.dump",
    }
}

/// Says what the database's file was when it was written, in the form that `sha256sum --check` reads.
const SUMS: &str = "SHA256SUMS";

/// Copies database, photos and, if wanted, the key into a new folder.
pub(super) async fn backup(settings: &Settings, to: &Path, with_key: bool) -> Outcome<()> {
    let named = |error: io::Error| Failure::because(format!("{}: {error}", to.display()));
    let mut folder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.create(to).map_err(named)?;
    let db = opening::open(settings).await?;
    // The database first: every photo it names is already on the disk and is never changed, so the copy is whole.
    let name = database_file(db.backend());
    let file = to.join(name);
    match db.backend() {
        Backend::Sqlite => db.copy_to(&file).await?,
        Backend::Postgres => postgres::dump(&settings.database, &file)?,
    }
    db.close().await;
    fs::write(to.join(SUMS), format!("{}  {name}\n", files::hash(&file).map_err(named)?)).map_err(named)?;
    println!("database  {}", file.display());
    let photos = files::copy_folder(&settings.data.join("photos"), &to.join("photos")).map_err(named)?;
    println!("photos    {photos} files");
    if with_key && settings.master.is_some() {
        println!("key       not copied: it is in JISHI_MASTER_KEY, not in a file; keep it where you keep that");
    } else if with_key {
        fs::copy(instance::key_file(settings), to.join("master.key")).map_err(named)?;
        println!("key       {}: whoever has this folder can read everything", to.join("master.key").display());
    } else {
        println!("key       not copied; without {} this copy opens no receipt", instance::key_file(settings).display());
    }
    Ok(())
}
