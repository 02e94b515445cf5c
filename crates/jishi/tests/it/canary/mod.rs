//! Known names and telephones go in by every door, and are then looked for in every byte that is left behind.

mod city;
mod scan;
mod story;

use std::{fs, path::Path, process::Command};

use db::{Backend, testing};

use city::City;
use scan::{Finding, Scanner, files};
use story::{CANARIES, MARK};

use crate::process::said;

/// What is looked for: of a name what a mask hides, of a telephone all digits in each way they were typed.
fn canaries() -> Scanner {
    let words: Vec<String> = CANARIES
        .iter()
        .flat_map(|(name, phone)| {
            let hidden: String = name.chars().skip(1).collect();
            let typed = format!("{}-{}-{}", &phone[..3], &phone[3..7], &phone[7..]);
            [hidden, (*phone).to_owned(), typed]
        })
        .collect();
    Scanner::new(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

#[tokio::test]
async fn no_byte_that_is_left_behind_holds_a_name_or_a_telephone() {
    let mut city = City::start().await;
    story::play(&city);
    let (scanner, mark) = (canaries(), Scanner::new(&[MARK]));
    let mut found = city.heard(&scanner);
    // While it serves: what was written last stands in the write-ahead log alone.
    let (data, dump) = (city.home.path(""), city.home.path("dump"));
    kept(&city, &dump);
    if testing::backend() == Backend::Sqlite {
        let names: Vec<String> = files(&data).iter().map(|file| file.display().to_string()).collect();
        assert!(names.iter().any(|name| name.ends_with("jishi.db-wal")), "{names:?}");
        assert!(names.iter().any(|name| name.ends_with("jishi.db-shm")), "{names:?}");
    }
    let copy = city.home.path("copy");
    let backup = city.home.program().arg("backup").arg(&copy).output().unwrap();
    assert!(backup.status.success(), "{}", said(&backup));
    let in_copy = unpack(&copy);
    found.extend(scanner.look_through(&data));
    city.stop();
    found.extend(scanner.look_through(&data));
    found.extend(scanner.look_through(&city.logs()));
    found.sort();
    found.dedup();
    assert!(found.is_empty(), "{} places:\n{}", found.len(), found.join("\n"));
    // What is meant to stand there is found in each of them by the same eyes: they are no blind ones.
    assert!(!mark.look_through(&in_copy).is_empty(), "the copy");
    assert!(!mark.look_through(&data).is_empty(), "the data");
    assert!(!city.heard(&mark).is_empty(), "the answers");
    let log: Vec<Finding> = Scanner::new(&["/api/reports"]).look_through(&city.logs());
    assert!(!log.is_empty(), "the log");
}

/// On PostgreSQL, what the server keeps: a plain dump, the files of the database and the server's log, as far as this account
/// may read them. On SQLite it lies in the data folder already.
fn kept(city: &City, to: &Path) {
    if testing::backend() == Backend::Sqlite {
        return;
    }
    fs::create_dir(to).unwrap();
    let ask = |sql: &str| {
        let output = Command::new("psql").args(["-X", "-A", "-t", "-c", sql, &city.home.url]).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let dump = Command::new("pg_dump").arg("--file").arg(to.join("plain.sql")).arg(&city.home.url).output().unwrap();
    assert!(dump.status.success(), "{}", said(&dump));
    ask("CHECKPOINT");
    let server = std::path::PathBuf::from(ask("SHOW data_directory"));
    let oid = ask("SELECT oid FROM pg_database WHERE datname = current_database()");
    let log = server.parent().map(|folder| folder.join("server.log"));
    let own = fs::read_dir(server.join("base").join(oid)).into_iter().flatten().map(|entry| entry.unwrap().path());
    for file in own.chain(log).filter(|file| file.is_file()) {
        if let Ok(bytes) = fs::read(&file) {
            fs::write(to.join(file.file_name().unwrap()), bytes).unwrap();
        }
    }
}

/// The copy in a form that can be read: a dump of PostgreSQL is packed.
fn unpack(copy: &Path) -> std::path::PathBuf {
    let dump = copy.join("jishi.dump");
    if dump.exists() {
        let output =
            Command::new("pg_restore").arg("--file").arg(copy.join("unpacked.sql")).arg(&dump).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
    }
    copy.to_owned()
}
