//! Signs on things: printed and scanned like those of spots, at the same address.

use db::{Conn, Tx};
use kernel::{Code, Error, Id, Result};
use serde_json::json;

use super::{edit::kind_of, record, writer};
use crate::{
    modules::{
        App, regions,
        register::{model::Item, store},
    },
    platform::{
        access::{Actor, Permission},
        idempotency::{self, Key},
        live::Topic,
    },
};

/// Gives an item a sign, once; it keeps its code for good, because it hangs outside.
///
/// # Errors
/// `no_sign` for kinds that residents do not scan; `item_ended`; `not_found` outside the actor's places.
pub async fn give_sign(app: &App, actor: &Actor, id: Id<Item>, key: Key) -> Result<()> {
    let (by, scope) = writer(actor, Permission::RegisterEdit)?;
    let (now, sign) = (app.now(), regions::sign_code(&app.chance));
    let item = store::get(&mut app.db.read().await?, &scope, id).await?;
    if !kind_of(app, &item.kind)?.is_public {
        return Err(Error::new(Code::NoSign));
    }
    let write = async move |mut tx: Tx| {
        if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
            return Ok(());
        }
        let item = store::lock(&mut tx, &scope, id).await?;
        if item.ends_on.is_some() {
            return Err(Error::new(Code::ItemEnded));
        }
        if store::set_sign(&mut tx, id, &sign).await? {
            let params = json!({"kind": item.kind, "number": item.number, "name": item.name, "sign": sign});
            record(&mut tx, &by, now, "item.sign_given", (id, &item.place), params).await?;
        }
        Ok(())
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(())
}

/// The item whose sign this is, for whoever stands before it; none when it is a spot's, nobody's, or of what has ended.
///
/// # Errors
/// `internal` when the database fails.
pub async fn sign_unscoped(db: &mut Conn, sign: &str) -> Result<Option<Item>> {
    let found = store::by_sign_unscoped(db, &regions::as_printed(sign)).await?;
    Ok(found.filter(|item| item.ends_on.is_none()))
}
