//! Places, boundaries and spots: read by everyone, changed by administrators.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    middleware::from_fn,
    response::IntoResponse,
};
use geo_index::System;
use kernel::{Code, Day, Error, Names, RegionCode, Wish};
use qrcode::{EcLevel, QrCode, render::svg};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    actions::{self, Alteration, NewPlace, NewSpot},
    locator, lookup,
    model::{Boundaries, Kind, Place, PlaceSource, Region, RegionDetail, RegionWithPath, Spot, Whereabouts},
    store,
};
use crate::{
    http::{
        extract::{Input, Path, Query, Reader, Upload},
        import::{ImportAnswer, ImportQuery, mode},
        problem::Answer,
        staff::Staff,
        tagged::tagged,
    },
    modules::SharedApp,
    platform::{
        access::{Actor, Permission},
        import::Writer,
    },
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(one, alter))
        .routes(routes!(boundaries))
        .route_layer(from_fn(tagged))
        .routes(routes!(search))
        .routes(routes!(import))
        .routes(routes!(locate))
        .routes(routes!(spots, place_spot))
        .routes(routes!(spot))
        .routes(routes!(image))
}

/// Some of something, without pages.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Rows<T> {
    rows: Vec<T>,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
struct ParentQuery {
    /// The place whose places are wanted; without it, the instance's own place.
    parent: Option<RegionCode>,
}

/// The places directly in one.
#[utoipa::path(get, path = "/api/regions", operation_id = "list_regions",
    tag = "public", params(ParentQuery), responses((status = 200, body = Rows<Region>)))]
async fn list(State(app): State<SharedApp>, Query(query): Query<ParentQuery>) -> Answer<Json<Rows<Region>>> {
    let mut db = app.db.read().await?;
    let rows = match query.parent {
        Some(parent) => lookup::children_unscoped(&mut db, &parent, app.today()).await?,
        None => vec![lookup::get_unscoped(&mut db, &app.settings.region, app.today()).await?],
    };
    Ok(Json(Rows { rows }))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
struct SearchQuery {
    /// Part of a name, of its pinyin or its initials, or of a code.
    q: String,
}

/// Places by name, pinyin, initials or code.
#[utoipa::path(get, path = "/api/regions/search", operation_id = "search_regions",
    tag = "public", params(SearchQuery), responses((status = 200, body = Rows<RegionWithPath>)))]
async fn search(State(app): State<SharedApp>, Query(query): Query<SearchQuery>) -> Answer<Json<Rows<RegionWithPath>>> {
    if query.q.chars().count() > 50 {
        return Err(Error::field("q", Code::TooLong).with("max", 50).into());
    }
    let mut db = app.db.read().await?;
    Ok(Json(Rows { rows: lookup::search_unscoped(&mut db, &query.q, app.today()).await? }))
}

/// One place, with the places above it and how many lie in it.
#[utoipa::path(get, path = "/api/regions/{code}", operation_id = "read_region",
    tag = "public", params(("code" = String, Path)), responses((status = 200, body = RegionDetail)))]
async fn one(State(app): State<SharedApp>, Path(code): Path<RegionCode>) -> Answer<Json<RegionDetail>> {
    let mut db = app.db.read().await?;
    Ok(Json(lookup::detail_unscoped(&mut db, &code, app.today()).await?))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
struct LocateQuery {
    /// Longitude in degrees.
    lon: f64,
    /// Latitude in degrees.
    lat: f64,
    /// `wgs84` (GPS, the default), `gcj02` or `bd09`.
    coord: Option<String>,
}

/// The place that answers for a point. Where no boundary holds it, the nearest seat, and `is_guess` says so.
#[utoipa::path(get, path = "/api/locate", tag = "public", params(LocateQuery), responses((status = 200, body = Place)))]
async fn locate(State(app): State<SharedApp>, Query(query): Query<LocateQuery>) -> Answer<Json<Place>> {
    let name = query.coord.as_deref().unwrap_or("wgs84");
    let system = System::parse(name).ok_or_else(|| Error::field("coord", Code::UnknownValue).with("value", name))?;
    let (lon, lat) = super::rows::point(Some(query.lon), Some(query.lat))?.unwrap_or_default();
    let (lon, lat) = system.to_wgs84(lon, lat);
    let mut db = app.db.read().await?;
    let found = locator::locate_unscoped(&mut db, &app, lon, lat).await?;
    let (region, is_guess) = found.ok_or_else(|| Error::new(Code::NotFound))?;
    let source = PlaceSource::Pin;
    let at = Whereabouts { region: Some(region), text: None, lon: Some(lon), lat: Some(lat), source, is_guess };
    Ok(Json(lookup::place_of_unscoped(&mut db, at).await?))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
struct BoundariesQuery {
    /// The boundaries of the places directly in this one.
    parent: Option<RegionCode>,
    /// The boundary of this place.
    code: Option<RegionCode>,
}

/// Boundaries as GeoJSON; made-up ones say so.
#[utoipa::path(get, path = "/api/boundaries", operation_id = "read_boundaries",
    tag = "public", params(BoundariesQuery), responses((status = 200, body = Boundaries)))]
async fn boundaries(State(app): State<SharedApp>, Query(query): Query<BoundariesQuery>) -> Answer<Json<Boundaries>> {
    let mut db = app.db.read().await?;
    let outlines = match (&query.code, &query.parent) {
        (Some(code), _) => store::outline_unscoped(&mut db, code, app.today()).await?,
        (None, Some(parent)) => store::outlines_in_unscoped(&mut db, parent, app.today()).await?,
        (None, None) => return Err(Error::field("parent", Code::Required).into()),
    };
    Ok(Json(outlines.into()))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct CreateRegion {
    code: RegionCode,
    kind: Option<Kind>,
    names: Names,
    pinyin: Option<String>,
    lon: Option<f64>,
    lat: Option<f64>,
    valid_from: Option<Day>,
    note: Option<String>,
}

/// Makes a place.
#[utoipa::path(post, path = "/api/regions", operation_id = "create_region",
    tag = "staff", request_body = CreateRegion, responses((status = 201, body = Region)))]
async fn create(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<CreateRegion>,
) -> Answer<(StatusCode, Json<Region>)> {
    let writer = writer(&actor)?;
    let key = operation.by(actor.person, "region.create")?;
    let new = NewPlace {
        code: body.code,
        kind: body.kind,
        names: body.names,
        pinyin: spelled(body.pinyin)?,
        lon: body.lon,
        lat: body.lat,
        valid_from: body.valid_from,
        note: noted(body.note)?,
    };
    Ok((StatusCode::CREATED, Json(actions::create(&app, writer, key, new).await?)))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct AlterRegion {
    /// Another code of the same level, when the place was renumbered.
    code: Option<RegionCode>,
    kind: Option<Kind>,
    names: Option<Names>,
    pinyin: Option<String>,
    lon: Option<f64>,
    lat: Option<f64>,
    note: Option<String>,
    /// The first day it exists no more; null takes an end back, and the successor with it.
    #[serde(default)]
    #[schema(value_type = Option<Day>)]
    valid_until: Wish<Day>,
    /// The place that takes over; null for none.
    #[serde(default)]
    #[schema(value_type = Option<RegionCode>)]
    successor: Wish<RegionCode>,
    /// The day from which a new name or code holds; today if not said.
    since: Option<Day>,
    /// The version that was seen; refused when somebody has changed the place since. Not asked if not said.
    version: Option<i64>,
}

/// Changes a place: rename, move its seat, renumber, end it, name its successor, take its end back. What is left out stays.
#[utoipa::path(put, path = "/api/regions/{code}", operation_id = "change_region",
    tag = "staff", params(("code" = String, Path)),
    request_body = AlterRegion, responses((status = 200, body = Region)))]
async fn alter(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(code): Path<RegionCode>,
    Input { body, operation }: Input<AlterRegion>,
) -> Answer<Json<Region>> {
    let writer = writer(&actor)?;
    let key = operation.by(actor.person, "region.change")?;
    let wanted = Alteration {
        code: body.code,
        kind: body.kind,
        names: body.names,
        pinyin: spelled(body.pinyin)?,
        lon: body.lon,
        lat: body.lat,
        note: noted(body.note)?,
        valid_until: body.valid_until,
        successor: body.successor,
        since: body.since,
        seen: body.version,
    };
    Ok(Json(actions::alter(&app, writer, key, code, wanted).await?))
}

/// A member of staff who may change places.
fn writer(actor: &Actor) -> Result<Writer, Error> {
    Writer::staff(actor, Permission::RegionEdit)
}

fn within(field: &'static str, text: Option<String>, max: i64) -> Result<Option<String>, Error> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if text.as_ref().is_some_and(|text| i64::try_from(text.chars().count()).is_ok_and(|count| count > max)) {
        return Err(Error::field(field, Code::TooLong).with("max", max));
    }
    Ok(text)
}

fn spelled(pinyin: Option<String>) -> Result<Option<String>, Error> {
    within("pinyin", pinyin, 640)
}

fn noted(note: Option<String>) -> Result<Option<String>, Error> {
    within("note", note, 500)
}

/// Imports a CSV file of places: all rows or none.
#[utoipa::path(post, path = "/api/regions/import", operation_id = "import_regions",
    tag = "staff", params(ImportQuery),
    request_body(content = String, content_type = "text/csv"), responses((status = 200, body = ImportAnswer)))]
async fn import(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Reader(lang): Reader,
    Query(query): Query<ImportQuery>,
    Upload { bytes, operation }: Upload,
) -> Answer<Json<ImportAnswer>> {
    let (writer, mode) = (writer(&actor)?, mode(query.dry_run, &operation, &actor, "regions.import")?);
    Ok(Json(ImportAnswer::new(&actions::import(&app, writer, bytes.to_vec(), mode).await?, lang)))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
struct SpotsQuery {
    /// The place whose spots are wanted, at any depth.
    region: RegionCode,
}

/// The spots in a place.
#[utoipa::path(get, path = "/api/places", operation_id = "list_spots",
    tag = "staff", params(SpotsQuery), responses((status = 200, body = Rows<Spot>)))]
async fn spots(
    State(app): State<SharedApp>,
    Staff(_actor): Staff,
    Query(query): Query<SpotsQuery>,
) -> Answer<Json<Rows<Spot>>> {
    let mut db = app.db.read().await?;
    Ok(Json(Rows { rows: actions::spots_unscoped(&mut db, &query.region).await? }))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct CreateSpot {
    label: Names,
    region: RegionCode,
    lon: Option<f64>,
    lat: Option<f64>,
}

/// Makes a spot with a code of its own.
#[utoipa::path(post, path = "/api/places", tag = "staff", request_body = CreateSpot, responses((status = 201, body = Spot)))]
async fn place_spot(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<CreateSpot>,
) -> Answer<(StatusCode, Json<Spot>)> {
    let writer = writer(&actor)?;
    let key = operation.by(actor.person, "spot.create")?;
    let new = NewSpot { label: body.label, region: body.region, lon: body.lon, lat: body.lat };
    Ok((StatusCode::CREATED, Json(actions::place_spot(&app, writer, key, new).await?)))
}

/// One spot, for who scanned its code.
#[utoipa::path(get, path = "/api/places/{qr}", operation_id = "read_spot",
    tag = "public", params(("qr" = String, Path)), responses((status = 200, body = Spot)))]
async fn spot(State(app): State<SharedApp>, Path(qr): Path<String>) -> Answer<Json<Spot>> {
    let mut db = app.db.read().await?;
    Ok(Json(actions::spot_unscoped(&mut db, &qr, app.today()).await?))
}

/// The QR code of a spot, to be printed: it leads to the report page with the place filled in.
#[utoipa::path(get, path = "/api/places/{qr}/image.svg", operation_id = "spot_image",
    tag = "staff", params(("qr" = String, Path)),
    responses((status = 200, body = String, content_type = "image/svg+xml")))]
async fn image(
    State(app): State<SharedApp>,
    Staff(_actor): Staff,
    Path(qr): Path<String>,
    headers: HeaderMap,
) -> Answer<impl IntoResponse> {
    let mut db = app.db.read().await?;
    let spot = actions::spot_unscoped(&mut db, &qr, app.today()).await?;
    Ok(sign_image(&app, &headers, &spot.code)?)
}

/// The QR code of any sign: it leads to the report page.
///
/// # Errors
/// `internal` when it cannot be drawn.
pub fn sign_image(app: &SharedApp, headers: &HeaderMap, code: &str) -> Result<impl IntoResponse + use<>, Error> {
    // A sign must lead to where this page was served from, whatever name the office gave the machine.
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let scheme = if app.settings.tls.is_some() || app.settings.behind_proxy { "https" } else { "http" };
    let address = format!("{scheme}://{host}/p/{code}");
    let code = QrCode::with_error_correction_level(address, EcLevel::M).map_err(Error::internal)?;
    let svg = code.render::<svg::Color<'_>>().min_dimensions(240, 240).build();
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], svg))
}
