//! Open data: the ledger as files, with what their fields mean.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue},
    response::Response,
};

use super::{fresh::Tag, public::LedgerQuery};
use crate::{
    http::{extract::Query, problem::Answer, sheet},
    modules::{
        SharedApp,
        disclosure::{
            store,
            views::{self, About, Format},
        },
    },
};

/// What the open data are: who publishes them, under which licence, what their fields mean.
#[utoipa::path(get, path = "/api/open/about", operation_id = "read_open_about",
    tag = "public", responses((status = 200, body = About)))]
pub(super) async fn about(State(app): State<SharedApp>) -> Answer<Json<About>> {
    let (_, updated_at) = store::mark_unscoped(&mut app.db.read().await?).await?;
    Ok(Json(views::about(&app, updated_at)))
}

async fn answer(app: SharedApp, headers: &HeaderMap, query: LedgerQuery, format: Format) -> Answer<Response> {
    let filter = query.filter(&app)?;
    let tag = Tag::read(&mut app.db.read().await?, &app).await?;
    if let Some(unchanged) = tag.unchanged(headers) {
        return Ok(unchanged);
    }
    let (end, kind) = match format {
        Format::Csv => ("csv", "text/csv; charset=utf-8"),
        Format::Json => ("json", "application/json"),
        Format::GeoJson => ("geojson", "application/geo+json"),
    };
    let name = format!("open-cases-{}-{}.{end}", filter.place, app.today());
    let kind = HeaderValue::from_static(kind);
    let fill = async move |out| views::write_data(&app, &filter, format, out).await;
    Ok(tag.on(sheet::file(&name, kind, fill)))
}

/// The ledger as CSV.
#[utoipa::path(get, path = "/api/open/cases.csv", operation_id = "export_open_cases_csv", tag = "public",
    params(LedgerQuery), responses((status = 200, content_type = "text/csv", body = String)))]
pub(super) async fn csv(
    State(app): State<SharedApp>,
    headers: HeaderMap,
    Query(query): Query<LedgerQuery>,
) -> Answer<Response> {
    answer(app, &headers, query, Format::Csv).await
}

/// The ledger as JSON: `about` and `cases`.
#[utoipa::path(get, path = "/api/open/cases.json", operation_id = "export_open_cases_json", tag = "public",
    params(LedgerQuery), responses((status = 200, content_type = "application/json", body = Object)))]
pub(super) async fn json(
    State(app): State<SharedApp>,
    headers: HeaderMap,
    Query(query): Query<LedgerQuery>,
) -> Answer<Response> {
    answer(app, &headers, query, Format::Json).await
}

/// The ledger as GeoJSON, each case at the middle of its grid or village.
#[utoipa::path(get, path = "/api/open/cases.geojson", operation_id = "export_open_cases_geojson", tag = "public",
    params(LedgerQuery), responses((status = 200, content_type = "application/geo+json", body = Object)))]
pub(super) async fn geojson(
    State(app): State<SharedApp>,
    headers: HeaderMap,
    Query(query): Query<LedgerQuery>,
) -> Answer<Response> {
    answer(app, &headers, query, Format::GeoJson).await
}
