//! What is answered about shares, as JSON.

use kernel::{Id, Instant, Names};
use serde::Serialize;

use super::model::{Share, ShareKind, ShareState};
use crate::modules::{
    cases::model::Case,
    matters::MatterRef,
    people::{PersonRef, UnitRef},
    photos::Photo,
    regions::Place,
};

/// 分工: a share of the work, as staff see it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Share)]
pub struct ShareView {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Share>,
    /// A unit's or a contractor's.
    pub kind: ShareKind,
    /// How far it is.
    pub state: ShareState,
    /// Whose it is, if a unit's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitRef>,
    /// The contractor's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// The unit that gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead_unit: Option<UnitRef>,
    /// What is to be done.
    pub task: String,
    /// By when.
    pub due_at: Instant,
    /// Answered too late, or not yet and past due.
    pub is_late: bool,
    /// When it was given, or asked for.
    pub given_at: Instant,
    /// When it was signed for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<Instant>,
    /// By whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<PersonRef>,
    /// When it was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Instant>,
    /// What was answered to the lead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Photos of the answer.
    pub answer_photos: Vec<Photo>,
    /// Why it was sent back, declined or ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// How often it was sent back.
    pub rounds: i64,
    /// Until when a contractor's link is valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Instant>,
    /// Until when it may be declined, while it may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decline_until: Option<Instant>,
    /// The steps this reader may take now.
    pub allowed_actions: Vec<&'static str>,
    /// Counts every change.
    pub version: i64,
}

/// The shares of a case.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CaseShares {
    /// All of them, the oldest first.
    pub rows: Vec<ShareView>,
    /// Whether this reader may give shares now.
    pub may_give: bool,
    /// The latest deadline of a share that is given now.
    pub latest_due: Instant,
    /// How many days a link may be valid.
    pub link_days: i64,
    /// Units that were dispatched to as assistants and have no share yet: they have one at once.
    pub assistants: Vec<UnitRef>,
    /// Whether somebody answered, so that the result may be put together from it.
    pub has_answers: bool,
}

/// A share in a list, with the case it is of.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ShareRow {
    /// The share.
    #[serde(flatten)]
    pub share: ShareView,
    /// The case.
    #[schema(value_type = uuid::Uuid)]
    pub case: Id<Case>,
    /// Its number.
    pub number: String,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<MatterRef>,
    /// Where.
    pub place: Place,
    /// Whether this reader sees the case itself: who is only asked sees the share alone.
    pub sees_case: bool,
}

/// What a contractor's link opens: nothing of a resident, nobody's contact details.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct LinkView {
    /// The contractor's name.
    pub company: String,
    /// The unit that gave the link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead_unit: Option<Names>,
    /// What is to be done; empty, as all the rest, once the work was accepted.
    pub task: String,
    /// Where: official names, from the township to the grid.
    pub place: Vec<Names>,
    /// Photos that the lead chose.
    pub photos: Vec<Photo>,
    /// How far it is.
    pub state: ShareState,
    /// By when.
    pub due_at: Instant,
    /// Until when the link is valid.
    pub expires_at: Instant,
    /// When it was signed for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<Instant>,
    /// Progress noted by this link.
    pub notes: Vec<LinkNote>,
    /// The answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// When it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Instant>,
    /// Photos of the answer.
    pub answer_photos: Vec<Photo>,
    /// Why the answer came back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// A note of progress.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct LinkNote {
    /// When.
    pub at: Instant,
    /// What was done.
    pub text: Option<String>,
    /// Photos of it.
    pub photos: Vec<Photo>,
}
