//! What is watched of every request: how long it may take, and one line in the log.

use std::time::Duration;

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::{Code, Error};

use super::problem::Refusal;

/// How long the head of an answer may take. A write that is under way goes on to its end: it runs on a task of its own.
const LIMIT: Duration = Duration::from_secs(30);
/// The same where a large body comes over a slow line first.
const UPLOAD_LIMIT: Duration = Duration::from_secs(300);
const UPLOADS: [&str; 5] =
    ["/api/photos", "/api/regions/import", "/api/boundaries/import", "/api/boundaries/shapefile", "/api/workbook"];

/// Gives up on a request that takes too long. Streams are not touched: their head is there at once.
pub async fn timeout(request: Request, next: Next) -> Response {
    let limit = if is_upload(request.uri().path()) { UPLOAD_LIMIT } else { LIMIT };
    let answer = tokio::time::timeout(limit, next.run(request)).await;
    answer.unwrap_or_else(|_| Refusal::from(Error::new(Code::Busy).because("took too long")).into_response())
}

fn is_upload(path: &str) -> bool {
    UPLOADS.contains(&path) || (path.starts_with("/api/sources/") && path.contains("/orders"))
}

/// One line a request: the route and not the address asked for, no query, nothing about the person.
#[expect(clippy::disallowed_methods, reason = "measures how long an answer took; nothing is decided by it")]
pub async fn log(request: Request, next: Next) -> Response {
    let start = std::time::Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let (status, route) = (response.status().as_u16(), route.as_ref().map_or("-", MatchedPath::as_str));
    let millis = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(target: "access", %method, route, status, millis);
    response
}
