//! 应哨、到场、结果: the steps of a called unit.

use db::Tx;
use kernel::{Id, Instant, Result};
use serde_json::json;

use super::{Held, as_office, as_unit, hold_call, is_done, of_unit, record, rules, save_call};
use crate::{
    modules::{
        App, SharedApp,
        cases::{self, AssignmentKind, GivenPart},
        whistles::model::{SaidBy, Whistle, WhistleCall, WhistleReply},
    },
    platform::{
        access::{Actor, Permission},
        idempotency::Key,
        live::Topic,
        trail::By,
    },
};

/// 应哨
#[derive(Clone, Debug)]
pub struct Reply {
    /// Whether it comes.
    pub reply: WhistleReply,
    /// Why it cannot.
    pub reason: Option<String>,
}

/// 应哨: a unit says whether it comes; it may say otherwise until it is there. The time of its first word stays.
///
/// # Errors
/// `required` on `reason` where it cannot come; `record_changed`; whatever [`rules::may_reply`] refuses.
pub async fn reply(app: &SharedApp, actor: &Actor, seen: (Id<WhistleCall>, i64), said: Reply, key: Key) -> Result<()> {
    let scope = actor.require(Permission::WhistleRead)?;
    let reason = match said.reply {
        WhistleReply::Coming => None,
        WhistleReply::Cannot => {
            Some(rules::required("reason", said.reason.as_deref().unwrap_or_default(), rules::WORDS_MAX)?)
        }
    };
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if is_done(&mut tx, app, &key, &seen.0.to_string()).await? {
            return Ok(());
        }
        let (Held { whistle, sides }, mut call) = hold_call(&mut tx, &actor, &scope, seen).await?;
        rules::may_reply(&whistle, &call, &sides)?;
        let by = as_unit(&actor, call.unit);
        call.reply = Some(said.reply);
        call.answered_at = call.answered_at.or_else(|| Some(app.now()));
        call.reason = reason;
        part_of_reply(&mut tx, app, &by, &whistle, &mut call).await?;
        save_call(&mut tx, app, &whistle, &call).await?;
        let params = json!({"unit": call.unit, "reply": said.reply});
        record(&mut tx, app, &by, "whistle.replied", &whistle, params).await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Cases);
    Ok(())
}

/// Whoever cannot come has no part in the case; whoever comes after all has one again, while there is something to do.
async fn part_of_reply(tx: &mut Tx, app: &App, by: &By, whistle: &Whistle, call: &mut WhistleCall) -> Result<()> {
    let Some(case) = whistle.case else { return Ok(()) };
    match (call.reply, call.assignment) {
        (Some(WhistleReply::Cannot), Some(part)) => {
            let case = cases::lock_unscoped(tx, case).await?;
            cases::end_part(tx, app, by, &case, (part, call.unit), call.reason.as_deref()).await?;
            call.assignment = None;
        }
        (Some(WhistleReply::Coming), None) => {
            let case = cases::lock_unscoped(tx, case).await?;
            if cases::takes_parts(&case) {
                let part = GivenPart { unit: call.unit, due_at: Some(call.due_at) };
                let given = cases::give_parts(tx, app, by, &case, AssignmentKind::Whistled, &[part]).await?;
                call.assignment = given.into_iter().flatten().next();
            }
        }
        _ => {}
    }
    Ok(())
}

/// 到场
#[derive(Clone, Copy, Debug)]
pub enum Arrival {
    /// They are there: now, or when the township says it was.
    There(Option<Instant>),
    /// It was a wrong tap.
    TakenBack,
}

/// 到场: said by the unit itself or by the township. Whoever comes without having answered has answered by coming.
///
/// # Errors
/// `record_changed`; whatever [`rules::may_arrive`], [`rules::arrival`], [`rules::may_take_arrival_back`] refuse.
pub async fn arrive(
    app: &SharedApp,
    actor: &Actor,
    seen: (Id<WhistleCall>, i64),
    arrival: Arrival,
    key: Key,
) -> Result<()> {
    let scope = actor.require(Permission::WhistleRead)?;
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if is_done(&mut tx, app, &key, &seen.0.to_string()).await? {
            return Ok(());
        }
        let (Held { whistle, sides }, mut call) = hold_call(&mut tx, &actor, &scope, seen).await?;
        let kind = match arrival {
            Arrival::There(at) => {
                let by = rules::may_arrive(&whistle, &call, &sides)?;
                let at = rules::arrival(&call, by, at, app.now())?;
                there(&mut call, by, at);
                "whistle.arrived"
            }
            Arrival::TakenBack => {
                rules::may_take_arrival_back(&whistle, &call, &sides)?;
                (call.arrived_at, call.arrived_said_by) = (None, None);
                "whistle.arrival_taken_back"
            }
        };
        let is_own = sides.units.contains(&call.unit);
        let by = if is_own { as_unit(&actor, call.unit) } else { as_office(&actor, &whistle) };
        part_of_reply(&mut tx, app, &by, &whistle, &mut call).await?;
        save_call(&mut tx, app, &whistle, &call).await?;
        let params = json!({"unit": call.unit, "said_by": call.arrived_said_by, "arrived_at": call.arrived_at});
        record(&mut tx, app, &by, kind, &whistle, params).await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Cases);
    Ok(())
}

fn there(call: &mut WhistleCall, by: SaidBy, at: Instant) {
    (call.arrived_at, call.arrived_said_by) = (Some(at), Some(by));
    call.reply = Some(WhistleReply::Coming);
    call.reason = None;
    call.answered_at = call.answered_at.or(Some(at));
}

/// A unit says what came of its part; with that its part in the case is done.
///
/// # Errors
/// `required`, `too_long` on `text`; `record_changed`; whatever [`rules::may_file`] refuses.
pub async fn file_result(
    app: &SharedApp,
    actor: &Actor,
    seen: (Id<WhistleCall>, i64),
    text: &str,
    key: Key,
) -> Result<()> {
    let scope = actor.require(Permission::WhistleRead)?;
    let text = rules::required("text", text, rules::TEXT_MAX)?;
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if is_done(&mut tx, app, &key, &seen.0.to_string()).await? {
            return Ok(());
        }
        let (Held { whistle, sides }, mut call) = hold_call(&mut tx, &actor, &scope, seen).await?;
        rules::may_file(&whistle, &call, &sides)?;
        let by = as_unit(&actor, call.unit);
        if let (Some(case), Some(part)) = (whistle.case, call.assignment) {
            let case = cases::lock_unscoped(&mut tx, case).await?;
            cases::finish_part(&mut tx, app, &by, &case, part, Some(&text)).await?;
        }
        call.done_at = Some(app.now());
        call.result = Some(text);
        // Whoever does its part without a word before has answered by doing it.
        call.reply = Some(WhistleReply::Coming);
        call.reason = None;
        call.answered_at = call.answered_at.or(call.done_at);
        save_call(&mut tx, app, &whistle, &call).await?;
        record(&mut tx, app, &by, "whistle.result_filed", &whistle, of_unit(&call)).await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Cases);
    Ok(())
}
