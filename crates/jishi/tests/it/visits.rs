//! Linked cadres and visits: who is linked, three fields of which two are sealed, a need that becomes a case, what everyone reads.

use jishi::{
    http,
    modules::{SharedApp, disclosure, links, visits},
    platform::access::Role,
};
use serde_json::{Value, json};

use super::support::{Client, TestApp, code};

const VILLAGE: &str = "140403001001";
const GRID: &str = "140403001001001";

async fn city() -> TestApp {
    let test = TestApp::start().await.with_catalogue().await;
    test.unit("street", "government", "140403001").await;
    test.unit("committee", "government", VILLAGE).await;
    for (login, role, place, unit) in [
        ("cadre", Role::LinkedCadre, VILLAGE, "street"),
        ("other", Role::LinkedCadre, "140403001002", "street"),
        ("worker", Role::GridWorker, GRID, "committee"),
        ("officer", Role::VillageOfficer, VILLAGE, "committee"),
        ("dispatcher", Role::TownshipDispatcher, "140403001", "street"),
        ("leader", Role::TownshipLeader, "140403001", "street"),
        ("far", Role::VillageOfficer, "140403002001", "committee"),
    ] {
        test.person(login, role, place, Some(unit)).await;
    }
    test
}

fn talk(need: Option<&str>) -> Value {
    json!({"region": VILLAGE, "whom": "3 号楼 2 单元 301，王桂兰", "said": "家里都好，就是腿疼，夜里出门怕黑。", "need": need})
}

async fn visit(client: &Client<'_>, need: Option<&str>) -> Value {
    client.post("/api/visits", talk(need)).await.ok()
}

fn at(of: &Value, tail: &str) -> String {
    format!("/api/visits/{}{tail}", of["id"].as_str().unwrap())
}

async fn mine(client: &Client<'_>) -> Value {
    client.get("/api/links/mine").await.ok()["rows"][0].clone()
}

#[tokio::test]
async fn a_village_sees_who_is_linked_to_it_and_how_to_reach_them() {
    let test = city().await;
    let (officer, cadre) = (test.as_person("officer").await, test.as_person("cadre").await);
    let page = officer.get("/api/links").await.ok();
    assert_eq!(
        (&page["count"], page["rows"].as_array().unwrap().len()),
        (&json!(1), 1),
        "its own and no other village's"
    );
    let link = page["rows"][0].clone();
    assert_eq!((&link["person"]["name"], &link["kind"]), (&json!("cadre"), &json!("village")));
    assert_eq!(link["last_on"], Value::Null);
    assert_eq!(test.as_person("dispatcher").await.get("/api/links").await.ok()["count"], 2);
    assert_eq!(test.as_person("dispatcher").await.get(&format!("/api/links?region={VILLAGE}")).await.ok()["count"], 1);
    assert_eq!(test.as_person("far").await.get("/api/links").await.ok()["count"], 0);

    let card = format!("/api/links/{}/card", link["id"].as_str().unwrap());
    let written = |version: i64, phone: &str| json!({"version": version, "phone": phone, "is_public": true});
    let private = officer.put(&card, written(0, "13800001234")).await;
    assert_eq!(private.fields(), [("phone".into(), "phone_is_private".into())]);
    assert_eq!(cadre.put(&card, written(0, "0355-2023456")).await.refusal(), (403, "forbidden".into()));
    let far = test.as_person("far").await;
    assert_eq!(far.put(&card, written(0, "0355-2023456")).await.refusal(), (404, "not_found".into()));
    let changed = officer.put(&card, written(0, "0355-2023456")).await.ok();
    assert_eq!((&changed["phone"], &changed["version"]), (&json!("0355-2023456"), &json!(1)));
    assert_eq!(officer.put(&card, written(0, "0355-1")).await.refusal(), (409, "record_changed".into()));
    assert_eq!(officer.put(&card, written(1, "0355-2023457")).await.ok()["version"], 2);

    visit(&cadre, None).await;
    assert_eq!(officer.get("/api/links").await.ok()["rows"][0]["last_on"], "2026-11-16");
    let lines = officer.get("/api/links.csv").await.text();
    assert_eq!(lines.lines().count(), 2);
    assert!(lines.contains("0355-2023457") && lines.contains("2026-11-16"));
    assert_eq!(officer.get("/api/links.xlsx").await.status, 200);
}

#[tokio::test]
async fn the_cadre_alone_is_told_how_often_they_were_in_touch() {
    let test = city().await;
    let cadre = test.as_person("cadre").await;
    assert_eq!((mine(&cadre).await["times"].clone(), mine(&cadre).await["days"].clone()), (json!(2), json!(0)));
    visit(&cadre, None).await;
    visit(&cadre, None).await;
    assert_eq!(mine(&cadre).await["days"], 1, "a day counts once, however many doors");
    test.pass_hours(24);
    let cadre = test.as_person("cadre").await;
    visit(&cadre, None).await;
    assert_eq!(mine(&cadre).await["days"], 2);
    assert_eq!(test.as_person("leader").await.get("/api/links/mine").await.refusal(), (403, "forbidden".into()));
    assert_eq!(test.as_person("officer").await.get("/api/links/mine").await.ok()["rows"], json!([]));
}

/// Names of the properties of a schema, with those of what it refers to.
fn properties(schemas: &Value, schema: &Value, found: &mut Vec<(String, Value)>, depth: usize) {
    if depth > 8 {
        return;
    }
    if let Some(name) = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
        return properties(schemas, &schemas[name], found, depth + 1);
    }
    for part in ["allOf", "oneOf", "anyOf"] {
        for schema in schema[part].as_array().into_iter().flatten() {
            properties(schemas, schema, found, depth + 1);
        }
    }
    if schema["items"].is_object() {
        properties(schemas, &schema["items"], found, depth + 1);
    }
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        found.push((name.clone(), schema.clone()));
        properties(schemas, schema, found, depth + 1);
    }
}

fn is_number(schema: &Value) -> bool {
    let kind = &schema["type"];
    kind == "integer" || kind == "number" || kind.as_array().is_some_and(|kinds| kinds.contains(&json!("integer")))
}

/// Red line: a visit is for people. Whoever adds a figure of somebody's visits, or a way to ask for one person's, is stopped here.
#[tokio::test]
async fn no_operation_counts_or_picks_anybodys_visits_but_their_own() {
    let document = serde_json::to_value(http::openapi()).unwrap();
    let mut looked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let is_ours = ["/api/links", "/api/visits", "/api/open/links"].iter().any(|room| path.starts_with(room));
        // One's own figure, for oneself.
        if !is_ours || path == "/api/links/mine" {
            continue;
        }
        for (method, operation) in item.as_object().unwrap() {
            looked += 1;
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let name = parameter["name"].as_str().unwrap();
                for word in ["person", "writer", "cadre", "who", "by", "sort", "order", "late", "overdue"] {
                    assert_ne!(name, word, "{method} {path} can be asked by {name}");
                }
            }
            let mut found = Vec::new();
            for answer in operation["responses"].as_object().unwrap().values() {
                for content in answer["content"].as_object().into_iter().flatten().map(|(_, content)| content) {
                    properties(&document["components"]["schemas"], &content["schema"], &mut found, 0);
                }
            }
            // Listings say how many rows they have, links and visits which version they are, and the public page how many needs
            // came how far; nothing else may be a number.
            let known = ["count", "version", "needs", "listed", "few"];
            for (name, schema) in found {
                assert!(
                    !is_number(&schema) || known.contains(&name.as_str()),
                    "{method} {path} tells the number {name}"
                );
                for word in ["late", "overdue", "rank", "rate", "times", "days", "lon", "lat", "photo"] {
                    let is_meant =
                        name == word || name.starts_with(&format!("{word}_")) || name.ends_with(&format!("_{word}"));
                    // A case in the public ledger has its own deadline.
                    assert!(
                        !is_meant || (name == "is_late" && path == "/api/open/links/cases"),
                        "{method} {path}: {name}"
                    );
                }
            }
        }
    }
    assert!(looked >= 12, "{looked}");
    let store = concat!(
        include_str!("../../src/modules/visits/store.rs"),
        include_str!("../../src/modules/links/store/households.rs"),
        include_str!("../../src/modules/links/store/public.rs"),
    );
    for words in ["GROUP BY v.writer", "GROUP BY writer", "ORDER BY count"] {
        assert!(
            !store.contains(words) && !include_str!("../../src/modules/links/store/mod.rs").contains(words),
            "{words}"
        );
    }
}

#[tokio::test]
async fn a_household_is_a_door_and_no_list_of_people() {
    let test = city().await;
    let (officer, cadre) = (test.as_person("officer").await, test.as_person("cadre").await);
    let post = officer.get("/api/links").await.ok()["rows"][0]["id"].clone();
    let add = |door: &str| json!({"post": post, "region": VILLAGE, "door": door});
    let named = officer.post("/api/links/households", add("王桂兰家")).await;
    assert_eq!(named.fields(), [("door".into(), "door_names_person".into())]);
    let wrong = json!({"post": post, "region": "140403002001", "door": " "});
    let fields: Vec<String> =
        officer.post("/api/links/households", wrong).await.fields().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["region", "door"]);
    assert_eq!(cadre.post("/api/links/households", add("3 号楼 1")).await.refusal(), (403, "forbidden".into()));
    let once = officer.with_key("one-household");
    let made = once.post("/api/links/households", add("3 号楼 2 单元 301")).await.ok();
    assert_eq!(once.post("/api/links/households", add("3 号楼 2 单元 301")).await.ok()["id"], made["id"]);
    let twice = officer.post("/api/links/households", add("3 号楼 2 单元 301")).await;
    assert_eq!(twice.fields(), [("door".into(), "duplicate".into())]);
    assert_eq!(mine(&cadre).await["households"][0]["door"], "3 号楼 2 单元 301");

    let address = format!("/api/links/households/{}", made["id"].as_str().unwrap());
    officer.put(&address, json!({"version": 1, "ended": true})).await.ok();
    let stale = officer.put(&address, json!({"version": 1, "ended": false})).await;
    assert_eq!(stale.refusal(), (409, "record_changed".into()));
    let count = async |query: &str| officer.get(&format!("/api/links/households?{query}")).await.ok()["count"].clone();
    assert_eq!((count("").await, count("ended=true").await), (json!(0), json!(1)));
    assert_eq!(count(&format!("region={GRID}&ended=true")).await, 0);
    officer.put(&address, json!({"version": 2, "ended": false})).await.ok();
    assert_eq!(count(&format!("region={VILLAGE}&limit=1")).await, 1);
    assert_eq!(cadre.get("/api/links/households").await.refusal(), (403, "forbidden".into()));
    assert_eq!(test.as_person("far").await.get("/api/links/households").await.ok()["count"], 0);
}

#[tokio::test]
async fn a_visit_has_three_fields_and_two_of_them_stand_sealed() {
    let test = city().await;
    let (officer, cadre) = (test.as_person("officer").await, test.as_person("cadre").await);
    let empty =
        json!({"region": "140403002001", "whom": "", "said": " ", "visited_on": "2026-11-17", "makes_case": true});
    let fields: Vec<String> =
        cadre.post("/api/visits", empty).await.fields().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["region", "whom", "said", "visited_on", "need"], "all mistakes at once");
    assert_eq!(
        test.as_person("leader").await.post("/api/visits", talk(None)).await.refusal(),
        (403, "forbidden".into())
    );

    let once = cadre.with_key("written-offline");
    let made = once.post("/api/visits", talk(Some("王桂兰家门口的路灯不亮，电话 13800001234"))).await.ok();
    let again = once.post("/api/visits", talk(Some("王桂兰家门口的路灯不亮，电话 13800001234"))).await.ok();
    assert_eq!(again["id"], made["id"], "sent twice from the outbox, written once");
    assert_eq!(made["need"], "王**家门口的路灯不亮，电话 138****1234");
    assert_eq!((&made["whom"], &made["stage"]), (&json!("3 号楼 2 单元 301，王桂兰"), &json!("collected")));
    assert_eq!((&made["may_open"], &made["may_report"]), (&json!(false), &json!(true)));
    assert!(test.found_in_database(&["王桂兰", "腿疼", "13800001234"]).await.is_empty());

    let seen = officer.get(&at(&made, "")).await.ok();
    assert_eq!((&seen["whom"], &seen["said"]), (&Value::Null, &Value::Null));
    assert_eq!((&seen["may_open"], &seen["change_until"]), (&json!(true), &Value::Null));
    let page = officer.get("/api/visits?list=place").await.ok();
    assert_eq!(page["count"], 1);
    let told = page.to_string() + &officer.get("/api/visits.csv?list=place").await.text();
    assert!(!told.contains("王桂兰") && !told.contains("腿疼") && !told.contains("cadre"), "{told}");
    assert_eq!(officer.get("/api/visits.xlsx?list=place").await.status, 200);
    assert_eq!(cadre.get("/api/visits?list=place").await.refusal(), (403, "forbidden".into()));
    for login in ["other", "worker", "far"] {
        let stranger = test.as_person(login).await;
        assert_eq!(stranger.get(&at(&made, "")).await.refusal(), (404, "not_found".into()), "{login}");
        assert_eq!(stranger.get("/api/visits?list=mine").await.ok()["count"], 0);
    }
}

#[tokio::test]
async fn whoever_else_opens_what_was_said_is_written_down() {
    let test = city().await;
    let (officer, cadre) = (test.as_person("officer").await, test.as_person("cadre").await);
    let made = visit(&cadre, None).await;
    let open = |words: &str| json!({"words": words});
    assert_eq!(officer.post(&at(&made, "/open"), open(" ")).await.fields(), [("words".into(), "required".into())]);
    assert_eq!(cadre.post(&at(&made, "/open"), open("再看看")).await.refusal(), (403, "forbidden".into()));
    let far = test.as_person("far").await;
    assert_eq!(far.post(&at(&made, "/open"), open("看看")).await.refusal(), (404, "not_found".into()));
    let once = officer.with_key("open-it-once");
    let opened = once.post(&at(&made, "/open"), open("准备再次上门，了解腿疼的情况")).await.ok();
    assert_eq!(
        (&opened["whom"], &opened["until"]),
        (&json!("3 号楼 2 单元 301，王桂兰"), &json!("2026-11-16T01:01:00Z"))
    );
    let again = once.post(&at(&made, "/open"), open("准备再次上门，了解腿疼的情况")).await;
    assert_eq!(again.refusal(), (409, "idempotency_mismatch".into()));
    let told = cadre.get(&at(&made, "")).await.ok();
    assert_eq!(told["openings"].as_array().unwrap().len(), 1);
    assert_eq!(told["openings"][0]["person"]["name"], "officer");
    assert_eq!(told["openings"][0]["words"], "准备再次上门，了解腿疼的情况");

    // What an officer wrote they open without a word.
    let own = visit(&officer, None).await;
    officer.post(&at(&own, "/open"), open("自己写的")).await.ok();
    assert_eq!(officer.get(&at(&own, "")).await.ok()["openings"], json!([]));
}

#[tokio::test]
async fn a_need_becomes_a_case_and_the_visit_follows_it() {
    let test = city().await;
    let (officer, cadre, dispatcher) =
        (test.as_person("officer").await, test.as_person("cadre").await, test.as_person("dispatcher").await);
    let made = visit(&cadre, Some("王桂兰家门口路灯不亮")).await;
    let none = visit(&cadre, None).await;
    let nothing = cadre.post(&at(&none, "/case"), json!({"version": 1})).await;
    assert_eq!(nothing.refusal(), (409, "visit_no_need".into()));
    let unknown = cadre.post(&at(&made, "/case"), json!({"version": 1, "matter": "city.nothing"})).await;
    assert_eq!(unknown.fields(), [("matter".into(), "unknown_value".into())]);
    let report = json!({"version": 1, "matter": "city.lighting.street-lamp"});
    let once = cadre.with_key("into-a-case");
    let known = once.post(&at(&made, "/case"), report.clone()).await.ok();
    assert_eq!(once.post(&at(&made, "/case"), report.clone()).await.ok()["case"], known["case"]);
    assert_eq!((&known["stage"], &known["may_report"]), (&json!("collected"), &json!(false)));
    assert_eq!(cadre.post(&at(&made, "/case"), report).await.refusal(), (409, "record_changed".into()));
    assert_eq!(dispatcher.get("/api/cases?view=undecided").await.ok()["count"], 1, "once");
    assert!(test.found_in_database(&["王桂兰", "腿疼"]).await.is_empty());

    let id = known["case"]["id"].as_str().unwrap();
    let case = dispatcher.get(&format!("/api/cases/{id}")).await.ok();
    assert_eq!(case["summary"], "王**家门口路灯不亮");
    let change = json!({"version": 2, "whom": "12 号院", "said": "补记", "need": "别的事"});
    assert_eq!(cadre.put(&at(&made, ""), change).await.fields(), [("need".into(), "visit_is_case".into())]);
    let back = cadre.post(&at(&made, "/withdraw"), json!({"version": 2})).await;
    assert_eq!(back.refusal(), (409, "visit_is_case".into()));

    let lamps = test.unit("lamps", "urban_management", "140403").await;
    let step = json!({"version": case["version"], "lead": lamps});
    dispatcher.post(&format!("/api/cases/{id}/dispatch"), step).await.ok();
    assert_eq!(cadre.get(&at(&made, "")).await.ok()["stage"], "classified");
    for (stage, count) in [("collected", 0), ("classified", 1), ("solved", 0), ("ended", 0), ("none", 1)] {
        let page = officer.get(&format!("/api/visits?list=place&stage={stage}")).await.ok();
        assert_eq!((&page["count"], page["rows"].as_array().unwrap().len()), (&json!(count), count), "{stage}");
        assert!(page["rows"].as_array().unwrap().iter().all(|row| row["stage"] == stage));
    }
    // At once, as from the outbox.
    let mut at_once = talk(Some("楼道里堆了杂物"));
    at_once["makes_case"] = json!(true);
    let taken = cadre.post("/api/visits", at_once).await.ok();
    assert!(taken["case"]["number"].is_string());
    let other = officer.get(&at(&taken, "")).await.ok();
    assert_eq!(other["case"]["may_read"], true);
    let page = officer
        .get(&format!("/api/visits?list=place&region={VILLAGE}&from=2026-11-16&to=2026-11-16&limit=2"))
        .await
        .ok();
    assert_eq!((&page["count"], page["rows"].as_array().unwrap().len()), (&json!(3), 2));
    let next = page["next"].as_str().unwrap();
    assert_eq!(
        officer.get(&format!("/api/visits?list=place&cursor={next}")).await.ok()["rows"].as_array().unwrap().len(),
        1
    );
    assert_eq!(officer.get("/api/visits?list=place&to=2026-11-15").await.ok()["count"], 0);
    assert_eq!(cadre.get("/api/visits").await.ok()["count"], 3);
}

#[tokio::test]
async fn a_visit_is_mended_or_taken_back_within_a_day_and_forgotten_after_a_year() {
    let test = city().await;
    let cadre = test.as_person("cadre").await;
    let made = visit(&cadre, Some("楼道灯不亮")).await;
    let change = |version: i64| json!({"version": version, "whom": "3 号楼 2 单元 302", "said": "门牌记错了", "need": "楼道灯不亮", "visited_on": "2026-11-15"});
    let changed = cadre.put(&at(&made, ""), change(1)).await.ok();
    assert_eq!((&changed["whom"], &changed["visited_on"]), (&json!("3 号楼 2 单元 302"), &json!("2026-11-15")));
    assert_eq!(cadre.put(&at(&made, ""), change(1)).await.refusal(), (409, "record_changed".into()));
    let officer = test.as_person("officer").await;
    assert_eq!(officer.put(&at(&made, ""), change(2)).await.refusal(), (404, "not_found".into()));
    let wrong = json!({"version": 2, "whom": "", "said": ""});
    assert_eq!(cadre.put(&at(&made, ""), wrong).await.fields().len(), 2);
    let second = visit(&cadre, None).await;
    let once = cadre.with_key("take-it-back");
    for _ in 0..2 {
        assert_eq!(once.post(&at(&second, "/withdraw"), json!({"version": 1})).await.status, 204);
    }
    assert_eq!(cadre.get(&at(&second, "")).await.refusal(), (404, "not_found".into()));
    assert_eq!(cadre.get("/api/visits").await.ok()["count"], 1);

    test.pass_hours(24);
    let cadre = test.as_person("cadre").await;
    assert_eq!(cadre.get(&at(&made, "")).await.ok()["change_until"], Value::Null);
    assert_eq!(cadre.put(&at(&made, ""), change(2)).await.refusal(), (409, "visit_too_late".into()));
    let late = cadre.post(&at(&made, "/withdraw"), json!({"version": 2})).await;
    assert_eq!(late.refusal(), (409, "visit_too_late".into()));

    visits::forget(SharedApp::clone(&test.app)).await.unwrap();
    assert_eq!(cadre.get(&at(&made, "")).await.ok()["whom"], "3 号楼 2 单元 302", "not yet");
    test.pass_hours(24 * 366);
    visits::forget(SharedApp::clone(&test.app)).await.unwrap();
    let (cadre, officer) = (test.as_person("cadre").await, test.as_person("officer").await);
    let left = cadre.get(&at(&made, "")).await.ok();
    assert_eq!((&left["whom"], &left["said"], &left["need"]), (&Value::Null, &Value::Null, &json!("楼道灯不亮")));
    let open = officer.post(&at(&made, "/open"), json!({"words": "看看"})).await;
    assert_eq!(open.refusal(), (409, "visit_forgotten".into()));
}

#[tokio::test]
async fn everyone_reads_who_is_linked_and_what_became_of_what_was_raised() {
    let test = city().await;
    let (officer, cadre) = (test.as_person("officer").await, test.as_person("cadre").await);
    let open = async || test.nobody().get(&format!("/api/open/links?place={GRID}")).await.ok();
    assert_eq!(open().await["links"], json!([]), "nothing before the card says so");
    let post = officer.get("/api/links").await.ok()["rows"][0]["id"].as_str().unwrap().to_owned();
    let card = json!({"version": 0, "phone": "0355-2023456", "is_public": true});
    officer.put(&format!("/api/links/{post}/card"), card).await.ok();
    let told = open().await;
    assert_eq!((&told["links"][0]["name"], &told["links"][0]["phone"]), (&json!("cadre"), &json!("0355-2023456")));
    assert_eq!((&told["place"]["code"], &told["last_on"]), (&json!(VILLAGE), &Value::Null));

    let mut round = talk(None);
    round["region"] = json!(GRID);
    test.as_person("worker").await.post("/api/visits", round).await.ok();
    assert_eq!(open().await["last_on"], Value::Null, "the grid's own round is no visit of a linked cadre");
    for n in 0..4 {
        visit(&cadre, Some(&format!("第 {n} 件小事"))).await;
    }
    let told = open().await;
    assert_eq!(told["last_on"], "2026-11-16");
    assert_eq!(told["raised"][0]["stage"], "collected");
    assert_eq!(told["raised"][0]["needs"], Value::Null, "four could point at somebody");
    visit(&cadre, Some("第 5 件小事")).await;
    assert_eq!(open().await["raised"][0]["needs"], 5);
    let listed = test.nobody().get(&format!("/api/open/links/cases?place={VILLAGE}&stage=collected")).await.ok();
    assert_eq!(listed["count"], 0, "what is no case stands in no ledger");
    let text = open().await.to_string();
    for word in ["301", "王桂兰", "小事"] {
        assert!(!text.contains(word), "{word}");
    }
    let card = json!({"version": 1, "is_public": false});
    officer.put(&format!("/api/links/{post}/card"), card).await.ok();
    assert_eq!(open().await["links"], json!([]));
    let nowhere = test.nobody().get("/api/open/links?place=990101").await;
    assert_eq!(nowhere.fields(), [("place".into(), "unknown_region".into())]);
}

#[tokio::test]
async fn the_public_page_follows_cases_within_the_hour() {
    let test = city().await;
    let cadre = test.as_person("cadre").await;
    let mut at_once = talk(Some("门口路灯不亮三天了"));
    at_once["makes_case"] = json!(true);
    at_once["matter"] = json!("city.lighting.street-lamp");
    cadre.post("/api/visits", at_once).await.ok();
    let open = async || test.nobody().get(&format!("/api/open/links?place={VILLAGE}")).await.ok()["raised"].clone();
    assert_eq!(open().await[0]["listed"], 0, "not in the ledger yet");
    disclosure::follow(&test.app).await.unwrap();
    let schedules = jishi::modules::schedules();
    let hourly = schedules.iter().find(|schedule| schedule.kind == "links.disclose").unwrap();
    (hourly.run)(SharedApp::clone(&test.app)).await.unwrap();
    let told = open().await;
    assert_eq!(
        (&told[0]["needs"], &told[0]["listed"]),
        (&json!(1), &json!(1)),
        "what everyone can look up is counted out"
    );
    let listed =
        test.nobody().get(&format!("/api/open/links/cases?place={VILLAGE}&stage=collected&limit=1")).await.ok();
    assert_eq!(
        (&listed["count"], &listed["rows"][0]["matter"]["code"]),
        (&json!(1), &json!("city.lighting.street-lamp"))
    );
    let key = listed["rows"][0]["key"].as_str().unwrap();
    test.nobody().get(&format!("/api/open/cases/{key}")).await.ok();
    // Nothing has changed, so nothing is written.
    links::disclose(&test.app, &code(VILLAGE)).await.unwrap();
}

#[tokio::test]
async fn the_demo_stands_its_visits_in_front_of_cases_that_were_played() {
    let test = TestApp::start().await.with_catalogue().await;
    assert_eq!(visits::demo::fill(&test.app, test.app.now()).await.unwrap(), 0, "nobody is linked here");
}
