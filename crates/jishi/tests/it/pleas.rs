//! What a unit asks for and somebody else decides.

use jishi::modules::{cases::actions::end_pauses, disclosure, pleas};
use serde_json::{Value, json};

use super::{
    cases::{RECEIPT, city, filed, in_hand, read, reported, step},
    support::{Answer, Client, TestApp},
};

async fn asked(client: &Client<'_>, id: &str, body: Value) -> Answer {
    step(client, id, "pleas", body).await
}

async fn pleas_of(client: &Client<'_>, id: &str) -> Value {
    client.get(&format!("/api/cases/{id}/pleas")).await.ok()
}

async fn decided(client: &Client<'_>, id: &str, body: Value) -> Answer {
    let plea = pleas_of(client, id).await["pleas"][0].clone();
    let body = super::cases::with(body, json!({"version": plea["version"]}));
    client.post(&format!("/api/pleas/{}/decide", plea["id"].as_str().unwrap()), body).await
}

fn more_time() -> Value {
    json!({
        "kind": "extension", "reason": "灯具缺货，厂家月底到货", "until": "2026-11-30",
        "told": "这种灯具要从厂家调货，预计月底到货后马上更换。"
    })
}

fn parking() -> Value {
    json!({
        "kind": "parking", "reason": "整条路明年改造，现在装了要拆", "code": "plan", "until": "2026-12-10",
        "told": "这条路明年春天整体改造，现在换灯要拆第二次。",
        "plan": "路灯随改造一起更换；改造前先在路口装临时照明。"
    })
}

async fn handled(test: &TestApp) -> String {
    let id = reported(test).await;
    in_hand(test, &id).await;
    id
}

#[tokio::test]
async fn more_time_is_granted_by_somebody_else_and_told_to_the_resident() {
    let test = city().await;
    let id = handled(&test).await;
    let (handler, second) = (test.as_person("handler").await, test.as_person("second").await);
    let before = read(&handler, &id).await["due_at"].clone();
    let found = asked(&handler, &id, more_time()).await.ok();
    assert_eq!(
        (found["pleas"][0]["state"].as_str(), found["pleas"][0]["arbiter"].as_str()),
        (Some("open"), Some("township"))
    );
    assert_eq!(found["pleas"][0]["decide_by"], "2026-11-17T10:00:00Z");
    assert_eq!(asked(&handler, &id, more_time()).await.refusal(), (409, "plea_open".into()));
    assert_eq!(decided(&handler, &id, json!({"ruling": "granted"})).await.refusal(), (403, "forbidden".into()));
    assert_eq!(read(&handler, &id).await["due_at"], before, "until it is decided the clock runs as it did");
    decided(&second, &id, json!({"ruling": "granted"})).await.ok();
    let case = read(&handler, &id).await;
    assert_eq!(
        (case["due_at"].as_str(), case["deadline"]["plain_due_at"].clone()),
        (Some("2026-11-30T10:00:00Z"), before)
    );
    assert_eq!(case["assignments"][0]["due_at"], case["due_at"]);
    let page = test.nobody().with_receipt(RECEIPT).get("/api/receipt").await.ok();
    let told = page["timeline"].as_array().unwrap().last().unwrap();
    assert_eq!((told["kind"].as_str(), told["text"].as_str()), (Some("extended"), more_time()["told"].as_str()));
    assert!(!page.to_string().contains("缺货"), "the reason is for staff");
    assert_eq!(asked(&handler, &id, more_time()).await.refusal(), (409, "plea_once".into()));
}

#[tokio::test]
async fn more_time_until_a_day_of_rest_is_until_the_next_day_of_work_for_assistants_too() {
    let test = city().await;
    let id = reported(&test).await;
    let lighting = test.unit("lighting", "urban_management", "140403").await.to_string();
    let power = test.unit("power", "power", "140403").await.to_string();
    let given = json!({"lead": lighting, "assists": [power]});
    step(&test.as_person("dispatcher").await, &id, "dispatch", given).await.ok();
    let (handler, second) = (test.as_person("handler").await, test.as_person("second").await);
    step(&handler, &id, "sign", json!({})).await.ok();
    asked(&handler, &id, super::cases::with(more_time(), json!({"until": "2026-11-29"}))).await.ok();
    assert_eq!(pleas_of(&second, &id).await["pleas"][0]["until"], "2026-11-30", "the 29th is a Sunday");
    decided(&second, &id, json!({"ruling": "granted"})).await.ok();
    let case = read(&handler, &id).await;
    assert_eq!(case["due_at"], "2026-11-30T10:00:00Z");
    for part in case["assignments"].as_array().unwrap() {
        assert_eq!(part["due_at"], case["due_at"], "what was due with the case moves with it: {part}");
    }
    let dispatched = case["timeline"].as_array().unwrap().iter().find(|one| one["kind"] == "dispatched").unwrap();
    assert_eq!(dispatched["params"]["why"]["step"], "lead", "the unit reads why the case is its own");
    let page = test.nobody().with_receipt(RECEIPT).get("/api/receipt").await.ok();
    let told = page["timeline"].as_array().unwrap().iter().find(|one| one["kind"] == "dispatched").unwrap();
    assert_eq!(told["params"]["why"], Value::Null);
}

#[tokio::test]
async fn more_time_refused_changes_nothing_and_says_why() {
    let test = city().await;
    let id = handled(&test).await;
    let (handler, second) = (test.as_person("handler").await, test.as_person("second").await);
    asked(&handler, &id, more_time()).await.ok();
    let before = read(&handler, &id).await["due_at"].clone();
    assert_eq!(
        decided(&second, &id, json!({"ruling": "refused"})).await.fields(),
        [("words".into(), "required".into())]
    );
    decided(&second, &id, json!({"ruling": "refused", "words": "先装临时灯，不用等"})).await.ok();
    let plea = pleas_of(&handler, &id).await["pleas"][0].clone();
    assert_eq!((plea["state"].as_str(), plea["answer"].as_str()), (Some("refused"), Some("先装临时灯，不用等")));
    assert_eq!(read(&handler, &id).await["due_at"], before);
    let page = test.nobody().with_receipt(RECEIPT).get("/api/receipt").await.ok();
    assert!(!page.to_string().contains("extension"), "the resident is not told of what was not granted");
    assert_eq!(decided(&second, &id, json!({"ruling": "granted"})).await.refusal(), (409, "plea_decided".into()));
}

#[tokio::test]
async fn what_is_wrong_is_said_next_to_its_field_and_changes_nothing() {
    let test = city().await;
    let id = handled(&test).await;
    let handler = test.as_person("handler").await;
    for (change, field, code) in [
        (json!({"reason": " "}), "reason", "required"),
        (json!({"until": null}), "until", "required"),
        (json!({"until": "2026-11-16"}), "until", "out_of_range"),
        (json!({"until": "2027-11-16"}), "until", "out_of_range"),
        (json!({"told": null}), "told", "required"),
        (json!({"told": "短"}), "told", "too_short"),
        (json!({"told": "请打 13900001234 找我们问一下进度"}), "told", "personal_in_summary"),
        (json!({"kind": "pause", "code": "holiday"}), "code", "unknown_value"),
        (json!({"kind": "parking", "code": null}), "code", "required"),
        (json!({"kind": "parking", "code": "plan", "until": "2026-12-30"}), "until", "out_of_range"),
        (super::cases::with(parking(), json!({"plan": null})), "plan", "required"),
        (super::cases::with(parking(), json!({"plan": "请打 13900001234 问问进度"})), "plan", "personal_in_summary"),
        (json!({"kind": "dispute", "duty": "weather"}), "duty", "unknown_value"),
        (json!({"kind": "dispute", "duty": "urban_management"}), "duty", "own_duty"),
        (
            json!({"kind": "dispute", "duty": "power", "unit": "0192f0c1-0000-7000-8000-000000000000"}),
            "unit",
            "unknown_unit",
        ),
        (json!({"kind": "exclusion", "code": "never"}), "code", "unknown_value"),
    ] {
        let answer = asked(&handler, &id, super::cases::with(more_time(), change.clone())).await;
        assert_eq!(answer.fields(), [(field.to_owned(), code.to_owned())], "{change}");
    }
    assert_eq!(pleas_of(&handler, &id).await["pleas"], json!([]));
}

#[tokio::test]
async fn after_the_deadline_no_more_time_is_asked_for() {
    let test = city().await;
    let id = handled(&test).await;
    test.pass_hours(8 * 24);
    let body = super::cases::with(more_time(), json!({"until": "2026-12-01"}));
    let handler = test.as_person("handler").await;
    assert_eq!(asked(&handler, &id, body).await.refusal(), (409, "plea_too_late".into()));
    let may = pleas_of(&handler, &id).await["may_ask"].clone();
    assert_eq!(may, json!(["parking", "dispute", "exclusion"]));
}

#[tokio::test]
async fn the_time_of_a_procedure_does_not_count_and_the_clock_goes_on_by_itself() {
    let test = city().await;
    let id = handled(&test).await;
    let (handler, second) = (test.as_person("handler").await, test.as_person("second").await);
    let body = json!({
        "kind": "pause", "code": "appraisal", "reason": "要做结构鉴定", "until": "2026-11-20",
        "told": "灯杆倾斜，先请专业机构做安全鉴定，鉴定的时间不计入办理时限。"
    });
    asked(&handler, &id, body).await.ok();
    decided(&second, &id, json!({"ruling": "granted"})).await.ok();
    let case = read(&handler, &id).await;
    assert_eq!(case["paused_until"], "2026-11-20T10:00:00Z");
    // Seven days from Monday the 16th, which does not count; Tuesday to Friday stand still at the close of business.
    assert_eq!(case["due_at"], "2026-11-27T10:00:00Z");
    assert_eq!(end_pauses(&test.app).await.unwrap(), 0);
    test.pass_hours(5 * 24);
    assert_eq!(end_pauses(&test.app).await.unwrap(), 1);
    assert_eq!(end_pauses(&test.app).await.unwrap(), 0);
    let case = read(&test.as_person("handler").await, &id).await;
    assert_eq!((case["paused_until"].clone(), case["due_at"].as_str()), (Value::Null, Some("2026-11-27T10:00:00Z")));
    assert_eq!(case["timeline"].as_array().unwrap().last().unwrap()["params"]["because"], "time_over");
}

#[tokio::test]
async fn waiting_for_the_resident_stops_the_clock_and_says_so() {
    let test = city().await;
    let id = handled(&test).await;
    let handler = test.as_person("handler").await;
    step(&handler, &id, "ask", json!({"text": "是哪一根灯杆？"})).await.ok();
    let case = read(&handler, &id).await;
    assert_eq!(case["paused_until"], "2026-11-19T10:00:00Z");
    let resident = test.nobody().with_receipt(RECEIPT);
    let page = resident.get("/api/receipt").await.ok();
    assert_eq!(page["deadline"]["pauses"][0]["reason"], "resident");
    test.pass_hours(49);
    resident.post("/api/receipt/reply", json!({"text": "门口左边第一根"})).await.ok();
    let case = read(&test.as_person("handler").await, &id).await;
    assert_eq!((case["paused_until"].clone(), case["due_at"].as_str()), (Value::Null, Some("2026-11-24T10:00:00Z")));
    assert_eq!(case["deadline"]["plain_due_at"], "2026-11-23T10:00:00Z");
    // Twice in a round at the most: a third question does not stop it.
    let handler = test.as_person("handler").await;
    step(&handler, &id, "ask", json!({"text": "现在方便进院吗？"})).await.ok();
    test.pass_hours(1);
    resident.post("/api/receipt/reply", json!({"text": "方便"})).await.ok();
    let due = read(&handler, &id).await["due_at"].clone();
    step(&handler, &id, "ask", json!({"text": "几点在家？"})).await.ok();
    let case = read(&handler, &id).await;
    assert_eq!((case["paused_until"].clone(), case["due_at"].clone()), (Value::Null, due));
}

#[tokio::test]
async fn a_case_is_parked_reviewed_and_taken_up_again() {
    let test = city().await;
    let id = handled(&test).await;
    let (handler, second) = (test.as_person("handler").await, test.as_person("second").await);
    asked(&handler, &id, parking()).await.ok();
    decided(&second, &id, json!({"ruling": "granted", "until": "2026-12-04"})).await.ok();
    let case = read(&handler, &id).await;
    assert_eq!(
        (case["status"].as_str(), case["paused_until"].as_str()),
        (Some("parked"), Some("2026-12-04T10:00:00Z"))
    );
    disclosure::follow(&test.app).await.unwrap();
    let open = test.nobody().get("/api/open/parked").await.ok();
    let row = &open["rows"][0];
    let both = format!("{}\n{}", parking()["told"].as_str().unwrap(), parking()["plan"].as_str().unwrap());
    assert_eq!((open["count"].as_i64(), row["plan"].as_str()), (Some(1), Some(both.as_str())));
    assert_eq!((row["review_on"].as_str(), row["times"].as_i64()), (Some("2026-12-04"), Some(1)));
    assert!(!open.to_string().contains("现在装了要拆") && !open.to_string().contains(&id), "{open}");
    let page = test.nobody().with_receipt(RECEIPT).get("/api/receipt").await.ok();
    assert_eq!((page["status"].as_str(), page["may"]["remark"].as_bool()), (Some("parked"), Some(true)));
    assert_eq!(page["timeline"].as_array().unwrap().last().unwrap()["text"], both);
    assert_eq!(second.get("/api/cases?status=parked").await.ok()["count"], 1);
    assert_eq!(
        step(&handler, &id, "result", json!({"text": "好了", "outcome": "solved"})).await.refusal().1,
        "wrong_status"
    );
    test.pass_hours(19 * 24);
    end_pauses(&test.app).await.unwrap();
    let (handler, second) = (test.as_person("handler").await, test.as_person("second").await);
    let case = read(&handler, &id).await;
    assert_eq!(case["timeline"].as_array().unwrap().last().unwrap()["params"]["because"], "review_due");
    asked(&handler, &id, super::cases::with(parking(), json!({"until": "2027-01-02"}))).await.ok();
    decided(&second, &id, json!({"ruling": "granted"})).await.ok();
    let again = read(&handler, &id).await["timeline"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((again["kind"].as_str(), again["params"]["again"].as_bool()), (Some("parked"), Some(true)));
    assert_eq!(
        step(&handler, &id, "take-up", json!({"text": ""})).await.fields(),
        [("text".into(), "required".into())]
    );
    step(&handler, &id, "take-up", json!({"text": "改造提前，明天进场"})).await.ok();
    let case = read(&handler, &id).await;
    assert_eq!((case["status"].as_str(), case["paused_until"].clone()), (Some("working"), Value::Null));
    disclosure::follow(&test.app).await.unwrap();
    assert_eq!(test.nobody().get("/api/open/parked").await.ok()["count"], 0);
    step(&handler, &id, "result", json!({"text": "已更换", "outcome": "solved"})).await.ok();
}

#[tokio::test]
async fn a_dispute_is_refused_by_the_township_upheld_by_the_county_and_becomes_a_rule() {
    let test = city().await;
    let id = handled(&test).await;
    let handler = test.as_person("handler").await;
    let body = json!({"kind": "dispute", "reason": "这盏灯在供电红线内", "duty": "power"});
    let found = asked(&handler, &id, body.clone()).await.ok();
    assert_eq!(found["pleas"][0]["relies_on"]["zh"], read_duty(&handler, "power").await);
    assert_eq!(
        found["pleas"][0]["wanted_unit"]["id"],
        test.unit("power", "power", "140403").await.to_string(),
        "whoever has that duty there"
    );
    let page = test.nobody().with_receipt(super::cases::RECEIPT).get("/api/receipt").await.ok();
    assert_eq!(page["is_disputed"], true);
    let first = test.as_person("dispatcher").await;
    let own = decided(&first, &id, json!({"ruling": "refused", "words": "是你们的"})).await;
    assert_eq!(own.refusal(), (403, "not_the_arbiter".into()), "whoever gave it does not decide");
    decided(&test.as_person("second").await, &id, json!({"ruling": "refused", "words": "灯由城管维护"})).await.ok();
    let page = test.nobody().with_receipt(super::cases::RECEIPT).get("/api/receipt").await.ok();
    assert_eq!(page["is_disputed"], false);
    assert_eq!(asked(&handler, &id, body).await.refusal(), (409, "returned_already".into()));
    assert_eq!(step(&handler, &id, "return", json!({"reason": "还是不是"})).await.refusal().1, "returned_already");
    let plea = pleas_of(&handler, &id).await["pleas"][0].clone();
    assert_eq!(plea["may_appeal"], true);
    let appeal = json!({"version": plea["version"], "reason": "请县里看图纸"});
    handler.post(&format!("/api/pleas/{}/appeal", plea["id"].as_str().unwrap()), appeal).await.ok();
    let second = decided(&test.as_person("second").await, &id, json!({"ruling": "refused", "words": "不"})).await;
    assert_eq!(second.refusal(), (403, "not_the_arbiter".into()), "now the county decides");
    let plea = pleas_of(&handler, &id).await["pleas"][0].clone();
    assert_eq!(
        (plea["reason"].as_str(), plea["first_answer"].as_str(), plea["appeal"].as_str()),
        (Some("这盏灯在供电红线内"), Some("灯由城管维护"), Some("请县里看图纸")),
        "the county reads what was said before"
    );
    let (county, power) = (test.as_person("county").await, test.unit("power", "power", "140403").await.to_string());
    let bare = decided(&county, &id, json!({"ruling": "granted", "lead": power})).await;
    assert_eq!(bare.fields(), [("words".into(), "required".into())]);
    let due = read(&county, &id).await["due_at"].clone();
    let words = json!({"ruling": "granted", "lead": power, "words": "红线内归供电", "keep_for": "140403001"});
    decided(&county, &id, words).await.ok();
    let case = read(&county, &id).await;
    assert_eq!((case["status"].as_str(), case["lead_unit"]["id"].as_str()), (Some("dispatched"), Some(power.as_str())));
    assert_eq!((case["due_at"].clone(), case["return_count"].as_i64()), (due, Some(1)), "the clock ran all the while");
    let page = test.nobody().with_receipt(super::cases::RECEIPT).get("/api/receipt").await.ok();
    assert!(
        !page.to_string().contains("红线内归供电"),
        "what offices write to one another is not the resident's to read"
    );
    test.nobody()
        .post("/api/reports", super::cases::with(super::cases::lamp(), json!({"receipt": "6543210987654321"})))
        .await
        .ok();
    let other = first.get("/api/cases?view=undecided").await.ok()["rows"][0]["id"].as_str().unwrap().to_owned();
    let proposal = first.get(&format!("/api/cases/{other}/proposal")).await.ok();
    assert_eq!(proposal["lead"]["unit"]["id"], power.as_str(), "the same dispute does not come twice");
}

async fn read_duty(client: &Client<'_>, code: &str) -> String {
    let duties = client.get("/api/duties").await.ok();
    let found = duties["rows"].as_array().unwrap().iter().find(|duty| duty["code"] == code).unwrap().clone();
    found["names"]["zh"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_dispute_the_township_leaves_lying_goes_to_the_county() {
    let test = city().await;
    let id = handled(&test).await;
    let handler = test.as_person("handler").await;
    asked(&handler, &id, json!({"kind": "dispute", "reason": "不是我们的", "duty": "power"})).await.ok();
    pleas::follow(&test.app).await.unwrap();
    assert_eq!(pleas_of(&handler, &id).await["pleas"][0]["arbiter"], "township");
    test.pass_hours(34);
    pleas::follow(&test.app).await.unwrap();
    let county = test.as_person("county").await;
    let plea = pleas_of(&county, &id).await["pleas"][0].clone();
    assert_eq!((plea["arbiter"].as_str(), plea["is_late"].as_bool()), (Some("county"), Some(false)));
    let waiting = county.get("/api/pleas?to_decide=true").await.ok();
    assert_eq!((waiting["count"].as_i64(), waiting["rows"][0]["case"]["id"].as_str()), (Some(1), Some(id.as_str())));
}

#[tokio::test]
async fn what_changed_hands_twice_is_given_by_a_superior() {
    let test = city().await;
    test.person("leader", jishi::platform::access::Role::TownshipLeader, "140403001", Some("street")).await;
    test.person("streetman", jishi::platform::access::Role::DepartmentHandler, "140403001", Some("street")).await;
    let id = handled(&test).await;
    step(&test.as_person("handler").await, &id, "return", json!({"reason": "不是"})).await.ok();
    let (desk, power) = (test.as_person("dispatcher").await, test.unit("power", "power", "140403").await.to_string());
    step(&desk, &id, "dispatch", json!({"lead": power, "reason": "试试供电"})).await.ok();
    step(&test.as_person("helper").await, &id, "return", json!({"reason": "也不是"})).await.ok();
    let street = test.unit("street", "government", "140403001").await.to_string();
    let third = json!({"lead": street, "reason": "街道兜底"});
    assert_eq!(step(&desk, &id, "dispatch", third.clone()).await.refusal(), (409, "supervisor_decides".into()));
    assert!(!read(&desk, &id).await["allowed_actions"].as_array().unwrap().contains(&json!("dispatch")));
    step(&test.as_person("leader").await, &id, "dispatch", third).await.ok();
    let streetman = test.as_person("streetman").await;
    let back = step(&streetman, &id, "return", json!({"reason": "人手不够"})).await;
    assert_eq!(back.refusal(), (409, "supervisor_decides".into()));
    asked(&streetman, &id, json!({"kind": "dispute", "reason": "不是街道职责", "duty": "power"})).await.ok();
    assert_eq!(pleas_of(&streetman, &id).await["pleas"][0]["arbiter"], "county");
}

#[tokio::test]
async fn what_does_not_count_is_decided_by_the_county_and_handled_all_the_same() {
    let test = city().await;
    let id = handled(&test).await;
    let handler = test.as_person("handler").await;
    asked(&handler, &id, json!({"kind": "exclusion", "reason": "超出规定", "code": "beyond-law"})).await.ok();
    let township = decided(&test.as_person("second").await, &id, json!({"ruling": "granted"})).await;
    assert_eq!(township.refusal(), (403, "not_the_arbiter".into()));
    decided(&test.as_person("county").await, &id, json!({"ruling": "granted", "words": "属实"})).await.ok();
    let case = read(&handler, &id).await;
    assert_eq!((case["is_excluded"].as_bool(), case["status"].as_str()), (Some(true), Some("signed")));
    assert_eq!(handler.get("/api/cases?excluded=true").await.ok()["count"], 1);
    assert_eq!(handler.get("/api/cases?excluded=false").await.ok()["count"], 0);
    let page = test.nobody().with_receipt(RECEIPT).get("/api/receipt").await.ok();
    assert!(!page.to_string().contains("exclu"), "the resident's matter is handled as any other");
    let trail = test.as_person("auditor").await.get("/api/audit?kind=case.excluded").await.ok();
    assert_eq!(trail["count"], 1);
}

#[tokio::test]
async fn what_was_asked_for_is_taken_back_or_lapses_with_the_result() {
    let test = city().await;
    let id = handled(&test).await;
    let handler = test.as_person("handler").await;
    asked(&handler, &id, more_time()).await.ok();
    let plea = pleas_of(&handler, &id).await["pleas"][0].clone();
    let path = format!("/api/pleas/{}/withdraw", plea["id"].as_str().unwrap());
    let stranger = test.as_person("helper").await.post(&path, json!({"version": plea["version"]})).await;
    assert!(matches!(stranger.refusal().0, 403 | 404), "{}", stranger.text());
    handler.post(&path, json!({"version": plea["version"]})).await.ok();
    asked(&handler, &id, more_time()).await.ok();
    step(&handler, &id, "work", json!({})).await.ok();
    step(&handler, &id, "result", json!({"text": "已修好", "outcome": "solved"})).await.ok();
    let late = decided(&test.as_person("second").await, &id, json!({"ruling": "granted"})).await;
    assert_eq!(late.refusal(), (409, "plea_not_now".into()));
    pleas::follow(&test.app).await.unwrap();
    pleas::follow(&test.app).await.unwrap();
    let states: Vec<Value> =
        pleas_of(&handler, &id).await["pleas"].as_array().unwrap().iter().map(|plea| plea["state"].clone()).collect();
    assert_eq!(states, [json!("lapsed"), json!("withdrawn")]);
}

#[tokio::test]
async fn the_list_shows_what_is_in_scope_and_counts_its_rows() {
    let test = city().await;
    let id = handled(&test).await;
    let handler = test.as_person("handler").await;
    asked(&handler, &id, more_time()).await.ok();
    asked(&handler, &id, json!({"kind": "exclusion", "reason": "超出规定", "code": "beyond-law"})).await.ok();
    for (login, query, count) in [
        ("second", "", 2),
        ("second", "?to_decide=true", 1),
        ("second", "?kind=exclusion", 1),
        ("second", "?state=granted", 0),
        ("second", "?late=true", 0),
        ("handler", "?ours=true", 2),
        ("handler", "", 2),
        ("helper", "", 0),
        ("neighbour", "", 0),
        ("county", "?to_decide=true", 1),
        ("county", "?state=open", 2),
        ("officer", "", 0),
    ] {
        let found = test.as_person(login).await.get(&format!("/api/pleas{query}")).await.ok();
        assert_eq!(
            (found["count"].as_i64(), found["rows"].as_array().unwrap().len()),
            (Some(count), count as usize),
            "{login} {query}"
        );
    }
    let first = test.as_person("second").await.get("/api/pleas?limit=1&state=open").await.ok();
    let rest = format!("/api/pleas?limit=1&state=open&cursor={}", first["next"].as_str().unwrap());
    let next = test.as_person("second").await.get(&rest).await.ok();
    assert_ne!(first["rows"][0]["id"], next["rows"][0]["id"]);
    assert_eq!(next["next"], Value::Null);
    let csv = test.as_person("second").await.get("/api/pleas.csv").await;
    assert_eq!(csv.text().lines().count(), 3, "{}", csv.text());
    assert_eq!(test.as_person("second").await.get("/api/pleas.xlsx?ours=true").await.status, 200);
    assert_eq!(test.as_person("neighbour").await.get(&format!("/api/cases/{id}/pleas")).await.refusal().0, 404);
    assert_eq!(test.as_person("handler").await.get("/api/pleas?to_decide=true").await.refusal().0, 403);
}

#[tokio::test]
async fn auditors_and_units_read_what_was_left_out_of_the_count_and_no_residents_words() {
    let test = city().await;
    let id = handled(&test).await;
    let (handler, county) = (test.as_person("handler").await, test.as_person("county").await);
    asked(&handler, &id, more_time()).await.ok();
    asked(&handler, &id, json!({"kind": "exclusion", "reason": "超出规定标准", "code": "beyond-law"})).await.ok();
    let exclusion = county.get("/api/pleas?kind=exclusion&code=beyond-law").await.ok()["rows"][0].clone();
    let path = format!("/api/pleas/{}/decide", exclusion["id"].as_str().unwrap());
    county.post(&path, json!({"version": 1, "ruling": "granted", "words": "属实，同意"})).await.ok();
    let auditor = test.as_person("auditor").await;
    let found = auditor.get("/api/exclusions").await.ok();
    let row = &found["rows"][0];
    assert_eq!((found["count"].as_i64(), row["number"].as_str()), (Some(1), exclusion["case"]["number"].as_str()));
    assert_eq!(
        (&row["code"], &row["state"], &row["answer"]),
        (&json!("beyond-law"), &json!("granted"), &json!("属实，同意"))
    );
    assert_eq!((&row["asked_by"]["name"], &row["decided_by"]["name"]), (&json!("handler"), &json!("county")));
    assert!(row["unit"]["names"].is_object() && row["decided_at"].is_string() && row["reason"]["zh"].is_string());
    assert_eq!(row["case"], Value::Null, "the auditor opens no case");
    assert!(!found.to_string().contains("路灯不亮三天了"), "nor reads a resident's words: {found}");
    for (login, query, count) in [
        ("auditor", "?state=granted", 1),
        ("auditor", "?state=refused", 0),
        ("auditor", "?state=open", 0),
        ("auditor", "?code=beyond-law&from=2026-01-01&to=2099-01-01", 1),
        ("auditor", "?code=untrue", 0),
        ("auditor", "?to=2026-01-01", 0),
        ("handler", "", 1),
        ("helper", "", 0),
        ("neighbour", "", 0),
        ("dispatcher", "", 1),
        ("county", "", 1),
    ] {
        let list = test.as_person(login).await.get(&format!("/api/exclusions{query}")).await.ok();
        let rows = list["rows"].as_array().unwrap().len();
        assert_eq!((list["count"].as_i64(), rows), (Some(count), count as usize), "{login} {query}");
    }
    assert_eq!(handler.get("/api/exclusions").await.ok()["rows"][0]["case"], id.as_str(), "the unit opens its case");
    assert_eq!(test.as_person("security").await.get("/api/exclusions").await.refusal().0, 403);
    assert_eq!(test.as_person("security").await.get("/api/exclusions.csv").await.refusal().0, 403);
    let csv = auditor.get("/api/exclusions.csv").await.text();
    assert!(csv.lines().count() == 2 && csv.contains("beyond-law") && csv.contains("county"), "{csv}");
    assert_eq!(auditor.get("/api/exclusions.xlsx?state=granted").await.status, 200);
    assert_eq!(auditor.get("/api/exclusions/reasons").await.ok()["rows"][0]["code"], "beyond-law");
}

async fn parked(client: &Client<'_>, query: &str) -> Value {
    client.get(&format!("/api/pleas?parked=true{query}")).await.ok()
}

#[tokio::test]
async fn parked_cases_are_listed_by_when_they_are_looked_at_again() {
    let test = city().await;
    let id = handled(&test).await;
    let (handler, second) = (test.as_person("handler").await, test.as_person("second").await);
    asked(&handler, &id, parking()).await.ok();
    assert_eq!(parked(&test.as_person("second").await, "").await["count"], 0, "asked for is not parked");
    decided(&second, &id, json!({"ruling": "granted"})).await.ok();
    for (login, query, count) in [
        ("second", "", 1),
        ("handler", "", 1),
        ("county", "&limit=1", 1),
        ("neighbour", "", 0),
        ("second", "&review_by=2026-01-01", 0),
        ("second", "&review_by=2099-01-01", 1),
    ] {
        let found = parked(&test.as_person(login).await, query).await;
        let rows = found["rows"].as_array().unwrap();
        assert_eq!((found["count"].as_i64(), rows.len()), (Some(count), count as usize), "{login} {query}");
        assert!(
            rows.iter().all(|row| row["plan"].is_string() && row["relies_on"].is_object() && row["until"].is_string())
        );
    }
    let csv = second.get("/api/pleas.csv?parked=true").await.text();
    assert_eq!(csv.lines().count(), 2, "{csv}");
    test.pass_hours(24 * 31);
    pleas::follow(&test.app).await.unwrap();
    jishi::modules::cases::actions::remind_and_close(&test.app).await.unwrap();
    let case = read(&test.as_person("handler").await, &id).await;
    let is_parked = i64::from(case["status"] == "parked");
    assert_eq!(parked(&test.as_person("second").await, "").await["count"], is_parked, "as the case stands");
}

#[tokio::test]
async fn officers_of_a_team_read_the_cases_of_their_team_and_no_others_of_their_place() {
    let test = city().await;
    test.person("inspector", jishi::platform::access::Role::EnforcementOfficer, "140403001", Some("lamps")).await;
    test.unit("team", "enforcement", "140403001").await;
    test.person("stranger", jishi::platform::access::Role::EnforcementOfficer, "140403001", Some("team")).await;
    let id = handled(&test).await;
    let inspector = test.as_person("inspector").await;
    assert_eq!(inspector.get("/api/cases").await.ok()["count"], 1);
    let case = read(&inspector, &id).await;
    assert_eq!(case["allowed_actions"], json!([]), "its handlers take the steps");
    let remark = super::cases::step(&inspector, &id, "remark", json!({"text": "看过了"})).await;
    assert_eq!(remark.refusal(), (403, "forbidden".into()));
    let stranger = test.as_person("stranger").await;
    assert_eq!(stranger.get("/api/cases").await.ok()["count"], 0, "the same township, another team");
    assert_eq!(stranger.get(&format!("/api/cases/{id}")).await.refusal().0, 404);
}

#[tokio::test]
async fn the_same_request_happens_once_and_the_second_arbiter_is_told() {
    let test = city().await;
    let id = handled(&test).await;
    let handler = test.as_person("handler").await;
    let version = read(&handler, &id).await["version"].clone();
    let body = super::cases::with(more_time(), json!({"version": version}));
    let same = handler.with_key("the-same-key-1");
    same.post(&format!("/api/cases/{id}/pleas"), body.clone()).await.ok();
    same.post(&format!("/api/cases/{id}/pleas"), body).await.ok();
    let plea = pleas_of(&handler, &id).await["pleas"].clone();
    assert_eq!(plea.as_array().unwrap().len(), 1);
    let path = format!("/api/pleas/{}/decide", plea[0]["id"].as_str().unwrap());
    let seen = plea[0]["version"].clone();
    let refuse = json!({"version": seen, "ruling": "refused", "words": "不用"});
    test.as_person("second").await.post(&path, refuse.clone()).await.ok();
    let county = test.as_person("county").await.post(&path, refuse).await;
    assert_eq!(county.refusal(), (409, "record_changed".into()));
}

#[tokio::test]
async fn a_result_ends_a_pause_and_nothing_is_asked_for_in_a_case_that_is_done() {
    let test = city().await;
    let id = reported(&test).await;
    filed(&test, &id).await;
    let handler = test.as_person("handler").await;
    assert_eq!(asked(&handler, &id, more_time()).await.refusal(), (409, "plea_not_now".into()));
    assert_eq!(pleas_of(&handler, &id).await["may_ask"], json!(["exclusion"]));
}
