//! The catalogue's files: in force by place and version, brought in whole or not at all.

use std::path::Path;

use jishi::{
    modules::{calendar, matters, regions},
    platform::access::Role,
};
use serde_json::json;

use crate::support::{Client, TestApp};

fn packaged() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog")
}

fn city() -> String {
    std::fs::read_to_string(packaged().join("matters/01-city.toml")).unwrap()
}

async fn with_catalogue() -> TestApp {
    let app = TestApp::start().await;
    matters::actions::import_packaged(&app.app).await.unwrap();
    calendar::import_packaged(&app.app).await.unwrap();
    app.person("system", Role::SystemAdmin, "1404", None).await;
    app.person("county.system", Role::SystemAdmin, "140403", None).await;
    app
}

#[tokio::test]
async fn a_county_brings_in_its_own_version_of_a_class_and_nobody_elses() {
    let app = with_catalogue().await;
    let county = app.as_person("county.system").await.with_key("county-city");
    let own = city().replace("clock = { days = 7 }", "clock = { days = 3 }");
    let body = json!({ "region": "140403", "toml": own, "valid_from": "2026-11-16" });
    let row = county.put("/api/catalog/matters/city", body.clone()).await.ok();
    assert_eq!((row["version"].as_i64(), row["region"]["code"].as_str()), (Some(1), Some("140403")));
    assert_eq!(row["by"]["name"], "county.system");
    assert_eq!(county.put("/api/catalog/matters/city", body).await.ok(), row, "repeated, the same");
    let days = async |place: &str| {
        let path = format!("/api/matters/city.lighting.street-lamp?region={place}");
        app.nobody().get(&path).await.ok()["clock"]["amount"].as_i64().unwrap()
    };
    assert_eq!((days("140403001").await, days("140404100").await), (3, 7));
    let county = app.as_person("county.system").await;
    let file = county.get("/api/catalog/matters/city?region=140403").await.ok();
    assert_eq!(file["toml"].as_str(), Some(own.as_str()));
    assert_eq!(county.get("/api/catalog/matters/city?version=1").await.ok()["toml"].as_str(), Some(city().as_str()));
    assert_eq!(county.get("/api/catalog/matters/city?version=9").await.refusal(), (404, "not_found".into()));
    let whole = county.put("/api/catalog/matters/city", json!({ "toml": own })).await;
    assert_eq!(whole.refusal(), (404, "not_found".into()), "the city's is not the county's to change");
    let listed = county.get("/api/catalog?kind=matters").await.ok();
    let cities = listed["rows"].as_array().unwrap().iter().filter(|row| row["code"] == "city").count();
    assert_eq!(cities, 2);
    assert_eq!(county.get("/api/catalog?kind=recipes").await.refusal(), (404, "not_found".into()));
    assert!(
        county.get("/api/catalog").await.ok()["rows"].as_array().unwrap().iter().any(|row| row["code"] == "cn-2026")
    );
}

#[tokio::test]
async fn the_second_of_two_who_change_a_file_is_told_and_every_version_stays_to_be_compared() {
    let app = with_catalogue().await;
    let admin = app.as_person("system").await;
    let with_days = |days: i64, seen: i64| json!({ "toml": city().replace("clock = { days = 7 }", &format!("clock = {{ days = {days} }}")), "seen": seen });
    assert_eq!(admin.put("/api/catalog/matters/city", with_days(5, 1)).await.ok()["version"], 2);
    assert_eq!(
        admin.put("/api/catalog/matters/city", with_days(6, 1)).await.refusal(),
        (409, "catalog_changed".into())
    );
    assert_eq!(admin.put("/api/catalog/matters/city", with_days(6, 2)).await.ok()["version"], 3);
    let all = admin.get("/api/catalog/matters/city/versions").await.ok();
    let numbers: Vec<_> = all["rows"].as_array().unwrap().iter().map(|row| row["version"].as_i64().unwrap()).collect();
    assert_eq!(numbers, [3, 2, 1]);
    assert_eq!(admin.get("/api/catalog/matters/none/versions").await.refusal(), (404, "not_found".into()));
}

#[tokio::test]
async fn a_version_waits_for_its_day() {
    let app = with_catalogue().await;
    let admin = app.as_person("system").await;
    let later = city().replace("clock = { days = 7 }", "clock = { days = 2 }");
    let body = json!({ "toml": later, "valid_from": "2026-11-17" });
    assert_eq!(admin.put("/api/catalog/matters/city", body).await.ok()["version"], 2);
    let days =
        async || app.nobody().get("/api/matters/city.lighting.street-lamp").await.ok()["clock"]["amount"].as_i64();
    assert_eq!(days().await, Some(7));
    app.pass_hours(24);
    app.app.refresh().await.unwrap();
    assert_eq!(days().await, Some(2));
}

#[tokio::test]
async fn a_file_with_mistakes_does_not_come_in_and_each_is_told_with_its_line() {
    let app = with_catalogue().await;
    let admin = app.as_person("system").await;
    let broken = city().replacen("kind = \"request\"", "kind = \"wish\"", 1);
    let refused = admin.put("/api/catalog/matters/city", json!({ "toml": broken })).await;
    assert_eq!(refused.refusal(), (422, "catalog_invalid".into()));
    assert!(refused.json()["errors"][0]["line"].as_i64().unwrap() > 1);
    let other = admin.put("/api/catalog/matters/housing", json!({ "toml": city() })).await;
    assert_eq!(other.refusal(), (422, "catalog_invalid".into()), "the file is of another class");
    let duties =
        "[[duty]]\ncode = \"government\"\nname = { zh = \"政府\", en = \"Government\" }\nlevels = [\"township\"]\n";
    let lost = admin.put("/api/catalog/duties/duties", json!({ "toml": duties })).await;
    assert_eq!(lost.refusal(), (422, "catalog_invalid".into()), "matters in force need the duties that are missing");
    let elsewhere = admin.put("/api/catalog/duties/duties", json!({ "toml": duties, "region": "140403" })).await;
    assert_eq!(elsewhere.fields(), [("region".into(), "unknown_value".into())]);
    assert_eq!(admin.get("/api/catalog/matters/city").await.ok()["version"], 1);
    let calendar = std::fs::read_to_string(packaged().join("calendars/cn-2026.toml")).unwrap();
    admin.put("/api/catalog/calendars/cn-2026", json!({ "toml": format!("{calendar}\n") })).await.ok();
    let wrong = admin.put("/api/catalog/calendars/cn-2025", json!({ "toml": calendar })).await;
    assert_eq!(wrong.refusal(), (422, "catalog_invalid".into()));
    app.person("worker", Role::GridWorker, "140403001001001", None).await;
    let worker = app.as_person("worker").await;
    assert_eq!(worker.put("/api/catalog/matters/city", json!({ "toml": city() })).await.refusal().0, 403);
}

#[tokio::test]
async fn of_two_who_change_the_same_file_at_once_the_second_is_told_who_was_faster() {
    let app = with_catalogue().await;
    app.person("other.system", Role::SystemAdmin, "1404", None).await;
    let (one, other) = (app.as_person("system").await, app.as_person("other.system").await);
    for round in 1..=8 {
        let put = async |client: &Client<'_>, days: i64| {
            let toml = city().replace("clock = { days = 7 }", &format!("clock = {{ days = {days} }}"));
            client.put("/api/catalog/matters/city", json!({ "toml": toml, "seen": round })).await
        };
        let (first, second) = tokio::join!(put(&one, 10 + round * 2), put(&other, 11 + round * 2));
        let (done, told, by) =
            if first.status == 200 { (first, second, "system") } else { (second, first, "other.system") };
        let done = done.ok();
        assert_eq!((done["version"].as_i64(), done["by"]["name"].as_str()), (Some(round + 1), Some(by)));
        assert_eq!(told.refusal(), (409, "catalog_changed".into()));
        let said = format!("{by} has just brought in version {}.", round + 1);
        assert!(told.text().contains(&said), "{}", told.text());
    }
}

#[tokio::test]
async fn the_same_file_from_two_at_once_comes_in_once_and_a_calendar_never_fails() {
    let app = with_catalogue().await;
    app.person("other.system", Role::SystemAdmin, "1404", None).await;
    let (one, other) = (app.as_person("system").await, app.as_person("other.system").await);
    let toml = city().replace("clock = { days = 7 }", "clock = { days = 4 }");
    let body = json!({ "toml": toml, "seen": 1 });
    let (first, second) =
        tokio::join!(one.put("/api/catalog/matters/city", body.clone()), other.put("/api/catalog/matters/city", body));
    assert_eq!((first.ok()["version"].as_i64(), second.ok()["version"].as_i64()), (Some(2), Some(2)));
    let calendar = std::fs::read_to_string(packaged().join("calendars/cn-2026.toml")).unwrap();
    for round in 1..=8 {
        let put = async |client: &Client<'_>, lines: usize| {
            let toml = format!("{calendar}{}", "\n".repeat(lines));
            client.put("/api/catalog/calendars/cn-2026", json!({ "toml": toml })).await
        };
        let (first, second) = tokio::join!(put(&one, round * 2), put(&other, round * 2 + 1));
        for answer in [&first, &second] {
            assert!(answer.status == 200 || answer.refusal() == (409, "catalog_changed".into()), "{}", answer.text());
        }
        assert!(first.status == 200 || second.status == 200);
    }
}

#[tokio::test]
async fn what_everyone_reads_and_seldom_changes_is_not_sent_again_until_it_changes() {
    let test = TestApp::start().await.with_catalogue().await;
    let nobody = test.nobody();
    let tag = async |path: &str| nobody.get(path).await.headers["etag"].to_str().unwrap().to_owned();
    for path in [
        "/api/matters",
        "/api/matters?q=路灯",
        "/api/matters/city.lighting.street-lamp",
        "/api/duties",
        "/api/calendar/2026",
        "/api/regions?parent=140403",
        "/api/regions/140403",
        "/api/boundaries?parent=140403",
    ] {
        let path = path.replace("路灯", "%E8%B7%AF%E7%81%AF");
        let first = nobody.get(&path).await;
        assert_eq!((first.status, &first.headers["cache-control"]), (200, &"no-cache".parse().unwrap()), "{path}");
        let known = first.headers["etag"].to_str().unwrap();
        assert!(known.starts_with('"'), "a strong one: {known}");
        let again = nobody.with_header("if-none-match", &format!("\"other\", {known}")).get(&path).await;
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        assert_eq!(again.headers["etag"], first.headers["etag"]);
        let other = nobody.with_header("if-none-match", "\"other\"").get(&path).await;
        assert_eq!((other.status, other.body), (200, first.body), "{path}");
    }
    let (before, all) = (tag("/api/regions?parent=140403").await, tag("/api/matters").await);
    let places = "code,kind,name_zh,valid_from\n140403009,subdistrict,新街道,2023-01-01\n";
    regions::import_csv(&test.app, places.as_bytes()).await.unwrap();
    assert_ne!(tag("/api/regions?parent=140403").await, before);
    assert_eq!(tag("/api/matters").await, all, "what stayed keeps its tag");
    let refused = nobody.with_header("if-none-match", "*").get("/api/regions/999999").await;
    assert_eq!(refused.status, 404, "a refusal has no tag");
}
