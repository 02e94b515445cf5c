//! What everyone may read of what was asked, and what nobody may.

use db::{FromRow, Row, sql};
use jishi::{modules::disclosure, platform::access::Role};
use serde_json::{Value, json};

use super::{
    cases::{GRID, LAMP, RECEIPT, city, filed, in_hand, lamp, read, reported, step, verdict, with},
    support::{Client, TestApp, book},
};

const VILLAGE: &str = "140403001001";
/// Only counted, and not even that.
const FEE: &str = "housing.property.property-fee";
const QUARREL: &str = "disputes.neighbours.neighbour";
const SUMMARY: &str = "府后社区的路灯已经换好，晚上亮了。";

/// Receipts that no other report of a test has.
fn receipt(number: usize) -> String {
    format!("98765432{:08}", 10_000 + number)
}

/// Reports a matter; gives the case's number.
async fn taken(test: &TestApp, number: usize, changes: Value) -> String {
    let body = with(with(lamp(), json!({"receipt": receipt(number)})), changes);
    test.nobody().post("/api/reports", body).await.ok()["number"].as_str().unwrap().to_owned()
}

/// Reports a matter; gives the case's id as the desk sees it.
async fn report(test: &TestApp, number: usize, changes: Value) -> String {
    let taken =
        test.nobody().post("/api/reports", with(with(lamp(), json!({"receipt": receipt(number)})), changes)).await;
    let name = taken.ok()["number"].as_str().unwrap().to_owned();
    let found = test.as_person("county").await.get(&format!("/api/cases?q={name}")).await.ok();
    found["rows"][0]["id"].as_str().unwrap().to_owned()
}

async fn open(test: &TestApp, path: &str) -> Value {
    test.nobody().get(&format!("/api/open/{path}")).await.ok()
}

async fn disclosed(client: &Client<'_>, id: &str) -> Value {
    let found = client.get(&format!("/api/cases/{id}/disclosure")).await.ok();
    assert_eq!(found["key"].is_string(), found["shown"] == "listed");
    found
}

async fn say(client: &Client<'_>, id: &str, what: &str, body: Value) -> super::support::Answer {
    let version = client.get(&format!("/api/cases/{id}/disclosure")).await.json()["version"].clone();
    client.post(&format!("/api/cases/{id}/disclosure/{what}"), with(body, json!({"version": version}))).await
}

/// The lamp, reported, done and confirmed.
async fn solved(test: &TestApp) -> String {
    let id = reported(test).await;
    filed(test, &id).await;
    test.nobody().with_receipt(RECEIPT).post("/api/receipt/verdict", verdict("yes")).await.ok();
    id
}

struct Line(String);

impl FromRow for Line {
    fn from_row(row: &Row) -> kernel::Result<Self> {
        Ok(Self(row.get("t")?))
    }
}

/// Every row behind what is public, in one order.
async fn everything(test: &TestApp) -> Vec<String> {
    let mut db = test.app.db.read().await.unwrap();
    let mut all = Vec::new();
    for statement in [
        sql!(
            "SELECT public_key || ' ' || matter || ' ' || class || ' ' || coalesce(grid, village, '') || ' ' || received_day
                    || ' ' || coalesce(due_day, '') || ' ' || coalesce(done_day, '') || ' ' || state || ' ' || reason || ' '
                    || CASE WHEN is_late THEN 'late' ELSE '' END || ' ' || coalesce(CAST(summary AS TEXT), '') AS t
             FROM disclosed_cases ORDER BY 1"
        ),
        sql!(
            "SELECT place || ' ' || month || ' ' || matter || ' ' || class || ' ' || state || ' ' || reason || ' '
                    || CASE WHEN is_late THEN 'late' ELSE '' END || ' ' || CAST(cases AS TEXT) AS t
             FROM disclosed_figures ORDER BY 1"
        ),
        sql!(
            "SELECT place || ' ' || month || ' ' || CAST(days AS TEXT) || ' ' || CAST(cases AS TEXT) AS t
             FROM disclosed_days ORDER BY 1"
        ),
        sql!(
            "SELECT place || ' ' || year || ' ' || class || ' ' || state || ' ' || CAST(cases AS TEXT) AS t
             FROM disclosure_counts ORDER BY 1"
        ),
    ] {
        let rows: Vec<Line> = db.all(statement).await.unwrap();
        all.extend(rows.into_iter().map(|Line(line)| line));
    }
    all
}

#[tokio::test]
async fn nothing_private_is_in_any_public_answer() {
    let test = city().await;
    let private = json!({
        "text": "紫薇胡同口的灯不亮，我叫王小明，电话13812345678", "identity": "named",
        "contact": {"name": "王小明", "phone": "13812345678"},
        "place": {"source": "pin", "lon": 113.11, "lat": 36.19, "region": GRID, "text": "紫薇胡同七号门口"},
    });
    let id = report(&test, 1, private).await;
    filed(&test, &id).await;
    let desk = test.as_person("dispatcher").await;
    let number = read(&desk, &id).await["number"].as_str().unwrap().to_owned();
    say(&desk, &id, "approve", json!({"zh": SUMMARY, "en": "The lamp shines again."})).await.ok();
    disclosure::follow(&test.app).await.unwrap();
    let key = open(&test, "cases").await["rows"][0]["key"].as_str().unwrap().to_owned();
    let mut answers = String::new();
    for path in [
        "cases".to_owned(),
        format!("cases/{key}"),
        "figures".to_owned(),
        format!("figures?place={VILLAGE}"),
        "map".to_owned(),
        format!("map?place={VILLAGE}"),
        format!("map?place={GRID}"),
        "about".to_owned(),
        "cases.csv".to_owned(),
        "cases.json".to_owned(),
        "cases.geojson".to_owned(),
    ] {
        let answer = test.nobody().get(&format!("/api/open/{path}")).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answers.push_str(&answer.text());
    }
    assert!(answers.contains(SUMMARY) && answers.contains(&key), "{answers}");
    for private in ["紫薇", "王小明", "13812345678", "138****", &number, &id, "113.11,", "门口", "已更换灯泡", "到现场"]
    {
        assert!(!answers.contains(private), "{private} is public");
    }
}

#[tokio::test]
async fn a_case_is_listed_counted_or_neither_as_its_matter_says() {
    let test = city().await;
    let lamp = solved(&test).await;
    for (number, matter) in [(1, FEE), (2, QUARREL)] {
        report(&test, number, json!({"matter": matter})).await;
    }
    disclosure::follow(&test.app).await.unwrap();
    let rows = open(&test, "cases").await;
    assert_eq!((rows["count"].clone(), rows["rows"][0]["matter"]["code"].clone()), (json!(1), json!(LAMP)));
    assert_eq!(rows["rows"][0]["state"], "solved");
    assert_eq!(rows["rows"][0]["place"]["grid"]["code"], GRID);
    let figures = open(&test, &format!("figures?place={VILLAGE}")).await;
    assert_eq!(figures["listed"]["cases"], 1);
    assert_eq!(figures["counted"]["cases"], Value::Null, "one could point at somebody");
    assert_eq!(figures["counted"]["states"], json!([]));
    for number in 3..8 {
        report(&test, number, json!({"matter": FEE})).await;
    }
    disclosure::follow(&test.app).await.unwrap();
    let counted = open(&test, &format!("figures?place={VILLAGE}")).await["counted"].clone();
    assert_eq!((counted["cases"].clone(), counted["other"].clone()), (json!(6), json!(0)));
    assert_eq!(
        (counted["classes"][0]["class"]["code"].clone(), counted["states"][0]["state"].clone()),
        (json!("housing"), json!("open"))
    );
    let desk = test.as_person("dispatcher").await;
    assert_eq!(disclosed(&desk, &lamp).await["shown"], "listed");
    assert!(!test.nobody().get("/api/open/cases.csv").await.text().contains("housing"));
}

#[tokio::test]
async fn what_was_withdrawn_merged_or_classed_otherwise_is_public_no_more() {
    let test = city().await;
    let ids = [report(&test, 1, json!({})).await, report(&test, 2, json!({})).await, report(&test, 3, json!({})).await];
    disclosure::follow(&test.app).await.unwrap();
    assert_eq!(open(&test, "cases").await["count"], 3);
    let desk = test.as_person("dispatcher").await;
    let into = read(&desk, &ids[1]).await["number"].clone();
    step(&desk, &ids[0], "merge", json!({"into": into})).await.ok();
    step(&desk, &ids[2], "reclassify", json!({"matter": QUARREL})).await.ok();
    disclosure::follow(&test.app).await.unwrap();
    assert_eq!(open(&test, "cases").await["count"], 1);
    for number in [1, 2] {
        test.nobody().with_receipt(&receipt(number)).post("/api/receipt/withdraw", json!({})).await.ok();
    }
    disclosure::follow(&test.app).await.unwrap();
    let rows = open(&test, "cases").await;
    assert_eq!((rows["count"].clone(), rows["rows"].clone()), (json!(0), json!([])));
    assert!(everything(&test).await.is_empty());
}

/// Cases of all endings in several places and months.
async fn a_season(test: &TestApp) {
    let desk = test.as_person("dispatcher").await;
    let ids = [report(test, 1, json!({})).await, report(test, 2, json!({})).await, report(test, 3, json!({})).await];
    step(&desk, &ids[0], "answer", json!({"text": "今晚停电检修，明早恢复"})).await.ok();
    step(&desk, &ids[1], "refuse", json!({"reason": "unclear", "text": "说不清在哪里"})).await.ok();
    in_hand(test, &ids[2]).await;
    let handler = test.as_person("handler").await;
    step(&handler, &ids[2], "result", json!({"text": "要等新路修好", "outcome": "cannot"})).await.ok();
    test.pass_hours(24 * 20);
    report(test, 4, json!({"place": {"source": "chosen", "region": "140403001002001"}})).await;
    report(test, 5, json!({"place": {"source": "chosen", "region": "140403002001"}})).await;
    taken(test, 6, json!({"place": {"source": "chosen", "region": "140404100201001"}})).await;
    for number in 7..12 {
        report(test, number, json!({"matter": FEE})).await;
    }
    for _ in 0..5 {
        test.pass_hours(24);
        jishi::modules::cases::actions::remind_and_close(&test.app).await.unwrap();
    }
    test.pass_hours(24 * 15);
}

#[tokio::test]
async fn following_gives_what_counting_anew_gives() {
    let test = city().await;
    test.pass_hours(24);
    disclosure::follow(&test.app).await.unwrap();
    let id = solved(&test).await;
    let fee = report(&test, 20, json!({"matter": FEE})).await;
    disclosure::follow(&test.app).await.unwrap();
    step(&test.as_person("dispatcher").await, &fee, "answer", json!({"text": "收费标准贴在门口"})).await.ok();
    disclosure::follow(&test.app).await.unwrap();
    a_season(&test).await;
    // Reading again what was read changes nothing.
    assert!(disclosure::follow(&test.app).await.unwrap() > 0);
    assert_eq!(disclosure::follow(&test.app).await.unwrap(), 0);
    let desk = test.as_person("dispatcher").await;
    say(&desk, &id, "approve", json!({"zh": SUMMARY})).await.ok();
    let followed = everything(&test).await;
    assert!(followed.len() > 30, "{followed:#?}");
    let all = disclosure::rebuild(&test.app).await.unwrap();
    assert!(all >= 12);
    assert_eq!(everything(&test).await, followed);

    // Broken off in the middle it goes on where it was; the next time it looks at everything again.
    let reached = test.app.now().millis();
    test.app
        .db
        .write(async move |mut tx| {
            tx.execute(sql!("DELETE FROM disclosed_figures")).await?;
            jishi::platform::trail::advance(&mut tx, "disclosure.rebuild", reached).await
        })
        .await
        .unwrap();
    let rest = disclosure::rebuild(&test.app).await.unwrap();
    assert!(rest < all, "{rest} of {all}");
    assert_eq!(everything(&test).await, followed);
    assert_eq!(disclosure::rebuild(&test.app).await.unwrap(), all);
}

#[tokio::test]
async fn every_figure_is_the_count_of_the_list_it_opens() {
    let test = city().await;
    solved(&test).await;
    a_season(&test).await;
    disclosure::follow(&test.app).await.unwrap();
    for place in ["1404", "140403", "140403001", VILLAGE, GRID, "140404"] {
        let figures = open(&test, &format!("figures?place={place}&year=2026")).await;
        let base = format!("place={place}&from=2026-01&to=2026-12");
        let mut opens = vec![(String::new(), figures["listed"]["cases"].clone())];
        for state in ["open", "solved", "settled", "unverified", "not_fixed"] {
            opens.push((format!("&state={state}"), figures["listed"][state].clone()));
        }
        opens.push(("&late=true".to_owned(), figures["listed"]["late"].clone()));
        for row in figures["reasons"].as_array().unwrap() {
            opens.push((format!("&state=not_fixed&reason={}", row["reason"].as_str().unwrap()), row["cases"].clone()));
        }
        for row in figures["classes"].as_array().unwrap() {
            opens.push((format!("&class={}", row["class"]["code"].as_str().unwrap()), row["cases"].clone()));
        }
        for row in figures["months"].as_array().unwrap() {
            let month = row["month"].as_str().unwrap();
            let found = open(&test, &format!("cases?place={place}&from={month}&to={month}&limit=100")).await;
            assert_eq!(found["count"], row["cases"], "{place} {month}");
        }
        for (more, cases) in opens {
            let found = open(&test, &format!("cases?{base}{more}&limit=100")).await;
            assert_eq!(found["count"], cases, "{place} {more}");
            assert_eq!(json!(found["rows"].as_array().unwrap().len()), cases, "{place} {more}");
            let points = open(&test, &format!("map?{base}{more}")).await;
            let drawn: i64 = points["points"].as_array().unwrap().iter().map(|it| it["cases"].as_i64().unwrap()).sum();
            assert_eq!(json!(drawn + points["without_point"].as_i64().unwrap()), cases, "the map of {place} {more}");
        }
    }
    let figures = open(&test, "figures?place=140403001&year=2026").await;
    assert_eq!(figures["children"].as_array().unwrap().len(), 2);
    assert!(figures["listed"]["not_fixed"].as_i64().unwrap() >= 3, "{figures}");
    assert!(figures["median_days"].is_i64());
    let matter = open(&test, &format!("cases?matter={LAMP}&limit=100")).await;
    assert_eq!(matter["count"], open(&test, "cases").await["count"]);
}

#[tokio::test]
async fn the_ledger_goes_page_by_page() {
    let test = city().await;
    for number in 1..6 {
        report(&test, number, json!({})).await;
        test.pass_hours(13);
    }
    disclosure::follow(&test.app).await.unwrap();
    let (mut keys, mut next) = (Vec::new(), String::new());
    loop {
        let page = open(&test, &format!("cases?limit=2{next}")).await;
        assert_eq!(page["count"], 5);
        keys.extend(page["rows"].as_array().unwrap().iter().map(|row| row["key"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next"].as_str() else { break };
        next = format!("&cursor={cursor}");
    }
    assert_eq!(keys.len(), 5);
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 5, "no row twice");
    assert_eq!(test.nobody().get("/api/open/cases?cursor=zz").await.fields(), [("cursor".into(), "bad_cursor".into())]);
}

#[tokio::test]
async fn what_becomes_late_by_the_clock_alone_is_late_in_public() {
    let test = city().await;
    report(&test, 1, json!({})).await;
    disclosure::follow(&test.app).await.unwrap();
    assert_eq!(open(&test, "cases?late=true").await["count"], 0);
    test.pass_hours(24 * 60);
    disclosure::follow(&test.app).await.unwrap();
    let late = open(&test, "cases?late=true&state=open").await;
    assert_eq!((late["count"].clone(), late["rows"][0]["is_late"].clone()), (json!(1), json!(true)));
}

#[tokio::test]
async fn a_summary_is_proposed_by_who_worked_and_approved_by_who_answers_for_the_place() {
    let test = city().await;
    let id = reported(&test).await;
    let (desk, handler) = (test.as_person("dispatcher").await, test.as_person("handler").await);
    let early = say(&desk, &id, "approve", json!({"zh": SUMMARY})).await;
    assert_eq!(early.refusal(), (409, "not_answered_yet".into()));
    filed(&test, &id).await;
    let before = disclosed(&handler, &id).await;
    assert!(before["proposal"]["zh"].as_str().unwrap().contains("府后社区"), "{before}");
    assert_eq!((before["may_propose"].clone(), before["may_approve"].clone()), (json!(true), json!(false)));
    assert_eq!(say(&handler, &id, "approve", json!({"zh": SUMMARY})).await.refusal(), (403, "forbidden".into()));
    let proposed = say(&handler, &id, "propose", json!({"zh": SUMMARY})).await.ok();
    assert_eq!(proposed["summary_state"], "proposed");
    let waiting = desk.get("/api/disclosures").await.ok();
    assert_eq!((waiting["count"].clone(), waiting["rows"][0]["summary"]["zh"].clone()), (json!(1), json!(SUMMARY)));
    assert_eq!(open(&test, "cases").await["rows"][0]["summary"], Value::Null, "a draft is not public");
    let approved = say(&desk, &id, "approve", json!({"zh": SUMMARY})).await.ok();
    assert_eq!(
        (approved["summary_state"].clone(), approved["may_take_down"].clone()),
        (json!("approved"), json!(true))
    );
    assert_eq!(open(&test, "cases").await["rows"][0]["summary"]["zh"], SUMMARY);
    assert_eq!(desk.get("/api/disclosures").await.ok()["count"], 0);
    assert_eq!(desk.get("/api/disclosures?list=approved").await.ok()["count"], 1);
    let kinds: Vec<Value> =
        read(&desk, &id).await["timeline"].as_array().unwrap().iter().map(|entry| entry["kind"].clone()).collect();
    assert!(kinds.ends_with(&[json!("summary_proposed"), json!("summary_approved")]), "{kinds:?}");
    let seen = test.nobody().with_receipt(RECEIPT).get("/api/receipt").await.ok();
    assert!(!seen.to_string().contains("summary_"), "the resident does not read the office's steps");
    let trail = test.as_person("auditor").await.get("/api/audit?kind=case.summary_approved").await.ok();
    assert_eq!(trail["rows"].as_array().unwrap().len(), 1);
    let down = say(&desk, &id, "take-down", json!({"reason": "写错了地方"})).await.ok();
    assert_eq!(down["withdrawn_because"], "写错了地方");
    let row = open(&test, "cases").await["rows"][0].clone();
    assert_eq!(row["summary"], Value::Null, "the case stays, its words do not");
    assert_eq!(say(&desk, &id, "take-down", json!({"reason": "再来"})).await.refusal(), (409, "nothing_public".into()));
}

#[tokio::test]
async fn what_was_said_of_a_result_that_was_sent_back_is_a_draft_again() {
    let test = city().await;
    let id = reported(&test).await;
    filed(&test, &id).await;
    let desk = test.as_person("dispatcher").await;
    say(&desk, &id, "approve", json!({"zh": SUMMARY})).await.ok();
    test.nobody().with_receipt(RECEIPT).post("/api/receipt/verdict", verdict("no")).await.ok();
    disclosure::follow(&test.app).await.unwrap();
    let row = open(&test, "cases").await["rows"][0].clone();
    assert_eq!((row["state"].clone(), row["summary"].clone()), (json!("open"), Value::Null));
    let kept = disclosed(&desk, &id).await;
    assert_eq!((kept["summary_state"].clone(), kept["summary"]["zh"].clone()), (json!("proposed"), json!(SUMMARY)));
}

#[tokio::test]
async fn a_bad_summary_is_refused_next_to_its_field() {
    let test = city().await;
    let id = solved(&test).await;
    let desk = test.as_person("dispatcher").await;
    for (body, field, code) in [
        (json!({"zh": ""}), "zh", "required"),
        (json!({"zh": "修好了"}), "zh", "too_short"),
        (json!({"zh": "灯".repeat(121)}), "zh", "too_long"),
        (json!({"zh": "路灯修好了，有事请打13812345678"}), "zh", "personal_in_summary"),
        (json!({"zh": SUMMARY, "en": "too short"}), "en", ""),
        (json!({"zh": SUMMARY, "en": "call 13812345678 please"}), "en", "personal_in_summary"),
    ] {
        let answer = say(&desk, &id, "approve", body.clone()).await;
        if code.is_empty() {
            assert_eq!(answer.status, 200, "{}", answer.text());
            continue;
        }
        assert_eq!(answer.fields(), [(field.to_owned(), code.to_owned())], "{body}");
    }
    assert_eq!(
        say(&desk, &id, "take-down", json!({"reason": " "})).await.fields(),
        [("reason".into(), "required".into())]
    );
    for (path, field) in [
        ("cases?from=2026", "from"),
        ("cases?to=2026-13", "to"),
        ("figures?year=9", "year"),
        ("figures?place=11", "place"),
        ("cases?limit=0", "limit"),
    ] {
        let answer = test.nobody().get(&format!("/api/open/{path}")).await;
        assert_eq!(answer.fields().first().map(|(name, _)| name.as_str()), Some(field), "{path}: {}", answer.text());
    }
    assert_eq!(test.nobody().get("/api/open/cases?state=closed").await.status, 400);
    assert_eq!(test.nobody().get("/api/open/cases/0000").await.refusal(), (404, "not_found".into()));
}

#[tokio::test]
async fn a_repetition_happens_once_and_whoever_comes_second_is_told() {
    let test = city().await;
    let id = solved(&test).await;
    let desk = test.as_person("dispatcher").await;
    let path = format!("/api/cases/{id}/disclosure/approve");
    let body = json!({"version": 0, "zh": SUMMARY});
    let keyed = desk.with_key("the-same-key");
    keyed.post(&path, body.clone()).await.ok();
    assert_eq!(keyed.post(&path, body.clone()).await.ok()["version"], 1);
    let second = test.as_person("second").await.post(&path, body).await;
    assert_eq!(second.refusal(), (409, "record_changed".into()));
}

#[tokio::test]
async fn only_who_answers_for_the_place_sees_and_approves() {
    let test = city().await;
    test.person("leader", Role::TownshipLeader, "140403001", None).await;
    let id = solved(&test).await;
    disclosure::follow(&test.app).await.unwrap();
    for (login, count) in [("dispatcher", 1), ("leader", 1), ("county", 1), ("neighbour", 0)] {
        let list = test.as_person(login).await.get("/api/disclosures").await.ok();
        assert_eq!(list["count"], count, "{login}");
        assert_eq!(list["rows"].as_array().unwrap().len(), usize::try_from(count).unwrap());
    }
    let body = json!({"version": 0, "zh": SUMMARY});
    for (login, refusal) in [("neighbour", 404), ("officer", 403), ("worker", 403), ("auditor", 403)] {
        let client = test.as_person(login).await;
        let answer = client.post(&format!("/api/cases/{id}/disclosure/approve"), body.clone()).await;
        assert_eq!(answer.status, refusal, "{login}: {}", answer.text());
    }
    assert_eq!(test.as_person("handler").await.get("/api/disclosures").await.status, 403);
    let csv = test.as_person("dispatcher").await.get("/api/disclosures.csv").await;
    assert!(csv.text().contains("Awaiting") || csv.text().contains("None yet"), "{}", csv.text());
    assert_eq!(csv.text().lines().count(), 2);
    let listed = book::rows(&test.as_person("dispatcher").await, "/api/disclosures.xlsx").await;
    assert!(listed.len() == 2 && book::is_time(book::under(&listed, 1, "Answered")), "{listed:?}");
    let other = test.as_person("county").await.get("/api/disclosures?region=140403002").await.ok();
    assert_eq!(other["count"], 0);
}

#[tokio::test]
async fn several_are_approved_together_and_a_refused_one_keeps_nobody_back() {
    let test = city().await;
    let desk = test.as_person("dispatcher").await;
    let ids = [report(&test, 1, json!({})).await, report(&test, 2, json!({})).await, report(&test, 3, json!({})).await];
    for id in &ids[..2] {
        step(&desk, id, "answer", json!({"text": "今晚停电检修，明早恢复"})).await.ok();
    }
    disclosure::follow(&test.app).await.unwrap();
    let waiting = desk.get("/api/disclosures").await.ok();
    assert_eq!(waiting["count"], 2);
    let mut rows: Vec<Value> = waiting["rows"].as_array().unwrap().iter()
        .map(|row| json!({"case": row["case"], "version": row["version"], "zh": row["proposal"]["zh"], "en": row["proposal"]["en"]}))
        .collect();
    rows.push(json!({"case": ids[2], "version": 0, "zh": SUMMARY}));
    let done = desk.with_key("all-together").post("/api/disclosures/approve", json!({"rows": rows})).await.ok();
    assert_eq!(done["approved"], 2);
    assert!(done["rows"][2]["refusal"].as_str().unwrap().contains("no result yet"), "{done}");
    let again = desk.with_key("all-together").post("/api/disclosures/approve", json!({"rows": rows})).await.ok();
    assert_eq!(again["approved"], 2, "a repetition says the same");
    assert_eq!(desk.get("/api/disclosures?list=approved").await.ok()["count"], 2);
    let none = desk.post("/api/disclosures/approve", json!({"rows": []})).await;
    assert_eq!(none.fields(), [("rows".into(), "out_of_range".into())]);
}

#[tokio::test]
async fn open_data_are_whole_in_three_forms_and_say_what_they_are() {
    let test = city().await;
    solved(&test).await;
    a_season(&test).await;
    disclosure::follow(&test.app).await.unwrap();
    let count = open(&test, "cases").await["count"].as_i64().unwrap();
    let csv = test.nobody().get("/api/open/cases.csv").await;
    assert_eq!(i64::try_from(csv.text().lines().count()).unwrap(), count + 1);
    let about = open(&test, "about").await;
    let names: Vec<&str> = about["fields"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(csv.text().lines().next().unwrap().trim_start_matches('\u{FEFF}'), names.join(","));
    let json = open(&test, "cases.json").await;
    assert_eq!(i64::try_from(json["cases"].as_array().unwrap().len()).unwrap(), count);
    assert_eq!(json["about"]["publisher"]["zh"], "基石");
    let geo = test.nobody().get("/api/open/cases.geojson?place=140403").await;
    assert_eq!(geo.headers["content-type"], "application/geo+json");
    let geo = geo.json();
    assert_eq!(
        (geo["type"].clone(), geo["features"][0]["type"].clone()),
        (json!("FeatureCollection"), json!("Feature"))
    );
    let empty = open(&test, "cases.geojson?place=140404&state=solved").await;
    assert_eq!(empty["features"], json!([]));
}

#[tokio::test]
async fn what_a_reader_has_is_not_sent_again_until_it_changes() {
    let test = city().await;
    let id = solved(&test).await;
    disclosure::follow(&test.app).await.unwrap();
    for path in ["/api/open/cases", "/api/open/figures", "/api/open/map", "/api/open/cases.csv"] {
        let first = test.nobody().get(path).await;
        assert_eq!(first.headers["cache-control"], "public, max-age=60", "{path}");
        let tag = first.headers["etag"].to_str().unwrap().to_owned();
        let again = test.nobody().with_header("if-none-match", &tag).get(path).await;
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
    }
    let tag = test.nobody().get("/api/open/cases").await.headers["etag"].to_str().unwrap().to_owned();
    say(&test.as_person("dispatcher").await, &id, "approve", json!({"zh": SUMMARY})).await.ok();
    assert_eq!(test.nobody().with_header("if-none-match", &tag).get("/api/open/cases").await.status, 200);
}

#[tokio::test]
async fn what_is_answered_and_waits_for_a_word_is_counted_as_answered() {
    let test = city().await;
    solved(&test).await;
    let waits = report(&test, 1, json!({})).await;
    filed(&test, &waits).await;
    report(&test, 2, json!({})).await;
    disclosure::follow(&test.app).await.unwrap();
    let rows = open(&test, "cases").await;
    let answered = rows["rows"].as_array().unwrap().iter().filter(|row| row["done_day"].is_string()).count();
    let figures = open(&test, "figures").await;
    assert_eq!((answered, figures["answered"].as_i64(), figures["listed"]["open"].as_i64()), (2, Some(2), Some(2)));
    let month = figures["months"].as_array().unwrap().iter().find(|month| month["month"] == "2026-11").unwrap();
    assert_eq!((month["cases"].as_i64(), month["answered"].as_i64()), (Some(3), Some(2)));
}

#[tokio::test]
async fn a_summary_in_the_residents_own_words_is_refused() {
    let test = city().await;
    let id = report(&test, 1, json!({"text": "走到门口井盖破了一角，请快些来修，老人差点摔倒"})).await;
    filed(&test, &id).await;
    disclosure::follow(&test.app).await.unwrap();
    let desk = test.as_person("dispatcher").await;
    let copied = say(&desk, &id, "approve", json!({"zh": "门口井盖破了一角，请快些来修。"})).await;
    assert_eq!(copied.fields(), [("zh".into(), "residents_words".into())]);
    say(&desk, &id, "approve", json!({"zh": "井盖当天换了新的，路面补平了。"})).await.ok();
}
