//! Refusals as RFC 9457 problem documents, in the reader's language.

use std::any::Any;

use axum::{
    Json,
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::{Code, Error, FieldError, Lang};
use serde::{Deserialize, Serialize};

use crate::platform::toml_check::Mistake;

/// What a handler returns.
pub type Answer<T> = std::result::Result<T, Refusal>;

/// An error on its way to the client; [`render`] writes it in the reader's language.
#[derive(Debug)]
pub struct Refusal(Error);

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

/// `application/problem+json`.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Problem {
    /// `about:jishi/<code>`, stable.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same sentence, for clients that show a title.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: String,
    /// What is wrong and what to do, ready to show.
    pub detail: String,
    /// Fields that need mending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<ProblemField>,
}

/// A refused text file, with every mistake in it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Mistaken {
    /// The refusal.
    #[serde(flatten)]
    pub problem: Problem,
    /// What is to be mended, and where.
    pub errors: Vec<Mistake>,
}

/// Answers that a text file has mistakes, `catalog_invalid`, with all of them.
pub fn mistaken(errors: Vec<Mistake>, lang: Lang) -> Response {
    let in_lang = |Mistake { file, line, message, mend }| Mistake {
        file,
        line,
        message: half(&message, lang).to_owned(),
        mend: half(&mend, lang).to_owned(),
    };
    let errors: Vec<Mistake> = errors.into_iter().map(in_lang).collect();
    let count = i64::try_from(errors.len()).unwrap_or(i64::MAX);
    let problem = Problem::new(&Error::new(Code::CatalogInvalid).with("count", count), lang);
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    (status, [(header::CONTENT_TYPE, "application/problem+json")], Json(Mistaken { problem, errors })).into_response()
}

/// Files are read by offices of either language, so their mistakes are told in both; a reader needs theirs alone.
fn half(text: &str, lang: Lang) -> &str {
    match (text.split_once(" · "), lang) {
        (Some((zh, _)), Lang::Zh) => zh,
        (Some((_, en)), Lang::En) => en,
        (None, _) => text,
    }
}

/// One field that needs mending.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProblemField {
    /// Its path in the request, e.g. `contact.phone`.
    pub field: String,
    /// The stable code.
    pub code: String,
    /// What to write next to it.
    pub message: String,
}

impl Problem {
    /// What a reader is told of an error; its cause never.
    pub fn new(error: &Error, lang: Lang) -> Self {
        let code = error.code();
        let field = |field: &FieldError| ProblemField {
            field: field.field.clone(),
            code: field.code.as_str().to_owned(),
            message: field.sentence(lang),
        };
        Self {
            kind: format!("about:jishi/{}", code.as_str()),
            title: error.sentence(lang),
            status: code.status(),
            code: code.as_str().to_owned(),
            detail: error.sentence(lang),
            fields: error.fields().iter().map(field).collect(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self.0);
        response
    }
}

/// Writes the refusal a response carries, in the language the request asked for. Causes go to the log, never out.
pub async fn render(request: Request, next: Next) -> Response {
    let lang = language(request.headers());
    let place = format!("{} {}", request.method(), request.uri().path());
    let mut response = next.run(request).await;
    let Some(mut error) = response.extensions_mut().remove::<Error>().or_else(|| bare(&response)) else {
        return response;
    };
    if error.code().status() >= 500 {
        // The number is the request's own; it lets an administrator find the line without telling the reader the cause.
        let id = format!("{:x}", std::ptr::from_ref(&error).addr() & 0xffff_ffff);
        match error.code() {
            // Nothing broke: there is no room for more at once, and whoever is told so comes again.
            Code::Busy => tracing::warn!(%error, %place, %id, "turned away"),
            _ => tracing::error!(%error, %place, %id, "failed"),
        }
        error = error.with("id", id);
    }
    let problem = Problem::new(&error, lang);
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    *response.body_mut() = Body::from(body);
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Refusals made by layers below us carry a status and no code.
fn bare(response: &Response) -> Option<Error> {
    let is_ours = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().ends_with(b"json"));
    match response.status() {
        _ if is_ours => None,
        StatusCode::PAYLOAD_TOO_LARGE => Some(Error::new(Code::PayloadTooLarge).with("max", "20 MB")),
        StatusCode::FORBIDDEN => Some(Error::new(Code::CrossSite)),
        StatusCode::METHOD_NOT_ALLOWED => Some(Error::new(Code::MethodNotAllowed)),
        _ => None,
    }
}

/// The language a request asks for.
pub fn language(headers: &axum::http::HeaderMap) -> Lang {
    headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .map_or_else(Lang::default, Lang::from_header)
}

/// Answers a method an address does not have.
pub async fn method_not_allowed() -> Refusal {
    Error::new(Code::MethodNotAllowed).into()
}

/// Answers when a handler panicked; the panic's text goes to the log.
pub fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text =
        panic.downcast_ref::<&str>().map(|text| (*text).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
    Refusal(Error::internal(format!("a handler panicked: {}", text.unwrap_or_default()))).into_response()
}
