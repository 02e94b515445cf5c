//! The way back from a copy, into an instance that holds nothing yet: what is there is never written over.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use db::Backend;

use super::{SUMS, database_file, files, postgres};
use crate::{
    cli::{
        failure::{Failure, Outcome},
        instance as opening,
    },
    platform::{instance, schema::MIGRATIONS, settings::Settings},
};

/// Puts a copy back: photos and key into the data folder, then the database. All that stands against it is told at once,
/// before anything is written.
pub(in crate::cli) async fn restore(settings: &Settings, from: &Path) -> Outcome<()> {
    let backend = if settings.database.starts_with("sqlite:") { Backend::Sqlite } else { Backend::Postgres };
    let file = from.join(database_file(backend));
    let mut against = against_copy(&file, from);
    against.extend(against_folder(settings, from));
    if backend == Backend::Postgres && against.is_empty() {
        against.extend(against_database(settings).await?);
    }
    if !against.is_empty() {
        return Err(Failure::from(against));
    }
    opening::make_folder(settings)?;
    let named = |error: io::Error| Failure::because(format!("{}: {error}", settings.data.display()));
    let photos = files::copy_folder(&from.join("photos"), &settings.data.join("photos")).map_err(named)?;
    println!("photos    {photos} files");
    let (key, kept) = (from.join("master.key"), instance::key_file(settings));
    if key.exists() && !kept.exists() {
        fs::copy(&key, &kept).map_err(named)?;
        println!("key       {}", kept.display());
    }
    // The database last: when it is there, all is.
    match sqlite_file(settings) {
        Some(target) => place(&file, target).map_err(named)?,
        None => postgres::restore(&settings.database, &file)?,
    }
    println!("database  {}", settings.database.split('@').next_back().unwrap_or_default());
    let db = opening::open(settings).await?;
    let is_current = db.pending(MIGRATIONS).await?.is_empty();
    db.close().await;
    println!("next      {}`jishi doctor`, then `jishi serve`", if is_current { "" } else { "`jishi migrate`, " });
    Ok(())
}

fn sqlite_file(settings: &Settings) -> Option<&Path> {
    settings.database.strip_prefix("sqlite:").map(Path::new)
}

/// Writes a file beside its place and moves it there, so that half a file is never taken for a whole one.
fn place(file: &Path, target: &Path) -> io::Result<()> {
    let half = target.with_extension("restoring");
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::copy(file, &half)?;
    fs::File::open(&half)?.sync_all()?;
    fs::rename(&half, target)
}

/// What is wrong with the copy.
fn against_copy(file: &Path, from: &Path) -> Vec<String> {
    if !file.exists() {
        return vec![format!("there is no {}: is it a copy of this kind of database?", file.display())];
    }
    let said = fs::read_to_string(from.join(SUMS)).unwrap_or_default();
    let is_whole = match files::hash(file) {
        Ok(hash) => said.split_whitespace().next().is_none_or(|said| said == hash),
        Err(error) => return vec![format!("{}: {error}", file.display())],
    };
    let changed = || format!("{} is not what {SUMS} says: the copy was damaged or changed", file.display());
    if is_whole { Vec::new() } else { vec![changed()] }
}

/// What is in the way in the data folder.
fn against_folder(settings: &Settings, from: &Path) -> Vec<String> {
    let mut against = Vec::new();
    let (key, kept, photos) = (from.join("master.key"), instance::key_file(settings), settings.data.join("photos"));
    let database = sqlite_file(settings).map(Path::to_owned);
    // A log left behind by another database would be read into the one put back.
    let log = database.as_ref().map(|file| PathBuf::from(format!("{}-wal", file.display())));
    for there in database.into_iter().chain(log).chain([photos]).filter(|path| is_used(path)) {
        against.push(format!("{} is there already: a copy goes into an empty place", there.display()));
    }
    match (fs::read(&key), fs::read(&kept)) {
        (Ok(key), Ok(kept)) if key != kept => against.push("the master key in place is not the copy's".to_owned()),
        (Err(_), Err(_)) if settings.master.is_none() => against.push(format!(
            "no master key: put the one that the copied instance used at {}; the copy has none",
            kept.display()
        )),
        _ => {}
    }
    against
}

/// A file, or a folder with something in it.
fn is_used(path: &Path) -> bool {
    fs::read_dir(path).map_or_else(|_| path.exists(), |mut entries| entries.next().is_some())
}

/// What is in the way in PostgreSQL.
async fn against_database(settings: &Settings) -> Outcome<Vec<String>> {
    let db = opening::open(settings).await?;
    let is_empty = db.pending(MIGRATIONS).await?.len() == MIGRATIONS.len();
    db.close().await;
    Ok(if is_empty { Vec::new() } else { vec!["the database holds an instance already: name an empty one".to_owned()] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_copy_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("jishi.db");
        assert!(against_copy(&file, folder.path()).concat().contains("there is no"));
        fs::write(&file, "abc").unwrap();
        assert!(against_copy(&file, folder.path()).is_empty(), "a copy made by hand has no sums");
        fs::write(folder.path().join(SUMS), format!("{}  jishi.db\n", files::hash(&file).unwrap())).unwrap();
        assert!(against_copy(&file, folder.path()).is_empty());
        fs::write(&file, "abd").unwrap();
        assert!(against_copy(&file, folder.path()).concat().contains("damaged"));
    }
}
