//! What a sign is. Types only.

use db::{FromRow, Row};
use kernel::{Day, Id, Instant, Names, RegionCode, Result};

use crate::{
    modules::cases::{Case, TimelineRow},
    platform::{
        access::{Person, Unit},
        words::words,
    },
};

words! {
    /// 疑点种类
    SignKind {
        LastMinute "last_minute" "卡点办结" "Just before the deadline";
        Bulk "bulk" "批量办结" "Many at once";
        SamePhoto "same_photo" "一图多用" "One photo, several cases";
        Assisted "assisted" "代录评价偏多" "Many verdicts written by staff";
        Copied "copied" "答复雷同" "Answers word for word";
        Excluded "excluded" "剔除偏多" "Many left out of the count";
    }
}

words! {
    /// 疑点状态
    SignState {
        New "new" "待看" "To be looked at";
        Explained "explained" "已看：说得通" "Looked at: explained";
        Confirmed "confirmed" "已看：属实" "Looked at: confirmed";
    }
}

/// 疑点
#[derive(Clone, Debug)]
pub struct Sign {
    /// Its identity.
    pub id: Id<Sign>,
    /// Of which kind.
    pub kind: SignKind,
    /// Whose.
    pub unit: Id<Unit>,
    /// In which county.
    pub county: RegionCode,
    /// The first day.
    pub from_day: Day,
    /// The last day.
    pub to_day: Day,
    /// How many cases it is about.
    pub counts: Counts,
    /// Whether somebody looked, and what they found.
    pub state: SignState,
    /// When it was found.
    pub found_at: Instant,
    /// When somebody looked.
    pub looked_at: Option<Instant>,
    /// Who.
    pub looked_by: Option<Id<Person>>,
    /// How many cases it was about then.
    pub looked_hits: Option<i64>,
    /// What they say.
    pub words: Option<String>,
    /// When the unit answered.
    pub answered_at: Option<Instant>,
    /// What the unit says.
    pub answer: Option<String>,
    /// Counts every change.
    pub version: i64,
}

impl FromRow for Sign {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            kind: row.get("kind")?,
            unit: row.get("unit")?,
            county: row.get("county")?,
            from_day: row.get("from_day")?,
            to_day: row.get("to_day")?,
            counts: Counts {
                hits: row.get("hits")?,
                among: row.get("among")?,
                peer_hits: row.get("peer_hits")?,
                peer_among: row.get("peer_among")?,
                peers: row.get("peers")?,
            },
            state: row.get("state")?,
            found_at: row.get("found_at")?,
            looked_at: row.opt("looked_at")?,
            looked_by: row.opt("looked_by")?,
            looked_hits: row.opt("looked_hits")?,
            words: row.opt("words")?,
            answered_at: row.opt("answered_at")?,
            answer: row.opt("answer")?,
            version: row.get("version")?,
        })
    }
}

/// The numbers of a sign: the unit's own, and those of the units beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// How many it is about.
    pub hits: i64,
    /// Of how many.
    pub among: i64,
    /// The same of the units beside it, together; of none where it is not compared.
    pub peer_hits: i64,
    /// Of how many.
    pub peer_among: i64,
    /// How many units those are.
    pub peers: i64,
}

/// One case behind a sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Which.
    pub case: Id<Case>,
    /// When.
    pub at: Instant,
    /// The result it is about.
    pub entry: Option<Id<TimelineRow>>,
    /// The photo.
    pub sha: Option<String>,
    /// The other case with it.
    pub beside: Option<(Id<Case>, String)>,
}

impl FromRow for Evidence {
    fn from_row(row: &Row) -> Result<Self> {
        let other: Option<Id<Case>> = row.opt("beside_case")?;
        let sha: Option<String> = row.opt("beside_sha")?;
        Ok(Self {
            case: row.get("case_id")?,
            at: row.get("at")?,
            entry: row.opt("entry")?,
            sha: row.opt("sha")?,
            beside: other.zip(sha),
        })
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Of which kind.
    pub kind: SignKind,
    /// Whose.
    pub unit: Id<Unit>,
    /// Its numbers.
    pub counts: Counts,
    /// The cases.
    pub evidence: Vec<Evidence>,
}

/// A result that was filed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    /// The entry of the case's history.
    pub entry: Id<TimelineRow>,
    /// Which case.
    pub case: Id<Case>,
    /// Whose.
    pub unit: Id<Unit>,
    /// When.
    pub at: Instant,
    /// When it was due then.
    pub due_at: Option<Instant>,
    /// A hash of what it says; empty where that is short.
    pub words: String,
}

impl FromRow for Filed {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            entry: row.get("entry")?,
            case: row.get("case_id")?,
            unit: row.get("unit")?,
            at: row.get("at")?,
            due_at: row.opt("due_at")?,
            words: row.get("words")?,
        })
    }
}

/// Two photos of results of different cases that share a band.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The later.
    pub later: Filed,
    /// Its photo.
    pub sha: String,
    /// What it looks like.
    pub print: i64,
    /// The earlier case.
    pub earlier: Id<Case>,
    /// Its photo.
    pub earlier_sha: String,
    /// What that looks like.
    pub earlier_print: i64,
}

/// What the file of signs says.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// Its code.
    pub code: String,
    /// How often chance may make a sign.
    pub chance: f64,
    /// Fewer are not compared.
    pub least: i64,
    /// Minutes before the deadline.
    pub last_minute: i64,
    /// Results within so many minutes.
    pub bulk: (i64, i64),
    /// Bits that may differ, and days looked back.
    pub same_photo: (u32, i64),
    /// Characters of an answer that counts, and cases with it.
    pub copied: (i64, i64),
    /// What each kind is called, and what it says.
    pub told: Vec<(SignKind, Names, Names)>,
}

impl Rules {
    /// What a kind is called, and what it says.
    pub fn told(&self, kind: SignKind) -> (Names, Names) {
        let found = self.told.iter().find(|(known, ..)| *known == kind);
        found.map_or_else(|| (kind.names(), kind.names()), |(_, names, explain)| (names.clone(), explain.clone()))
    }
}
