//! Lists made, changed, ended; things ticked. Rows written: one a list; a tick, its thing and the trail, and those of a case
//! when something is needed.

use db::Tx;
use kernel::{Code, Error, Id, Lang, RegionCode, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    model::{List, Rhythm},
    rules, store,
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{
            Case, Channel, Identity,
            actions::{NewContact, NewPlace, NewReport, Ready, prepare_report, report_in},
        },
        regions::{self, PlaceSource},
        register::{self, Item, Seen},
    },
    platform::{
        access::{Actor, Permission},
        idempotency::{self, Key},
        live::Topic,
        trail::{self, By, Entry},
    },
};

/// A list to be.
#[derive(Clone, Debug)]
pub struct NewList {
    /// What it is called.
    pub name: String,
    /// Where.
    pub region: RegionCode,
    /// Codes of the kinds that are looked at.
    pub kinds: Vec<String>,
    /// How often.
    pub rhythm: Rhythm,
    /// The day of a round by which it is done.
    pub due_in: i64,
}

/// What of a list shall change.
#[derive(Clone, Debug)]
pub(super) struct ListChange {
    /// What it is called.
    pub name: String,
    /// Codes of the kinds that are looked at.
    pub kinds: Vec<String>,
    /// How often.
    pub rhythm: Rhythm,
    /// The day of a round by which it is done.
    pub due_in: i64,
    /// Whether it is over.
    pub is_ended: bool,
}

fn checked(app: &App, new: &NewList) -> Result<()> {
    let kinds = app.register.kinds();
    let is_known = |code: &str| kinds.kind(code).is_some();
    rules::check(&new.name, &new.region, &new.kinds, (new.rhythm, new.due_in), is_known)
}

async fn record(tx: &mut Tx, app: &App, by: &By, kind: &'static str, list: &List) -> Result<()> {
    let params = json!({"name": list.name, "kinds": list.kinds, "rhythm": list.rhythm});
    let (object_id, place) = (list.id.to_string(), Some(&list.region));
    trail::record(tx, app.now(), by, Entry { kind, object_kind: "patrol", object_id, place, params }).await
}

/// Makes a list.
///
/// # Errors
/// Fields to be mended; `duplicate` on `name`; `not_found` on `region` outside the actor's places.
pub(super) async fn create(app: &SharedApp, actor: &Actor, new: NewList, key: Key) -> Result<Id<List>> {
    let scope = actor.require(Permission::RegisterEdit)?;
    checked(app, &new)?;
    if !scope.covers(&new.region) {
        return Err(Error::field("region", Code::NotFound));
    }
    let by = By::actor(actor, actor.acting(Permission::RegisterEdit, Some(&new.region), None));
    make(app, by, new, Some(key)).await
}

/// Makes a list for the demonstration; one that is there already stays.
///
/// # Errors
/// As of a list made by staff.
pub async fn create_unscoped(app: &SharedApp, new: NewList) -> Result<bool> {
    checked(app, &new)?;
    if store::named_unscoped(&mut app.db.read().await?, &new.region, &new.name).await?.is_some() {
        return Ok(false);
    }
    make(app, By::nobody(), new, None).await.map(|_| true)
}

async fn make(app: &SharedApp, by: By, new: NewList, key: Option<Key>) -> Result<Id<List>> {
    let shared = SharedApp::clone(app);
    let list = List {
        id: Id::new(app.now(), &app.chance),
        name: new.name.trim().to_owned(),
        region: new.region,
        kinds: new.kinds,
        rhythm: new.rhythm,
        due_in: new.due_in,
        begins_on: app.today(),
        ends_on: None,
        version: 1,
    };
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if let Some(key) = &key
            && let Some(earlier) = idempotency::claim(&mut tx, key, &list.id.to_string(), app.now()).await?
        {
            return earlier.parse().map_err(Error::internal);
        }
        if regions::standing_unscoped(&mut tx, &list.region, app.today()).await?.as_ref() != Some(&list.region) {
            return Err(Error::field("region", Code::UnknownRegion));
        }
        if store::named_unscoped(&mut tx, &list.region, &list.name).await?.is_some() {
            return Err(Error::field("name", Code::Duplicate).with("value", list.name.as_str()));
        }
        store::insert(&mut tx, &list).await?;
        record(&mut tx, app, &by, "patrol.created", &list).await?;
        Ok(list.id)
    };
    let made = app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(made)
}

/// Changes a list, ends it or takes its end back. What was ticked stays.
///
/// # Errors
/// Fields to be mended; `record_changed`; `not_found` outside the actor's places.
pub(super) async fn change(
    app: &SharedApp,
    actor: &Actor,
    (id, seen): (Id<List>, i64),
    change: ListChange,
    key: Key,
) -> Result<()> {
    let scope = actor.require(Permission::RegisterEdit)?;
    let shared = SharedApp::clone(app);
    let by = By::actor(actor, actor.acting(Permission::RegisterEdit, None, None));
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if idempotency::claim(&mut tx, &key, &id.to_string(), app.now()).await?.is_some() {
            return Ok(());
        }
        let held = store::lock(&mut tx, &scope, id).await?;
        // Whoever reads a wider place's list does not change it.
        if !scope.covers(&held.region) {
            return Err(Error::new(Code::NotFound));
        }
        let ListChange { name, kinds, rhythm, due_in, is_ended } = change;
        let name = name.trim().to_owned();
        let new = NewList { name, region: held.region.clone(), kinds, rhythm, due_in };
        checked(app, &new)?;
        let same = store::named_unscoped(&mut tx, &new.region, &new.name).await?;
        if !is_ended && same.is_some_and(|other| other.id != id) {
            return Err(Error::field("name", Code::Duplicate).with("value", new.name.as_str()));
        }
        let ends_on = if is_ended { held.ends_on.or_else(|| Some(app.today())) } else { None };
        let NewList { name, kinds, rhythm, due_in, .. } = new;
        let list = List { name, kinds, rhythm, due_in, ends_on, ..held };
        if !store::update(&mut tx, &list, seen).await? {
            return Err(Error::new(Code::RecordChanged));
        }
        let kind = if is_ended { "patrol.ended" } else { "patrol.changed" };
        record(&mut tx, app, &by, kind, &list).await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(())
}

/// What a tick came to, as kept with its key.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Ticked {
    /// The case it became.
    pub case: Option<Id<Case>>,
}

/// Ticks a thing off: well, or in need of something, which is then a case about that thing.
///
/// # Errors
/// `not_found` where list or thing are not the actor's; `item_not_listed`; `patrol_ended`; `item_ended`; what a report may be
/// refused for.
pub(super) async fn tick(
    app: &SharedApp,
    actor: &Actor,
    id: Id<List>,
    (item, is_well, words): (Id<Item>, bool, Option<String>),
    key: Key,
) -> Result<Ticked> {
    let scope = actor.require(Permission::RegisterNote)?;
    let (words, today) = (rules::words(words.as_deref())?, app.today());
    let mut db = app.db.read().await?;
    let list = store::get(&mut db, &scope, id).await?;
    let item = register::act_on(&mut db, &scope, item).await?;
    if list.ends_on.is_some() {
        return Err(Error::new(Code::PatrolEnded));
    }
    if !list.region.covers(&item.place) || !list.kinds.contains(&item.kind) {
        return Err(Error::field("item", Code::ItemNotListed));
    }
    let round = rules::round(list.rhythm, list.due_in, today).starts_on;
    let earlier = store::tick_of(&mut db, (id, round), item.id).await?;
    drop(db);
    // Something that is a case already in this round is not made one again.
    let ready = if is_well || earlier.is_some_and(|tick| tick.case.is_some()) {
        None
    } else {
        Some(prepare_report(app, actor, report(app, &item, words.as_deref())).await?)
    };
    let by = By::actor(actor, actor.acting(Permission::RegisterNote, Some(&item.place), None));
    let ticked = write_tick(app, by, (list, round), (item, is_well, words), ready, key).await?;
    app.live.hint(Topic::Records);
    if ticked.case.is_some() {
        app.live.hint(Topic::Cases);
        // It may be an emergency.
        app.live.press();
    }
    Ok(ticked)
}

async fn write_tick(
    app: &SharedApp,
    by: By,
    (list, round): (List, kernel::Day),
    (item, is_well, words): (Item, bool, Option<String>),
    ready: Option<Ready>,
    key: Key,
) -> Result<Ticked> {
    let (shared, today) = (SharedApp::clone(app), app.today());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if let Some(earlier) = idempotency::claim(&mut tx, &key, "", app.now()).await? {
            return serde_json::from_str(&earlier).map_err(Error::internal);
        }
        let case = match ready {
            Some(ready) => Some(report_in(&mut tx, app, ready).await?),
            None => None,
        };
        store::tick(&mut tx, (list.id, round), (item.id, today, is_well), (words, case)).await?;
        register::touch_seen(&mut tx, item.id, Seen { on: today, is_well }).await?;
        let params =
            json!({"list": list.name, "kind": item.kind, "number": item.number, "name": item.name, "is_well": is_well});
        let (kind, object_id, place) = ("patrol.ticked", item.id.to_string(), Some(&item.place));
        trail::record(&mut tx, app.now(), &by, Entry { kind, object_kind: "item", object_id, place, params }).await?;
        let ticked = Ticked { case };
        let kept = serde_json::to_string(&ticked).map_err(Error::internal)?;
        idempotency::conclude(&mut tx, &key, &kept).await?;
        Ok(ticked)
    };
    app.db.write(write).await
}

/// The report that a tick makes: about the thing, where the thing is, for what it is mostly reported.
fn report(app: &App, item: &Item, words: Option<&str>) -> NewReport {
    let (kinds, catalogue) = (app.register.kinds(), app.matters.catalogue());
    let label = register::label(&kinds.named(item));
    let said = words.unwrap_or("巡查发现需要处理");
    let in_force = |code: &&String| catalogue.matter(code, &item.place).is_some();
    let matters = kinds.kind(&item.kind).map(|kind| kind.matters.as_slice()).unwrap_or_default();
    let (lon, lat) = item.point.unzip();
    NewReport {
        receipt: receipt(app),
        channel: Channel::Grid,
        text: format!("{}：{said}", label.zh()),
        matter: matters.iter().find(in_force).cloned(),
        accepts_answer: false,
        identity: Identity::Named,
        contact: NewContact::default(),
        place: NewPlace {
            source: PlaceSource::Staff,
            lon,
            lat,
            region: Some(item.place.clone()),
            text: item.place_text.clone(),
        },
        registered_region: None,
        photos: Vec::new(),
        joins: None,
        locale: Lang::Zh.tag().to_owned(),
        qr: None,
        item: Some(item.id),
        wants_messages: false,
        about: None,
    }
}

/// Nobody was given one: whoever ticked follows the case by the thing.
fn receipt(app: &App) -> String {
    loop {
        let receipt = format!("{:016}", app.chance.below(10_u64.pow(16)));
        let digits: std::collections::HashSet<u8> = receipt.bytes().collect();
        if digits.len() >= 4 {
            return receipt;
        }
    }
}
