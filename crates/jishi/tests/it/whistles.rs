//! 吹哨报到: a township calls departments together, from the raising to the ratings.

use jishi::{
    modules::{indicators, whistles},
    platform::access::Role,
};

use serde_json::{Value, json};

use super::{
    cases::{RECEIPT, city, in_hand, read, reported, step, with},
    support::{Answer, Client, TestApp, book},
};

const STREET: &str = "140403001";

/// Lamps, power and fire of the county, called by the street.
struct Town {
    test: TestApp,
    lamps: String,
    power: String,
    fire: String,
    street: String,
}

async fn unit_of(test: &TestApp, duty: &str, place: &str) -> String {
    let place = super::support::code(place);
    let mut db = test.app.db.read().await.unwrap();
    let found = jishi::modules::people::find_unit_unscoped(&mut db, duty, place.level(), &place, test.app.today());
    found.await.unwrap().unwrap().id.to_string()
}

async fn town() -> Town {
    let test = city().await;
    test.unit("fire", "fire", "140403").await;
    test.person("fireman", Role::DepartmentHandler, "140403", Some("fire")).await;
    test.person("leader", Role::TownshipLeader, STREET, Some("street")).await;
    let (lamps, power) = (unit_of(&test, "urban_management", "140403").await, unit_of(&test, "power", "140403").await);
    let (fire, street) = (unit_of(&test, "fire", "140403").await, unit_of(&test, "government", STREET).await);
    Town { test, lamps, power, fire, street }
}

impl Town {
    fn body(&self) -> Value {
        json!({
            "kind": "enforcement", "source": "grid_patrol", "goal": "清理府后街占道经营", "region": STREET,
            "place_text": "府后街东口", "meets_at": "2026-11-16T07:00:00Z", "lead_unit": self.lamps,
            "calls": [{"unit": self.lamps}, {"unit": self.power, "task": "查私拉电线"}, {"unit": self.fire}]
        })
    }

    async fn raised(&self, changes: Value) -> Value {
        self.test.as_person("dispatcher").await.post("/api/whistles", with(self.body(), changes)).await.ok()
    }

    /// A step of the unit a person works for, at the version just read.
    async fn of_call(&self, who: &str, room: &Value, unit: &str, name: &str, body: Value) -> Answer {
        let client = self.test.as_person(who).await;
        let room = client.get(&path(room)).await;
        let call = call_of(&room.json(), unit);
        let (id, version) = (call["id"].as_str().unwrap_or_default(), call["version"].clone());
        client.post(&format!("/api/whistle-calls/{id}/{name}"), with(body, json!({"version": version}))).await
    }

    async fn of_whistle(&self, who: &str, room: &Value, name: &str, body: Value) -> Answer {
        let client = self.test.as_person(who).await;
        let version = client.get(&path(room)).await.json()["version"].clone();
        client.post(&format!("{}/{name}", path(room)), with(body, json!({"version": version}))).await
    }

    /// All three come in time and say what they did.
    async fn attended(&self, room: &Value) {
        for (who, unit) in [("handler", &self.lamps), ("helper", &self.power), ("fireman", &self.fire)] {
            self.of_call(who, room, unit, "reply", json!({"reply": "coming"})).await.ok();
            self.of_call(who, room, unit, "arrival", json!({})).await.ok();
            self.of_call(who, room, unit, "result", json!({"text": "做完了自己的一份"})).await.ok();
        }
    }
}

fn path(room: &Value) -> String {
    format!("/api/whistles/{}", room["id"].as_str().unwrap())
}

fn call_of(room: &Value, unit: &str) -> Value {
    let calls = room["calls"].as_array().into_iter().flatten();
    calls.into_iter().find(|call| call["unit"]["id"] == unit).cloned().unwrap_or_default()
}

async fn count(client: &Client<'_>, query: &str) -> i64 {
    let list = client.get(&format!("/api/whistles?{query}")).await.ok();
    assert_eq!(list["rows"].as_array().unwrap().len(), usize::try_from(list["count"].as_i64().unwrap()).unwrap());
    list["count"].as_i64().unwrap()
}

async fn calls(client: &Client<'_>, query: &str) -> i64 {
    let list = client.get(&format!("/api/whistle-calls?{query}")).await.ok();
    assert_eq!(list["rows"].as_array().unwrap().len(), usize::try_from(list["count"].as_i64().unwrap()).unwrap());
    list["count"].as_i64().unwrap()
}

#[tokio::test]
async fn three_departments_from_a_case_to_one_answer_and_ratings_on_both_sides() {
    let town = town().await;
    let test = &town.test;
    indicators::follow(&test.app).await.unwrap();
    let case = reported(test).await;
    in_hand(test, &case).await;
    let fireman = test.as_person("fireman").await;
    assert_eq!(fireman.get(&format!("/api/cases/{case}")).await.status, 404);
    let form = test.as_person("dispatcher").await.get(&format!("/api/whistles/form?case={case}")).await.ok();
    assert_eq!(form["case"]["id"], case.as_str());
    assert!(
        form["units"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it["unit"]["id"] == town.lamps.as_str() && it["why"] == "matter")
    );
    let room = town.raised(json!({"case": case, "region": null})).await;
    // The case's place down to its village; the part is due five working days after they meet.
    assert_eq!(room["region"]["code"], "140403001001");
    let power = call_of(&room, &town.power);
    assert_eq!(
        (&power["reply_due_at"], &power["arrive_due_at"]),
        (&json!("2026-11-16T07:00:00Z"), &json!("2026-11-16T07:00:00Z"))
    );
    assert_eq!(power["due_at"], "2026-11-23T10:00:00Z");
    // A called department sees the case; its lead and who assists already keep their parts and get no other.
    let seen = read(&fireman, &case).await;
    let whistled = seen["assignments"].as_array().unwrap().iter().filter(|part| part["kind"] == "whistled");
    assert_eq!(whistled.map(|part| part["unit"]["id"].as_str().unwrap()).collect::<Vec<_>>(), [town.fire.as_str()]);
    assert_eq!(count(&fireman, "view=to_answer").await, 1);

    town.of_call("handler", &room, &town.lamps, "reply", json!({"reply": "coming"})).await.ok();
    town.of_call("helper", &room, &town.power, "reply", json!({"reply": "coming"})).await.ok();
    let refused = town.of_call("fireman", &room, &town.fire, "reply", json!({"reply": "cannot"})).await;
    assert_eq!(refused.fields(), [("reason".to_owned(), "required".to_owned())]);
    town.of_call("fireman", &room, &town.fire, "reply", json!({"reply": "cannot", "reason": "全员在外救援"}))
        .await
        .ok();
    assert_eq!(fireman.get(&format!("/api/cases/{case}")).await.status, 404, "whoever cannot come has no part in it");
    assert_eq!(count(&fireman, "view=to_answer").await, 0);
    assert_eq!(count(&fireman, "case=01234567-89ab-7def-8123-456789abcdef").await, 0);

    test.pass_hours(6);
    town.of_call("handler", &room, &town.lamps, "arrival", json!({})).await.ok();
    test.pass_seconds(60);
    town.of_call("helper", &room, &town.power, "arrival", json!({})).await.ok();
    let seen = test.as_person("dispatcher").await.get(&path(&room)).await.ok();
    let standing = |unit: &str| call_of(&seen, unit)["standing"].clone();
    assert_eq!(
        [standing(&town.lamps), standing(&town.power), standing(&town.fire)],
        [json!("in_time"), json!("late"), json!("cannot")]
    );
    town.of_call("helper", &room, &town.power, "result", json!({"text": "已拆除私拉电线"})).await.ok();
    town.of_call("handler", &room, &town.lamps, "result", json!({"text": "占道摊点已清"})).await.ok();

    let other = town.of_whistle("helper", &room, "answer", json!({"text": "代答", "outcome": "solved"})).await;
    assert_eq!(other.refusal(), (403, "not_your_unit".into()));
    let over = town
        .of_whistle("handler", &room, "answer", json!({"text": "三家一起清了，路灯也修好", "outcome": "solved"}))
        .await
        .ok();
    assert_eq!((&over["state"], &over["outcome"]), (&json!("over"), &json!("solved")));
    // The answer is there to be taken as the text of the case's result, and is not filed by itself.
    let about = test.as_person("handler").await.get(&format!("/api/whistles?case={case}&state=over")).await.ok();
    assert_eq!(about["rows"][0]["answer"], "三家一起清了，路灯也修好");
    assert_eq!(read(&test.as_person("handler").await, &case).await["status"], "signed");
    step(
        &test.as_person("handler").await,
        &case,
        "result",
        json!({"text": about["rows"][0]["answer"], "outcome": "solved"}),
    )
    .await
    .ok();

    let resident = test.nobody().with_receipt(RECEIPT).get("/api/receipt").await.ok();
    let told: Vec<&Value> = resident["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["kind"].as_str().unwrap().starts_with("whistle"))
        .collect();
    assert_eq!(
        told.iter().map(|entry| entry["kind"].as_str().unwrap()).collect::<Vec<_>>(),
        ["whistle_called", "whistle_over"]
    );
    assert_eq!(told[0]["params"]["units"].as_array().unwrap().len(), 3);
    assert_eq!(told[0]["params"]["meets_at"], "2026-11-16T07:00:00Z");
    assert!(told.iter().all(|entry| entry["by"]["person"].is_null()) && !resident.to_string().contains("救援"));
    counted_with_its_case(&town, &case).await;
    rated_on_both_sides(&town, &room).await;
}

/// The figures of whistles: one there in time, one late, one excused; as a recount has it, and each opens.
async fn counted_with_its_case(town: &Town, case: &str) {
    let app = &town.test.app;
    indicators::follow(app).await.unwrap();
    let county = town.test.as_person("county").await;
    for recounted in [false, true] {
        if recounted {
            indicators::rebuild(app).await.unwrap();
        }
        for (code, top, n) in [("whistle.response", 1, 3), ("whistle.solved", 1, 1), ("whistle.share", 1, 1)] {
            let value = county.get(&format!("/api/indicators/{code}")).await.ok()["value"].clone();
            assert_eq!(
                (value["top"][0]["count"].as_i64(), value["n"].as_i64()),
                (Some(top), Some(n)),
                "{code}: {value}"
            );
        }
    }
    let rows = county.get("/api/indicators/cases?day=whistle&any=came_late").await.ok();
    assert_eq!((rows["count"].as_i64(), rows["rows"][0]["case"]["id"].as_str()), (Some(1), Some(case)));
    assert_eq!(rows["rows"][0]["unit"]["id"], town.power.as_str());
}

/// Both sides rate each other once; nobody rates themselves.
async fn rated_on_both_sides(town: &Town, room: &Value) {
    let test = &town.test;
    let fireman = test.as_person("fireman").await;
    let dispatcher = test.as_person("dispatcher").await;
    assert_eq!((count(&dispatcher, "view=to_rate").await, count(&fireman, "view=to_rate").await), (1, 1));
    town.of_call("dispatcher", room, &town.power, "grade", json!({"grade": "fair", "words": "来晚一分钟"})).await.ok();
    let again = town.of_call("dispatcher", room, &town.power, "grade", json!({"grade": "good"})).await;
    assert_eq!(again.refusal(), (409, "record_changed".into()));
    let own = town.of_call("helper", room, &town.power, "grade", json!({"grade": "good"})).await;
    assert_eq!(own.refusal().0, 403);
    let rated = town
        .of_call("helper", room, &town.power, "rating", json!({"justified": "good", "prepared": "fair"}))
        .await
        .ok();
    assert_eq!(call_of(&rated, &town.power)["grade"], "fair", "each side sees the other's word");
    assert_eq!(
        town.of_call("dispatcher", room, &town.fire, "rating", json!({"justified": "good", "prepared": "good"}))
            .await
            .refusal()
            .0,
        403
    );
    let kinds: Vec<&str> =
        rated["history"].as_array().unwrap().iter().map(|row| row["kind"].as_str().unwrap()).collect();
    assert!(
        kinds.starts_with(&["whistle.raised", "whistle.replied"])
            && kinds.ends_with(&["whistle.graded", "whistle.rated"]),
        "{kinds:?}"
    );
    assert!(
        !rated.to_string().contains("\"handler\"") && !rated.to_string().contains("\"helper\""),
        "units, never persons"
    );
    let trail = test.as_person("auditor").await.get("/api/audit?kind=whistle.").await.ok();
    assert!(trail["count"].as_i64().unwrap() >= 10, "{trail}");
}

#[tokio::test]
async fn whoever_may_sees_it_and_nobody_else_and_each_step_is_its_owners() {
    let town = town().await;
    let test = &town.test;
    let room = town.raised(json!({"calls": [{"unit": town.lamps}, {"unit": town.power}]})).await;
    for (who, status) in [
        ("dispatcher", 200),
        ("second", 200),
        ("leader", 200),
        ("county", 200),
        ("handler", 200),
        ("helper", 200),
        ("fireman", 404),
        ("neighbour", 404),
        ("officer", 404),
        ("worker", 403),
        ("auditor", 403),
        ("security", 403),
    ] {
        assert_eq!(test.as_person(who).await.get(&path(&room)).await.status, status, "{who}");
    }
    assert_eq!(count(&test.as_person("neighbour").await, "").await, 0);
    assert_eq!(calls(&test.as_person("fireman").await, "").await, 0);
    for who in ["handler", "officer", "worker", "auditor"] {
        let refused = test.as_person(who).await.post("/api/whistles", town.body()).await;
        assert_eq!(refused.refusal(), (403, "forbidden".into()), "{who}");
    }
    let elsewhere = test.as_person("neighbour").await.post("/api/whistles", town.body()).await;
    assert_eq!(elsewhere.fields(), [("region".to_owned(), "not_found".to_owned())]);
    let steps = [
        (
            "answer",
            json!({"text": "答复", "outcome": "solved"}),
            [("dispatcher", 403), ("helper", 403), ("county", 403), ("fireman", 404), ("neighbour", 404)],
        ),
        (
            "escalate",
            json!({"reason": "办不动"}),
            [("handler", 403), ("helper", 403), ("fireman", 404), ("neighbour", 404), ("worker", 403)],
        ),
        (
            "decision",
            json!({"text": "定了", "outcome": "solved"}),
            [("dispatcher", 403), ("leader", 403), ("handler", 403), ("county", 409), ("fireman", 404)],
        ),
        (
            "withdraw",
            json!({"reason": "吹错了"}),
            [("handler", 403), ("county", 403), ("fireman", 404), ("neighbour", 404), ("auditor", 403)],
        ),
    ];
    for (name, body, expected) in steps {
        for (who, status) in expected {
            let body = with(body.clone(), json!({"version": 1}));
            let answer = test.as_person(who).await.post(&format!("{}/{name}", path(&room)), body).await;
            assert_eq!(answer.status, status, "{who} {name}: {}", answer.text());
        }
    }
    let id = call_of(&room, &town.power)["id"].as_str().unwrap().to_owned();
    for (name, body) in [
        ("reply", json!({"reply": "coming"})),
        ("result", json!({"text": "代办"})),
        ("arrival", json!({})),
        ("rating", json!({"justified": "good", "prepared": "good"})),
    ] {
        for (who, status) in [("handler", 403), ("county", 403), ("fireman", 404), ("neighbour", 404), ("worker", 403)]
        {
            // The county answers for the place: it may say that somebody is there.
            let status = if (name, who) == ("arrival", "county") { 200 } else { status };
            if status == 200 {
                continue;
            }
            let answer = test
                .as_person(who)
                .await
                .post(&format!("/api/whistle-calls/{id}/{name}"), with(body.clone(), json!({"version": 1})))
                .await;
            assert_eq!(answer.status, status, "{who} {name}: {}", answer.text());
        }
    }
    let unchanged = test.as_person("dispatcher").await.get(&path(&room)).await.ok();
    assert_eq!((&unchanged["state"], &unchanged["version"]), (&json!("running"), &json!(1)));
}

#[tokio::test]
async fn what_is_wrong_is_told_beside_its_field_and_changes_nothing() {
    let town = town().await;
    let test = &town.test;
    test.unit("far", "fire", "140404").await;
    let far = unit_of(test, "fire", "140404").await;
    let dispatcher = test.as_person("dispatcher").await;
    for (changes, fields) in [
        (json!({"goal": " "}), vec![("goal", "required")]),
        (json!({"goal": "长".repeat(201)}), vec![("goal", "too_long")]),
        (json!({"source": "gossip"}), vec![("source", "unknown_value")]),
        (json!({"meets_at": null}), vec![("meets_at", "required")]),
        (json!({"meets_at": "2026-11-15T07:00:00Z"}), vec![("meets_at", "whistle_past")]),
        (json!({"meets_at": "2027-11-15T07:00:00Z"}), vec![("meets_at", "out_of_range")]),
        (json!({"region": "140403"}), vec![("region", "whistle_too_wide")]),
        (json!({"region": "140403001999"}), vec![("region", "unknown_region")]),
        (json!({"calls": []}), vec![("calls", "required"), ("lead_unit", "whistle_lead")]),
        (json!({"lead_unit": far}), vec![("lead_unit", "whistle_lead")]),
        (json!({"calls": [{"unit": town.lamps}, {"unit": town.lamps}]}), vec![("calls.1", "whistle_twice")]),
        (json!({"calls": [{"unit": town.lamps}, {"unit": far}]}), vec![("calls.1.unit", "unknown_unit")]),
        (
            json!({"calls": [{"unit": town.lamps, "due_at": "2026-11-16T06:00:00Z"}]}),
            vec![("calls.0.due_at", "whistle_past")],
        ),
        (json!({"case": "01234567-89ab-7def-8123-456789abcdef"}), vec![("case", "not_found")]),
    ] {
        let answer = dispatcher.post("/api/whistles", with(town.body(), changes.clone())).await;
        let fields: Vec<(String, String)> =
            fields.into_iter().map(|(field, code)| (field.to_owned(), code.to_owned())).collect();
        assert_eq!(answer.fields(), fields, "{changes}: {}", answer.text());
    }
    assert_eq!(count(&dispatcher, "").await, 0);
    // The street itself may lead without being called; an emergency meets now.
    let room = town.raised(json!({"kind": "emergency", "meets_at": null, "lead_unit": town.street})).await;
    assert_eq!(call_of(&room, &town.fire)["reply_due_at"], "2026-11-16T01:15:00Z");
    assert_eq!(call_of(&room, &town.fire)["arrive_due_at"], "2026-11-16T02:00:00Z");
    assert_eq!(room["limits"]["reply"], json!({"rule": "minutes", "minutes": 15}));
    // A case whose result is filed takes no further unit.
    let case = reported(test).await;
    super::cases::filed(test, &case).await;
    let late = dispatcher.post("/api/whistles", with(town.body(), json!({"case": case}))).await;
    assert_eq!(late.refusal(), (409, "wrong_status".into()));
    assert_eq!(count(&dispatcher, "").await, 1);
}

#[tokio::test]
async fn a_repeated_step_happens_once_and_whoever_comes_second_is_told() {
    let town = town().await;
    let test = &town.test;
    let dispatcher = test.as_person("dispatcher").await.with_key("whistle-0001");
    let first = dispatcher.post("/api/whistles", town.body()).await.ok();
    let again = dispatcher.post("/api/whistles", town.body()).await.ok();
    assert_eq!(first["id"], again["id"]);
    assert_eq!(count(&dispatcher, "").await, 1);
    let other = dispatcher.post("/api/whistles", with(town.body(), json!({"goal": "别的"}))).await;
    assert_eq!(other.refusal(), (409, "idempotency_mismatch".into()));

    let id = call_of(&first, &town.power)["id"].as_str().unwrap().to_owned();
    let helper = test.as_person("helper").await.with_key("reply-00001");
    let body = json!({"version": 1, "reply": "coming"});
    for _ in 0..2 {
        let room = helper.post(&format!("/api/whistle-calls/{id}/reply"), body.clone()).await.ok();
        assert_eq!(call_of(&room, &town.power)["version"], 2);
    }
    let stale =
        test.as_person("helper").await.post(&format!("/api/whistle-calls/{id}/arrival"), json!({"version": 1})).await;
    assert_eq!(stale.refusal(), (409, "record_changed".into()));
    town.of_call("helper", &first, &town.power, "arrival", json!({})).await.ok();
    let twice = town.of_call("dispatcher", &first, &town.power, "arrival", json!({})).await;
    assert_eq!(twice.refusal(), (409, "whistle_arrived".into()));
    let stale = test
        .as_person("dispatcher")
        .await
        .post(&format!("{}/withdraw", path(&first)), json!({"version": 9, "reason": "吹错"}))
        .await;
    assert_eq!(stale.refusal(), (409, "record_changed".into()));
}

#[tokio::test]
async fn late_and_absent_follow_from_times_and_nobody_says_their_own() {
    let town = town().await;
    let test = &town.test;
    let room = town.raised(json!({})).await;
    test.pass_hours(7);
    // It is 16:00; they met at 15:00. A unit says "now"; the township may say when it was.
    let own = town.of_call("helper", &room, &town.power, "arrival", json!({"at": "2026-11-16T06:50:00Z"})).await;
    assert_eq!(own.fields(), [("at".to_owned(), "whistle_now".to_owned())]);
    let ahead = town.of_call("dispatcher", &room, &town.power, "arrival", json!({"at": "2026-11-16T09:00:00Z"})).await;
    assert_eq!(ahead.fields(), [("at".to_owned(), "whistle_then".to_owned())]);
    let said =
        town.of_call("dispatcher", &room, &town.power, "arrival", json!({"at": "2026-11-16T06:50:00Z"})).await.ok();
    assert_eq!(
        (&call_of(&said, &town.power)["standing"], &call_of(&said, &town.power)["arrived_said_by"]),
        (&json!("in_time"), &json!("office"))
    );
    assert_eq!(
        town.of_call("helper", &room, &town.power, "arrival", json!({"taken_back": true})).await.refusal().0,
        403,
        "the unit did not say it"
    );
    town.of_call("dispatcher", &room, &town.power, "arrival", json!({"taken_back": true})).await.ok();
    let late = town.of_call("helper", &room, &town.power, "arrival", json!({})).await.ok();
    assert_eq!(call_of(&late, &town.power)["standing"], "late");
    assert_eq!(call_of(&late, &town.fire)["standing"], "absent");
    assert_eq!(call_of(&late, &town.fire)["is_reply_late"], true);
    assert_eq!(
        late["tally"],
        json!({"called": 3, "silent": 2, "coming": 0, "cannot": 0, "there": 1, "late": 1, "absent": 2, "done": 0})
    );
    let county = test.as_person("county").await;
    for (query, wanted) in [
        ("", 3),
        ("due=true", 3),
        ("standing=late", 1),
        ("standing=absent", 2),
        ("standing=in_time", 0),
        ("standing=waiting", 0),
        ("standing=cannot", 0),
        ("standing=released", 0),
        ("region=140403001", 3),
        ("region=140403002", 0),
        ("to=2026-11-15", 0),
        ("from=2026-11-16&to=2026-11-16", 3),
    ] {
        assert_eq!(calls(&county, query).await, wanted, "{query}");
    }
    assert_eq!(calls(&county, &format!("unit={}", town.fire)).await, 1);
    assert_eq!(calls(&test.as_person("fireman").await, "standing=absent").await, 1, "a unit sees its own");
    let csv = county.get("/api/whistle-calls.csv?standing=absent").await;
    assert!(csv.text().contains("fire") && csv.text().lines().count() == 3, "{}", csv.text());
    let csv = county.get("/api/whistles.csv?view=running").await.text();
    assert!(csv.contains("清理府后街占道经营") && csv.lines().count() == 2, "{csv}");
    let whistles = book::rows(&county, "/api/whistles.xlsx?view=running").await;
    assert!(whistles.len() == 2 && book::is_time(book::under(&whistles, 1, "Raised")), "{whistles:?}");
    assert!(matches!(book::under(&whistles, 1, "Called"), calamine::Data::Float(_)), "{whistles:?}");
    let called = book::rows(&county, "/api/whistle-calls.xlsx?standing=absent").await;
    assert!(called.len() == 3 && book::is_time(book::under(&called, 1, "Arrival due")), "{called:?}");
}

#[tokio::test]
async fn what_cannot_be_solved_goes_to_the_county_which_calls_more_and_decides() {
    let town = town().await;
    let test = &town.test;
    let room = town.raised(json!({"calls": [{"unit": town.lamps}, {"unit": town.power}]})).await;
    let county = test.as_person("county").await;
    assert_eq!(count(&county, "view=escalated").await, 0);
    town.of_call("helper", &room, &town.power, "arrival", json!({})).await.ok();
    town.of_whistle("handler", &room, "answer", json!({"text": "权属不清，办不了", "outcome": "cannot"})).await.ok();
    assert_eq!((count(&county, "view=escalated").await, count(&county, "view=over").await), (1, 0));
    let street = town.of_whistle("dispatcher", &room, "calls", json!({"calls": [{"unit": town.fire}]})).await;
    assert_eq!(street.refusal(), (403, "forbidden".into()), "now it is the county's");
    let again = town.of_whistle("county", &room, "calls", json!({"calls": [{"unit": town.power}]})).await;
    assert_eq!(again.fields(), [("calls.0.unit".to_owned(), "whistle_twice".to_owned())]);
    town.of_whistle("county", &room, "calls", json!({"calls": [{"unit": town.fire, "task": "查消防通道"}]})).await.ok();
    assert_eq!(count(&test.as_person("fireman").await, "view=to_answer").await, 1);
    let over =
        town.of_whistle("county", &room, "decision", json!({"text": "由城管先行清理", "outcome": "partly"})).await.ok();
    assert_eq!(
        (&over["state"], &over["outcome"], &over["decision"]),
        (&json!("over"), &json!("partly"), &json!("由城管先行清理"))
    );
    // Whoever still had time when it ended is not counted, and is not rated.
    assert_eq!(call_of(&over, &town.fire)["standing"], "released");
    assert_eq!(calls(&county, "due=true").await, 1);
    assert_eq!(count(&test.as_person("fireman").await, "view=to_rate").await, 0);
    assert_eq!(count(&test.as_person("helper").await, "view=to_rate").await, 1);
}

#[tokio::test]
async fn the_township_escalates_with_a_reason_or_withdraws_and_nobody_was_late_for_what_was_not() {
    let town = town().await;
    let test = &town.test;
    let case = reported(test).await;
    let room = town.raised(json!({"case": case})).await;
    assert_eq!(town.of_whistle("dispatcher", &room, "escalate", json!({"reason": " "})).await.fields()[0].0, "reason");
    test.pass_hours(7);
    assert_eq!(calls(&test.as_person("county").await, "standing=absent").await, 3);
    let withdrawn = town.of_whistle("second", &room, "withdraw", json!({"reason": "地点写错了"})).await.ok();
    assert_eq!((&withdrawn["state"], &withdrawn["reason"]), (&json!("withdrawn"), &json!("地点写错了")));
    assert_eq!(calls(&test.as_person("county").await, "due=true").await, 0);
    assert_eq!(test.as_person("fireman").await.get(&format!("/api/cases/{case}")).await.status, 404);
    let over = town.of_call("fireman", &room, &town.fire, "arrival", json!({})).await;
    assert_eq!(over.refusal(), (409, "whistle_status".into()));
    let resident = test.nobody().with_receipt(RECEIPT).get("/api/receipt").await.ok();
    assert!(resident.to_string().contains("whistle_withdrawn") && !resident.to_string().contains("地点写错了"));

    let room = town.raised(json!({"case": case, "meets_at": "2026-11-17T01:00:00Z"})).await;
    town.of_whistle("leader", &room, "escalate", json!({"reason": "两家都没来"})).await.ok();
    assert_eq!(count(&test.as_person("county").await, "view=escalated").await, 1);
    let twice = town.of_whistle("leader", &room, "escalate", json!({"reason": "再升"})).await;
    assert_eq!(twice.refusal(), (409, "whistle_status".into()));
}

#[tokio::test]
async fn every_figure_opens_into_as_many_rows_as_it_says() {
    let town = town().await;
    let test = &town.test;
    reported(test).await;
    let case =
        test.as_person("dispatcher").await.get("/api/cases").await.ok()["rows"][0]["id"].as_str().unwrap().to_owned();
    let first = town.raised(json!({"case": case})).await;
    town.attended(&first).await;
    let parts = read(&test.as_person("dispatcher").await, &case).await["assignments"].clone();
    let done = |part: &&Value| part["kind"] == "whistled" && part["state"] == "done";
    assert_eq!(parts.as_array().unwrap().iter().filter(done).count(), 3, "with its result a unit's part is done");
    town.of_whistle("handler", &first, "answer", json!({"text": "办好了", "outcome": "solved"})).await.ok();
    let second = town.raised(json!({"kind": "key_work", "source": "council"})).await;
    town.of_call("helper", &second, &town.power, "arrival", json!({})).await.ok();
    town.of_call("fireman", &second, &town.fire, "reply", json!({"reply": "cannot", "reason": "救援"})).await.ok();
    test.pass_hours(8);
    town.of_call("handler", &second, &town.lamps, "arrival", json!({})).await.ok();
    town.of_whistle("leader", &second, "escalate", json!({"reason": "办不动"})).await.ok();
    let third = town.raised(json!({"meets_at": "2026-11-18T01:00:00Z"})).await;
    town.of_whistle("dispatcher", &third, "withdraw", json!({"reason": "吹错"})).await.ok();
    for who in ["dispatcher", "county"] {
        let client = test.as_person(who).await;
        let figures = client.get("/api/whistles/figures?from=2026-11-01&to=2026-11-30").await.ok();
        let whole = &figures["whole"];
        let (time, region) = ("from=2026-11-01&to=2026-11-30", whole["region"]["code"].as_str().unwrap());
        let opens = |query: &str| format!("region={region}&{time}&{query}");
        for (figure, query) in [
            ("due", "due=true"),
            ("in_time", "due=true&standing=in_time"),
            ("late", "due=true&standing=late"),
            ("absent", "due=true&standing=absent"),
            ("cannot", "due=true&standing=cannot"),
        ] {
            assert_eq!(whole[figure], calls(&client, &opens(query)).await, "{who} {figure}");
        }
        for (figure, query) in [
            ("raised", "kept=true"),
            ("about_cases", "kept=true&has_case=true"),
            ("over", "state=over"),
            ("solved", "state=over&outcome=solved"),
            ("partly", "state=over&outcome=partly"),
            ("escalated", "kept=true&escalated=true"),
        ] {
            assert_eq!(whole[figure], count(&client, &opens(query)).await, "{who} {figure}");
        }
        assert_eq!(whole["cases"], client.get(&format!("/api/cases?region={region}&{time}")).await.ok()["count"]);
        assert_eq!(
            (&whole["due"], &whole["in_time"], &whole["late"], &whole["cannot"]),
            (&json!(6), &json!(4), &json!(1), &json!(1))
        );
        assert_eq!(figures["townships"].as_array().unwrap().len(), 1);
    }
    assert_eq!(
        test.as_person("neighbour").await.get(&format!("/api/whistles/figures?region={STREET}")).await.status,
        404
    );
    let wrong = test.as_person("county").await.get("/api/whistles/figures?from=2026-11-02&to=2026-11-01").await;
    assert_eq!(wrong.fields()[0].0, "from");
    assert_eq!(count(&test.as_person("county").await, "has_case=false&kind=key_work").await, 1);
}

#[tokio::test]
async fn what_waits_stands_on_the_day_and_lists_go_on_page_by_page() {
    let town = town().await;
    let test = &town.test;
    let views = async |who: &str| {
        let lists = test.as_person(who).await.get("/api/whistles/waiting").await.ok();
        lists
            .as_array()
            .unwrap()
            .iter()
            .map(|list| format!("{} {}", list["view"].as_str().unwrap(), list["count"]))
            .collect::<Vec<_>>()
    };
    for goal in ["一", "二", "三"] {
        town.raised(json!({"goal": goal})).await;
        test.pass_seconds(1);
    }
    let client = test.as_person("helper").await;
    let mut goals = Vec::new();
    let mut next = String::new();
    loop {
        let page = client.get(&format!("/api/whistles?limit=1{next}")).await.ok();
        assert_eq!(page["count"], 3);
        goals.push(page["rows"][0]["goal"].as_str().unwrap().to_owned());
        let Some(cursor) = page["next"].as_str() else { break };
        next = format!("&cursor={cursor}");
    }
    assert_eq!(goals, ["三", "二", "一"]);
    let rows = client.get("/api/whistle-calls?limit=2").await.ok();
    let more = client.get(&format!("/api/whistle-calls?limit=2&cursor={}", rows["next"].as_str().unwrap())).await.ok();
    assert_eq!((rows["rows"].as_array().unwrap().len(), more["rows"].as_array().unwrap().len()), (2, 1));
    assert_eq!(views("helper").await, ["to_answer 3"]);
    assert_eq!(views("dispatcher").await, ["running 3"]);
    assert!(views("county").await.is_empty());
    let first = client.get("/api/whistles?limit=1").await.ok()["rows"][0].clone();
    town.of_call("helper", &first, &town.power, "reply", json!({"reply": "coming"})).await.ok();
    assert_eq!(views("helper").await, ["to_answer 2", "in_hand 1"]);
    town.of_whistle("leader", &first, "escalate", json!({"reason": "办不动"})).await.ok();
    assert_eq!(views("county").await, ["escalated 1"]);
    town.of_whistle("county", &first, "decision", json!({"text": "定", "outcome": "solved"})).await.ok();
    // Ended before their time: only those who were there or said that they cannot are rated.
    assert_eq!(views("helper").await, ["to_answer 2"]);
    // The units a township called are offered again.
    let form = test.as_person("dispatcher").await.get("/api/whistles/form").await.ok();
    assert!(
        form["units"].as_array().unwrap().iter().all(|it| it["why"] == "usual")
            && form["units"].as_array().unwrap().len() == 3,
        "{form}"
    );
    assert_eq!(form["region"]["code"], STREET);
    assert_eq!(test.as_person("officer").await.get("/api/whistles/form").await.status, 403);
}

#[tokio::test]
async fn units_are_reminded_before_each_limit_once() {
    let town = town().await;
    let test = &town.test;
    let room = town.raised(json!({"meets_at": "2026-11-18T01:00:00Z"})).await;
    town.of_call("helper", &room, &town.power, "reply", json!({"reply": "coming"})).await.ok();
    assert_eq!(whistles::remind(&test.app).await.unwrap(), 0);
    test.pass_hours(31); // Tuesday 16:00; the reply is due at 18:00
    assert_eq!(whistles::remind(&test.app).await.unwrap(), 2);
    assert_eq!(whistles::remind(&test.app).await.unwrap(), 0);
    test.pass_hours(15); // Wednesday 07:00; they meet at 09:00
    assert_eq!(whistles::remind(&test.app).await.unwrap(), 3);
    test.pass_hours(1);
    assert_eq!(whistles::remind(&test.app).await.unwrap(), 0);
    let history = test.as_person("dispatcher").await.get(&path(&room)).await.ok()["history"].clone();
    let reminded = history.as_array().unwrap().iter().filter(|row| row["kind"] == "whistle.reminded").count();
    assert_eq!(reminded, 5);
}

#[tokio::test]
async fn an_enforcement_officer_reads_the_whistles_of_the_place_and_answers_for_nobody() {
    let town = town().await;
    town.test.person("officer", Role::EnforcementOfficer, STREET, None).await;
    town.test.person("elsewhere", Role::EnforcementOfficer, "140403002", None).await;
    let room = town.raised(json!({})).await;
    let seen = town.test.as_person("officer").await.get(&path(&room)).await.ok();
    assert_eq!(seen["allowed"], json!([]));
    assert!(seen["calls"].as_array().unwrap().iter().all(|call| call["allowed"] == json!([])), "{seen}");
    assert_eq!(count(&town.test.as_person("officer").await, "").await, 1);
    let refused = town.of_call("officer", &room, &town.lamps, "reply", json!({"reply": "coming"})).await;
    assert_eq!(refused.refusal(), (403, "not_your_unit".into()));
    assert_eq!(town.test.as_person("elsewhere").await.get(&path(&room)).await.refusal().0, 404);
}
