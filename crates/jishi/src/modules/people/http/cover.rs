//! Addresses of leave cover: who stands in for me.

use axum::{Json, extract::State, http::StatusCode};
use kernel::{Code, Day, Error, Id};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::super::{
    actions::{self, CoverDraft},
    model::PersonRef,
    store, views,
};
use crate::{
    http::{
        extract::{Input, Operation, Path, Query},
        problem::Answer,
        staff::Staff,
    },
    modules::{
        SharedApp,
        regions::{self, RegionRef},
    },
    platform::access::{Actor, Permission, Person, Post},
};

pub(super) fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new().routes(routes!(list, cover)).routes(routes!(colleagues)).routes(routes!(end))
}

/// 代理: somebody who stands in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Cover {
    /// Which.
    #[schema(value_type = uuid::Uuid)]
    id: Id<Post>,
    /// The post of mine.
    #[schema(value_type = uuid::Uuid)]
    post: Id<Post>,
    /// Who stands in.
    person: PersonRef,
    /// The first day.
    from: Day,
    /// The day I am back.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Day>,
}

/// Who stands in for me, today and later.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Covers {
    /// By day.
    rows: Vec<Cover>,
}

async fn mine(app: &SharedApp, actor: &Actor) -> Answer<Json<Covers>> {
    let rows = store::covers_of(&mut app.db.read().await?, actor.person, app.today()).await?;
    let cover = |row: store::CoverRow| {
        let store::CoverRow { id, post, person, from, until } = row;
        Cover { id, post, person, from, until }
    };
    Ok(Json(Covers { rows: rows.into_iter().map(cover).collect() }))
}

/// Who stands in for me, today and later.
#[utoipa::path(get, path = "/api/session/covers", operation_id = "list_covers", tag = "staff", responses((status = 200, body = Covers)))]
async fn list(State(app): State<SharedApp>, Staff(actor): Staff) -> Answer<Json<Covers>> {
    actor.require(Permission::CaseRead)?;
    mine(&app, &actor).await
}

/// Which of my posts.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct OwnPost {
    /// The post of mine.
    #[param(value_type = uuid::Uuid)]
    post: Id<Post>,
}

/// Somebody who may stand in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CoverColleague {
    /// Who.
    person: PersonRef,
    /// Where their own post is.
    region: RegionRef,
}

/// Who may stand in for one of my posts.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CoverColleagues {
    /// By name.
    rows: Vec<CoverColleague>,
}

/// Who may stand in for one of my posts: colleagues with the same post in the same unit.
#[utoipa::path(get, path = "/api/session/covers/colleagues", operation_id = "list_cover_colleagues", tag = "staff", params(OwnPost), responses((status = 200, body = CoverColleagues)))]
async fn colleagues(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(OwnPost { post }): Query<OwnPost>,
) -> Answer<Json<CoverColleagues>> {
    actor.require(Permission::CaseRead)?;
    let own = actor.posts.iter().find(|own| own.id == post).ok_or_else(|| Error::new(Code::NotFound))?;
    let Some(unit) = own.unit else { return Ok(Json(CoverColleagues { rows: Vec::new() })) };
    let mut db = app.db.read().await?;
    let rows = store::colleagues_unscoped(&mut db, own.role, unit, actor.person, app.today()).await?;
    let places = regions::refs_unscoped(&mut db, rows.iter().map(|row| &row.region)).await?;
    let colleague =
        |row: store::ColleagueRow| CoverColleague { person: row.person, region: views::place(&places, &row.region) };
    Ok(Json(CoverColleagues { rows: rows.into_iter().map(colleague).collect() }))
}

/// A colleague who is to stand in for me.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct CoverNew {
    /// The post of mine.
    #[schema(value_type = uuid::Uuid)]
    post: Id<Post>,
    /// A colleague with the same post in the same unit.
    #[schema(value_type = uuid::Uuid)]
    person: Id<Person>,
    /// The first day.
    from: Day,
    /// The day I am back.
    until: Day,
}

/// Has a colleague stand in for me.
#[utoipa::path(post, path = "/api/session/covers", operation_id = "cover_post", tag = "staff", request_body = CoverNew, responses((status = 201, body = Covers)))]
async fn cover(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<CoverNew>,
) -> Answer<(StatusCode, Json<Covers>)> {
    let key = operation.by(actor.person, "posts.cover")?;
    let CoverNew { post, person, from, until } = body;
    actions::cover(&app, &actor, CoverDraft { post, person, from, until }, key).await?;
    Ok((StatusCode::CREATED, mine(&app, &actor).await?))
}

/// Ends that a colleague stands in for me.
#[utoipa::path(delete, path = "/api/session/covers/{id}", operation_id = "end_cover", tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 204)))]
async fn end(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Post>>,
    operation: Operation,
) -> Answer<StatusCode> {
    let key = operation.by(actor.person, "posts.end_cover")?;
    actions::end_cover(&app, &actor, id, key).await?;
    Ok(StatusCode::NO_CONTENT)
}
