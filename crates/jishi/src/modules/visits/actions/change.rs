//! One's own visit is changed or taken back, while it may be.

use db::Tx;
use kernel::{Code, Day, Error, Id, Result};
use serde_json::json;

use super::{
    super::{model::Visit, rules, store},
    after, all, as_writer, check_matter, note,
    sealed::seal,
};
use crate::{
    modules::{App, SharedApp},
    platform::{
        access::{Actor, Permission, Scope},
        idempotency::{self, Key},
    },
};

/// A visit as it shall be.
#[derive(Clone, Debug)]
pub(in super::super) struct VisitChange {
    /// The version that was seen.
    pub version: i64,
    /// On which day.
    pub visited_on: Option<Day>,
    /// Whom, in which household.
    pub whom: String,
    /// What was said.
    pub said: String,
    /// What is needed.
    pub need: Option<String>,
    /// Code of the matter it is about.
    pub matter: Option<String>,
}

/// One's own visit, while it may be changed.
async fn own(tx: &mut Tx, app: &App, actor: &Actor, id: Id<Visit>) -> Result<Visit> {
    let visit = store::get(tx, &Scope::default(), actor.person, id).await?;
    rules::may_change(&visit, app.links.get().change_hours, app.now())?;
    Ok(visit)
}

/// Changes a visit. What became a case is said there.
///
/// # Errors
/// Fields to be mended; `visit_too_late`, `visit_is_case`, `record_changed`; `not_found` where somebody else wrote it.
pub(in super::super) async fn change(
    app: &SharedApp,
    actor: &Actor,
    id: Id<Visit>,
    change: VisitChange,
    key: Key,
) -> Result<()> {
    actor.require(Permission::VisitWrite)?;
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        let held = own(&mut tx, app, &actor, id).await?;
        if idempotency::claim(&mut tx, &key, &id.to_string(), app.now()).await?.is_some() {
            return Ok(held.region);
        }
        let matter = change.matter.as_deref().map(str::trim).filter(|matter| !matter.is_empty()).map(str::to_owned);
        let written = rules::written(&change.whom, &change.said, change.need.as_deref());
        let day = rules::day(change.visited_on.or(Some(held.visited_on)), held.written_at.day(&app.settings.zone));
        all([
            written.as_ref().map(|_| ()).map_err(Clone::clone),
            day.as_ref().map(|_| ()).map_err(Clone::clone),
            check_matter(app, matter.as_deref(), &held.region),
        ])?;
        let (written, visited_on) = (written?, day?);
        if held.case.is_some() && (written.need != held.need || matter != held.matter) {
            return Err(Error::field("need", Code::VisitIsCase));
        }
        let sealed = seal(app, id, &written)?;
        let visit = Visit { visited_on, need: written.need, matter, ..held };
        if !store::update(&mut tx, &visit, &sealed, change.version).await? {
            return Err(Error::new(Code::RecordChanged));
        }
        let by = as_writer(&actor, &visit.region);
        let params = json!({"has_need": visit.need.is_some()});
        note(&mut tx, app, &by, ("visit.changed", id), &visit.region, params).await?;
        Ok(visit.region)
    };
    let region = app.db.write(write).await?;
    after(app, &region, false).await
}

/// Takes a visit back.
///
/// # Errors
/// `visit_too_late`, `visit_is_case`, `record_changed`; `not_found` where somebody else wrote it.
pub(in super::super) async fn withdraw(
    app: &SharedApp,
    actor: &Actor,
    (id, seen): (Id<Visit>, i64),
    key: Key,
) -> Result<()> {
    actor.require(Permission::VisitWrite)?;
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if idempotency::claim(&mut tx, &key, &id.to_string(), app.now()).await?.is_some() {
            return Ok(None);
        }
        let held = own(&mut tx, app, &actor, id).await?;
        if held.case.is_some() {
            return Err(Error::new(Code::VisitIsCase));
        }
        if !store::withdraw(&mut tx, id, app.now(), seen).await? {
            return Err(Error::new(Code::RecordChanged));
        }
        note(&mut tx, app, &as_writer(&actor, &held.region), ("visit.withdrawn", id), &held.region, json!({})).await?;
        Ok(Some(held.region))
    };
    match app.db.write(write).await? {
        Some(region) => after(app, &region, false).await,
        None => Ok(()),
    }
}
