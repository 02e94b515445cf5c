//! Addresses of links.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use kernel::{Code, Error, Id, Listing, Names, Page, RegionCode};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    actions::{self, CardChange, NewHousehold},
    model::{Household, NeedStage},
    public::{self, OpenLinks},
    store::HouseholdFilter,
    views::{self, HouseholdView, LinkView, OwnView},
};
use crate::{
    http::{
        export::Exporter,
        extract::{Input, Path, Query, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::{SharedApp, disclosure::PublicCase, register::Item},
    platform::access::{Permission, Post},
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(export))
        .routes(routes!(export_workbook))
        .routes(routes!(own))
        .routes(routes!(set_card))
        .routes(routes!(list_households, add_household))
        .routes(routes!(end_household))
        .routes(routes!(open))
        .routes(routes!(open_cases))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct LinksQuery {
    /// Linked to this place, to something in it, or to the township it lies in.
    region: Option<RegionCode>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

/// Who is linked to one's places, how to reach them, and when they last came.
#[utoipa::path(get, path = "/api/links", operation_id = "list_links",
    tag = "staff", params(LinksQuery), responses((status = 200, body = Listing<LinkView>)))]
async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<LinksQuery>,
) -> Answer<Json<Listing<LinkView>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    Ok(Json(views::listing(&mut db, &app, &actor, query.region.as_ref(), &page).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/api/links.csv", operation_id = "export_links",
    tag = "staff", params(LinksQuery), responses((status = 200, content_type = "text/csv", body = String)))]
async fn export(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<LinksQuery>,
) -> Answer<Response> {
    actor.require(Permission::CaseRead)?;
    Ok(sheet::lines(export, "links", views::columns(lang), move |rows| {
        views::batches(app, (actor, query.region), lang, rows)
    }))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/links.xlsx", operation_id = "export_links_as_workbook",
    tag = "staff", params(LinksQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
async fn export_workbook(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<LinksQuery>,
) -> Answer<Response> {
    actor.require(Permission::CaseRead)?;
    let title = Names::new("包联干部", "Linked cadres").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "links", title, views::columns(lang), move |rows| {
        views::batches(app, (actor, query.region), lang, rows)
    }))
}

/// What is linked to the reader.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OwnLinks {
    /// One for each place.
    rows: Vec<OwnView>,
}

/// What is linked to me, and how often I was in touch this month. Only I am told.
#[utoipa::path(get, path = "/api/links/mine", operation_id = "read_own_links",
    tag = "staff", responses((status = 200, body = OwnLinks)))]
async fn own(State(app): State<SharedApp>, Staff(actor): Staff) -> Answer<Json<OwnLinks>> {
    let mut db = app.db.read().await?;
    Ok(Json(OwnLinks { rows: views::own(&mut db, &app, &actor).await? }))
}

/// A card as it shall be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct LinkCard {
    /// The version that was seen; 0 where there was none.
    version: i64,
    /// The telephone of the desk; left out for the unit's.
    phone: Option<String>,
    /// Whether residents read name and telephone.
    #[serde(default)]
    is_public: bool,
}

/// Writes the card of a link.
#[utoipa::path(put, path = "/api/links/{id}/card", operation_id = "set_link_card",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = LinkCard, responses((status = 200, body = LinkView)))]
async fn set_card(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Post>>,
    Input { body, operation }: Input<LinkCard>,
) -> Answer<Json<LinkView>> {
    let key = operation.by(actor.person, "links.set_card")?;
    let LinkCard { version, phone, is_public } = body;
    actions::set_card(&app, &actor, id, CardChange { version, phone, is_public }, key).await?;
    let mut db = app.db.read().await?;
    Ok(Json(views::one(&mut db, &app, &actor, id).await?))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct HouseholdsQuery {
    /// In this place.
    region: Option<RegionCode>,
    /// Those that are over, instead of those that are on.
    #[serde(default)]
    ended: bool,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

/// The households linked to cadres, by what stands at their doors, the newest first.
#[utoipa::path(get, path = "/api/links/households", operation_id = "list_household_links",
    tag = "staff", params(HouseholdsQuery), responses((status = 200, body = Listing<HouseholdView>)))]
async fn list_households(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<HouseholdsQuery>,
) -> Answer<Json<Listing<HouseholdView>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let filter = HouseholdFilter { region: query.region, is_ended: query.ended };
    let mut db = app.db.read().await?;
    Ok(Json(views::households(&mut db, &actor, &filter, &page).await?))
}

/// A household to be linked.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct HouseholdNew {
    /// To the holder of this post.
    #[schema(value_type = uuid::Uuid)]
    post: Id<Post>,
    /// In this village or grid.
    region: RegionCode,
    /// What stands at its door: a number, never a name. May be empty where a place of the register says it.
    #[serde(default)]
    door: String,
    /// The place of the register it is.
    #[schema(value_type = Option<uuid::Uuid>)]
    item: Option<Id<Item>>,
}

/// Links a household to a cadre.
#[utoipa::path(post, path = "/api/links/households", operation_id = "link_household",
    tag = "staff", request_body = HouseholdNew, responses((status = 201, body = HouseholdView)))]
async fn add_household(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<HouseholdNew>,
) -> Answer<(StatusCode, Json<HouseholdView>)> {
    let key = operation.by(actor.person, "links.add_household")?;
    let HouseholdNew { post, region, door, item } = body;
    let id = actions::add_household(&app, &actor, NewHousehold { post, region, door, item }, key).await?;
    let mut db = app.db.read().await?;
    Ok((StatusCode::CREATED, Json(views::household(&mut db, &actor, id).await?)))
}

/// Whether it shall be over.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct HouseholdEnd {
    /// The version that was seen.
    version: i64,
    /// Whether it is over; false takes an end back.
    ended: bool,
}

/// Ends the link of a household, or takes its end back.
#[utoipa::path(put, path = "/api/links/households/{id}", operation_id = "end_household_link",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = HouseholdEnd, responses((status = 200, body = HouseholdView)))]
async fn end_household(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Household>>,
    Input { body, operation }: Input<HouseholdEnd>,
) -> Answer<Json<HouseholdView>> {
    let key = operation.by(actor.person, "links.end_household")?;
    actions::end_household(&app, &actor, (id, body.version), body.ended, key).await?;
    let mut db = app.db.read().await?;
    Ok(Json(views::household(&mut db, &actor, id).await?))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct OpenLinksQuery {
    /// The village, or a place in it; of a township, what is linked to it as a whole.
    place: RegionCode,
}

/// 包联公开: who is linked to a village, when somebody of them last came, and what became of what was raised.
#[utoipa::path(get, path = "/api/open/links", operation_id = "read_open_links",
    tag = "public", params(OpenLinksQuery), responses((status = 200, body = OpenLinks)))]
async fn open(State(app): State<SharedApp>, Query(query): Query<OpenLinksQuery>) -> Answer<Json<OpenLinks>> {
    let mut db = app.db.read().await?;
    let told = public::read(&mut db, &query.place).await?;
    Ok(Json(told.ok_or_else(|| Error::field("place", Code::UnknownRegion))?))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct OpenRaisedQuery {
    /// The village.
    place: RegionCode,
    /// How far they came.
    stage: NeedStage,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

/// What was raised in a village and stands in the public ledger.
#[utoipa::path(get, path = "/api/open/links/cases", operation_id = "list_open_raised",
    tag = "public", params(OpenRaisedQuery), responses((status = 200, body = Listing<PublicCase>)))]
async fn open_cases(
    State(app): State<SharedApp>,
    Query(query): Query<OpenRaisedQuery>,
) -> Answer<Json<Listing<PublicCase>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    Ok(Json(public::cases(&mut db, &app, (&query.place, query.stage), &page).await?))
}
