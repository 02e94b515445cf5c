//! Something promised, for a need or without one; reported, judged, given up.

use db::Tx;
use kernel::{Code, Day, Error, Id, Level, RegionCode, Result};
use serde_json::json;

use super::{
    super::{
        model::{Need, NeedState, NeighbourKind, Project, ProjectState, Registration},
        rules, store,
    },
    all, answers_for, changed,
    needs::shown,
    note, speaks_for, whose,
};
use crate::{
    modules::{App, SharedApp},
    platform::{
        access::Actor,
        idempotency::{self, Key},
        live::Topic,
    },
};

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
