//! Photos on the web.

use axum::{
    Json,
    body::to_bytes,
    extract::{Request, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use kernel::{Code, Error, Result};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{actions, model::MAX_BYTES};
use crate::{
    http::{
        extract::{Path, Query},
        problem::Answer,
    },
    modules::SharedApp,
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new().routes(routes!(upload)).routes(routes!(show))
}

/// A photo that has arrived.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Uploaded {
    /// By which it is named in what it is added to.
    sha: String,
    /// Pixels across, of what is kept.
    width: i64,
    /// Pixels down, of what is kept.
    height: i64,
    /// Size of what is kept.
    bytes: i64,
}

/// Takes a photo; it is kept for a day, for good once a report or a result names it. Sending it again is harmless.
#[utoipa::path(post, path = "/api/photos", operation_id = "upload_photo",
    tag = "public",
    request_body(content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"))),
    responses((status = 200, body = Uploaded))
)]
async fn upload(State(app): State<SharedApp>, request: Request) -> Answer<Json<Uploaded>> {
    check_type(&request)?;
    let sent = to_bytes(request.into_body(), MAX_BYTES).await.map_err(|error| actions::too_large().because(error))?;
    let photo = actions::take_in(&app, sent.into()).await?;
    Ok(Json(Uploaded { sha: photo.sha, width: photo.width, height: photo.height, bytes: photo.bytes }))
}

/// A page that sends something else by mistake is told so; what really came is looked at later.
fn check_type(request: &Request) -> Result<()> {
    let declared = request.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    match declared {
        Some(b"image/jpeg" | b"image/png" | b"image/webp") => Ok(()),
        _ => Err(Error::new(Code::UnsupportedMedia)),
    }
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// The mark that came with the address.
    ticket: Option<String>,
    /// `thumb` for the small picture.
    size: Option<String>,
}

/// Shows a photo to whoever was given its address. The path is never guessed: without our mark there is nothing here.
#[utoipa::path(get, path = "/api/photos/{sha}", operation_id = "show_photo",
    tag = "public",
    params(("sha" = String, Path, description = "The photo's hash"), Which),
    responses((status = 200, content_type = "image/jpeg", body = Vec<u8>))
)]
async fn show(State(app): State<SharedApp>, Path(sha): Path<String>, Query(which): Query<Which>) -> Answer<Response> {
    let ticket = which.ticket.unwrap_or_default();
    let picture = actions::hand_out(&app, &sha, &ticket, which.size.as_deref() == Some("thumb")).await?;
    // The content behind an address never changes; only the reader's own browser may keep it.
    let head = [(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, "private, max-age=86400, immutable")];
    Ok((head, picture).into_response())
}
