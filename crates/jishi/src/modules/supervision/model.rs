//! The record of a supervision.

use db::{FromRow, Row};
use kernel::{Id, Instant, RegionCode, Result};

use crate::{
    modules::cases::{Case, Grade, Note},
    platform::access::{Person, Unit},
};

/// The trigger of what a leader imposes.
pub const INSTRUCTION: &str = "instruction";

/// 督办
#[derive(Clone, Debug)]
pub struct Supervision {
    /// Its identity.
    pub id: Id<Supervision>,
    /// Of which case.
    pub case: Id<Case>,
    /// 等级
    pub grade: Grade,
    /// 情形: a code of the rules, or [`INSTRUCTION`].
    pub trigger: String,
    /// Whether it lasts.
    pub is_open: bool,
    /// The county of the case.
    pub county: RegionCode,
    /// The unit that led the case.
    pub unit: Option<Id<Unit>>,
    /// 责任人: who answers for it in the unit.
    pub owner: Option<Id<Person>>,
    /// When it was imposed.
    pub imposed_at: Instant,
    /// By whom; none when the rules did.
    pub imposed_by: Option<Id<Person>>,
    /// Until when the unit answers.
    pub due_at: Instant,
    /// 督办要求
    pub demand: Option<Id<Note>>,
    /// 约谈: when the unit is spoken with.
    pub meeting_at: Option<Instant>,
    /// When the unit answered last.
    pub answered_at: Option<Instant>,
    /// Who answered.
    pub answered_by: Option<Id<Person>>,
    /// What it did.
    pub answer: Option<Id<Note>>,
    /// When it was released.
    pub released_at: Option<Instant>,
    /// By whom.
    pub released_by: Option<Id<Person>>,
    /// Why.
    pub released_words: Option<Id<Note>>,
    /// Counts every change.
    pub version: i64,
}

impl FromRow for Supervision {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            case: row.get("case_id")?,
            grade: row.get("grade")?,
            trigger: row.get("trigger_code")?,
            is_open: row.get("is_open")?,
            county: row.get("county")?,
            unit: row.opt("unit")?,
            owner: row.opt("owner")?,
            imposed_at: row.get("imposed_at")?,
            imposed_by: row.opt("imposed_by")?,
            due_at: row.get("due_at")?,
            demand: row.opt("demand")?,
            meeting_at: row.opt("meeting_at")?,
            answered_at: row.opt("answered_at")?,
            answered_by: row.opt("answered_by")?,
            answer: row.opt("answer")?,
            released_at: row.opt("released_at")?,
            released_by: row.opt("released_by")?,
            released_words: row.opt("released_words")?,
            version: row.get("version")?,
        })
    }
}

/// A list's conditions; all of them hold together.
#[derive(Clone, Debug, Default)]
pub struct SupervisionFilter {
    /// Those that last, or those that were released.
    pub is_open: Option<bool>,
    /// 等级
    pub grade: Option<Grade>,
    /// 情形
    pub trigger: Option<String>,
    /// The unit that leads.
    pub unit: Option<Id<Unit>>,
    /// Not answered, and past the time to answer.
    pub is_late: bool,
    /// The present.
    pub now: Instant,
}

impl SupervisionFilter {
    /// Whether the list is of what lasts, and goes by when it is due.
    pub fn is_of_open(&self) -> bool {
        self.is_open == Some(true) || self.is_late
    }
}
