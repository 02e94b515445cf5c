//! When it does not go straight.

use serde_json::{Value, json};

use super::{RECEIPT, city, filed, in_hand, lamp, read, reported, step, verdict, with};

#[tokio::test]
async fn not_solved_means_redo_in_half_the_time() {
    let test = city().await;
    let id = reported(&test).await;
    filed(&test, &id).await;
    let page = test.nobody().with_receipt(RECEIPT).post("/api/receipt/verdict", verdict("no")).await.ok();
    assert_eq!(page["status"], "working");
    let case = read(&test.as_person("handler").await, &id).await;
    assert_eq!((case["redo_count"].as_i64(), case["deadline"]["clock"]["amount"].as_i64()), (Some(1), Some(4)));
    let handler = test.as_person("handler").await;
    step(&handler, &id, "result", json!({"text": "重新接线", "outcome": "solved"})).await.ok();
    let page = test.nobody().with_receipt(RECEIPT).post("/api/receipt/verdict", verdict("yes")).await.ok();
    assert_eq!(page["status"], "closed");
}

#[tokio::test]
async fn a_verdict_is_given_once() {
    let test = city().await;
    let id = reported(&test).await;
    filed(&test, &id).await;
    let resident = test.nobody().with_receipt(RECEIPT);
    resident.post("/api/receipt/verdict", verdict("yes")).await.ok();
    assert_eq!(resident.post("/api/receipt/verdict", verdict("no")).await.refusal(), (409, "verdict_given".into()));
}

#[tokio::test]
async fn a_unit_returns_a_case_once() {
    let test = city().await;
    let id = reported(&test).await;
    in_hand(&test, &id).await;
    let handler = test.as_person("handler").await;
    step(&handler, &id, "return", json!({"reason": "不是市政路灯"})).await.ok();
    let desk = test.as_person("dispatcher").await;
    let returned = desk.get("/api/cases?view=returned").await.ok();
    assert_eq!((returned["count"].as_i64(), returned["rows"][0]["status"].as_str()), (Some(1), Some("received")));
    // Its proposal says why, and passes the unit by; to give it back there needs a reason.
    let proposal = desk.get(&format!("/api/cases/{id}/proposal")).await.ok();
    assert_eq!(
        (&proposal["lead"]["unit"]["duty"], &proposal["lead"]["why"]),
        (&json!("government"), &json!("fallback"))
    );
    let back = &proposal["sent_back"][0];
    assert_eq!((&back["unit"]["duty"], &back["reason"]), (&json!("urban_management"), &json!("不是市政路灯")));
    let steps: Vec<&Value> = proposal["why"].as_array().unwrap().iter().map(|why| &why["step"]).collect();
    assert!(steps.ends_with(&[&json!("sent_back"), &json!("next")]), "{steps:?}");
    let lamps = &back["unit"]["id"];
    let marked = proposal["candidates"].as_array().unwrap().iter().find(|one| one["unit"]["id"] == *lamps).unwrap();
    assert_eq!(marked["why"], "returned");
    let bare = step(&desk, &id, "dispatch", json!({"lead": lamps})).await;
    assert_eq!(bare.fields(), [("reason".into(), "reason_needed".into())]);
    step(&desk, &id, "dispatch", json!({"lead": lamps, "reason": "查过了，是市政路灯"})).await.ok();
    step(&handler, &id, "sign", json!({})).await.ok();
    let again = step(&handler, &id, "return", json!({"reason": "还是不是"})).await;
    assert_eq!(again.refusal(), (409, "returned_already".into()));
    let actions = read(&handler, &id).await["allowed_actions"].clone();
    assert!(!actions.as_array().unwrap().contains(&json!("return")));
}

#[tokio::test]
async fn the_second_of_two_dispatchers_sees_what_the_first_did() {
    let test = city().await;
    let id = reported(&test).await;
    let (first, second) = (test.as_person("dispatcher").await, test.as_person("second").await);
    let version = read(&second, &id).await["version"].clone();
    step(&first, &id, "answer", json!({"text": "今晚就修"})).await.ok();
    let late = second
        .post(&format!("/api/cases/{id}/refuse"), json!({"version": version, "reason": "unclear", "text": "不清楚"}))
        .await;
    assert_eq!(late.refusal(), (409, "case_changed".into()));
    assert!(late.json()["detail"].as_str().unwrap().contains("dispatcher has just"), "{}", late.text());
    assert_eq!(read(&second, &id).await["status"], "answered");
}

#[tokio::test]
async fn another_lead_than_proposed_needs_a_reason() {
    let test = city().await;
    let id = reported(&test).await;
    let desk = test.as_person("dispatcher").await;
    let street = test.unit("street-2", "enforcement", "140403001").await.to_string();
    let bare = step(&desk, &id, "dispatch", json!({"lead": street})).await;
    assert_eq!(bare.fields(), [("reason".into(), "reason_needed".into())]);
    step(&desk, &id, "dispatch", json!({"lead": street, "reason": "灯在街道自管院内"})).await.ok();
}

#[tokio::test]
async fn merged_reports_follow_the_case_they_went_to() {
    let test = city().await;
    let id = reported(&test).await;
    let number = read(&test.as_person("dispatcher").await, &id).await["number"].clone();
    test.nobody().post("/api/reports", with(lamp(), json!({"receipt": "6543210987654321"}))).await.ok();
    let desk = test.as_person("dispatcher").await;
    let rows = desk.get("/api/cases?view=undecided").await.ok();
    let other = rows["rows"].as_array().unwrap().iter().find(|row| row["id"] != id.as_str()).unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let similar = desk.get(&format!("/api/cases/{other}/similar")).await.ok();
    assert_eq!(similar["rows"][0]["number"], number);
    let merged = step(&desk, &other, "merge", json!({"into": number})).await.ok();
    assert_eq!((merged["status"].as_str(), merged["merged_into"]["number"].clone()), (Some("merged"), number.clone()));
    let page = test.nobody().with_receipt("6543210987654321").get("/api/receipt").await.ok();
    assert_eq!((page["number"].clone(), page["status"].as_str()), (number, Some("received")));
    assert_eq!(step(&desk, &other, "merge", json!({"into": "x"})).await.refusal().0, 409);
}

#[tokio::test]
async fn a_resident_reopens_within_thirty_days_and_not_later() {
    let test = city().await;
    let id = reported(&test).await;
    filed(&test, &id).await;
    let resident = test.nobody().with_receipt(RECEIPT);
    resident.post("/api/receipt/verdict", verdict("yes")).await.ok();
    test.pass_hours(29 * 24);
    let page = resident.post("/api/receipt/reopen", json!({"text": "又坏了"})).await.ok();
    assert_eq!(page["status"], "working");
    let handler = test.as_person("handler").await;
    step(&handler, &id, "result", json!({"text": "换了整套", "outcome": "solved"})).await.ok();
    resident.post("/api/receipt/verdict", verdict("yes")).await.ok();
    test.pass_hours(31 * 24);
    let late = resident.post("/api/receipt/reopen", json!({"text": "又坏了"})).await;
    assert_eq!(late.refusal(), (409, "reopen_too_late".into()));
}

#[tokio::test]
async fn a_resident_is_asked_and_answers_remarks_and_withdraws() {
    let test = city().await;
    let id = reported(&test).await;
    let desk = test.as_person("dispatcher").await;
    step(&desk, &id, "ask", json!({"text": "灯杆上有编号吗"})).await.ok();
    let resident = test.nobody().with_receipt(RECEIPT);
    let page = resident.get("/api/receipt").await.ok();
    assert_eq!(page["question"]["text"], "灯杆上有编号吗");
    resident.post("/api/receipt/reply", json!({"text": "有，LC-17"})).await.ok();
    assert_eq!(
        resident.post("/api/receipt/reply", json!({"text": "再答"})).await.refusal(),
        (409, "nothing_asked".into())
    );
    resident.post("/api/receipt/remarks", json!({"text": "今天又灭了一盏"})).await.ok();
    let page = resident.post("/api/receipt/withdraw", json!({"text": "自己好了"})).await.ok();
    assert_eq!(page["status"], "withdrawn");
    assert_eq!(
        resident.post("/api/receipt/remarks", json!({"text": "x"})).await.refusal(),
        (409, "wrong_status".into())
    );
}

#[tokio::test]
async fn whoever_handled_a_case_does_not_verify_it() {
    let test = city().await;
    test.person("both", jishi::platform::access::Role::TownshipDispatcher, "140403001", Some("street")).await;
    test.nobody().post("/api/reports", with(lamp(), json!({"matter": "housing.property.no-property"}))).await.ok();
    let desk = test.as_person("both").await;
    let id = desk.get("/api/cases?view=undecided").await.ok()["rows"][0]["id"].as_str().unwrap().to_owned();
    let proposal = desk.get(&format!("/api/cases/{id}/proposal")).await.ok();
    step(&desk, &id, "dispatch", json!({"lead": proposal["lead"]["unit"]["id"]})).await.ok();
    step(&desk, &id, "sign", json!({})).await.ok();
    step(&desk, &id, "result", json!({"text": "已接管", "outcome": "solved"})).await.ok();
    let case = read(&desk, &id).await;
    assert!(!case["allowed_actions"].as_array().unwrap().contains(&json!("call-back")));
    let body = json!({"report": case["reports"][0]["id"], "verdict": verdict("yes")});
    assert_eq!(step(&desk, &id, "call-back", body.clone()).await.refusal(), (403, "own_work".into()));
    let officer = test.as_person("officer").await;
    let long = json!({"verdict": with(verdict("yes"), json!({"text": "好".repeat(2001)}))});
    let long = step(&officer, &id, "call-back", with(body.clone(), long)).await;
    assert_eq!(long.fields(), [("verdict.text".into(), "too_long".into())]);
    let body = with(body, json!({"verdict": with(verdict("yes"), json!({"text": "电话里说很满意"}))}));
    let closed = step(&officer, &id, "call-back", body).await.ok();
    assert_eq!((closed["status"].as_str(), closed["closed_how"].as_str()), (Some("closed"), Some("confirmed")));
    assert_eq!(closed["reports"][0]["verdict"]["text"], "电话里说很满意");
}

#[tokio::test]
async fn matter_and_place_are_corrected_and_the_clock_follows() {
    let test = city().await;
    let id = reported(&test).await;
    let desk = test.as_person("dispatcher").await;
    let case = step(&desk, &id, "reclassify", json!({"matter": "city.drainage.sewer", "reason": "写错了"})).await.ok();
    assert_eq!(case["deadline"]["clock"], json!({"kind": "hours", "amount": 24}));
    let away = step(&desk, &id, "move", json!({"region": "140404100201"})).await;
    assert_eq!(away.fields(), [("region".into(), "outside_place".into())]);
    let moved = step(&desk, &id, "move", json!({"region": "140403002001", "reason": "在西街"})).await.ok();
    assert_eq!(moved["place"]["village"]["code"], "140403002001");
    assert_eq!(desk.get(&format!("/api/cases/{id}")).await.refusal(), (404, "not_found".into()));
    let found = read(&test.as_person("neighbour").await, &id).await;
    assert_eq!(found["source_place"]["zh"], "第一网格", "what the resident said is not lost");
}

#[tokio::test]
async fn the_place_the_reporter_named_is_shown_where_it_says_more() {
    let test = city().await;
    let plain = reported(&test).await;
    let desk = test.as_person("dispatcher").await;
    assert!(read(&desk, &plain).await.get("source_place").is_none(), "it is the case's own");
    test.person("system", jishi::platform::access::Role::SystemAdmin, "1404", None).await;
    let spot = json!({"label": {"zh": "府后社区公告栏"}, "region": "140403001001"});
    let spot = test.as_person("system").await.post("/api/places", spot).await.ok();
    let scanned = async |receipt: &str, qr: &serde_json::Value| {
        let place = json!({"source": "qr", "region": super::GRID});
        let body = with(lamp(), json!({"receipt": receipt, "place": place, "qr": qr}));
        let number = test.nobody().post("/api/reports", body).await.ok()["number"].clone();
        let rows = desk.get(&format!("/api/cases?q={}", number.as_str().unwrap())).await.ok();
        read(&desk, rows["rows"][0]["id"].as_str().unwrap()).await
    };
    let case = scanned("2234567890123456", &spot["code"]).await;
    assert_eq!((case["channel"].as_str(), case["source_place"]["zh"].as_str()), (Some("qr"), Some("府后社区公告栏")));
    let torn = scanned("3234567890123456", &json!("TORNSIGN")).await;
    assert!(torn.get("source_place").is_none(), "a sign nobody knows turns nobody away");
}

#[tokio::test]
async fn what_is_said_with_a_verdict_is_read_by_those_it_is_for_and_ends_with_the_round() {
    let test = city().await;
    let id = reported(&test).await;
    super::filed(&test, &id).await;
    let resident = test.nobody().with_receipt(super::RECEIPT);
    let said = with(verdict("yes"), json!({"text": "灯亮了，谢谢"}));
    let page = resident.post("/api/receipt/verdict", said).await.ok();
    assert_eq!(page["verdict"]["text"], "灯亮了，谢谢");
    let case = read(&test.as_person("dispatcher").await, &id).await;
    assert_eq!(case["reports"][0]["verdict"]["text"], "灯亮了，谢谢");
    let page = resident.post("/api/receipt/reopen", json!({"text": "又不亮了"})).await.ok();
    assert!(page.get("verdict").is_none(), "it was said of the last result");
}

#[tokio::test]
async fn open_work_is_handed_over_when_someone_leaves() {
    let test = city().await;
    let id = reported(&test).await;
    in_hand(&test, &id).await;
    let security = test.as_person("security").await;
    let people = security.get("/api/people?q=handler").await.ok();
    let handler = people["rows"][0]["person"]["id"].as_str().or(people["rows"][0]["id"].as_str()).unwrap().to_owned();
    let people = security.get("/api/people?q=colleague").await.ok();
    let colleague = people["rows"][0]["person"]["id"].as_str().or(people["rows"][0]["id"].as_str()).unwrap().to_owned();
    let path = format!("/api/people/{handler}/leave");
    let bare = security.post(&path, json!({"until": "2026-11-16"})).await;
    assert_eq!(bare.refusal(), (409, "has_open_work".into()));
    let early = security.post(&path, json!({"until": "2026-11-15", "successor": colleague})).await;
    assert_eq!(early.fields(), [("until".into(), "bad_format".into())]);
    let people = security.get("/api/people?q=neighbour").await.ok();
    let stranger = people["rows"][0]["id"].as_str().unwrap();
    let wrong = security.post(&path, json!({"until": "2026-11-16", "successor": stranger})).await;
    assert_eq!(wrong.fields(), [("successor".into(), "unknown_person".into())], "not of the unit that has it in hand");
    let left = security.post(&path, json!({"until": "2026-11-16", "successor": colleague})).await.ok();
    assert_eq!(left["handed_over"], 1);
    let case = read(&test.as_person("colleague").await, &id).await;
    assert_eq!(case["handler"]["name"], "colleague");
}

#[tokio::test]
async fn a_colleague_goes_on_with_it() {
    let test = city().await;
    let id = reported(&test).await;
    in_hand(&test, &id).await;
    let handler = test.as_person("handler").await;
    let colleague = test.as_person("colleague").await.get("/api/session").await.ok()["person"]["id"].clone();
    let stranger = test.as_person("neighbour").await.get("/api/session").await.ok()["person"]["id"].clone();
    let wrong = step(&handler, &id, "hand-over", json!({"person": stranger})).await;
    assert_eq!(wrong.fields(), [("person".into(), "unknown_person".into())]);
    let case = step(&handler, &id, "hand-over", json!({"person": colleague, "reason": "休假"})).await.ok();
    assert_eq!(case["handler"]["name"], "colleague");
}

#[tokio::test]
async fn refusing_and_redirecting_say_why() {
    let test = city().await;
    let id = reported(&test).await;
    let desk = test.as_person("dispatcher").await;
    let bare = step(&desk, &id, "redirect", json!({"text": "  "})).await;
    assert_eq!(bare.fields(), [("text".into(), "required".into())]);
    step(&desk, &id, "redirect", json!({"signpost": "signposts.law.court", "text": "请向法院起诉"})).await.ok();
    let page = test.nobody().with_receipt(RECEIPT).get("/api/receipt").await.ok();
    assert_eq!(page["timeline"][1]["text"], "请向法院起诉");
    let reopened =
        test.nobody().with_receipt(RECEIPT).post("/api/receipt/reopen", json!({"text": "不是打官司"})).await.ok();
    assert_eq!(reopened["status"], "received");
    step(&desk, &id, "refuse", json!({"reason": "not_in_scope", "text": "不属于受理范围"})).await.ok();
}

#[tokio::test]
async fn a_newly_published_year_moves_open_deadlines_only_to_later() {
    let test = city().await;
    test.app.clock.set("2026-12-30T02:00:00Z".parse().unwrap());
    let id = reported(&test).await;
    let before = read(&test.as_person("dispatcher").await, &id).await;
    assert_eq!(before["deadline"]["assumes_unpublished"], json!([2027]));
    test.person("system", jishi::platform::access::Role::SystemAdmin, "1404", None).await;
    let toml = "year = 2027\npublished = true\nsource = \"国办发明电〔2026〕1号\"\n[[day]]\ndate = \"2027-01-06\"\nkind = \"holiday\"\nname = { zh = \"假\", en = \"Holiday\" }\n";
    test.as_person("system").await.put("/api/calendar/2027", json!({"toml": toml})).await.ok();
    for schedule in jishi::modules::schedules().into_iter().filter(|schedule| schedule.kind == "cases.follow_calendar")
    {
        (schedule.run)(test.app.clone()).await.unwrap();
        (schedule.run)(test.app.clone()).await.unwrap();
    }
    let after = read(&test.as_person("dispatcher").await, &id).await;
    assert_eq!(after["due_at"], "2027-01-07T10:00:00Z", "before: {}", before["due_at"]);
    assert_eq!(
        after["timeline"].as_array().unwrap().iter().filter(|entry| entry["kind"] == "deadline_moved").count(),
        1
    );
}
