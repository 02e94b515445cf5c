//! The register as files: in, out, and empty to fill in.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use kernel::{Code, Error};
use serde::Deserialize;

use super::items::ItemQuery;
use crate::{
    http::{
        export::Exporter,
        extract::{Query, Reader, Upload},
        import::{ImportAnswer, ImportQuery, mode},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::{
        SharedApp,
        register::{export, import},
    },
    platform::{access::Permission, import::Writer, sheet::XLSX},
};

fn workbook_answer(name: &'static str, bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, XLSX), (header::CONTENT_DISPOSITION, name)], bytes).into_response()
}

/// The list as text, streamed, in the columns of an import.
#[utoipa::path(get, path = "/api/register.csv", operation_id = "export_register",
    tag = "staff", params(ItemQuery), responses((status = 200, content_type = "text/csv", body = String)))]
pub(super) async fn lines(
    State(app): State<SharedApp>,
    Exporter(actor, taken): Exporter,
    Reader(lang): Reader,
    Query(query): Query<ItemQuery>,
) -> Answer<Response> {
    let (scope, filter) = (actor.require(Permission::CaseRead)?, query.filter(&app)?);
    Ok(sheet::answer(Some(taken), "register", async move |sheet| export::lines(app, scope, filter, lang, sheet).await))
}

/// The list as a workbook, in the columns of an import.
#[utoipa::path(get, path = "/api/register.xlsx", operation_id = "export_register_workbook",
    tag = "staff", params(ItemQuery),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = String)))]
pub(super) async fn workbook(
    State(app): State<SharedApp>,
    Exporter(actor, taken): Exporter,
    Reader(_lang): Reader,
    Query(query): Query<ItemQuery>,
) -> Answer<Response> {
    let (scope, filter) = (actor.require(Permission::CaseRead)?, query.filter(&app)?);
    let bytes = export::workbook(&app, &scope, &filter, &taken.mark()).await?;
    Ok(sheet::whole(taken, "register", bytes).await?)
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TemplateQuery {
    /// Code of the kind.
    kind: String,
}

/// The workbook to fill in for a kind.
#[utoipa::path(get, path = "/api/register/template.xlsx", operation_id = "register_template",
    tag = "staff", params(TemplateQuery),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = String)))]
pub(super) async fn template(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Reader(lang): Reader,
    Query(query): Query<TemplateQuery>,
) -> Answer<Response> {
    actor.require(Permission::RegisterEdit)?;
    let kinds = app.register.kinds();
    let unknown = || Error::field("kind", Code::UnknownValue).with("value", query.kind.as_str());
    let kind = kinds.kind(&query.kind).ok_or_else(unknown)?;
    Ok(workbook_answer("attachment; filename=\"register.xlsx\"", import::template(&kinds, kind, lang)?))
}

/// Imports a workbook or a CSV file of items: all rows or none; what is there already changes only where it differs.
#[utoipa::path(post, path = "/api/register/import", operation_id = "import_register",
    tag = "staff", params(ImportQuery),
    request_body(content = String, content_type = "text/csv"), responses((status = 200, body = ImportAnswer)))]
pub(super) async fn import(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Reader(lang): Reader,
    Query(query): Query<ImportQuery>,
    Upload { bytes, operation }: Upload,
) -> Answer<Json<ImportAnswer>> {
    let writer = Writer::staff(&actor, Permission::RegisterEdit)?;
    let mode = mode(query.dry_run, &operation, &actor, "register.import")?;
    Ok(Json(ImportAnswer::new(&import::import(&app, writer, &bytes, mode).await?, lang)))
}
