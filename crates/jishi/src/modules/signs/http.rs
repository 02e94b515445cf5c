//! Addresses of signs.

use axum::{Json, extract::State, response::Response};
use kernel::{Id, Listing, Names, Page, RegionCode};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    actions::{self, Look},
    model::{Sign, SignKind, SignState},
    store::SignFilter,
    views::{self, EvidenceView, SignView},
};
use crate::{
    http::{
        export::Exporter,
        extract::{Input, Path, Query, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::SharedApp,
    platform::access::Unit,
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(csv))
        .routes(routes!(xlsx))
        .routes(routes!(one))
        .routes(routes!(cases))
        .routes(routes!(review))
        .routes(routes!(answer))
}

/// Filters of the list; all of them hold together.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct SignQuery {
    /// Of one kind.
    kind: Option<SignKind>,
    /// In one state.
    state: Option<SignState>,
    /// In a county.
    county: Option<RegionCode>,
    /// Of a unit.
    #[param(value_type = Option<uuid::Uuid>)]
    unit: Option<Id<Unit>>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

impl SignQuery {
    fn filter(self) -> SignFilter {
        let Self { kind, state, county, unit, .. } = self;
        SignFilter { kind, state, county, unit }
    }
}

/// Signs in the counties I look at, and those of my units, the newest first.
#[utoipa::path(get, path = "/api/gaming-signs", operation_id = "list_gaming_signs",
    tag = "staff", params(SignQuery), responses((status = 200, body = Listing<SignView>)))]
async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<SignQuery>,
) -> Answer<Json<Listing<SignView>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    Ok(Json(views::listing(&mut db, &app, &actor, &query.filter(), &page).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/api/gaming-signs.csv", operation_id = "export_gaming_signs",
    tag = "staff", params(SignQuery), responses((status = 200, content_type = "text/csv", body = String)))]
async fn csv(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<SignQuery>,
) -> Answer<Response> {
    views::seen_by(&actor)?;
    let filter = query.filter();
    Ok(sheet::lines(export, "signs", views::columns(lang), move |rows| {
        views::export_rows(app, actor, filter, lang, rows)
    }))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/gaming-signs.xlsx", operation_id = "export_gaming_signs_as_workbook",
    tag = "staff", params(SignQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
async fn xlsx(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<SignQuery>,
) -> Answer<Response> {
    views::seen_by(&actor)?;
    let filter = query.filter();
    let name = Names::new("疑点", "Signs").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "signs", name, views::columns(lang), move |rows| {
        views::export_rows(app, actor, filter, lang, rows)
    }))
}

/// One sign.
#[utoipa::path(get, path = "/api/gaming-signs/{id}", operation_id = "read_gaming_sign",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = SignView)))]
async fn one(State(app): State<SharedApp>, Staff(actor): Staff, Path(id): Path<Id<Sign>>) -> Answer<Json<SignView>> {
    let mut db = app.db.read().await?;
    Ok(Json(views::one(&mut db, &app, &actor, id).await?))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct CasesQuery {
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

/// The cases behind a sign: as many as it says. No contact detail, and no resident's words.
#[utoipa::path(get, path = "/api/gaming-signs/{id}/cases", operation_id = "list_gaming_sign_cases",
    tag = "staff", params(("id" = uuid::Uuid, Path), CasesQuery), responses((status = 200, body = Listing<EvidenceView>)))]
async fn cases(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Sign>>,
    Query(query): Query<CasesQuery>,
) -> Answer<Json<Listing<EvidenceView>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    Ok(Json(views::evidence(&mut db, &app, &actor, id, &page).await?))
}

/// What was found by looking.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct SignReview {
    /// The version that was seen.
    version: i64,
    /// `explained` or `confirmed`.
    state: SignState,
    /// Why.
    words: String,
}

/// Says what was found.
#[utoipa::path(post, path = "/api/gaming-signs/{id}/review", operation_id = "review_gaming_sign",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = SignReview, responses((status = 200, body = SignView)))]
async fn review(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Sign>>,
    Input { body, operation }: Input<SignReview>,
) -> Answer<Json<SignView>> {
    let key = operation.by(actor.person, "signs.review")?;
    let SignReview { version, state, words } = body;
    actions::review(&app, &actor, id, Look { version, state, words }, key).await?;
    let mut db = app.db.read().await?;
    Ok(Json(views::one(&mut db, &app, &actor, id).await?))
}

/// What the unit says.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct SignAnswer {
    /// The version that was seen.
    version: i64,
    /// In its own words.
    words: String,
}

/// The unit answers.
#[utoipa::path(post, path = "/api/gaming-signs/{id}/answer", operation_id = "answer_gaming_sign",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = SignAnswer, responses((status = 200, body = SignView)))]
async fn answer(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Sign>>,
    Input { body, operation }: Input<SignAnswer>,
) -> Answer<Json<SignView>> {
    let key = operation.by(actor.person, "signs.answer")?;
    actions::answer(&app, &actor, id, (body.version, body.words), key).await?;
    let mut db = app.db.read().await?;
    Ok(Json(views::one(&mut db, &app, &actor, id).await?))
}
