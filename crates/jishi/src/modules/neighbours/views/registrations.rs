//! What is shown of a registration.

use db::Conn;
use kernel::{Cursor, Day, Id, Listing, Page, Result};
use serde::Serialize;

use super::{
    super::{
        actions::{answers_for, speaks_for, whose},
        model::{NeighbourKind, Registration, RegistrationState},
        rules,
        store::{self, RegistrationFilter},
    },
    Places, offer, place,
};
use crate::{
    modules::{
        App,
        links::OfferRef,
        regions::{self, RegionRef},
    },
    platform::access::Actor,
};

/// 报到
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Registration)]
pub(in super::super) struct RegistrationView {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Registration>,
    /// With which community.
    pub(super) region: RegionRef,
    /// Of what.
    pub(super) kind: NeighbourKind,
    /// What it is called.
    pub(super) name: String,
    /// What is offered.
    pub(super) offers: Vec<OfferRef>,
    /// When it is free.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) free: Option<String>,
    /// Where it stands.
    pub(super) state: RegistrationState,
    /// What the community answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    /// Since when.
    pub(super) registered_on: Day,
    /// Whether the reader may accept it or not.
    may_answer: bool,
    /// Whether the reader may change what is offered.
    may_change: bool,
    /// Whether the reader may end it.
    may_end: bool,
    /// Whether the reader may promise something for it.
    may_promise: bool,
    /// Counts every change.
    version: i64,
}

pub(super) fn registration_view(
    app: &App,
    actor: &Actor,
    places: &Places,
    one: &Registration,
) -> Result<RegistrationView> {
    let is_own = speaks_for(actor, one.kind, one.unit, one.person == Some(actor.person));
    let is_community = answers_for(actor, &one.region);
    let is_outside = matches!(one.kind, NeighbourKind::Enterprise | NeighbourKind::Social);
    let stands = rules::may_change(one).is_ok();
    Ok(RegistrationView {
        id: one.id,
        region: place(places, &one.region)?,
        kind: one.kind,
        name: one.name.clone(),
        offers: one.offers.iter().map(|code| offer(app, code)).collect(),
        free: one.free.clone(),
        state: one.state,
        answer: one.answer.clone(),
        registered_on: one.registered_on,
        may_answer: is_community && rules::may_answer(one).is_ok(),
        may_change: stands && (is_own || is_outside && is_community),
        may_end: stands && (is_own || is_community),
        may_promise: one.state == RegistrationState::Accepted && (is_own || is_community),
        version: one.version,
    })
}

/// A page of registrations.
pub(in super::super) async fn registrations(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    filter: &RegistrationFilter,
    page: &Page,
) -> Result<Listing<RegistrationView>> {
    let whose = whose(actor)?;
    let found = store::registration_page(db, &whose, filter, page).await?;
    let count = store::registration_count(db, &whose, filter).await?;
    let places = regions::refs_unscoped(db, found.iter().map(|one| &one.region)).await?;
    let rows: Result<Vec<_>> = found.iter().map(|one| registration_view(app, actor, &places, one)).collect();
    Ok(Listing::new(rows?, page, count, |row| Cursor::pack(&row.id)))
}

/// One registration.
pub(in super::super) async fn registration(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    id: Id<Registration>,
) -> Result<RegistrationView> {
    let one = store::registration(db, &whose(actor)?, id).await?;
    let places = regions::refs_unscoped(db, [&one.region]).await?;
    registration_view(app, actor, &places, &one)
}
