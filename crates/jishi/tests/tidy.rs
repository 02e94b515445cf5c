//! The shape that `ARCHITECTURE.md` describes, checked by reading the sources; and the tables it prints.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
};

use jishi::{
    http,
    modules::cases::{TRANSITIONS, TURNS, Turn, Whose},
    platform::access::{Permission, Role},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// All Rust files below a folder, with their path from it.
fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(current) = folders.pop() {
        for entry in fs::read_dir(current).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// Lines of code: comments and the unit tests at a file's end left out.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn modules() -> Vec<(String, String)> {
    sources(&root().join("crates/jishi/src/modules"))
}

fn is_test(name: &str) -> bool {
    name.ends_with("tests.rs") || name.contains("tests/")
}

/// The table "who may use whom" of the architecture page.
fn allowed() -> BTreeMap<String, BTreeSet<String>> {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let table = page.split("<!-- imports:").nth(1).unwrap();
    let rows = table.lines().skip(1).take_while(|line| line.starts_with('|')).skip(2);
    let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<_>>();
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').collect();
        (names(cells[1]).into_iter().next().unwrap(), names(cells[2]))
    })
    .collect()
}

/// The modules named in `use crate::modules::{..}` trees and paths, whatever their layout.
fn uses(text: &str, all: &BTreeSet<String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for start in ["crate::modules::", "    modules::", "{modules::"] {
        for (at, _) in text.match_indices(start) {
            let rest = &text[at + start.len()..];
            if let Some(tree) = rest.strip_prefix('{') {
                found.extend(heads(tree).into_iter().filter(|head| all.contains(head)));
            } else {
                let head: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                found.extend(Some(head).filter(|head| all.contains(head)));
            }
        }
    }
    found
}

/// The first names of a `{a, b::c, d::{..}}` tree.
fn heads(tree: &str) -> Vec<String> {
    let (mut depth, mut head, mut heads, mut fresh) = (0, String::new(), Vec::new(), true);
    for c in tree.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                heads.push(std::mem::take(&mut head));
                fresh = true;
            }
            c if depth == 0 && fresh && (c.is_alphanumeric() || c == '_') => head.push(c),
            ':' if depth == 0 => fresh = false,
            _ => {}
        }
    }
    heads.push(head);
    heads
}

/// One of two types of one name would silently stand in the API's document for both.
#[test]
fn no_two_types_of_the_api_have_one_name() {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, text) in modules() {
        for part in code(&text).split("#[derive(").skip(1) {
            let Some((derived, rest)) = part.split_once(")]") else { continue };
            let mut words = rest.split_whitespace().skip_while(|word| !matches!(*word, "struct" | "enum")).skip(1);
            let name: String = words.next().unwrap_or_default().chars().take_while(|c| c.is_alphanumeric()).collect();
            // A type with a parameter is named after what it holds.
            let is_generic = rest.split_once(&name).is_some_and(|(_, after)| after.starts_with('<'));
            if derived.contains("ToSchema") && !is_generic && !rest.contains("#[schema(as") {
                found.entry(name).or_default().push(file.clone());
            }
        }
    }
    found.retain(|_, files| files.len() > 1);
    assert_eq!(found, BTreeMap::new());
}

#[test]
fn modules_use_one_another_as_the_table_says() {
    let allowed = allowed();
    let all: BTreeSet<String> = allowed.keys().cloned().collect();
    for (name, text) in modules().into_iter().filter(|(name, _)| !is_test(name)) {
        let owner = name.split(['/', '.']).next().unwrap().to_owned();
        if owner == "mod" {
            continue;
        }
        let may = allowed.get(&owner).unwrap_or_else(|| panic!("{owner} is not in the table"));
        for used in uses(&code(&text), &all).into_iter().filter(|used| *used != owner) {
            assert!(may.contains(&used), "{name} uses {used}, which the table in ARCHITECTURE.md does not allow");
        }
    }
}

#[test]
fn the_web_stays_in_http_and_sql_in_stores() {
    for (name, text) in modules().into_iter().filter(|(name, _)| !is_test(name)) {
        let code = code(&text);
        let is_http = name.ends_with("/http.rs") || name.contains("/http/");
        for word in ["axum::", "utoipa::path", "utoipa_axum"] {
            assert!(is_http || !code.contains(word), "{name} speaks of {word}");
        }
        // A small module is one file.
        let is_store = name.ends_with("store.rs") || name.contains("/store/") || name == "contacts/mod.rs";
        assert!(is_store || !code.contains("sql!("), "{name} holds SQL");
    }
}

#[test]
fn only_actions_open_transactions() {
    for (name, text) in modules().into_iter().filter(|(name, _)| !is_test(name)) {
        let is_action =
            name.contains("actions") || name == "schedule.rs" || name.contains("import") || name.contains("login/");
        assert!(is_action || !code(&text).contains(".write(async"), "{name} opens a transaction");
    }
}

#[test]
fn only_the_db_crate_names_a_backend() {
    for folder in ["crates/kernel/src", "crates/geo/src", "crates/jishi/src"] {
        for (name, text) in sources(&root().join(folder)) {
            assert!(!code(&text).contains("sqlx::"), "{folder}/{name} names sqlx");
        }
    }
}

/// Red lines (`product` rules): these may be neither stored nor asked nor answered, in any language of the code.
const RED: [&str; 22] = [
    "religion",
    "ethnic",
    "nationality",
    "political",
    "petition",
    "key_person",
    "risk_score",
    "track_",
    "trajectory",
    "check_in",
    "checkin",
    "attendance",
    "online_time",
    "streak",
    "ranking",
    "leaderboard",
    "face_",
    "id_card",
    "信仰",
    "民族",
    "上访",
    "重点人员",
];

#[test]
fn no_table_and_no_operation_crosses_a_red_line() {
    let mut texts: Vec<(String, String)> = fs::read_dir(root().join("migrations"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap().to_lowercase()))
        .collect();
    let api = http::openapi();
    let names: Vec<String> = api
        .components
        .iter()
        .flat_map(|parts| parts.schemas.iter())
        .map(|(name, schema)| {
            let properties = serde_json::to_value(schema).unwrap();
            let keys = properties["properties"]
                .as_object()
                .map(|map| map.keys().cloned().collect::<Vec<_>>())
                .unwrap_or_default();
            format!("{name} {}", keys.join(" "))
        })
        .collect();
    texts.push(("the API's fields".into(), names.join("\n").to_lowercase()));
    texts.push(("the API's paths".into(), api.paths.paths.keys().cloned().collect::<Vec<_>>().join("\n")));
    for (name, text) in texts {
        for word in RED {
            assert!(!text.contains(word), "{name} speaks of {word}");
        }
    }
}

/// Compares a generated part of a page with what stands there; `JISHI_WRITE=1` writes it.
fn generated(page: &str, mark: &str, table: &str) {
    let path = root().join(page);
    let text = fs::read_to_string(&path).unwrap();
    let (head, rest) = text.split_once(mark).unwrap_or_else(|| panic!("{page} has no {mark}"));
    let old: String = rest
        .lines()
        .skip(1)
        .skip_while(|line| line.is_empty())
        .take_while(|line| !line.is_empty())
        .map(|line| format!("{line}\n"))
        .collect();
    if old == table {
        return;
    }
    assert!(
        env::var_os("JISHI_WRITE").is_some(),
        "{page} is behind the code; run JISHI_WRITE=1 cargo test -p jishi --test tidy"
    );
    let after = if old.is_empty() { rest.to_owned() } else { rest.replacen(&format!("\n\n{old}"), "\n", 1) };
    let line_end = after.split_once('\n').map_or("", |(first, _)| first);
    let tail = after.split_once('\n').map_or("", |(_, tail)| tail);
    fs::write(path, format!("{head}{mark}{line_end}\n\n{table}{tail}")).unwrap();
}

#[test]
fn the_transitions_stand_in_the_architecture_page() {
    let mut table = "| step | from | to | whose |\n|---|---|---|---|\n".to_owned();
    for row in TRANSITIONS {
        let from: Vec<&str> = row.from.iter().map(|status| status.as_str()).collect();
        let to = row.to.map_or("–", |status| status.as_str());
        let whose = match row.whose {
            Whose::Place(permission) => format!("whoever answers for the place, `{}`", permission.as_str()),
            Whose::Lead => "the lead unit".to_owned(),
            Whose::LeadOrPlace(permission) => {
                format!("the lead unit, or whoever answers for the place, `{}`", permission.as_str())
            }
            Whose::Assignee => "lead or assistants; at triage the desk".to_owned(),
            Whose::Reader(permission) => format!("whoever may see it, `{}`", permission.as_str()),
        };
        table.push_str(&format!("| `{}` | {} | {to} | {whose} |\n", row.name, from.join(", ")));
    }
    for Turn { name, from, to, whose } in TURNS {
        let from: Vec<&str> = from.iter().map(|status| status.as_str()).collect();
        table.push_str(&format!("| {name} | {} | {} | {whose} |\n", from.join(", "), to.as_str()));
    }
    generated("ARCHITECTURE.md", "<!-- transitions: written by crates/jishi/tests/tidy.rs -->", &table);
    generated("ARCHITECTURE.md", "<!-- states: written by crates/jishi/tests/tidy.rs -->", &drawing());
}

/// The same as a picture: each way once, with all that lead there.
fn drawing() -> String {
    let steps = TRANSITIONS.iter().filter_map(|row| Some((row.name, row.from, row.to?)));
    let turns = TURNS.iter().map(|turn| (turn.name, turn.from, turn.to));
    let mut ways: Vec<((&str, &str), Vec<&str>)> = Vec::new();
    for (name, from, to) in steps.chain(turns) {
        for from in from.iter().filter(|from| **from != to) {
            let way = (from.as_str(), to.as_str());
            match ways.iter_mut().find(|(known, _)| *known == way) {
                Some((_, names)) if names.contains(&name) => {}
                Some((_, names)) => names.push(name),
                None => ways.push((way, vec![name])),
            }
        }
    }
    let mut text = "```mermaid\nstateDiagram-v2\n    [*] --> received\n".to_owned();
    for ((from, to), names) in ways {
        text.push_str(&format!("    {from} --> {to}: {}\n", names.join(", ")));
    }
    text + "```\n"
}

#[test]
fn the_permissions_stand_in_their_page() {
    let mut table = format!("| permission | {} |\n", Role::ALL.map(|role| role.names().zh().to_owned()).join(" | "));
    table.push_str(&format!("|---|{}\n", "---|".repeat(Role::ALL.len())));
    for permission in Permission::ALL {
        let marks = Role::ALL.map(|role| if role.permissions().contains(&permission) { "●" } else { "" });
        table.push_str(&format!("| `{}` | {} |\n", permission.as_str(), marks.join(" | ")));
    }
    generated("docs/permissions.md", "<!-- permissions: written by crates/jishi/tests/tidy.rs -->", &table);
}

/// Every test by the path under which `docs/security.md` names it: `it::log_in::..` for the integration tests,
/// `jishi::http::guard::tests::..` for those beside the code.
fn all_tests() -> BTreeSet<String> {
    let crates = root().join("crates");
    let roots = [
        ("it", "jishi/tests/it"),
        ("jishi", "jishi/src"),
        ("kernel", "kernel/src"),
        ("geo", "geo/src"),
        ("db", "db/src"),
    ];
    let mut found = BTreeSet::new();
    for (first, folder) in roots {
        for (name, text) in sources(&crates.join(folder)) {
            let path = name.trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::");
            let inner = if text.contains("\nmod tests {") { "::tests" } else { "" };
            found.extend(tests_in(&text).map(|test| format!("{first}::{path}{inner}::{test}")));
        }
    }
    for (first, file) in [("tidy", "jishi/tests/tidy.rs"), ("writing", "db/tests/writing.rs")] {
        let text = fs::read_to_string(crates.join(file)).unwrap();
        found.extend(tests_in(&text).map(|test| format!("{first}::{test}")));
    }
    found
}

/// The names of the functions that a mark of a test stands before.
fn tests_in(text: &str) -> impl Iterator<Item = &str> {
    let marked = text.split("#[test]").skip(1).chain(text.split("#[tokio::test").skip(1));
    marked.filter_map(|rest| rest.split_once("fn ")?.1.split('(').next())
}

#[test]
fn every_test_and_file_that_the_security_page_names_is_there() {
    let page = fs::read_to_string(root().join("docs/security.md")).unwrap();
    let tests = all_tests();
    let quoted: Vec<&str> =
        page.lines().filter(|line| line.starts_with('|')).flat_map(|line| line.split('`').skip(1).step_by(2)).collect();
    let is_test = |name: &&&str| {
        ["it::", "jishi::", "kernel::", "geo::", "db::", "tidy::", "writing::"]
            .iter()
            .any(|first| name.starts_with(first))
    };
    let named: Vec<&&str> = quoted.iter().filter(is_test).collect();
    assert!(named.len() > 60, "the page names {} tests", named.len());
    for name in named {
        assert!(tests.contains(*name), "docs/security.md names {name}, which is no test");
    }
    for path in quoted.iter().filter(|name| name.contains('/') && !name.starts_with('/') && !name.contains([' ', '{']))
    {
        assert!(root().join(path).exists(), "docs/security.md names {path}, which is not there");
    }
}

#[test]
fn every_row_of_the_security_page_says_how_it_stands() {
    let page = fs::read_to_string(root().join("docs/security.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with('|')).filter(|line| {
        let first = line.split('|').nth(1).unwrap_or_default().trim();
        first.starts_with(|c: char| c.is_ascii_digit())
    });
    let mut count = 0;
    for row in rows {
        let stands = row.split('|').nth(3).unwrap_or_default().trim();
        let says = stands.contains('`') || ["open", "operator", "not here"].iter().any(|word| stands.starts_with(word));
        assert!(says, "{row}");
        count += 1;
    }
    assert!(count > 120, "the page has {count} rows");
}
