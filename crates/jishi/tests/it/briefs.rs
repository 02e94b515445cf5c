//! The morning and the week: each figure opens into as many cases as it says.

use serde_json::{Value, json};

use super::{
    cases::{LAMP, RECEIPT, city, filed, in_hand, lamp, read, step, verdict, with},
    support::{Client, TestApp},
};

/// Everything that is counted and opened, wherever it stands in an answer.
fn counted(answer: &Value, found: &mut Vec<(String, i64, Value)>) {
    match answer {
        Value::Object(fields) => {
            if let (Some(opens), Some(count)) = (fields.get("opens"), fields.get("count").or(fields.get("overdue"))) {
                let code = fields.get("code").and_then(Value::as_str).unwrap_or("?").to_owned();
                found.push((code, count.as_i64().unwrap(), opens.clone()));
            }
            for what in ["before", "due_soon"] {
                if let Some(count) = fields.get(what).filter(|value| value.is_i64()) {
                    found.push((what.to_owned(), count.as_i64().unwrap(), fields[&format!("{what}_opens")].clone()));
                }
            }
            fields.values().for_each(|value| counted(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| counted(item, found)),
        _ => {}
    }
}

async fn every_figure_opens(client: &Client<'_>, answer: &Value) -> usize {
    let mut found = Vec::new();
    counted(answer, &mut found);
    for (code, count, opens) in &found {
        let query: Vec<String> = opens
            .as_object()
            .unwrap()
            .iter()
            .map(|(key, value)| format!("{key}={}", value.as_str().unwrap()))
            .collect();
        let list = client.get(&format!("/api/cases?{}", query.join("&"))).await.ok();
        assert_eq!(list["count"].as_i64().unwrap(), *count, "{code} opens {opens}");
        assert_eq!(list["rows"].as_array().unwrap().len(), usize::try_from(*count).unwrap().min(20), "{code}");
    }
    found.len()
}

fn of(figures: &Value, code: &str) -> i64 {
    let figure = figures.as_array().unwrap().iter().find(|figure| figure["code"] == code);
    figure.unwrap_or_else(|| panic!("{code}"))["count"].as_i64().unwrap()
}

async fn report(test: &TestApp, receipt: &str, changes: Value) -> String {
    let body = with(with(lamp(), json!({"receipt": receipt})), changes);
    let number = test.nobody().post("/api/reports", body).await.ok()["number"].as_str().unwrap().to_owned();
    let rows = test.as_person("county").await.get(&format!("/api/cases?q={number}")).await.ok();
    rows["rows"][0]["id"].as_str().unwrap().to_owned()
}

/// Four lamps on Monday, one of them confirmed; two more on Tuesday. Then it is Wednesday, nine days later one is late.
async fn some_days(test: &TestApp) {
    let done = report(test, RECEIPT, json!({})).await;
    filed(test, &done).await;
    test.nobody().with_receipt(RECEIPT).post("/api/receipt/verdict", verdict("yes")).await.ok();
    let late = report(test, "2234567890123456", json!({})).await;
    in_hand(test, &late).await;
    report(test, "3234567890123456", json!({})).await;
    report(test, "4234567890123456", json!({"place": {"source": "chosen", "region": "140403001002001"}})).await;
    test.pass_hours(24);
    let redone = report(test, "5234567890123456", json!({})).await;
    filed(test, &redone).await;
    test.nobody().with_receipt("5234567890123456").post("/api/receipt/verdict", verdict("no")).await.ok();
    let waiting = report(test, "6234567890123456", json!({})).await;
    filed(test, &waiting).await;
    test.pass_hours(24);
}

#[tokio::test]
async fn a_leaders_morning_says_what_is_late_and_what_changed_and_every_figure_opens() {
    let test = city().await;
    some_days(&test).await;
    let desk = test.as_person("dispatcher").await;
    let morning = desk.get("/api/briefs/morning").await.ok();
    assert_eq!((&morning["place"]["code"], &morning["yesterday"]), (&json!("140403001"), &json!("2026-11-17")));
    let (now, changed) = (&morning["now"], &morning["changed"]);
    assert_eq!([of(now, "undecided"), of(now, "redone"), of(now, "verifying"), of(now, "overdue")], [2, 1, 1, 0]);
    assert_eq!((of(changed, "received"), changed[0]["before"].as_i64()), (2, Some(4)));
    assert_eq!((of(changed, "ended"), changed[1]["before"].as_i64()), (0, Some(1)));
    assert!(every_figure_opens(&desk, &morning).await >= 27);
    // Seven days from tomorrow; what was given no part of and what waits to be signed is not begun.
    let forecast = morning["forecast"].as_array().unwrap();
    let days: Vec<&Value> = forecast.iter().map(|day| &day["day"]).collect();
    assert_eq!((days.len(), days[0], days[6]), (7, &json!("2026-11-19"), &json!("2026-11-25")));
    let sum = |what: &str| forecast.iter().map(|day| day[what]["count"].as_i64().unwrap()).sum::<i64>();
    assert_eq!((sum("due"), sum("unbegun")), (4, 2), "{forecast:?}");
    let rest: Vec<bool> = forecast.iter().map(|day| day["is_working"].as_bool().unwrap()).collect();
    assert_eq!(rest, [true, true, false, false, true, true, true]);
    // A week on, what was not done is late, and its unit is told with the longest wait.
    test.pass_hours(24 * 7);
    let desk = test.as_person("dispatcher").await;
    let morning = desk.get("/api/briefs/morning").await.ok();
    assert_eq!(of(&morning["now"], "overdue"), 4, "{}", morning["now"]);
    let carrying = morning["carrying"].as_array().unwrap();
    assert_eq!(carrying.len(), 1, "what nobody was given is nobody's: {carrying:?}");
    assert_eq!((&carrying[0]["unit"]["duty"], &carrying[0]["overdue"]), (&json!("urban_management"), &json!(2)));
    assert_eq!(morning["late"].as_array().unwrap().len(), 4);
    every_figure_opens(&desk, &morning).await;
    assert_eq!(morning["units"], json!([]), "it counts the whole township");
    // Whoever works for a unit reads of what the unit has, and whose that is.
    let morning = test.as_person("handler").await.get("/api/briefs/morning").await.ok();
    assert_eq!(morning["units"][0]["duty"], "urban_management", "{morning}");
}

#[tokio::test]
async fn a_surge_is_told_beside_what_is_usual() {
    let test = city().await;
    for receipt in ["1234567890123456", "2234567890123456", "3234567890123456"] {
        report(&test, receipt, json!({})).await;
    }
    test.pass_hours(24);
    let county = test.as_person("county").await;
    let morning = county.get("/api/briefs/morning?region=140403").await.ok();
    let surges = morning["surges"].as_array().unwrap();
    assert_eq!((surges.len(), &surges[0]["matter"]["code"], &surges[0]["count"]), (1, &json!(LAMP), &json!(3)));
    assert_eq!(surges[0]["usual_tenths"], 0);
    every_figure_opens(&county, &morning).await;
}

#[tokio::test]
async fn a_weeks_brief_stands_beside_the_week_before_and_every_figure_opens() {
    let test = city().await;
    some_days(&test).await;
    let county = test.as_person("county").await;
    let week = county.get("/api/briefs/week?region=140403&day=2026-11-20").await.ok();
    assert_eq!(
        (&week["from"], &week["to"], &week["is_over"]),
        (&json!("2026-11-16"), &json!("2026-11-22"), &json!(false))
    );
    let figures = &week["figures"];
    let told = ["received", "ended", "confirmed", "ended_in_time", "ended_late"].map(|code| of(figures, code));
    assert_eq!(told, [6, 1, 1, 1, 0]);
    assert_eq!(week["matters"][0]["count"], 6);
    let places = week["places"].as_array().unwrap();
    assert_eq!((places.len(), &places[0]["place"]["code"]), (1, &json!("140403001")));
    assert_eq!(of(&places[0]["figures"], "received"), 6);
    assert!(every_figure_opens(&county, &week).await > 10);
    let township = county.get("/api/briefs/week?region=140403001").await.ok();
    let codes: Vec<&Value> = township["places"].as_array().unwrap().iter().map(|row| &row["place"]["code"]).collect();
    assert_eq!(codes, ["140403001001", "140403001002"], "in the order of the codes, whatever their figures");
    every_figure_opens(&county, &township).await;
    let next = county.get("/api/briefs/week?region=140403&day=2026-11-25").await.ok();
    assert_eq!(next["figures"][0]["before"], 6);
}

#[tokio::test]
async fn a_brief_is_of_ones_own_places_or_of_what_ones_unit_has() {
    let test = city().await;
    some_days(&test).await;
    let neighbour = test.as_person("neighbour").await;
    assert_eq!(neighbour.get("/api/briefs/morning?region=140403001").await.refusal().0, 404);
    assert_eq!(neighbour.get("/api/briefs/week?region=140404").await.refusal().0, 404);
    assert_eq!(of(&neighbour.get("/api/briefs/morning").await.ok()["now"], "undecided"), 0);
    let handler = test.as_person("handler").await;
    let morning = handler.get("/api/briefs/morning").await.ok();
    assert_eq!((of(&morning["now"], "undecided"), of(&morning["now"], "redone")), (0, 1));
    every_figure_opens(&handler, &morning).await;
    assert_eq!(test.as_person("auditor").await.get("/api/briefs/morning").await.refusal().0, 403);
    assert_eq!(neighbour.get("/api/briefs/week?day=soon").await.refusal().0, 400);
}

#[tokio::test]
async fn what_ended_is_listed_by_its_end_and_its_filters_hold_with_words_too() {
    let test = city().await;
    some_days(&test).await;
    let desk = test.as_person("dispatcher").await;
    let count = async |query: &str| desk.get(&format!("/api/cases?{query}")).await.ok()["count"].as_i64().unwrap();
    assert_eq!(count("ended_from=2026-11-16&ended_to=2026-11-16").await, 1);
    assert_eq!(count("ended_from=2026-11-17").await, 0);
    assert_eq!(count("ended_to=2026-11-16&q=%E8%B7%AF%E7%81%AF").await, 1);
    assert_eq!(count("in_time=true").await, 1);
    assert_eq!(count("in_time=false&q=%E8%B7%AF%E7%81%AF").await, 0);
    assert_eq!(count("closed_how=confirmed").await, 1);
    assert_eq!((count("redone=true").await, count("redone=false").await), (1, 5));
    assert_eq!(
        count("due_from=2026-11-23&due_to=2026-11-23").await,
        5,
        "four of Monday, and one sent back with half the time"
    );
    let csv = desk.get("/api/cases.csv?ended_from=2026-11-16").await.text();
    assert_eq!(csv.lines().count(), 2, "{csv}");
    let id = desk.get("/api/cases?ended_from=2026-11-16").await.ok()["rows"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(read(&desk, &id).await["closed_how"], "confirmed");
    let again = step(&desk, &id, "remark", json!({"text": "x", "photos": [], "shown_to_resident": false})).await;
    assert_eq!(again.status, 409);
}
