//! What may be done with a dispute, and what becomes of it. Pure: no clock, no database.

mod steps;
#[cfg(test)]
mod tests;

use kernel::{Code, Day, Error, Instant, Result};

pub use self::steps::{NewItem, Step};
pub(super) use self::steps::{needed, short};
use super::{
    law::Limit,
    model::{
        Agreement, Confirmation, Dispute, DisputeOutcome, DisputeSide, DisputeState, Ending, Item, ItemState,
        Performance, Visit,
    },
};
use crate::modules::calendar::{Deadline, TimeLimit};

/// The longest words of anything, in characters.
pub const WORDS_MAX: usize = 2_000;
/// The longest line: a name, a number, an item.
pub const LINE_MAX: usize = 200;
/// Items of one agreement at most.
pub const ITEMS_MAX: usize = 20;

/// Who is at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    /// The centre's people.
    Centre,
    /// The mediator.
    Mediator,
}

/// What a decision stands on: the present, and the calendar.
pub struct Ground<'a> {
    /// Now.
    pub now: Instant,
    /// Today.
    pub today: Day,
    /// When a limit that begins at a moment ends.
    pub reckon: &'a dyn Fn(TimeLimit, Instant) -> Deadline,
    /// The close of business of a day.
    pub close: &'a dyn Fn(Day) -> Instant,
}

/// Which steps a hand may take now, by their names. What the page offers.
pub fn allowed(dispute: &Dispute, hand: Hand, now: Instant) -> Vec<&'static str> {
    use DisputeState as S;
    let centre: &[&'static str] = match dispute.state {
        S::Applied => &["accept", "transfer", "withdraw"],
        S::Choosing if dispute.mediator.is_none() => &["propose", "withdraw"],
        S::Choosing => &["assent", "decline", "withdraw"],
        S::Mediating => &["agree", "fail", "extend", "decline", "withdraw"],
        S::Agreed => &["perform", "visit", "finish"],
        S::Over => &[],
    };
    let may =
        |step: &&'static str| hand == Hand::Centre || !matches!(*step, "accept" | "transfer" | "propose" | "finish");
    let mut steps: Vec<&'static str> = centre.iter().copied().filter(may).collect();
    if dispute.state == S::Applied && dispute.deadline.is_some() && !dispute.is_prolonged && hand == Hand::Centre {
        steps.push("prolong");
    }
    match dispute.confirmation {
        Confirmation::Open if is_window_open(dispute, now) => steps.push("apply_confirmation"),
        Confirmation::Applied => steps.extend(["grant", "refuse_confirmation"]),
        _ => {}
    }
    steps
}

/// Whether the court may still be asked (人民调解法第三十三条).
pub fn is_window_open(dispute: &Dispute, now: Instant) -> bool {
    let by = dispute.agreement.as_ref().map(|agreement| agreement.confirm_by.due_at);
    dispute.confirmation == Confirmation::Open && by.is_some_and(|due| due >= now)
}

/// What becomes of a dispute by a step.
///
/// # Errors
/// `dispute_step` where it is not the time for it; `forbidden` where it is not that hand's; field errors.
pub fn decide(dispute: &Dispute, step: &Step, hand: Hand, ground: &Ground<'_>) -> Result<Dispute> {
    let name = step.name();
    if !allowed(dispute, Hand::Centre, ground.now).contains(&name) {
        if name == "apply_confirmation" && dispute.confirmation == Confirmation::Open {
            return Err(window_over(dispute));
        }
        return Err(Error::new(Code::DisputeStep).with("number", dispute.number.clone()));
    }
    if !allowed(dispute, hand, ground.now).contains(&name) {
        return Err(Error::new(Code::Forbidden).with("permission", "mediation.take_in"));
    }
    step.check(ground.today)?;
    let mut new = dispute.clone();
    match step {
        Step::Accept { consents } => accept(&mut new, consents, ground)?,
        Step::Prolong { .. } => prolong(&mut new, ground),
        Step::Transfer { to, number, words } => {
            let ending =
                Ending { words: text(words.as_ref()), way: None, to: text(Some(to)), number: text(number.as_ref()) };
            end(&mut new, DisputeOutcome::Transferred, ending, ground);
        }
        Step::Withdraw { words } => {
            let ending = Ending { words: text(Some(words)), way: None, to: None, number: None };
            end(&mut new, DisputeOutcome::Withdrawn, ending, ground);
        }
        Step::Propose { mediator, .. } => {
            (new.mediator, new.one_agreed, new.other_agreed) = (Some(*mediator), false, false);
        }
        Step::Assent { side } => assent(&mut new, *side)?,
        Step::Decline { .. } => {
            (new.mediator, new.one_agreed, new.other_agreed) = (None, false, false);
            new.state = DisputeState::Choosing;
        }
        Step::Extend { until, consents, .. } => extend(&mut new, *until, consents, ground)?,
        Step::Agree { form, terms, effective_on, items } => {
            let item = |item: &NewItem| Item {
                words: item.words.trim().to_owned(),
                due_on: item.due_on,
                state: ItemState::Open,
                on: None,
                note: None,
            };
            if new.accepted_on.is_some_and(|day| *effective_on < day) {
                return Err(between("effective_on", new.accepted_on.unwrap_or(ground.today), ground.today));
            }
            let agreement = Agreement {
                form: *form,
                terms: terms.trim().to_owned(),
                effective_on: *effective_on,
                items: items.iter().map(item).collect(),
                visits: Vec::new(),
                confirm_by: (ground.reckon)(Limit::Confirm.time(), (ground.close)(*effective_on)),
                applied_on: None,
                decided_on: None,
                ruling: None,
                refused_because: None,
            };
            (new.state, new.outcome) = (DisputeState::Agreed, Some(DisputeOutcome::Agreement));
            (new.performance, new.confirmation) = (Performance::Running, Confirmation::Open);
            new.agreement = Some(agreement);
            next_item_due(&mut new, ground);
        }
        Step::Fail { way, words } => {
            let ending = Ending { words: text(Some(words)), way: Some(*way), to: None, number: None };
            end(&mut new, DisputeOutcome::NoAgreement, ending, ground);
        }
        _ => afterwards(&mut new, step, ground)?,
    }
    Ok(new)
}

/// Steps after the agreement.
fn afterwards(new: &mut Dispute, step: &Step, ground: &Ground<'_>) -> Result<()> {
    let Some(mut agreement) = new.agreement.take() else {
        return Err(Error::new(Code::DisputeStep).with("number", new.number.clone()));
    };
    match step {
        Step::Perform { item, kept, words } => {
            let found = usize::try_from(*item).ok().and_then(|at| agreement.items.get_mut(at));
            let found = found.ok_or_else(|| Error::field("item", Code::UnknownValue).with("value", *item))?;
            found.state = if *kept { ItemState::Kept } else { ItemState::Broken };
            (found.on, found.note) = (Some(ground.today), text(words.as_ref()));
        }
        Step::Visit { on, words } => agreement.visits.push(Visit { on: *on, words: words.trim().to_owned() }),
        Step::ApplyConfirmation { on, .. } => {
            if *on < agreement.effective_on {
                return Err(between("on", agreement.effective_on, ground.today));
            }
            (new.confirmation, agreement.applied_on) = (Confirmation::Applied, Some(*on));
        }
        Step::Grant { on, number } => {
            not_before_application("on", *on, &agreement, ground.today)?;
            (new.confirmation, agreement.decided_on) = (Confirmation::Granted, Some(*on));
            agreement.ruling = text(Some(number));
        }
        Step::RefuseConfirmation { on, words } => {
            not_before_application("on", *on, &agreement, ground.today)?;
            (new.confirmation, agreement.decided_on) = (Confirmation::Refused, Some(*on));
            agreement.refused_because = text(Some(words));
        }
        Step::Finish {} => {
            if agreement.items.iter().any(|item| item.state == ItemState::Open) {
                return Err(Error::new(Code::DisputeItemsOpen));
            }
            // 人民调解法第三十一条: what was promised is looked after.
            if agreement.visits.is_empty() {
                return Err(Error::new(Code::DisputeNotVisited));
            }
            let is_kept = agreement.items.iter().all(|item| item.state == ItemState::Kept);
            new.performance = if is_kept { Performance::Kept } else { Performance::Broken };
            (new.state, new.ended_at) = (DisputeState::Over, Some(ground.now));
            (new.due_at, new.deadline) = (None, None);
        }
        _ => {}
    }
    new.agreement = Some(agreement);
    if new.state == DisputeState::Agreed {
        next_item_due(new, ground);
    }
    Ok(())
}

fn not_before_application(field: &str, on: Day, agreement: &Agreement, today: Day) -> Result<()> {
    match agreement.applied_on {
        Some(applied) if on < applied => Err(between(field, applied, today)),
        _ => Ok(()),
    }
}

fn accept(new: &mut Dispute, consents: &[DisputeSide], ground: &Ground<'_>) -> Result<()> {
    both(consents)?;
    let deadline = (ground.reckon)(Limit::Mediate.time(), ground.now);
    (new.state, new.accepted_at, new.accepted_on) = (DisputeState::Choosing, Some(ground.now), Some(ground.today));
    (new.due_at, new.deadline, new.is_prolonged) = (Some(deadline.due_at), Some(deadline), false);
    Ok(())
}

fn prolong(new: &mut Dispute, ground: &Ground<'_>) {
    let deadline = (ground.reckon)(Limit::DecideProlonged.time(), new.applied_at);
    (new.due_at, new.deadline, new.is_prolonged) = (Some(deadline.due_at), Some(deadline), true);
}

fn assent(new: &mut Dispute, side: DisputeSide) -> Result<()> {
    let mark = match side {
        DisputeSide::One => &mut new.one_agreed,
        DisputeSide::Other => &mut new.other_agreed,
    };
    if *mark {
        return Err(Error::field("side", Code::Duplicate).with("value", side.names().zh()));
    }
    *mark = true;
    if new.one_agreed && new.other_agreed {
        new.state = DisputeState::Mediating;
    }
    Ok(())
}

fn extend(new: &mut Dispute, until: Day, consents: &[DisputeSide], ground: &Ground<'_>) -> Result<()> {
    both(consents)?;
    let due = (ground.close)(until);
    if new.due_at.is_some_and(|old| due <= old) || until <= ground.today {
        return Err(Error::field("until", Code::DisputeNoLonger));
    }
    (new.due_at, new.deadline, new.is_prolonged) = (Some(due), None, true);
    Ok(())
}

/// What is due next of an agreement: its first item that is open. Where none is, what was broken stays due until the dispute is
/// over: somebody has to look after it (人民调解法第三十一条).
fn next_item_due(new: &mut Dispute, ground: &Ground<'_>) {
    let first = |state| {
        let items = new.agreement.iter().flat_map(|agreement| &agreement.items);
        items.filter(|item| item.state == state).map(|item| item.due_on).min()
    };
    let next = first(ItemState::Open).or_else(|| first(ItemState::Broken));
    (new.due_at, new.deadline) = (next.map(|day| (ground.close)(day)), None);
}

fn end(new: &mut Dispute, outcome: DisputeOutcome, ending: Ending, ground: &Ground<'_>) {
    (new.state, new.outcome, new.ended_at) = (DisputeState::Over, Some(outcome), Some(ground.now));
    (new.due_at, new.deadline, new.ending) = (None, None, Some(ending));
}

/// 人民调解法第三条: by the parties' own will, both of them.
fn both(consents: &[DisputeSide]) -> Result<()> {
    let has = |side| consents.contains(&side);
    if has(DisputeSide::One) && has(DisputeSide::Other) {
        Ok(())
    } else {
        Err(Error::field("consents", Code::ConsentNeeded))
    }
}

fn window_over(dispute: &Dispute) -> Error {
    let by = dispute.agreement.as_ref().map(|agreement| agreement.confirm_by.due_at.to_string()).unwrap_or_default();
    Error::new(Code::ConfirmationOver).with("day", by.chars().take(10).collect::<String>())
}

pub(super) fn between(field: &str, from: Day, to: Day) -> Error {
    Error::field(field, Code::OutOfRange).with("min", from.to_string()).with("max", to.to_string())
}

fn text(words: Option<&String>) -> Option<String> {
    words.map(|words| words.trim().to_owned()).filter(|words| !words.is_empty())
}

/// Whether two spans of time touch one another: the end of one may be the beginning of the other.
pub fn overlaps(one: (Instant, Instant), other: (Instant, Instant)) -> bool {
    one.0 < other.1 && other.0 < one.1
}

/// The longest hearing, in minutes: a day's work.
pub const HEARING_MAX: i64 = 8 * 60;

/// Checks when a hearing shall be.
///
/// # Errors
/// Field errors.
pub fn check_time(starts_at: Instant, ends_at: Instant, now: Instant) -> Result<()> {
    let mut mistakes = Vec::new();
    if starts_at <= now {
        mistakes.push(Error::field("starts_at", Code::HearingPast));
    }
    let minutes = (ends_at.millis() - starts_at.millis()) / 60_000;
    if !(15..=HEARING_MAX).contains(&minutes) {
        mistakes.push(Error::field("ends_at", Code::HearingLength).with("max", HEARING_MAX / 60));
    }
    mistakes.into_iter().reduce(Error::and).map_or(Ok(()), Err)
}
