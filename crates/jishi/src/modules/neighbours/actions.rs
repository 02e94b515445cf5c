//! Who registers and is accepted; what is needed; what is promised, done and judged.

use db::Tx;
use kernel::{Code, Day, Error, Id, Level, RegionCode, Result};
use serde_json::{Value, json};

use super::{
    model::{Need, NeedState, NeighbourKind, Project, ProjectState, Registration, RegistrationState},
    rules,
    store::{self, PublicNeed, Whose},
};
use crate::{
    modules::{App, SharedApp, people, regions},
    platform::{
        access::{Actor, Permission, Unit},
        idempotency::{self, Key},
        live::Topic,
        trail::{self, By, Entry},
    },
};

/// Whose registrations and projects one sees: a community's those of its places, whoever offers those of their unit and own.
///
/// # Errors
/// `forbidden` to whoever does neither.
pub(super) fn whose(actor: &Actor) -> Result<Whose> {
    let mut scope = actor.require(Permission::NeighbourRead)?;
    // A unit's own registrations, wherever they are.
    scope.units = actor.posts.iter().filter_map(|post| post.unit).collect();
    Ok(Whose { scope, person: actor.person })
}

/// Whether one answers for a community.
pub(super) fn answers_for(actor: &Actor, region: &RegionCode) -> bool {
    actor.require(Permission::NeighbourAnswer).is_ok_and(|scope| scope.covers(region))
}

/// Whether one speaks for what has registered: for its unit, or as oneself.
pub(super) fn speaks_for(actor: &Actor, kind: NeighbourKind, unit: Option<Id<Unit>>, person: bool) -> bool {
    if actor.require(Permission::NeighbourOffer).is_err() {
        return false;
    }
    match kind {
        NeighbourKind::Person => person,
        NeighbourKind::Unit => unit.is_some_and(|unit| actor.posts.iter().any(|post| post.unit == Some(unit))),
        NeighbourKind::Enterprise | NeighbourKind::Social => false,
    }
}

async fn note(
    tx: &mut Tx,
    app: &App,
    actor: &Actor,
    (kind, object_id): (&'static str, String),
    place: &RegionCode,
    params: Value,
) -> Result<()> {
    let post = actor.acting(Permission::NeighbourRead, Some(place), None);
    let entry = Entry { kind, object_kind: "neighbour", object_id, place: Some(place), params };
    trail::record(tx, app.now(), &By::actor(actor, post), entry).await
}

fn all<const N: usize>(checks: [Option<Error>; N]) -> Result<()> {
    checks.into_iter().flatten().reduce(Error::and).map_or(Ok(()), Err)
}

fn changed(is_so: bool) -> Result<()> {
    if is_so { Ok(()) } else { Err(Error::new(Code::RecordChanged)) }
}

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

/// A need to be published, or as it shall be.
#[derive(Clone, Debug)]
pub struct NeedDraft {
    /// Of which community.
    pub region: RegionCode,
    /// Code of what is needed.
    pub kind: String,
    /// In a few words.
    pub title: String,
    /// In more.
    pub words: String,
    /// By which day.
    pub by_on: Option<Day>,
}

fn checked(app: &App, draft: &NeedDraft) -> Result<(String, String)> {
    let kind = match app.links.get().offer(&draft.kind) {
        Some(_) => Ok(()),
        None => Err(Error::field("kind", Code::UnknownValue).with("value", draft.kind.as_str())),
    };
    let (title, words) = (rules::title(&draft.title), rules::words("words", &draft.words));
    let by = draft.by_on.map_or(Ok(()), |day| rules::by(day, app.today()));
    all([
        kind.err(),
        title.as_ref().err().cloned(),
        words.as_ref().err().cloned(),
        by.err(),
        rules::community(&draft.region).err(),
    ])?;
    Ok((title?, words?))
}

/// Publishes a need.
///
/// # Errors
/// Fields to be mended; `not_found` on `region` outside the actor's places.
pub async fn publish(app: &SharedApp, actor: &Actor, draft: NeedDraft, key: Key) -> Result<Id<Need>> {
    actor.require(Permission::NeighbourAnswer)?;
    let (title, words) = checked(app, &draft)?;
    if !answers_for(actor, &draft.region) {
        return Err(Error::field("region", Code::NotFound));
    }
    let need = Need {
        id: Id::new(app.now(), &app.chance),
        region: draft.region,
        kind: draft.kind,
        title,
        words,
        by_on: draft.by_on,
        state: NeedState::Open,
        published_on: app.today(),
        version: 1,
    };
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if let Some(earlier) = idempotency::claim(&mut tx, &key, &need.id.to_string(), app.now()).await? {
            return earlier.parse().map_err(Error::internal);
        }
        if regions::standing_unscoped(&mut tx, &need.region, app.today()).await?.as_ref() != Some(&need.region) {
            return Err(Error::field("region", Code::UnknownRegion));
        }
        store::insert_need(&mut tx, &need).await?;
        store::disclose(&mut tx, &need.region, &shown(app, &need, None)).await?;
        let params = json!({"kind": need.kind});
        note(&mut tx, app, &actor, ("neighbour.need_published", need.id.to_string()), &need.region, params).await?;
        Ok(need.id)
    };
    let id = app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(id)
}

/// What becomes of a need.
#[derive(Clone, Debug)]
pub enum NeedStep {
    /// It reads differently.
    Change(NeedDraft),
    /// It is taken down.
    Withdraw,
}

/// Changes a need that nobody has taken up, or takes it down.
///
/// # Errors
/// Fields to be mended; `neighbour_stands`, `record_changed`, `forbidden`, `not_found`.
pub async fn step_need(
    app: &SharedApp,
    actor: &Actor,
    (id, seen): (Id<Need>, i64),
    step: NeedStep,
    key: Key,
) -> Result<()> {
    let (whose, shared, actor) = (whose(actor)?, SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        let held = store::lock_need(&mut tx, &whose, id).await?;
        if !answers_for(&actor, &held.region) {
            return Err(Error::new(Code::Forbidden));
        }
        if idempotency::claim(&mut tx, &key, &id.to_string(), app.now()).await?.is_some() {
            return Ok(());
        }
        changed(held.version == seen)?;
        rules::may_mend(&held)?;
        let (kind, need) = match step {
            NeedStep::Change(draft) => {
                let draft = NeedDraft { region: held.region.clone(), ..draft };
                let (title, words) = checked(app, &draft)?;
                ("neighbour.need_changed", Need { kind: draft.kind, title, words, by_on: draft.by_on, ..held })
            }
            NeedStep::Withdraw => ("neighbour.need_withdrawn", Need { state: NeedState::Withdrawn, ..held }),
        };
        changed(store::update_need(&mut tx, &need, seen).await?)?;
        if need.state == NeedState::Withdrawn {
            store::conceal(&mut tx, &public_key(app, &need)).await?;
        } else {
            store::disclose(&mut tx, &need.region, &shown(app, &need, None)).await?;
        }
        note(&mut tx, app, &actor, (kind, id.to_string()), &need.region, json!({"kind": need.kind})).await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(())
}

/// The name of a need in public: the same each time, and it leads to nothing else.
fn public_key(app: &App, need: &Need) -> String {
    let digest = app.keys.lookup("need", &need.id.to_string());
    crate::platform::keys::hex(&digest).chars().take(20).collect()
}

/// What everyone reads of a need; of who did it, nothing where that is a person.
fn shown(app: &App, need: &Need, done: Option<(&Project, NeighbourKind)>) -> PublicNeed {
    let project = done.map(|(project, _)| project);
    PublicNeed {
        key: public_key(app, need),
        kind: need.kind.clone(),
        title: need.title.clone(),
        words: need.words.clone(),
        by_on: need.by_on,
        state: need.state,
        published_on: need.published_on,
        done_by: done.filter(|(_, kind)| *kind != NeighbourKind::Person).map(|(project, _)| project.name.clone()),
        result: project.and_then(|project| project.result.clone()),
        done_on: project.and_then(|project| project.done_on),
        helped: project.and_then(|project| project.helped),
    }
}

/// What is promised.
#[derive(Clone, Debug)]
pub struct NewProject {
    /// By whom.
    pub registration: Id<Registration>,
    /// The need it answers; none for what is offered without one.
    pub need: Option<Id<Need>>,
    /// Code of what is done, where there is no need that says it.
    pub kind: Option<String>,
    /// In a few words, where there is no need that says it.
    pub title: Option<String>,
    /// What is promised.
    pub promise: String,
    /// By which day.
    pub due_on: Day,
}

/// Promises something: whoever registered takes a need up, or the community writes down what was agreed.
///
/// # Errors
/// Fields to be mended; `neighbour_stands`, `forbidden`, `not_found`.
pub async fn promise(app: &SharedApp, actor: &Actor, new: NewProject, key: Key) -> Result<Id<Project>> {
    let (whose, shared, actor) = (whose(actor)?, SharedApp::clone(app), actor.clone());
    let id: Id<Project> = Id::new(app.now(), &app.chance);
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if let Some(earlier) = idempotency::claim(&mut tx, &key, &id.to_string(), app.now()).await? {
            return earlier.parse().map_err(Error::internal);
        }
        let need = match new.need {
            Some(need) => Some(store::lock_need(&mut tx, &whose, need).await.map_err(|_| missing("need"))?),
            None => None,
        };
        let one = match &need {
            // A match may come from another community of the township.
            Some(need) if answers_for(&actor, &need.region) => matched(&mut tx, need, new.registration).await?,
            _ => store::registration(&mut tx, &whose, new.registration).await.map_err(|_| missing("registration"))?,
        };
        let region = need.as_ref().map_or(&one.region, |need| &need.region).clone();
        let is_own = speaks_for(&actor, one.kind, one.unit, one.person == Some(actor.person));
        if !is_own && !answers_for(&actor, &region) {
            return Err(Error::new(Code::Forbidden));
        }
        rules::may_promise(&one, need.as_ref())?;
        let project = promised(app, (id, one), (region, need.as_ref()), &new)?;
        store::insert_project(&mut tx, &project).await?;
        if let Some(need) = need {
            let seen = need.version;
            let need = Need { state: NeedState::Matched, ..need };
            changed(store::update_need(&mut tx, &need, seen).await?)?;
            store::disclose(&mut tx, &need.region, &shown(app, &need, None)).await?;
        }
        let params = json!({"kind": project.kind, "need": project.need});
        note(&mut tx, app, &actor, ("neighbour.promised", id.to_string()), &project.region, params).await?;
        Ok(id)
    };
    let id = app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(id)
}

fn missing(field: &str) -> Error {
    Error::field(field, Code::NotFound)
}

async fn matched(tx: &mut Tx, need: &Need, id: Id<Registration>) -> Result<Registration> {
    let township = need.region.at(Level::Township).ok_or_else(|| missing("registration"))?;
    let near = store::accepted_near(tx, &township).await?;
    near.into_iter().find(|one| one.id == id).ok_or_else(|| missing("registration"))
}

fn promised(
    app: &App,
    (id, one): (Id<Project>, Registration),
    (region, need): (RegionCode, Option<&Need>),
    new: &NewProject,
) -> Result<Project> {
    let kind = need.map(|need| need.kind.clone()).or_else(|| new.kind.clone()).unwrap_or_default();
    let known = match app.links.get().offer(&kind) {
        Some(_) => Ok(()),
        None => Err(Error::field("kind", Code::UnknownValue).with("value", kind.as_str())),
    };
    let title = match need {
        Some(need) => Ok(need.title.clone()),
        None => rules::title(new.title.as_deref().unwrap_or_default()),
    };
    let (promise, due_on) = (rules::words("promise", &new.promise), rules::due(new.due_on, app.today()));
    all([known.err(), title.as_ref().err().cloned(), promise.as_ref().err().cloned(), due_on.as_ref().err().cloned()])?;
    Ok(Project {
        id,
        region,
        need: need.map(|need| need.id),
        registration: one.id,
        name: one.name,
        unit: one.unit,
        person: one.person,
        kind,
        title: title?,
        promise: promise?,
        due_on: due_on?,
        state: ProjectState::Promised,
        result: None,
        done_on: None,
        helped: None,
        word: None,
        version: 1,
    })
}

/// What becomes of a project.
#[derive(Clone, Debug)]
pub enum ProjectStep {
    /// 双报告: what was done, and on which day; reported once.
    Report(String, Option<Day>),
    /// The community says whether it helped.
    Judge(bool, String),
    /// It comes to nothing, and why; its need is open again.
    Drop(String),
}

/// Takes a step of a project.
///
/// # Errors
/// Fields to be mended; `forbidden`, `neighbour_stands`, `record_changed`, `not_found`.
pub async fn step_project(
    app: &SharedApp,
    actor: &Actor,
    (id, seen): (Id<Project>, i64),
    step: ProjectStep,
    key: Key,
) -> Result<()> {
    let (whose, shared, actor) = (whose(actor)?, SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        let held = store::lock_project(&mut tx, &whose, id).await?;
        if idempotency::claim(&mut tx, &key, &id.to_string(), app.now()).await?.is_some() {
            return Ok(());
        }
        changed(held.version == seen)?;
        let by = store::registration_unscoped(&mut tx, held.registration).await?;
        let (kind, project) = advanced(app, &actor, (held, by.kind), step)?;
        changed(store::update_project(&mut tx, &project, seen).await?)?;
        follow(&mut tx, app, (&project, by.kind)).await?;
        let params = json!({"state": project.state, "helped": project.helped});
        note(&mut tx, app, &actor, (kind, id.to_string()), &project.region, params).await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(())
}

fn advanced(
    app: &App,
    actor: &Actor,
    (held, by): (Project, NeighbourKind),
    step: ProjectStep,
) -> Result<(&'static str, Project)> {
    let is_own = speaks_for(actor, by, held.unit, held.person == Some(actor.person));
    let is_community = answers_for(actor, &held.region);
    let may = |is_so: bool| if is_so { Ok(()) } else { Err(Error::new(Code::Forbidden)) };
    let is_outside = matches!(by, NeighbourKind::Enterprise | NeighbourKind::Social);
    match step {
        ProjectStep::Report(result, day) => {
            // What has no account here is written down by the community.
            may(is_own || is_outside && is_community)?;
            rules::may_report(&held)?;
            let (result, done_on) = (rules::words("result", &result), rules::done(day, app.today()));
            all([result.as_ref().err().cloned(), done_on.as_ref().err().cloned()])?;
            let (result, done_on) = (Some(result?), Some(done_on?));
            Ok(("neighbour.reported", Project { state: ProjectState::Done, result, done_on, ..held }))
        }
        ProjectStep::Judge(helped, word) => {
            may(is_community)?;
            rules::may_judge(&held)?;
            let word = Some(rules::words("word", &word)?);
            Ok(("neighbour.judged", Project { state: ProjectState::Judged, helped: Some(helped), word, ..held }))
        }
        ProjectStep::Drop(why) => {
            may(is_own || is_community)?;
            rules::may_report(&held)?;
            let result = Some(rules::words("result", &why)?);
            Ok(("neighbour.dropped", Project { state: ProjectState::Dropped, result, ..held }))
        }
    }
}

/// What a step of a project does to its need, and to what everyone reads of it.
async fn follow(tx: &mut Tx, app: &App, (project, by): (&Project, NeighbourKind)) -> Result<()> {
    let Some(need) = project.need else { return Ok(()) };
    let need = store::need_unscoped(tx, need).await?;
    let state = match project.state {
        ProjectState::Dropped => NeedState::Open,
        ProjectState::Done | ProjectState::Judged => NeedState::Done,
        ProjectState::Promised => NeedState::Matched,
    };
    let seen = need.version;
    let need = Need { state, ..need };
    changed(store::update_need(tx, &need, seen).await?)?;
    let done = (state == NeedState::Done).then_some((project, by));
    store::disclose(tx, &need.region, &shown(app, &need, done)).await
}
