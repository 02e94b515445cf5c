//! Whistles and calls. Types only.

use db::{FromRow, Row};
use kernel::{Id, Instant, RegionCode, Result};

use crate::{
    modules::cases::{Assignment, Case, Outcome},
    platform::{
        access::{Person, Unit},
        words::words,
    },
};

words! {
    /// 哨的种类
    WhistleKind {
        Emergency "emergency" "应急处置哨" "Emergency whistle";
        Enforcement "enforcement" "综合执法哨" "Enforcement whistle";
        KeyWork "key_work" "重点工作哨" "Key-work whistle";
    }
}

words! {
    /// 哨的状态
    WhistleState {
        Running "running" "进行中" "Running";
        Escalated "escalated" "已升级到县（区）" "Escalated to the county";
        Over "over" "已结束" "Over";
        Withdrawn "withdrawn" "已撤哨" "Withdrawn";
    }
}

words! {
    /// 应哨
    WhistleReply {
        Coming "coming" "来" "Coming";
        Cannot "cannot" "来不了" "Cannot come";
    }
}

words! {
    /// 到场由谁记
    SaidBy {
        Unit "unit" "单位自己" "the unit itself";
        Office "office" "乡镇（街道）" "the township";
    }
}

words! {
    /// 评价等次
    CallGrade {
        Good "good" "好" "Good";
        Fair "fair" "一般" "Fair";
        Poor "poor" "差" "Poor";
    }
}

words! {
    /// 报到情况: follows from times, nobody says it
    CallStanding {
        InTime "in_time" "按时到场" "Arrived in time";
        Late "late" "迟到" "Arrived late";
        Absent "absent" "未到" "Did not come";
        Cannot "cannot" "说明来不了" "Said it cannot come";
        Waiting "waiting" "未到时限" "Still has time";
        Released "released" "无需到场" "Not needed any more";
    }
}

/// 哨
#[derive(Clone, Debug)]
pub struct Whistle {
    /// Its identity.
    pub id: Id<Whistle>,
    /// Which of the three.
    pub kind: WhistleKind,
    /// Where it came from: a code of the catalogue.
    pub source: String,
    /// How far it is.
    pub state: WhistleState,
    /// What is to be reached.
    pub goal: String,
    /// Where it is: a township or a place in one.
    pub region: RegionCode,
    /// Where to meet, in words.
    pub place_text: Option<String>,
    /// The case it is about.
    pub case: Option<Id<Case>>,
    /// That case's number.
    pub case_number: Option<String>,
    /// 牵头单位: composes the one answer.
    pub lead_unit: Id<Unit>,
    /// When it was raised.
    pub raised_at: Instant,
    /// Who raised it; never shown.
    pub raised_by: Id<Person>,
    /// For which unit.
    pub raised_unit: Option<Id<Unit>>,
    /// When they meet.
    pub meets_at: Instant,
    /// The limits as they were reckoned, with their explanation.
    pub limits: serde_json::Value,
    /// How it came out.
    pub outcome: Option<Outcome>,
    /// The one answer.
    pub answer: Option<String>,
    /// When the lead gave it.
    pub answered_at: Option<Instant>,
    /// When it went to the county.
    pub escalated_at: Option<Instant>,
    /// Why it went there, or was withdrawn.
    pub reason: Option<String>,
    /// What the county decided.
    pub decision: Option<String>,
    /// When it ended.
    pub ended_at: Option<Instant>,
    /// Counts every change.
    pub version: i64,
}

impl Whistle {
    /// Whether something is still to be done.
    pub fn is_open(&self) -> bool {
        matches!(self.state, WhistleState::Running | WhistleState::Escalated)
    }
}

impl FromRow for Whistle {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            kind: row.get("kind")?,
            source: row.get("source")?,
            state: row.get("state")?,
            goal: row.get("goal")?,
            region: row.get("region")?,
            place_text: row.opt("place_text")?,
            case: row.opt("case_id")?,
            case_number: row.opt("case_number")?,
            lead_unit: row.get("lead_unit")?,
            raised_at: row.get("raised_at")?,
            raised_by: row.get("raised_by")?,
            raised_unit: row.opt("raised_unit")?,
            meets_at: row.get("meets_at")?,
            limits: row.get("limits")?,
            outcome: row.opt("outcome")?,
            answer: row.opt("answer")?,
            answered_at: row.opt("answered_at")?,
            escalated_at: row.opt("escalated_at")?,
            reason: row.opt("reason")?,
            decision: row.opt("decision")?,
            ended_at: row.opt("ended_at")?,
            version: row.get("version")?,
        })
    }
}

/// 被吹哨单位: one department in a whistle.
#[derive(Clone, Debug)]
pub struct WhistleCall {
    /// Its identity.
    pub id: Id<WhistleCall>,
    /// Of which whistle.
    pub whistle: Id<Whistle>,
    /// Which unit.
    pub unit: Id<Unit>,
    /// Its part in the case, if it has one by this call.
    pub assignment: Option<Id<Assignment>>,
    /// What it is asked to do, where that was said.
    pub task: Option<String>,
    /// When it was called: a unit may be called later than the others.
    pub called_at: Instant,
    /// 应哨时限
    pub reply_due_at: Instant,
    /// 到场时限
    pub arrive_due_at: Instant,
    /// By when its part is done.
    pub due_at: Instant,
    /// Whether it comes.
    pub reply: Option<WhistleReply>,
    /// Why it cannot.
    pub reason: Option<String>,
    /// When it first answered.
    pub answered_at: Option<Instant>,
    /// When it was there.
    pub arrived_at: Option<Instant>,
    /// Who said so.
    pub arrived_said_by: Option<SaidBy>,
    /// What it did.
    pub result: Option<String>,
    /// When it said so.
    pub done_at: Option<Instant>,
    /// Whether it counts when units are counted: a whistle that ended before its limit needed it no more.
    pub counts: bool,
    /// Whether the township is still to rate it.
    pub awaits_office: bool,
    /// Whether the unit is still to rate the whistle.
    pub awaits_unit: bool,
    /// 评单位: how it did its part.
    pub grade: Option<CallGrade>,
    /// In words.
    pub grade_words: Option<String>,
    /// 评哨: whether the whistle was justified.
    pub justified: Option<CallGrade>,
    /// Whether it was well prepared.
    pub prepared: Option<CallGrade>,
    /// In words.
    pub rating_words: Option<String>,
    /// How many reminders went out.
    pub reminded: i64,
    /// Counts every change.
    pub version: i64,
}

impl FromRow for WhistleCall {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            whistle: row.get("whistle")?,
            unit: row.get("unit")?,
            assignment: row.opt("assignment")?,
            task: row.opt("task")?,
            called_at: row.get("called_at")?,
            reply_due_at: row.get("reply_due_at")?,
            arrive_due_at: row.get("arrive_due_at")?,
            due_at: row.get("due_at")?,
            reply: row.opt("reply")?,
            reason: row.opt("reason")?,
            answered_at: row.opt("answered_at")?,
            arrived_at: row.opt("arrived_at")?,
            arrived_said_by: row.opt("arrived_said_by")?,
            result: row.opt("result")?,
            done_at: row.opt("done_at")?,
            counts: row.get("counts")?,
            awaits_office: row.get("awaits_office")?,
            awaits_unit: row.get("awaits_unit")?,
            grade: row.opt("grade")?,
            grade_words: row.opt("grade_words")?,
            justified: row.opt("justified")?,
            prepared: row.opt("prepared")?,
            rating_words: row.opt("rating_words")?,
            reminded: row.get("reminded")?,
            version: row.get("version")?,
        })
    }
}
