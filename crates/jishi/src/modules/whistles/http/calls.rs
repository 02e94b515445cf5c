//! What a called unit says and does, and how both sides rate each other.

use axum::{Json, extract::State};
use kernel::{Id, Instant};
use serde::Deserialize;

use super::office::shown;
use crate::{
    http::{
        extract::{Input, Path},
        problem::Answer,
        staff::Staff,
    },
    modules::{
        SharedApp,
        whistles::{
            actions::{self, Arrival, Rating, Reply},
            model::{CallGrade, Whistle, WhistleCall, WhistleReply},
            store,
            views::RoomView,
        },
    },
    platform::access::Actor,
};

/// The room of a call after a step; whoever took it sees it.
async fn after(app: &SharedApp, actor: &Actor, call: Id<WhistleCall>) -> Answer<Json<RoomView>> {
    let whistle: Id<Whistle> = store::call_unscoped(&mut app.db.read().await?, call).await?.whistle;
    shown(app, actor, whistle).await
}

/// 应哨
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct CallReply {
    /// The version that was seen.
    version: i64,
    /// Whether it comes.
    reply: WhistleReply,
    /// Why it cannot.
    reason: Option<String>,
}

/// A called unit says whether it comes.
#[utoipa::path(post, path = "/api/whistle-calls/{id}/reply", operation_id = "reply_to_whistle",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = CallReply, responses((status = 200, body = RoomView)))]
pub(super) async fn reply(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<WhistleCall>>,
    Input { body, operation }: Input<CallReply>,
) -> Answer<Json<RoomView>> {
    let key = operation.by(actor.person, "whistle_calls.reply")?;
    let said = Reply { reply: body.reply, reason: body.reason };
    actions::reply(&app, &actor, (id, body.version), said, key).await?;
    after(&app, &actor, id).await
}

/// 到场
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct CallArrival {
    /// The version that was seen.
    version: i64,
    /// When it was, where the township says so later; now where nothing is said.
    at: Option<Instant>,
    /// Whether it was a wrong tap and is taken back.
    #[serde(default)]
    taken_back: bool,
}

/// A called unit is there: said by itself or by the township.
#[utoipa::path(post, path = "/api/whistle-calls/{id}/arrival", operation_id = "arrive_at_whistle",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = CallArrival, responses((status = 200, body = RoomView)))]
pub(super) async fn arrive(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<WhistleCall>>,
    Input { body, operation }: Input<CallArrival>,
) -> Answer<Json<RoomView>> {
    let key = operation.by(actor.person, "whistle_calls.arrive")?;
    let arrival = if body.taken_back { Arrival::TakenBack } else { Arrival::There(body.at) };
    actions::arrive(&app, &actor, (id, body.version), arrival, key).await?;
    after(&app, &actor, id).await
}

/// What came of a part.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct CallResult {
    /// The version that was seen.
    version: i64,
    /// In words.
    text: String,
}

/// A called unit says what came of its part.
#[utoipa::path(post, path = "/api/whistle-calls/{id}/result", operation_id = "file_whistle_result",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = CallResult, responses((status = 200, body = RoomView)))]
pub(super) async fn result(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<WhistleCall>>,
    Input { body, operation }: Input<CallResult>,
) -> Answer<Json<RoomView>> {
    let key = operation.by(actor.person, "whistle_calls.result")?;
    actions::file_result(&app, &actor, (id, body.version), &body.text, key).await?;
    after(&app, &actor, id).await
}

/// 评单位
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct CallGraded {
    /// The version that was seen.
    version: i64,
    /// How the unit did its part.
    grade: CallGrade,
    /// In words.
    words: Option<String>,
}

/// The township rates a called unit, once the whistle is over.
#[utoipa::path(post, path = "/api/whistle-calls/{id}/grade", operation_id = "grade_called_unit",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = CallGraded, responses((status = 200, body = RoomView)))]
pub(super) async fn grade(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<WhistleCall>>,
    Input { body, operation }: Input<CallGraded>,
) -> Answer<Json<RoomView>> {
    let key = operation.by(actor.person, "whistle_calls.grade")?;
    actions::grade(&app, &actor, (id, body.version), (body.grade, body.words), key).await?;
    after(&app, &actor, id).await
}

/// 评哨
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct WhistleRated {
    /// The version that was seen.
    version: i64,
    /// Whether it was justified.
    justified: CallGrade,
    /// Whether it was well prepared.
    prepared: CallGrade,
    /// In words.
    words: Option<String>,
}

/// A called unit rates the whistle, once it is over.
#[utoipa::path(post, path = "/api/whistle-calls/{id}/rating", operation_id = "rate_whistle",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = WhistleRated, responses((status = 200, body = RoomView)))]
pub(super) async fn rate(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<WhistleCall>>,
    Input { body, operation }: Input<WhistleRated>,
) -> Answer<Json<RoomView>> {
    let key = operation.by(actor.person, "whistle_calls.rate")?;
    let WhistleRated { version, justified, prepared, words } = body;
    actions::rate(&app, &actor, (id, version), Rating { justified, prepared, words }, key).await?;
    after(&app, &actor, id).await
}
