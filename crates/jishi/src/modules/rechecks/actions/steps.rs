//! A unit looks; the unit that did the work answers once; the county decides.

use db::Tx;
use kernel::{Code, Error, Id, Result};
use serde_json::{Value, json};

use super::{
    super::{
        model::{Recheck, RecheckFinding, RecheckState, Side},
        rules, store,
    },
    draw::working_days,
};
use crate::{
    modules::{
        App, SharedApp,
        cases::actions::{Doer, Held, found_false},
        photos,
    },
    platform::{
        access::{Actor, Permission},
        idempotency::{self, Key},
        live::Topic,
        trail::{self, By, Entry},
    },
};

async fn record(tx: &mut Tx, app: &App, by: &By, kind: &'static str, it: &Recheck, more: Value) -> Result<()> {
    let mut params = json!({"case": it.case, "unit": it.unit, "checker": it.checker});
    if let (Some(all), Some(more)) = (params.as_object_mut(), more.as_object()) {
        all.extend(more.clone());
    }
    let (object_id, place) = (it.id.to_string(), Some(&it.place));
    trail::record(tx, app.now(), by, Entry { kind, object_kind: "recheck", object_id, place, params }).await
}

fn seen(it: &Recheck, version: i64) -> Result<()> {
    if it.version == version { Ok(()) } else { Err(Error::new(Code::RecordChanged)) }
}

async fn put(tx: &mut Tx, it: &Recheck) -> Result<()> {
    if store::update(tx, it).await? { Ok(()) } else { Err(Error::new(Code::RecordChanged)) }
}

/// Writes down what was found on the spot.
///
/// # Errors
/// `not_found` where it is not one of the actor's units that looks; `record_changed`; `recheck_over`; field errors.
pub async fn find(
    app: &SharedApp,
    actor: &Actor,
    (id, version): (Id<Recheck>, i64),
    (finding, words, shas): (RecheckFinding, String, Vec<String>),
    key: Key,
) -> Result<()> {
    let scope = actor.require(Permission::RecheckDo)?;
    let words = rules::words(&words)?;
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if idempotency::claim(&mut tx, &key, &id.to_string(), app.now()).await?.is_some() {
            return Ok(());
        }
        let mut it = store::lock(&mut tx, &Side::Checkers(scope.units), id).await?;
        rules::may_find(&it)?;
        seen(&it, version)?;
        photos::attach(&mut tx, it.case, &shas).await?;
        let now = app.now();
        it.state = rules::after_finding(finding);
        it.finding = Some(finding);
        it.words = Some(words);
        it.photos = shas;
        it.found_at = Some(now);
        it.found_by = Some(actor.person);
        let days = app.verification.get().rechecks.answer_working_days;
        it.answer_due = (finding == RecheckFinding::NotAsClaimed).then(|| working_days(app, days, now));
        put(&mut tx, &it).await?;
        let by = By::actor(&actor, actor.acting(Permission::RecheckDo, None, Some(it.checker)));
        record(&mut tx, app, &by, "recheck.found", &it, json!({"finding": finding})).await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(())
}

/// The unit says what it has to say, once.
///
/// # Errors
/// `not_found` where it is not the work of the actor's unit; `record_changed`; `recheck_over`; `answer_too_late`; field errors.
pub async fn answer(
    app: &SharedApp,
    actor: &Actor,
    (id, version): (Id<Recheck>, i64),
    words: &str,
    key: Key,
) -> Result<()> {
    let scope = actor.require(Permission::CaseHandle)?;
    let words = rules::words(words)?;
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if idempotency::claim(&mut tx, &key, &id.to_string(), app.now()).await?.is_some() {
            return Ok(());
        }
        let mut it = store::lock(&mut tx, &Side::Units(scope.units), id).await?;
        rules::may_answer(&it, app.now())?;
        seen(&it, version)?;
        it.state = RecheckState::Answered;
        it.answer = Some(words);
        it.answered_at = Some(app.now());
        it.answered_by = Some(actor.person);
        put(&mut tx, &it).await?;
        let by = By::actor(&actor, actor.acting(Permission::CaseHandle, None, Some(it.unit)));
        record(&mut tx, app, &by, "recheck.answered", &it, json!({})).await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(())
}

/// The county decides. A false result is marked on the unit, and the case is taken up again with its resident told.
///
/// # Errors
/// `not_found` outside the actor's places; `record_changed`; `recheck_over`; `unit_not_heard`; `honest_result`; field errors.
pub async fn decide(
    app: &SharedApp,
    actor: &Actor,
    (id, version): (Id<Recheck>, i64),
    (is_false, words): (bool, String),
    key: Key,
) -> Result<()> {
    let scope = actor.require(Permission::RecheckDecide)?;
    let words = rules::words(&words)?;
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if idempotency::claim(&mut tx, &key, &id.to_string(), app.now()).await?.is_some() {
            return Ok(());
        }
        let side = Side::Places(scope.places);
        let case = store::get(&mut tx, std::slice::from_ref(&side), id).await?.case;
        // The case first, as everywhere: two who wait for one another would wait for ever.
        let mut held = Held::unscoped(&mut tx, case).await?;
        let mut it = store::lock(&mut tx, &side, id).await?;
        rules::may_decide(&it, held.case.result_outcome, is_false, app.now())?;
        seen(&it, version)?;
        it.state = if is_false { RecheckState::FalseResult } else { RecheckState::Dismissed };
        it.decision = Some(words);
        it.decided_at = Some(app.now());
        it.decided_by = Some(actor.person);
        put(&mut tx, &it).await?;
        let by = By::actor(&actor, actor.acting(Permission::RecheckDecide, Some(&it.place), None));
        if !is_false {
            return record(&mut tx, app, &by, "recheck.dismissed", &it, json!({})).await;
        }
        store::mark_false(&mut tx, &it, app.now()).await?;
        record(&mut tx, app, &by, "recheck.false_result", &it, json!({"closed_how": it.closed_how})).await?;
        found_false(&mut tx, app, &Doer::staff(&actor, by), &mut held).await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Records);
    app.live.hint(Topic::Cases);
    Ok(())
}
