//! Hearings, rooms, and the feed for people's own calendars.

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{Code, Day, Error, Id, Instant};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    http::{
        extract::{Input, Operation, Path, Query},
        problem::Answer,
        staff::Staff,
    },
    modules::{
        SharedApp,
        mediation::{
            actions::{self, HearingStep, RoomChange},
            feed::{self, Told},
            model::{Dispute, Hearing, Room},
            views::{self, DisputeDetail, HearingWeek},
        },
    },
    platform::access::Unit,
};

/// The longest span a calendar asks for, in days.
const SPAN_MAX: i64 = 62;

/// The routes of hearings.
pub(super) fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(plan))
        .routes(routes!(settle))
        .routes(routes!(add_room))
        .routes(routes!(change_room))
        .routes(routes!(begin_feed, end_feed))
        .routes(routes!(read_feed))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct HearingsQuery {
    /// The first day; today if not said.
    from: Option<Day>,
    /// The last day, at most two months later; six days later if not said.
    to: Option<Day>,
    /// Only those the reader mediates.
    #[serde(default)]
    mine: bool,
}

/// The hearings of some days.
#[utoipa::path(get, path = "/api/hearings", operation_id = "list_hearings",
    tag = "staff", params(HearingsQuery), responses((status = 200, body = HearingWeek)))]
async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<HearingsQuery>,
) -> Answer<Json<HearingWeek>> {
    let from = query.from.unwrap_or_else(|| app.today());
    let to = query.to.unwrap_or_else(|| from.plus(6));
    if to < from || to > from.plus(SPAN_MAX) {
        let (min, max) = (from.to_string(), from.plus(SPAN_MAX).to_string());
        return Err(Error::field("to", Code::OutOfRange).with("min", min).with("max", max).into());
    }
    let mut db = app.db.read().await?;
    Ok(Json(views::week(&mut db, &app, &actor, (from, to), query.mine).await?))
}

/// A hearing to be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct HearingNew {
    /// A room of the dispute's centre.
    #[schema(value_type = uuid::Uuid)]
    room: Id<Room>,
    starts_at: Instant,
    ends_at: Instant,
}

/// Plans a hearing. Refused where the room or the mediator is taken.
#[utoipa::path(post, path = "/api/disputes/{id}/hearings", operation_id = "plan_hearing",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = HearingNew, responses((status = 201, body = DisputeDetail)))]
async fn plan(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Dispute>>,
    Input { body, operation }: Input<HearingNew>,
) -> Answer<(StatusCode, Json<DisputeDetail>)> {
    let key = operation.by(actor.person, "hearings.plan")?;
    actions::plan(&app, &actor, id, (body.room, body.starts_at, body.ends_at), key).await?;
    let mut db = app.db.read().await?;
    Ok((StatusCode::CREATED, Json(views::detail(&mut db, &app, &actor, id).await?)))
}

/// What becomes of a hearing, over the version that was seen.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = HearingStepBody)]
struct SettleBody {
    version: i64,
    step: HearingStep,
}

/// A hearing was held, or is put off to another time.
#[utoipa::path(post, path = "/api/hearings/{id}/steps", operation_id = "settle_hearing",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = SettleBody, responses((status = 200, body = DisputeDetail)))]
async fn settle(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Hearing>>,
    Input { body, operation }: Input<SettleBody>,
) -> Answer<Json<DisputeDetail>> {
    let key = operation.by(actor.person, "hearings.settle")?;
    let dispute = actions::settle(&app, &actor, (id, body.version), body.step, key).await?;
    let mut db = app.db.read().await?;
    Ok(Json(views::detail(&mut db, &app, &actor, dispute).await?))
}

/// A room to be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct RoomNew {
    /// One of the reader's centres.
    #[schema(value_type = uuid::Uuid)]
    centre: Id<Unit>,
    name: String,
}

/// Adds a room to a centre.
#[utoipa::path(post, path = "/api/mediation-rooms", operation_id = "add_mediation_room",
    tag = "staff", request_body = RoomNew, responses((status = 201, body = Room)))]
async fn add_room(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<RoomNew>,
) -> Answer<(StatusCode, Json<Room>)> {
    let key = operation.by(actor.person, "mediation_rooms.add")?;
    let room = actions::add_room(&app, &actor, (body.centre, body.name), key).await?;
    Ok((StatusCode::CREATED, Json(room)))
}

/// A room as it shall be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct RoomBody {
    version: i64,
    name: String,
    /// Whether it is no more; false takes an end back.
    #[serde(default)]
    ended: bool,
}

/// Renames a room, ends it or takes its end back.
#[utoipa::path(put, path = "/api/mediation-rooms/{id}", operation_id = "change_mediation_room",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = RoomBody, responses((status = 200, body = Room)))]
async fn change_room(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Room>>,
    Input { body, operation }: Input<RoomBody>,
) -> Answer<Json<Room>> {
    let key = operation.by(actor.person, "mediation_rooms.change")?;
    let change = RoomChange { name: body.name, is_ended: body.ended };
    Ok(Json(actions::change_room(&app, &actor, (id, body.version), change, key).await?))
}

/// The address of a feed; told once.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct HearingFeed {
    /// What stands behind the instance's own address.
    path: String,
}

/// Makes the address under which the reader's own calendar reads their hearings; the one before is dead.
#[utoipa::path(post, path = "/api/hearing-feed", operation_id = "begin_hearing_feed",
    tag = "staff", responses((status = 201, body = HearingFeed)))]
async fn begin_feed(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    operation: Operation,
) -> Answer<(StatusCode, Json<HearingFeed>)> {
    let key = operation.by(actor.person, "hearing_feed.begin")?;
    let secret = actions::begin_feed(&app, &actor, key).await?;
    Ok((StatusCode::CREATED, Json(HearingFeed { path: format!("/api/hearing-feed/{secret}") })))
}

/// Ends the reader's feed.
#[utoipa::path(delete, path = "/api/hearing-feed", operation_id = "end_hearing_feed",
    tag = "staff", responses((status = 204)))]
async fn end_feed(State(app): State<SharedApp>, Staff(actor): Staff, operation: Operation) -> Answer<StatusCode> {
    let key = operation.by(actor.person, "hearing_feed.end")?;
    actions::end_feed(&app, &actor, key).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Hearings as iCalendar, for whoever holds the address: times, rooms, and of the disputes the number alone.
#[utoipa::path(get, path = "/api/hearing-feed/{secret}", operation_id = "read_hearing_feed",
    tag = "public", params(("secret" = String, Path)),
    responses((status = 200, content_type = "text/calendar", body = String)))]
async fn read_feed(State(app): State<SharedApp>, Path(secret): Path<String>) -> Answer<Response> {
    let hearings = actions::feed_unscoped(&app, &secret).await?;
    let told: Vec<Told<'_>> = hearings
        .iter()
        .map(|(hearing, room, number)| Told { hearing, room: room.as_ref(), number: number.as_deref() })
        .collect();
    let mut response = feed::write("调解会 Hearings", &told, app.now()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}
