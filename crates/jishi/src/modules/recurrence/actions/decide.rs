//! What is decided of a topic.

use db::Tx;
use kernel::{Code, Error, Id, Level, Result};
use serde_json::json;

use super::super::{
    model::{Note, Step, Topic},
    rules, store,
};
use crate::{
    modules::{SharedApp, people},
    platform::{
        access::{Actor, Permission},
        idempotency::{self, Key},
        live::Topic as Hint,
        trail::{self, By, Entry},
    },
};

/// Takes a step over the version that was seen.
///
/// # Errors
/// `not_found` outside the scope; `topic_step` where it is not the time for it or not the actor's; `record_changed`; field
/// errors; `unknown_unit`, `unknown_person` where the owner is none; `duplicate` on `month` where the county has one.
pub async fn step(app: &SharedApp, actor: &Actor, (id, seen): (Id<Topic>, i64), step: Step, key: Key) -> Result<()> {
    let scope = actor.require(Permission::CaseRead)?;
    let topic = store::get(&mut app.db.read().await?, &scope, id).await?;
    let allowed = rules::allowed(&topic, decides(actor, &topic), sets_month(actor, &topic));
    if !allowed.contains(&rules::name(&step)) {
        return Err(Error::new(Code::TopicStep));
    }
    owner(app, &step).await?;
    let permission =
        if matches!(step, Step::OfMonth { .. }) { Permission::TopicMonth } else { Permission::TopicDecide };
    let by = By::actor(actor, actor.acting(permission, Some(&topic.village), topic.unit));
    let (now, today, person) = (app.now(), app.today(), actor.person);
    let note_id: Id<Note> = Id::new(now, &app.chance);
    let write = async move |mut tx: Tx| {
        if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
            return Ok(());
        }
        let held = store::lock(&mut tx, &scope, id).await?;
        let (new, words) = rules::decide(&held, &step, today)?;
        if let (Step::OfMonth { .. }, Some(month)) = (&step, &new.month) {
            let county = new.village.at(Level::County).unwrap_or_else(|| new.village.clone());
            let other = store::of_month_unscoped(&mut tx, &county, month).await?;
            if other.is_some_and(|other| other.id != id) {
                return Err(Error::field("month", Code::Duplicate).with("value", month.as_str()));
            }
        }
        if held.version != seen || !store::update(&mut tx, &new, (seen, now)).await? {
            return Err(Error::new(Code::RecordChanged));
        }
        let (kind, event) = names(&step);
        store::insert_note(&mut tx, (note_id, id), &Note { at: now, kind: kind.to_owned(), person, words }).await?;
        let params = json!({"matter": new.matter});
        let (object_id, place) = (id.to_string(), Some(&new.village));
        trail::record(&mut tx, now, &by, Entry { kind: event, object_kind: "topic", object_id, place, params }).await
    };
    app.db.write(write).await?;
    app.live.hint(Hint::Records);
    Ok(())
}

/// Whether the actor decides for the topic's place, or works at it for its unit.
pub(in super::super) fn decides(actor: &Actor, topic: &Topic) -> bool {
    actor.require(Permission::TopicDecide).is_ok_and(|scope| scope.covers(&topic.village))
}

/// Whether the actor marks the month's for the topic's county.
pub(in super::super) fn sets_month(actor: &Actor, topic: &Topic) -> bool {
    actor.require(Permission::TopicMonth).is_ok_and(|scope| scope.covers(&topic.village))
}

fn names(step: &Step) -> (&'static str, &'static str) {
    match step {
        Step::Accept { .. } => ("accepted", "topic.accepted"),
        Step::Reject { .. } => ("rejected", "topic.rejected"),
        Step::Note { .. } => ("noted", "topic.noted"),
        Step::Finish { .. } => ("finished", "topic.finished"),
        Step::OfMonth { .. } => ("of_month", "topic.of_month"),
    }
}

/// The owner is a unit, and somebody of it.
async fn owner(app: &SharedApp, step: &Step) -> Result<()> {
    let Step::Accept { unit, person, .. } = step else { return Ok(()) };
    let mut db = app.db.read().await?;
    if !people::units_unscoped(&mut db, &[*unit]).await?.contains_key(unit) {
        return Err(Error::field("unit", Code::UnknownUnit));
    }
    let members = people::members_unscoped(&mut db, *unit, app.today()).await?;
    if members.iter().any(|member| member.id == *person) {
        Ok(())
    } else {
        Err(Error::field("person", Code::UnknownPerson))
    }
}
