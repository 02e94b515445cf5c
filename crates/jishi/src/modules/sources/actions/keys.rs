//! Keys for the systems of sources: made, shown once, ended.

use db::Tx;
use kernel::{Code, Error, Id, RegionCode, Result};
use serde_json::json;

use super::book;
use crate::{
    modules::{
        SharedApp, regions,
        sources::{
            model::{Carrier, KeyRow},
            store,
        },
    },
    platform::{
        access::Person,
        idempotency::{self, Key},
        keys::{hex, sha256},
        trail::{self, Entry},
    },
};

/// The longest name of a key, in characters.
const NAME_MAX: usize = 60;

/// What a key begins with, so that one is recognised where it should not be.
const BEGINS: &str = "jishi_";

/// Makes a key for a source and a place. What is returned is shown this once; repeated, the operation says that it was.
///
/// # Errors
/// Field errors; `not_found` when there is no such source or the place is not the carrier's; `key_shown`.
pub async fn make_key(
    app: &SharedApp,
    carrier: &Carrier,
    person: Id<Person>,
    code: &str,
    (region, name): (RegionCode, &str),
    key: Key,
) -> Result<(KeyRow, String)> {
    let name = name.trim().to_owned();
    match name.chars().count() {
        0 => return Err(Error::field("name", Code::Required)),
        n if n > NAME_MAX => return Err(Error::field("name", Code::TooLong).with("max", 60)),
        _ => {}
    }
    let mut db = app.db.read().await?;
    if !carrier.scope.covers(&region) || regions::names_unscoped(&mut db, &region).await?.is_none() {
        return Err(Error::field("region", Code::UnknownRegion));
    }
    let source = book::find(&mut db, app, code, &region).await?.source.code;
    drop(db);
    let now = app.now();
    let token = format!("{BEGINS}{}", hex(&app.chance.bytes::<24>()));
    let id = Id::new(now, &app.chance);
    let row = KeyRow { id, source, region, name, created_at: now, created_by: person, ended_at: None };
    let (kept, by, hash) = (row.clone(), carrier.by.clone(), sha256(token.as_bytes()));
    let write = async move |mut tx: Tx| {
        if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
            return Err(Error::new(Code::KeyShown));
        }
        store::insert_key(&mut tx, &kept, hash).await?;
        let params = json!({ "source": kept.source, "name": kept.name });
        let (kind, object_id, place) = ("source.key_made", id.to_string(), Some(&kept.region));
        trail::record(&mut tx, now, &by, Entry { kind, object_kind: "source_key", object_id, place, params }).await
    };
    app.db.write(write).await?;
    Ok((row, token))
}

/// Ends a key: from now on it opens nothing.
///
/// # Errors
/// `not_found` when it is not for a place of the carrier.
pub async fn end_key(app: &SharedApp, carrier: &Carrier, code: &str, id: Id<KeyRow>, key: Key) -> Result<()> {
    let (now, carrier, code) = (app.now(), carrier.clone(), code.to_owned());
    let write = async move |mut tx: Tx| {
        let row = store::key(&mut tx, &carrier, &code, id).await?;
        if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
            return Ok(());
        }
        if store::end_key(&mut tx, id, carrier.by.person, now).await? {
            let params = json!({ "source": row.source, "name": row.name });
            let (kind, object_id, place) = ("source.key_ended", id.to_string(), Some(&row.region));
            trail::record(
                &mut tx,
                now,
                &carrier.by,
                Entry { kind, object_kind: "source_key", object_id, place, params },
            )
            .await?;
        }
        Ok(())
    };
    app.db.write(write).await
}
