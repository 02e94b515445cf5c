//! Every operation of the API document answers its own audience and nobody else.

use axum::http::Method;
use jishi::{http, platform::access::Role};
use serde_json::Value;

use super::support::TestApp;

/// Every operation: method, address with its parameters filled in, audience.
fn operations() -> Vec<(Method, String, String)> {
    let document = serde_json::to_value(http::openapi()).unwrap();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            let audience = operation["tags"][0].as_str().unwrap_or_default().to_owned();
            all.push((method, filled(path), audience));
        }
    }
    all
}

/// An address with something plausible for each parameter.
fn filled(path: &str) -> String {
    let value = |name: &str| match name {
        "code" => "140403001",
        "field" => "phone",
        "kind" => "matters",
        "year" => "2026",
        "sha" => "00",
        "qr" => "ABCDEFGH",
        _ => "01234567-89ab-7def-8123-456789abcdef",
    };
    let part = |part: &str| {
        part.strip_prefix('{').and_then(|p| p.strip_suffix('}')).map_or(part.to_owned(), |p| value(p).to_owned())
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn every_operation_names_its_audience_and_lets_in_nobody_without_a_token() {
    let test = TestApp::start().await;
    let all = operations();
    assert!(all.len() > 70, "{}", all.len());
    for (method, path, audience) in all {
        let answer = test.nobody().json(method.clone(), &path, Value::Object(serde_json::Map::new())).await;
        match audience.as_str() {
            "staff" | "receipt" | "source" | "link" => {
                assert_eq!(answer.status, 401, "{method} {path}: {}", answer.text())
            }
            "public" => assert_ne!(answer.status, 401, "{method} {path}"),
            other => panic!("{method} {path} has audience {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_session_opens_no_receipt_and_no_source_and_a_role_opens_no_more_than_its_permissions() {
    let test = TestApp::start().await;
    test.unit("street", "government", "140403001").await;
    for role in Role::ALL {
        test.person(&role.as_str().replace('_', "-"), role, "140403001", Some("street")).await;
    }
    for role in Role::ALL {
        let client = test.as_person(&role.as_str().replace('_', "-")).await;
        for (method, path, audience) in operations() {
            if path.contains("/session") || method == Method::GET && path.ends_with("/events") {
                continue;
            }
            let answer = client.json(method.clone(), &path, Value::Object(serde_json::Map::new())).await;
            assert!(answer.status < 500, "{} {method} {path}: {}", role.as_str(), answer.text());
            if ["receipt", "source", "link"].contains(&audience.as_str()) {
                assert_eq!(answer.status, 401, "{} {method} {path}", role.as_str());
            }
            // What is there must not differ from what is not: an unknown id is 404 or a refusal, never an answer.
            if audience == "staff" && path.contains("01234567-89ab") {
                assert!(answer.status >= 400, "{} {method} {path}: {}", role.as_str(), answer.text());
            }
        }
    }
}
