//! Units, people, posts: who may keep them, and what always holds.

use jishi::{
    modules::people::{self, Visit},
    platform::{
        access::{Actor, Role},
        import::Writer,
    },
};
use kernel::{Code, Level};
use serde_json::{Value, json};

use crate::support::{Client, TestApp, code};

const UNITS: &str = include_str!("../../../../demo/changzhi/units.csv");
const STAFF: &str = include_str!("../../../../demo/changzhi/staff.csv");
const PLACES: &str = include_str!("../../../../demo/changzhi/regions.csv");

/// A city's system and security administrators, and a security administrator of the county 140403.
async fn with_administrators() -> TestApp {
    let app = TestApp::start().await.with_catalogue().await;
    app.person("system", Role::SystemAdmin, "1404", None).await;
    app.person("security", Role::SecurityAdmin, "1404", None).await;
    app.person("county.security", Role::SecurityAdmin, "140403", None).await;
    app
}

fn newcomer(login: &str, posts: Value) -> Value {
    json!({ "name": "王芳", "login": login, "posts": posts })
}

fn grid_worker() -> Value {
    json!({ "role": "grid_worker", "region": "140403001001001" })
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

async fn actor(app: &TestApp, login: &str) -> Actor {
    let person = people::person_of_login_unscoped(&mut app.app.db.read().await.unwrap(), login).await.unwrap().unwrap();
    let token = people::begin_session(&app.app, person.id, &Visit::default()).await.unwrap();
    people::actor(&app.app, &token, &Visit::default()).await.unwrap()
}

async fn find_person(client: &Client<'_>, login: &str) -> Value {
    let found = client.get(&format!("/api/people?q={login}")).await.ok();
    let rows = found["rows"].as_array().unwrap().clone();
    rows.into_iter().find(|row| row["login"] == login).unwrap_or_else(|| panic!("no {login} in {found}"))
}

#[tokio::test]
async fn a_unit_is_created_once_changed_by_version_and_found_by_duty() {
    let app = with_administrators().await;
    let admin = app.as_person("system").await;
    let new = json!({ "names": { "zh": "潞州区城市管理局", "en": "Urban Management" }, "duty": "urban_management", "region": "140403", "phone": "0355-0000004" });
    let once = admin.with_key("the-same-key");
    let unit = once.post("/api/units", new.clone()).await.ok();
    assert_eq!(once.post("/api/units", new).await.ok(), unit, "repeated, it is the same unit");
    assert_eq!((unit["level"].as_str(), unit["version"].as_i64()), (Some("county"), Some(1)));
    let address = format!("/api/units/{}", id(&unit));
    let change = |version: i64, until: Option<&str>| json!({ "names": { "zh": "潞州区城管局" }, "duty": "urban_management", "region": "140403", "version": version, "until": until });
    assert_eq!(admin.put(&address, change(1, None)).await.ok()["version"], 2);
    assert_eq!(admin.put(&address, change(1, None)).await.refusal(), (409, "record_changed".into()));
    let (place, today) = (code("140403001001"), app.app.today());
    let mut db = app.app.db.read().await.unwrap();
    let found = people::find_unit_unscoped(&mut db, "urban_management", Level::County, &place, today).await.unwrap();
    assert_eq!(found.unwrap().names.zh(), "潞州区城管局");
    // Whoever looks for somebody to do the work finds those that work for the place, and none of the next county.
    for (place, count) in [("140403001001", 1), ("140403", 1), ("140404", 0)] {
        let serving = admin.get(&format!("/api/units?serves={place}&q=%E5%9F%8E%E7%AE%A1")).await.ok();
        assert_eq!(serving["count"], count, "{place}");
    }
    let listed = admin.get("/api/units?region=1404&duty=urban_management&q=%E5%9F%8E%E7%AE%A1").await.ok();
    assert_eq!((listed["count"].as_i64(), listed["rows"].as_array().unwrap().len()), (Some(1), 1));
    let security = app.as_person("security").await;
    let post = json!({ "role": "department_handler", "region": "140403", "unit": unit["id"] });
    security.post("/api/people", newcomer("li.gong", json!([post]))).await.ok();
    let members = people::members_unscoped(&mut db, id(&unit).parse().unwrap(), today).await;
    assert_eq!(members.unwrap()[0].name, "王芳");
    assert_eq!(admin.put(&address, change(2, Some("2026-11-16"))).await.refusal(), (409, "unit_in_use".into()));
    let mut other = change(2, None);
    other["duty"] = json!("urban_managment");
    assert_eq!(admin.put(&address, other).await.fields(), [("duty".into(), "unknown_duty".into())]);
}

#[tokio::test]
async fn a_unit_with_a_wrong_field_is_refused_by_field() {
    let app = with_administrators().await;
    let admin = app.as_person("system").await;
    let check = async |body: Value| admin.post("/api/units", body).await.fields();
    let unit = |names: Value, duty: &str, region: &str| json!({ "names": names, "duty": duty, "region": region });
    assert_eq!(
        check(unit(json!({ "en": "X" }), "water_supply", "140403")).await,
        [("names.zh".into(), "required".into())]
    );
    assert_eq!(check(unit(json!({ "zh": "局" }), "Water!", "140403")).await, [("duty".into(), "unknown_duty".into())]);
    assert_eq!(
        check(unit(json!({ "zh": "局" }), "water_supply", "14040300100100101")).await,
        [("region".into(), "bad_format".into())]
    );
    assert_eq!(
        check(unit(json!({ "zh": "局" }), "water_supply", "140499")).await,
        [("region".into(), "unknown_region".into())]
    );
    let mut with_parent = unit(json!({ "zh": "局" }), "water_supply", "140403");
    with_parent["parent"] = json!("00000000-0000-7000-8000-000000000000");
    assert_eq!(check(with_parent).await, [("parent".into(), "unknown_unit".into())]);
    let worker = app.as_person("security").await;
    assert_eq!(worker.post("/api/units", unit(json!({ "zh": "局" }), "water_supply", "140403")).await.refusal().0, 403);
}

#[tokio::test]
async fn a_person_is_created_with_a_first_password_that_a_repeated_request_shows_again() {
    let app = with_administrators().await;
    let admin = app.as_person("security").await.with_key("create-wang-fang");
    let made = admin.post("/api/people", newcomer("wang.fang", json!([grid_worker()]))).await.ok();
    assert_eq!(admin.post("/api/people", newcomer("wang.fang", json!([grid_worker()]))).await.ok(), made);
    let first = made["first_password"].as_str().unwrap();
    let me = app.nobody().post("/api/session", json!({ "login": "wang.fang", "password": first })).await.ok();
    assert_eq!(me["posts"][0]["region"]["names"]["zh"], "第一网格");
    let admin = app.as_person("security").await;
    let taken = admin.post("/api/people", newcomer("wang.fang", json!([]))).await;
    assert_eq!(taken.fields(), [("login".into(), "duplicate".into())]);
    let bad = admin.post("/api/people", newcomer("王芳", json!([]))).await;
    assert_eq!(bad.fields(), [("login".into(), "bad_format".into())]);
    let nowhere = json!([grid_worker(), { "role": "village_officer", "region": "140403999" }]);
    let bad = admin.post("/api/people", newcomer("li.si", nowhere)).await;
    assert_eq!(bad.fields(), [("posts.1.region".into(), "unknown_region".into())]);
    assert_eq!(admin.get("/api/people?q=li.si").await.ok()["count"], 0, "nothing of it was kept");
}

#[tokio::test]
async fn a_reset_ends_sessions_and_opens_what_was_locked() {
    let app = with_administrators().await;
    let admin = app.as_person("security").await;
    let made = admin.post("/api/people", newcomer("wang.fang", json!([grid_worker()]))).await.ok();
    let person = id(&made["person"]);
    let first = made["first_password"].as_str().unwrap();
    let begun = app.nobody().post("/api/session", json!({ "login": "wang.fang", "password": first })).await;
    let worker = app.nobody().with_cookie(&begun.cookie());
    let reset = admin.with_key("reset-wang-fang");
    let second = reset.post_empty(&format!("/api/people/{person}/reset-password")).await.ok();
    assert_ne!(second["first_password"], made["first_password"]);
    assert_eq!(reset.post_empty(&format!("/api/people/{person}/reset-password")).await.ok(), second);
    assert_eq!(worker.get("/api/session").await.refusal().0, 401);
    let begun =
        app.nobody().post("/api/session", json!({ "login": "wang.fang", "password": second["first_password"] })).await;
    let worker = app.nobody().with_cookie(&begun.cookie());
    worker.get("/api/session").await.ok();
    admin.delete(&format!("/api/people/{person}/sessions")).await.ok();
    assert_eq!(worker.get("/api/session").await.refusal().0, 401);
    let renamed = admin.put(&format!("/api/people/{person}"), json!({ "name": "王芳芳", "version": 2 })).await.ok();
    assert_eq!(renamed["name"], "王芳芳");
    let stale = admin.put(&format!("/api/people/{person}"), json!({ "name": "王", "version": 2 })).await;
    assert_eq!(stale.refusal(), (409, "record_changed".into()));
}

#[tokio::test]
async fn a_county_administrator_cannot_touch_another_county() {
    let app = with_administrators().await;
    app.person("neighbour", Role::GridWorker, "140404100201001", None).await;
    let city = app.as_person("security").await;
    let neighbour = id(&find_person(&city, "neighbour").await);
    let county = app.as_person("county.security").await;
    assert_eq!(county.get("/api/people?q=neighbour").await.ok()["count"], 0);
    let not_found = (404, "not_found".to_owned());
    assert_eq!(county.get(&format!("/api/people/{neighbour}")).await.refusal(), not_found);
    let name = json!({ "name": "x", "version": 1 });
    assert_eq!(county.put(&format!("/api/people/{neighbour}"), name).await.refusal(), not_found);
    assert_eq!(county.post_empty(&format!("/api/people/{neighbour}/reset-password")).await.refusal(), not_found);
    assert_eq!(county.delete(&format!("/api/people/{neighbour}/sessions")).await.refusal(), not_found);
    assert_eq!(county.post(&format!("/api/people/{neighbour}/posts"), grid_worker()).await.refusal(), not_found);
    let post = id(&find_person(&city, "neighbour").await["posts"][0]);
    assert_eq!(county.delete(&format!("/api/posts/{post}")).await.refusal(), not_found);
    let elsewhere = json!([{ "role": "grid_worker", "region": "140404100201001" }]);
    assert_eq!(county.post("/api/people", newcomer("li.si", elsewhere)).await.refusal(), not_found);
}

#[tokio::test]
async fn nobody_combines_two_administrators_and_the_last_of_each_stays() {
    let app = with_administrators().await;
    let admin = app.as_person("security").await;
    let system = find_person(&admin, "system").await;
    let both = json!({ "role": "audit_admin", "region": "140403" });
    let posts = format!("/api/people/{}/posts", id(&system));
    assert_eq!(admin.post(&posts, both).await.refusal(), (409, "separated_duties".into()));
    let last = format!("/api/posts/{}", id(&system["posts"][0]));
    assert_eq!(admin.delete(&last).await.refusal(), (409, "last_administrator".into()));
    app.person("second", Role::SystemAdmin, "1404", None).await;
    admin.delete(&last).await.ok();
    assert_eq!(admin.delete(&last).await.refusal(), (409, "post_ended".into()));
    let second = find_person(&admin, "second").await;
    let last = format!("/api/posts/{}", id(&second["posts"][0]));
    assert_eq!(admin.delete(&last).await.refusal(), (409, "last_administrator".into()));
    let county = find_person(&admin, "county.security").await;
    admin.delete(&format!("/api/posts/{}", id(&county["posts"][0]))).await.ok();
}

#[tokio::test]
async fn of_the_last_two_administrators_only_one_can_be_ended_at_the_same_moment() {
    let app = with_administrators().await;
    app.person("other.security", Role::SecurityAdmin, "1404", None).await;
    let (one, other) = (app.as_person("security").await, app.as_person("other.security").await);
    app.person("audit0", Role::AuditAdmin, "1404", None).await;
    let mut left = "audit0".to_owned();
    for round in 1..=12 {
        let fresh = format!("audit{round}");
        app.person(&fresh, Role::AuditAdmin, "1404", None).await;
        let (a, b) = (find_person(&one, &left).await, find_person(&one, &fresh).await);
        let end = async |client: &Client<'_>, person: &Value| {
            client.delete(&format!("/api/posts/{}", id(&person["posts"][0]))).await
        };
        let leave = async |client: &Client<'_>, person: &Value| {
            client.post(&format!("/api/people/{}/leave", id(person)), json!({ "until": "2026-11-16" })).await
        };
        let (first, second) = match round % 3 {
            0 => tokio::join!(end(&one, &a), end(&other, &b)),
            1 => tokio::join!(end(&one, &a), leave(&other, &b)),
            _ => tokio::join!(leave(&one, &a), leave(&other, &b)),
        };
        let (ended, kept) = if first.status < 300 { (first, second) } else { (second, first) };
        assert!(ended.status < 300, "{}", ended.text());
        assert_eq!(kept.refusal(), (409, "last_administrator".into()));
        let holders = one.get("/api/people?role=audit_admin").await.ok();
        assert_eq!(holders["count"], 1, "{holders}");
        left = holders["rows"][0]["login"].as_str().unwrap().to_owned();
    }
}

#[tokio::test]
async fn two_who_leave_on_different_days_do_not_count_on_one_another() {
    let app = with_administrators().await;
    app.person("second", Role::SystemAdmin, "1404", None).await;
    let admin = app.as_person("security").await;
    let leave = async |login: &str, until: &str| {
        let person = find_person(&admin, login).await;
        admin.post(&format!("/api/people/{}/leave", id(&person)), json!({ "until": until })).await
    };
    leave("second", "2026-12-01").await.ok();
    assert_eq!(leave("system", "2026-11-20").await.refusal(), (409, "last_administrator".into()));
    app.person("third", Role::SystemAdmin, "1404", None).await;
    leave("system", "2026-11-20").await.ok();
}

#[tokio::test]
async fn posts_count_only_between_their_days_and_a_deputy_ends_with_the_one_stood_in_for() {
    let app = with_administrators().await;
    let admin = app.as_person("security").await;
    app.person("leader", Role::TownshipLeader, "140403001", None).await;
    app.person("deputy", Role::GridWorker, "140403001001001", None).await;
    let (leader, deputy) = (find_person(&admin, "leader").await, find_person(&admin, "deputy").await);
    let stands_in = json!({ "role": "township_leader", "region": "140403001", "from": "2026-11-17", "deputy_for": leader["posts"][0]["id"] });
    let posts = format!("/api/people/{}/posts", id(&deputy));
    let given = admin.post(&posts, stands_in.clone()).await.ok();
    assert_eq!(given["posts"][1]["deputy_for"]["name"], "leader");
    assert_eq!(admin.post(&posts, stands_in).await.fields(), [("role".into(), "duplicate".into())]);
    let client = app.as_person("deputy").await;
    assert_eq!(client.get("/api/session").await.ok()["posts"].as_array().unwrap().len(), 1, "it begins tomorrow");
    app.pass_hours(24);
    let client = app.as_person("deputy").await;
    assert!(client.get("/api/session").await.ok()["permissions"].to_string().contains("case.dispatch"));
    let admin = app.as_person("security").await;
    admin.delete(&format!("/api/posts/{}", id(&leader["posts"][0]))).await.ok();
    assert!(!client.get("/api/session").await.ok()["permissions"].to_string().contains("case.dispatch"));
    let wrong = json!({ "role": "village_officer", "region": "140403001001", "deputy_for": deputy["posts"][0]["id"] });
    let refused = admin.post(&format!("/api/people/{}/posts", id(&leader)), wrong).await;
    assert_eq!(refused.fields(), [("deputy_for".into(), "deputy_differs".into())]);
    let short = json!({ "role": "village_officer", "region": "140403001001", "until": "2026-11-17" });
    assert_eq!(admin.post(&posts, short).await.fields(), [("until".into(), "bad_format".into())]);
    let unit =
        json!({ "role": "department_handler", "region": "140403", "unit": "00000000-0000-7000-8000-000000000000" });
    assert_eq!(admin.post(&posts, unit).await.fields(), [("unit".into(), "unknown_unit".into())]);
}

#[tokio::test]
async fn whoever_leaves_has_no_post_no_session_and_no_way_back_in() {
    let app = with_administrators().await;
    app.person("leaver", Role::GridWorker, "140403001001001", None).await;
    let security = app.as_person("security").await;
    let person = find_person(&security, "leaver").await;
    let (leaver, admin) = (app.as_person("leaver").await, actor(&app, "security").await);
    let (county, today) = (actor(&app, "county.security").await, app.app.today());
    let leave = async |actor: Actor, login: &str| {
        let shared = app.app.clone();
        let who =
            people::person_of_login_unscoped(&mut app.app.db.read().await.unwrap(), login).await.unwrap().unwrap().id;
        app.app.db.write(async move |mut tx| people::leave_in(&mut tx, &shared, &actor, who, today).await).await
    };
    assert_eq!(leave(county, "system").await.unwrap_err().code(), Code::NotFound);
    assert_eq!(leave(admin.clone(), "system").await.unwrap_err().code(), Code::LastAdministrator);
    leave(admin, "leaver").await.unwrap();
    assert_eq!(leaver.get("/api/session").await.refusal().0, 401);
    let gone = security.get(&format!("/api/people/{}", id(&person))).await.ok();
    assert_eq!((gone["left_at"].as_str(), gone["posts"].as_array().unwrap().len()), (Some("2026-11-16"), 0));
    assert_eq!(security.get("/api/people?q=leaver").await.ok()["count"], 0);
    assert_eq!(security.get("/api/people?q=leaver&left=true").await.ok()["count"], 1);
    let again = security.post(&format!("/api/people/{}/posts", id(&person)), grid_worker()).await;
    assert_eq!(again.refusal(), (404, "not_found".into()));
}

#[tokio::test]
async fn lists_page_through_everything_once_and_count_what_they_show() {
    let app = with_administrators().await;
    for number in 0..7 {
        app.person(&format!("worker{number}"), Role::GridWorker, "140403001001001", None).await;
        app.unit(&format!("=unit-{number}"), "government", "140403001001").await;
    }
    let admin = app.as_person("security").await;
    for (path, count) in [("/api/people?role=grid_worker&region=140403001", 7), ("/api/units?region=140403001", 7)] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = admin.get(&format!("{path}&limit=3{cursor}")).await.ok();
            assert_eq!((page["count"].as_i64(), page["count_capped"].as_bool()), (Some(count), Some(false)));
            seen.extend(page["rows"].as_array().unwrap().iter().map(id));
            let Some(next) = page["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        let distinct: std::collections::HashSet<_> = seen.iter().collect();
        assert_eq!((seen.len(), distinct.len()), (7, 7), "{path}");
    }
    assert_eq!(admin.get("/api/people?limit=0").await.fields(), [("limit".into(), "out_of_range".into())]);
    assert_eq!(admin.get("/api/units?cursor=zz").await.fields(), [("cursor".into(), "bad_cursor".into())]);
    assert_eq!(admin.get("/api/units?q=%25").await.ok()["count"], 0, "a percent sign is not a wildcard");
    let sheet = admin.get("/api/units.csv?region=140403001").await;
    assert!(
        sheet.text().starts_with('\u{FEFF}') && sheet.text().contains("'=unit-6,government,140403001001,府后社区"),
        "{}",
        sheet.text()
    );
    assert!(admin.get("/api/people.csv").await.text().contains("worker6,,Grid worker,140403001001001"));
    let worker = app.as_person("worker0").await;
    assert_eq!(worker.get("/api/people").await.ok()["count"], 7, "colleagues of one's own place");
}

#[tokio::test]
async fn the_demo_city_comes_in_whole_and_a_second_time_changes_nothing() {
    let app = TestApp::start().await.with_catalogue().await;
    let places = jishi::modules::regions::import_csv(&app.app, PLACES.as_bytes()).await;
    assert!(places.unwrap().errors.is_empty());
    let rows = i64::try_from(UNITS.lines().count() - 1).unwrap();
    let first = people::import_units(&app.app, Writer::platform(), UNITS.as_bytes(), app.by_command()).await.unwrap();
    assert_eq!((first.inserted, first.errors.len()), (rows, 0), "{:?}", first.errors.first());
    let renamed = UNITS.replace("潞州区城市管理局", "潞州区城管局");
    let second =
        people::import_units(&app.app, Writer::platform(), renamed.as_bytes(), app.by_command()).await.unwrap();
    assert_eq!((second.inserted, second.changed, second.unchanged), (0, 1, rows - 1));
    let (staff, _) =
        people::import_staff(&app.app, Writer::platform(), STAFF.as_bytes(), app.by_command()).await.unwrap();
    assert!(staff.inserted > 50 && staff.errors.is_empty(), "{:?}", staff.errors.first());
    let (again, _) =
        people::import_staff(&app.app, Writer::platform(), STAFF.as_bytes(), app.by_command()).await.unwrap();
    assert_eq!((again.inserted, again.unchanged), (0, staff.inserted));
    let unknown = b"login,name,role,region,unit\nx.y,X,village_officer,999999,none\n";
    let (unknown, _) = people::import_staff(&app.app, Writer::platform(), unknown, app.by_command()).await.unwrap();
    let told: Vec<_> = unknown.errors.iter().map(|mistake| (mistake.line, mistake.field.field.as_str())).collect();
    assert_eq!(told, [(2, "region"), (2, "unit")]);
}
