//! How long details are kept, what residents may do with theirs, and what is left of an erasure: a record that names nobody.

use db::{FromRow, Row, sql};
use jishi::modules::{
    SharedApp, matters, retention,
    transparency::{self, VerifierKey},
    visits,
};
use kernel::Result;
use serde_json::{Value, json};

use super::{
    cases::{RECEIPT, city, filed, lamp, peopled, read, report_id, verdict, with},
    support::{Client, TestApp},
};

const PHONE: &str = "13812345678";
const WORDS: &str = "门口路灯不亮，请联系王小明 13998765432";

/// A report with a name, a telephone and details in its words; wants to be told of steps.
fn named() -> Value {
    let contact = json!({"name": "王小明", "phone": PHONE});
    with(lamp(), json!({"identity": "named", "contact": contact, "text": WORDS}))
}

/// The city with a case that its reporter confirmed today.
async fn closed() -> (TestApp, String) {
    let test = peopled(TestApp::start_with(|settings| settings.is_demo = true).await).await;
    let id = closed_in(&test, named()).await;
    (test, id)
}

async fn closed_in(test: &TestApp, body: Value) -> String {
    let receipt = body["receipt"].as_str().unwrap().to_owned();
    let id = report_id(test, body).await;
    filed(test, &id).await;
    test.nobody().with_receipt(&receipt).post("/api/receipt/verdict", verdict("yes")).await.ok();
    id
}

fn resident(test: &TestApp) -> Client<'_> {
    test.nobody().with_receipt(RECEIPT)
}

async fn own(test: &TestApp) -> Value {
    resident(test).get("/api/receipt/own-data").await.ok()
}

async fn due(test: &TestApp) -> usize {
    retention::erase_due(&test.app).await.unwrap()
}

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

async fn kept(test: &TestApp) -> i64 {
    let mut db = test.app.db.read().await.unwrap();
    let Count(n) = db.one(sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM contacts")).await.unwrap();
    n
}

/// The term over, looked at month by month as the job does.
async fn pass_term(test: &TestApp, days: i64) {
    test.pass_hours(24 * days);
}

#[tokio::test]
async fn details_are_erased_when_their_term_is_over_and_not_a_day_before() {
    let (test, id) = closed().await;
    assert_eq!((kept(&test).await, due(&test).await), (4, 0));
    pass_term(&test, 179).await;
    assert_eq!((due(&test).await, kept(&test).await), (0, 4));
    let shown = own(&test).await;
    assert_eq!((&shown["state"], &shown["days"], &shown["openings"]), (&json!("ended"), &json!(180), &json!(0)));
    pass_term(&test, 1).await;
    assert_eq!((due(&test).await, kept(&test).await, due(&test).await), (1, 0, 0));

    // The case stays readable, words keep their masks, and both sides are told.
    let desk = test.as_person("dispatcher").await;
    let case = read(&desk, &id).await;
    assert_eq!(case["reports"][0]["contact"], json!([]));
    assert!(case["reports"][0]["text"].as_str().unwrap().contains("139****5432"), "{case}");
    let told = case["timeline"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&told["kind"], &told["params"]["cause"]), (&json!("details_erased"), &json!("term")));
    let followed = resident(&test).get("/api/receipt").await.ok();
    assert!(followed["details_erased_at"].is_string() && followed["timeline"].to_string().contains("details_erased"));
    let report = case["reports"][0]["id"].as_str().unwrap();
    let open = json!({"purpose": "contact_resident", "words": "再问一句"});
    assert_eq!(desk.post(&format!("/api/reports/{report}/contact/phone/open"), open).await.status, 404);
    let shown = own(&test).await;
    assert_eq!((&shown["details"], &shown["may_erase"], &shown["copy"]), (&json!([]), &json!([]), &json!("masked")));
    assert!(shown["erased_at"].is_string() && shown["until"].is_null());
}

#[tokio::test]
async fn a_number_in_an_old_reason_goes_with_what_was_opened() {
    let (test, id) = closed().await;
    let desk = test.as_person("dispatcher").await;
    let report = read(&desk, &id).await["reports"][0]["id"].as_str().unwrap().to_owned();
    let open = json!({"purpose": "contact_resident", "words": "约时间上门"});
    desk.post(&format!("/api/reports/{report}/contact/phone/open"), open).await.ok();
    // As it was written before reasons were masked.
    let old =
        async |mut tx: db::Tx| tx.execute(sql!("UPDATE contact_accesses SET words = $1", format!("打 {PHONE}"))).await;
    test.app.db.write(old).await.unwrap();
    pass_term(&test, 180).await;
    assert_eq!(due(&test).await, 1);
    assert_eq!(test.found_in_database(&[PHONE]).await, Vec::<String>::new());
    assert_eq!(resident(&test).get("/api/receipt/openings").await.ok()[0]["purpose"], "contact_resident");
}

#[tokio::test]
async fn an_erasure_leaves_a_record_that_names_nobody() {
    let (test, id) = closed().await;
    let other =
        with(named(), json!({"receipt": "1111222233334444", "contact": {"phone": "13712340000"}, "text": "路灯不亮"}));
    closed_in(&test, other).await;
    pass_term(&test, 181).await;
    assert_eq!(due(&test).await, 2);
    let security = test.as_person("security").await;
    let list = security.get("/api/erasures").await.ok();
    assert_eq!(list["count"], 4, "{list}");
    let phones = security.get("/api/erasures?what=phone&cause=term").await.ok();
    let row = &phones["rows"][0];
    assert_eq!((&row["n"], &row["days"], &row["place"]["code"]), (&json!(2), &json!(180), &json!("140403001")));
    assert_eq!(row["matter"]["code"], "city.lighting.street-lamp");
    let number = read(&test.as_person("county").await, &id).await["number"].as_str().unwrap().to_owned();
    for told in [list.to_string(), security.get("/api/erasures.csv").await.text()] {
        for word in [&number, &id, "王", "138****", PHONE, RECEIPT] {
            assert!(!told.contains(word), "{word} stands in {told}");
        }
    }
    assert!(security.get("/api/erasures.xlsx").await.status == 200);
    assert_eq!(security.get("/api/erasures?cause=wish").await.ok()["count"], 0);
    assert_eq!(security.get("/api/erasures?from=2030-01-01").await.ok()["count"], 0);
    let first = security.get("/api/erasures?limit=3").await.ok();
    let next = security.get(&format!("/api/erasures?limit=3&cursor={}", first["next"].as_str().unwrap())).await.ok();
    assert_eq!((first["rows"].as_array().unwrap().len(), next["rows"].as_array().unwrap().len()), (3, 1));
    assert_eq!(test.as_person("auditor").await.get("/api/erasures").await.ok()["count"], 4);
    assert_eq!(test.as_person("dispatcher").await.get("/api/erasures").await.refusal(), (403, "forbidden".into()));
    test.person("elsewhere", jishi::platform::access::Role::SecurityAdmin, "140404", None).await;
    assert_eq!(test.as_person("elsewhere").await.get("/api/erasures").await.ok()["count"], 0);
}

#[tokio::test]
async fn nothing_is_erased_while_something_waits_or_the_case_is_open_again() {
    let (test, id) = closed().await;
    pass_term(&test, 20).await;
    resident(&test).post("/api/receipt/reopen", json!({"text": "又不亮了"})).await.ok();
    pass_term(&test, 400).await;
    assert_eq!((due(&test).await, kept(&test).await), (0, 4), "open again");
    let refused = resident(&test).post("/api/receipt/own-data/erase", json!({"what": "all"})).await;
    assert_eq!(refused.refusal(), (409, "details_kept".into()));
    assert_eq!(own(&test).await["may_erase"], json!(["phone", "text_phone"]));

    // The telephone may be taken back all the same: its use rests on consent alone.
    let shown = resident(&test).post("/api/receipt/own-data/erase", json!({"what": "phone"})).await.ok();
    let left: Vec<&Value> = shown["details"].as_array().unwrap().iter().map(|detail| &detail["field"]).collect();
    assert_eq!(left, [&json!("name"), &json!("text_name")]);
    assert_eq!(shown["erased_at"], Value::Null, "not all is gone");
    let followed = resident(&test).get("/api/receipt").await.ok();
    assert_eq!(followed["wants_messages"], Value::Null);
    assert!(read(&test.as_person("dispatcher").await, &id).await["timeline"].to_string().contains("details_erased"));
    let record = test.as_person("security").await.get("/api/erasures?cause=wish").await.ok();
    assert_eq!((&record["count"], &record["rows"][0]["days"]), (&json!(2), &Value::Null));
}

#[tokio::test]
async fn whatever_waits_holds_the_details_until_it_is_over() {
    let (test, id) = closed().await;
    // A re-check that nobody has looked at.
    let (case, unit) = (id.clone(), test.unit("checkers", "housing", "140403").await);
    let now = test.app.now();
    test.app
        .db
        .write(async move |mut tx: db::Tx| {
            let draw = uuid::Uuid::from_u128(7);
            tx.execute(sql!(
                "INSERT INTO recheck_draws (id, county, starts_on, ends_on, seed, of, strata, drawn, unassigned, at)
                 VALUES ($1, '140403', '2026-11-16', '2026-11-22', 1, 1, 1, 1, 0, $2)",
                draw,
                now,
            ))
            .await?;
            tx.execute(sql!(
                "INSERT INTO rechecks (id, draw, case_id, county, unit, checker, class, closed_how, closed_at, due_at, state,
                     photos, version)
                 VALUES ($1, $2, $3, '140403', $4, $4, 'city', 'confirmed', $5, $5, 'waiting', '[]', 1)",
                uuid::Uuid::from_u128(7),
                draw,
                case.parse::<uuid::Uuid>().unwrap(),
                unit,
                now,
            ))
            .await
        })
        .await
        .unwrap();
    assert_eq!(own(&test).await["state"], "waiting");
    pass_term(&test, 200).await;
    assert_eq!((due(&test).await, kept(&test).await), (0, 4));
    test.app
        .db
        .write(async move |mut tx: db::Tx| tx.execute(sql!("UPDATE rechecks SET state = 'confirmed'")).await)
        .await
        .unwrap();
    assert_eq!(due(&test).await, 0, "looked at once a day");
    pass_term(&test, 1).await;
    assert_eq!((due(&test).await, kept(&test).await), (1, 0));
}

#[tokio::test]
async fn an_objection_holds_no_detail_and_stands_in_the_copy() {
    let (test, id) = closed().await;
    let desk = test.as_person("dispatcher").await;
    let report = read(&desk, &id).await["reports"][0]["id"].as_str().unwrap().to_owned();
    let open = json!({"purpose": "contact_resident", "words": "问清楚是哪一盏"});
    desk.post(&format!("/api/reports/{report}/contact/phone/open"), open).await.ok();
    let opening = resident(&test).get("/api/receipt/openings").await.ok()[0]["id"].clone();
    let said = json!({"opening": opening, "words": "没有人联系过我"});
    resident(&test).post("/api/receipt/objections", said).await.ok();
    let copy = resident_post(&test, "/api/receipt/own-data/copy", json!({"form": "text"})).await.text();
    assert!(copy.contains("电话  联系群众了解情况") && copy.contains("我的异议: 没有人联系过我"), "{copy}");
    // Whoever answers never sees the detail: it is not kept for them.
    pass_term(&test, 200).await;
    assert_eq!((own(&test).await["state"].clone(), due(&test).await, kept(&test).await), (json!("ended"), 1, 0));
    assert_eq!(resident(&test).get("/api/receipt/openings").await.ok()[0]["objection"]["words"], "没有人联系过我");
}

#[tokio::test]
async fn what_was_merged_into_a_case_waits_with_it() {
    let (test, id) = closed().await;
    let other = report_id(&test, with(lamp(), json!({"receipt": "9876543210987654"}))).await;
    let (from, into): (uuid::Uuid, uuid::Uuid) = (other.parse().unwrap(), id.parse().unwrap());
    let now = test.app.now();
    test.app
        .db
        .write(async move |mut tx: db::Tx| {
            tx.execute(sql!("UPDATE cases SET merged_into = $1, status = 'merged' WHERE id = $2", into, from)).await?;
            tx.execute(sql!(
                "INSERT INTO call_backs (id, case_id, kind, began_at, desk, city, county, township, village, grid, unit, has_phone,
                     due_at, next_at, attempts, is_open, state, ended_at, version)
                 VALUES ($1, $2, 'result', $3, '140403001', '1404', '140403', '140403001', NULL, NULL, NULL, FALSE,
                     $3, $3, 0, TRUE, 'waiting', NULL, 1)",
                uuid::Uuid::from_u128(9),
                from,
                now,
            ))
            .await
        })
        .await
        .unwrap();
    pass_term(&test, 200).await;
    assert_eq!((own(&test).await["state"].clone(), due(&test).await, kept(&test).await), (json!("waiting"), 0, 4));
}

#[tokio::test]
async fn a_term_is_text_that_a_place_changes_and_a_shorter_one_holds_within_a_month() {
    let (test, _) = closed().await;
    test.person("admin", jishi::platform::access::Role::SystemAdmin, "1404", None).await;
    retention::import_packaged(&test.app).await.unwrap();
    let admin = test.as_person("admin").await;
    let put = |toml: String, version: i64| {
        let body = json!({"toml": toml, "seen": version, "valid_from": test.app.today()});
        let admin = &admin;
        async move { admin.put("/api/catalog/retention/retention", body).await }
    };
    let wrong = put(retention::packaged().replace("days = 180", "days = 30"), 1).await;
    assert!(wrong.status >= 400 || wrong.text().contains("mend"), "{}", wrong.text());
    let unknown = put(retention::packaged().replace("labour.wages", "labour.nothing"), 1).await;
    assert!(unknown.text().contains("labour.nothing"), "{}", unknown.text());
    assert_eq!(own(&test).await["days"], 180);
    put(retention::packaged().replace("days = 180", "days = 60"), 1).await.ok();
    assert_eq!(own(&test).await["days"], 60);
    pass_term(&test, 60).await;
    assert_eq!((due(&test).await, kept(&test).await), (1, 0));
}

#[tokio::test]
async fn a_copy_with_whole_details_needs_the_telephone_and_the_receipt_alone_gets_masks() {
    let (test, _) = closed().await;
    let ask = |body: Value| resident_post(&test, "/api/receipt/own-data/copy", body);
    let masked = ask(json!({"form": "text"})).await;
    assert_eq!(masked.status, 200);
    let text = masked.text();
    assert!(text.contains("138****5678") && !text.contains(PHONE) && !text.contains("王小明"), "{text}");
    let wrong = ask(json!({"form": "json", "code": "000000"})).await;
    assert_eq!(wrong.fields(), [("code".into(), "wrong_code".into())]);
    // A code for finding receipts opens no copy.
    let other = test.nobody().post("/api/receipt-codes", json!({"phone": PHONE})).await.ok();
    let taken = ask(json!({"form": "json", "code": other["demo_code"]})).await;
    assert_eq!(taken.fields(), [("code".into(), "wrong_code".into())]);
    test.pass_seconds(61);
    let asked = resident(&test).post("/api/receipt/own-data/code", json!({})).await.ok();
    let code = asked["demo_code"].as_str().unwrap().to_owned();
    let whole = ask(json!({"form": "json", "code": code})).await.json();
    let details: Vec<&str> =
        whole["details"].as_array().unwrap().iter().filter_map(|detail| detail["value"].as_str()).collect();
    assert_eq!(details, ["王小明", PHONE, "王小明", "13998765432"], "{whole}");
    assert!(whole["reports"][0]["timeline"].as_array().unwrap().len() > 3);
    let text = ask(json!({"form": "text", "code": code})).await.text();
    assert!(text.contains(PHONE) && text.contains("保存期限：办结后 180 天") && text.contains("没有人看过"), "{text}");
    let trail = test.as_person("auditor").await.get("/api/audit?kind=report.copied").await.ok();
    assert_eq!(trail["count"], 3, "each copy is on the trail");
    assert!(!trail.to_string().contains("138"));
    assert!(test.found_in_database(&[PHONE, "王小明", &code]).await.is_empty());
    // What is gone cannot be copied, and a code for it cannot be had.
    resident(&test).post("/api/receipt/own-data/erase", json!({"what": "all"})).await.ok();
    test.pass_seconds(3_600);
    assert_eq!(resident(&test).post("/api/receipt/own-data/code", json!({})).await.refusal().1, "bad_phone");
}

async fn resident_post(test: &TestApp, path: &str, body: Value) -> super::support::Answer {
    resident(test).with_header("accept-language", "zh").post(path, body).await
}

#[tokio::test]
async fn erasing_early_is_done_once_and_leaves_who_looked() {
    let (test, id) = closed().await;
    let desk = test.as_person("dispatcher").await;
    let report = read(&desk, &id).await["reports"][0]["id"].as_str().unwrap().to_owned();
    let open = json!({"purpose": "contact_resident", "words": "问清楚是哪一盏"});
    desk.post(&format!("/api/reports/{report}/contact/phone/open"), open).await.ok();
    let once = resident(&test).with_key("erase-mine");
    for _ in 0..2 {
        let shown = once.post("/api/receipt/own-data/erase", json!({"what": "all"})).await.ok();
        assert_eq!((&shown["details"], &shown["openings"]), (&json!([]), &json!(1)));
    }
    let followed = resident(&test).get("/api/receipt").await.ok();
    assert_eq!(followed["contact_accesses"].as_array().unwrap().len(), 1, "who looked stays");
    assert_eq!(test.as_person("security").await.get("/api/erasures").await.ok()["count"], 4);
    let phone = json!({"phone": PHONE});
    let asked = test.nobody().post("/api/receipt-codes", phone).await.ok();
    let code = asked["demo_code"].as_str().unwrap();
    let found = test.nobody().post("/api/receipt-codes/open", json!({"phone": PHONE, "code": code})).await.ok();
    assert_eq!(found["rows"], json!([]), "a number that is gone finds nothing");
    assert_eq!(test.nobody().get("/api/receipt/own-data").await.refusal(), (401, "bad_receipt".into()));
}

#[tokio::test]
async fn the_log_still_verifies_after_an_erasure() {
    let (test, _) = closed().await;
    transparency::follow(&test.app).await.unwrap();
    pass_term(&test, 181).await;
    assert_eq!(due(&test).await, 1);
    test.pass_seconds(300);
    assert!(transparency::follow(&test.app).await.unwrap() > 0, "the erasure itself is a step");
    let examined = transparency::examine(&test.app, &[]).await.unwrap();
    assert!(examined.findings.is_empty(), "{:?}", examined.findings.iter().map(|it| &it.what).collect::<Vec<_>>());
    let key = VerifierKey::parse(test.nobody().get("/api/log").await.ok()["key"].as_str().unwrap()).unwrap();
    let proof = resident(&test).get("/api/receipt/proof").await.ok();
    let proof = serde_json::from_value(proof).unwrap();
    transparency::check(&proof, &key).unwrap();
}

#[tokio::test]
async fn what_is_forgotten_of_visits_stands_in_the_same_record() {
    let test = city().await;
    matters::actions::import_packaged(&test.app).await.unwrap();
    let body = json!({"region": "140403001001", "whom": "12 号院 王桂兰", "said": "说了些家常"});
    let officer = test.as_person("officer").await;
    for _ in 0..2 {
        officer.post("/api/visits", body.clone()).await.ok();
    }
    pass_term(&test, 366).await;
    visits::forget(SharedApp::clone(&test.app)).await.unwrap();
    let record = test.as_person("security").await.get("/api/erasures?what=visit_words").await.ok();
    assert_eq!(
        (&record["count"], &record["rows"][0]["n"], &record["rows"][0]["days"]),
        (&json!(1), &json!(2), &json!(365))
    );
}

#[tokio::test]
async fn a_withdrawn_report_may_be_erased_at_once_though_others_stand_behind_its_case() {
    let test = city().await;
    let id = report_id(&test, named()).await;
    let number = read(&test.as_person("county").await, &id).await["number"].clone();
    let other = with(lamp(), json!({"receipt": "1111222233334444", "joins": number}));
    test.nobody().post("/api/reports", other).await.ok();
    resident(&test).post("/api/receipt/withdraw", json!({})).await.ok();
    assert_eq!(read(&test.as_person("county").await, &id).await["status"], "received");
    let shown = resident(&test).post("/api/receipt/own-data/erase", json!({"what": "all"})).await.ok();
    assert_eq!(shown["details"], json!([]));
}
