//! Use cases of whistles: begin → load → rules → store → trail → commit.

mod calls;
mod ends;
mod raise;
mod rates;
mod remind;

use db::Tx;
use kernel::{Code, Error, Id, Result};
use serde_json::{Value, json};

pub use self::{
    calls::{Arrival, Reply, arrive, file_result, reply},
    ends::{Composed, compose, decide, escalate, withdraw},
    raise::{NewCall, NewWhistle, call_more, raise},
    rates::{Rating, grade, rate},
    remind::{remind, schedules},
};
use super::{
    model::{Whistle, WhistleCall, WhistleReply},
    rules, store,
};
use crate::{
    modules::{App, SharedApp, routing},
    platform::{
        access::{Actor, Permission, Scope, Unit},
        idempotency::{self, Key},
        trail::{self, By, Entry},
    },
};

/// Puts the packaged file into force for the instance.
///
/// # Errors
/// `internal` when the database fails.
pub async fn import_packaged(app: &SharedApp) -> Result<()> {
    app.whistles.import_packaged(&app.db, app.settings.region.clone(), (app.today(), app.now())).await
}

/// Reads the file in force again, if it changed since it was last read.
///
/// # Errors
/// `internal` when the database fails.
pub async fn refresh(app: &App) -> Result<()> {
    app.whistles.refresh(&app.db, app.today()).await
}

/// What a step stands on: the whistle, held until the transaction ends, and as whom the actor meets it.
struct Held {
    whistle: Whistle,
    sides: rules::Sides,
}

async fn hold(tx: &mut Tx, actor: &Actor, scope: &Scope, id: Id<Whistle>) -> Result<Held> {
    let whistle = store::lock(tx, scope, id).await?;
    let sides = rules::Sides::of(actor, &whistle);
    Ok(Held { whistle, sides })
}

/// The whistle of a call and the call as it is now; whoever comes second is told.
async fn hold_call(
    tx: &mut Tx,
    actor: &Actor,
    scope: &Scope,
    (id, seen): (Id<WhistleCall>, i64),
) -> Result<(Held, WhistleCall)> {
    let of = store::call_unscoped(tx, id).await?.whistle;
    let held = hold(tx, actor, scope, of).await?;
    // Read again behind the lock.
    let call = store::call_unscoped(tx, id).await?;
    if call.version == seen { Ok((held, call)) } else { Err(Error::new(Code::RecordChanged)) }
}

/// Claims the key; true when this very step has been taken already.
async fn is_done(tx: &mut Tx, app: &App, key: &Key, id: &str) -> Result<bool> {
    Ok(idempotency::claim(tx, key, id, app.now()).await?.is_some())
}

async fn record(tx: &mut Tx, app: &App, by: &By, kind: &'static str, whistle: &Whistle, params: Value) -> Result<()> {
    let (object_id, place) = (whistle.id.to_string(), Some(&whistle.region));
    trail::record(tx, app.now(), by, Entry { kind, object_kind: "whistle", object_id, place, params }).await
}

async fn save(tx: &mut Tx, whistle: &Whistle, seen: i64) -> Result<()> {
    if store::save(tx, whistle, seen).await? { Ok(()) } else { Err(Error::new(Code::RecordChanged)) }
}

/// Writes a call back, with what follows from it: whether something of it is still to be done, and its next reminder.
async fn save_call(tx: &mut Tx, app: &App, whistle: &Whistle, call: &WhistleCall) -> Result<()> {
    let is_open = whistle.is_open() && call.done_at.is_none() && call.reply != Some(WhistleReply::Cannot);
    let minutes = app.whistles.get().rule(whistle.kind)?.remind_minutes;
    let remind_at = rules::remind_at(call, minutes).filter(|at| is_open && *at > app.now());
    let saved = store::SavedCall { call, is_open, remind_at };
    if store::save_call(tx, saved, call.version).await? { Ok(()) } else { Err(Error::new(Code::RecordChanged)) }
}

fn as_office(actor: &Actor, whistle: &Whistle) -> By {
    By::actor(actor, actor.acting(Permission::WhistleRaise, Some(&whistle.region), None))
}

fn as_unit(actor: &Actor, unit: Id<Unit>) -> By {
    By::actor(actor, actor.acting(Permission::CaseHandle, None, Some(unit)))
}

/// The limits of a unit called now.
fn limits(app: &App, rule: &rules::KindRule, meets_at: kernel::Instant) -> rules::Limits {
    rules::limits(rule, app.now(), meets_at, |limit, start| routing::reckon(app, limit, start, false))
}

fn of_unit(call: &WhistleCall) -> Value {
    json!({"unit": call.unit})
}
