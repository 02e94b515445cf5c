//! Gateways, and what left by them.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use kernel::{Code, Error, Id, Listing, Names, Page, RegionCode};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::super::{
    actions::{self, GatewayDraft, Receipt},
    model::{Gateway, GatewayKind, Message, MessageFilter, News, State as How},
    views::{self, GatewayView, MessageView},
};
use crate::{
    http::{
        export::Exporter,
        extract::{Input, Operation, Path, Query, Reader, parse},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::SharedApp,
    platform::access::{Permission, Unit},
};

pub(super) fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(list_gateways, create_gateway))
        .routes(routes!(change_gateway))
        .routes(routes!(try_gateway))
        .routes(routes!(receive))
        .routes(routes!(list_messages))
        .routes(routes!(export_messages))
        .routes(routes!(export_messages_workbook))
        .routes(routes!(send_again))
}

/// Gateways.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct GatewayList {
    /// By place.
    rows: Vec<GatewayView>,
}

/// A gateway to be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct GatewayNew {
    /// What sort.
    kind: GatewayKind,
    /// The place it serves; not needed of a robot.
    #[schema(value_type = Option<String>)]
    region: Option<RegionCode>,
    /// The unit in whose group a robot speaks.
    #[schema(value_type = Option<uuid::Uuid>)]
    unit: Option<Id<Unit>>,
    /// Its name.
    name: String,
    /// Where it leads; absent keeps what is there.
    address: Option<String>,
    /// What it signs with, or a mail account's password; absent keeps what is there.
    secret: Option<String>,
    /// The mail account; absent keeps what is there.
    account: Option<String>,
    /// Who it is from.
    sender: Option<String>,
    /// Whether it is used.
    is_on: bool,
}

impl GatewayNew {
    fn draft(self) -> GatewayDraft {
        let Self { kind, region, unit, name, address, secret, account, sender, is_on } = self;
        GatewayDraft { kind, region, unit, name, address, secret, account, sender, is_on }
    }
}

/// A gateway as it shall be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct GatewayChange {
    /// All of it.
    #[serde(flatten)]
    gateway: GatewayNew,
    /// The version that was seen.
    version: i64,
}

/// Ways out of the platform, for my places.
#[utoipa::path(get, path = "/api/gateways", operation_id = "list_gateways",
    tag = "staff", responses((status = 200, body = GatewayList)))]
async fn list_gateways(State(app): State<SharedApp>, Staff(actor): Staff) -> Answer<Json<GatewayList>> {
    let scope = actor.require(Permission::GatewayEdit)?;
    Ok(Json(GatewayList { rows: views::gateways(&mut app.db.read().await?, &scope).await? }))
}

/// Makes a gateway.
#[utoipa::path(post, path = "/api/gateways", operation_id = "create_gateway",
    tag = "staff", request_body = GatewayNew, responses((status = 201, body = GatewayView)))]
async fn create_gateway(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<GatewayNew>,
) -> Answer<(StatusCode, Json<GatewayView>)> {
    let key = operation.by(actor.person, "gateways.create")?;
    let gateway = actions::create_gateway(&app, &actor, body.draft(), key).await?;
    Ok((StatusCode::CREATED, Json(views::gateway(&mut app.db.read().await?, gateway).await?)))
}

/// Changes a gateway.
#[utoipa::path(put, path = "/api/gateways/{id}", operation_id = "change_gateway",
    tag = "staff", params(("id" = String, Path)), request_body = GatewayChange, responses((status = 200, body = GatewayView)))]
async fn change_gateway(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Gateway>>,
    Input { body, operation }: Input<GatewayChange>,
) -> Answer<Json<GatewayView>> {
    let key = operation.by(actor.person, "gateways.change")?;
    let gateway = actions::change_gateway(&app, &actor, id, body.version, body.gateway.draft(), key).await?;
    Ok(Json(views::gateway(&mut app.db.read().await?, gateway).await?))
}

/// Where a trial goes.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct TrialBody {
    /// A telephone number or mail address; not needed of a robot.
    to: Option<String>,
}

/// What came of a trial.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TrialAnswer {
    /// Whether the other side took it.
    arrived: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

/// Sends a line through a gateway now, to see whether it works.
#[utoipa::path(post, path = "/api/gateways/{id}/trial", operation_id = "try_gateway",
    tag = "staff", params(("id" = String, Path)), request_body = TrialBody, responses((status = 200, body = TrialAnswer)))]
async fn try_gateway(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Gateway>>,
    Input { body, .. }: Input<TrialBody>,
) -> Answer<Json<TrialAnswer>> {
    let failure = actions::try_gateway(&app, &actor, id, body.to).await?;
    Ok(Json(TrialAnswer { arrived: failure.is_none(), why: failure.map(|failure| failure.why) }))
}

/// What a gateway of short messages tells afterwards.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct ReceiptBody {
    /// The message's id, as it was sent.
    #[schema(value_type = uuid::Uuid)]
    id: Id<Message>,
    /// `delivered` or `failed`.
    state: How,
    /// Why it did not arrive.
    why: Option<String>,
}

/// Takes a delivery receipt, signed by `Jishi-Signature` as what we send is.
#[utoipa::path(post, path = "/api/gateways/{id}/receipts", operation_id = "receive_receipt",
    tag = "public", params(("id" = String, Path)), request_body = ReceiptBody, responses((status = 204)))]
async fn receive(
    State(app): State<SharedApp>,
    Path(id): Path<Id<Gateway>>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<StatusCode> {
    let signature = headers.get("jishi-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let text = std::str::from_utf8(&body).map_err(|_| Error::new(Code::BadRequest).with("detail", "UTF-8"))?;
    let ReceiptBody { id: message, state, why } = parse(&body)?;
    if !matches!(state, How::Delivered | How::Failed) {
        return Err(Error::field("state", Code::UnknownValue).with("value", state.as_str()).into());
    }
    actions::receive(&app, id, signature, text, Receipt { message, state, why }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a list of messages is narrowed by, and which page.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct MessageQuery {
    /// How far they are.
    state: Option<How>,
    /// What they tell.
    news: Option<News>,
    /// By which gateway.
    #[param(value_type = Option<uuid::Uuid>)]
    gateway: Option<Id<Gateway>>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

impl MessageQuery {
    fn filter(&self) -> MessageFilter {
        MessageFilter { state: self.state, news: self.news, gateway: self.gateway }
    }
}

/// What left, what waits and what could not leave; the newest first.
#[utoipa::path(get, path = "/api/messages", operation_id = "list_messages",
    tag = "staff", params(MessageQuery), responses((status = 200, body = Listing<MessageView>)))]
async fn list_messages(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<MessageQuery>,
) -> Answer<Json<Listing<MessageView>>> {
    let scope = actor.require(Permission::GatewayEdit)?;
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    Ok(Json(views::page(&mut app.db.read().await?, &scope, &query.filter(), &page).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/api/messages.csv", operation_id = "export_messages",
    tag = "staff", params(MessageQuery), responses((status = 200, content_type = "text/csv", body = String)))]
async fn export_messages(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<MessageQuery>,
) -> Answer<Response> {
    let what = (actor.require(Permission::GatewayEdit)?, query.filter());
    Ok(sheet::lines(export, "messages", views::columns(lang), move |rows| views::batches(app, what, lang, rows)))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/messages.xlsx", operation_id = "export_messages_as_workbook",
    tag = "staff", params(MessageQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
async fn export_messages_workbook(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<MessageQuery>,
) -> Answer<Response> {
    let what = (actor.require(Permission::GatewayEdit)?, query.filter());
    let title = Names::new("消息", "Messages").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "messages", title, views::columns(lang), move |rows| {
        views::batches(app, what, lang, rows)
    }))
}

/// Has a message that could not leave tried again.
#[utoipa::path(post, path = "/api/messages/{id}/again", operation_id = "send_message_again",
    tag = "staff", params(("id" = String, Path)), responses((status = 200, body = MessageView)))]
async fn send_again(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Message>>,
    operation: Operation,
) -> Answer<Json<MessageView>> {
    let key = operation.by(actor.person, "messages.again")?;
    let message = actions::send_again(&app, &actor, id, key).await?;
    Ok(Json(views::message(&mut app.db.read().await?, message).await?))
}
