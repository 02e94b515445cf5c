//! What was promised, done and judged.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use kernel::{Day, Id, Listing, Page, RegionCode};
use serde::Deserialize;

use super::{
    super::{
        actions::{self, NewProject, ProjectStep},
        model::{Need, Project, ProjectState, Registration},
        store::ProjectFilter,
        views::{self, ProjectView, Sheet},
    },
    lines, workbook,
};
use crate::{
    http::{
        export::Exporter,
        extract::{Input, Path, Query, Reader},
        problem::Answer,
        staff::Staff,
    },
    modules::SharedApp,
    platform::access::Actor,
};

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ProjectsQuery {
    /// In this place.
    region: Option<RegionCode>,
    /// Where they stand.
    state: Option<ProjectState>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

impl ProjectsQuery {
    fn filter(&self) -> ProjectFilter {
        ProjectFilter { region: self.region.clone(), state: self.state, need: None }
    }
}

/// 项目清单: what was promised and done in one's communities, and by one's own unit and oneself; the newest first.
#[utoipa::path(get, path = "/api/community-projects", operation_id = "list_community_projects",
    tag = "staff", params(ProjectsQuery), responses((status = 200, body = Listing<ProjectView>)))]
pub(super) async fn list_projects(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<ProjectsQuery>,
) -> Answer<Json<Listing<ProjectView>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    Ok(Json(views::projects(&mut db, &app, &actor, &query.filter(), &page).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/api/community-projects.csv", operation_id = "export_community_projects",
    tag = "staff", params(ProjectsQuery), responses((status = 200, content_type = "text/csv", body = String)))]
pub(super) async fn export_projects(
    State(app): State<SharedApp>,
    exporter: Exporter,
    Reader(lang): Reader,
    Query(query): Query<ProjectsQuery>,
) -> Answer<Response> {
    lines(app, exporter, "projects", Sheet::Projects(query.filter()), lang)
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/community-projects.xlsx", operation_id = "export_community_projects_as_workbook",
    tag = "staff", params(ProjectsQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
pub(super) async fn export_projects_workbook(
    State(app): State<SharedApp>,
    exporter: Exporter,
    Reader(lang): Reader,
    Query(query): Query<ProjectsQuery>,
) -> Answer<Response> {
    workbook(app, exporter, "projects", Sheet::Projects(query.filter()), lang)
}

/// A promise.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct ProjectNew {
    /// By whom.
    #[schema(value_type = uuid::Uuid)]
    registration: Id<Registration>,
    /// The need it answers.
    #[schema(value_type = Option<uuid::Uuid>)]
    need: Option<Id<Need>>,
    /// Code of what is done, where no need says it.
    kind: Option<String>,
    /// In a few words, where no need says it.
    title: Option<String>,
    /// What is promised.
    promise: String,
    /// By which day.
    due_on: Day,
}

/// 认领: promises something, for a need or without one.
#[utoipa::path(post, path = "/api/community-projects", operation_id = "promise_community_project",
    tag = "staff", request_body = ProjectNew, responses((status = 201, body = ProjectView)))]
pub(super) async fn promise(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<ProjectNew>,
) -> Answer<(StatusCode, Json<ProjectView>)> {
    let key = operation.by(actor.person, "neighbours.promise")?;
    let ProjectNew { registration, need, kind, title, promise, due_on } = body;
    let new = NewProject { registration, need, kind, title, promise, due_on };
    let id = actions::promise(&app, &actor, new, key).await?;
    let mut db = app.db.read().await?;
    Ok((StatusCode::CREATED, Json(views::project(&mut db, &app, &actor, id).await?)))
}

/// What was done.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct ProjectReport {
    /// The version that was seen.
    version: i64,
    /// What was done.
    result: String,
    /// On which day; today if not said.
    done_on: Option<Day>,
}

/// 双报告: says what was done, once; the community and the own unit read the same.
#[utoipa::path(post, path = "/api/community-projects/{id}/report", operation_id = "report_community_project",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = ProjectReport, responses((status = 200, body = ProjectView)))]
pub(super) async fn report(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Project>>,
    Input { body, operation }: Input<ProjectReport>,
) -> Answer<Json<ProjectView>> {
    let key = operation.by(actor.person, "neighbours.report")?;
    let step = ProjectStep::Report(body.result, body.done_on);
    actions::step_project(&app, &actor, (id, body.version), step, key).await?;
    after_project(&app, &actor, id).await
}

/// The community's word.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct ProjectJudge {
    /// The version that was seen.
    version: i64,
    /// Whether it helped.
    helped: bool,
    /// In words.
    word: String,
}

/// Says whether it helped, for the community.
#[utoipa::path(post, path = "/api/community-projects/{id}/judge", operation_id = "judge_community_project",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = ProjectJudge, responses((status = 200, body = ProjectView)))]
pub(super) async fn judge(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Project>>,
    Input { body, operation }: Input<ProjectJudge>,
) -> Answer<Json<ProjectView>> {
    let key = operation.by(actor.person, "neighbours.judge")?;
    let step = ProjectStep::Judge(body.helped, body.word);
    actions::step_project(&app, &actor, (id, body.version), step, key).await?;
    after_project(&app, &actor, id).await
}

/// Why it comes to nothing.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct ProjectDrop {
    /// The version that was seen.
    version: i64,
    /// Why.
    result: String,
}

/// Gives a promise up; its need is open again.
#[utoipa::path(post, path = "/api/community-projects/{id}/drop", operation_id = "drop_community_project",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = ProjectDrop, responses((status = 200, body = ProjectView)))]
pub(super) async fn give_up(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Project>>,
    Input { body, operation }: Input<ProjectDrop>,
) -> Answer<Json<ProjectView>> {
    let key = operation.by(actor.person, "neighbours.drop")?;
    actions::step_project(&app, &actor, (id, body.version), ProjectStep::Drop(body.result), key).await?;
    after_project(&app, &actor, id).await
}

async fn after_project(app: &SharedApp, actor: &Actor, id: Id<Project>) -> Answer<Json<ProjectView>> {
    let mut db = app.db.read().await?;
    Ok(Json(views::project(&mut db, app, actor, id).await?))
}
