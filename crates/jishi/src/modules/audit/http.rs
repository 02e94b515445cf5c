//! Addresses of the trail.

use axum::{Json, extract::State, response::Response};
use kernel::{Day, Id, Listing, Names, Page};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    model::{AuditFilter, AuditRow},
    views,
};
use crate::{
    http::{
        extract::{Query, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::SharedApp,
    platform::access::{Permission, Person},
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(export)).routes(routes!(export_workbook))
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
    Staff(actor): Staff,
    Reader(lang): Reader,
    Query(query): Query<AuditQuery>,
) -> Answer<Response> {
    let what = (actor.require(Permission::AuditRead)?, query.filter());
    Ok(sheet::lines("audit", views::columns(lang), move |rows| views::batches(app, what, lang, rows)))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/audit.xlsx", operation_id = "export_audit_as_workbook",
    tag = "staff", params(AuditQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
async fn export_workbook(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Reader(lang): Reader,
    Query(query): Query<AuditQuery>,
) -> Answer<Response> {
    let what = (actor.require(Permission::AuditRead)?, query.filter());
    let title = Names::new("操作记录", "Trail").in_lang(lang).to_owned();
    Ok(sheet::workbook("audit", title, views::columns(lang), move |rows| views::batches(app, what, lang, rows)))
}
