//! What is answered about a sign, as JSON.

use kernel::{Day, Id, Instant, Names};
use serde::Serialize;

use crate::modules::{
    cases::Case,
    matters::MatterRef,
    people::{PersonRef, UnitRef},
    photos::Photo,
    regions::RegionRef,
    signs::model::{Sign, SignKind, SignState},
};

/// 疑点
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Sign)]
pub struct SignView {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Sign>,
    /// Of which kind.
    pub kind: SignKind,
    /// What that is called.
    pub names: Names,
    /// What it says.
    pub explain: Names,
    /// The numbers of both sides, in a sentence.
    pub told: Names,
    /// Whose.
    pub unit: UnitRef,
    /// In which county.
    pub county: RegionRef,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// How many cases it is about.
    pub hits: i64,
    /// Of how many.
    pub among: i64,
    /// The same of the units beside it together; of none where it is not compared.
    pub peer_hits: i64,
    /// Of how many.
    pub peer_among: i64,
    /// How many units those are.
    pub peers: i64,
    /// Whether somebody looked, and what they found.
    pub state: SignState,
    /// When it was found.
    pub found_at: Instant,
    /// When somebody looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub looked_at: Option<Instant>,
    /// Who.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub looked_by: Option<PersonRef>,
    /// What they say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// When the unit answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Instant>,
    /// What the unit says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Whether the reader may look at it.
    pub may_review: bool,
    /// Whether the reader may answer for the unit.
    pub may_answer: bool,
    /// Counts every change.
    pub version: i64,
}

/// A case behind a sign.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = SignCase)]
pub struct EvidenceView {
    /// The case, where its reader may open it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub case: Option<Id<Case>>,
    /// Its number.
    pub number: String,
    /// When.
    pub at: Instant,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<MatterRef>,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<RegionRef>,
    /// When it is due now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Instant>,
    /// What the result says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// The photo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo: Option<Photo>,
    /// The number of the other case with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beside: Option<String>,
    /// That case's photo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beside_photo: Option<Photo>,
}
