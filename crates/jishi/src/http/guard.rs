//! What every response carries to keep browsers safe.

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use crate::platform::settings::Settings;

/// No inline script or style, no foreign origin but the deployer's map tiles. What component libraries set on elements goes
/// through the object model, which this does not touch. `blob:` is where the map library keeps its worker's pictures.
fn policy(tiles: Option<&str>) -> HeaderValue {
    let tiles = tiles.and_then(origin).map(|origin| format!(" {origin}")).unwrap_or_default();
    let policy = format!(
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:{tiles}; \
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

/// What a page may ask a phone for: its place, when its owner taps. Cameras are reached through the photo picker, which
/// needs no leave of ours.
const DEVICES: &str = "geolocation=(self), camera=(), microphone=(), display-capture=(), payment=(), usb=(), serial=(), \
                       bluetooth=(), midi=(), accelerometer=(), gyroscope=(), magnetometer=()";
/// Two years of TLS and nothing else; other hosts of the same domain are not ours to speak for.
const TLS_ONLY: &str = "max-age=63072000";

/// What differs from instance to instance.
#[derive(Clone, Debug)]
pub struct Guard {
    policy: HeaderValue,
    is_tls: bool,
}

impl Guard {
    /// As an instance is set up.
    pub fn of(settings: &Settings) -> Self {
        let tiles = settings.tiles.as_ref().map(|(tiles, _)| tiles.as_str());
        Self { policy: policy(tiles), is_tls: settings.tls.is_some() || settings.behind_proxy }
    }
}

/// Adds the security headers. Answers of the API are never kept by a cache.
pub async fn headers(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(guard.policy);
    let mut set = |name, value| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(HeaderName::from_static("permissions-policy"), DEVICES);
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if guard.is_tls {
        set(header::STRICT_TRANSPORT_SECURITY, TLS_ONLY);
    }
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
