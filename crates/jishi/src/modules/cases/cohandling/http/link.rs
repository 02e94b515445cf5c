//! What a contractor does by a link: `Authorization: Link ..`. The address of the page carries the link behind `#`, which no
//! browser sends and no log keeps.

use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{header, request::Parts},
};
use kernel::{Code, Error};
use serde::Deserialize;

use crate::{
    http::{
        extract::{Input, Operation},
        limit::ClientAddress,
        problem::{Answer, Refusal},
    },
    modules::{
        SharedApp,
        cases::cohandling::{
            actions::{self, LinkStep},
            model::Share,
            shapes::LinkView,
            views,
        },
    },
};

/// Whoever shows a link that is valid; without one the answer is 401.
#[derive(Debug)]
pub(super) struct Linked {
    share: Share,
    token: String,
}

impl FromRequestParts<SharedApp> for Linked {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, Refusal> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.strip_prefix("Link ")).map(str::trim).unwrap_or_default();
        if token.is_empty() {
            return Err(Error::new(Code::LinkOver).into());
        }
        Ok(Self { share: actions::by_link(app, token).await?, token: token.to_owned() })
    }
}

/// The page after a step: the share as it then is.
async fn page(app: &SharedApp, token: &str) -> Answer<Json<LinkView>> {
    let share = actions::by_link(app, token).await?;
    let mut db = app.db.read().await?;
    Ok(Json(views::by_link(&mut db, app, &share).await?))
}

async fn take(
    app: &SharedApp,
    linked: &Linked,
    ClientAddress(address): ClientAddress,
    step: LinkStep,
    (operation, name): (&Operation, &'static str),
) -> Answer<Json<LinkView>> {
    let key = operation.by_secret(&app.keys, linked.token.as_bytes(), name)?;
    actions::link_step(app, linked.share.id, step, address, key).await?;
    page(app, &linked.token).await
}

/// What is to be done, and how far it is.
#[utoipa::path(get, path = "/api/link", operation_id = "read_link",
    tag = "link", responses((status = 200, body = LinkView)))]
pub(super) async fn read(State(app): State<SharedApp>, linked: Linked) -> Answer<Json<LinkView>> {
    page(&app, &linked.token).await
}

/// Signs for it.
#[utoipa::path(post, path = "/api/link/sign", operation_id = "sign_by_link",
    tag = "link", responses((status = 200, body = LinkView)))]
pub(super) async fn sign(
    State(app): State<SharedApp>,
    linked: Linked,
    address: ClientAddress,
    operation: Operation,
) -> Answer<Json<LinkView>> {
    take(&app, &linked, address, LinkStep::Sign, (&operation, "link.sign")).await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct LinkWords {
    text: String,
    #[serde(default)]
    photos: Vec<String>,
}

/// Notes progress.
#[utoipa::path(post, path = "/api/link/note", operation_id = "note_by_link",
    tag = "link", request_body = LinkWords, responses((status = 200, body = LinkView)))]
pub(super) async fn note(
    State(app): State<SharedApp>,
    linked: Linked,
    address: ClientAddress,
    Input { body, operation }: Input<LinkWords>,
) -> Answer<Json<LinkView>> {
    let step = LinkStep::Note { text: body.text, photos: body.photos };
    take(&app, &linked, address, step, (&operation, "link.note")).await
}

/// Files the answer.
#[utoipa::path(post, path = "/api/link/answer", operation_id = "answer_by_link",
    tag = "link", request_body = LinkWords, responses((status = 200, body = LinkView)))]
pub(super) async fn answer(
    State(app): State<SharedApp>,
    linked: Linked,
    address: ClientAddress,
    Input { body, operation }: Input<LinkWords>,
) -> Answer<Json<LinkView>> {
    let step = LinkStep::Answer { text: body.text, photos: body.photos };
    take(&app, &linked, address, step, (&operation, "link.answer")).await
}
