//! Changing the register. Rows written: one an item, one a fact, some ten for the terms it is found by, one on the trail.

mod book;
mod edit;
mod facts;
mod redrawn;
mod sign;

use db::{Conn, Tx};
use kernel::{Code, Error, Id, Instant, RegionCode, Result};
use serde_json::Value;

pub use book::{import_packaged, refresh};
pub use edit::{Change, change, create, end, new_item};
pub use facts::enter;
pub use redrawn::{Followed, follow_in};
pub use sign::{give_sign, sign_unscoped};

use super::{
    model::{Item, ItemRef, Seen},
    store,
};
use crate::{
    modules::{App, people, regions},
    platform::{
        access::{Actor, Permission, Scope, Unit},
        trail::{self, By, Entry},
    },
};

/// Who changes an item, and for which places and units.
fn writer(actor: &Actor, permission: Permission) -> Result<(By, Scope)> {
    let scope = actor.require(permission)?;
    Ok((By::actor(actor, actor.acting(permission, None, None)), scope))
}

async fn record(
    tx: &mut Tx,
    by: &By,
    at: Instant,
    kind: &'static str,
    (id, place): (Id<Item>, &RegionCode),
    params: Value,
) -> Result<()> {
    let entry = Entry { kind, object_kind: "item", object_id: id.to_string(), place: Some(place), params };
    trail::record(tx, at, by, entry).await
}

/// A place that stands today and lies in the instance's.
async fn standing(db: &mut Conn, app: &App, region: &RegionCode) -> Result<()> {
    let standing = regions::standing_unscoped(db, region, app.today()).await?;
    if standing.as_ref() == Some(region) && app.settings.region.covers(region) {
        Ok(())
    } else {
        Err(Error::field("region", Code::UnknownRegion))
    }
}

/// A unit that is there.
async fn known_unit(db: &mut Conn, owner: Option<Id<Unit>>) -> Result<()> {
    let Some(owner) = owner else { return Ok(()) };
    let found = people::units_unscoped(db, &[owner]).await?;
    if found.contains_key(&owner) { Ok(()) } else { Err(Error::field("owner", Code::UnknownUnit)) }
}

/// An item to be named beside what it is linked with: whoever sees that may read what it is about.
///
/// # Errors
/// `internal` when the database fails.
pub async fn ref_unscoped(db: &mut Conn, app: &App, id: Id<Item>) -> Result<Option<ItemRef>> {
    let item = store::get_unscoped(db, id).await?;
    Ok(item.map(|item| app.register.kinds().named(&item)))
}

/// Items by their ids, to be named beside what they are linked with: whoever sees that may read what it is about.
///
/// # Errors
/// `internal` when the database fails.
pub async fn refs_unscoped(db: &mut Conn, app: &App, ids: &[Id<Item>]) -> Result<Vec<ItemRef>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let kinds = app.register.kinds();
    let items = store::refs_unscoped(db, ids).await?;
    Ok(items.iter().map(|item| kinds.named(item)).collect())
}

/// An item that is there and the actor's to see, to be linked with a case or ticked on a list.
///
/// # Errors
/// `not_found`, `item_ended`.
pub async fn act_on(db: &mut Conn, scope: &Scope, id: Id<Item>) -> Result<Item> {
    let item = store::get(db, scope, id).await?;
    if item.ends_on.is_some() { Err(Error::new(Code::ItemEnded)) } else { Ok(item) }
}

/// An item that is there, for a report whose place was checked already.
///
/// # Errors
/// `internal` when the database fails.
pub async fn standing_unscoped(db: &mut Conn, id: Id<Item>) -> Result<Option<Item>> {
    Ok(store::get_unscoped(db, id).await?.filter(|item| item.ends_on.is_none()))
}

/// Items by their ids, as far as they are in the scope and there.
///
/// # Errors
/// `internal` when the database fails.
pub async fn items_of(db: &mut Conn, scope: &Scope, ids: &[Id<Item>]) -> Result<Vec<Item>> {
    let mut items = if ids.is_empty() { Vec::new() } else { store::refs_unscoped(db, ids).await? };
    let own = |item: &Item| scope.covers(&item.place) || item.owner.is_some_and(|owner| scope.units.contains(&owner));
    items.retain(|item| own(item) && item.ends_on.is_none());
    Ok(items)
}

/// Notes that an item was looked at, inside a transaction that does more.
///
/// # Errors
/// `internal` when the database fails.
pub async fn touch_seen(tx: &mut Tx, id: Id<Item>, seen: Seen) -> Result<()> {
    store::set_seen(tx, id, seen).await
}
