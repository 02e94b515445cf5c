//! Addresses of people and their posts.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use kernel::{Day, Id, Listing, Names, Page, RegionCode};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::{
        actions,
        import::Welcome,
        model::{PersonFilter, PersonView, PostDraft},
        views,
    },
    some,
};
use crate::{
    http::{
        export::Exporter,
        extract::{Input, Operation, Path, Query, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::SharedApp,
    platform::access::{Person, Post, Role, Unit},
};

pub(super) fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(list_people, create_person))
        .routes(routes!(export_people))
        .routes(routes!(export_people_workbook))
        .routes(routes!(person, change_person))
        .routes(routes!(reset_password))
        .routes(routes!(give_passwords))
        .routes(routes!(grant))
        .routes(routes!(end_post))
        .routes(routes!(end_sessions))
}

/// What a list of people is narrowed by, and which page.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct PersonQuery {
    /// With this in the name or log-in name.
    q: Option<String>,
    /// With a post in this place or below it.
    #[param(value_type = Option<String>)]
    region: Option<RegionCode>,
    /// With a post in this unit.
    #[param(value_type = Option<uuid::Uuid>)]
    unit: Option<Id<Unit>>,
    /// With a post of this role.
    role: Option<Role>,
    /// Those who have left, too.
    #[serde(default)]
    left: bool,
    /// Only those who never had a password and so cannot log in yet.
    #[serde(default)]
    waiting: bool,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

impl PersonQuery {
    fn filter(&self) -> PersonFilter {
        let Self { region, unit, role, left, waiting, .. } = self;
        PersonFilter {
            q: some(self.q.as_ref()),
            region: region.clone(),
            unit: *unit,
            role: *role,
            with_left: *left,
            without_password: *waiting,
        }
    }
}

/// A post to be given.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct PostNew {
    /// What it lets its holder be.
    role: Role,
    /// Where.
    region: RegionCode,
    /// In which unit.
    #[schema(value_type = Option<uuid::Uuid>)]
    unit: Option<Id<Unit>>,
    /// First day; today if not said.
    from: Option<Day>,
    /// The day it is over.
    until: Option<Day>,
    /// The post to stand in for.
    #[schema(value_type = Option<uuid::Uuid>)]
    deputy_for: Option<Id<Post>>,
}

impl From<PostNew> for PostDraft {
    fn from(new: PostNew) -> Self {
        let PostNew { role, region, unit, from, until, deputy_for } = new;
        Self { role, region, unit, from, until, deputy_for }
    }
}

/// A person to be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct PersonNew {
    /// Their name.
    name: String,
    /// Their log-in name.
    login: String,
    /// The telephone they are reached at for work.
    phone: Option<String>,
    /// Their first posts.
    #[serde(default)]
    posts: Vec<PostNew>,
}

/// A person's name and telephone as they shall be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct PersonChange {
    /// Their name.
    name: String,
    /// The telephone they are reached at for work.
    phone: Option<String>,
    /// The version that was seen.
    version: i64,
}

/// A person just created.
#[derive(Serialize, utoipa::ToSchema)]
struct PersonMade {
    /// Who.
    person: PersonView,
    /// What they log in with first; shown now and never again.
    first_password: String,
}

/// A new first password.
#[derive(Serialize, utoipa::ToSchema)]
struct FirstPassword {
    /// What they log in with next; shown now and never again.
    first_password: String,
}

/// People of one's places.
#[utoipa::path(get, path = "/api/people", tag = "staff", params(PersonQuery), responses((status = 200, body = Listing<PersonView>)))]
async fn list_people(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<PersonQuery>,
) -> Answer<Json<Listing<PersonView>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let scope = actions::reading_scope(&actor)?;
    Ok(Json(views::people(&mut app.db.read().await?, &scope, &query.filter(), app.today(), &page).await?))
}

/// The same as a file; for those who keep the accounts.
#[utoipa::path(get, path = "/api/people.csv", tag = "staff", params(PersonQuery), responses((status = 200, content_type = "text/csv", body = String)))]
async fn export_people(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<PersonQuery>,
) -> Answer<Response> {
    let what = (actions::reading_scope(&actor)?, query.filter());
    Ok(sheet::lines(export, "people", views::person_columns(lang), move |rows| {
        views::person_batches(app, what, lang, rows)
    }))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/people.xlsx", tag = "staff", params(PersonQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
async fn export_people_workbook(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<PersonQuery>,
) -> Answer<Response> {
    let what = (actions::reading_scope(&actor)?, query.filter());
    let title = Names::new("人员", "People").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "people", title, views::person_columns(lang), move |rows| {
        views::person_batches(app, what, lang, rows)
    }))
}

/// One person.
#[utoipa::path(get, path = "/api/people/{id}", operation_id = "read_person",
    tag = "staff", params(("id" = String, Path)), responses((status = 200, body = PersonView)))]
async fn person(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Person>>,
) -> Answer<Json<PersonView>> {
    let scope = actions::reading_scope(&actor)?;
    Ok(Json(views::person(&mut app.db.read().await?, &scope, id, app.today()).await?))
}

/// Creates a person with a first password.
#[utoipa::path(post, path = "/api/people", tag = "staff", request_body = PersonNew, responses((status = 201, body = PersonMade)))]
async fn create_person(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<PersonNew>,
) -> Answer<(StatusCode, Json<PersonMade>)> {
    let key = operation.by(actor.person, "people.create")?;
    let posts = body.posts.into_iter().map(PostDraft::from).collect();
    let who = (body.name, body.login, some(body.phone.as_ref()));
    let made = actions::create_person(&app, &actor, who, posts, key).await?;
    let scope = actions::reading_scope(&actor)?;
    let person = views::person(&mut app.db.read().await?, &scope, made.person, app.today()).await?;
    Ok((StatusCode::CREATED, Json(PersonMade { person, first_password: made.first_password })))
}

/// Corrects a person's name and telephone.
#[utoipa::path(put, path = "/api/people/{id}", tag = "staff", params(("id" = String, Path)),
    request_body = PersonChange, responses((status = 200, body = PersonView)))]
async fn change_person(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Person>>,
    Input { body, operation }: Input<PersonChange>,
) -> Answer<Json<PersonView>> {
    let key = operation.by(actor.person, "people.rename")?;
    let known = (body.name, some(body.phone.as_ref()));
    actions::change_person(&app, &actor, id, body.version, known, key).await?;
    let scope = actions::reading_scope(&actor)?;
    Ok(Json(views::person(&mut app.db.read().await?, &scope, id, app.today()).await?))
}

/// Gives someone a new first password; their sessions end and their second factor is off.
#[utoipa::path(post, path = "/api/people/{id}/reset-password", tag = "staff", params(("id" = String, Path)), responses((status = 200, body = FirstPassword)))]
async fn reset_password(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Person>>,
    operation: Operation,
) -> Answer<Json<FirstPassword>> {
    let key = operation.by(actor.person, "people.reset_password")?;
    let made = actions::reset_password(&app, &actor, id, key).await?;
    Ok(Json(FirstPassword { first_password: made.first_password }))
}

/// Who gets a first password.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct PasswordsWanted {
    /// People who never had one, up to 100.
    #[schema(value_type = Vec<uuid::Uuid>)]
    people: Vec<Id<Person>>,
}

/// First passwords; shown now and never again.
#[derive(Serialize, utoipa::ToSchema)]
struct PasswordsGiven {
    /// In the order asked for.
    welcomed: Vec<Welcome>,
}

/// Gives first passwords to people who never had one, to be printed as slips.
#[utoipa::path(post, path = "/api/people/first-passwords", operation_id = "give_first_passwords", tag = "staff", request_body = PasswordsWanted, responses((status = 200, body = PasswordsGiven)))]
async fn give_passwords(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<PasswordsWanted>,
) -> Answer<Json<PasswordsGiven>> {
    let key = operation.by(actor.person, "people.give_passwords")?;
    Ok(Json(PasswordsGiven { welcomed: actions::give_passwords(&app, &actor, body.people, key).await? }))
}

/// Gives someone a post.
#[utoipa::path(post, path = "/api/people/{id}/posts", operation_id = "grant_post",
    tag = "staff", params(("id" = String, Path)), request_body = PostNew, responses((status = 201, body = PersonView)))]
async fn grant(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Person>>,
    Input { body, operation }: Input<PostNew>,
) -> Answer<(StatusCode, Json<PersonView>)> {
    let key = operation.by(actor.person, "posts.grant")?;
    actions::grant(&app, &actor, id, body.into(), key).await?;
    let scope = actions::reading_scope(&actor)?;
    Ok((StatusCode::CREATED, Json(views::person(&mut app.db.read().await?, &scope, id, app.today()).await?)))
}

/// Ends a post today.
#[utoipa::path(delete, path = "/api/posts/{id}", tag = "staff", params(("id" = String, Path)), responses((status = 204)))]
async fn end_post(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Post>>,
    operation: Operation,
) -> Answer<StatusCode> {
    let key = operation.by(actor.person, "posts.end")?;
    actions::end_post(&app, &actor, id, key).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends all sessions of a person.
#[utoipa::path(delete, path = "/api/people/{id}/sessions", operation_id = "end_sessions_of_person",
    tag = "staff", params(("id" = String, Path)), responses((status = 204)))]
async fn end_sessions(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Person>>,
    operation: Operation,
) -> Answer<StatusCode> {
    let key = operation.by(actor.person, "people.end_sessions")?;
    actions::end_sessions_of(&app, &actor, id, key).await?;
    Ok(StatusCode::NO_CONTENT)
}
