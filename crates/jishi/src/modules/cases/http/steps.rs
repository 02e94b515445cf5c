//! The steps of the loop: `POST /api/cases/{id}/<step>`, each with the version its reader saw.

use axum::{Json, extract::State};
use kernel::{Id, RegionCode};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    http::{
        extract::{Input, Operation, Path},
        problem::Answer,
        staff::Staff,
    },
    modules::{
        SharedApp,
        cases::{
            actions::{self, Command},
            model::{Case, Outcome, RefusalReason, Report},
            shapes::{CaseDetail, VerdictView},
            store, views,
        },
    },
    platform::access::{Actor, Permission, Person, Unit},
};

/// The steps' routes.
pub(super) fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(answer))
        .routes(routes!(redirect))
        .routes(routes!(refuse))
        .routes(routes!(merge))
        .routes(routes!(settle))
        .routes(routes!(dispatch))
        .routes(routes!(give_back))
        .routes(routes!(sign))
        .routes(routes!(work))
        .routes(routes!(ask))
        .routes(routes!(remark))
        .routes(routes!(result))
        .routes(routes!(call_back))
        .routes(routes!(reclassify))
        .routes(routes!(relocate))
        .routes(routes!(hand_over))
}

/// Takes the step and answers with the case as it then is. A step may move the case out of its taker's sight (a return,
/// a correction of the place): then the last sight of it is answered.
async fn take(
    app: &SharedApp,
    actor: Actor,
    id: Id<Case>,
    seen: i64,
    command: Command,
    operation: &Operation,
    name: &'static str,
) -> Answer<Json<CaseDetail>> {
    let key = operation.by(actor.person, name)?;
    actions::act(app, actor.clone(), id, seen, command, key).await?;
    let mut db = app.db.read().await?;
    actor.require(Permission::CaseRead)?;
    let case = store::get_unscoped(&mut db, id).await?;
    Ok(Json(views::detail(&mut db, app, &actor, &case).await?))
}

/// A step that needs words.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct TextStep {
    version: i64,
    text: String,
}

/// A step that needs nothing but the version.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct BareStep {
    version: i64,
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
    take(&app, actor, id, body.version, Command::Answer { text: body.text }, &operation, "cases.answer").await
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

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct SettleStep {
    version: i64,
    text: String,
    #[serde(default)]
    photos: Vec<String>,
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
    let command = Command::Settle { text: body.text, photos: body.photos };
    take(&app, actor, id, body.version, command, &operation, "cases.settle").await
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
    let command = Command::Dispatch { lead: body.lead, assists: body.assists, reason: body.reason };
    take(&app, actor, id, body.version, command, &operation, "cases.dispatch").await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct ReturnStep {
    version: i64,
    reason: String,
}

/// Gives it back to the desk, once, with a reason.
#[utoipa::path(post, path = "/api/cases/{id}/return", operation_id = "return_case",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = ReturnStep, responses((status = 200, body = CaseDetail)))]
pub(super) async fn give_back(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<ReturnStep>,
) -> Answer<Json<CaseDetail>> {
    take(&app, actor, id, body.version, Command::Return { reason: body.reason }, &operation, "cases.return").await
}

/// Signs for it.
#[utoipa::path(post, path = "/api/cases/{id}/sign", operation_id = "sign_case",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = BareStep, responses((status = 200, body = CaseDetail)))]
pub(super) async fn sign(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<BareStep>,
) -> Answer<Json<CaseDetail>> {
    take(&app, actor, id, body.version, Command::Sign, &operation, "cases.sign").await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct WorkStep {
    version: i64,
    text: Option<String>,
}

/// Begins work, or notes a step of it.
#[utoipa::path(post, path = "/api/cases/{id}/work", operation_id = "work_on_case",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = WorkStep, responses((status = 200, body = CaseDetail)))]
pub(super) async fn work(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<WorkStep>,
) -> Answer<Json<CaseDetail>> {
    take(&app, actor, id, body.version, Command::Work { text: body.text }, &operation, "cases.work").await
}

/// Asks the resident.
#[utoipa::path(post, path = "/api/cases/{id}/ask", operation_id = "ask_resident",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = TextStep, responses((status = 200, body = CaseDetail)))]
pub(super) async fn ask(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<TextStep>,
) -> Answer<Json<CaseDetail>> {
    take(&app, actor, id, body.version, Command::Ask { text: body.text }, &operation, "cases.ask").await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct RemarkStep {
    version: i64,
    text: String,
    #[serde(default)]
    photos: Vec<String>,
    #[serde(default)]
    shown_to_resident: bool,
}

/// Adds a remark, for colleagues or for the resident too.
#[utoipa::path(post, path = "/api/cases/{id}/remark", operation_id = "remark_on_case",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = RemarkStep, responses((status = 200, body = CaseDetail)))]
pub(super) async fn remark(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<RemarkStep>,
) -> Answer<Json<CaseDetail>> {
    let command = Command::Remark { text: body.text, photos: body.photos, shown_to_resident: body.shown_to_resident };
    take(&app, actor, id, body.version, command, &operation, "cases.remark").await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct ResultStep {
    version: i64,
    text: String,
    outcome: Outcome,
    #[serde(default)]
    photos: Vec<String>,
}

/// Files the result; the residents now have the word.
#[utoipa::path(post, path = "/api/cases/{id}/result", operation_id = "file_result",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = ResultStep, responses((status = 200, body = CaseDetail)))]
pub(super) async fn result(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<ResultStep>,
) -> Answer<Json<CaseDetail>> {
    let command = Command::Result { text: body.text, outcome: body.outcome, photos: body.photos };
    take(&app, actor, id, body.version, command, &operation, "cases.result").await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct CallBackStep {
    version: i64,
    /// The report whose reporter was asked.
    #[schema(value_type = uuid::Uuid)]
    report: Id<Report>,
    verdict: VerdictView,
}

/// Writes down what a reporter said on the telephone; never by whoever handled it.
#[utoipa::path(post, path = "/api/cases/{id}/call-back", operation_id = "call_back_resident",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = CallBackStep, responses((status = 200, body = CaseDetail)))]
pub(super) async fn call_back(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<CallBackStep>,
) -> Answer<Json<CaseDetail>> {
    let (verdict, text) = body.verdict.split();
    let command = Command::CallBack { report: body.report, verdict, text };
    take(&app, actor, id, body.version, command, &operation, "cases.call_back").await
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
pub(super) struct HandOverStep {
    version: i64,
    /// A colleague of the same unit.
    #[schema(value_type = uuid::Uuid)]
    person: Id<Person>,
    reason: Option<String>,
}

/// Names a colleague who goes on with it.
#[utoipa::path(post, path = "/api/cases/{id}/hand-over", operation_id = "hand_over_case",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = HandOverStep, responses((status = 200, body = CaseDetail)))]
pub(super) async fn hand_over(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<HandOverStep>,
) -> Answer<Json<CaseDetail>> {
    let command = Command::HandOver { person: body.person, reason: body.reason };
    take(&app, actor, id, body.version, command, &operation, "cases.hand_over").await
}
