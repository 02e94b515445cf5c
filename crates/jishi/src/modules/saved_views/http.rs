//! Addresses of kept views.

use std::collections::BTreeMap;

use axum::{Json, extract::State, http::StatusCode};
use kernel::{Code, Error, Id, Result};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    actions,
    model::{Draft, List, SavedView},
    store,
};
use crate::{
    http::{
        extract::{Input, Operation, Path, Query},
        problem::Answer,
        staff::Staff,
    },
    modules::{
        SharedApp,
        people::{self, PersonRef, UnitRef},
    },
    platform::access::{Actor, Unit},
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new().routes(routes!(list, keep)).routes(routes!(change, forget))
}

/// 常用视图 as shown.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = SavedView)]
struct View {
    /// Which.
    #[schema(value_type = uuid::Uuid)]
    id: Id<SavedView>,
    /// Of which list.
    list: &'static str,
    /// What it is called.
    name: String,
    /// The list's filters.
    #[schema(value_type = BTreeMap<String, String>)]
    query: BTreeMap<String, String>,
    /// The unit it is shared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<UnitRef>,
    /// Who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<PersonRef>,
    /// Counts its changes.
    version: i64,
}

/// Kept views.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SavedViews {
    /// One's own, then those of one's units; each in the order they were made.
    rows: Vec<View>,
}

async fn shown(app: &SharedApp, views: Vec<SavedView>) -> Result<Vec<View>> {
    let mut db = app.db.read().await?;
    let units: Vec<Id<Unit>> = views.iter().filter_map(|view| view.unit).collect();
    let units = people::units_unscoped(&mut db, &units).await?;
    let makers: Vec<_> = views.iter().map(|view| view.person).collect();
    let makers = people::people_unscoped(&mut db, &makers).await?;
    let show = |view: SavedView| View {
        unit: view.unit.and_then(|unit| units.get(&unit).cloned()),
        by: makers.get(&view.person).cloned(),
        id: view.id,
        list: view.list.as_str(),
        name: view.name,
        query: view.query,
        version: view.version,
    };
    Ok(views.into_iter().map(show).collect())
}

async fn one(app: &SharedApp, view: SavedView) -> Result<Json<View>> {
    shown(app, vec![view]).await?.pop().map(Json).ok_or_else(|| Error::internal("a view in is a view out"))
}

/// Nobody keeps anything before their first password is their own.
fn may_keep(actor: &Actor) -> Result<()> {
    if actor.must_change_password { Err(Error::new(Code::PasswordChangeNeeded)) } else { Ok(()) }
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Of which list: `cases`, `register`, `pleas`, `supervisions`, `whistles`, `call_backs`, `rechecks`, `topics`,
    /// `enforcement`.
    list: String,
}

/// My kept views of a list, and those of my units.
#[utoipa::path(get, path = "/api/views", operation_id = "list_saved_views",
    tag = "staff", params(ListQuery), responses((status = 200, body = SavedViews)))]
async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<ListQuery>,
) -> Answer<Json<SavedViews>> {
    may_keep(&actor)?;
    let units = actor.posts.iter().filter_map(|post| post.unit).collect();
    let list = List::parse(&query.list)?;
    let views = store::of(&mut app.db.read().await?, list, actor.person, units).await?;
    Ok(Json(SavedViews { rows: shown(&app, views).await? }))
}

/// A view to be kept.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct SavedViewNew {
    /// Of which list: `cases`, `register`, `pleas`, `supervisions`, `whistles`, `call_backs`, `rechecks`, `topics`,
    /// `enforcement`.
    list: String,
    /// What it is called.
    name: String,
    /// The list's filters.
    query: BTreeMap<String, String>,
    /// The unit it is shared with; only for oneself if not said.
    #[schema(value_type = Option<uuid::Uuid>)]
    unit: Option<Id<Unit>>,
}

impl SavedViewNew {
    fn draft(self) -> Result<Draft> {
        let Self { list, name, query, unit } = self;
        Ok(Draft { list: List::parse(&list)?, name, query, unit })
    }
}

/// Keeps a list's filters under a name, for oneself or for one's unit.
#[utoipa::path(post, path = "/api/views", operation_id = "keep_saved_view",
    tag = "staff", request_body = SavedViewNew, responses((status = 201, body = View)))]
async fn keep(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<SavedViewNew>,
) -> Answer<(StatusCode, Json<View>)> {
    may_keep(&actor)?;
    let key = operation.by(actor.person, "views.keep")?;
    let view = actions::keep(&app, &actor, body.draft()?, key).await?;
    Ok((StatusCode::CREATED, one(&app, view).await?))
}

/// A view as it shall be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct SavedViewChange {
    /// All of it.
    #[serde(flatten)]
    view: SavedViewNew,
    /// The version that was seen.
    version: i64,
}

/// Changes a view of one's own or of one's unit.
#[utoipa::path(put, path = "/api/views/{id}", operation_id = "change_saved_view",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = SavedViewChange, responses((status = 200, body = View)))]
async fn change(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<SavedView>>,
    Input { body, operation }: Input<SavedViewChange>,
) -> Answer<Json<View>> {
    may_keep(&actor)?;
    let key = operation.by(actor.person, "views.change")?;
    let view = actions::change(&app, &actor, (id, body.version), body.view.draft()?, key).await?;
    Ok(one(&app, view).await?)
}

/// Forgets a view of one's own or of one's unit.
#[utoipa::path(delete, path = "/api/views/{id}", operation_id = "forget_saved_view",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 204)))]
async fn forget(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<SavedView>>,
    operation: Operation,
) -> Answer<StatusCode> {
    may_keep(&actor)?;
    let key = operation.by(actor.person, "views.forget")?;
    actions::forget(&app, &actor, id, key).await?;
    Ok(StatusCode::NO_CONTENT)
}
