//! Units and people from files, through the desk: every mistake by line, nothing half written, nobody else's places.

use axum::http::Method;
use jishi::platform::access::Role;
use serde_json::{Value, json};

use crate::support::{Client, TestApp};

async fn with_administrators() -> TestApp {
    let app = TestApp::start().await.with_catalogue().await;
    app.person("system", Role::SystemAdmin, "1404", None).await;
    app.person("security", Role::SecurityAdmin, "1404", None).await;
    app.person("county.system", Role::SystemAdmin, "140403", None).await;
    app.person("county.security", Role::SecurityAdmin, "140403", None).await;
    app
}

async fn import(client: &Client<'_>, what: &str, csv: &str, is_dry: bool) -> Value {
    let path = format!("/api/{what}/import{}", if is_dry { "?dry_run=true" } else { "" });
    client.send(Method::POST, &path, Some("text/csv"), csv.as_bytes().to_vec()).await.ok()
}

fn mistakes(answer: &Value) -> Vec<(i64, String)> {
    let errors = answer["errors"].as_array().unwrap().iter();
    errors.map(|error| (error["line"].as_i64().unwrap(), error["column"].as_str().unwrap().to_owned())).collect()
}

fn numbers(answer: &Value) -> [i64; 3] {
    ["inserted", "changed", "unchanged"].map(|name| answer[name].as_i64().unwrap())
}

const UNITS: &str = "id_hint,name_zh,name_en,duty,region,parent,phone\n";
const STAFF: &str = "login,name,role,region,unit\n";

#[tokio::test]
async fn a_file_of_units_is_tried_mended_and_brought_in_once() {
    let app = with_administrators().await;
    let admin = app.as_person("system").await;
    let bad = format!(
        "{UNITS}bureau,市水务局,Water,water_supply,1404,,\nwater,区水务局,,Water,140403,bureau,\nx,站,,water_supply,140499,none,\n"
    );
    let told = import(&admin, "units", &bad, false).await;
    assert_eq!(mistakes(&told), [(3, "duty".into()), (4, "region".into())]);
    assert!(told["errors"][0]["message"].as_str().unwrap().contains("water_supply "), "{told}");
    let bad = bad.replace("Water,1404", "water_supply,1404");
    let told = import(&admin, "units", &bad, false).await;
    assert_eq!(mistakes(&told), [(4, "parent".into()), (4, "region".into())]);
    let good = format!(
        "{UNITS}water,区水务局,,water_supply,140403,bureau,\nbureau,市水务局,Water,water_supply,1404,,0355-0000001\n"
    );
    assert_eq!(numbers(&import(&admin, "units", &good, true).await), [2, 0, 0]);
    assert_eq!(admin.get("/api/units").await.ok()["count"], 0, "a dry run writes nothing");
    let once = admin.with_key("the-units-of-today");
    assert_eq!(numbers(&import(&once, "units", &good, false).await), [2, 0, 0]);
    assert_eq!(numbers(&import(&once, "units", &good, false).await), [2, 0, 0], "repeated, the same answer");
    let changed = good.replace("区水务局", "区水利局");
    assert_eq!(numbers(&import(&admin, "units", &changed, false).await), [0, 1, 1]);
    let listed = admin.get("/api/units?q=%E6%B0%B4%E5%88%A9").await.ok();
    assert_eq!(listed["rows"][0]["parent"]["names"]["en"], "Water");
    let moved = changed.replace("water_supply,140403", "water_supply,140404");
    assert_eq!(mistakes(&import(&admin, "units", &moved, false).await), [(2, "region".into())]);
    let county = app.as_person("county.system").await;
    assert_eq!(mistakes(&import(&county, "units", &changed, false).await), [(3, "region".into())]);
    let security = app.as_person("security").await;
    let refused = security.send(Method::POST, "/api/units/import", Some("text/csv"), good.into_bytes()).await;
    assert_eq!(refused.refusal().0, 403);
}

#[tokio::test]
async fn a_file_of_people_gives_each_newcomer_a_password_that_is_shown_again_only_to_the_same_request() {
    let app = with_administrators().await;
    app.unit("court-road", "urban_management", "140403").await;
    let admin = app.as_person("security").await;
    let good = format!(
        "{STAFF}zhao.yi,赵一,department_handler,140403,court-road\nqian.er,钱二,grid_worker,140403001001001,\nqian.er,钱二,village_officer,140403001001,\n"
    );
    let bad = good.replace("grid_worker", "mayor").replace("court-road", "nowhere");
    assert_eq!(mistakes(&import(&admin, "people", &bad, false).await), [(2, "unit".into()), (3, "role".into())]);
    let bad = good.replace("court-road", "nowhere").replace("140403001001001", "140403001009001");
    assert_eq!(mistakes(&import(&admin, "people", &bad, false).await), [(2, "unit".into()), (3, "region".into())]);
    assert_eq!(admin.get("/api/people?q=zhao").await.ok()["count"], 0);
    let tried = import(&admin, "people", &good, true).await;
    assert_eq!((numbers(&tried), tried["welcomed"].as_array().unwrap().len()), ([3, 0, 0], 0));
    let once = admin.with_key("the-people-of-today");
    let made = import(&once, "people", &good, false).await;
    assert_eq!(numbers(&made), [3, 0, 0]);
    assert_eq!(import(&once, "people", &good, false).await, made, "repeated, the same passwords");
    let welcomed = made["welcomed"].as_array().unwrap();
    assert_eq!(welcomed.iter().map(|new| new["login"].as_str().unwrap()).collect::<Vec<_>>(), ["zhao.yi", "qian.er"]);
    assert_eq!(welcomed[1]["posts"].as_array().unwrap().len(), 2, "{made}");
    let log_in = json!({ "login": "qian.er", "password": welcomed[1]["first_password"] });
    let me = app.nobody().post("/api/session", log_in).await.ok();
    assert_eq!((me["must_change_password"].as_bool(), me["posts"].as_array().unwrap().len()), (Some(true), 2));
    let again = import(&admin, "people", &good, false).await;
    assert_eq!((numbers(&again), again["welcomed"].as_array().unwrap().len()), ([0, 0, 3], 0));
    app.person("auditor", Role::AuditAdmin, "1404", None).await;
    let auditor = app.as_person("auditor").await;
    let told = async |kind: &str| auditor.get(&format!("/api/audit?kind={kind}")).await.ok();
    assert_eq!(told("person.created").await["count"], 2);
    let granted = told("post.granted").await;
    assert_eq!(
        granted["count"], 3,
        "whom a colleague gave which post stands on the trail, also from a file: {granted}"
    );
    assert_eq!(granted["rows"][0]["person"]["name"], "security");
}

#[tokio::test]
async fn a_file_gives_nobody_elses_account_a_post_and_nobody_two_separated_roles() {
    let app = with_administrators().await;
    let county = app.as_person("county.security").await;
    let row = |login: &str, name: &str, role: &str, region: &str| format!("{STAFF}{login},{name},{role},{region},\n");
    let login = [(2, "login".to_owned())];
    let of_the_city = row("security", "security", "grid_worker", "140403001001001");
    assert_eq!(mistakes(&import(&county, "people", &of_the_city, false).await), login, "kept by the city");
    let another = row("county.system", "孙三", "grid_worker", "140403001001001");
    assert_eq!(mistakes(&import(&county, "people", &another, false).await), login, "another person's name");
    let elsewhere = row("li.si", "李四", "grid_worker", "140404100201001");
    assert_eq!(mistakes(&import(&county, "people", &elsewhere, false).await), [(2, "region".into())]);
    let both = row("county.system", "county.system", "audit_admin", "140403");
    let told = import(&county, "people", &both, false).await;
    assert!(told["errors"][0]["message"].as_str().unwrap().contains("system, security and audit"), "{told}");
    let system = app.as_person("system").await;
    let refused = system.send(Method::POST, "/api/people/import", Some("text/csv"), both.into_bytes()).await;
    assert_eq!(refused.refusal().0, 403);
}

#[tokio::test]
async fn a_file_with_too_many_newcomers_is_to_be_split() {
    let app = with_administrators().await;
    let rows: String = (0..301).map(|n| format!("w{n:03},王{n},grid_worker,140403001001001,\n")).collect();
    let told = import(&app.as_person("security").await, "people", &format!("{STAFF}{rows}"), true).await;
    assert_eq!(mistakes(&told), [(302, "login".into())]);
}

#[tokio::test]
async fn posts_that_are_over_stand_on_the_persons_page_and_lists_hold_as_many_lines_as_they_count() {
    let app = with_administrators().await;
    let admin = app.as_person("security").await;
    let posts = json!([{ "role": "grid_worker", "region": "140403001001001" }, { "role": "village_officer", "region": "140403001001" }]);
    let made = admin.post("/api/people", json!({ "name": "王芳", "login": "wang.fang", "posts": posts })).await.ok();
    let person = format!("/api/people/{}", made["person"]["id"].as_str().unwrap());
    let post = |number: usize| format!("/api/posts/{}", made["person"]["posts"][number]["id"].as_str().unwrap());
    assert!(admin.delete(&post(0)).await.status == 204);
    app.pass_hours(24);
    let admin = app.as_person("security").await;
    let found = admin.get(&person).await.ok();
    assert_eq!(
        (found["posts"].as_array().unwrap().len(), found["posts"][0]["role"].as_str()),
        (1, Some("village_officer"))
    );
    assert_eq!(
        (found["past_posts"][0]["role"].as_str(), found["past_posts"][0]["until"].as_str()),
        (Some("grid_worker"), Some("2026-11-16"))
    );
    let regrant = json!({ "role": "grid_worker", "region": "140403001001002" });
    admin.post(&format!("{person}/posts"), regrant).await.ok();
    let count = admin.get("/api/people").await.ok()["count"].as_u64().unwrap();
    let sheet = admin.get("/api/people.csv").await.text();
    let rows = csv_rows(&sheet);
    assert_eq!(rows.len() as u64, count + 1, "a line a person, and the head");
    assert!(sheet.contains("\"140403001001\n140403001001002\""), "{sheet}");
    app.person("colleague", Role::VillageOfficer, "140403001001", None).await;
    let own = app.as_person("colleague").await.get("/api/people.csv").await.text();
    assert!(own.contains("王芳") && !own.contains("county.security"), "{own}");
}

/// Lines outside quotes.
fn csv_rows(text: &str) -> Vec<String> {
    let mut rows = vec![String::new()];
    let mut is_quoted = false;
    for sign in text.trim_end().chars() {
        match sign {
            '"' => is_quoted = !is_quoted,
            '\n' if !is_quoted => rows.push(String::new()),
            _ => rows.last_mut().unwrap().push(sign),
        }
    }
    rows
}

#[tokio::test]
async fn a_place_is_renamed_from_its_official_day_and_the_second_of_two_administrators_is_told() {
    let app = with_administrators().await;
    let admin = app.as_person("system").await;
    let place = "/api/regions/140403001001";
    let seen = admin.get(place).await.ok()["version"].as_i64().unwrap();
    let rename = |name: &str, since: &str| json!({ "names": { "zh": name }, "since": since, "version": seen });
    let early = admin.put(place, rename("府前社区", "2022-01-01")).await;
    assert_eq!(early.fields(), [("since".into(), "out_of_range".into())]);
    let late = admin.put(place, rename("府前社区", "2026-11-17")).await;
    assert_eq!(late.fields(), [("since".into(), "out_of_range".into())]);
    admin.put(place, rename("府前社区", "2026-09-01")).await.ok();
    let second = app.as_person("county.system").await.put(place, rename("府东社区", "2026-09-01")).await;
    assert_eq!(second.refusal(), (409, "record_changed".into()));
    let found = admin.get(place).await.ok();
    let former = &found["former"][0];
    assert_eq!(
        (found["names"]["zh"].as_str(), former["names"]["zh"].as_str(), former["valid_until"].as_str()),
        (Some("府前社区"), Some("府后社区"), Some("2026-09-01"))
    );
}
