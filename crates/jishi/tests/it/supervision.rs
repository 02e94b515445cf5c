//! A superior watches over a case until they let it go.

use jishi::{modules::supervision, platform::access::Role};
use serde_json::{Value, json};

use super::{
    cases::{RECEIPT, city, filed, in_hand, read, reported, step, verdict},
    support::{Answer, Client, TestApp, pdf},
};

async fn handled(test: &TestApp) -> String {
    test.person("leader", Role::TownshipLeader, "140403001", Some("street")).await;
    let id = reported(test).await;
    in_hand(test, &id).await;
    id
}

fn demand() -> Value {
    json!({"grade": "yellow", "due": "2026-11-18", "text": "两天内拿出办法"})
}

async fn of(client: &Client<'_>, id: &str) -> Value {
    client.get(&format!("/api/cases/{id}/supervisions")).await.ok()
}

async fn take(client: &Client<'_>, id: &str, name: &str, body: Value) -> Answer {
    let it = of(client, id).await["rows"][0].clone();
    let body = super::cases::with(body, json!({"version": it["version"]}));
    client.post(&format!("/api/supervisions/{}/{name}", it["id"].as_str().unwrap()), body).await
}

#[tokio::test]
async fn a_leader_imposes_the_unit_answers_and_only_the_leader_lets_go() {
    let test = city().await;
    let id = handled(&test).await;
    let (leader, handler, county) =
        (test.as_person("leader").await, test.as_person("handler").await, test.as_person("county").await);
    assert_eq!(step(&handler, &id, "supervisions", demand()).await.refusal(), (403, "forbidden".into()));
    let colleagues = leader.get(&format!("/api/cases/{id}/colleagues")).await.ok();
    let owner = colleagues["rows"][0]["person"].clone();
    assert!(colleagues["rows"][0].get("open").is_none(), "what a person has in hand is not a leader's to compare");
    step(&leader, &id, "supervisions", super::cases::with(demand(), json!({"owner": owner["id"]}))).await.ok();
    assert_eq!(of(&handler, &id).await["rows"][0]["owner"]["id"], owner["id"], "who answers for it is named");
    let case = read(&handler, &id).await;
    assert_eq!((case["supervised"].as_str(), case["status"].as_str()), (Some("yellow"), Some("signed")));
    let page = test.nobody().with_receipt(RECEIPT).get("/api/receipt").await.ok();
    assert_eq!((&page["is_supervised"], &page["is_disputed"]), (&json!(true), &json!(false)));
    assert_eq!(step(&county, &id, "supervisions", demand()).await.refusal(), (409, "supervised_already".into()));
    assert_eq!(
        take(&handler, &id, "answer", json!({"text": " "})).await.fields(),
        [("text".into(), "required".into())]
    );
    let unknown = json!({"text": "材料已到", "photos": ["0".repeat(64)]});
    assert_eq!(take(&handler, &id, "answer", unknown).await.fields(), [("photos".into(), "photo_unknown".into())]);
    let shown = super::enforcement::photo(&handler, 90).await;
    take(&handler, &id, "answer", json!({"text": "材料已到，明天更换", "photos": [shown]})).await.ok();
    let timeline = read(&handler, &id).await["timeline"].clone();
    let answered = timeline.as_array().unwrap().iter().find(|row| row["kind"] == "supervision_answered").cloned();
    assert_eq!(answered.unwrap()["photos"].as_array().unwrap().len(), 1);
    let it = of(&leader, &id).await["rows"][0].clone();
    assert_eq!((it["answer"].as_str(), it["may_release"].as_bool()), (Some("材料已到，明天更换"), Some(true)));
    assert_eq!(take(&county, &id, "release", json!({"text": "好"})).await.refusal(), (403, "not_the_imposer".into()));
    assert_eq!(take(&handler, &id, "release", json!({"text": "好"})).await.refusal(), (403, "forbidden".into()));
    take(&leader, &id, "release", json!({"text": "办法可行"})).await.ok();
    assert_eq!(read(&handler, &id).await["supervised"], Value::Null);
    assert_eq!(
        take(&leader, &id, "release", json!({"text": "再放"})).await.refusal(),
        (409, "supervision_over".into())
    );
    let page = test.nobody().with_receipt(RECEIPT).get("/api/receipt").await.ok();
    assert_eq!(page["is_supervised"], false);
    assert!(!page.to_string().contains("两天内"), "what a leader writes to a unit is for staff");
}

#[tokio::test]
async fn a_grade_only_rises_and_asks_for_another_answer() {
    let test = city().await;
    let id = handled(&test).await;
    let (leader, handler) = (test.as_person("leader").await, test.as_person("handler").await);
    let orange = super::cases::with(demand(), json!({"grade": "orange"}));
    step(&leader, &id, "supervisions", orange.clone()).await.ok();
    take(&handler, &id, "answer", json!({"text": "在办"})).await.ok();
    assert_eq!(take(&leader, &id, "change", demand()).await.fields(), [("grade".into(), "grade_only_rises".into())]);
    let far = super::cases::with(orange.clone(), json!({"due": "2027-11-18"}));
    assert_eq!(take(&leader, &id, "change", far).await.fields(), [("due".into(), "out_of_range".into())]);
    let stranger = super::cases::with(orange, json!({"owner": "0192f0c1-0000-7000-8000-000000000000"}));
    assert_eq!(take(&leader, &id, "change", stranger).await.fields(), [("owner".into(), "unknown_person".into())]);
    let red = json!({"grade": "red", "due": "2026-11-17", "text": "明天当面说", "meeting_at": "2026-11-17T02:00:00Z"});
    take(&leader, &id, "change", red).await.ok();
    let it = of(&handler, &id).await["rows"][0].clone();
    assert_eq!((it["grade"].as_str(), it["answered_at"].clone()), (Some("red"), Value::Null));
    assert_eq!(it["meeting_at"], "2026-11-17T02:00:00Z");
}

#[tokio::test]
async fn what_is_late_is_supervised_by_the_rules_and_raised_as_time_passes() {
    let test = city().await;
    let id = handled(&test).await;
    assert_eq!(supervision::watch(&test.app).await.unwrap(), 0);
    let mut grades = Vec::new();
    for hours in [7 * 24 + 9, 25, 48, 96] {
        test.pass_hours(hours);
        supervision::watch(&test.app).await.unwrap();
        supervision::watch(&test.app).await.unwrap();
        let leader = test.as_person("leader").await;
        let found = of(&leader, &id).await;
        assert!(found["rows"].as_array().unwrap().len() <= 1, "one at a time");
        grades.push(found["rows"][0]["grade"].as_str().map(str::to_owned));
    }
    assert_eq!(grades, [None, Some("yellow".into()), Some("orange".into()), Some("red".into())]);
    let leader = test.as_person("leader").await;
    let late = leader.get("/api/supervisions?open=true").await.ok();
    assert_eq!((late["count"].as_i64(), late["rows"][0]["trigger"].as_str()), (Some(1), Some("very-late")));
    // Whoever may impose there lets go what the rules imposed; for the same reason it does not come back.
    take(&leader, &id, "release", json!({"text": "已当面说好"})).await.ok();
    test.pass_hours(48);
    assert_eq!(supervision::watch(&test.app).await.unwrap(), 0);
}

#[tokio::test]
async fn the_second_failure_leads_to_supervision() {
    let test = city().await;
    let id = handled(&test).await;
    let (handler, resident) = (test.as_person("handler").await, test.nobody().with_receipt(RECEIPT));
    for _ in 0..2 {
        assert_eq!(supervision::watch(&test.app).await.unwrap(), 0);
        step(&handler, &id, "result", json!({"text": "修好了", "outcome": "solved"})).await.ok();
        resident.post("/api/receipt/verdict", verdict("no")).await.ok();
    }
    assert_eq!(supervision::watch(&test.app).await.unwrap(), 1);
    let it = of(&handler, &id).await["rows"][0].clone();
    assert_eq!((it["trigger"].as_str(), it["grade"].as_str()), (Some("redone-twice"), Some("orange")));
    assert_eq!(it["imposed_by"], Value::Null);
    assert_eq!(handler.get("/api/cases?supervised=true").await.ok()["count"], 1);
    assert_eq!(handler.get("/api/cases?supervised=false").await.ok()["count"], 0);
}

#[tokio::test]
async fn the_list_shows_what_is_in_scope_and_counts_its_rows() {
    let test = city().await;
    let id = handled(&test).await;
    step(&test.as_person("leader").await, &id, "supervisions", demand()).await.ok();
    for (login, query, count) in [
        ("leader", "", 1),
        ("leader", "?open=true", 1),
        ("leader", "?open=false", 0),
        ("leader", "?grade=red", 0),
        ("leader", "?trigger=instruction", 1),
        ("leader", "?late=true", 0),
        ("leader", "?region=140403001", 1),
        ("leader", "?region=140403002", 0),
        ("handler", "?ours=true", 1),
        ("helper", "", 0),
        ("neighbour", "", 0),
        ("county", "", 1),
    ] {
        let found = test.as_person(login).await.get(&format!("/api/supervisions{query}")).await.ok();
        let rows = found["rows"].as_array().unwrap().len();
        assert_eq!((found["count"].as_u64(), rows), (Some(count), count as usize), "{login} {query}");
    }
    let leader = test.as_person("leader").await;
    assert_eq!(leader.get("/api/supervisions.csv").await.text().lines().count(), 2);
    assert_eq!(leader.get("/api/supervisions.xlsx").await.status, 200);
    assert!(leader.get("/api/supervisions/triggers").await.ok()["rows"].as_array().unwrap().len() >= 6);
    test.pass_hours(60);
    let leader = test.as_person("leader").await;
    assert_eq!(leader.get("/api/supervisions?late=true").await.ok()["count"], 1);
}

#[tokio::test]
async fn notices_and_circulars_are_printed_and_stand_on_the_trail() {
    let test = city().await;
    let id = handled(&test).await;
    let leader = test.as_person("leader").await;
    step(&leader, &id, "supervisions", demand()).await.ok();
    let it = of(&leader, &id).await["rows"][0]["id"].clone();
    let none = leader.post("/api/supervisions/print", json!({"ids": []})).await;
    assert_eq!(none.fields(), [("ids".into(), "out_of_range".into())]);
    let notice = leader.post("/api/supervisions/print", json!({"ids": [it]})).await;
    let days = json!({"region": "140403001", "from": "2026-11-01", "to": "2026-11-30"});
    let elsewhere = json!({"region": "140403002", "from": "2026-11-01", "to": "2026-11-30"});
    let refused = leader.post("/api/supervisions/circular", elsewhere).await;
    assert_eq!(refused.fields(), [("region".into(), "unknown_region".into())]);
    let backwards = json!({"region": "140403001", "from": "2026-11-30", "to": "2026-11-01"});
    let refused = leader.post("/api/supervisions/circular", backwards).await;
    assert_eq!(refused.fields(), [("to".into(), "out_of_range".into())]);
    let circular = leader.post("/api/supervisions/circular", days).await;
    assert!(pdf::words(&notice.body).contains("两天内拿出办法"), "{}", notice.text());
    assert!(pdf::words(&circular.body).contains("lamps"));
    let trail = test.as_person("auditor").await.get("/api/audit?kind=supervision.printed").await.ok();
    assert_eq!(trail["count"], 2);
    assert_eq!(
        test.as_person("handler").await.post("/api/supervisions/print", json!({"ids": [it]})).await.refusal().0,
        403
    );
}

#[tokio::test]
async fn a_case_that_is_done_is_not_put_under_supervision() {
    let test = city().await;
    test.person("leader", Role::TownshipLeader, "140403001", Some("street")).await;
    let id = reported(&test).await;
    let leader = test.as_person("leader").await;
    assert_eq!(step(&leader, &id, "supervisions", demand()).await.refusal(), (409, "not_in_hand".into()));
    filed(&test, &id).await;
    test.nobody().with_receipt(RECEIPT).post("/api/receipt/verdict", verdict("yes")).await.ok();
    assert_eq!(of(&leader, &id).await["may_impose"], false);
    assert_eq!(step(&leader, &id, "supervisions", demand()).await.refusal(), (409, "not_in_hand".into()));
}
