//! Every SQL statement was executed on both databases. Run after the suites, with the folder they wrote to in
//! `JISHI_SQL_COVERAGE`: `cargo test -p jishi --test sql_coverage -- --include-ignored`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::{collections::BTreeSet, env, fs, path::Path};

fn statements(folder: &Path, root: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            statements(&path, root, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap();
            for (number, line) in text.lines().enumerate() {
                if line.contains("sql!(") && !line.trim_start().starts_with("//") {
                    found.insert(format!("{}:{}", path.strip_prefix(root).unwrap().display(), number + 1));
                }
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
    assert!(all.len() > 50, "found only {} statements", all.len());
    let mut missing = Vec::new();
    for backend in ["sqlite.txt", "postgres.txt"] {
        let log = fs::read_to_string(Path::new(&folder).join(backend)).unwrap_or_default();
        let ran: BTreeSet<&str> = log.lines().map(|line| line.trim_start_matches("./")).collect();
        missing.extend(all.iter().filter(|site| !ran.contains(site.as_str())).map(|site| format!("{backend} {site}")));
    }
    assert!(missing.is_empty(), "statements that no test executed:\n{}", missing.join("\n"));
}
