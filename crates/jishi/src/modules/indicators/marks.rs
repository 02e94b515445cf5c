//! What a case adds to the figures: reckoned from its row and its history, by nothing else. Pure.

use std::collections::HashSet;

use jiff::tz::TimeZone;
use kernel::{Id, Instant};

use super::{
    measures::{ANSWERED, Basis, MERGED, OWN, REDIRECTED, REFUSED, SETTLED, WITHDRAWN, came, due, end, out, say},
    model::{Mark, Reckoned},
    periods, stats,
};
use crate::{
    modules::cases::{Case, ClosedHow, Deed, Outcome, Satisfied, Solved, Status},
    platform::access::Unit,
};

/// Entries of a history that count.
pub const KINDS: [&str; 9] =
    ["joined", "dispatched", "signed", "returned", "result_filed", "settled", "verified", "closed", "extended"];

/// What a case adds at `now`, given its history, the oldest first.
pub fn reckon(case: &Case, deeds: &[Deed], now: Instant, zone: &TimeZone) -> Reckoned {
    let look = Look { case, deeds, now, zone };
    let mut marks = Vec::new();
    look.came(&mut marks);
    look.out(&mut marks);
    let again_at = look.due(&mut marks);
    look.ended(&mut marks);
    look.said(&mut marks);
    Reckoned { marks, again_at }
}

struct Look<'a> {
    case: &'a Case,
    deeds: &'a [Deed],
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
        bit(MERGED, status == Status::Merged)
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
            | bit(came::REOPENED, self.case.reopens > 0);
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
            marks.push(self.time(Basis::Took, at, unit, self.done_at().unwrap_or(at)));
            marks.push(self.time(Basis::Last, at, unit, at));
        }
    }

    /// A time stands in the bits as its drawer, and its minutes beside it.
    fn time(&self, basis: Basis, at: Instant, unit: Option<Id<Unit>>, until: Instant) -> Mark {
        let minutes = ((until.millis() - self.case.received_at.millis()) / 60_000).max(0);
        Mark { amount: minutes, ..self.mark(basis, 0, at, unit, (stats::drawer(minutes) + 1) << OWN) }
    }

    /// Every verdict counts on its day, those of earlier rounds too: a second call-back does not undo the first.
    fn said(&self, marks: &mut Vec<Mark>) {
        let mut claim = None;
        for (index, deed) in self.deeds.iter().enumerate() {
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

    /// The unit that had the case before an entry of its history: whom it was given to last, or who settled it.
    fn unit_at(&self, index: usize) -> Option<Id<Unit>> {
        let before = self.deeds.get(..index).unwrap_or_default();
        before.iter().rev().find_map(|deed| match deed.kind.as_str() {
            "dispatched" => lead(deed),
            "settled" => deed.unit,
            _ => None,
        })
    }
}

fn word<'d>(deed: &'d Deed, key: &str) -> Option<&'d str> {
    deed.params.get(key)?.as_str()
}

fn lead(deed: &Deed) -> Option<Id<Unit>> {
    word(deed, "lead")?.parse().ok()
}

fn verdict(deed: &Deed, claim: Option<Outcome>) -> i64 {
    let solved = word(deed, "solved").and_then(Solved::parse);
    let satisfied = word(deed, "satisfied").and_then(Satisfied::parse);
    let contacted = deed.params.get("contacted").and_then(serde_json::Value::as_bool);
    let claimed = claim == Some(Outcome::Solved);
    say::VALID
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
