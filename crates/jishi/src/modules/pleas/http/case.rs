//! What is asked for in a case: `/api/cases/{id}/pleas`.

use axum::{Json, extract::State};
use kernel::{Day, Id};
use serde::Deserialize;

use crate::{
    http::{
        extract::{Input, Path},
        problem::Answer,
        staff::Staff,
    },
    modules::{
        SharedApp,
        cases::{self, Case},
        pleas::{
            actions::{self, Asked},
            model::PleaKind,
            views::{self, CasePleas},
        },
    },
    platform::access::{Permission, Unit},
};

/// What was asked for in a case, and what I may ask for.
#[utoipa::path(get, path = "/api/cases/{id}/pleas", operation_id = "read_case_pleas",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = CasePleas)))]
pub(super) async fn read(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
) -> Answer<Json<CasePleas>> {
    let scope = actor.require(Permission::CaseRead)?;
    let mut db = app.db.read().await?;
    let case = cases::get(&mut db, &scope, id).await?;
    Ok(Json(views::of_case(&mut db, &app, &actor, &case).await?))
}

/// What is asked for.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct AskBody {
    /// The version of the case that was seen.
    version: i64,
    /// What.
    kind: PleaKind,
    /// Why, for staff.
    reason: String,
    /// What the resident is told: needed for more time, a pause and parking.
    told: Option<String>,
    /// 挂账: what is planned; the resident and everyone reads it.
    plan: Option<String>,
    /// The last day: needed for those three.
    until: Option<Day>,
    /// 法定程序, 挂账原因 or 剔除原因, by its code.
    code: Option<String>,
    /// 派单异议: the duty of the list it relies on.
    duty: Option<String>,
    /// 派单异议: the unit it is thought to belong to.
    #[schema(value_type = Option<uuid::Uuid>)]
    unit: Option<Id<Unit>>,
}

/// Asks for something in a case that my unit leads.
#[utoipa::path(post, path = "/api/cases/{id}/pleas", operation_id = "ask_plea",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = AskBody,
    responses((status = 200, body = CasePleas)))]
pub(super) async fn ask(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<AskBody>,
) -> Answer<Json<CasePleas>> {
    let key = operation.by(actor.person, "pleas.ask")?;
    let AskBody { version, kind, reason, told, plan, until, code, duty, unit } = body;
    let asked = Asked { kind, reason, told, plan, until, code, duty, unit };
    actions::ask(&app, actor.clone(), id, version, asked, key).await?;
    let scope = actor.require(Permission::CaseRead)?;
    let mut db = app.db.read().await?;
    let case = cases::get(&mut db, &scope, id).await?;
    Ok(Json(views::of_case(&mut db, &app, &actor, &case).await?))
}
