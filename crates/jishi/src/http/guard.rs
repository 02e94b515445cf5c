//! What every response carries to keep browsers safe.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// No inline script, no foreign origin but the deployer's map tiles; styles may be inline because component libraries set
/// them on elements. `blob:` is where the map library keeps its worker's pictures.
pub fn policy(tiles: Option<&str>) -> HeaderValue {
    let tiles = tiles.and_then(origin).map(|origin| format!(" {origin}")).unwrap_or_default();
    let policy = format!(
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:{tiles}; \
         worker-src 'self' blob:; connect-src 'self'{tiles}; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'self'"))
}

/// `https://host` of an address of tiles; a host with a placeholder in it stands for any.
fn origin(tiles: &str) -> Option<String> {
    let (scheme, rest) = tiles.split_once("://")?;
    let host = rest.split('/').next()?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-.:".contains(c);
    if !matches!(scheme, "http" | "https") {
        return None;
    }
    Some(if host.chars().all(is_plain) { format!("{scheme}://{host}") } else { format!("{scheme}:") })
}

/// Adds the security headers. Answers of the API are never kept by a cache.
pub async fn headers(State(policy): State<HeaderValue>, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    let mut set = |name, value| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::X_FRAME_OPTIONS, "DENY");
    if is_api {
        set(header::CACHE_CONTROL, "no-store");
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_deployers_tiles_are_let_in() {
        assert!(!policy(None).to_str().unwrap().contains("http"));
        let with = policy(Some("https://t0.example.cn/img/{z}/{x}/{y}?key=a;b"));
        assert!(with.to_str().unwrap().contains("connect-src 'self' https://t0.example.cn;"));
        assert_eq!(origin("https://t{s}.example.cn/{z}"), Some("https:".to_owned()));
        assert_eq!(origin("javascript://x"), None);
        assert_eq!(origin("https://a; script-src *"), Some("https:".to_owned()));
    }
}
