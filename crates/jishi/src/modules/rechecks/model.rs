//! Types of the room.

use db::{FromRow, Row};
use kernel::{Day, Id, Instant, RegionCode, Result};

use crate::{
    modules::cases::{Case, ClosedHow},
    platform::{
        access::{Person, Unit},
        words::words,
    },
};

words! {
    /// 核查结论
    RecheckFinding {
        AsClaimed "as_claimed" "属实" "As claimed";
        Partly "partly" "部分属实" "Partly as claimed";
        NotAsClaimed "not_as_claimed" "不属实" "Not as claimed";
    }
}

words! {
    /// 复核走到哪一步
    RecheckState {
        Waiting "waiting" "待核查" "To be looked at";
        Confirmed "confirmed" "已核查" "Looked at";
        Contested "contested" "待单位说明" "The unit may answer";
        Answered "answered" "待县里认定" "The county decides";
        FalseResult "false_result" "虚假办结" "False result";
        Dismissed "dismissed" "不作认定" "Not a false result";
    }
}

/// 抽取
#[derive(Clone, Debug)]
pub struct Draw {
    /// Its identity.
    pub id: Id<Draw>,
    /// Whose.
    pub county: RegionCode,
    /// The first day of the period in which the cases closed.
    pub starts_on: Day,
    /// The last.
    pub ends_on: Day,
    /// What decided.
    pub seed: i64,
    /// How many cases closed.
    pub of: i64,
    /// In how many strata.
    pub strata: i64,
    /// How many were drawn and given to somebody.
    pub drawn: i64,
    /// How many nobody had room for.
    pub unassigned: i64,
    /// When.
    pub at: Instant,
}

impl FromRow for Draw {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            county: row.get("county")?,
            starts_on: row.get("starts_on")?,
            ends_on: row.get("ends_on")?,
            seed: row.get("seed")?,
            of: row.get("of")?,
            strata: row.get("strata")?,
            drawn: row.get("drawn")?,
            unassigned: row.get("unassigned")?,
            at: row.get("at")?,
        })
    }
}

/// 复核
#[derive(Clone, Debug)]
pub struct Recheck {
    /// Its identity.
    pub id: Id<Recheck>,
    /// Of which draw.
    pub draw: Id<Draw>,
    /// The case.
    pub case: Id<Case>,
    /// Where it is.
    pub place: RegionCode,
    /// The unit that did it.
    pub unit: Id<Unit>,
    /// The unit that looks.
    pub checker: Id<Unit>,
    /// Code of the class of its matter; empty where there is none.
    pub class: String,
    /// How it was closed.
    pub closed_how: ClosedHow,
    /// When.
    pub closed_at: Instant,
    /// By when it is looked at.
    pub due_at: Instant,
    /// How far it is.
    pub state: RecheckState,
    /// What was found.
    pub finding: Option<RecheckFinding>,
    /// In the checker's words.
    pub words: Option<String>,
    /// What was photographed, if anything was.
    pub photos: Vec<String>,
    /// When it was looked at.
    pub found_at: Option<Instant>,
    /// By whom.
    pub found_by: Option<Id<Person>>,
    /// Until when the unit may answer.
    pub answer_due: Option<Instant>,
    /// What the unit says.
    pub answer: Option<String>,
    /// When it said so.
    pub answered_at: Option<Instant>,
    /// Who said so for it.
    pub answered_by: Option<Id<Person>>,
    /// Why the county decided so.
    pub decision: Option<String>,
    /// When it decided.
    pub decided_at: Option<Instant>,
    /// Who decided.
    pub decided_by: Option<Id<Person>>,
    /// Counts every change.
    pub version: i64,
}

impl FromRow for Recheck {
    fn from_row(row: &Row) -> Result<Self> {
        let narrowest = ["village", "township"]
            .into_iter()
            .find_map(|level| row.opt::<RegionCode>(level).transpose())
            .unwrap_or_else(|| row.get("county"))?;
        let photos: serde_json::Value = row.get("photos")?;
        Ok(Self {
            id: row.get("id")?,
            draw: row.get("draw")?,
            case: row.get("case_id")?,
            place: narrowest,
            unit: row.get("unit")?,
            checker: row.get("checker")?,
            class: row.get("class")?,
            closed_how: row.get("closed_how")?,
            closed_at: row.get("closed_at")?,
            due_at: row.get("due_at")?,
            state: row.get("state")?,
            finding: row.opt("finding")?,
            words: row.opt("words")?,
            photos: serde_json::from_value(photos).unwrap_or_default(),
            found_at: row.opt("found_at")?,
            found_by: row.opt("found_by")?,
            answer_due: row.opt("answer_due")?,
            answer: row.opt("answer")?,
            answered_at: row.opt("answered_at")?,
            answered_by: row.opt("answered_by")?,
            decision: row.opt("decision")?,
            decided_at: row.opt("decided_at")?,
            decided_by: row.opt("decided_by")?,
            version: row.get("version")?,
        })
    }
}

/// Whose list.
#[derive(Clone, Debug)]
pub enum Side {
    /// What these units are to look at.
    Checkers(Vec<Id<Unit>>),
    /// What was found of these units' work.
    Units(Vec<Id<Unit>>),
    /// What lies in these places.
    Places(Vec<RegionCode>),
}

/// What a list of re-checks shows; all of it holds together.
#[derive(Clone, Debug)]
pub struct RecheckFilter {
    /// Whose list.
    pub side: Side,
    /// How far.
    pub state: Option<RecheckState>,
    /// What was found.
    pub finding: Option<RecheckFinding>,
    /// The unit that did the work.
    pub unit: Option<Id<Unit>>,
    /// Of one draw.
    pub draw: Option<Id<Draw>>,
    /// Past its day and not looked at.
    pub is_late: bool,
    /// The present.
    pub now: Instant,
}

/// What was found of one unit's work, counted.
#[derive(Clone, Debug)]
pub struct UnitCount {
    /// The unit.
    pub unit: Id<Unit>,
    /// How many of its cases were drawn.
    pub drawn: i64,
    /// How many were looked at.
    pub checked: i64,
    /// As claimed.
    pub as_claimed: i64,
    /// Partly as claimed.
    pub partly: i64,
    /// Not as claimed.
    pub not_as_claimed: i64,
    /// False results.
    pub false_results: i64,
}

impl FromRow for UnitCount {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            unit: row.get("unit")?,
            drawn: row.get("drawn")?,
            checked: row.get("checked")?,
            as_claimed: row.get("as_claimed")?,
            partly: row.get("partly")?,
            not_as_claimed: row.get("not_as_claimed")?,
            false_results: row.get("false_results")?,
        })
    }
}
