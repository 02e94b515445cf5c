//! Orders of a 12345 hotline: in as files and one by one, once each; answers out in its own columns; undone.

use std::io::Cursor;

use axum::http::Method;
use calamine::{Reader, Xlsx, open_workbook_from_rs};
use encoding_rs::GB18030;
use jishi::{modules::sources, platform::access::Role};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::{Value, json};

use crate::support::{Client, TestApp};

const HEAD: &str =
    "工单编号,工单类型,问题分类,标题,主要内容,来电人,来电人电话/账号,被反映区,被反映街乡镇,村/社区,小区点位,创建时间";
const LAMP: &str = "GD2611150001,投诉,城市管理->市政设施->路灯照明,路灯,门口路灯不亮三天了，找我 13900000011,王小明,13900000011,潞州区,东街街道办事处,府后社区,府后西街12号,2026-11-15 20:30:00";
const NOISE: &str =
    "GD2611150002,投诉,生态环境->噪声->施工噪声,施工,夜里施工吵得睡不着,,,潞州区,西街街道,,,2026/11/15 22:10";
const OTHER: &str = "GD2611150003,求助,其他->其他,其他,想问问怎么办,李四,微信用户abc,,,华丰社区居委会,,";

async fn city() -> TestApp {
    let test = TestApp::start().await.with_catalogue().await;
    sources::import_packaged(&test.app).await.unwrap();
    test.unit("lamps", "urban_management", "140403").await;
    test.unit("street", "government", "140403001").await;
    test.person("office", Role::CountyOffice, "140403", None).await;
    test.person("other", Role::CountyOffice, "140404", None).await;
    test.person("dispatcher", Role::TownshipDispatcher, "140403001", None).await;
    test.person("handler", Role::DepartmentHandler, "140403", Some("lamps")).await;
    test.person("system", Role::SystemAdmin, "1404", None).await;
    test
}

fn csv(rows: &[&str]) -> Vec<u8> {
    format!("{HEAD}\n{}\n", rows.join("\n")).into_bytes()
}

async fn send(client: &Client<'_>, bytes: &[u8], query: &str) -> crate::support::Answer {
    let path = format!("/api/sources/12345/orders?file=orders.csv&{query}");
    client.send(Method::POST, &path, Some("text/csv"), bytes.to_vec()).await
}

async fn look(client: &Client<'_>, bytes: &[u8]) -> Value {
    send(client, bytes, "dry_run=true").await.ok()
}

async fn bring(client: &Client<'_>, bytes: &[u8]) -> Value {
    send(client, bytes, "").await.ok()
}

fn counts(answer: &Value) -> [i64; 4] {
    let number = |name: &str| answer[name].as_i64().unwrap();
    [
        number("fresh"),
        number("known"),
        i64::try_from(answer["differing"].as_array().unwrap().len()).unwrap(),
        number("mistaken"),
    ]
}

fn mistakes(answer: &Value) -> Vec<(i64, String)> {
    let rows = answer["mistakes"].as_array().unwrap().iter();
    rows.map(|one| (one["line"].as_i64().unwrap(), one["field"].as_str().unwrap().to_owned())).collect()
}

async fn cases(client: &Client<'_>, query: &str) -> Vec<Value> {
    client.get(&format!("/api/cases?{query}")).await.ok()["rows"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_file_of_orders_comes_in_once_whatever_program_saved_it() {
    let test = city().await;
    let office = test.as_person("office").await;
    let file = csv(&[LAMP, NOISE, OTHER]);
    let dry = look(&office, &file).await;
    assert_eq!((counts(&dry), &dry["intake"]), ([3, 0, 0, 0], &Value::Null), "{dry}");
    assert_eq!(cases(&office, "").await.len(), 0, "a look writes nothing");
    let mark = "\u{FEFF}".as_bytes().to_vec();
    let once = office.with_key("the-orders-of-today");
    let first = bring(&once, &[mark, file.clone()].concat()).await;
    assert_eq!(counts(&first), [3, 0, 0, 0], "{first}");
    let gbk = GB18030.encode(std::str::from_utf8(&file).unwrap()).0.into_owned();
    let again = bring(&office, &gbk).await;
    assert_eq!(counts(&again), [0, 3, 0, 0], "the same orders, saved by another program");
    let repeated = bring(&once, &["\u{FEFF}".as_bytes(), &file].concat()).await;
    assert_eq!((&repeated["intake"], counts(&repeated)), (&first["intake"], [3, 0, 0, 0]), "a lost answer is found");
    let rows = cases(&office, "channel=hotline").await;
    assert_eq!(rows.len(), 3);
    let lamp = rows.iter().find(|row| row["matter"]["code"] == "city.lighting.street-lamp").unwrap();
    assert_eq!(lamp["received_at"], "2026-11-15T12:30:00Z", "the clock started when it came in there");
    assert_eq!(lamp["place"]["village"]["names"]["zh"], "府后社区");
    assert_eq!(lamp["place"]["text"], "府后西街12号");
    let other = rows.iter().find(|row| row["place"]["village"]["names"]["zh"] == "华丰社区").unwrap();
    assert_eq!(other["matter"], Value::Null, "what no category names is left to the dispatcher");
    let detail = office.get(&format!("/api/cases/{}", lamp["id"].as_str().unwrap())).await.ok();
    assert_eq!(detail["aliases"][0]["number"], "GD2611150001");
    assert_eq!(detail["aliases"][0]["names"]["zh"], "12345 热线");
    assert_eq!(detail["reports"][0]["identity"], "confidential");
    assert_eq!(detail["reports"][0]["contact"][0]["mask"], "王**");
    assert_eq!(test.found_in_database(&["13900000011", "王小明"]).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_workbook_of_another_program_is_read_with_its_dates_and_a_title_above() {
    let test = city().await;
    let office = test.as_person("office").await;
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "12345 热线工单导出").unwrap();
    for (column, heading) in (0..).zip(["编号", "诉求内容", "被反映区", "创建时间", "领导批示"]) {
        sheet.write_string(2, column, heading).unwrap();
    }
    sheet.write_number(3, 0, 202_611_150_009_f64).unwrap();
    sheet.write_string(3, 1, "路面坑洼").unwrap();
    sheet.write_string(3, 2, "潞州区").unwrap();
    let at = ExcelDateTime::parse_from_str("2026-11-15 08:05:00").unwrap();
    sheet.write_datetime_with_format(3, 3, &at, &Format::new().set_num_format("yyyy-mm-dd hh:mm")).unwrap();
    let done = bring(&office, &book.save_to_buffer().unwrap()).await;
    assert_eq!(counts(&done), [1, 0, 0, 0], "{done}");
    let heading = |text: &str| {
        let found = done["headings"].as_array().unwrap().iter().find(|one| one["text"] == text).unwrap().clone();
        (found["field"].clone(), found["sample"].clone())
    };
    assert_eq!(heading("编号"), (json!("number"), json!("202611150009")));
    assert_eq!(heading("领导批示"), (Value::Null, json!("")), "what is not known is left alone");
    let found = cases(&office, "q=202611150009").await;
    assert_eq!(found.len(), 1, "found by its number there");
    assert_eq!(found[0]["received_at"], "2026-11-15T00:05:00Z");
}

const WRONG: [&str; 9] = [
    ",投诉,,,没有编号,,,潞州区,,,,",
    "W2,投诉,,,,,,潞州区,,,,",
    "W3,投诉,,,电话不对,张三,12345,潞州区,,,,",
    "W4,投诉,,,时间看不懂,,,潞州区,,,,前天",
    "W5,投诉,,,还没有发生,,,潞州区,,,,2026-11-20 09:00:00",
    "W6,投诉,,,没有这个社区,,,潞州区,东街街道,府后小社区,,",
    "W7,投诉,,,别的县,,,上党区,,,,",
    "GD2611150001,投诉,,,同号不同内容,,,潞州区,,,,",
    "W9,投诉,,,哪儿都没写,,,长治市,,,,",
];

#[tokio::test]
async fn every_row_with_a_mistake_is_named_and_the_others_come_in() {
    let test = city().await;
    let office = test.as_person("office").await;
    let rows: Vec<&str> = [LAMP].into_iter().chain(WRONG).collect();
    let done = bring(&office, &csv(&rows)).await;
    assert_eq!(counts(&done), [1, 0, 0, 9], "{done}");
    let told: Vec<(i64, String)> = mistakes(&done);
    let told: Vec<(i64, &str)> = told.iter().map(|(line, field)| (*line, field.as_str())).collect();
    assert_eq!(
        told,
        [
            (3, "number"),
            (4, "text"),
            (5, "phone"),
            (6, "received_at"),
            (7, "received_at"),
            (8, "village"),
            (9, "county"),
            (10, "number"),
            (11, "county")
        ]
    );
    let message = |line: i64| {
        let all = done["mistakes"].as_array().unwrap();
        all.iter().find(|one| one["line"] == line).unwrap()["message"].as_str().unwrap().to_owned()
    };
    assert!(message(8).contains("府后社区"), "names that are like it are offered: {}", message(8));
    assert!(message(9).contains("潞州区"), "not theirs: {}", message(9));
    // The rows to mend come back as a workbook that says what is wrong, and go in mended.
    let path = "/api/sources/12345/orders/mistakes";
    let file = office.with_header("accept-language", "zh").send(Method::POST, path, None, csv(&rows)).await;
    assert_eq!(file.status, 200, "{}", file.text());
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(file.body.clone())).unwrap();
    let range = book.worksheet_range("待改").unwrap();
    assert_eq!(range.height(), 1 + 8, "the order that came in meanwhile with other content is no row to mend");
    assert!(range.get((1, 0)).unwrap().to_string().starts_with("工单编号：请填写此项"));
    assert_eq!(counts(&look(&office, &file.body).await), [0, 0, 0, 8], "read again as it is");
    let mended = csv(&["W2,投诉,,,补上内容,,,潞州区,,,,"]);
    assert_eq!(counts(&bring(&office, &mended).await), [1, 0, 0, 0]);
}

#[tokio::test]
async fn what_is_not_understood_in_a_row_is_told_before_it_comes_in() {
    let test = city().await;
    let office = test.as_person("office").await;
    let odd = "M1,投诉,外星->飞碟->噪声,,门口有飞碟,王某,12ab,潞州区,东街街道,,,";
    let told = look(&office, &csv(&[LAMP, odd, OTHER])).await;
    assert_eq!(counts(&told), [3, 0, 0, 0], "{told}");
    assert_eq!(told["matched"], 1, "{told}");
    let unmatched =
        [json!({ "category": "其他->其他", "count": 1 }), json!({ "category": "外星->飞碟->噪声", "count": 1 })];
    assert_eq!(told["unmatched"], json!(unmatched));
    assert_eq!(told["unreachable"], json!([3, 4]), "nobody can be called by what stands there");
    // Every mistake of a row, and which row of the file has the number already.
    let rows = [LAMP, "M2,投诉,,,时间和地方都不对,,12,潞州区,没有这个街道,,,昨天", &LAMP.replace("三天", "五天")];
    let told = look(&office, &csv(&rows)).await;
    let fields: Vec<(i64, String)> = mistakes(&told);
    let fields: Vec<(i64, &str)> = fields.iter().map(|(line, field)| (*line, field.as_str())).collect();
    assert_eq!(fields, [(3, "phone"), (3, "received_at"), (3, "township"), (4, "number")], "{told}");
    assert!(told["mistakes"][3]["message"].as_str().unwrap().contains("row 2"), "{told}");
    test.person("city", Role::CountyOffice, "1404", None).await;
    let row = "M3,投诉,,,街道在别的区,,,上党区,东街街道,,,";
    let told = look(&test.as_person("city").await, &csv(&[row])).await;
    let message = told["mistakes"][0]["message"].as_str().unwrap();
    assert!(message.contains("潞州区") && message.contains("上党区"), "{message}");
}

#[tokio::test]
async fn places_of_one_name_are_asked_about_and_a_township_brings_only_its_own() {
    let test = city().await;
    let office = test.as_person("office").await;
    let csv_row = |number: &str, place: &str| format!("{number},投诉,,,门口有积水,,,{place},,");
    test.person("city", Role::CountyOffice, "1404", None).await;
    let places = "code,kind,name_zh,valid_from\n140404100001,community,府后社区,2023-01-01\n";
    jishi::modules::regions::import_csv(&test.app, places.as_bytes()).await.unwrap();
    let city = test.as_person("city").await;
    let row = csv_row("P1", ",,府后社区");
    let told = look(&city, &csv(&[&row])).await;
    assert_eq!(mistakes(&told), [(2, "village".to_owned())]);
    let message = told["mistakes"][0]["message"].as_str().unwrap();
    assert!(message.contains("东街街道/府后社区") && message.contains("韩店镇/府后社区"), "{message}");
    assert_eq!(counts(&look(&office, &csv(&[&row])).await), [1, 0, 0, 0], "in a county there is one of the name");
    // A dispatcher answers for a subdistrict: what names no place is theirs, the neighbour's is not.
    let dispatcher = test.as_person("dispatcher").await;
    let (own, next) = (csv_row("P2", ",,"), csv_row("P3", "潞州区,西街街道,"));
    let done = bring(&dispatcher, &csv(&[&own, &next])).await;
    assert_eq!((counts(&done), mistakes(&done)), ([1, 0, 0, 1], vec![(3, "township".to_owned())]), "{done}");
    assert_eq!(cases(&dispatcher, "").await[0]["place"]["township"]["code"], "140403001");
    // Others see neither the intake nor the case, and a handler does not carry.
    assert_eq!(test.as_person("other").await.get("/api/sources/12345/intakes").await.ok()["count"], 0);
    assert_eq!(dispatcher.get("/api/sources/12345/intakes").await.ok()["count"], 1);
    assert_eq!(office.get("/api/sources/12345/intakes").await.ok()["count"], 1, "of a place of theirs");
    assert_eq!(send(&test.as_person("handler").await, &csv(&[LAMP]), "").await.refusal().0, 403);
    assert_eq!(office.get("/api/sources/nowhere/intakes").await.refusal().0, 404);
}

#[tokio::test]
async fn an_order_that_comes_again_with_other_content_is_shown_and_the_first_stands() {
    let test = city().await;
    let office = test.as_person("office").await;
    bring(&office, &csv(&[LAMP])).await;
    let changed = LAMP.replace("三天", "五天");
    let told = bring(&office, &csv(&[&changed, NOISE])).await;
    assert_eq!(counts(&told), [1, 0, 1, 0], "{told}");
    let one = &told["differing"][0];
    assert_eq!((&one["number"], &one["line"]), (&json!("GD2611150001"), &json!(2)));
    let case = office.get(&format!("/api/cases/{}", one["case"]["id"].as_str().unwrap())).await.ok();
    assert!(case["reports"][0]["text"].as_str().unwrap().contains("三天"));
    let other = test.as_person("other").await;
    assert_eq!(look(&other, &csv(&[&changed])).await["differing"][0]["case"], Value::Null, "not theirs to see");
}

#[tokio::test]
async fn headings_are_chosen_by_hand_and_kept_for_the_next_file() {
    let test = city().await;
    let office = test.as_person("office").await;
    let file = "受理号,反映了什么,哪个区\nH1,路灯不亮,潞州区\n".as_bytes();
    let told = look(&office, file).await;
    let missing: Vec<&str> =
        told["missing"].as_array().unwrap().iter().map(|field| field["key"].as_str().unwrap()).collect();
    assert_eq!(missing, ["number", "text"]);
    assert_eq!(send(&office, file, "").await.refusal(), (422, "columns_missing".into()));
    let columns = json!({"number": "受理号", "text": "反映了什么", "county": "哪个区"});
    let query: String = columns.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect();
    let told = send(&office, file, &format!("dry_run=true&columns={query}")).await.ok();
    assert_eq!(counts(&told), [1, 0, 0, 0], "{told}");
    let kept = office.put("/api/sources/12345/columns", json!({"columns": columns})).await;
    assert_eq!(kept.status, 204, "{}", kept.text());
    assert_eq!(counts(&bring(&office, file).await), [1, 0, 0, 0], "without being chosen again");
    assert_eq!(counts(&bring(&office, &csv(&[NOISE])).await), [1, 0, 0, 0], "the old headings are known as well");
    let other = test.as_person("other").await;
    assert_eq!(look(&other, file).await["missing"].as_array().unwrap().len(), 2, "another county's file is its own");
    let system = test.as_person("system").await;
    let versions = system.get("/api/catalog/sources/12345/versions").await.ok();
    assert_eq!(versions["rows"].as_array().unwrap().len(), 2);
    let sources = office.get("/api/sources").await.ok();
    assert_eq!(sources["rows"][0]["region"]["code"], "140403");
    for wrong in [json!({"reply": "a"}), json!({"text": "a", "number": "a"})] {
        let refused = office.put("/api/sources/12345/columns", json!({"columns": wrong})).await;
        assert_eq!(refused.fields()[0].0, "columns", "{}", refused.text());
    }
}

#[tokio::test]
async fn a_sources_file_is_edited_like_a_class_of_matters_with_every_mistake_named() {
    let test = city().await;
    let system = test.as_person("system").await;
    let kept = system.get("/api/catalog/sources/12345").await.ok();
    let toml = kept["toml"].as_str().unwrap();
    let wrong = toml
        .replacen("\"city.roads.pothole\"", "\"city.roads.nowhere\"", 1)
        .replacen("field = \"label\"", "field = \"colour\"", 1)
        .replacen("[words.solved]\nyes", "[words.solved]\nmaybe", 1)
        .replacen("\"%Y-%m-%d %H:%M:%S\"", "\"yesterday\"", 1)
        .replacen("\"case_number\",", "\"phone\",", 1)
        .replacen("\"工单号\"", "\"标签\"", 1);
    let refused = system.put("/api/catalog/sources/12345", json!({"toml": wrong, "seen": 1})).await;
    assert_eq!(refused.refusal(), (422, "catalog_invalid".into()));
    assert_eq!(refused.json()["errors"].as_array().unwrap().len(), 5, "{}", refused.text());
    let better = toml.replacen("承办编号", "本地编号", 1);
    let put = system.put("/api/catalog/sources/12345", json!({"toml": better, "seen": 1})).await.ok();
    assert_eq!(put["version"], 2);
    let office = test.as_person("office").await;
    let answers = office.get("/api/sources").await.ok()["rows"][0]["answers"].clone();
    assert!(answers.as_array().unwrap().iter().any(|column| column["heading"] == "本地编号"));
}

async fn step(client: &Client<'_>, case: &str, step: &str, mut body: Value) {
    let version = client.get(&format!("/api/cases/{case}")).await.ok()["version"].clone();
    body["version"] = version;
    let done = client.post(&format!("/api/cases/{case}/{step}"), body).await;
    assert!(done.status < 300, "{step}: {}", done.text());
}

async fn handled(test: &TestApp, case: &str) {
    let (office, handler) = (test.as_person("office").await, test.as_person("handler").await);
    let units = office.get("/api/units?q=lamps").await.ok();
    let lead = units["rows"][0]["id"].clone();
    step(&office, case, "dispatch", json!({"lead": lead, "assists": [], "reason": "路灯归这里管"})).await;
    step(&handler, case, "sign", json!({})).await;
    let result = json!({"text": "已更换灯泡，路灯恢复照明。", "outcome": "solved", "photos": []});
    step(&handler, case, "result", result).await;
}

async fn sheet_of(client: &Client<'_>, query: &str) -> Vec<Vec<String>> {
    let answer = client.get(&format!("/api/sources/12345/answers/file?{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(answer.body)).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

#[tokio::test]
async fn answers_go_out_in_the_sources_own_columns_and_each_once_until_it_changes() {
    let test = city().await;
    let office = test.as_person("office").await;
    bring(&office, &csv(&[LAMP, NOISE])).await;
    let case = cases(&office, "q=GD2611150001").await[0]["id"].as_str().unwrap().to_owned();
    let path = "/api/sources/12345/hand-backs";
    assert_eq!(office.post(path, json!({})).await.refusal(), (409, "nothing_to_hand_back".into()));
    handled(&test, &case).await;
    let waiting = office.get("/api/sources/12345/answers?waiting=true").await.ok();
    assert_eq!(waiting["count"], 1, "the other has no answer yet");
    let cells = &waiting["rows"][0]["cells"];
    assert_eq!((&cells["status"], &cells["outcome"]), (&json!("待核实"), &json!("已解决")));
    assert_eq!((&cells["called_back"], &cells["solved"]), (&json!("否"), &json!("")));
    assert_eq!(cells["category"], "城市管理->市政设施->路灯照明", "what came in so goes back so");
    // The file is read by another program and holds what the list shows.
    let rows = sheet_of(&office, "waiting=true").await;
    let columns = office.get("/api/sources").await.ok()["rows"][0]["answers"].clone();
    let columns = columns.as_array().unwrap();
    let headings: Vec<&str> = columns.iter().map(|column| column["heading"].as_str().unwrap()).collect();
    assert_eq!(rows[0], headings);
    let shown: Vec<&str> =
        columns.iter().map(|column| cells[column["key"].as_str().unwrap()].as_str().unwrap()).collect();
    assert_eq!((rows.len(), &rows[1]), (2, &shown.iter().map(ToString::to_string).collect()));
    let text = office.get("/api/sources/12345/answers/file?waiting=true&format=csv").await;
    assert!(text.text().starts_with("\u{FEFF}工单编号,"));
    assert_eq!(text.text().lines().count(), 2);
    for secret in ["13900000011", "王小明", "139****", "三天"] {
        assert!(!text.text().contains(secret) && !rows.concat().concat().contains(secret), "{secret} went out");
    }
    // Handed back, it waits no longer; repeated, it is the same hand-back; its file can be had again.
    let once = office.with_key("the-answers-of-today");
    let handed = once.post(path, json!({})).await.ok();
    assert_eq!(handed["count"], 1);
    assert_eq!(once.post(path, json!({})).await.ok()["id"], handed["id"]);
    assert_eq!(office.get("/api/sources/12345/answers?waiting=true").await.ok()["count"], 0);
    let file = format!("hand_back={}", handed["id"].as_str().unwrap());
    assert_eq!(sheet_of(&office, &file).await, rows);
    assert_eq!(office.get(path).await.ok()["rows"][0]["person"]["name"], "office");
    // The resident's word is new, so it goes out again.
    let report = office.get(&format!("/api/cases/{case}")).await.ok()["reports"][0]["id"].clone();
    let verdict = json!({"report": report, "verdict": {"contacted": true, "solved": "yes", "satisfied": "basically"}});
    step(&test.as_person("dispatcher").await, &case, "call-back", verdict).await;
    let waiting = office.get("/api/sources/12345/answers?waiting=true&from=2026-11-15&to=2026-11-15").await.ok();
    assert_eq!(waiting["count"], 1);
    let cells = &waiting["rows"][0]["cells"];
    let told = ["called_back", "contacted", "solved", "satisfied", "status"].map(|key| cells[key].as_str().unwrap());
    assert_eq!(told, ["是", "是", "解决", "基本满意", "已办结"]);
    assert_eq!(office.get("/api/sources/12345/answers?to=2026-11-14").await.ok()["count"], 0);
    assert_eq!(office.get("/api/sources/12345/answers").await.ok()["count"], 2);
    let other = test.as_person("other").await;
    assert_eq!(other.get("/api/sources/12345/answers").await.ok()["count"], 0);
    assert_eq!(other.get(path).await.ok()["rows"], json!([]));
}

#[tokio::test]
async fn a_split_order_goes_back_with_the_answers_of_all_its_parts() {
    let test = city().await;
    let office = test.as_person("office").await;
    bring(&office, &csv(&[LAMP])).await;
    let first = cases(&office, "q=GD2611150001").await[0]["id"].as_str().unwrap().to_owned();
    let report = office.get(&format!("/api/cases/{first}")).await.ok()["reports"][0]["id"].clone();
    let parts = json!({"report": report, "reason": "两件事", "kept": {"text": "路灯不亮"},
        "parts": [{"text": "垃圾没人清", "matter": "city.cleanliness.rubbish"}]});
    step(&office, &first, "split", parts).await;
    let second = office.get(&format!("/api/cases/{first}")).await.ok()["split"]["into"][0]["id"].clone();
    let second = second.as_str().unwrap();
    assert_eq!(cases(&office, "q=GD2611150001").await.len(), 1, "its number stays on the first");
    handled(&test, &first).await;
    let waiting = "/api/sources/12345/answers?waiting=true";
    assert_eq!(office.get(waiting).await.ok()["count"], 0, "one part has no answer yet");
    let all = office.get("/api/sources/12345/answers").await.ok();
    assert_eq!((&all["rows"][0]["cells"]["status"], &all["rows"][0]["cells"]["reply"]), (&json!("待研判"), &json!("")));
    test.pass_hours(1);
    step(&office, second, "answer", json!({"text": "今天已清运。"})).await;
    let now = office.get(waiting).await.ok();
    assert_eq!(now["count"], 1);
    let cells = &now["rows"][0]["cells"];
    let reply = cells["reply"].as_str().unwrap();
    assert!(reply.starts_with("1．路灯") && reply.contains("\n2．") && reply.ends_with("今天已清运。"), "{reply}");
    assert_eq!((&cells["number"], &cells["outcome"]), (&json!("GD2611150001"), &json!("已解决")));
    assert_eq!(office.post("/api/sources/12345/hand-backs", json!({})).await.ok()["count"], 1);
    assert_eq!(office.get(waiting).await.ok()["count"], 0);
    let rows = sheet_of(&office, "").await;
    assert_eq!(rows.len(), 2, "one order, one row");
}

fn order(number: &str, text: &str) -> Value {
    json!({"number": number, "text": text, "county": "潞州区", "township": "东街街道",
           "received_at": "2026-11-16 08:00:00", "name": "王小明", "phone": "13900000011"})
}

#[tokio::test]
async fn a_sources_own_system_gives_orders_and_fetches_answers_with_a_key() {
    let test = city().await;
    let (system, office) = (test.as_person("system").await, test.as_person("office").await);
    let path = "/api/sources/12345/keys";
    assert_eq!(office.post(path, json!({"name": "市热线"})).await.refusal().0, 403);
    assert_eq!(system.post(path, json!({"name": " "})).await.fields(), [("name".into(), "required".into())]);
    let elsewhere = system.post(path, json!({"name": "a", "region": "1405"})).await;
    assert_eq!(elsewhere.fields(), [("region".into(), "unknown_region".into())]);
    let once = system.with_key("one-key-please");
    let made = once.post(path, json!({"name": "市热线", "region": "140403"})).await.ok();
    assert_eq!(once.post(path, json!({"name": "市热线", "region": "140403"})).await.refusal().1, "key_shown");
    let token = made["token"].as_str().unwrap();
    assert_eq!(test.found_in_database(&[token]).await, Vec::<String>::new());
    let hotline = test.nobody().with_header("authorization", &format!("Bearer {token}"));
    let give = async |body: Value| hotline.post("/api/exchange/orders", body).await;
    let first = give(order("X1", "路灯不亮")).await;
    assert_eq!(first.status, 201, "{}", first.text());
    let again = give(order("X1", "路灯不亮")).await;
    assert_eq!((again.status, again.json()), (200, first.json()), "the same order is the same answer");
    assert_eq!(give(order("X1", "路灯亮了")).await.refusal(), (409, "order_differs".into()));
    let mut wrong = order("", "");
    wrong["county"] = json!("上党区");
    wrong["township"] = Value::Null;
    assert_eq!(give(wrong.clone()).await.fields().len(), 2);
    wrong["number"] = json!("X2");
    wrong["text"] = json!("别的县");
    assert_eq!(give(wrong).await.fields(), [("county".into(), "outside_place".into())]);
    // Answers are told in the order of their changes; the cursor misses nothing.
    let changes = async |cursor: &str| hotline.get(&format!("/api/exchange/answers?cursor={cursor}")).await.ok();
    assert_eq!(hotline.get("/api/exchange/answers").await.ok()["rows"], json!([]), "none of the last seconds");
    test.pass_seconds(60);
    let told = hotline.get("/api/exchange/answers").await.ok();
    assert_eq!(told["rows"][0]["cells"]["status"], "待研判");
    let cursor = told["next"].as_str().unwrap().to_owned();
    assert_eq!(changes(&cursor).await["rows"], json!([]));
    assert_eq!(changes(&cursor).await["next"], cursor.as_str(), "the same place to go on from");
    handled(&test, first.json()["case"].as_str().unwrap()).await;
    test.pass_seconds(60);
    let told = changes(&cursor).await;
    assert_eq!(told["rows"][0]["cells"]["reply"], "已更换灯泡，路灯恢复照明。");
    let taken = hotline.post("/api/exchange/answers/taken", json!({"numbers": ["X1"]})).await.ok();
    assert_eq!(taken["count"], 1);
    assert_eq!(office.get("/api/sources/12345/answers?waiting=true").await.ok()["count"], 0);
    let none = hotline.post("/api/exchange/answers/taken", json!({"numbers": []})).await;
    assert_eq!(none.fields(), [("numbers".into(), "out_of_range".into())]);
    // Ended, it opens nothing.
    let id = made["key"]["id"].as_str().unwrap();
    assert_eq!(system.delete(&format!("{path}/{id}")).await.status, 204);
    assert_eq!(give(order("X3", "路灯不亮")).await.refusal(), (401, "key_ended".into()));
    assert_eq!(hotline.get("/api/exchange/answers").await.refusal().0, 401);
    assert!(system.get(path).await.ok()["rows"][0]["ended_at"].is_string());
    let trail = ["source.key_made", "source.key_ended", "source.handed_back"];
    test.person("audit", Role::AuditAdmin, "1404", None).await;
    let audit = test.as_person("audit").await;
    for kind in trail {
        assert_eq!(audit.get(&format!("/api/audit?kind={kind}")).await.ok()["count"], 1, "{kind}");
    }
}

#[tokio::test]
async fn two_who_bring_the_same_file_at_once_make_each_case_once() {
    let test = city().await;
    let office = test.as_person("office").await;
    let rows: Vec<String> = (0..40).map(|n| format!("C{n},投诉,,,门口有积水 {n} 处,,,潞州区,东街街道,,,")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let file = csv(&rows);
    let (one, other) = tokio::join!(bring(&office, &file), bring(&office, &file));
    assert_eq!(one["fresh"].as_i64().unwrap() + other["fresh"].as_i64().unwrap(), 40, "{one} {other}");
    assert_eq!(office.get("/api/cases?channel=hotline").await.ok()["count"], 40);
}

#[tokio::test]
async fn an_intake_is_taken_back_but_for_what_somebody_has_worked_on() {
    let test = city().await;
    let office = test.as_person("office").await;
    let done = bring(&office, &csv(&[LAMP, NOISE, OTHER])).await;
    let lamp = cases(&office, "q=GD2611150001").await[0].clone();
    handled(&test, lamp["id"].as_str().unwrap()).await;
    let path = format!("/api/sources/12345/intakes/{}", done["intake"].as_str().unwrap());
    assert_eq!(test.as_person("other").await.delete(&path).await.refusal().0, 404);
    let once = office.with_key("take-it-back-please");
    let undone = once.delete(&path).await.ok();
    assert_eq!(undone["withdrawn"], 2);
    assert_eq!(undone["kept"], json!([{"id": lamp["id"], "number": lamp["number"]}]));
    assert_eq!(once.delete(&path).await.ok(), undone, "repeated, the same answer");
    assert_eq!(office.delete(&path).await.refusal(), (409, "import_undone".into()));
    let withdrawn = cases(&office, "status=withdrawn").await;
    assert_eq!(withdrawn.len(), 2);
    let history = office.get(&format!("/api/cases/{}", withdrawn[0]["id"].as_str().unwrap())).await.ok();
    assert_eq!(history["timeline"].as_array().unwrap().last().unwrap()["kind"], "withdrawn");
    let listed = office.get("/api/sources/12345/intakes").await.ok();
    assert_eq!((&listed["rows"][0]["withdrawn"], &listed["rows"][0]["fresh"]), (&json!(2), &json!(3)));
    // The numbers are free for the mended file.
    assert_eq!(counts(&bring(&office, &csv(&[LAMP, NOISE, OTHER])).await), [2, 1, 0, 0]);
}

#[tokio::test]
async fn what_is_no_table_of_orders_says_so() {
    let test = city().await;
    let office = test.as_person("office").await;
    for bytes in [b"".as_slice(), &[0xff; 200], b"PK\x03\x04"] {
        assert_eq!(send(&office, bytes, "").await.fields(), [("file".into(), "bad_format".into())], "{bytes:?}");
    }
    let rows: Vec<String> = (0..10_001).map(|n| format!("{n},,,,a,,,,,,,")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    assert_eq!(send(&office, &csv(&rows), "dry_run=true").await.fields(), [("file".into(), "out_of_range".into())]);
}
