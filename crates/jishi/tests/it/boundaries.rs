//! Drawing places anew: splitting, joining, moving a border, and all that follows.

use jishi::{
    modules::{
        matters, redrawing,
        regions::{self, NewSpot},
        register,
    },
    platform::{access::Role, idempotency::Key, import::Writer},
};
use kernel::Names;
use serde_json::{Value, json};

use super::support::{Client, TestApp, code};

pub const VILLAGE: &str = "140403001001";
pub const WEST: &str = "140403001001001";
pub const EAST: &str = "140403001001002";

/// A rectangle in thousandths of a degree from the village's south-western corner; the village is 10 by 10.
pub fn land(west: f64, south: f64, east: f64, north: f64) -> Value {
    let at = |x: f64, y: f64| json!([rounded(113.12 + x / 1000.0), rounded(36.19 + y / 1000.0)]);
    json!({"type": "Polygon", "coordinates":
        [[at(west, south), at(east, south), at(east, north), at(west, north), at(west, south)]]})
}

fn rounded(number: f64) -> f64 {
    (number * 1e7).round() / 1e7
}

/// The small city; its first village has a boundary, and two grids that share it, west and east.
pub async fn drawn() -> TestApp {
    let test = TestApp::start().await;
    matters::actions::import_packaged(&test.app).await.unwrap();
    test.unit("office", "government", VILLAGE).await;
    test.unit("party", "party_organisation", WEST).await;
    test.person("admin", Role::SystemAdmin, "1404", None).await;
    test.person("far", Role::SystemAdmin, "140404", None).await;
    test.person("worker", Role::GridWorker, WEST, Some("office")).await;
    test.person("dispatcher", Role::TownshipDispatcher, "140403001", None).await;
    let all = file(&[
        (VILLAGE, land(0.0, 0.0, 10.0, 10.0)),
        (WEST, land(0.0, 0.0, 5.0, 10.0)),
        (EAST, land(5.0, 0.0, 10.0, 10.0)),
    ]);
    let report = import(&test, all).await.report;
    assert!(report.errors.is_empty() && report.inserted == 3, "{report:?}");
    test
}

/// The platform brings a file of boundaries in.
async fn import(test: &TestApp, all: Value) -> redrawing::BoundariesDone {
    let platform = (Writer::platform(), Names::new("平台", "The platform"));
    redrawing::import_boundaries(&test.app, platform, all, test.by_command()).await.unwrap()
}

#[tokio::test]
async fn pages_offer_a_map_and_ones_position_only_where_a_point_tells_something() {
    let offered = async |test: &TestApp| {
        let map = test.nobody().get("/api/setup").await.ok()["map"].clone();
        (map["locates"].as_bool().unwrap(), map["shows"].as_bool().unwrap())
    };
    let bare = TestApp::start().await;
    assert_eq!(offered(&bare).await, (false, false), "no boundary, no seat, no tiles");
    let report = import(&bare, file(&[("140403", land(0.0, 0.0, 10.0, 10.0))])).await.report;
    assert!(report.errors.is_empty(), "{report:?}");
    assert_eq!(offered(&bare).await, (false, true), "the county's outline alone tells no township");
    assert_eq!(offered(&drawn().await).await, (true, true));
}

#[tokio::test]
async fn a_file_that_does_not_fit_is_warned_of_and_comes_in_all_the_same() {
    let test = drawn().await;
    let admin = test.as_person("admin").await;
    let shifted = file(&[(WEST, land(-2.0, 0.0, 6.0, 9.0))]);
    let told = admin.post("/api/boundaries/import?dry_run=true", shifted.clone()).await.ok();
    let mut kinds: Vec<&str> =
        told["findings"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!((kinds, told["changed"].as_i64()), (vec!["gap", "outside", "overlap"], Some(1)), "{told}");
    let done = admin.post("/api/boundaries/import", shifted).await.ok();
    assert_eq!(done["findings"], told["findings"], "also once it is written");
    let fitting = file(&[(WEST, land(0.0, 0.0, 5.0, 10.0))]);
    assert_eq!(admin.post("/api/boundaries/import", fitting).await.ok()["findings"], json!([]));
}

/// A file with boundaries of some places.
fn file(areas: &[(&str, Value)]) -> Value {
    let feature = |(code, geometry): &(&str, Value)| json!({"type": "Feature", "properties": {"code": code}, "geometry": geometry});
    json!({"type": "FeatureCollection", "features": areas.iter().map(feature).collect::<Vec<_>>()})
}

/// Reports something at a point of the village, or without one in a grid; returns the case's id.
pub async fn report(test: &TestApp, receipt: &str, place: Value) -> String {
    let body = json!({"receipt": receipt, "text": format!("路灯不亮 {}", word(receipt)), "matter": "city.lighting.street-lamp",
        "identity": "anonymous", "place": place, "locale": "zh"});
    test.nobody().post("/api/reports", body).await.ok();
    let desk = test.as_person("dispatcher").await;
    let rows = desk.get("/api/cases?view=undecided").await.ok()["rows"].as_array().unwrap().clone();
    let mine = rows.iter().find(|row| row["summary"].as_str().unwrap().contains(word(receipt)));
    mine.unwrap()["id"].as_str().unwrap().to_owned()
}

/// What a report is known by: its receipt stands in no list.
fn word(receipt: &str) -> &str {
    &receipt[..2]
}

pub fn point(x: f64, y: f64) -> Value {
    json!({"source": "pin", "lon": rounded(113.12 + x / 1000.0), "lat": rounded(36.19 + y / 1000.0)})
}

pub async fn grid_of(client: &Client<'_>, id: &str) -> String {
    let case = client.get(&format!("/api/cases/{id}")).await.ok();
    case["place"]["grid"]["code"].as_str().unwrap_or_default().to_owned()
}

async fn seen(admin: &Client<'_>) -> Value {
    admin.get(&format!("/api/regions/{VILLAGE}/drawing")).await.ok()["seen"].clone()
}

pub async fn redraw(admin: &Client<'_>, areas: Value) -> super::support::Answer {
    let body = json!({"seen": seen(admin).await, "areas": areas});
    admin.post(&format!("/api/regions/{VILLAGE}/redraw"), body).await
}

async fn trial(admin: &Client<'_>, areas: Value) -> super::support::Answer {
    let body = json!({"seen": seen(admin).await, "areas": areas});
    admin.post(&format!("/api/regions/{VILLAGE}/redraw?dry_run=true"), body).await
}

/// The western grid as two, north and south; what has no point goes to the south.
pub fn halves() -> Value {
    json!([
        {"names": {"zh": "第三网格"}, "from": [WEST], "geometry": land(0.0, 5.0, 5.0, 10.0)},
        {"names": {"zh": "第四网格"}, "from": [WEST], "geometry": land(0.0, 0.0, 5.0, 5.0), "is_heir": true},
    ])
}

pub const NORTH: &str = "140403001001003";
pub const SOUTH: &str = "140403001001004";

#[tokio::test]
async fn a_split_moves_cases_posts_and_signs_and_says_so() {
    let test = drawn().await;
    let (admin, desk) = (test.as_person("admin").await, test.as_person("dispatcher").await);
    let north = report(&test, "4839201746582913", point(2.0, 8.0)).await;
    let south = report(&test, "5729104863725184", point(2.0, 2.0)).await;
    let pointless = report(&test, "6183920475618392", json!({"source": "chosen", "region": WEST})).await;
    let east = report(&test, "7291048365172849", point(8.0, 8.0)).await;
    let key = Key { actor: "t".into(), operation: "t", key: "spot-key-1".into(), body_hash: vec![] };
    let sign = NewSpot { label: Names::zh_only("北门"), region: code(WEST), lon: Some(113.122), lat: Some(36.198) };
    let sign = regions::place_spot(&test.app, Writer::platform(), key, sign).await.unwrap();
    register::import_packaged(&test.app).await.unwrap();
    let lamp = json!({"kind": "facilities.street-lamp", "name": "北灯", "region": WEST, "lon": 113.122, "lat": 36.198});
    let lamp = test.as_person("worker").await.post("/api/register", lamp).await.ok();

    let told = trial(&admin, halves()).await.ok();
    assert_eq!(told["items"], 1, "a thing of the register");
    assert_eq!(told["ended"][0]["place"]["code"], WEST);
    assert_eq!(told["ended"][0]["heir"]["code"], SOUTH);
    assert_eq!(told["findings"], json!([]));
    let moves: Vec<(&str, i64, i64)> = told["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            (
                it["to"]["code"].as_str().unwrap(),
                it["by_point"].as_i64().unwrap(),
                it["without_point"].as_i64().unwrap(),
            )
        })
        .collect();
    assert!(moves.contains(&(NORTH, 1, 0)) && moves.contains(&(SOUTH, 1, 1)) && moves.len() == 2, "{moves:?}");
    assert_eq!(told["posts"][0]["person"]["name"], "worker");
    assert_eq!(told["posts"][0]["to"].as_array().unwrap().len(), 2);
    assert_eq!((&told["units"][0]["to"]["code"], &told["spots"][0]["to"]["code"]), (&json!(SOUTH), &json!(NORTH)));
    assert_eq!(grid_of(&desk, &north).await, WEST, "a trial changes nothing");

    let key = admin.with_key("redraw-key-1");
    let body = json!({"seen": seen(&admin).await, "areas": halves()});
    let path = format!("/api/regions/{VILLAGE}/redraw");
    let done = key.post(&path, body.clone()).await.ok();
    assert_eq!(done["cases"], told["cases"], "the trial told the truth");
    assert_eq!(key.post(&path, body).await.ok(), done, "a repetition gets the same answer and does nothing");

    for (id, grid) in [(&north, NORTH), (&south, SOUTH), (&pointless, SOUTH), (&east, EAST)] {
        assert_eq!(grid_of(&desk, id).await, grid);
    }
    let case = desk.get(&format!("/api/cases/{north}")).await.ok();
    let moved = case["timeline"].as_array().unwrap().iter().find(|entry| entry["kind"] == "moved").unwrap().clone();
    assert_eq!((&moved["params"]["because"], &moved["params"]["from"]), (&json!("redrawn"), &json!(WEST)));
    assert_eq!((&moved["params"]["to"], &moved["by"]["person"]["name"]), (&json!(NORTH), &json!("admin")));

    let worker = test.as_person("worker").await;
    let lamp = worker.get(&format!("/api/register/{}", lamp["id"].as_str().unwrap())).await.ok();
    assert_eq!(lamp["place"]["grid"]["code"], NORTH);
    let list = worker.get("/api/cases?view=my_grid").await.ok();
    assert_eq!(list["count"], 3, "the worker answers for both halves at once");
    let sign = test.nobody().get(&format!("/api/places/{}", sign.code)).await.ok();
    assert_eq!(sign["region"]["code"], NORTH);
    let place = test.nobody().get(&format!("/api/regions/{WEST}")).await.ok();
    assert_eq!((&place["successor"], &place["valid_until"]), (&json!(SOUTH), &json!("2026-11-16")));
    let located = test.nobody().get("/api/locate?lon=113.122&lat=36.198").await.ok();
    assert_eq!(located["grid"]["code"], NORTH, "new reports find the new grid");
}

#[tokio::test]
async fn a_join_ends_both_and_whoever_held_both_holds_one() {
    let test = drawn().await;
    let (admin, desk) = (test.as_person("admin").await, test.as_person("dispatcher").await);
    let csv = format!("login,name,role,region,unit\nworker,worker,grid_worker,{EAST},office\n");
    let both = jishi::modules::people::import_staff(&test.app, Writer::platform(), csv.as_bytes(), test.by_command());
    assert!(both.await.unwrap().0.errors.is_empty());
    let id = report(&test, "4839201746582913", point(8.0, 8.0)).await;
    let halves = json!({"geometries": [land(0.0, 0.0, 5.0, 10.0), land(5.0, 0.0, 10.0, 10.0)]});
    let one = admin.post("/api/boundaries/join", halves).await.ok()["geometries"][0].clone();
    let areas = json!([{"names": {"zh": "中心网格"}, "from": [WEST, EAST], "geometry": one}]);
    let done = redraw(&admin, areas).await.ok();
    assert_eq!(done["ended"].as_array().unwrap().len(), 2);
    assert_eq!(grid_of(&desk, &id).await, NORTH);
    let worker = test.as_person("worker").await;
    let posts = worker.get("/api/session").await.ok()["posts"].clone();
    let held: Vec<&Value> = posts.as_array().unwrap().iter().map(|post| &post["region"]["code"]).collect();
    assert_eq!(held, [&json!(NORTH)], "{posts}");
    let apart = json!({"geometries": [land(0.0, 0.0, 4.0, 10.0), land(5.0, 0.0, 10.0, 10.0)]});
    let refused = admin.post("/api/boundaries/join", apart).await;
    assert_eq!(refused.fields(), [("geometries".into(), "bad_geometry".into())]);
    assert!(refused.text().contains("no border"), "{}", refused.text());
}

#[tokio::test]
async fn a_border_that_moves_takes_with_it_what_lies_there_but_not_what_was_placed_by_hand() {
    let test = drawn().await;
    let (admin, desk) = (test.as_person("admin").await, test.as_person("dispatcher").await);
    let near = report(&test, "4839201746582913", point(4.9, 5.0)).await;
    let far = report(&test, "5729104863725184", point(1.0, 5.0)).await;
    let by_hand = report(&test, "6183920475618392", point(4.6, 5.0)).await;
    let version = desk.get(&format!("/api/cases/{by_hand}")).await.ok()["version"].clone();
    let there = json!({"version": version, "region": EAST, "reason": "在东边"});
    desk.post(&format!("/api/cases/{by_hand}/move"), there).await.ok();
    let areas = json!([
        {"code": WEST, "geometry": land(0.0, 0.0, 4.8, 10.0)},
        {"code": EAST, "geometry": land(4.8, 0.0, 10.0, 10.0)},
    ]);
    let done = redraw(&admin, areas).await.ok();
    assert_eq!((done["changed"].as_array().unwrap().len(), &done["ended"]), (2, &json!([])));
    assert_eq!(done["cases"].as_array().unwrap().len(), 1);
    assert_eq!((grid_of(&desk, &near).await.as_str(), grid_of(&desk, &far).await.as_str()), (EAST, WEST));
    assert_eq!(grid_of(&desk, &by_hand).await, EAST, "its point says west, before and after; someone knew better");
}

#[tokio::test]
async fn a_border_that_a_file_moves_takes_with_it_what_lies_there_and_says_so() {
    let test = drawn().await;
    let there = report(&test, "4839201746582913", point(4.0, 5.0)).await;
    let stays = report(&test, "5729104863725184", point(1.0, 5.0)).await;
    let desk = test.as_person("dispatcher").await;
    assert_eq!((grid_of(&desk, &there).await, grid_of(&desk, &stays).await), (WEST.into(), WEST.into()));
    let admin = test.as_person("admin").await;
    let moved = file(&[(WEST, land(0.0, 0.0, 3.0, 10.0)), (EAST, land(3.0, 0.0, 10.0, 10.0))]);
    let dry = admin.post("/api/boundaries/import?dry_run=true", moved.clone()).await.ok();
    assert_eq!((&dry["changed"], &dry["cases"], &dry["signs"]), (&json!(2), &json!(1), &json!(0)));
    assert_eq!(grid_of(&desk, &there).await, WEST, "a trial changes nothing");
    let once = admin.with_key("the-same-file");
    let first = once.post("/api/boundaries/import", moved.clone()).await.ok();
    let again = once.post("/api/boundaries/import", moved.clone()).await.ok();
    assert_eq!((&first["changed"], &first["cases"]), (&json!(2), &json!(1)));
    assert_eq!(first, again, "sent again it is the same answer");
    assert_eq!((grid_of(&desk, &there).await, grid_of(&desk, &stays).await), (EAST.into(), WEST.into()));
    let page = desk.get(&format!("/api/cases/{there}")).await.ok();
    let entry = page["timeline"].as_array().unwrap().iter().find(|entry| entry["kind"] == "moved").unwrap().clone();
    assert_eq!((&entry["params"]["from"], &entry["params"]["to"]), (&json!(WEST), &json!(EAST)));
    let unchanged = admin.post("/api/boundaries/import", moved).await.ok();
    assert_eq!((&unchanged["unchanged"], &unchanged["cases"]), (&json!(2), &json!(0)));
    let mistaken = file(&[(WEST, land(0.0, 0.0, 9.0, 10.0)), ("140403001009", land(0.0, 0.0, 1.0, 1.0))]);
    let refused = admin.post("/api/boundaries/import", mistaken).await.ok();
    assert_eq!(refused["errors"][0]["line"], 2);
    assert_eq!(grid_of(&desk, &there).await, EAST, "all or nothing");
    let far = test.as_person("far").await;
    let foreign = far.post("/api/boundaries/import", file(&[(WEST, land(0.0, 0.0, 9.0, 10.0))])).await.ok();
    assert_eq!(foreign["errors"].as_array().unwrap().len(), 1, "another county's border");
}

#[tokio::test]
async fn what_would_not_fit_is_told_with_its_place_and_a_crossed_edge_is_refused() {
    let test = drawn().await;
    let admin = test.as_person("admin").await;
    let areas = json!([
        {"code": WEST, "geometry": land(-2.0, 0.0, 6.0, 10.0)},
        {"code": EAST, "geometry": land(5.0, 0.0, 9.0, 10.0)},
    ]);
    let told = trial(&admin, areas).await.ok();
    let kinds: Vec<&str> = told["findings"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["overlap", "outside", "gap"]);
    let overlap = &told["findings"][0];
    assert!((overlap["lon"].as_f64().unwrap() - 113.1255).abs() < 0.001, "{overlap}");
    assert!((overlap["square_metres"].as_f64().unwrap() - 99_800.0).abs() < 2_000.0, "{overlap}");
    let crossed = json!({"type": "Polygon", "coordinates":
        [[[113.12, 36.19], [113.125, 36.2], [113.125, 36.19], [113.12, 36.202], [113.12, 36.19]]]});
    let refused = trial(&admin, json!([{"code": WEST, "geometry": crossed}])).await;
    assert_eq!(refused.fields(), [("areas.0.geometry".into(), "bad_geometry".into())]);
    assert!(refused.text().contains("crosses itself at 113.12"), "{}", refused.text());
}

#[tokio::test]
async fn what_is_wrong_with_an_area_is_told_next_to_it_and_nothing_changes() {
    let test = drawn().await;
    let admin = test.as_person("admin").await;
    let shape = land(0.0, 0.0, 5.0, 5.0);
    let wrong = [
        (json!({"geometry": shape}), "areas.0.names.zh", "required"),
        (json!({"names": {"zh": "第二网格"}, "geometry": shape}), "areas.0.names.zh", "duplicate"),
        (
            json!({"names": {"zh": "新"}, "code": WEST.replace("001001001", "002001001"), "geometry": shape}),
            "areas.0.code",
            "not_drawn_here",
        ),
        (json!({"names": {"zh": "新"}, "kind": "village", "geometry": shape}), "areas.0.kind", "unknown_value"),
        (
            json!({"names": {"zh": "新"}, "from": ["140403001001777"], "geometry": shape}),
            "areas.0.from",
            "unknown_region",
        ),
        (json!({"names": {"zh": "新"}}), "areas.0.geometry", "required"),
        (
            json!({"code": WEST, "geometry": {"type": "Point", "coordinates": [1, 2]}}),
            "areas.0.geometry",
            "bad_geometry",
        ),
        (json!({"code": WEST, "from": [WEST], "geometry": shape}), "areas.0.from", "duplicate"),
    ];
    for (area, field, code) in wrong {
        let refused = redraw(&admin, json!([area])).await;
        assert_eq!(refused.fields(), [(field.to_owned(), code.to_owned())], "{area}");
    }
    assert_eq!(redraw(&admin, json!([])).await.fields(), [("areas".into(), "required".into())]);
    let cut = json!({"geometry": shape, "line": [[113.121, 36.192], [113.123, 36.192]]});
    let refused = admin.post("/api/boundaries/cut", cut).await;
    assert_eq!(refused.fields(), [("line".into(), "bad_geometry".into())]);
    let across = json!({"geometry": shape, "line": [[113.119, 36.192], [113.126, 36.192]]});
    assert_eq!(admin.post("/api/boundaries/cut", across).await.ok()["geometries"].as_array().unwrap().len(), 2);
    let city = admin.get("/api/regions/1404/drawing").await;
    assert_eq!(city.fields(), [("parent".into(), "not_drawn_here".into())]);
    let places = test.nobody().get(&format!("/api/regions?parent={VILLAGE}")).await.ok();
    assert_eq!(places["rows"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_place_with_places_in_it_is_neither_split_nor_joined() {
    let test = drawn().await;
    let admin = test.as_person("admin").await;
    let new = json!({"code": format!("{WEST}01"), "names": {"zh": "一号楼"}});
    admin.post("/api/regions", new).await.ok();
    let refused = redraw(&admin, halves()).await;
    assert_eq!(refused.fields(), [("areas.0.from".into(), "place_has_places".into())]);
}

#[tokio::test]
async fn of_two_who_draw_the_second_is_told_and_others_may_not() {
    let test = drawn().await;
    let admin = test.as_person("admin").await;
    let before = seen(&admin).await;
    redraw(&admin, halves()).await.ok();
    let late = json!({"seen": before, "areas": [{"code": EAST, "geometry": land(5.0, 0.0, 9.0, 10.0)}]});
    let path = format!("/api/regions/{VILLAGE}/redraw");
    assert_eq!(admin.post(&path, late.clone()).await.refusal(), (409, "record_changed".into()));
    let trial = admin.post(&format!("{path}?dry_run=true"), late.clone()).await;
    assert_eq!(trial.refusal(), (409, "record_changed".into()));
    assert_eq!(test.as_person("far").await.post(&path, late.clone()).await.refusal(), (404, "not_found".into()));
    assert_eq!(test.as_person("dispatcher").await.post(&path, late).await.refusal(), (403, "forbidden".into()));
    let far = test.as_person("far").await.get(&format!("/api/regions/{VILLAGE}/drawing")).await;
    assert_eq!(far.refusal(), (404, "not_found".into()));
}
