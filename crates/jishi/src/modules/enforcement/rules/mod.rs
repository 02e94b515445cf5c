//! What 行政处罚法 and its neighbours demand, as decisions without database, web or clock. Numbers of days are the law's: where
//! it says two, three, five or seven days it means working days (行政处罚法 §85), else days of the calendar.

mod fields;
mod process;
#[cfg(test)]
mod tests;

use jiff::{civil::Time, tz::TimeZone};
use kernel::{Day, Instant};

pub use self::{
    fields::{CaseDraft, CheckDraft, address, check_case, check_check, fine, public_text, text},
    process::{
        Address, Missing, Stage, StageState, StepName, allowed, amount, complete, decide, hearing_limit,
        missing_of_hearing, missing_record, next, stages,
    },
};
use super::model::{Case, CaseStatus, Certificate, Decision, DecisionOutcome, Penalty, PublicityState, StatementKind};
use crate::{
    modules::calendar::{LimitKind, TimeLimit},
    platform::words::words,
};

words! {
    /// 期限: what is owed by a day.
    Term {
        Decide "decide" "作出决定" "to decide";
        Deliver "deliver" "送达" "to deliver";
        Perform "perform" "当事人履行" "the party to carry it out";
        Publish "publish" "公示" "to publish";
        Withdraw "withdraw" "撤回公示" "to withdraw what is public";
        Refund "refund" "退还罚款" "to give the fine back";
    }
}

/// How long something may take, and whether that is sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What it counts, and how many.
    pub kind: LimitKind,
    /// How many.
    pub amount: i64,
    /// False where no statute read says so.
    pub is_sure: bool,
}

impl Limit {
    const fn days(amount: i64) -> Self {
        Self { kind: LimitKind::Days, amount, is_sure: true }
    }

    const fn working(amount: i64) -> Self {
        Self { kind: LimitKind::WorkingDays, amount, is_sure: true }
    }

    /// As the calendar takes it.
    pub fn as_time(self) -> TimeLimit {
        // Every limit here lies between 1 and 90.
        TimeLimit::new(self.kind, self.amount).unwrap_or(TimeLimit::FIVE_WORKING_DAYS)
    }
}

impl Term {
    /// Its limit in law.
    ///
    /// - Decide: 九十日 from filing, 行政处罚法 §60.
    /// - Deliver: 七日 from the decision where the party is not there, §61, working days by §85.
    /// - Perform: 十五日 from delivery, §67.
    /// - Publish: 7 个工作日 from the decision, 国办发〔2018〕118号; not a statute, so told as unconfirmed.
    /// - Withdraw: 三日, §48, working days by §85.
    /// - Refund: what was taken goes back (国家赔偿法 §36), for which no statute names a period unasked; the two months that
    ///   it gives an office that is asked (§13) are taken, and told as unconfirmed.
    pub fn limit(self) -> Limit {
        match self {
            Self::Decide => Limit::days(90),
            Self::Deliver => Limit::working(7),
            Self::Perform => Limit::days(15),
            Self::Publish => Limit { is_sure: false, ..Limit::working(7) },
            Self::Withdraw => Limit::working(3),
            Self::Refund => Limit { is_sure: false, ..Limit::days(60) },
        }
    }

    /// Which article says so.
    pub fn law(self) -> kernel::Names {
        let (zh, en) = match self {
            Self::Decide => ("行政处罚法第六十条", "Administrative Penalty Law, article 60"),
            Self::Deliver => ("行政处罚法第六十一条、第八十五条", "Administrative Penalty Law, articles 61 and 85"),
            Self::Perform => ("行政处罚法第六十七条", "Administrative Penalty Law, article 67"),
            Self::Publish => ("国办发〔2018〕118号", "General Office of the State Council, 2018 no. 118"),
            Self::Withdraw => ("行政处罚法第四十八条、第八十五条", "Administrative Penalty Law, articles 48 and 85"),
            Self::Refund => ("国家赔偿法第十三条、第三十六条", "State Compensation Law, articles 13 and 36"),
        };
        kernel::Names::new(zh, en)
    }
}

/// How long the party may speak after it was told: five working days where it may ask for a hearing (§64, §85). For a
/// statement alone no statute names a period; three working days are given, and told as unconfirmed.
pub fn statement_limit(hearing: bool) -> Limit {
    if hearing { Limit::working(5) } else { Limit { is_sure: false, ..Limit::working(3) } }
}

/// The present, and where it is told.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// The present.
    pub now: Instant,
    /// The instance's time zone.
    pub zone: &'a TimeZone,
}

impl Moment<'_> {
    /// 2026-11-16 18:00
    fn told(&self, at: Instant) -> String {
        at.zoned(self.zone).strftime("%Y-%m-%d %H:%M").to_string()
    }
}

/// What is owed in a case now, and since when.
pub fn owed(case: &Case, zone: &TimeZone) -> Vec<(Term, Instant)> {
    let morning = |day: Day| day.at(Time::midnight(), zone);
    let mut owed = Vec::new();
    let record = &case.record;
    match case.status {
        CaseStatus::Investigating | CaseStatus::Noticed | CaseStatus::Reviewing | CaseStatus::Reviewed => {
            owed.push((Term::Decide, case.filed_at));
        }
        CaseStatus::Decided => owed.extend(record.decision.as_ref().map(|it| (Term::Deliver, it.at))),
        CaseStatus::Delivered => owed.extend(record.delivery.as_ref().map(|it| (Term::Perform, morning(it.on)))),
        CaseStatus::Court | CaseStatus::Closed => {}
    }
    if record.owes_fen().is_some() {
        owed.extend(record.annulment.as_ref().map(|it| (Term::Refund, morning(it.on))));
    }
    match case.publicity {
        PublicityState::Marked => owed.extend(record.decision.as_ref().map(|it| (Term::Publish, it.at))),
        PublicityState::Annulled => owed.extend(record.annulment.as_ref().map(|it| (Term::Withdraw, morning(it.on)))),
        PublicityState::None | PublicityState::Public | PublicityState::Withdrawn => {}
    }
    owed
}

/// 加处罚款: three in a hundred of the fine for each day it is late, never more than the fine (§72). In fen.
pub fn added_fine(fine_fen: i64, days_late: i64) -> i64 {
    let added = i128::from(fine_fen.max(0)) * 3 * i128::from(days_late.max(0)) / 100;
    i64::try_from(added).unwrap_or(i64::MAX).min(fine_fen.max(0))
}

/// Days from one to another; none where the second is not later.
pub fn days_between(from: Day, until: Day) -> i64 {
    from.date().until(until.date()).map_or(0, |span| i64::from(span.get_days()).max(0))
}

/// Whether a certificate is valid on a day (§42): both its days count.
pub fn is_certified(certificate: Option<&Certificate>, day: Day) -> bool {
    certificate.is_some_and(|it| it.valid_from <= day && day <= it.valid_until)
}

/// Whether a decision asks nothing more of the party, so that the case closes when it is delivered.
pub fn closes_when_delivered(decision: &Decision) -> bool {
    let words_only = |penalty: &Penalty| matches!(penalty, Penalty::Warning | Penalty::Criticism);
    decision.outcome != DecisionOutcome::Penalty || decision.penalties.iter().all(words_only)
}

/// Whether the party has said what it wants to say, or the time for it is over.
pub fn is_heard(case: &Case, now: Instant) -> bool {
    let Some(notice) = &case.record.notice else { return false };
    match case.record.statement.as_ref().map(|statement| statement.kind) {
        Some(StatementKind::Stated) => !notice.hearing || now > notice.until.due_at,
        Some(StatementKind::Waived | StatementKind::HearingHeld) => true,
        Some(StatementKind::HearingAsked) => false,
        None => now > notice.until.due_at,
    }
}
