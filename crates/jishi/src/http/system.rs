//! Is it alive, and what does it offer.

use axum::{Json, Router, extract::State, http::header, routing};
use serde::Serialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::problem::Answer;
use crate::modules::SharedApp;

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new().routes(routes!(healthz))
}

/// `/openapi.json`, made once.
pub fn document(document: &utoipa::openapi::OpenApi) -> Router<SharedApp> {
    let json = document.to_pretty_json().unwrap_or_default();
    Router::new().route("/openapi.json", routing::get(async move || ([(header::CONTENT_TYPE, "application/json")], json)))
}

/// What `/healthz` says.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Health {
    /// `ok` when the database answers.
    status: &'static str,
    /// The program's version.
    version: &'static str,
}

/// Answers when the database does.
#[utoipa::path(get, path = "/healthz", tag = "public", responses((status = 200, body = Health)))]
async fn healthz(State(app): State<SharedApp>) -> Answer<Json<Health>> {
    app.db.read().await?;
    Ok(Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") }))
}
