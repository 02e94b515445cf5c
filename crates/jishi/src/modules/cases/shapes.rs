//! What is answered about a case, as JSON.

use kernel::{Day, Id, Instant, Names};
use serde::{Deserialize, Serialize};

use super::{
    model::{
        Assignment, AssignmentKind, AssignmentState, Case, Channel, ClosedHow, Grade, Identity, Outcome, Report,
        Satisfied, Solved, Status, TimelineRow, Urgency, Verdict,
    },
    orders::AliasView,
};
use crate::{
    modules::{
        contacts::Mask,
        matters::MatterRef,
        people::{PersonRef, UnitRef},
        photos::Photo,
        regions::{Place, RegionRef},
        register::ItemRef,
    },
    platform::access::Role,
};

/// A case as a list shows it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CaseRow {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Case>,
    /// Its number for people.
    pub number: String,
    /// Where it stands.
    pub status: Status,
    /// Who had the last word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_how: Option<ClosedHow>,
    /// How fast it must go.
    pub urgency: Urgency,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<MatterRef>,
    /// The first words, masked.
    pub summary: String,
    /// Where.
    pub place: Place,
    /// 主办单位
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead_unit: Option<UnitRef>,
    /// 反映对象: the unit it is about, which takes no part in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<UnitRef>,
    /// Whether it lies out of that unit's sight, until another unit has it.
    pub is_kept_back: bool,
    /// 经办人
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler: Option<PersonRef>,
    /// When the first report came.
    pub received_at: Instant,
    /// When the answer is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Instant>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Instant>,
    /// When the clock stopped: a result was filed, or the case ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_at: Option<Instant>,
    /// Late now: open, no result filed, past due.
    pub is_overdue: bool,
    /// 中止: until when its clock stands still at the latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused_until: Option<Instant>,
    /// 剔除: it does not count in assessments.
    pub is_excluded: bool,
    /// 督办: how gravely it is watched over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supervised: Option<Grade>,
    /// Voices behind it.
    pub report_count: i64,
    /// 重办次数
    pub redo_count: i64,
    /// "This lamp": the thing of the register it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemRef>,
    /// How it came.
    pub channel: Channel,
    /// Counts every change.
    pub version: i64,
}

/// Everything about a case that its reader may see.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CaseDetail {
    /// As in the list.
    #[serde(flatten)]
    pub row: CaseRow,
    /// The deadline with its explanation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<crate::modules::calendar::Deadline>)]
    pub deadline: Option<serde_json::Value>,
    /// The steps this reader may take now.
    pub allowed_actions: Vec<&'static str>,
    /// The voices behind it.
    pub reports: Vec<ReportView>,
    /// Who stands in for the handler today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stand_in: Option<StandInView>,
    /// The units' parts.
    pub assignments: Vec<AssignmentView>,
    /// What happened.
    pub timeline: Vec<TimelineEntry>,
    /// What the handler claims.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<ResultView>,
    /// The case it was merged into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<CaseLink>,
    /// The case it was split off from, and those that were split off from it; where this reader may see them.
    pub split: SplitLinks,
    /// 退单次数
    pub return_count: i64,
    /// 重开次数
    pub reopen_count: i64,
    /// 户籍地, where a right is tied to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registered: Option<RegionRef>,
    /// Whether a question to the resident is open.
    pub is_asked: bool,
    /// 来源编号: the numbers its reports have where they came from.
    pub aliases: Vec<AliasView>,
    /// The place as the first reporter named it, where that says more than `place`: a QR sign, or somewhere else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_place: Option<Names>,
}

/// Another case.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CaseLink {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Case>,
    /// Its number.
    pub number: String,
}

/// 拆单: the cases one came apart from.
#[derive(Clone, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct SplitLinks {
    /// The case it was split off from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<SplitLink>,
    /// The cases that were split off from it.
    pub into: Vec<SplitLink>,
}

/// A case that another was split off from, or the other way about.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SplitLink {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Case>,
    /// Its number.
    pub number: String,
    /// Where it stands.
    pub status: Status,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<MatterRef>,
}

/// A report that was split: which part this is, and what is asked in it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PartView {
    /// Which part, from 1.
    pub number: i64,
    /// How many there are, each a case.
    pub of: i64,
    /// What is asked in this one.
    pub asked: Option<String>,
}

/// What the handler claims.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ResultView {
    /// In words.
    pub text: Option<String>,
    /// In one word.
    pub outcome: Option<Outcome>,
    /// When.
    pub filed_at: Instant,
    /// Photos added with it.
    pub photos: Vec<Photo>,
}

/// A reporter's verdict.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct VerdictView {
    /// 是否联系
    pub contacted: Option<bool>,
    /// 是否解决
    pub solved: Solved,
    /// 是否满意
    pub satisfied: Satisfied,
    /// In their own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl VerdictView {
    /// The three answers, and the words apart: they go where all words go.
    pub fn split(self) -> (Verdict, Option<String>) {
        (Verdict { contacted: self.contacted, solved: self.solved, satisfied: self.satisfied }, self.text)
    }
}

/// 代办: a colleague who stands in for somebody who is away.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = StandIn)]
pub struct StandInView {
    /// Who.
    pub person: PersonRef,
    /// The day the other is back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
}

/// A colleague a case may be handed to, with what they have in hand. In the order of names: it is no ranking.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Colleague {
    /// Who.
    pub person: PersonRef,
    /// Open cases they are named for; their own unit's to know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open: Option<i64>,
    /// Whether the case is theirs now.
    pub is_handler: bool,
    /// Who stands in for them today, when they are away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stand_in: Option<StandInView>,
}

/// One voice behind a case.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ReportView {
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Report>,
    pub channel: Channel,
    pub identity: Identity,
    pub text: Option<String>,
    pub photos: Vec<Photo>,
    pub received_at: Instant,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entered_by: Option<PersonRef>,
    pub contact: Vec<Mask>,
    /// Whether the reader may open them.
    pub may_open: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<VerdictView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registered: Option<RegionRef>,
    pub is_withdrawn: bool,
    pub is_joined: bool,
    /// Where the report was split, which part this is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<PartView>,
    /// What other parts of the same report asked that came back to this case.
    pub also: Vec<String>,
}

/// A unit's part.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct AssignmentView {
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Assignment>,
    pub kind: AssignmentKind,
    pub unit: UnitRef,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonRef>,
    pub state: AssignmentState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Instant>,
    pub assigned_at: Instant,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<Instant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_at: Option<Instant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// One step of the history.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct TimelineEntry {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<TimelineRow>,
    /// When.
    pub at: Instant,
    /// What, e.g. `dispatched`; the client says it in the reader's language.
    pub kind: String,
    /// Who.
    pub by: EntryBy,
    /// Details.
    #[schema(value_type = Object)]
    pub params: serde_json::Value,
    /// The words.
    pub text: Option<String>,
    /// Photos added.
    pub photos: Vec<Photo>,
    /// True when residents do not see it.
    pub is_internal: bool,
}

/// Who took a step.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct EntryBy {
    /// In which role.
    pub role: Option<Role>,
    /// For which unit.
    pub unit: Option<UnitRef>,
    /// The person; only staff see it.
    pub person: Option<PersonRef>,
    /// True for a resident.
    pub is_resident: bool,
}
