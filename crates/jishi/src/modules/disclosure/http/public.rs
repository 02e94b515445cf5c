//! The ledger and its figures, for everyone.

use axum::{Json, extract::State, http::HeaderMap, response::Response};
use kernel::{Code, Error, Page, RegionCode, Result};
use serde::Deserialize;

use super::fresh::Tag;
use crate::{
    http::{
        extract::{Path, Query},
        problem::Answer,
    },
    modules::{
        App, SharedApp,
        disclosure::{
            model::{Month, NotFixedReason, PublicFilter, PublicState},
            views::{self, Figures, OpenListing, ParkedListing, PublicCase, PublicMap},
        },
    },
};

/// Filters of the ledger; all of them hold together.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LedgerQuery {
    /// A place with all in it; the instance's own by default.
    place: Option<RegionCode>,
    /// Code of a class.
    class: Option<String>,
    /// Code of a matter.
    matter: Option<String>,
    /// Where it stands.
    state: Option<PublicState>,
    /// Why it was not fixed.
    reason: Option<NotFixedReason>,
    /// Late, or not.
    late: Option<bool>,
    /// The first month of arrival, `YYYY-MM`.
    from: Option<String>,
    /// The last month of arrival.
    to: Option<String>,
}

impl LedgerQuery {
    pub(super) fn filter(self, app: &App) -> Result<PublicFilter> {
        let (from, to) = match (month("from", self.from), month("to", self.to)) {
            (Err(first), Err(second)) => return Err(first.and(second)),
            (from, to) => (from?, to?),
        };
        Ok(PublicFilter {
            place: self.place.unwrap_or_else(|| app.settings.region.clone()),
            class: self.class.filter(|class| !class.is_empty()),
            matter: self.matter.filter(|matter| !matter.is_empty()),
            state: self.state,
            reason: self.reason,
            is_late: self.late,
            from,
            to,
        })
    }
}

fn month(field: &str, text: Option<String>) -> Result<Option<Month>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let wrong = || Error::field(field, Code::BadFormat).with("expected", "2026-11");
    Month::parse(&text).map(Some).ok_or_else(wrong)
}

/// Which page of the ledger.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LedgerPage {
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

/// 办理公开: what was asked and what became of it, the newest first.
#[utoipa::path(get, path = "/api/open/cases", operation_id = "list_open_cases",
    tag = "public", params(LedgerQuery, LedgerPage), responses((status = 200, body = OpenListing)))]
pub(super) async fn list(
    State(app): State<SharedApp>,
    headers: HeaderMap,
    Query(query): Query<LedgerQuery>,
    Query(page): Query<LedgerPage>,
) -> Answer<Response> {
    let (filter, page) = (query.filter(&app)?, Page::parse(page.limit, page.cursor.as_deref())?);
    let mut db = app.db.read().await?;
    let tag = Tag::read(&mut db, &app).await?;
    if let Some(unchanged) = tag.unchanged(&headers) {
        return Ok(unchanged);
    }
    Ok(tag.on(Json(views::listing(&mut db, &app, &filter, &page).await?)))
}

/// One case as everyone may read it.
#[utoipa::path(get, path = "/api/open/cases/{key}", operation_id = "read_open_case",
    tag = "public", params(("key" = String, Path)), responses((status = 200, body = PublicCase)))]
pub(super) async fn one(State(app): State<SharedApp>, headers: HeaderMap, Path(key): Path<String>) -> Answer<Response> {
    let mut db = app.db.read().await?;
    let tag = Tag::read(&mut db, &app).await?;
    if let Some(unchanged) = tag.unchanged(&headers) {
        return Ok(unchanged);
    }
    Ok(tag.on(Json(views::one(&mut db, &app, &key).await?)))
}

/// Of which place, and which page.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ParkedQuery {
    /// The place; the instance's own by default.
    place: Option<RegionCode>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

/// 挂账公示: what cannot be done now, why, and what is planned; the longest parked first.
#[utoipa::path(get, path = "/api/open/parked", operation_id = "list_open_parked",
    tag = "public", params(ParkedQuery), responses((status = 200, body = ParkedListing)))]
pub(super) async fn parked(
    State(app): State<SharedApp>,
    headers: HeaderMap,
    Query(query): Query<ParkedQuery>,
) -> Answer<Response> {
    let place = query.place.unwrap_or_else(|| app.settings.region.clone());
    if !app.settings.region.covers(&place) {
        return Err(Error::field("place", Code::UnknownRegion).into());
    }
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    let tag = Tag::read(&mut db, &app).await?;
    if let Some(unchanged) = tag.unchanged(&headers) {
        return Ok(unchanged);
    }
    Ok(tag.on(Json(views::parked(&mut db, &app, &place, &page).await?)))
}

/// Of which place and year.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FiguresQuery {
    /// The place; the instance's own by default.
    place: Option<RegionCode>,
    /// The year of arrival; this year by default.
    year: Option<i64>,
}

/// Figures of a place in a year. Each is the count of the ledger under the same conditions.
#[utoipa::path(get, path = "/api/open/figures", operation_id = "read_open_figures",
    tag = "public", params(FiguresQuery), responses((status = 200, body = Figures)))]
pub(super) async fn figures(
    State(app): State<SharedApp>,
    headers: HeaderMap,
    Query(query): Query<FiguresQuery>,
) -> Answer<Response> {
    let year = query.year.unwrap_or_else(|| app.today().year());
    if !(1_990..=9_998).contains(&year) {
        return Err(Error::field("year", Code::OutOfRange).with("min", 1_990).with("max", 9_998).into());
    }
    let place = query.place.unwrap_or_else(|| app.settings.region.clone());
    if !app.settings.region.covers(&place) {
        return Err(Error::field("place", Code::UnknownRegion).into());
    }
    let mut db = app.db.read().await?;
    let tag = Tag::read(&mut db, &app).await?;
    if let Some(unchanged) = tag.unchanged(&headers) {
        return Ok(unchanged);
    }
    Ok(tag.on(Json(views::figures(&mut db, &app, &place, year).await?)))
}

/// The ledger on a map: a point for each place directly in the one asked for, down to the grid.
#[utoipa::path(get, path = "/api/open/map", operation_id = "read_open_map",
    tag = "public", params(LedgerQuery), responses((status = 200, body = PublicMap)))]
pub(super) async fn map(
    State(app): State<SharedApp>,
    headers: HeaderMap,
    Query(query): Query<LedgerQuery>,
) -> Answer<Response> {
    let filter = query.filter(&app)?;
    let mut db = app.db.read().await?;
    let tag = Tag::read(&mut db, &app).await?;
    if let Some(unchanged) = tag.unchanged(&headers) {
        return Ok(unchanged);
    }
    Ok(tag.on(Json(views::map(&mut db, &app, &filter).await?)))
}
