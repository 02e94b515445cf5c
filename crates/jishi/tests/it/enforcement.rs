//! The township's own enforcement: from a check on the street to a decision that everyone may read.

use std::io::Cursor;

use axum::http::Method;
use db::sql;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use jishi::{
    modules::{calendar, enforcement, matters},
    platform::access::Role,
};
use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp, pdf};

const STREET: &str = "140403001";
const GRID: &str = "140403001001001";
const STALLS: &str = "streets.stalls";
const NAME: &str = "王大明";
const PHONE: &str = "13812345678";

/// A street with two certified officers, one whose certificate is over, a reviewer, a leader, and a neighbour's officer.
async fn street() -> TestApp {
    let test = TestApp::start().await;
    matters::actions::import_packaged(&test.app).await.unwrap();
    calendar::import_packaged(&test.app).await.unwrap();
    enforcement::import_packaged(&test.app).await.unwrap();
    test.unit("street", "government", STREET).await;
    test.unit("team", "enforcement", STREET).await;
    test.person("one", Role::EnforcementOfficer, STREET, Some("team")).await;
    test.person("two", Role::EnforcementOfficer, STREET, Some("team")).await;
    test.person("three", Role::EnforcementOfficer, STREET, Some("team")).await;
    test.person("late", Role::EnforcementOfficer, STREET, Some("team")).await;
    test.person("reviewer", Role::LegalReviewer, STREET, Some("street")).await;
    test.person("leader", Role::TownshipLeader, STREET, Some("street")).await;
    test.person("dispatcher", Role::TownshipDispatcher, STREET, Some("street")).await;
    test.person("neighbour", Role::EnforcementOfficer, "140403002", None).await;
    test.person("county", Role::CountyOffice, "140403", None).await;
    test.person("security", Role::SecurityAdmin, "1404", None).await;
    test.person("auditor", Role::AuditAdmin, "1404", None).await;
    for (login, number, until) in [
        ("one", "晋D0101", "2027-12-31"),
        ("two", "晋D0102", "2027-12-31"),
        ("three", "晋D0103", "2027-12-31"),
        ("late", "晋D0104", "2026-11-15"),
        ("neighbour", "晋D0201", "2027-12-31"),
    ] {
        certify(&test, login, number, until, 0).await.ok();
    }
    test
}

async fn id_of(test: &TestApp, login: &str) -> String {
    let me = test.as_person(login).await.get("/api/session").await.ok();
    me["person"]["id"].as_str().unwrap().to_owned()
}

async fn certify(test: &TestApp, login: &str, number: &str, until: &str, version: i64) -> Answer {
    let id = id_of(test, login).await;
    let body = json!({"number": number, "valid_from": "2024-01-01", "valid_until": until, "version": version});
    test.as_person("security").await.put(&format!("/api/people/{id}/certificate"), body).await
}

pub async fn photo(client: &Client<'_>, shade: u8) -> String {
    let mut out = Cursor::new(Vec::new());
    let image = RgbImage::from_pixel(40, 30, Rgb([shade, 80, 0]));
    DynamicImage::ImageRgb8(image).write_to(&mut out, ImageFormat::Png).unwrap();
    let sent = client.send(Method::POST, "/api/photos", Some("image/png"), out.into_inner()).await.ok();
    sent["sha"].as_str().unwrap().to_owned()
}

fn with(mut body: Value, changes: Value) -> Value {
    for (key, value) in changes.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

/// A check by one and two that found stalls and told to mend.
async fn told(test: &TestApp) -> Value {
    json!({
        "place": GRID, "place_text": "府后街口", "item": STALLS, "second": id_of(test, "two").await, "result": "mend",
        "words": "店外摆放货架三个，占用人行道。", "mend_by": "2026-11-18",
    })
}

async fn filing(test: &TestApp) -> Value {
    json!({
        "place": GRID, "item": STALLS, "second": id_of(test, "two").await, "cause": format!("{NAME}在门前占道经营"),
        "party_kind": "person", "party_name": NAME, "party_phone": PHONE, "party_address": "府后街 12 号",
    })
}

/// Files a case from a check; returns its id.
async fn filed(test: &TestApp) -> String {
    let one = test.as_person("one").await;
    let body = with(told(test).await, json!({"result": "case", "mend_by": null}));
    let check = one.post("/api/enforcement/checks", body).await.ok();
    let case = one.post("/api/enforcement/cases", with(filing(test).await, json!({"check": check["id"]}))).await.ok();
    case["id"].as_str().unwrap().to_owned()
}

async fn read(client: &Client<'_>, id: &str) -> Value {
    client.get(&format!("/api/enforcement/cases/{id}")).await.ok()
}

/// Takes a step at the version just read.
async fn step(client: &Client<'_>, id: &str, step: Value) -> Answer {
    let version = client.get(&format!("/api/enforcement/cases/{id}")).await.json()["version"].as_i64().unwrap_or(1);
    client.post(&format!("/api/enforcement/cases/{id}/steps"), json!({"version": version, "step": step})).await
}

/// The papers that a review needs.
async fn gathered(test: &TestApp, id: &str) {
    let one = test.as_person("one").await;
    let sha = photo(&one, 1).await;
    for paper in [
        json!({"kind": "paper", "paper": "scene_record", "words": "人行道上有货架三个。", "photos": [sha]}),
        json!({"kind": "paper", "paper": "statement_record", "words": "当事人承认摆放。"}),
    ] {
        step(&one, id, paper).await.ok();
    }
}

fn notice() -> Value {
    json!({"kind": "notify", "words": "在人行道摆放货架三个", "penalties": ["fine", "warning"], "fine_fen": 50_000})
}

fn decision() -> Value {
    json!({
        "kind": "decide", "outcome": "penalty", "penalties": ["fine"], "fine_fen": 20_000,
        "words": "当事人及时改正，情节较轻。", "publicity": "social_impact",
    })
}

/// Up to the decision.
async fn decided(test: &TestApp, id: &str, publicity: &str) {
    let (one, reviewer, leader) =
        (test.as_person("one").await, test.as_person("reviewer").await, test.as_person("leader").await);
    gathered(test, id).await;
    step(&one, id, notice()).await.ok();
    step(&one, id, json!({"kind": "statement", "statement": "waived", "words": "书面放弃"})).await.ok();
    step(&one, id, json!({"kind": "submit"})).await.ok();
    step(&reviewer, id, json!({"kind": "review", "passes": true, "words": "同意"})).await.ok();
    step(&leader, id, with(decision(), json!({"publicity": publicity}))).await.ok();
}

#[tokio::test]
async fn a_street_check_becomes_a_published_decision() {
    let test = street().await;
    let (one, leader, reviewer) =
        (test.as_person("one").await, test.as_person("leader").await, test.as_person("reviewer").await);
    let id = filed(&test).await;
    let case = read(&one, &id).await;
    assert_eq!((&case["number"], &case["status"]), (&json!("140403001-2026-A0001"), &json!("investigating")));
    assert_eq!(case["party"]["shown"], "王**");
    assert_eq!(case["cause"], "王**在门前占道经营");
    assert_eq!(case["deadlines"][0]["deadline"]["due_at"], "2027-02-15T10:00:00Z", "ninety days, to a worked day");
    assert_eq!(case["stages"][1]["missing"], json!(["scene_record", "statement_record", "photos"]));
    assert_eq!(case["allowed"], json!(["paper", "strike", "notify", "address"]));

    step(&one, &id, notice()).await.ok();
    let early = step(&one, &id, json!({"kind": "submit"})).await;
    assert_eq!(early.refusal(), (409, "notice_running".into()));
    assert!(early.text().contains("2026-11-19 18:00"), "{}", early.text());
    step(&one, &id, json!({"kind": "statement", "statement": "stated", "words": "愿意改正，请求从轻"})).await.ok();
    let lacking = step(&one, &id, json!({"kind": "submit"})).await;
    assert_eq!(lacking.refusal(), (409, "record_incomplete".into()));
    assert!(lacking.text().contains("record of the scene, record of statements, photos"), "{}", lacking.text());
    gathered(&test, &id).await;
    step(&one, &id, json!({"kind": "submit"})).await.ok();

    assert_eq!(reviewer.get("/api/enforcement/today").await.ok()["tiles"][0]["count"], 1);
    let back = json!({"kind": "review", "passes": false, "words": "补充损害后果的证据"});
    assert_eq!(step(&reviewer, &id, back).await.ok()["status"], "noticed");
    step(&one, &id, json!({"kind": "submit", "words": "已补充"})).await.ok();
    step(&reviewer, &id, json!({"kind": "review", "passes": true, "words": "同意"})).await.ok();

    let heavier = step(&leader, &id, with(decision(), json!({"fine_fen": 60_000}))).await;
    assert_eq!(heavier.fields(), [("fine_fen".into(), "heavier_than_told".into())]);
    assert!(heavier.text().contains("a fine of CNY 500"), "{}", heavier.text());
    let harsher = step(&leader, &id, with(decision(), json!({"penalties": ["fine", "suspension"]}))).await;
    assert_eq!(harsher.fields(), [("penalties".into(), "heavier_than_told".into())]);
    let case = step(&leader, &id, decision()).await.ok();
    assert_eq!(case["record"]["decision"]["number"], "东街街道罚决字〔2026〕第1号");
    assert_eq!(case["due_what"], "deliver");
    assert_eq!(case["due_at"], "2026-11-25T10:00:00Z", "seven working days");

    let too_early = json!({"kind": "publish", "words": "一处店外占道经营被处罚款。"});
    assert_eq!(step(&reviewer, &id, too_early).await.refusal().1, "wrong_status");
    step(&one, &id, json!({"kind": "deliver", "way": "direct", "words": "本人签收"})).await.ok();
    let named = json!({"kind": "publish", "words": format!("{NAME}占道经营被处罚款。")});
    assert_eq!(step(&reviewer, &id, named).await.fields(), [("words".into(), "personal_in_summary".into())]);
    let told = json!({"kind": "publish", "words": "一处店外占道经营被处罚款。"});
    let case = step(&reviewer, &id, told).await.ok();
    assert_eq!(case["publicity"], "public");

    let open = test.nobody().get("/api/open/enforcement/decisions?place=140403001").await.ok();
    assert_eq!(open["count"], 1);
    let row = &open["rows"][0];
    assert_eq!((&row["number"], &row["fine_fen"]), (&json!("东街街道罚决字〔2026〕第1号"), &json!(20_000)));
    assert!(row.get("party").is_none(), "a person is never named: {row}");
    assert!(!open.to_string().contains("王"), "{open}");
    let key = row["key"].as_str().unwrap();
    assert_eq!(test.nobody().get(&format!("/api/open/enforcement/decisions/{key}")).await.ok(), *row);

    test.pass_hours(24);
    let one = test.as_person("one").await;
    let paid = step(&one, &id, json!({"kind": "perform", "way": "paid"})).await.ok();
    assert_eq!((&paid["status"], &paid["closed_how"]), (&json!("closed"), &json!("performed")));
    assert!(paid.get("due_at").is_none());
    let kinds: Vec<&str> = paid["steps"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "file",
            "notify",
            "statement",
            "paper",
            "paper",
            "submit",
            "review",
            "submit",
            "review",
            "decide",
            "deliver",
            "publish",
            "perform"
        ]
    );
}

#[tokio::test]
async fn nothing_is_done_without_two_certified_officers_of_the_place() {
    let test = street().await;
    let one = test.as_person("one").await;
    let check = async |changes: Value| one.post("/api/enforcement/checks", with(told(&test).await, changes)).await;
    for (second, code) in [("one", "two_officers"), ("late", "no_certificate"), ("leader", "no_certificate")] {
        let refused = check(json!({"second": id_of(&test, second).await})).await;
        assert_eq!(refused.fields(), [("second".to_owned(), code.to_owned())], "{second}");
    }
    let neighbour = check(json!({"second": id_of(&test, "neighbour").await})).await;
    assert_eq!(neighbour.fields(), [("second".to_owned(), "no_certificate".to_owned())]);
    let late = test.as_person("late").await.post("/api/enforcement/checks", told(&test).await).await;
    assert_eq!(late.fields(), [("officer".to_owned(), "no_certificate".to_owned())]);
    for (changes, field, code) in [
        (json!({"item": "streets.flying"}), "item", "item_not_delegated"),
        (json!({"place": "140403002001"}), "place", "not_found"),
        (json!({"place": "140403"}), "place", "patrol_too_wide"),
        (json!({"words": " "}), "words", "required"),
        (json!({"words": "老板电话13812345678"}), "words", "personal_in_record"),
        (json!({"mend_by": null}), "mend_by", "required"),
        (json!({"mend_by": "2026-11-10"}), "mend_by", "out_of_range"),
        (json!({"checked_at": "2026-12-16T01:00:00Z", "mend_by": "2026-12-18"}), "checked_at", "out_of_range"),
        (json!({"report": "140403-261116-000000-1"}), "report", "not_found"),
        (json!({"photos": ["00"]}), "photos", "photo_unknown"),
    ] {
        let refused = check(changes.clone()).await;
        assert_eq!(refused.fields(), [(field.to_owned(), code.to_owned())], "{changes}: {}", refused.text());
    }
    assert_eq!(one.get("/api/enforcement/checks").await.ok()["count"], 0, "nothing was written");

    let key = one.with_key("one-check-twice");
    let made = key.post("/api/enforcement/checks", told(&test).await).await.ok();
    assert_eq!(key.post("/api/enforcement/checks", told(&test).await).await.ok()["id"], made["id"]);
    assert_eq!(one.get("/api/enforcement/checks").await.ok()["count"], 1);
    for login in ["reviewer", "leader", "county", "dispatcher"] {
        let refused = test.as_person(login).await.post("/api/enforcement/checks", told(&test).await).await;
        assert_eq!(refused.refusal(), (403, "forbidden".into()), "{login}");
    }
    let path = format!("/api/enforcement/checks/{}", made["id"].as_str().unwrap());
    assert_eq!(test.as_person("neighbour").await.get(&path).await.refusal(), (404, "not_found".into()));
}

#[tokio::test]
async fn what_was_told_to_be_mended_waits_until_it_is_checked_again() {
    let test = street().await;
    let one = test.as_person("one").await;
    let first = one.post("/api/enforcement/checks", told(&test).await).await.ok();
    assert_eq!((&first["number"], &first["is_waiting"]), (&json!("140403001-2026-J0001"), &json!(true)));
    test.pass_hours(72);
    let (one, two) = (test.as_person("one").await, test.as_person("two").await);
    let waiting = one.get("/api/enforcement/checks?waiting=true").await.ok();
    assert_eq!((&waiting["count"], &waiting["rows"][0]["is_late"]), (&json!(1), &json!(true)));
    assert_eq!(one.get("/api/enforcement/checks?late=true").await.ok()["count"], 1);
    assert_eq!(
        one.get("/api/enforcement/today").await.ok()["tiles"][0],
        json!({
            "what": "recheck_late", "count": 1, "count_capped": false
        })
    );

    let again = json!({
        "place": GRID, "item": STALLS, "second": id_of(&test, "one").await, "result": "clear", "words": "货架已经搬走。",
        "recheck_of": first["id"],
    });
    let other = with(again.clone(), json!({"item": "streets.posting"}));
    assert_eq!(two.post("/api/enforcement/checks", other).await.fields()[0].0, "item");
    let second = two.post("/api/enforcement/checks", again.clone()).await.ok();
    assert_eq!((&second["source"], &second["recheck_of"]), (&json!("recheck"), &first["id"]));
    assert_eq!(two.post("/api/enforcement/checks", again).await.refusal().1, "check_filed");
    assert_eq!(one.get("/api/enforcement/checks?waiting=true").await.ok()["count"], 0);

    let path = |check: &Value| format!("/api/enforcement/checks/{}/strike", check["id"].as_str().unwrap());
    let why = json!({"words": "填错了地点", "version": 1});
    assert_eq!(test.as_person("three").await.post(&path(&second), why.clone()).await.refusal().1, "not_case_officer");
    assert_eq!(one.post(&path(&first), with(why.clone(), json!({"version": 2}))).await.refusal().1, "check_filed");
    assert_eq!(two.post(&path(&second), why).await.ok()["struck"], "填错了地点");
    assert_eq!(one.get("/api/enforcement/checks?waiting=true").await.ok()["count"], 1, "it waits once more");
    assert_eq!(one.get("/api/enforcement/checks?result=clear&mine=true&source=recheck&item=streets.stalls&from=2026-11-01&to=2026-11-30&region=140403001001").await.ok()["count"], 1);
}

#[tokio::test]
async fn a_case_comes_once_from_its_check_and_never_from_nothing() {
    let test = street().await;
    let one = test.as_person("one").await;
    let from_nothing = one.post("/api/enforcement/cases", filing(&test).await).await;
    assert_eq!(from_nothing.fields(), [("check".to_owned(), "required".to_owned())]);
    for (changes, field, code) in [
        (json!({"second": id_of(&test, "one").await}), "second", "two_officers"),
        (json!({"party_name": ""}), "party_name", "required"),
        (json!({"party_phone": "12"}), "party_phone", "bad_phone"),
        (json!({"cause": ""}), "cause", "required"),
        (json!({"party_kind": "organisation", "party_name": "某店 13812345678"}), "party_name", "personal_in_record"),
    ] {
        let refused = one.post("/api/enforcement/cases", with(filing(&test).await, changes.clone())).await;
        assert_eq!(refused.fields(), [(field.to_owned(), code.to_owned())], "{changes}");
    }
    let check = one.post("/api/enforcement/checks", told(&test).await).await.ok();
    let body = with(filing(&test).await, json!({"check": check["id"]}));
    let key = one.with_key("one-case-twice");
    let case = key.post("/api/enforcement/cases", body.clone()).await.ok();
    assert_eq!(key.post("/api/enforcement/cases", body.clone()).await.ok()["id"], case["id"]);
    assert_eq!(case["check"]["number"], "140403001-2026-J0001");
    assert_eq!(one.post("/api/enforcement/cases", body).await.refusal().1, "check_filed");

    let whistle = "0192f0c0-0000-7000-8000-000000000001";
    let company = json!({"whistle": whistle, "party_kind": "organisation", "party_name": "府后便利店"});
    let case = one.post("/api/enforcement/cases", with(filing(&test).await, company)).await.ok();
    assert_eq!((&case["source"], &case["whistle"]), (&json!("whistle"), &json!(whistle)));
    assert_eq!(case["party"]["shown"], "府后便利店");

    let body = with(told(&test).await, json!({"whistle": whistle, "result": "case", "mend_by": null}));
    let check = one.post("/api/enforcement/checks", body).await.ok();
    let second =
        one.post("/api/enforcement/cases", with(filing(&test).await, json!({"check": check["id"]}))).await.ok();
    assert_eq!((&second["source"], &second["whistle"]), (&json!("check"), &json!(whistle)), "by its check");
    let checks = one.get(&format!("/api/enforcement/checks?whistle={whistle}")).await.ok();
    assert_eq!((&checks["count"], &checks["rows"][0]["id"]), (&json!(1), &check["id"]));
    let cases = one.get(&format!("/api/enforcement/cases?whistle={whistle}")).await.ok();
    let ids: Vec<&Value> = cases["rows"].as_array().unwrap().iter().map(|row| &row["id"]).collect();
    assert!(cases["count"] == 2 && ids.contains(&&case["id"]) && ids.contains(&&second["id"]), "{cases}");
    let neighbour = test.as_person("neighbour").await;
    assert_eq!(neighbour.get(&format!("/api/enforcement/cases?whistle={whistle}")).await.ok()["count"], 0);
}

#[tokio::test]
async fn officers_neither_review_nor_decide_and_one_is_replaced_by_the_head() {
    let test = street().await;
    let id = filed(&test).await;
    let (one, three, leader) =
        (test.as_person("one").await, test.as_person("three").await, test.as_person("leader").await);
    let paper = json!({"kind": "paper", "paper": "other", "words": "材料"});
    assert_eq!(step(&three, &id, paper.clone()).await.refusal(), (403, "not_case_officer".into()));
    let replace = |by: String| json!({"kind": "replace", "officer": "", "by": by, "words": "当事人申请回避"});
    let (two_id, three_id) = (id_of(&test, "two").await, id_of(&test, "three").await);
    let with_two = |body: Value| with(body, json!({"officer": two_id}));
    let late = with_two(replace(id_of(&test, "late").await));
    assert_eq!(step(&leader, &id, late).await.fields(), [("by".to_owned(), "no_certificate".to_owned())]);
    let same = with_two(replace(id_of(&test, "one").await));
    assert_eq!(step(&leader, &id, same).await.fields(), [("by".to_owned(), "two_officers".to_owned())]);
    assert_eq!(step(&one, &id, with_two(replace(three_id.clone()))).await.refusal().1, "forbidden");
    let case = step(&leader, &id, with_two(replace(three_id))).await.ok();
    let names: Vec<&str> =
        case["officers"].as_array().unwrap().iter().map(|officer| officer["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["one", "three"]);
    step(&three, &id, paper).await.ok();

    // The same person with three posts is still the same person.
    test.person("one", Role::LegalReviewer, STREET, Some("street")).await;
    test.person("one", Role::TownshipLeader, STREET, Some("street")).await;
    gathered(&test, &id).await;
    let one = test.as_person("one").await;
    step(&one, &id, notice()).await.ok();
    step(&one, &id, json!({"kind": "statement", "statement": "waived", "words": "放弃"})).await.ok();
    step(&one, &id, json!({"kind": "submit"})).await.ok();
    let pass = json!({"kind": "review", "passes": true, "words": "同意"});
    assert_eq!(step(&one, &id, pass.clone()).await.refusal(), (403, "own_review".into()));
    let stale = json!({"version": 1, "step": pass});
    let reviewer = test.as_person("reviewer").await;
    let path = format!("/api/enforcement/cases/{id}/steps");
    assert_eq!(reviewer.post(&path, stale).await.refusal(), (409, "record_changed".into()));
    step(&reviewer, &id, pass).await.ok();
    assert_eq!(step(&one, &id, decision()).await.refusal(), (403, "own_review".into()));
    let none = json!({"kind": "decide", "outcome": "penalty", "words": "理由", "publicity": "none"});
    assert_eq!(step(&leader, &id, none).await.fields(), [("penalties".to_owned(), "required".to_owned())]);
}

#[tokio::test]
async fn a_check_without_a_second_officer_is_told_beside_the_field() {
    let test = street().await;
    let one = test.as_person("one").await;
    let alone = json!({"place": "140403001", "item": "streets.stalls", "result": "clear", "words": "……", "photos": []});
    let said = one.post("/api/enforcement/checks", alone).await;
    assert_eq!(said.fields(), [("second".to_owned(), "required".to_owned())]);
}

#[tokio::test]
async fn a_hearing_that_was_asked_for_is_held_and_the_heads_talk_it_over() {
    let test = street().await;
    let id = filed(&test).await;
    let one = test.as_person("one").await;
    gathered(&test, &id).await;
    let statement = |kind: &str| json!({"kind": "statement", "statement": kind, "words": "……"});
    step(&one, &id, with(notice(), json!({"hearing": true}))).await.ok();
    assert_eq!(step(&one, &id, statement("hearing_held")).await.fields()[0].0, "statement");
    let case = step(&one, &id, statement("hearing_asked")).await.ok();
    assert_eq!(case["stages"][2]["missing"], json!(["hearing"]));
    let early = step(&one, &id, statement("hearing_held")).await;
    assert_eq!(early.fields(), [("statement".to_owned(), "hearing_too_early".to_owned())]);
    test.pass_hours(24 * 30);
    let (one, reviewer, leader) =
        (test.as_person("one").await, test.as_person("reviewer").await, test.as_person("leader").await);
    assert_eq!(step(&one, &id, json!({"kind": "submit"})).await.refusal().1, "hearing_open");
    let held = step(&one, &id, statement("hearing_held")).await.ok();
    assert_eq!(held["stages"][2]["missing"], json!(["hearing_record"]));
    assert_eq!(step(&one, &id, json!({"kind": "submit"})).await.refusal().1, "record_incomplete");
    step(&one, &id, json!({"kind": "paper", "paper": "hearing", "words": "听证笔录，当事人已核对签名。"})).await.ok();
    step(&one, &id, json!({"kind": "submit"})).await.ok();
    step(&reviewer, &id, json!({"kind": "review", "passes": true, "words": "同意"})).await.ok();
    let alone = step(&leader, &id, decision()).await;
    assert_eq!(alone.fields(), [("discussion".to_owned(), "required".to_owned())]);
    let case = step(&leader, &id, with(decision(), json!({"discussion": "班子会议一致同意"}))).await.ok();
    // The decision has to answer all that was said; in the history each has its own name.
    let kinds = |rows: &Value, key: &str| rows.as_array().unwrap().iter().map(|it| it[key].clone()).collect::<Vec<_>>();
    assert_eq!(kinds(&case["record"]["statements"], "kind"), [json!("hearing_asked"), json!("hearing_held")]);
    let told = kinds(&case["steps"], "statement");
    assert_eq!(told.iter().filter(|it| !it.is_null()).collect::<Vec<_>>(), ["hearing_asked", "hearing_held"]);
    assert_eq!(kinds(&case["steps"], "passes").iter().filter(|it| **it == true).count(), 1);
}

#[tokio::test]
async fn a_fine_that_was_paid_goes_back_when_its_decision_is_annulled() {
    let test = street().await;
    let (one, reviewer) = (test.as_person("one").await, test.as_person("reviewer").await);
    let id = filed(&test).await;
    decided(&test, &id, "none").await;
    step(&one, &id, json!({"kind": "deliver", "way": "direct"})).await.ok();
    let paid = step(&one, &id, json!({"kind": "perform", "way": "paid"})).await.ok();
    assert_eq!(paid["deadlines"], json!([]));
    let back = json!({"kind": "refund", "words": "财政所经代收银行原路退回"});
    assert_eq!(step(&one, &id, back.clone()).await.refusal().1, "wrong_status", "nobody annulled it");
    let annul = json!({"kind": "annul", "annuller": "court", "words": "判决撤销"});
    step(&reviewer, &id, annul).await.ok();
    let case = one.get(&format!("/api/enforcement/cases/{id}")).await.ok();
    let due = &case["deadlines"][0];
    assert_eq!((&due["what"], &due["deadline"]["unsure"]), (&json!("refund"), &json!(true)), "{due}");
    assert!(due["law"]["zh"].as_str().unwrap().contains("国家赔偿法"));
    assert!(case["allowed"].as_array().unwrap().contains(&json!("refund")), "{}", case["allowed"]);
    assert_eq!(one.get("/api/enforcement/cases?view=due").await.ok()["count"], 1, "it stands in the list by deadline");
    assert_eq!(step(&one, &id, json!({"kind": "refund"})).await.fields(), [("words".into(), "required".into())]);
    assert_eq!(step(&reviewer, &id, back.clone()).await.status, 403);
    let done = step(&one, &id, back.clone()).await.ok();
    assert_eq!((&done["deadlines"], &done["due_at"]), (&json!([]), &Value::Null));
    assert_eq!(done["record"]["refund"]["fen"], done["record"]["decision"]["fine_fen"]);
    assert_eq!(step(&one, &id, back).await.refusal().1, "wrong_status", "once");
}

#[tokio::test]
async fn a_decision_that_is_annulled_leaves_the_public_page_within_three_days() {
    let test = street().await;
    let (one, reviewer) = (test.as_person("one").await, test.as_person("reviewer").await);
    let id = filed(&test).await;
    decided(&test, &id, "county_rule").await;
    step(&one, &id, json!({"kind": "deliver", "way": "post", "on": "2026-11-16"})).await.ok();
    assert_eq!(reviewer.get("/api/enforcement/cases?view=to_publish").await.ok()["count"], 1);
    step(&reviewer, &id, json!({"kind": "publish", "words": "一处店外占道经营被处罚款。"})).await.ok();
    let annul = json!({"kind": "annul", "annuller": "review", "words": "复议决定撤销"});
    let case = step(&reviewer, &id, annul.clone()).await.ok();
    assert_eq!((&case["closed_how"], &case["publicity"]), (&json!("annulled"), &json!("annulled")));
    assert_eq!((&case["due_what"], &case["due_at"]), (&json!("withdraw"), &json!("2026-11-19T10:00:00Z")));
    assert_eq!(step(&reviewer, &id, annul).await.refusal().1, "wrong_status");
    test.pass_hours(24 * 5);
    let reviewer = test.as_person("reviewer").await;
    let late = reviewer.get("/api/enforcement/cases?view=late").await.ok();
    assert_eq!((&late["count"], &late["rows"][0]["is_late"]), (&json!(1), &json!(true)));
    assert_eq!(reviewer.get("/api/enforcement/cases?view=to_withdraw").await.ok()["count"], 1);

    let case = step(&reviewer, &id, json!({"kind": "withdraw", "words": "该决定已被复议机关撤销。"})).await.ok();
    let ends: Vec<_> = (5..8).map(|at| (&case["stages"][at]["state"], &case["stages"][at]["on"])).collect();
    assert_eq!(
        ends,
        [
            (&json!("done"), &Value::Null),
            (&json!("dropped"), &json!("2026-11-16")),
            (&json!("withdrawn"), &json!("2026-11-21"))
        ],
        "nobody carried it out, and it is public no more"
    );
    let open = test.nobody().get("/api/open/enforcement/decisions").await.ok();
    let row = &open["rows"][0];
    assert_eq!((&row["is_withdrawn"], &row["reason"]), (&json!(true), &json!("该决定已被复议机关撤销。")));
    for gone in ["party", "item", "basis", "fine_fen", "summary"] {
        assert!(row.get(gone).is_none(), "{gone} is still there: {row}");
    }
    assert_eq!(reviewer.get("/api/enforcement/cases?view=late").await.ok()["count"], 0);
    assert_eq!(
        step(&reviewer, &id, json!({"kind": "withdraw", "words": "再撤回一次试试。"})).await.refusal().1,
        "no_publicity"
    );
}

#[tokio::test]
async fn what_is_not_paid_is_urged_and_goes_to_the_court() {
    let test = street().await;
    let one = test.as_person("one").await;
    let id = filed(&test).await;
    decided(&test, &id, "none").await;
    let early = json!({"kind": "deliver", "way": "direct", "on": "2026-11-01"});
    assert_eq!(step(&one, &id, early).await.fields(), [("on".to_owned(), "out_of_range".to_owned())]);
    let case = step(&one, &id, json!({"kind": "deliver", "way": "left", "words": "见证人签字"})).await.ok();
    assert_eq!(case["record"]["delivery"]["until"]["due_at"], "2026-12-01T10:00:00Z", "fifteen days");
    assert_eq!(step(&one, &id, json!({"kind": "urge", "words": "请缴纳"})).await.refusal().1, "not_due_yet");
    test.pass_hours(24 * 25);
    let one = test.as_person("one").await;
    let court = json!({"kind": "court", "words": "申请强制执行"});
    assert_eq!(step(&one, &id, court.clone()).await.fields(), [("on".to_owned(), "not_urged".to_owned())]);
    step(&one, &id, json!({"kind": "urge", "words": "请缴纳"})).await.ok();
    assert_eq!(step(&one, &id, court).await.ok()["status"], "court");
    let paid = step(&one, &id, json!({"kind": "perform", "way": "paid"})).await.ok();
    assert_eq!(paid["record"]["execution"]["added_fen"], 6_000, "ten days late at three in a hundred of 200 yuan");
}

#[tokio::test]
async fn what_spares_the_party_closes_when_it_is_delivered() {
    let test = street().await;
    let (one, reviewer, leader) =
        (test.as_person("one").await, test.as_person("reviewer").await, test.as_person("leader").await);
    for (decision, how) in [
        (json!({"kind": "decide", "outcome": "no_penalty", "words": "首次且轻微", "publicity": "none"}), "no_penalty"),
        (
            json!({"kind": "decide", "outcome": "penalty", "penalties": ["warning"], "words": "轻微", "publicity": "none"}),
            "performed",
        ),
        (json!({"kind": "decide", "outcome": "transfer", "words": "涉嫌犯罪", "publicity": "none"}), "transferred"),
    ] {
        let id = filed(&test).await;
        gathered(&test, &id).await;
        step(&one, &id, notice()).await.ok();
        step(&one, &id, json!({"kind": "statement", "statement": "waived", "words": "放弃"})).await.ok();
        step(&one, &id, json!({"kind": "submit"})).await.ok();
        step(&reviewer, &id, json!({"kind": "review", "passes": true, "words": "同意"})).await.ok();
        let mut case = step(&leader, &id, decision).await.ok();
        if how != "transferred" {
            case = step(&one, &id, json!({"kind": "deliver", "way": "direct"})).await.ok();
        }
        assert_eq!((&case["status"], &case["closed_how"]), (&json!("closed"), &json!(how)));
    }
}

#[tokio::test]
async fn a_party_is_masked_opened_with_a_purpose_and_stands_nowhere_in_the_open() {
    let test = street().await;
    let (one, leader) = (test.as_person("one").await, test.as_person("leader").await);
    let id = filed(&test).await;
    let path = format!("/api/enforcement/cases/{id}/party");
    let ask = |words: &str| json!({"field": "phone", "purpose": "contact", "words": words});
    assert_eq!(leader.post(&path, ask("联系")).await.refusal(), (403, "forbidden".into()));
    assert_eq!(one.post(&path, ask(" ")).await.fields(), [("words".to_owned(), "required".to_owned())]);
    let opened = one.post(&path, ask("通知领取文书")).await.ok();
    assert_eq!((&opened["value"], &opened["until"]), (&json!(PHONE), &json!("2026-11-16T01:01:00Z")));
    let case = read(&one, &id).await;
    assert_eq!(
        case["details"],
        json!([
            {"field": "address", "mask": "府*******"}, {"field": "name", "mask": "王**"}, {"field": "phone", "mask": "138****5678"}
        ])
    );
    assert_eq!(case["accesses"][0]["by"]["name"], "one");
    let trail = test.as_person("auditor").await.get("/api/audit?kind=enforcement.party_opened").await.ok();
    assert_eq!(trail["count"], 1);

    let mut db = test.app.db.read().await.unwrap();
    struct Text(String);
    impl db::FromRow for Text {
        fn from_row(row: &db::Row) -> kernel::Result<Self> {
            Ok(Self(row.get("t")?))
        }
    }
    for statement in [
        sql!("SELECT cause || CAST(record AS TEXT) || coalesce(party_name, '') AS t FROM enforcement_cases"),
        sql!("SELECT mask AS t FROM enforcement_parties"),
        sql!("SELECT coalesce(words, '') || CAST(params AS TEXT) AS t FROM enforcement_steps"),
        sql!("SELECT CAST(params AS TEXT) AS t FROM events"),
    ] {
        let rows: Vec<Text> = db.all(statement).await.unwrap();
        assert!(!rows.is_empty());
        for Text(text) in rows {
            assert!(!text.contains(NAME) && !text.contains(PHONE), "{text}");
        }
    }
}

#[tokio::test]
async fn a_decision_waits_for_the_partys_address_which_stands_encrypted() {
    const ADDRESS: &str = "太行东街 77 号 3 单元";
    let test = street().await;
    let one = test.as_person("one").await;
    let body = with(told(&test).await, json!({"result": "case", "mend_by": null}));
    let check = one.post("/api/enforcement/checks", body).await.ok();
    let nowhere = json!({"check": check["id"], "party_address": null});
    let case = one.post("/api/enforcement/cases", with(filing(&test).await, nowhere)).await.ok();
    let id = case["id"].as_str().unwrap().to_owned();
    assert_eq!(case["stages"][4]["missing"], json!(["address"]));
    gathered(&test, &id).await;
    step(&one, &id, notice()).await.ok();
    step(&one, &id, json!({"kind": "statement", "statement": "waived", "words": "放弃"})).await.ok();
    let refused = step(&one, &id, json!({"kind": "submit"})).await;
    assert_eq!(refused.refusal(), (409, "record_incomplete".into()));
    assert!(refused.text().contains("the party's address"), "{}", refused.text());

    let empty = step(&one, &id, json!({"kind": "address", "address": " "})).await;
    assert_eq!(empty.fields(), [("address".to_owned(), "required".to_owned())]);
    let other = step(&test.as_person("three").await, &id, json!({"kind": "address", "address": ADDRESS})).await;
    assert_eq!(other.refusal(), (403, "not_case_officer".into()));
    step(&one, &id, json!({"kind": "address", "address": "写错的地址"})).await.ok();
    let case = step(&one, &id, json!({"kind": "address", "address": ADDRESS})).await.ok();
    assert_eq!(case["details"][0]["field"], "address");
    assert!(!case.to_string().contains("东街 77"), "{case}");
    step(&one, &id, json!({"kind": "submit"})).await.ok();
    let open = json!({"field": "address", "purpose": "serve", "words": "送达"});
    let opened = one.post(&format!("/api/enforcement/cases/{id}/party"), open).await.ok();
    assert_eq!(opened["value"], ADDRESS, "the last one holds");
    let trail = test.as_person("auditor").await.get("/api/audit?kind=enforcement.stepped").await.ok();
    assert!(!trail.to_string().contains("太行"), "{trail}");
}

#[tokio::test]
async fn documents_say_what_the_law_demands_and_printing_one_is_an_opening() {
    let test = street().await;
    let one = test.as_person("one").await.with_header("accept-language", "zh");
    let id = filed(&test).await;
    let path = format!("/api/enforcement/cases/{id}/print");
    let print = async |client: &Client<'_>, document: &str| client.post(&path, json!({"document": document})).await;
    assert_eq!(print(&one, "decision").await.refusal().1, "wrong_status");
    decided(&test, &id, "none").await;
    assert_eq!(print(&test.as_person("leader").await, "decision").await.refusal().1, "forbidden");
    let words = |answer: Answer| {
        assert_eq!((answer.status, &answer.headers["content-type"]), (200, &"application/pdf".parse().unwrap()));
        pdf::words(&answer.body).replace('\n', "")
    };
    for (document, told) in [
        ("scene", vec!["现场检查（勘验）笔录", NAME, "晋D0101", "人行道上有货架三个"]),
        ("notice", vec!["行政处罚事先告知书", "陈述、申辩", "罚款人民币 500 元（伍佰元整）", "第三十六条"]),
        (
            "decision",
            vec![
                "行政处罚决定书",
                "东街街道罚决字〔2026〕第1号",
                NAME,
                "府后街 12 号",
                "罚款人民币 200 元（贰佰元整）",
                "十五日内缴至潞州区非税收入代收银行（演示）",
                "六十日内依法向长治市潞州区人民政府申请行政复议",
                "依法向长治市潞州区人民法院提起诉讼",
                "你（单位）在人行道摆放货架三个。",
                "情节较轻。依据",
                "书面放弃",
            ],
        ),
        ("receipt", vec!["送　达　回　证", "东街街道罚决字〔2026〕第1号"]),
    ] {
        let said = words(print(&one, document).await);
        for word in told {
            assert!(said.contains(word), "{word} is not in {document}: {said}");
        }
        assert!(!said.contains(PHONE));
    }
    let english = words(print(&test.as_person("one").await, "decision").await);
    assert!(english.contains("Decision on a penalty") && english.contains("a fine of CNY 200"), "{english}");
    let accesses = read(&one, &id).await["accesses"].as_array().unwrap().len();
    assert_eq!(accesses, 5);
}

#[tokio::test]
async fn lists_page_count_filter_and_export_alike_and_stay_in_their_place() {
    let test = street().await;
    let (one, county) = (test.as_person("one").await, test.as_person("county").await);
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(filed(&test).await);
        test.pass_hours(1);
    }
    decided(&test, &ids[0], "none").await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = county.get(&format!("/api/enforcement/cases?limit=2{cursor}")).await.ok();
        assert_eq!(page["count"], 3);
        seen.extend(page["rows"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    ids.reverse();
    assert_eq!(seen, ids, "the newest first");
    for (query, count) in [
        ("view=mine", 3),
        ("view=due", 3),
        ("view=due&limit=1", 3),
        ("view=late", 0),
        ("view=to_decide", 0),
        ("status=decided", 1),
        ("status=investigating&item=streets.stalls&from=2026-11-16&to=2026-11-16", 2),
        ("number=140403001-2026-A0002", 1),
        ("region=140403001001", 3),
        ("region=140403001002", 0),
        ("region=140404", 0),
    ] {
        let found = one.get(&format!("/api/enforcement/cases?{query}")).await.ok();
        assert_eq!(found["count"], count, "{query}");
    }
    let due = one.get("/api/enforcement/cases?view=due&limit=1").await.ok();
    assert_eq!(due["rows"][0]["due_what"], "deliver", "the nearest deadline first");
    let next =
        one.get(&format!("/api/enforcement/cases?view=due&limit=1&cursor={}", due["next"].as_str().unwrap())).await;
    assert_ne!(next.ok()["rows"][0]["id"], due["rows"][0]["id"]);
    let csv = one.get("/api/enforcement/cases.csv?status=decided").await.text();
    assert_eq!(csv.lines().count(), 2, "{csv}");
    assert!(csv.contains("王**") && !csv.contains(NAME));
    assert_eq!(one.get("/api/enforcement/checks.csv").await.text().lines().count(), 4);
    for path in ["/api/enforcement/cases.xlsx", "/api/enforcement/checks.xlsx"] {
        assert!(one.get(path).await.body.starts_with(b"PK"), "{path}");
    }
    assert_eq!(test.as_person("neighbour").await.get("/api/enforcement/cases").await.ok()["count"], 0);
    assert_eq!(test.as_person("dispatcher").await.get("/api/enforcement/cases").await.refusal().1, "forbidden");
    let two_places = test.as_person("neighbour").await.get("/api/enforcement/cases?region=140403001").await.ok();
    assert_eq!(two_places["count"], 0, "outside the scope is not found");
    test.person("neighbour", Role::EnforcementOfficer, STREET, None).await;
    assert_eq!(test.as_person("neighbour").await.get("/api/enforcement/cases").await.ok()["count"], 3);
}

#[tokio::test]
async fn an_enforcement_case_follows_a_residents_case_by_its_number() {
    let test = street().await;
    test.person("one", Role::TownshipDispatcher, STREET, Some("street")).await;
    let report = json!({
        "receipt": "1234567890123456", "text": "店外摆摊占了人行道", "identity": "anonymous",
        "place": {"source": "chosen", "region": GRID}, "locale": "zh"
    });
    test.nobody().post("/api/reports", report).await.ok();
    let one = test.as_person("one").await;
    let row = one.get("/api/cases?view=undecided").await.ok()["rows"][0].clone();
    let body = with(filing(&test).await, json!({"report": row["number"]}));
    let case = one.post("/api/enforcement/cases", body).await.ok();
    assert_eq!((&case["source"], &case["report"]["number"]), (&json!("report"), &row["number"]));
    let path = format!("/api/cases/{}/enforcement", row["id"].as_str().unwrap());
    assert_eq!(one.get(&path).await.ok()["rows"][0]["number"], case["number"]);
    let unknown = with(filing(&test).await, json!({"report": "140403-261116-000000-1"}));
    assert_eq!(
        one.post("/api/enforcement/cases", unknown).await.fields(),
        [("report".to_owned(), "not_found".to_owned())]
    );
    let other = with(filing(&test).await, json!({"report": row["number"], "place": "140403001001"}));
    one.post("/api/enforcement/cases", other).await.ok();
    let reviewer = test.as_person("reviewer").await;
    let seen = read(&reviewer, case["id"].as_str().unwrap()).await;
    assert!(seen.get("report").is_none(), "who may not see residents' cases is not told of them");
}

#[tokio::test]
async fn certificates_are_kept_by_those_who_give_posts() {
    let test = street().await;
    assert_eq!(certify(&test, "one", "晋D0101", "2028-12-31", 0).await.refusal().1, "record_changed");
    assert_eq!(certify(&test, "one", "晋D0102", "2028-12-31", 1).await.fields()[0].1, "duplicate");
    assert_eq!(certify(&test, "one", " ", "2020-01-01", 1).await.fields().len(), 2);
    let changed = certify(&test, "one", "晋D0109", "2028-12-31", 1).await.ok();
    assert_eq!((&changed["certificate"]["number"], &changed["certificate"]["version"]), (&json!("晋D0109"), &json!(2)));
    let id = id_of(&test, "one").await;
    let path = format!("/api/people/{id}/certificate");
    assert_eq!(test.as_person("security").await.get(&path).await.ok()["certificate"]["number"], "晋D0109");
    for login in ["one", "leader", "county"] {
        assert_eq!(test.as_person(login).await.get(&path).await.refusal().1, "forbidden", "{login}");
    }
    let officers = test.as_person("leader").await.get("/api/enforcement/officers?place=140403001001").await.ok();
    let valid: Vec<(String, bool)> = officers["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["name"].as_str().unwrap().to_owned(), row["is_valid"].as_bool().unwrap()))
        .collect();
    let wanted = [("late", false), ("one", true), ("three", true), ("two", true)];
    assert_eq!(valid, wanted.map(|(name, is_valid)| (name.to_owned(), is_valid)));
    let outside = test.as_person("leader").await.get("/api/enforcement/officers?place=140404100").await;
    assert_eq!(outside.fields()[0].1, "not_found");
}

#[tokio::test]
async fn the_delegated_items_are_public_and_a_township_may_have_its_own() {
    let test = street().await;
    let open = test.nobody().get("/api/open/enforcement/items?place=140403001").await.ok();
    assert_eq!((&open["count"], &open["unit"]["zh"]), (&json!(38), &json!("team")));
    assert_eq!(open["classes"][0]["items"][0]["basis"]["article"], "第十四条");
    assert!(!open.to_string().contains("晋D"), "no person stands on the public page");
    assert_eq!(test.nobody().get("/api/open/enforcement/items?place=11").await.fields()[0].1, "unknown_region");
    test.person("system", Role::SystemAdmin, "1404", None).await;
    let keeper = test.as_person("system").await;
    let file = keeper.get("/api/catalog/enforcement/rural").await.ok()["toml"].as_str().unwrap().to_owned();
    let ended = file.replace("from = \"2025-01-01\"", "from = \"2025-01-01\"\nuntil = \"2026-11-01\"");
    let own = json!({"region": STREET, "toml": ended, "seen": 0});
    keeper.put("/api/catalog/enforcement/rural", own).await.ok();
    let count = async |place: &str| {
        test.nobody().get(&format!("/api/open/enforcement/items?place={place}")).await.ok()["count"].clone()
    };
    assert_eq!((count("140403001001").await, count("140403002").await), (json!(36), json!(38)));
    let broken = json!({"toml": "[class]\ncode = 1\n"});
    assert_eq!(keeper.put("/api/catalog/enforcement/rural", broken).await.refusal(), (422, "catalog_invalid".into()));
    let elsewhere = json!({"toml": file});
    assert_eq!(keeper.put("/api/catalog/enforcement/roads", elsewhere).await.status, 422);
    assert_eq!(test.as_person("one").await.get("/api/enforcement/items").await.ok()["count"], 36);
}

#[tokio::test]
async fn evidence_is_kept_when_photos_nobody_took_are_swept_away() {
    let test = street().await;
    let id = filed(&test).await;
    gathered(&test, &id).await;
    test.pass_hours(50);
    jishi::modules::photos::sweep(&test.app).await.unwrap();
    let case = read(&test.as_person("one").await, &id).await;
    let url = case["papers"][0]["photos"][0]["url"].as_str().unwrap().to_owned();
    assert_eq!(test.nobody().get(&url).await.status, 200);
    let paper = case["papers"][0]["id"].clone();
    let one = test.as_person("one").await;
    step(&one, &id, json!({"kind": "strike", "paper": paper, "words": "传错了"})).await.ok();
    assert_eq!(read(&one, &id).await["papers"][0]["struck"], "传错了");
    assert_eq!(step(&one, &id, json!({"kind": "strike", "paper": paper, "words": "再作废"})).await.refusal().0, 404);
    let empty = json!({"kind": "paper", "paper": "photos", "photos": []});
    assert_eq!(step(&one, &id, empty).await.fields(), [("photos".to_owned(), "required".to_owned())]);
}
