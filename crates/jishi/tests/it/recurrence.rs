//! The same again and again: proposed once, taken up or not, finished and watched; counted by matter and place, never by person.

use jishi::{
    modules::{people, recurrence, register},
    platform::access::Role,
};
use serde_json::{Value, json};

use crate::support::{Client, TestApp, book};

const GRID: &str = "140403001001001";

async fn city() -> TestApp {
    let test = TestApp::start().await.with_catalogue().await;
    recurrence::import_packaged(&test.app).await.unwrap();
    register::import_packaged(&test.app).await.unwrap();
    test.unit("street", "government", "140403001").await;
    test.unit("lamps", "urban_management", "140403").await;
    test.person("dispatcher", Role::TownshipDispatcher, "140403001", Some("street")).await;
    test.person("leader", Role::TownshipLeader, "140403001", Some("street")).await;
    test.person("office", Role::CountyOffice, "140403", None).await;
    test.person("elsewhere", Role::TownshipLeader, "140404100", None).await;
    test.person("handler", Role::DepartmentHandler, "140403", Some("lamps")).await;
    test.person("worker", Role::GridWorker, GRID, None).await;
    test.person("neighbour", Role::GridWorker, "140403001001002", None).await;
    test.person("officer", Role::LegalReviewer, "140403", Some("lamps")).await;
    test.person("keeper", Role::SystemAdmin, "1404", None).await;
    test
}

/// Reports lamps, each a case of its own, and looks at what happened.
async fn lamps(test: &TestApp, from: u64, count: u64) {
    for n in from..from + count {
        let body = json!({
            "receipt": format!("12345678{:08}", 90_000_000 + n), "text": format!("第{n}盏路灯不亮"),
            "matter": "city.lighting.street-lamp", "identity": "anonymous",
            "place": {"source": "chosen", "region": GRID}, "locale": "zh"
        });
        test.nobody().post("/api/reports", body).await.ok();
    }
    recurrence::follow(&test.app).await.unwrap();
}

async fn rows(client: &Client<'_>, query: &str) -> Vec<Value> {
    let list = client.get(&format!("/api/topics?{query}")).await.ok();
    let rows = list["rows"].as_array().unwrap().clone();
    assert_eq!(list["count"].as_u64().unwrap(), rows.len() as u64, "{query}");
    rows
}

fn address(of: &Value, end: &str) -> String {
    format!("/api/topics/{}{end}", of["id"].as_str().unwrap())
}

async fn step(client: &Client<'_>, on: &Value, step: Value) -> crate::support::Answer {
    client.post(&address(on, "/steps"), json!({"version": on["version"], "step": step})).await
}

async fn owner(test: &TestApp) -> (Value, Value) {
    let office = test.as_person("office").await;
    let units = office.get("/api/units?q=lamps").await.ok();
    let unit = units["rows"][0]["id"].clone();
    (unit, person_of(test, "handler").await)
}

async fn person_of(test: &TestApp, login: &str) -> Value {
    let mut db = test.app.db.read().await.unwrap();
    json!(people::person_of_login_unscoped(&mut db, login).await.unwrap().unwrap().id)
}

fn plan((unit, person): (Value, Value), goal: &str, measures: &str, due_on: &str) -> Value {
    json!({"unit": unit, "person": person, "goal": goal, "measures": measures, "due_on": due_on})
}

async fn accepted(test: &TestApp, topic: &Value) -> Value {
    let plan = plan(owner(test).await, "减半", "换灯", "2026-12-31");
    step(&test.as_person("leader").await, topic, json!({"kind": "accept", "plan": plan})).await.ok()
}

fn called(place: &Value) -> &str {
    place["names"]["en"].as_str().or(place["names"]["zh"].as_str()).unwrap()
}

fn fields(answer: &crate::support::Answer) -> Vec<String> {
    answer.fields().into_iter().map(|(field, _)| field).collect()
}

#[tokio::test]
async fn what_comes_again_and_again_is_proposed_once_with_the_cases_behind_it() {
    let test = city().await;
    lamps(&test, 0, 4).await;
    let leader = test.as_person("leader").await;
    assert!(rows(&leader, "").await.is_empty(), "four in sixty days are not five");
    lamps(&test, 4, 1).await;
    let found = rows(&leader, "").await;
    assert_eq!((found.len(), &found[0]["found"], &found[0]["state"]), (1, &json!(5), &json!("proposed")));
    assert_eq!(found[0]["place"][1]["code"], "140403001001");
    lamps(&test, 5, 2).await;
    let found = rows(&leader, "").await;
    assert_eq!((found.len(), &found[0]["found"]), (1, &json!(7)), "one open proposal, which says how many by now");
    let cases = leader.get(&address(&found[0], "/cases?limit=3")).await.ok();
    assert_eq!((cases["count"].as_i64(), cases["rows"].as_array().unwrap().len()), (Some(7), 3));
    let next = cases["next"].as_str().unwrap();
    let rest = leader.get(&address(&found[0], &format!("/cases?limit=100&cursor={next}"))).await.ok();
    assert_eq!(rest["rows"].as_array().unwrap().len(), 4);
    assert_eq!(recurrence::follow(&test.app).await.unwrap(), 0, "reading the same again changes nothing");
    assert_eq!(rows(&leader, "matter=city.lighting.street-lamp&region=140403001001").await.len(), 1);
    assert!(rows(&leader, "region=140403002").await.is_empty());
    assert!(rows(&test.as_person("elsewhere").await, "").await.is_empty());
    assert_eq!(test.as_person("elsewhere").await.get(&address(&found[0], "")).await.status, 404);
    let csv = leader.get("/api/topics.csv").await.text();
    assert_eq!(csv.lines().count(), 2, "{csv}");
    let topics = book::rows(&leader, "/api/topics.xlsx").await;
    assert!(topics.len() == 2 && book::is_time(book::under(&topics, 1, "Since")), "{topics:?}");
    assert!(matches!(book::under(&topics, 1, "Cases"), calamine::Data::Float(_)), "{topics:?}");

    // A case that is put aside is counted no more, in the figure and in the list alike.
    let desk = test.as_person("dispatcher").await;
    let case = format!("/api/cases/{}", cases["rows"][0]["id"].as_str().unwrap());
    assert_eq!(desk.get(&format!("{case}/topics")).await.ok()["rows"][0]["id"], found[0]["id"]);
    let version = desk.get(&case).await.ok()["version"].clone();
    let body = json!({"version": version, "reason": "unclear", "text": "不清楚在哪里"});
    desk.post(&format!("{case}/refuse"), body).await.ok();
    recurrence::follow(&test.app).await.unwrap();
    assert_eq!(desk.get(&format!("{case}/topics")).await.ok()["rows"], json!([]));
    assert_eq!(rows(&leader, "").await[0]["found"], 6);
    assert_eq!(leader.get(&address(&found[0], "/cases")).await.ok()["count"], 6);
    let month = |month: &str| address(&found[0], &format!("/cases?month={month}"));
    assert_eq!(leader.get(&month("2026-11")).await.ok()["count"], 6, "each bar of the chart opens");
    assert_eq!(leader.get(&month("2026-10")).await.ok()["count"], 0);
    assert_eq!(leader.get(&month("11")).await.fields(), [("month".into(), "bad_format".into())]);

    // Whoever answers for a part of the village sees the topic, and of its cases those of their part.
    let neighbour = test.as_person("neighbour").await;
    assert_eq!(rows(&neighbour, "").await.len(), 1);
    assert_eq!(neighbour.get(&address(&found[0], "/cases")).await.ok()["count"], 0);
    let worker = test.as_person("worker").await;
    let first = worker.get(&address(&found[0], "/cases?limit=4")).await.ok();
    let next = first["next"].as_str().unwrap();
    let rest = worker.get(&address(&found[0], &format!("/cases?limit=4&cursor={next}"))).await.ok();
    assert_eq!((first["count"].as_i64(), rest["rows"].as_array().unwrap().len()), (Some(6), 2));
}

#[tokio::test]
async fn one_thing_that_fails_again_and_again_is_a_topic_by_its_name() {
    let test = city().await;
    let worker = test.as_person("worker").await;
    let lamp = json!({
        "kind": "facilities.street-lamp", "number": "FH-1", "name": "府后西街路灯", "region": GRID, "lon": 113.12, "lat": 36.19
    });
    let lamp = worker.post("/api/register", lamp).await.ok();
    for n in 0..3 {
        let body = json!({
            "receipt": format!("12345678{:08}", 80_000_000 + n), "text": format!("这盏灯第{n}次不亮"),
            "matter": "city.lighting.street-lamp", "identity": "anonymous", "channel": "grid", "item": lamp["id"],
            "place": {"source": "staff", "region": GRID, "lon": 113.12, "lat": 36.19}, "locale": "zh"
        });
        worker.post("/api/cases", body).await.ok();
    }
    recurrence::follow(&test.app).await.unwrap();
    let leader = test.as_person("leader").await;
    let topic = rows(&leader, "").await.remove(0);
    assert_eq!((&topic["item"]["id"], &topic["item"]["number"]), (&lamp["id"], &json!("FH-1")));
    assert_eq!(topic["found"], 3, "three of a thing are a topic, five of a village are not reached");
    let csv = leader.get("/api/topics.csv").await.text();
    assert!(csv.contains("Street lamp FH-1 府后西街路灯"), "{csv}");
}

#[tokio::test]
async fn a_topic_has_an_owner_a_goal_and_a_day_and_is_watched_when_it_is_over() {
    let test = city().await;
    lamps(&test, 0, 5).await;
    let (leader, handler) = (test.as_person("leader").await, test.as_person("handler").await);
    let topic = rows(&leader, "").await.remove(0);
    let (unit, person) = owner(&test).await;
    let accept = |plan: Value| json!({"kind": "accept", "plan": plan});
    let wrong = step(&leader, &topic, accept(plan((unit.clone(), person), " ", "", "2020-01-01"))).await;
    assert_eq!(fields(&wrong), ["goal", "measures", "due_on"], "all mistakes at once");
    let nobody = plan((unit.clone(), json!("01234567-89ab-7def-8123-456789abcdef")), "减半", "换灯", "2026-12-31");
    assert_eq!(step(&leader, &topic, accept(nobody)).await.fields(), [("person".into(), "unknown_person".into())]);
    let no_unit = plan((json!("01234567-89ab-7def-8123-456789abcdef"), unit.clone()), "减半", "换灯", "2026-12-31");
    assert_eq!(step(&leader, &topic, accept(no_unit)).await.fields(), [("unit".into(), "unknown_unit".into())]);
    let blind = plan((unit, person_of(&test, "officer").await), "减半", "换灯", "2026-12-31");
    assert_eq!(step(&leader, &topic, accept(blind)).await.fields(), [("person".into(), "owner_sees_nothing".into())]);
    let worker = test.as_person("worker").await;
    let not_theirs = step(&worker, &topic, json!({"kind": "reject", "words": "x"})).await;
    assert_eq!(not_theirs.refusal(), (409, "topic_step".into()));
    let active = accepted(&test, &topic).await;
    assert_eq!((&active["state"], &active["person"]["name"]), (&json!("active"), &json!("handler")));
    assert_eq!(rows(&handler, "state=active").await.len(), 1, "the owner's unit sees it");
    assert_eq!(handler.get(&address(&active, "/cases")).await.ok()["count"], 0, "and of its cases the unit's alone");
    let stale = step(&leader, &topic, json!({"kind": "note", "words": "x"})).await;
    assert_eq!(stale.refusal(), (409, "record_changed".into()));
    assert_eq!(handler.get(&address(&active, "")).await.ok()["allowed"], json!(["note"]), "the owner says how it goes");
    let noted = step(&handler, &active, json!({"kind": "note", "words": "换了两盏"})).await.ok();
    let other = plan(owner(&test).await, "减少三分之二", "换灯换线", "2027-01-31");
    let unsaid = step(&leader, &noted, json!({"kind": "revise", "plan": other, "words": ""})).await;
    assert_eq!(unsaid.fields(), [("words".into(), "required".into())], "a day is not moved without a word");
    let noted = step(&leader, &noted, json!({"kind": "revise", "plan": other, "words": "线路也要换"})).await.ok();
    assert_eq!((&noted["due_on"], &noted["goal"]), (&json!("2027-01-31"), &json!("减少三分之二")));
    lamps(&test, 5, 3).await;
    assert!(rows(&leader, "").await.is_empty(), "no second beside the open one");
    let over = step(&leader, &noted, json!({"kind": "finish", "words": "全部换成LED"})).await.ok();
    assert_eq!((&over["state"], &over["found"], &over["after"]), (&json!("finished"), &json!(8), &json!(0)));
    let kinds: Vec<&str> =
        over["notes"].as_array().unwrap().iter().map(|note| note["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["accepted", "noted", "revised", "finished"]);
    assert_eq!(over["months"].as_array().unwrap().last().unwrap(), &json!({"month": "2026-11", "cases": 8}));

    test.pass_hours(48);
    lamps(&test, 8, 2).await;
    let leader = test.as_person("leader").await;
    assert_eq!(rows(&leader, "state=finished").await[0]["after"], 2);
    assert_eq!(
        leader.get(&address(&over, "/cases?after=true")).await.ok()["count"],
        2,
        "each figure opens into its cases"
    );
    lamps(&test, 10, 3).await;
    assert_eq!(rows(&leader, "").await.len(), 1, "grown to the number again, it is proposed again");
}

#[tokio::test]
async fn what_was_rejected_is_proposed_again_only_when_it_grew() {
    let test = city().await;
    lamps(&test, 0, 5).await;
    let leader = test.as_person("leader").await;
    let topic = rows(&leader, "").await.remove(0);
    assert_eq!(
        step(&leader, &topic, json!({"kind": "reject", "words": " "})).await.fields(),
        [("words".into(), "required".into())]
    );
    let rejected = step(&leader, &topic, json!({"kind": "reject", "words": "正在改造，已列入年度计划"})).await.ok();
    assert_eq!((&rejected["state"], &rejected["allowed"]), (&json!("rejected"), &json!(["undo"])));
    test.pass_hours(24);
    lamps(&test, 5, 2).await;
    let leader = test.as_person("leader").await;
    assert!(rows(&leader, "").await.is_empty());
    lamps(&test, 7, 1).await;
    assert_eq!(rows(&leader, "").await.len(), 1, "grown by three, as the catalogue says");
    assert_eq!(rows(&leader, "state=rejected").await.len(), 1);
}

#[tokio::test]
async fn the_topic_of_the_month_is_told_in_public_in_the_offices_words() {
    let test = city().await;
    lamps(&test, 0, 5).await;
    let (leader, office) = (test.as_person("leader").await, test.as_person("office").await);
    let topic = rows(&leader, "").await.remove(0);
    let active = accepted(&test, &topic).await;
    let mark = |goal: &str| json!({"kind": "of_month", "month": "2026-11", "goal": {"zh": goal, "en": "Half as many"}, "result": null});
    assert_eq!(step(&leader, &active, mark("减半")).await.refusal().1, "topic_step", "the county marks it");
    let named = step(&office, &active, mark("有事打13812345678")).await;
    assert_eq!(named.fields(), [("goal".into(), "personal_in_summary".into())]);
    let form = step(&office, &active, json!({"kind": "of_month", "month": "11", "goal": null})).await;
    assert_eq!(fields(&form), ["month", "goal"]);
    let marked = step(&office, &active, mark("三个月内减半")).await.ok();
    let open = test.nobody().get("/api/open/topics?region=140403001").await.ok();
    assert_eq!((&open["rows"][0]["goal"]["zh"], &open["rows"][0]["cases"]), (&json!("三个月内减半"), &json!(5)));
    let text = open.to_string();
    assert!(
        !text.contains("盏路灯") && !text.contains("换灯") && !text.contains(topic["id"].as_str().unwrap()),
        "{text}"
    );
    let morning = leader.get("/api/topics/month").await.ok();
    assert_eq!((&morning["id"], &morning["month"]), (&topic["id"], &json!("2026-11")));
    assert!(test.as_person("elsewhere").await.get("/api/topics/month").await.ok()["topic"].is_null());
    let done = step(&leader, &marked, json!({"kind": "finish", "words": "全换了"})).await.ok();
    let unsaid = step(&office, &done, mark("三个月内减半")).await;
    assert_eq!(unsaid.fields(), [("result".into(), "required".into())]);
    let told = test.nobody().get("/api/open/topics?region=140403").await.ok();
    assert_eq!(told["rows"][0]["is_finished"], true, "what everyone reads follows");
    let mut said = mark("三个月内减半");
    said["result"] = json!({"zh": "路灯全部换过"});
    let done = step(&office, &done, said).await.ok();
    assert_eq!(done["public_result"]["zh"], "路灯全部换过");
    let back = step(&office, &done, json!({"kind": "not_of_month"})).await.ok();
    assert!(back["month"].is_null() && back["public_goal"].is_null());
    assert_eq!(test.nobody().get("/api/open/topics?region=140403").await.ok()["rows"], json!([]));
    assert_eq!(test.nobody().get("/api/open/topics?region=1404").await.status, 422);
}

#[tokio::test]
async fn a_topic_says_why_it_was_proposed_and_its_owner_is_chosen_from_the_units_people() {
    let test = city().await;
    lamps(&test, 0, 5).await;
    let leader = test.as_person("leader").await;
    let topic = rows(&leader, "").await.remove(0);
    lamps(&test, 5, 2).await;
    let later = rows(&leader, "").await.remove(0);
    assert_eq!(later["why"], topic["why"], "the numbers are those of the day it was proposed");
    let (why, matter) = (topic["why"]["en"].as_str().unwrap(), topic["matter"]["names"]["en"].as_str().unwrap());
    for part in ["5 cases", matter, "60 days up to", called(&topic["place"][1])] {
        assert!(why.contains(part), "{part} in {why}");
    }
    assert!(topic["why"]["zh"].as_str().unwrap().contains("满 5 件列为课题"), "{}", topic["why"]);
    let (unit, person) = owner(&test).await;
    let people = format!("/owners?unit={}", unit.as_str().unwrap());
    let found = leader.get(&address(&topic, &people)).await.ok();
    let ids: Vec<&Value> = found["rows"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert!(ids.contains(&&person), "a department's people, though it lies outside the leader's place: {found}");
    assert_eq!(test.as_person("worker").await.get(&address(&topic, &people)).await.refusal().0, 403);
    assert_eq!(test.as_person("elsewhere").await.get(&address(&topic, &people)).await.refusal().0, 404);
}

#[tokio::test]
async fn whoever_decided_takes_it_back_within_half_an_hour_unless_something_followed() {
    let test = city().await;
    lamps(&test, 0, 5).await;
    let (leader, office) = (test.as_person("leader").await, test.as_person("office").await);
    let undo = || json!({"kind": "undo"});
    let topic = rows(&leader, "").await.remove(0);
    assert_eq!(step(&leader, &topic, undo()).await.refusal(), (409, "topic_step".into()), "nothing was decided");
    let active = accepted(&test, &topic).await;
    assert!(active["allowed"].as_array().unwrap().contains(&json!("undo")) && active["undo_until"].is_string());
    assert_eq!(step(&office, &active, undo()).await.refusal().0, 409, "only who took it");
    let back = step(&leader, &active, undo()).await.ok();
    assert_eq!((&back["state"], &back["unit"], &back["begins_on"]), (&json!("proposed"), &Value::Null, &Value::Null));
    assert_eq!(back["notes"].as_array().unwrap().last().unwrap()["kind"], "undone");

    // A wrong owner is undone to the one before; a wrong end as well, in public too.
    let active = accepted(&test, &back).await;
    let (unit, _) = owner(&test).await;
    let wrong = plan((unit, person_of(&test, "handler").await), "全换", "换灯", "2027-01-31");
    let revised = step(&leader, &active, json!({"kind": "revise", "plan": wrong, "words": "改"})).await.ok();
    assert_eq!(revised["goal"], "全换");
    let active = step(&leader, &revised, undo()).await.ok();
    assert_eq!((&active["goal"], &active["due_on"]), (&json!("减半"), &json!("2026-12-31")));
    let mark = json!({"kind": "of_month", "month": "2026-11", "goal": {"zh": "三个月内减半"}});
    let marked = step(&office, &active, mark).await.ok();
    let over = step(&leader, &marked, json!({"kind": "finish", "words": "都换了"})).await.ok();
    let told =
        || async { test.nobody().get("/api/open/topics?region=140403").await.ok()["rows"][0]["is_finished"].clone() };
    assert_eq!(told().await, true);
    let again = step(&leader, &over, undo()).await.ok();
    assert_eq!((&again["state"], told().await), (&json!("active"), json!(false)));

    // What was noted since has followed.
    let over = step(&leader, &again, json!({"kind": "finish", "words": "都换了"})).await.ok();
    let noted = step(&leader, &over, json!({"kind": "note", "words": "复查过"})).await.ok();
    assert!(!noted["allowed"].as_array().unwrap().contains(&json!("undo")));
    assert_eq!(step(&leader, &noted, undo()).await.refusal(), (409, "topic_step".into()));
}

#[tokio::test]
async fn a_decision_stands_after_half_an_hour() {
    let test = city().await;
    lamps(&test, 0, 5).await;
    let leader = test.as_person("leader").await;
    let topic = rows(&leader, "").await.remove(0);
    let rejected = step(&leader, &topic, json!({"kind": "reject", "words": "不必"})).await.ok();
    assert!(rejected["allowed"].as_array().unwrap().contains(&json!("undo")));
    test.pass_hours(1);
    let leader = test.as_person("leader").await;
    let path = format!("/api/topics/{}", rejected["id"].as_str().unwrap());
    assert!(!leader.get(&path).await.ok()["allowed"].as_array().unwrap().contains(&json!("undo")));
    assert_eq!(step(&leader, &rejected, json!({"kind": "undo"})).await.refusal(), (409, "topic_step".into()));
}

#[tokio::test]
async fn a_month_has_one_topic() {
    let test = city().await;
    lamps(&test, 0, 5).await;
    let office = test.as_person("office").await;
    let mark = json!({"kind": "of_month", "month": "2026-11", "goal": {"zh": "三个月内减半"}});
    let topic = rows(&office, "").await.remove(0);
    let first = step(&office, &accepted(&test, &topic).await, mark.clone()).await.ok();
    let over = step(&office, &first, json!({"kind": "finish", "words": "全换了"})).await.ok();
    test.pass_hours(24);
    lamps(&test, 5, 5).await;
    let office = test.as_person("office").await;
    let topic = rows(&office, "").await.remove(0);
    let second = accepted(&test, &topic).await;
    let taken = step(&office, &second, mark).await;
    assert_eq!(taken.fields(), [("month".into(), "month_taken".into())]);
    let (topic, place) = (first["matter"]["names"]["en"].as_str().unwrap(), called(&first["place"][1]));
    assert!(taken.text().contains(&format!("{topic} ({place})")), "who has the month is said: {}", taken.text());
    assert_eq!(office.get(&address(&over, "")).await.ok()["month"], "2026-11");
}

#[tokio::test]
async fn the_numbers_are_text_of_the_catalogue() {
    let test = city().await;
    let keeper = test.as_person("keeper").await;
    let toml = "[default]\ncases = 2\ndays = 30\ngrown_by = 1\n\n[item]\ncases = 3\ndays = 180\ngrown_by = 2\n";
    keeper.put("/api/catalog/recurrence/thresholds", json!({"toml": toml})).await.ok();
    lamps(&test, 0, 2).await;
    assert_eq!(rows(&test.as_person("leader").await, "").await.len(), 1);
    let wrong =
        keeper.put("/api/catalog/recurrence/thresholds", json!({"toml": toml.replace("cases = 2", "cases = 1")})).await;
    assert_eq!(wrong.json()["errors"][0]["line"], 2);
}
