//! What a case adds to the figures: reckoned from its row and its history, by nothing else. Pure.

use std::collections::HashSet;

use jiff::tz::TimeZone;
use kernel::{Id, Instant};

use super::{
    measures::{
        ANSWERED, Basis, EXCLUDED, MERGED, REDIRECTED, REFUSED, SETTLED, WITHDRAWN, came, due, end, out, say, time,
        whistle,
    },
    model::{Mark, Reckoned},
    periods, stats,
};
use crate::{
    modules::{
        cases::{Case, ClosedHow, Deed, Outcome, Satisfied, Solved, Status},
        whistles::{self, CallStanding, Whistle, WhistleCall, WhistleState},
    },
    platform::access::Unit,
};

/// Entries of a history that count.
pub const KINDS: [&str; 16] = [
    "asked",
    "joined",
    "dispatched",
    "signed",
    "returned",
    "result_filed",
    "settled",
    "unsettled",
    "verified",
    "word_taken_back",
    "closed",
    "extended",
    "paused",
    "resumed",
    "parked",
    "taken_up",
];

/// A whistle about a case, with its calls.
pub type Whistled = (Whistle, Vec<WhistleCall>);

/// What a case adds at `now`, given its history, the oldest first, and the whistles about it.
pub fn reckon(case: &Case, deeds: &[Deed], whistles: &[Whistled], now: Instant, zone: &TimeZone) -> Reckoned {
    let look = Look { case, deeds, whistles, now, zone };
    let mut marks = Vec::new();
    look.came(&mut marks);
    look.out(&mut marks);
    let due_at = look.due(&mut marks);
    look.ended(&mut marks);
    look.said(&mut marks);
    let meets_at = look.whistled(&mut marks);
    Reckoned { marks, again_at: due_at.into_iter().chain(meets_at).min() }
}

struct Look<'a> {
    case: &'a Case,
    deeds: &'a [Deed],
    whistles: &'a [Whistled],
    now: Instant,
    zone: &'a TimeZone,
}

/// `bit` where `is`.
fn bit(bit: i64, is: bool) -> i64 {
    if is { bit } else { 0 }
}

impl Look<'_> {
    /// What holds on every day of the case.
    fn common(&self) -> i64 {
        let status = self.case.status;
        bit(EXCLUDED, self.case.excluded.is_some())
            | bit(MERGED, status == Status::Merged)
            | bit(WITHDRAWN, status == Status::Withdrawn)
            | bit(REDIRECTED, status == Status::Redirected)
            | bit(REFUSED, status == Status::Refused)
            | bit(ANSWERED, status == Status::Answered)
            | bit(SETTLED, self.case.closed_how == Some(ClosedHow::Settled))
    }

    fn mark(&self, basis: Basis, nth: usize, at: Instant, unit: Option<Id<Unit>>, own: i64) -> Mark {
        Mark {
            case: self.case.id,
            basis,
            nth: i64::try_from(nth).unwrap_or(i64::MAX),
            slot: periods::slot(at, self.zone),
            place: self.case.place.clone(),
            unit,
            matter: self.case.matter.clone().unwrap_or_default(),
            marks: self.common() | own,
            amount: 0,
        }
    }

    fn of_kind<'s>(&'s self, kind: &'static str) -> impl Iterator<Item = &'s Deed> {
        self.deeds.iter().filter(move |deed| deed.kind == kind)
    }

    fn came(&self, marks: &mut Vec<Mark>) {
        let own = came::RECEIVED
            | bit(came::DISPATCHED, self.of_kind("dispatched").next().is_some())
            | bit(came::REOPENED, self.case.reopens > 0)
            | bit(came::WHISTLED, self.whistles.iter().any(|(whistle, _)| whistle.state != WhistleState::Withdrawn));
        marks.push(self.mark(Basis::In, 0, self.case.received_at, self.case.lead_unit, own));
        for (index, deed) in self.of_kind("joined").enumerate() {
            marks.push(self.mark(Basis::In, index + 1, deed.at, self.case.lead_unit, came::JOINED));
        }
    }

    /// Each dispatch is the unit's to which it went: what another has returned is not charged to the next.
    fn out(&self, marks: &mut Vec<Mark>) {
        let given: Vec<(usize, &Deed)> =
            self.deeds.iter().enumerate().filter(|(_, deed)| deed.kind == "dispatched").collect();
        let leads: HashSet<Option<Id<Unit>>> = given.iter().map(|(_, deed)| lead(deed)).collect();
        for (nth, (from, deed)) in given.iter().enumerate() {
            let until = given.get(nth + 1).map_or(self.deeds.len(), |(next, _)| *next);
            let after = self.deeds.get(*from..until).unwrap_or_default();
            let signed = after.iter().find(|deed| deed.kind == "signed").map(|deed| deed.at);
            let within = |hours| signed.is_some_and(|at| at <= deed.at.plus_hours(hours));
            let own = out::DISPATCHED
                | bit(out::FIRST, nth == 0)
                | bit(out::FIRST_RIGHT, nth == 0 && leads.len() == 1)
                | bit(out::SIGNED, signed.is_some())
                | bit(out::SIGNED_2H, within(2))
                | bit(out::SIGNED_24H, within(24))
                | bit(out::RETURNED, after.iter().any(|deed| deed.kind == "returned"));
            marks.push(self.mark(Basis::Out, nth, deed.at, lead(deed), own));
        }
    }

    /// When the clock stopped: with the result, or with the end.
    fn done_at(&self) -> Option<Instant> {
        self.case.result_at.or(self.case.ended_at)
    }

    /// 按时 counts what is due, what is still open and overdue with it: to count only what was done would let whoever
    /// leaves a case lying look better. What is not due yet does not count before it is answered.
    fn due(&self, marks: &mut Vec<Mark>) -> Option<Instant> {
        let at = self.case.due_at?;
        let state = match self.done_at() {
            Some(done) if done <= at => due::IN_TIME,
            Some(_) => due::LATE,
            // 中止、挂账: the clock stands still, and goes on with a step.
            None if self.case.pause().is_some() => return None,
            None if at < self.now => due::OVERDUE,
            None => return Some(at),
        };
        let own = due::DUE | state | bit(due::EXTENDED, self.of_kind("extended").next().is_some());
        marks.push(self.mark(Basis::Due, 0, at, self.case.lead_unit, own));
        None
    }

    fn ended(&self, marks: &mut Vec<Mark>) {
        let Some(at) = self.case.ended_at else { return };
        let closed = self.case.status == Status::Closed;
        let in_time = self.done_at().zip(self.case.due_at).is_some_and(|(done, due)| done <= due);
        let how = |how| closed && self.case.closed_how == Some(how);
        let own = end::ENDED
            | bit(end::CLOSED, closed)
            | bit(end::CONFIRMED, how(ClosedHow::Confirmed))
            | bit(end::UNVERIFIED, how(ClosedHow::Unverified))
            | bit(end::REDONE, closed && self.case.redos > 0)
            | bit(end::IN_TIME, closed && in_time)
            | bit(end::CANNOT, closed && self.case.result_outcome == Some(Outcome::Cannot));
        let unit = self.case.lead_unit.or_else(|| self.unit_at(self.deeds.len()));
        marks.push(self.mark(Basis::End, 0, at, unit, own));
        if closed {
            let done = self.done_at().unwrap_or(at);
            let gross = self.minutes_until(done);
            let net = gross - stood_still(self.deeds, done);
            marks.push(self.time(Basis::Took, 0, (at, unit), (time::NET, net.max(0))));
            marks.push(self.time(Basis::Took, 1, (at, unit), (time::GROSS, gross)));
            marks.push(self.time(Basis::Last, 0, (at, unit), (time::GROSS, self.minutes_until(at))));
        }
    }

    fn minutes_until(&self, at: Instant) -> i64 {
        minutes(self.case.received_at, at)
    }

    /// A time stands in the bits as its drawer, and its minutes beside it.
    fn time(
        &self,
        basis: Basis,
        nth: usize,
        (at, unit): (Instant, Option<Id<Unit>>),
        (which, minutes): (i64, i64),
    ) -> Mark {
        let own = which | (stats::drawer(minutes) << time::DRAWER);
        Mark { amount: minutes, ..self.mark(basis, nth, at, unit, own) }
    }

    /// Every verdict counts on its day, those of earlier rounds too: a second call-back does not undo the first. What was
    /// entered by a slip and taken back was never said.
    fn said(&self, marks: &mut Vec<Mark>) {
        let mut claim = None;
        let slips = self.deeds.iter().filter(|deed| deed.kind == "word_taken_back");
        let slips: Vec<Instant> = slips.filter_map(|deed| word(deed, "at")?.parse().ok()).collect();
        for (index, deed) in self.deeds.iter().enumerate() {
            if slips.contains(&deed.at) && deed.kind != "result_filed" {
                continue;
            }
            let own = match deed.kind.as_str() {
                "result_filed" => {
                    claim = word(deed, "outcome").and_then(Outcome::parse);
                    continue;
                }
                "verified" => verdict(deed, claim),
                "closed" if word(deed, "how") == Some(ClosedHow::Unverified.as_str()) => {
                    say::UNANSWERED | bit(say::CLAIMED, claim == Some(Outcome::Solved))
                }
                _ => continue,
            };
            marks.push(self.mark(Basis::Say, index, deed.at, self.unit_at(index), own));
        }
    }

    /// A whistle is the lead's, who answers for it; a call is the called unit's. Gives when the next unit's time is over.
    fn whistled(&self, marks: &mut Vec<Mark>) -> Option<Instant> {
        let mut own = Vec::new();
        for (whistle, calls) in self.whistles {
            if whistle.state != WhistleState::Withdrawn {
                let is_over = whistle.state == WhistleState::Over;
                let bits = whistle::RAISED
                    | bit(whistle::OVER, is_over)
                    | bit(whistle::SOLVED, is_over && whistle.outcome == Some(Outcome::Solved));
                own.push((whistle.raised_at, whistle.lead_unit, bits));
            }
            own.extend(calls.iter().map(|call| (whistle.raised_at, call.unit, called(call, self.now))));
        }
        let counted = own.into_iter().filter(|(_, _, bits)| *bits != 0).enumerate();
        marks.extend(counted.map(|(nth, (at, unit, bits))| self.mark(Basis::Whistle, nth, at, Some(unit), bits)));
        let calls = self.whistles.iter().flat_map(|(_, calls)| calls);
        let waits = calls.filter(|call| whistles::standing(call, self.now) == CallStanding::Waiting);
        waits.map(|call| call.arrive_due_at).min()
    }

    /// The unit that had the case before an entry of its history.
    fn unit_at(&self, index: usize) -> Option<Id<Unit>> {
        had_by(self.deeds.get(..index).unwrap_or_default())
    }
}

/// The unit that has a case after these steps: whom it was given to last, or who settled it. A settling that was taken back
/// leaves it as if it had just come in: nobody has it.
fn had_by(deeds: &[Deed]) -> Option<Id<Unit>> {
    let mut since = deeds.iter().rev().take_while(|deed| deed.kind != "unsettled");
    since.find_map(|deed| match deed.kind.as_str() {
        "dispatched" => lead(deed),
        "settled" => deed.unit,
        _ => None,
    })
}

/// Intervals in which the clock stood still for a stated reason, each with its end if it has one.
fn pauses(deeds: &[Deed]) -> Vec<(Instant, Option<Instant>)> {
    let mut found: Vec<(Instant, Option<Instant>)> = Vec::new();
    for deed in deeds {
        // A question stops the clock of whoever works on the case; filing a result ends every pause.
        let waits = deed.kind == "asked" && word(deed, "waits_until").is_some();
        let begins = waits || matches!(deed.kind.as_str(), "paused" | "parked");
        let ends = matches!(deed.kind.as_str(), "resumed" | "taken_up" | "result_filed");
        match found.last_mut() {
            Some((_, until @ None)) if ends => *until = Some(deed.at),
            Some((_, None)) => {}
            _ if begins => found.push((deed.at, None)),
            _ => {}
        }
    }
    found
}

/// Minutes of them until a moment.
fn stood_still(deeds: &[Deed], moment: Instant) -> i64 {
    pauses(deeds).into_iter().map(|(from, until)| minutes(from, until.unwrap_or(moment).min(moment))).sum()
}

fn minutes(from: Instant, until: Instant) -> i64 {
    ((until.millis() - from.millis()) / 60_000).max(0)
}

fn word<'d>(deed: &'d Deed, key: &str) -> Option<&'d str> {
    deed.params.get(key)?.as_str()
}

fn lead(deed: &Deed) -> Option<Id<Unit>> {
    word(deed, "lead")?.parse().ok()
}

/// What still has time, and what ended before it was over, counts for nothing.
fn called(call: &WhistleCall, now: Instant) -> i64 {
    match whistles::standing(call, now) {
        CallStanding::InTime => whistle::CALLED | whistle::IN_TIME,
        CallStanding::Late => whistle::CALLED | whistle::LATE,
        CallStanding::Absent => whistle::CALLED | whistle::ABSENT,
        CallStanding::Cannot => whistle::CALLED | whistle::CANNOT,
        CallStanding::Waiting | CallStanding::Released => 0,
    }
}

fn verdict(deed: &Deed, claim: Option<Outcome>) -> i64 {
    let solved = word(deed, "solved").and_then(Solved::parse);
    let satisfied = word(deed, "satisfied").and_then(Satisfied::parse);
    let contacted = deed.params.get("contacted").and_then(serde_json::Value::as_bool);
    let claimed = claim == Some(Outcome::Solved);
    say::VALID
        | bit(say::TOLD, contacted.is_some())
        | bit(say::CONTACTED, contacted == Some(true))
        | bit(say::SOLVED, solved == Some(Solved::Yes))
        | bit(say::PARTLY, solved == Some(Solved::Partly))
        | bit(say::SATISFIED, satisfied == Some(Satisfied::Satisfied))
        | bit(say::BASICALLY, satisfied == Some(Satisfied::Basically))
        | bit(say::DISSATISFIED, satisfied == Some(Satisfied::Dissatisfied))
        | bit(say::BY_STAFF, word(deed, "by") == Some("phone"))
        | bit(say::CLAIMED, claimed)
        | bit(say::DENIED, claimed && solved != Some(Solved::Yes))
}

#[cfg(test)]
mod tests {
    use kernel::Chance;

    use super::*;

    fn deeds(all: &[(&str, i64)]) -> Vec<Deed> {
        let case = Id::new(Instant::from_millis(0), &Chance::seeded(1));
        let deed = |(kind, minute): &(&str, i64)| Deed {
            case,
            at: Instant::from_millis(minute * 60_000),
            kind: (*kind).to_owned(),
            unit: None,
            report: None,
            params: serde_json::Value::Null,
        };
        all.iter().map(deed).collect()
    }

    #[test]
    fn a_settling_that_was_taken_back_is_nobodys() {
        let unit = Id::new(Instant::from_millis(0), &Chance::seeded(2));
        let mut all = deeds(&[("received", 0), ("settled", 1), ("unsettled", 2), ("answered", 3)]);
        all[1].unit = Some(unit);
        assert_eq!(had_by(&all[..2]), Some(unit));
        assert_eq!(had_by(&all), None);
    }

    #[test]
    fn the_clock_stands_still_between_a_pause_and_its_end_and_not_beyond_the_result() {
        let at = |minute: i64| Instant::from_millis(minute * 60_000);
        for (all, until, still) in [
            (vec![], 100, 0),
            (vec![("paused", 10), ("resumed", 40)], 100, 30),
            (vec![("paused", 10), ("resumed", 40), ("parked", 60), ("taken_up", 80)], 100, 50),
            (vec![("paused", 10), ("parked", 20), ("taken_up", 40), ("resumed", 50)], 100, 30),
            (vec![("paused", 10)], 100, 90),
            (vec![("paused", 10), ("resumed", 40)], 20, 10),
            (vec![("resumed", 5), ("paused", 200)], 100, 0),
        ] {
            assert_eq!(stood_still(&deeds(&all), at(until)), still, "{all:?}");
        }
        let mut asked = deeds(&[("asked", 10), ("result_filed", 40), ("asked", 50)]);
        assert_eq!(stood_still(&asked, at(100)), 0, "not every question stops the clock");
        asked[0].params = serde_json::json!({"waits_until": "2026-11-20T00:00:00Z"});
        assert_eq!(stood_still(&asked, at(100)), 30);
    }
}
