//! Permissions: the words in which it is said who may do what.

use serde::{Deserialize, Serialize};

/// One thing a role may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub enum Permission {
    /// See cases of one's places or one's unit.
    #[serde(rename = "case.read")]
    CaseRead,
    /// Remark on them, and say which thing of the register they are about.
    #[serde(rename = "case.remark")]
    CaseRemark,
    /// Enter a report for a resident.
    #[serde(rename = "case.enter")]
    CaseEnter,
    /// Settle on the spot what the catalogue lets a grid settle.
    #[serde(rename = "case.settle")]
    CaseSettle,
    /// Answer, redirect, refuse, merge, correct matter and place.
    #[serde(rename = "case.triage")]
    CaseTriage,
    /// Give a case to a lead and its assistants.
    #[serde(rename = "case.dispatch")]
    CaseDispatch,
    /// Sign, work, file a result, return: on what one's unit was given.
    #[serde(rename = "case.handle")]
    CaseHandle,
    /// Ask the resident by telephone for their verdict and record it; never on one's own work.
    #[serde(rename = "case.call_back")]
    CaseCallBack,
    /// See whistles of one's places, and those one's unit was called to.
    #[serde(rename = "whistle.read")]
    WhistleRead,
    /// Call departments together in one's places, rate them, escalate; in a whole county also decide.
    #[serde(rename = "whistle.raise")]
    WhistleRaise,
    /// Look again at closed cases that were drawn for one's unit.
    #[serde(rename = "recheck.do")]
    RecheckDo,
    /// Decide whether a result was false, and see the draws.
    #[serde(rename = "recheck.decide")]
    RecheckDecide,
    /// Keep corrections of dispatching as rules, and the simulator's examples.
    #[serde(rename = "routing.edit")]
    RoutingEdit,
    /// Write the phrases that one's unit often says.
    #[serde(rename = "phrase.edit")]
    PhraseEdit,
    /// Approve what is public of a case, and take it down.
    #[serde(rename = "case.disclose")]
    CaseDisclose,
    /// Open a contact detail, with a purpose.
    #[serde(rename = "contact.open")]
    ContactOpen,
    /// See disputes: of one's centre's places, or those one mediates.
    #[serde(rename = "mediation.read")]
    MediationRead,
    /// Take disputes in for a centre, agree on a mediator, end them.
    #[serde(rename = "mediation.take_in")]
    MediationTakeIn,
    /// Mediate: plan and hold hearings, write agreements, look after their performance.
    #[serde(rename = "mediation.mediate")]
    MediationMediate,
    /// See the figures of mediation, and nothing of a dispute.
    #[serde(rename = "mediation.count")]
    MediationCount,
    /// Take up, reject, follow and finish topics of one's places.
    #[serde(rename = "topic.decide")]
    TopicDecide,
    /// Mark the topic of the month, and say what everyone reads of it.
    #[serde(rename = "topic.month")]
    TopicMonth,
    /// Change places, boundaries, QR spots.
    #[serde(rename = "region.edit")]
    RegionEdit,
    /// Change units.
    #[serde(rename = "unit.edit")]
    UnitEdit,
    /// Create people, reset first passwords, let people leave.
    #[serde(rename = "person.edit")]
    PersonEdit,
    /// Give and end posts.
    #[serde(rename = "post.grant")]
    PostGrant,
    /// End other people's sessions.
    #[serde(rename = "session.end")]
    SessionEnd,
    /// Make, change and end things of the register, bring in files of them, keep patrol lists.
    #[serde(rename = "register.edit")]
    RegisterEdit,
    /// Add things to the register, enter what is known of them, tick patrol lists.
    #[serde(rename = "register.note")]
    RegisterNote,
    /// Bring in the orders of lines outside and give their answers back.
    #[serde(rename = "source.exchange")]
    SourceExchange,
    /// Make and end the keys with which such a line's own system does so.
    #[serde(rename = "source.keys")]
    SourceKeys,
    /// 督办: put a case under supervision, and release it.
    #[serde(rename = "supervision.impose")]
    SupervisionImpose,
    /// Change the catalogue.
    #[serde(rename = "catalog.edit")]
    CatalogEdit,
    /// Import working calendars.
    #[serde(rename = "calendar.edit")]
    CalendarEdit,
    /// Look after the ways out of the platform, and see what left by them.
    #[serde(rename = "gateway.edit")]
    GatewayEdit,
    /// See the figures of one's places or one's unit, with the cases behind them.
    #[serde(rename = "indicator.read")]
    IndicatorRead,
    /// See checks and cases of the township's own enforcement in one's places.
    #[serde(rename = "enforcement.read")]
    EnforcementRead,
    /// Check, file cases and take their steps, as one of two certified officers.
    #[serde(rename = "enforcement.check")]
    EnforcementCheck,
    /// Open what is known of a party, with a purpose, and print what names it.
    #[serde(rename = "enforcement.party")]
    EnforcementParty,
    /// Review cases before they are decided; never one's own.
    #[serde(rename = "enforcement.review")]
    EnforcementReview,
    /// Decide cases, and who their officers are; never as one of them.
    #[serde(rename = "enforcement.decide")]
    EnforcementDecide,
    /// Publish decisions, enter their annulment and withdraw them.
    #[serde(rename = "enforcement.publish")]
    EnforcementPublish,
    /// Keep the certificates of officers.
    #[serde(rename = "enforcement.certify")]
    EnforcementCertify,
    /// Say on the card of a linked cadre how to reach them and whether residents read it; link households.
    #[serde(rename = "link.edit")]
    LinkEdit,
    /// Write visits down.
    #[serde(rename = "visit.write")]
    VisitWrite,
    /// See the visits of one's places, and open with a reason what is sealed of them.
    #[serde(rename = "visit.open")]
    VisitOpen,
    /// See who registered with one's communities, what they need and what was done; and one's own unit's part in it.
    #[serde(rename = "neighbour.read")]
    NeighbourRead,
    /// Register one's unit or oneself with a community, promise something and report it.
    #[serde(rename = "neighbour.offer")]
    NeighbourOffer,
    /// Accept for a community who registers, publish what it needs, say whether it helped.
    #[serde(rename = "neighbour.answer")]
    NeighbourAnswer,
    /// 个人信息保护: see the record of processing and what was erased, make impact assessments.
    #[serde(rename = "protection.keep")]
    ProtectionKeep,
    /// Look at signs that figures are made to look well, and say what was found.
    #[serde(rename = "sign.review")]
    SignReview,
    /// 异议: answer what residents object to about openings of their contact details; never about one's own.
    #[serde(rename = "objection.answer")]
    ObjectionAnswer,
    /// 逾期异议: answer those that nobody answered in time.
    #[serde(rename = "objection.overdue")]
    ObjectionOverdue,
    /// Read the trail of what was done.
    #[serde(rename = "audit.read")]
    AuditRead,
}

impl Permission {
    /// All permissions, in the order they are shown.
    pub const ALL: [Self; 54] = [
        Self::CaseRead,
        Self::CaseRemark,
        Self::CaseEnter,
        Self::CaseSettle,
        Self::CaseTriage,
        Self::CaseDispatch,
        Self::CaseHandle,
        Self::CaseCallBack,
        Self::WhistleRead,
        Self::WhistleRaise,
        Self::RecheckDo,
        Self::RecheckDecide,
        Self::RoutingEdit,
        Self::PhraseEdit,
        Self::CaseDisclose,
        Self::ContactOpen,
        Self::MediationRead,
        Self::MediationTakeIn,
        Self::MediationMediate,
        Self::MediationCount,
        Self::TopicDecide,
        Self::TopicMonth,
        Self::RegionEdit,
        Self::UnitEdit,
        Self::PersonEdit,
        Self::PostGrant,
        Self::SessionEnd,
        Self::RegisterEdit,
        Self::RegisterNote,
        Self::SourceExchange,
        Self::SourceKeys,
        Self::SupervisionImpose,
        Self::CatalogEdit,
        Self::CalendarEdit,
        Self::GatewayEdit,
        Self::IndicatorRead,
        Self::EnforcementRead,
        Self::EnforcementCheck,
        Self::EnforcementParty,
        Self::EnforcementReview,
        Self::EnforcementDecide,
        Self::EnforcementPublish,
        Self::EnforcementCertify,
        Self::LinkEdit,
        Self::VisitWrite,
        Self::VisitOpen,
        Self::NeighbourRead,
        Self::NeighbourOffer,
        Self::NeighbourAnswer,
        Self::ProtectionKeep,
        Self::SignReview,
        Self::ObjectionAnswer,
        Self::ObjectionOverdue,
        Self::AuditRead,
    ];

    /// Its stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CaseRead => "case.read",
            Self::CaseRemark => "case.remark",
            Self::CaseEnter => "case.enter",
            Self::CaseSettle => "case.settle",
            Self::CaseTriage => "case.triage",
            Self::CaseDispatch => "case.dispatch",
            Self::CaseHandle => "case.handle",
            Self::CaseCallBack => "case.call_back",
            Self::WhistleRead => "whistle.read",
            Self::WhistleRaise => "whistle.raise",
            Self::RecheckDo => "recheck.do",
            Self::RecheckDecide => "recheck.decide",
            Self::RoutingEdit => "routing.edit",
            Self::PhraseEdit => "phrase.edit",
            Self::CaseDisclose => "case.disclose",
            Self::ContactOpen => "contact.open",
            Self::MediationRead => "mediation.read",
            Self::MediationTakeIn => "mediation.take_in",
            Self::MediationMediate => "mediation.mediate",
            Self::MediationCount => "mediation.count",
            Self::TopicDecide => "topic.decide",
            Self::TopicMonth => "topic.month",
            Self::RegionEdit => "region.edit",
            Self::UnitEdit => "unit.edit",
            Self::PersonEdit => "person.edit",
            Self::PostGrant => "post.grant",
            Self::SessionEnd => "session.end",
            Self::RegisterEdit => "register.edit",
            Self::RegisterNote => "register.note",
            Self::SourceExchange => "source.exchange",
            Self::SourceKeys => "source.keys",
            Self::SupervisionImpose => "supervision.impose",
            Self::CatalogEdit => "catalog.edit",
            Self::CalendarEdit => "calendar.edit",
            Self::GatewayEdit => "gateway.edit",
            Self::IndicatorRead => "indicator.read",
            Self::EnforcementRead => "enforcement.read",
            Self::EnforcementCheck => "enforcement.check",
            Self::EnforcementParty => "enforcement.party",
            Self::EnforcementReview => "enforcement.review",
            Self::EnforcementDecide => "enforcement.decide",
            Self::EnforcementPublish => "enforcement.publish",
            Self::EnforcementCertify => "enforcement.certify",
            Self::LinkEdit => "link.edit",
            Self::VisitWrite => "visit.write",
            Self::VisitOpen => "visit.open",
            Self::NeighbourRead => "neighbour.read",
            Self::NeighbourOffer => "neighbour.offer",
            Self::NeighbourAnswer => "neighbour.answer",
            Self::ProtectionKeep => "protection.keep",
            Self::SignReview => "sign.review",
            Self::ObjectionAnswer => "objection.answer",
            Self::ObjectionOverdue => "objection.overdue",
            Self::AuditRead => "audit.read",
        }
    }
}
