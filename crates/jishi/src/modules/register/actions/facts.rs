//! What is known of an item, entered with its source.

use db::Tx;
use kernel::{Code, Day, Error, Id, Result};
use serde_json::json;

use super::{
    edit::{kind_of, under_facts},
    record, writer,
};
use crate::{
    modules::{
        App,
        register::{
            model::{Draft, Item, NewFact},
            rules, store,
        },
    },
    platform::{
        access::{Actor, Permission},
        idempotency::{self, Key},
        live::Topic,
    },
};

/// Enters facts about an item: added to what was said before, the newest in force. Also "still so", with today's day, is a
/// fact.
///
/// # Errors
/// Fields to be mended; `record_changed`, `item_ended`; `not_found` outside the actor's places and units.
pub async fn enter(
    app: &App,
    actor: &Actor,
    id: Id<Item>,
    (given, source, as_of): (Vec<(String, String)>, String, Day),
    key: Key,
) -> Result<()> {
    let (by, scope) = writer(actor, Permission::RegisterNote)?;
    let item = store::get(&mut app.db.read().await?, &scope, id).await?;
    let kind = kind_of(app, &item.kind)?;
    if given.is_empty() {
        return Err(Error::field("facts", Code::Required));
    }
    let facts = rules::facts(&kind, &given, &source, as_of, app.today()).map_err(|error| under_facts(error, &given))?;
    let (now, chance) = (app.now(), app.chance.clone());
    let write = async move |mut tx: Tx| {
        if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
            return Ok(());
        }
        let item = store::lock(&mut tx, &scope, id).await?;
        if item.ends_on.is_some() {
            return Err(Error::new(Code::ItemEnded));
        }
        let rows: Vec<(Id<Item>, NewFact)> = facts.iter().map(|fact| (id, fact.clone())).collect();
        store::insert_facts(&mut tx, &rows, (by.person, now), &chance).await?;
        let held = rules::in_force(item.facts.clone(), &facts);
        if !store::set_facts(&mut tx, &item, &held, rules::stale_on(Some(&kind), &held)).await? {
            return Err(Error::new(Code::RecordChanged));
        }
        // Lists are narrowed by it; "still so" changes nothing there.
        if rules::marks(&kind, &held) != rules::marks(&kind, &item.facts) {
            store::renew_words(&mut tx, id, rules::words(&kind, &Draft::from(&item), &held)).await?;
        }
        let fields: Vec<&str> = facts.iter().map(|fact| fact.field.as_str()).collect();
        let params = json!({"kind": item.kind, "number": item.number, "name": item.name, "fields": fields});
        record(&mut tx, &by, now, "item.facts_entered", (id, &item.place), params).await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(())
}
