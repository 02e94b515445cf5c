//! What everyone reads and seldom changes is not sent again to whoever has it: the catalogue, places, boundaries, calendars.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::{Code, Error};

use super::problem::Refusal;
use crate::platform::keys::{hex, sha256};

/// The largest answer that is held in memory for its tag, in bytes: the boundaries of a county are a tenth of it.
const LARGEST: usize = 64 << 20;
/// Readers keep it and ask whether it is still so.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// Names a good answer to a reading by its content (`ETag`, a strong one), and answers 304 to whoever names it
/// (`If-None-Match`, RFC 9110 §13.1.2). The content is the one before it is compressed on its way.
pub async fn tagged(request: Request, next: Next) -> Response {
    let known = request.headers().get_all(header::IF_NONE_MATCH).iter().cloned().collect::<Vec<_>>();
    let is_reading = request.method() == Method::GET;
    let response = next.run(request).await;
    if !is_reading || response.status() != StatusCode::OK {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let body = match to_bytes(body, LARGEST).await {
        Ok(body) => body,
        Err(error) => return Refusal::from(Error::new(Code::Internal).because(error)).into_response(),
    };
    let tag = format!("\"{}\"", hex(&sha256(&body)[..16]));
    mark(&mut head.headers, &tag);
    if known.iter().filter_map(|known| known.to_str().ok()).any(|known| names(known, &tag)) {
        let mut unchanged = StatusCode::NOT_MODIFIED.into_response();
        mark(unchanged.headers_mut(), &tag);
        return unchanged;
    }
    Response::from_parts(head, Body::from(body))
}

fn mark(headers: &mut HeaderMap, tag: &str) {
    headers.insert(header::CACHE_CONTROL, ASK_AGAIN);
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
}

/// Whether a list of tags names this one, weak or strong; `*` names any.
fn names(known: &str, tag: &str) -> bool {
    known.split(',').map(str::trim).any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_list_of_tags_names_one_of_them() {
        for known in [r#""a""#, r#"W/"a""#, r#""b", "a""#, r#""b",W/"a""#, "*"] {
            assert!(names(known, r#""a""#), "{known}");
        }
        for known in ["", "a", r#""ab""#, r#""b", W/"c""#] {
            assert!(!names(known, r#""a""#), "{known}");
        }
    }
}
