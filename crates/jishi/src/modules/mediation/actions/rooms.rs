//! 调解室, and the address under which a person's own calendar reads their hearings.

use db::Tx;
use kernel::{Code, Error, Id, Instant, Result};
use serde_json::json;

use super::eyes;
use crate::{
    modules::{
        App, SharedApp,
        mediation::{
            model::{Dispute, Hearing, Room},
            rules::needed,
            store,
        },
        people,
    },
    platform::{
        access::{Actor, Permission, Unit},
        idempotency::{self, Key},
        keys::hex,
        live::Topic,
        trail::{self, By, Entry},
    },
};

/// The longest name of a room, in characters.
const NAME_MAX: usize = 40;

/// A room as it shall be.
#[derive(Clone, Debug)]
pub struct RoomChange {
    /// Its name.
    pub name: String,
    /// Whether it is no more.
    pub is_ended: bool,
}

/// Adds a room to one of the actor's centres.
///
/// # Errors
/// Field errors; `unknown_unit` where the centre is not the actor's.
pub(in super::super) async fn add_room(
    app: &SharedApp,
    actor: &Actor,
    (centre, name): (Id<Unit>, String),
    key: Key,
) -> Result<Room> {
    let units = actor.require(Permission::MediationTakeIn)?.units;
    if !units.contains(&centre) {
        return Err(Error::field("centre", Code::UnknownUnit));
    }
    needed("name", &name, NAME_MAX)?;
    let name = name.trim().to_owned();
    let room = Room { id: Id::new(app.now(), &app.chance), centre, name, ends_on: None, version: 1 };
    let by = By::actor(actor, actor.acting(Permission::MediationTakeIn, None, Some(centre)));
    let now = app.now();
    let write = async move |mut tx: Tx| {
        if let Some(earlier) = idempotency::claim(&mut tx, &key, &room.id.to_string(), now).await? {
            return store::room(&mut tx, earlier.parse().map_err(Error::internal)?).await;
        }
        if store::room_named(&mut tx, room.centre, &room.name).await?.is_some() {
            return Err(Error::field("name", Code::Duplicate).with("value", room.name.as_str()));
        }
        store::insert_room(&mut tx, &room).await?;
        record(&mut tx, &by, "mediation_room.added", &room, now).await?;
        Ok(room)
    };
    let room = app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(room)
}

/// Renames a room, ends it or takes its end back. What is planned in it stays.
///
/// # Errors
/// Field errors; `not_found` where it is not the actor's; `record_changed`.
pub(in super::super) async fn change_room(
    app: &SharedApp,
    actor: &Actor,
    (id, seen): (Id<Room>, i64),
    change: RoomChange,
    key: Key,
) -> Result<Room> {
    let units = actor.require(Permission::MediationTakeIn)?.units;
    needed("name", &change.name, NAME_MAX)?;
    let held = store::room(&mut app.db.read().await?, id).await?;
    if !units.contains(&held.centre) {
        return Err(Error::new(Code::NotFound));
    }
    let by = By::actor(actor, actor.acting(Permission::MediationTakeIn, None, Some(held.centre)));
    let (now, today) = (app.now(), app.today());
    let write = async move |mut tx: Tx| {
        let held = store::room(&mut tx, id).await?;
        if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
            return Ok(held);
        }
        let name = change.name.trim().to_owned();
        let same = store::room_named(&mut tx, held.centre, &name).await?;
        if !change.is_ended && same.is_some_and(|other| other.id != id) {
            return Err(Error::field("name", Code::Duplicate).with("value", name.as_str()));
        }
        let ends_on = change.is_ended.then(|| held.ends_on.unwrap_or(today));
        let room = Room { name, ends_on, version: seen + 1, ..held };
        if !store::change_room(&mut tx, &room, seen).await? {
            return Err(Error::new(Code::RecordChanged));
        }
        record(&mut tx, &by, "mediation_room.changed", &room, now).await?;
        Ok(room)
    };
    let room = app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(room)
}

async fn record(tx: &mut Tx, by: &By, kind: &'static str, room: &Room, at: Instant) -> Result<()> {
    let params = json!({"name": room.name, "ended": room.ends_on.is_some()});
    let object_id = room.id.to_string();
    trail::record(tx, at, by, Entry { kind, object_kind: "mediation_room", object_id, place: None, params }).await
}

/// Makes the address of the actor's feed; one that there was before is dead. Told once: only a mark of it is kept.
///
/// # Errors
/// `forbidden`.
pub(in super::super) async fn begin_feed(app: &SharedApp, actor: &Actor, key: Key) -> Result<String> {
    actor.require(Permission::MediationRead)?;
    let secret = hex(&app.chance.bytes::<24>());
    let (person, kept, now) = (actor.person, app.keys.content(secret.as_bytes()), app.now());
    let by = By::actor(actor, actor.acting(Permission::MediationRead, None, None));
    let write = async move |mut tx: Tx| {
        if idempotency::claim(&mut tx, &key, "", now).await?.is_some() {
            return Err(Error::new(Code::IdempotencyMismatch).because("an address is told once"));
        }
        store::put_feed(&mut tx, person, kept, now).await?;
        let (object_id, params) = (person.to_string(), json!({}));
        let entry = Entry { kind: "hearing_feed.begun", object_kind: "person", object_id, place: None, params };
        trail::record(&mut tx, now, &by, entry).await
    };
    app.db.write(write).await?;
    Ok(secret)
}

/// Ends the actor's feed.
///
/// # Errors
/// `forbidden`.
pub(in super::super) async fn end_feed(app: &SharedApp, actor: &Actor, key: Key) -> Result<()> {
    actor.require(Permission::MediationRead)?;
    let (person, now) = (actor.person, app.now());
    let by = By::actor(actor, actor.acting(Permission::MediationRead, None, None));
    let write = async move |mut tx: Tx| {
        if idempotency::claim(&mut tx, &key, "", now).await?.is_some() {
            return Ok(());
        }
        store::unput_feed(&mut tx, person).await?;
        let (object_id, params) = (person.to_string(), json!({}));
        let entry = Entry { kind: "hearing_feed.ended", object_kind: "person", object_id, place: None, params };
        trail::record(&mut tx, now, &by, entry).await
    };
    app.db.write(write).await
}

/// The hearings behind an address: those of the weeks around now, as their person may see them today.
///
/// # Errors
/// `not_found` where the address is dead, or its person may see none any more.
pub(in super::super) async fn feed_unscoped(
    app: &App,
    secret: &str,
) -> Result<Vec<(Hearing, Option<Room>, Option<String>)>> {
    let mut db = app.db.read().await?;
    let person = store::feed_person_unscoped(&mut db, app.keys.content(secret.as_bytes())).await?;
    drop(db);
    let person = person.ok_or_else(|| Error::new(Code::NotFound))?;
    let actor = people::actor_unscoped(app, person).await?;
    let eyes = eyes(&actor).map_err(|_| Error::new(Code::NotFound))?;
    let span = (app.now().plus_days(-30), app.now().plus_days(90));
    let mut db = app.db.read().await?;
    let hearings = store::hearings_between(&mut db, &eyes, span, false, 500).await?;
    let disputes: Vec<Id<Dispute>> = hearings.iter().map(|hearing| hearing.dispute).collect();
    let disputes = store::some(&mut db, &eyes, &disputes).await?;
    let mut told = Vec::new();
    for hearing in hearings {
        let room = store::room(&mut db, hearing.room).await.ok();
        let number = disputes.iter().find(|dispute| dispute.id == hearing.dispute);
        told.push((hearing, room, number.map(|dispute| dispute.number.clone())));
    }
    Ok(told)
}
