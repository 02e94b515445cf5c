//! What staff change in the register.

use std::collections::BTreeMap;

use axum::{Json, extract::State, http::StatusCode};
use kernel::{Code, Day, Error, Id, RegionCode, Result, Wish};
use serde::Deserialize;

use crate::{
    http::{
        extract::{Input, Path},
        problem::Answer,
        staff::Staff,
    },
    modules::{
        SharedApp,
        register::{
            actions::{self, Change},
            model::{Draft, Item},
            store,
            views::{self, ItemDetail},
        },
    },
    platform::access::{Actor, Permission, Unit},
};

async fn page(app: &SharedApp, actor: &Actor, id: Id<Item>) -> Answer<Json<ItemDetail>> {
    let scope = actor.require(Permission::CaseRead)?;
    let mut db = app.db.read().await?;
    let item = store::get(&mut db, &scope, id).await?;
    Ok(Json(views::detail(&mut db, app, actor, &item).await?))
}

fn point(lon: Option<f64>, lat: Option<f64>) -> Result<Option<(f64, f64)>> {
    match (lon, lat) {
        (None, None) => Ok(None),
        (Some(lon), Some(lat)) if lon.abs() <= 180.0 && lat.abs() <= 90.0 => Ok(Some((lon, lat))),
        _ => Err(Error::field("lon", Code::OutOfRange).with("min", -180).with("max", 180)),
    }
}

/// An item to be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct ItemNew {
    /// Code of its kind.
    kind: String,
    /// What stands on the thing.
    number: Option<String>,
    /// What it is called.
    name: String,
    /// The place it is in.
    region: RegionCode,
    /// Where, in words.
    place_text: Option<String>,
    lon: Option<f64>,
    lat: Option<f64>,
    /// Who looks after it.
    #[schema(value_type = Option<uuid::Uuid>)]
    owner: Option<Id<Unit>>,
    /// Since when it is there; today if not said.
    begins_on: Option<Day>,
    /// What is known of it, by the fields of its kind.
    #[serde(default)]
    facts: BTreeMap<String, String>,
    /// Where that is known from.
    #[serde(default)]
    source: String,
    /// The day it was true of; today if not said.
    as_of: Option<Day>,
}

/// Makes an item.
#[utoipa::path(post, path = "/api/register", operation_id = "create_item",
    tag = "staff", request_body = ItemNew, responses((status = 201, body = ItemDetail)))]
pub(super) async fn create(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<ItemNew>,
) -> Answer<(StatusCode, Json<ItemDetail>)> {
    let key = operation.by(actor.person, "register.create")?;
    let (today, point) = (app.today(), point(body.lon, body.lat)?);
    let draft = Draft {
        kind: body.kind,
        number: body.number,
        name: body.name.trim().to_owned(),
        place: body.region,
        place_text: body.place_text,
        point,
        owner: body.owner,
        begins_on: body.begins_on.unwrap_or(today),
    };
    let facts = (body.facts.into_iter().collect(), body.source, body.as_of.unwrap_or(today));
    let id = actions::create(&app, &actor, draft, facts, key).await?;
    Ok((StatusCode::CREATED, page(&app, &actor, id).await?))
}

/// An item as it shall be; what is left out stays, null clears.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct ItemChange {
    /// The version that was seen.
    version: i64,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    number: Wish<String>,
    name: Option<String>,
    region: Option<RegionCode>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    place_text: Wish<String>,
    /// With `lat`: another point.
    lon: Option<f64>,
    lat: Option<f64>,
    #[serde(default)]
    #[schema(value_type = Option<uuid::Uuid>)]
    owner: Wish<Id<Unit>>,
    begins_on: Option<Day>,
}

/// Changes an item.
#[utoipa::path(put, path = "/api/register/{id}", operation_id = "change_item",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = ItemChange, responses((status = 200, body = ItemDetail)))]
pub(super) async fn change(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Item>>,
    Input { body, operation }: Input<ItemChange>,
) -> Answer<Json<ItemDetail>> {
    let key = operation.by(actor.person, "register.change")?;
    let change = Change {
        number: body.number,
        name: body.name,
        region: body.region,
        place_text: body.place_text,
        point: point(body.lon, body.lat)?.map_or(Wish::Stay, Wish::Set),
        owner: body.owner,
        begins_on: body.begins_on,
    };
    actions::change(&app, &actor, id, body.version, change, key).await?;
    page(&app, &actor, id).await
}

/// What is known of an item.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct FactsNew {
    /// Values by the fields of its kind.
    facts: BTreeMap<String, String>,
    /// Where they are known from.
    source: String,
    /// The day they were true of; today if not said.
    as_of: Option<Day>,
}

/// Enters facts: added to what was said before, the newest in force.
#[utoipa::path(post, path = "/api/register/{id}/facts", operation_id = "enter_facts",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = FactsNew, responses((status = 200, body = ItemDetail)))]
pub(super) async fn enter(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Item>>,
    Input { body, operation }: Input<FactsNew>,
) -> Answer<Json<ItemDetail>> {
    let key = operation.by(actor.person, "register.facts")?;
    let facts = (body.facts.into_iter().collect(), body.source, body.as_of.unwrap_or_else(|| app.today()));
    actions::enter(&app, &actor, id, facts, key).await?;
    page(&app, &actor, id).await
}

/// An end, or none.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct ItemEnd {
    /// The version that was seen.
    version: i64,
    /// The first day it is there no more; null takes the end back.
    ends_on: Option<Day>,
}

/// Ends an item, or takes its end back.
#[utoipa::path(put, path = "/api/register/{id}/end", operation_id = "end_item",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = ItemEnd, responses((status = 200, body = ItemDetail)))]
pub(super) async fn end(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Item>>,
    Input { body, operation }: Input<ItemEnd>,
) -> Answer<Json<ItemDetail>> {
    let key = operation.by(actor.person, "register.end")?;
    actions::end(&app, &actor, id, body.version, body.ends_on, key).await?;
    page(&app, &actor, id).await
}
