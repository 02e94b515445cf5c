//! Double report-in: who registers with a community, what it needs, what was promised, done and judged, and what everyone reads.

use jishi::{http, modules::neighbours, platform::access::Role};
use serde_json::{Value, json};

use super::support::{Client, TestApp};

const PLACE: &str = "140403001001";

async fn city() -> TestApp {
    let test = TestApp::start().await.with_catalogue().await;
    test.unit("street", "government", "140403001").await;
    test.unit("committee", "government", PLACE).await;
    test.unit("lamps", "urban_management", "140403").await;
    for (login, role, place, unit) in [
        ("handler", Role::DepartmentHandler, "140403", "lamps"),
        ("colleague", Role::DepartmentHandler, "140403", "lamps"),
        ("cadre", Role::LinkedCadre, "140403001002", "street"),
        ("officer", Role::VillageOfficer, PLACE, "committee"),
        ("next", Role::VillageOfficer, "140403001002", "committee"),
        ("far", Role::VillageOfficer, "140403002001", "committee"),
        ("worker", Role::GridWorker, "140403001001001", "committee"),
    ] {
        test.person(login, role, place, Some(unit)).await;
    }
    test
}

fn asking(kind: &str, offers: &[&str]) -> Value {
    json!({"region": PLACE, "kind": kind, "offers": offers, "free": "周末"})
}

async fn accepted(from: &Client<'_>, officer: &Client<'_>, body: Value) -> Value {
    let made = from.post("/api/neighbours", body).await.ok();
    let answer = json!({"version": 1, "accepted": true});
    officer.post(&of("/api/neighbours", &made, "/answer"), answer).await.ok()
}

fn of(room: &str, one: &Value, tail: &str) -> String {
    format!("{room}/{}{tail}", one["id"].as_str().unwrap())
}

fn need(title: &str) -> Value {
    json!({"region": PLACE, "kind": "repair", "title": title, "words": "三盏灯不亮", "by_on": "2026-12-01"})
}

async fn count(client: &Client<'_>, path: &str) -> i64 {
    let page = client.get(path).await.ok();
    assert_eq!(page["count"], page["rows"].as_array().unwrap().len(), "{path}");
    page["count"].as_i64().unwrap()
}

#[tokio::test]
async fn a_unit_and_a_member_of_staff_register_and_the_community_answers() {
    let test = city().await;
    let (handler, officer) = (test.as_person("handler").await, test.as_person("officer").await);
    let wrong = json!({"region": "140403001", "kind": "unit", "offers": ["magic"], "free": "找张经理 13800001234"});
    let fields: Vec<String> =
        handler.post("/api/neighbours", wrong).await.fields().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["region", "offers", "free"], "all mistakes at once");
    let once = handler.with_key("register-once");
    let made = once.post("/api/neighbours", asking("unit", &["repair", "repair"])).await.ok();
    assert_eq!(once.post("/api/neighbours", asking("unit", &["repair", "repair"])).await.ok()["id"], made["id"]);
    assert_eq!((&made["name"], &made["state"]), (&json!("lamps"), &json!("asked")));
    assert_eq!(made["offers"].as_array().unwrap().len(), 1);
    let twice = handler.post("/api/neighbours", asking("unit", &["repair"])).await;
    assert_eq!(twice.fields(), [("region".into(), "registered_already".into())]);
    assert_eq!((&made["may_answer"], &made["may_change"]), (&json!(false), &json!(true)));
    assert_eq!(count(&test.as_person("colleague").await, "/api/neighbours").await, 1, "the own unit reads the same");
    assert_eq!(count(&test.as_person("far").await, "/api/neighbours").await, 0);
    let worker = test.as_person("worker").await;
    assert_eq!(worker.get("/api/neighbours").await.refusal(), (403, "forbidden".into()));

    let answer = of("/api/neighbours", &made, "/answer");
    assert_eq!(
        handler.post(&answer, json!({"version": 1, "accepted": true})).await.refusal(),
        (403, "forbidden".into())
    );
    let why = officer.post(&answer, json!({"version": 1, "accepted": false})).await;
    assert_eq!(why.fields(), [("words".into(), "required".into())]);
    let taken = officer.post(&answer, json!({"version": 1, "accepted": true, "words": "欢迎"})).await.ok();
    assert_eq!((&taken["state"], &taken["answer"]), (&json!("accepted"), &json!("欢迎")));
    let again = officer.post(&answer, json!({"version": 2, "accepted": true})).await;
    assert_eq!(again.refusal(), (409, "neighbour_stands".into()));
    let change = json!({"version": 2, "offers": ["repair", "tidying"]});
    let changed = handler.put(&of("/api/neighbours", &made, ""), change.clone()).await.ok();
    assert_eq!(changed["offers"].as_array().unwrap().len(), 2);
    assert_eq!(handler.put(&of("/api/neighbours", &made, ""), change).await.refusal(), (409, "record_changed".into()));

    let person = test.as_person("cadre").await;
    let own = person.post("/api/neighbours", asking("person", &["company"])).await.ok();
    assert_eq!(own["name"], "cadre");
    let no = json!({"version": 1, "accepted": false, "words": "先到您住的社区报到"});
    assert_eq!(officer.post(&of("/api/neighbours", &own, "/answer"), no).await.ok()["state"], "declined");
    let shop = json!({"region": PLACE, "kind": "enterprise", "name": "惠民大药房", "offers": ["clinic"]});
    assert_eq!(handler.post("/api/neighbours", shop.clone()).await.refusal(), (403, "forbidden".into()));
    let taken_in = officer.post("/api/neighbours", shop).await.ok();
    assert_eq!((&taken_in["state"], &taken_in["may_change"]), (&json!("accepted"), &json!(true)));
    assert_eq!(count(&officer, "/api/neighbours?state=accepted").await, 2);
    assert_eq!(count(&officer, &format!("/api/neighbours?region={PLACE}")).await, 3);
    assert_eq!(officer.get("/api/neighbours.csv").await.text().lines().count(), 4);
    assert_eq!(officer.get("/api/neighbours.xlsx").await.status, 200);
    officer.post(&of("/api/neighbours", &taken_in, "/end"), json!({"version": 1})).await.ok();
    assert_eq!(count(&officer, "/api/neighbours?state=ended").await, 1);
}

/// Two may bear one name, and a name may change.
#[tokio::test]
async fn a_registration_is_known_by_who_it_is_of_and_not_by_a_name() {
    let test = city().await;
    test.person("namesake", Role::LinkedCadre, "140403001002", Some("street")).await;
    test.person("security", Role::SecurityAdmin, "1404", None).await;
    test.person("system", Role::SystemAdmin, "1404", None).await;
    let again = || [("region".to_owned(), "registered_already".to_owned())];

    rename(&test, "cadre", "王伟").await;
    rename(&test, "namesake", "王伟").await;
    let (cadre, namesake) = (test.as_person("cadre").await, test.as_person("namesake").await);
    let (one, other) = (asking("person", &["company"]), asking("person", &["tutoring"]));
    assert_eq!(cadre.post("/api/neighbours", one.clone()).await.ok()["name"], "王伟");
    assert_eq!(namesake.post("/api/neighbours", other).await.ok()["name"], "王伟", "somebody else of the same name");
    rename(&test, "cadre", "王伟东").await;
    assert_eq!(cadre.post("/api/neighbours", one).await.fields(), again(), "the same person under another name");

    let system = test.as_person("system").await;
    let roads = test.unit("roads", "housing", "140403").await;
    test.person("builder", Role::DepartmentHandler, "140403", Some("roads")).await;
    let called = |name: &str, version: i64| json!({"names": {"zh": name}, "duty": "housing", "region": "140403", "version": version});
    let address = format!("/api/units/{roads}");
    system.put(&address, called("lamps", 1)).await.ok();
    let (handler, builder) = (test.as_person("handler").await, test.as_person("builder").await);
    let unit = asking("unit", &["repair"]);
    assert_eq!(handler.post("/api/neighbours", unit.clone()).await.ok()["name"], "lamps");
    assert_eq!(builder.post("/api/neighbours", unit.clone()).await.ok()["name"], "lamps", "another unit of that name");
    system.put(&address, called("roads", 2)).await.ok();
    assert_eq!(builder.post("/api/neighbours", unit).await.fields(), again(), "the same unit under another name");

    let officer = test.as_person("officer").await;
    let shop = |name: &str| json!({"region": PLACE, "kind": "enterprise", "name": name, "offers": ["clinic"]});
    officer.post("/api/neighbours", shop("惠民大药房")).await.ok();
    officer.post("/api/neighbours", shop("便民大药房")).await.ok();
    assert_eq!(
        officer.post("/api/neighbours", shop("惠民大药房")).await.fields(),
        again(),
        "of a shop there is the name"
    );
}

async fn rename(test: &TestApp, login: &str, name: &str) {
    let security = test.as_person("security").await;
    let found = security.get(&format!("/api/people?q={login}")).await.ok();
    let person = found["rows"].as_array().unwrap().iter().find(|row| row["login"] == login).unwrap();
    let change = json!({"name": name, "version": person["version"]});
    security.put(&of("/api/people", person, ""), change).await.ok();
}

#[tokio::test]
async fn a_need_is_matched_with_its_reason_promised_done_and_judged() {
    let test = city().await;
    let (handler, officer) = (test.as_person("handler").await, test.as_person("officer").await);
    let one = accepted(&handler, &officer, asking("unit", &["repair"])).await;
    let next = test.as_person("next").await;
    let shop = json!({"region": "140403001002", "kind": "enterprise", "name": "巧匠维修", "offers": ["repair"], "free": "工作日"});
    next.post("/api/neighbours", shop).await.ok();
    let bad = json!({"region": PLACE, "kind": "magic", "title": "", "words": "联系人张三丰", "by_on": "2020-01-01"});
    let fields: Vec<String> =
        officer.post("/api/community-needs", bad).await.fields().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["kind", "title", "words", "by_on"]);
    assert_eq!(handler.post("/api/community-needs", need("修灯")).await.refusal(), (403, "forbidden".into()));
    assert_eq!(next.post("/api/community-needs", need("修灯")).await.fields(), [("region".into(), "not_found".into())]);
    let asked = officer.post("/api/community-needs", need("修活动室的灯")).await.ok();
    let whys: Vec<&str> =
        asked["matches"].as_array().unwrap().iter().map(|one| one["why"]["zh"].as_str().unwrap()).collect();
    assert_eq!(
        whys,
        ["在本社区报到，能提供“维修”，周末有空。", "在同一街道的华丰社区报到，能提供“维修”，工作日有空。"]
    );
    assert_eq!(asked["matches"][0]["registration"], one["id"]);

    let seen = handler.get(&of("/api/community-needs", &asked, "")).await.ok();
    assert_eq!((seen["own"].as_array().unwrap().len(), seen["matches"].as_array().unwrap().len()), (1, 0));
    assert_eq!(count(&test.as_person("far").await, "/api/community-needs").await, 0);
    let promise =
        |due: &str| json!({"registration": one["id"], "need": asked["id"], "promise": "带梯子和配件", "due_on": due});
    let late = handler.post("/api/community-projects", promise("2026-11-15")).await;
    assert_eq!(late.fields(), [("due_on".into(), "out_of_range".into())]);
    let once = handler.with_key("promise-once");
    let project = once.post("/api/community-projects", promise("2026-11-28")).await.ok();
    assert_eq!(once.post("/api/community-projects", promise("2026-11-28")).await.ok()["id"], project["id"]);
    let taken = officer.post("/api/community-projects", promise("2026-11-28")).await;
    assert_eq!(taken.refusal(), (409, "neighbour_stands".into()), "one takes it up");
    let mend = json!({"version": 2, "kind": "repair", "title": "x", "words": "y"});
    assert_eq!(
        officer.put(&of("/api/community-needs", &asked, ""), mend).await.refusal(),
        (409, "neighbour_stands".into())
    );

    let room = "/api/community-projects";
    let early = officer.post(&of(room, &project, "/judge"), json!({"version": 1, "helped": true, "word": "好"})).await;
    assert_eq!(early.refusal(), (409, "neighbour_stands".into()));
    let report = json!({"version": 1, "result": "三盏灯换好了", "done_on": "2026-11-16"});
    assert_eq!(officer.post(&of(room, &project, "/report"), report.clone()).await.refusal(), (403, "forbidden".into()));
    let done = handler.post(&of(room, &project, "/report"), report.clone()).await.ok();
    assert_eq!((&done["state"], &done["may_judge"]), (&json!("done"), &json!(false)));
    let twice = handler.post(&of(room, &project, "/report"), json!({"version": 2, "result": "又报一次"})).await;
    assert_eq!(twice.refusal(), (409, "neighbour_stands".into()), "reported once");
    let own = test.as_person("colleague").await.get(room).await.ok();
    let here = officer.get(room).await.ok();
    assert_eq!((&own["rows"][0]["result"], &own["count"]), (&here["rows"][0]["result"], &here["count"]), "one record");
    let judged =
        officer.post(&of(room, &project, "/judge"), json!({"version": 2, "helped": true, "word": "亮堂了"})).await.ok();
    assert_eq!((&judged["helped"], &judged["state"]), (&json!(true), &json!("judged")));
    assert_eq!(count(&officer, "/api/community-projects?state=judged").await, 1);
    assert_eq!(count(&officer, &format!("/api/community-projects?region={PLACE}")).await, 1);
    assert_eq!(count(&officer, "/api/community-needs?state=done&kind=repair").await, 1);
    for file in ["/api/community-projects.csv", "/api/community-needs.csv"] {
        assert_eq!(officer.get(file).await.text().lines().count(), 2, "{file}");
    }
    for file in ["/api/community-projects.xlsx", "/api/community-needs.xlsx"] {
        assert_eq!(officer.get(file).await.status, 200, "{file}");
    }

    let open = test.nobody().get(&format!("/api/open/needs?place={PLACE}")).await.ok();
    let row = &open["rows"][0];
    assert_eq!((&row["state"], &row["done_by"], &row["helped"]), (&json!("done"), &json!("lamps"), &json!(true)));
    assert_eq!(test.nobody().get(&format!("/api/open/needs?place={PLACE}&state=open")).await.ok()["count"], 0);
}

#[tokio::test]
async fn what_comes_to_nothing_is_open_again_and_a_person_stands_in_no_public_row() {
    let test = city().await;
    let (cadre, officer) = (test.as_person("cadre").await, test.as_person("officer").await);
    let one = accepted(&cadre, &officer, asking("person", &["repair"])).await;
    let asked = officer.post("/api/community-needs", need("修门")).await.ok();
    let change = json!({"version": 1, "kind": "repair", "title": "修门和锁", "words": "推拉门卡住"});
    officer.put(&of("/api/community-needs", &asked, ""), change).await.ok();
    let promise =
        json!({"registration": one["id"], "need": asked["id"], "promise": "周末去修", "due_on": "2026-11-28"});
    let project = cadre.post("/api/community-projects", promise.clone()).await.ok();
    let drop = json!({"version": 1, "result": "临时出差"});
    cadre.post(&of("/api/community-projects", &project, "/drop"), drop).await.ok();
    let again = cadre.post("/api/community-projects", promise).await.ok();
    let report = json!({"version": 1, "result": "修好了"});
    cadre.post(&of("/api/community-projects", &again, "/report"), report).await.ok();
    let open = test.nobody().get(&format!("/api/open/needs?place={PLACE}&limit=1")).await.ok();
    assert_eq!((&open["rows"][0]["title"], &open["rows"][0]["state"]), (&json!("修门和锁"), &json!("done")));
    assert!(!open.to_string().contains("cadre"), "{open}");

    let other = officer.post("/api/community-needs", need("修窗")).await.ok();
    officer.post(&of("/api/community-needs", &other, "/withdraw"), json!({"version": 1})).await.ok();
    let open = test.nobody().get(&format!("/api/open/needs?place={PLACE}")).await.ok();
    assert_eq!(open["count"], 1, "what was taken down is read by nobody");
    // Something that no need asked for.
    let free = json!({"registration": one["id"], "kind": "company", "title": "陪老人聊天", "promise": "每周一次", "due_on": "2026-12-31"});
    let given = cadre.post("/api/community-projects", free).await.ok();
    assert_eq!((&given["need"], &given["kind"]["code"]), (&Value::Null, &json!("company")));
    let kinds = cadre.get("/api/neighbours/offers").await.ok();
    assert!(kinds["rows"].as_array().unwrap().len() >= 8);
}

/// Red line: nothing says what anybody belongs to.
#[tokio::test]
async fn no_field_tells_what_anybody_belongs_to() {
    let document = serde_json::to_value(http::openapi()).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let ours = ["Registration", "RegistrationNew", "CommunityNeed", "CommunityProject", "OpenNeed", "ProjectNew"];
    for name in ours {
        let text = schemas[name].to_string().to_lowercase();
        for word in ["party", "member_of", "membership", "belief", "league"] {
            assert!(!text.contains(word), "{name} speaks of {word}");
        }
    }
    let migration = include_str!("../../../../migrations/0043_neighbours.sql");
    for column in ["party", "membership", "politic"] {
        assert!(!migration.lines().any(|line| line.trim_start().to_lowercase().starts_with(column)), "{column}");
    }
}

#[tokio::test]
async fn the_demo_needs_its_people() {
    let test = TestApp::start().await.with_catalogue().await;
    assert_eq!(neighbours::demo::fill(&test.app, test.app.now()).await.unwrap(), 0, "nobody of the demo is here");
}
