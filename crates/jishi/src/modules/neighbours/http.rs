//! Addresses of registrations, needs and projects.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use kernel::{Day, Id, Listing, Page, RegionCode};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    actions::{self, NeedDraft, NeedStep, NewProject, NewRegistration, ProjectStep, RegistrationStep},
    model::{Need, NeedState, NeighbourKind, Project, ProjectState, Registration, RegistrationState},
    store::{NeedFilter, ProjectFilter, RegistrationFilter},
    views::{self, NeedDetail, NeedView, OpenNeed, ProjectView, RegistrationView, Sheet},
};
use crate::{
    http::{
        export::Exporter,
        extract::{Input, Path, Query, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::{SharedApp, links::OfferRef},
    platform::access::{Actor, Permission},
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(offers))
        .routes(routes!(list, register))
        .routes(routes!(export))
        .routes(routes!(export_workbook))
        .routes(routes!(change))
        .routes(routes!(answer))
        .routes(routes!(end))
        .routes(routes!(list_needs, publish))
        .routes(routes!(export_needs))
        .routes(routes!(export_needs_workbook))
        .routes(routes!(read_need, change_need))
        .routes(routes!(withdraw_need))
        .routes(routes!(list_projects, promise))
        .routes(routes!(export_projects))
        .routes(routes!(export_projects_workbook))
        .routes(routes!(report))
        .routes(routes!(judge))
        .routes(routes!(give_up))
        .routes(routes!(open_needs))
}

fn lines(
    app: SharedApp,
    Exporter(actor, export): Exporter,
    name: &str,
    of: Sheet,
    lang: kernel::Lang,
) -> Answer<Response> {
    actor.require(Permission::NeighbourRead)?;
    Ok(sheet::lines(export, name, of.columns(lang), move |rows| views::batches(app, (actor, of), lang, rows)))
}

fn workbook(
    app: SharedApp,
    Exporter(actor, export): Exporter,
    name: &str,
    of: Sheet,
    lang: kernel::Lang,
) -> Answer<Response> {
    actor.require(Permission::NeighbourRead)?;
    let title = of.title().in_lang(lang).to_owned();
    Ok(sheet::workbook(export, name, title, of.columns(lang), move |rows| views::batches(app, (actor, of), lang, rows)))
}

/// What can be offered.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OfferKinds {
    /// In the order of the catalogue.
    rows: Vec<OfferRef>,
}

/// Kinds of what can be offered and needed.
#[utoipa::path(get, path = "/api/neighbours/offers", operation_id = "list_offer_kinds",
    tag = "staff", responses((status = 200, body = OfferKinds)))]
async fn offers(State(app): State<SharedApp>, Staff(actor): Staff) -> Answer<Json<OfferKinds>> {
    actor.require(Permission::NeighbourRead)?;
    Ok(Json(OfferKinds { rows: app.links.get().offers() }))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct RegistrationsQuery {
    /// In this place.
    region: Option<RegionCode>,
    /// Where they stand.
    state: Option<RegistrationState>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

impl RegistrationsQuery {
    fn filter(&self) -> RegistrationFilter {
        RegistrationFilter { region: self.region.clone(), state: self.state }
    }
}

/// 资源清单: who registered with one's communities, and where one's own unit and oneself did; the newest first.
#[utoipa::path(get, path = "/api/neighbours", operation_id = "list_registrations",
    tag = "staff", params(RegistrationsQuery), responses((status = 200, body = Listing<RegistrationView>)))]
async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<RegistrationsQuery>,
) -> Answer<Json<Listing<RegistrationView>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    Ok(Json(views::registrations(&mut db, &app, &actor, &query.filter(), &page).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/api/neighbours.csv", operation_id = "export_registrations",
    tag = "staff", params(RegistrationsQuery), responses((status = 200, content_type = "text/csv", body = String)))]
async fn export(
    State(app): State<SharedApp>,
    exporter: Exporter,
    Reader(lang): Reader,
    Query(query): Query<RegistrationsQuery>,
) -> Answer<Response> {
    lines(app, exporter, "neighbours", Sheet::Registrations(query.filter()), lang)
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/neighbours.xlsx", operation_id = "export_registrations_as_workbook",
    tag = "staff", params(RegistrationsQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
async fn export_workbook(
    State(app): State<SharedApp>,
    exporter: Exporter,
    Reader(lang): Reader,
    Query(query): Query<RegistrationsQuery>,
) -> Answer<Response> {
    workbook(app, exporter, "neighbours", Sheet::Registrations(query.filter()), lang)
}

/// A registration to be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct RegistrationNew {
    /// With which village or community.
    region: RegionCode,
    /// Of one's unit, of oneself; or by the community of an enterprise or social organisation.
    kind: NeighbourKind,
    /// What an enterprise or social organisation is called.
    name: Option<String>,
    /// Codes of what is offered.
    offers: Vec<String>,
    /// When it is free, in words.
    free: Option<String>,
}

/// 报到: registers with a community.
#[utoipa::path(post, path = "/api/neighbours", operation_id = "register_with_community",
    tag = "staff", request_body = RegistrationNew, responses((status = 201, body = RegistrationView)))]
async fn register(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<RegistrationNew>,
) -> Answer<(StatusCode, Json<RegistrationView>)> {
    let key = operation.by(actor.person, "neighbours.register")?;
    let RegistrationNew { region, kind, name, offers, free } = body;
    let id = actions::register(&app, &actor, NewRegistration { region, kind, name, offers, free }, key).await?;
    let mut db = app.db.read().await?;
    Ok((StatusCode::CREATED, Json(views::registration(&mut db, &app, &actor, id).await?)))
}

async fn after_registration(app: &SharedApp, actor: &Actor, id: Id<Registration>) -> Answer<Json<RegistrationView>> {
    let mut db = app.db.read().await?;
    Ok(Json(views::registration(&mut db, app, actor, id).await?))
}

/// What is offered from now on.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct RegistrationChange {
    /// The version that was seen.
    version: i64,
    /// Codes of what is offered.
    offers: Vec<String>,
    /// When it is free, in words.
    free: Option<String>,
}

/// Changes what is offered.
#[utoipa::path(put, path = "/api/neighbours/{id}", operation_id = "change_registration",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = RegistrationChange, responses((status = 200, body = RegistrationView)))]
async fn change(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Registration>>,
    Input { body, operation }: Input<RegistrationChange>,
) -> Answer<Json<RegistrationView>> {
    let key = operation.by(actor.person, "neighbours.change")?;
    let step = RegistrationStep::Change(body.offers, body.free);
    actions::step_registration(&app, &actor, (id, body.version), step, key).await?;
    after_registration(&app, &actor, id).await
}

/// The community's answer.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct RegistrationAnswer {
    /// The version that was seen.
    version: i64,
    /// Whether it is accepted.
    accepted: bool,
    /// A word; needed where it is not.
    words: Option<String>,
}

/// Accepts a registration, or says why not.
#[utoipa::path(post, path = "/api/neighbours/{id}/answer", operation_id = "answer_registration",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = RegistrationAnswer, responses((status = 200, body = RegistrationView)))]
async fn answer(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Registration>>,
    Input { body, operation }: Input<RegistrationAnswer>,
) -> Answer<Json<RegistrationView>> {
    let key = operation.by(actor.person, "neighbours.answer")?;
    let step = RegistrationStep::Answer(body.accepted, body.words);
    actions::step_registration(&app, &actor, (id, body.version), step, key).await?;
    after_registration(&app, &actor, id).await
}

/// Which version of a record.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct NeighbourSeen {
    /// The version that was seen.
    version: i64,
}

/// Ends a registration.
#[utoipa::path(post, path = "/api/neighbours/{id}/end", operation_id = "end_registration",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = NeighbourSeen, responses((status = 200, body = RegistrationView)))]
async fn end(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Registration>>,
    Input { body, operation }: Input<NeighbourSeen>,
) -> Answer<Json<RegistrationView>> {
    let key = operation.by(actor.person, "neighbours.end")?;
    actions::step_registration(&app, &actor, (id, body.version), RegistrationStep::End, key).await?;
    after_registration(&app, &actor, id).await
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct NeedsQuery {
    /// In this place.
    region: Option<RegionCode>,
    /// Code of what is needed.
    kind: Option<String>,
    /// Where they stand.
    state: Option<NeedState>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

impl NeedsQuery {
    fn filter(&self) -> NeedFilter {
        let kind = self.kind.clone().filter(|kind| !kind.is_empty());
        NeedFilter { region: self.region.clone(), kind, state: self.state }
    }
}

/// 需求清单: what one's communities need, and those with which one has registered; the newest first.
#[utoipa::path(get, path = "/api/community-needs", operation_id = "list_community_needs",
    tag = "staff", params(NeedsQuery), responses((status = 200, body = Listing<NeedView>)))]
async fn list_needs(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<NeedsQuery>,
) -> Answer<Json<Listing<NeedView>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    Ok(Json(views::needs(&mut db, &app, &actor, &query.filter(), &page).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/api/community-needs.csv", operation_id = "export_community_needs",
    tag = "staff", params(NeedsQuery), responses((status = 200, content_type = "text/csv", body = String)))]
async fn export_needs(
    State(app): State<SharedApp>,
    exporter: Exporter,
    Reader(lang): Reader,
    Query(query): Query<NeedsQuery>,
) -> Answer<Response> {
    lines(app, exporter, "needs", Sheet::Needs(query.filter()), lang)
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/community-needs.xlsx", operation_id = "export_community_needs_as_workbook",
    tag = "staff", params(NeedsQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
async fn export_needs_workbook(
    State(app): State<SharedApp>,
    exporter: Exporter,
    Reader(lang): Reader,
    Query(query): Query<NeedsQuery>,
) -> Answer<Response> {
    workbook(app, exporter, "needs", Sheet::Needs(query.filter()), lang)
}

/// A need to be published. Nothing in it is about a person.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct NeedNew {
    /// Of which village or community.
    region: RegionCode,
    /// Code of what is needed.
    kind: String,
    /// In a few words.
    title: String,
    /// In more.
    words: String,
    /// By which day.
    by_on: Option<Day>,
}

/// Publishes a need.
#[utoipa::path(post, path = "/api/community-needs", operation_id = "publish_community_need",
    tag = "staff", request_body = NeedNew, responses((status = 201, body = NeedDetail)))]
async fn publish(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<NeedNew>,
) -> Answer<(StatusCode, Json<NeedDetail>)> {
    let key = operation.by(actor.person, "neighbours.publish")?;
    let NeedNew { region, kind, title, words, by_on } = body;
    let id = actions::publish(&app, &actor, NeedDraft { region, kind, title, words, by_on }, key).await?;
    let mut db = app.db.read().await?;
    Ok((StatusCode::CREATED, Json(views::need(&mut db, &app, &actor, id).await?)))
}

/// One need, with who may answer it and why.
#[utoipa::path(get, path = "/api/community-needs/{id}", operation_id = "read_community_need",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = NeedDetail)))]
async fn read_need(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Need>>,
) -> Answer<Json<NeedDetail>> {
    let mut db = app.db.read().await?;
    Ok(Json(views::need(&mut db, &app, &actor, id).await?))
}

/// A need as it shall read.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct NeedChange {
    /// The version that was seen.
    version: i64,
    /// Code of what is needed.
    kind: String,
    /// In a few words.
    title: String,
    /// In more.
    words: String,
    /// By which day.
    by_on: Option<Day>,
}

/// Changes a need that nobody has taken up.
#[utoipa::path(put, path = "/api/community-needs/{id}", operation_id = "change_community_need",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = NeedChange, responses((status = 200, body = NeedDetail)))]
async fn change_need(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Need>>,
    Input { body, operation }: Input<NeedChange>,
) -> Answer<Json<NeedDetail>> {
    let key = operation.by(actor.person, "neighbours.change_need")?;
    let NeedChange { version, kind, title, words, by_on } = body;
    let region = app.settings.region.clone(); // stays the need's own
    let step = NeedStep::Change(NeedDraft { region, kind, title, words, by_on });
    actions::step_need(&app, &actor, (id, version), step, key).await?;
    let mut db = app.db.read().await?;
    Ok(Json(views::need(&mut db, &app, &actor, id).await?))
}

/// Takes a need down that nobody has taken up.
#[utoipa::path(post, path = "/api/community-needs/{id}/withdraw", operation_id = "withdraw_community_need",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = NeighbourSeen, responses((status = 200, body = NeedDetail)))]
async fn withdraw_need(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Need>>,
    Input { body, operation }: Input<NeighbourSeen>,
) -> Answer<Json<NeedDetail>> {
    let key = operation.by(actor.person, "neighbours.withdraw_need")?;
    actions::step_need(&app, &actor, (id, body.version), NeedStep::Withdraw, key).await?;
    let mut db = app.db.read().await?;
    Ok(Json(views::need(&mut db, &app, &actor, id).await?))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ProjectsQuery {
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
async fn list_projects(
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
async fn export_projects(
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
async fn export_projects_workbook(
    State(app): State<SharedApp>,
    exporter: Exporter,
    Reader(lang): Reader,
    Query(query): Query<ProjectsQuery>,
) -> Answer<Response> {
    workbook(app, exporter, "projects", Sheet::Projects(query.filter()), lang)
}

/// A promise.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct ProjectNew {
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
async fn promise(
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
struct ProjectReport {
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
async fn report(
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
struct ProjectJudge {
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
async fn judge(
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
struct ProjectDrop {
    /// The version that was seen.
    version: i64,
    /// Why.
    result: String,
}

/// Gives a promise up; its need is open again.
#[utoipa::path(post, path = "/api/community-projects/{id}/drop", operation_id = "drop_community_project",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = ProjectDrop, responses((status = 200, body = ProjectView)))]
async fn give_up(
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

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct OpenNeedsQuery {
    /// The village or community.
    place: RegionCode,
    /// Where they stand.
    state: Option<NeedState>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

/// What a community needs, and what was done; the newest first.
#[utoipa::path(get, path = "/api/open/needs", operation_id = "list_open_needs",
    tag = "public", params(OpenNeedsQuery), responses((status = 200, body = Listing<OpenNeed>)))]
async fn open_needs(
    State(app): State<SharedApp>,
    Query(query): Query<OpenNeedsQuery>,
) -> Answer<Json<Listing<OpenNeed>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    Ok(Json(views::open_needs(&mut db, &app, (&query.place, query.state), &page).await?))
}
