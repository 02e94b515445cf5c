//! Addresses of what residents do with what they left. The receipt opens them; whole details leave only with a code that was
//! sent to the telephone (ADR 0041).

use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    actions::{self, Wanted},
    own::{self, OwnData},
};
use crate::{
    http::{
        extract::{Input, Reader},
        problem::Answer,
        sheet,
    },
    modules::{SharedApp, cases::Resident, messages::CODE_MINUTES},
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new().routes(routes!(read)).routes(routes!(ask_code)).routes(routes!(copy)).routes(routes!(erase))
}

/// What is kept of me, masked; how long, and what I may do about it.
#[utoipa::path(get, path = "/api/receipt/own-data", operation_id = "read_own_data",
    tag = "receipt", responses((status = 200, body = OwnData)))]
async fn read(State(app): State<SharedApp>, resident: Resident) -> Answer<Json<OwnData>> {
    let mut db = app.db.read().await?;
    Ok(Json(own::own_data(&mut db, &app, resident.report()).await?))
}

/// A code is on its way to the telephone that was left.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OwnCodeAsked {
    /// Seconds until another may be asked for.
    again_in: i64,
    /// Minutes for which it is good.
    minutes: i64,
    /// The code itself: only in the demonstration, which sends nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    demo_code: Option<String>,
}

/// Nothing is said.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct OwnCodeWish {}

/// Sends a code to the telephone that was left, for a copy with whole details.
#[utoipa::path(post, path = "/api/receipt/own-data/code", operation_id = "ask_own_code",
    tag = "receipt", request_body = OwnCodeWish, responses((status = 202, body = OwnCodeAsked)))]
async fn ask_code(
    State(app): State<SharedApp>,
    Reader(lang): Reader,
    resident: Resident,
    Input { operation, .. }: Input<OwnCodeWish>,
) -> Answer<(StatusCode, Json<OwnCodeAsked>)> {
    let key = operation.by_secret(&app.keys, &resident.marked(), "own_data.code")?;
    let asked = actions::ask_code(&app, resident.report(), lang, key).await?;
    let answer = OwnCodeAsked { again_in: asked.again_in, minutes: CODE_MINUTES, demo_code: asked.shown };
    Ok((StatusCode::ACCEPTED, Json(answer)))
}

/// For whom a copy is made.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum CopyForm {
    /// For people: words.
    Text,
    /// For machines.
    Json,
}

/// Which copy.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct CopyWish {
    /// For whom.
    form: CopyForm,
    /// The code that was sent; without it details stay masked.
    code: Option<String>,
}

/// A copy of all that is kept of me, as a file. A write, because it is on the trail that there was one.
#[utoipa::path(post, path = "/api/receipt/own-data/copy", operation_id = "copy_own_data",
    tag = "receipt", request_body = CopyWish,
    responses((status = 200, content((String = "text/plain"), (serde_json::Value = "application/json")))))]
async fn copy(
    State(app): State<SharedApp>,
    Reader(lang): Reader,
    resident: Resident,
    Input { body, operation }: Input<CopyWish>,
) -> Answer<Response> {
    let key = operation.by_secret(&app.keys, &resident.marked(), "own_data.copy")?;
    let code = body.code.as_deref().map(str::trim).filter(|code| !code.is_empty());
    let made = actions::copy(&app, resident.report(), code, key).await?;
    Ok(match body.form {
        CopyForm::Json => sheet::words("my-data.json", "application/json", made.json()?),
        CopyForm::Text => sheet::words("my-data.txt", "text/plain; charset=utf-8", made.text(&app, lang)),
    })
}

/// What shall be erased.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct EraseWish {
    /// The telephone, or all details.
    what: Wanted,
}

/// Erases contact details: all once the matter has ended and nothing about it waits, the telephone at any time.
#[utoipa::path(post, path = "/api/receipt/own-data/erase", operation_id = "erase_own_data",
    tag = "receipt", request_body = EraseWish, responses((status = 200, body = OwnData)))]
async fn erase(
    State(app): State<SharedApp>,
    resident: Resident,
    Input { body, operation }: Input<EraseWish>,
) -> Answer<Json<OwnData>> {
    let key = operation.by_secret(&app.keys, &resident.marked(), "own_data.erase")?;
    actions::erase_own(&app, resident.report().whose(), body.what, key).await?;
    let mut db = app.db.read().await?;
    Ok(Json(own::own_data(&mut db, &app, resident.report()).await?))
}
