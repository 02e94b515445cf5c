//! 吹哨室: one whistle with its units and its history.

use db::Conn;
use kernel::{Id, Instant, Result};
use serde::Serialize;

use super::lists::{Known, TallyView, WhistleRow, row};
use crate::{
    modules::{
        App, cases,
        people::UnitRef,
        whistles::{
            model::{CallGrade, CallStanding, SaidBy, Whistle, WhistleCall, WhistleReply},
            rules::{self, Sides},
            store::{self, Happened},
        },
    },
    platform::access::{Actor, Permission, Unit},
};

/// A whistle as a whole.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = WhistleRoom)]
pub struct RoomView {
    /// As a list shows it.
    #[serde(flatten)]
    whistle: WhistleRow,
    /// The unit that raised it.
    #[serde(skip_serializing_if = "Option::is_none")]
    raised_unit: Option<UnitRef>,
    /// How the limits were reckoned: for `reply`, `arrival` and `part` a `rule` (`minutes`, `clock`, `meeting`) and, for a
    /// clock, the deadline with its explanation.
    #[schema(value_type = Object)]
    limits: serde_json::Value,
    /// When the lead answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_at: Option<Instant>,
    /// When it went to the county.
    #[serde(skip_serializing_if = "Option::is_none")]
    escalated_at: Option<Instant>,
    /// Why it went there, or was withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// What the county decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<String>,
    /// Whether the reader may open the case.
    may_open_case: bool,
    /// The units, as they were called.
    calls: Vec<CallView>,
    /// What happened, the oldest first.
    history: Vec<HistoryView>,
    /// What the reader may do: `call`, `compose`, `escalate`, `decide`, `withdraw`.
    allowed: Vec<&'static str>,
    /// Counts every change of the whistle itself.
    version: i64,
}

/// One unit's part.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = WhistleCallView)]
pub struct CallView {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    id: Id<WhistleCall>,
    /// The unit.
    unit: UnitRef,
    /// What it is asked to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<String>,
    /// When it was called.
    called_at: Instant,
    /// 应哨时限
    reply_due_at: Instant,
    /// 到场时限
    arrive_due_at: Instant,
    /// By when its part is done.
    due_at: Instant,
    /// Whether it comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<WhistleReply>,
    /// Why it cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// When it answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_at: Option<Instant>,
    /// When it was there.
    #[serde(skip_serializing_if = "Option::is_none")]
    arrived_at: Option<Instant>,
    /// Who said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    arrived_said_by: Option<SaidBy>,
    /// What came of its part.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<String>,
    /// When it said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    done_at: Option<Instant>,
    /// How it stands, by these times.
    standing: CallStanding,
    /// Whether it answered too late, or has not though its time is over.
    is_reply_late: bool,
    /// Whether its part was done too late, or is not though its time is over.
    is_part_late: bool,
    /// How it did its part, says the township.
    #[serde(skip_serializing_if = "Option::is_none")]
    grade: Option<CallGrade>,
    /// In words.
    #[serde(skip_serializing_if = "Option::is_none")]
    grade_words: Option<String>,
    /// Whether the whistle was justified, says the unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    justified: Option<CallGrade>,
    /// Whether it was well prepared.
    #[serde(skip_serializing_if = "Option::is_none")]
    prepared: Option<CallGrade>,
    /// In words.
    #[serde(skip_serializing_if = "Option::is_none")]
    rating_words: Option<String>,
    /// Whether the reader works there.
    is_own: bool,
    /// What the reader may do: `reply`, `arrive`, `say_when`, `take_back`, `result`, `grade`, `rate`.
    allowed: Vec<&'static str>,
    /// Counts every change.
    version: i64,
}

/// Something that happened.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = WhistleHappened)]
pub struct HistoryView {
    /// When.
    at: Instant,
    /// What, e.g. `whistle.arrived`.
    kind: String,
    /// For which unit it was done; none for the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<UnitRef>,
    /// The units it is about.
    about: Vec<UnitRef>,
    /// Whether a unit said that it comes or cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<WhistleReply>,
}

fn units_of(happened: &Happened) -> Vec<Id<Unit>> {
    let one = happened.params.get("unit").into_iter();
    let more = happened.params.get("units").and_then(|units| units.as_array()).into_iter().flatten();
    one.chain(more).filter_map(|unit| serde_json::from_value(unit.clone()).ok()).collect()
}

fn call_view(whistle: &Whistle, call: &WhistleCall, sides: &Sides, known: &Known, now: Instant) -> Result<CallView> {
    let is_owed = whistle.is_open() && call.reply != Some(WhistleReply::Cannot);
    Ok(CallView {
        id: call.id,
        unit: known.unit(call.unit)?,
        task: call.task.clone(),
        called_at: call.called_at,
        reply_due_at: call.reply_due_at,
        arrive_due_at: call.arrive_due_at,
        due_at: call.due_at,
        reply: call.reply,
        reason: call.reason.clone(),
        answered_at: call.answered_at,
        arrived_at: call.arrived_at,
        arrived_said_by: call.arrived_said_by,
        result: call.result.clone(),
        done_at: call.done_at,
        standing: rules::standing(call, now),
        is_reply_late: rules::is_reply_late(call, now),
        is_part_late: call.done_at.map_or(is_owed && call.due_at < now, |at| at > call.due_at),
        grade: call.grade,
        grade_words: call.grade_words.clone(),
        justified: call.justified,
        prepared: call.prepared,
        rating_words: call.rating_words.clone(),
        is_own: sides.units.contains(&call.unit),
        allowed: rules::allowed_of_call(whistle, call, sides),
        version: call.version,
    })
}

/// One whistle as its reader may see it.
pub(in super::super) async fn room(db: &mut Conn, app: &App, actor: &Actor, id: Id<Whistle>) -> Result<RoomView> {
    let scope = actor.require(Permission::WhistleRead)?;
    let whistle = store::get(db, &scope, id).await?;
    let (calls, history) = (store::calls_of(db, id).await?, store::history_of(db, id).await?);
    let sides = Sides::of(actor, &whistle);
    let units = calls
        .iter()
        .map(|call| call.unit)
        .chain([whistle.lead_unit])
        .chain(whistle.raised_unit)
        .chain(history.iter().filter_map(|row| row.unit))
        .chain(history.iter().flat_map(units_of));
    let known = Known::read(db, units, std::iter::once(&whistle.region)).await?;
    let may_open_case = match (whistle.case, actor.require(Permission::CaseRead)) {
        (Some(case), Ok(scope)) => cases::get(db, &scope, case).await.is_ok(),
        _ => false,
    };
    let now = app.now();
    let calls_shown = calls.iter().map(|call| call_view(&whistle, call, &sides, &known, now));
    let history = history.into_iter().map(|row| HistoryView {
        at: row.at,
        by: row.unit.and_then(|unit| known.unit(unit).ok()),
        about: units_of(&row).into_iter().filter_map(|unit| known.unit(unit).ok()).collect(),
        reply: row.params.get("reply").and_then(|reply| serde_json::from_value(reply.clone()).ok()),
        kind: row.kind,
    });
    Ok(RoomView {
        raised_unit: whistle.raised_unit.and_then(|unit| known.unit(unit).ok()),
        limits: whistle.limits.clone(),
        answered_at: whistle.answered_at,
        escalated_at: whistle.escalated_at,
        reason: whistle.reason.clone(),
        decision: whistle.decision.clone(),
        may_open_case,
        calls: calls_shown.collect::<Result<_>>()?,
        history: history.collect(),
        allowed: rules::allowed(&whistle, &sides),
        version: whistle.version,
        whistle: row(app, &known, &whistle, TallyView::of(calls.iter(), now))?,
    })
}
