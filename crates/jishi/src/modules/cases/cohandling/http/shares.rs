//! The shares of a case, and the steps of a share.

use axum::{Json, extract::State};
use kernel::{Day, Id};
use serde::{Deserialize, Serialize};

use crate::{
    http::{
        extract::{Input, Operation, Path},
        problem::Answer,
        staff::Staff,
    },
    modules::{
        SharedApp,
        cases::{
            cohandling::{
                actions::{self, NewLink, NewShare, Words},
                model::Share,
                rules::ShareStep,
                shapes::CaseShares,
                store, views,
            },
            model::Case,
            store as cases,
        },
    },
    platform::access::{Actor, Permission, Unit},
};

async fn of_case(app: &SharedApp, actor: &Actor, id: Id<Case>) -> Answer<Json<CaseShares>> {
    let scope = actor.require(Permission::CaseRead)?;
    let mut db = app.db.read().await?;
    let case = cases::get(&mut db, &scope, id).await?;
    Ok(Json(views::of_case(&mut db, app, actor, &case).await?))
}

/// The shares of a case.
#[utoipa::path(get, path = "/api/cases/{id}/shares", operation_id = "read_shares",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = CaseShares)))]
pub(super) async fn read(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
) -> Answer<Json<CaseShares>> {
    of_case(&app, &actor, id).await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct ShareBody {
    #[schema(value_type = uuid::Uuid)]
    unit: Id<Unit>,
    /// What is to be done.
    task: String,
    /// The day on which it is due; no later than the case.
    due: Day,
}

/// Gives a unit a share of the work; one that does not assist yet is asked.
#[utoipa::path(post, path = "/api/cases/{id}/shares", operation_id = "give_share",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = ShareBody,
    responses((status = 200, body = CaseShares)))]
pub(super) async fn give(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<ShareBody>,
) -> Answer<Json<CaseShares>> {
    let key = operation.by(actor.person, "shares.give")?;
    actions::give(&app, &actor, id, NewShare { unit: body.unit, task: body.task, due: body.due }, key).await?;
    of_case(&app, &actor, id).await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct LinkBody {
    /// The contractor's name.
    company: String,
    /// What is to be done.
    task: String,
    /// The day on which it is due; no later than the case.
    due: Day,
    /// The last day on which the link opens.
    expires: Day,
    /// Photos of the case that the contractor sees.
    #[serde(default)]
    photos: Vec<String>,
}

/// A link that was made; it is shown this once.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct LinkMade {
    /// What stands behind `#` in the address of the contractor's page.
    token: String,
    /// The shares as they then are.
    shares: CaseShares,
}

/// Makes a link by which a contractor works on one case without an account.
#[utoipa::path(post, path = "/api/cases/{id}/links", operation_id = "make_link",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = LinkBody,
    responses((status = 200, body = LinkMade)))]
pub(super) async fn make_link(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<LinkBody>,
) -> Answer<Json<LinkMade>> {
    let LinkBody { company, task, due, expires, photos } = body;
    let key = operation.by(actor.person, "shares.link")?;
    let token = actions::make_link(&app, &actor, id, NewLink { company, task, due, expires, photos }, key).await?;
    let Json(shares) = of_case(&app, &actor, id).await?;
    Ok(Json(LinkMade { token, shares }))
}

/// A step of a share, with the version its reader saw.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct ShareStepBody {
    version: i64,
    /// Its words: the answer, the reason.
    text: Option<String>,
    /// Photos of an answer.
    #[serde(default)]
    photos: Vec<String>,
    /// The day on which it is due then, where an answer is sent back.
    due: Option<Day>,
}

/// What became of a share: the shares of its case, where its reader still sees the case.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ShareTaken {
    #[serde(skip_serializing_if = "Option::is_none")]
    shares: Option<CaseShares>,
}

async fn take(
    app: &SharedApp,
    actor: &Actor,
    id: Id<Share>,
    (body, step): (ShareStepBody, ShareStep),
    (operation, name): (&Operation, &'static str),
) -> Answer<Json<ShareTaken>> {
    let key = operation.by(actor.person, name)?;
    let words = Words { text: body.text, photos: body.photos, due: body.due };
    actions::take(app, actor, id, (body.version, step), words, key).await?;
    let case = store::get_unscoped(&mut app.db.read().await?, id).await?.case;
    Ok(Json(ShareTaken { shares: of_case(app, actor, case).await.ok().map(|Json(shares)| shares) }))
}

// The formatter would push the attribute to the right each time it is asked.
#[rustfmt::skip]
macro_rules! step {
    ($name:ident, $step:ident, $path:literal, $operation:literal, $key:literal, $doc:literal) => {
        #[doc = $doc]
        #[utoipa::path(post, path = $path, operation_id = $operation,
            tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = ShareStepBody,
            responses((status = 200, body = ShareTaken)))]
        pub(super) async fn $name(
            State(app): State<SharedApp>,
            Staff(actor): Staff,
            Path(id): Path<Id<Share>>,
            Input { body, operation }: Input<ShareStepBody>,
        ) -> Answer<Json<ShareTaken>> {
            take(&app, &actor, id, (body, ShareStep::$step), (&operation, $key)).await
        }
    };
}

step!(
    agree,
    Agree,
    "/api/shares/{id}/agree",
    "agree_to_share",
    "shares.agree",
    "Agrees to assist, or lets a unit assist."
);
step!(sign, Sign, "/api/shares/{id}/sign", "sign_share", "shares.sign", "Signs for a share.");
step!(answer, Answer, "/api/shares/{id}/answer", "answer_share", "shares.answer", "Answers to the lead.");
step!(
    decline,
    Decline,
    "/api/shares/{id}/decline",
    "decline_share",
    "shares.decline",
    "Declines a share, once, with a reason."
);
step!(accept, Accept, "/api/shares/{id}/accept", "accept_share", "shares.accept", "Accepts an answer.");
step!(
    send_back,
    SendBack,
    "/api/shares/{id}/send-back",
    "send_share_back",
    "shares.send_back",
    "Sends an answer back, with words."
);
step!(
    end,
    End,
    "/api/shares/{id}/end",
    "end_share",
    "shares.end",
    "Takes a share back; a contractor's link opens nothing any more."
);
