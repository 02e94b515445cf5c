//! The register of places: things made, known of, looked for, brought in from files, scanned, linked with cases, patrolled.

use std::io::Cursor;

use axum::http::Method;
use calamine::{Reader, Xlsx, open_workbook_from_rs};
use jishi::{modules::register, platform::access::Role};
use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp, book};

const LAMPS: &str = "facilities.street-lamp";

async fn city() -> TestApp {
    let test = TestApp::start().await.with_catalogue().await;
    register::import_packaged(&test.app).await.unwrap();
    test.unit("lamps", "urban_management", "140403").await;
    test.unit("street", "government", "140403001").await;
    test.person("office", Role::CountyOffice, "140403", None).await;
    test.person("other", Role::CountyOffice, "140404", None).await;
    test.person("dispatcher", Role::TownshipDispatcher, "140403001", Some("street")).await;
    test.person("officer", Role::VillageOfficer, "140403001001", None).await;
    test.person("worker", Role::GridWorker, "140403001001001", None).await;
    test.person("neighbour", Role::GridWorker, "140403001001002", None).await;
    test.person("secretary", Role::BranchSecretary, "140403001001", None).await;
    test.person("handler", Role::DepartmentHandler, "140403", Some("lamps")).await;
    test.person("system", Role::SystemAdmin, "1404", None).await;
    test
}

fn lamp(number: &str) -> Value {
    json!({
        "kind": LAMPS, "number": number, "name": "府后西街路灯", "region": "140403001001001",
        "place_text": "药店门前", "lon": 113.12, "lat": 36.19,
        "facts": {"lamp": "led", "height": "8"}, "source": "路灯普查", "as_of": "2026-10-01",
    })
}

async fn make(client: &Client<'_>, body: Value) -> Value {
    client.post("/api/register", body).await.ok()
}

fn id(item: &Value) -> &str {
    item["id"].as_str().unwrap()
}

fn address(item: &Value, end: &str) -> String {
    format!("/api/register/{}{end}", id(item))
}

async fn rows(client: &Client<'_>, query: &str) -> Vec<Value> {
    let list = client.get(&format!("/api/register?{query}")).await.ok();
    let rows = list["rows"].as_array().unwrap().clone();
    assert!(list["next"].is_string() || list["count"].as_u64().unwrap() >= rows.len() as u64, "{list}");
    rows
}

fn names(rows: &[Value]) -> Vec<String> {
    rows.iter().map(|row| row["number"].as_str().or(row["name"].as_str()).unwrap().to_owned()).collect()
}

async fn send(client: &Client<'_>, file: &[u8], query: &str) -> Answer {
    let path = format!("/api/register/import?{query}");
    client.send(Method::POST, &path, Some("text/csv"), file.to_vec()).await
}

fn counts(answer: &Value) -> [i64; 3] {
    ["inserted", "changed", "unchanged"].map(|name| answer[name].as_i64().unwrap())
}

fn mistakes(answer: &Value) -> Vec<(i64, String)> {
    let rows = answer["errors"].as_array().unwrap().iter();
    rows.map(|one| (one["line"].as_i64().unwrap(), one["column"].as_str().unwrap().to_owned())).collect()
}

#[tokio::test]
async fn a_thing_is_made_once_changed_ended_and_taken_back() {
    let test = city().await;
    let officer = test.as_person("officer").await;
    let once = officer.with_key("make-this-lamp");
    let made = make(&once, lamp("FH-1")).await;
    assert_eq!(id(&made), id(&make(&once, lamp("FH-1")).await), "a repetition makes no second");
    assert_eq!(officer.post("/api/register", lamp("FH-1")).await.fields(), [("number".into(), "duplicate".into())]);
    assert_eq!(made["place"]["grid"]["code"], "140403001001001");
    assert_eq!(made["matters"][0]["code"], "city.lighting.street-lamp");

    let change = json!({"version": 1, "name": "府后西街路灯（东侧）", "place_text": null});
    let changed = officer.put(&address(&made, ""), change.clone()).await.ok();
    assert_eq!((&changed["name"], &changed["place"]["text"]), (&json!("府后西街路灯（东侧）"), &Value::Null));
    assert_eq!(officer.put(&address(&made, ""), change).await.refusal(), (409, "record_changed".into()));
    let wrong = json!({"version": 2, "name": " ", "begins_on": "2030-01-01", "region": "1404"});
    let fields: Vec<String> =
        officer.put(&address(&made, ""), wrong).await.fields().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["name", "region", "begins_on"], "all mistakes at once");

    let end = |version: i64, day: Value| json!({"version": version, "ends_on": day});
    let early = officer.put(&address(&made, "/end"), end(2, json!("2020-01-01"))).await;
    assert_eq!(early.fields(), [("ends_on".into(), "out_of_range".into())]);
    officer.put(&address(&made, "/end"), end(2, json!("2026-11-16"))).await.ok();
    assert_eq!(rows(&officer, "").await.len(), 0);
    assert_eq!(names(&rows(&officer, "ended=true").await), ["FH-1"]);
    let facts = json!({"facts": {"height": "9"}, "source": "巡查"});
    assert_eq!(officer.post(&address(&made, "/facts"), facts).await.refusal(), (409, "item_ended".into()));
    let renamed = officer.put(&address(&made, ""), json!({"version": 3, "name": "x"})).await;
    assert_eq!(renamed.refusal(), (409, "item_ended".into()));

    let again = make(&officer, lamp("FH-1")).await;
    assert_ne!(id(&again), id(&made), "what ended gave its number free");
    let back = officer.put(&address(&made, "/end"), end(3, Value::Null)).await;
    assert_eq!(back.fields(), [("number".into(), "duplicate".into())], "until another has it");
    officer.put(&address(&again, "/end"), end(1, json!("2026-11-16"))).await.ok();
    officer.put(&address(&made, "/end"), end(3, Value::Null)).await.ok();
    assert_eq!(names(&rows(&officer, "").await), ["FH-1"]);
}

#[tokio::test]
async fn a_fact_has_a_source_and_a_day_and_grows_old() {
    let test = city().await;
    let worker = test.as_person("worker").await;
    let made = make(&worker, lamp("FH-1")).await;
    let fact = |of: &Value, field: &str| {
        of["facts"].as_array().unwrap().iter().find(|fact| fact["field"] == field).unwrap().clone()
    };
    assert_eq!(fact(&made, "height")["said"]["zh"], "8 米");
    assert_eq!(fact(&made, "lamp")["source"], "路灯普查");
    assert_eq!(fact(&made, "installed")["value"], Value::Null, "what is not known is asked for");

    let enter = |facts: Value, as_of: &str| json!({"facts": facts, "source": "现场查看", "as_of": as_of});
    let later = worker.post(&address(&made, "/facts"), enter(json!({"height": "9"}), "2026-11-10")).await.ok();
    assert_eq!(fact(&later, "height")["value"], "9");
    let earlier = worker.post(&address(&made, "/facts"), enter(json!({"height": "7"}), "2025-01-01")).await.ok();
    assert_eq!(fact(&earlier, "height")["value"], "9", "what was true before does not replace what is true now");
    let history: Vec<(String, bool)> = earlier["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["said"]["zh"].as_str().unwrap().to_owned(), row["is_in_force"].as_bool().unwrap()))
        .collect();
    let told = |text: &str, is_in_force| (text.to_owned(), is_in_force);
    assert_eq!(history.len(), 4);
    assert!(history.contains(&told("9 米", true)) && history.contains(&told("7 米", false)), "{history:?}");
    assert!(history.contains(&told("LED", true)) && history.contains(&told("8 米", false)), "{history:?}");

    let wrong =
        json!({"facts": {"height": "高", "colour": "red", "lamp": "kerosene"}, "source": "", "as_of": "2027-01-01"});
    let mut fields: Vec<String> =
        worker.post(&address(&made, "/facts"), wrong).await.fields().into_iter().map(|(field, _)| field).collect();
    fields.sort();
    assert_eq!(fields, ["as_of", "facts.colour", "facts.height", "facts.lamp", "source"]);
    let nothing = worker.post(&address(&made, "/facts"), json!({"facts": {}, "source": "x"})).await;
    assert_eq!(nothing.fields(), [("facts".into(), "required".into())]);

    assert_eq!(rows(&worker, "stale=true").await.len(), 0);
    test.pass_hours(24 * 330);
    let old = rows(&test.as_person("worker").await, "stale=true").await;
    assert_eq!(names(&old), ["FH-1"]);
    assert_eq!(old[0]["is_stale"], true);
    let worker = test.as_person("worker").await;
    let now = json!({"facts": {"lamp": "led", "height": "9"}, "source": "现场查看"});
    worker.post(&address(&made, "/facts"), now).await.ok();
    assert_eq!(rows(&worker, "stale=true").await.len(), 0, "found to be so still");
}

#[tokio::test]
async fn everyone_sees_their_own_places_and_what_their_unit_looks_after() {
    let test = city().await;
    let (officer, worker) = (test.as_person("officer").await, test.as_person("worker").await);
    let lamps = test.unit("lamps", "urban_management", "140403").await;
    let made = make(&officer, lamp("FH-1")).await;
    let mut owned = lamp("FH-2");
    owned["owner"] = json!(lamps.to_string());
    owned["region"] = json!("140403001001002");
    let owned = make(&officer, owned).await;

    assert_eq!(names(&rows(&worker, "").await), ["FH-1"]);
    assert_eq!(names(&rows(&test.as_person("neighbour").await, "").await), ["FH-2"]);
    assert_eq!(names(&rows(&test.as_person("handler").await, "").await), ["FH-2"], "what their unit looks after");
    assert_eq!(names(&rows(&test.as_person("office").await, "").await), ["FH-1", "FH-2"]);
    let other = test.as_person("other").await;
    assert_eq!(rows(&other, "").await.len(), 0);
    assert_eq!(other.get(&address(&made, "")).await.refusal(), (404, "not_found".into()));
    assert_eq!(worker.get(&address(&owned, "")).await.refusal(), (404, "not_found".into()));

    let elsewhere = json!({"kind": LAMPS, "name": "x", "region": "140403001001002", "lon": 113.0, "lat": 36.0});
    assert_eq!(worker.post("/api/register", elsewhere).await.fields(), [("region".into(), "not_found".into())]);
    let note = json!({"facts": {"height": "6"}, "source": "维修单"});
    let handler = test.as_person("handler").await;
    handler.post(&address(&owned, "/facts"), note.clone()).await.ok();
    assert_eq!(handler.post(&address(&made, "/facts"), note.clone()).await.refusal().0, 404);
    let forbidden = (403, "forbidden".to_owned());
    assert_eq!(worker.put(&address(&made, ""), json!({"version": 1, "name": "x"})).await.refusal(), forbidden);
    assert_eq!(worker.put(&address(&made, "/end"), json!({"version": 1})).await.refusal(), forbidden);
    assert_eq!(send(&worker, b"x", "dry_run=true").await.refusal(), forbidden);
    let secretary = test.as_person("secretary").await;
    assert_eq!(secretary.post(&address(&made, "/facts"), note).await.refusal(), forbidden);
    assert_eq!(secretary.get(&address(&made, "")).await.ok()["may_note"], false);
    assert_eq!(test.as_person("system").await.get("/api/register").await.refusal(), forbidden);
    assert_eq!(test.nobody().get("/api/register").await.refusal(), (401, "unauthenticated".into()));
}

#[tokio::test]
async fn a_list_is_filtered_searched_paged_and_exported() {
    let test = city().await;
    let officer = test.as_person("officer").await;
    for number in ["FH-10", "FH-9", "FH-2"] {
        make(&officer, lamp(number)).await;
    }
    let compound = json!({"kind": "compounds.residential", "name": "府后小区", "region": "140403001001", "lon": 113.13, "lat": 36.2});
    make(&officer, compound).await;
    let profile = json!({"kind": "village.profile", "name": "府后社区概况", "region": "140403001001"});
    make(&officer, profile).await;

    let all = rows(&officer, "").await;
    assert_eq!(names(&all), ["府后小区", "FH-2", "FH-9", "FH-10", "府后社区概况"], "numbers in the order of counting");
    assert_eq!(names(&rows(&officer, "kind=facilities").await), ["FH-2", "FH-9", "FH-10"]);
    assert_eq!(rows(&officer, &format!("kind={LAMPS}&region=140403001001001")).await.len(), 3);
    assert_eq!(rows(&officer, "region=140403001001002").await.len(), 0);
    assert_eq!(names(&rows(&officer, "q=%E5%B0%8F%E5%8C%BA").await), ["府后小区"]);
    assert_eq!(names(&rows(&officer, "q=FH-9").await), ["FH-9"]);
    assert_eq!(rows(&officer, "q=%E5%BA%9C%E5%90%8E").await.len(), 5, "all are called so");
    assert_eq!(rows(&officer, "q=%E8%B7%AF%E7%81%AF&kind=compounds").await.len(), 0);

    let first = officer.get("/api/register?limit=2").await.ok();
    assert_eq!((&first["count"], names(first["rows"].as_array().unwrap()).len()), (&json!(5), 2));
    let next = format!("/api/register?limit=3&cursor={}", first["next"].as_str().unwrap());
    assert_eq!(names(officer.get(&next).await.ok()["rows"].as_array().unwrap()), ["FH-9", "FH-10", "府后社区概况"]);
    assert_eq!(officer.get("/api/register?cursor=ff").await.fields(), [("cursor".into(), "bad_cursor".into())]);

    let window = "west=113.0&south=36.0&east=113.125&north=36.195";
    let map = officer.get(&format!("/api/register/map?{window}")).await.ok();
    assert_eq!((map["rows"].as_array().unwrap().len(), &map["is_cut"]), (3, &json!(false)));
    let near = officer.get("/api/register/near?lon=113.12&lat=36.1901&matter=city.lighting.street-lamp").await.ok();
    assert_eq!(near["rows"].as_array().unwrap().len(), 3);
    assert_eq!(officer.get("/api/register/near?lon=999&lat=0").await.fields()[0].0, "lon");
    assert_eq!(officer.get("/api/register/kinds").await.ok()["classes"][0]["code"], "buildings");

    let zh = officer.with_header("accept-language", "zh");
    let csv = zh.get(&format!("/api/register.csv?kind={LAMPS}")).await;
    assert_eq!(csv.status, 200);
    assert_eq!(csv.text().lines().count(), 4);
    assert!(csv.text().contains("灯杆高度（米）"), "{}", csv.text());
    let again = send(&officer, &csv.body, "dry_run=true").await.ok();
    assert_eq!((counts(&again), mistakes(&again)), ([0, 0, 3], Vec::new()), "what goes out comes in again");
    let book = officer.get("/api/register.xlsx").await;
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(book.body)).unwrap();
    assert_eq!(book.worksheet_range_at(0).unwrap().unwrap().rows().count(), 6);
}

const HEAD: &str = "类别,编号,名称,地点,经度,纬度,权属单位,启用日期,来源,截至日期,光源,灯杆高度（米）";

#[tokio::test]
async fn a_list_is_narrowed_by_what_is_known() {
    let test = city().await;
    let office = test.as_person("office").await;
    let first = make(&office, lamp("1")).await;
    let mut sodium = lamp("2");
    sodium["facts"] = json!({"lamp": "sodium", "height": "8"});
    make(&office, sodium).await;
    let listed = async |query: &str| names(&rows(&office, query).await);
    assert_eq!(listed("kind=facilities.street-lamp&fact=lamp%3Dled").await, ["1"]);
    assert_eq!(listed("fact=lamp%3Dsodium&q=路灯").await, ["2"]);
    assert!(listed("fact=lamp%3Dled,lamp%3Dsodium").await.is_empty(), "all of them hold together");
    assert!(listed("fact=height%3D8").await.is_empty(), "numbers are no choice");
    assert!(listed("fact=gone%3Dno").await.is_empty());
    let sheet = office.get("/api/register.csv?fact=lamp%3Dled").await.text();
    assert_eq!(sheet.lines().count(), 2, "{sheet}");
    for wrong in ["lamp", "lamp%3D", "%3Dled"] {
        let refused = office.get(&format!("/api/register?fact={wrong}")).await;
        assert_eq!(refused.fields(), [("fact".into(), "bad_format".into())], "{wrong}");
    }
    // What is entered later, and what a change of the thing keeps.
    let facts = json!({"facts": {"lamp": "sodium"}, "source": "现场", "as_of": "2026-11-10"});
    office.post(&address(&first, "/facts"), facts).await.ok();
    assert_eq!(listed("fact=lamp%3Dsodium").await, ["1", "2"]);
    let now = office.get(&address(&first, "")).await.ok();
    let change = json!({"version": now["version"], "number": "1", "name": "府后东街路灯", "region": "140403001001001",
        "lon": 113.12, "lat": 36.19});
    office.put(&address(&first, ""), change).await.ok();
    assert_eq!(listed("fact=lamp%3Dsodium&q=东街").await, ["1"]);
    // And from a file.
    let line = "路灯,2,府后西街路灯,府后社区/第一网格,113.12,36.19,lamps,2024-05-01,换灯,2026-11-12,LED,8";
    send(&office, format!("{HEAD}\n{line}\n").as_bytes(), "").await.ok();
    assert_eq!(listed("fact=lamp%3Dsodium").await, ["1"]);
}

#[tokio::test]
async fn a_point_outside_its_place_is_a_mistake_and_all_of_a_row_is_told() {
    let test = crate::boundaries::drawn().await;
    register::import_packaged(&test.app).await.unwrap();
    test.person("clerk", Role::VillageOfficer, "140403001001", None).await;
    let row = |place: &str, lon: &str, lat: &str, lamp: &str| {
        format!("路灯,FH-9,府后西街路灯,{place},{lon},{lat},,,普查,2026-10-01,{lamp},很高")
    };
    let rows = [row("140403002", "113.1225", "36.195", "LED"), row("没有的地方", "113.1225", "36.195", "蜡烛")];
    let file = format!("{HEAD}\n{}\n", rows.join("\n"));
    let told = mistakes(&send(&test.as_person("clerk").await, file.as_bytes(), "dry_run=true").await.ok());
    let wanted = [(2, "经度"), (2, "灯杆高度（米）"), (3, "地点"), (3, "光源"), (3, "灯杆高度（米）")];
    for (line, column) in wanted {
        assert!(told.contains(&(line, column.to_owned())), "{line} {column}: {told:?}");
    }
    let right = format!("{HEAD}\n{}\n", row("140403001001", "113.1225", "36.195", "LED").replace("很高", "8"));
    assert_eq!(mistakes(&send(&test.as_person("clerk").await, right.as_bytes(), "dry_run=true").await.ok()), []);
}

#[tokio::test]
async fn a_number_out_of_bounds_and_a_telephone_are_refused_next_to_the_field_and_with_their_cell() {
    let test = city().await;
    let officer = test.as_person("officer").await;
    let mut high = lamp("FH-9");
    high["facts"] = json!({"height": "-5"});
    high["source"] = json!("巡查");
    high["name"] = json!("张三的家 13900000000");
    let refused = officer.post("/api/register", high).await;
    let fields = refused.fields();
    assert!(fields.contains(&("name".into(), "personal_in_register".into())), "{fields:?}");
    let item = make(&officer, lamp("FH-9")).await;
    let told = json!({"facts": {"height": "400"}, "source": "巡查", "as_of": "2026-11-16"});
    let refused = officer.post(&address(&item, "/facts"), told).await;
    assert_eq!(refused.fields(), [("facts.height".into(), "out_of_range".into())]);

    let file = "类别,编号,名称,地点,经度,纬度,来源,截至日期,灯杆高度\n\
                路灯,WK-1,演武路灯,140403001001001,113.12,36.19,普查,2026-11-01,-5\n\
                路灯,WK-2,13900000000 张三,140403001001001,113.12,36.19,普查,2026-11-01,8\n";
    let answer = send(&officer, file.as_bytes(), "dry_run=true").await.ok();
    let told: Vec<i64> = mistakes(&answer).into_iter().map(|(line, _)| line).collect();
    assert_eq!(told, [2, 3], "{answer}");
    assert!(answer.to_string().contains("灯杆高度") || answer.to_string().contains("height"), "{answer}");
}

#[tokio::test]
async fn a_file_is_looked_at_first_and_comes_in_whole_or_not_at_all() {
    let test = city().await;
    let officer = test.as_person("officer").await;
    let good = "路灯,FH-1,府后西街路灯,府后社区/第一网格,113.12,36.19,lamps,2024-05-01,普查,2026-10-01,LED,8";
    let wrong = [
        "路灯,FH-2,,府后社区,113.12,,没有的单位,2030-01-01,普查,2026/13/1,蜡烛,很高",
        "飞碟,FH-3,x,府后社区,113.12,36.19,,,,,,",
        "路灯,FH-1,府后西街路灯,桥沟村,113.12,36.19,,,,,,",
        "路灯,FH-1,府后西街路灯,府后社区,113.12,36.19,,,,,LED,",
        "村情概况,,府后概况,府后社区,,,,,普查,,,8",
    ];
    let file = format!("{HEAD}\n{good}\n{}\n", wrong.join("\n"));
    let dry = send(&officer, file.as_bytes(), "dry_run=true").await.ok();
    let found = mistakes(&dry);
    for cell in
        [(3, "纬度"), (3, "权属单位"), (4, "类别"), (5, "地点"), (6, "编号"), (6, "来源"), (7, "灯杆高度（米）")]
    {
        assert!(found.contains(&(cell.0, cell.1.to_owned())), "{cell:?} in {found:?}");
    }
    let written = send(&officer, file.as_bytes(), "").await.ok();
    assert_eq!(counts(&written), [0, 0, 0], "nothing of a file with mistakes");
    assert_eq!(rows(&officer, "").await.len(), 0);

    let second = "路灯,FH-2,府后东街路灯,140403001001,113.121,36.191,,,普查,2026-10-01,,6";
    let file = format!("\u{FEFF}{HEAD}\n{good}\n{second}\n");
    assert_eq!(counts(&send(&officer, file.as_bytes(), "dry_run=true").await.ok()), [2, 0, 0]);
    assert_eq!(rows(&officer, "").await.len(), 0, "a look writes nothing");
    let once = officer.with_key("the-lamps-of-today");
    assert_eq!(counts(&send(&once, file.as_bytes(), "").await.ok()), [2, 0, 0]);
    assert_eq!(counts(&send(&once, file.as_bytes(), "").await.ok()), [2, 0, 0], "a lost answer is found");
    assert_eq!(counts(&send(&officer, file.as_bytes(), "").await.ok()), [0, 0, 2], "the same again changes nothing");
    let found = rows(&officer, "q=FH-1").await;
    assert_eq!(found[0]["owner"]["names"]["zh"], "lamps");
    assert_eq!(found[0]["place"]["grid"]["names"]["zh"], "第一网格");

    let file = file.replace(",LED,8", ",太阳能,8").replace("府后东街路灯", "府后东街 2 号路灯");
    let changed = send(&officer, file.as_bytes(), "").await.ok();
    assert_eq!(counts(&changed), [0, 2, 0], "{changed}");
    let lamp = officer.get(&address(&found[0], "")).await.ok();
    assert_eq!(lamp["facts"][0]["said"]["zh"], "太阳能");
    assert_eq!(lamp["history"].as_array().unwrap().len(), 3, "what it was before stays");
    assert_eq!(rows(&officer, "q=2%20%E5%8F%B7%E8%B7%AF%E7%81%AF").await.len(), 1, "found by its new name");

    for (bad, field) in [("别的,列\n1,2\n", "别的"), ("", "file"), ("类别,编号\n路灯,1\n", "名称")] {
        let answer = send(&officer, bad.as_bytes(), "dry_run=true").await;
        let told =
            if answer.status == 200 { mistakes(&answer.ok())[0].1.clone() } else { answer.fields()[0].0.clone() };
        assert_eq!(told, field, "{bad}");
    }
    let template = officer.get(&format!("/api/register/template.xlsx?kind={LAMPS}")).await;
    let empty = send(&officer, &template.body, "dry_run=true").await.ok();
    assert_eq!((counts(&empty), mistakes(&empty)), ([0, 0, 0], Vec::new()), "its headings are understood");
    assert_eq!(officer.get("/api/register/template.xlsx?kind=x").await.fields()[0].0, "kind");
}

fn report(receipt: &str, more: Value) -> Value {
    let mut body = json!({
        "receipt": receipt, "text": "灯不亮", "matter": "city.lighting.street-lamp", "identity": "anonymous",
        "place": {"source": "chosen", "region": "140403001001"},
    });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

async fn cases_of(client: &Client<'_>, item: &Value) -> Vec<Value> {
    let list = client.get(&format!("/api/cases?item={}", id(item))).await.ok();
    list["rows"].as_array().unwrap().clone()
}

#[tokio::test]
async fn whoever_scans_a_sign_reports_this_very_thing() {
    let test = city().await;
    let (officer, nobody) = (test.as_person("officer").await, test.nobody());
    let made = make(&officer, lamp("FH-1")).await;
    assert_eq!(officer.get(&address(&made, "/sign")).await.refusal().0, 404, "it has none yet");
    let signed = officer.post_empty(&address(&made, "/sign")).await.ok();
    let sign = signed["sign"].as_str().unwrap().to_owned();
    assert_eq!(officer.post_empty(&address(&made, "/sign")).await.ok()["sign"], json!(sign), "it keeps its code");
    let image = officer.get(&address(&made, "/sign")).await;
    assert!(image.text().contains("<svg"), "{}", image.text());

    let read = nobody.get(&format!("/api/signs/{}", sign.to_lowercase())).await.ok();
    assert_eq!((&read["is_item"], &read["label"]["zh"]), (&json!(true), &json!("路灯 FH-1 府后西街路灯")));
    assert_eq!(read["matters"][0]["code"], "city.lighting.street-lamp");
    assert!(!read.to_string().contains("普查"), "nothing more than stands on it");
    assert_eq!(nobody.get("/api/signs/00000000").await.refusal().0, 404);

    nobody.post("/api/reports", report("1234567890123456", json!({"qr": sign}))).await.ok();
    let found = cases_of(&officer, &made).await;
    assert_eq!((found.len(), &found[0]["item"]["number"], &found[0]["channel"]), (1, &json!("FH-1"), &json!("qr")));
    let detail = officer.get(&format!("/api/cases/{}", id(&found[0]))).await.ok();
    assert_eq!(detail["source_place"]["zh"], "路灯 FH-1 府后西街路灯");
    let elsewhere =
        report("2234567890123456", json!({"qr": sign, "place": {"source": "chosen", "region": "140404100201"}}));
    nobody.post("/api/reports", elsewhere).await.ok();
    assert_eq!(cases_of(&officer, &made).await.len(), 1, "whoever says another county speaks of something else");
    let csv = officer.with_header("accept-language", "zh").get(&format!("/api/cases.csv?item={}", id(&made))).await;
    assert!(csv.text().contains("路灯 FH-1 府后西街路灯") && csv.text().lines().count() == 2, "{}", csv.text());

    officer.put(&address(&made, "/end"), json!({"version": 1, "ends_on": "2026-11-16"})).await.ok();
    assert_eq!(nobody.get(&format!("/api/signs/{sign}")).await.refusal().0, 404, "the thing is gone");
    let risk = json!({"kind": "risks.ponding", "name": "桥洞", "region": "140403001001", "lon": 113.1, "lat": 36.1});
    let risk = make(&officer, risk).await;
    assert_eq!(officer.post_empty(&address(&risk, "/sign")).await.refusal(), (409, "no_sign".into()));
}

#[tokio::test]
async fn staff_say_which_thing_a_case_is_about() {
    let test = city().await;
    let (officer, worker) = (test.as_person("officer").await, test.as_person("worker").await);
    let made = make(&worker, lamp("FH-1")).await;
    let mut entry = report("1234567890123456", json!({"channel": "grid", "item": id(&made)}));
    entry["place"] = json!({"source": "staff", "region": "140403001001001", "lon": 113.12, "lat": 36.19});
    let case = worker.post("/api/cases", entry.clone()).await.ok();
    assert_eq!(case["item"]["name"], "府后西街路灯");
    let neighbour = test.as_person("neighbour").await;
    entry["receipt"] = json!("3234567890123456");
    entry["place"]["region"] = json!("140403001001002");
    assert_eq!(neighbour.post("/api/cases", entry).await.fields(), [("item".into(), "not_found".into())]);

    let link = format!("/api/cases/{}/link", id(&case));
    assert!(case["allowed_actions"].as_array().unwrap().contains(&json!("link")));
    let none = worker.post(&link, json!({"version": case["version"], "item": null})).await.ok();
    assert_eq!(none["item"], Value::Null);
    assert_eq!(none["timeline"].as_array().unwrap().last().unwrap()["kind"], "item_unlinked");
    let again = worker.post(&link, json!({"version": none["version"], "item": id(&made)})).await.ok();
    let last = again["timeline"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["kind"], &last["params"]["names"]["zh"]),
        (&json!("item_linked"), &json!("路灯 FH-1 府后西街路灯"))
    );
    assert_eq!(worker.post(&link, json!({"version": 1, "item": null})).await.refusal(), (409, "case_changed".into()));
    assert_eq!(cases_of(&officer, &made).await.len(), 1);
    assert_eq!(cases_of(&test.as_person("other").await, &made).await.len(), 0, "another county's");
    let words = officer.get(&format!("/api/cases?item={}&q=%E4%B8%8D%E4%BA%AE&view=open", id(&made))).await.ok();
    assert_eq!(words["count"], 1);

    let far = test.as_person("other").await;
    let far_lamp = json!({"kind": LAMPS, "name": "远处", "region": "140404100201", "lon": 113.0, "lat": 36.0});
    let far_lamp = make(&far, far_lamp).await;
    let version = officer.get(&format!("/api/cases/{}", id(&case))).await.ok()["version"].clone();
    let wrong = officer.post(&link, json!({"version": version, "item": id(&far_lamp)})).await;
    assert_eq!(wrong.fields(), [("item".into(), "not_found".into())]);
}

async fn patrol(client: &Client<'_>, region: &str) -> Value {
    let list = json!({"name": "路灯巡查", "region": region, "kinds": [LAMPS], "rhythm": "weekly", "due_in": 5});
    client.post("/api/patrols", list).await.ok()
}

async fn waiting(client: &Client<'_>, list: &Value, query: &str) -> Vec<Value> {
    client.get(&format!("/api/patrols/{}/items?{query}", id(list))).await.ok()["rows"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_round_is_ticked_off_and_what_needs_something_is_a_case() {
    let test = city().await;
    let (officer, worker) = (test.as_person("officer").await, test.as_person("worker").await);
    let mut made = Vec::new();
    for number in ["FH-1", "FH-2", "FH-3"] {
        made.push(make(&worker, lamp(number)).await);
    }
    let mut far = lamp("FH-4");
    far["region"] = json!("140403001001002");
    make(&officer, far).await;
    let list = patrol(&officer, "140403001001").await;
    assert_eq!((&list["round"]["all"], &list["round"]["due_on"]), (&json!(4), &json!("2026-11-20")));
    let mine = worker.get("/api/patrols").await.ok();
    assert_eq!((&mine["count"], &mine["rows"][0]["round"]["all"]), (&json!(1), &json!(3)), "only one's own things");
    assert_eq!(names(&waiting(&worker, &list, "").await), ["FH-1", "FH-2", "FH-3"]);
    let first = worker.get(&format!("/api/patrols/{}/items?limit=2", id(&list))).await.ok();
    assert_eq!(first["count"], 3);
    let rest = waiting(&worker, &list, &format!("limit=2&cursor={}", first["next"].as_str().unwrap())).await;
    assert_eq!(names(&rest), ["FH-3"]);

    let ticks = format!("/api/patrols/{}/ticks", id(&list));
    let well = worker.post(&ticks, json!({"item": id(&made[0]), "is_well": true})).await.ok();
    assert_eq!((&well["list"]["round"]["seen"], &well["case"]), (&json!(1), &Value::Null));
    let once = worker.with_key("this-lamp-is-dark");
    let needs = json!({"item": id(&made[1]), "is_well": false, "words": "灯罩破了"});
    let case = once.post(&ticks, needs.clone()).await.ok();
    assert_eq!(once.post(&ticks, needs.clone()).await.ok()["case"], case["case"], "a repetition is one case");
    worker.post(&ticks, needs).await.ok();
    let found = cases_of(&officer, &made[1]).await;
    assert_eq!(found.len(), 1, "one case a round, however often it is said");
    assert_eq!(found[0]["matter"]["code"], "city.lighting.street-lamp");
    assert!(found[0]["summary"].as_str().unwrap().contains("灯罩破了"));

    assert_eq!(names(&waiting(&worker, &list, "").await), ["FH-3"]);
    let mut seen = waiting(&worker, &list, "seen=true").await;
    seen.sort_by_key(|row| row["number"].to_string());
    assert_eq!(names(&seen), ["FH-1", "FH-2"]);
    assert_eq!(seen[1]["tick"]["number"], found[0]["number"]);
    let page = worker.get(&format!("/api/patrols/{}/items?seen=true&limit=1", id(&list))).await.ok();
    let next = waiting(&worker, &list, &format!("seen=true&limit=1&cursor={}", page["next"].as_str().unwrap())).await;
    assert_eq!(next.len(), 1);
    let lamp = worker.get(&address(&made[1], "")).await.ok();
    assert_eq!(lamp["seen"], json!({"on": "2026-11-16", "is_well": false}), "a fact about the thing");
    assert_eq!(lamp["version"], 1, "whoever edits it is not disturbed");
    for answer in [&well, &mine, &json!(seen)] {
        assert!(!answer.to_string().contains("worker"), "no count and no tick names who: {answer}");
    }

    let neighbour = test.as_person("neighbour").await;
    let not_theirs = neighbour.post(&ticks, json!({"item": id(&made[2]), "is_well": true})).await;
    assert_eq!(not_theirs.refusal().0, 404);
    let bench =
        json!({"kind": "facilities.bench", "name": "长椅", "region": "140403001001001", "lon": 113.1, "lat": 36.1});
    let bench = make(&worker, bench).await;
    let unlisted = worker.post(&ticks, json!({"item": id(&bench), "is_well": true})).await;
    assert_eq!(unlisted.fields(), [("item".into(), "item_not_listed".into())]);
    test.pass_hours(24 * 7);
    let worker = test.as_person("worker").await;
    assert_eq!(waiting(&worker, &list, "").await.len(), 3, "the next week begins anew");
}

#[tokio::test]
async fn a_patrol_list_is_kept_by_whoever_answers_for_the_place() {
    let test = city().await;
    let (officer, worker) = (test.as_person("officer").await, test.as_person("worker").await);
    let forbidden =
        json!({"name": "x", "region": "140403001001001", "kinds": [LAMPS], "rhythm": "weekly", "due_in": 1});
    assert_eq!(worker.post("/api/patrols", forbidden.clone()).await.refusal(), (403, "forbidden".into()));
    let list = patrol(&officer, "140403001001").await;
    let again =
        json!({"name": "路灯巡查", "region": "140403001001", "kinds": [LAMPS], "rhythm": "monthly", "due_in": 9});
    assert_eq!(officer.post("/api/patrols", again.clone()).await.fields(), [("name".into(), "duplicate".into())]);
    let mut wrong = again.clone();
    wrong["region"] = json!("140403");
    wrong["kinds"] = json!([]);
    wrong["due_in"] = json!(40);
    let fields: Vec<String> =
        officer.post("/api/patrols", wrong).await.fields().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["region", "kinds", "due_in"]);
    let mut far = again;
    far["region"] = json!("140403002001");
    assert_eq!(officer.post("/api/patrols", far).await.fields(), [("region".into(), "not_found".into())]);

    let address = format!("/api/patrols/{}", id(&list));
    let mut change = json!({"version": 1, "name": "路灯月查", "kinds": [LAMPS], "rhythm": "monthly", "due_in": 25});
    assert_eq!(worker.put(&address, change.clone()).await.refusal(), (403, "forbidden".into()));
    let changed = officer.put(&address, change.clone()).await.ok();
    assert_eq!((&changed["name"], &changed["round"]["due_on"]), (&json!("路灯月查"), &json!("2026-11-25")));
    assert_eq!(officer.put(&address, change.clone()).await.refusal(), (409, "record_changed".into()));
    change["version"] = json!(2);
    change["ended"] = json!(true);
    officer.put(&address, change.clone()).await.ok();
    assert_eq!(officer.get("/api/patrols").await.ok()["count"], 0);
    assert_eq!(officer.get("/api/patrols?ended=true").await.ok()["count"], 1);
    let lamp = make(&worker, lamp("FH-1")).await;
    let ticks = format!("{address}/ticks");
    let over = worker.post(&ticks, json!({"item": id(&lamp), "is_well": true})).await;
    assert_eq!(over.refusal(), (409, "patrol_ended".into()));
    change["version"] = json!(3);
    change["ended"] = json!(false);
    officer.put(&address, change).await.ok();
    assert_eq!(officer.get("/api/patrols.csv").await.text().lines().count(), 2);
    let patrols = book::rows(&officer, "/api/patrols.xlsx").await;
    assert!(patrols.len() == 2 && book::is_time(book::under(&patrols, 1, "Due")), "{patrols:?}");
    patrol(&test.as_person("dispatcher").await, "140403001").await;
    let page = officer.get("/api/patrols?limit=1").await.ok();
    let next = format!("/api/patrols?limit=1&cursor={}", page["next"].as_str().unwrap());
    assert_eq!(officer.get(&next).await.ok()["rows"].as_array().unwrap().len(), 1);
    assert_eq!(test.as_person("other").await.get(&address).await.refusal().0, 404);
}

#[tokio::test]
async fn a_kind_is_text_of_the_catalogue_and_never_about_persons() {
    let test = city().await;
    let system = test.as_person("system").await;
    let file = |name: &str| {
        format!(
            "[class]\ncode = \"streets\"\nname = {{ zh = \"街道设施\", en = \"Streets\" }}\n\n[[kind]]\ncode = \"streets.clock\"\n\
             name = {{ zh = \"{name}\", en = \"Clock\" }}\ngeometry = \"point\"\nfresh_for = 30\n"
        )
    };
    let put = async |text: String| {
        let body = json!({"toml": text});
        system.put("/api/catalog/register/streets", body).await
    };
    let refused = put(file("重点人员")).await;
    assert_eq!(refused.refusal(), (422, "catalog_invalid".into()), "{}", refused.text());
    assert!(refused.text().contains("watched people"), "{}", refused.text());
    put(file("街头时钟")).await.ok();
    let officer = test.as_person("officer").await;
    let clock = json!({"kind": "streets.clock", "name": "钟", "region": "140403001001", "lon": 113.1, "lat": 36.1});
    assert_eq!(make(&officer, clock).await["kind_names"]["zh"], "街头时钟");
    let unknown = json!({"kind": "streets.persons", "name": "x", "region": "140403001001"});
    assert_eq!(officer.post("/api/register", unknown).await.fields(), [("kind".into(), "unknown_value".into())]);
}
