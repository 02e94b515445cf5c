//! Closed cases are looked at again by others, and a false result is marked on the unit.

use jishi::modules::{rechecks, supervision};
use kernel::Day;
use serde_json::{Value, json};

use super::{
    cases::{GRID, RECEIPT, city, filed, in_hand, lamp, peopled, read, reported, step, verdict, with},
    support::{Answer, Client, TestApp, at, book},
};

/// A lamp that was mended and confirmed.
async fn confirmed(test: &TestApp) -> String {
    let id = reported(test).await;
    filed(test, &id).await;
    test.nobody().with_receipt(RECEIPT).post("/api/receipt/verdict", verdict("yes")).await.ok();
    id
}

/// On the Monday after, when the platform has drawn.
async fn drawn(test: &TestApp) {
    test.pass_hours(24 * 7);
    assert!(rechecks::draw_due(&test.app).await.unwrap() > 0);
}

async fn list(client: &Client<'_>, query: &str) -> Value {
    client.get(&format!("/api/rechecks?{query}")).await.ok()
}

async fn only(client: &Client<'_>, side: &str) -> Value {
    let rows = list(client, &format!("side={side}")).await;
    assert_eq!((rows["count"].as_i64(), rows["rows"].as_array().unwrap().len()), (Some(1), 1));
    detail(client, &rows["rows"][0]).await
}

async fn detail(client: &Client<'_>, seen: &Value) -> Value {
    client.get(&format!("/api/rechecks/{}", seen["id"].as_str().unwrap())).await.ok()
}

async fn act(client: &Client<'_>, seen: &Value, what: &str, body: Value) -> Answer {
    let path = format!("/api/rechecks/{}/{what}", seen["id"].as_str().unwrap());
    client.post(&path, with(json!({"version": seen["version"]}), body)).await
}

fn code(answer: &Answer) -> String {
    answer.refusal().1
}

fn found(finding: &str) -> Value {
    json!({"finding": finding, "words": "到现场看过"})
}

#[tokio::test]
async fn the_platform_draws_once_a_week_and_keeps_its_seed() {
    let test = city().await;
    let id = confirmed(&test).await;
    // What a grid settles on the spot has no lead: it is reckoned to the village's office.
    let settled = with(
        lamp(),
        json!({"channel": "grid", "receipt": "9876543210987654", "settle": {"text": "已扶正"},
        "matter": "city.cleanliness.rubbish"}),
    );
    test.as_person("worker").await.post("/api/cases", settled).await.ok();
    assert_eq!(rechecks::draw_due(&test.app).await.unwrap(), 0, "this week is not over");
    test.pass_hours(24 * 7);
    assert_eq!(rechecks::draw_due(&test.app).await.unwrap(), 2, "each stratum gives one");
    assert_eq!(rechecks::draw_due(&test.app).await.unwrap(), 0, "a week is drawn once");
    let county = test.as_person("county").await;
    let rows = list(&county, "side=county").await;
    assert_eq!(rows["count"], 2);
    let of = |place: &str| {
        let rows = rows["rows"].as_array().unwrap();
        rows.iter().find(|row| row["unit"]["names"]["zh"] == place).unwrap()["checker"]["names"]["zh"].clone()
    };
    // A department is looked at by the village, a village by the township beside it.
    assert_eq!((of("lamps").as_str(), of("village").as_str()), (Some("village"), Some("other-street")));
    assert!(rows["rows"].as_array().unwrap().iter().all(|row| row["case"].get("handler").is_none()));
    let draws = test.as_person("auditor").await.get("/api/recheck-draws").await.ok();
    let draw = &draws["rows"].as_array().unwrap().iter().find(|draw| draw["county"]["code"] == "140403").unwrap();
    assert_eq!((draw["starts_on"].as_str(), draw["ends_on"].as_str()), (Some("2026-11-16"), Some("2026-11-22")));
    assert_eq!((draw["of"].as_i64(), draw["strata"].as_i64(), draw["drawn"].as_i64()), (Some(2), Some(2), Some(2)));
    assert!(draw["seed"].is_i64());
    // The week before, in which nothing closed, was drawn as well; the neighbour county's are not theirs.
    let own = county.get("/api/recheck-draws").await.ok();
    assert!(own["rows"].as_array().unwrap().iter().all(|draw| draw["county"]["code"] == "140403"));
    assert_eq!(own["count"], 2);
    assert_eq!(code(&test.as_person("dispatcher").await.get("/api/recheck-draws").await), "forbidden");
    let trail = test.as_person("auditor").await.get("/api/audit?kind=recheck.drawn").await.ok();
    let seeds: Vec<&Value> = trail["rows"].as_array().unwrap().iter().map(|row| &row["params"]["seed"]).collect();
    assert!(seeds.contains(&&draw["seed"]));
    let drawn = list(&county, &format!("side=county&draw={}", draw["id"].as_str().unwrap())).await;
    assert_eq!(drawn["count"], draw["drawn"], "the figure opens into its cases");
    assert!(drawn["rows"].as_array().unwrap().iter().any(|row| row["case"]["id"] == id.as_str()));
}

#[tokio::test]
async fn what_is_as_claimed_ends_there_and_only_the_checker_says_so() {
    let test = city().await;
    let id = confirmed(&test).await;
    drawn(&test).await;
    let officer = test.as_person("officer").await;
    let seen = only(&officer, "check").await;
    assert_eq!((seen["case"]["id"].as_str(), seen["state"].as_str()), (Some(id.as_str()), Some("waiting")));
    assert_eq!((seen["result"].as_str(), seen["outcome"].as_str()), (Some("已更换灯泡"), Some("solved")));
    assert_eq!((seen["may_find"].as_bool(), seen["may_decide"].as_bool()), (Some(true), Some(false)));
    for (login, wanted) in [("handler", "forbidden"), ("neighbour", "not_found"), ("dispatcher", "not_found")] {
        let other = test.as_person(login).await;
        assert_eq!(code(&act(&other, &seen, "finding", found("as_claimed")).await), wanted, "{login}");
        assert_eq!(code(&other.get(&format!("/api/rechecks/{}", seen["id"].as_str().unwrap())).await), "not_found");
    }
    assert_eq!(
        list(&test.as_person("handler").await, "side=own").await["count"],
        0,
        "nobody is told that somebody comes"
    );
    for (body, field) in [
        (json!({"finding": "as_claimed", "words": " "}), "words"),
        (json!({"finding": "as_claimed", "words": "长".repeat(1001)}), "words"),
        (json!({"finding": "as_claimed", "words": "看过", "photos": ["00".repeat(32)]}), "photos"),
    ] {
        assert_eq!(act(&officer, &seen, "finding", body).await.fields()[0].0, field);
    }
    let once = officer.with_key("the-very-same-finding");
    let done = act(&once, &seen, "finding", found("as_claimed")).await.ok();
    assert_eq!((done["state"].as_str(), done["may_find"].as_bool()), (Some("confirmed"), Some(false)));
    assert_eq!(act(&once, &seen, "finding", found("as_claimed")).await.ok(), done);
    assert_eq!(code(&act(&officer, &done, "finding", found("partly")).await), "recheck_over");
    assert_eq!(read(&test.as_person("county").await, &id).await["status"], "closed");
    let file = test.as_person("county").await.get("/api/rechecks.csv?side=county").await.text();
    assert_eq!(file.lines().count(), 2);
    let rows = book::rows(&test.as_person("county").await, "/api/rechecks.xlsx?side=county").await;
    assert!(rows.len() == 2 && book::is_time(book::under(&rows, 1, "Closed")), "{rows:?}");
}

#[tokio::test]
async fn a_false_result_is_marked_on_the_unit_and_its_resident_is_told() {
    let test = city().await;
    let id = confirmed(&test).await;
    drawn(&test).await;
    let (officer, handler, county) =
        (test.as_person("officer").await, test.as_person("handler").await, test.as_person("county").await);
    let seen = only(&officer, "check").await;
    let bad = json!({"finding": "not_as_claimed", "words": "灯还是不亮，住户电话13812345678说没人来过"});
    let seen = act(&officer, &seen, "finding", bad).await.ok();
    assert_eq!(seen["state"], "contested");
    assert!(!seen["words"].as_str().unwrap().contains("13812345678"));
    let early = json!({"is_false": true, "words": "认定"});
    assert_eq!(code(&act(&county, &seen, "decision", early).await), "unit_not_heard");
    // The unit is heard once; who looked does not answer for it.
    let own = only(&handler, "own").await;
    assert_eq!((own["may_answer"].as_bool(), own["may_find"].as_bool()), (Some(true), Some(false)));
    assert_eq!(code(&act(&officer, &own, "answer", json!({"words": "没有"})).await), "not_found");
    assert_eq!(
        act(&handler, &own, "answer", json!({"words": ""})).await.fields(),
        [("words".into(), "required".into())]
    );
    let answered = act(&handler, &own, "answer", json!({"words": "报早了，马上补办"})).await.ok();
    assert_eq!(answered["state"], "answered");
    assert_eq!(code(&act(&handler, &answered, "answer", json!({"words": "再说一次"})).await), "recheck_over");
    let stale = json!({"is_false": true, "words": "没有办就报了办结"});
    assert_eq!(code(&act(&county, &own, "decision", stale.clone()).await), "record_changed");
    assert_eq!(
        code(&act(&test.as_person("dispatcher").await, &answered, "decision", stale.clone()).await),
        "forbidden"
    );
    let decided = act(&county, &answered, "decision", stale.clone()).await.ok();
    assert_eq!(decided["state"], "false_result");
    assert_eq!(code(&act(&county, &decided, "decision", stale).await), "recheck_over");

    let case = read(&county, &id).await;
    assert_eq!((case["status"].as_str(), case["reopen_count"].as_i64()), (Some("working"), Some(1)));
    let page = test.nobody().with_receipt(RECEIPT).get("/api/receipt").await.ok();
    assert_eq!(page["status"], "working");
    assert!(page.to_string().contains("并没有像办理结果说的那样办好"), "{page}");
    let trail = test.as_person("auditor").await.get("/api/audit?kind=recheck.false_result").await.ok();
    let event = &trail["rows"][0];
    assert_eq!((trail["count"].as_i64(), event["params"]["unit"].clone()), (Some(1), decided["unit"]["id"].clone()));
    let units = county.get("/api/rechecks/units").await.ok();
    let lamps = &units["rows"][0];
    assert_eq!(
        (lamps["drawn"].as_i64(), lamps["not_as_claimed"].as_i64(), lamps["false_results"].as_i64()),
        (Some(1), Some(1), Some(1))
    );
    let unit = lamps["unit"]["id"].as_str().unwrap();
    assert_eq!(list(&county, &format!("side=county&unit={unit}&state=false_result")).await["count"], 1);
    // The catalogue's rule calls for supervision of the unit at its highest grade.
    assert_eq!(supervision::watch(&test.app).await.unwrap(), 1);
    let watched = county.get("/api/supervisions?open=true").await.ok();
    let rows = &watched["rows"];
    assert_eq!((rows[0]["trigger"].as_str(), rows[0]["grade"].as_str()), (Some("false-result"), Some("red")));
    assert_eq!(list(&county, &format!("side=county&unit={unit}&finding=partly")).await["count"], 0);
}

#[tokio::test]
async fn a_unit_that_says_nothing_in_time_is_decided_about_and_may_be_cleared() {
    let test = city().await;
    let id = confirmed(&test).await;
    drawn(&test).await;
    let officer = test.as_person("officer").await;
    let seen = only(&officer, "check").await;
    act(&officer, &seen, "finding", found("not_as_claimed")).await.ok();
    test.pass_hours(24 * 5);
    let (handler, county) = (test.as_person("handler").await, test.as_person("county").await);
    let seen = only(&county, "county").await;
    assert_eq!((seen["may_decide"].as_bool(), seen["state"].as_str()), (Some(true), Some("contested")));
    assert_eq!(code(&act(&handler, &seen, "answer", json!({"words": "迟了"})).await), "answer_too_late");
    let cleared = act(&county, &seen, "decision", json!({"is_false": false, "words": "是后来又坏的"})).await.ok();
    assert_eq!(cleared["state"], "dismissed");
    assert_eq!(read(&county, &id).await["status"], "closed");
}

#[tokio::test]
async fn who_said_honestly_that_it_cannot_be_solved_is_not_punished() {
    let test = city().await;
    let id = reported(&test).await;
    in_hand(&test, &id).await;
    let handler = test.as_person("handler").await;
    step(&handler, &id, "result", json!({"text": "产权不清，目前解决不了", "outcome": "cannot"})).await.ok();
    test.nobody().with_receipt(RECEIPT).post("/api/receipt/verdict", verdict("yes")).await.ok();
    drawn(&test).await;
    let officer = test.as_person("officer").await;
    let seen = only(&officer, "check").await;
    assert_eq!(seen["is_honest"], true);
    let seen = act(&officer, &seen, "finding", found("not_as_claimed")).await.ok();
    let handler = test.as_person("handler").await;
    let seen = act(&handler, &seen, "answer", json!({"words": "产权问题还在协调"})).await.ok();
    let county = test.as_person("county").await;
    assert_eq!(
        code(&act(&county, &seen, "decision", json!({"is_false": true, "words": "认定"})).await),
        "honest_result"
    );
    act(&county, &seen, "decision", json!({"is_false": false, "words": "如实说明"})).await.ok();
}

#[tokio::test]
async fn over_the_spring_festival_there_is_time_to_look() {
    let test = TestApp::start().await;
    test.app.clock.set(at("2026-02-11T01:00:00Z"));
    let test = peopled(test).await;
    confirmed(&test).await;
    test.app.clock.set(at("2026-02-16T01:00:00Z"));
    assert_eq!(rechecks::draw_due(&test.app).await.unwrap(), 1);
    let seen = only(&test.as_person("officer").await, "check").await;
    assert_eq!(seen["due_at"], "2026-02-28T10:00:00Z");
    assert_eq!("2026-02-28".parse::<Day>().unwrap().year(), 2026);
    assert!(seen["case"]["place"]["grid"]["code"] == GRID);
}
