//! A resident objects; the security administrator answers, or the auditor when nobody did in time.

use db::Tx;
use kernel::{Code, Error, Id, Instant, Result};
use serde_json::{Value, json};

use super::{
    model::{Objection, ObjectionOutcome},
    rules, store, views,
};
use crate::{
    modules::{
        SharedApp,
        cases::{self, Report},
        contacts::{self, Access},
        people,
    },
    platform::{
        access::{Actor, Permission},
        idempotency::{self, Key},
        live::Topic,
        trail::{self, By, Entry},
    },
};

/// The resident objects to an opening of their contact details.
///
/// # Errors
/// A field error on `words`; `not_found` when it is no opening of theirs; `objected_already`.
pub async fn object(app: &SharedApp, report: &Report, access: Id<Access>, words: &str, key: Key) -> Result<()> {
    let words = rules::words(words)?;
    let (now, id) = (app.now(), Id::new(app.now(), &app.chance));
    let (whose, case) = (report.whose(), report.case);
    app.db
        .write(async move |mut tx: Tx| {
            if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
                return Ok(());
            }
            let found = contacts::accesses_unscoped(&mut tx, &[access]).await?.remove(&access);
            let found = found.filter(|found| found.report == whose).ok_or_else(|| Error::new(Code::NotFound))?;
            let case = cases::get_unscoped(&mut tx, case).await?;
            let objection = Objection {
                id,
                access,
                report: whose,
                case: case.id,
                place: case.place,
                person: found.person,
                unit: found.unit,
                words,
                objected_at: now,
                answer: None,
                version: 1,
            };
            if !store::insert(&mut tx, &objection).await? {
                return Err(Error::new(Code::ObjectedAlready));
            }
            let params = json!({"purpose": found.purpose});
            on_trail(&mut tx, "objection.raised", &objection, &By::nobody(), params, now).await
        })
        .await?;
    app.live.hint(Topic::Records);
    Ok(())
}

/// What the security administrator answers.
#[derive(Clone, Debug)]
pub struct Answering {
    /// The version they saw.
    pub version: i64,
    /// Whether the opening was in order.
    pub outcome: ObjectionOutcome,
    /// For the resident.
    pub words: String,
}

/// Answers an objection, once.
///
/// # Errors
/// `forbidden`, `not_found` outside their reach; a field error on `words`; `own_opening`, `objection_answered`, `record_changed`.
pub async fn answer(app: &SharedApp, actor: &Actor, id: Id<Objection>, said: Answering, key: Key) -> Result<()> {
    let (now, actor) = (app.now(), actor.clone());
    let reach = views::answered_by(&actor, now)?;
    let words = rules::words(&said.words)?;
    app.db
        .write(async move |mut tx: Tx| {
            if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
                return Ok(());
            }
            let objection = store::lock(&mut tx, &reach, id).await?;
            rules::may_answer(&objection, &actor, said.version)?;
            if !store::put_answer(&mut tx, id, (said.outcome, &words), (actor.person, now)).await? {
                return Err(Error::new(Code::ObjectionAnswered));
            }
            let permission = reach.late_by.map_or(Permission::ObjectionAnswer, |_| Permission::ObjectionOverdue);
            let by = By::actor(&actor, actor.acting(permission, Some(&objection.place), None));
            let params = json!({"outcome": said.outcome});
            on_trail(&mut tx, "objection.answered", &objection, &by, params, now).await
        })
        .await?;
    app.live.hint(Topic::Records);
    Ok(())
}

async fn on_trail(
    tx: &mut Tx,
    kind: &'static str,
    objection: &Objection,
    by: &By,
    mut params: Value,
    at: Instant,
) -> Result<()> {
    // An auditor reads of which case and which unit it is; of whom, the opening itself says.
    params["number"] = json!(cases::get_unscoped(tx, objection.case).await?.number);
    if let Some(unit) = objection.unit {
        let named = people::units_unscoped(tx, &[unit]).await?.remove(&unit);
        params["unit"] = json!({"id": unit, "names": named.map(|named| named.names)});
    }
    let (object_id, place) = (objection.id.to_string(), Some(&objection.place));
    trail::record(tx, at, by, Entry { kind, object_kind: "objection", object_id, place, params }).await
}
