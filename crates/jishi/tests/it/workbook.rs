//! The workbook a county moves in with: every wrong cell named, all or nothing, changed again, undone.

use axum::http::Method;
use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use jishi::platform::access::Role;
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

use crate::support::{Client, TestApp};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

async fn city() -> TestApp {
    let test = TestApp::start().await.with_catalogue().await;
    test.person("system", Role::SystemAdmin, "1404", None).await;
    test.person("security", Role::SecurityAdmin, "1404", None).await;
    test.person("dispatcher", Role::TownshipDispatcher, "140403001", None).await;
    test
}

/// A sheet: its tab, then its rows, the head first.
type Sheet<'s> = (&'s str, &'s [&'s [&'s str]]);

fn book(sheets: &[Sheet<'_>]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (row, cells) in (0..).zip(rows.iter()) {
            for (column, cell) in (0..).zip(cells.iter()) {
                match cell.parse::<f64>() {
                    // As spreadsheets do by themselves.
                    Ok(number) if !cell.starts_with('0') => sheet.write_number(row, column, number).unwrap(),
                    _ => sheet.write_string(row, column, *cell).unwrap(),
                };
            }
        }
    }
    book.save_to_buffer().unwrap()
}

const GRIDS: &[&[&str]] = &[
    &["村（社区） *", "名称 *", "编号", "类型", "网格长", "网格员"],
    &["140403001001", "工作簿一网格", "", "", "李建国", "王丽华、zhaomin"],
    &[],
    &["140403001001", "工作簿学校网格", "77", "专属网格", "", "wanglihua"],
];
const GROUPS: &[&[&str]] = &[&["村（社区）", "名称", "组长"], &["140403001001", "第一村民小组", "李建国"]];
const UNITS: &[&[&str]] = &[
    &["名称", "职责", "服务的地方", "编号", "上级单位", "电话"],
    &["区路灯所", "城市管理", "140403", "", "区城管局", "0355-0000102"],
    &["区城管局", "urban_management", "140403", "140403-um", "", "0355-0000101"],
];
const PARTY: &[&[&str]] = &[
    &["名称", "所在地方", "上级党组织", "书记"],
    &["工作簿社区党总支", "140403001001", "", "李建国"],
    &["一网格党支部", "工作簿一网格", "工作簿社区党总支", ""],
];
const STAFF: &[&[&str]] = &[
    &["姓名", "用户名", "工作电话", "岗位", "地方", "单位"],
    &["王丽华", "wanglihua", "13900000001", "网格员", "工作簿一网格", ""],
    &["李建国", "", "13900000002", "", "140403001001", ""],
    &["赵敏", "", "13900000003", "", "140403001001", ""],
    &["赵敏", "", "13900000004", "部门经办人", "140403", "区路灯所"],
];
const LINKS: &[&[&str]] = &[&["干部", "联系的地方"], &["李建国", "140403001"]];

fn whole() -> Vec<u8> {
    book(&[("包联", LINKS), ("人员", STAFF), ("网格", GRIDS), ("村民小组", GROUPS), ("单位", UNITS), ("党组织", PARTY)])
}

async fn send(client: &Client<'_>, bytes: &[u8], is_dry: bool) -> Value {
    let path = format!("/api/workbook?file=changzhi.xlsx&dry_run={is_dry}");
    client.send(Method::POST, &path, Some(XLSX), bytes.to_vec()).await.ok()
}

fn numbers<'a>(answer: &'a Value, names: &[&'static str]) -> Vec<(&'a str, Vec<i64>)> {
    let of = |sheet: &'a Value| {
        (sheet["sheet"].as_str().unwrap(), names.iter().map(|n| sheet[n].as_i64().unwrap()).collect())
    };
    answer["sheets"].as_array().unwrap().iter().map(of).collect()
}

fn mistakes(answer: &Value) -> Vec<(String, String)> {
    let sheets = answer["sheets"].as_array().unwrap().iter();
    let cell = |sheet: &Value, error: &Value| {
        (
            format!("{}!{}", sheet["sheet"].as_str().unwrap(), error["cell"].as_str().unwrap()),
            error["message"].as_str().unwrap().to_owned(),
        )
    };
    sheets
        .flat_map(|sheet| {
            sheet["errors"].as_array().unwrap().iter().map(|error| cell(sheet, error)).collect::<Vec<_>>()
        })
        .collect()
}

#[tokio::test]
async fn a_county_moves_in_with_one_workbook_that_two_administrators_bring_in() {
    let test = city().await;
    let (system, security) = (test.as_person("system").await, test.as_person("security").await);
    let dry = send(&system, &whole(), true).await;
    assert_eq!(mistakes(&dry), []);
    assert_eq!(system.get("/api/units").await.ok()["count"], 0, "a check writes nothing");
    assert_eq!(dry["import"], Value::Null);
    let dry = numbers(&dry, &["inserted", "left"]);
    assert_eq!((dry[0].1.clone(), dry[4].1.clone()), (vec![2, 0], vec![0, 4]), "counted is what this one would write");
    // The system administrator's part.
    let once = system.with_key("the-workbook-of-today");
    let file = whole();
    let first = send(&once, &file, false).await;
    assert_eq!(mistakes(&first), []);
    let inserted = numbers(&first, &["inserted", "left"]);
    assert_eq!(inserted[0], ("grids", vec![2, 0]));
    assert_eq!(inserted[2], ("units", vec![2, 0]));
    assert_eq!(inserted[4], ("staff", vec![0, 4]), "people are the security administrator's");
    assert_eq!(send(&once, &file, false).await["import"], first["import"], "repeated, it is the same import");
    assert_eq!(system.get("/api/units").await.ok()["count"], 4);
    let children = system.get("/api/regions?parent=140403001001").await.ok();
    let kinds: Vec<(String, String)> = children["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|place| (place["names"]["zh"].as_str().unwrap().to_owned(), place["kind"].as_str().unwrap().to_owned()))
        .collect();
    assert!(kinds.contains(&("工作簿学校网格".into(), "dedicated_grid".into())), "{kinds:?}");
    assert!(kinds.contains(&("第一村民小组".into(), "group".into())), "{kinds:?}");
    // The security administrator's part.
    let second = send(&security, &whole(), false).await;
    assert_eq!(mistakes(&second), []);
    assert!(numbers(&second, &["left"]).iter().all(|(_, left)| left == &[0]), "the other one has been here: {second}");
    let counted = numbers(&second, &["inserted", "posts"]);
    assert_eq!(counted[4], ("staff", vec![4, 2]), "people, and the posts that stand on their lines");
    assert_eq!(counted[0], ("grids", vec![0, 3]), "a grid is not new because somebody leads it");
    let found = security.get("/api/people?q=%E6%9D%8E%E5%BB%BA%E5%9B%BD").await.ok();
    let leader = &found["rows"][0];
    assert_eq!((leader["login"].as_str(), leader["phone"].as_str()), (Some("lijianguo"), Some("13900000002")));
    let mut roles: Vec<&str> =
        leader["posts"].as_array().unwrap().iter().map(|post| post["role"].as_str().unwrap()).collect();
    roles.sort_unstable();
    assert_eq!(roles, ["branch_secretary", "grid_leader", "group_leader", "linked_cadre"]);
    let both = security.get("/api/people?q=%E8%B5%B5%E6%95%8F").await.ok();
    let mut logins: Vec<&str> =
        both["rows"].as_array().unwrap().iter().map(|person| person["login"].as_str().unwrap()).collect();
    logins.sort_unstable();
    assert_eq!(logins, ["zhaomin", "zhaomin0004"], "two of one name are told apart by their telephones");
    // Again, with one thing changed.
    let staff: Vec<Vec<&str>> = STAFF
        .iter()
        .map(|row| row.iter().map(|cell| cell.replace("13900000001", "13900000009").leak() as &str).collect())
        .collect();
    let staff: Vec<&[&str]> = staff.iter().map(Vec::as_slice).collect();
    let again = book(&[("人员", &staff), ("网格", GRIDS), ("单位", UNITS)]);
    let third = send(&security, &again, false).await;
    assert_eq!(mistakes(&third), []);
    assert_eq!(numbers(&third, &["inserted", "changed"])[4], ("staff", vec![0, 1]));
    let fourth = send(&system, &again, false).await;
    assert_eq!(numbers(&fourth, &["inserted", "changed", "unchanged"])[2], ("units", vec![0, 0, 2]));
}

#[tokio::test]
async fn every_wrong_cell_is_named_and_nothing_is_written() {
    let test = city().await;
    let system = test.as_person("system").await;
    let grids: &[&[&str]] = &[
        &["村（社区）", "名称", "编号", "类型", "网格员", "面积"],
        &["没有的村", "一网格", "", "", "", ""],
        &["140403001", "二网格", "", "", "", ""],
        &["140403001001", "", "", "", "", ""],
        &["140403001001", "四网格", "801", "", "", ""],
        &["140403001001", "五网格", "", "大网格", "", ""],
        &["140403001001", "六网格", "", "", "没有的人", ""],
    ];
    let units: &[&[&str]] = &[
        &["名称", "职责", "服务的地方", "上级单位", "电话"],
        &["甲所", "看不懂的职责", "140403", "", ""],
        &["乙所", "城市管理", "140403", "没有的局", ""],
        &["丙所", "城市管理", "140403", "", "打电话给我"],
    ];
    let staff: &[&[&str]] = &[
        &["姓名", "用户名", "岗位", "地方", "单位"],
        &["张三", "张三", "网格员", "140403001001", ""],
        &["李四", "lisi", "大总管", "140403001001", ""],
        &["王五", "wangwu", "部门经办人", "140403", ""],
        &["赵六", "", "", "140403", ""],
        &["钱七", "", "网格员", "二网格", ""],
    ];
    let answer = send(&system, &book(&[("网格", grids), ("单位", units), ("人员", staff)]), false).await;
    let told = mistakes(&answer);
    let cells: Vec<&str> = told.iter().map(|(cell, _)| cell.as_str()).collect();
    assert_eq!(
        cells,
        [
            "grids!F1", "grids!A2", "grids!A3", "grids!B4", "grids!C5", "grids!D6", "grids!E7", "units!B2", "units!D3",
            "units!E4", "staff!B2", "staff!C3", "staff!E4", "staff!C5"
        ],
        "{told:#?}"
    );
    assert_eq!(answer["import"], Value::Null);
    assert_eq!(system.get("/api/units").await.ok()["count"], 0);
    assert_eq!(system.get("/api/workbook/imports").await.ok()["count"], 0);
}

#[tokio::test]
async fn of_a_row_every_wrong_cell_is_named_and_nothing_that_only_follows_from_it() {
    let test = city().await;
    let system = test.as_person("system").await;
    let grids: &[&[&str]] = &[
        &["村（社区）", "名称", "编号", "类型", "网格长"],
        &["没有的村", "", "900", "特殊网格", "没有的人"],
        &["140403001001", "好网格", "", "", "李建国"],
    ];
    let units: &[&[&str]] = &[
        &["名称", "职责", "服务的地方", "编号", "上级单位", "电话"],
        &["甲所", "不存在", "没有地方", "", "无上级", "abc"],
        &["", "不存在", "没有地方", "", "", ""],
        &["乙所", "城市管理", "140403", "", "甲所", ""],
    ];
    let staff: &[&[&str]] = &[
        &["姓名", "用户名", "工作电话", "岗位", "地方", "单位"],
        &["丙丙", "Bing", "12", "不是岗位", "没有地方", "没有单位"],
        &["", "", "12", "", "没有地方", ""],
        &["李建国", "", "", "", "140403001001", ""],
    ];
    let links: &[&[&str]] = &[&["干部", "联系的地方"], &["没有的人", "没有地方"], &["", "没有地方"]];
    let file = book(&[("网格", grids), ("单位", units), ("人员", staff), ("包联", links)]);
    let told = mistakes(&send(&system, &file, true).await);
    let cells: Vec<&str> = told.iter().map(|(cell, _)| cell.as_str()).collect();
    assert_eq!(
        cells,
        [
            "grids!A2", "grids!B2", "grids!C2", "grids!D2", "grids!E2", "units!B2", "units!C2", "units!E2", "units!F2",
            "units!A3", "units!B3", "units!C3", "staff!B2", "staff!C2", "staff!D2", "staff!E2", "staff!F2", "staff!A3",
            "staff!E3", "links!A2", "links!B2", "links!A3", "links!B3"
        ],
        "{told:#?}"
    );
}

#[tokio::test]
async fn a_post_that_two_sheets_give_is_one_and_a_later_sheet_without_the_unit_gives_no_second() {
    let test = city().await;
    let (system, security) = (test.as_person("system").await, test.as_person("security").await);
    let grids: &[&[&str]] =
        &[&["村（社区）", "名称", "网格长", "网格员"], &["140403001001", "一号网格", "李建国", "王丽华、赵敏"]];
    let staff: &[&[&str]] = &[
        &["姓名", "用户名", "工作电话", "岗位", "地方", "单位"],
        // The same post to the letter, the same at the community, and none.
        &["王丽华", "wanglihua", "13900000001", "网格员", "一号网格", "区路灯所"],
        &["赵敏", "zhaomin", "13900000003", "网格员", "140403001001", ""],
        &["李建国", "lijianguo", "13900000002", "", "140403001001", ""],
    ];
    let units: &[&[&str]] = &[&["名称", "职责", "服务的地方"], &["区路灯所", "城市管理", "140403"]];
    let file = book(&[("网格", grids), ("单位", units), ("人员", staff)]);
    assert_eq!(mistakes(&send(&system, &file, false).await), []);
    assert_eq!(mistakes(&send(&security, &file, false).await), []);
    let posts = async |login: &str| {
        let found = security.get(&format!("/api/people?q={login}")).await.ok();
        let person = &found["rows"][0];
        let at = |post: &Value| (post["role"].as_str().unwrap().to_owned(), post["region"]["names"]["zh"].clone());
        (person["phone"].clone(), person["posts"].as_array().unwrap().iter().map(at).collect::<Vec<_>>())
    };
    let one = |role: &str| vec![(role.to_owned(), json!("一号网格"))];
    assert_eq!(posts("wanglihua").await, (json!("13900000001"), one("grid_worker")));
    assert_eq!(posts("zhaomin").await, (json!("13900000003"), one("grid_worker")), "the grid says where");
    assert_eq!(posts("lijianguo").await, (json!("13900000002"), one("grid_leader")));
    // The sheet of grids alone, later: nobody gets a second post.
    let again = send(&security, &book(&[("网格", grids)]), false).await;
    assert_eq!((mistakes(&again), numbers(&again, &["posts"])[0].clone()), (vec![], ("grids", vec![0])));
    assert_eq!(posts("wanglihua").await.1.len(), 1);
}

#[tokio::test]
async fn a_name_without_a_line_says_which_sheet_and_a_wrong_post_or_duty_says_which_there_are() {
    let test = city().await;
    let grids: &[&[&str]] = &[&["村（社区）", "名称", "网格员"], &["140403001001", "一号网格", "没有的人"]];
    let units: &[&[&str]] = &[&["名称", "职责", "服务的地方"], &["甲所", "看不懂", "140403"]];
    let staff: &[&[&str]] = &[&["姓名", "岗位", "地方"], &["李四", "大总管", "140403001001"]];
    let file = book(&[("网格", grids), ("单位", units), ("人员", staff)]);
    let system = test.as_person("system").await.with_header("accept-language", "zh");
    let told = mistakes(&send(&system, &file, true).await);
    let of = |cell: &str| told.iter().find(|(at, _)| at == cell).map(|(_, said)| said.as_str()).unwrap_or_default();
    assert!(of("grids!C2").contains("没有找到“没有的人”：请在“人员”表里给他（她）加一行"), "{told:#?}");
    assert!(of("staff!B2").contains("没有岗位“大总管”。可以填：网格员、网格长、"), "{told:#?}");
    assert!(of("units!B2").contains("没有职责“看不懂”。可以填：") && of("units!B2").contains("城市管理"), "{told:#?}");
}

#[tokio::test]
async fn one_log_in_name_is_one_persons_and_a_heading_that_is_missing_is_named() {
    let test = city().await;
    let security = test.as_person("security").await;
    let staff: &[&[&str]] = &[
        &["姓名", "用户名", "岗位", "地方"],
        &["丙丙", "bing.bing", "网格员", "140403001001001"],
        &["丁丁", "bing.bing", "网格员", "140403001001001"],
    ];
    let links: &[&[&str]] = &[&["干部", "地点"], &["丙丙", "140403001"]];
    let told = mistakes(&send(&security, &book(&[("人员", staff), ("包联", links)]), true).await);
    let cells: Vec<&str> = told.iter().map(|(cell, _)| cell.as_str()).collect();
    assert_eq!(cells, ["staff!B3", "links!1", "links!B1"], "{told:#?}");
    assert!(told[0].1.contains("丙丙") && told[0].1.contains("row 2"), "{told:?}");
    assert!(told[1].1.contains("is missing") && told[2].1.contains("地点"), "{told:?}");
}

#[tokio::test]
async fn who_comes_first_of_the_two_is_told_what_waits_for_the_other() {
    let test = city().await;
    let (system, security) = (test.as_person("system").await, test.as_person("security").await);
    let told = mistakes(&send(&security, &whole(), true).await);
    let cells: Vec<&str> = told.iter().map(|(cell, _)| cell.as_str()).collect();
    assert_eq!(cells, ["grids!B2", "grids!B4", "groups!B2", "party!A2", "staff!E2", "staff!F5"], "{told:#?}");
    assert!(told.iter().all(|(_, said)| said.contains("system administrator brings it in first")), "{told:#?}");
    send(&system, &whole(), false).await;
    send(&security, &whole(), false).await;
    let listed = async |client: &Client<'_>| {
        let rows = client.get("/api/workbook/imports").await.ok()["rows"].clone();
        let seen = |row: &Value| (row["parts"].to_string(), row["may_undo"] == true);
        rows.as_array().unwrap().iter().map(seen).collect::<Vec<_>>()
    };
    let (people, places) = ("[\"people\"]".to_owned(), "[\"places\",\"units\"]".to_owned());
    assert_eq!(listed(&system).await, [(people.clone(), false), (places.clone(), true)]);
    assert_eq!(listed(&security).await, [(people, true), (places, false)], "a button for what is one's own");
}

#[tokio::test]
async fn what_is_no_workbook_or_not_theirs_is_refused() {
    let test = city().await;
    let system = test.as_person("system").await;
    let send = async |client: &Client<'_>, bytes: &[u8]| {
        client.send(Method::POST, "/api/workbook?dry_run=true", Some(XLSX), bytes.to_vec()).await
    };
    for bytes in [b"".as_slice(), b"a,b\n1,2\n", &[0xff; 2_000]] {
        assert_eq!(send(&system, bytes).await.fields(), [("file".into(), "bad_format".into())]);
    }
    let other = book(&[("别的表", &[&["一"]])]);
    assert_eq!(send(&system, &other).await.fields(), [("file".into(), "bad_format".into())]);
    let desk = test.as_person("dispatcher").await;
    assert_eq!(send(&desk, &whole()).await.refusal(), (403, "forbidden".into()));
    assert_eq!(desk.get("/api/workbook").await.refusal().0, 403);
    assert_eq!(desk.get("/api/workbook/imports").await.refusal().0, 403);
    assert_eq!(send(&test.nobody(), &whole()).await.refusal().0, 401);
}

#[tokio::test]
async fn two_cells_at_the_ends_of_a_sheet_do_not_take_all_memory() {
    let test = city().await;
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("网格").unwrap();
    sheet.write_string(0, 0, "村（社区） *").unwrap();
    sheet.write_string(1_048_575, 16_383, "x").unwrap();
    let wide = book.save_to_buffer().unwrap();
    let system = test.as_person("system").await;
    let answer = system.send(Method::POST, "/api/workbook?dry_run=true", Some(XLSX), wide).await;
    assert_eq!(answer.refusal(), (413, "payload_too_large".into()));
}

#[tokio::test]
async fn a_file_may_be_as_large_as_is_said() {
    let test = city().await;
    let system = test.as_person("system").await;
    let send = async |bytes: Vec<u8>| system.send(Method::POST, "/api/workbook?dry_run=true", Some(XLSX), bytes).await;
    assert_eq!(send(vec![0; 3 << 20]).await.fields(), [("file".into(), "bad_format".into())]);
    let too_large = send(vec![0; (20 << 20) + 1]).await;
    assert_eq!(too_large.refusal(), (413, "payload_too_large".into()));
    assert!(too_large.json()["detail"].as_str().unwrap().contains("20 MB"));
    let areas = format!("{{\"type\":\"FeatureCollection\",\"features\":[]{}}}", " ".repeat(3 << 20));
    let answer =
        system.send(Method::POST, "/api/boundaries/import", Some("application/json"), areas.into_bytes()).await;
    assert_ne!(answer.status, 413, "{}", answer.text());
}

#[tokio::test]
async fn an_import_is_undone_whole_as_long_as_nothing_of_it_is_used() {
    let test = city().await;
    let (system, security) = (test.as_person("system").await, test.as_person("security").await);
    let before = system.get("/api/regions?parent=140403001001").await.ok()["rows"].as_array().unwrap().len();
    let places = send(&system, &whole(), false).await["import"].as_str().unwrap().to_owned();
    let people = send(&security, &whole(), false).await["import"].as_str().unwrap().to_owned();
    let undo = async |client: &Client<'_>, id: &str| client.delete(&format!("/api/workbook/imports/{id}")).await;
    // The people stand in the places.
    let refused = undo(&system, &places).await;
    let said = refused.json()["detail"].as_str().unwrap().to_owned();
    assert_eq!(refused.refusal(), (409, "import_in_use".into()));
    assert!(said.contains("区路灯所") && said.contains("security administrator"), "{said}");
    assert_eq!(undo(&system, &people).await.refusal(), (403, "forbidden".into()));
    // Passwords that were given out and never used go with their people.
    let listed = security.get("/api/people?waiting=true&q=zhaomin").await.ok();
    let waiting: Vec<Value> = listed["rows"].as_array().unwrap().iter().map(|person| person["id"].clone()).collect();
    security.post("/api/people/first-passwords", json!({ "people": waiting })).await.ok();
    assert_eq!(undo(&security, &people).await.status, 204);
    assert_eq!(undo(&security, &people).await.refusal(), (409, "import_undone".into()));
    assert_eq!(security.get("/api/people?q=zhaomin").await.ok()["count"], 0);
    assert_eq!(undo(&system, &places).await.status, 204);
    assert_eq!(system.get("/api/units").await.ok()["count"], 0);
    let after = system.get("/api/regions?parent=140403001001").await.ok()["rows"].as_array().unwrap().len();
    assert_eq!(after, before);
    let listed = system.get("/api/workbook/imports").await.ok();
    assert_eq!(listed["count"], 2);
    assert!(listed["rows"].as_array().unwrap().iter().all(|import| !import["undone_at"].is_null()));
    let first = system.get("/api/workbook/imports?limit=1").await.ok();
    let rest =
        system.get(&format!("/api/workbook/imports?limit=1&cursor={}", first["next"].as_str().unwrap())).await.ok();
    assert_eq!((&first["rows"][0], &rest["rows"][0]), (&listed["rows"][0], &listed["rows"][1]));
    // The same workbook comes in again as if nothing had been.
    let again = send(&system, &whole(), false).await;
    assert_eq!(numbers(&again, &["inserted"])[0], ("grids", vec![2]));
}

#[tokio::test]
async fn the_empty_workbook_is_read_by_another_program_and_brings_nothing() {
    let test = city().await;
    let system = test.as_person("system").await;
    for lang in ["zh", "en"] {
        let answer = system.with_header("accept-language", lang).get("/api/workbook").await;
        assert_eq!(answer.status, 200);
        let mut read: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(answer.body.clone())).unwrap();
        assert_eq!(read.sheet_names().len(), 8, "instructions, six sheets, choices");
        let range = read.worksheet_range(if lang == "zh" { "人员" } else { "Staff" }).unwrap();
        assert_eq!(range.get((0, 0)), Some(&Data::String(if lang == "zh" { "姓名 *" } else { "Name *" }.to_owned())));
        let checked = send(&system, &answer.body, true).await;
        assert_eq!(mistakes(&checked), []);
        assert!(numbers(&checked, &["inserted", "left"]).iter().all(|(_, numbers)| numbers == &[0, 0]));
    }
}

#[tokio::test]
async fn those_a_workbook_brought_get_first_passwords_once() {
    let test = city().await;
    let (system, security) = (test.as_person("system").await, test.as_person("security").await);
    send(&system, &whole(), false).await;
    send(&security, &whole(), false).await;
    let listed = security.get("/api/people?waiting=true&q=zhaomin").await.ok();
    assert_eq!(listed["count"], 2);
    let people: Vec<Value> = listed["rows"].as_array().unwrap().iter().map(|person| person["id"].clone()).collect();
    let body = json!({ "people": people });
    assert_eq!(system.post("/api/people/first-passwords", body.clone()).await.refusal(), (403, "forbidden".into()));
    let once = security.with_key("slips-of-today");
    let given = once.post("/api/people/first-passwords", body.clone()).await.ok();
    assert_eq!(once.post("/api/people/first-passwords", body.clone()).await.ok(), given, "repeated, the same slips");
    assert_eq!(security.get("/api/people?waiting=true&q=zhaomin").await.ok()["count"], 0);
    let again = security.post("/api/people/first-passwords", body).await;
    assert_eq!(again.refusal(), (404, "not_found".into()), "they have one by now");
    let none = security.post("/api/people/first-passwords", json!({ "people": [] })).await;
    assert_eq!(none.fields(), [("people".into(), "out_of_range".into())]);
    let slip = &given["welcomed"][0];
    assert_eq!(slip["posts"].as_array().unwrap().len(), 1, "a slip says for which post it is: {slip}");
    assert!(slip["posts"][0]["role"].is_string() && slip["posts"][0]["region"]["names"]["zh"].is_string(), "{slip}");
    let login = json!({ "login": slip["login"], "password": slip["first_password"] });
    let me = test.nobody().post("/api/session", login).await.ok();
    assert_eq!(me["must_change_password"], true);
}

#[tokio::test]
async fn a_county_sees_undoes_and_names_only_its_own() {
    let test = city().await;
    for county in ["140403", "140404"] {
        test.person(&format!("system.{county}"), Role::SystemAdmin, county, None).await;
        test.person(&format!("security.{county}"), Role::SecurityAdmin, county, None).await;
    }
    let own = test.as_person("system.140403").await;
    let import = send(&own, &whole(), false).await["import"].as_str().unwrap().to_owned();
    let other = test.as_person("system.140404").await;
    assert_eq!(other.get("/api/workbook/imports").await.ok()["count"], 0);
    let undone = other.delete(&format!("/api/workbook/imports/{import}")).await;
    assert_eq!(undone.refusal(), (404, "not_found".into()));
    assert_eq!(own.get("/api/workbook/imports").await.ok()["count"], 1);
    assert_eq!(test.as_person("system").await.get("/api/workbook/imports").await.ok()["count"], 1, "the city sees all");
    send(&test.as_person("security.140403").await, &whole(), false).await;
    // Someone of another county is nobody here, by name or by log-in name.
    for who in ["李建国", "lijianguo"] {
        let links: &[&[&str]] = &[&["干部", "联系的地方"], &[who, "140404"]];
        let told = send(&test.as_person("security.140404").await, &book(&[("包联", links)]), true).await;
        let told = mistakes(&told);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].1.contains("There is no"), "{told:?}");
    }
}

#[tokio::test]
async fn a_grid_stands_once_in_a_village() {
    let test = city().await;
    let grids: &[&[&str]] = &[&["村（社区）", "名称"], &["140403001001", "同名网格"], &["140403001001", "同名网格"]];
    let told = send(&test.as_person("system").await, &book(&[("网格", grids)]), true).await;
    let cells: Vec<String> = mistakes(&told).into_iter().map(|(cell, _)| cell).collect();
    assert_eq!(cells, ["grids!B3"]);
}
