//! How fast each kind is attended, and what follows from times: late, missing, when to remind.

use kernel::{Error, Instant, Names, Result};
use serde_json::{Value, json};

use crate::modules::{
    calendar::{Deadline, TimeLimit},
    whistles::model::{CallStanding, WhistleCall, WhistleKind, WhistleReply},
};

/// A limit as the catalogue says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// So many minutes on the wall.
    Minutes(i64),
    /// On the working calendar.
    Clock(TimeLimit),
    /// When they meet.
    Meeting,
}

/// What holds for one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindRule {
    /// Which.
    pub kind: WhistleKind,
    /// What it is called here.
    pub names: Names,
    /// When it is the right one.
    pub hint: Names,
    /// 应哨时限
    pub reply: Limit,
    /// 到场时限
    pub arrival: Limit,
    /// By when a unit's part is done, from the meeting on.
    pub part: Limit,
    /// Reminders go out so many minutes before a limit.
    pub remind_minutes: i64,
}

/// Where whistles come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its code.
    pub code: String,
    /// Its names.
    pub names: Names,
}

/// What the catalogue says of whistles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// The three kinds.
    pub kinds: Vec<KindRule>,
    /// The sources.
    pub sources: Vec<Source>,
}

impl Catalogue {
    /// What holds for a kind; a test keeps the packaged file whole, and none comes in that is not.
    ///
    /// # Errors
    /// `internal` when it is missing all the same.
    pub fn rule(&self, kind: WhistleKind) -> Result<&KindRule> {
        self.kinds
            .iter()
            .find(|rule| rule.kind == kind)
            .ok_or_else(|| Error::internal("a kind of whistle without a rule"))
    }

    /// What a source is called; one that is gone from the file keeps its code.
    pub fn source_names(&self, code: &str) -> Names {
        let found = self.sources.iter().find(|source| source.code == code);
        found.map_or_else(|| Names::zh_only(code), |source| source.names.clone())
    }
}

/// The limits of one unit, as they were reckoned.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// 应哨
    pub reply_due_at: Instant,
    /// 到场
    pub arrive_due_at: Instant,
    /// 办完自己的一份
    pub due_at: Instant,
    /// How each came about.
    pub explained: Value,
}

/// The limits of a unit called at `called_at` to meet at `meets_at`. Nobody answers later than they meet; whoever is called
/// after the meeting began has the limit of the call itself.
pub fn limits(
    rule: &KindRule,
    called_at: Instant,
    meets_at: Instant,
    reckon: impl Fn(TimeLimit, Instant) -> Deadline,
) -> Limits {
    let meeting = if meets_at < called_at { called_at } else { meets_at };
    let (reply, reply_why) = end_of(rule.reply, called_at, meeting, &reckon);
    let (arrival, arrival_why) = end_of(rule.arrival, called_at, meeting, &reckon);
    let (part, part_why) = end_of(rule.part, meeting, meeting, &reckon);
    // An emergency meets at once: then the minutes of the way count, not the moment of the call.
    let arrive_due_at = if arrival < meeting { meeting } else { arrival };
    let is_cut = rule.reply != Limit::Meeting && arrive_due_at < reply;
    let reply_due_at = if is_cut { arrive_due_at } else { reply };
    let reply_why = if is_cut { json!({"rule": "meeting"}) } else { reply_why };
    Limits {
        reply_due_at,
        arrive_due_at,
        due_at: part,
        explained: json!({"reply": reply_why, "arrival": arrival_why, "part": part_why}),
    }
}

fn end_of(
    limit: Limit,
    from: Instant,
    meeting: Instant,
    reckon: &impl Fn(TimeLimit, Instant) -> Deadline,
) -> (Instant, Value) {
    match limit {
        Limit::Minutes(minutes) => (from.plus_seconds(minutes * 60), json!({"rule": "minutes", "minutes": minutes})),
        Limit::Meeting => (meeting, json!({"rule": "meeting"})),
        Limit::Clock(clock) => {
            let deadline = reckon(clock, from);
            (deadline.due_at, json!({"rule": "clock", "deadline": deadline}))
        }
    }
}

/// 报到情况, from times alone.
pub fn standing(call: &WhistleCall, now: Instant) -> CallStanding {
    match call.arrived_at {
        Some(at) if at <= call.arrive_due_at => CallStanding::InTime,
        Some(_) => CallStanding::Late,
        None if !call.counts => CallStanding::Released,
        None if call.reply == Some(WhistleReply::Cannot) => CallStanding::Cannot,
        None if call.arrive_due_at < now => CallStanding::Absent,
        None => CallStanding::Waiting,
    }
}

/// Whether a unit answered too late, or has not though its time is over.
pub fn is_reply_late(call: &WhistleCall, now: Instant) -> bool {
    call.answered_at.unwrap_or(now) > call.reply_due_at && (call.counts || call.answered_at.is_some())
}

/// When a unit is to be reminded next, if at all: before the limit of its reply while it has not answered, before that of
/// its arrival while it has not come.
pub fn remind_at(call: &WhistleCall, minutes: i64) -> Option<Instant> {
    if call.done_at.is_some() || call.reply == Some(WhistleReply::Cannot) || minutes == 0 {
        return None;
    }
    let before = |due: Instant| due.plus_seconds(-minutes * 60);
    match (call.reply, call.arrived_at, call.reminded) {
        (None, None, 0) => Some(before(call.reply_due_at)),
        (_, None, 0 | 1) => Some(before(call.arrive_due_at)),
        _ => None,
    }
    // A limit so near that the reminder would come with the call itself needs none.
    .filter(|at| *at > call.called_at)
}
