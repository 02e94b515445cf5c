//! Officers, checks, cases, parties. Types only; what the steps of a case lay down is in [`record`].

pub mod record;
mod words;

use db::{FromRow, Row};
use kernel::{Day, Error, Id, Instant, RegionCode, Result};

pub use self::record::{
    Annuller, Annulment, Court, Decision, DecisionOutcome, Delivery, DeliveryWay, Execution, ExecutionWay, KeptItem,
    Notice, Penalty, Publication, PublicityGround, Record, Refund, Review, Statement, StatementKind,
};
pub use self::words::{
    CaseEnd, CaseSource, CaseStatus, CheckResult, CheckSource, PaperKind, PartyField, PartyKind, PartyPurpose,
    PublicityState,
};
use crate::{
    modules::{cases, register},
    platform::access::Person,
};

/// 吹哨. Only the marker of an id: the record belongs to another room.
#[derive(Debug)]
pub struct Whistle;

/// 执法证件
#[derive(Clone, Debug)]
pub struct Certificate {
    /// Whose.
    pub person: Id<Person>,
    /// Its number.
    pub number: String,
    /// The first day it is valid.
    pub valid_from: Day,
    /// The last day it is valid.
    pub valid_until: Day,
    /// Counts every change.
    pub version: i64,
}

impl FromRow for Certificate {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            person: row.get("person")?,
            number: row.get("number")?,
            valid_from: row.get("valid_from")?,
            valid_until: row.get("valid_until")?,
            version: row.get("version")?,
        })
    }
}

/// 执法人员 as they stand on a record: who, and the certificate's number on that day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Officer {
    /// Who.
    pub person: Id<Person>,
    /// The number of their certificate.
    pub certificate: String,
}

/// The two of a record.
pub type Officers = [Officer; 2];

fn officers(row: &Row) -> Result<Officers> {
    Ok([
        Officer { person: row.get("officer")?, certificate: row.get("certificate")? },
        Officer { person: row.get("second")?, certificate: row.get("second_certificate")? },
    ])
}

fn place(row: &Row) -> Result<RegionCode> {
    for level in ["grid", "village", "township"] {
        if let Some(place) = row.opt(level)? {
            return Ok(place);
        }
    }
    Err(Error::internal("a record of enforcement lies in a township"))
}

fn shas(row: &Row) -> Result<Vec<String>> {
    let kept: serde_json::Value = row.get("photos")?;
    serde_json::from_value(kept).map_err(Error::internal)
}

/// 检查
#[derive(Clone, Debug)]
pub struct Check {
    /// Its identity.
    pub id: Id<Check>,
    /// Its number.
    pub number: String,
    /// The narrowest place.
    pub place: RegionCode,
    /// Where, in words.
    pub place_text: Option<String>,
    /// The thing or place of the register.
    pub thing: Option<Id<register::Item>>,
    /// Code of the delegated item it was about.
    pub item: String,
    /// When.
    pub checked_at: Instant,
    /// By whom.
    pub officers: Officers,
    /// Why there.
    pub source: CheckSource,
    /// The resident's case it follows.
    pub report: Option<Id<cases::Case>>,
    /// The whistle it follows.
    pub whistle: Option<Id<Whistle>>,
    /// What came of it.
    pub result: CheckResult,
    /// What was found.
    pub words: String,
    /// Photos.
    pub photos: Vec<String>,
    /// 整改期限: the day by which it is mended.
    pub mend_by: Option<Day>,
    /// The check this one looked at again.
    pub recheck_of: Option<Id<Check>>,
    /// The check that looked at this one again.
    pub rechecked_by: Option<Id<Check>>,
    /// The case filed from it.
    pub case: Option<Id<Case>>,
    /// That case's number.
    pub case_number: Option<String>,
    /// 作废: why it does not count.
    pub struck: Option<String>,
    /// Counts every change.
    pub version: i64,
}

impl FromRow for Check {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            number: row.get("number")?,
            place: place(row)?,
            place_text: row.opt("place_text")?,
            thing: row.opt("thing")?,
            item: row.get("item")?,
            checked_at: row.get("checked_at")?,
            officers: officers(row)?,
            source: row.get("source")?,
            report: row.opt("report")?,
            whistle: row.opt("whistle")?,
            result: row.get("result")?,
            words: row.get("words")?,
            photos: shas(row)?,
            mend_by: row.opt("mend_by")?,
            recheck_of: row.opt("recheck_of")?,
            rechecked_by: row.opt("rechecked_by")?,
            case: row.opt("case_id")?,
            case_number: row.opt("case_number")?,
            struck: row.opt("struck")?,
            version: row.get("version")?,
        })
    }
}

/// 执法案件
#[derive(Clone, Debug)]
pub struct Case {
    /// Its identity.
    pub id: Id<Case>,
    /// Its number.
    pub number: String,
    /// The narrowest place.
    pub place: RegionCode,
    /// Where, in words.
    pub place_text: Option<String>,
    /// The thing or place of the register.
    pub thing: Option<Id<register::Item>>,
    /// The delegated item, as it was when the case was filed.
    pub kept: KeptItem,
    /// Whose it is.
    pub officers: Officers,
    /// Where it comes from.
    pub source: CaseSource,
    /// The check it comes from.
    pub check: Option<Id<Check>>,
    /// The resident's case it comes from.
    pub report: Option<Id<cases::Case>>,
    /// The whistle it comes from.
    pub whistle: Option<Id<Whistle>>,
    /// 案由: what it is about.
    pub cause: String,
    /// What the party is.
    pub party_kind: PartyKind,
    /// An organisation's name; a person's is in the vault.
    pub party_name: Option<String>,
    /// 立案.
    pub filed_at: Instant,
    /// What was done last.
    pub status: CaseStatus,
    /// How it closed.
    pub closed_how: Option<CaseEnd>,
    /// When it closed.
    pub closed_at: Option<Instant>,
    /// What its steps laid down.
    pub record: Record,
    /// The nearest of its deadlines.
    pub due_at: Option<Instant>,
    /// Which that is.
    pub due_what: Option<super::rules::Term>,
    /// Whether its decision is public.
    pub publicity: PublicityState,
    /// Counts every change.
    pub version: i64,
}

impl FromRow for Case {
    fn from_row(row: &Row) -> Result<Self> {
        let (kept, record): (serde_json::Value, serde_json::Value) = (row.get("kept")?, row.get("record")?);
        Ok(Self {
            id: row.get("id")?,
            number: row.get("number")?,
            place: place(row)?,
            place_text: row.opt("place_text")?,
            thing: row.opt("thing")?,
            kept: serde_json::from_value(kept).map_err(Error::internal)?,
            officers: officers(row)?,
            source: row.get("source")?,
            check: row.opt("check_id")?,
            report: row.opt("report")?,
            whistle: row.opt("whistle")?,
            cause: row.get("cause")?,
            party_kind: row.get("party_kind")?,
            party_name: row.opt("party_name")?,
            filed_at: row.get("filed_at")?,
            status: row.get("status")?,
            closed_how: row.opt("closed_how")?,
            closed_at: row.opt("closed_at")?,
            record: serde_json::from_value(record).map_err(Error::internal)?,
            due_at: row.opt("due_at")?,
            due_what: row.opt("due_what")?,
            publicity: row.get("publicity")?,
            version: row.get("version")?,
        })
    }
}

impl Case {
    /// Whether somebody is one of its officers.
    pub fn is_officer(&self, person: Id<Person>) -> bool {
        self.officers.iter().any(|officer| officer.person == person)
    }
}

/// 案卷材料 as kept.
#[derive(Clone, Debug)]
pub struct Paper {
    /// Its identity.
    pub id: Id<Paper>,
    /// What it is.
    pub kind: PaperKind,
    /// The day it was made.
    pub made_on: Day,
    /// What it says.
    pub words: String,
    /// Photos of it, or that it is.
    pub photos: Vec<String>,
    /// Who put it in.
    pub person: Id<Person>,
    /// When.
    pub at: Instant,
    /// Why it does not count.
    pub struck: Option<String>,
}

impl FromRow for Paper {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            kind: row.get("kind")?,
            made_on: row.get("made_on")?,
            words: row.get("words")?,
            photos: shas(row)?,
            person: row.get("person")?,
            at: row.get("at")?,
            struck: row.opt("struck")?,
        })
    }
}

/// A step that was taken.
#[derive(Clone, Debug)]
pub struct StepTaken {
    /// When.
    pub at: Instant,
    /// Which.
    pub kind: String,
    /// By whom.
    pub person: Id<Person>,
    /// With what words.
    pub words: Option<String>,
    /// Its details, without personal data.
    pub params: serde_json::Value,
}

impl FromRow for StepTaken {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            at: row.get("at")?,
            kind: row.get("kind")?,
            person: row.get("person")?,
            words: row.opt("words")?,
            params: row.get("params")?,
        })
    }
}

/// A detail of a party as everyone with the case sees it.
#[derive(Clone, Debug)]
pub struct PartyMask {
    /// Whose case.
    pub case: Id<Case>,
    /// Which.
    pub field: PartyField,
    /// E.g. `张**`.
    pub mask: String,
}

impl FromRow for PartyMask {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { case: row.get("case_id")?, field: row.get("field")?, mask: row.get("mask")? })
    }
}

/// An opening of a party's detail.
#[derive(Clone, Debug)]
pub struct PartyAccess {
    /// When.
    pub at: Instant,
    /// Which detail.
    pub field: PartyField,
    /// By whom.
    pub person: Id<Person>,
    /// Why.
    pub purpose: PartyPurpose,
    /// In words.
    pub words: String,
}

impl FromRow for PartyAccess {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            at: row.get("at")?,
            field: row.get("field")?,
            person: row.get("person")?,
            purpose: row.get("purpose")?,
            words: row.get("words")?,
        })
    }
}
