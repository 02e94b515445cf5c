//! What people and units wish to be told: each person says it for themselves, a unit's is kept with the gateways.

use db::Tx;
use kernel::{Code, Error, Id, RegionCode, Result};
use serde_json::json;

use super::super::{
    model::{Owner, Want, Wishes},
    store,
};
use crate::{
    modules::{App, people},
    platform::{
        access::{Actor, Permission, Unit},
        idempotency::{self, Key},
        trail::{self, By, Entry},
    },
};

/// The wishes of somebody, or what holds without any. The caller has checked who asks.
///
/// # Errors
/// `internal` when the database fails.
pub async fn wishes_of(app: &App, owner: Owner) -> Result<Wishes> {
    let mut found = store::wishes_unscoped(&mut app.db.read().await?, &[owner]).await?;
    Ok(found.remove(&owner).unwrap_or_else(Wishes::usual))
}

/// Keeps what a member of staff wishes for themselves.
///
/// # Errors
/// Field errors; `record_changed`.
pub async fn put_own_wishes(app: &App, actor: &Actor, wishes: Wishes, key: Key) -> Result<Wishes> {
    if actor.must_change_password {
        return Err(Error::new(Code::PasswordChangeNeeded));
    }
    put(app, &By::actor(actor, None), Owner::Person(actor.person), None, wishes, key).await
}

/// Keeps what a unit wishes.
///
/// # Errors
/// Field errors; `not_found`; `record_changed`.
pub async fn put_unit_wishes(app: &App, actor: &Actor, unit: Id<Unit>, wishes: Wishes, key: Key) -> Result<Wishes> {
    let scope = actor.require(Permission::GatewayEdit)?;
    let found = people::placed_units_unscoped(&mut app.db.read().await?, &[unit]).await?.remove(&unit);
    let (_, region) = found.filter(|(_, region)| scope.covers(region)).ok_or_else(|| Error::new(Code::NotFound))?;
    let by = By::actor(actor, actor.acting(Permission::GatewayEdit, Some(&region), None));
    put(app, &by, Owner::Unit(unit), Some(region), Wishes { sms: Want::None, ..wishes }, key).await
}

fn check(wishes: Wishes) -> Result<Wishes> {
    let address = wishes.address.map(|address| address.trim().to_owned()).filter(|address| !address.is_empty());
    let is_mailbox = |text: &String| text.len() <= 254 && text.parse::<lettre::Address>().is_ok();
    if address.as_ref().is_some_and(|address| !is_mailbox(address)) {
        return Err(Error::field("address", Code::BadFormat).with("expected", "name@example.cn"));
    }
    if wishes.mail != Want::None && address.is_none() {
        return Err(Error::field("address", Code::Required));
    }
    Ok(Wishes { address, ..wishes })
}

async fn put(app: &App, by: &By, owner: Owner, place: Option<RegionCode>, wishes: Wishes, key: Key) -> Result<Wishes> {
    let wishes = check(wishes)?;
    let (by, now) = (by.clone(), app.now());
    let (object_kind, object_id) = match owner {
        Owner::Person(id) => ("person", id.to_string()),
        Owner::Unit(id) => ("unit", id.to_string()),
    };
    app.db
        .write(async move |mut tx: Tx| {
            if idempotency::claim(&mut tx, &key, &object_id, now).await?.is_none() {
                if !store::put_wishes(&mut tx, owner, &wishes).await? {
                    return Err(Error::new(Code::RecordChanged));
                }
                let params = json!({"sms": wishes.sms, "mail": wishes.mail});
                let entry = Entry { kind: "wishes.changed", object_kind, object_id, place: place.as_ref(), params };
                trail::record(&mut tx, now, &by, entry).await?;
            }
            let kept = store::wishes_unscoped(&mut tx, &[owner]).await?.remove(&owner);
            kept.ok_or_else(|| Error::new(Code::RecordChanged))
        })
        .await
}
