//! Places, boundaries, spots, and the working calendar.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::sync::atomic::{AtomicU64, Ordering};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, header},
};
use db::testing;
use geo_index::{Shape, System};
use jishi::{
    http,
    modules::{
        App, SharedApp,
        calendar::{self, Imported},
        redrawing,
        regions::{self, Alteration, Kind, NewPlace, NewSpot, PlaceSource, Whereabouts},
    },
    platform::{
        access::{Actor, HeldPost, Permission, Role},
        idempotency::Key,
        import::{Mode, Report, Writer},
        keys::Keys,
        schema::MIGRATIONS,
        settings::Settings,
    },
};
use kernel::{Chance, Clock, Code, Error, Id, Lang, Level, Names, RegionCode, Wish};
use serde_json::{Value, json};
use tower::ServiceExt;

const DEMO: &str = include_str!("../../../../demo/changzhi/regions.csv");
const GRIDS: &str = include_str!("../../../../demo/changzhi/boundaries/grids.geojson");
const COUNTIES: &str = include_str!("../../../../demo/changzhi/boundaries/counties.geojson");
const TOWNSHIPS: &str = include_str!("../../../../demo/changzhi/boundaries/townships.geojson");
const VILLAGES: &str = include_str!("../../../../demo/changzhi/boundaries/villages.geojson");

const SMALL: &str = "code,kind,name_zh,name_en,pinyin,lon,lat,valid_from,note\n\
    14,province,山西省,Shanxi,shan xi sheng,,,2023-01-01,\n\
    1404,city,长治市,Changzhi,chang zhi shi,,,2023-01-01,\n\
    140403,district,潞州区,Luzhou District,lu zhou qu,113.123,36.203,2023-01-01,\n\
    140403001,subdistrict,东街街道,,,113.122,36.193,2023-01-01,\n\
    140403001001,community,府后社区,,,113.12,36.19,2023-01-01,\n\
    140403001002,landless_community,新民集体资产社区,,,113.13,36.19,2023-01-01,\n\
    140403001001001,grid,第一网格,,,,,2023-01-01,\n";

struct Started {
    app: SharedApp,
    router: Router,
    next: AtomicU64,
    _fresh: testing::Fresh,
    _data: tempfile::TempDir,
}

/// An application without any place.
async fn empty() -> Started {
    let fresh = testing::fresh(MIGRATIONS).await.unwrap();
    let data = tempfile::tempdir().unwrap();
    let settings = Settings::in_folder(data.path().to_owned(), code("1404"));
    let clock = Clock::moved("2026-11-16T01:00:00Z".parse().unwrap());
    let keys = Keys::from_root(&[7; 32]);
    let app = App::new(fresh.db.clone(), clock, Chance::seeded(1), keys, settings).await.unwrap();
    Started { router: http::router(&app), app, next: AtomicU64::new(0), _fresh: fresh, _data: data }
}

/// An application with the places of `SMALL`.
async fn small() -> Started {
    let started = empty().await;
    let report = started.import(SMALL).await;
    assert!(report.errors.is_empty(), "{:?}", report.errors);
    started
}

/// An application with the demo city and all its boundaries.
async fn city() -> Started {
    let started = empty().await;
    assert!(started.import(DEMO).await.errors.is_empty());
    for file in [COUNTIES, TOWNSHIPS, VILLAGES, GRIDS] {
        let report = started.boundaries(&serde_json::from_str(file).unwrap()).await;
        assert!(report.errors.is_empty() && report.inserted > 0, "{report:?}");
    }
    started
}

impl Started {
    fn key(&self) -> Key {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.named_key(&format!("test-key-{number}"))
    }

    fn named_key(&self, key: &str) -> Key {
        Key { actor: "test".into(), operation: "test", key: key.into(), body_hash: vec![1] }
    }

    async fn import(&self, csv: &str) -> Report {
        regions::import_csv(&self.app, csv.as_bytes()).await.unwrap()
    }

    async fn boundaries(&self, geojson: &Value) -> Report {
        self.bring(geojson, Mode::Write(self.key())).await
    }

    async fn bring(&self, geojson: &Value, mode: Mode) -> Report {
        let by = (platform(), Names::new("平台", "The platform"));
        redrawing::import_boundaries(&self.app, by, geojson.clone(), mode).await.unwrap().report
    }

    async fn alter(&self, place: &str, wanted: Alteration) -> Result<regions::Region, Error> {
        regions::alter(&self.app, platform(), self.key(), code(place), wanted).await
    }

    async fn create(&self, place: &str, zh: &str) -> Result<regions::Region, Error> {
        regions::create(&self.app, platform(), self.key(), new(place, zh)).await
    }

    async fn ask(&self, request: Request<Body>) -> (u16, Value) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.ask(Request::get(path).header(header::ACCEPT_LANGUAGE, "en").body(Body::empty()).unwrap()).await
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        self.ask(request.header(header::ACCEPT_LANGUAGE, "en").body(Body::from(body.to_string())).unwrap()).await
    }

    async fn locate(&self, lon: f64, lat: f64) -> (u16, Value) {
        self.get(&format!("/api/locate?lon={lon}&lat={lat}")).await
    }
}

fn platform() -> Writer {
    Writer::platform()
}

fn code(text: &str) -> RegionCode {
    RegionCode::parse(text).unwrap()
}

fn new(place: &str, zh: &str) -> NewPlace {
    NewPlace {
        code: code(place),
        kind: None,
        names: Names::zh_only(zh),
        pinyin: None,
        lon: None,
        lat: None,
        valid_from: None,
        note: None,
    }
}

fn actor(role: Role, region: &str) -> Actor {
    let (at, chance) = ("2026-11-16T01:00:00Z".parse().unwrap(), Chance::seeded(9));
    let post = HeldPost { id: Id::new(at, &chance), role, region: code(region), unit: None, covers: None };
    Actor {
        person: Id::new(at, &chance),
        name: "test".into(),
        session: Id::new(at, &chance),
        posts: vec![post],
        address: "127.0.0.1".into(),
        must_change_password: false,
    }
}

fn codes(answer: &Value) -> Vec<&str> {
    answer["rows"].as_array().unwrap().iter().map(|row| row["code"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_demo_city_comes_in_whole_and_128_are_counted_as_128() {
    let city = empty().await;
    let first = city.import(DEMO).await;
    assert_eq!((first.changed, first.unchanged, first.errors.len()), (0, 0, 0));
    assert_eq!(first.inserted, i64::try_from(DEMO.lines().count() - 1).unwrap());
    let (_, detail) = city.get("/api/regions/1404").await;
    let counts = &detail["counts"];
    assert_eq!((&counts["subdistrict"], &counts["town"], &counts["township"]), (&json!(18), &json!(78), &json!(32)));
    assert_eq!(detail["child_counts"], json!({"county": 8, "district": 4}));
    assert_eq!(detail["path"][0]["names"]["zh"], "山西省");
    let again = city.import(DEMO).await;
    assert_eq!((again.inserted, again.changed, again.unchanged), (0, 0, first.inserted));
}

#[tokio::test]
async fn an_import_with_a_mistake_writes_nothing_and_tells_the_line_in_the_readers_language() {
    let small = small().await;
    let csv = "code,name,lon\n140403002,西街街道,\n140403003001,某社区,\n140404,,abc\n140404001,某镇,\n";
    let told: Vec<_> =
        small.import(csv).await.errors.into_iter().map(|e| (e.line, e.field.field, e.field.code)).collect();
    let wanted = [(3, "code", Code::RegionHasGaps), (4, "name_zh", Code::Required), (4, "lon", Code::BadFormat)];
    assert_eq!(told, wanted.map(|(line, column, code)| (line, column.to_owned(), code)), "all of it at once");
    let report = small.import("code,name\n140403002,西街街道\n140403003001,某社区\n").await;
    assert_eq!(report.errors[0].message(Lang::Zh), "上级地方 140403003 不存在，或已经撤销。");
    assert_eq!((report.inserted, report.errors[0].line), (0, 3));
    assert_eq!(small.get("/api/regions/140403002").await.0, 404);
}

#[tokio::test]
async fn a_dry_run_counts_and_writes_nothing() {
    let small = small().await;
    let csv = "code,name\n140403002,西街街道\n140403001,东街街道\n140403,潞州新区\n";
    let report = regions::import(&small.app, platform(), csv.into(), Mode::Dry).await.unwrap();
    assert_eq!((report.inserted, report.changed, report.unchanged), (1, 1, 1));
    assert_eq!(small.get("/api/regions/140403002").await.0, 404);
}

#[tokio::test]
async fn an_import_repeated_with_its_key_gives_the_same_answer() {
    let small = small().await;
    let csv = || "code,name\n140403002,西街街道\n".to_owned().into_bytes();
    let mode = || Mode::Write(small.named_key("once-only"));
    let first = regions::import(&small.app, platform(), csv(), mode()).await.unwrap();
    let second = regions::import(&small.app, platform(), csv(), mode()).await.unwrap();
    assert_eq!((first.inserted, second.inserted, second.unchanged), (1, 1, 0));
}

#[tokio::test]
async fn a_county_changes_its_own_places_and_no_others() {
    let small = small().await;
    let office = Writer::staff(&actor(Role::SystemAdmin, "140403"), Permission::RegionEdit).unwrap();
    let csv = "code,name\n14,山西省\n140404,上党区\n140403002,西街街道\n";
    let report = regions::import(&small.app, office.clone(), csv.into(), Mode::Write(small.key())).await.unwrap();
    assert_eq!(report.errors.iter().map(|error| error.line).collect::<Vec<_>>(), [3]);
    let refused = regions::create(&small.app, office, small.key(), new("140404", "上党区")).await.unwrap_err();
    assert_eq!(refused.code(), Code::NotFound);
    assert!(Writer::staff(&actor(Role::TownshipDispatcher, "1404"), Permission::RegionEdit).is_err());
}

#[tokio::test]
async fn a_new_place_finds_its_kind_its_parent_and_its_sound() {
    let small = small().await;
    let made = small.create("140403100", "老顶山镇").await.unwrap();
    assert_eq!((made.place.kind, made.pinyin.as_str()), (Kind::Town, "lao ding shan zhen"));
    assert_eq!(made.parent, Some(code("140403")));
    let twice = small.create("140403100", "老顶山镇").await.unwrap_err();
    assert_eq!(twice.fields()[0].code, Code::Duplicate);
    let gap = small.create("140404100", "韩店镇").await.unwrap_err();
    assert_eq!(gap.fields()[0].code, Code::RegionHasGaps);
    let key = small.named_key("create-once");
    let first = regions::create(&small.app, platform(), key.clone(), new("140403101", "某镇")).await.unwrap();
    let second = regions::create(&small.app, platform(), key, new("140403101", "某镇")).await.unwrap();
    assert_eq!(first.id, second.id);
}

#[tokio::test]
async fn a_renamed_and_renumbered_place_still_answers_to_what_it_was() {
    let small = small().await;
    let grid = "140403001001001";
    small.boundaries(&square(grid, 113.0, 36.0, 0.01)).await;
    let names = Some(Names::new("东大街网格", "East Street grid"));
    small.alter(grid, Alteration { names, ..Alteration::default() }).await.unwrap();
    small.app.clock.set(small.app.now().plus_days(10));
    let to = Some(code("140403001001009"));
    small.alter(grid, Alteration { code: to, ..Alteration::default() }).await.unwrap();

    let (_, now) = small.get(&format!("/api/regions/{grid}")).await;
    assert_eq!((&now["code"], &now["names"]["zh"]), (&json!("140403001001009"), &json!("东大街网格")));
    let former: Vec<_> = now["former"].as_array().unwrap().iter().map(|row| row["names"]["zh"].clone()).collect();
    assert_eq!(former, ["第一网格", "东大街网格"]);
    let mut db = small.app.db.read().await.unwrap();
    let refs = regions::refs_unscoped(&mut db, [&code(grid), &code("140403001001009"), &code("99")]).await.unwrap();
    assert_eq!((refs.len(), refs[&code(grid)].code.as_str()), (2, grid));
    assert_eq!(regions::names_unscoped(&mut db, &code(grid)).await.unwrap().unwrap().zh(), "东大街网格");
    let found = regions::locate_unscoped(&mut db, &small.app, 113.005, 36.005).await.unwrap();
    assert_eq!(found, Some((code("140403001001009"), false)));
}

#[tokio::test]
async fn a_place_ends_when_nothing_is_left_in_it_and_names_its_successor() {
    let small = small().await;
    let end = |successor: &str| Alteration { successor: Wish::Set(code(successor)), ..Alteration::default() };
    let full = small.alter("140403001001", end("140403001002")).await.unwrap_err();
    assert_eq!(full.code(), Code::PlaceHasChildren);
    let nonsense = small.alter("140403001001001", end("140403")).await.unwrap_err();
    assert_eq!(nonsense.fields()[0].field, "successor");
    small.create("140403001001002", "第二网格").await.unwrap();
    let ended = small.alter("140403001001001", end("140403001001002")).await.unwrap();
    assert_eq!(ended.valid_until, Some(small.app.today()));
    assert_eq!(codes(&small.get("/api/regions?parent=140403001001").await.1), ["140403001001002"]);
    assert_eq!(small.get("/api/regions/140403001001001").await.1["successor"], "140403001001002");
}

#[tokio::test]
async fn what_is_new_in_an_ended_place_goes_to_its_successor_until_the_end_is_taken_back() {
    let small = small().await;
    let (old, new_code) = ("140403001001001", "140403001001002");
    small.create(new_code, "第二网格").await.unwrap();
    let sign = NewSpot { label: Names::zh_only("南门"), region: code(old), lon: None, lat: None };
    let spot = regions::place_spot(&small.app, platform(), small.key(), sign.clone()).await.unwrap();
    let until = |day| Alteration { valid_until: day, ..Alteration::default() };
    let end = Alteration { successor: Wish::Set(code(new_code)), ..Alteration::default() };
    small.alter(old, end).await.unwrap();

    let standing = async |place: &str| {
        let mut db = small.app.db.read().await.unwrap();
        regions::standing_unscoped(&mut db, &code(place), small.app.today()).await.unwrap()
    };
    assert_eq!(standing(old).await, Some(code(new_code)));
    assert_eq!(small.get(&format!("/api/places/{}", spot.code)).await.1["region"]["code"], new_code);
    let refused = regions::place_spot(&small.app, platform(), small.key(), sign).await.unwrap_err();
    assert_eq!(refused.fields()[0].code, Code::UnknownRegion);
    small.alter(new_code, until(Wish::Set(small.app.today()))).await.unwrap();
    assert_eq!(standing(old).await, Some(code("140403001001")), "where nobody took over, the place above answers");
    assert_eq!(standing("140403009").await, None);

    let back = small.alter(old, until(Wish::Clear)).await.unwrap();
    assert_eq!((back.valid_until, back.successor), (None, None));
    assert_eq!(standing(old).await, Some(code(old)));
    assert_eq!(codes(&small.get("/api/regions?parent=140403001001").await.1), [old]);
}

#[tokio::test]
async fn nothing_begins_or_comes_back_in_a_place_that_has_ended() {
    let small = small().await;
    let until = |day| Alteration { valid_until: day, ..Alteration::default() };
    let ended = until(Wish::Set(small.app.today()));
    small.alter("140403001001001", ended.clone()).await.unwrap();
    small.alter("140403001001", ended).await.unwrap();
    let begun = small.create("140403001001003", "第三网格").await.unwrap_err();
    let back = small.alter("140403001001001", until(Wish::Clear)).await.unwrap_err();
    let told = |error: &kernel::Error| (error.fields()[0].field.to_string(), error.fields()[0].code);
    assert_eq!(told(&begun), ("code".to_owned(), Code::RegionHasGaps));
    let listed = small.import("code,name_zh\n140403001001003,第三网格\n").await;
    assert_eq!((listed.errors[0].line, listed.errors[0].field.code), (2, Code::RegionHasGaps), "nor by a file");
    assert_eq!(told(&back), ("valid_until".to_owned(), Code::RegionHasGaps));
}

#[tokio::test]
async fn a_search_finds_by_name_sound_initials_code_and_part() {
    let small = small().await;
    let find = async |q: &str| {
        let (status, answer) = small.get(&format!("/api/regions/search?q={q}")).await;
        assert_eq!(status, 200);
        codes(&answer).join(" ")
    };
    assert_eq!(find("%E4%B8%9C%E8%A1%97").await, "140403001");
    assert_eq!(find("%E8%B5%84%E4%BA%A7").await, "140403001002");
    assert_eq!(find("dongjie").await, "140403001");
    assert_eq!(find("Luzhou%20District").await, "140403");
    assert_eq!(find("lzq").await, "140403");
    assert_eq!(find("140403001001").await, "140403001001 140403001001001");
    assert_eq!(find("%E7%81%AB%E6%98%9F").await, "");
    let (_, answer) = small.get("/api/regions/search?q=dongjie").await;
    assert_eq!(answer["rows"][0]["path"].as_array().unwrap().len(), 3);
    assert_eq!(small.get(&format!("/api/regions/search?q={}", "x".repeat(51))).await.0, 422);
}

#[tokio::test]
async fn the_tree_begins_at_the_instances_own_place() {
    let small = small().await;
    let (_, top) = small.get("/api/regions").await;
    assert_eq!((codes(&top), &top["rows"][0]["has_children"]), (vec!["1404"], &json!(true)));
    let (_, below) = small.get("/api/regions?parent=140403001").await;
    assert_eq!(codes(&below), ["140403001001", "140403001002"]);
    assert_eq!(below["rows"][1]["has_children"], false);
    assert_eq!(small.get("/api/regions?parent=abc").await.0, 400);
    assert_eq!(small.get("/api/regions/140499").await.0, 404);
}

/// A FeatureCollection with one square.
fn square(place: &str, lon: f64, lat: f64, size: f64) -> Value {
    let (east, north) = (lon + size, lat + size);
    let ring = json!([[lon, lat], [east, lat], [east, north], [lon, north], [lon, lat]]);
    json!({"type": "FeatureCollection", "features": [{
        "type": "Feature",
        "properties": {"code": place, "synthetic": true, "source": "test"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }]})
}

#[tokio::test]
async fn a_point_finds_its_grid_and_outside_the_city_there_is_nothing() {
    let city = city().await;
    let grids: Value = serde_json::from_str(GRIDS).unwrap();
    for feature in grids["features"].as_array().unwrap().iter().step_by(97) {
        let (lon, lat) = Shape::read(&feature["geometry"]).unwrap().inside().unwrap();
        let (status, place) = city.locate(lon, lat).await;
        assert_eq!((status, &place["is_guess"]), (200, &json!(false)), "{feature}");
        assert_eq!(place["grid"]["code"].as_str(), feature["properties"]["code"].as_str());
        let (x, y) = System::Gcj02.from_wgs84(lon, lat);
        let (_, shifted) = city.get(&format!("/api/locate?lon={x}&lat={y}&coord=gcj02")).await;
        assert_eq!(shifted["grid"], place["grid"]);
    }
    assert_eq!(city.locate(116.39, 39.91).await.0, 404);
    assert_eq!(city.locate(200.0, 39.91).await.0, 422);
    assert_eq!(city.get("/api/locate?lon=113&lat=36&coord=mars").await.0, 422);
}

#[tokio::test]
async fn where_there_is_no_boundary_the_nearest_seat_is_a_guess_and_never_a_community_without_land() {
    let small = small().await;
    let (status, place) = small.locate(113.1299, 36.19).await;
    assert_eq!((status, &place["is_guess"]), (200, &json!(true)));
    assert_eq!(place["village"]["code"], "140403001001");
    assert_eq!(small.locate(114.9, 36.19).await.0, 404, "too far to guess");
    small.boundaries(&square("140403", 113.0, 36.0, 0.5)).await;
    assert_eq!(small.locate(113.1299, 36.19).await.1["is_guess"], true);
    assert_eq!(small.locate(112.99, 36.19).await.0, 404, "outside the outline");
    small.boundaries(&square("140403001", 113.1, 36.1, 0.1)).await;
    let (_, place) = small.locate(113.15, 36.15).await;
    assert_eq!((&place["township"]["code"], &place["is_guess"]), (&json!("140403001"), &json!(false)));
}

#[tokio::test]
async fn boundaries_are_all_or_nothing_and_say_when_they_are_made_up() {
    let small = small().await;
    let mut two = square("140403", 113.0, 36.0, 1.0);
    let landless = square("140403001002", 113.0, 36.0, 1.0)["features"][0].clone();
    let mut open = square("140403001", 113.0, 36.0, 1.0)["features"][0].clone();
    open["geometry"]["coordinates"][0].as_array_mut().unwrap().pop();
    two["features"].as_array_mut().unwrap().extend([landless, square("140404", 1.0, 1.0, 1.0)["features"][0].clone()]);
    let report = small.boundaries(&two).await;
    let told: Vec<_> = report.errors.iter().map(|error| (error.line, error.field.code)).collect();
    assert_eq!(told, [(2, Code::NoLand), (3, Code::UnknownRegion)]);
    let broken = small.boundaries(&json!({"type": "FeatureCollection", "features": [open]})).await;
    assert_eq!(broken.errors[0].message(Lang::Zh), "边界不对：有一环首尾不相接。");
    assert_eq!(small.boundaries(&json!([])).await.errors.len(), 1);
    assert_eq!(small.get("/api/boundaries?code=140403").await.1["features"], json!([]));

    let one = square("140403", 113.0, 36.0, 1.0);
    let dry = small.bring(&one, Mode::Dry).await;
    assert_eq!(
        (dry.inserted, small.boundaries(&one).await.inserted, small.boundaries(&one).await.unchanged),
        (1, 1, 1)
    );
    assert_eq!(small.boundaries(&square("140403", 113.0, 36.0, 0.5)).await.changed, 1);
    let (_, shown) = small.get("/api/boundaries?parent=1404").await;
    let feature = &shown["features"][0];
    assert_eq!((&shown["type"], &feature["type"]), (&json!("FeatureCollection"), &json!("Feature")));
    assert_eq!(feature["properties"]["names"]["en"], "Luzhou District");
    assert_eq!((&feature["properties"]["code"], &feature["properties"]["synthetic"]), (&json!("140403"), &json!(true)));
    assert_eq!(small.get("/api/boundaries").await.0, 422);
}

#[tokio::test]
async fn a_spot_is_found_by_its_printed_code() {
    let small = small().await;
    let label = Names::new("南门", "South gate");
    let new = NewSpot { label, region: code("140403001001001"), lon: Some(113.1), lat: Some(36.1) };
    let key = small.named_key("spot-once");
    let spot = regions::place_spot(&small.app, platform(), key.clone(), new.clone()).await.unwrap();
    let again = regions::place_spot(&small.app, platform(), key, new.clone()).await.unwrap();
    assert_eq!((spot.code.len(), &again.code), (8, &spot.code));
    let (status, found) = small.get(&format!("/api/places/{}", spot.code.to_lowercase())).await;
    assert_eq!((status, &found["region"]["names"]["zh"]), (200, &json!("第一网格")));
    assert_eq!(small.get("/api/places/NOSUCH00").await.0, 404);
    let mut db = small.app.db.read().await.unwrap();
    assert_eq!(regions::spots_unscoped(&mut db, &code("140403")).await.unwrap().len(), 1);
    let nowhere = NewSpot { region: code("140499"), ..new };
    let refused = regions::place_spot(&small.app, platform(), small.key(), nowhere).await.unwrap_err();
    assert_eq!(refused.fields()[0].code, Code::UnknownRegion);
}

#[tokio::test]
async fn a_place_is_named_at_every_level_that_is_known() {
    let small = small().await;
    let at = |region: Option<&str>| Whereabouts {
        region: region.map(code),
        text: Some("南门外".into()),
        lon: None,
        lat: None,
        source: PlaceSource::Chosen,
        is_guess: false,
    };
    let mut db = small.app.db.read().await.unwrap();
    let places =
        regions::places_of_unscoped(&mut db, vec![at(Some("140403001001001")), at(Some("1404")), at(None)]).await;
    let json = serde_json::to_value(places.unwrap()).unwrap();
    assert_eq!(json[0]["grid"]["level"], Level::Grid.as_str());
    assert_eq!((json[1].get("county"), &json[1]["city"]["names"]["en"]), (None, &json!("Changzhi")));
    assert_eq!(json[2], json!({"text": "南门外", "source": "chosen", "is_guess": false}));
}

#[tokio::test]
async fn the_packaged_calendars_come_into_force_once_and_deadlines_follow_them() {
    let empty = empty().await;
    assert_eq!(empty.get("/api/calendar/2026").await.1["is_published"], false);
    assert_eq!(calendar::import_packaged(&empty.app).await.unwrap(), [2024, 2025, 2026]);
    assert!(calendar::import_packaged(&empty.app).await.unwrap().is_empty());
    assert_eq!(empty.get("/api/calendar/2026").await.1["is_published"], true);
    let question = json!({"start_at": "2026-02-13T08:00:00Z", "clock": {"kind": "working_days", "amount": 5}});
    let (status, answer) = empty.post("/api/deadline", question).await;
    assert_eq!((status, &answer["due_at"]), (200, &json!("2026-02-27T10:00:00Z")));
    assert_eq!(empty.get("/api/calendar/1900").await.0, 404);
    for wrong in [
        json!({"start_at": "2026-02-13T08:00:00Z", "clock": {"kind": "days", "amount": 0}}),
        json!({"start_at": "1900-02-13T08:00:00Z", "clock": {"kind": "days", "amount": 1}}),
        json!({"start_at": "yesterday", "clock": {"kind": "days", "amount": 1}}),
        json!({}),
    ] {
        assert_eq!(empty.post("/api/deadline", wrong).await.0, 422);
    }
}

#[tokio::test]
async fn a_year_is_published_by_whoever_may_and_only_without_mistakes() {
    let empty = empty().await;
    let administrator = actor(Role::SystemAdmin, "1404");
    let file = "year = 2027\npublished = true\nsource = \"notice\"\n[[day]]\ndate = \"2027-01-01\"\nkind = \"holiday\"\nname = { zh = \"元旦\" }\n";
    let import = async |actor: &Actor, year, text: &str| {
        calendar::import(&empty.app, actor, empty.key(), year, text.into()).await
    };
    assert!(
        matches!(import(&administrator, 2028, file).await.unwrap(), Imported::Mistaken(mistakes) if mistakes.len() == 1)
    );
    assert!(import(&actor(Role::SystemAdmin, "140403"), 2027, file).await.is_err());
    assert!(import(&actor(Role::AuditAdmin, "1404"), 2027, file).await.is_err());
    assert_eq!(empty.get("/api/calendar/2027").await.1["is_published"], false);
    assert!(matches!(import(&administrator, 2027, file).await.unwrap(), Imported::Done(year) if year.days.len() == 1));
    let (_, year) = empty.get("/api/calendar/2027").await;
    assert_eq!((&year["is_published"], &year["days"][0]["names"]["zh"]), (&json!(true), &json!("元旦")));
}

#[tokio::test]
async fn whoever_is_not_logged_in_changes_nothing() {
    let small = small().await;
    for path in ["/api/regions", "/api/regions/import", "/api/boundaries/import", "/api/places"] {
        assert_eq!(small.post(path, json!({})).await.0, 401, "{path}");
    }
    assert_eq!(small.get("/api/places?region=1404").await.0, 401);
    assert_eq!(small.get("/api/places/ABCDEFGH/image.svg").await.0, 401);
}
