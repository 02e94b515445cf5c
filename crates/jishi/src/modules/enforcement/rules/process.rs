//! The steps of a case: which may be taken when, by whom, and what is still missing. One table ([`StepName::from`]).

use kernel::{Code, Error, Id, Instant, Names, Result};

use super::{Limit, Moment, closes_when_delivered, is_heard};
use crate::{
    modules::enforcement::{
        model::{
            Case, CaseStatus, Decision, DecisionOutcome, ExecutionWay, Notice, Paper, PaperKind, Penalty,
            PublicityGround, PublicityState, Record, StatementKind,
        },
        paper::yuan,
    },
    platform::{
        access::{Permission, Person},
        words::words,
    },
};

words! {
    /// 办案步骤
    StepName {
        Paper "paper" "补充材料" "add a paper";
        Strike "strike" "材料作废" "strike a paper";
        Replace "replace" "更换执法人员" "replace an officer";
        Notify "notify" "告知当事人" "tell the party";
        Statement "statement" "登记陈述、申辩" "enter what the party says";
        Submit "submit" "送法制审核" "send to the review";
        Review "review" "法制审核" "review";
        Decide "decide" "作出决定" "decide";
        Deliver "deliver" "送达" "deliver";
        Urge "urge" "催告" "urge";
        Court "court" "申请法院执行" "apply to the court";
        Perform "perform" "登记履行" "enter that it was carried out";
        Address "address" "登记当事人地址" "enter the party's address";
        Publish "publish" "公示" "publish";
        Annul "annul" "登记撤销、变更" "enter an annulment";
        Withdraw "withdraw" "撤回公示" "withdraw";
        Refund "refund" "退还罚款" "give the fine back";
    }
}

words! {
    /// 环节: the line of steps as a page draws it.
    Stage {
        File "file" "立案" "Filed";
        Gather "gather" "调查取证" "Record";
        Notify "notify" "告知" "Notice";
        Review "review" "法制审核" "Review";
        Decide "decide" "决定" "Decision";
        Deliver "deliver" "送达" "Delivery";
        Execute "execute" "执行" "Execution";
        Publish "publish" "公示" "Publicity";
    }
}

words! {
    /// 环节状态
    StageState {
        Done "done" "已完成" "done";
        Now "now" "进行中" "now";
        Later "later" "未到" "later";
        Skipped "skipped" "不需要" "not needed";
        Dropped "dropped" "不再进行" "not gone on with";
        Withdrawn "withdrawn" "已撤回" "withdrawn";
    }
}

words! {
    /// 缺什么
    Missing {
        SceneRecord "scene_record" "现场检查（勘验）笔录" "record of the scene";
        StatementRecord "statement_record" "询问（陈述）笔录" "record of statements";
        Photos "photos" "现场照片" "photos";
        Address "address" "当事人地址" "the party's address";
        Notice "notice" "告知当事人" "notice to the party";
        Heard "heard" "陈述、申辩期届满或者当事人已表态" "the party's statement, or the end of the time for it";
        Hearing "hearing" "听证" "the hearing";
        HearingRecord "hearing_record" "听证笔录" "the record of the hearing";
    }
}

impl StepName {
    /// From which states it may be taken, and by which permission. Steps of officers belong to the two of the case.
    pub fn rule(self) -> (&'static [CaseStatus], Permission) {
        use CaseStatus as S;
        match self {
            Self::Paper => {
                (&[S::Investigating, S::Noticed, S::Decided, S::Delivered, S::Court], Permission::EnforcementCheck)
            }
            Self::Address => (
                &[S::Investigating, S::Noticed, S::Reviewing, S::Reviewed, S::Decided, S::Delivered, S::Court],
                Permission::EnforcementCheck,
            ),
            Self::Strike | Self::Notify => (&[S::Investigating, S::Noticed], Permission::EnforcementCheck),
            Self::Replace => {
                (&[S::Investigating, S::Noticed, S::Decided, S::Delivered, S::Court], Permission::EnforcementDecide)
            }
            Self::Statement | Self::Submit => (&[S::Noticed], Permission::EnforcementCheck),
            Self::Review => (&[S::Reviewing], Permission::EnforcementReview),
            Self::Decide => (&[S::Reviewed], Permission::EnforcementDecide),
            Self::Deliver => (&[S::Decided], Permission::EnforcementCheck),
            Self::Urge | Self::Court => (&[S::Delivered], Permission::EnforcementCheck),
            Self::Perform => (&[S::Delivered, S::Court], Permission::EnforcementCheck),
            Self::Publish | Self::Annul => (&[S::Delivered, S::Court, S::Closed], Permission::EnforcementPublish),
            Self::Withdraw => (&[S::Closed], Permission::EnforcementPublish),
            Self::Refund => (&[S::Closed], Permission::EnforcementCheck),
        }
    }

    /// Whether only the two officers of the case take it.
    pub fn is_officers(self) -> bool {
        self.rule().1 == Permission::EnforcementCheck
    }
}

/// Whether a person with the step's permission may take it on the case as it stands. What is still missing for it is another
/// question ([`missing_papers`], [`decide`]).
///
/// # Errors
/// `wrong_status`, `not_case_officer`, `own_review`, `no_publicity`, `hearing_open`, `notice_running`, `not_due_yet`.
pub fn allowed(step: StepName, case: &Case, person: Id<Person>, at: Moment<'_>) -> Result<()> {
    let (from, _) = step.rule();
    if !from.contains(&case.status) {
        return Err(Error::new(Code::WrongStatus).with("status", case.status.names()));
    }
    if step.is_officers() && !case.is_officer(person) {
        return Err(Error::new(Code::NotCaseOfficer));
    }
    let reviewer = case.record.review.as_ref().map(|review| review.by);
    match step {
        StepName::Review | StepName::Decide if case.is_officer(person) => Err(Error::new(Code::OwnReview)),
        StepName::Decide if reviewer == Some(person) => Err(Error::new(Code::OwnReview)),
        StepName::Submit => submit(case, at),
        StepName::Publish if case.publicity != PublicityState::Marked => Err(Error::new(Code::NoPublicity)),
        StepName::Withdraw if case.publicity != PublicityState::Annulled => Err(Error::new(Code::NoPublicity)),
        StepName::Annul if case.record.annulment.is_some() || case.record.decision.is_none() => {
            Err(Error::new(Code::WrongStatus).with("status", case.status.names()))
        }
        StepName::Refund if case.record.owes_fen().is_none() => {
            Err(Error::new(Code::WrongStatus).with("status", case.status.names()))
        }
        StepName::Urge | StepName::Court => overdue(case, at),
        _ => Ok(()),
    }
}

fn submit(case: &Case, at: Moment<'_>) -> Result<()> {
    if is_heard(case, at.now) {
        return Ok(());
    }
    let asked = case.record.statement.as_ref().is_some_and(|it| it.kind == StatementKind::HearingAsked);
    if asked {
        return Err(Error::new(Code::HearingOpen));
    }
    let until = case.record.notice.as_ref().map(|notice| at.told(notice.until.due_at)).unwrap_or_default();
    Err(Error::new(Code::NoticeRunning).with("until", until))
}

/// 催告、申请执行 come after the party's time is over (行政处罚法 §72, 行政强制法 §53–54).
fn overdue(case: &Case, at: Moment<'_>) -> Result<()> {
    match case.record.delivery.as_ref().and_then(|delivery| delivery.until.as_ref()) {
        Some(until) if at.now <= until.due_at => Err(Error::new(Code::NotDueYet).with("until", at.told(until.due_at))),
        _ => Ok(()),
    }
}

/// What the full record still lacks (行政处罚法 §47): the record of the scene, what was said, and photos.
pub fn missing_papers(papers: &[Paper]) -> Vec<Missing> {
    let stands = |kind: PaperKind| papers.iter().any(|paper| paper.struck.is_none() && paper.kind == kind);
    let has_photos = papers.iter().any(|paper| paper.struck.is_none() && !paper.photos.is_empty());
    let mut missing = Vec::new();
    missing.extend((!stands(PaperKind::SceneRecord)).then_some(Missing::SceneRecord));
    missing.extend((!stands(PaperKind::StatementRecord)).then_some(Missing::StatementRecord));
    missing.extend((!has_photos).then_some(Missing::Photos));
    missing
}

/// Whether the party's address is known; a decision names it (§59).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// It was written down.
    Known,
    /// It was not.
    Unknown,
}

impl Address {
    /// What is missing of it.
    pub fn missing(self) -> Vec<Missing> {
        if self == Self::Known { Vec::new() } else { vec![Missing::Address] }
    }
}

/// What a review and a decision cannot be without: the full record (§47), and the address that a decision names (§59).
pub fn missing_record(papers: &[Paper], address: Address) -> Vec<Missing> {
    let mut missing = missing_papers(papers);
    missing.extend(address.missing());
    missing
}

/// What is missing of a hearing that was held: its record, signed by those who were there (行政处罚法 §64), by which it is
/// decided (§65).
pub fn missing_of_hearing(case: &Case, papers: &[Paper]) -> Option<Missing> {
    let held = case.record.statement.as_ref().is_some_and(|it| it.kind == StatementKind::HearingHeld);
    let stands = papers.iter().any(|paper| paper.struck.is_none() && paper.kind == PaperKind::Hearing);
    (held && !stands).then_some(Missing::HearingRecord)
}

/// The party is told of time and place seven days before the hearing (行政处罚法 §64), which are working days (§85). When that
/// was done is not entered: counted from when the hearing was asked for it is the earliest there can be.
pub fn hearing_limit() -> Limit {
    Limit::working(7)
}

/// What is missing, as a refusal.
///
/// # Errors
/// `record_incomplete` where anything is.
pub fn complete(missing: &[Missing]) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<Names> = missing.iter().map(|it| it.names()).collect();
    let zh = names.iter().map(Names::zh).collect::<Vec<_>>().join("、");
    let en = names.iter().filter_map(Names::en).collect::<Vec<_>>().join(", ");
    Err(Error::new(Code::RecordIncomplete).with("missing", Names::new(zh, en)))
}

/// What the law demands next before a case can go on, and lacks.
pub fn next(case: &Case, papers: &[Paper], address: Address, now: Instant) -> Vec<Missing> {
    match case.status {
        CaseStatus::Investigating | CaseStatus::Noticed => {}
        CaseStatus::Reviewing | CaseStatus::Reviewed => return address.missing(),
        _ => return Vec::new(),
    }
    let mut missing = missing_record(papers, address);
    missing.extend(missing_of_hearing(case, papers));
    match &case.record.notice {
        None => missing.push(Missing::Notice),
        Some(_) if is_heard(case, now) => {}
        Some(_) => {
            let asked = case.record.statement.as_ref().is_some_and(|it| it.kind == StatementKind::HearingAsked);
            missing.push(if asked { Missing::Hearing } else { Missing::Heard });
        }
    }
    missing
}

/// Whether a decision may be what it says: no heavier than what the party was told (§44–45), a fine with an amount and none
/// without, and talked over by those who head the office where the party could ask for a hearing (§57).
///
/// # Errors
/// Field errors, `heavier_than_told` among them with what was told.
pub fn decide(notice: &Notice, decision: &Decision) -> Result<()> {
    let mut mistakes = Vec::new();
    let imposes = decision.outcome == DecisionOutcome::Penalty;
    if imposes && decision.penalties.is_empty() {
        mistakes.push(Error::field("penalties", Code::Required));
    }
    if !imposes && (!decision.penalties.is_empty() || decision.fine_fen > 0) {
        mistakes.push(Error::field("penalties", Code::UnknownValue).with("value", decision.outcome.names()));
    }
    if !imposes && decision.publicity != PublicityGround::None {
        mistakes.push(Error::field("publicity", Code::UnknownValue).with("value", decision.publicity.names()));
    }
    if imposes {
        mistakes.extend(amount(&decision.penalties, decision.fine_fen).err());
    }
    if imposes && notice.hearing && decision.discussion.is_none() {
        mistakes.push(Error::field("discussion", Code::Required));
    }
    if decision.fine_fen > notice.fine_fen && notice.penalties.contains(&Penalty::Fine) {
        let yuan = yuan(notice.fine_fen);
        let told = Names::new(format!("罚款 {yuan} 元"), format!("a fine of CNY {yuan}"));
        mistakes.push(Error::field("fine_fen", Code::HeavierThanTold).with("told", told));
    }
    if decision.penalties.iter().any(|penalty| !notice.penalties.contains(penalty)) {
        let names: Vec<Names> = notice.penalties.iter().map(|penalty| penalty.names()).collect();
        let zh = names.iter().map(Names::zh).collect::<Vec<_>>().join("、");
        let en = names.iter().filter_map(Names::en).collect::<Vec<_>>().join(", ");
        mistakes.push(Error::field("penalties", Code::HeavierThanTold).with("told", Names::new(zh, en)));
    }
    mistakes.into_iter().reduce(Error::and).map_or(Ok(()), Err)
}

/// A fine has an amount; without one there is none.
///
/// # Errors
/// `required` on `fine_fen` or `penalties`.
pub fn amount(penalties: &[Penalty], fen: i64) -> Result<()> {
    match (penalties.contains(&Penalty::Fine), fen > 0) {
        (true, false) => Err(Error::field("fine_fen", Code::Required)),
        (false, true) => Err(Error::field("penalties", Code::Required)),
        _ => Ok(()),
    }
}

/// The line of steps of a case.
pub fn stages(case: &Case) -> Vec<(Stage, StageState)> {
    use CaseStatus as S;
    let reached = match case.status {
        S::Investigating => 1,
        S::Noticed => 2,
        S::Reviewing => 3,
        S::Reviewed => 4,
        S::Decided => 5,
        S::Delivered | S::Court => 6,
        S::Closed => 7,
    };
    let line = Stage::ALL.iter().take(7).zip(0..).map(|(stage, at)| {
        let state = match (*stage, at) {
            (Stage::Deliver | Stage::Execute, _) if case.status == S::Closed => ended(*stage, &case.record),
            _ if at < reached => StageState::Done,
            (_, at) if at == reached => StageState::Now,
            _ => StageState::Later,
        };
        (*stage, state)
    });
    let was_meant = case.record.decision.as_ref().is_some_and(|it| it.publicity != PublicityGround::None);
    let publicity = match case.publicity {
        // Annulled before it was public.
        PublicityState::None if was_meant && case.record.annulment.is_some() => StageState::Dropped,
        PublicityState::None if case.record.decision.is_some() => StageState::Skipped,
        PublicityState::None => StageState::Later,
        PublicityState::Marked | PublicityState::Annulled => StageState::Now,
        PublicityState::Public => StageState::Done,
        PublicityState::Withdrawn => StageState::Withdrawn,
    };
    line.chain([(Stage::Publish, publicity)]).collect()
}

/// How a stage after the decision stands in a closed case: done is only what was laid down as done.
fn ended(stage: Stage, record: &Record) -> StageState {
    let was_done = match stage {
        Stage::Deliver => record.delivery.is_some(),
        _ => record.execution.as_ref().is_some_and(|it| it.way != ExecutionWay::Ended),
    };
    let asks_more = match &record.decision {
        Some(decision) if decision.outcome == DecisionOutcome::Transfer => false,
        Some(decision) => stage == Stage::Deliver || !closes_when_delivered(decision),
        None => false,
    };
    match (was_done, asks_more) {
        (true, _) => StageState::Done,
        (false, true) => StageState::Dropped,
        (false, false) => StageState::Skipped,
    }
}

impl Stage {
    /// What it rests on: articles of 行政处罚法.
    pub fn law(self) -> Names {
        let articles = match self {
            Self::File => ("第二十四条、第四十二条、第五十四条", "24, 42, 54"),
            Self::Gather => ("第四十七条、第五十四条、第五十五条", "47, 54, 55"),
            Self::Notify => ("第四十四条、第四十五条、第六十四条", "44, 45, 64"),
            Self::Review => ("第五十八条", "58"),
            Self::Decide => ("第五十七条、第六十条", "57, 60"),
            Self::Deliver => ("第六十一条", "61"),
            Self::Execute => ("第六十七条、第七十二条", "67, 72"),
            Self::Publish => ("第四十八条", "48"),
        };
        let plural = if articles.1.contains(',') { "articles" } else { "article" };
        Names::new(format!("行政处罚法{}", articles.0), format!("Administrative Penalty Law, {plural} {}", articles.1))
    }
}
