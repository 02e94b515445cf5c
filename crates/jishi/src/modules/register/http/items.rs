//! What staff see of the register.

use axum::{Json, extract::State};
use kernel::{Code, Error, Id, Listing, Page, RegionCode};
use serde::{Deserialize, Serialize};

use crate::{
    http::{
        extract::{Path, Query},
        problem::Answer,
        staff::Staff,
    },
    modules::{
        SharedApp,
        register::{
            listing::{self, ItemFilter},
            model::{Class, Item, ItemKind},
            store,
            views::{self, ItemDetail, ItemRow},
        },
    },
    platform::access::{Permission, Unit},
};

/// Items shown on a map at once.
const ON_A_MAP: i64 = 500;
/// How far around a point is looked for what a report is about, in degrees: some sixty metres.
const NEAR: f64 = 0.0006;
/// Items offered to a report.
const OFFERED: usize = 5;

/// A class with its kinds.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ClassView {
    /// The class.
    #[serde(flatten)]
    class: Class,
    /// Its kinds.
    kinds: Vec<ItemKind>,
}

/// The kinds in force.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct KindsView {
    /// By class, in the order of the catalogue.
    classes: Vec<ClassView>,
}

/// What the register holds, by class and kind.
#[utoipa::path(get, path = "/api/register/kinds", operation_id = "list_register_kinds",
    tag = "staff", responses((status = 200, body = KindsView)))]
pub(super) async fn kinds(State(app): State<SharedApp>, Staff(_actor): Staff) -> Answer<Json<KindsView>> {
    let kinds = app.register.kinds();
    let view = |(class, kinds): &(Class, Vec<std::sync::Arc<ItemKind>>)| ClassView {
        class: class.clone(),
        kinds: kinds.iter().map(|kind| ItemKind::clone(kind)).collect(),
    };
    Ok(Json(KindsView { classes: kinds.classes().iter().map(view).collect() }))
}

/// Filters of the list; all of them hold together.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ItemQuery {
    /// Code of a kind, or of a class.
    kind: Option<String>,
    /// In this place or below it.
    #[param(value_type = Option<String>)]
    region: Option<RegionCode>,
    /// Looked after by this unit.
    #[param(value_type = Option<uuid::Uuid>)]
    owner: Option<Id<Unit>>,
    /// Words, or a number.
    q: Option<String>,
    /// Of which this is known, e.g. `managed=nobody`: a field with a choice, or with yes or no, and its value; several with
    /// commas between.
    fact: Option<String>,
    /// Only what has a fact that has grown old, the oldest first.
    #[serde(default)]
    stale: bool,
    /// What has ended, instead of what is there.
    #[serde(default)]
    ended: bool,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

impl ItemQuery {
    pub(super) fn filter(self, app: &SharedApp) -> kernel::Result<ItemFilter> {
        let facts = listing::facts(self.fact.as_deref())?;
        let some = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let filter = ItemFilter {
            facts,
            kind: some(self.kind),
            region: self.region,
            owner: self.owner,
            text: some(self.q),
            stale_by: self.stale.then(|| app.today()),
            is_ended: self.ended,
            ..ItemFilter::default()
        };
        Ok(filter.with_terms())
    }
}

/// Things and places of one's places, or that one's unit looks after.
#[utoipa::path(get, path = "/api/register", operation_id = "list_register",
    tag = "staff", params(ItemQuery), responses((status = 200, body = Listing<ItemRow>)))]
pub(super) async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<ItemQuery>,
) -> Answer<Json<Listing<ItemRow>>> {
    let scope = actor.require(Permission::CaseRead)?;
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let filter = query.filter(&app)?;
    let mut db = app.db.read().await?;
    Ok(Json(views::listing(&mut db, &app, &scope, &filter, &page).await?))
}

/// A window of a map, in degrees.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct MapQuery {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
    /// Code of a kind, or of a class.
    kind: Option<String>,
}

/// What lies in a window of a map.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct MapView {
    /// The items, five hundred at most.
    rows: Vec<ItemRow>,
    /// Whether there are more: then the window is to be made smaller.
    is_cut: bool,
}

/// The register on a map.
#[utoipa::path(get, path = "/api/register/map", operation_id = "map_register",
    tag = "staff", params(MapQuery), responses((status = 200, body = MapView)))]
pub(super) async fn map(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<MapQuery>,
) -> Answer<Json<MapView>> {
    let scope = actor.require(Permission::CaseRead)?;
    let window = (query.west, query.south, query.east, query.north);
    let mut db = app.db.read().await?;
    let kind = query.kind.as_deref().filter(|kind| !kind.is_empty());
    let mut items = store::window(&mut db, &scope, window, kind, ON_A_MAP + 1).await?;
    let most = usize::try_from(ON_A_MAP).unwrap_or(usize::MAX);
    let is_cut = items.len() > most;
    items.truncate(most);
    Ok(Json(MapView { rows: views::rows(&mut db, &app, &items).await?, is_cut }))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct NearQuery {
    /// Longitude in degrees.
    lon: f64,
    /// Latitude in degrees.
    lat: f64,
    /// Code of the matter that is reported: what is mostly reported for it comes first.
    matter: Option<String>,
}

/// Some items.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct NearView {
    /// The likeliest first.
    rows: Vec<ItemRow>,
}

/// What a report made at a point may be about: "this lamp".
#[utoipa::path(get, path = "/api/register/near", operation_id = "list_items_near",
    tag = "staff", params(NearQuery), responses((status = 200, body = NearView)))]
pub(super) async fn near(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<NearQuery>,
) -> Answer<Json<NearView>> {
    let scope = actor.require(Permission::CaseRead)?;
    if !(query.lon.abs() <= 180.0 && query.lat.abs() <= 90.0) {
        return Err(Error::field("lon", Code::OutOfRange).with("min", -180).with("max", 180).into());
    }
    let mut db = app.db.read().await?;
    let mut items = store::near(&mut db, &scope, (query.lon, query.lat), NEAR, ON_A_MAP).await?;
    let kinds = app.register.kinds();
    let fits = |item: &Item| {
        let matters = kinds.kind(&item.kind).map(|kind| kind.matters.as_slice()).unwrap_or_default();
        query.matter.as_ref().is_some_and(|matter| matters.contains(matter))
    };
    let far = |item: &Item| {
        let (lon, lat) = item.point.unwrap_or((query.lon, query.lat));
        (lon - query.lon).hypot(lat - query.lat)
    };
    items.sort_by(|a, b| fits(b).cmp(&fits(a)).then_with(|| far(a).total_cmp(&far(b))));
    items.truncate(OFFERED);
    Ok(Json(NearView { rows: views::rows(&mut db, &app, &items).await? }))
}

/// Everything about a thing: its facts with source and freshness, and what was ever said of it.
#[utoipa::path(get, path = "/api/register/{id}", operation_id = "read_item",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = ItemDetail)))]
pub(super) async fn detail(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Item>>,
) -> Answer<Json<ItemDetail>> {
    let scope = actor.require(Permission::CaseRead)?;
    let mut db = app.db.read().await?;
    let item = store::get(&mut db, &scope, id).await?;
    Ok(Json(views::detail(&mut db, &app, &actor, &item).await?))
}
