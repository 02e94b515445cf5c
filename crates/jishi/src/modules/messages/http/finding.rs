//! Finding receipts again by telephone.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::super::{actions, model::CodeFor};
use crate::{
    http::{
        extract::{Input, Reader},
        problem::Answer,
    },
    modules::{SharedApp, cases::FoundAgain},
};

pub(super) fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new().routes(routes!(ask_code)).routes(routes!(open_code))
}

/// Whose receipts are looked for.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct CodeWish {
    /// The telephone number that was left.
    phone: String,
}

/// A code is on its way, if the number is known here; the answer does not tell.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CodeAsked {
    /// Seconds until another may be asked for.
    again_in: i64,
    /// Minutes for which it is good.
    minutes: i64,
    /// The code itself: only in the demonstration, which sends nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    demo_code: Option<String>,
}

/// Sends a code to a telephone, to find one's receipts again.
#[utoipa::path(post, path = "/api/receipt-codes", operation_id = "ask_receipt_code",
    tag = "public", request_body = CodeWish, responses((status = 202, body = CodeAsked)))]
async fn ask_code(
    State(app): State<SharedApp>,
    Reader(lang): Reader,
    Input { body, operation }: Input<CodeWish>,
) -> Answer<(StatusCode, Json<CodeAsked>)> {
    let key = operation.by_secret(&app.keys, body.phone.as_bytes(), "receipt_codes.ask")?;
    let asked = actions::ask_code(&app, &body.phone, CodeFor::Receipts, lang, key).await?;
    let minutes = super::super::rules::CODE_MINUTES;
    Ok((StatusCode::ACCEPTED, Json(CodeAsked { again_in: asked.again_in, minutes, demo_code: asked.shown })))
}

/// A telephone and the code it got.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct CodeGiven {
    /// The telephone number.
    phone: String,
    /// The code.
    code: String,
}

/// What was found.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FoundList {
    /// Reports, the newest first.
    rows: Vec<FoundRow>,
}

/// A report with a receipt that opens it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FoundRow {
    /// 16 digits; the receipts given before stay good.
    receipt: String,
    /// The report.
    #[serde(flatten)]
    report: FoundAgain,
}

/// Opens the reports of a telephone to whoever has its code.
#[utoipa::path(post, path = "/api/receipt-codes/open", operation_id = "open_receipt_code",
    tag = "public", request_body = CodeGiven, responses((status = 200, body = FoundList)))]
async fn open_code(State(app): State<SharedApp>, Input { body, .. }: Input<CodeGiven>) -> Answer<Json<FoundList>> {
    let found = actions::open_code(&app, &body.phone, &body.code).await?;
    let rows = found.into_iter().map(|found| FoundRow { receipt: found.receipt, report: found.case }).collect();
    Ok(Json(FoundList { rows }))
}
