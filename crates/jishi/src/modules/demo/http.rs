//! What a demo instance says of itself: its personas and its tours.

use axum::{Json, extract::State};
use kernel::{Code, Error, Names};
use serde::Serialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::tours::{self, Tour};
use crate::{
    http::problem::Answer,
    modules::{
        SharedApp,
        people::{self, Persona},
    },
};

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Rows<T> {
    rows: Vec<T>,
}

/// The operations.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new().routes(routes!(list_tours)).routes(routes!(list_personas))
}

/// A persona, with what is said of them.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct NotedPersona {
    #[serde(flatten)]
    persona: Persona,
    /// What they do, in a sentence.
    note: Names,
}

/// The tours of the demonstration.
#[utoipa::path(get, path = "/api/demo/tours", operation_id = "list_tours",
    tag = "public", responses((status = 200, body = Rows<Tour>)))]
async fn list_tours(State(app): State<SharedApp>) -> Answer<Json<Rows<Tour>>> {
    if !app.settings.is_demo {
        return Err(Error::new(Code::NotFound).into());
    }
    Ok(Json(Rows { rows: tours::tours()? }))
}

/// The personas of the demonstration.
#[utoipa::path(get, path = "/api/demo/personas", operation_id = "list_personas",
    tag = "public", responses((status = 200, body = Rows<NotedPersona>)))]
async fn list_personas(State(app): State<SharedApp>) -> Answer<Json<Rows<NotedPersona>>> {
    let noted = |persona: Persona| {
        let note = tours::note(&persona.login)?.clone();
        Some(NotedPersona { persona, note })
    };
    let found = people::personas(&app, &tours::noted()).await?;
    Ok(Json(Rows { rows: found.into_iter().filter_map(noted).collect() }))
}
