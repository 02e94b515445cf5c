//! Is it alive, what does it offer, and how is this instance set up.

use axum::{Json, Router, extract::State, http::header, routing};
use kernel::{Code, Level, Names, Result};
use serde::Serialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::problem::Answer;
use crate::modules::{
    App, SharedApp, messages,
    photos::{MAX_BYTES, MAX_COUNT},
    regions::{self, RegionRef},
};

/// The longest text a resident may write, in characters.
pub const TEXT_MAX: i64 = 2_000;
/// The middle of the country, for an instance whose place has no seat yet.
const MIDDLE: [f64; 2] = [104.0, 35.5];

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new().routes(routes!(healthz)).routes(routes!(setup))
}

/// `/openapi.json`, made once.
pub fn document(document: &utoipa::openapi::OpenApi) -> Router<SharedApp> {
    let json = document.to_pretty_json().unwrap_or_default();
    Router::new()
        .route("/openapi.json", routing::get(async move || ([(header::CONTENT_TYPE, "application/json")], json)))
}

/// What `/healthz` says.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Health {
    /// `ok` when the database answers.
    status: &'static str,
    /// The program's version.
    version: &'static str,
}

/// Answers when the database does.
#[utoipa::path(get, path = "/healthz", tag = "public", responses((status = 200, body = Health)))]
async fn healthz(State(app): State<SharedApp>) -> Answer<Json<Health>> {
    app.db.read().await?;
    Ok(Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") }))
}

/// What a page needs to know before anything else.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Setup {
    /// The instance's name.
    name: Names,
    /// The place it serves.
    region: RegionRef,
    /// Whether all in it is invented.
    demo: bool,
    /// Whether residents can be told of steps, and find their receipts again, by short message.
    messages: bool,
    /// The languages it speaks.
    languages: Vec<&'static str>,
    /// The largest photo taken, in bytes.
    photo_max_bytes: i64,
    /// The most photos with one text.
    photo_max_count: i64,
    /// The longest text, in characters.
    text_max: i64,
    /// How maps begin.
    map: MapSetup,
}

/// How maps begin.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MapSetup {
    /// Address of raster tiles the deployer may use; without it maps show boundaries only.
    tiles: Option<String>,
    /// Whom to thank for the tiles.
    attribution: Option<String>,
    /// Longitude and latitude of the middle, WGS-84.
    center: [f64; 2],
    /// How near.
    zoom: i64,
    /// Whether a point tells the place it lies in: boundaries or seats of townships, villages or grids are on record.
    locates: bool,
    /// Whether there is anything to be seen on it: tiles, or boundaries.
    shows: bool,
}

/// How this instance is set up.
#[utoipa::path(get, path = "/api/setup", operation_id = "read_setup",
    tag = "public", responses((status = 200, body = Setup)))]
async fn setup(State(app): State<SharedApp>) -> Answer<Json<Setup>> {
    let (region, seat) = served(&app).await?;
    let (tiles, attribution) = app.settings.tiles.clone().unzip();
    let shows = tiles.is_some() || regions::has_boundaries(&app);
    let map = MapSetup {
        tiles,
        attribution,
        center: seat.unwrap_or(MIDDLE),
        zoom: zoom(region.level, seat.is_some()),
        locates: regions::tells_places(&app),
        shows,
    };
    Ok(Json(Setup {
        name: app.settings.name.clone(),
        region,
        demo: app.settings.is_demo,
        messages: messages::can_find(&app).await?,
        languages: vec!["zh", "en"],
        photo_max_bytes: i64::try_from(MAX_BYTES).unwrap_or(i64::MAX),
        photo_max_count: i64::try_from(MAX_COUNT).unwrap_or(i64::MAX),
        text_max: TEXT_MAX,
        map,
    }))
}

/// The place this instance serves and its seat. Before places are imported it goes by the instance's name.
async fn served(app: &App) -> Result<(RegionRef, Option<[f64; 2]>)> {
    let code = &app.settings.region;
    match regions::get_unscoped(&mut app.db.read().await?, code, app.today()).await {
        Ok(region) => Ok((region.place, region.lon.zip(region.lat).map(|(lon, lat)| [lon, lat]))),
        Err(error) if error.code() == Code::NotFound => {
            let names = app.settings.name.clone();
            let kind = regions::kind_of(code, names.zh());
            Ok((RegionRef { code: code.clone(), level: code.level(), kind, names }, None))
        }
        Err(error) => Err(error),
    }
}

/// How near a map begins, so that the whole place is seen.
fn zoom(level: Level, has_seat: bool) -> i64 {
    match level {
        _ if !has_seat => 3,
        Level::Province => 6,
        Level::City => 8,
        Level::County => 9,
        Level::Township => 12,
        _ => 14,
    }
}
