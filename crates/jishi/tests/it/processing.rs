//! The record of processing is complete, its readers come from the table of permissions, and an assessment is kept as it was made.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use jishi::{
    modules::{processing, vault},
    platform::access::{Permission, Role},
};
use serde_json::json;

use super::{
    cases::{city, lamp, read, report_id, with},
    support::pdf,
};

/// Sealed, and about no person: where a gateway leads and what it signs with.
const IMPERSONAL: [(&str, &str); 1] = [("gateways", "sealed")];

/// Columns that are called like something of a person, and are not.
const OTHERS: [(&str, &[&str]); 6] = [
    ("names of places, units, things, rooms, spots, keys, lists", &["name", "names"]),
    (
        "words of offices about their own work, masked or about no person",
        &["words", "need", "summary", "door", "answer"],
    ),
    ("names of firms that do a part of the work", &["company"]),
    ("borders before and after", &["journal"]),
    ("telephones of offices, and where things are", &["phone", "place_text"]),
    ("hashes of photos that stand in the record once", &["sha"]),
];

/// Tables whose columns of such names are about places, offices and things.
const OF_OFFICES: [&str; 35] = [
    "regions",
    "units",
    "pleas",
    "gateways",
    "source_keys",
    "register_items",
    "register_facts",
    "register_words",
    "rechecks",
    "mediation_rooms",
    "community_needs",
    "community_projects",
    "saved_views",
    "patrol_lists",
    "patrol_ticks",
    "phrases",
    "topics",
    "topic_notes",
    "signs",
    "sign_cases",
    "sign_prints",
    "sign_results",
    "disclosed_needs",
    "disclosures",
    "disclosed_cases",
    "disclosed_mark",
    "indicator_state",
    "redrawings",
    "routing_rules",
    "routing_examples",
    "case_shares",
    "whistles",
    "whistle_calls",
    "hearing_books",
    "supervisions",
];

/// Names of columns that may hold something of a person.
const PERSONAL: [&str; 30] = [
    "answer",
    "company",
    "journal",
    "name",
    "login",
    "phone",
    "address",
    "user_agent",
    "body",
    "mask",
    "cipher",
    "lookup",
    "sealed",
    "whom",
    "said",
    "need",
    "totp_secret",
    "password_hash",
    "words",
    "name_mask",
    "phone_mask",
    "door",
    "free",
    "party_name",
    "place_text",
    "registered_region",
    "summary",
    "agreement",
    "receipt",
    "sha",
];

/// All columns of the schema, read from the migrations.
fn schema() -> BTreeSet<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut columns = BTreeSet::new();
    for file in files {
        let mut table = None;
        for line in fs::read_to_string(file).unwrap().lines() {
            let word = |text: &str| text.split([' ', '(']).next().unwrap_or_default().to_owned();
            if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
                // One that takes the place of another is called so until it does.
                table = Some(word(rest).trim_end_matches("_anew").to_owned());
            } else if line.starts_with(')') {
                table = None;
            } else if let (Some(table), Some(column)) = (&table, line.strip_prefix("    ")) {
                columns.insert((table.clone(), word(column)));
            } else if let Some(rest) = line.strip_prefix("ALTER TABLE ")
                && let Some((table, column)) = rest.split_once(" ADD COLUMN ")
            {
                columns.insert((table.to_owned(), word(column)));
            }
        }
    }
    columns
}

fn named() -> BTreeSet<(String, String)> {
    let all = processing::held().into_iter().flat_map(|held| held.columns.iter());
    all.map(|(table, column)| ((*table).to_owned(), (*column).to_owned())).collect()
}

#[test]
fn every_sealed_column_stands_in_the_record() {
    let named = named();
    let missing: Vec<_> = vault::columns()
        .map(|column| (column.table, column.cipher))
        .filter(|column| !IMPERSONAL.contains(column))
        .filter(|(table, column)| !named.contains(&((*table).to_owned(), (*column).to_owned())))
        .collect();
    assert_eq!(missing, []);
}

#[test]
fn every_column_that_may_name_a_person_stands_in_the_record_or_is_known_to_name_nobody() {
    let (schema, named) = (schema(), named());
    assert!(schema.len() > 400, "{} columns were read", schema.len());
    let gone: Vec<_> = named.difference(&schema).collect();
    assert!(gone.is_empty(), "the record names columns that are not there: {gone:?}");
    let is_office = |table: &str, column: &str| {
        OF_OFFICES.contains(&table) && OTHERS.iter().any(|(_, names)| names.contains(&column))
    };
    let missing: Vec<_> = schema
        .iter()
        .filter(|(_, column)| PERSONAL.contains(&column.as_str()))
        .filter(|column| !named.contains(column) && !IMPERSONAL.contains(&(column.0.as_str(), column.1.as_str())))
        .filter(|(table, column)| !is_office(table, column))
        .collect();
    assert!(missing.is_empty(), "name them in their room's HELD, or say here why they name nobody: {missing:?}");
}

#[test]
fn each_sort_has_a_name_of_its_own_and_words_in_both_languages() {
    let mut codes = BTreeMap::new();
    for held in processing::held() {
        *codes.entry(held.code).or_insert(0) += 1;
        for (zh, en) in [held.name, held.why] {
            assert!(!zh.is_empty() && !en.is_empty() && !en.chars().any(|c| c > '\u{2e80}'), "{}: {en}", held.code);
        }
    }
    assert!(codes.values().all(|n| *n == 1), "{codes:?}");
}

#[tokio::test]
async fn everyone_reads_the_record_and_its_readers_are_those_of_the_table() {
    let test = city().await;
    let record = test.nobody().get("/api/processing").await.ok();
    let row = |code: &str| {
        let rows = record["rows"].as_array().unwrap();
        rows.iter().find(|row| row["code"] == code).unwrap_or_else(|| panic!("{code}")).clone()
    };
    let roles = |code: &str| {
        let row = row(code);
        let roles = row["roles"].as_array().unwrap().iter().map(|role| role["role"].as_str().unwrap().to_owned());
        roles.collect::<BTreeSet<String>>()
    };
    let having = |permission: Permission| {
        let may = Role::ALL.into_iter().filter(|role| role.permissions().contains(&permission));
        may.map(|role| role.as_str().to_owned()).collect::<BTreeSet<String>>()
    };
    assert_eq!(roles("contacts.given"), having(Permission::ContactOpen));
    assert_eq!(roles("visits.words"), having(Permission::VisitOpen));
    assert_eq!((&row("contacts.given")["seen"], &row("contacts.given")["is_sealed"]), (&json!("opened"), &json!(true)));
    assert_eq!((&row("people.secrets")["seen"], &row("people.secrets")["roles"]), (&json!("nobody"), &json!([])));
    assert_eq!(row("cases.words")["is_sealed"], false);
    assert_eq!((&record["days"], &record["terms"][0]["of"]), (&json!(180), &json!("labour.wages")));
    assert_eq!(record["terms"][0]["names"]["zh"], "工资");
    assert!(!record["terms"][1]["names"]["zh"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn an_assessment_is_made_of_what_is_in_force_and_kept_with_its_hash() {
    let test = city().await;
    let contact = json!({"identity": "named", "contact": {"name": "王小明", "phone": "13812345678"}});
    let id = report_id(&test, with(lamp(), contact)).await;
    let desk = test.as_person("dispatcher").await;
    let report = read(&desk, &id).await["reports"][0]["id"].as_str().unwrap().to_owned();
    let open = json!({"purpose": "verify_place", "words": "问清楚是哪一盏"});
    desk.post(&format!("/api/reports/{report}/contact/phone/open"), open).await.ok();

    let security = test.as_person("security").await;
    let once = security.with_header("accept-language", "zh").with_key("this-year");
    let made = once.post("/api/assessments", json!({})).await.ok();
    assert_eq!(once.post("/api/assessments", json!({})).await.ok(), made, "repeated, the same");
    let list = security.get("/api/assessments").await.ok();
    assert_eq!(list["count"], 1);
    let row = &list["rows"][0];
    assert_eq!((&row["year"], &row["number"], &row["made_by"]["name"]), (&json!(2026), &json!(1), &json!("security")));
    let file = security.get(&format!("/api/assessments/{}", made["id"].as_str().unwrap())).await;
    let words: String = pdf::words(&file.body).split_whitespace().collect();
    for word in ["个人信息保护影响评估报告", "2026-001", "办结后180天", "核实", "1次", "谁能看"] {
        assert!(words.contains(word), "{word} is not in {words}");
    }
    assert!(!words.contains("王小明") && !words.contains("138"));
    let auditor = test.as_person("auditor").await;
    let trail = auditor.get("/api/audit?kind=assessment.made").await.ok();
    assert_eq!((&trail["count"], &trail["rows"][0]["params"]["sha256"]), (&json!(1), &row["sha256"]));
    assert_eq!(auditor.get("/api/assessments").await.ok()["count"], 1);
    test.pass_seconds(1);
    security.post("/api/assessments", json!({})).await.ok();
    assert_eq!(security.get("/api/assessments?limit=1").await.ok()["rows"][0]["number"], 2);

    // Part of the instance is not enough, nor is another role.
    test.person("part", Role::SecurityAdmin, "140403", None).await;
    let refused: (u16, String) = (403, "forbidden".into());
    for login in ["part", "dispatcher"] {
        let client = test.as_person(login).await;
        assert_eq!(client.get("/api/assessments").await.refusal(), refused, "{login}");
        assert_eq!(client.post("/api/assessments", json!({})).await.refusal(), refused, "{login}");
    }
    assert_eq!(auditor.post("/api/assessments", json!({})).await.refusal(), refused);
    assert_eq!(test.nobody().get("/api/assessments").await.status, 401);
}
