//! Cards, households, and what everyone reads. Rows written: a card or a household and the trail; what is public of one place,
//! a few rows, in a transaction of its own that no step waits for.

use db::Tx;
use kernel::{Code, Error, Id, RegionCode, Result};
use serde_json::{Value, json};

use super::{model::Household, public, rules, store};
use crate::{
    modules::{
        App, Schedule, SharedApp, regions,
        register::{self, Item},
    },
    platform::{
        access::{Actor, Permission, Post},
        idempotency::{self, Key},
        live::Topic,
        trail::{self, By, Entry},
    },
};

/// What became of what was raised is told within the hour.
const DISCLOSE_SECONDS: i64 = 3_600;

/// What the platform does by itself.
pub fn schedules() -> Vec<Schedule> {
    vec![Schedule { kind: "links.disclose", every_seconds: DISCLOSE_SECONDS, run: |app| Box::pin(disclose_all(app)) }]
}

/// Puts the packaged file into force for the instance.
///
/// # Errors
/// `internal` when the database fails.
pub async fn import_packaged(app: &SharedApp) -> Result<()> {
    app.links.import_packaged(&app.db, app.settings.region.clone(), (app.today(), app.now())).await
}

/// Reads the file in force again, if it changed since it was last read.
///
/// # Errors
/// `internal` when the database fails.
pub async fn refresh(app: &App) -> Result<()> {
    app.links.refresh(&app.db, app.today()).await
}

/// A card as it shall be.
#[derive(Clone, Debug)]
pub struct CardChange {
    /// The version that was seen; 0 where there was none.
    pub version: i64,
    /// The telephone of the desk; none for the unit's.
    pub phone: Option<String>,
    /// Whether residents read name and telephone.
    pub is_public: bool,
}

/// Writes the card of a link.
///
/// # Errors
/// `bad_phone`, `phone_is_private`; `record_changed`; `not_found` outside the actor's places.
pub async fn set_card(app: &SharedApp, actor: &Actor, id: Id<Post>, change: CardChange, key: Key) -> Result<()> {
    let scope = actor.require(Permission::LinkEdit)?;
    let phone = rules::office_phone(change.phone.as_deref())?;
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        let link = store::get(&mut tx, &scope, app.today(), id).await?;
        // Whoever sees the link of a wider place does not write its card.
        if !scope.covers(&link.region) {
            return Err(Error::new(Code::NotFound));
        }
        if idempotency::claim(&mut tx, &key, &id.to_string(), app.now()).await?.is_some() {
            return Ok(link.region);
        }
        if !store::put_card(&mut tx, id, (phone, change.is_public), change.version).await? {
            return Err(Error::new(Code::RecordChanged));
        }
        let params = json!({"is_public": change.is_public});
        record(&mut tx, app, &actor, ("link.card_changed", id.to_string()), &link.region, params).await?;
        Ok(link.region)
    };
    let region = app.db.write(write).await?;
    disclose(app, &region).await?;
    app.live.hint(Topic::Records);
    Ok(())
}

/// A household to be linked.
#[derive(Clone, Debug)]
pub struct NewHousehold {
    /// To the holder of this post.
    pub post: Id<Post>,
    /// In this village or grid.
    pub region: RegionCode,
    /// What stands at its door; may be left out where a place of the register says it.
    pub door: String,
    /// The place of the register it is.
    pub item: Option<Id<Item>>,
}

/// Links a household to a cadre.
///
/// # Errors
/// Fields to be mended; `not_found` outside the actor's places.
pub async fn add_household(app: &SharedApp, actor: &Actor, new: NewHousehold, key: Key) -> Result<Id<Household>> {
    let scope = actor.require(Permission::LinkEdit)?;
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    let id: Id<Household> = Id::new(app.now(), &app.chance);
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if let Some(earlier) = idempotency::claim(&mut tx, &key, &id.to_string(), app.now()).await? {
            return earlier.parse().map_err(Error::internal);
        }
        let household = compose(&mut tx, app, &actor, (id, &new)).await?;
        if !scope.covers(&household.region) {
            return Err(Error::field("region", Code::NotFound));
        }
        if store::has_door(&mut tx, household.post, &household.region, &household.door).await? {
            return Err(Error::field("door", Code::Duplicate).with("value", household.door.as_str()));
        }
        store::insert_household(&mut tx, &household).await?;
        let params = json!({"post": household.post});
        record(&mut tx, app, &actor, ("link.household_added", id.to_string()), &household.region, params).await?;
        Ok(id)
    };
    let id = app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(id)
}

/// Checks what a household shall be; the mistakes of all fields are told at once.
async fn compose(
    tx: &mut Tx,
    app: &App,
    actor: &Actor,
    (id, new): (Id<Household>, &NewHousehold),
) -> Result<Household> {
    let scope = actor.require(Permission::LinkEdit)?;
    let link = store::get(tx, &scope, app.today(), new.post).await;
    let link = link.map_err(|_| Error::field("post", Code::NotFound));
    let item = match new.item {
        Some(item) => Some(register::act_on(tx, &scope, item).await.map_err(|_| Error::field("item", Code::NotFound))),
        None => None,
    };
    let named = item.as_ref().and_then(|item| item.as_ref().ok());
    let said = named.filter(|_| new.door.trim().is_empty()).map(|item| {
        let kinds = app.register.kinds();
        register::label(&kinds.named(item)).zh().to_owned()
    });
    // What the register calls a place has been checked there.
    let door = said.map_or_else(|| rules::door(&new.door), Ok);
    let region = match &link {
        Ok(link) if !link.region.covers(&new.region) && !new.region.covers(&link.region) => {
            Err(Error::field("region", Code::NotLinkedThere))
        }
        _ if regions::standing_unscoped(tx, &new.region, app.today()).await?.as_ref() != Some(&new.region) => {
            Err(Error::field("region", Code::UnknownRegion))
        }
        _ if new.region.level() < kernel::Level::Township => Err(Error::field("region", Code::VisitTooWide)),
        _ => Ok(()),
    };
    let mut mistakes: Option<Error> = None;
    let failed = [
        link.as_ref().err().cloned(),
        region.err(),
        door.as_ref().err().cloned(),
        item.as_ref().and_then(|item| item.as_ref().err()).cloned(),
    ];
    for error in failed.into_iter().flatten() {
        mistakes = Some(match mistakes {
            Some(earlier) => Error::and(earlier, error),
            None => error,
        });
    }
    if let Some(mistakes) = mistakes {
        return Err(mistakes);
    }
    let link = link?;
    Ok(Household {
        id,
        post: link.id,
        person: link.person,
        region: new.region.clone(),
        door: door?,
        item: new.item,
        begins_on: app.today(),
        ends_on: None,
        version: 1,
    })
}

/// Ends the link of a household, or takes its end back.
///
/// # Errors
/// `record_changed`; `duplicate` when the door has been linked again meanwhile; `not_found` outside the actor's places.
pub(super) async fn end_household(
    app: &SharedApp,
    actor: &Actor,
    (id, seen): (Id<Household>, i64),
    is_ended: bool,
    key: Key,
) -> Result<()> {
    let scope = actor.require(Permission::LinkEdit)?;
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        let held = store::lock_household(&mut tx, &scope, id).await?;
        if idempotency::claim(&mut tx, &key, &id.to_string(), app.now()).await?.is_some() {
            return Ok(());
        }
        if !is_ended && store::has_door(&mut tx, held.post, &held.region, &held.door).await? {
            return Err(Error::field("door", Code::Duplicate).with("value", held.door.as_str()));
        }
        let ends_on = is_ended.then(|| app.today());
        if !store::end_household(&mut tx, id, ends_on, seen).await? {
            return Err(Error::new(Code::RecordChanged));
        }
        let kind = if is_ended { "link.household_ended" } else { "link.household_restored" };
        record(&mut tx, app, &actor, (kind, id.to_string()), &held.region, json!({"post": held.post})).await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(())
}

async fn record(
    tx: &mut Tx,
    app: &App,
    actor: &Actor,
    (kind, object_id): (&'static str, String),
    place: &RegionCode,
    params: Value,
) -> Result<()> {
    let by = By::actor(actor, actor.acting(Permission::LinkEdit, Some(place), None));
    trail::record(tx, app.now(), &by, Entry { kind, object_kind: "link", object_id, place: Some(place), params }).await
}

/// Writes what everyone reads of the village a place lies in, if it has changed.
///
/// # Errors
/// `internal` when the database fails.
pub async fn disclose(app: &SharedApp, region: &RegionCode) -> Result<()> {
    let home = store::home(region);
    let mut db = app.db.read().await?;
    let now = public::compose(&mut db, &home, app.today()).await?;
    let before = store::disclosed(&mut db, &home).await?;
    drop(db);
    if now == before {
        return Ok(());
    }
    app.db.write(async move |mut tx: Tx| store::disclose(&mut tx, &home, &now).await).await
}

/// The same for every place: cases go on, posts end.
async fn disclose_all(app: SharedApp) -> Result<()> {
    let since = app.today().plus(-public::SINCE_DAYS);
    let homes = store::homes_unscoped(&mut app.db.read().await?, since).await?;
    for home in homes {
        disclose(&app, &home).await?;
    }
    Ok(())
}
