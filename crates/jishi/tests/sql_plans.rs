//! No statement reads a table that grows with the years from one end to the other. Run after the suites, with the folder
//! they wrote to in `JISHI_SQL_COVERAGE`: `cargo test -p jishi --test sql_plans -- --include-ignored`, for PostgreSQL with
//! `JISHI_TEST_DB=postgres`.
//!
//! `plans/scans.txt` holds what does so on purpose, with why. The plans are those of an empty database, where PostgreSQL is
//! told to scan only where it has no other way; `bench plans` looks at them with a million cases.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::Path,
};

use db::{
    Backend, Db, Settings,
    plans::{Access, Way, accesses},
    testing,
};
use jishi::platform::schema::MIGRATIONS;
use serde_json::Value;

/// Tables with rows for each case, report, step or day; the others are as large as a city has places and people.
const GROWING: [&str; 55] = [
    "cases",
    "reports",
    "notes",
    "timeline",
    "assignments",
    "case_shares",
    "contacts",
    "contact_accesses",
    "objections",
    "photos",
    "case_photos",
    "events",
    "idempotency",
    "case_words",
    "case_index",
    "messages",
    "receipts",
    "case_aliases",
    "case_handed",
    "disclosures",
    "disclosed_cases",
    "disclosed_days",
    "indicator_marks",
    "indicator_counts",
    "indicator_clock",
    "sign_results",
    "sign_prints",
    "sign_cases",
    "signs",
    "register_facts",
    "register_words",
    "patrol_ticks",
    "whistles",
    "whistle_calls",
    "enforcement_cases",
    "enforcement_checks",
    "enforcement_steps",
    "enforcement_papers",
    "enforcement_photos",
    "enforcement_parties",
    "enforcement_party_accesses",
    "disclosed_penalties",
    "disputes",
    "dispute_parties",
    "dispute_openings",
    "dispute_steps",
    "hearings",
    "call_backs",
    "call_back_attempts",
    "call_back_links",
    "rechecks",
    "recheck_draws",
    "false_results",
    "recurring_cases",
    "erasures",
];

/// Whether the way reads as many rows as the table has. A walk along an index ends after a page where there is a limit;
/// where nothing can be in a list, no row is read.
fn is_whole(access: &Access, text: &str) -> bool {
    match access.way {
        Way::Search => false,
        _ if text.contains("FROM cases c WHERE FALSE)") || text.contains("WHERE (FALSE)") => false,
        Way::Walk => !text.contains("LIMIT"),
        Way::Scan => true,
    }
}

/// What `plans/scans.txt` allows: file and table, with why.
fn allowed() -> BTreeMap<String, String> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans/scans.txt")).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (place, why) = line.split_once(": ").unwrap();
            assert!(!why.trim().is_empty(), "{place} says why");
            (place.to_owned(), why.to_owned())
        })
        .collect()
}

#[tokio::test]
#[ignore = "reads what the suites on both databases have written"]
async fn no_statement_reads_a_growing_table_from_end_to_end() {
    let folder = env::var_os("JISHI_SQL_COVERAGE").expect("JISHI_SQL_COVERAGE names the folder the suites wrote to");
    let fresh = testing::fresh(MIGRATIONS).await.unwrap();
    let (name, url) = match testing::backend() {
        Backend::Sqlite => ("sqlite.jsonl", fresh.url.clone()),
        Backend::Postgres => {
            let and = if fresh.url.contains('?') { '&' } else { '?' };
            ("postgres.jsonl", format!("{}{and}options=-c%20enable_seqscan%3Doff", fresh.url))
        }
    };
    let db = Db::open(&Settings::new(url)).await.unwrap();
    let lines = fs::read_to_string(Path::new(&folder).join(name)).unwrap();
    let statements: BTreeSet<(String, u64, String)> = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|it| {
            (
                it["file"].as_str().unwrap().to_owned(),
                it["line"].as_u64().unwrap(),
                it["text"].as_str().unwrap().to_owned(),
            )
        })
        .filter(|(file, ..)| file.starts_with("crates/jishi/src"))
        .collect();
    assert!(statements.len() > 500, "found only {} statements", statements.len());
    let (mut found, mut seen) = (BTreeSet::new(), BTreeSet::new());
    let allowed = allowed();
    for (file, line, text) in &statements {
        let ways = accesses(&db, text).await.unwrap_or_else(|error| panic!("{file}:{line}: {error:?}\n{text}"));
        for access in ways.iter().filter(|access| is_whole(access, text)) {
            let table = &access.table;
            if !GROWING.contains(&table.as_str()) {
                continue;
            }
            let place = format!("{} {table}", file.trim_start_matches("crates/jishi/src/"));
            if allowed.contains_key(&place) {
                seen.insert(place);
            } else {
                found.insert(format!("{place} ({:?}, line {line})", access.way));
            }
        }
    }
    let found: Vec<String> = found.into_iter().collect();
    assert!(found.is_empty(), "statements that read a growing table from end to end:\n{}", found.join("\n"));
    // What PostgreSQL and SQLite do differently stands in one list.
    println!("{} statements, {} of {} exceptions met here", statements.len(), seen.len(), allowed.len());
}
