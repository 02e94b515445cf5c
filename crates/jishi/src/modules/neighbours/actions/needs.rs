//! A need published, changed, taken down; what everyone reads of it.

use db::Tx;
use kernel::{Code, Day, Error, Id, RegionCode, Result};
use serde_json::json;

use super::{
    super::{
        model::{Need, NeedState, NeighbourKind, Project},
        rules,
        store::{self, PublicNeed},
    },
    all, answers_for, changed, note, whose,
};
use crate::{
    modules::{App, SharedApp, regions},
    platform::{
        access::{Actor, Permission},
        idempotency::{self, Key},
        live::Topic,
    },
};

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
pub(super) fn shown(app: &App, need: &Need, done: Option<(&Project, NeighbourKind)>) -> PublicNeed {
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
