//! What everyone may read.

use axum::{Json, extract::State};
use kernel::{Code, Error, Page, RegionCode, Result};
use serde::Deserialize;

use crate::{
    http::{
        extract::{Path, Query},
        problem::Answer,
    },
    modules::{
        App, SharedApp,
        enforcement::{
            store::PublicFilter,
            views::{self, PublicItems, PublicListing, PublicRow},
        },
    },
};

/// Of which place.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PlaceQuery {
    /// The place; the instance's own by default.
    #[param(value_type = Option<String>)]
    place: Option<RegionCode>,
}

fn place(app: &App, asked: Option<RegionCode>) -> Result<RegionCode> {
    let place = asked.unwrap_or_else(|| app.settings.region.clone());
    if app.settings.region.covers(&place) { Ok(place) } else { Err(Error::field("place", Code::UnknownRegion)) }
}

/// 执法事项公示: what a township may punish, by which law and delegated by which document (行政处罚法 §39).
#[utoipa::path(get, path = "/api/open/enforcement/items", operation_id = "list_open_delegated_items",
    tag = "public", params(PlaceQuery), responses((status = 200, body = PublicItems)))]
pub(super) async fn items(State(app): State<SharedApp>, Query(query): Query<PlaceQuery>) -> Answer<Json<PublicItems>> {
    let place = place(&app, query.place)?;
    Ok(Json(views::public_items(&mut app.db.read().await?, &app, &place).await?))
}

/// Of which place, and which page.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DecisionQuery {
    /// The place; the instance's own by default.
    #[param(value_type = Option<String>)]
    place: Option<RegionCode>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

/// 处罚决定公示: decisions of social impact, the newest first; of withdrawn ones the number and the reason (§48).
#[utoipa::path(get, path = "/api/open/enforcement/decisions", operation_id = "list_open_decisions",
    tag = "public", params(DecisionQuery), responses((status = 200, body = PublicListing)))]
pub(super) async fn decisions(
    State(app): State<SharedApp>,
    Query(query): Query<DecisionQuery>,
) -> Answer<Json<PublicListing>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let filter = PublicFilter { place: place(&app, query.place)? };
    Ok(Json(views::public_listing(&mut app.db.read().await?, &filter, &page).await?))
}

/// One decision.
#[utoipa::path(get, path = "/api/open/enforcement/decisions/{key}", operation_id = "read_open_decision",
    tag = "public", params(("key" = String, Path)), responses((status = 200, body = PublicRow)))]
pub(super) async fn decision(State(app): State<SharedApp>, Path(key): Path<String>) -> Answer<Json<PublicRow>> {
    Ok(Json(views::public_row(&mut app.db.read().await?, &key).await?))
}
