//! Addresses of the trail.

use axum::{Json, extract::State, response::Response};
use kernel::{Code, Day, Error, Id, Listing, Names, Page};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    model::{AuditFilter, AuditRow},
    views,
};
use crate::{
    http::{
        export::Exporter,
        extract::{Query, Reader, Upload},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::SharedApp,
    platform::{
        access::{Permission, Person},
        mark,
    },
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(export))
        .routes(routes!(export_workbook))
        .routes(routes!(whose_file))
}

/// What the trail is narrowed by, and which page.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct AuditQuery {
    /// Done by this person.
    #[param(value_type = Option<uuid::Uuid>)]
    person: Option<Id<Person>>,
    /// Of this kind; with a dot at its end, all kinds that begin so.
    kind: Option<String>,
    /// Done to the thing with this id, code or case number.
    object: Option<String>,
    /// From this day on.
    from: Option<Day>,
    /// To the end of this day.
    to: Option<Day>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

impl AuditQuery {
    fn filter(&self) -> AuditFilter {
        let some = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        AuditFilter {
            person: self.person,
            kind: some(&self.kind),
            object: some(&self.object),
            from: self.from,
            to: self.to,
        }
    }
}

/// What was done, the newest first.
#[utoipa::path(get, path = "/api/audit", operation_id = "list_audit",
    tag = "staff", params(AuditQuery), responses((status = 200, body = Listing<AuditRow>)))]
async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<AuditQuery>,
) -> Answer<Json<Listing<AuditRow>>> {
    let scope = actor.require(Permission::AuditRead)?;
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    Ok(Json(views::page(&app, &scope, &query.filter(), &page).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/api/audit.csv", operation_id = "export_audit",
    tag = "staff", params(AuditQuery), responses((status = 200, content_type = "text/csv", body = String)))]
async fn export(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<AuditQuery>,
) -> Answer<Response> {
    let what = (actor.require(Permission::AuditRead)?, query.filter());
    Ok(sheet::lines(export, "audit", views::columns(lang), move |rows| views::batches(app, what, lang, rows)))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/audit.xlsx", operation_id = "export_audit_as_workbook",
    tag = "staff", params(AuditQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
async fn export_workbook(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<AuditQuery>,
) -> Answer<Response> {
    let what = (actor.require(Permission::AuditRead)?, query.filter());
    let title = Names::new("操作记录", "Trail").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "audit", title, views::columns(lang), move |rows| views::batches(app, what, lang, rows)))
}

/// Whose file it is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = MarkedFile)]
struct MarkedFileView {
    /// 导出编号: under which the trail has who took it out, when and what.
    number: String,
}

/// Reads the mark of a file that was exported; the file is not kept. What it leads to is read from the trail.
#[utoipa::path(post, path = "/api/audit/whose-file", operation_id = "whose_file", tag = "staff",
    request_body(content = String, content_type = "application/octet-stream"), responses((status = 200, body = MarkedFileView)))]
async fn whose_file(Staff(actor): Staff, Upload { bytes, .. }: Upload) -> Answer<Json<MarkedFileView>> {
    actor.require(Permission::AuditRead)?;
    let number = mark::read(&bytes).ok_or_else(|| Error::new(Code::NoExportMark))?;
    Ok(Json(MarkedFileView { number: number.to_string() }))
}
