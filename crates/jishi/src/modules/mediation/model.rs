//! Disputes, hearings, rooms. Types only.

mod kinds;

use db::{FromRow, Row};
use kernel::{Day, Id, Instant, RegionCode, Result};
use serde::{Deserialize, Serialize};

use crate::{
    modules::{calendar::Deadline, cases::Case},
    platform::access::{Person, Role, Unit},
};

pub use self::kinds::{
    AgreementForm, Confirmation, DisputeKind, DisputeOutcome, DisputePartyField, DisputePartyPurpose, DisputeSide,
    DisputeSource, DisputeState, HearingState, ItemState, NextWay, Performance,
};

/// 履行事项
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = AgreementItem)]
pub struct Item {
    /// What is owed.
    pub words: String,
    /// By which day.
    pub due_on: Day,
    /// Whether it was done.
    pub state: ItemState,
    /// On which day that was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<Day>,
    /// What was said of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// 回访
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = VisitBack)]
pub struct Visit {
    /// On which day.
    pub on: Day,
    /// What was found.
    pub words: String,
}

/// 调解协议
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = MediationAgreement)]
pub struct Agreement {
    /// Oral with a record, or written.
    pub form: AgreementForm,
    /// What it says.
    pub terms: String,
    /// From which day it holds.
    pub effective_on: Day,
    /// What is owed.
    pub items: Vec<Item>,
    /// Visits afterwards.
    #[serde(default)]
    pub visits: Vec<Visit>,
    /// The window of the confirmation, with its reckoning.
    pub confirm_by: Deadline,
    /// When the court was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied_on: Option<Day>,
    /// When it decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_on: Option<Day>,
    /// The number of its ruling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ruling: Option<String>,
    /// Why it refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused_because: Option<String>,
}

/// How it ended without an agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = DisputeEnding)]
pub struct Ending {
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// The way they were told of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub way: Option<NextWay>,
    /// To whom it was handed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The number it has there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
}

/// 纠纷
#[derive(Clone, Debug)]
pub struct Dispute {
    /// Its identity.
    pub id: Id<Dispute>,
    /// E.g. `140403-J261127-48213`.
    pub number: String,
    /// Whose mediation it is.
    pub kind: DisputeKind,
    /// A code of the classes.
    pub class: String,
    /// How it stands.
    pub state: DisputeState,
    /// How it came out.
    pub outcome: Option<DisputeOutcome>,
    /// The centre or committee.
    pub centre: Id<Unit>,
    /// The deepest place known.
    pub place: RegionCode,
    /// Where there, in words.
    pub place_text: Option<String>,
    /// How it came.
    pub source: DisputeSource,
    /// The case it came from.
    pub case: Option<Id<Case>>,
    /// The number it has elsewhere.
    pub elsewhere: Option<String>,
    /// What it is about; names and numbers masked.
    pub words: String,
    /// Who mediates, or is proposed to.
    pub mediator: Option<Id<Person>>,
    /// Whether one side agreed to the mediator.
    pub one_agreed: bool,
    /// Whether the other did.
    pub other_agreed: bool,
    /// When it was brought.
    pub applied_at: Instant,
    /// Whether the decision on acceptance, or the mediation, was given more time.
    pub is_prolonged: bool,
    /// When it was taken in.
    pub accepted_at: Option<Instant>,
    /// On which day.
    pub accepted_on: Option<Day>,
    /// When the next thing is due.
    pub due_at: Option<Instant>,
    /// How that was reckoned.
    pub deadline: Option<Deadline>,
    /// The agreement.
    pub agreement: Option<Agreement>,
    /// How its performance stands.
    pub performance: Performance,
    /// How its confirmation stands.
    pub confirmation: Confirmation,
    /// How it ended without one.
    pub ending: Option<Ending>,
    /// When it ended.
    pub ended_at: Option<Instant>,
    /// Counts its changes.
    pub version: i64,
}

fn json<T: serde::de::DeserializeOwned>(row: &Row, name: &str) -> Result<Option<T>> {
    let value: Option<serde_json::Value> = row.opt(name)?;
    value.map(serde_json::from_value).transpose().map_err(kernel::Error::internal)
}

/// The deepest place of a row with a column a level.
fn place_of(row: &Row) -> Result<RegionCode> {
    for name in ["grid", "village", "township"] {
        if let Some(code) = row.opt(name)? {
            return Ok(code);
        }
    }
    row.get("county")
}

impl FromRow for Dispute {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            number: row.get("number")?,
            kind: row.get("kind")?,
            class: row.get("class")?,
            state: row.get("state")?,
            outcome: row.opt("outcome")?,
            centre: row.get("centre")?,
            place: place_of(row)?,
            place_text: row.opt("place_text")?,
            source: row.get("source")?,
            case: row.opt("case_id")?,
            elsewhere: row.opt("elsewhere")?,
            words: row.get("words")?,
            mediator: row.opt("mediator")?,
            one_agreed: row.get("one_agreed")?,
            other_agreed: row.get("other_agreed")?,
            applied_at: row.get("applied_at")?,
            is_prolonged: row.get("is_prolonged")?,
            accepted_at: row.opt("accepted_at")?,
            accepted_on: row.opt("accepted_on")?,
            due_at: row.opt("due_at")?,
            deadline: json(row, "deadline")?,
            agreement: json(row, "agreement")?,
            performance: row.get("performance")?,
            confirmation: row.get("confirmation")?,
            ending: json(row, "ending")?,
            ended_at: row.opt("ended_at")?,
            version: row.get("version")?,
        })
    }
}

/// 当事人. Only the marker of an id: what is kept of one lies in the vault.
#[derive(Debug)]
pub struct Party;

/// A party as whoever may see the dispute sees it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = DisputeParty)]
pub struct PartyMask {
    /// Which.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Party>,
    /// On which side.
    pub side: DisputeSide,
    /// The name, masked.
    pub name_mask: String,
    /// The telephone, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_mask: Option<String>,
}

impl FromRow for PartyMask {
    fn from_row(row: &Row) -> Result<Self> {
        let (id, side) = (row.get("id")?, row.get("side")?);
        Ok(Self { id, side, name_mask: row.get("name_mask")?, phone_mask: row.opt("phone_mask")? })
    }
}

/// One opening of what is kept of a party.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Whose.
    pub party: Id<Party>,
    /// What.
    pub field: DisputePartyField,
    /// When.
    pub at: Instant,
    /// Who.
    pub person: Id<Person>,
    /// As what.
    pub role: Option<Role>,
    /// Why.
    pub purpose: DisputePartyPurpose,
    /// Why, in words.
    pub words: String,
}

impl FromRow for Opening {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            party: row.get("party")?,
            field: row.get("field")?,
            at: row.get("at")?,
            person: row.get("person")?,
            role: row.parsed("role", Role::parse)?,
            purpose: row.get("purpose")?,
            words: row.get("words")?,
        })
    }
}

/// One line of the history.
#[derive(Clone, Debug)]
pub struct Line {
    /// When.
    pub at: Instant,
    /// What.
    pub kind: String,
    /// Who.
    pub person: Id<Person>,
    /// As what.
    pub role: Option<Role>,
    /// Details without personal data.
    pub params: serde_json::Value,
    /// Words, masked.
    pub words: Option<String>,
}

impl FromRow for Line {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            at: row.get("at")?,
            kind: row.get("kind")?,
            person: row.get("person")?,
            role: row.parsed("role", Role::parse)?,
            params: row.get("params")?,
            words: row.opt("words")?,
        })
    }
}

/// 调解室
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = MediationRoom)]
pub struct Room {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Room>,
    /// Of which centre.
    #[schema(value_type = uuid::Uuid)]
    pub centre: Id<Unit>,
    /// What it is called.
    pub name: String,
    /// The first day it is no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<Day>,
    /// Counts its changes.
    pub version: i64,
}

impl FromRow for Room {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            centre: row.get("centre")?,
            name: row.get("name")?,
            ends_on: row.opt("ends_on")?,
            version: row.get("version")?,
        })
    }
}

/// 调解会
#[derive(Clone, Debug)]
pub struct Hearing {
    /// Its identity.
    pub id: Id<Hearing>,
    /// Of which dispute.
    pub dispute: Id<Dispute>,
    /// Where.
    pub room: Id<Room>,
    /// Who mediates.
    pub mediator: Id<Person>,
    /// From when.
    pub starts_at: Instant,
    /// Until when.
    pub ends_at: Instant,
    /// How it stands.
    pub state: HearingState,
    /// Its short record, or why it was put off.
    pub words: Option<String>,
    /// The first hearing of those that were put off one after another; none of what was never put off.
    pub appointment: Option<Id<Hearing>>,
    /// How many changes of that appointment came before this one.
    pub sequence: i64,
    /// When the one begins to which it was put off.
    pub moved_to: Option<Instant>,
    /// Counts its changes.
    pub version: i64,
}

impl FromRow for Hearing {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            dispute: row.get("dispute")?,
            room: row.get("room")?,
            mediator: row.get("mediator")?,
            starts_at: row.get("starts_at")?,
            ends_at: row.get("ends_at")?,
            state: row.get("state")?,
            words: row.opt("words")?,
            appointment: row.opt("appointment")?,
            sequence: row.get("sequence")?,
            moved_to: row.opt("moved_to")?,
            version: row.get("version")?,
        })
    }
}
