//! Addresses of drawing: what there is to draw on, cutting and joining areas, trying and doing; files of boundaries.

mod files;
mod past;

use axum::{Json, extract::State};
use geo_index::{Flaw, Shape, Uncut};
use kernel::{Code, Error, Names, RegionCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{actions, model::Outcome};
use crate::{
    http::{
        extract::{FILE, Input, Path, Query},
        import::{ImportQuery, mode},
        problem::Answer,
        staff::Staff,
    },
    modules::{
        SharedApp,
        regions::{self, Area, Drawing, DrawnPlace, Feature, Finding, Kind, Redrawing, RegionRef, flaw_names},
    },
    platform::access::Permission,
};

/// The addresses.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(drawing))
        .routes(routes!(redraw))
        .routes(routes!(cut))
        .routes(routes!(join))
        .routes(routes!(files::import_boundaries))
        .routes(routes!(files::import_shapefile))
        .routes(routes!(past::list))
        .routes(routes!(past::take_back))
}

/// Most areas said at once.
const AREAS: usize = 400;
/// Most points of a line that cuts.
const LINE: usize = 1_000;

/// What there is to draw on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Drawing)]
struct DrawingView {
    /// The place.
    parent: RegionRef,
    /// Its own boundary.
    outline: Option<Feature>,
    /// Those directly in it that share its ground.
    places: Vec<DrawnPlaceView>,
    /// What a redrawing must say it has seen.
    seen: String,
    /// The code a new place would get; null where codes are given officially.
    next_code: Option<RegionCode>,
}

/// A place to be drawn.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = DrawnPlace)]
struct DrawnPlaceView {
    /// The place.
    #[serde(flatten)]
    place: RegionRef,
    /// Whether there are places in it: then it can be neither split nor joined.
    has_children: bool,
    /// Its boundary, a GeoJSON Polygon or MultiPolygon.
    #[schema(value_type = Option<Object>)]
    geometry: Option<Value>,
    /// True when the boundary was made up for a demonstration.
    synthetic: bool,
    /// Where the boundary comes from.
    source: String,
}

impl From<DrawnPlace> for DrawnPlaceView {
    fn from(drawn: DrawnPlace) -> Self {
        Self {
            geometry: drawn.geometry.as_deref().and_then(|text| serde_json::from_str(text).ok()),
            has_children: drawn.region.has_children,
            place: drawn.region.place,
            synthetic: drawn.is_synthetic,
            source: drawn.source,
        }
    }
}

impl From<Drawing> for DrawingView {
    fn from(drawing: Drawing) -> Self {
        Self {
            seen: drawing.mark(),
            next_code: drawing.next_code(&[]),
            parent: drawing.parent.place,
            outline: drawing.outline.map(Feature::from),
            places: drawing.places.into_iter().map(DrawnPlaceView::from).collect(),
        }
    }
}

/// What there is to draw on in a place: the areas of those directly in it.
#[utoipa::path(get, path = "/api/regions/{code}/drawing", operation_id = "read_drawing",
    tag = "staff", params(("code" = String, Path)), responses((status = 200, body = DrawingView)))]
async fn drawing(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(code): Path<RegionCode>,
) -> Answer<Json<DrawingView>> {
    let scope = actor.require(Permission::RegionEdit)?;
    if !scope.covers(&code) {
        return Err(Error::new(Code::NotFound).into());
    }
    let mut db = app.db.read().await?;
    Ok(Json(regions::drawing_unscoped(&mut db, &code, app.today()).await?.into()))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct Redraw {
    /// The mark of the drawing that was drawn on.
    seen: String,
    /// The areas as they shall be; what is not mentioned stays.
    areas: Vec<RedrawnArea>,
    /// Where the areas come from.
    source: Option<String>,
}

/// One area as it shall be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct RedrawnArea {
    /// Whose: a place that is there, or the code of a new one. A new grid gets the next free one when none is given.
    code: Option<RegionCode>,
    /// Names of a new place.
    names: Option<Names>,
    /// Kind of a new place; that of what it takes over from when none is given.
    kind: Option<Kind>,
    /// A GeoJSON Polygon or MultiPolygon.
    #[schema(value_type = Option<Object>)]
    geometry: Option<Value>,
    /// Places that end and that this one takes over from.
    #[serde(default)]
    from: Vec<RegionCode>,
    /// Whether what has no point goes to this one, where several take over.
    #[serde(default)]
    is_heir: bool,
}

/// What a redrawing did, or would do.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RedrawAnswer {
    /// What it did.
    #[serde(flatten)]
    outcome: Outcome,
    /// What would not fit; told by a trial.
    findings: Vec<Finding>,
}

/// Draws the places directly in one anew: boundaries, splits, joins, new ones; all that follows with it, or nothing.
#[utoipa::path(post, path = "/api/regions/{code}/redraw", operation_id = "redraw_region",
    tag = "staff", params(("code" = String, Path), ImportQuery),
    request_body = Redraw, responses((status = 200, body = RedrawAnswer)))]
async fn redraw(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(code): Path<RegionCode>,
    Query(query): Query<ImportQuery>,
    Input { body, operation }: Input<Redraw, FILE>,
) -> Answer<Json<RedrawAnswer>> {
    actor.require(Permission::RegionEdit)?;
    let mode = mode(query.dry_run, &operation, &actor, "region.redraw")?;
    let redrawing = redrawing(code, body)?;
    let (outcome, findings) = actions::redraw(&app, &actor, redrawing, mode).await?;
    Ok(Json(RedrawAnswer { outcome, findings }))
}

fn redrawing(parent: RegionCode, body: Redraw) -> Result<Redrawing, Error> {
    let source = body.source.unwrap_or_default().trim().to_owned();
    if source.chars().count() > 200 {
        return Err(Error::field("source", Code::TooLong).with("max", 200));
    }
    if body.areas.is_empty() {
        return Err(Error::field("areas", Code::Required));
    }
    if body.areas.len() > AREAS {
        return Err(Error::field("areas", Code::TooLong).with("max", i64::try_from(AREAS).unwrap_or(i64::MAX)));
    }
    let areas = body.areas.into_iter().enumerate().map(|(index, area)| {
        let geometry = area.geometry.as_ref();
        let shape = geometry.map(|it| shape(&format!("areas.{index}.geometry"), it)).transpose()?;
        Ok(Area { code: area.code, names: area.names, kind: area.kind, shape, from: area.from, is_heir: area.is_heir })
    });
    Ok(Redrawing { parent, seen: body.seen, areas: areas.collect::<Result<_, Error>>()?, source })
}

fn shape(field: &str, geometry: &Value) -> Result<Shape, Error> {
    Shape::read(geometry).map_err(|flaw| bad(field, flaw_names(flaw)))
}

fn bad(field: &str, flaw: Names) -> Error {
    Error::field(field, Code::BadGeometry).with("flaw", flaw)
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct Cut {
    /// A GeoJSON Polygon or MultiPolygon.
    #[schema(value_type = Object)]
    geometry: Value,
    /// Longitude and latitude of each point of the line.
    line: Vec<[f64; 2]>,
}

/// Areas as GeoJSON geometries.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Geometries {
    /// GeoJSON Polygons or MultiPolygons, the largest first.
    #[schema(value_type = Vec<Object>)]
    geometries: Vec<Value>,
}

/// The parts a line cuts an area into. Nothing is kept.
#[utoipa::path(post, path = "/api/boundaries/cut", operation_id = "cut_area",
    tag = "staff", request_body = Cut, responses((status = 200, body = Geometries)))]
async fn cut(
    State(_app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, .. }: Input<Cut, FILE>,
) -> Answer<Json<Geometries>> {
    actor.require(Permission::RegionEdit)?;
    let area = shape("geometry", &body.geometry)?;
    if body.line.len() > LINE || body.line.iter().any(|[lon, lat]| lon.abs() > 180.0 || lat.abs() > 90.0) {
        return Err(bad("line", flaw_names(Flaw::OutOfRange)).into());
    }
    let line: Vec<(f64, f64)> = body.line.iter().map(|[lon, lat]| (*lon, *lat)).collect();
    let cut = tokio::task::spawn_blocking(move || area.split(&line)).await.map_err(Error::internal)?;
    let parts = cut.map_err(|uncut| bad("line", uncut_names(uncut)))?;
    Ok(Json(Geometries { geometries: parts.iter().map(Shape::to_geojson).collect() }))
}

fn uncut_names(uncut: Uncut) -> Names {
    match uncut {
        Uncut::TooShort => Names::new("分割线至少要有两个点", "a line that cuts needs two points at least"),
        Uncut::NotAcross => {
            Names::new("分割线要从边界的一边画到另一边", "draw the line from one edge of the area to another")
        }
    }
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct Join {
    /// GeoJSON Polygons or MultiPolygons.
    #[schema(value_type = Vec<Object>)]
    geometries: Vec<Value>,
}

/// Areas that lie side by side as one. Nothing is kept.
#[utoipa::path(post, path = "/api/boundaries/join", operation_id = "join_areas",
    tag = "staff", request_body = Join, responses((status = 200, body = Geometries)))]
async fn join(
    State(_app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, .. }: Input<Join, FILE>,
) -> Answer<Json<Geometries>> {
    actor.require(Permission::RegionEdit)?;
    if !(2..=AREAS).contains(&body.geometries.len()) {
        return Err(Error::field("geometries", Code::OutOfRange)
            .with("min", 2)
            .with("max", i64::try_from(AREAS).unwrap_or(i64::MAX))
            .into());
    }
    let read = body.geometries.iter().enumerate().map(|(index, it)| shape(&format!("geometries.{index}"), it));
    let shapes = read.collect::<Result<Vec<Shape>, Error>>()?;
    let joined = tokio::task::spawn_blocking(move || Shape::joined(&shapes.iter().collect::<Vec<_>>()));
    let apart = || {
        bad(
            "geometries",
            Names::new(
                "它们没有共同的边界，合起来不是一块地",
                "they share no border, so that together they are not one area",
            ),
        )
    };
    let joined = joined.await.map_err(Error::internal)?.ok_or_else(apart)?;
    Ok(Json(Geometries { geometries: vec![joined.to_geojson()] }))
}
