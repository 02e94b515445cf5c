//! What was put together wrongly comes apart, and one report that asks for two matters is two cases.

use jishi::modules::disclosure;
use serde_json::{Value, json};

use super::{LAMP, RECEIPT, city, filed, in_hand, lamp, read, reported, step, verdict, with};
use crate::support::{Client, TestApp};

const BIN: &str = "city.cleanliness.rubbish";
const OTHER: &str = "6543210987654321";

/// The lamp, whose reporter also speaks of a bin, with a telephone number.
fn two_matters() -> Value {
    with(
        lamp(),
        json!({"text": "门口路灯不亮，垃圾桶也满了", "identity": "confidential", "contact": {"name": "王小明", "phone": "13812345678"}}),
    )
}

async fn asked_for_two(test: &TestApp) -> String {
    test.nobody().post("/api/reports", two_matters()).await.ok();
    let rows = test.as_person("dispatcher").await.get("/api/cases?view=undecided").await.ok();
    rows["rows"][0]["id"].as_str().unwrap().to_owned()
}

fn parts(report: &Value) -> Value {
    json!({
        "report": report, "reason": "一件诉求两个事项",
        "kept": {"text": "门口路灯不亮"},
        "parts": [{"text": "垃圾桶满了，请联系13900001111", "matter": BIN}]
    })
}

/// Splits the only report of a case; returns the new case.
async fn split(desk: &Client<'_>, id: &str) -> Value {
    let report = read(desk, id).await["reports"][0]["id"].clone();
    let case = step(desk, id, "split", parts(&report)).await.ok();
    case["split"]["into"].as_array().unwrap().last().unwrap().clone()
}

fn id_of(case: &Value) -> &str {
    case["id"].as_str().unwrap()
}

/// Two lamps, the second merged into the first; gives the first's id.
async fn merged(test: &TestApp) -> String {
    let id = reported(test).await;
    let number = read(&test.as_person("dispatcher").await, &id).await["number"].clone();
    let second = with(
        lamp(),
        json!({"receipt": OTHER, "text": "西口垃圾桶满了", "matter": BIN, "place": {"source": "chosen", "region": "140403001001"}}),
    );
    test.nobody().post("/api/reports", second).await.ok();
    let desk = test.as_person("dispatcher").await;
    let rows = desk.get("/api/cases?view=undecided").await.ok();
    let other = rows["rows"].as_array().unwrap().iter().find(|row| row["id"] != id.as_str()).unwrap().clone();
    step(&desk, id_of(&other), "merge", json!({"into": number})).await.ok();
    id
}

fn kinds(case: &Value) -> Vec<&str> {
    case["timeline"].as_array().unwrap().iter().map(|row| row["kind"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_report_merged_wrongly_comes_out_with_what_it_came_in_with() {
    let test = city().await;
    let id = merged(&test).await;
    in_hand(&test, &id).await;
    test.pass_hours(2);
    let desk = test.as_person("dispatcher").await;
    let case = read(&desk, &id).await;
    assert_eq!(case["report_count"], 2);
    let wrong = case["reports"].as_array().unwrap().iter().find(|report| report["text"] == "西口垃圾桶满了").unwrap();
    let out = json!({"reports": [wrong["id"]], "reason": "不是一回事"});
    let case = step(&desk, &id, "take-out", out).await.ok();
    assert_eq!((case["report_count"].as_i64(), case["status"].as_str()), (Some(1), Some("signed")));
    assert_eq!(case["summary"], "门口路灯不亮三天了");
    let new = read(&desk, id_of(&case["split"]["into"][0])).await;
    assert_eq!((new["report_count"].as_i64(), new["status"].as_str()), (Some(1), Some("received")));
    assert_eq!((new["matter"]["code"].as_str(), new["summary"].as_str()), (Some(BIN), Some("西口垃圾桶满了")));
    assert_eq!(new["place"]["grid"], Value::Null, "the place it came in with");
    assert_eq!(new["split"]["from"]["number"], case["number"]);
    assert_eq!(new["received_at"], wrong["received_at"], "the clock never stood still");
    let told = |case: &Value, kind: &str| {
        case["timeline"].as_array().unwrap().iter().find(|row| row["kind"] == kind).unwrap().clone()
    };
    assert_eq!(told(&case, "split")["params"]["cases"][0]["id"], new["id"]);
    assert_eq!(told(&case, "split")["text"], "不是一回事");
    assert_eq!(told(&new, "split_off")["params"]["cases"][0]["number"], case["number"]);
    let page = test.nobody().with_receipt(OTHER).get("/api/receipt").await.ok();
    assert_eq!((page["number"].clone(), page["parts"].as_array().unwrap().len()), (new["number"].clone(), 0));
    assert_eq!(kinds(&page), ["received", "split_off"]);
    assert_eq!(page["timeline"][1]["params"]["cases"], Value::Null, "links are for the desk");
    let stayed = test.nobody().with_receipt(RECEIPT).get("/api/receipt").await.ok();
    assert!(!stayed["timeline"].to_string().contains("不是一回事"), "the reason is for the staff");
    let found = |q: &str| format!("/api/cases?view=open&q={q}");
    assert_eq!(desk.get(&found("西口")).await.ok()["rows"][0]["number"], new["number"]);
    assert_eq!(desk.get(&found("路灯")).await.ok()["count"], 1);
    step(&desk, id_of(&new), "answer", json!({"text": "今天清运"})).await.ok();
    assert_eq!(read(&desk, &id).await["status"], "signed", "neither ends the other");
    let undecided = step(&desk, &id, "take-out", json!({"reports": [case["reports"][0]["id"]], "reason": "x"})).await;
    assert_eq!(undecided.fields(), [("reports".into(), "leave_one".into())]);
}

#[tokio::test]
async fn each_part_is_a_case_with_its_own_state_answer_and_verdict() {
    let test = city().await;
    let id = asked_for_two(&test).await;
    test.pass_hours(3);
    let desk = test.as_person("dispatcher").await;
    let new = split(&desk, &id).await;
    let (first, second) = (read(&desk, &id).await, read(&desk, id_of(&new)).await);
    assert_eq!(
        (first["summary"].as_str(), second["summary"].as_str()),
        (Some("门口路灯不亮"), Some("垃圾桶满了，请联系139****1111"))
    );
    assert_eq!(first["reports"][0]["text"], "门口路灯不亮，垃圾桶也满了", "nobody's words are changed");
    assert_eq!(first["reports"][0]["part"], json!({"number": 1, "of": 2, "asked": "门口路灯不亮"}));
    assert_eq!(
        (second["report_count"].as_i64(), second["reports"][0]["identity"].as_str()),
        (Some(1), Some("confidential"))
    );
    assert_eq!(
        (&second["received_at"], &second["deadline"]["start_at"]),
        (&first["received_at"], &first["received_at"])
    );
    assert_eq!(desk.get("/api/cases?view=undecided").await.ok()["count"], 2);

    let resident = test.nobody().with_receipt(RECEIPT);
    let page = resident.get("/api/receipt").await.ok();
    let numbers: Vec<&Value> = page["parts"].as_array().unwrap().iter().map(|part| &part["number"]).collect();
    assert_eq!(numbers, [&first["number"], &second["number"]]);
    let bin = resident.get("/api/receipt?part=2").await.ok();
    assert_eq!((&bin["number"], bin["parts"][1]["is_shown"].as_bool()), (&second["number"], Some(true)));
    assert_eq!(kinds(&bin), ["received", "split_off"]);
    assert_eq!(resident.get("/api/receipt?part=3").await.status, 404);

    filed(&test, &id).await;
    resident.post("/api/receipt/verdict", verdict("yes")).await.ok();
    let page = resident.get("/api/receipt").await.ok();
    assert_eq!((page["status"].as_str(), page["parts"][1]["status"].as_str()), (Some("closed"), Some("received")));
    resident.post("/api/receipt/remarks?part=2", json!({"text": "还没有人来"})).await.ok();
    assert!(kinds(&read(&desk, id_of(&new)).await).contains(&"remarked"));
    assert!(!kinds(&read(&desk, &id).await).contains(&"remarked"));
    step(&desk, id_of(&new), "answer", json!({"text": "今天清运"})).await.ok();
    let bin = resident.get("/api/receipt?part=2").await.ok();
    assert_eq!((bin["status"].as_str(), bin["may"]["reopen"].as_bool()), (Some("answered"), Some(true)));
    let again = resident.post("/api/receipt/reopen?part=2", json!({"text": "还是满的"})).await.ok();
    assert_eq!((again["status"].as_str(), again["parts"][0]["status"].as_str()), (Some("received"), Some("closed")));
}

#[tokio::test]
async fn a_part_has_the_contact_details_of_its_report_and_the_owner_sees_who_opened_them() {
    let test = city().await;
    let id = asked_for_two(&test).await;
    let desk = test.as_person("dispatcher").await;
    let second = read(&desk, id_of(&split(&desk, &id).await)).await;
    let report = &second["reports"][0];
    assert!(report["contact"].as_array().unwrap().iter().any(|detail| detail["mask"] == "138****5678"));
    let path = format!("/api/reports/{}/contact/phone/open", report["id"].as_str().unwrap());
    let why = json!({"purpose": "contact_resident", "words": "问垃圾桶在哪"});
    assert_eq!(desk.post(&path, why.clone()).await.ok()["value"], "13812345678");
    assert_eq!(test.as_person("neighbour").await.post(&path, why).await.status, 404);
    let resident = test.nobody().with_receipt(RECEIPT);
    let words = json!({"text": "补充"});
    for (part, status) in [("x", 400), ("3", 404), ("0", 404)] {
        let path = format!("/api/receipt/remarks?part={part}");
        assert_eq!(resident.post(&path, words.clone()).await.status, status, "no other part is meant by {part}");
    }
    assert!(!kinds(&read(&desk, &id).await).contains(&"remarked"));
    for page in ["/api/receipt", "/api/receipt?part=2"] {
        let page = resident.get(page).await.ok();
        assert_eq!(page["contact_accesses"].as_array().unwrap().len(), 1, "{page}");
        assert_eq!(page["wants_messages"], false);
    }
    assert_eq!(test.found_in_database(&["王小明", "13812345678", "13900001111"]).await, Vec::<String>::new());
    assert!(kinds(&read(&desk, id_of(&second)).await).contains(&"contact_opened"));
    assert!(!kinds(&read(&desk, &id).await).contains(&"contact_opened"));
}

#[tokio::test]
async fn parts_that_are_merged_again_speak_with_one_voice() {
    let test = city().await;
    let id = asked_for_two(&test).await;
    let desk = test.as_person("dispatcher").await;
    let new = split(&desk, &id).await;
    let number = read(&desk, &id).await["number"].clone();
    step(&desk, id_of(&new), "merge", json!({"into": number})).await.ok();
    let case = read(&desk, &id).await;
    assert_eq!((case["report_count"].as_i64(), case["reports"].as_array().unwrap().len()), (Some(1), 1));
    assert_eq!(case["reports"][0]["also"], json!(["垃圾桶满了，请联系139****1111"]));
    assert_eq!(case["reports"][0]["part"], Value::Null);
    let resident = test.nobody().with_receipt(RECEIPT);
    let page = resident.get("/api/receipt").await.ok();
    assert_eq!(page["parts"], json!([]));
    assert!(kinds(&page).contains(&"rejoined"));
    assert_eq!(resident.get("/api/receipt?part=2").await.status, 404);
    filed(&test, &id).await;
    let page = resident.post("/api/receipt/verdict", verdict("yes")).await.ok();
    assert_eq!(page["status"], "closed", "nobody is waited for twice");
}

#[tokio::test]
async fn parts_can_be_split_again_and_one_is_taken_back_alone() {
    let test = city().await;
    let id = asked_for_two(&test).await;
    let desk = test.as_person("dispatcher").await;
    let second = split(&desk, &id).await;
    let third = split(&desk, id_of(&second)).await;
    let resident = test.nobody().with_receipt(RECEIPT);
    let page = resident.get("/api/receipt?part=3").await.ok();
    assert_eq!((page["number"].clone(), page["parts"].as_array().unwrap().len()), (third["number"].clone(), 3));
    let page = resident.post("/api/receipt/withdraw?part=3", json!({})).await.ok();
    assert_eq!((page["status"].as_str(), page["parts"][2]["status"].as_str()), (Some("withdrawn"), Some("withdrawn")));
    assert_eq!(page["parts"][0]["status"], "received");
    let number = read(&desk, id_of(&second)).await["number"].clone();
    step(&desk, &id, "merge", json!({"into": number})).await.ok();
    let case = read(&desk, id_of(&second)).await;
    assert_eq!(
        (case["report_count"].as_i64(), case["reports"][0]["text"].as_str()),
        (Some(1), Some("门口路灯不亮，垃圾桶也满了"))
    );
    let page = resident.get("/api/receipt").await.ok();
    assert_eq!((&page["number"], page["status"].as_str()), (&number, Some("received")));
}

#[tokio::test]
async fn a_report_taken_out_takes_its_rejoined_parts_along() {
    let test = city().await;
    let id = merged(&test).await;
    let desk = test.as_person("dispatcher").await;
    let report = read(&desk, &id).await["reports"][0]["id"].clone();
    let new = step(&desk, &id, "split", parts(&report)).await.ok()["split"]["into"][0].clone();
    assert_eq!(read(&desk, &id).await["report_count"], 2);
    let number = read(&desk, &id).await["number"].clone();
    step(&desk, id_of(&new), "merge", json!({"into": number})).await.ok();
    assert_eq!(read(&desk, &id).await["report_count"], 2, "two people");
    let out = json!({"reports": [report], "reason": "另一处", "matter": LAMP, "region": "140403001"});
    let case = step(&desk, &id, "take-out", out).await.ok();
    let moved = read(&desk, id_of(case["split"]["into"].as_array().unwrap().last().unwrap())).await;
    assert_eq!((moved["report_count"].as_i64(), moved["reports"][0]["also"].as_array().unwrap().len()), (Some(1), 1));
    assert_eq!((moved["place"]["village"].clone(), case["report_count"].as_i64()), (Value::Null, Some(1)));
}

#[tokio::test]
async fn who_may_when_and_with_what() {
    let test = city().await;
    let id = asked_for_two(&test).await;
    let desk = test.as_person("dispatcher").await;
    let report = read(&desk, &id).await["reports"][0]["id"].clone();
    for (who, status) in [("worker", 403), ("handler", 404), ("neighbour", 404), ("auditor", 403)] {
        let body = with(parts(&report), json!({"version": 1}));
        let answer = test.as_person(who).await.post(&format!("/api/cases/{id}/split"), body).await;
        assert_eq!(answer.status, status, "{who}: {}", answer.text());
    }
    let bad = json!({"report": report, "reason": " ", "kept": {"text": ""}, "parts": [{"text": "x"}, {"text": "", "matter": "no"}]});
    let told = step(&desk, &id, "split", bad).await.fields();
    let fields: Vec<&str> = told.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["reason", "kept.text", "parts.0.matter", "parts.1.text"]);
    let unknown = with(parts(&report), json!({"parts": [{"text": "x", "matter": "no", "region": "140404"}]}));
    assert_eq!(step(&desk, &id, "split", unknown).await.fields(), [("parts.0.region".into(), "outside_place".into())]);
    let none = with(parts(&report), json!({"parts": []}));
    assert_eq!(step(&desk, &id, "split", none).await.fields(), [("parts".into(), "required".into())]);
    let strange = with(parts(&json!(id)), json!({}));
    assert_eq!(step(&desk, &id, "split", strange).await.fields(), [("report".into(), "not_found".into())]);
    assert_eq!(desk.get("/api/cases?view=undecided").await.ok()["count"], 1, "nothing was changed");

    let once = desk.with_key("split-this-once");
    let body = with(parts(&report), json!({"version": read(&desk, &id).await["version"]}));
    let path = format!("/api/cases/{id}/split");
    let first = once.post(&path, body.clone()).await.ok();
    assert_eq!(once.post(&path, body).await.ok()["split"], first["split"], "a repetition happens once");
    assert_eq!(desk.get("/api/cases?view=undecided").await.ok()["count"], 2);

    in_hand(&test, &id).await;
    let later = with(parts(&report), json!({"kept": {"text": "灯", "matter": BIN}}));
    assert_eq!(step(&desk, &id, "split", later).await.fields(), [("kept.matter".into(), "wrong_status".into())]);
    let handler = test.as_person("handler").await;
    assert!(!read(&handler, &id).await["allowed_actions"].as_array().unwrap().contains(&json!("split")));
    step(&handler, &id, "result", json!({"text": "好了", "outcome": "solved"})).await.ok();
    assert_eq!(step(&desk, &id, "split", parts(&report)).await.refusal(), (409, "wrong_status".into()));
    test.nobody().with_receipt(RECEIPT).post("/api/receipt/verdict", verdict("no")).await.ok();
    assert_eq!(step(&desk, &id, "split", parts(&report)).await.refusal(), (409, "split_too_late".into()));
}

#[tokio::test]
async fn the_ledger_counts_each_part_and_tells_nobodys_words() {
    let test = city().await;
    let id = asked_for_two(&test).await;
    let desk = test.as_person("dispatcher").await;
    split(&desk, &id).await;
    disclosure::follow(&test.app).await.unwrap();
    let ledger = test.nobody().get("/api/open/cases?place=140403001001").await;
    assert_eq!(ledger.json()["count"], 2, "{}", ledger.text());
    assert!(!ledger.text().contains("139****") && !ledger.text().contains("门口路灯"));
    let before = ledger.json();
    disclosure::rebuild(&test.app).await.unwrap();
    assert_eq!(test.nobody().get("/api/open/cases?place=140403001001").await.json()["count"], before["count"]);
}
