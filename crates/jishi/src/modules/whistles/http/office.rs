//! A whistle raised, seen, answered, escalated, decided, withdrawn.

use axum::{Json, extract::State, http::StatusCode};
use kernel::{Id, Instant, RegionCode};
use serde::Deserialize;

use crate::{
    http::{
        extract::{Input, Path},
        problem::Answer,
        staff::Staff,
    },
    modules::{
        SharedApp,
        cases::{Case, Outcome},
        whistles::{
            actions::{self, Composed, NewCall, NewWhistle},
            model::{Whistle, WhistleKind},
            views::{self, RoomView},
        },
    },
    platform::access::{Actor, Unit},
};

/// The room as it is after a step.
pub(super) async fn shown(app: &SharedApp, actor: &Actor, id: Id<Whistle>) -> Answer<Json<RoomView>> {
    let mut db = app.db.read().await?;
    Ok(Json(views::room(&mut db, app, actor, id).await?))
}

/// One whistle with its units and its history.
#[utoipa::path(get, path = "/api/whistles/{id}", operation_id = "read_whistle",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = RoomView)))]
pub(super) async fn one(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Whistle>>,
) -> Answer<Json<RoomView>> {
    shown(&app, &actor, id).await
}

/// A unit to be called.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = WhistleNewCall)]
struct CallBody {
    /// Which.
    #[schema(value_type = uuid::Uuid)]
    unit: Id<Unit>,
    /// What it is asked to do.
    task: Option<String>,
    /// By when its part is done; as the catalogue says where nothing is said.
    due_at: Option<Instant>,
}

impl From<CallBody> for NewCall {
    fn from(CallBody { unit, task, due_at }: CallBody) -> Self {
        Self { unit, task, due_at }
    }
}

/// A whistle to be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct WhistleNew {
    /// Which of the three.
    kind: WhistleKind,
    /// Where it came from: a code of `/api/whistles/form`.
    source: String,
    /// What is to be reached.
    goal: String,
    /// Where: a township or a place in one; the case's where nothing is said.
    region: Option<RegionCode>,
    /// Where to meet, in words.
    place_text: Option<String>,
    /// The case it is about.
    #[schema(value_type = Option<uuid::Uuid>)]
    case: Option<Id<Case>>,
    /// When they meet; an emergency now where nothing is said.
    meets_at: Option<Instant>,
    /// 牵头单位: one of the called, or the reader's own.
    #[schema(value_type = uuid::Uuid)]
    lead_unit: Id<Unit>,
    /// Who is called.
    calls: Vec<CallBody>,
}

/// Raises a whistle.
#[utoipa::path(post, path = "/api/whistles", operation_id = "raise_whistle",
    tag = "staff", request_body = WhistleNew, responses((status = 201, body = RoomView)))]
pub(super) async fn raise(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<WhistleNew>,
) -> Answer<(StatusCode, Json<RoomView>)> {
    let key = operation.by(actor.person, "whistles.raise")?;
    let WhistleNew { kind, source, goal, region, place_text, case, meets_at, lead_unit, calls } = body;
    let calls = calls.into_iter().map(NewCall::from).collect();
    let new = NewWhistle { kind, source, goal, region, place_text, case, meets_at, lead_unit, calls };
    let id = actions::raise(&app, &actor, new, key).await?;
    Ok((StatusCode::CREATED, shown(&app, &actor, id).await?))
}

/// Further units.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct CallMore {
    /// The version that was seen.
    version: i64,
    /// Who is called.
    calls: Vec<CallBody>,
}

/// Calls further units: the township while it runs, the county once it was escalated.
#[utoipa::path(post, path = "/api/whistles/{id}/calls", operation_id = "call_more_units",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = CallMore, responses((status = 200, body = RoomView)))]
pub(super) async fn call_more(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Whistle>>,
    Input { body, operation }: Input<CallMore>,
) -> Answer<Json<RoomView>> {
    let key = operation.by(actor.person, "whistles.call")?;
    let calls = body.calls.into_iter().map(NewCall::from).collect();
    actions::call_more(&app, &actor, (id, body.version), calls, key).await?;
    shown(&app, &actor, id).await
}

/// One answer.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct WhistleAnswer {
    /// The version that was seen.
    version: i64,
    /// The words.
    text: String,
    /// How it came out.
    outcome: Outcome,
}

/// The lead composes the one answer. What cannot be solved goes to the county; the rest is over.
#[utoipa::path(post, path = "/api/whistles/{id}/answer", operation_id = "answer_whistle",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = WhistleAnswer, responses((status = 200, body = RoomView)))]
pub(super) async fn compose(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Whistle>>,
    Input { body, operation }: Input<WhistleAnswer>,
) -> Answer<Json<RoomView>> {
    let key = operation.by(actor.person, "whistles.answer")?;
    let composed = Composed { text: body.text, outcome: body.outcome };
    actions::compose(&app, &actor, (id, body.version), composed, key).await?;
    shown(&app, &actor, id).await
}

/// Why.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct WhistleReason {
    /// The version that was seen.
    version: i64,
    /// In words.
    reason: String,
}

/// The township gives it to the county.
#[utoipa::path(post, path = "/api/whistles/{id}/escalate", operation_id = "escalate_whistle",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = WhistleReason, responses((status = 200, body = RoomView)))]
pub(super) async fn escalate(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Whistle>>,
    Input { body, operation }: Input<WhistleReason>,
) -> Answer<Json<RoomView>> {
    let key = operation.by(actor.person, "whistles.escalate")?;
    actions::escalate(&app, &actor, (id, body.version), &body.reason, key).await?;
    shown(&app, &actor, id).await
}

/// The county decides what was escalated, and it is over.
#[utoipa::path(post, path = "/api/whistles/{id}/decision", operation_id = "decide_whistle",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = WhistleAnswer, responses((status = 200, body = RoomView)))]
pub(super) async fn decide(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Whistle>>,
    Input { body, operation }: Input<WhistleAnswer>,
) -> Answer<Json<RoomView>> {
    let key = operation.by(actor.person, "whistles.decide")?;
    let decided = Composed { text: body.text, outcome: body.outcome };
    actions::decide(&app, &actor, (id, body.version), decided, key).await?;
    shown(&app, &actor, id).await
}

/// Whoever raised it takes it back, with a reason.
#[utoipa::path(post, path = "/api/whistles/{id}/withdraw", operation_id = "withdraw_whistle",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = WhistleReason, responses((status = 200, body = RoomView)))]
pub(super) async fn withdraw(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Whistle>>,
    Input { body, operation }: Input<WhistleReason>,
) -> Answer<Json<RoomView>> {
    let key = operation.by(actor.person, "whistles.withdraw")?;
    actions::withdraw(&app, &actor, (id, body.version), &body.reason, key).await?;
    shown(&app, &actor, id).await
}
