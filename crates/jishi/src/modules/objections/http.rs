//! Addresses of objections.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use kernel::{Id, Listing, Names, Page, RegionCode};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    actions::{self, Answering},
    model::{Objection, ObjectionFilter, ObjectionOutcome, ObjectionState},
    rules,
    views::{self, ObjectionView, OwnOpening},
};
use crate::{
    http::{
        export::Exporter,
        extract::{Input, Path, Query, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::{
        SharedApp,
        cases::{PartQuery, Resident},
        contacts::Access,
    },
    platform::access::{Actor, Unit},
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(openings))
        .routes(routes!(object))
        .routes(routes!(list))
        .routes(routes!(export))
        .routes(routes!(export_workbook))
        .routes(routes!(one))
        .routes(routes!(answer))
}

/// Who opened my contact details, the newest first, with what I said about it and what I was answered.
#[utoipa::path(get, path = "/api/receipt/openings", operation_id = "list_own_openings",
    tag = "receipt", params(PartQuery), responses((status = 200, body = Vec<OwnOpening>)))]
async fn openings(State(app): State<SharedApp>, resident: Resident) -> Answer<Json<Vec<OwnOpening>>> {
    let mut db = app.db.read().await?;
    Ok(Json(views::openings(&mut db, resident.report().whose()).await?))
}

/// An objection to an opening.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct ObjectionNew {
    /// Which opening.
    #[schema(value_type = uuid::Uuid)]
    opening: Id<Access>,
    /// Why, in 5 to 500 characters.
    words: String,
}

/// Objects to an opening of my contact details, once; the security administrator answers.
#[utoipa::path(post, path = "/api/receipt/objections", operation_id = "object_to_opening",
    tag = "receipt", params(PartQuery), request_body = ObjectionNew, responses((status = 201, body = Vec<OwnOpening>)))]
async fn object(
    State(app): State<SharedApp>,
    resident: Resident,
    Input { body, operation }: Input<ObjectionNew>,
) -> Answer<(StatusCode, Json<Vec<OwnOpening>>)> {
    let key = operation.by_secret(&app.keys, &resident.marked(), "receipt.object")?;
    actions::object(&app, resident.report(), body.opening, &body.words, key).await?;
    let mut db = app.db.read().await?;
    Ok((StatusCode::CREATED, Json(views::openings(&mut db, resident.report().whose()).await?)))
}

/// Filters of the list; all of them hold together. There is no way to ask for those of one person.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ObjectionQuery {
    /// In one state.
    state: Option<ObjectionState>,
    /// Answered so.
    outcome: Option<ObjectionOutcome>,
    /// About openings of a unit.
    #[param(value_type = Option<uuid::Uuid>)]
    unit: Option<Id<Unit>>,
    /// In a place.
    region: Option<RegionCode>,
    /// Only open ones that the reader may answer.
    to_answer: Option<bool>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

impl ObjectionQuery {
    fn filter(&self, actor: &Actor) -> ObjectionFilter {
        ObjectionFilter {
            state: self.state,
            outcome: self.outcome,
            unit: self.unit,
            region: self.region.clone(),
            to_answer_by: self.to_answer.unwrap_or_default().then(|| rules::side(actor)),
        }
    }
}

/// Objections that I answer, the newest first: all in my places, or those nobody answered in time. No contact detail, and no word of the case.
#[utoipa::path(get, path = "/api/objections", operation_id = "list_objections",
    tag = "staff", params(ObjectionQuery), responses((status = 200, body = Listing<ObjectionView>)))]
async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<ObjectionQuery>,
) -> Answer<Json<Listing<ObjectionView>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    Ok(Json(views::listing(&mut db, &app, &actor, &query.filter(&actor), &page).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/api/objections.csv", operation_id = "export_objections",
    tag = "staff", params(ObjectionQuery), responses((status = 200, content_type = "text/csv", body = String)))]
async fn export(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<ObjectionQuery>,
) -> Answer<Response> {
    views::answered_by(&actor, app.now())?;
    let what = (actor.clone(), query.filter(&actor));
    Ok(sheet::lines(export, "objections", views::columns(lang), move |rows| views::batches(app, what, lang, rows)))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/objections.xlsx", operation_id = "export_objections_as_workbook",
    tag = "staff", params(ObjectionQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
async fn export_workbook(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<ObjectionQuery>,
) -> Answer<Response> {
    views::answered_by(&actor, app.now())?;
    let what = (actor.clone(), query.filter(&actor));
    let title = Names::new("查看异议", "Objections").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "objections", title, views::columns(lang), move |rows| {
        views::batches(app, what, lang, rows)
    }))
}

/// One objection.
#[utoipa::path(get, path = "/api/objections/{id}", operation_id = "read_objection",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = ObjectionView)))]
async fn one(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Objection>>,
) -> Answer<Json<ObjectionView>> {
    let mut db = app.db.read().await?;
    Ok(Json(views::one(&mut db, &app, &actor, id).await?))
}

/// What the resident is answered.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct ObjectionAnswer {
    /// The version that was seen.
    version: i64,
    /// Whether the opening was in order.
    outcome: ObjectionOutcome,
    /// For the resident, in 5 to 500 characters.
    words: String,
}

/// Answers an objection, once; never about one's own opening or one of one's own unit.
#[utoipa::path(post, path = "/api/objections/{id}/answer", operation_id = "answer_objection",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = ObjectionAnswer, responses((status = 200, body = ObjectionView)))]
async fn answer(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Objection>>,
    Input { body, operation }: Input<ObjectionAnswer>,
) -> Answer<Json<ObjectionView>> {
    let key = operation.by(actor.person, "objections.answer")?;
    let ObjectionAnswer { version, outcome, words } = body;
    actions::answer(&app, &actor, id, Answering { version, outcome, words }, key).await?;
    let mut db = app.db.read().await?;
    Ok(Json(views::one(&mut db, &app, &actor, id).await?))
}
