//! Disputes and mediation: few eyes, both sides' will, no room given twice, the court's window, and nothing told of a party.

use jishi::{modules::mediation, platform::access::Role};
use kernel::Id;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, book, pdf};

async fn city() -> TestApp {
    let test = TestApp::start().await.with_catalogue().await;
    mediation::import_packaged(&test.app).await.unwrap();
    test.unit("centre", "mediation", "140403001").await;
    test.unit("other-centre", "mediation", "140404100").await;
    test.unit("street", "government", "140403001").await;
    test.person("officer", Role::CentreOfficer, "140403001", Some("centre")).await;
    test.person("elsewhere", Role::CentreOfficer, "140404100", Some("other-centre")).await;
    test.person("mediator", Role::Mediator, "140403001", Some("centre")).await;
    test.person("second", Role::Mediator, "140403001", Some("centre")).await;
    test.person("dispatcher", Role::TownshipDispatcher, "140403001", Some("street")).await;
    test.person("office", Role::CountyOffice, "140403", None).await;
    test.person("leader", Role::TownshipLeader, "140403001", Some("street")).await;
    test.person("auditor", Role::AuditAdmin, "1404", None).await;
    test
}

fn dispute() -> Value {
    json!({
        "kind": "people", "class": "neighbours", "region": "140403001001", "source": "walk_in",
        "place_text": "3 号楼", "words": "张三丰家漏水，李四光电话13800001111，说不肯修",
        "parties": [
            {"side": "one", "name": "李四光", "phone": "13800001111"},
            {"side": "other", "name": "张三丰"},
        ],
        "consents": ["one", "other"],
    })
}

async fn bring(client: &Client<'_>, body: Value) -> Value {
    client.post("/api/disputes", body).await.ok()
}

fn id(of: &Value) -> &str {
    of["id"].as_str().unwrap()
}

async fn step(client: &Client<'_>, on: &Value, step: Value) -> Value {
    let body = json!({"version": on["version"], "step": step});
    client.post(&format!("/api/disputes/{}/steps", id(on)), body).await.ok()
}

async fn refused(client: &Client<'_>, on: &Value, step: Value) -> (u16, String, Vec<(String, String)>) {
    let body = json!({"version": on["version"], "step": step});
    let answer = client.post(&format!("/api/disputes/{}/steps", id(on)), body).await;
    let (status, code) = answer.refusal();
    (status, code, answer.fields())
}

/// A dispute whose mediator both sides agreed to.
async fn in_mediation(test: &TestApp, name: &str) -> Value {
    let officer = test.as_person("officer").await;
    let brought = bring(&officer, dispute()).await;
    let who = brought["mediators"].as_array().unwrap().iter().find(|person| person["name"] == name).unwrap().clone();
    let proposed = step(&officer, &brought, json!({"kind": "propose", "mediator": who["id"], "declared": true})).await;
    let half = step(&officer, &proposed, json!({"kind": "assent", "side": "one"})).await;
    step(&officer, &half, json!({"kind": "assent", "side": "other"})).await
}

async fn room(client: &Client<'_>, name: &str) -> Value {
    let desk = client.get("/api/disputes/desk").await.ok();
    let centre = desk["centres"][0]["unit"]["id"].clone();
    client.post("/api/mediation-rooms", json!({"centre": centre, "name": name})).await.ok()
}

fn hearing(room: &Value, from: &str, to: &str) -> Value {
    json!({"room": room["id"], "starts_at": format!("2026-11-{from}:00+08:00"), "ends_at": format!("2026-11-{to}:00+08:00")})
}

async fn count(client: &Client<'_>, query: &str) -> i64 {
    let list = client.get(&format!("/api/disputes?{query}")).await.ok();
    assert_eq!(list["count"].as_u64().unwrap(), list["rows"].as_array().unwrap().len() as u64, "{query}");
    list["count"].as_i64().unwrap()
}

#[tokio::test]
async fn a_dispute_is_brought_once_with_its_parties_behind_masks() {
    let test = city().await;
    let officer = test.as_person("officer").await;
    let once = officer.with_key("bring-this-dispute");
    let brought = bring(&once, dispute()).await;
    assert_eq!(id(&brought), id(&bring(&once, dispute()).await), "a repetition brings no second");
    assert_eq!(brought["state"], "choosing");
    assert_eq!(brought["parties"][0]["name_mask"], "李**");
    assert_eq!(brought["parties"][0]["phone_mask"], "138****1111");
    let words = brought["words"].as_str().unwrap();
    assert!(words.contains("漏水") && !words.contains("张三丰") && !words.contains("13800001111"), "{words}");
    assert!(brought["number"].as_str().unwrap().starts_with("140403-J261116-"));
    assert_eq!(brought["deadline"]["clock"], json!({"kind": "days", "amount": 30}));
    assert_eq!(count(&officer, "view=choosing").await, 1);

    let mut wrong = dispute();
    wrong["class"] = json!("persons");
    wrong["words"] = json!(" ");
    wrong["source"] = json!("court");
    wrong["parties"] = json!([{"side": "one", "name": "", "phone": "12"}]);
    wrong["consents"] = json!(["one"]);
    let answer = officer.post("/api/disputes", wrong).await;
    let fields: Vec<String> = answer.fields().into_iter().map(|(field, _)| field).collect();
    assert_eq!(
        fields,
        ["words", "class", "elsewhere", "parties", "parties.0.name", "parties.0.phone", "consents"],
        "all mistakes at once"
    );
    let mut far = dispute();
    far["region"] = json!("140404100201");
    assert_eq!(officer.post("/api/disputes", far).await.fields(), [("region".into(), "not_found".into())]);
    assert_eq!(count(&officer, "view=applied").await, 0, "what was refused changed nothing");
}

#[tokio::test]
async fn few_eyes_see_a_dispute() {
    let test = city().await;
    let dispute = in_mediation(&test, "mediator").await;
    let address = format!("/api/disputes/{}", id(&dispute));
    for (who, status) in [("officer", 200), ("mediator", 200), ("second", 404), ("elsewhere", 404)] {
        let client = test.as_person(who).await;
        assert_eq!(client.get(&address).await.status, status, "{who}");
        let seen = i64::from(status == 200);
        assert_eq!(count(&client, "view=mediating").await, seen, "{who}");
        if status == 404 {
            let body = json!({"version": dispute["version"], "step": {"kind": "withdraw", "words": "x"}});
            assert_eq!(client.post(&format!("{address}/steps"), body).await.status, 404, "{who}");
            let party = dispute["parties"][0]["id"].as_str().unwrap();
            let open = json!({"field": "name", "purpose": "contact", "words": "x"});
            assert_eq!(client.post(&format!("/api/parties/{party}/open"), open).await.status, 404, "{who}");
        }
    }
    for who in ["dispatcher", "leader", "office", "auditor"] {
        let client = test.as_person(who).await;
        assert_eq!(client.get(&address).await.refusal(), (403, "forbidden".into()), "{who}");
        assert_eq!(client.get("/api/disputes").await.status, 403, "{who}");
        assert_eq!(client.get("/api/hearings").await.status, 403, "{who}");
    }
    // The county has numbers, and no list behind them.
    let office = test.as_person("office").await;
    let figures = office.get("/api/disputes/figures").await.ok();
    assert_eq!((&figures["total"]["accepted"], &figures["may_open"]), (&json!(1), &json!(false)));
    assert_eq!(figures["places"][0]["place"]["code"], "140403001");
    assert_eq!(test.as_person("dispatcher").await.get("/api/disputes/figures").await.status, 403);
    // Nothing of it is found by words, and no name stands in the open.
    let found = test.as_person("dispatcher").await.get("/api/cases?q=%E6%BC%8F%E6%B0%B4").await.ok();
    assert_eq!(found["count"], 0);
    assert!(test.found_in_database(&["李四光", "张三丰", "13800001111"]).await.is_empty());
}

#[tokio::test]
async fn a_mediator_is_agreed_on_declines_and_is_replaced() {
    let test = city().await;
    let officer = test.as_person("officer").await;
    let brought = bring(&officer, dispute()).await;
    let stranger = json!({"kind": "propose", "mediator": "01234567-89ab-7def-8123-456789abcdef", "declared": true});
    assert_eq!(refused(&officer, &brought, stranger).await.2, [("mediator".into(), "not_a_mediator".into())]);
    let who = &brought["mediators"][0]["id"];
    let silent = json!({"kind": "propose", "mediator": who, "declared": false});
    assert_eq!(refused(&officer, &brought, silent).await.2, [("declared".into(), "declaration_needed".into())]);
    let proposed = step(&officer, &brought, json!({"kind": "propose", "mediator": who, "declared": true})).await;
    let login = proposed["mediator"]["name"].as_str().unwrap().to_owned();
    let mediator = test.as_person(&login).await;
    assert_eq!(count(&mediator, "view=choosing").await, 1, "who is asked sees what for");
    let decline =
        json!({"version": proposed["version"], "step": {"kind": "decline", "side": null, "words": "是我同事家的事"}});
    let gone = mediator.post(&format!("/api/disputes/{}/steps", id(&proposed)), decline).await.ok();
    assert_eq!(gone, Value::Null, "and no more once they declined");
    let again = officer.get(&format!("/api/disputes/{}", id(&brought))).await.ok();
    assert!(again["mediator"].is_null() && again["state"] == "choosing");
    assert_eq!(again["history"].as_array().unwrap().last().unwrap()["params"]["mediator"], login);
    let stale = json!({"version": 1, "step": {"kind": "withdraw", "words": "x"}});
    let late = officer.post(&format!("/api/disputes/{}/steps", id(&brought)), stale).await;
    assert_eq!(late.refusal(), (409, "record_changed".into()));
}

#[tokio::test]
async fn no_room_and_no_mediator_is_given_twice() {
    let test = city().await;
    let officer = test.as_person("officer").await;
    let (one, two) = (in_mediation(&test, "mediator").await, in_mediation(&test, "second").await);
    let (small, large) = (room(&officer, "小间").await, room(&officer, "大间").await);
    let again = json!({"centre": small["centre"], "name": "小间"});
    assert_eq!(officer.post("/api/mediation-rooms", again).await.fields(), [("name".into(), "duplicate".into())]);
    let plan = async |of: &Value, body: Value| officer.post(&format!("/api/disputes/{}/hearings", id(of)), body).await;
    let planned = plan(&one, hearing(&small, "17T09:00", "17T10:30")).await.ok();
    assert_eq!(planned["hearings"][0]["day"], "2026-11-17");
    let taken = plan(&two, hearing(&small, "17T10:00", "17T11:00")).await;
    assert_eq!(taken.fields(), [("room".into(), "room_taken".into())]);
    let busy = plan(&one, hearing(&large, "17T08:00", "17T09:30")).await;
    assert_eq!(busy.fields(), [("starts_at".into(), "mediator_taken".into())]);
    plan(&two, hearing(&small, "17T10:30", "17T11:30")).await.ok();
    let past = plan(&two, hearing(&large, "16T08:00", "16T08:05")).await;
    let fields: Vec<String> = past.fields().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["starts_at", "ends_at"]);
    // Two at once: one of them has it.
    let (first, second) = tokio::join!(
        plan(&one, hearing(&large, "18T09:00", "18T10:00")),
        plan(&two, hearing(&large, "18T09:00", "18T10:00"))
    );
    let mut both = [first.status, second.status];
    both.sort_unstable();
    assert_eq!(both, [201, 422]);

    let week = officer.get("/api/hearings?from=2026-11-16&to=2026-11-22").await.ok();
    assert_eq!(week["rows"].as_array().unwrap().len(), 3);
    assert_eq!(week["free"], json!(["2026-11-21", "2026-11-22"]));
    let mediator = test.as_person("mediator").await;
    let own = mediator.get("/api/hearings?from=2026-11-16&to=2026-11-22").await.ok();
    assert!(own["rows"].as_array().unwrap().iter().all(|row| row["mediator"]["name"] == "mediator"));
    assert_eq!(officer.get("/api/hearings?from=2026-11-16&to=2027-03-01").await.status, 422);

    let held = &planned["hearings"][0];
    let settle = |words: &str| json!({"version": held["version"], "step": {"kind": "held", "words": words}});
    let at = format!("/api/hearings/{}/steps", id(held));
    assert_eq!(mediator.post(&at, settle("谈了")).await.fields(), [("words".into(), "hearing_ahead".into())]);
    let put_off = json!({"version": held["version"], "step": {
        "kind": "postpone", "words": "甲方出差", "room": small["id"],
        "starts_at": "2026-11-17T10:00:00+08:00", "ends_at": "2026-11-17T11:00:00+08:00"}});
    assert_eq!(mediator.post(&at, put_off).await.fields(), [("room".into(), "room_taken".into())]);
    let same = officer.get(&format!("/api/disputes/{}", id(&one))).await.ok();
    assert_eq!(same["hearings"][0]["state"], "planned", "what was refused changed nothing");
    let put_off = json!({"version": held["version"], "step": {
        "kind": "postpone", "words": "李四光出差", "room": small["id"],
        "starts_at": "2026-11-17T09:30:00+08:00", "ends_at": "2026-11-17T10:30:00+08:00"}});
    let moved = mediator.post(&at, put_off).await.ok();
    let states: Vec<&str> =
        moved["hearings"].as_array().unwrap().iter().map(|it| it["state"].as_str().unwrap()).collect();
    assert!(states.starts_with(&["postponed", "planned"]), "its old time is free for itself: {states:?}");
    assert_eq!(moved["hearings"][0]["words"], "甲方出差");
    assert_eq!(mediator.post(&at, settle("谈了")).await.status, 422);
    test.pass_hours(30);
    let (officer, mediator) = (test.as_person("officer").await, test.as_person("mediator").await);
    let plan = async |of: &Value, body: Value| officer.post(&format!("/api/disputes/{}/hearings", id(of)), body).await;
    assert_eq!(mediator.post(&at, settle("谈了")).await.refusal(), (409, "hearing_settled".into()));

    let ended = json!({"version": 1, "name": "大间", "ended": true});
    officer.put(&format!("/api/mediation-rooms/{}", id(&large)), ended).await.ok();
    let none = plan(&one, hearing(&large, "25T09:00", "25T10:00")).await;
    assert_eq!(none.fields(), [("room".into(), "not_found".into())]);

    let ahead =
        plan(&one, hearing(&small, "25T09:00", "25T10:00")).await.ok()["hearings"].as_array().unwrap().last().cloned();
    let ahead = ahead.unwrap();
    let at = format!("/api/hearings/{}/steps", id(&ahead));
    let cancel = |words: &str| json!({"version": ahead["version"], "step": {"kind": "cancel", "words": words}});
    assert_eq!(mediator.post(&at, cancel(" ")).await.fields(), [("words".into(), "required".into())]);
    let cancelled = mediator.post(&at, cancel("双方已经谈好")).await.ok();
    assert_eq!(cancelled["hearings"].as_array().unwrap().last().unwrap()["state"], "cancelled");
    let freed = plan(&two, hearing(&small, "25T09:00", "25T10:00")).await.ok();
    let over = step(&officer, &freed, json!({"kind": "withdraw", "words": "不调了"})).await;
    assert_eq!(
        over["hearings"].as_array().unwrap().last().unwrap()["state"],
        "cancelled",
        "nobody comes to it: {over}"
    );
}

#[tokio::test]
async fn an_agreement_is_performed_confirmed_printed_and_counted() {
    let test = city().await;
    let dispute = in_mediation(&test, "mediator").await;
    test.pass_hours(24);
    let (officer, mediator) = (test.as_person("officer").await, test.as_person("mediator").await);
    let agree = json!({"kind": "agree", "form": "written", "terms": "张三丰十日内修好", "effective_on": "2026-11-17",
        "items": [{"words": "修好防水", "due_on": "2026-11-27"}]});
    let agreed = step(&mediator, &dispute, agree).await;
    assert_eq!((&agreed["state"], &agreed["confirmation"]), (&json!("agreed"), &json!("open")));
    assert_eq!(agreed["agreement"]["terms"], "乙方十日内修好");
    assert_eq!(agreed["agreement"]["confirm_by"]["due_at"], "2026-12-17T10:00:00Z");
    assert_eq!(count(&officer, "view=confirming").await, 1);
    let alone = json!({"kind": "apply_confirmation", "on": "2026-11-17", "consents": ["one"]});
    assert_eq!(refused(&officer, &agreed, alone).await.2, [("consents".into(), "consent_needed".into())]);
    let asked = json!({"kind": "apply_confirmation", "on": "2026-11-17", "consents": ["one", "other"]});
    let asked = step(&officer, &agreed, asked).await;
    let listed = officer.get("/api/disputes?view=confirming").await.ok();
    assert!(listed["rows"][0]["court_on"].is_string() && listed["rows"][0]["confirmation"] == "applied", "{listed}");
    assert_eq!(count(&officer, "view=confirming").await, 1, "the court has it");
    let granted = step(&officer, &asked, json!({"kind": "grant", "on": "2026-11-17", "number": "司确1号"})).await;
    assert_eq!(count(&officer, "view=confirming").await, 0);
    let early = refused(&officer, &granted, json!({"kind": "finish"})).await;
    assert_eq!((early.0, early.1.as_str()), (409, "dispute_items_open"));
    assert_eq!(refused(&mediator, &granted, json!({"kind": "finish"})).await.1, "forbidden");
    let kept = step(&mediator, &granted, json!({"kind": "perform", "item": 0, "kept": true})).await;
    assert_eq!(refused(&officer, &kept, json!({"kind": "finish"})).await.1, "dispute_not_visited");
    let seen = step(&mediator, &kept, json!({"kind": "visit", "on": "2026-11-17", "words": "都满意"})).await;
    let over = step(&officer, &seen, json!({"kind": "finish"})).await;
    assert_eq!((&over["state"], &over["performance"], &over["allowed"]), (&json!("over"), &json!("kept"), &json!([])));

    let figures = officer.get("/api/disputes/figures?from=2026-11-01&to=2026-11-30").await.ok();
    for (name, list) in [("accepted", ""), ("agreements", "&outcome=agreement"), ("kept", "&performance=kept")] {
        let rows = count(&officer, &format!("view=accepted&from=2026-11-01&to=2026-11-30{list}")).await;
        assert_eq!(figures["total"][name], rows, "{name} opens into its list");
    }
    assert_eq!(figures["total"]["confirmed"], count(&officer, "view=accepted&confirmation=granted").await);
    assert_eq!(officer.get("/api/disputes/figures?from=2026-12-01&to=2026-11-01").await.status, 422);
    let csv = officer.get("/api/disputes.csv?view=over").await.text();
    assert!(csv.lines().count() == 2 && csv.contains("kept") && !csv.contains("李四光"), "{csv}");
    let told = book::rows(&officer, "/api/disputes.xlsx?view=over").await;
    assert!(told.len() == 2 && book::is_time(book::under(&told, 1, "Taken in")), "{told:?}");
    assert!(!format!("{told:?}").contains("李四光"));

    // The paper has the names in full; that they were opened for it stands with the dispute.
    let paper = officer.post(&format!("/api/disputes/{}/print", id(&over)), json!({"sheet": "agreement"})).await;
    assert_eq!(paper.status, 200, "{}", paper.text());
    let words = pdf::words(&paper.body);
    assert!(words.contains("李四光") && words.contains("张三丰"), "{words}");
    let read = officer.get(&format!("/api/disputes/{}", id(&over))).await.ok();
    assert_eq!(read["openings"].as_array().unwrap().len(), 2);
    assert_eq!(read["openings"][0]["purpose"], "paper");
    let nothing = bring(&officer, self::dispute()).await;
    let none = officer.post(&format!("/api/disputes/{}/print", id(&nothing)), json!({"sheet": "record"})).await;
    assert_eq!(none.refusal(), (409, "no_agreement_yet".into()));
}

#[tokio::test]
async fn a_party_is_opened_for_a_purpose_and_that_is_told() {
    let test = city().await;
    let dispute = in_mediation(&test, "mediator").await;
    let mediator = test.as_person("mediator").await;
    let at = format!("/api/parties/{}/open", dispute["parties"][0]["id"].as_str().unwrap());
    let wish = |field: &str, words: &str| json!({"field": field, "purpose": "contact", "words": words});
    assert_eq!(mediator.post(&at, wish("phone", " ")).await.fields(), [("words".into(), "required".into())]);
    assert_eq!(mediator.post(&at, wish("phone", "约时间")).await.ok()["value"], "13800001111");
    assert_eq!(mediator.post(&at, wish("name", "约李四光的时间")).await.ok()["value"], "李四光");
    let other = format!("/api/parties/{}/open", dispute["parties"][1]["id"].as_str().unwrap());
    assert_eq!(mediator.post(&other, wish("phone", "约时间")).await.status, 404, "there is none");
    let read = test.as_person("officer").await.get(&format!("/api/disputes/{}", id(&dispute))).await.ok();
    let told: Vec<&str> = read["openings"].as_array().unwrap().iter().map(|it| it["words"].as_str().unwrap()).collect();
    assert_eq!(told, ["约甲方的时间", "约时间"]);
    let trail = test.as_person("auditor").await.get("/api/audit?kind=dispute.party_opened").await.ok();
    assert_eq!(trail["rows"].as_array().unwrap().len(), 2);
    assert!(test.found_in_database(&["李四光", "13800001111"]).await.is_empty());
}

#[tokio::test]
async fn a_case_says_no_more_than_that_it_is_in_mediation() {
    let test = city().await;
    let (officer, dispatcher) = (test.as_person("officer").await, test.as_person("dispatcher").await);
    let case = dispatcher
        .post("/api/cases", json!({
            "receipt": "1234567890123456", "channel": "visit", "contact": {}, "photos": [], "locale": "zh", "text": "邻居漏水吵架", "matter": "disputes.neighbours.neighbour",
            "accepts_answer": false, "identity": "anonymous",
            "place": {"source": "staff", "region": "140403001001"},
        }))
        .await;
    let case = case.ok();
    let address = format!("/api/cases/{}/mediation", id(&case));
    let before = officer.get(&address).await.ok();
    assert_eq!((&before["in_mediation"], &before["may_take_in"]), (&json!(false), &json!(true)));
    let mut from_case = dispute();
    from_case["source"] = json!("case");
    let missing = officer.post("/api/disputes", from_case.clone()).await;
    assert_eq!(missing.fields(), [("case".into(), "required".into())]);
    from_case["case"] = json!("140403-000000-000000-0");
    let unknown = officer.post("/api/disputes", from_case.clone()).await;
    assert_eq!(unknown.fields(), [("case".into(), "not_found".into())]);
    from_case["case"] = case["number"].clone();
    let brought = bring(&officer, from_case).await;
    assert_eq!(brought["case"]["number"], case["number"]);
    let told = dispatcher.get(&address).await.ok();
    assert_eq!(
        (&told["in_mediation"], &told["dispute"], &told["may_take_in"]),
        (&json!(true), &Value::Null, &json!(false))
    );
    assert_eq!(officer.get(&address).await.ok()["dispute"], brought["id"]);
    let after = dispatcher.get(&format!("/api/cases/{}", id(&case))).await.ok();
    assert_eq!(after["publicity"], case["publicity"], "what is public of it is as it was");
    step(&officer, &brought, json!({"kind": "withdraw", "words": "和好了"})).await;
    assert_eq!(dispatcher.get(&address).await.ok()["in_mediation"], false);
}

#[tokio::test]
async fn a_calendar_of_ones_own_reads_times_and_rooms_alone() {
    let test = city().await;
    let (officer, mediator) = (test.as_person("officer").await, test.as_person("mediator").await);
    let dispute = in_mediation(&test, "mediator").await;
    let small = room(&officer, "小间").await;
    let plan = hearing(&small, "17T09:00", "17T10:30");
    officer.post(&format!("/api/disputes/{}/hearings", id(&dispute)), plan).await.ok();
    let path = mediator.post_empty("/api/hearing-feed").await.ok()["path"].as_str().unwrap().to_owned();
    let feed = test.nobody().get(&path).await;
    assert_eq!(feed.headers["content-type"], "text/calendar; charset=utf-8");
    let text = feed.text();
    assert!(text.contains("DTSTART:20261117T010000Z") && text.contains("LOCATION:小间"), "{text}");
    for word in ["李", "张", "漏水", "neighbours", "邻里"] {
        assert!(!text.contains(word), "{text}");
    }
    // Moved, it is the same appointment with a higher count and a new time; cancelled, it goes on counting.
    let told = |text: &str| {
        let line = |name: &str| text.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
        (text.matches("BEGIN:VEVENT").count(), line("UID:"), line("SEQUENCE:"), line("STATUS:"), line("DTSTART:"))
    };
    let (_, uid, first, ..) = told(&text);
    assert!(text.contains(&format!("SUMMARY:调解会 {}", dispute["number"].as_str().unwrap())), "{text}");
    let settle = async |step: Value| {
        let shown = officer.get(&format!("/api/disputes/{}", id(&dispute))).await.ok();
        let planned = shown["hearings"].as_array().unwrap().iter().find(|one| one["state"] == "planned").unwrap();
        let body = json!({"version": planned["version"], "step": step});
        officer.post(&format!("/api/hearings/{}/steps", id(planned)), body).await.ok()
    };
    let mut to = hearing(&small, "18T14:00", "18T15:00");
    to["kind"] = json!("postpone");
    to["words"] = json!("对方出差");
    let shown = settle(to).await;
    let old = shown["hearings"].as_array().unwrap().iter().find(|one| one["state"] == "postponed").unwrap();
    let new = shown["hearings"].as_array().unwrap().iter().find(|one| one["state"] == "planned").unwrap();
    assert_eq!(old["moved_to"], new["starts_at"]);
    let moved = told(&test.nobody().get(&path).await.text());
    let count = |line: &str| line.trim_start_matches("SEQUENCE:").trim().parse::<i64>().unwrap();
    assert_eq!((moved.0, &moved.1, moved.3.as_str()), (1, &uid, "STATUS:CONFIRMED"));
    assert!(count(&moved.2) > count(&first) && moved.4.contains("20261118T060000Z"), "{moved:?}");
    settle(json!({"kind": "cancel", "words": "双方和好"})).await;
    let over = told(&test.nobody().get(&path).await.text());
    assert_eq!((over.0, &over.1, over.3.as_str()), (1, &uid, "STATUS:CANCELLED"));
    assert!(count(&over.2) > count(&moved.2), "{over:?}");
    let renewed = mediator.post_empty("/api/hearing-feed").await.ok()["path"].as_str().unwrap().to_owned();
    assert_eq!(test.nobody().get(&path).await.status, 404, "the old address is dead");
    assert_eq!(test.nobody().get(&renewed).await.status, 200);
    assert_eq!(mediator.delete("/api/hearing-feed").await.status, 204);
    assert_eq!(test.nobody().get(&renewed).await.status, 404);
    assert_eq!(test.as_person("dispatcher").await.post_empty("/api/hearing-feed").await.status, 403);
}

#[tokio::test]
async fn lists_go_on_page_by_page_and_are_narrowed() {
    let test = city().await;
    let officer = test.as_person("officer").await;
    let mut numbers = Vec::new();
    for n in 0..5 {
        let mut body = dispute();
        body["class"] = json!(if n % 2 == 0 { "debts" } else { "land" });
        body["kind"] = json!(if n == 4 { "administrative" } else { "people" });
        body["consents"] = if n < 3 { json!(["one", "other"]) } else { json!([]) };
        numbers.push(bring(&officer, body).await["number"].as_str().unwrap().to_owned());
        test.pass_hours(1);
    }
    for (view, wanted) in [("choosing", &numbers[..3]), ("applied", &numbers[3..])] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = officer.get(&format!("/api/disputes?view={view}&limit=1{cursor}")).await.ok();
            seen.extend(page["rows"].as_array().unwrap().iter().map(|row| row["number"].as_str().unwrap().to_owned()));
            assert_eq!(page["count"].as_u64().unwrap(), wanted.len() as u64);
            let Some(next) = page["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        seen.sort_unstable();
        let mut wanted = wanted.to_vec();
        wanted.sort_unstable();
        assert_eq!(seen, wanted, "{view}");
    }
    assert_eq!(count(&officer, "view=choosing&class=land").await, 1);
    for query in ["view=accepted&limit=2", "view=over", "view=agreed", "view=confirming", "view=mediating&mine=true"] {
        officer.get(&format!("/api/disputes?{query}")).await.ok();
    }
    let next = officer.get("/api/disputes?view=accepted&limit=2").await.ok()["next"].as_str().unwrap().to_owned();
    let rest = officer.get(&format!("/api/disputes?view=accepted&limit=2&cursor={next}")).await.ok();
    assert_eq!(rest["rows"].as_array().unwrap().len(), 1);
    let desk = officer.get("/api/disputes/desk").await.ok();
    assert_eq!((&desk["views"][0]["count"], &desk["views"][1]["count"]), (&json!(2), &json!(3)));
    test.pass_hours(24 * 9);
    let officer = test.as_person("officer").await;
    let late = officer.get("/api/disputes/desk").await.ok();
    assert_eq!(late["views"][0]["late"], 1, "five working days for the decision are over");
    assert_eq!(count(&officer, "view=applied&late=true").await, 1);
    let cursor = kernel::Cursor::pack(&(0_i64, Id::<()>::from_uuid(uuid::Uuid::nil()))).into_string();
    for view in ["over", "confirming"] {
        assert_eq!(officer.get(&format!("/api/disputes?view={view}&cursor={cursor}")).await.ok()["count"], 0);
    }
    assert_eq!(officer.get("/api/disputes?cursor=x").await.status, 422);
}

#[tokio::test]
async fn the_classes_are_text_of_the_catalogue() {
    let test = city().await;
    test.person("keeper", Role::SystemAdmin, "1404", None).await;
    let keeper = test.as_person("keeper").await;
    let file = keeper.get("/api/catalog/mediation/classes").await.ok();
    let toml = file["toml"].as_str().unwrap().replace("\"other\"", "\"other-matters\"");
    keeper.put("/api/catalog/mediation/classes", json!({"toml": toml})).await.ok();
    let mut body = dispute();
    body["class"] = json!("other");
    let officer = test.as_person("officer").await;
    assert_eq!(officer.post("/api/disputes", body.clone()).await.fields(), [("class".into(), "unknown_value".into())]);
    body["class"] = json!("other-matters");
    bring(&officer, body).await;
    let wrong = keeper.put("/api/catalog/mediation/classes", json!({"toml": "[[class]]\ncode = 1\n"})).await;
    assert_eq!(wrong.json()["errors"][0]["line"].as_i64().or(wrong.json()["mistakes"][0]["line"].as_i64()), Some(2));
}
