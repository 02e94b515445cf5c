//! The supervision of a case: `/api/cases/{id}/supervisions`, `/api/supervisions/{id}/<step>`.

use axum::{Json, extract::State, http::StatusCode};
use kernel::{Day, Id, Instant};
use serde::Deserialize;

use crate::{
    http::{
        extract::{Input, Path},
        problem::Answer,
        staff::Staff,
    },
    modules::{
        SharedApp,
        cases::{self, Case, Grade},
        supervision::{
            actions::{self, Demand},
            model::Supervision,
            views::{self, CaseSupervisions},
        },
    },
    platform::access::{Permission, Person},
};

/// The supervisions of a case, and whether I may impose one.
#[utoipa::path(get, path = "/api/cases/{id}/supervisions", operation_id = "read_case_supervisions",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = CaseSupervisions)))]
pub(super) async fn read(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
) -> Answer<Json<CaseSupervisions>> {
    let scope = actor.require(Permission::CaseRead)?;
    let mut db = app.db.read().await?;
    let case = cases::get(&mut db, &scope, id).await?;
    Ok(Json(views::of_case(&mut db, &app, &actor, &case).await?))
}

/// What is asked of a unit.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct DemandBody {
    /// The version that was seen: of the case to impose, of the supervision to change.
    version: i64,
    /// 等级
    grade: Grade,
    /// The day by whose close of business the unit answers.
    due: Day,
    /// 督办要求
    text: String,
    /// 责任人: somebody of the unit that leads.
    #[schema(value_type = Option<uuid::Uuid>)]
    owner: Option<Id<Person>>,
    /// 约谈
    meeting_at: Option<Instant>,
}

impl DemandBody {
    fn demand(self) -> Demand {
        let Self { grade, due, text, owner, meeting_at, .. } = self;
        Demand { grade, due, text, owner, meeting_at }
    }
}

/// Puts a case under supervision.
#[utoipa::path(post, path = "/api/cases/{id}/supervisions", operation_id = "impose_supervision",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = DemandBody, responses((status = 204)))]
pub(super) async fn impose(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<DemandBody>,
) -> Answer<StatusCode> {
    let key = operation.by(actor.person, "supervision.impose")?;
    actions::impose(&app, actor, id, body.version, body.demand(), key).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes what is asked; the grade only rises.
#[utoipa::path(post, path = "/api/supervisions/{id}/change", operation_id = "change_supervision",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = DemandBody, responses((status = 204)))]
pub(super) async fn change(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Supervision>>,
    Input { body, operation }: Input<DemandBody>,
) -> Answer<StatusCode> {
    let key = operation.by(actor.person, "supervision.change")?;
    actions::change(&app, actor, id, body.version, body.demand(), key).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Words, with the version that was seen.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = SupervisionWords)]
pub(super) struct WordsBody {
    version: i64,
    text: String,
}

/// What the unit did.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = SupervisionAnswer)]
pub(super) struct AnswerBody {
    version: i64,
    text: String,
    /// Photos that show it, by their hashes; never demanded.
    #[serde(default)]
    photos: Vec<String>,
}

/// Says what the unit did.
#[utoipa::path(post, path = "/api/supervisions/{id}/answer", operation_id = "answer_supervision",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = AnswerBody, responses((status = 204)))]
pub(super) async fn answer(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Supervision>>,
    Input { body, operation }: Input<AnswerBody>,
) -> Answer<StatusCode> {
    let key = operation.by(actor.person, "supervision.answer")?;
    actions::answer(&app, actor, id, body.version, (&body.text, body.photos), key).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets the case go.
#[utoipa::path(post, path = "/api/supervisions/{id}/release", operation_id = "release_supervision",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = WordsBody, responses((status = 204)))]
pub(super) async fn release(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Supervision>>,
    Input { body, operation }: Input<WordsBody>,
) -> Answer<StatusCode> {
    let key = operation.by(actor.person, "supervision.release")?;
    actions::release(&app, actor, id, body.version, &body.text, key).await?;
    Ok(StatusCode::NO_CONTENT)
}
