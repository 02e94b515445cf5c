//! Addresses of visits.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use kernel::{Day, Id, Instant, Listing, Names, Page, RegionCode};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    actions::{self, NewVisit, VisitChange},
    model::{Visit, VisitFilter, VisitList},
    views::{self, VisitRow, VisitView},
};
use crate::{
    http::{
        export::Exporter,
        extract::{Input, Path, Query, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::{SharedApp, links::NeedStage},
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(export))
        .routes(routes!(export_workbook))
        .routes(routes!(one, change))
        .routes(routes!(withdraw))
        .routes(routes!(open))
        .routes(routes!(make_case))
}

/// Which visits; there is no way to ask for those of one writer.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct VisitsQuery {
    /// One's own, or those of one's places.
    #[param(inline)]
    list: Option<VisitList>,
    /// In this place.
    region: Option<RegionCode>,
    /// What became of the need.
    stage: Option<NeedStage>,
    /// From this day on.
    from: Option<Day>,
    /// Up to this day.
    to: Option<Day>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

impl VisitsQuery {
    fn filter(&self) -> VisitFilter {
        VisitFilter {
            list: self.list.unwrap_or(VisitList::Mine),
            region: self.region.clone(),
            stage: self.stage,
            from: self.from,
            to: self.to,
        }
    }
}

/// My visits, or those of my places, the newest first. What is sealed is in no list.
#[utoipa::path(get, path = "/api/visits", operation_id = "list_visits",
    tag = "staff", params(VisitsQuery), responses((status = 200, body = Listing<VisitRow>)))]
async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<VisitsQuery>,
) -> Answer<Json<Listing<VisitRow>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    Ok(Json(views::listing(&mut db, &app, &actor, &query.filter(), &page).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/api/visits.csv", operation_id = "export_visits",
    tag = "staff", params(VisitsQuery), responses((status = 200, content_type = "text/csv", body = String)))]
async fn export(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<VisitsQuery>,
) -> Answer<Response> {
    let filter = query.filter();
    views::check(&actor, &filter)?;
    Ok(sheet::lines(export, "visits", views::columns(lang), move |rows| {
        views::batches(app, (actor, filter), lang, rows)
    }))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/visits.xlsx", operation_id = "export_visits_as_workbook",
    tag = "staff", params(VisitsQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
async fn export_workbook(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<VisitsQuery>,
) -> Answer<Response> {
    let filter = query.filter();
    views::check(&actor, &filter)?;
    let title = Names::new("走访", "Visits").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "visits", title, views::columns(lang), move |rows| {
        views::batches(app, (actor, filter), lang, rows)
    }))
}

/// A visit to be written down: three fields. No coordinates and no photo.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct VisitNew {
    /// Where: a village, a grid, or a township.
    region: RegionCode,
    /// On which day; today if not said.
    visited_on: Option<Day>,
    /// Whom, in which household. Sealed.
    whom: String,
    /// What was said. Sealed.
    said: String,
    /// What is needed, in words that a case may carry; names and numbers are masked.
    need: Option<String>,
    /// Code of the matter it is about.
    matter: Option<String>,
    /// Whether the need becomes a case at once.
    #[serde(default)]
    makes_case: bool,
}

/// Writes a visit down.
#[utoipa::path(post, path = "/api/visits", operation_id = "record_visit",
    tag = "staff", request_body = VisitNew, responses((status = 201, body = VisitView)))]
async fn create(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<VisitNew>,
) -> Answer<(StatusCode, Json<VisitView>)> {
    let key = operation.by(actor.person, "visits.record")?;
    let VisitNew { region, visited_on, whom, said, need, matter, makes_case } = body;
    let new = NewVisit { region, visited_on, whom, said, need, matter, makes_case };
    let made = actions::record(&app, &actor, new, key).await?;
    let mut db = app.db.read().await?;
    Ok((StatusCode::CREATED, Json(views::one(&mut db, &app, &actor, made.id).await?)))
}

/// One visit.
#[utoipa::path(get, path = "/api/visits/{id}", operation_id = "read_visit",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = VisitView)))]
async fn one(State(app): State<SharedApp>, Staff(actor): Staff, Path(id): Path<Id<Visit>>) -> Answer<Json<VisitView>> {
    let mut db = app.db.read().await?;
    Ok(Json(views::one(&mut db, &app, &actor, id).await?))
}

/// A visit as it shall be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct VisitChanged {
    /// The version that was seen.
    version: i64,
    /// On which day.
    visited_on: Option<Day>,
    /// Whom, in which household.
    whom: String,
    /// What was said.
    said: String,
    /// What is needed.
    need: Option<String>,
    /// Code of the matter it is about.
    matter: Option<String>,
}

/// Changes a visit of one's own, within a day.
#[utoipa::path(put, path = "/api/visits/{id}", operation_id = "change_visit",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = VisitChanged, responses((status = 200, body = VisitView)))]
async fn change(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Visit>>,
    Input { body, operation }: Input<VisitChanged>,
) -> Answer<Json<VisitView>> {
    let key = operation.by(actor.person, "visits.change")?;
    let VisitChanged { version, visited_on, whom, said, need, matter } = body;
    let change = VisitChange { version, visited_on, whom, said, need, matter };
    actions::change(&app, &actor, id, change, key).await?;
    let mut db = app.db.read().await?;
    Ok(Json(views::one(&mut db, &app, &actor, id).await?))
}

/// Which version of a visit.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct VisitSeen {
    /// The version that was seen.
    version: i64,
}

/// Takes a visit of one's own back, within a day; nothing of what was said stays.
#[utoipa::path(post, path = "/api/visits/{id}/withdraw", operation_id = "withdraw_visit",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = VisitSeen, responses((status = 204)))]
async fn withdraw(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Visit>>,
    Input { body, operation }: Input<VisitSeen>,
) -> Answer<StatusCode> {
    let key = operation.by(actor.person, "visits.withdraw")?;
    actions::withdraw(&app, &actor, (id, body.version), key).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why what is sealed is opened.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct VisitOpen {
    /// In words; the writer reads them.
    words: String,
}

/// What was sealed, for a minute.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct VisitOpened {
    /// Whom, in which household.
    whom: String,
    /// What was said.
    said: String,
    /// Until when it may stay on the screen.
    until: Instant,
}

/// Opens what is sealed, for the place's own office; it is written down, and the writer sees it.
#[utoipa::path(post, path = "/api/visits/{id}/open", operation_id = "open_visit",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = VisitOpen, responses((status = 200, body = VisitOpened)))]
async fn open(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Visit>>,
    Input { body, operation }: Input<VisitOpen>,
) -> Answer<Json<VisitOpened>> {
    let key = operation.by(actor.person, "visits.open")?;
    let (words, until) = actions::open(&app, &actor, (id, &body.words), key).await?;
    Ok(Json(VisitOpened { whom: words.whom, said: words.said, until }))
}

/// What the case is about.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct VisitReport {
    /// The version that was seen.
    version: i64,
    /// Code of the matter; left out, it stays as the visit says.
    matter: Option<String>,
}

/// Makes what is needed a case.
#[utoipa::path(post, path = "/api/visits/{id}/case", operation_id = "report_visit",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = VisitReport, responses((status = 200, body = VisitView)))]
async fn make_case(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Visit>>,
    Input { body, operation }: Input<VisitReport>,
) -> Answer<Json<VisitView>> {
    let key = operation.by(actor.person, "visits.make_case")?;
    actions::make_case(&app, &actor, (id, body.version), body.matter, key).await?;
    let mut db = app.db.read().await?;
    Ok(Json(views::one(&mut db, &app, &actor, id).await?))
}
