//! Whether details are still needed, and what their reporter may have erased before the term is over. Pure.

use kernel::Instant;

use crate::modules::{
    cases::{Case, Report},
    contacts::{Field, LOOK_DAYS},
};

/// A case may be opened again for 30 days, and a month's re-check is drawn and done within the next: no less.
pub const DAYS_MIN: i64 = 60;
/// Three years: nothing a case needs lasts longer.
pub const DAYS_MAX: i64 = 1_096;

/// How it stands with the cases that a report's details are kept for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// One is open.
    Open,
    /// All have ended, but something is waiting: a call-back, a re-check, a request, a supervision, a dispute, a case of
    /// enforcement.
    Waiting,
    /// Nothing is waiting any more; kept until then.
    Until(Instant),
}

/// What a report's details are still needed for. `parts` are the cases it stands behind with their terms in days; one it was
/// taken back from needs it no more than one that has ended.
pub fn need(parts: &[(&Report, &Case, i64)], is_waiting: bool) -> Need {
    let is_open = |(report, case, _): &&(&Report, &Case, i64)| case.status.is_open() && !report.is_withdrawn;
    if parts.iter().any(|part| is_open(&part)) {
        return Need::Open;
    }
    if is_waiting {
        return Need::Waiting;
    }
    let until = parts.iter().map(|(_, case, days)| case.ended_at.unwrap_or(case.last_at).plus_days(*days)).max();
    until.map_or(Need::Open, Need::Until)
}

/// What the job does with details.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// They are erased.
    Erase,
    /// They are looked at again then.
    Again(Instant),
}

/// Whether the term is over. What waits is looked at again the next day, everything else within 30.
pub fn look(need: Need, now: Instant) -> Look {
    let latest = now.plus_days(LOOK_DAYS);
    match need {
        Need::Until(until) if until <= now => Look::Erase,
        Need::Until(until) => Look::Again(until.min(latest)),
        Need::Waiting => Look::Again(now.plus_days(1)),
        Need::Open => Look::Again(latest),
    }
}

/// What a reporter may have erased now: everything once their case has ended and nothing waits; before that the telephone,
/// whose use rests on their consent alone (PIPL §15), but not the name, which the office needs for its duty (§13).
pub fn may_erase(need: Need) -> &'static [Field] {
    match need {
        Need::Open | Need::Waiting => &[Field::Phone, Field::TextPhone],
        Need::Until(_) => &Field::ALL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Instant {
        Instant::from_millis(0).plus_days(day)
    }

    #[test]
    fn details_go_when_their_term_is_over_and_never_while_something_waits() {
        for (need, now, expected) in [
            (Need::Until(at(180)), 179, Look::Again(at(180))),
            (Need::Until(at(180)), 180, Look::Erase),
            (Need::Until(at(180)), 400, Look::Erase),
            (Need::Until(at(180)), 10, Look::Again(at(40))),
            (Need::Waiting, 400, Look::Again(at(401))),
            (Need::Open, 400, Look::Again(at(430))),
        ] {
            assert_eq!(look(need, at(now)), expected, "{need:?} on day {now}");
        }
    }

    #[test]
    fn before_the_end_only_the_telephone_may_be_taken_back() {
        assert_eq!(may_erase(Need::Open), [Field::Phone, Field::TextPhone]);
        assert_eq!(may_erase(Need::Waiting), [Field::Phone, Field::TextPhone]);
        assert_eq!(may_erase(Need::Until(at(1))), Field::ALL);
    }
}
