//! What a page shows of shares, put together: of one case, of a list, of a link.

use std::collections::HashMap;

use db::Conn;
use kernel::{Id, Level, Listing, Page, RegionCode, Result};

use super::{
    actions::{assists, decline_until},
    model::{Share, ShareFilter, ShareState},
    rules::{self, ShareStep},
    shapes::{CaseShares, LinkNote, LinkView, ShareRow, ShareView},
    store,
};
use crate::{
    modules::{
        App,
        cases::{ground, model::Case, referred::Referred, store as cases},
        people::{self, PersonRef, UnitRef},
        photos::{self, Photo},
        regions::{self, Place},
    },
    platform::access::{Actor, Permission, Person, Scope, Unit},
};

/// What shares refer to, read together.
struct Named {
    units: HashMap<Id<Unit>, UnitRef>,
    people: HashMap<Id<Person>, PersonRef>,
    photos: Vec<Photo>,
}

impl Named {
    async fn read(db: &mut Conn, app: &App, shares: &[Share]) -> Result<Self> {
        let units: Vec<_> = shares.iter().flat_map(|share| share.unit.into_iter().chain([share.lead_unit])).collect();
        let persons: Vec<_> = shares.iter().filter_map(|share| share.signed_by).collect();
        let shas: Vec<String> = shares.iter().flat_map(|share| &share.answer_photos).cloned().collect();
        Ok(Self {
            units: people::units_unscoped(db, &units).await?,
            people: people::people_unscoped(db, &persons).await?,
            photos: photos::links(db, app, &shas).await?,
        })
    }

    fn view(&self, app: &App, share: &Share, allowed_actions: Vec<&'static str>) -> ShareView {
        let may_decline = allowed_actions.contains(&ShareStep::Decline.as_str());
        let photo = |sha: &String| self.photos.iter().find(|photo| photo.sha == *sha).cloned();
        ShareView {
            id: share.id,
            kind: share.kind,
            state: share.state,
            unit: share.unit.and_then(|unit| self.units.get(&unit).cloned()),
            company: share.company.clone(),
            lead_unit: self.units.get(&share.lead_unit).cloned(),
            task: share.task.clone(),
            due_at: share.due_at,
            is_late: share.is_late(app.now()),
            given_at: share.given_at,
            signed_at: share.signed_at,
            signed_by: share.signed_by.and_then(|person| self.people.get(&person).cloned()),
            answered_at: share.answered_at,
            answer: share.answer.clone(),
            answer_photos: share.answer_photos.iter().filter_map(photo).collect(),
            words: share.words.clone(),
            rounds: share.rounds,
            expires_at: share.expires_at,
            decline_until: Some(decline_until(app, share)).filter(|_| may_decline && share.state != ShareState::Asked),
            allowed_actions,
            version: share.version,
        }
    }
}

/// The steps the actor may take on a share now; the same rules decide when they take one.
fn allowed(app: &App, share: &Share, (case, all): (&Case, &[Share]), actor: &Actor) -> Vec<&'static str> {
    let now = app.now();
    let may = |step: &ShareStep| match step {
        _ if rules::decide(*step, share, case, actor).is_err() => false,
        ShareStep::Decline => {
            rules::may_decline(share, all, (decline_until(app, share), now), &app.settings.zone).is_ok()
        }
        ShareStep::Agree => rules::is_in_hand(case).is_ok(),
        _ => true,
    };
    ShareStep::ALL.into_iter().filter(may).map(ShareStep::as_str).collect()
}

/// The shares of a case, for a reader whose scope was checked when `case` was read.
///
/// # Errors
/// `internal` when the database fails.
pub(super) async fn of_case(db: &mut Conn, app: &App, actor: &Actor, case: &Case) -> Result<CaseShares> {
    let shares = store::of_case(db, case.id).await?;
    let named = Named::read(db, app, &shares).await?;
    let parts = cases::assignments_of(db, case.id).await?;
    let has_share = |unit| shares.iter().any(|share| share.unit == Some(unit) && share.state.is_open());
    let assisting: Vec<_> =
        parts.iter().filter(|part| assists(part) && !has_share(part.unit)).map(|part| part.unit).collect();
    let found = people::units_unscoped(db, &assisting).await?;
    Ok(CaseShares {
        may_give: rules::may_give(case, actor).is_ok(),
        latest_due: rules::latest_due(case, app.now()),
        link_days: app.matters.catalogue().assisting().link_days,
        assistants: assisting.iter().filter_map(|unit| found.get(unit).cloned()).collect(),
        has_answers: shares.iter().any(|share| share.answered_at.is_some()),
        rows: shares.iter().map(|share| named.view(app, share, allowed(app, share, (case, &shares), actor))).collect(),
    })
}

/// Rows of a list with the cases they are of.
pub(super) async fn rows(db: &mut Conn, app: &App, actor: Option<&Actor>, shares: &[Share]) -> Result<Vec<ShareRow>> {
    let named = Named::read(db, app, shares).await?;
    let ids: Vec<Id<Case>> = shares.iter().map(|share| share.case).collect();
    let found = cases::some_unscoped(db, &ids).await?;
    let places = found.iter().flat_map(|case| regions::ancestry(case.true_place())).collect();
    let referred = Referred::read(db, places, Vec::new(), Vec::new()).await?;
    let seen = match actor.and_then(|actor| actor.require(Permission::CaseRead).ok()) {
        Some(scope) => cases::seen_of(db, &scope, &ids).await?.into_iter().map(|case| case.id).collect(),
        None => Vec::new(),
    };
    let mut rows = Vec::new();
    for share in shares {
        let Some(case) = found.iter().find(|case| case.id == share.case) else { continue };
        let steps = match actor {
            Some(actor) if share.state.is_open() => {
                let all = store::of_case(db, case.id).await?;
                allowed(app, share, (case, &all), actor)
            }
            _ => Vec::new(),
        };
        // The words in which a resident described the place are not for whoever is only asked.
        let sees_case = seen.contains(&case.id);
        let place = referred.place(case);
        rows.push(ShareRow {
            share: named.view(app, share, steps),
            case: case.id,
            number: case.number.clone(),
            matter: ground::matter_ref(app, case),
            place: if sees_case { place } else { Place { text: None, lon: None, lat: None, ..place } },
            sees_case,
        });
    }
    Ok(rows)
}

/// A page of the list.
///
/// # Errors
/// `bad_cursor`, or `internal` when the database fails.
pub(super) async fn listing(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    (scope, filter): (&Scope, &ShareFilter),
    page: &Page,
) -> Result<Listing<ShareRow>> {
    let Listing { rows: shares, next, count, count_capped } = store::list(db, scope, filter, page).await?;
    Ok(Listing { rows: rows(db, app, Some(actor), &shares).await?, next, count, count_capped })
}

/// What a link opens.
///
/// # Errors
/// `internal` when the database fails.
pub(super) async fn by_link(db: &mut Conn, app: &App, share: &Share) -> Result<LinkView> {
    let lead = people::units_unscoped(db, &[share.lead_unit]).await?.remove(&share.lead_unit);
    // Work that was accepted is over: whoever still has the link learns that, and nothing of place, task or photos.
    if share.state == ShareState::Accepted {
        return Ok(accepted(share, lead));
    }
    let case = cases::get_unscoped(db, share.case).await?;
    let history = cases::timeline_of(db, share.case).await?;
    let own: Vec<_> = history.iter().filter(|row| row.kind == "link_noted" && rules::is_of(row, share.id)).collect();
    let shas: Vec<String> = share
        .photos
        .iter()
        .chain(&share.answer_photos)
        .chain(own.iter().flat_map(|row| &row.photos))
        .cloned()
        .collect();
    let all = photos::links(db, app, &shas).await?;
    let pick = |shas: &[String]| -> Vec<Photo> {
        shas.iter().filter_map(|sha| all.iter().find(|photo| photo.sha == *sha).cloned()).collect()
    };
    let places = from_township(&case.place);
    let refs = regions::refs_unscoped(db, &places).await?;
    Ok(LinkView {
        company: share.company.clone().unwrap_or_default(),
        lead_unit: lead.map(|unit| unit.names),
        task: share.task.clone(),
        place: places.iter().filter_map(|code| refs.get(code)).map(|region| region.names.clone()).collect(),
        photos: pick(&share.photos),
        state: share.state,
        due_at: share.due_at,
        expires_at: share.expires_at.unwrap_or(share.due_at),
        signed_at: share.signed_at,
        notes: own
            .iter()
            .map(|row| LinkNote { at: row.at, text: row.body.clone(), photos: pick(&row.photos) })
            .collect(),
        answer: share.answer.clone(),
        answered_at: share.answered_at,
        answer_photos: pick(&share.answer_photos),
        words: share.words.clone(),
    })
}

fn accepted(share: &Share, lead: Option<UnitRef>) -> LinkView {
    LinkView {
        company: share.company.clone().unwrap_or_default(),
        lead_unit: lead.map(|unit| unit.names),
        task: String::new(),
        place: Vec::new(),
        photos: Vec::new(),
        state: share.state,
        due_at: share.due_at,
        expires_at: share.expires_at.unwrap_or(share.due_at),
        signed_at: share.signed_at,
        notes: Vec::new(),
        answer: None,
        answered_at: share.answered_at,
        answer_photos: Vec::new(),
        words: None,
    }
}

/// The places a place lies in, from the township to itself: their official names say where, without anybody's words.
fn from_township(place: &RegionCode) -> Vec<RegionCode> {
    let mut places: Vec<RegionCode> =
        regions::ancestry(place).into_iter().filter(|code| code.level() >= Level::Township).collect();
    places.sort_by_key(|code| code.as_str().len());
    places
}
