//! How a whistle ends: by the lead's one answer, by the county's decision, or because it is withdrawn.

use db::Tx;
use kernel::{Id, Names, Result};
use serde_json::{Value, json};

use super::{Held, as_office, as_unit, hold, is_done, record, rules, save};
use crate::{
    modules::{
        App, SharedApp,
        cases::{self, Aside, Outcome, SeenBy},
        people,
        whistles::{
            model::{Whistle, WhistleState},
            store::{self, Ended},
        },
    },
    platform::{
        access::{Actor, Permission},
        idempotency::Key,
        live::Topic,
        trail::By,
    },
};

/// One answer, with how it came out.
#[derive(Clone, Debug)]
pub struct Composed {
    /// The words.
    pub text: String,
    /// How it came out.
    pub outcome: Outcome,
}

/// 牵头答复: the lead composes the one answer. What cannot be solved goes to the county, the rest is over.
///
/// # Errors
/// `required`, `too_long` on `text`; `record_changed`; whatever [`rules::may_compose`] refuses.
pub async fn compose(
    app: &SharedApp,
    actor: &Actor,
    seen: (Id<Whistle>, i64),
    composed: Composed,
    key: Key,
) -> Result<()> {
    let text = rules::required("text", &composed.text, rules::TEXT_MAX)?;
    step(app, actor, seen, key, move |app, whistle, sides, actor| {
        rules::may_compose(whistle, sides)?;
        whistle.answer = Some(text);
        whistle.answered_at = Some(app.now());
        whistle.outcome = Some(composed.outcome);
        let by = as_unit(actor, whistle.lead_unit);
        if composed.outcome == Outcome::Cannot {
            whistle.state = WhistleState::Escalated;
            whistle.escalated_at = Some(app.now());
            return Ok(Done { by, kind: "whistle.escalated", params: json!({"by": "lead"}) });
        }
        over(app, whistle);
        Ok(Done { by, kind: "whistle.answered", params: json!({"outcome": composed.outcome}) })
    })
    .await
}

/// 升级: the township gives to the county what does not go on by itself.
///
/// # Errors
/// `required`, `too_long` on `reason`; `record_changed`; whatever [`rules::may_escalate`] refuses.
pub async fn escalate(app: &SharedApp, actor: &Actor, seen: (Id<Whistle>, i64), reason: &str, key: Key) -> Result<()> {
    let reason = rules::required("reason", reason, rules::WORDS_MAX)?;
    step(app, actor, seen, key, move |app, whistle, sides, actor| {
        rules::may_escalate(whistle, sides)?;
        whistle.state = WhistleState::Escalated;
        whistle.escalated_at = Some(app.now());
        whistle.reason = Some(reason);
        Ok(Done { by: as_office(actor, whistle), kind: "whistle.escalated", params: json!({"by": "office"}) })
    })
    .await
}

/// The county decides, and it is over. Its words are the answer where the lead gave none.
///
/// # Errors
/// `required`, `too_long` on `text`; `record_changed`; whatever [`rules::may_decide`] refuses.
pub async fn decide(
    app: &SharedApp,
    actor: &Actor,
    seen: (Id<Whistle>, i64),
    decided: Composed,
    key: Key,
) -> Result<()> {
    let text = rules::required("text", &decided.text, rules::TEXT_MAX)?;
    step(app, actor, seen, key, move |app, whistle, sides, actor| {
        rules::may_decide(whistle, sides)?;
        whistle.decision = Some(text);
        whistle.outcome = Some(decided.outcome);
        over(app, whistle);
        let params = json!({"outcome": decided.outcome});
        Ok(Done { by: as_office(actor, whistle), kind: "whistle.decided", params })
    })
    .await
}

/// 撤哨: whoever raised it takes it back, with a reason; nobody was late for what was not.
///
/// # Errors
/// `required`, `too_long` on `reason`; `record_changed`; whatever [`rules::may_withdraw`] refuses.
pub async fn withdraw(app: &SharedApp, actor: &Actor, seen: (Id<Whistle>, i64), reason: &str, key: Key) -> Result<()> {
    let reason = rules::required("reason", reason, rules::WORDS_MAX)?;
    step(app, actor, seen, key, move |app, whistle, sides, actor| {
        rules::may_withdraw(whistle, sides)?;
        whistle.state = WhistleState::Withdrawn;
        whistle.reason = Some(reason);
        whistle.ended_at = Some(app.now());
        Ok(Done { by: as_office(actor, whistle), kind: "whistle.withdrawn", params: json!({}) })
    })
    .await
}

fn over(app: &App, whistle: &mut Whistle) {
    whistle.state = WhistleState::Over;
    whistle.ended_at = Some(app.now());
}

/// What a step came to, for the trail.
struct Done {
    by: By,
    kind: &'static str,
    params: Value,
}

/// One step of a whistle as a whole: held, decided, written, with what follows for its calls and its case.
async fn step<F>(app: &SharedApp, actor: &Actor, (id, seen): (Id<Whistle>, i64), key: Key, decide: F) -> Result<()>
where
    F: FnOnce(&App, &mut Whistle, &rules::Sides, &Actor) -> Result<Done> + Send + 'static,
{
    let scope = actor.require(Permission::WhistleRead)?;
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if is_done(&mut tx, app, &key, &id.to_string()).await? {
            return Ok(());
        }
        let Held { mut whistle, sides } = hold(&mut tx, &actor, &scope, id).await?;
        let Done { by, kind, params } = decide(app, &mut whistle, &sides, &actor)?;
        save(&mut tx, &whistle, seen).await?;
        record(&mut tx, app, &by, kind, &whistle, params).await?;
        close(&mut tx, app, &by, &whistle).await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Cases);
    Ok(())
}

/// What follows when a whistle is over, escalated or withdrawn: for its calls, and in its case.
async fn close(tx: &mut Tx, app: &App, by: &By, whistle: &Whistle) -> Result<()> {
    let calls = store::calls_of(tx, whistle.id).await?;
    match (whistle.state, whistle.ended_at) {
        (WhistleState::Over, Some(at)) => {
            store::close_calls(tx, whistle.id, Ended::Over(at)).await?;
            store::open_ratings(tx, whistle).await?;
        }
        (WhistleState::Withdrawn, _) => store::close_calls(tx, whistle.id, Ended::Withdrawn).await?,
        _ => {}
    }
    let Some(case) = whistle.case else { return Ok(()) };
    let case = cases::lock_unscoped(tx, case).await?;
    let (kind, seen_by) = match whistle.state {
        WhistleState::Over => ("whistle_over", SeenBy::Everyone),
        WhistleState::Withdrawn => ("whistle_withdrawn", SeenBy::Everyone),
        _ => ("whistle_escalated", SeenBy::Staff),
    };
    let params = json!({"names": lead_names(tx, whistle).await?, "outcome": whistle.outcome});
    cases::record_aside(tx, app, by, &case, Aside { kind, params, text: None, seen_by }).await?;
    if whistle.is_open() {
        return Ok(());
    }
    for call in calls.iter().filter(|call| call.done_at.is_none()) {
        if let Some(part) = call.assignment {
            cases::end_part(tx, app, by, &case, (part, call.unit), None).await?;
        }
    }
    Ok(())
}

async fn lead_names(tx: &mut Tx, whistle: &Whistle) -> Result<Names> {
    let found = people::units_unscoped(tx, &[whistle.lead_unit]).await?.remove(&whistle.lead_unit);
    Ok(found.map(|unit| unit.names).unwrap_or_default())
}
