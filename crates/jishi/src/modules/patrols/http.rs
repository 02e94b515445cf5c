//! Addresses of patrols.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use kernel::{Id, Listing, Names, Page, RegionCode};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    actions::{self, ListChange, NewList},
    model::{List, Rhythm},
    store,
    views::{self, ItemView, ListView},
};
use crate::{
    http::{
        export::Exporter,
        extract::{Input, Path, Query, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::{SharedApp, cases::Case, register::Item},
    platform::access::Permission,
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(export))
        .routes(routes!(export_workbook))
        .routes(routes!(one, change))
        .routes(routes!(items))
        .routes(routes!(tick))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Those that are over, instead of those that are on.
    #[serde(default)]
    ended: bool,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

/// Patrol lists of one's places, each with how many of its things were looked at in this round.
#[utoipa::path(get, path = "/api/patrols", operation_id = "list_patrols",
    tag = "staff", params(ListQuery), responses((status = 200, body = Listing<ListView>)))]
async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<ListQuery>,
) -> Answer<Json<Listing<ListView>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    Ok(Json(views::listing(&mut db, &app, &actor, query.ended, &page).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/api/patrols.csv", operation_id = "export_patrols",
    tag = "staff", params(ListQuery), responses((status = 200, content_type = "text/csv", body = String)))]
async fn export(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<ListQuery>,
) -> Answer<Response> {
    actor.require(Permission::CaseRead)?;
    Ok(sheet::lines(export, "patrols", views::columns(lang), move |rows| {
        views::batches(app, (actor, query.ended), lang, rows)
    }))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/patrols.xlsx", operation_id = "export_patrols_as_workbook",
    tag = "staff", params(ListQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
async fn export_workbook(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<ListQuery>,
) -> Answer<Response> {
    actor.require(Permission::CaseRead)?;
    let title = Names::new("巡查清单", "Patrol lists").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "patrols", title, views::columns(lang), move |rows| {
        views::batches(app, (actor, query.ended), lang, rows)
    }))
}

/// A list to be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct PatrolNew {
    /// What it is called.
    name: String,
    /// Where: a township, a village or a grid.
    region: RegionCode,
    /// Codes of the kinds that are looked at.
    kinds: Vec<String>,
    rhythm: Rhythm,
    /// The day of a round by which it is done, from 1.
    due_in: i64,
}

/// Makes a list.
#[utoipa::path(post, path = "/api/patrols", operation_id = "create_patrol",
    tag = "staff", request_body = PatrolNew, responses((status = 201, body = ListView)))]
async fn create(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<PatrolNew>,
) -> Answer<(StatusCode, Json<ListView>)> {
    let key = operation.by(actor.person, "patrols.create")?;
    let PatrolNew { name, region, kinds, rhythm, due_in } = body;
    let id = actions::create(&app, &actor, NewList { name, region, kinds, rhythm, due_in }, key).await?;
    let mut db = app.db.read().await?;
    Ok((StatusCode::CREATED, Json(views::one(&mut db, &app, &actor, id).await?)))
}

/// One list, with its round.
#[utoipa::path(get, path = "/api/patrols/{id}", operation_id = "read_patrol",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = ListView)))]
async fn one(State(app): State<SharedApp>, Staff(actor): Staff, Path(id): Path<Id<List>>) -> Answer<Json<ListView>> {
    let mut db = app.db.read().await?;
    Ok(Json(views::one(&mut db, &app, &actor, id).await?))
}

/// A list as it shall be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct PatrolChange {
    /// The version that was seen.
    version: i64,
    name: String,
    kinds: Vec<String>,
    rhythm: Rhythm,
    /// The day of a round by which it is done, from 1.
    due_in: i64,
    /// Whether it is over; false takes an end back.
    #[serde(default)]
    ended: bool,
}

/// Changes a list, ends it or takes its end back.
#[utoipa::path(put, path = "/api/patrols/{id}", operation_id = "change_patrol",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = PatrolChange, responses((status = 200, body = ListView)))]
async fn change(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<List>>,
    Input { body, operation }: Input<PatrolChange>,
) -> Answer<Json<ListView>> {
    let key = operation.by(actor.person, "patrols.change")?;
    let PatrolChange { version, name, kinds, rhythm, due_in, ended } = body;
    let change = ListChange { name, kinds, rhythm, due_in, is_ended: ended };
    actions::change(&app, &actor, (id, version), change, key).await?;
    let mut db = app.db.read().await?;
    Ok(Json(views::one(&mut db, &app, &actor, id).await?))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ItemsQuery {
    /// What was looked at in this round, instead of what still is to be.
    #[serde(default)]
    seen: bool,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

/// The things of a list that are still to be looked at in this round, or that were.
#[utoipa::path(get, path = "/api/patrols/{id}/items", operation_id = "list_patrol_items",
    tag = "staff", params(("id" = uuid::Uuid, Path), ItemsQuery), responses((status = 200, body = Listing<ItemView>)))]
async fn items(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<List>>,
    Query(query): Query<ItemsQuery>,
) -> Answer<Json<Listing<ItemView>>> {
    let scope = actor.require(Permission::CaseRead)?;
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    let list = store::get(&mut db, &scope, id).await?;
    let listing = if query.seen {
        views::seen(&mut db, &app, &scope, &list, &page).await?
    } else {
        views::waiting(&mut db, &app, &scope, &list, &page).await?
    };
    Ok(Json(listing))
}

/// A thing looked at.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct TickBody {
    /// Which thing.
    #[schema(value_type = uuid::Uuid)]
    item: Id<Item>,
    /// Whether nothing was wrong; otherwise it becomes a case.
    is_well: bool,
    /// What it needs, in a few words.
    words: Option<String>,
}

/// What a tick came to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TickAnswer {
    /// The case it became.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    case: Option<Id<Case>>,
    /// The list, with its round as it now stands.
    list: ListView,
}

/// Ticks a thing off: well, or in need of something, which is then a case about it.
#[utoipa::path(post, path = "/api/patrols/{id}/ticks", operation_id = "tick_item",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = TickBody, responses((status = 200, body = TickAnswer)))]
async fn tick(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<List>>,
    Input { body, operation }: Input<TickBody>,
) -> Answer<Json<TickAnswer>> {
    let key = operation.by(actor.person, "patrols.tick")?;
    let ticked = actions::tick(&app, &actor, id, (body.item, body.is_well, body.words), key).await?;
    let mut db = app.db.read().await?;
    Ok(Json(TickAnswer { case: ticked.case, list: views::one(&mut db, &app, &actor, id).await? }))
}
