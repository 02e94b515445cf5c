//! What is public may be kept by caches for a minute, and is not sent again to whoever has it.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use db::Conn;
use kernel::Result;

use crate::modules::{App, disclosure::store};

/// Readers may keep an answer so long without asking.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=60");

/// The state of everything public, as a tag. A day is in it because names of matters and places change by day and not by
/// case.
#[derive(Debug)]
pub struct Tag(String);

impl Tag {
    /// The tag now.
    pub async fn read(db: &mut Conn, app: &App) -> Result<Self> {
        let (mark, _) = store::mark_unscoped(db).await?;
        Ok(Self(format!("W/\"{mark}-{}\"", app.today())))
    }

    /// The answer to whoever has this state already.
    pub fn unchanged(&self, headers: &HeaderMap) -> Option<Response> {
        let known = headers.get(header::IF_NONE_MATCH)?.to_str().ok()?;
        known.split(',').any(|tag| tag.trim() == self.0).then(|| self.on(StatusCode::NOT_MODIFIED.into_response()))
    }

    /// An answer with the tag on it.
    pub fn on(&self, answer: impl IntoResponse) -> Response {
        let mut response = answer.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, KEPT);
        if let Ok(tag) = HeaderValue::from_str(&self.0) {
            headers.insert(header::ETAG, tag);
        }
        response
    }
}
