//! Who may be tried, how often, how far apart, and what follows. Pure.

use jiff::tz::TimeZone;
use kernel::{Code, Error, Id, Instant, Result};

use super::model::{Attempt, AttemptOutcome, Before, CallBackState, Way};
use crate::{
    modules::{
        cases::{Case, ClosedHow, Report, Status},
        verification::CallBacks,
    },
    platform::access::Person,
};

/// The attempts that were made to reach one voice behind the case, and whether a number was left.
#[derive(Clone, Debug, Default)]
pub struct Tried<'a> {
    /// Calls, visits and links, the oldest first.
    pub attempts: Vec<&'a Attempt>,
    /// Whether they left a number.
    pub has_phone: bool,
}

impl<'a> Tried<'a> {
    /// Those of one report among all of a case.
    pub fn of(attempts: &'a [Attempt], report: Id<Report>, has_phone: bool) -> Self {
        Self { attempts: attempts.iter().filter(|attempt| attempt.report == report).collect(), has_phone }
    }

    fn with(&self, outcome: AttemptOutcome) -> bool {
        self.attempts.iter().any(|attempt| attempt.outcome == outcome)
    }

    /// Calls and visits since `began_at` that brought no answer.
    pub fn in_vain(&self, began_at: Instant) -> i64 {
        let is_one = |attempt: &&&Attempt| {
            attempt.at >= began_at && matches!(attempt.outcome, AttemptOutcome::NoAnswer | AttemptOutcome::WrongNumber)
        };
        count(self.attempts.iter().filter(is_one).count())
    }

    fn visits(&self, began_at: Instant) -> i64 {
        let is_one = |attempt: &&&Attempt| attempt.at >= began_at && attempt.channel == Way::Visit;
        count(self.attempts.iter().filter(is_one).count())
    }

    /// Whether they asked not to be contacted about this case: that holds for good, redone or not.
    pub fn is_left_alone(&self) -> bool {
        self.with(AttemptOutcome::LeaveAlone)
    }

    /// Whether they can still be tried by telephone or at the door, now or another day.
    pub fn is_open(&self, limits: &CallBacks, began_at: Instant) -> bool {
        let by_phone = self.has_phone && !self.with(AttemptOutcome::WrongNumber);
        let by_visit = self.visits(began_at) < limits.visits;
        !self.is_left_alone() && self.in_vain(began_at) < limits.attempts && (by_phone || by_visit)
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// When the next attempt may be made after one at `at`: hours later, and not on the same day.
pub fn next_after(at: Instant, limits: &CallBacks, zone: &TimeZone) -> Instant {
    let tomorrow = at.day(zone).plus(1).at(jiff::civil::Time::constant(8, 0, 0, 0), zone);
    at.plus_hours(limits.hours_apart).max(tomorrow)
}

/// Whether one more attempt may be made at `now`.
///
/// # Errors
/// `leave_alone`, `calls_spent`, `visits_spent`, `wrong_number`, `no_number_left`, `call_too_soon`: the first that holds.
pub fn may_try(
    tried: &Tried<'_>,
    way: Way,
    (began_at, now): (Instant, Instant),
    limits: &CallBacks,
    zone: &TimeZone,
) -> Result<()> {
    if tried.is_left_alone() {
        return Err(Error::new(Code::LeaveAlone));
    }
    let spent = tried.in_vain(began_at);
    if way != Way::Link && spent >= limits.attempts {
        return Err(Error::new(Code::CallsSpent).with("count", spent));
    }
    if way == Way::Visit && tried.visits(began_at) >= limits.visits {
        return Err(Error::new(Code::VisitsSpent).with("count", limits.visits));
    }
    if way != Way::Visit && tried.with(AttemptOutcome::WrongNumber) {
        return Err(Error::new(Code::WrongNumber));
    }
    if way != Way::Visit && !tried.has_phone {
        return Err(Error::new(Code::NoNumberLeft));
    }
    let last = tried.attempts.iter().rev().find(|one| one.channel != Way::Link && one.at >= began_at);
    // A wrong number was no disturbance to the resident: somebody may go there at once.
    let last = last.filter(|one| one.outcome == AttemptOutcome::NoAnswer && way != Way::Link);
    match last.map(|one| next_after(one.at, limits, zone)).filter(|next| now < *next) {
        Some(next) => {
            let until = next.zoned(zone).strftime("%Y-%m-%d %H:%M").to_string();
            Err(Error::new(Code::CallTooSoon).with("until", until))
        }
        None => Ok(()),
    }
}

/// How long a slip can be taken back, in minutes.
pub const UNDO_MINUTES: i64 = 10;

/// Whether an attempt may be taken back: by whoever wrote it down, soon, and as long as nothing has happened to the call-back
/// or its case since, which somebody else may have acted on.
///
/// # Errors
/// `call_back_not_yours`, `call_back_acted_on`, `call_back_undo_late`.
pub fn may_take_back(
    attempt: &Attempt,
    before: &Before,
    (version, case_version): (i64, i64),
    (person, now): (Id<Person>, Instant),
) -> Result<()> {
    if attempt.person != Some(person) {
        return Err(Error::new(Code::CallBackNotYours));
    }
    if (version, case_version) != (before.version, before.case_versions.1) {
        return Err(Error::new(Code::CallBackActedOn));
    }
    if now > attempt.at.plus_seconds(UNDO_MINUTES * 60) {
        return Err(Error::new(Code::CallBackUndoLate).with("minutes", UNDO_MINUTES));
    }
    Ok(())
}

/// How a call-back that is still open ends, or not, once the case stands as it does now.
pub fn overtaken(case: &Case, reports: &[Report], began_at: Instant) -> Option<CallBackState> {
    let is_this_result = case.result_at == Some(began_at);
    let has_spoken = reports.iter().any(|report| report.verdict_at.is_some_and(|at| at >= began_at));
    match (case.status, case.closed_how) {
        (Status::Verifying, _) if is_this_result => None,
        (Status::Withdrawn, _) if case.ended_at == Some(began_at) => None,
        (Status::Closed, Some(ClosedHow::Unverified)) => Some(CallBackState::Silent),
        (Status::Closed, Some(ClosedHow::Confirmed)) => Some(CallBackState::ByThemselves),
        _ if has_spoken => Some(CallBackState::ByThemselves),
        _ => Some(CallBackState::NoLonger),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMITS: CallBacks = CallBacks {
        due_working_days: 3,
        attempts: 3,
        visits: 1,
        hours_apart: 20,
        link_days: 7,
        withdrawn_share: 30,
        withdrawn_minimum: 1,
    };

    fn zone() -> TimeZone {
        TimeZone::get("Asia/Shanghai").unwrap()
    }

    fn at(local: &str) -> Instant {
        format!("{local}:00+08:00").parse().unwrap()
    }

    fn attempt(local: &str, channel: Way, outcome: AttemptOutcome) -> Attempt {
        let id = |n: u8| format!("01234567-89ab-7def-8123-4567890000{n:02}");
        Attempt {
            id: id(1).parse().unwrap(),
            call_back: id(2).parse().unwrap(),
            case: id(3).parse().unwrap(),
            report: id(4).parse().unwrap(),
            at: at(local),
            channel,
            outcome,
            person: None,
            unit: None,
        }
    }

    #[track_caller]
    fn check(attempts: &[Attempt], way: Way, now: &str, refused: Option<Code>) {
        let tried = Tried { attempts: attempts.iter().collect(), has_phone: true };
        let began = at("2026-11-16T09:00");
        let found = may_try(&tried, way, (began, at(now)), &LIMITS, &zone()).err().map(|error| error.code());
        assert_eq!(found, refused, "{way:?} at {now}");
    }

    #[test]
    fn attempts_are_spread_over_days_and_have_an_end() {
        use AttemptOutcome::{LeaveAlone, NoAnswer, Sent, WrongNumber};
        use Way::{Link, Phone, Visit};
        check(&[], Phone, "2026-11-16T09:30", None);
        let one = [attempt("2026-11-16T09:30", Phone, NoAnswer)];
        check(&one, Phone, "2026-11-16T17:00", Some(Code::CallTooSoon));
        check(&one, Visit, "2026-11-16T17:00", Some(Code::CallTooSoon));
        check(&one, Link, "2026-11-16T17:00", None);
        check(&one, Phone, "2026-11-17T07:59", Some(Code::CallTooSoon));
        check(&one, Phone, "2026-11-17T08:00", None);
        let late = [attempt("2026-11-16T18:00", Phone, NoAnswer)];
        check(&late, Phone, "2026-11-17T13:59", Some(Code::CallTooSoon));
        check(&late, Phone, "2026-11-17T14:00", None);
        let three = [
            attempt("2026-11-16T09:30", Phone, NoAnswer),
            attempt("2026-11-17T09:30", Visit, NoAnswer),
            attempt("2026-11-18T09:30", Phone, NoAnswer),
        ];
        check(&three[..2], Visit, "2026-11-19T10:00", Some(Code::VisitsSpent));
        check(&three[..2], Phone, "2026-11-19T10:00", None);
        check(&three, Phone, "2026-11-20T10:00", Some(Code::CallsSpent));
        check(&three, Visit, "2026-11-20T10:00", Some(Code::CallsSpent));
        let alone = [attempt("2026-11-10T09:30", Phone, LeaveAlone)];
        for way in [Phone, Visit, Link] {
            check(&alone, way, "2026-12-20T10:00", Some(Code::LeaveAlone));
        }
        let wrong = [attempt("2026-11-16T09:30", Phone, WrongNumber)];
        check(&wrong, Phone, "2026-11-18T09:30", Some(Code::WrongNumber));
        check(&wrong, Link, "2026-11-18T09:30", Some(Code::WrongNumber));
        check(&wrong, Visit, "2026-11-16T10:30", None);
        check(&[attempt("2026-11-16T09:30", Link, Sent)], Phone, "2026-11-16T10:30", None);
        // What was tried before the case was redone does not count against the new result.
        let before = [attempt("2026-11-10T09:30", Phone, NoAnswer), attempt("2026-11-11T09:30", Visit, NoAnswer)];
        check(&before, Visit, "2026-11-16T09:30", None);
    }

    #[test]
    fn without_a_number_there_is_the_door() {
        let tried = Tried::default();
        let times = (at("2026-11-16T09:00"), at("2026-11-16T10:00"));
        let code = |way| may_try(&tried, way, times, &LIMITS, &zone()).err().map(|error| error.code());
        assert_eq!(code(Way::Phone), Some(Code::NoNumberLeft));
        assert_eq!(code(Way::Link), Some(Code::NoNumberLeft));
        assert_eq!(code(Way::Visit), None);
    }

    proptest! {
        #[test]
        fn however_the_desk_tries_nobody_is_bothered_more_than_three_times_nor_twice_a_day(
            tries in prop::collection::vec((0_i64..200, prop::bool::ANY), 1..60)
        ) {
            let began = at("2026-11-16T09:00");
            let (mut now, mut made): (Instant, Vec<Attempt>) = (began, Vec::new());
            for (minutes, is_visit) in tries {
                now = now.plus_seconds(minutes * 60);
                let way = if is_visit { Way::Visit } else { Way::Phone };
                let tried = Tried { attempts: made.iter().collect(), has_phone: true };
                if may_try(&tried, way, (began, now), &LIMITS, &zone()).is_ok() {
                    let one = attempt("2026-11-16T09:00", way, AttemptOutcome::NoAnswer);
                    made.push(Attempt { at: now, ..one });
                }
            }
            prop_assert!(made.len() <= 3);
            prop_assert!(made.iter().filter(|one| one.channel == Way::Visit).count() <= 1);
            for pair in made.windows(2) {
                prop_assert_ne!(pair[0].at.day(&zone()), pair[1].at.day(&zone()));
                prop_assert!(pair[1].at >= pair[0].at.plus_hours(20));
            }
        }
    }
}
