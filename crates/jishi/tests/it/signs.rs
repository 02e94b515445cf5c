//! Signs that figures are made to look well: found with their cases, looked at, answered; of units and never of persons.

use std::io::Cursor;

use axum::http::Method;
use db::{Tx, sql};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use jishi::modules::{indicators, photos, signs};
use serde_json::{Value, json};

use super::{
    cases::{city, in_hand, lamp, read, step, verdict, with},
    support::{Client, TestApp},
};

const WORDS: &str = "已安排人员到现场更换灯泡，现已恢复照明。";

/// A picture with something in it, in any size.
fn picture(seed: u32, size: u32) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    let field = |x: u32, y: u32| (x * 13 + y * 7 + seed * (x * 3 + 1) * (y + 2)) % 251;
    let image = RgbImage::from_fn(size, size, |x, y| {
        let shade = u8::try_from(field(x * 9 / size, y * 8 / size)).unwrap();
        Rgb([shade, shade, shade / 2])
    });
    DynamicImage::ImageRgb8(image).write_to(&mut out, ImageFormat::Jpeg).unwrap();
    out.into_inner()
}

async fn uploaded(client: &Client<'_>, bytes: Vec<u8>) -> String {
    client.send(Method::POST, "/api/photos", Some("image/jpeg"), bytes).await.ok()["sha"].as_str().unwrap().to_owned()
}

fn receipt(number: usize) -> String {
    format!("97531864{:08}", 20_000 + number)
}

async fn report(test: &TestApp, number: usize) -> String {
    let private = json!({
        "receipt": receipt(number), "identity": "confidential",
        "contact": {"name": "王小明", "phone": "13812345678"}
    });
    let taken = test.nobody().post("/api/reports", with(lamp(), private)).await.ok();
    let county = test.as_person("county").await;
    let found = county.get(&format!("/api/cases?q={}", taken["number"].as_str().unwrap())).await.ok();
    found["rows"][0]["id"].as_str().unwrap().to_owned()
}

/// A lamp's result with these words and photos.
async fn result(test: &TestApp, number: usize, words: &str, photos: &[String]) -> String {
    let id = report(test, number).await;
    in_hand(test, &id).await;
    let handler = test.as_person("handler").await;
    let body = json!({"text": words, "outcome": "solved", "photos": photos});
    step(&handler, &id, "result", body).await.ok();
    id
}

async fn found(client: &Client<'_>) -> Vec<Value> {
    client.get("/api/gaming-signs").await.ok()["rows"].as_array().unwrap().clone()
}

fn of_kind<'v>(signs: &'v [Value], kind: &str) -> &'v Value {
    signs.iter().find(|sign| sign["kind"] == kind).unwrap_or_else(|| panic!("no {kind} in {signs:?}"))
}

fn path(sign: &Value, what: &str) -> String {
    format!("/api/gaming-signs/{}{what}", sign["id"].as_str().unwrap())
}

#[tokio::test]
async fn haste_copied_words_and_a_photo_used_twice_are_found_and_nothing_private_is_told() {
    let test = city().await;
    let handler = test.as_person("handler").await;
    let (one, same, other) = (
        uploaded(&handler, picture(3, 640)).await,
        uploaded(&handler, picture(3, 900)).await,
        uploaded(&handler, picture(8, 640)).await,
    );
    assert_ne!(one, same);
    // What came in before anybody asked how pictures look is looked at by itself, once.
    let forget = async |mut tx: Tx| tx.execute(sql!("UPDATE photos SET print = NULL")).await;
    test.app.db.write(forget).await.unwrap();
    assert_eq!(photos::reckon_prints(&test.app).await.unwrap(), 3);
    assert_eq!(photos::reckon_prints(&test.app).await.unwrap(), 0);
    for number in 0..8 {
        let photos = match number {
            0 => vec![one.clone()],
            1 => vec![other.clone()],
            2 => vec![same.clone()],
            _ => Vec::new(),
        };
        result(&test, number, WORDS, &photos).await;
        test.pass_seconds(30);
    }
    let count = signs::look(&test.app).await.unwrap();
    let auditor = test.as_person("auditor").await;
    let all = found(&auditor).await;
    assert_eq!((count, all.len()), (3, 3), "{all:?}");
    for (kind, hits) in [("bulk", 8), ("copied", 8), ("same_photo", 1)] {
        let sign = of_kind(&all, kind);
        assert_eq!(
            (sign["hits"].as_i64(), sign["state"].as_str(), sign["may_review"].as_bool()),
            (Some(hits), Some("new"), Some(true))
        );
        let behind = auditor.get(&path(sign, "/cases")).await;
        let text = behind.text();
        assert_eq!(behind.json()["count"].as_i64(), Some(hits));
        for private in ["王小明", "13812345678", "138****", "门口路灯"] {
            assert!(!text.contains(private), "{kind} tells {private}");
        }
        assert!(behind.json()["rows"][0].get("case").is_none(), "an auditor opens no case");
    }
    let twice = auditor.get(&path(of_kind(&all, "same_photo"), "/cases")).await.ok();
    assert!(twice["rows"][0]["photo"]["thumb_url"].is_string() && twice["rows"][0]["beside_photo"]["url"].is_string());
    assert_ne!(twice["rows"][0]["number"], twice["rows"][0]["beside"]);
    signs::look(&test.app).await.unwrap();
    assert_eq!(found(&auditor).await, all, "looking twice finds the same");
    let lines = auditor.get("/api/gaming-signs.csv").await.text();
    assert!(lines.lines().count() == 4 && !lines.contains("王小明"), "{lines}");
    assert!(auditor.get("/api/gaming-signs.xlsx").await.body.starts_with(b"PK"));
    assert_eq!(auditor.get("/api/gaming-signs?kind=bulk&state=new").await.ok()["count"], 1);
    assert_eq!(auditor.get("/api/gaming-signs?county=140404").await.ok()["count"], 0);
    let next = auditor.get("/api/gaming-signs?limit=2").await.ok()["next"].as_str().unwrap().to_owned();
    assert_eq!(
        auditor.get(&format!("/api/gaming-signs?limit=2&cursor={next}")).await.ok()["rows"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn a_sign_is_looked_at_once_answered_by_its_unit_and_comes_back_only_with_more() {
    let test = city().await;
    for number in 0..6 {
        result(&test, number, WORDS, &[]).await;
        test.pass_seconds(1_200);
    }
    signs::look(&test.app).await.unwrap();
    let (auditor, handler, county) =
        (test.as_person("auditor").await, test.as_person("handler").await, test.as_person("county").await);
    let sign = of_kind(&found(&auditor).await, "copied").clone();
    assert_eq!(found(&handler).await[0]["may_answer"], true);
    assert_eq!(found(&test.as_person("helper").await).await.len(), 0, "another unit's");
    assert_eq!(found(&test.as_person("neighbour").await).await.len(), 0);
    let helper = test.as_person("helper").await;
    assert_eq!(helper.get(&path(&sign, "")).await.refusal().0, 404);
    assert_eq!(helper.get(&path(&sign, "/cases")).await.refusal().0, 404);
    for who in ["worker", "security"] {
        assert_eq!(test.as_person(who).await.get("/api/gaming-signs").await.refusal().0, 403, "{who}");
    }
    let answer = json!({"version": sign["version"], "words": "这几件是同一批灯，用了常用语，电话13812345678"});
    assert_eq!(auditor.post(&path(&sign, "/answer"), answer.clone()).await.refusal().0, 403);
    let answered = handler.post(&path(&sign, "/answer"), answer.clone()).await.ok();
    assert!(
        answered["answer"].as_str().unwrap().contains("常用语")
            && !answered["answer"].as_str().unwrap().contains("13812345678")
    );
    assert_eq!(handler.post(&path(&sign, "/answer"), answer).await.refusal(), (409, "record_changed".into()));
    let version = answered["version"].clone();
    for (wrong, field) in [
        (json!({"version": version, "state": "explained", "words": " "}), "words"),
        (json!({"version": version, "state": "explained", "words": "说".repeat(501)}), "words"),
        (json!({"version": version, "state": "new", "words": "看过了"}), "state"),
    ] {
        assert_eq!(county.post(&path(&sign, "/review"), wrong).await.fields()[0].0, field);
    }
    let look = json!({"version": version, "state": "explained", "words": "同一批次，说得通"});
    assert_eq!(handler.post(&path(&sign, "/review"), look.clone()).await.refusal().0, 403);
    let looked = county.post(&path(&sign, "/review"), look).await.ok();
    assert_eq!((looked["state"].as_str(), looked["looked_by"]["name"].as_str()), (Some("explained"), Some("county")));
    signs::look(&test.app).await.unwrap();
    assert_eq!(auditor.get(&path(&sign, "")).await.ok()["state"], "explained", "nothing new");
    result(&test, 6, WORDS, &[]).await;
    signs::look(&test.app).await.unwrap();
    let again = auditor.get(&path(&sign, "")).await.ok();
    assert_eq!((again["state"].as_str(), again["hits"].as_i64()), (Some("new"), Some(7)));
    assert_eq!(again["words"], "同一批次，说得通", "what was found before stays");
    let trail = auditor.get("/api/audit?kind=sign.reviewed").await.ok();
    assert_eq!(trail["count"], 1, "{trail}");
}

#[tokio::test]
async fn many_verdicts_written_by_staff_stand_out_beside_units_of_the_level() {
    let test = city().await;
    let desk = test.as_person("dispatcher").await;
    let units = test.as_person("county").await.get("/api/units?limit=100").await.ok();
    let power = units["rows"].as_array().unwrap().iter().find(|unit| unit["duty"] == "power").unwrap()["id"].clone();
    let helper = test.as_person("helper").await;
    for number in 0..24 {
        if number % 2 == 0 {
            let id = result(&test, number, &format!("已处理第 {number} 处，灯亮了，请放心使用"), &[]).await;
            let who = read(&desk, &id).await["reports"][0]["id"].clone();
            step(&desk, &id, "call-back", json!({"report": who, "verdict": verdict("yes")})).await.ok();
        } else {
            let id = report(&test, number).await;
            step(&desk, &id, "dispatch", json!({"lead": power, "assists": [], "reason": "线路问题"})).await.ok();
            step(&helper, &id, "sign", json!({})).await.ok();
            step(
                &helper,
                &id,
                "result",
                json!({"text": format!("第 {number} 处线路已接通，恢复正常"), "outcome": "solved"}),
            )
            .await
            .ok();
            test.nobody().with_receipt(&receipt(number)).post("/api/receipt/verdict", verdict("yes")).await.ok();
        }
        test.pass_seconds(700);
    }
    indicators::follow(&test.app).await.unwrap();
    signs::look(&test.app).await.unwrap();
    let auditor = test.as_person("auditor").await;
    let all = found(&auditor).await;
    let sign = of_kind(&all, "assisted");
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(
        (
            sign["hits"].as_i64(),
            sign["among"].as_i64(),
            sign["peer_hits"].as_i64(),
            sign["peer_among"].as_i64(),
            sign["peers"].as_i64()
        ),
        (Some(12), Some(12), Some(0), Some(12), Some(1))
    );
    assert_eq!(auditor.get(&path(sign, "/cases")).await.ok()["count"], 12);
    assert!(sign["told"]["zh"].as_str().unwrap().contains("100.0%"));
    // A county may say otherwise: then nothing is found, and what nobody looked at is gone.
    test.person("system", jishi::platform::access::Role::SystemAdmin, "1404", None).await;
    let toml = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalog/signs/signs.toml")).unwrap();
    let system = test.as_person("system").await;
    let wrong = json!({"toml": toml.replacen("bits = 2", "bits = 40", 1)});
    assert_eq!(system.put("/api/catalog/signs/signs", wrong).await.status, 422);
    let strict = json!({"toml": toml.replacen("least = 10", "least = 13", 1), "region": "140403"});
    system.put("/api/catalog/signs/signs", strict).await.ok();
    signs::look(&test.app).await.unwrap();
    assert_eq!(found(&auditor).await.len(), 0);
}
