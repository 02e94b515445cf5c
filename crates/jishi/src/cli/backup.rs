//! A copy of everything that is kept, while the platform runs.

use std::{
    fs, io,
    path::Path,
    process::{Command, Stdio},
};

use db::Backend;

use super::{
    failure::{Failure, Outcome},
    instance as opening,
};
use crate::platform::{instance, settings::Settings};

/// Copies database, photos and, if wanted, the key into a new folder.
pub(super) async fn backup(settings: &Settings, to: &Path, with_key: bool) -> Outcome<()> {
    let named = |error: io::Error| Failure::because(format!("{}: {error}", to.display()));
    let mut folder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.create(to).map_err(named)?;
    let db = opening::open(settings).await?;
    // The database first: every photo it names is already on the disk and is never changed, so the copy is whole.
    match db.backend() {
        Backend::Sqlite => {
            db.copy_to(&to.join("jishi.db")).await?;
            println!("database  {}", to.join("jishi.db").display());
        }
        Backend::Postgres => dump(&settings.database, to)?,
    }
    db.close().await;
    let photos = copy_folder(&settings.data.join("photos"), &to.join("photos")).map_err(named)?;
    println!("photos    {photos} files");
    if with_key {
        fs::copy(instance::key_file(settings), to.join("master.key")).map_err(named)?;
        println!("key       {}: whoever has this folder can read everything", to.join("master.key").display());
    } else {
        println!("key       not copied; without {} this copy opens no receipt", instance::key_file(settings).display());
    }
    Ok(())
}

/// Runs pg_dump; the password goes through the environment, where other users of the machine cannot see it.
fn dump(url: &str, to: &Path) -> Outcome<()> {
    let file = to.join("jishi.dump");
    let (shown, password) = without_password(url);
    let mut command = Command::new("pg_dump");
    command.arg("--format=custom").arg("--file").arg(&file).arg(format!("--dbname={shown}")).stdin(Stdio::null());
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    let by_hand = format!("pg_dump --format=custom --file {} --dbname={shown}", file.display());
    match command.status() {
        Ok(status) if status.success() => {
            println!("database  {}", file.display());
            Ok(())
        }
        Ok(status) => Err(Failure::because(format!("pg_dump ended with {status}; the command was: {by_hand}"))),
        Err(error) => {
            Err(Failure::because(format!("pg_dump cannot be run here ({error}); run it where it is: {by_hand}")))
        }
    }
}

/// The address without its password, and the password.
fn without_password(url: &str) -> (String, Option<String>) {
    let parts = url.split_once("://").and_then(|(scheme, rest)| {
        let (user, place) = rest.split_once('@')?;
        let (user, password) = user.split_once(':')?;
        Some((format!("{scheme}://{user}@{place}"), percent_decoded(password)))
    });
    parts.map_or_else(|| (url.to_owned(), None), |(url, password)| (url, Some(password)))
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let pair = if *first == b'%' { tail.get(..2).and_then(|pair| std::str::from_utf8(pair).ok()) } else { None };
        let code = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Copies a folder with all below it; returns how many files. Files that are just being written (`.part`) are left out,
/// and one that is thrown away meanwhile was in no case.
fn copy_folder(from: &Path, to: &Path) -> io::Result<u64> {
    fs::create_dir_all(to)?;
    let mut copied = 0;
    let entries = match fs::read_dir(from) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copied += copy_folder(&entry.path(), &target)?;
        } else if !entry.file_name().to_string_lossy().ends_with(".part") {
            match fs::copy(entry.path(), target) {
                Ok(_) => copied += 1,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(copied)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_never_on_the_command_line() {
        let (url, password) = without_password("postgres://jishi:a%40b%25c@db.example:5432/jishi?sslmode=require");
        assert_eq!(url, "postgres://jishi@db.example:5432/jishi?sslmode=require");
        assert_eq!(password.as_deref(), Some("a@b%c"));
        assert_eq!(without_password("postgres://localhost/x"), ("postgres://localhost/x".to_owned(), None));
        assert_eq!(percent_decoded("100%"), "100%");
    }

    #[test]
    fn a_folder_is_copied_without_what_is_half_written() {
        let folder = tempfile::tempdir().unwrap();
        let from = folder.path().join("from");
        fs::create_dir_all(from.join("ab")).unwrap();
        fs::write(from.join("ab/one.jpg"), "1").unwrap();
        fs::write(from.join("ab/.7-0.part"), "1").unwrap();
        assert_eq!(copy_folder(&from, &folder.path().join("to")).unwrap(), 1);
        assert!(folder.path().join("to/ab/one.jpg").exists());
        assert_eq!(copy_folder(&folder.path().join("nothing"), &folder.path().join("to2")).unwrap(), 0);
    }
}
