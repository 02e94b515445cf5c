//! What the pages of cases are filled with.

use kernel::{Day, Id, Instant, Names};
use serde::Serialize;

use super::super::{ItemView, LinkView, OfficerView};
use crate::modules::{
    calendar::Deadline,
    enforcement::{
        items::Remedy,
        model::{
            Case, CaseEnd, CaseSource, CaseStatus, KeptItem, Paper, PaperKind, PartyField, PartyKind, PartyPurpose,
            PublicityState, Record, StatementKind,
        },
        rules::{Missing, Stage, StageState, StepName, Term},
    },
    people::PersonRef,
    photos::Photo,
    regions::Place,
    register::ItemRef,
};

/// 当事人 as everyone with the case sees it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = EnforcementParty)]
pub(in super::super::super) struct PartyView {
    /// What it is.
    pub kind: PartyKind,
    /// An organisation's name, or the mask of a person's.
    pub shown: String,
}

/// 案件 in a list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = EnforcementCaseRow)]
pub(in super::super::super) struct CaseRow {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Case>,
    /// Its number.
    pub number: String,
    /// What was done last.
    pub status: CaseStatus,
    /// How it closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_how: Option<CaseEnd>,
    /// The delegated item.
    pub item: ItemView,
    /// Where.
    pub place: Place,
    /// The party.
    pub party: PartyView,
    /// Its officers.
    pub officers: Vec<OfficerView>,
    /// When it was filed.
    pub filed_at: Instant,
    /// The nearest deadline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Instant>,
    /// Which that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_what: Option<Term>,
    /// Whether it is over.
    pub is_late: bool,
    /// The decision's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    /// The fine that was imposed, in fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fine_fen: Option<i64>,
    /// Whether the decision is public.
    pub publicity: PublicityState,
}

/// A deadline with its reckoning.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = EnforcementDeadline)]
pub(in super::super::super) struct DeadlineView {
    /// What is owed.
    pub(super) what: Term,
    /// Which article says so.
    pub(super) law: Names,
    /// Until when, and how that was reckoned.
    pub(super) deadline: Deadline,
    /// Whether it is over.
    pub(super) is_late: bool,
}

/// A part of the line of steps.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = EnforcementStage)]
pub(in super::super::super) struct StageView {
    /// Which.
    pub(super) stage: Stage,
    /// Where it stands.
    pub(super) state: StageState,
    /// What it rests on.
    pub(super) law: Names,
    /// The day it was given up or taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) on: Option<Day>,
    /// What it still lacks before the case can go on.
    pub(super) missing: Vec<Missing>,
}

/// A paper of the record.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = EnforcementPaper)]
pub(in super::super::super) struct PaperView {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub(super) id: Id<Paper>,
    /// What it is.
    pub(super) kind: PaperKind,
    /// The day it was made.
    pub(super) made_on: Day,
    /// What it says.
    pub(super) words: String,
    /// Photos.
    pub(super) photos: Vec<Photo>,
    /// Who put it in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) by: Option<PersonRef>,
    /// When.
    pub(super) at: Instant,
    /// Why it does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) struck: Option<String>,
}

/// A step that was taken.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = EnforcementStepTaken)]
pub(in super::super::super) struct StepView {
    /// When.
    pub(super) at: Instant,
    /// Which; `file` for the filing.
    pub(super) kind: String,
    /// Of what the party said: what it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) statement: Option<StatementKind>,
    /// Of a review: whether it passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) passes: Option<bool>,
    /// By whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) by: Option<PersonRef>,
    /// With what words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) words: Option<String>,
}

/// A masked detail of the party.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = EnforcementPartyDetail)]
pub(in super::super::super) struct DetailView {
    /// Which.
    pub(super) field: PartyField,
    /// Its mask.
    pub(super) mask: String,
}

/// An opening of the party's details.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = EnforcementPartyAccess)]
pub(in super::super::super) struct AccessView {
    /// When.
    pub(super) at: Instant,
    /// Which detail.
    pub(super) field: PartyField,
    /// By whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) by: Option<PersonRef>,
    /// Why.
    pub(super) purpose: PartyPurpose,
    /// In words.
    pub(super) words: String,
}

/// Everything about a case.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = EnforcementCase)]
pub(in super::super::super) struct CaseDetail {
    /// As in the list.
    #[serde(flatten)]
    pub(super) row: CaseRow,
    /// The item as it was when the case was filed.
    pub(super) kept: KeptItem,
    /// What it is about.
    pub(super) cause: String,
    /// Where it comes from.
    pub(super) source: CaseSource,
    /// The check it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) check: Option<LinkView>,
    /// The resident's case it comes from; told to those who may see cases.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) report: Option<LinkView>,
    /// The whistle it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) whistle: Option<uuid::Uuid>,
    /// The thing of the register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) thing: Option<ItemRef>,
    /// What is known of the party, masked.
    pub(super) details: Vec<DetailView>,
    /// Who opened it.
    pub(super) accesses: Vec<AccessView>,
    /// What each step laid down.
    pub(super) record: Record,
    /// The line of steps.
    pub(super) stages: Vec<StageView>,
    /// What is owed, with its reckoning.
    pub(super) deadlines: Vec<DeadlineView>,
    /// The full record.
    pub(super) papers: Vec<PaperView>,
    /// What was done.
    pub(super) steps: Vec<StepView>,
    /// Steps the reader may take now.
    pub(super) allowed: Vec<StepName>,
    /// Whether the reader may open the party's details and print what names it.
    pub(super) may_open: bool,
    /// 救济与缴款: whom the party turns to and where it pays, as the decision tells it, or as it would today; none where the
    /// catalogue does not say it for the county.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remedy: Option<Remedy>,
    /// When it closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) closed_at: Option<Instant>,
    /// Counts every change.
    pub(super) version: i64,
}
