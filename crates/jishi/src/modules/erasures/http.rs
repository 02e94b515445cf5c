//! Addresses of the deletion record.

use axum::{Json, extract::State, response::Response};
use kernel::{Day, Listing, Names, Page};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    model::{Cause, ErasureFilter, What},
    views::{self, ErasureRow},
};
use crate::{
    http::{
        export::Exporter,
        extract::{Query, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::SharedApp,
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(export)).routes(routes!(export_workbook))
}

/// Which lines of the record.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ErasuresQuery {
    /// Of this sort.
    #[param(inline)]
    what: Option<What>,
    /// For this cause.
    #[param(inline)]
    cause: Option<Cause>,
    /// From this day on.
    from: Option<Day>,
    /// To this day.
    to: Option<Day>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

impl ErasuresQuery {
    fn filter(&self) -> ErasureFilter {
        ErasureFilter { what: self.what, cause: self.cause, from: self.from, to: self.to }
    }
}

/// What was erased in one's places: how many of which sort, never whose.
#[utoipa::path(get, path = "/api/erasures", operation_id = "list_erasures",
    tag = "staff", params(ErasuresQuery), responses((status = 200, body = Listing<ErasureRow>)))]
async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<ErasuresQuery>,
) -> Answer<Json<Listing<ErasureRow>>> {
    let scope = views::seen_by(&actor)?;
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    Ok(Json(views::listing(&mut db, &app, &scope, &query.filter(), &page).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/api/erasures.csv", operation_id = "export_erasures",
    tag = "staff", params(ErasuresQuery), responses((status = 200, content_type = "text/csv", body = String)))]
async fn export(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<ErasuresQuery>,
) -> Answer<Response> {
    let what = (views::seen_by(&actor)?, query.filter());
    Ok(sheet::lines(export, "erasures", views::columns(lang), move |rows| views::batches(app, what, lang, rows)))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/erasures.xlsx", operation_id = "export_erasures_as_workbook",
    tag = "staff", params(ErasuresQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
async fn export_workbook(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<ErasuresQuery>,
) -> Answer<Response> {
    let what = (views::seen_by(&actor)?, query.filter());
    let title = Names::new("删除记录", "Deletion record").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "erasures", title, views::columns(lang), move |rows| {
        views::batches(app, what, lang, rows)
    }))
}
