//! What residents object to about openings of their contact details, and who answers them.

use jishi::platform::access::Role;
use kernel::Instant;
use serde_json::{Value, json};

use super::{
    cases::{RECEIPT, city, lamp, read, step, with},
    support::{Client, TestApp},
};

const PHONE: &str = "13812345678";
const WORDS: &str = "没有人给我打过电话，13912345678 也没有接到";

fn receipt(number: usize) -> String {
    format!("97531864{:08}", 40_000 + number)
}

/// The city with a security administrator of each county, one of them in the office of the street.
async fn guarded() -> TestApp {
    let test = city().await;
    test.person("guard", Role::SecurityAdmin, "140403", Some("street")).await;
    test.person("other-guard", Role::SecurityAdmin, "140404", None).await;
    test.person("system", Role::SystemAdmin, "1404", None).await;
    test
}

/// Somebody reports the lamp, and the dispatcher opens their telephone; the report's id.
async fn opened(test: &TestApp, receipt: &str, words: &str) -> String {
    let contact = json!({"identity": "named", "contact": {"name": "王小明", "phone": PHONE}, "receipt": receipt});
    let number = test.nobody().post("/api/reports", with(lamp(), contact)).await.ok()["number"].clone();
    let desk = test.as_person("dispatcher").await;
    let found = desk.get(&format!("/api/cases?q={}", number.as_str().unwrap())).await.ok();
    let case = read(&desk, found["rows"][0]["id"].as_str().unwrap()).await;
    let report = case["reports"][0]["id"].as_str().unwrap().to_owned();
    open(&desk, &report, words).await;
    report
}

async fn open(desk: &Client<'_>, report: &str, words: &str) {
    let body = json!({"purpose": "contact_resident", "words": words});
    desk.post(&format!("/api/reports/{report}/contact/phone/open"), body).await.ok();
}

async fn openings(resident: &Client<'_>) -> Vec<Value> {
    resident.get("/api/receipt/openings").await.ok().as_array().unwrap().clone()
}

async fn object(resident: &Client<'_>, words: &str) -> Value {
    let opening = openings(resident).await[0]["id"].clone();
    resident.post("/api/receipt/objections", json!({"opening": opening, "words": words})).await.ok()
}

fn path(row: &Value, what: &str) -> String {
    format!("/api/objections/{}{what}", row["id"].as_str().unwrap())
}

fn answer(row: &Value, outcome: &str) -> Value {
    json!({"version": row["version"], "outcome": outcome, "words": "已核对，与用途不符，已要求整改"})
}

#[tokio::test]
async fn a_resident_objects_once_the_security_administrator_answers_and_nobody_sees_more_than_the_opening() {
    let test = guarded().await;
    opened(&test, RECEIPT, &format!("打 {PHONE} 约时间")).await;
    let resident = test.nobody().with_receipt(RECEIPT);
    let list = openings(&resident).await;
    assert_eq!(list.len(), 1);
    assert_eq!((list[0]["field"].as_str(), list[0]["purpose"].as_str()), (Some("phone"), Some("contact_resident")));
    assert_eq!((list[0]["may_object"].as_bool(), list[0].get("objection")), (Some(true), None));
    assert!(list[0].get("person").is_none() && list[0]["unit"]["names"]["zh"] == "street", "an office, and no person");

    let after = object(&resident, WORDS).await;
    assert_eq!(after[0]["may_object"], false);
    assert_eq!(after[0]["objection"]["words"], "没有人给我打过电话，139****5678 也没有接到");
    let body = json!({"opening": list[0]["id"], "words": "再说一遍不同意"});
    let twice = resident.post("/api/receipt/objections", body).await;
    assert_eq!(twice.refusal(), (409, "objected_already".into()));

    let security = test.as_person("security").await;
    let said = security.get("/api/objections").await;
    let text = said.text();
    for private in [PHONE, "王小明", "王**", "门口路灯", "13912345678"] {
        assert!(!text.contains(private), "{private} is told");
    }
    let row = said.json()["rows"][0].clone();
    assert_eq!(
        (row["opening"]["person"]["name"].as_str(), row["opening"]["role"].as_str(), row["state"].as_str()),
        (Some("dispatcher"), Some("township_dispatcher"), Some("open"))
    );
    assert_eq!(
        row["opening"]["words"], "打 138****5678 约时间",
        "whoever wrote the number down as a reason is masked too"
    );
    assert_eq!((row["place"]["code"].as_str(), row["may_answer"].as_bool()), (Some("140403001"), Some(true)));
    assert!(row.get("case").is_none() && row.get("status").is_none(), "no case is opened by it");

    let done = security.post(&path(&row, "/answer"), answer(&row, "not_in_order")).await.ok();
    assert_eq!(
        (done["state"].as_str(), done["outcome"].as_str(), done["answered_by"]["name"].as_str()),
        (Some("answered"), Some("not_in_order"), Some("security"))
    );
    let own = &openings(&resident).await[0]["objection"];
    assert_eq!(
        (own["outcome"].as_str(), own["answer"].as_str()),
        (Some("not_in_order"), Some("已核对，与用途不符，已要求整改"))
    );
    assert!(own["answered_at"].is_string() && own.get("answered_by").is_none());
    let again = security.post(&path(&row, "/answer"), answer(&done, "in_order")).await;
    assert_eq!(again.refusal(), (409, "objection_answered".into()));

    let audit = test.as_person("auditor").await.get("/api/audit?kind=objection.").await.ok();
    assert_eq!(audit["count"], 2);
    assert_eq!(
        (audit["rows"][0]["kind"].as_str(), audit["rows"][0]["params"]["outcome"].as_str()),
        (Some("objection.answered"), Some("not_in_order"))
    );
    assert_eq!(audit["rows"][0]["params"]["unit"]["names"]["zh"], "street", "counted by unit, told of no person");
    assert_eq!(audit["rows"][0]["params"]["number"], row["number"]);
    assert_eq!(test.found_in_database(&[PHONE, "13912345678", "王小明"]).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_sent_twice_happens_once_and_wrong_words_are_told_at_their_field() {
    let test = guarded().await;
    opened(&test, RECEIPT, "约时间上门").await;
    let resident = test.nobody().with_receipt(RECEIPT);
    let opening = openings(&resident).await[0]["id"].clone();
    for (words, code) in [("", "required"), ("不行", "too_short"), (&"长".repeat(501), "too_long")] {
        let bad = resident.post("/api/receipt/objections", json!({"opening": opening, "words": words})).await;
        assert_eq!(bad.fields(), [("words".into(), code.into())]);
    }
    let keyed = resident.with_key("the-same-objection");
    let body = json!({"opening": opening, "words": "我不认识这个单位"});
    let first = keyed.post("/api/receipt/objections", body.clone()).await.ok();
    assert_eq!(keyed.post("/api/receipt/objections", body).await.ok(), first);
    let other = json!({"opening": opening, "words": "另外一段话也不行"});
    assert_eq!(keyed.post("/api/receipt/objections", other).await.refusal(), (409, "idempotency_mismatch".into()));

    let security = test.as_person("security").await;
    let row = security.get("/api/objections").await.ok()["rows"][0].clone();
    let at = path(&row, "/answer");
    let bad = security.post(&at, with(answer(&row, "in_order"), json!({"words": "好"}))).await;
    assert_eq!(bad.fields(), [("words".into(), "too_short".into())]);
    assert_eq!(security.post(&at, answer(&row, "maybe")).await.status, 422);
    let stale = security.post(&at, with(answer(&row, "in_order"), json!({"version": 7}))).await;
    assert_eq!(stale.refusal(), (409, "record_changed".into()));
    let keyed = security.with_key("the-same-answer");
    let done = keyed.post(&at, answer(&row, "in_order")).await.ok();
    assert_eq!(keyed.post(&at, answer(&row, "in_order")).await.ok(), done);
    let events = test.as_person("auditor").await.get("/api/audit?kind=objection.").await.ok();
    assert_eq!(events["count"], 2);
}

#[tokio::test]
async fn a_receipt_objects_to_its_own_openings_alone() {
    let test = guarded().await;
    opened(&test, &receipt(1), "约时间上门").await;
    opened(&test, &receipt(2), "约时间上门").await;
    let (one, two) = (test.nobody().with_receipt(&receipt(1)), test.nobody().with_receipt(&receipt(2)));
    let theirs = openings(&two).await[0]["id"].clone();
    let body = json!({"opening": theirs, "words": "这是别人的查看"});
    assert_eq!(one.post("/api/receipt/objections", body.clone()).await.refusal(), (404, "not_found".into()));
    let unknown = json!({"opening": "01234567-89ab-7def-8123-456789abcdef", "words": "没有这一次查看"});
    assert_eq!(one.post("/api/receipt/objections", unknown).await.refusal(), (404, "not_found".into()));
    assert_eq!(test.nobody().post("/api/receipt/objections", body).await.status, 401);
    assert!(openings(&two).await[0].get("objection").is_none());
    assert_eq!(test.as_person("security").await.get("/api/objections").await.ok()["count"], 0);
}

#[tokio::test]
async fn nobody_answers_about_their_own_unit_or_outside_their_places() {
    let test = guarded().await;
    opened(&test, RECEIPT, "约时间上门").await;
    object(&test.nobody().with_receipt(RECEIPT), "为什么要看我的电话").await;
    let (guard, other, security) =
        (test.as_person("guard").await, test.as_person("other-guard").await, test.as_person("security").await);
    let row = guard.get("/api/objections").await.ok()["rows"][0].clone();
    assert_eq!((row["is_own"].as_bool(), row["may_answer"].as_bool()), (Some(true), Some(false)));
    assert_eq!(guard.get("/api/objections?to_answer=true").await.ok()["count"], 0, "it waits for somebody above");
    let own = guard.post(&path(&row, "/answer"), answer(&row, "in_order")).await;
    assert_eq!(own.refusal(), (403, "own_opening".into()));

    assert_eq!(other.get("/api/objections").await.ok()["count"], 0);
    assert_eq!(other.get(&path(&row, "")).await.refusal(), (404, "not_found".into()));
    let outside = other.post(&path(&row, "/answer"), answer(&row, "in_order")).await;
    assert_eq!(outside.refusal(), (404, "not_found".into()));
    for login in ["dispatcher", "county", "system", "handler"] {
        let client = test.as_person(login).await;
        assert_eq!(client.get("/api/objections").await.refusal(), (403, "forbidden".into()), "{login}");
        let answered = client.post(&path(&row, "/answer"), answer(&row, "in_order")).await;
        assert_eq!(answered.refusal(), (403, "forbidden".into()), "{login}");
    }
    assert_eq!(security.get("/api/objections?to_answer=true").await.ok()["count"], 1);
    security.post(&path(&row, "/answer"), answer(&row, "in_order")).await.ok();
    assert_eq!(security.get("/api/objections?to_answer=true").await.ok()["count"], 0);
}

#[tokio::test]
async fn what_nobody_answered_in_thirty_days_the_auditor_answers() {
    let test = guarded().await;
    opened(&test, &receipt(1), "约时间上门").await;
    opened(&test, &receipt(2), "约时间上门").await;
    let (one, two) = (test.nobody().with_receipt(&receipt(1)), test.nobody().with_receipt(&receipt(2)));
    let said = object(&one, "为什么要看我的电话").await;
    object(&two, "为什么也看我的电话").await;
    let due: Instant = said[0]["objection"]["due_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(due, test.app.now().plus_days(30), "the resident is told until when");

    let row = test.as_person("security").await.get("/api/objections").await.ok()["rows"][0].clone();
    assert_eq!((&row["is_late"], &row["due_at"]), (&json!(false), &said[0]["objection"]["due_at"]));
    test.pass_hours(24 * 30);
    let auditor = test.as_person("auditor").await;
    assert_eq!(auditor.get("/api/objections").await.ok()["count"], 0, "on the last day it is not late");
    assert_eq!(auditor.get(&path(&row, "")).await.refusal(), (404, "not_found".into()));
    let early = auditor.post(&path(&row, "/answer"), answer(&row, "in_order")).await;
    assert_eq!(early.refusal(), (404, "not_found".into()));

    test.pass_hours(1);
    let list = auditor.get("/api/objections?to_answer=true").await.ok();
    assert_eq!(
        (&list["count"], &list["rows"][1]["is_late"], &list["rows"][1]["may_answer"]),
        (&json!(2), &json!(true), &json!(true))
    );
    let done = auditor.post(&path(&row, "/answer"), answer(&row, "not_in_order")).await.ok();
    assert_eq!((&done["answered_by"]["name"], &done["is_late"]), (&json!("auditor"), &json!(true)));
    let still = auditor.get("/api/objections").await.ok();
    assert_eq!(still["count"], 2, "what became late stays with whoever answers those");
    let trail = auditor.get("/api/audit?kind=objection.answered").await.ok();
    assert_eq!(trail["rows"][0]["role"], "audit_admin");
    let system = test.as_person("system").await;
    assert_eq!(system.get("/api/objections").await.refusal(), (403, "forbidden".into()));
}

#[tokio::test]
async fn a_list_counts_its_rows_is_paged_filtered_and_goes_into_a_file() {
    let test = guarded().await;
    for number in 0..5 {
        opened(&test, &receipt(number), "约时间上门").await;
        object(&test.nobody().with_receipt(&receipt(number)), &format!("第{number}位不明白为什么查看")).await;
        test.pass_seconds(60);
    }
    let security = test.as_person("security").await;
    let all = security.get("/api/objections").await.ok();
    assert_eq!((all["count"].as_i64(), all["rows"].as_array().unwrap().len()), (Some(5), 5));
    let newest = all["rows"][0].clone();
    assert!(newest["words"].as_str().unwrap().starts_with("第4位"), "the newest first");
    security.post(&path(&newest, "/answer"), answer(&newest, "not_in_order")).await.ok();

    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = security.get(&format!("/api/objections?state=open&limit=3{cursor}")).await.ok();
        assert_eq!(page["count"], 4);
        seen.extend(page["rows"].as_array().unwrap().iter().map(|row| row["id"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    seen.dedup();
    assert_eq!(seen.len(), 4);
    let unit = newest["opening"]["unit"]["id"].as_str().unwrap();
    for (query, count) in [
        ("state=answered".to_owned(), 1_usize),
        ("outcome=not_in_order".to_owned(), 1),
        ("outcome=in_order".to_owned(), 0),
        (format!("unit={unit}&outcome=not_in_order"), 1),
        ("region=140403001".to_owned(), 5),
        ("region=140403002".to_owned(), 0),
        ("to_answer=true".to_owned(), 4),
    ] {
        let page = security.get(&format!("/api/objections?{query}")).await.ok();
        assert_eq!(
            (page["count"].as_u64(), page["rows"].as_array().unwrap().len()),
            (Some(u64::try_from(count).unwrap()), count),
            "{query}"
        );
    }
    let lines = security.get("/api/objections.csv").await.text();
    assert_eq!(lines.lines().count(), 6, "{lines}");
    assert!(lines.contains("dispatcher") && lines.contains("To ask the resident") && !lines.contains(PHONE), "{lines}");
    assert!(security.get("/api/objections.xlsx").await.body.starts_with(b"PK"));
    assert_eq!(test.as_person("county").await.get("/api/objections.csv").await.refusal(), (403, "forbidden".into()));
}

#[tokio::test]
async fn a_part_of_a_split_report_shows_the_openings_of_the_whole() {
    let test = guarded().await;
    let report = opened(&test, RECEIPT, "约时间上门").await;
    let desk = test.as_person("dispatcher").await;
    let id = desk.get("/api/cases?view=undecided").await.ok()["rows"][0]["id"].as_str().unwrap().to_owned();
    let parts = json!({"report": report, "reason": "一件诉求两个事项", "kept": {"text": "门口路灯不亮"},
        "parts": [{"text": "垃圾桶满了", "matter": "city.cleanliness.rubbish"}]});
    step(&desk, &id, "split", parts).await.ok();
    let resident = test.nobody().with_receipt(RECEIPT);
    let of_part = resident.get("/api/receipt/openings?part=2").await.ok();
    let body = json!({"opening": of_part[0]["id"], "words": "为什么要看我的电话"});
    resident.post("/api/receipt/objections?part=2", body).await.ok();
    assert!(openings(&resident).await[0]["objection"].is_object(), "said once, shown in every part");
    let row = test.as_person("security").await.get("/api/objections").await.ok()["rows"][0].clone();
    let second = resident.get("/api/receipt?part=2").await.ok();
    assert_eq!(row["number"], second["number"], "in the part where they objected");
}
