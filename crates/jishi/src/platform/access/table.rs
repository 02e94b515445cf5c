//! The one table of what each role may do; printed in the docs and snapshot-tested.

use super::Permission as P;

type Table = &'static [P];

/// Grid workers and grid leaders.
pub(super) const GRID: Table =
    &[P::CaseRead, P::CaseRemark, P::CaseEnter, P::CaseSettle, P::PhraseEdit, P::RegisterNote, P::VisitWrite];
/// Those who bring in what they were told: group leaders, linked cadres.
pub(super) const ENTRY: Table =
    &[P::CaseRead, P::CaseRemark, P::CaseEnter, P::VisitWrite, P::NeighbourRead, P::NeighbourOffer];
pub(super) const VILLAGE_OFFICER: Table = &[
    P::CaseRead,
    P::CaseRemark,
    P::CaseEnter,
    P::CaseSettle,
    P::CaseHandle,
    P::CaseCallBack,
    P::WhistleRead,
    P::RecheckDo,
    P::PhraseEdit,
    P::ContactOpen,
    P::RegisterEdit,
    P::RegisterNote,
    P::IndicatorRead,
    P::LinkEdit,
    P::VisitWrite,
    P::VisitOpen,
    P::NeighbourRead,
    P::NeighbourAnswer,
];
pub(super) const BRANCH_SECRETARY: Table = &[
    P::CaseRead,
    P::CaseRemark,
    P::CaseEnter,
    P::CaseHandle,
    P::CaseCallBack,
    P::WhistleRead,
    P::RecheckDo,
    P::PhraseEdit,
    P::IndicatorRead,
    P::LinkEdit,
    P::VisitWrite,
    P::VisitOpen,
    P::NeighbourRead,
    P::NeighbourAnswer,
];
pub(super) const TOWNSHIP_DISPATCHER: Table = &[
    P::CaseRead,
    P::CaseRemark,
    P::CaseEnter,
    P::CaseTriage,
    P::CaseDispatch,
    P::CaseHandle,
    P::CaseCallBack,
    P::WhistleRead,
    P::WhistleRaise,
    P::RecheckDo,
    P::RoutingEdit,
    P::PhraseEdit,
    P::CaseDisclose,
    P::ContactOpen,
    P::RegisterEdit,
    P::RegisterNote,
    P::SourceExchange,
    P::IndicatorRead,
    P::LinkEdit,
    P::NeighbourRead,
    P::NeighbourOffer,
];
pub(super) const TOWNSHIP_LEADER: Table = &[
    P::CaseRead,
    P::CaseRemark,
    P::CaseTriage,
    P::CaseDispatch,
    P::CaseCallBack,
    P::WhistleRead,
    P::WhistleRaise,
    P::RecheckDo,
    P::CaseDisclose,
    P::SupervisionImpose,
    P::EnforcementRead,
    P::EnforcementDecide,
    P::EnforcementPublish,
    P::IndicatorRead,
    P::TopicDecide,
    P::NeighbourRead,
];
pub(super) const DEPARTMENT_HANDLER: Table = &[
    P::CaseRead,
    P::CaseRemark,
    P::CaseHandle,
    P::WhistleRead,
    P::PhraseEdit,
    P::ContactOpen,
    P::RegisterNote,
    P::IndicatorRead,
    P::NeighbourRead,
    P::NeighbourOffer,
];
/// Joint enforcement begins with a whistle: they read those of their place, and their unit's handlers answer them. What
/// residents report is dispatched to their team: they read that, and its handlers take the steps.
pub(super) const ENFORCEMENT_OFFICER: Table =
    &[P::CaseRead, P::WhistleRead, P::EnforcementRead, P::EnforcementCheck, P::EnforcementParty];
pub(super) const LEGAL_REVIEWER: Table =
    &[P::EnforcementRead, P::EnforcementParty, P::EnforcementReview, P::EnforcementPublish];
pub(super) const CENTRE_OFFICER: Table = &[
    P::CaseRead,
    P::CaseRemark,
    P::CaseEnter,
    P::MediationRead,
    P::MediationTakeIn,
    P::MediationMediate,
    P::MediationCount,
];
/// Sees the disputes they are asked to mediate, and no other.
pub(super) const MEDIATOR: Table = &[P::MediationRead, P::MediationMediate];
pub(super) const COUNTY_OFFICE: Table = &[
    P::CaseRead,
    P::CaseRemark,
    P::CaseEnter,
    P::CaseTriage,
    P::CaseDispatch,
    P::CaseCallBack,
    P::WhistleRead,
    P::WhistleRaise,
    P::RecheckDecide,
    P::RoutingEdit,
    P::PhraseEdit,
    P::CaseDisclose,
    P::ContactOpen,
    P::RegisterEdit,
    P::RegisterNote,
    P::SourceExchange,
    P::IndicatorRead,
    P::SupervisionImpose,
    P::EnforcementRead,
    P::MediationCount,
    P::TopicDecide,
    P::TopicMonth,
    P::SignReview,
    P::LinkEdit,
    P::NeighbourRead,
];
pub(super) const SYSTEM_ADMIN: Table =
    &[P::RegionEdit, P::UnitEdit, P::SourceKeys, P::CatalogEdit, P::CalendarEdit, P::GatewayEdit];
pub(super) const SECURITY_ADMIN: Table =
    &[P::PersonEdit, P::PostGrant, P::SessionEnd, P::EnforcementCertify, P::ObjectionAnswer, P::ProtectionKeep];
pub(super) const AUDIT_ADMIN: Table = &[P::SignReview, P::ObjectionOverdue, P::AuditRead];
