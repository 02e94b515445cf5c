//! The web client, inside the binary.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use kernel::{Code, Error};
use rust_embed::EmbeddedFile;

use super::problem::Refusal;
use crate::platform::embedded::Embedded as Client;

/// Whether the client was built; `serve` refuses to start without it rather than show an empty page.
pub fn is_built() -> bool {
    Client::get("index.html").is_some() && Client::get("desk/index.html").is_some()
}

/// Serves a file of the client, or the page whose router knows the address.
pub async fn serve(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    // The fonts of printed sheets lie beside the client and are no part of it.
    if path.starts_with("api/") || path.starts_with("fonts/") {
        return Refusal::from(Error::new(Code::NotFound)).into_response();
    }
    if let Some(file) = Client::get(path).filter(|_| !path.is_empty()) {
        return answer(path, file, &headers);
    }
    if path.starts_with("assets/") {
        return Refusal::from(Error::new(Code::NotFound)).into_response();
    }
    let page = match path.split('/').next() {
        Some("desk") => "desk/index.html",
        // A contractor's page is light and apart: what opens it stands behind `#` and is never sent.
        Some("link") => "link/index.html",
        _ => "index.html",
    };
    Client::get(page)
        .map_or_else(|| Refusal::from(Error::new(Code::NotFound)).into_response(), |file| answer(page, file, &headers))
}

/// Hashed names under `assets/` never change; everything else is asked for again and answered 304 if it is the same.
fn answer(path: &str, file: EmbeddedFile, headers: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", crate::platform::keys::hex(&file.metadata.sha256_hash()[..8]));
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let keep = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = file.data.into_owned().into_response();
    let out = response.headers_mut();
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    for (name, value) in [(header::CONTENT_TYPE, kind.essence_str()), (header::ETAG, &tag)] {
        if let Ok(value) = HeaderValue::from_str(value) {
            out.insert(name, value);
        }
    }
    response
}
