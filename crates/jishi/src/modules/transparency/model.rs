//! Types of the room.

use db::{FromRow, Row};
use kernel::{Id, Instant, Result};

use crate::modules::cases::{Case, TimelineRow};

/// Where a step stands in the log.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// Its place, from 0.
    pub seq: u64,
    /// Whose step.
    pub case: Id<Case>,
    /// The how-many-eth step of its case, from 1.
    pub n: i64,
    /// Which step.
    pub entry: Id<TimelineRow>,
    /// From which the salts of its commitments are made.
    pub salt: Vec<u8>,
    /// The commitment to what the case was after it, where that was seen.
    pub state: Option<Vec<u8>>,
}

impl FromRow for Leaf {
    fn from_row(row: &Row) -> Result<Self> {
        let seq: i64 = row.get("seq")?;
        Ok(Self {
            seq: u64::try_from(seq).unwrap_or_default(),
            case: row.get("case_id")?,
            n: row.get("n")?,
            entry: row.get("entry")?,
            salt: row.get("salt")?,
            state: row.opt("state")?,
        })
    }
}

/// 签名树头: the tree at a moment, signed.
#[derive(Clone, Debug)]
pub struct Head {
    /// When it was signed.
    pub at: Instant,
    /// How many leaves there were.
    pub size: u64,
    /// The signed text, as it is published.
    pub note: String,
}

impl FromRow for Head {
    fn from_row(row: &Row) -> Result<Self> {
        let size: i64 = row.get("size")?;
        Ok(Self { at: row.get("at")?, size: u64::try_from(size).unwrap_or_default(), note: row.get("note")? })
    }
}

/// What is wrong with a row or with the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The step is not what it was when it was taken in.
    StepChanged,
    /// The log has the step, the history has not.
    StepRemoved,
    /// The history has a step that this instance never sealed.
    StepInserted,
    /// The words are not those that the step committed to.
    WordsChanged,
    /// The words are gone, and nobody erased them in due course.
    WordsRemoved,
    /// Status, deadline, lead, outcome or a verdict is not what it was after the last step.
    CaseChanged,
    /// The case is gone.
    CaseRemoved,
    /// A row of the log is gone.
    LeafRemoved,
    /// The hashes do not lead to a head that was signed.
    HeadBroken,
    /// A head is not signed by this instance.
    HeadForged,
}

impl Fault {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StepChanged => "step changed",
            Self::StepRemoved => "step removed",
            Self::StepInserted => "step inserted",
            Self::WordsChanged => "words changed",
            Self::WordsRemoved => "words removed",
            Self::CaseChanged => "case changed",
            Self::CaseRemoved => "case removed",
            Self::LeafRemoved => "leaf removed",
            Self::HeadBroken => "head broken",
            Self::HeadForged => "head forged",
        }
    }
}

/// One row that does not fit, by its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// What is wrong.
    pub fault: Fault,
    /// Which row: the table, its key, and the case it belongs to where it is known.
    pub what: String,
}

/// What an examination saw.
#[derive(Debug, Default)]
pub struct Examined {
    /// Leaves of the log.
    pub leaves: u64,
    /// Steps that are not in the log yet, because they are younger than its last look.
    pub pending: u64,
    /// Heads.
    pub heads: u64,
    /// What does not fit.
    pub findings: Vec<Finding>,
}
