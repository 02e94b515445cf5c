//! What the steps of a case lay down: each part is written once, by its step, and kept with the case.

use kernel::{Day, Id, Instant, Names};
use serde::{Deserialize, Serialize};

use crate::{
    modules::{calendar::Deadline, enforcement::items::Remedy},
    platform::{access::Person, words::words},
};

words! {
    /// 处罚种类: of those that a township is ever delegated (行政处罚法 §9). The order to demolish is no penalty by itself; it is
    /// decided together with them (城乡规划法 §64–65).
    Penalty {
        Warning "warning" "警告" "warning";
        Criticism "criticism" "通报批评" "circular of criticism";
        Fine "fine" "罚款" "fine";
        Confiscation "confiscation" "没收违法所得、非法财物" "confiscation";
        Demolition "demolition" "责令限期拆除" "order to demolish";
        Suspension "suspension" "责令停产停业" "suspension of business";
    }
}

words! {
    /// 决定 (行政处罚法 §57)
    DecisionOutcome {
        Penalty "penalty" "给予处罚" "a penalty";
        NoPenalty "no_penalty" "不予处罚" "no penalty";
        Transfer "transfer" "移送有权机关" "handed over";
    }
}

words! {
    /// 当事人意见 (行政处罚法 §44–45、§63–64)
    StatementKind {
        Stated "stated" "已陈述、申辩" "has spoken";
        Waived "waived" "书面放弃" "waived in writing";
        HearingAsked "hearing_asked" "要求听证" "asks for a hearing";
        HearingHeld "hearing_held" "听证已举行" "hearing held";
    }
}

words! {
    /// 送达方式 (行政处罚法 §61、民事诉讼法)
    DeliveryWay {
        Direct "direct" "直接送达" "handed over";
        Left "left" "留置送达" "left with witnesses";
        Electronic "electronic" "电子送达" "electronically";
        Entrusted "entrusted" "委托送达" "through another office";
        Post "post" "邮寄送达" "by post";
        Notice "notice" "公告送达" "by public notice";
    }
}

words! {
    /// 执行结果
    ExecutionWay {
        Paid "paid" "已缴清罚款" "fine paid";
        Performed "performed" "已履行" "carried out";
        Ended "ended" "法院终结执行" "ended by the court";
    }
}

words! {
    /// 公示依据 (行政处罚法 §48)
    PublicityGround {
        None "none" "不公示" "not public";
        SocialImpact "social_impact" "有一定社会影响" "social impact";
        CountyRule "county_rule" "按县（区）规定公示" "a rule of the county";
    }
}

words! {
    /// 撤销、变更机关
    Annuller {
        Review "review" "行政复议机关" "the review authority";
        Court "court" "人民法院" "the court";
        Own "own" "本机关自行纠正" "the office itself";
        Superior "superior" "上级机关" "a superior office";
    }
}

/// A delegated item as a case keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = KeptDelegatedItem)]
pub struct KeptItem {
    /// Its code.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// What is forbidden, by statute and article.
    pub basis: String,
    /// By which article it is punished.
    pub penalty_basis: String,
    /// The document that delegates it.
    pub document: String,
    /// Of which day.
    pub document_date: Day,
}

/// 告知
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = EnforcementNotice)]
pub struct Notice {
    /// When.
    pub at: Instant,
    /// By whom it was entered.
    #[schema(value_type = uuid::Uuid)]
    pub by: Id<Person>,
    /// The facts and the reasons.
    pub facts: String,
    /// What is meant to be decided.
    pub penalties: Vec<Penalty>,
    /// The fine that is meant, in fen.
    pub fine_fen: i64,
    /// Whether the party may ask for a hearing.
    pub hearing: bool,
    /// Until when the party may speak, with its reckoning.
    pub until: Deadline,
}

/// 陈述、申辩、听证
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = EnforcementStatement)]
pub struct Statement {
    /// When it was entered.
    pub at: Instant,
    /// By whom.
    #[schema(value_type = uuid::Uuid)]
    pub by: Id<Person>,
    /// What it is.
    pub kind: StatementKind,
    /// What was said, and what was thought of it.
    pub words: String,
}

/// 法制审核
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = EnforcementReview)]
pub struct Review {
    /// When.
    pub at: Instant,
    /// By whom.
    #[schema(value_type = uuid::Uuid)]
    pub by: Id<Person>,
    /// Whether it passed.
    pub passes: bool,
    /// What the reviewer says.
    pub words: String,
}

/// 处罚决定
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = EnforcementDecision)]
pub struct Decision {
    /// When.
    pub at: Instant,
    /// By whom.
    #[schema(value_type = uuid::Uuid)]
    pub by: Id<Person>,
    /// Its number.
    pub number: String,
    /// Which way.
    pub outcome: DecisionOutcome,
    /// What is imposed.
    pub penalties: Vec<Penalty>,
    /// The fine in fen; 0 where there is none.
    pub fine_fen: i64,
    /// Why; for no penalty, the reason the law names.
    pub words: String,
    /// 集体讨论: what was said where the law demands that those who head the office talk it over (§57).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discussion: Option<String>,
    /// Whether it is to be public, and why.
    pub publicity: PublicityGround,
    /// 救济与缴款: whom the party turns to and where it pays, as told on that day; none where the catalogue did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Remedy>,
}

/// 送达
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = EnforcementDelivery)]
pub struct Delivery {
    /// When it was entered.
    pub at: Instant,
    /// By whom.
    #[schema(value_type = uuid::Uuid)]
    pub by: Id<Person>,
    /// The day it reached the party.
    pub on: Day,
    /// How.
    pub way: DeliveryWay,
    /// Until when the party carries it out, with its reckoning; none where it asks nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Deadline>,
    /// What is to be said of it.
    pub words: String,
}

/// 执行
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = EnforcementExecution)]
pub struct Execution {
    /// When it was entered.
    pub at: Instant,
    /// By whom.
    #[schema(value_type = uuid::Uuid)]
    pub by: Id<Person>,
    /// The day.
    pub on: Day,
    /// How.
    pub way: ExecutionWay,
    /// 加处罚款: what was added to a fine that was paid late, in fen.
    pub added_fen: i64,
    /// What is to be said of it.
    pub words: String,
}

/// 申请法院强制执行
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = EnforcementCourt)]
pub struct Court {
    /// When it was entered.
    pub at: Instant,
    /// By whom.
    #[schema(value_type = uuid::Uuid)]
    pub by: Id<Person>,
    /// The day of the application.
    pub on: Day,
    /// What is to be said of it.
    pub words: String,
}

/// 公示
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = EnforcementPublication)]
pub struct Publication {
    /// When.
    pub at: Instant,
    /// By whom.
    #[schema(value_type = uuid::Uuid)]
    pub by: Id<Person>,
    /// Under which key everyone finds it.
    pub key: String,
    /// What is told of the case.
    pub summary: String,
    /// When it was withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<Instant>,
}

/// 撤销、变更、确认违法
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = EnforcementAnnulment)]
pub struct Annulment {
    /// When it was entered.
    pub at: Instant,
    /// By whom.
    #[schema(value_type = uuid::Uuid)]
    pub by: Id<Person>,
    /// The day the office learnt of it.
    pub on: Day,
    /// Who annulled.
    pub annuller: Annuller,
    /// Why.
    pub words: String,
}

/// 退还罚款: what was paid goes back when its decision is annulled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = EnforcementRefund)]
pub struct Refund {
    /// When it was entered.
    pub at: Instant,
    /// By whom.
    #[schema(value_type = uuid::Uuid)]
    pub by: Id<Person>,
    /// The day the party had it.
    pub on: Day,
    /// How much, in fen: the fine with what was added to it.
    pub fen: i64,
    /// Who gave it back, and how.
    pub words: String,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = EnforcementRecord)]
#[serde(default)]
pub struct Record {
    /// 告知
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<Notice>,
    /// 陈述、申辩、听证, the last of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statement: Option<Statement>,
    /// Everything the party said, in order: the decision has to answer all of it (行政处罚法 §45). Of cases from before it was
    /// kept, only the last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<Statement>,
    /// 法制审核
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
    /// 决定
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// 送达
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Delivery>,
    /// 催告, the last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urged_at: Option<Instant>,
    /// 申请法院强制执行
    #[serde(skip_serializing_if = "Option::is_none")]
    pub court: Option<Court>,
    /// 执行
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution: Option<Execution>,
    /// 公示
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publication: Option<Publication>,
    /// 撤销、变更
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annulment: Option<Annulment>,
    /// 退还罚款
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund: Option<Refund>,
}

impl Record {
    /// What has to go back to the party, in fen: a fine that was paid and whose decision was annulled, until it is back.
    pub fn owes_fen(&self) -> Option<i64> {
        let paid = self.execution.as_ref().filter(|execution| execution.way == ExecutionWay::Paid)?;
        let fine = self.decision.as_ref().map_or(0, |decision| decision.fine_fen);
        let is_owed = self.annulment.is_some() && self.refund.is_none() && fine > 0;
        is_owed.then(|| fine + paid.added_fen)
    }
}
