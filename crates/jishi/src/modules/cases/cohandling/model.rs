//! Types of co-handling.

use db::{FromRow, Row};
use kernel::{Id, Instant, Result};

use crate::{
    modules::cases::model::{Assignment, Case},
    platform::{
        access::{Person, Unit},
        words::words,
    },
};

words! {
    /// 分工状态
    ShareState {
        Asked "asked" "征求意见" "Asked";
        Open "open" "待签收" "To sign for";
        Signed "signed" "办理中" "In hand";
        Answered "answered" "待主办采纳" "Answered";
        Accepted "accepted" "已采纳" "Accepted";
        Declined "declined" "已退回" "Declined";
        Ended "ended" "已收回" "Taken back";
    }
}

impl ShareState {
    /// Whether something is still to be done about it, by whoever has it or by the lead.
    pub fn is_open(self) -> bool {
        self.is_owed() || self == Self::Answered
    }

    /// Whether its answer is still owed.
    pub fn is_owed(self) -> bool {
        matches!(self, Self::Asked | Self::Open | Self::Signed)
    }
}

words! {
    /// 分工对象
    ShareKind {
        Unit "unit" "单位" "Unit";
        Contractor "contractor" "施工单位" "Contractor";
    }
}

/// 分工: a share of the work on a case.
#[derive(Clone, Debug)]
pub struct Share {
    /// Its identity.
    pub id: Id<Share>,
    /// The case.
    pub case: Id<Case>,
    /// A unit's or a contractor's.
    pub kind: ShareKind,
    /// How far it is.
    pub state: ShareState,
    /// Whose it is, if a unit's.
    pub unit: Option<Id<Unit>>,
    /// The unit's part in the case; none while it is only asked.
    pub assignment: Option<Id<Assignment>>,
    /// The contractor's name.
    pub company: Option<String>,
    /// The unit that gave it.
    pub lead_unit: Id<Unit>,
    /// What is to be done.
    pub task: String,
    /// Photos of the case that a contractor may see.
    pub photos: Vec<String>,
    /// By when.
    pub due_at: Instant,
    /// When it was given, or asked for.
    pub given_at: Instant,
    /// Who gave it.
    pub given_by: Id<Person>,
    /// When the unit had it: the limit to decline begins.
    pub begun_at: Option<Instant>,
    /// When it was signed for.
    pub signed_at: Option<Instant>,
    /// By whom; nobody known by name signs by a link.
    pub signed_by: Option<Id<Person>>,
    /// When it was answered.
    pub answered_at: Option<Instant>,
    /// What was answered to the lead.
    pub answer: Option<String>,
    /// Photos of the answer.
    pub answer_photos: Vec<String>,
    /// Who answered.
    pub answered_by: Option<Id<Person>>,
    /// Why it was sent back, declined or ended.
    pub words: Option<String>,
    /// How often it was sent back.
    pub rounds: i64,
    /// Until when a contractor's link is valid.
    pub expires_at: Option<Instant>,
    /// Counts every change.
    pub version: i64,
}

impl Share {
    /// Late: answered too late, or not yet and past due. What was declined or ended is late for nobody.
    pub fn is_late(&self, now: Instant) -> bool {
        match self.answered_at {
            Some(at) => at > self.due_at,
            None => self.state.is_owed() && self.due_at < now,
        }
    }
}

impl FromRow for Share {
    fn from_row(row: &Row) -> Result<Self> {
        let photos = |column| -> Result<Vec<String>> {
            let photos: serde_json::Value = row.get(column)?;
            Ok(serde_json::from_value(photos).unwrap_or_default())
        };
        Ok(Self {
            id: row.get("id")?,
            case: row.get("case_id")?,
            kind: row.get("kind")?,
            state: row.get("state")?,
            unit: row.opt("unit")?,
            assignment: row.opt("assignment")?,
            company: row.opt("company")?,
            lead_unit: row.get("lead_unit")?,
            task: row.get("task")?,
            photos: photos("photos")?,
            due_at: row.get("due_at")?,
            given_at: row.get("given_at")?,
            given_by: row.get("given_by")?,
            begun_at: row.opt("begun_at")?,
            signed_at: row.opt("signed_at")?,
            signed_by: row.opt("signed_by")?,
            answered_at: row.opt("answered_at")?,
            answer: row.opt("answer")?,
            answer_photos: photos("answer_photos")?,
            answered_by: row.opt("answered_by")?,
            words: row.opt("words")?,
            rounds: row.get("rounds")?,
            expires_at: row.opt("expires_at")?,
            version: row.get("version")?,
        })
    }
}

/// Whose shares a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those of the asker's units.
    Mine,
    /// Those the asker's units gave.
    Given,
    /// Those of cases in the asker's places.
    Place,
}

/// What a list of shares is narrowed by.
#[derive(Clone, Debug)]
pub struct ShareFilter {
    /// Whose.
    pub whose: Whose,
    /// Something is still to be done about them, or nothing.
    pub is_open: Option<bool>,
    /// Their answer is still owed, or not.
    pub is_owed: Option<bool>,
    /// In one state.
    pub state: Option<ShareState>,
    /// Late, or not.
    pub is_late: Option<bool>,
    /// Of one unit.
    pub unit: Option<Id<Unit>>,
    /// The present, which "late" refers to.
    pub now: Instant,
}
