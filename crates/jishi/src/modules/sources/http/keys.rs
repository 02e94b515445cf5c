//! Keys for the sources' own systems.

use std::collections::HashMap;

use axum::{Json, extract::State, http::StatusCode};
use kernel::{Error, Id, Instant, RegionCode};
use serde::{Deserialize, Serialize};

use super::place_or_home;
use crate::{
    http::{
        extract::{Input, Operation, Path},
        problem::Answer,
        staff::Staff,
    },
    modules::{
        SharedApp,
        people::{self, PersonRef},
        regions::{self, RegionRef},
        sources::{
            actions,
            model::{Carrier, KeyRow},
            store,
        },
    },
    platform::access::{Actor, Permission, Person},
};

fn keeper(app: &SharedApp, actor: &Actor) -> Result<Carrier, Error> {
    actions::carrier(actor, Permission::SourceKeys, &app.settings.region)
}

/// 密钥: what a source's own system shows.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = SourceKey)]
pub(super) struct KeyView {
    /// Which.
    #[schema(value_type = uuid::Uuid)]
    id: Id<KeyRow>,
    /// What it is for.
    name: String,
    /// The place whose orders it may hand over.
    region: Option<RegionRef>,
    /// When it was made.
    created_at: Instant,
    /// By whom.
    created_by: Option<PersonRef>,
    /// When it was ended.
    ended_at: Option<Instant>,
}

impl KeyView {
    fn new(row: KeyRow, places: &HashMap<RegionCode, RegionRef>, people: &HashMap<Id<Person>, PersonRef>) -> Self {
        Self {
            id: row.id,
            name: row.name,
            region: places.get(&row.region).cloned(),
            created_at: row.created_at,
            created_by: people.get(&row.created_by).cloned(),
            ended_at: row.ended_at,
        }
    }
}

/// A source's keys.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct SourceKeys {
    /// The newest first.
    rows: Vec<KeyView>,
}

async fn views(app: &SharedApp, rows: Vec<KeyRow>) -> Result<Vec<KeyView>, Error> {
    let mut db = app.db.read().await?;
    let places = regions::refs_unscoped(&mut db, rows.iter().map(|row| &row.region)).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.created_by).collect();
    let people = people::people_unscoped(&mut db, &ids).await?;
    Ok(rows.into_iter().map(|row| KeyView::new(row, &places, &people)).collect())
}

/// The keys of a source for one's own places, the newest first.
#[utoipa::path(get, path = "/api/sources/{code}/keys", operation_id = "list_source_keys", tag = "staff", params(("code" = String, Path)), responses((status = 200, body = SourceKeys)))]
pub(super) async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(code): Path<String>,
) -> Answer<Json<SourceKeys>> {
    let keeper = keeper(&app, &actor)?;
    actions::find(&mut app.db.read().await?, &app, &code, &keeper.home).await?;
    let rows = store::keys_of(&mut app.db.read().await?, &keeper, &code).await?;
    Ok(Json(SourceKeys { rows: views(&app, rows).await? }))
}

/// A key to be made.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct KeyNew {
    /// What it is for.
    name: String,
    /// The place whose orders it may hand over; all of one's own if not said.
    region: Option<RegionCode>,
}

/// A key that was made; this once.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct KeyMade {
    /// Which.
    key: KeyView,
    /// What the source's system sends: `Authorization: Bearer ..`. It is not shown again.
    token: String,
}

/// Makes a key for a source's own system. It is shown this once.
#[utoipa::path(post, path = "/api/sources/{code}/keys", operation_id = "make_source_key", tag = "staff", params(("code" = String, Path)), request_body = KeyNew, responses((status = 201, body = KeyMade)))]
pub(super) async fn make(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(code): Path<String>,
    Input { body, operation }: Input<KeyNew>,
) -> Answer<(StatusCode, Json<KeyMade>)> {
    let keeper = keeper(&app, &actor)?;
    let key = operation.by(actor.person, "sources.make_key")?;
    let region = place_or_home(&keeper, body.region);
    let (row, token) = actions::make_key(&app, &keeper, actor.person, &code, (region, &body.name), key).await?;
    let key = views(&app, vec![row]).await?.pop().ok_or_else(|| Error::internal("a key in is a key out"))?;
    Ok((StatusCode::CREATED, Json(KeyMade { key, token })))
}

/// Ends a key: from now on it opens nothing.
#[utoipa::path(delete, path = "/api/sources/{code}/keys/{id}", operation_id = "end_source_key", tag = "staff", params(("code" = String, Path), ("id" = String, Path)), responses((status = 204)))]
pub(super) async fn end(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path((code, id)): Path<(String, Id<KeyRow>)>,
    operation: Operation,
) -> Answer<StatusCode> {
    let keeper = keeper(&app, &actor)?;
    let key = operation.by(actor.person, "sources.end_key")?;
    actions::end_key(&app, &keeper, &code, id, key).await?;
    Ok(StatusCode::NO_CONTENT)
}
