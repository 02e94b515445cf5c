//! The loop, from a resident's first word to their verdict.

mod bad_input;
mod cohandling;
mod conflict;
mod contacts;
mod lists;
mod parts;
mod print;
mod search;
mod silence;
mod split;
mod straight;
mod twists;

use jishi::{
    modules::{SharedApp, calendar, matters},
    platform::access::Role,
};
use serde_json::{Value, json};

use super::support::{Client, TestApp};

/// The grid of the tests, and a receipt.
pub const GRID: &str = "140403001001001";
pub const LAMP: &str = "city.lighting.street-lamp";
pub const RECEIPT: &str = "1234567890123456";

/// The small city with the packaged catalogue and calendars, units and people of every sort.
pub async fn city() -> TestApp {
    peopled(TestApp::start().await).await
}

/// The same, where somebody has moved the clock before.
pub async fn peopled(test: TestApp) -> TestApp {
    let app = SharedApp::clone(&test.app);
    matters::actions::import_packaged(&app).await.unwrap();
    calendar::import_packaged(&app).await.unwrap();
    test.unit("street", "government", "140403001").await;
    test.unit("other-street", "government", "140403002").await;
    test.unit("village", "government", "140403001001").await;
    test.unit("lamps", "urban_management", "140403").await;
    test.unit("power", "power", "140403").await;
    test.person("dispatcher", Role::TownshipDispatcher, "140403001", Some("street")).await;
    test.person("second", Role::TownshipDispatcher, "140403001", Some("street")).await;
    test.person("neighbour", Role::TownshipDispatcher, "140403002", Some("other-street")).await;
    test.person("officer", Role::VillageOfficer, "140403001001", Some("village")).await;
    test.person("worker", Role::GridWorker, GRID, Some("village")).await;
    test.person("handler", Role::DepartmentHandler, "140403", Some("lamps")).await;
    test.person("colleague", Role::DepartmentHandler, "140403", Some("lamps")).await;
    test.person("helper", Role::DepartmentHandler, "140403", Some("power")).await;
    test.person("county", Role::CountyOffice, "140403", None).await;
    test.person("auditor", Role::AuditAdmin, "1404", None).await;
    test.person("security", Role::SecurityAdmin, "1404", None).await;
    test
}

/// A report of a street lamp, to be changed as a test needs.
pub fn lamp() -> Value {
    json!({
        "receipt": RECEIPT, "text": "门口路灯不亮三天了", "matter": LAMP, "identity": "anonymous",
        "place": {"source": "chosen", "region": GRID}, "locale": "zh"
    })
}

pub fn with(mut body: Value, changes: Value) -> Value {
    for (key, value) in changes.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

/// Reports the lamp; returns the case's id as the desk sees it.
pub async fn reported(test: &TestApp) -> String {
    test.nobody().post("/api/reports", lamp()).await.ok();
    let desk = test.as_person("dispatcher").await;
    let rows = desk.get("/api/cases?view=undecided").await.ok();
    rows["rows"][0]["id"].as_str().unwrap().to_owned()
}

/// Reports what is told; returns the case's id.
pub async fn report_id(test: &TestApp, body: Value) -> String {
    let number = test.nobody().post("/api/reports", body).await.ok()["number"].as_str().unwrap().to_owned();
    let found = test.as_person("county").await.get(&format!("/api/cases?q={number}")).await.ok();
    found["rows"][0]["id"].as_str().unwrap().to_owned()
}

pub async fn read(client: &Client<'_>, id: &str) -> Value {
    client.get(&format!("/api/cases/{id}")).await.ok()
}

/// Takes a step at the version just read.
pub async fn step(client: &Client<'_>, id: &str, name: &str, body: Value) -> super::support::Answer {
    let version = client.get(&format!("/api/cases/{id}")).await.json()["version"].clone();
    client.post(&format!("/api/cases/{id}/{name}"), with(body, json!({"version": version}))).await
}

/// Dispatches as proposed and signs.
pub async fn in_hand(test: &TestApp, id: &str) {
    let desk = test.as_person("dispatcher").await;
    let proposal = desk.get(&format!("/api/cases/{id}/proposal")).await.ok();
    let lead = proposal["lead"]["unit"]["id"].clone();
    let assists: Vec<Value> =
        proposal["assists"].as_array().unwrap().iter().map(|unit| unit["unit"]["id"].clone()).collect();
    step(&desk, id, "dispatch", json!({"lead": lead, "assists": assists})).await.ok();
    step(&test.as_person("handler").await, id, "sign", json!({})).await.ok();
}

/// As far as the result.
pub async fn filed(test: &TestApp, id: &str) {
    in_hand(test, id).await;
    let handler = test.as_person("handler").await;
    step(&handler, id, "work", json!({"text": "到现场"})).await.ok();
    step(&handler, id, "result", json!({"text": "已更换灯泡", "outcome": "solved"})).await.ok();
}

pub fn verdict(solved: &str) -> Value {
    json!({"contacted": true, "solved": solved, "satisfied": if solved == "yes" { "satisfied" } else { "dissatisfied" }})
}
