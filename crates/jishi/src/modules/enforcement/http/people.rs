//! What is delegated, who may enforce, and what waits for whom.

use axum::{Json, extract::State};
use kernel::{Code, Day, Error, Id, RegionCode};
use serde::{Deserialize, Serialize};

use crate::{
    http::{
        extract::{Input, Path, Query},
        problem::Answer,
        staff::Staff,
    },
    modules::{
        SharedApp,
        enforcement::{
            actions::{self, CertificateDraft},
            store,
            views::{self, CertificateView, CertifiedView, PublicItems, TodayView},
        },
    },
    platform::access::{Permission, Person},
};

/// Of which place.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PlaceQuery {
    /// A township or a place in it; the reader's own by default.
    #[param(value_type = Option<String>)]
    place: Option<RegionCode>,
}

/// The delegated items of a place today, by class.
#[utoipa::path(get, path = "/api/enforcement/items", operation_id = "list_delegated_items",
    tag = "staff", params(PlaceQuery), responses((status = 200, body = PublicItems)))]
pub(super) async fn items(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<PlaceQuery>,
) -> Answer<Json<PublicItems>> {
    let scope = actor.require(Permission::EnforcementRead)?;
    let place = query.place.unwrap_or_else(|| scope.home(&app.settings.region));
    Ok(Json(views::public_items(&mut app.db.read().await?, &app, &place).await?))
}

/// Of which place and day.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OfficersQuery {
    /// A township or a place in it; the reader's own by default.
    #[param(value_type = Option<String>)]
    place: Option<RegionCode>,
    /// The day; today by default.
    day: Option<Day>,
}

/// Officers of a place.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = EnforcementOfficers)]
pub(super) struct OfficersView {
    /// By name; those without a valid certificate are told as such.
    rows: Vec<CertifiedView>,
}

/// Who may enforce in a place on a day.
#[utoipa::path(get, path = "/api/enforcement/officers", operation_id = "list_enforcement_officers",
    tag = "staff", params(OfficersQuery), responses((status = 200, body = OfficersView)))]
pub(super) async fn officers(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<OfficersQuery>,
) -> Answer<Json<OfficersView>> {
    let scope = actor.require(Permission::EnforcementRead)?;
    let place = query.place.unwrap_or_else(|| scope.home(&app.settings.region));
    if !scope.covers(&place) {
        return Err(Error::field("place", Code::NotFound).into());
    }
    let day = query.day.unwrap_or_else(|| app.today());
    Ok(Json(OfficersView { rows: views::officers_at(&mut app.db.read().await?, &place, day).await? }))
}

/// Someone's certificate, if there is one.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = PersonCertificate)]
pub(super) struct OwnCertificate {
    /// None where there is none.
    certificate: Option<CertificateView>,
}

/// Someone's enforcement certificate.
#[utoipa::path(get, path = "/api/people/{id}/certificate", operation_id = "read_certificate",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = OwnCertificate)))]
pub(super) async fn certificate(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Person>>,
) -> Answer<Json<OwnCertificate>> {
    let scope = actor.require(Permission::EnforcementCertify)?;
    let mut db = app.db.read().await?;
    let reach = crate::modules::people::reach_unscoped(&mut db, &[id], app.today()).await?.pop();
    reach.filter(|reach| scope.covers(&reach.region)).ok_or_else(|| Error::new(Code::NotFound))?;
    let certificate = store::certificate_unscoped(&mut db, id).await?.map(CertificateView::from);
    Ok(Json(OwnCertificate { certificate }))
}

/// A certificate as it shall be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = CertificateNew)]
pub(super) struct New {
    /// Its number.
    number: String,
    /// The first day it is valid.
    valid_from: Day,
    /// The last day it is valid.
    valid_until: Day,
    /// The version that was seen; 0 for the first.
    #[serde(default)]
    version: i64,
}

/// Enters or corrects someone's enforcement certificate.
#[utoipa::path(put, path = "/api/people/{id}/certificate", operation_id = "put_certificate", tag = "staff",
    params(("id" = uuid::Uuid, Path)), request_body = New, responses((status = 200, body = OwnCertificate)))]
pub(super) async fn certify(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Person>>,
    Input { body, operation }: Input<New>,
) -> Answer<Json<OwnCertificate>> {
    let key = operation.by(actor.person, "enforcement.certify")?;
    let New { number, valid_from, valid_until, version } = body;
    actions::certify(&app, &actor, id, CertificateDraft { number, valid_from, valid_until, version }, key).await?;
    let found = store::certificate_unscoped(&mut app.db.read().await?, id).await?;
    Ok(Json(OwnCertificate { certificate: found.map(CertificateView::from) }))
}

/// What waits for the reader.
#[utoipa::path(get, path = "/api/enforcement/today", operation_id = "read_enforcement_today",
    tag = "staff", responses((status = 200, body = TodayView)))]
pub(super) async fn today(State(app): State<SharedApp>, Staff(actor): Staff) -> Answer<Json<TodayView>> {
    Ok(Json(views::today(&mut app.db.read().await?, &app, &actor).await?))
}
