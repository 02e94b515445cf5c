//! What a resident's page is filled with.

use kernel::Instant;
use serde::Serialize;

use crate::{
    modules::{
        cases::{
            model::{ClosedHow, Identity, Status},
            shapes::{ResultView, TimelineEntry, VerdictView},
        },
        matters::MatterRef,
        people::UnitRef,
        photos::Photo,
        regions::{Place, RegionRef},
    },
    platform::access::Role,
};

/// What a new report became.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Taken {
    /// The case's number.
    pub number: String,
    /// Where it stands: usually received; answered or redirected at once where the catalogue knows.
    pub status: Status,
    /// Where it is.
    pub place: Place,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<MatterRef>,
}

/// A case one may join.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Nearby {
    /// Its number.
    pub number: String,
    /// What it is about.
    pub matter: Option<MatterRef>,
    /// Where it stands.
    pub status: Status,
    /// When it came.
    pub received_at: Instant,
    /// Where; nothing finer than the grid is shown.
    pub place: RoundedPlace,
    /// Voices behind it.
    pub report_count: i64,
}

/// A place rounded to the grid.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RoundedPlace {
    /// 村、社区
    #[serde(skip_serializing_if = "Option::is_none")]
    pub village: Option<RegionRef>,
    /// 网格
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grid: Option<RegionRef>,
}

/// A report as its reporter follows it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Followed {
    /// The case's number.
    pub number: String,
    /// Where it stands.
    pub status: Status,
    /// Since when.
    pub status_since: Instant,
    /// Who had the last word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_how: Option<ClosedHow>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<MatterRef>,
    /// Where it is.
    pub place: Place,
    /// Their own words, as kept.
    pub my_text: Option<String>,
    /// Their own photos.
    pub my_photos: Vec<Photo>,
    /// How they wished to be known.
    pub identity: Identity,
    /// When it came.
    pub received_at: Instant,
    /// The deadline with its explanation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<crate::modules::calendar::Deadline>)]
    pub deadline: Option<serde_json::Value>,
    /// Who has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead_unit: Option<UnitRef>,
    /// Whether several units work on it together; which and how is the lead's business.
    pub is_joint: bool,
    /// 督办: a higher office sees to it that it is done; what it asks of the unit is between the two.
    pub is_supervised: bool,
    /// 派单异议: the unit says that it is not its business, and goes on while somebody else decides.
    pub is_disputed: bool,
    /// What happened.
    pub timeline: Vec<TimelineEntry>,
    /// A question to them that is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<Question>,
    /// The result, when one is filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<ResultView>,
    /// Their verdict on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<VerdictView>,
    /// Reminders while their word is awaited.
    pub reminders: Reminders,
    /// What they may do now.
    pub may: May,
    /// Until when they may reopen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reopen_until: Option<Instant>,
    /// Whether they joined a case that was there.
    pub is_joined: bool,
    /// Whether they took it back.
    pub is_withdrawn: bool,
    /// What their report was split into, each a case for itself; empty where it is one.
    pub parts: Vec<FollowedPart>,
    /// Whether they are told of steps by short message; absent when they left no telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wants_messages: Option<bool>,
    /// When the last of their contact details were erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details_erased_at: Option<Instant>,
    /// Who looked at their contact details.
    pub contact_accesses: Vec<AccessView>,
}

/// One of the cases a report was split into.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct FollowedPart {
    /// Which: `?part=` opens it.
    pub part: i64,
    /// The case's number.
    pub number: String,
    /// Where it stands.
    pub status: Status,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<MatterRef>,
    /// What is asked in it.
    pub asked: Option<String>,
    /// Whether it is the one shown.
    pub is_shown: bool,
    /// Whether something in it waits for the resident: a question, or their verdict.
    pub is_waiting: bool,
}

/// A question to the resident.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Question {
    /// In words.
    pub text: Option<String>,
    /// When.
    pub asked_at: Instant,
}

/// Reminders while a resident's word is awaited.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Reminders {
    /// Shown so far.
    pub sent: i64,
    /// When the case closes as unverified if they stay silent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closes_at: Option<Instant>,
}

/// What a resident may do now; the same rules decide when they do it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "five independent answers for five buttons")]
pub struct May {
    /// Add a remark or photo.
    pub remark: bool,
    /// Answer a question.
    pub reply: bool,
    /// Give a verdict.
    pub rate: bool,
    /// Reopen.
    pub reopen: bool,
    /// Take it back.
    pub withdraw: bool,
}

/// One opening of a contact detail, as its owner sees it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AccessView {
    /// When.
    pub at: Instant,
    /// In which role.
    pub role: Option<Role>,
    /// For which unit.
    pub unit: Option<UnitRef>,
    /// Why.
    pub purpose: String,
}
