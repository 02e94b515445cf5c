//! When a result is filed the residents have the word: what follows from what they say, from their silence, and until when they
//! may have the case opened again.

use kernel::{Code, Error, Instant, Level, Result};

use super::super::model::{
    Case, ClosedHow, Report, Solved,
    Status::{Answered, Closed, Redirected, Refused},
    Verdict,
};

/// 办结后 30 天内可以重开.
pub const REOPEN_DAYS: i64 = 30;
/// A silent resident is reminded on the follow page this many days after the result was filed ...
pub const REMIND_DAYS: [i64; 3] = [2, 4, 6];
/// ... and after this many the case closes as unverified, never as satisfied.
pub const SILENT_DAYS: i64 = 7;

/// What follows when a reporter has spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterVerdict {
    /// Not everyone behind the case has spoken yet.
    Wait,
    /// All say it is solved: closed as confirmed.
    Close,
    /// Someone says it is not: 重办.
    Redo,
}

/// What follows from a verdict, given the others behind the same case.
pub fn after_verdict(verdict: Verdict, others: &[Report]) -> AfterVerdict {
    if verdict.solved != Solved::Yes {
        return AfterVerdict::Redo;
    }
    let all_spoke = others.iter().filter(|report| report.is_voice()).all(|report| report.verdict.is_some());
    if all_spoke { AfterVerdict::Close } else { AfterVerdict::Wait }
}

/// How a case ends when the time to answer is over: confirmed if someone confirmed and nobody spoke against it.
pub fn after_silence(reports: &[Report]) -> ClosedHow {
    let confirmed =
        reports.iter().any(|report| report.is_voice() && report.verdict.is_some_and(|v| v.solved == Solved::Yes));
    if confirmed { ClosedHow::Confirmed } else { ClosedHow::Unverified }
}

/// What the silent resident's page owes them at `now`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// Nothing yet.
    Nothing,
    /// The reminder of this number, from 1.
    Remind(i64),
    /// The seven days are over.
    Close,
}

/// Reminders on days 2, 4 and 6 after the result; the end after 7. A missed run catches up one step at a time.
pub fn silence(result_at: Instant, reminders: i64, now: Instant) -> Silence {
    let next = usize::try_from(reminders).ok().and_then(|index| REMIND_DAYS.get(index));
    match next {
        Some(day) if now >= result_at.plus_days(*day) => Silence::Remind(reminders + 1),
        None if now >= result_at.plus_days(SILENT_DAYS) => Silence::Close,
        _ => Silence::Nothing,
    }
}

/// Whether a resident may reopen at `now`, and until when.
///
/// # Errors
/// `wrong_status` for a case that has not ended (or was merged or withdrawn), `reopen_too_late` after 30 days,
/// `no_place_to_reopen` for what was answered without a place: no desk would see it.
pub fn may_reopen(case: &Case, now: Instant) -> Result<Instant> {
    let can = matches!(case.status, Closed | Answered | Redirected | Refused);
    let Some(ended) = case.ended_at.filter(|_| can) else {
        return Err(Error::new(Code::WrongStatus).with("status", case.status.names()));
    };
    if case.place.level() < Level::County {
        return Err(Error::new(Code::NoPlaceToReopen));
    }
    let until = ended.plus_days(REOPEN_DAYS);
    if now <= until { Ok(until) } else { Err(Error::new(Code::ReopenTooLate)) }
}
