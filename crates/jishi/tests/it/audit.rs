//! Reading the trail.

use jishi::platform::{
    access::Role,
    trail::{self, By, Entry},
};
use serde_json::{Value, json};

use crate::support::TestApp;

async fn with_history() -> TestApp {
    let app = TestApp::start().await;
    app.person("audit", Role::AuditAdmin, "1404", None).await;
    app.person("county.audit", Role::AuditAdmin, "140403", None).await;
    app.person("security", Role::SecurityAdmin, "1404", None).await;
    let security = app.as_person("security").await;
    for (login, region) in [("near", "140403001001001"), ("far", "140404100201001")] {
        let posts = json!([{ "role": "grid_worker", "region": region }]);
        security.post("/api/people", json!({ "name": login, "login": login, "posts": posts })).await.ok();
    }
    app
}

fn kinds(answer: &Value) -> Vec<String> {
    let rows = answer["rows"].as_array().unwrap();
    rows.iter().map(|row| row["kind"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_trail_says_who_did_what_the_newest_first() {
    let app = with_history().await;
    let audit = app.as_person("audit").await;
    let posts = audit.get("/api/audit?kind=post.granted").await.ok();
    assert_eq!(posts["count"], 2);
    let newest = &posts["rows"][0];
    assert_eq!(
        (newest["person"]["name"].as_str(), newest["role"].as_str()),
        (Some("security"), Some("security_admin"))
    );
    assert_eq!(newest["params"]["region"], "140404100201001");
    let all = audit.get("/api/audit?kind=person.&from=2026-11-16&to=2026-11-16").await.ok();
    assert_eq!(kinds(&all), ["person.created", "person.created"]);
    assert_eq!(audit.get("/api/audit?to=2026-11-15").await.ok()["count"], 0);
    let person = newest["person"]["id"].as_str().unwrap();
    assert_eq!(
        audit.get(&format!("/api/audit?person={person}&limit=3")).await.ok()["count"],
        5,
        "a session and two people with posts"
    );
    let object = newest["object_id"].as_str().unwrap();
    assert_eq!(kinds(&audit.get(&format!("/api/audit?object={object}")).await.ok()), ["post.granted"]);
    let sheet = audit.get("/api/audit.csv?kind=post.granted").await.text();
    assert!(sheet.contains("post.granted,security,Security administrator"), "{sheet}");
}

#[tokio::test]
async fn pages_of_the_trail_show_every_entry_once() {
    let app = with_history().await;
    let audit = app.as_person("audit").await;
    let first = audit.get("/api/audit?kind=person.&limit=1").await.ok();
    let next = first["next"].as_str().unwrap();
    let second = audit.get(&format!("/api/audit?kind=person.&limit=1&cursor={next}")).await.ok();
    assert_ne!(first["rows"][0]["seq"], second["rows"][0]["seq"]);
    assert!(second["next"].is_null());
}

#[tokio::test]
async fn a_county_sees_its_own_trail_and_others_see_none() {
    let app = with_history().await;
    let county = app.as_person("county.audit").await;
    let posts = county.get("/api/audit?kind=post.granted").await.ok();
    assert_eq!(
        (posts["count"].as_i64(), posts["rows"][0]["params"]["region"].as_str()),
        (Some(1), Some("140403001001001"))
    );
    let security = app.as_person("security").await;
    assert_eq!(security.get("/api/audit").await.refusal(), (403, "forbidden".into()));
    assert_eq!(app.nobody().get("/api/audit.csv").await.refusal(), (401, "unauthenticated".into()));
}

#[tokio::test]
async fn an_entry_about_a_case_that_is_not_there_is_shown_without_a_number() {
    let app = with_history().await;
    let (now, id) = (app.app.now(), "01900000-0000-7000-8000-000000000001");
    let entry =
        Entry { kind: "case.received", object_kind: "case", object_id: id.into(), place: None, params: json!({}) };
    app.app.db.write(async move |mut tx| trail::record(&mut tx, now, &By::nobody(), entry).await).await.unwrap();
    let found = app.as_person("audit").await.get(&format!("/api/audit?object={id}")).await.ok();
    assert_eq!(kinds(&found), ["case.received"]);
    assert!(found["rows"][0].get("object_number").is_none() && found["rows"][0].get("person").is_none());
}
