//! Who registers with a community, what they offer, and its answer.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use kernel::{Id, Listing, Page, RegionCode};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        actions::{self, NewRegistration, RegistrationStep},
        model::{NeighbourKind, Registration, RegistrationState},
        store::RegistrationFilter,
        views::{self, RegistrationView, Sheet},
    },
    NeighbourSeen, lines, workbook,
};
use crate::{
    http::{
        export::Exporter,
        extract::{Input, Path, Query, Reader},
        problem::Answer,
        staff::Staff,
    },
    modules::{SharedApp, links::OfferRef},
    platform::access::{Actor, Permission},
};

/// What can be offered.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct OfferKinds {
    /// In the order of the catalogue.
    rows: Vec<OfferRef>,
}

/// Kinds of what can be offered and needed.
#[utoipa::path(get, path = "/api/neighbours/offers", operation_id = "list_offer_kinds",
    tag = "staff", responses((status = 200, body = OfferKinds)))]
pub(super) async fn offers(State(app): State<SharedApp>, Staff(actor): Staff) -> Answer<Json<OfferKinds>> {
    actor.require(Permission::NeighbourRead)?;
    Ok(Json(OfferKinds { rows: app.links.get().offers() }))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RegistrationsQuery {
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
pub(super) async fn list(
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
pub(super) async fn export(
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
pub(super) async fn export_workbook(
    State(app): State<SharedApp>,
    exporter: Exporter,
    Reader(lang): Reader,
    Query(query): Query<RegistrationsQuery>,
) -> Answer<Response> {
    workbook(app, exporter, "neighbours", Sheet::Registrations(query.filter()), lang)
}

/// A registration to be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct RegistrationNew {
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
pub(super) async fn register(
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
pub(super) struct RegistrationChange {
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
pub(super) async fn change(
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
pub(super) struct RegistrationAnswer {
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
pub(super) async fn answer(
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

/// Ends a registration.
#[utoipa::path(post, path = "/api/neighbours/{id}/end", operation_id = "end_registration",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = NeighbourSeen, responses((status = 200, body = RegistrationView)))]
pub(super) async fn end(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Registration>>,
    Input { body, operation }: Input<NeighbourSeen>,
) -> Answer<Json<RegistrationView>> {
    let key = operation.by(actor.person, "neighbours.end")?;
    actions::step_registration(&app, &actor, (id, body.version), RegistrationStep::End, key).await?;
    after_registration(&app, &actor, id).await
}
