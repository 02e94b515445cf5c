//! What every answer has in common: limits, headers, live hints.

use axum::{Router, body::Body, http::Request, routing::get};
use jishi::platform::access::Role;
use serde_json::json;

use crate::{bare::Bare, support::TestApp};

fn from(address: &str) -> Request<Body> {
    Request::get("/api/nothing").header("x-forwarded-for", address).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn an_address_that_asks_too_much_is_told_when_to_come_back() {
    let bare = Bare::start_with(|settings| {
        settings.limits = true;
        settings.behind_proxy = true;
    })
    .await;
    let router = jishi::http::router(&bare.app);
    let send = async |address: &str| {
        let response = tower::ServiceExt::oneshot(router.clone(), from(address)).await.unwrap();
        crate::bare::answer(response).await
    };
    for _ in 0..600 {
        assert_eq!(send("198.51.100.7, 203.0.113.9").await.status, 404);
    }
    let refused = send("192.0.2.1, 203.0.113.9").await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (429, "rate_limited"));
    assert_eq!(refused.headers["retry-after"], "1");
    assert!(refused.json()["detail"].as_str().unwrap().contains(" 1 "), "the sentence names the seconds");
    assert_eq!(send("203.0.113.8").await.status, 404, "another address is not touched");
    bare.wait_seconds(1);
    assert_eq!(send("203.0.113.9").await.status, 404);
}

#[tokio::test]
async fn without_a_trusted_proxy_the_header_is_not_believed() {
    let bare = Bare::start_with(|settings| settings.limits = true).await;
    let router = jishi::http::router(&bare.app);
    for number in 0..600 {
        let request = from(&format!("10.0.{}.{}", number / 250, number % 250));
        assert_eq!(tower::ServiceExt::oneshot(router.clone(), request).await.unwrap().status(), 404);
    }
    assert_eq!(tower::ServiceExt::oneshot(router, from("10.9.9.9")).await.unwrap().status(), 429);
}

/// What keeps browsers safe stands on an answer.
fn check_safe(answer: &crate::bare::Answer) {
    let headers = &answer.headers;
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'self'; script-src 'self';") && !policy.contains("unsafe"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"), "{policy}");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["x-frame-options"], "DENY");
    assert_eq!(headers["referrer-policy"], "same-origin");
    assert_eq!(headers["cross-origin-opener-policy"], "same-origin");
    assert_eq!(headers["cross-origin-resource-policy"], "same-origin");
    assert!(headers["permissions-policy"].to_str().unwrap().contains("geolocation=(self), camera=()"));
}

#[tokio::test]
async fn every_answer_keeps_browsers_safe() {
    let bare = Bare::start().await;
    for address in ["/healthz", "/api/nothing", "/openapi.json", "/", "/desk/cases", "/assets/nothing.js"] {
        check_safe(&bare.get(address).await);
    }
    let post = |path: &str, body: Vec<u8>| {
        Request::post(path).header("content-type", "image/jpeg").body(Body::from(body)).unwrap()
    };
    for (request, status) in [(post("/healthz", Vec::new()), 405), (post("/api/photos", vec![0; 22 << 20]), 413)] {
        let answer = bare.send(request).await;
        assert_eq!(answer.status, status);
        check_safe(&answer);
    }
    assert_eq!(bare.get("/api/nothing").await.headers["cache-control"], "no-store");
    assert!(
        !bare.get("/").await.headers.contains_key("strict-transport-security"),
        "without TLS there is nothing to keep to"
    );
    let behind = Bare::start_with(|settings| settings.behind_proxy = true).await;
    for address in ["/", "/api/nothing"] {
        assert_eq!(behind.get(address).await.headers["strict-transport-security"], "max-age=63072000");
    }
}

#[tokio::test]
async fn an_answer_in_place_of_a_panic_betrays_nothing_and_is_as_safe() {
    let bare = Bare::start().await;
    let routes = Router::new().route("/api/breaks", get(async || -> String { panic!("the secret of the trade") }));
    let response = tower::ServiceExt::oneshot(
        jishi::http::around(&bare.app, routes),
        Request::get("/api/breaks").body(Body::empty()).unwrap(),
    );
    let answer = crate::bare::answer(response.await.unwrap()).await;
    assert_eq!(answer.status, 500);
    assert!(!String::from_utf8_lossy(&answer.body).contains("secret"));
    check_safe(&answer);
    assert_eq!(answer.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn a_person_who_writes_too_much_is_told_so_wherever_they_are() {
    let test = TestApp::start_with(|settings| (settings.limits, settings.behind_proxy) = (true, true)).await;
    test.person("wangfang", Role::GridWorker, "140403001001001", None).await;
    test.person("lihua", Role::GridWorker, "140403001001001", None).await;
    let (mine, hers) = (test.as_person("wangfang").await, test.as_person("lihua").await);
    let write = async |client: &crate::support::Client<'_>, number: usize| {
        let client = client.with_header("x-forwarded-for", &format!("10.0.0.{number}"));
        client.put("/api/session/locale", json!({ "locale": "en" })).await.status
    };
    for number in 0..240 {
        assert_eq!(write(&mine, number).await, 200);
    }
    assert_eq!(write(&mine, 250).await, 429);
    assert_eq!(write(&hers, 250).await, 200, "someone else is not touched");
    assert_eq!(mine.with_header("x-forwarded-for", "10.0.0.1").get("/api/session").await.status, 200, "nor is reading");
}

#[tokio::test]
async fn a_page_of_another_site_changes_nothing() {
    let test = TestApp::start().await;
    test.person("wangfang", Role::GridWorker, "140403001001001", None).await;
    let mine = test.as_person("wangfang").await;
    let write = async |header: (&str, &str)| {
        mine.with_header(header.0, header.1).put("/api/session/locale", json!({ "locale": "en" })).await
    };
    assert_eq!(write(("sec-fetch-site", "cross-site")).await.refusal(), (403, "cross_site".into()));
    assert_eq!(write(("origin", "https://elsewhere.example")).await.refusal(), (403, "cross_site".into()));
    assert_eq!(mine.get("/api/session").await.ok()["locale"], "zh");
    assert_eq!(write(("sec-fetch-site", "same-origin")).await.status, 200);
}

#[tokio::test]
async fn live_hints_are_for_staff_only() {
    let bare = Bare::start().await;
    assert_eq!(bare.get("/api/events").await.code(), "unauthenticated");
}
