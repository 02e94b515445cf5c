//! Keeping, changing and forgetting views.

use db::Tx;
use kernel::{Code, Error, Id, Instant, Result};
use serde_json::json;

use super::{
    model::{Draft, SavedView},
    rules, store,
};
use crate::{
    modules::SharedApp,
    platform::{
        access::Actor,
        idempotency::{self, Key},
        trail::{self, By, Entry},
    },
};

/// Views of one person of one list.
const MOST: i64 = 50;

/// Keeps a view.
///
/// # Errors
/// Field errors as [`rules::checked`]; `out_of_range` on too many.
pub(super) async fn keep(app: &SharedApp, actor: &Actor, draft: Draft, key: Key) -> Result<SavedView> {
    let Draft { list, name, query, unit } = rules::checked(draft, actor)?;
    let now = app.now();
    let id = Id::new(now, &app.chance);
    let view = SavedView { id, list, name, query, person: actor.person, unit, made_at: now, version: 1 };
    let actor = actor.clone();
    let write = async move |mut tx: Tx| {
        if let Some(earlier) = idempotency::claim(&mut tx, &key, &view.id.to_string(), now).await? {
            return store::lock_unscoped(&mut tx, earlier.parse().map_err(Error::internal)?).await;
        }
        if store::count(&mut tx, view.person, view.list).await? >= MOST {
            return Err(Error::field("name", Code::OutOfRange).with("min", 0).with("max", MOST));
        }
        store::insert(&mut tx, &view).await?;
        on_trail(&mut tx, &actor, "view.kept", &view, now).await?;
        Ok(view)
    };
    app.db.write(write).await
}

/// Changes a view as its reader saw it.
///
/// # Errors
/// `not_found` when it is another's; `record_changed`; field errors.
pub(super) async fn change(
    app: &SharedApp,
    actor: &Actor,
    (id, seen): (Id<SavedView>, i64),
    draft: Draft,
    key: Key,
) -> Result<SavedView> {
    let draft = rules::checked(draft, actor)?;
    let (now, actor) = (app.now(), actor.clone());
    let write = async move |mut tx: Tx| {
        let view = theirs(&mut tx, &actor, id).await?;
        if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
            return Ok(view);
        }
        if view.version != seen {
            return Err(Error::new(Code::RecordChanged));
        }
        store::update(&mut tx, id, &draft).await?;
        on_trail(&mut tx, &actor, "view.changed", &view, now).await?;
        let Draft { name, query, unit, .. } = draft;
        Ok(SavedView { name, query, unit, version: view.version + 1, ..view })
    };
    app.db.write(write).await
}

/// Forgets a view.
///
/// # Errors
/// `not_found` when it is another's.
pub(super) async fn forget(app: &SharedApp, actor: &Actor, id: Id<SavedView>, key: Key) -> Result<()> {
    let (now, actor) = (app.now(), actor.clone());
    let write = async move |mut tx: Tx| {
        if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
            return Ok(());
        }
        let view = theirs(&mut tx, &actor, id).await?;
        store::delete(&mut tx, id).await?;
        on_trail(&mut tx, &actor, "view.forgotten", &view, now).await
    };
    app.db.write(write).await
}

async fn theirs(tx: &mut Tx, actor: &Actor, id: Id<SavedView>) -> Result<SavedView> {
    let view = store::lock_unscoped(tx, id).await?;
    if rules::is_theirs(&view, actor) { Ok(view) } else { Err(Error::new(Code::NotFound)) }
}

async fn on_trail(tx: &mut Tx, actor: &Actor, kind: &'static str, view: &SavedView, at: Instant) -> Result<()> {
    let post = actor.posts.iter().find(|post| view.unit.is_none() || post.unit == view.unit);
    let params = json!({"name": view.name, "list": view.list.as_str()});
    let (object_id, place) = (view.id.to_string(), post.map(|post| &post.region));
    let entry = Entry { kind, object_kind: "saved_view", object_id, place, params };
    trail::record(tx, at, &By::actor(actor, post), entry).await
}
