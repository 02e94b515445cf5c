//! Items made, changed, ended and taken back.

use db::Tx;
use kernel::{Code, Day, Error, Id, RegionCode, Result, Wish};
use serde_json::json;

use super::{known_unit, record, standing, writer};
use crate::{
    modules::{
        App,
        register::{
            model::{Draft, Facts, Item, ItemKind, NewFact},
            rules, store,
        },
    },
    platform::{
        access::{Actor, Permission, Unit},
        idempotency::{self, Key},
        live::Topic,
    },
};

/// What of an item shall change; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// What stands on the thing.
    pub number: Wish<String>,
    /// What it is called.
    pub name: Option<String>,
    /// The place it is in.
    pub region: Option<RegionCode>,
    /// Where, in words.
    pub place_text: Wish<String>,
    /// Longitude and latitude.
    pub point: Wish<(f64, f64)>,
    /// Who looks after it.
    pub owner: Wish<Id<Unit>>,
    /// Since when it is there.
    pub begins_on: Option<Day>,
}

impl Change {
    fn of(self, item: &Item) -> Draft {
        let before = Draft::from(item);
        Draft {
            number: filled(self.number.or(before.number)),
            name: self.name.map_or(before.name, |name| name.trim().to_owned()),
            place: self.region.unwrap_or(before.place),
            place_text: filled(self.place_text.or(before.place_text)),
            point: self.point.or(before.point),
            owner: self.owner.or(before.owner),
            begins_on: self.begins_on.unwrap_or(before.begins_on),
            kind: before.kind,
        }
    }
}

/// Blanks are nothing.
pub fn filled(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Makes an item, with what is known of it.
///
/// # Errors
/// Fields to be mended; `duplicate` on `number` when another has it; `not_found` outside the actor's places.
pub async fn create(
    app: &App,
    actor: &Actor,
    draft: Draft,
    (given, source, as_of): (Vec<(String, String)>, String, Day),
    key: Key,
) -> Result<Id<Item>> {
    let (by, scope) = writer(actor, Permission::RegisterNote)?;
    let kind = kind_of(app, &draft.kind)?;
    let draft = Draft { number: filled(draft.number), place_text: filled(draft.place_text), ..draft };
    let mistakes = rules::check(&kind, &draft, app.today());
    let facts = rules::facts(&kind, &given, &source, as_of, app.today()).map_err(|error| under_facts(error, &given));
    let facts = match (mistakes, facts) {
        (Ok(()), Ok(facts)) => facts,
        (Err(error), Err(other)) => return Err(error.and(other)),
        (Err(error), _) | (_, Err(error)) => return Err(error),
    };
    if !scope.covers(&draft.place) {
        return Err(Error::field("region", Code::NotFound));
    }
    let mut db = app.db.read().await?;
    standing(&mut db, app, &draft.place).await?;
    known_unit(&mut db, draft.owner).await?;
    drop(db);
    let (now, item, chance) = (app.now(), new_item(app, &kind, draft, &facts), app.chance.clone());
    let write = async move |mut tx: Tx| {
        if let Some(earlier) = idempotency::claim(&mut tx, &key, &item.id.to_string(), now).await? {
            return earlier.parse().map_err(Error::internal);
        }
        free_number(&mut tx, &Draft::from(&item), None).await?;
        if store::insert(&mut tx, std::slice::from_ref(&item)).await? != 1 {
            return Err(taken(item.number.as_deref()));
        }
        let words = rules::words(&kind, &Draft::from(&item), &item.facts);
        store::put_words(&mut tx, &[(item.id, words)]).await?;
        let facts: Vec<(Id<Item>, NewFact)> = facts.into_iter().map(|fact| (item.id, fact)).collect();
        store::insert_facts(&mut tx, &facts, (by.person, now), &chance).await?;
        let params = json!({"kind": item.kind, "number": item.number, "name": item.name});
        record(&mut tx, &by, now, "item.created", (item.id, &item.place), params).await?;
        Ok(item.id)
    };
    let made = app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(made)
}

/// The fields of facts stand under `facts.` in a form; source and day stand beside them.
pub(super) fn under_facts(error: Error, given: &[(String, String)]) -> Error {
    let fields = error.fields().iter().cloned().map(|mut field| {
        if given.iter().any(|(code, _)| *code == field.field) {
            field.field = format!("facts.{}", field.field);
        }
        field
    });
    Error::of_fields(fields.collect())
}

/// The kind of a code.
pub(super) fn kind_of(app: &App, code: &str) -> Result<ItemKind> {
    let kinds = app.register.kinds();
    kinds
        .kind(code)
        .map(|kind| ItemKind::clone(kind))
        .ok_or_else(|| Error::field("kind", Code::UnknownValue).with("value", code))
}

/// An item to be put in.
pub fn new_item(app: &App, kind: &ItemKind, draft: Draft, facts: &[NewFact]) -> Item {
    let facts = rules::in_force(Facts::new(), facts);
    Item {
        id: Id::new(app.now(), &app.chance),
        stale_on: rules::stale_on(Some(kind), &facts),
        kind: draft.kind,
        number: draft.number,
        name: draft.name.trim().to_owned(),
        place: draft.place,
        place_text: draft.place_text,
        point: draft.point,
        owner: draft.owner,
        sign: None,
        begins_on: draft.begins_on,
        ends_on: None,
        facts,
        seen: None,
        version: 1,
    }
}

fn taken(number: Option<&str>) -> Error {
    Error::field("number", Code::Duplicate).with("value", number.unwrap_or_default())
}

async fn free_number(tx: &mut Tx, draft: &Draft, own: Option<Id<Item>>) -> Result<()> {
    let (Some(number), Some(county)) = (draft.number.as_deref(), draft.place.at(kernel::Level::County)) else {
        return Ok(());
    };
    let found = store::alive_numbered(tx, &county, &draft.kind, number).await?;
    if found.is_some_and(|other| Some(other.id) != own) { Err(taken(Some(number))) } else { Ok(()) }
}

/// Changes an item as the reader saw it at version `seen`.
///
/// # Errors
/// Fields to be mended; `record_changed`, `item_ended`; `not_found` outside the actor's places.
pub async fn change(app: &App, actor: &Actor, id: Id<Item>, seen: i64, change: Change, key: Key) -> Result<()> {
    let (by, scope) = writer(actor, Permission::RegisterEdit)?;
    let item = store::get(&mut app.db.read().await?, &scope, id).await?;
    let (kind, draft) = (kind_of(app, &item.kind)?, change.of(&item));
    rules::check(&kind, &draft, app.today())?;
    if draft.place != item.place {
        if !scope.covers(&draft.place) {
            return Err(Error::field("region", Code::NotFound));
        }
        standing(&mut app.db.read().await?, app, &draft.place).await?;
    }
    known_unit(&mut app.db.read().await?, draft.owner).await?;
    let now = app.now();
    let write = async move |mut tx: Tx| {
        if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
            return Ok(());
        }
        let item = store::lock(&mut tx, &scope, id).await?;
        if item.ends_on.is_some() {
            return Err(Error::new(Code::ItemEnded));
        }
        free_number(&mut tx, &draft, Some(id)).await?;
        if !store::update(&mut tx, id, seen, &draft).await? {
            return Err(Error::new(Code::RecordChanged));
        }
        store::renew_words(&mut tx, id, rules::words(&kind, &draft, &item.facts)).await?;
        let params = json!({"kind": draft.kind, "number": draft.number, "name": draft.name});
        record(&mut tx, &by, now, "item.changed", (id, &draft.place), params).await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(())
}

/// Ends an item from a day on, or takes its end back. Its history, its cases and its facts stay.
///
/// # Errors
/// `out_of_range` on `ends_on` before it began or after today; `record_changed`; `duplicate` on `number` when another thing
/// has it by now; `not_found` outside the actor's places.
pub async fn end(app: &App, actor: &Actor, id: Id<Item>, seen: i64, day: Option<Day>, key: Key) -> Result<()> {
    let (by, scope) = writer(actor, Permission::RegisterEdit)?;
    let (now, today) = (app.now(), app.today());
    let write = async move |mut tx: Tx| {
        if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
            return Ok(());
        }
        let item = store::lock(&mut tx, &scope, id).await?;
        match day {
            Some(day) if day < item.begins_on || day > today => {
                let (min, max) = (item.begins_on.to_string(), today.to_string());
                return Err(Error::field("ends_on", Code::OutOfRange).with("min", min).with("max", max));
            }
            Some(_) => {}
            None => free_number(&mut tx, &Draft::from(&item), Some(id)).await?,
        }
        if !store::end(&mut tx, id, seen, day).await? {
            return Err(Error::new(Code::RecordChanged));
        }
        let kind = if day.is_some() { "item.ended" } else { "item.restored" };
        let params = json!({"kind": item.kind, "number": item.number, "name": item.name, "ends_on": day});
        record(&mut tx, &by, now, kind, (id, &item.place), params).await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(())
}
