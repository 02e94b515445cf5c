//! What leaves the platform, carried to a stand-in for the outside world on this machine.

use std::{
    io::{BufRead, BufReader, Write},
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    routing::post,
};
use futures::future::join_all;
use jishi::{
    modules::{call_backs, messages, press_on},
    platform::{
        access::{Role, Unit},
        settings::Settings,
    },
};
use kernel::Id;
use serde_json::{Value, json};

use super::{
    cases::{RECEIPT, city, filed, in_hand, lamp, peopled, read, reported, step, verdict, with},
    support::{Client, TestApp, book},
};

const SECRET: &str = "a secret of the tests";
const PHONE: &str = "13812345678";

/// One request that arrived outside.
#[derive(Clone)]
struct Arrived {
    path: String,
    headers: HeaderMap,
    body: Value,
}

impl Arrived {
    fn text(&self) -> &str {
        self.body["text"].as_str().or(self.body["text"]["content"].as_str()).unwrap_or_default()
    }
}

/// The outside world: what arrived there, and what it answers.
#[derive(Clone)]
struct World {
    arrived: Arc<Mutex<Vec<Arrived>>>,
    answer: Arc<Mutex<(u16, &'static str)>>,
    address: String,
}

const TAKEN: &str = r#"{"errcode":0,"errmsg":"ok"}"#;

impl World {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let world = Self {
            arrived: Arc::default(),
            answer: Arc::new(Mutex::new((200, TAKEN))),
            address: format!("http://{}", listener.local_addr().unwrap()),
        };
        let router = Router::new().fallback(post(take)).with_state(world.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        world
    }

    fn says(&self, status: u16, text: &'static str) {
        *self.answer.lock().unwrap() = (status, text);
    }

    /// What arrived since it was asked last.
    fn take(&self) -> Vec<Arrived> {
        std::mem::take(&mut *self.arrived.lock().unwrap())
    }
}

async fn take(State(world): State<World>, uri: Uri, headers: HeaderMap, body: Bytes) -> (StatusCode, &'static str) {
    let body = serde_json::from_slice(&body).unwrap();
    world.arrived.lock().unwrap().push(Arrived { path: uri.to_string(), headers, body });
    let (status, text) = *world.answer.lock().unwrap();
    (StatusCode::from_u16(status).unwrap(), text)
}

/// The city with an administrator, a telephone for the handler and the outside world.
async fn connected() -> (TestApp, World) {
    let test = city().await;
    test.person("admin", Role::SystemAdmin, "1404", None).await;
    (test, World::start().await)
}

/// The same where the instance has said at which address it is reached.
async fn reachable() -> (TestApp, World) {
    let address = |settings: &mut Settings| settings.public_address = Some("https://example.cn".to_owned());
    let test = peopled(TestApp::start_with(address).await).await;
    test.person("admin", Role::SystemAdmin, "1404", None).await;
    (test, World::start().await)
}

async fn gateway(admin: &Client<'_>, kind: &str, address: String, more: Value) -> String {
    let body = json!({"kind": kind, "name": kind, "address": address, "secret": SECRET, "is_on": true});
    let made = admin.post("/api/gateways", with(body, more)).await.ok();
    made["id"].as_str().unwrap().to_owned()
}

async fn sms(admin: &Client<'_>, world: &World) -> String {
    gateway(admin, "sms", format!("{}/sms", world.address), json!({"region": "1404"})).await
}

async fn robot(admin: &Client<'_>, world: &World, kind: &str, unit: Id<Unit>) -> String {
    gateway(admin, kind, format!("{}/{kind}?key=hidden", world.address), json!({"unit": unit})).await
}

async fn unit_of(test: &TestApp, login: &str) -> Id<Unit> {
    let me = test.as_person(login).await.get("/api/session").await.ok();
    me["posts"][0]["unit"]["id"].as_str().unwrap().parse().unwrap()
}

async fn with_phone(test: &TestApp, login: &str) {
    let security = test.as_person("security").await;
    let found = security.get(&format!("/api/people?q={login}")).await.ok();
    let person = &found["rows"][0];
    let body = json!({"name": login, "phone": "13900000001", "version": person["version"]});
    security.put(&format!("/api/people/{}", person["id"].as_str().unwrap()), body).await.ok();
}

fn named() -> Value {
    with(lamp(), json!({"identity": "named", "contact": {"name": "王小明", "phone": PHONE}, "wants_messages": true}))
}

#[tokio::test]
async fn a_resident_who_wished_it_is_told_of_steps_and_the_message_betrays_nothing() {
    let (test, world) = connected().await;
    sms(&test.as_person("admin").await, &world).await;
    test.nobody().post("/api/reports", named()).await.ok();
    test.nobody().post("/api/reports", with(lamp(), json!({"receipt": "9876543210987654"}))).await.ok();
    let desk = test.as_person("dispatcher").await;
    let rows = desk.get("/api/cases?view=undecided").await.ok();
    for row in rows["rows"].as_array().unwrap() {
        in_hand(&test, row["id"].as_str().unwrap()).await;
    }
    assert_eq!(messages::round(&test.app).await.unwrap(), 1);
    let arrived = world.take();
    assert_eq!(arrived.len(), 1, "only the one who wished it");
    assert_eq!((arrived[0].path.as_str(), arrived[0].body["to"].as_str()), ("/sms", Some(PHONE)));
    assert!(arrived[0].text().contains("lamps") && arrived[0].text().contains("前答复"), "{}", arrived[0].text());
    for secret in ["王小明", PHONE, "门口"] {
        assert!(!arrived[0].text().contains(secret), "{secret}");
    }
    let signed = signature(&arrived[0].body.to_string(), test.app.now().millis() / 1_000);
    assert_eq!(arrived[0].headers["jishi-signature"].to_str().unwrap(), signed);
    // The last two minutes are read again, and nobody is told twice.
    assert_eq!(messages::round(&test.app).await.unwrap(), 0);
    assert!(test.found_in_database(&[PHONE]).await.is_empty());

    // They wish no more of it.
    let resident = test.nobody().with_receipt(RECEIPT);
    assert_eq!(resident.get("/api/receipt").await.ok()["wants_messages"], true);
    assert_eq!(resident.put("/api/receipt/messages", json!({"wants": false})).await.ok()["wants_messages"], false);
    let other = test.nobody().with_receipt("9876543210987654");
    assert_eq!(other.get("/api/receipt").await.ok()["wants_messages"], Value::Null);
    let refused = other.put("/api/receipt/messages", json!({"wants": true})).await;
    assert_eq!(refused.fields(), [("wants".into(), "bad_phone".into())]);
    let id = read(&desk, rows["rows"][0]["id"].as_str().unwrap()).await["id"].as_str().unwrap().to_owned();
    step(&test.as_person("handler").await, &id, "result", json!({"text": "已更换", "outcome": "solved"})).await.ok();
    assert_eq!(messages::round(&test.app).await.unwrap(), 0);
}

#[tokio::test]
async fn a_report_that_was_split_is_told_of_each_part_and_found_again_once() {
    let (test, world) = connected().await;
    sms(&test.as_person("admin").await, &world).await;
    test.nobody().post("/api/reports", named()).await.ok();
    let desk = test.as_person("dispatcher").await;
    let id = desk.get("/api/cases?view=undecided").await.ok()["rows"][0]["id"].as_str().unwrap().to_owned();
    let report = read(&desk, &id).await["reports"][0]["id"].clone();
    let parts = json!({"report": report, "reason": "两件事", "kept": {"text": "门口路灯不亮"},
        "parts": [{"text": "垃圾没人清", "matter": "city.cleanliness.rubbish"}]});
    let new = step(&desk, &id, "split", parts).await.ok()["split"]["into"][0].clone();
    messages::round(&test.app).await.unwrap();
    let told = world.take();
    assert_eq!((told.len(), told[0].body["to"].as_str()), (1, Some(PHONE)));
    assert!(
        told[0].text().contains(new["number"].as_str().unwrap()) && told[0].text().contains("单独"),
        "{}",
        told[0].text()
    );
    step(&desk, new["id"].as_str().unwrap(), "answer", json!({"text": "今天清运"})).await.ok();
    messages::round(&test.app).await.unwrap();
    assert_eq!(world.take().len(), 1, "the wish is that of the report");
    test.nobody().post("/api/receipt-codes", json!({"phone": PHONE})).await;
    let code: String = arrival(&test, &world).await.chars().filter(char::is_ascii_digit).take(6).collect();
    let found = test.nobody().post("/api/receipt-codes/open", json!({"phone": PHONE, "code": code})).await.ok();
    assert_eq!(found["rows"].as_array().unwrap().len(), 1, "{found}");
    let receipt = found["rows"][0]["receipt"].as_str().unwrap().to_owned();
    let page = test.nobody().with_receipt(&receipt).get("/api/receipt?part=2").await.ok();
    assert_eq!((&page["number"], page["wants_messages"].as_bool()), (&new["number"], Some(true)));
    let off = test.nobody().with_receipt(&receipt).put("/api/receipt/messages?part=2", json!({"wants": false})).await;
    assert_eq!(off.ok()["wants_messages"], false);
    assert_eq!(test.nobody().with_receipt(RECEIPT).get("/api/receipt").await.ok()["wants_messages"], false);
}

#[tokio::test]
async fn a_link_opens_one_verdict_once_and_nothing_else() {
    let (test, world) = reachable().await;
    let desk = test.as_person("dispatcher").await;
    test.nobody().post("/api/reports", with(named(), json!({"wants_messages": false}))).await.ok();
    let id = desk.get("/api/cases?view=undecided").await.ok()["rows"][0]["id"].as_str().unwrap().to_owned();
    filed(&test, &id).await;
    call_backs::follow(&test.app).await.unwrap();
    let seen = desk.get("/api/call-backs?own=true").await.ok()["rows"][0].clone();
    let path = format!("/api/call-backs/{}/link", seen["id"].as_str().unwrap());
    let report = read(&desk, &id).await["reports"][0]["id"].clone();
    let body = json!({"version": seen["version"], "report": report});
    assert_eq!(desk.post(&path, body.clone()).await.refusal(), (409, "no_link_here".into()));
    sms(&test.as_person("admin").await, &world).await;
    let once = desk.with_key("one-link-for-one-voice");
    let sent = once.post(&path, body.clone()).await.ok();
    assert!(sent.get("shown").is_none(), "only the resident gets it");
    assert_eq!(once.post(&path, body).await.ok()["until"], sent["until"]);
    let again = json!({"version": sent["call_back"]["version"], "report": report});
    assert_eq!(desk.post(&path, again).await.refusal(), (409, "link_sent".into()));
    assert_eq!(messages::round(&test.app).await.unwrap(), 1);
    let arrived = world.take();
    assert_eq!((arrived.len(), arrived[0].body["to"].as_str()), (1, Some(PHONE)));
    let text = arrived[0].text();
    let token = text.rsplit("/verdict#").next().unwrap().to_owned();
    assert!(text.contains("是否解决由您说了算") && token.len() == 20, "{text}");
    assert!(test.found_in_database(&[&token]).await.is_empty());

    let holder = test.nobody().with_header("authorization", &format!("Link {token}"));
    let shown = holder.get("/api/verdict-link").await.ok();
    assert_eq!((shown["result"].as_str(), shown["is_waiting"].as_bool()), (Some("已更换灯泡"), Some(true)));
    assert!(!shown.to_string().contains("三天") && !shown.to_string().contains("小明"));
    assert_eq!(holder.get("/api/receipt").await.status, 401, "it opens nothing else");
    let wrong = test.nobody().with_header("authorization", "Link 00000000000000000000");
    assert_eq!(wrong.get("/api/verdict-link").await.refusal(), (401, "bad_link".into()));
    let long = with(verdict("no"), json!({"text": "长".repeat(501)}));
    assert_eq!(holder.post("/api/verdict-link", long).await.fields(), [("text".into(), "too_long".into())]);
    let once = holder.with_key("the-word-of-the-holder");
    let said = with(verdict("no"), json!({"text": "还是不亮，打我电话13812345678"}));
    let thanks = once.post("/api/verdict-link", said.clone()).await.ok();
    assert_eq!(once.post("/api/verdict-link", said).await.ok(), thanks);
    assert_eq!(holder.get("/api/verdict-link").await.refusal(), (401, "bad_link".into()));
    assert_eq!(holder.post("/api/verdict-link", verdict("yes")).await.refusal(), (401, "bad_link".into()));
    let case = read(&desk, &id).await;
    assert_eq!((case["status"].as_str(), case["redo_count"].as_i64()), (Some("working"), Some(1)));
    let over = desk.get("/api/call-backs?over=true").await.ok();
    assert_eq!((over["count"].as_i64(), over["rows"][0]["state"].as_str()), (Some(1), Some("answered")));
    assert!(test.found_in_database(&[PHONE]).await.is_empty());
}

#[tokio::test]
async fn a_link_is_good_for_some_days() {
    let (test, world) = reachable().await;
    sms(&test.as_person("admin").await, &world).await;
    test.nobody().post("/api/reports", named()).await.ok();
    let desk = test.as_person("dispatcher").await;
    let id = desk.get("/api/cases?view=undecided").await.ok()["rows"][0]["id"].as_str().unwrap().to_owned();
    filed(&test, &id).await;
    call_backs::follow(&test.app).await.unwrap();
    messages::round(&test.app).await.unwrap();
    world.take();
    let seen = desk.get("/api/call-backs").await.ok()["rows"][0].clone();
    let report = read(&desk, &id).await["reports"][0]["id"].clone();
    let path = format!("/api/call-backs/{}/link", seen["id"].as_str().unwrap());
    desk.post(&path, json!({"version": seen["version"], "report": report})).await.ok();
    messages::round(&test.app).await.unwrap();
    let token = world.take()[0].text().rsplit("/verdict#").next().unwrap().to_owned();
    test.pass_hours(24 * 7);
    let holder = test.nobody().with_header("authorization", &format!("Link {token}"));
    assert_eq!(holder.get("/api/verdict-link").await.refusal(), (401, "bad_link".into()));
    assert_eq!(holder.post("/api/verdict-link", verdict("yes")).await.refusal(), (401, "bad_link".into()));
}

#[tokio::test]
async fn a_unit_hears_of_what_presses_in_its_group_and_of_the_rest_in_the_digest() {
    let (test, world) = connected().await;
    let admin = test.as_person("admin").await;
    let lamps = unit_of(&test, "handler").await;
    robot(&admin, &world, "wecom", lamps).await;
    // Monday, nine: the digest is due, and nothing waits.
    assert_eq!(messages::round(&test.app).await.unwrap(), 0);
    let id = reported(&test).await;
    in_hand(&test, &id).await;
    assert_eq!(messages::round(&test.app).await.unwrap(), 0, "ordinary work is no news");
    test.pass_hours(24);
    assert_eq!(messages::round(&test.app).await.unwrap(), 1);
    let arrived = world.take();
    assert_eq!(arrived[0].path, "/wecom?key=hidden");
    assert!(arrived[0].text().contains("今日待办：办理中 1"), "{}", arrived[0].text());
    assert_eq!(messages::round(&test.app).await.unwrap(), 0, "one digest a day");

    // Redone: news at once, but not at night.
    filed_again(&test, &id).await;
    assert_eq!(messages::round(&test.app).await.unwrap(), 1);
    assert!(world.take()[0].text().contains("退回重办"));
    test.pass_hours(13);
    filed_again(&test, &id).await;
    assert_eq!(messages::round(&test.app).await.unwrap(), 0, "it is ten in the evening");
    test.pass_hours(10);
    assert_eq!(messages::round(&test.app).await.unwrap(), 1);
    assert!(world.take()[0].text().contains("退回重办"));
}

#[tokio::test]
async fn a_digest_tells_what_waits_in_every_room_as_many_as_its_list_shows() {
    let (test, world) = connected().await;
    let admin = test.as_person("admin").await;
    sms(&admin, &world).await;
    robot(&admin, &world, "wecom", unit_of(&test, "handler").await).await;
    with_phone(&test, "second").await;
    let id = reported(&test).await;
    in_hand(&test, &id).await;
    let (handler, county) = (test.as_person("handler").await, test.as_person("county").await);
    let told = "这种灯具要从厂家调货，预计月底到货后马上更换。";
    let plea = json!({"kind": "extension", "reason": "灯具缺货", "told": told, "until": "2026-11-30"});
    step(&handler, &id, "pleas", plea).await.ok();
    let demand = json!({"grade": "yellow", "due": "2026-11-18", "text": "两天内拿出办法"});
    step(&county, &id, "supervisions", demand).await.ok();
    let second = test.as_person("second").await;
    let wishes = second.get("/api/session/wishes").await.ok();
    second.put("/api/session/wishes", with(wishes, json!({"sms": "all"}))).await.ok();
    let mut told = Vec::new();
    for _ in 0..2 {
        messages::round(&test.app).await.unwrap();
        told.extend(world.take().iter().map(|arrived| arrived.text().to_owned()));
        test.pass_hours(24);
    }
    assert!(told.iter().any(|text| text.contains("督办待落实 1")), "the unit's group: {told:?}");
    assert!(told.iter().any(|text| text.contains("申请待裁定 1")), "whoever decides: {told:?}");
    let list = test.as_person("second").await.get("/api/pleas?to_decide=true").await.ok();
    assert_eq!(list["count"], 1);
}

#[tokio::test]
async fn a_reminder_reaches_the_unit_that_leads_and_not_at_night() {
    let (test, world) = connected().await;
    let admin = test.as_person("admin").await;
    sms(&admin, &world).await;
    robot(&admin, &world, "wecom", unit_of(&test, "handler").await).await;
    with_phone(&test, "handler").await;
    assert_eq!(messages::round(&test.app).await.unwrap(), 0, "the digest is due, and nothing waits");
    let id = reported(&test).await;
    in_hand(&test, &id).await;
    let desk = test.as_person("dispatcher").await;
    step(&desk, &id, "urge", json!({"text": "居民又打来电话了"})).await.ok();
    assert_eq!(
        messages::round(&test.app).await.unwrap(),
        1,
        "the group; short messages are for emergencies unless wished"
    );
    let told = world.take();
    assert!(told[0].path.starts_with("/wecom") && told[0].text().contains("催办"), "{}", told[0].text());
    assert!(!told[0].text().contains("居民又打来电话了"), "words stay on the platform");
    assert_eq!(messages::round(&test.app).await.unwrap(), 0);
    test.pass_hours(13);
    let desk = test.as_person("dispatcher").await;
    step(&desk, &id, "urge", json!({"text": "请抓紧"})).await.ok();
    assert_eq!(messages::round(&test.app).await.unwrap(), 0, "it is ten in the evening");
    test.pass_hours(10);
    assert_eq!(messages::round(&test.app).await.unwrap(), 1);
    assert!(world.take()[0].text().contains("催办"));
}

/// Files a result that the resident does not find good.
async fn filed_again(test: &TestApp, id: &str) {
    let handler = test.as_person("handler").await;
    step(&handler, id, "result", json!({"text": "已更换", "outcome": "solved"})).await.ok();
    test.nobody().with_receipt(RECEIPT).post("/api/receipt/verdict", verdict("no")).await.ok();
}

#[tokio::test]
async fn an_emergency_breaks_the_night_and_reaches_whoever_has_to_act() {
    let (test, world) = connected().await;
    let admin = test.as_person("admin").await;
    sms(&admin, &world).await;
    robot(&admin, &world, "dingtalk", unit_of(&test, "dispatcher").await).await;
    with_phone(&test, "dispatcher").await;
    test.pass_hours(14);
    test.nobody().post("/api/reports", with(lamp(), json!({"matter": "city.roads.collapse"}))).await.ok();
    assert_eq!(messages::round(&test.app).await.unwrap(), 2);
    let arrived = world.take();
    let to_phone = arrived.iter().find(|arrived| arrived.path == "/sms").unwrap();
    assert_eq!(to_phone.body["to"], "13900000001");
    assert!(to_phone.text().contains("紧急事项待派单"), "{}", to_phone.text());
    let to_group = arrived.iter().find(|arrived| arrived.path.starts_with("/dingtalk")).unwrap();
    assert!(to_group.path.contains("timestamp=") && to_group.path.contains("sign="), "{}", to_group.path);
}

#[tokio::test]
async fn an_emergency_leaves_with_its_commit_and_waits_for_no_round() {
    let (test, world) = connected().await;
    let admin = test.as_person("admin").await;
    sms(&admin, &world).await;
    with_phone(&test, "dispatcher").await;
    let pressing = tokio::spawn(press_on(test.app.clone()));
    // The clock of the test stands still: no round begins, and what is told can only have been woken.
    let began = test.app.now();
    test.nobody().post("/api/reports", lamp()).await.ok();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(world.take().is_empty(), "a lamp waits for the round");
    let emergency = with(lamp(), json!({"matter": "city.roads.collapse", "receipt": "9753186420975318"}));
    test.nobody().post("/api/reports", emergency).await.ok();
    let arrived = async {
        loop {
            let arrived = world.take();
            if !arrived.is_empty() {
                return arrived;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let arrived = tokio::time::timeout(Duration::from_secs(20), arrived).await.expect("it leaves at once");
    assert!(arrived[0].text().contains("紧急事项待派单"), "{}", arrived[0].text());
    assert_eq!(test.app.now(), began);
    // The round that comes anyway tells nothing a second time.
    messages::round(&test.app).await.unwrap();
    assert!(world.take().iter().all(|arrived| !arrived.text().contains("紧急事项待派单")));
    test.app.live.end();
    tokio::time::timeout(Duration::from_secs(5), pressing).await.expect("it ends with the process").unwrap();
}

#[tokio::test]
async fn whoever_is_called_by_a_whistle_is_told_at_once_reminded_and_told_when_it_is_taken_back() {
    let (test, world) = connected().await;
    let admin = test.as_person("admin").await;
    let lamps = unit_of(&test, "handler").await;
    robot(&admin, &world, "wecom", lamps).await;
    sms(&admin, &world).await;
    with_phone(&test, "county").await;
    with_phone(&test, "helper").await;
    let texts = async || {
        messages::round(&test.app).await.unwrap();
        let arrived = world.take();
        arrived.iter().map(|one| format!("{} {}", one.path, one.text())).collect::<Vec<_>>()
    };
    let power = unit_of(&test, "helper").await;
    let new = json!({
        "kind": "enforcement", "source": "hotline", "goal": "王小明家门口占道", "region": "140403001",
        "meets_at": "2026-11-16T07:00:00Z", "lead_unit": lamps, "calls": [{"unit": lamps}, {"unit": power}]
    });
    let desk = test.as_person("dispatcher").await;
    messages::round(&test.app).await.unwrap();
    world.take();
    let room = desk.post("/api/whistles", new.clone()).await.ok();
    let told = texts().await;
    assert_eq!(told.len(), 1, "its group is told; a person's telephone only of emergencies: {told:?}");
    assert!(
        told[0].contains("东街街道综合执法哨叫您单位报到：2026-11-16 15:00 集合") && !told[0].contains("王小明"),
        "{told:?}"
    );
    test.pass_hours(4); // two hours before they meet
    jishi::modules::whistles::remind(&test.app).await.unwrap();
    assert!(texts().await.iter().any(|text| text.contains("等您单位应哨")));
    let body = json!({"version": room["version"], "reason": "吹错了"});
    desk.post(&format!("/api/whistles/{}/withdraw", room["id"].as_str().unwrap()), body).await.ok();
    assert!(texts().await.iter().any(|text| text.contains("已撤哨")));

    // An emergency in the night reaches telephones; what is escalated reaches the county in the morning only if it presses.
    test.pass_hours(10);
    let desk = test.as_person("dispatcher").await;
    let urgent = with(new, json!({"kind": "emergency", "meets_at": null, "goal": "管道爆裂"}));
    let room = desk.post("/api/whistles", urgent).await.ok();
    let told = texts().await;
    assert!(told.iter().any(|text| text.starts_with("/sms") && text.contains("应急处置哨")), "{told:?}");
    let body = json!({"version": room["version"], "reason": "力量不够"});
    desk.post(&format!("/api/whistles/{}/escalate", room["id"].as_str().unwrap()), body).await.ok();
    assert!(texts().await.iter().any(|text| text.starts_with("/sms") && text.contains("升级到县")));
}

#[tokio::test]
async fn what_cannot_leave_is_tried_again_given_up_and_sent_again_by_hand() {
    let (test, world) = connected().await;
    let admin = test.as_person("admin").await;
    sms(&admin, &world).await;
    test.nobody().post("/api/reports", named()).await.ok();
    let desk = test.as_person("dispatcher").await;
    let id = desk.get("/api/cases?view=undecided").await.ok()["rows"][0]["id"].as_str().unwrap().to_owned();
    in_hand(&test, &id).await;
    world.says(503, "");
    for wait in [0, 30, 120, 600, 1_800, 3_600] {
        test.pass_seconds(wait);
        assert_eq!(messages::round(&test.app).await.unwrap(), 0);
        assert_eq!(world.take().len(), 1, "tried after {wait} s");
    }
    let list = admin.get("/api/messages?state=failed").await.ok();
    let row = &list["rows"][0];
    assert_eq!(
        (list["count"].as_i64(), row["error"].as_str(), row["attempts"].as_i64()),
        (Some(1), Some("HTTP 503"), Some(6))
    );
    assert_eq!(row["may_send_again"], true);
    assert!(row["person"].is_null() && row["unit"].is_null(), "a resident is not named");
    let again = format!("/api/messages/{}/again", row["id"].as_str().unwrap());
    assert_eq!(desk.post_empty(&again).await.status, 403);
    world.says(200, TAKEN);
    let kept = admin.post_empty(&again).await.ok();
    let told = |row: &Value| (row["state"].clone(), row["attempts"].clone(), row["error"].clone());
    assert_eq!(told(&kept), (json!("waiting"), json!(6), json!("HTTP 503")), "what happened before stays with it");
    assert_eq!(kept["may_send_again"], false, "it is on its way");
    assert_eq!(messages::round(&test.app).await.unwrap(), 1);
    assert_eq!(told(&admin.get("/api/messages").await.ok()["rows"][0]), (json!("sent"), json!(7), Value::Null));
    assert_eq!(admin.post_empty(&again).await.refusal(), (409, "message_not_failed".into()));
    let sheet = admin.get("/api/messages.csv").await.text();
    assert!(sheet.contains("Sent") && !sheet.contains(PHONE), "{sheet}");
    let told = book::rows(&admin, "/api/messages.xlsx").await;
    assert!(told.len() > 1 && book::is_time(book::under(&told, 1, "Made")), "{told:?}");
    assert!(matches!(book::under(&told, 1, "Tries"), calamine::Data::Float(_)) && !format!("{told:?}").contains(PHONE));

    // A refusal that will not pass is not tried again.
    filed_result(&test, &id).await;
    world.says(400, "");
    assert_eq!(messages::round(&test.app).await.unwrap(), 0);
    assert_eq!(admin.get("/api/messages?state=failed").await.ok()["rows"][0]["error"], "HTTP 400");
}

#[tokio::test]
async fn what_waits_for_its_next_try_is_sent_at_once_and_the_waits_begin_anew() {
    let (test, world) = connected().await;
    let admin = test.as_person("admin").await;
    sms(&admin, &world).await;
    test.nobody().post("/api/reports", named()).await.ok();
    let desk = test.as_person("dispatcher").await;
    let id = desk.get("/api/cases?view=undecided").await.ok()["rows"][0]["id"].as_str().unwrap().to_owned();
    in_hand(&test, &id).await;
    let waiting = async || admin.get("/api/messages?state=waiting").await.ok()["rows"][0].clone();
    world.says(503, "");
    for wait in [0, 30, 120] {
        test.pass_seconds(wait);
        messages::round(&test.app).await.unwrap();
    }
    // The next try would be in ten minutes.
    let row = waiting().await;
    assert_eq!((row["attempts"].as_i64(), row["may_send_again"].as_bool()), (Some(3), Some(true)));
    let again = format!("/api/messages/{}/again", row["id"].as_str().unwrap());
    admin.post_empty(&again).await.ok();
    assert_eq!(admin.post_empty(&again).await.refusal(), (409, "message_not_failed".into()), "once is enough");
    world.take();
    messages::round(&test.app).await.unwrap();
    assert_eq!((world.take().len(), waiting().await["attempts"].as_i64()), (1, Some(4)), "tried at once");
    test.pass_seconds(30);
    world.says(200, TAKEN);
    assert_eq!(messages::round(&test.app).await.unwrap(), 1, "after the first of the waits");
}

async fn filed_result(test: &TestApp, id: &str) {
    let handler = test.as_person("handler").await;
    step(&handler, id, "result", json!({"text": "已更换", "outcome": "solved"})).await.ok();
}

#[tokio::test]
async fn a_gateway_tells_afterwards_whether_it_arrived_if_it_signs() {
    let (test, world) = connected().await;
    let admin = test.as_person("admin").await;
    let gateway = sms(&admin, &world).await;
    test.nobody().post("/api/reports", named()).await.ok();
    let desk = test.as_person("dispatcher").await;
    let id = desk.get("/api/cases?view=undecided").await.ok()["rows"][0]["id"].as_str().unwrap().to_owned();
    filed(&test, &id).await;
    assert_eq!(messages::round(&test.app).await.unwrap(), 2);
    let sent = world.take()[0].clone();
    let receipt = json!({"id": sent.body["id"], "state": "delivered"});
    let path = format!("/api/gateways/{gateway}/receipts");
    for wrong in ["", "t=1,v1=00", sent.headers["jishi-signature"].to_str().unwrap()] {
        let answer = test.nobody().with_header("jishi-signature", wrong).post(&path, receipt.clone()).await;
        assert_eq!(answer.status, 404, "{wrong}");
    }
    let signed = signature(&receipt.to_string(), test.app.now().millis() / 1_000);
    let gateway_says = test.nobody().with_header("jishi-signature", &signed);
    assert_eq!(gateway_says.post(&path, receipt.clone()).await.status, 204);
    let rows = admin.get("/api/messages?state=delivered").await.ok();
    assert_eq!((rows["count"].as_i64(), rows["rows"][0]["id"].clone()), (Some(1), sent.body["id"].clone()));
}

/// The signature as docs/gateways.md describes it, made with other code than the program's.
fn signature(body: &str, at: i64) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(format!("{at}.{body}").as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={at},v1={hex}")
}

#[tokio::test]
async fn whoever_holds_the_telephone_finds_their_reports_again_and_nobody_else_learns_a_thing() {
    let (test, world) = connected().await;
    let nobody = test.nobody();
    let ask = |phone: &'static str| nobody.post("/api/receipt-codes", json!({"phone": phone}));
    assert_eq!(ask(PHONE).await.refusal(), (409, "no_messages".into()));
    sms(&test.as_person("admin").await, &world).await;
    nobody.post("/api/reports", named()).await.ok();
    nobody
        .post("/api/reports", with(named(), json!({"receipt": "1111222233334444", "wants_messages": false})))
        .await
        .ok();
    assert_eq!(ask("12345").await.fields(), [("phone".into(), "bad_phone".into())]);
    let (known, unknown) = (ask(PHONE).await, ask("13700000000").await);
    assert_eq!((known.status, known.json()), (202, unknown.json()), "the answer does not tell");
    assert_eq!(ask(PHONE).await.refusal(), (429, "rate_limited".into()));
    // A copy of the database does not say who asked: there are few enough telephones to try them all against plain hashes.
    let body = json!({ "phone": PHONE }).to_string();
    let content = format!("/api/receipt-codes\0{body}");
    assert_eq!(test.plain_hashes_of(&[PHONE, &body, &content]).await, Vec::<String>::new());
    let text = arrival(&test, &world).await;
    let code: String = text.chars().filter(char::is_ascii_digit).take(6).collect();
    assert!(test.found_in_database(&[&code]).await.is_empty());

    let open = |code: String| nobody.post("/api/receipt-codes/open", json!({"phone": "138 1234 5678", "code": code}));
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..4 {
        assert_eq!(open(wrong.into()).await.fields(), [("code".into(), "wrong_code".into())]);
    }
    let found = open(code.clone()).await.ok();
    assert_eq!(found["rows"].as_array().unwrap().len(), 2);
    assert_eq!(open(code.clone()).await.ok(), found, "repeated, the same receipts");
    let receipt = found["rows"][0]["receipt"].as_str().unwrap();
    assert_eq!(receipt.len(), 16);
    let page = nobody.with_receipt(receipt).get("/api/receipt").await.ok();
    assert_eq!(page["number"], found["rows"][0]["number"]);
    nobody.with_receipt(receipt).post("/api/receipt/remarks", json!({"text": "还是不亮"})).await.ok();
    assert_eq!(nobody.with_receipt(RECEIPT).get("/api/receipt").await.status, 200, "the old ones stay good");

    // One wrong more, and the right one is worth nothing.
    assert_eq!(open(wrong.into()).await.status, 422);
    assert_eq!(open(code.clone()).await.status, 422);
    // Ten minutes later neither.
    test.pass_seconds(61);
    ask(PHONE).await.ok();
    let next: String = arrival(&test, &world).await.chars().filter(char::is_ascii_digit).take(6).collect();
    test.pass_seconds(601);
    assert_eq!(open(next).await.status, 422);
}

/// The text of the one short message that is on its way: it is sent on the side.
async fn arrival(test: &TestApp, world: &World) -> String {
    messages::round(&test.app).await.unwrap();
    for _ in 0..100 {
        if let Some(arrived) = world.take().first() {
            assert_eq!(arrived.body["to"], PHONE);
            return arrived.text().to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("no code arrived");
}

#[tokio::test]
async fn many_at_once_have_no_more_codes_and_tries_than_one_after_the_other() {
    let (test, world) = connected().await;
    sms(&test.as_person("admin").await, &world).await;
    let nobody = test.nobody();
    nobody.post("/api/reports", named()).await.ok();
    let asked = join_all((0..8).map(|_| nobody.post("/api/receipt-codes", json!({"phone": PHONE})))).await;
    let mut answers: Vec<u16> = asked.iter().map(|answer| answer.status).collect();
    answers.sort_unstable();
    assert_eq!(answers, [202, 429, 429, 429, 429, 429, 429, 429]);
    let code: String = arrival(&test, &world).await.chars().filter(char::is_ascii_digit).take(6).collect();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let open = |code: &str| nobody.post("/api/receipt-codes/open", json!({"phone": PHONE, "code": code}));
    let tried = join_all((0..8).map(|_| open(wrong))).await;
    assert!(tried.iter().all(|answer| answer.status == 422));
    assert_eq!(open(&code).await.status, 422, "five tries, and no more");

    // The same operation once more sends no second code; with it the receipt is found, and that is on the trail.
    test.pass_seconds(61);
    let again = nobody.with_key("one-operation");
    for _ in 0..2 {
        assert_eq!(again.post("/api/receipt-codes", json!({"phone": PHONE})).await.status, 202);
    }
    let code: String = arrival(&test, &world).await.chars().filter(char::is_ascii_digit).take(6).collect();
    assert!(world.take().is_empty());
    open(&code).await.ok();
    open(&code).await.ok();
    let trail = test.as_person("auditor").await.get("/api/audit?kind=report.found_again").await.ok();
    assert_eq!(trail["count"], 1, "{trail}");
}

#[tokio::test]
async fn gateways_are_checked_kept_secret_and_tried() {
    let (test, world) = connected().await;
    let admin = test.as_person("admin").await;
    let bad = json!({"kind": "sms", "region": "1404", "name": " ", "address": "http://sms.example.cn", "secret": "short", "is_on": true});
    let answer = admin.post("/api/gateways", bad).await;
    let fields = answer.fields();
    assert_eq!(
        fields,
        [
            ("name".into(), "required".into()),
            ("address".into(), "bad_format".into()),
            ("secret".into(), "too_short".into())
        ]
    );
    let no_unit = json!({"kind": "wecom", "name": "组", "address": "https://example.cn/send?key=1", "is_on": true});
    assert_eq!(admin.post("/api/gateways", no_unit).await.fields(), [("unit".into(), "required".into())]);
    for other in ["dispatcher", "security", "auditor"] {
        assert_eq!(test.as_person(other).await.get("/api/gateways").await.status, 403, "{other}");
    }
    let unit = unit_of(&test, "handler").await;
    let id = robot(&admin, &world, "wecom", unit).await;
    let list = admin.get("/api/gateways").await;
    assert!(!list.text().contains("hidden") && !list.text().contains(SECRET), "{}", list.text());
    let trial = |to: Value| admin.post(format!("/api/gateways/{id}/trial").leak(), json!({"to": to}));
    assert_eq!(trial(Value::Null).await.ok(), json!({"arrived": true}));
    assert_eq!(world.take()[0].path, "/wecom?key=hidden");
    world.says(200, r#"{"errcode":93000,"errmsg":"invalid webhook url"}"#);
    assert_eq!(trial(Value::Null).await.ok(), json!({"arrived": false, "why": "93000 invalid webhook url"}));

    // Changed without saying its address again, it leads where it led; two at once, the second is told.
    let change = json!({"kind": "wecom", "name": "城管群", "is_on": false, "version": 1});
    let path = format!("/api/gateways/{id}");
    assert_eq!(admin.put(&path, change.clone()).await.ok()["name"], "城管群");
    assert_eq!(admin.put(&path, change).await.refusal(), (409, "record_changed".into()));
    world.says(200, TAKEN);
    assert_eq!(trial(Value::Null).await.ok()["arrived"], true);
    // Switched off, it carries no news.
    let case = reported(&test).await;
    in_hand(&test, &case).await;
    filed_again(&test, &case).await;
    world.take();
    assert_eq!(messages::round(&test.app).await.unwrap(), 0);
}

#[tokio::test]
async fn a_county_looks_after_its_own_gateways_and_sees_its_own_messages() {
    let (test, world) = connected().await;
    test.person("here", Role::SystemAdmin, "140403", None).await;
    test.person("there", Role::SystemAdmin, "140404", None).await;
    let (here, there) = (test.as_person("here").await, test.as_person("there").await);
    let id = gateway(&here, "sms", format!("{}/sms", world.address), json!({"region": "140403"})).await;
    let body = json!({"kind": "sms", "region": "140403", "name": "x", "address": world.address, "secret": SECRET, "is_on": true});
    assert_eq!(there.post("/api/gateways", body.clone()).await.status, 404);
    assert_eq!(there.put(&format!("/api/gateways/{id}"), with(body, json!({"version": 1}))).await.status, 404);
    test.nobody().post("/api/reports", named()).await.ok();
    let case = test.as_person("dispatcher").await.get("/api/cases?view=undecided").await.ok()["rows"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    in_hand(&test, &case).await;
    assert_eq!(messages::round(&test.app).await.unwrap(), 1);
    assert_eq!(here.get("/api/messages?limit=1").await.ok()["count"], 1);
    assert_eq!(there.get("/api/messages").await.ok()["count"], 0);
}

#[tokio::test]
async fn everyone_says_for_themselves_what_they_wish_to_be_told() {
    let (test, world) = connected().await;
    let admin = test.as_person("admin").await;
    let mail = mail_server();
    gateway(
        &admin,
        "mail",
        mail.address.clone(),
        json!({"region": "1404", "sender": "基石 <jishi@example.cn>", "secret": null}),
    )
    .await;
    sms(&admin, &world).await;
    with_phone(&test, "handler").await;
    let handler = test.as_person("handler").await;
    let usual = handler.get("/api/session/wishes").await.ok();
    assert_eq!((usual["sms"].as_str(), usual["version"].as_i64()), (Some("emergency"), Some(0)));
    let wish = |changes: Value| with(usual.clone(), changes);
    let answer = handler.put("/api/session/wishes", wish(json!({"mail": "all"}))).await;
    assert_eq!(answer.fields(), [("address".into(), "required".into())]);
    let answer = handler.put("/api/session/wishes", wish(json!({"quiet_from": "25:00"}))).await;
    assert_eq!(answer.fields(), [("quiet_from".into(), "bad_format".into())]);
    let kept = handler
        .put("/api/session/wishes", wish(json!({"mail": "all", "sms": "none", "address": "liang@example.cn"})))
        .await
        .ok();
    assert_eq!(kept["version"], 1);
    assert_eq!(handler.put("/api/session/wishes", wish(json!({}))).await.refusal(), (409, "record_changed".into()));
    let id = reported(&test).await;
    in_hand(&test, &id).await;
    filed_again(&test, &id).await;
    // The news of the redo and the morning's digest leave as one letter.
    assert_eq!(messages::round(&test.app).await.unwrap(), 2);
    let letters = mail.letters();
    assert_eq!(letters.len(), 1);
    assert!(letters[0].contains("To: liang@example.cn"), "{}", letters[0]);
    let (head, body) = letters[0].split_once("\n\n").unwrap();
    let subject: String = head.lines().skip_while(|line| !line.starts_with("Subject:")).take(2).collect();
    assert!(subject.len() < 200 && !subject.contains(body.trim()), "a subject of its own: {subject}");
    assert!(body.contains("base64") || body.lines().count() > 1, "{body}");
    assert!(world.take().is_empty());

    // What was told is read once more for two minutes; then it is settled.
    test.pass_seconds(180);
    assert_eq!(messages::round(&test.app).await.unwrap(), 0);

    // A unit's are kept by the administrator.
    let unit = unit_of(&test, "handler").await;
    let path = format!("/api/units/{unit}/wishes");
    assert_eq!(handler.get(&path).await.status, 403);
    let unit_usual = admin.get(&path).await.ok();
    let body = with(unit_usual, json!({"mail": "all", "address": "lamps@example.cn", "digest_at": null}));
    assert_eq!(admin.put(&path, body).await.ok()["digest_at"], Value::Null);
    filed_again(&test, &id).await;
    assert_eq!(messages::round(&test.app).await.unwrap(), 2);
    assert_eq!(mail.letters().len(), 2);
}

/// A mail server that takes everything.
struct Mail {
    address: String,
    letters: Arc<Mutex<Vec<String>>>,
}

impl Mail {
    fn letters(&self) -> Vec<String> {
        std::mem::take(&mut *self.letters.lock().unwrap())
    }
}

fn mail_server() -> Mail {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mail = Mail { address: format!("smtp://{}", listener.local_addr().unwrap()), letters: Arc::default() };
    let letters = Arc::clone(&mail.letters);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            let mut out = stream.try_clone().unwrap();
            let mut say = |line: &str| out.write_all(format!("{line}\r\n").as_bytes()).unwrap();
            let (mut letter, mut in_letter) = (String::new(), false);
            say("220 here");
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                if in_letter && line == "." {
                    in_letter = false;
                    letters.lock().unwrap().push(std::mem::take(&mut letter));
                    say("250 taken");
                } else if in_letter {
                    letter.push_str(&line);
                    letter.push('\n');
                } else if line == "DATA" {
                    in_letter = true;
                    say("354 go on");
                } else if line == "QUIT" {
                    say("221 bye");
                    break;
                } else {
                    say("250 well");
                }
            }
        }
    });
    mail
}

#[tokio::test]
async fn messages_and_codes_are_forgotten_in_time() {
    let (test, world) = connected().await;
    let admin = test.as_person("admin").await;
    sms(&admin, &world).await;
    test.nobody().post("/api/reports", named()).await.ok();
    test.nobody().post("/api/receipt-codes", json!({"phone": PHONE})).await.ok();
    arrival(&test, &world).await;
    let schedule = messages::schedules().into_iter().find(|schedule| schedule.kind == "messages.tidy").unwrap();
    (schedule.run)(test.app.clone()).await.unwrap();
    // What arrived is noted as sent a moment later; what still waits is not forgotten.
    for _ in 0..100 {
        let kept = admin.get("/api/messages").await.ok();
        assert_eq!(kept["count"], 1);
        if kept["rows"][0]["state"] != "waiting" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    test.pass_hours(24 * 91);
    (schedule.run)(test.app.clone()).await.unwrap();
    let admin = test.as_person("admin").await;
    assert_eq!(admin.get("/api/messages").await.ok()["count"], 0);
}

#[tokio::test]
async fn an_answered_objection_is_told_to_the_one_who_made_it_and_waits_in_a_digest_before() {
    let (test, world) = connected().await;
    let admin = test.as_person("admin").await;
    sms(&admin, &world).await;
    test.nobody().post("/api/reports", named()).await.ok();
    let joined = json!({"receipt": "9876543210987654", "contact": {"phone": "13800000009"}, "identity": "confidential", "wants_messages": true});
    test.nobody().post("/api/reports", with(lamp(), joined)).await.ok();
    let desk = test.as_person("dispatcher").await;
    let rows = desk.get("/api/cases?view=undecided").await.ok();
    for row in rows["rows"].as_array().unwrap() {
        let report = read(&desk, row["id"].as_str().unwrap()).await["reports"][0]["id"].clone();
        let path = format!("/api/reports/{}/contact/phone/open", report.as_str().unwrap());
        desk.post(&path, json!({"purpose": "contact_resident", "words": "约时间上门"})).await.ok();
    }
    messages::round(&test.app).await.unwrap();
    world.take();
    let resident = test.nobody().with_receipt(RECEIPT);
    let opening = resident.get("/api/receipt/openings").await.ok()[0]["id"].clone();
    let body = json!({"opening": opening, "words": "为什么要看我的电话"});
    resident.post("/api/receipt/objections", body).await.ok();
    let security = test.as_person("security").await;
    let waits = security.get("/api/objections?to_answer=true").await.ok();
    assert_eq!(waits["count"], 1);
    with_phone(&test, "security").await;
    let wishes = security.get("/api/session/wishes").await.ok();
    security.put("/api/session/wishes", with(wishes, json!({"sms": "all"}))).await.ok();
    test.pass_hours(24);
    messages::round(&test.app).await.unwrap();
    assert!(world.take().iter().any(|arrived| arrived.text().contains("查看异议待答复 1")), "as many as the list");
    let security = test.as_person("security").await;
    let row = &waits["rows"][0];
    let body = json!({"version": row["version"], "outcome": "in_order", "words": "用途相符，已向您单位核实"});
    security.post(&format!("/api/objections/{}/answer", row["id"].as_str().unwrap()), body).await.ok();
    assert_eq!(messages::round(&test.app).await.unwrap(), 1);
    let told = world.take();
    assert_eq!((told.len(), told[0].body["to"].as_str()), (1, Some(PHONE)), "nobody else hears of it");
    assert!(told[0].text().contains("异议已有答复") && !told[0].text().contains("用途相符"), "{}", told[0].text());
    assert_eq!(messages::round(&test.app).await.unwrap(), 0);
}
