//! Addresses of phrases.

use axum::{Json, extract::State, http::StatusCode};
use kernel::{Error, Id, Listing, Names, Page};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    actions,
    model::{Phrase, PhraseDraft, PhraseFilter, PhraseStep},
    rules, store,
    views::{self, PhraseView},
};
use crate::{
    http::{
        extract::{Input, Operation, Path, Query},
        problem::Answer,
        staff::Staff,
    },
    modules::SharedApp,
    platform::access::{Actor, Permission, Unit},
};

/// Most phrases a form offers.
const OFFERED: i64 = 12;

/// The room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new().routes(routes!(list, write)).routes(routes!(offered)).routes(routes!(correct, end))
}

/// Which phrases of one's own units, and which page.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct PhraseQuery {
    /// For one step.
    step: Option<PhraseStep>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

/// The phrases of one's own units, the most used first.
#[utoipa::path(get, path = "/api/phrases", operation_id = "list_phrases", tag = "staff", params(PhraseQuery), responses((status = 200, body = Listing<PhraseView>)))]
async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<PhraseQuery>,
) -> Answer<Json<Listing<PhraseView>>> {
    let units = actor.require(Permission::PhraseEdit)?.units;
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    let listing = store::list(&mut db, &units, PhraseFilter { step: query.step }, &page).await?;
    let Listing { rows, next, count, count_capped } = listing;
    Ok(Json(Listing { rows: views::rows(&mut db, &app, &actor, rows).await?, next, count, count_capped }))
}

/// What a form asks for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct OfferQuery {
    /// The step whose words are wanted.
    step: PhraseStep,
    /// The matter of the case, once known.
    matter: Option<String>,
}

/// Phrases for a form.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PhraseOffer {
    /// The most used first.
    rows: Vec<PhraseView>,
}

/// The phrases that may begin what a step says: of one's own units, and shared in one's places for this matter.
#[utoipa::path(get, path = "/api/phrases/offered", operation_id = "offer_phrases", tag = "staff", params(OfferQuery), responses((status = 200, body = PhraseOffer)))]
async fn offered(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<OfferQuery>,
) -> Answer<Json<PhraseOffer>> {
    actor.require(Permission::CaseRead)?;
    let mut db = app.db.read().await?;
    let to = rules::audience(&actor);
    let rows = store::offered(&mut db, &to, query.step, query.matter.as_deref(), OFFERED).await?;
    Ok(Json(PhraseOffer { rows: views::rows(&mut db, &app, &actor, rows).await? }))
}

/// A phrase to be written or corrected.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct PhraseBody {
    /// For which step.
    step: PhraseStep,
    /// For which matter; none: for any.
    matter: Option<String>,
    /// What it is called in the list.
    title: String,
    /// The words, with slots: in Chinese `{地点}` `{事项}` `{单位}` `{日期}` `{期限}`, in English `{place}` `{matter}` `{unit}`
    /// `{date}` `{due}`.
    texts: Names,
    /// Whether everyone with a post in the unit's place is offered it; it then names its matter.
    #[serde(default)]
    is_shared: bool,
}

impl From<PhraseBody> for PhraseDraft {
    fn from(body: PhraseBody) -> Self {
        let PhraseBody { step, matter, title, texts, is_shared } = body;
        Self { step, matter: matter.filter(|code| !code.is_empty()), title, texts, is_shared }
    }
}

/// A new phrase.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct PhraseNew {
    /// Whose: one of one's own units.
    #[schema(value_type = uuid::Uuid)]
    unit: Id<Unit>,
    #[serde(flatten)]
    phrase: PhraseBody,
}

/// A change of a phrase.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct PhraseChange {
    /// The version that was seen.
    version: i64,
    #[serde(flatten)]
    phrase: PhraseBody,
}

async fn view(app: &SharedApp, actor: &Actor, phrase: Phrase) -> Result<PhraseView, Error> {
    let mut db = app.db.read().await?;
    let view = views::rows(&mut db, app, actor, vec![phrase]).await?.pop();
    view.ok_or_else(|| Error::internal("a phrase in is a phrase out"))
}

/// Writes a phrase of one's own unit.
#[utoipa::path(post, path = "/api/phrases", operation_id = "write_phrase", tag = "staff", request_body = PhraseNew, responses((status = 201, body = PhraseView)))]
async fn write(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<PhraseNew>,
) -> Answer<(StatusCode, Json<PhraseView>)> {
    let key = operation.by(actor.person, "phrases.write")?;
    let written = actions::write(&app, &actor, body.unit, body.phrase.into(), key).await?;
    Ok((StatusCode::CREATED, Json(view(&app, &actor, written).await?)))
}

/// Corrects a phrase of one's own unit.
#[utoipa::path(put, path = "/api/phrases/{id}", operation_id = "correct_phrase", tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = PhraseChange, responses((status = 200, body = PhraseView)))]
async fn correct(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Phrase>>,
    Input { body, operation }: Input<PhraseChange>,
) -> Answer<Json<PhraseView>> {
    let key = operation.by(actor.person, "phrases.correct")?;
    let changed = actions::correct(&app, &actor, id, body.version, body.phrase.into(), key).await?;
    Ok(Json(view(&app, &actor, changed).await?))
}

/// Ends a phrase: it is offered no more.
#[utoipa::path(delete, path = "/api/phrases/{id}", operation_id = "end_phrase", tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 204)))]
async fn end(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Phrase>>,
    operation: Operation,
) -> Answer<StatusCode> {
    let key = operation.by(actor.person, "phrases.end")?;
    actions::end(&app, &actor, id, key).await?;
    Ok(StatusCode::NO_CONTENT)
}
