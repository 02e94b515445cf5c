//! What an objection is. Types only.

use db::{FromRow, Row};
use kernel::{Id, Instant, RegionCode, Result};

use crate::{
    modules::{
        cases::{Case, Report},
        contacts::Access,
    },
    platform::{
        access::{Person, Unit},
        words::words,
    },
};

words! {
    /// 异议状态
    ObjectionState {
        Open "open" "待答复" "Open";
        Answered "answered" "已答复" "Answered";
    }
}

words! {
    /// 异议结论
    ObjectionOutcome {
        InOrder "in_order" "合规" "In order";
        NotInOrder "not_in_order" "不当" "Not in order";
    }
}

/// 异议
#[derive(Clone, Debug)]
pub struct Objection {
    /// Its identity.
    pub id: Id<Objection>,
    /// The opening it is about.
    pub access: Id<Access>,
    /// Whose contact details: the report that came in.
    pub report: Id<Report>,
    /// The case in which the resident objected.
    pub case: Id<Case>,
    /// Where that case lay then: whose security administrators answer.
    pub place: RegionCode,
    /// Who opened.
    pub person: Id<Person>,
    /// For which unit.
    pub unit: Option<Id<Unit>>,
    /// What the resident says; numbers are masked.
    pub words: String,
    /// When.
    pub objected_at: Instant,
    /// The answer; none while it is open.
    pub answer: Option<Answer>,
    /// Counts every change.
    pub version: i64,
}

/// 答复期限: thirty days, as GB/T 35273-2020 8.7 a) has it for answers to whom data are about.
pub const TERM_DAYS: i64 = 30;

impl Objection {
    /// Until when it is to be answered.
    pub fn due_at(&self) -> Instant {
        self.objected_at.plus_days(TERM_DAYS)
    }

    /// Whether it was or is answered later than that.
    pub fn is_late(&self, now: Instant) -> bool {
        self.due_at() < self.answer.as_ref().map_or(now, |answer| answer.at)
    }

    /// Where it stands.
    pub fn state(&self) -> ObjectionState {
        if self.answer.is_some() { ObjectionState::Answered } else { ObjectionState::Open }
    }
}

/// 答复
#[derive(Clone, Debug)]
pub struct Answer {
    /// Whether the opening was in order.
    pub outcome: ObjectionOutcome,
    /// For the resident.
    pub words: String,
    /// When.
    pub at: Instant,
    /// By whom; the resident is not told.
    pub by: Id<Person>,
}

impl FromRow for Objection {
    fn from_row(row: &Row) -> Result<Self> {
        let outcome: Option<ObjectionOutcome> = row.opt("outcome")?;
        let said: Option<(String, (Instant, Id<Person>))> =
            row.opt("answer")?.zip(row.opt("answered_at")?.zip(row.opt("answered_by")?));
        let answer = outcome.zip(said).map(|(outcome, (words, (at, by)))| Answer { outcome, words, at, by });
        Ok(Self {
            id: row.get("id")?,
            access: row.get("access")?,
            report: row.get("report")?,
            case: row.get("case_id")?,
            place: row.get("place")?,
            person: row.get("person")?,
            unit: row.opt("unit")?,
            words: row.get("words")?,
            objected_at: row.get("objected_at")?,
            answer,
            version: row.get("version")?,
        })
    }
}

/// Which objections somebody answers.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Where.
    pub places: Vec<RegionCode>,
    /// Only those that were late by then; none for whoever answers all.
    pub late_by: Option<Instant>,
}

/// Somebody with whoever they stand in for, and their units: in openings of these they take no part.
#[derive(Clone, Debug)]
pub struct Side {
    /// The persons.
    pub persons: Vec<Id<Person>>,
    /// The units.
    pub units: Vec<Id<Unit>>,
}

/// What a list is narrowed by.
#[derive(Clone, Debug, Default)]
pub struct ObjectionFilter {
    /// In one state.
    pub state: Option<ObjectionState>,
    /// Answered so.
    pub outcome: Option<ObjectionOutcome>,
    /// About openings of one unit.
    pub unit: Option<Id<Unit>>,
    /// In a place.
    pub region: Option<RegionCode>,
    /// Open, and neither about an opening of this person nor of these units.
    pub to_answer_by: Option<Side>,
}
