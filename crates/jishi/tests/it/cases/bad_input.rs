//! Bad input gets a clear answer next to the field and changes nothing.

use axum::http::Method;
use serde_json::{Value, json};

use super::{RECEIPT, city, lamp, reported, with};

#[tokio::test]
async fn every_wrong_report_names_its_field_and_leaves_nothing() {
    let test = city().await;
    let long = "长".repeat(2001);
    let wrong: [(Value, &str, &str); 16] = [
        (json!({"text": ""}), "text", "required"),
        (json!({"text": " \n "}), "text", "required"),
        (json!({"text": long}), "text", "too_long"),
        (json!({"text": "a\u{0}b"}), "text", "forbidden_character"),
        (json!({"text": 5}), "text", "bad_format"),
        (json!({"receipt": "123"}), "receipt", "bad_receipt"),
        (json!({"receipt": "1111111111111111"}), "receipt", "bad_receipt"),
        (json!({"identity": "king"}), "identity", "bad_format"),
        (json!({"matter": "no.such.matter"}), "matter", "unknown_matter"),
        (json!({"contact": {"phone": "12"}}), "contact.phone", "bad_phone"),
        (json!({"contact": {"name": "名".repeat(41)}}), "contact.name", "too_long"),
        (json!({"place": {"source": "chosen"}}), "place", "required"),
        (json!({"place": {"source": "chosen", "region": "110101"}}), "place.region", "unknown_region"),
        (json!({"place": {"source": "chosen", "region": "1404"}}), "place.region", "place_too_wide"),
        (json!({"place": {"source": "gps", "lon": 200.0, "lat": 36.0}}), "place.lon", "out_of_range"),
        (json!({"photos": ["abc"]}), "photos", "photo_unknown"),
    ];
    for (change, field, code) in wrong {
        let answer = test.nobody().post("/api/reports", with(lamp(), change.clone())).await;
        assert!(answer.status == 422, "{change}: {} {}", answer.status, answer.text());
        assert_eq!(answer.fields(), [(field.to_owned(), code.to_owned())], "{change}");
    }
    let several = test.nobody().post("/api/reports", with(lamp(), json!({"text": "", "receipt": "1"}))).await;
    assert_eq!(several.fields().len(), 2);
    let desk = test.as_person("dispatcher").await;
    assert_eq!(desk.get("/api/cases").await.ok()["count"], 0);
}

#[tokio::test]
async fn what_is_not_json_or_too_large_is_refused() {
    let test = city().await;
    let nobody = test.nobody();
    let send =
        async |kind: &str, body: Vec<u8>| nobody.send(Method::POST, "/api/reports", Some(kind), body).await.refusal();
    assert_eq!(send("application/json", b"{".to_vec()).await, (400, "bad_request".into()));
    assert_eq!(send("application/json", b"{\"text\":\"\xff\xfe\"}".to_vec()).await, (400, "bad_request".into()));
    assert_eq!(send("text/plain", b"hello".to_vec()).await, (415, "unsupported_media".into()));
    assert_eq!(send("application/json", vec![b' '; 22 * 1024 * 1024]).await, (413, "payload_too_large".into()));
    let many = format!("[{}0]", "0,".repeat(600_000));
    assert_eq!(send("application/json", many.into_bytes()).await, (413, "payload_too_large".into()), "words are short");
    assert_eq!(
        nobody.with_key("short").post("/api/reports", lamp()).await.refusal(),
        (400, "idempotency_key_missing".into())
    );
}

#[tokio::test]
async fn foreign_ids_and_expired_sessions_are_refused() {
    let test = city().await;
    let id = reported(&test).await;
    let desk = test.as_person("dispatcher").await;
    for path in ["/api/cases/not-an-id", "/api/cases/01234567-89ab-7def-8123-456789abcdef"] {
        assert_eq!(desk.get(path).await.refusal(), (404, "not_found".into()));
    }
    let ghost = "01234567-89ab-7def-8123-456789abcdef";
    let version = desk.get(&format!("/api/cases/{id}")).await.ok()["version"].clone();
    let lead = desk.post(&format!("/api/cases/{id}/dispatch"), json!({"version": version, "lead": ghost})).await;
    assert_eq!(lead.fields(), [("lead".into(), "unknown_unit".into())]);
    assert_eq!(
        test.nobody().with_receipt("9999000099990000").get("/api/receipt").await.refusal(),
        (401, "bad_receipt".into())
    );
    assert_eq!(test.nobody().get("/api/receipt").await.refusal(), (401, "bad_receipt".into()));
    assert_eq!(
        test.nobody().with_receipt(RECEIPT).get(&format!("/api/cases/{id}")).await.refusal(),
        (401, "unauthenticated".into())
    );
    test.pass_hours(24 * 8);
    assert_eq!(desk.get("/api/cases").await.refusal(), (401, "unauthenticated".into()));
}

#[tokio::test]
async fn a_step_that_is_anothers_is_refused() {
    let test = city().await;
    let id = reported(&test).await;
    let worker = test.as_person("worker").await;
    let version = worker.get(&format!("/api/cases/{id}")).await.ok()["version"].clone();
    let answer = worker.post(&format!("/api/cases/{id}/answer"), json!({"version": version, "text": "好"})).await;
    assert_eq!(answer.refusal(), (403, "forbidden".into()));
    let neighbour = test.as_person("neighbour").await;
    let answer = neighbour.post(&format!("/api/cases/{id}/answer"), json!({"version": version, "text": "好"})).await;
    assert_eq!(answer.refusal(), (404, "not_found".into()));
    let desk = test.as_person("dispatcher").await;
    let sign = desk.post(&format!("/api/cases/{id}/sign"), json!({"version": version})).await;
    assert_eq!(sign.refusal(), (403, "not_your_unit".into()));
    let result = desk
        .post(
            &format!("/api/cases/{id}/call-back"),
            json!({"version": version, "report": id, "verdict": super::verdict("yes")}),
        )
        .await;
    assert_eq!(result.refusal(), (409, "wrong_status".into()));
}

#[tokio::test]
async fn a_bad_address_is_answered_in_the_readers_words_and_names_what_is_wrong() {
    let test = city().await;
    let county = test.as_person("county").await;
    for (path, told) in [
        ("/api/cases?view=waiting", "\"waiting\" is no value of view"),
        ("/api/pleas?unit=zzz", "\"zzz\" is no value of unit"),
        ("/api/open/topics", "the address lacks region"),
    ] {
        let answer = county.get(path).await;
        assert_eq!(answer.refusal(), (400, "bad_request".into()), "{path}");
        let text = answer.text();
        assert!(text.contains(&told.replace('"', "\\\"")) && !text.contains("deserialize"), "{path}: {text}");
    }
}
