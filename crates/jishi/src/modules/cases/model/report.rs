//! The report, and what its reporter says of the result.

use db::{FromRow, Row};
use kernel::{Id, Instant, RegionCode, Result};

use super::{Case, Channel, Identity, Note, Satisfied, Solved};
use crate::platform::access::Person;

/// 诉求: one person's words, with the way back to them.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its identity.
    pub id: Id<Report>,
    /// The case it stands behind.
    pub case: Id<Case>,
    /// How it came.
    pub channel: Channel,
    /// How the person wishes to be known.
    pub identity: Identity,
    /// The case it came in with; another than [`Report::case`] once it was moved.
    pub came_to: Option<Id<Case>>,
    /// Whose part it is; none of a report that came in.
    pub part_of: Option<Id<Report>>,
    /// Which part: the report that came in is the first.
    pub part: i64,
    /// True when it stands behind one case with another part of the same report, which speaks for both.
    pub is_rejoined: bool,
    /// What of the words is asked in this part, where the report was split.
    pub excerpt: Option<String>,
    /// Where their words are kept.
    pub note: Id<Note>,
    /// Their words, unless erased.
    pub text: Option<String>,
    /// The language they read.
    pub locale: String,
    /// True when it joined a case that was there ("me too").
    pub is_joined: bool,
    /// True when they took it back.
    pub is_withdrawn: bool,
    /// 户籍地
    pub registered_region: Option<RegionCode>,
    /// Who entered it for them.
    pub entered_by: Option<Id<Person>>,
    /// True when they wish to be told of steps by short message.
    pub wants_messages: bool,
    /// When the last of their contact details were erased.
    pub details_erased_at: Option<Instant>,
    /// When it came.
    pub received_at: Instant,
    /// Their verdict on the result now filed.
    pub verdict: Option<Verdict>,
    /// When they gave it.
    pub verdict_at: Option<Instant>,
    /// Counts every change.
    pub version: i64,
}

impl Report {
    /// Whose words these are: the report that came in, which has the receipts and the contact details.
    pub fn whose(&self) -> Id<Self> {
        self.part_of.unwrap_or(self.id)
    }

    /// Whether it has a word in its case: neither taken back nor spoken for by another part.
    pub fn is_voice(&self) -> bool {
        !self.is_withdrawn && !self.is_rejoined
    }

    /// What is asked in this part.
    pub fn asked(&self) -> Option<&str> {
        self.excerpt.as_deref().or(self.text.as_deref())
    }
}

impl FromRow for Report {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            case: row.get("case_id")?,
            channel: row.get("channel")?,
            identity: row.get("identity")?,
            came_to: row.opt("came_to")?,
            part_of: row.opt("part_of")?,
            part: row.get("part")?,
            is_rejoined: row.get("is_rejoined")?,
            excerpt: row.opt("excerpt")?,
            note: row.get("note")?,
            text: row.opt("body")?,
            locale: row.get("locale")?,
            is_joined: row.get("is_joined")?,
            is_withdrawn: row.get("is_withdrawn")?,
            registered_region: row.opt("registered_region")?,
            entered_by: row.opt("entered_by")?,
            wants_messages: row.get("wants_messages")?,
            details_erased_at: row.opt("details_erased_at")?,
            received_at: row.get("received_at")?,
            verdict: Verdict::read(row)?,
            verdict_at: row.opt("verdict_at")?,
            version: row.get("version")?,
        })
    }
}

/// 评价: what a reporter says of the result. Nobody else says it for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// 是否联系
    pub contacted: Option<bool>,
    /// 是否解决
    pub solved: Solved,
    /// 是否满意
    pub satisfied: Satisfied,
}

impl Verdict {
    /// The one a report has, if its reporter has spoken.
    ///
    /// # Errors
    /// `internal` when the row is not a report's.
    pub fn read(row: &Row) -> Result<Option<Self>> {
        let Some(solved) = row.opt("solved")? else { return Ok(None) };
        let satisfied = row.opt("satisfied")?.unwrap_or(Satisfied::Unsaid);
        Ok(Some(Self { contacted: row.opt("contacted")?, solved, satisfied }))
    }
}
