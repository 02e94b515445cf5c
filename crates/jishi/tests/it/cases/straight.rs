//! When it goes straight.

use jishi::platform::access::Role;
use serde_json::{Value, json};

use super::{LAMP, RECEIPT, city, filed, lamp, read, reported, step, verdict, with};
use crate::support::Client;

#[tokio::test]
async fn a_street_lamp_from_the_first_word_to_the_verdict() {
    let test = city().await;
    let taken = test.nobody().post("/api/reports", lamp()).await;
    assert_eq!(taken.status, 201);
    let taken = taken.ok();
    assert_eq!(
        (taken["status"].as_str(), taken["place"]["grid"]["code"].as_str()),
        (Some("received"), Some(super::GRID))
    );
    let desk = test.as_person("dispatcher").await;
    let id = desk.get("/api/cases?view=undecided").await.ok()["rows"][0]["id"].as_str().unwrap().to_owned();
    let proposal = desk.get(&format!("/api/cases/{id}/proposal")).await.ok();
    assert_eq!(proposal["lead"]["unit"]["duty"], "urban_management");
    assert!(proposal["why"].as_array().unwrap().iter().any(|why| why["step"] == "lead"));
    filed(&test, &id).await;
    let resident = test.nobody().with_receipt(RECEIPT);
    let page = resident.get("/api/receipt").await.ok();
    assert_eq!((page["status"].as_str(), page["may"]["rate"].as_bool()), (Some("verifying"), Some(true)));
    assert_eq!(page["result"]["text"], "已更换灯泡");
    assert!(page["timeline"].as_array().unwrap().iter().all(|entry| entry["by"]["person"].is_null()));
    let page = resident.post("/api/receipt/verdict", verdict("yes")).await.ok();
    assert_eq!((page["status"].as_str(), page["closed_how"].as_str()), (Some("closed"), Some("confirmed")));
    let kinds: Vec<String> =
        page["timeline"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kinds, ["received", "dispatched", "signed", "working", "result_filed", "verified", "closed"]);
    let case = read(&desk, &id).await;
    assert!(case["assignments"].as_array().unwrap().iter().all(|part| part["state"] == "done"));
}

#[tokio::test]
async fn the_clock_is_printed_on_the_case() {
    let test = city().await;
    let id = reported(&test).await;
    let case = read(&test.as_person("dispatcher").await, &id).await;
    assert_eq!(case["deadline"]["clock"], json!({"kind": "days", "amount": 7}));
    assert_eq!(case["due_at"], "2026-11-23T10:00:00Z");
    assert_eq!(case["deadline"]["due_at"], case["due_at"]);
}

#[tokio::test]
async fn a_repeated_report_is_one_case_and_other_content_under_its_key_is_refused() {
    let test = city().await;
    let phone = test.nobody().with_key("offline-0001");
    let first = phone.post("/api/reports", lamp()).await.ok();
    let again = phone.post("/api/reports", lamp()).await.ok();
    assert_eq!(first["number"], again["number"]);
    let other = phone.post("/api/reports", with(lamp(), json!({"text": "别的"}))).await;
    assert_eq!(other.refusal(), (409, "idempotency_mismatch".into()));
    let taken = test.nobody().post("/api/reports", lamp()).await;
    assert_eq!(taken.refusal(), (409, "receipt_taken".into()));
    let desk = test.as_person("dispatcher").await;
    assert_eq!(desk.get("/api/cases").await.ok()["count"], 1);
}

#[tokio::test]
async fn a_repeated_step_happens_once() {
    let test = city().await;
    let id = reported(&test).await;
    super::in_hand(&test, &id).await;
    let handler = test.as_person("handler").await.with_key("step-000001");
    let version = read(&handler, &id).await["version"].clone();
    let body = json!({"version": version, "text": "一次"});
    let first = handler.post(&format!("/api/cases/{id}/work"), body.clone()).await.ok();
    let again = handler.post(&format!("/api/cases/{id}/work"), body).await.ok();
    assert_eq!(first["timeline"].as_array().unwrap().len(), again["timeline"].as_array().unwrap().len());
}

#[tokio::test]
async fn a_question_is_answered_at_once_from_the_catalogue() {
    let test = city().await;
    let body =
        with(lamp(), json!({"matter": "insurance.medical.register", "text": "医保怎么参保", "accepts_answer": true}));
    let taken = test.nobody().post("/api/reports", body).await.ok();
    assert_eq!(taken["status"], "answered");
    let page = test.nobody().with_receipt(RECEIPT).get("/api/receipt").await.ok();
    assert_eq!(page["may"]["reopen"], true);
}

#[tokio::test]
async fn what_belongs_elsewhere_is_shown_the_way() {
    let test = city().await;
    let body = with(lamp(), json!({"matter": "signposts.law.court", "text": "想起诉邻居"}));
    assert_eq!(test.nobody().post("/api/reports", body).await.ok()["status"], "redirected");
}

#[tokio::test]
async fn what_ends_at_once_needs_no_place_below_the_city() {
    let test = city().await;
    test.person("city", Role::CountyOffice, "1404", None).await;
    let place = json!({"source": "chosen", "region": "1404"});
    let question = json!({"matter": "insurance.medical.register", "text": "医保怎么参保", "place": place});
    let asked = with(lamp(), question);
    let refused = test.nobody().post("/api/reports", asked.clone()).await;
    assert_eq!(refused.fields(), [("place.region".into(), "place_too_wide".into())], "someone will have to answer it");
    let joined = with(asked.clone(), json!({"accepts_answer": true, "joins": "140403-261116-000000-0"}));
    assert_eq!(test.nobody().post("/api/reports", joined).await.refusal().0, 422);
    let taken = test.nobody().post("/api/reports", with(asked, json!({"accepts_answer": true}))).await.ok();
    assert_eq!((taken["status"].as_str(), taken["place"]["city"]["code"].as_str()), (Some("answered"), Some("1404")));
    assert!(taken["place"].get("county").is_none());
    let number = taken["number"].as_str().unwrap();
    assert!(number.starts_with("140400-") && jishi::modules::cases::is_well_formed(number), "{number}");
    let court =
        json!({"receipt": "2234567890123456", "matter": "signposts.law.court", "text": "想起诉", "place": place});
    assert_eq!(test.nobody().post("/api/reports", with(lamp(), court)).await.ok()["status"], "redirected");

    let resident = test.nobody().with_receipt(RECEIPT);
    let page = resident.get("/api/receipt").await.ok();
    assert_eq!((page["may"]["reopen"].as_bool(), page.get("reopen_until")), (Some(false), None));
    let told = page["timeline"].as_array().unwrap().iter().find(|entry| entry["kind"] == "answered").unwrap();
    assert!(told["text"].as_str().unwrap().contains("集中缴费期"), "{told}");
    let reopened = resident.post("/api/receipt/reopen", json!({"text": "还想问"})).await;
    assert_eq!(reopened.refusal(), (409, "no_place_to_reopen".into()));

    let seen = async |who: &str| test.as_person(who).await.get("/api/cases").await.ok()["count"].as_i64();
    assert_eq!((seen("city").await, seen("county").await, seen("dispatcher").await), (Some(2), Some(0), Some(0)));
    let desk = test.as_person("city").await;
    let row = &desk.get("/api/cases?view=ended&region=1404").await.ok()["rows"][0];
    let id = row["id"].as_str().unwrap();
    assert_eq!(desk.get(&format!("/api/cases/{id}")).await.ok()["allowed_actions"], json!([]));
    assert!(desk.get("/api/cases.csv").await.text().contains(number));
}

#[tokio::test]
async fn a_grid_worker_settles_on_the_spot_what_the_catalogue_allows() {
    let test = city().await;
    let worker = test.as_person("worker").await;
    let entry = with(lamp(), json!({"channel": "grid", "settle": {"text": "已清理"}}));
    let refused = worker.post("/api/cases", entry.clone()).await;
    assert_eq!(refused.refusal(), (409, "not_for_grid".into()));
    let case = worker.post("/api/cases", with(entry, json!({"matter": "city.cleanliness.rubbish"}))).await.ok();
    assert_eq!((case["status"].as_str(), case["closed_how"].as_str()), (Some("closed"), Some("settled")));
    let page = test.nobody().with_receipt(RECEIPT).post("/api/receipt/verdict", verdict("no")).await.ok();
    assert_eq!(page["status"], "received", "the resident has the last word on what was settled on the spot too");
}

#[tokio::test]
async fn what_was_settled_by_a_slip_is_taken_back_by_whoever_did_it_and_not_for_long() {
    let test = city().await;
    test.person("mate", Role::GridWorker, super::GRID, Some("village")).await;
    let (worker, desk) = (test.as_person("worker").await, test.as_person("dispatcher").await);
    let settled = |receipt: &str| {
        let more = json!({"channel": "grid", "settle": {"text": "已清理"}, "matter": "city.cleanliness.rubbish", "receipt": receipt});
        with(lamp(), more)
    };
    let case = worker.post("/api/cases", settled(RECEIPT)).await.ok();
    let at = format!("/api/cases/{}/unsettle", case["id"].as_str().unwrap());
    assert!(case["allowed_actions"].as_array().unwrap().contains(&json!("unsettle")), "{case}");
    let seen = json!({"version": case["version"]});
    let mate = test.as_person("mate").await;
    assert_eq!(mate.post(&at, seen.clone()).await.refusal(), (403, "forbidden".into()), "only who settled it");
    assert_eq!(worker.post(&at, json!({"version": 0})).await.refusal(), (409, "case_changed".into()));
    let once = worker.with_key("taken-back-once");
    let back = once.post(&at, seen.clone()).await.ok();
    assert_eq!((back["status"].as_str(), &back["closed_how"]), (Some("received"), &Value::Null));
    assert_eq!(back["due_at"], case["due_at"], "its first deadline goes on");
    assert_eq!(once.post(&at, seen.clone()).await.ok()["version"], back["version"], "repeated, nothing more");
    assert!(back["timeline"].as_array().unwrap().iter().any(|entry| entry["kind"] == "unsettled"), "{back}");
    let again = json!({"version": back["version"]});
    assert_eq!(worker.post(&at, again).await.refusal(), (409, "wrong_status".into()), "it is not settled any more");
    assert!(rows_of(&desk, "view=undecided").await.contains(&back["number"].as_str().unwrap().to_owned()));

    // A resident has spoken about it: theirs is the last word.
    let rated = worker.post("/api/cases", settled("5555666677778888")).await.ok();
    test.nobody().with_receipt("5555666677778888").post("/api/receipt/verdict", verdict("yes")).await.ok();
    let page = worker.get(&format!("/api/cases/{}", rated["id"].as_str().unwrap())).await.ok();
    assert!(!page["allowed_actions"].as_array().unwrap().contains(&json!("unsettle")));
    let at = format!("/api/cases/{}/unsettle", rated["id"].as_str().unwrap());
    assert_eq!(worker.post(&at, json!({"version": page["version"]})).await.refusal(), (409, "unsettle_spoken".into()));

    let late = worker.post("/api/cases", settled("1111222233334445")).await.ok();
    let at = format!("/api/cases/{}/unsettle", late["id"].as_str().unwrap());
    test.pass_hours(1);
    assert_eq!(
        worker.post(&at, json!({"version": late["version"]})).await.refusal(),
        (409, "unsettle_too_late".into())
    );
}

async fn rows_of(client: &Client<'_>, query: &str) -> Vec<String> {
    let list = client.get(&format!("/api/cases?{query}")).await.ok();
    list["rows"].as_array().unwrap().iter().map(|row| row["number"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_officer_enters_a_call_and_only_for_their_own_place() {
    let test = city().await;
    let officer = test.as_person("officer").await;
    let entry = with(lamp(), json!({"channel": "phone"}));
    let case = officer.post("/api/cases", entry.clone()).await.ok();
    assert_eq!(
        (case["channel"].as_str(), case["reports"][0]["entered_by"]["name"].as_str()),
        (Some("phone"), Some("officer"))
    );
    let elsewhere =
        with(entry, json!({"receipt": "9876543210987654", "place": {"source": "staff", "region": "140404100201001"}}));
    assert_eq!(officer.post("/api/cases", elsewhere).await.fields(), [("place".into(), "outside_place".into())]);
}

#[tokio::test]
async fn someone_registered_elsewhere_is_handled_where_they_live() {
    let test = city().await;
    test.unit("home-village", "government", "140404100201").await;
    let body = with(
        lamp(),
        json!({"matter": "rural.collective.membership", "text": "村里分红没有我", "registered_region": "140404100201"}),
    );
    test.nobody().post("/api/reports", body).await.ok();
    let desk = test.as_person("dispatcher").await;
    let id = desk.get("/api/cases?view=undecided").await.ok()["rows"][0]["id"].as_str().unwrap().to_owned();
    let proposal = desk.get(&format!("/api/cases/{id}/proposal")).await.ok();
    let assists = proposal["assists"].as_array().unwrap();
    assert!(assists.iter().any(|unit| unit["unit"]["names"]["zh"] == "home-village"), "{proposal}");
    let lead = proposal["lead"]["unit"]["id"].clone();
    let assist = assists[0]["unit"]["id"].clone();
    let case = step(&desk, &id, "dispatch", json!({"lead": lead, "assists": [assist]})).await.ok();
    assert_eq!(case["place"]["grid"]["code"], super::GRID);
}

#[tokio::test]
async fn me_too_stands_behind_the_same_case_with_its_own_receipt() {
    let test = city().await;
    let id = reported(&test).await;
    let near = test.nobody().get(&format!("/api/nearby?matter={LAMP}&region={}", super::GRID)).await.ok();
    let number = near["rows"][0]["number"].clone();
    let second = with(lamp(), json!({"receipt": "6543210987654321", "text": "我家门口也是", "joins": number}));
    let taken = test.nobody().with_key("me-too-0001").post("/api/reports", second.clone()).await.ok();
    assert_eq!(taken["number"], number);
    let again = test.nobody().with_key("me-too-0001").post("/api/reports", second).await.ok();
    assert_eq!(again["number"], number);
    let case = read(&test.as_person("dispatcher").await, &id).await;
    assert_eq!((case["report_count"].as_i64(), case["reports"].as_array().unwrap().len()), (Some(2), 2));
    let page = test.nobody().with_receipt("6543210987654321").get("/api/receipt").await;
    assert!(!page.text().contains("三天了"), "another resident's words are not shown");
    filed(&test, &id).await;
    let first = test.nobody().with_receipt(RECEIPT).post("/api/receipt/verdict", verdict("yes")).await.ok();
    assert_eq!(first["status"], "verifying", "the other has not spoken yet");
    let both = test.nobody().with_receipt("6543210987654321").post("/api/receipt/verdict", verdict("yes")).await.ok();
    assert_eq!(both["status"], "closed");
}
