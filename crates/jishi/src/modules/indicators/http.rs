//! Addresses of indicators.

use axum::{Json, extract::State, response::Response};
use kernel::{Day, Id, Listing, Names, Page, RegionCode};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    measures::Basis,
    views::{self, Asked, ComparisonView, DefinitionsView, DetailView, OverviewView, RowQuery, RowView},
};
use crate::{
    http::{
        export::Exporter,
        extract::{Path, Query, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::SharedApp,
    platform::access::Unit,
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(definitions))
        .routes(routes!(overview))
        .routes(routes!(overview_csv))
        .routes(routes!(overview_xlsx))
        .routes(routes!(cases))
        .routes(routes!(cases_csv))
        .routes(routes!(cases_xlsx))
        .routes(routes!(detail))
        .routes(routes!(comparison))
}

/// Whose figures, and when.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ChoiceQuery {
    /// A place of mine with all in it; unless said the narrowest that holds all of mine.
    region: Option<RegionCode>,
    /// A unit's work: mine, or one of my places.
    #[param(value_type = Option<uuid::Uuid>)]
    unit: Option<Id<Unit>>,
    /// A class, a group or a matter.
    matter: Option<String>,
    /// How periods go: `month`, `month_from_19`, `week`, `day`, `noon_day`, `quarter`, `year`; as defined unless said.
    period: Option<String>,
    /// A day of the period; today unless said.
    on: Option<Day>,
}

impl From<ChoiceQuery> for Asked {
    fn from(query: ChoiceQuery) -> Self {
        let ChoiceQuery { region, unit, matter, period, on } = query;
        Self { region, unit, matter, period, on }
    }
}

/// The rows behind a figure.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct RowsQuery {
    /// A place of mine with all in it.
    region: Option<RegionCode>,
    /// A unit's work.
    #[param(value_type = Option<uuid::Uuid>)]
    unit: Option<Id<Unit>>,
    /// A class, a group or a matter.
    matter: Option<String>,
    /// How periods go.
    period: Option<String>,
    /// A day of the period.
    on: Option<Day>,
    /// The day that counts.
    day: Basis,
    /// Measures with commas between, any of which holds.
    any: String,
    /// And any of these.
    also: Option<String>,
    /// None of these.
    without: Option<String>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

impl RowsQuery {
    fn split(self) -> (Asked, RowQuery) {
        let Self { region, unit, matter, period, on, day, any, also, without, .. } = self;
        (Asked { region, unit, matter, period, on }, RowQuery { day, any, also, without })
    }
}

/// What is defined for my places, in words.
#[utoipa::path(get, path = "/api/indicators/definitions", operation_id = "list_indicators",
    tag = "staff", params(ChoiceQuery), responses((status = 200, body = DefinitionsView)))]
async fn definitions(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<ChoiceQuery>,
) -> Answer<Json<DefinitionsView>> {
    let mut db = app.db.read().await?;
    let chosen = views::choose(&mut db, &app, &actor, &query.into()).await?;
    Ok(Json(views::definitions(&app, &chosen.home)))
}

/// All indicators of a place or a unit: each with number, interval, what was left out, the period before, and the middle of
/// like places or units.
#[utoipa::path(get, path = "/api/indicators", operation_id = "read_indicators",
    tag = "staff", params(ChoiceQuery), responses((status = 200, body = OverviewView)))]
async fn overview(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<ChoiceQuery>,
) -> Answer<Json<OverviewView>> {
    let mut db = app.db.read().await?;
    let chosen = views::choose(&mut db, &app, &actor, &query.into()).await?;
    Ok(Json(views::overview(&mut db, &app, chosen).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/api/indicators.csv", operation_id = "export_indicators",
    tag = "staff", params(ChoiceQuery), responses((status = 200, content_type = "text/csv", body = String)))]
async fn overview_csv(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<ChoiceQuery>,
) -> Answer<Response> {
    let mut db = app.db.read().await?;
    let chosen = views::choose(&mut db, &app, &actor, &query.into()).await?;
    let view = views::overview(&mut db, &app, chosen).await?;
    drop(db);
    let (columns, rows) = (views::overview_columns(lang), views::overview_rows(&view, lang));
    Ok(sheet::lines(export, "indicators", columns, async move |batches| {
        let _ = batches.send(rows).await;
        Ok(())
    }))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/indicators.xlsx", operation_id = "export_indicators_as_workbook",
    tag = "staff", params(ChoiceQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
async fn overview_xlsx(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<ChoiceQuery>,
) -> Answer<Response> {
    let mut db = app.db.read().await?;
    let chosen = views::choose(&mut db, &app, &actor, &query.into()).await?;
    let view = views::overview(&mut db, &app, chosen).await?;
    drop(db);
    let (columns, rows) = (views::overview_columns(lang), views::overview_rows(&view, lang));
    let name = Names::new("指标", "Indicators").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "indicators", name, columns, async move |batches| {
        let _ = batches.send(rows).await;
        Ok(())
    }))
}

/// The cases behind a figure: as many rows as it says.
#[utoipa::path(get, path = "/api/indicators/cases", operation_id = "list_indicator_cases",
    tag = "staff", params(RowsQuery), responses((status = 200, body = Listing<RowView>)))]
async fn cases(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<RowsQuery>,
) -> Answer<Json<Listing<RowView>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let (asked, rows) = query.split();
    let mut db = app.db.read().await?;
    let chosen = views::choose(&mut db, &app, &actor, &asked).await?;
    let filter = views::row_filter(&chosen, &rows)?;
    Ok(Json(views::listing(&mut db, &app, &actor, &filter, &page).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/api/indicators/cases.csv", operation_id = "export_indicator_cases",
    tag = "staff", params(RowsQuery), responses((status = 200, content_type = "text/csv", body = String)))]
async fn cases_csv(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<RowsQuery>,
) -> Answer<Response> {
    let (asked, rows) = query.split();
    let mut db = app.db.read().await?;
    let chosen = views::choose(&mut db, &app, &actor, &asked).await?;
    let filter = views::row_filter(&chosen, &rows)?;
    drop(db);
    Ok(sheet::lines(export, "indicator-cases", views::row_columns(lang), move |rows| {
        views::row_batches(app, actor, filter, lang, rows)
    }))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/indicators/cases.xlsx", operation_id = "export_indicator_cases_as_workbook",
    tag = "staff", params(RowsQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
async fn cases_xlsx(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<RowsQuery>,
) -> Answer<Response> {
    let (asked, rows) = query.split();
    let mut db = app.db.read().await?;
    let chosen = views::choose(&mut db, &app, &actor, &asked).await?;
    let filter = views::row_filter(&chosen, &rows)?;
    drop(db);
    let name = Names::new("指标明细", "Behind the figure").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "indicator-cases", name, views::row_columns(lang), move |rows| {
        views::row_batches(app, actor, filter, lang, rows)
    }))
}

/// One indicator or scheme: its value, its last twelve periods, the middle of like places or units.
#[utoipa::path(get, path = "/api/indicators/{code}", operation_id = "read_indicator",
    tag = "staff", params(("code" = String, Path), ChoiceQuery), responses((status = 200, body = DetailView)))]
async fn detail(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(code): Path<String>,
    Query(query): Query<ChoiceQuery>,
) -> Answer<Json<DetailView>> {
    let mut db = app.db.read().await?;
    let chosen = views::choose(&mut db, &app, &actor, &query.into()).await?;
    Ok(Json(views::detail(&mut db, &app, chosen, &code).await?))
}

/// The places within one, beside one another: which differences are more than chance.
#[utoipa::path(get, path = "/api/indicators/{code}/comparison", operation_id = "compare_indicator",
    tag = "staff", params(("code" = String, Path), ChoiceQuery), responses((status = 200, body = ComparisonView)))]
async fn comparison(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(code): Path<String>,
    Query(query): Query<ChoiceQuery>,
) -> Answer<Json<ComparisonView>> {
    let mut db = app.db.read().await?;
    let chosen = views::choose(&mut db, &app, &actor, &query.into()).await?;
    Ok(Json(views::comparison(&mut db, &app, chosen, &code).await?))
}
