//! PostgreSQL's own tools; the password goes through the environment, where other users of the machine cannot see it.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use crate::cli::failure::{Failure, Outcome};

/// Runs pg_dump into `file`.
pub(super) fn dump(url: &str, file: &Path) -> Outcome<()> {
    run("pg_dump", url, &["--format=custom", "--file"], file)
}

/// Runs pg_restore from `file`: all of it or nothing.
pub(super) fn restore(url: &str, file: &Path) -> Outcome<()> {
    run("pg_restore", url, &["--no-owner", "--exit-on-error", "--single-transaction"], file)
}

fn run(program: &str, url: &str, options: &[&str], file: &Path) -> Outcome<()> {
    let (shown, password) = without_password(url);
    let place = format!("--dbname={shown}");
    let mut command = Command::new(program);
    // The file comes right after the options: it is the value of the last one, or stands alone.
    command.args(options).arg(file).arg(&place).stdin(Stdio::null());
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    let by_hand = format!("{program} {} {} {place}", options.join(" "), file.display());
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::because(format!("{program} ended with {status}; the command was: {by_hand}"))),
        Err(error) => {
            Err(Failure::because(format!("{program} cannot be run here ({error}); run it where it is: {by_hand}")))
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
}
