//! Addresses of topics.

use axum::{Json, extract::State, response::Response};
use kernel::{Code, Error, Id, Level, Listing, Names, Page, RegionCode};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    actions,
    model::{Step, Topic, TopicState},
    store::Filter,
    views::{self, CaseTopics, MonthTopic, PublicTopics, TopicDetail, TopicOwners, TopicRow, Which},
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
        cases::{Case, CaseRow},
    },
    platform::access::{Permission, Unit},
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(export))
        .routes(routes!(export_workbook))
        .routes(routes!(month))
        .routes(routes!(one))
        .routes(routes!(cases))
        .routes(routes!(owners))
        .routes(routes!(step))
        .routes(routes!(of_case))
        .routes(routes!(open))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct TopicQuery {
    /// In which state; proposals if not said.
    state: Option<TopicState>,
    /// Of a matter.
    matter: Option<String>,
    /// In a place.
    region: Option<RegionCode>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

/// Proposals and topics of one's places and units, the last decided first.
#[utoipa::path(get, path = "/api/topics", operation_id = "list_topics",
    tag = "staff", params(TopicQuery), responses((status = 200, body = Listing<TopicRow>)))]
async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<TopicQuery>,
) -> Answer<Json<Listing<TopicRow>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let filter = Filter { state: query.state, matter: query.matter, region: query.region };
    let mut db = app.db.read().await?;
    Ok(Json(views::listing(&mut db, &app, &actor, &filter, &page).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/api/topics.csv", operation_id = "export_topics",
    tag = "staff", params(TopicQuery), responses((status = 200, content_type = "text/csv", body = String)))]
async fn export(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<TopicQuery>,
) -> Answer<Response> {
    actor.require(Permission::CaseRead)?;
    let filter = Filter { state: query.state, matter: query.matter, region: query.region };
    Ok(sheet::lines(export, "topics", views::columns(lang), move |rows| {
        views::batches(app, (actor, filter), lang, rows)
    }))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/topics.xlsx", operation_id = "export_topics_as_workbook",
    tag = "staff", params(TopicQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
async fn export_workbook(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<TopicQuery>,
) -> Answer<Response> {
    actor.require(Permission::CaseRead)?;
    let filter = Filter { state: query.state, matter: query.matter, region: query.region };
    let title = Names::new("课题", "Topics").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "topics", title, views::columns(lang), move |rows| {
        views::batches(app, (actor, filter), lang, rows)
    }))
}

/// The topic of this month where the reader is.
#[utoipa::path(get, path = "/api/topics/month", operation_id = "read_month_topic",
    tag = "staff", responses((status = 200, body = MonthTopic)))]
async fn month(State(app): State<SharedApp>, Staff(actor): Staff) -> Answer<Json<MonthTopic>> {
    let mut db = app.db.read().await?;
    Ok(Json(views::month(&mut db, &app, &actor).await?))
}

/// A topic with its months and its history.
#[utoipa::path(get, path = "/api/topics/{id}", operation_id = "read_topic",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = TopicDetail)))]
async fn one(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Topic>>,
) -> Answer<Json<TopicDetail>> {
    let mut db = app.db.read().await?;
    Ok(Json(views::detail(&mut db, &app, &actor, id).await?))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct TopicCasesQuery {
    /// Only those that came after it ended.
    #[serde(default)]
    after: bool,
    /// Only those of a month, e.g. `2026-11`.
    month: Option<String>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

/// The cases behind a topic, the newest first.
#[utoipa::path(get, path = "/api/topics/{id}/cases", operation_id = "list_topic_cases",
    tag = "staff", params(("id" = uuid::Uuid, Path), TopicCasesQuery), responses((status = 200, body = Listing<CaseRow>)))]
async fn cases(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Topic>>,
    Query(query): Query<TopicCasesQuery>,
) -> Answer<Json<Listing<CaseRow>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let which = match query.month {
        Some(month) => Which::Month(month),
        None if query.after => Which::After,
        None => Which::Found,
    };
    let mut db = app.db.read().await?;
    Ok(Json(views::cases_of(&mut db, &app, &actor, (id, which), &page).await?))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct OwnerQuery {
    /// Whose task it shall be.
    #[param(value_type = uuid::Uuid)]
    unit: Id<Unit>,
}

/// The people of a unit who may answer for a topic.
#[utoipa::path(get, path = "/api/topics/{id}/owners", operation_id = "list_topic_owners",
    tag = "staff", params(("id" = uuid::Uuid, Path), OwnerQuery), responses((status = 200, body = TopicOwners)))]
async fn owners(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Topic>>,
    Query(query): Query<OwnerQuery>,
) -> Answer<Json<TopicOwners>> {
    let mut db = app.db.read().await?;
    Ok(Json(views::owners(&mut db, &app, &actor, id, query.unit).await?))
}

/// A decision over the version that was seen.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = TopicStepBody)]
struct StepBody {
    version: i64,
    step: Step,
}

/// Decides: taken up, rejected, changed, noted, finished, marked as the month's.
#[utoipa::path(post, path = "/api/topics/{id}/steps", operation_id = "step_topic",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = StepBody, responses((status = 200, body = TopicDetail)))]
async fn step(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Topic>>,
    Input { body, operation }: Input<StepBody>,
) -> Answer<Json<TopicDetail>> {
    let key = operation.by(actor.person, "topics.step")?;
    actions::step(&app, &actor, (id, body.version), body.step, key).await?;
    let mut db = app.db.read().await?;
    Ok(Json(views::detail(&mut db, &app, &actor, id).await?))
}

/// The topics a case is part of.
#[utoipa::path(get, path = "/api/cases/{id}/topics", operation_id = "list_case_topics",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = CaseTopics)))]
async fn of_case(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
) -> Answer<Json<CaseTopics>> {
    let scope = actor.require(Permission::CaseRead)?;
    let mut db = app.db.read().await?;
    Ok(Json(views::of_case(&mut db, &app, &scope, id).await?))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct OpenTopicsQuery {
    /// A county, or a place in one.
    region: RegionCode,
}

/// 每月一题: the topics of a county's months, as everyone may read them. No case, no words of residents, no number below five.
#[utoipa::path(get, path = "/api/open/topics", operation_id = "list_open_topics",
    tag = "public", params(OpenTopicsQuery), responses((status = 200, body = PublicTopics)))]
async fn open(State(app): State<SharedApp>, Query(query): Query<OpenTopicsQuery>) -> Answer<Json<PublicTopics>> {
    let county = query.region.at(Level::County).ok_or_else(|| Error::field("region", Code::PlaceTooWide))?;
    let mut db = app.db.read().await?;
    Ok(Json(views::open(&mut db, &app, &county).await?))
}
