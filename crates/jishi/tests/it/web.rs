//! What every answer has in common: limits, headers, live hints.

use axum::{body::Body, http::Request};

use crate::bare::Bare;

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

#[tokio::test]
async fn every_answer_keeps_browsers_safe() {
    let bare = Bare::start().await;
    for address in ["/healthz", "/api/nothing", "/openapi.json"] {
        let answer = bare.get(address).await;
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'self'") && !policy.contains("unsafe-eval"), "{policy}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers["x-frame-options"], "DENY");
    }
    assert_eq!(bare.get("/api/nothing").await.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn live_hints_are_for_staff_only() {
    let bare = Bare::start().await;
    assert_eq!(bare.get("/api/events").await.code(), "unauthenticated");
}
