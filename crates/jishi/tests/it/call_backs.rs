//! Somebody other than the handler asks whether it is solved.

use jishi::modules::{call_backs, cases::actions::remind_and_close};
use kernel::{Code, Lang};
use serde_json::{Value, json};

use super::{
    cases::{RECEIPT, city, filed, in_hand, lamp, peopled, read, step, verdict, with},
    support::{Answer, Client, TestApp, at},
};

const PHONE: &str = "13812345678";

/// A lamp reported by somebody who left a number.
pub async fn with_phone(test: &TestApp, changes: Value) -> String {
    let body = with(lamp(), json!({"identity": "named", "contact": {"name": "王小明", "phone": PHONE}}));
    test.nobody().post("/api/reports", with(body, changes)).await.ok();
    let rows = test.as_person("dispatcher").await.get("/api/cases?view=undecided").await.ok();
    rows["rows"][0]["id"].as_str().unwrap().to_owned()
}

async fn waiting(test: &TestApp) -> String {
    let id = with_phone(test, json!({})).await;
    filed(test, &id).await;
    call_backs::follow(&test.app).await.unwrap();
    id
}

async fn queue(client: &Client<'_>, query: &str) -> Value {
    client.get(&format!("/api/call-backs?{query}")).await.ok()
}

/// The only call-back of the queue, with whoever is to be asked.
async fn only(client: &Client<'_>) -> Value {
    let rows = queue(client, "").await;
    assert_eq!(rows["count"], 1);
    client.get(&format!("/api/call-backs/{}", rows["rows"][0]["id"].as_str().unwrap())).await.ok()
}

/// Tries the first voice of a call-back as it was seen.
async fn tried(client: &Client<'_>, seen: &Value, body: Value) -> Answer {
    let base = json!({"version": seen["version"], "report": seen["voices"][0]["report"], "channel": "phone"});
    client.post(&format!("/api/call-backs/{}/attempts", seen["id"].as_str().unwrap()), with(base, body)).await
}

fn code(answer: &Answer) -> String {
    answer.refusal().1
}

#[tokio::test]
async fn a_result_waits_at_the_desk_of_its_township_by_the_third_working_day() {
    let test = city().await;
    let id = waiting(&test).await;
    let desk = test.as_person("dispatcher").await;
    for query in ["", "own=true&ready=true", "kind=result&phone=true&late=false", "region=140403001001&limit=1"] {
        let found = queue(&desk, query).await;
        assert_eq!((found["count"].as_i64(), found["rows"].as_array().unwrap().len()), (Some(1), 1), "{query}");
        assert_eq!(found["rows"][0]["case"]["id"], id.as_str());
    }
    for query in ["late=true", "ready=false", "phone=false", "over=true", "kind=withdrawn", "region=140403002"] {
        assert_eq!(queue(&desk, query).await["count"], 0, "{query}");
    }
    let row = only(&desk).await;
    assert_eq!((row["due_at"].as_str(), row["is_late"].as_bool()), (Some("2026-11-19T10:00:00Z"), Some(false)));
    assert_eq!(
        (row["desk"]["code"].as_str(), row["voices"][0]["contact"][1]["mask"].as_str()),
        (Some("140403001"), Some("138****5678"))
    );
    assert_eq!(row["result"], "已更换灯泡");
    assert_eq!(desk.get("/api/call-backs/counts").await.ok(), json!({"ready": 1, "late": 0}));
    test.pass_hours(24 * 4);
    let desk = test.as_person("dispatcher").await;
    assert_eq!(desk.get("/api/call-backs/counts").await.ok(), json!({"ready": 1, "late": 1}));
    assert_eq!(queue(&desk, "late=true").await["count"], 1);
    // The county sees it and has no turn; the neighbour does not see it; departments never ask.
    let county = test.as_person("county").await;
    assert_eq!(
        (queue(&county, "").await["count"].as_i64(), queue(&county, "own=true").await["count"].as_i64()),
        (Some(1), Some(0))
    );
    let neighbour = test.as_person("neighbour").await;
    assert_eq!(queue(&neighbour, "").await["count"], 0);
    let path = format!("/api/call-backs/{}", row["id"].as_str().unwrap());
    assert_eq!(neighbour.get(&path).await.refusal(), (404, "not_found".into()));
    assert_eq!(tried(&neighbour, &row, json!({"outcome": "no_answer"})).await.refusal(), (404, "not_found".into()));
    let handler = test.as_person("handler").await;
    assert_eq!(handler.get("/api/call-backs").await.refusal(), (403, "forbidden".into()));
    assert_eq!(tried(&handler, &row, json!({"outcome": "no_answer"})).await.refusal(), (403, "forbidden".into()));
    let file = desk.get("/api/call-backs.csv?own=true").await.text();
    assert_eq!(file.lines().count(), 2);
    assert!(file.contains(row["case"]["number"].as_str().unwrap()) && !file.contains("138") && !file.contains("小明"));
}

#[tokio::test]
async fn three_attempts_on_three_days_without_an_answer_are_unverified_and_there_is_no_fourth() {
    let test = city().await;
    let id = waiting(&test).await;
    for round in 1..=3 {
        let desk = test.as_person("dispatcher").await;
        let seen = only(&desk).await;
        let way = if round == 2 { "visit" } else { "phone" };
        let after = tried(&desk, &seen, json!({"outcome": "no_answer", "channel": way})).await.ok();
        assert_eq!(after["attempts"], round);
        if round < 3 {
            assert_eq!(queue(&desk, "ready=true").await["count"], 0, "nobody is called twice a day");
            assert_eq!(code(&tried(&desk, &after, json!({"outcome": "no_answer"})).await), "call_too_soon");
            assert_eq!(after["voices"][0]["no_call"]["code"], "call_too_soon");
            if round == 2 {
                let visit = json!({"outcome": "no_answer", "channel": "visit"});
                assert_eq!(code(&tried(&desk, &only(&desk).await, visit).await), "visits_spent");
            }
            test.pass_hours(24);
        } else {
            assert_eq!(after["state"], "unanswered");
            assert_eq!(code(&tried(&desk, &after, json!({"outcome": "no_answer"})).await), "calls_spent");
        }
    }
    let desk = test.as_person("dispatcher").await;
    let case = read(&desk, &id).await;
    assert_eq!((case["status"].as_str(), case["closed_how"].as_str()), (Some("closed"), Some("unverified")));
    let closed = case["timeline"].as_array().unwrap().last().unwrap();
    assert_eq!((closed["kind"].as_str(), closed["params"]["attempts"].as_i64()), (Some("closed"), Some(3)));
    // The resident's page says nothing of calls that found nobody, and lets them speak still.
    let page = test.nobody().with_receipt(RECEIPT).get("/api/receipt").await.ok();
    assert!(!page.to_string().contains("\"called\""));
    assert_eq!(page["may"]["rate"], true);
    assert_eq!(queue(&desk, "over=true&state=unanswered").await["count"], 1);
    assert_eq!(queue(&desk, "").await["count"], 0);
}

#[tokio::test]
async fn an_answer_closes_it_or_sends_it_back_in_half_the_time_and_the_second_time_is_marked() {
    let test = city().await;
    let id = waiting(&test).await;
    let desk = test.as_person("dispatcher").await;
    for round in 1..=2 {
        let seen = only(&desk).await;
        assert_eq!(
            tried(&desk, &seen, json!({"outcome": "reached"})).await.fields(),
            [("verdict".into(), "required".into())]
        );
        let told = tried(&desk, &seen, json!({"outcome": "reached", "verdict": verdict("no")})).await.ok();
        assert_eq!(told["state"], "answered");
        let case = read(&desk, &id).await;
        assert_eq!((case["status"].as_str(), case["redo_count"].as_i64()), (Some("working"), Some(round)));
        call_backs::follow(&test.app).await.unwrap();
        assert_eq!(queue(&desk, "").await["count"], 0);
        test.pass_hours(1);
        let handler = test.as_person("handler").await;
        step(&handler, &id, "result", json!({"text": "又换了一次", "outcome": "solved"})).await.ok();
        call_backs::follow(&test.app).await.unwrap();
    }
    // Whoever supervises finds the second failure on the trail.
    let trail = test.as_person("auditor").await.get("/api/audit?kind=case.redo").await.ok();
    let rounds: Vec<i64> =
        trail["rows"].as_array().unwrap().iter().map(|row| row["params"]["round"].as_i64().unwrap()).collect();
    assert_eq!(rounds, [2, 1]);
    let done = tried(&desk, &only(&desk).await, json!({"outcome": "reached", "verdict": verdict("yes")})).await.ok();
    assert_eq!(done["voices"][0]["attempts"].as_array().unwrap().len(), 3);
    let case = read(&desk, &id).await;
    assert_eq!((case["status"].as_str(), case["closed_how"].as_str()), (Some("closed"), Some("confirmed")));
    assert_eq!(case["reports"][0]["verdict"]["solved"], "yes");
}

#[tokio::test]
async fn the_office_whose_unit_did_the_work_does_not_ask_and_the_county_does() {
    let test = city().await;
    let id = with_phone(&test, json!({"matter": "housing.property.no-property"})).await;
    let desk = test.as_person("dispatcher").await;
    let proposal = desk.get(&format!("/api/cases/{id}/proposal")).await.ok();
    step(&desk, &id, "dispatch", json!({"lead": proposal["lead"]["unit"]["id"]})).await.ok();
    step(&desk, &id, "sign", json!({})).await.ok();
    step(&desk, &id, "result", json!({"text": "已接管", "outcome": "solved"})).await.ok();
    call_backs::follow(&test.app).await.unwrap();
    let second = test.as_person("second").await;
    assert_eq!(queue(&second, "own=true").await["count"], 0);
    let seen = only(&second).await;
    assert_eq!(
        (seen["desk"]["code"].as_str(), seen["why_not"]["code"].as_str()),
        (Some("140403"), Some("own_unit_work"))
    );
    assert_eq!(only(&desk).await["why_not"]["code"], "own_work");
    let yes = json!({"outcome": "reached", "verdict": verdict("yes")});
    assert_eq!(code(&tried(&second, &seen, yes.clone()).await), "own_unit_work");
    assert!(!read(&second, &id).await["allowed_actions"].as_array().unwrap().contains(&json!("call-back")));
    let body = json!({"report": seen["voices"][0]["report"], "verdict": verdict("yes")});
    assert_eq!(code(&step(&second, &id, "call-back", body).await), "own_unit_work");
    let county = test.as_person("county").await;
    assert_eq!(queue(&county, "own=true&ready=true").await["count"], 1);
    let seen = only(&county).await;
    assert!(seen.get("why_not").is_none());
    assert_eq!(tried(&county, &seen, yes).await.ok()["state"], "answered");
    assert_eq!(read(&county, &id).await["closed_how"], "confirmed");
}

#[tokio::test]
async fn whoever_asks_to_be_left_alone_is() {
    let test = city().await;
    let id = waiting(&test).await;
    let desk = test.as_person("dispatcher").await;
    let seen = only(&desk).await;
    assert_eq!(tried(&desk, &seen, json!({"outcome": "leave_alone"})).await.ok()["state"], "left_alone");
    assert_eq!(read(&desk, &id).await["status"], "verifying", "they may still speak by themselves");
    let body = json!({"report": seen["voices"][0]["report"], "verdict": verdict("yes")});
    assert_eq!(code(&step(&desk, &id, "call-back", body).await), "leave_alone");
    // Redone, they are not called about it either.
    test.pass_hours(1);
    test.nobody().with_receipt(RECEIPT).post("/api/receipt/verdict", verdict("no")).await.ok();
    step(&test.as_person("handler").await, &id, "result", json!({"text": "再修", "outcome": "solved"})).await.ok();
    call_backs::follow(&test.app).await.unwrap();
    test.pass_hours(48);
    let desk = test.as_person("dispatcher").await;
    let seen = only(&desk).await;
    for channel in ["phone", "visit"] {
        let again = json!({"outcome": "no_answer", "channel": channel});
        assert_eq!(code(&tried(&desk, &seen, again).await), "leave_alone");
    }
}

#[tokio::test]
async fn a_wrong_number_is_not_called_again_and_somebody_may_go_there() {
    let test = city().await;
    waiting(&test).await;
    let desk = test.as_person("dispatcher").await;
    let seen = tried(&desk, &only(&desk).await, json!({"outcome": "wrong_number"})).await.ok();
    assert_eq!(code(&tried(&desk, &seen, json!({"outcome": "no_answer"})).await), "wrong_number");
    assert_eq!(seen["voices"][0]["no_link"]["code"], "wrong_number");
    let at_the_door = json!({"outcome": "reached", "channel": "visit", "verdict": verdict("yes")});
    let done = tried(&desk, &seen, at_the_door).await.ok();
    let ways: Vec<&str> =
        done["voices"][0]["attempts"].as_array().unwrap().iter().map(|one| one["channel"].as_str().unwrap()).collect();
    assert_eq!(ways, ["phone", "visit"]);
}

#[tokio::test]
async fn whoever_comes_second_is_told_and_a_repetition_happens_once() {
    let test = city().await;
    waiting(&test).await;
    let (desk, second) = (test.as_person("dispatcher").await, test.as_person("second").await);
    let seen = only(&desk).await;
    let once = desk.with_key("the-very-same-call");
    let first = tried(&once, &seen, json!({"outcome": "no_answer", "text": "没人接"})).await.ok();
    assert_eq!(tried(&once, &seen, json!({"outcome": "no_answer", "text": "没人接"})).await.ok(), first);
    assert_eq!(first["voices"][0]["attempts"].as_array().unwrap().len(), 1);
    assert_eq!(code(&tried(&once, &seen, json!({"outcome": "leave_alone"})).await), "idempotency_mismatch");
    assert_eq!(code(&tried(&second, &seen, json!({"outcome": "no_answer"})).await), "record_changed");
    for (body, field) in [
        (json!({"outcome": "sent"}), "outcome"),
        (json!({"outcome": "no_answer", "channel": "link"}), "channel"),
        (json!({"outcome": "wrong_number", "channel": "visit"}), "outcome"),
        (json!({"outcome": "no_answer", "text": "长".repeat(501)}), "text"),
    ] {
        assert_eq!(tried(&second, &first, body).await.fields()[0].0, field);
    }
    let nobody = with(first.clone(), json!({"voices": [{"report": "01234567-89ab-7def-8123-456789abcdef"}]}));
    test.pass_hours(24);
    let (desk, second) = (test.as_person("dispatcher").await, test.as_person("second").await);
    assert_eq!(
        tried(&second, &nobody, json!({"outcome": "no_answer"})).await.fields(),
        [("report".into(), "not_found".into())]
    );
    // The resident speaks meanwhile: what the desk has on its screen is over.
    test.nobody().with_receipt(RECEIPT).post("/api/receipt/verdict", verdict("yes")).await.ok();
    assert_eq!(code(&tried(&second, &first, json!({"outcome": "no_answer"})).await), "call_back_over");
    call_backs::follow(&test.app).await.unwrap();
    assert_eq!(queue(&desk, "over=true").await["rows"][0]["state"], "by_themselves");
}

#[tokio::test]
async fn a_word_given_on_the_page_of_a_case_is_an_attempt_like_any_other() {
    let test = city().await;
    let id = with_phone(&test, json!({})).await;
    filed(&test, &id).await;
    let desk = test.as_person("dispatcher").await;
    let report = read(&desk, &id).await["reports"][0]["id"].clone();
    step(&desk, &id, "call-back", json!({"report": report, "verdict": verdict("yes")})).await.ok();
    call_backs::follow(&test.app).await.unwrap();
    let over = queue(&desk, "over=true").await;
    assert_eq!((over["count"].as_i64(), over["rows"][0]["state"].as_str()), (Some(1), Some("answered")));
    assert_eq!(over["rows"][0]["attempts"], 1);
}

#[tokio::test]
async fn ratings_are_not_talked_about_with_residents() {
    let test = city().await;
    let id = with_phone(&test, json!({})).await;
    in_hand(&test, &id).await;
    let handler = test.as_person("handler").await;
    let asked = step(&handler, &id, "ask", json!({"text": "修好了，麻烦回访的时候给个好评"})).await;
    assert_eq!(asked.fields(), [("text".into(), "about_ratings".into())]);
    assert!(asked.text().contains("好评"), "the word is named");
    assert_eq!(read(&handler, &id).await["is_asked"], false);
    step(&handler, &id, "ask", json!({"text": "灯杆上的编号是多少？"})).await.ok();
    assert!(!Code::AboutRatings.sentence(Lang::Zh).is_empty());
}

#[tokio::test]
async fn withdrawn_cases_are_drawn_and_a_no_takes_the_case_up_again() {
    let test = city().await;
    let id = with_phone(&test, json!({})).await;
    in_hand(&test, &id).await;
    let resident = test.nobody().with_receipt(RECEIPT);
    resident.post("/api/receipt/withdraw", json!({"text": "他们让我撤的"})).await.ok();
    assert_eq!(call_backs::draw_withdrawn(&test.app).await.unwrap(), 0, "the day is not over");
    test.pass_hours(24);
    let resident = test.nobody().with_receipt(RECEIPT);
    assert_eq!(call_backs::draw_withdrawn(&test.app).await.unwrap(), 1);
    assert_eq!(call_backs::draw_withdrawn(&test.app).await.unwrap(), 0, "a day is drawn once");
    call_backs::follow(&test.app).await.unwrap();
    let desk = test.as_person("dispatcher").await;
    assert_eq!(queue(&desk, "kind=withdrawn&own=true").await["count"], 1);
    let seen = only(&desk).await;
    assert!(seen.get("result").is_none());
    assert_eq!(
        tried(&desk, &seen, json!({"outcome": "reached"})).await.fields(),
        [("own_wish".into(), "required".into())]
    );
    assert_eq!(
        code(
            &desk
                .post(
                    &format!("/api/call-backs/{}/link", seen["id"].as_str().unwrap()),
                    json!({"version": seen["version"], "report": seen["voices"][0]["report"]})
                )
                .await
        ),
        "no_link_here"
    );
    let denied =
        tried(&desk, &seen, json!({"outcome": "reached", "own_wish": false, "text": "不是我要撤的"})).await.ok();
    assert_eq!(denied["state"], "answered");
    let case = read(&desk, &id).await;
    assert_eq!((case["status"].as_str(), case["reopen_count"].as_i64()), (Some("working"), Some(1)));
    assert_eq!(case["reports"][0]["is_withdrawn"], false);
    let reopened = case["timeline"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (reopened["kind"].as_str(), reopened["params"]["because"].as_str()),
        (Some("reopened"), Some("not_own_wish"))
    );
    assert_eq!(resident.get("/api/receipt").await.ok()["status"], "working");
}

#[tokio::test]
async fn a_withdrawal_by_ones_own_wish_stays() {
    let test = city().await;
    let id = with_phone(&test, json!({})).await;
    test.nobody().with_receipt(RECEIPT).post("/api/receipt/withdraw", json!({})).await.ok();
    test.pass_hours(24);
    call_backs::draw_withdrawn(&test.app).await.unwrap();
    let desk = test.as_person("dispatcher").await;
    let seen = only(&desk).await;
    assert_eq!(tried(&desk, &seen, json!({"outcome": "reached", "own_wish": true})).await.ok()["state"], "answered");
    assert_eq!(read(&desk, &id).await["status"], "withdrawn");
}

#[tokio::test]
async fn the_spring_festival_takes_no_working_day_from_the_desk() {
    let test = TestApp::start().await;
    test.app.clock.set(at("2026-02-13T01:00:00Z"));
    let test = peopled(test).await;
    let id = waiting(&test).await;
    let desk = test.as_person("dispatcher").await;
    // The make-up Saturday is worked, the nine days of the festival are not.
    assert_eq!(only(&desk).await["due_at"], "2026-02-25T10:00:00Z");
    for _ in 0..12 {
        test.pass_hours(24);
        remind_and_close(&test.app).await.unwrap();
        assert_eq!(read(&test.as_person("dispatcher").await, &id).await["status"], "verifying");
    }
    test.pass_hours(24);
    remind_and_close(&test.app).await.unwrap();
    let desk = test.as_person("dispatcher").await;
    assert_eq!(read(&desk, &id).await["closed_how"], "unverified");
    call_backs::follow(&test.app).await.unwrap();
    assert_eq!(queue(&desk, "over=true").await["rows"][0]["state"], "silent");
}

#[tokio::test]
async fn who_left_neither_name_nor_number_is_not_in_the_queue() {
    let test = city().await;
    test.nobody().post("/api/reports", lamp()).await.ok();
    let desk = test.as_person("dispatcher").await;
    let id = desk.get("/api/cases?view=undecided").await.ok()["rows"][0]["id"].as_str().unwrap().to_owned();
    filed(&test, &id).await;
    call_backs::follow(&test.app).await.unwrap();
    assert_eq!(queue(&desk, "").await["count"], 0);
}

async fn taken_back(client: &Client<'_>, seen: &Value) -> Answer {
    let path = format!("/api/call-backs/{}/take-back", seen["id"].as_str().unwrap());
    client.post(&path, json!({"version": seen["version"]})).await
}

#[tokio::test]
async fn a_slip_is_taken_back_soon_by_whoever_made_it_and_the_case_stands_as_it_did() {
    let test = city().await;
    let id = waiting(&test).await;
    let desk = test.as_person("dispatcher").await;
    let stands = async || {
        let case = read(&desk, &id).await;
        let fields = ["status", "due_at", "closed_how", "lead_unit", "ended_at"];
        (fields.map(|field| case[field].clone()), case["assignments"].as_array().unwrap().len())
    };
    let before = stands().await;
    // The wrong button three times: not solved, solved, and nobody there.
    for (slip, then) in [
        (json!({"outcome": "reached", "verdict": verdict("no")}), "working"),
        (json!({"outcome": "reached", "verdict": verdict("yes")}), "closed"),
        (json!({"outcome": "no_answer"}), "verifying"),
    ] {
        let seen = only(&desk).await;
        assert_eq!((&seen["undo_until"], &seen["attempts"]), (&Value::Null, &json!(0)));
        let noted = tried(&desk, &seen, slip).await.ok();
        assert_eq!(read(&desk, &id).await["status"], then);
        assert!(noted["undo_until"].is_string(), "{noted}");
        let back = taken_back(&desk, &noted).await.ok();
        assert_eq!(
            (&back["state"], &back["attempts"], &back["undo_until"]),
            (&json!("waiting"), &json!(0), &Value::Null)
        );
        assert_eq!(stands().await, before, "{then}");
        assert_eq!(taken_back(&desk, &back).await.refusal().0, 404, "there is nothing to take back any more");
        test.pass_seconds(5);
    }
    // The history tells both, and the resident may speak by themselves.
    let kinds: Vec<String> = read(&desk, &id).await["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["kind"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "word_taken_back").count(), 2, "{kinds:?}");
    assert!(kinds.iter().any(|kind| kind == "redo") && kinds.iter().any(|kind| kind == "closed"), "{kinds:?}");
    assert_eq!(test.nobody().with_receipt(RECEIPT).get("/api/receipt").await.ok()["may"]["rate"], true);
    // The right one counts.
    tried(&desk, &only(&desk).await, json!({"outcome": "reached", "verdict": verdict("yes")})).await.ok();
    assert_eq!(read(&desk, &id).await["closed_how"], "confirmed");
}

#[tokio::test]
async fn what_somebody_acted_on_or_what_is_long_ago_stays_written() {
    let test = city().await;
    let id = waiting(&test).await;
    let desk = test.as_person("dispatcher").await;
    let noted = tried(&desk, &only(&desk).await, json!({"outcome": "reached", "verdict": verdict("no")})).await.ok();
    test.pass_seconds(11 * 60);
    let desk = test.as_person("dispatcher").await;
    let seen = desk.get(&format!("/api/call-backs/{}", noted["id"].as_str().unwrap())).await.ok();
    assert_eq!(seen["undo_until"], Value::Null);
    assert_eq!(code(&taken_back(&desk, &seen).await), "call_back_undo_late");
    // Redone and called again: the handler was faster.
    filed_again(&test, &id).await;
    let noted = tried(&desk, &only(&desk).await, json!({"outcome": "reached", "verdict": verdict("no")})).await.ok();
    step(&test.as_person("handler").await, &id, "remark", json!({"text": "马上去看", "shown_to_resident": false}))
        .await
        .ok();
    assert_eq!(code(&taken_back(&desk, &noted).await), "call_back_acted_on");
    assert_eq!(read(&desk, &id).await["status"], "working");
}

async fn filed_again(test: &TestApp, id: &str) {
    let handler = test.as_person("handler").await;
    step(&handler, id, "result", json!({"text": "又换了一次", "outcome": "solved"})).await.ok();
    call_backs::follow(&test.app).await.unwrap();
}
