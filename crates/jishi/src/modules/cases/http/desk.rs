//! Steps of the desk: `POST /api/cases/{id}/<step>`.

use axum::{Json, extract::State};
use kernel::{Day, Id, RegionCode};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::steps::{TextStep, take};
use crate::{
    http::{
        extract::{Input, Path},
        problem::Answer,
        staff::Staff,
    },
    modules::{
        SharedApp,
        cases::{
            actions::Command,
            model::{Case, RefusalReason},
            shapes::CaseDetail,
        },
        phrases::Phrase,
        register::Item,
    },
    platform::access::Unit,
};

/// The desk's routes.
pub(super) fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(answer))
        .routes(routes!(redirect))
        .routes(routes!(refuse))
        .routes(routes!(merge))
        .routes(routes!(settle))
        .routes(routes!(unsettle))
        .routes(routes!(dispatch))
        .routes(routes!(reclassify))
        .routes(routes!(relocate))
        .routes(routes!(link))
        .routes(routes!(urge))
}

/// Answers at once; nothing is to be done.
#[utoipa::path(post, path = "/api/cases/{id}/answer", operation_id = "answer_case",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = TextStep, responses((status = 200, body = CaseDetail)))]
pub(super) async fn answer(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<TextStep>,
) -> Answer<Json<CaseDetail>> {
    take(
        &app,
        actor,
        id,
        body.version,
        Command::Answer { text: body.text }.begun_with(body.phrase),
        &operation,
        "cases.answer",
    )
    .await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct RedirectStep {
    version: i64,
    signpost: Option<String>,
    text: String,
}

/// Says where it belongs, and why.
#[utoipa::path(post, path = "/api/cases/{id}/redirect", operation_id = "redirect_case",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = RedirectStep, responses((status = 200, body = CaseDetail)))]
pub(super) async fn redirect(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<RedirectStep>,
) -> Answer<Json<CaseDetail>> {
    let command = Command::Redirect { signpost: body.signpost, text: body.text };
    take(&app, actor, id, body.version, command, &operation, "cases.redirect").await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct RefuseStep {
    version: i64,
    reason: RefusalReason,
    text: String,
}

/// Does not accept it, with the reason.
#[utoipa::path(post, path = "/api/cases/{id}/refuse", operation_id = "refuse_case",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = RefuseStep, responses((status = 200, body = CaseDetail)))]
pub(super) async fn refuse(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<RefuseStep>,
) -> Answer<Json<CaseDetail>> {
    let command = Command::Refuse { reason: body.reason, text: body.text };
    take(&app, actor, id, body.version, command, &operation, "cases.refuse").await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct MergeStep {
    version: i64,
    /// Number of the case it goes into.
    into: String,
}

/// Puts it behind another case of the same matter.
#[utoipa::path(post, path = "/api/cases/{id}/merge", operation_id = "merge_case",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = MergeStep, responses((status = 200, body = CaseDetail)))]
pub(super) async fn merge(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<MergeStep>,
) -> Answer<Json<CaseDetail>> {
    take(&app, actor, id, body.version, Command::Merge { into: body.into }, &operation, "cases.merge").await
}

/// A step that needs nothing else.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct UnsettleStep {
    version: i64,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct SettleStep {
    version: i64,
    text: String,
    #[serde(default)]
    photos: Vec<String>,
    /// The phrase it began with.
    #[schema(value_type = Option<uuid::Uuid>)]
    phrase: Option<Id<Phrase>>,
}

/// Settles it on the spot.
#[utoipa::path(post, path = "/api/cases/{id}/settle", operation_id = "settle_case",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = SettleStep, responses((status = 200, body = CaseDetail)))]
pub(super) async fn settle(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<SettleStep>,
) -> Answer<Json<CaseDetail>> {
    let command = Command::Settle { text: body.text, photos: body.photos }.begun_with(body.phrase);
    take(&app, actor, id, body.version, command, &operation, "cases.settle").await
}

/// Takes back that it was settled: by whoever did it, within half an hour.
#[utoipa::path(post, path = "/api/cases/{id}/unsettle", operation_id = "unsettle_case",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = UnsettleStep, responses((status = 200, body = CaseDetail)))]
pub(super) async fn unsettle(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<UnsettleStep>,
) -> Answer<Json<CaseDetail>> {
    take(&app, actor, id, body.version, Command::Unsettle, &operation, "cases.unsettle").await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct DispatchStep {
    version: i64,
    /// The unit that leads.
    #[schema(value_type = uuid::Uuid)]
    lead: Id<Unit>,
    /// The units that assist.
    #[serde(default)]
    #[schema(value_type = Vec<uuid::Uuid>)]
    assists: Vec<Id<Unit>>,
    /// Needed when the lead is not the one proposed.
    reason: Option<String>,
    /// The place in which this lead shall be proposed for this matter from now on: the case's village, township or county.
    keep_for: Option<RegionCode>,
}

/// Gives it to a lead and its assistants.
#[utoipa::path(post, path = "/api/cases/{id}/dispatch", operation_id = "dispatch_case",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = DispatchStep, responses((status = 200, body = CaseDetail)))]
pub(super) async fn dispatch(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<DispatchStep>,
) -> Answer<Json<CaseDetail>> {
    let DispatchStep { version, lead, assists, reason, keep_for } = body;
    let command = Command::Dispatch { lead, assists, reason, keep_for };
    take(&app, actor, id, version, command, &operation, "cases.dispatch").await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct ReclassifyStep {
    version: i64,
    matter: String,
    reason: Option<String>,
}

/// Corrects the matter; the clock follows.
#[utoipa::path(post, path = "/api/cases/{id}/reclassify", operation_id = "reclassify_case",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = ReclassifyStep, responses((status = 200, body = CaseDetail)))]
pub(super) async fn reclassify(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<ReclassifyStep>,
) -> Answer<Json<CaseDetail>> {
    let command = Command::Reclassify { matter: body.matter, reason: body.reason };
    take(&app, actor, id, body.version, command, &operation, "cases.reclassify").await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct MoveStep {
    version: i64,
    region: RegionCode,
    reason: Option<String>,
}

/// Corrects the place, within the county.
#[utoipa::path(post, path = "/api/cases/{id}/move", operation_id = "move_case",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = MoveStep, responses((status = 200, body = CaseDetail)))]
pub(super) async fn relocate(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<MoveStep>,
) -> Answer<Json<CaseDetail>> {
    let command = Command::Move { region: body.region, reason: body.reason };
    take(&app, actor, id, body.version, command, &operation, "cases.move").await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct LinkStep {
    version: i64,
    /// The thing of the register; null for none.
    #[schema(value_type = Option<uuid::Uuid>)]
    item: Option<Id<Item>>,
}

/// Says which thing of the register the case is about, or that it is about none.
#[utoipa::path(post, path = "/api/cases/{id}/link", operation_id = "link_item",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = LinkStep, responses((status = 200, body = CaseDetail)))]
pub(super) async fn link(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<LinkStep>,
) -> Answer<Json<CaseDetail>> {
    take(&app, actor, id, body.version, Command::Link { item: body.item }, &operation, "cases.link").await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct UrgeStep {
    version: i64,
    /// What is asked of the unit.
    text: String,
    /// By which day.
    by: Option<Day>,
    /// The phrase it began with.
    #[schema(value_type = Option<uuid::Uuid>)]
    phrase: Option<Id<Phrase>>,
}

/// Reminds the units of what they owe; a reminder sheet can then be printed.
#[utoipa::path(post, path = "/api/cases/{id}/urge", operation_id = "urge_case",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = UrgeStep, responses((status = 200, body = CaseDetail)))]
pub(super) async fn urge(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<UrgeStep>,
) -> Answer<Json<CaseDetail>> {
    let said = Command::Urge { text: body.text, by: body.by }.begun_with(body.phrase);
    take(&app, actor, id, body.version, said, &operation, "cases.urge").await
}
