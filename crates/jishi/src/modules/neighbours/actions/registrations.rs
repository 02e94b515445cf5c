//! Registered, accepted or not, changed, ended.

use db::Tx;
use kernel::{Code, Error, Id, RegionCode, Result};
use serde_json::json;

use super::{
    super::{
        model::{NeighbourKind, Registration, RegistrationState},
        rules, store,
    },
    all, answers_for, changed, note, speaks_for, whose,
};
use crate::{
    modules::{App, SharedApp, people, regions},
    platform::{
        access::{Actor, Permission},
        idempotency::{self, Key},
        live::Topic,
    },
};

/// A registration to be.
#[derive(Clone, Debug)]
pub struct NewRegistration {
    /// With which community.
    pub region: RegionCode,
    /// Of what.
    pub kind: NeighbourKind,
    /// What an enterprise or social organisation is called; of others the platform knows.
    pub name: Option<String>,
    /// Codes of what is offered.
    pub offers: Vec<String>,
    /// When it is free.
    pub free: Option<String>,
}

/// Registers a unit or oneself with a community, or takes an enterprise or social organisation in as the community.
///
/// # Errors
/// Fields to be mended; `forbidden` where one neither offers nor answers for the community.
pub async fn register(app: &SharedApp, actor: &Actor, new: NewRegistration, key: Key) -> Result<Id<Registration>> {
    let is_outside = matches!(new.kind, NeighbourKind::Enterprise | NeighbourKind::Social);
    actor.require(if is_outside { Permission::NeighbourAnswer } else { Permission::NeighbourOffer })?;
    let mut db = app.db.read().await?;
    let standing = regions::standing_unscoped(&mut db, &new.region, app.today()).await?;
    let place = if standing.as_ref() != Some(&new.region) {
        Err(Error::field("region", Code::UnknownRegion))
    } else if is_outside && !answers_for(actor, &new.region) {
        Err(Error::field("region", Code::NotFound))
    } else {
        rules::community(&new.region)
    };
    let unit = actor.acting(Permission::NeighbourOffer, None, None).and_then(|post| post.unit).filter(|_| !is_outside);
    let known = app.links.get();
    let (offers, free) =
        (rules::offers(&new.offers, |code| known.offer(code).is_some()), rules::free(new.free.as_deref()));
    let name = match (new.kind, unit) {
        (NeighbourKind::Person, _) => Ok(actor.name.clone()),
        (NeighbourKind::Unit, Some(unit)) => {
            let names = people::units_unscoped(&mut db, &[unit]).await?.remove(&unit).map(|unit| unit.names);
            Ok(names.map(|names| names.zh().to_owned()).unwrap_or_default())
        }
        (NeighbourKind::Unit, None) => Err(Error::field("kind", Code::NoUnit)),
        _ => rules::name(new.name.as_deref().unwrap_or_default()),
    };
    drop(db);
    all([place.err(), name.as_ref().err().cloned(), offers.as_ref().err().cloned(), free.as_ref().err().cloned()])?;
    let one = Registration {
        id: Id::new(app.now(), &app.chance),
        region: new.region,
        kind: new.kind,
        unit,
        person: (new.kind == NeighbourKind::Person).then_some(actor.person),
        name: name?,
        offers: offers?,
        free: free?,
        state: if is_outside { RegistrationState::Accepted } else { RegistrationState::Asked },
        answer: None,
        registered_on: app.today(),
        version: 1,
    };
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if let Some(earlier) = idempotency::claim(&mut tx, &key, &one.id.to_string(), app.now()).await? {
            return earlier.parse().map_err(Error::internal);
        }
        if store::registered(&mut tx, &one).await? {
            return Err(Error::field("region", Code::RegisteredAlready));
        }
        store::insert_registration(&mut tx, &one).await?;
        let params = json!({"kind": one.kind, "offers": one.offers});
        note(&mut tx, app, &actor, ("neighbour.registered", one.id.to_string()), &one.region, params).await?;
        Ok(one.id)
    };
    let id = app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(id)
}

/// What becomes of a registration.
#[derive(Clone, Debug)]
pub enum RegistrationStep {
    /// The community accepts it, or not, with a word.
    Answer(bool, Option<String>),
    /// What is offered, and when it is free.
    Change(Vec<String>, Option<String>),
    /// It is over.
    End,
}

/// Takes a step of a registration.
///
/// # Errors
/// Fields to be mended; `forbidden`, `neighbour_stands`, `record_changed`, `not_found`.
pub async fn step_registration(
    app: &SharedApp,
    actor: &Actor,
    (id, seen): (Id<Registration>, i64),
    step: RegistrationStep,
    key: Key,
) -> Result<()> {
    let (whose, shared, actor) = (whose(actor)?, SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        let held = store::lock_registration(&mut tx, &whose, id).await?;
        if idempotency::claim(&mut tx, &key, &id.to_string(), app.now()).await?.is_some() {
            return Ok(());
        }
        changed(held.version == seen)?;
        let (kind, one) = stepped(app, &actor, held, step)?;
        changed(store::update_registration(&mut tx, &one, seen).await?)?;
        let params = json!({"state": one.state, "offers": one.offers});
        note(&mut tx, app, &actor, (kind, id.to_string()), &one.region, params).await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(())
}

fn stepped(
    app: &App,
    actor: &Actor,
    held: Registration,
    step: RegistrationStep,
) -> Result<(&'static str, Registration)> {
    let is_own = speaks_for(actor, held.kind, held.unit, held.person == Some(actor.person));
    let is_community = answers_for(actor, &held.region);
    let is_outside = matches!(held.kind, NeighbourKind::Enterprise | NeighbourKind::Social);
    let may = |is_so: bool| if is_so { Ok(()) } else { Err(Error::new(Code::Forbidden)) };
    match step {
        RegistrationStep::Answer(is_accepted, words) => {
            may(is_community)?;
            rules::may_answer(&held)?;
            let words = words.filter(|words| !words.trim().is_empty());
            // Whoever is not accepted is told why.
            let answer = match words {
                Some(words) => Some(rules::words("words", &words)?),
                None if is_accepted => None,
                None => return Err(Error::field("words", Code::Required)),
            };
            let state = if is_accepted { RegistrationState::Accepted } else { RegistrationState::Declined };
            Ok(("neighbour.answered", Registration { state, answer, ..held }))
        }
        RegistrationStep::Change(offers, free) => {
            may(is_own || is_outside && is_community)?;
            rules::may_change(&held)?;
            let known = app.links.get();
            let (offers, free) =
                (rules::offers(&offers, |code| known.offer(code).is_some()), rules::free(free.as_deref()));
            all([offers.as_ref().err().cloned(), free.as_ref().err().cloned()])?;
            Ok(("neighbour.changed", Registration { offers: offers?, free: free?, ..held }))
        }
        RegistrationStep::End => {
            may(is_own || is_community)?;
            rules::may_change(&held)?;
            Ok(("neighbour.ended", Registration { state: RegistrationState::Ended, ..held }))
        }
    }
}
