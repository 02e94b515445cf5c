//! Cases as paper: what the sheets say, who may print them, and reminders.

use serde_json::{Value, json};

use super::{RECEIPT, city, filed, in_hand, lamp, read, reported, step, verdict, with};
use crate::support::{Answer, Client, TestApp, pdf};

async fn print(client: &Client<'_>, kind: &str, cases: &[&str]) -> Answer {
    client.post("/api/cases/print", json!({"kind": kind, "cases": cases})).await
}

/// The words of a file, without what only breaks its lines.
fn words(answer: &Answer) -> String {
    assert_eq!((answer.status, &answer.headers["content-type"]), (200, &"application/pdf".parse().unwrap()));
    pdf::words(&answer.body).replace('\n', "")
}

async fn trail(test: &TestApp, kind: &str) -> Vec<Value> {
    let page = test.as_person("auditor").await.get(&format!("/api/audit?kind={kind}")).await.ok();
    page["rows"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_assignment_sheet_says_what_the_page_says_and_opens_no_contact_detail() {
    let test = city().await;
    let named = json!({
        "identity": "named", "contact": {"name": "王小明", "phone": "138 1234 5678"},
        "text": "我是王小明，电话13812345678，门口路灯不亮三天了"
    });
    test.nobody().post("/api/reports", with(lamp(), named)).await.ok();
    let desk = test.as_person("dispatcher").await.with_header("accept-language", "zh");
    let id = desk.get("/api/cases?view=undecided").await.ok()["rows"][0]["id"].as_str().unwrap().to_owned();
    let early = print(&desk, "assignment", &[&id]).await;
    assert_eq!(early.refusal(), (409, "not_in_hand".into()), "nobody was given it yet");
    in_hand(&test, &id).await;
    let sheet = print(&desk, "assignment", &[&id]).await;
    let said = words(&sheet);
    let number = read(&desk, &id).await["number"].as_str().unwrap().to_owned();
    for told in [
        "交　办　单",
        number.as_str(),
        "street",
        "路灯不亮三天了",
        "138****5678",
        "lamps",
        "2026年11月23日 18:00（7 天",
        "第一网格",
        "办理结果回执",
        "打印：dispatcher",
        "— 1 —",
    ] {
        assert!(said.contains(told), "{told} is not in {said}");
    }
    for secret in ["王小明", "13812345678"] {
        assert!(!said.contains(secret), "{secret} is printed");
    }
    assert_eq!(sheet.headers["cache-control"], "no-store");
    assert_eq!(print(&desk, "assignment", &[&id]).await.body, sheet.body, "the same sheet has the same bytes");
    let english = print(&test.as_person("dispatcher").await, "assignment", &[&id]).await;
    assert!(words(&english).contains("Assignment sheet") && words(&english).contains("(7 days from"));
}

#[tokio::test]
async fn the_sheet_of_a_case_that_was_opened_again_has_its_unit_once_and_the_date_of_the_second_time() {
    let test = city().await;
    let id = reported(&test).await;
    filed(&test, &id).await;
    let resident = test.nobody().with_receipt(RECEIPT);
    resident.post("/api/receipt/verdict", verdict("yes")).await.ok();
    test.pass_hours(3 * 24);
    resident.post("/api/receipt/reopen", json!({"text": "又坏了"})).await.ok();
    let desk = test.as_person("dispatcher").await.with_header("accept-language", "zh");
    let said = words(&print(&desk, "assignment", &[&id]).await);
    assert!(!said.contains("lamps、lamps"), "{said}");
    assert!(said.contains("签发日期：2026年11月19日"), "{said}");
    assert!(!said.contains("待核对"), "nothing that is still to be checked leaves the house: {said}");
}

#[tokio::test]
async fn printing_stands_on_the_trail_once_a_key_and_only_for_who_may_read() {
    let test = city().await;
    let id = reported(&test).await;
    in_hand(&test, &id).await;
    let desk = test.as_person("dispatcher").await.with_key("print-000001");
    let first = print(&desk, "assignment", &[&id]).await;
    test.pass_seconds(90);
    assert_eq!(print(&desk, "assignment", &[&id]).await.body, first.body, "sent again it is the same paper");
    let rows = trail(&test, "case.printed").await;
    assert_eq!((rows.len(), rows[0]["params"]["sheet"].as_str()), (1, Some("assignment")));
    assert_eq!(rows[0]["person"]["name"], "dispatcher");
    let stranger = test.as_person("neighbour").await;
    assert_eq!(print(&stranger, "assignment", &[&id]).await.refusal(), (404, "not_found".into()));
    assert_eq!(print(&test.as_person("security").await, "assignment", &[&id]).await.refusal().0, 403);
    let reader = test.as_person("handler").await;
    assert_eq!(print(&reader, "assignment", &[&id]).await.status, 200, "the unit prints what it was given");
    assert_eq!(print(&reader, "assignment", &[]).await.fields(), [("cases".into(), "out_of_range".into())]);
    let many = vec![id.as_str(); 51];
    assert_eq!(print(&reader, "assignment", &many).await.fields(), [("cases".into(), "out_of_range".into())]);
    assert_eq!(trail(&test, "case.printed").await.len(), 2, "a refusal leaves nothing");
}

#[tokio::test]
async fn a_reminder_is_given_then_printed_and_says_how_late_it_was() {
    let test = city().await;
    let id = reported(&test).await;
    in_hand(&test, &id).await;
    test.pass_hours(8 * 24);
    let desk = test.as_person("dispatcher").await.with_header("accept-language", "zh");
    assert_eq!(print(&desk, "reminder", &[&id]).await.refusal(), (409, "not_reminded".into()));
    let bad = step(&desk, &id, "urge", json!({"text": " ", "by": "2026-11-26"})).await;
    assert_eq!(bad.fields(), [("text".into(), "required".into())]);
    let past = step(&desk, &id, "urge", json!({"text": "请尽快", "by": "2026-11-23"})).await;
    assert_eq!(past.fields(), [("by".into(), "bad_format".into())]);
    let handler = test.as_person("handler").await;
    assert_eq!(step(&handler, &id, "urge", json!({"text": "请尽快"})).await.refusal(), (403, "forbidden".into()));
    let case = step(&desk, &id, "urge", json!({"text": "请派人到现场查看线路。", "by": "2026-11-26"})).await.ok();
    assert_eq!(case["status"], "signed", "a reminder changes nothing");
    let sheet = print(&desk, "reminder", &[&id]).await;
    let said = words(&sheet);
    for told in [
        "催　办　单",
        "lamps：",
        "第 1 次催办",
        "已超期 15 小时",
        "请派人到现场查看线路。",
        "请于2026年11月26日前办结",
        "签收人",
    ] {
        assert!(said.contains(told), "{told} is not in {said}");
    }
    assert!(!said.contains("handler"), "a unit is addressed, nobody by name");
    test.pass_hours(48);
    let desk = test.as_person("dispatcher").await.with_header("accept-language", "zh");
    let later = words(&print(&desk, "reminder", &[&id]).await);
    assert!(later.contains("已超期 15 小时"), "printed again it says the same: {later}");
    let page = test.nobody().with_receipt(super::RECEIPT).get("/api/receipt").await;
    assert!(!page.text().contains("线路"), "residents do not read it");
    assert_eq!(trail(&test, "case.urged").await.len(), 1);
}

#[tokio::test]
async fn several_cases_of_a_unit_stand_on_one_reminder_and_one_that_cannot_says_why() {
    let test = city().await;
    let mut ids = Vec::new();
    for receipt in ["1234567890123456", "2234567890123456", "3234567890123456"] {
        test.nobody().post("/api/reports", with(lamp(), json!({"receipt": receipt}))).await.ok();
        let desk = test.as_person("dispatcher").await;
        let rows = desk.get("/api/cases?view=undecided").await.ok();
        let id = rows["rows"][0]["id"].as_str().unwrap().to_owned();
        if ids.len() < 2 {
            in_hand(&test, &id).await
        } else {
            filed(&test, &id).await
        }
        ids.push(id);
    }
    let desk = test.as_person("dispatcher").await.with_header("accept-language", "zh");
    let mut cases = Vec::new();
    for id in &ids {
        cases.push(json!({"id": id, "version": read(&desk, id).await["version"]}));
    }
    let bad = desk.post("/api/cases/urge", json!({"cases": cases, "text": ""})).await;
    assert_eq!(bad.fields(), [("text".into(), "required".into())]);
    let done = desk.post("/api/cases/urge", json!({"cases": cases, "text": "请抓紧。"})).await.ok();
    let problems: Vec<bool> = done["rows"].as_array().unwrap().iter().map(|row| row["problem"].is_null()).collect();
    assert_eq!(problems, [true, true, false], "{done}");
    let sheet = print(&desk, "reminder", &[&ids[0], &ids[1]]).await;
    let said = words(&sheet);
    assert!(said.contains("共 2 件") && said.contains("下列 2 件工单"), "{said}");
    assert_eq!(pdf::pages(&sheet.body), 1);
    let sheets = print(&desk, "assignment", &[&ids[0], &ids[1], &ids[2]]).await;
    assert!(pdf::pages(&sheets.body) >= 3, "a sheet a case");
}
