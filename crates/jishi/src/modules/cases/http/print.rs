//! Cases as paper.

use axum::{extract::State, response::Response};
use kernel::Id;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    http::{
        extract::{Input, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::{
        SharedApp,
        cases::{actions, model::Case, paper::Kind},
    },
};

/// The routes of printing.
pub(super) fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new().routes(routes!(print))
}

/// What is to be printed.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = PrintCases)]
pub(super) struct Print {
    kind: Kind,
    /// Up to 50, in the order of the sheets.
    #[schema(value_type = Vec<uuid::Uuid>)]
    cases: Vec<Id<Case>>,
}

/// Sheets of some cases as one PDF, in the reader's language: assignment sheets, or sheets of the last reminder. Contact
/// details stay masked. A write, because what leaves on paper stands on the trail.
#[utoipa::path(post, path = "/api/cases/print", operation_id = "print_cases",
    tag = "staff", request_body = Print, responses((status = 200, content_type = "application/pdf", body = Vec<u8>)))]
pub(super) async fn print(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Reader(lang): Reader,
    Input { body, operation }: Input<Print>,
) -> Answer<Response> {
    let key = operation.by(actor.person, "cases.print")?;
    let name = format!("{}.pdf", body.kind.as_str());
    Ok(sheet::pdf(&name, actions::print(&app, actor, body.kind, body.cases, lang, key).await?))
}
