//! Taking a redrawing back: everything is where it was, unless somebody moved it since; and when it cannot be.

use jishi::{
    modules::{
        regions::{self, NewSpot},
        register,
    },
    platform::{access::Role, idempotency::Key, import::Writer},
};
use kernel::Names;
use serde_json::{Value, json};

use super::{
    boundaries::{EAST, NORTH, SOUTH, VILLAGE, WEST, drawn, grid_of, halves, land, point, redraw, report},
    support::{Answer, Client, TestApp, code},
};

/// The redrawings of the village, the newest first.
async fn past(admin: &Client<'_>) -> Vec<Value> {
    let path = format!("/api/redrawings?region={VILLAGE}");
    admin.get(&path).await.ok()["rows"].as_array().unwrap().clone()
}

/// The newest that was drawn.
async fn newest(admin: &Client<'_>) -> String {
    past(admin).await[0]["id"].as_str().unwrap().to_owned()
}

async fn look(admin: &Client<'_>, id: &str) -> Value {
    admin.post_empty(&format!("/api/redrawings/{id}/take-back?dry_run=true")).await.ok()
}

async fn take_back(admin: &Client<'_>, id: &str) -> Answer {
    admin.post_empty(&format!("/api/redrawings/{id}/take-back")).await
}

fn codes(places: &Value) -> Vec<&str> {
    places.as_array().unwrap().iter().map(|place| place["code"].as_str().unwrap()).collect()
}

async fn sign(test: &TestApp) -> String {
    let key = Key { actor: "t".into(), operation: "t", key: "spot-key-1".into(), body_hash: vec![] };
    let sign = NewSpot { label: Names::zh_only("北门"), region: code(WEST), lon: Some(113.122), lat: Some(36.198) };
    regions::place_spot(&test.app, Writer::platform(), key, sign).await.unwrap().code
}

async fn lamp(test: &TestApp, name: &str) -> String {
    let lamp = json!({"kind": "facilities.street-lamp", "name": name, "region": WEST, "lon": 113.122, "lat": 36.198});
    test.as_person("worker").await.post("/api/register", lamp).await.ok()["id"].as_str().unwrap().to_owned()
}

async fn posts(test: &TestApp, login: &str) -> Vec<String> {
    let session = test.as_person(login).await.get("/api/session").await.ok();
    let held = session["posts"].as_array().unwrap().clone();
    held.iter().map(|post| post["region"]["code"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_split_taken_back_leaves_everything_where_it_was_and_history_says_both() {
    let test = drawn().await;
    register::import_packaged(&test.app).await.unwrap();
    let (admin, desk) = (test.as_person("admin").await, test.as_person("dispatcher").await);
    let north = report(&test, "4839201746582913", point(2.0, 8.0)).await;
    let pointless = report(&test, "6183920475618392", json!({"source": "chosen", "region": WEST})).await;
    let (sign, lamp) = (sign(&test).await, lamp(&test, "北灯").await);
    redraw(&admin, halves()).await.ok();
    assert_eq!(grid_of(&desk, &north).await, NORTH);
    let new = report(&test, "7291048365172849", point(2.0, 2.0)).await;
    assert_eq!(grid_of(&desk, &new).await, SOUTH);

    test.pass_seconds(1);
    let listed = past(&admin).await;
    let (counts, id) = (&listed[0]["counts"], listed[0]["id"].as_str().unwrap());
    assert_eq!((&listed[0]["way"], &listed[0]["region"]["code"]), (&json!("drawn"), &json!(VILLAGE)));
    assert_eq!((&listed[0]["person"]["name"], &listed[0]["undone_at"]), (&json!("admin"), &Value::Null));
    assert_eq!((&counts["begun"], &counts["ended"], &counts["cases"]), (&json!(2), &json!(1), &json!(2)));
    assert_eq!((&counts["items"], &counts["posts"], &counts["signs"]), (&json!(1), &json!(1), &json!(1)));

    let told = look(&admin, id).await;
    assert_eq!((codes(&told["restored"]), codes(&told["ended"])), (vec![WEST], vec![NORTH, SOUTH]));
    assert_eq!((&told["obstacles"], &told["stays"]), (&json!([]), &json!([])));
    assert_eq!((&told["began_there"], &told["items"]), (&json!(1), &json!(1)));
    assert_eq!(grid_of(&desk, &north).await, NORTH, "a trial changes nothing");

    let key = admin.with_key("take-back-1");
    let path = format!("/api/redrawings/{id}/take-back");
    let done = key.post_empty(&path).await.ok();
    assert_eq!(done, told, "the trial told the truth");
    assert_eq!(key.post_empty(&path).await.ok(), done, "a repetition gets the same answer and does nothing");
    for id in [&north, &pointless, &new] {
        assert_eq!(grid_of(&desk, id).await, WEST);
    }
    let case = desk.get(&format!("/api/cases/{north}")).await.ok();
    let moves: Vec<&Value> =
        case["timeline"].as_array().unwrap().iter().filter(|entry| entry["kind"] == "moved").collect();
    let why: Vec<&str> = moves.iter().map(|entry| entry["params"]["because"].as_str().unwrap()).collect();
    assert!(why.contains(&"redrawn") && why.contains(&"redrawing_taken_back") && why.len() == 2, "{why:?}");

    let worker = test.as_person("worker").await;
    let thing = worker.get(&format!("/api/register/{lamp}")).await.ok();
    assert_eq!(thing["place"]["grid"]["code"], WEST);
    assert_eq!(posts(&test, "worker").await, [WEST]);
    let standing = test.nobody().get(&format!("/api/places/{sign}")).await.ok();
    assert_eq!(standing["region"]["code"], WEST);
    let west = test.nobody().get(&format!("/api/regions/{WEST}")).await.ok();
    assert_eq!((&west["valid_until"], &west["successor"]), (&Value::Null, &Value::Null));
    let gone = test.nobody().get(&format!("/api/regions/{NORTH}")).await.ok();
    assert_eq!((&gone["valid_until"], &gone["successor"]), (&json!("2026-11-16"), &json!(WEST)));
    let located = test.nobody().get("/api/locate?lon=113.122&lat=36.198").await.ok();
    assert_eq!(located["grid"]["code"], WEST, "new reports find the old grid");

    let undone = past(&admin).await[0].clone();
    assert_eq!(undone["undone_by"]["name"], "admin");
    assert!(!undone["undone_at"].is_null());
    assert_eq!(take_back(&admin, id).await.refusal(), (409, "redrawing_taken_back".into()));
    redraw(&admin, halves()).await.ok();
    let again = test.nobody().get(&format!("/api/regions?parent={VILLAGE}")).await.ok();
    assert_eq!(codes(&again["rows"]), [EAST, "140403001001005", "140403001001006"], "no code is given twice");
}

#[tokio::test]
async fn after_a_join_is_taken_back_each_thing_is_where_it_was_even_without_a_point() {
    let test = drawn().await;
    let (admin, desk) = (test.as_person("admin").await, test.as_person("dispatcher").await);
    let csv = format!("login,name,role,region,unit\neastern,eastern,grid_worker,{EAST},office\n");
    let both = jishi::modules::people::import_staff(&test.app, Writer::platform(), csv.as_bytes(), test.by_command());
    assert!(both.await.unwrap().0.errors.is_empty());
    test.unit("clinic", "government", EAST).await;
    let west = report(&test, "4839201746582913", json!({"source": "chosen", "region": WEST})).await;
    let east = report(&test, "6183920475618392", json!({"source": "chosen", "region": EAST})).await;
    let areas = json!([{"names": {"zh": "中心网格"}, "from": [WEST, EAST], "geometry": land(0.0, 0.0, 10.0, 10.0)}]);
    redraw(&admin, areas).await.ok();
    assert_eq!((grid_of(&desk, &west).await.as_str(), grid_of(&desk, &east).await.as_str()), (NORTH, NORTH));
    test.pass_seconds(1);
    let done = take_back(&admin, &newest(&admin).await).await.ok();
    assert_eq!(codes(&done["restored"]), [WEST, EAST]);
    assert_eq!((grid_of(&desk, &west).await.as_str(), grid_of(&desk, &east).await.as_str()), (WEST, EAST));
    assert_eq!((posts(&test, "worker").await, posts(&test, "eastern").await), (vec![WEST.into()], vec![EAST.into()]));
    let moved: Vec<(&str, &str)> = done["units"]
        .as_array()
        .unwrap()
        .iter()
        .map(|unit| (unit["names"]["zh"].as_str().unwrap(), unit["to"]["code"].as_str().unwrap()))
        .collect();
    assert!(moved.contains(&("party", WEST)) && moved.contains(&("clinic", EAST)) && moved.len() == 2, "{moved:?}");
}

#[tokio::test]
async fn what_somebody_moved_or_ended_since_stays_and_is_named() {
    let test = drawn().await;
    register::import_packaged(&test.app).await.unwrap();
    test.person("security", Role::SecurityAdmin, "1404", None).await;
    let (admin, desk) = (test.as_person("admin").await, test.as_person("dispatcher").await);
    let moved = report(&test, "4839201746582913", point(2.0, 8.0)).await;
    let (thing, other) = (lamp(&test, "北灯").await, lamp(&test, "南灯").await);
    redraw(&admin, halves()).await.ok();
    let case = desk.get(&format!("/api/cases/{moved}")).await.ok();
    let there = json!({"version": case["version"], "region": EAST, "reason": "在东边"});
    desk.post(&format!("/api/cases/{moved}/move"), there).await.ok();
    let worker = test.as_person("worker").await;
    let lying = worker.get(&format!("/api/register/{thing}")).await.ok();
    assert_eq!(lying["place"]["grid"]["code"], NORTH);
    // Another is in a village of its own by now.
    let item = desk.get(&format!("/api/register/{other}")).await.ok();
    let away = json!({"version": item["version"], "region": "140403001002"});
    desk.put(&format!("/api/register/{other}"), away).await.ok();
    // Whoever was relieved of their posts since does not get one back.
    let security = test.as_person("security").await;
    let found = security.get("/api/people?q=worker").await.ok()["rows"][0].clone();
    let held = found["posts"].as_array().unwrap().clone();
    assert_eq!(held.len(), 2, "{found}");
    for post in held {
        security.delete(&format!("/api/posts/{}", post["id"].as_str().unwrap())).await.ok();
    }
    test.pass_seconds(1);
    let told = look(&admin, &newest(&admin).await).await;
    let stays = told["stays"].as_array().unwrap();
    let of = |kind: &str| stays.iter().find(|one| one["kind"] == kind).cloned().unwrap_or_default();
    assert_eq!((&of("cases")["count"], &of("cases")["names"][0]["zh"]), (&json!(1), &case["number"]));
    assert_eq!((&of("items")["count"], &of("items")["names"][0]["zh"]), (&json!(1), &json!("南灯")), "{told}");
    assert_eq!(of("posts")["names"][0]["zh"], "worker", "{told}");
    assert_eq!(told["posts"], json!([]), "{told}");
    assert_eq!(told["items"], 1);
    take_back(&admin, &newest(&admin).await).await.ok();
    assert_eq!(grid_of(&desk, &moved).await, EAST);
    let after = security.get("/api/people?q=worker").await.ok()["rows"][0].clone();
    assert_eq!(after["posts"], json!([]), "{after}");
}

#[tokio::test]
async fn a_border_moved_by_hand_or_by_a_file_goes_back_in_turn() {
    let test = drawn().await;
    let (admin, desk) = (test.as_person("admin").await, test.as_person("dispatcher").await);
    let near = report(&test, "4839201746582913", point(4.9, 5.0)).await;
    let shift = |x: f64| json!([{"code": WEST, "geometry": land(0.0, 0.0, x, 10.0)}, {"code": EAST, "geometry": land(x, 0.0, 10.0, 10.0)}]);
    redraw(&admin, shift(4.8)).await.ok();
    assert_eq!(grid_of(&desk, &near).await, EAST);
    let first = newest(&admin).await;
    test.pass_seconds(1);
    let file = json!({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"code": WEST}, "geometry": land(0.0, 0.0, 6.0, 10.0)},
        {"type": "Feature", "properties": {"code": EAST}, "geometry": land(6.0, 0.0, 10.0, 10.0)},
    ]});
    admin.post("/api/boundaries/import", file).await.ok();
    assert_eq!(grid_of(&desk, &near).await, WEST);
    test.pass_seconds(1);

    let told = look(&admin, &first).await;
    let obstacles = told["obstacles"].as_array().unwrap();
    assert!(obstacles.len() == 1 && obstacles[0]["en"].as_str().unwrap().contains("redrawn again at"), "{told}");
    let refused = take_back(&admin, &first).await;
    assert_eq!(refused.refusal(), (409, "redrawing_in_use".into()));
    assert!(refused.text().contains("redrawn again at"), "{}", refused.text());

    let listed = past(&admin).await;
    assert_eq!((&listed[0]["way"], &listed[0]["counts"]["changed"]), (&json!("file"), &json!(2)));
    take_back(&admin, listed[0]["id"].as_str().unwrap()).await.ok();
    assert_eq!(grid_of(&desk, &near).await, EAST, "as the border on the map had it");
    test.pass_seconds(1);
    let done = take_back(&admin, &first).await.ok();
    assert_eq!(codes(&done["changed"]), [WEST, EAST]);
    assert_eq!(grid_of(&desk, &near).await, WEST);
    let drawing = admin.get(&format!("/api/regions/{VILLAGE}/drawing")).await.ok();
    assert_eq!(drawing["places"][0]["geometry"], land(0.0, 0.0, 5.0, 10.0));
    // What the first file drew where nothing was drawn before can be taken away again, too.
    test.pass_seconds(1);
    let all = admin.get("/api/redrawings").await.ok()["rows"].as_array().unwrap().clone();
    let file = all.last().unwrap();
    assert_eq!((&file["counts"]["changed"], &file["region"]["code"]), (&json!(3), &json!("140403001")));
    take_back(&admin, file["id"].as_str().unwrap()).await.ok();
    let drawing = admin.get(&format!("/api/regions/{VILLAGE}/drawing")).await.ok();
    assert!(drawing["places"].as_array().unwrap().iter().all(|place| place["geometry"].is_null()), "{drawing}");
}

#[tokio::test]
async fn what_was_changed_by_hand_since_or_has_nowhere_to_go_stands_in_the_way() {
    let test = drawn().await;
    let (admin, desk) = (test.as_person("admin").await, test.as_person("dispatcher").await);
    // A new area where there was none, and a case that began in it.
    let narrow = json!([{"code": EAST, "geometry": land(5.0, 0.0, 8.0, 10.0)}]);
    redraw(&admin, narrow).await.ok();
    test.pass_seconds(1);
    redraw(&admin, json!([{"names": {"zh": "河滩网格"}, "geometry": land(8.0, 0.0, 10.0, 10.0)}])).await.ok();
    let id = newest(&admin).await;
    let new = report(&test, "4839201746582913", point(9.0, 5.0)).await;
    assert_eq!(grid_of(&desk, &new).await, NORTH);
    let number = desk.get(&format!("/api/cases/{new}")).await.ok()["number"].as_str().unwrap().to_owned();
    let told = look(&admin, &id).await;
    assert!(told["obstacles"][0]["zh"].as_str().unwrap().contains(&number), "{told}");
    assert_eq!(take_back(&admin, &id).await.refusal(), (409, "redrawing_in_use".into()));
    assert_eq!(grid_of(&desk, &new).await, NORTH, "nothing has changed");

    let version = desk.get(&format!("/api/cases/{new}")).await.ok()["version"].clone();
    let there = json!({"version": version, "region": EAST, "reason": "在东边"});
    desk.post(&format!("/api/cases/{new}/move"), there).await.ok();
    admin.post("/api/regions", json!({"code": format!("{NORTH}01"), "names": {"zh": "一号楼"}})).await.ok();
    let told = look(&admin, &id).await;
    assert!(told["obstacles"][0]["en"].as_str().unwrap().contains("places were made in"), "{told}");
    let day = json!({"valid_until": "2026-11-16"});
    admin.put(&format!("/api/regions/{NORTH}01"), day).await.ok();
    let done = take_back(&admin, &id).await.ok();
    assert_eq!((codes(&done["ended"]), &done["restored"]), (vec![NORTH], &json!([])));
}

#[tokio::test]
async fn only_who_may_redraw_there_sees_and_takes_back() {
    let test = drawn().await;
    let admin = test.as_person("admin").await;
    redraw(&admin, halves()).await.ok();
    let id = newest(&admin).await;
    let path = format!("/api/redrawings/{id}/take-back");
    let far = test.as_person("far").await;
    assert_eq!(far.post_empty(&path).await.refusal(), (404, "not_found".into()));
    assert_eq!(far.get("/api/redrawings").await.ok()["count"], 0);
    let desk = test.as_person("dispatcher").await;
    assert_eq!(desk.post_empty(&path).await.refusal(), (403, "forbidden".into()));
    assert_eq!(desk.get("/api/redrawings").await.refusal(), (403, "forbidden".into()));
    let all = admin.get("/api/redrawings?limit=1").await.ok();
    assert_eq!((&all["count"], all["rows"].as_array().unwrap().len()), (&json!(2), 1), "the file of before, too");
    let next = all["next"].as_str().unwrap();
    let rest = admin.get(&format!("/api/redrawings?limit=1&cursor={next}")).await.ok();
    assert_eq!((&rest["rows"][0]["way"], &rest["rows"][0]["person"]), (&json!("file"), &Value::Null));
    test.pass_seconds(1);
    take_back(&admin, &id).await.ok();
    test.person("audit", Role::AuditAdmin, "1404", None).await;
    let trail = test.as_person("audit").await.get("/api/audit?kind=boundaries.restored").await.ok();
    assert_eq!((&trail["count"], &trail["rows"][0]["params"]["begun"]), (&json!(1), &json!([WEST])), "{trail}");
}
