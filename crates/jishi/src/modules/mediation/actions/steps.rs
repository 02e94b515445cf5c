//! A step of a dispute.

use db::Tx;
use kernel::{Code, Error, Id, Result};
use serde_json::{Value, json};

use super::{acting, close, eyes, hand, mediators, reckon, record};
use crate::{
    modules::{
        App, SharedApp,
        mediation::{
            model::{Dispute, DisputeState},
            rules::{self, Ground, Hand, Step},
            store::{self, vault},
        },
    },
    platform::{
        access::Actor,
        idempotency::{self, Key},
        live::Topic,
        trail::By,
    },
};

/// Takes a step over the version that was seen.
///
/// # Errors
/// `not_found` for whoever may not see it; `record_changed`; what [`rules::decide`] refuses; `not_a_mediator`.
pub(in super::super) async fn step(
    app: &SharedApp,
    actor: &Actor,
    (id, seen): (Id<Dispute>, i64),
    step: Step,
    key: Key,
) -> Result<()> {
    let eyes = eyes(actor)?;
    let mut db = app.db.read().await?;
    let held = store::get(&mut db, &eyes, id).await?;
    let hand = hand(actor, &eyes, &held)?;
    if let Step::Propose { mediator, .. } = &step
        && !mediators(&mut db, app, &held.place).await?.iter().any(|person| person.id == *mediator)
    {
        return Err(Error::field("mediator", Code::NotAMediator));
    }
    let names = vault::names_to_mask(&mut db, app, id).await?;
    drop(db);
    let step = step.masked(|words| vault::masked(words, &names));
    let by = acting(actor, hand, &held.place, Some(held.centre));
    let shared = SharedApp::clone(app);
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if idempotency::claim(&mut tx, &key, &id.to_string(), app.now()).await?.is_some() {
            return Ok(());
        }
        let held = store::lock(&mut tx, &eyes, id).await?;
        if held.version != seen {
            return Err(Error::new(Code::RecordChanged));
        }
        take(&mut tx, app, &by, (&held, hand), step).await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(())
}

/// Decides and writes; the row is this transaction's.
pub(super) async fn take(tx: &mut Tx, app: &App, by: &By, (held, hand): (&Dispute, Hand), step: Step) -> Result<()> {
    let new = decided(app, held, hand, &step)?;
    if !store::update(tx, &new, held.version).await? {
        return Err(Error::new(Code::RecordChanged));
    }
    if held.state == DisputeState::Mediating && new.state != DisputeState::Mediating {
        super::hearings::cancel_planned(tx, app, by, &new).await?;
    }
    let words = step.words().map(str::trim).filter(|words| !words.is_empty()).map(str::to_owned);
    record(tx, app, by, (&new, step.event()), (params(&step, held), words)).await
}

/// What the rules say, on the present and the calendar of the house.
fn decided(app: &App, held: &Dispute, hand: Hand, step: &Step) -> Result<Dispute> {
    let reckon = |limit, start| reckon(app, limit, start);
    let close = |day| close(app, day);
    rules::decide(held, step, hand, &Ground { now: app.now(), today: app.today(), reckon: &reckon, close: &close })
}

/// What of a step stands in the history beside its words.
fn params(step: &Step, held: &Dispute) -> Value {
    match step {
        Step::Propose { mediator, .. } => json!({"mediator": mediator}),
        Step::Assent { side } => json!({"side": side}),
        Step::Decline { side, .. } => json!({"side": side, "mediator": held.mediator}),
        Step::Extend { until, .. } => json!({"until": until}),
        Step::Agree { form, effective_on, .. } => json!({"form": form, "on": effective_on}),
        Step::Fail { way, .. } => json!({"way": way}),
        Step::Transfer { to, number, .. } => json!({"to": to, "number": number}),
        Step::Perform { item, kept, .. } => {
            let items = held.agreement.as_ref().map(|agreement| &agreement.items);
            let words = items.zip(usize::try_from(*item).ok()).and_then(|(items, at)| items.get(at));
            json!({"item": words.map(|item| &item.words), "kept": kept})
        }
        Step::Visit { on, .. } | Step::ApplyConfirmation { on, .. } | Step::RefuseConfirmation { on, .. } => {
            json!({"on": on})
        }
        Step::Grant { on, number } => json!({"on": on, "number": number}),
        _ => json!({}),
    }
}
