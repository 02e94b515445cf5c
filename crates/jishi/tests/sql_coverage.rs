//! Every SQL statement was executed on both databases. Run after the suites, with the folder they wrote to in
//! `JISHI_SQL_COVERAGE`: `cargo test -p jishi --test sql_coverage -- --include-ignored`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::{collections::BTreeSet, env, fs, path::Path};

const BACKENDS: [(&str, &str); 2] =
    [("sqlite.txt", "Backend::Sqlite => {"), ("postgres.txt", "Backend::Postgres => {")];

/// Where statements stand, each with the log it must be in. A statement that stands alone in the arm of one database is
/// for that one.
fn statements(folder: &Path, root: &Path, found: &mut BTreeSet<(&'static str, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            statements(&path, root, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap();
            let mut before = "";
            for (number, line) in text.lines().enumerate() {
                if line.contains("sql!(") && !line.trim_start().starts_with("//") {
                    let site = format!("{}:{}", path.strip_prefix(root).unwrap().display(), number + 1);
                    let is_other =
                        |arm: &str| BACKENDS.iter().any(|(_, other)| *other != arm && before.ends_with(other));
                    let logs = BACKENDS.iter().filter(|(_, arm)| !is_other(arm));
                    found.extend(logs.map(|(log, _)| (*log, site.clone())));
                }
                before = line;
            }
        }
    }
}

#[test]
#[ignore = "reads what the suites on both databases have written"]
fn every_statement_ran_on_both_databases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let folder = env::var_os("JISHI_SQL_COVERAGE").expect("JISHI_SQL_COVERAGE names the folder the suites wrote to");
    let mut all = BTreeSet::new();
    for source in ["crates/jishi/src", "crates/db/src"] {
        statements(&root.join(source), &root, &mut all);
    }
    assert!(all.len() > 100, "found only {} statements", all.len());
    let mut missing = Vec::new();
    for (log, _) in BACKENDS {
        let text = fs::read_to_string(Path::new(&folder).join(log)).unwrap_or_default();
        let ran: BTreeSet<&str> = text.lines().map(|line| line.trim_start_matches("./")).collect();
        let wanted = all.iter().filter(|(of, site)| *of == log && !ran.contains(site.as_str()));
        missing.extend(wanted.map(|(_, site)| format!("{log} {site}")));
    }
    assert!(missing.is_empty(), "statements that no test executed:\n{}", missing.join("\n"));
}
