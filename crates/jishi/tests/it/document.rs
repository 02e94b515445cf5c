//! The API document as a whole. That each answer is what it says is checked beside every request (`support/document.rs`).

use std::collections::BTreeMap;

use axum::http::Method;
use jishi::{http, modules::cases, platform::access::Role};
use serde_json::{Value, json};

use super::support::{TestApp, document::differences};

fn document() -> Value {
    serde_json::to_value(http::openapi()).unwrap()
}

#[test]
fn every_operation_has_a_name_of_its_own_in_small_letters() {
    let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, item) in document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap_or_default().to_owned();
            named.entry(name).or_default().push(format!("{method} {path}"));
        }
    }
    let is_word = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    for (name, operations) in named {
        assert!(is_word(&name) && operations.len() == 1, "{name:?} names {operations:?}");
    }
}

#[test]
fn what_stands_in_an_address_is_part_of_its_path_and_the_rest_is_asked_behind_it() {
    for (path, item) in document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let is_in_path = path.contains(&format!("{{{}}}", parameter["name"].as_str().unwrap()));
                assert_eq!(parameter["in"] == "path", is_in_path, "{method} {path} {parameter}");
            }
        }
    }
}

#[tokio::test]
async fn a_filter_that_no_list_knows_is_refused_with_those_it_knows() {
    let test = TestApp::start().await.with_catalogue().await;
    test.person("desk", Role::TownshipDispatcher, "140403001", None).await;
    let desk = test.as_person("desk").await.with_header("accept-language", "zh");
    // Open data, a list of the desk, its file, and a page of nothing but a cursor.
    for (address, known) in [
        ("/api/open/cases.csv?region=140403003", "place、"),
        ("/api/open/figures?jahr=2025", "place、year"),
        ("/api/call-backs?view=own", "over、own"),
        ("/api/cases?overdu=true", "overdue、"),
        ("/api/cases.xlsx?overdu=true", "overdue、"),
        ("/api/session?x=1", "不用任何参数"),
    ] {
        let refused = desk.get(address).await;
        let said = refused.json()["detail"].as_str().unwrap_or_default().to_owned();
        assert_eq!(refused.refusal(), (400, "unknown_parameter".into()), "{address}");
        assert!(said.contains(known), "{address}: {said}");
    }
    assert_eq!(desk.get("/api/cases?overdue=true&limit=5").await.status, 200);
}

#[test]
fn every_closed_set_of_words_is_documented_as_it_travels() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    macro_rules! check {
        ($($set:ident)*) => {$(
            assert_eq!(schemas[stringify!($set)]["enum"], json!(cases::$set::ALL), stringify!($set));
        )*};
    }
    check! {
        Status ClosedHow Urgency Publicity Identity Channel Outcome Solved Satisfied AssignmentKind AssignmentState
        RefusalReason
    }
}

#[test]
fn no_fixed_word_of_the_document_has_a_capital_or_a_blank() {
    let mut wrong = Vec::new();
    walk(&document(), "", &mut wrong);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn walk(part: &Value, at: &str, wrong: &mut Vec<String>) {
    match part {
        Value::Object(fields) => {
            for (name, field) in fields {
                let at = format!("{at}/{name}");
                if name == "enum" && !field.as_array().is_some_and(|words| words.iter().all(is_plain)) {
                    wrong.push(format!("{at}: {field}"));
                }
                walk(field, &at, wrong);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, at, wrong)),
        _ => {}
    }
}

fn is_plain(word: &Value) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'.';
    word.as_str().is_some_and(|word| !word.is_empty() && word.bytes().all(plain))
}

#[test]
fn an_answer_with_a_wrong_word_a_missing_field_or_one_nobody_spoke_of_is_noticed() {
    let place = json!({"source": "pin", "is_guess": false});
    let good = json!({"number": "1", "status": "received", "place": place});
    let check = |answer: &Value| differences(&Method::POST, "/api/reports", None, 201, Some(answer));
    assert_eq!(check(&good), Vec::<String>::new());
    for (field, value, expected) in [
        ("status", json!("Received"), "answered.status is \"Received\""),
        ("number", Value::Null, "answered.number is null"),
        ("mood", json!("good"), "answered.mood is not said"),
        ("place", json!({"source": "pin"}), "answered.place.is_guess is missing"),
    ] {
        let mut answer = good.clone();
        answer[field] = value;
        let wrong = check(&answer);
        assert!(wrong.len() == 1 && wrong[0].starts_with(expected), "{wrong:?}");
    }
    assert_eq!(differences(&Method::POST, "/api/reports", None, 202, None), ["status 202 is not said"]);
    assert_eq!(differences(&Method::GET, "/api/nothing", None, 200, None), ["the operation is not said"]);
}
