//! Phrases written, corrected and ended by the people of their unit.

use db::Tx;
use kernel::{Code, Error, Id, Instant, Page, RegionCode, Result};
use serde_json::json;

use super::{
    model::{Phrase, PhraseDraft, PhraseFilter},
    rules, store,
};
use crate::{
    modules::{App, people},
    platform::{
        access::{Actor, Permission, Unit},
        idempotency::{self, Key},
        live::Topic,
        trail::{self, By, Entry},
    },
};

/// Writes a phrase of one of the actor's units; repeated, it answers with the one written before.
///
/// # Errors
/// Field errors; `unknown_unit` when the unit is not the actor's.
pub async fn write(app: &App, actor: &Actor, unit: Id<Unit>, draft: PhraseDraft, key: Key) -> Result<Phrase> {
    let units = actor.require(Permission::PhraseEdit)?.units;
    let region = place_of(app, &units, unit).await?;
    let draft = checked(app, draft, &region)?;
    let (now, by) = (app.now(), By::actor(actor, actor.acting(Permission::PhraseEdit, None, Some(unit))));
    let new = made(Id::new(now, &app.chance), unit, region, draft);
    let written = app
        .db
        .write(async move |mut tx: Tx| {
            if let Some(earlier) = idempotency::claim(&mut tx, &key, &new.id.to_string(), now).await? {
                return store::phrase(&mut tx, &units, earlier.parse().map_err(Error::internal)?).await;
            }
            store::insert(&mut tx, &new, now).await?;
            record(&mut tx, &by, "phrase.written", &new, now).await?;
            Ok(new)
        })
        .await?;
    app.live.hint(Topic::Records);
    Ok(written)
}

/// Corrects a phrase over the version that was seen.
///
/// # Errors
/// Field errors; `not_found` when it is not of the actor's units or has ended; `record_changed`.
pub async fn correct(
    app: &App,
    actor: &Actor,
    id: Id<Phrase>,
    seen: i64,
    draft: PhraseDraft,
    key: Key,
) -> Result<Phrase> {
    let units = actor.require(Permission::PhraseEdit)?.units;
    let kept = store::phrase(&mut app.db.read().await?, &units, id).await?;
    let draft = checked(app, draft, &kept.region)?;
    let (now, by) = (app.now(), By::actor(actor, actor.acting(Permission::PhraseEdit, None, Some(kept.unit))));
    let changed = app
        .db
        .write(async move |mut tx: Tx| {
            let kept = store::phrase(&mut tx, &units, id).await?;
            if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
                return Ok(kept);
            }
            let new = Phrase { uses: kept.uses, version: seen + 1, ..made(id, kept.unit, kept.region, draft) };
            if !store::update(&mut tx, &new, seen).await? {
                return Err(Error::new(Code::RecordChanged));
            }
            record(&mut tx, &by, "phrase.changed", &new, now).await?;
            Ok(new)
        })
        .await?;
    app.live.hint(Topic::Records);
    Ok(changed)
}

/// Ends a phrase: it is offered no more.
///
/// # Errors
/// `not_found` when it is not of the actor's units.
pub async fn end(app: &App, actor: &Actor, id: Id<Phrase>, key: Key) -> Result<()> {
    let units = actor.require(Permission::PhraseEdit)?.units;
    let (now, by) = (app.now(), By::actor(actor, actor.acting(Permission::PhraseEdit, None, None)));
    app.db
        .write(async move |mut tx: Tx| {
            if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
                return Ok(());
            }
            let kept = store::phrase(&mut tx, &units, id).await?;
            store::end(&mut tx, id, now).await?;
            record(&mut tx, &by, "phrase.ended", &kept, now).await
        })
        .await?;
    app.live.hint(Topic::Records);
    Ok(())
}

/// Puts phrases of a unit in, with the uses they are said to have, unless it has some; for the demonstration.
///
/// # Errors
/// Field errors, or `internal` when the database fails.
pub(super) async fn begin_with(
    app: &App,
    unit: Id<Unit>,
    region: &RegionCode,
    phrases: Vec<(PhraseDraft, i64)>,
) -> Result<()> {
    let now = app.now();
    let rows = phrases.into_iter().map(|(draft, uses)| {
        let draft = checked(app, draft, region)?;
        Ok(Phrase { uses, ..made(Id::new(now, &app.chance), unit, region.clone(), draft) })
    });
    let rows = rows.collect::<Result<Vec<_>>>()?;
    app.db
        .write(async move |mut tx: Tx| {
            if store::list(&mut tx, &[unit], PhraseFilter::default(), &Page { limit: 1, cursor: None }).await?.count > 0
            {
                return Ok(());
            }
            for row in &rows {
                store::insert(&mut tx, row, now).await?;
            }
            Ok(())
        })
        .await
}

fn made(id: Id<Phrase>, unit: Id<Unit>, region: RegionCode, draft: PhraseDraft) -> Phrase {
    let PhraseDraft { step, matter, title, texts, is_shared } = draft;
    Phrase { id, unit, region, step, matter, title, texts, is_shared, uses: 0, version: 1 }
}

fn checked(app: &App, draft: PhraseDraft, region: &RegionCode) -> Result<PhraseDraft> {
    let draft = rules::check(draft)?;
    match &draft.matter {
        Some(code) if app.matters.catalogue().matter(code, region).is_none() => {
            Err(Error::field("matter", Code::UnknownMatter))
        }
        _ => Ok(draft),
    }
}

async fn place_of(app: &App, own: &[Id<Unit>], unit: Id<Unit>) -> Result<RegionCode> {
    let unknown = || Error::field("unit", Code::UnknownUnit);
    if !own.contains(&unit) {
        return Err(unknown());
    }
    let mut db = app.db.read().await?;
    let found = people::unit_record_unscoped(&mut db, unit).await?;
    found.map(|unit| unit.region).ok_or_else(unknown)
}

async fn record(tx: &mut Tx, by: &By, kind: &'static str, phrase: &Phrase, at: Instant) -> Result<()> {
    let params = json!({ "title": phrase.title, "unit": phrase.unit });
    let (object_id, place) = (phrase.id.to_string(), Some(&phrase.region));
    trail::record(tx, at, by, Entry { kind, object_kind: "phrase", object_id, place, params }).await
}
