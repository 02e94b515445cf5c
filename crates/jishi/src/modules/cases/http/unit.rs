//! Steps of the unit a case was given to: `POST /api/cases/{id}/<step>`.

use axum::{Json, extract::State};
use kernel::{Code, Error, Id};
use serde::{Deserialize, Serialize};
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
            model::{Case, Outcome},
            shapes::{CaseDetail, Colleague},
            store, views,
        },
        phrases::Phrase,
    },
    platform::access::{Permission, Person},
};

/// The unit's routes.
pub(super) fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(give_back))
        .routes(routes!(sign))
        .routes(routes!(work))
        .routes(routes!(ask))
        .routes(routes!(take_up))
        .routes(routes!(remark))
        .routes(routes!(result))
        .routes(routes!(hand_over))
        .routes(routes!(colleagues))
}

/// A step that needs nothing but the version.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct BareStep {
    version: i64,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct ReturnStep {
    version: i64,
    reason: String,
    /// The phrase it began with.
    #[schema(value_type = Option<uuid::Uuid>)]
    phrase: Option<Id<Phrase>>,
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
    let said = Command::Return { reason: body.reason }.begun_with(body.phrase);
    take(&app, actor, id, body.version, said, &operation, "cases.return").await
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
    /// The phrase it began with.
    #[schema(value_type = Option<uuid::Uuid>)]
    phrase: Option<Id<Phrase>>,
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
    let said = Command::Work { text: body.text }.begun_with(body.phrase);
    take(&app, actor, id, body.version, said, &operation, "cases.work").await
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
    let said = Command::Ask { text: body.text }.begun_with(body.phrase);
    take(&app, actor, id, body.version, said, &operation, "cases.ask").await
}

/// Takes a parked case up again.
#[utoipa::path(post, path = "/api/cases/{id}/take-up", operation_id = "take_up_case",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = TextStep, responses((status = 200, body = CaseDetail)))]
pub(super) async fn take_up(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<TextStep>,
) -> Answer<Json<CaseDetail>> {
    let said = Command::TakeUp { text: body.text }.begun_with(body.phrase);
    take(&app, actor, id, body.version, said, &operation, "cases.take_up").await
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
    /// Why it does not wait for the shares of the work that are not answered yet.
    without_shares: Option<String>,
    /// The phrase it began with.
    #[schema(value_type = Option<uuid::Uuid>)]
    phrase: Option<Id<Phrase>>,
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
    let ResultStep { version, text, outcome, photos, without_shares, phrase } = body;
    let command = Command::Result { text, outcome, photos, without_shares }.begun_with(phrase);
    take(&app, actor, id, version, command, &operation, "cases.result").await
}

/// Colleagues of a case.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ColleagueList {
    /// By name.
    rows: Vec<Colleague>,
}

/// Who of the lead unit a case may be handed to, with what each has in hand; for the lead unit's own people. Who may put the
/// case under supervision reads the names, to say who answers for it; what a person has in hand is not theirs to compare.
#[utoipa::path(get, path = "/api/cases/{id}/colleagues", operation_id = "list_colleagues",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = ColleagueList)))]
pub(super) async fn colleagues(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
) -> Answer<Json<ColleagueList>> {
    let scope = actor.require(Permission::CaseRead)?;
    let mut db = app.db.read().await?;
    let case = store::get(&mut db, &scope, id).await?;
    let handles = actor.require(Permission::CaseHandle);
    let is_own = handles.as_ref().is_ok_and(|own| case.lead_unit.is_some_and(|lead| own.units.contains(&lead)));
    let supervises = actor.require(Permission::SupervisionImpose).is_ok_and(|scope| scope.covers(&case.place));
    if !is_own && !supervises {
        return Err(handles.err().unwrap_or_else(|| Error::new(Code::NotYourUnit)).into());
    }
    let mut rows = views::colleagues(&mut db, &app, &case).await?;
    if !is_own {
        rows.iter_mut().for_each(|row| row.open = None);
    }
    Ok(Json(ColleagueList { rows }))
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
