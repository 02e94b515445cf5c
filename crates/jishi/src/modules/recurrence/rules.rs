//! When a cluster is a topic, and what may be done with one. Pure.

use jiff::tz::TimeZone;
use kernel::{Code, Day, Error, Level, Names, Result};

use super::{
    limits::Limit,
    model::{Entry, Step, Topic, TopicState},
};
use crate::{
    modules::cases::{Case, Publicity, Status},
    platform::masking,
};

/// The longest words, in characters.
const WORDS_MAX: usize = 2_000;
/// The longest words that everyone reads, in characters.
const PUBLIC_MAX: usize = 300;

/// Where a case lies; none for what is not counted: what nobody may be told of, what was answered or shown the way at once,
/// what stands with another case, and what has no village.
pub fn entry(case: &Case, zone: &TimeZone) -> Option<Entry> {
    let is_aside = matches!(
        case.status,
        Status::Answered | Status::Redirected | Status::Refused | Status::Merged | Status::Withdrawn
    );
    if is_aside || case.publicity == Publicity::None {
        return None;
    }
    let (matter, village) = (case.matter.as_deref()?, case.place.at(Level::Village)?);
    Some(Entry {
        case: case.id,
        cluster: format!("{matter}@{village}"),
        item_cluster: case.item.map(|item| format!("item:{item}")),
        day: case.received_at.day(zone),
    })
}

/// The last topic of a cluster, as far as it matters to the next.
#[derive(Clone, Copy, Debug)]
pub struct Last {
    /// How it stands.
    pub state: TopicState,
    /// How many cases it had when it was decided.
    pub found: i64,
    /// When it was finished.
    pub ended_on: Option<Day>,
}

/// What a cluster asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing new.
    Nothing,
    /// A topic is to be proposed.
    Propose,
    /// The open proposal has more or fewer cases than it says.
    Recount,
}

/// Whether `count` cases in the window, `after` of them since the last was finished, propose a topic.
pub fn verdict(count: i64, after: i64, last: Option<Last>, limit: Limit) -> Verdict {
    match last {
        None if count >= limit.cases => Verdict::Propose,
        // One open topic a cluster; a proposal says how many there are by now.
        Some(Last { state: TopicState::Proposed, found, .. }) if count != found => Verdict::Recount,
        Some(Last { state: TopicState::Rejected, found, .. }) if count >= found + limit.grown_by => Verdict::Propose,
        Some(Last { state: TopicState::Finished, .. }) if after >= limit.cases => Verdict::Propose,
        _ => Verdict::Nothing,
    }
}

/// What of a topic may be done now, by whoever decides for its place; `sets_month` for whoever marks the month's.
pub fn allowed(topic: &Topic, decides: bool, sets_month: bool) -> Vec<&'static str> {
    let mut steps = match topic.state {
        TopicState::Proposed if decides => vec!["accept", "reject"],
        TopicState::Active if decides => vec!["note", "finish"],
        TopicState::Finished if decides => vec!["note"],
        _ => Vec::new(),
    };
    if sets_month && matches!(topic.state, TopicState::Active | TopicState::Finished) {
        steps.push("of_month");
    }
    steps
}

/// The name of a step, as on the wire.
pub fn name(step: &Step) -> &'static str {
    match step {
        Step::Accept { .. } => "accept",
        Step::Reject { .. } => "reject",
        Step::Note { .. } => "note",
        Step::Finish { .. } => "finish",
        Step::OfMonth { .. } => "of_month",
    }
}

/// What becomes of a topic, and the words of its history.
///
/// # Errors
/// Field errors. Whether it is the time and the reader's, says [`allowed`].
pub fn decide(topic: &Topic, step: &Step, today: Day) -> Result<(Topic, String)> {
    let mut new = topic.clone();
    let words = match step {
        Step::Accept { unit, person, goal, measures, due_on } => {
            let far = today.plus(1_100);
            let day = if (today..=far).contains(due_on) { Ok(()) } else { Err(between("due_on", today, far)) };
            all([needed("goal", goal), needed("measures", measures), day])?;
            (new.state, new.unit, new.person) = (TopicState::Active, Some(*unit), Some(*person));
            (new.goal, new.measures) = (Some(goal.trim().to_owned()), Some(measures.trim().to_owned()));
            (new.begins_on, new.due_on) = (Some(today), Some(*due_on));
            goal.clone()
        }
        Step::Reject { words } => {
            needed("words", words)?;
            (new.state, new.reason) = (TopicState::Rejected, Some(words.trim().to_owned()));
            words.clone()
        }
        Step::Note { words } => {
            needed("words", words)?;
            words.clone()
        }
        Step::Finish { words } => {
            needed("words", words)?;
            (new.state, new.changed) = (TopicState::Finished, Some(words.trim().to_owned()));
            (new.ended_on, new.relapses) = (Some(today), 0);
            words.clone()
        }
        Step::OfMonth { month, goal, result } => {
            of_month(&mut new, month.as_deref(), goal.as_ref(), result.as_ref())?;
            month.clone().unwrap_or_default()
        }
    };
    Ok((new, words.trim().to_owned()))
}

fn of_month(new: &mut Topic, month: Option<&str>, goal: Option<&Names>, result: Option<&Names>) -> Result<()> {
    let Some(month) = month.map(str::trim).filter(|month| !month.is_empty()) else {
        (new.month, new.public_goal, new.public_result) = (None, None, None);
        return Ok(());
    };
    let is_month = format!("{month}-01").parse::<Day>().is_ok() && month.len() == 7;
    let form = if is_month { Ok(()) } else { Err(Error::field("month", Code::BadFormat).with("expected", "2026-11")) };
    let goal_is = goal.map_or_else(|| Err(Error::field("goal", Code::Required)), |goal| public("goal", goal));
    let result_is = match (new.state, result) {
        (TopicState::Active, None) => Ok(()),
        (_, Some(result)) => public("result", result),
        (_, None) => Err(Error::field("result", Code::Required)),
    };
    all([form, goal_is, result_is])?;
    (new.month, new.public_goal, new.public_result) = (Some(month.to_owned()), goal.cloned(), result.cloned());
    Ok(())
}

/// What everyone reads: there in Chinese, not long, and without a telephone, a document or a name.
fn public(field: &str, names: &Names) -> Result<()> {
    needed(field, names.zh())?;
    for (_, text) in names.iter() {
        if text.chars().count() > PUBLIC_MAX {
            return Err(Error::field(field, Code::TooLong).with("max", 300));
        }
        let masked = masking::mask(text, None);
        let found = masked.phones.into_iter().chain(masked.documents).chain(masked.names).next();
        if let Some(found) = found {
            return Err(Error::field(field, Code::PersonalInSummary).with("found", found));
        }
    }
    Ok(())
}

fn needed(field: &str, words: &str) -> Result<()> {
    match words.trim().chars().count() {
        0 => Err(Error::field(field, Code::Required)),
        n if n > WORDS_MAX => Err(Error::field(field, Code::TooLong).with("max", 2_000)),
        _ => Ok(()),
    }
}

fn between(field: &str, from: Day, to: Day) -> Error {
    Error::field(field, Code::OutOfRange).with("min", from.to_string()).with("max", to.to_string())
}

fn all(found: impl IntoIterator<Item = Result<()>>) -> Result<()> {
    found.into_iter().filter_map(Result::err).reduce(Error::and).map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMIT: Limit = Limit { cases: 5, days: 60, grown_by: 3 };

    fn last(state: TopicState, found: i64) -> Option<Last> {
        Some(Last { state, found, ended_on: None })
    }

    #[test]
    fn a_cluster_is_proposed_once_and_again_only_when_it_grew() {
        use TopicState as S;
        for (count, after, before, wanted) in [
            (4, 0, None, Verdict::Nothing),
            (5, 0, None, Verdict::Propose),
            (5, 0, last(S::Proposed, 5), Verdict::Nothing),
            (7, 0, last(S::Proposed, 5), Verdict::Recount),
            (9, 0, last(S::Active, 5), Verdict::Nothing),
            (7, 0, last(S::Rejected, 5), Verdict::Nothing),
            (8, 0, last(S::Rejected, 5), Verdict::Propose),
            (9, 4, last(S::Finished, 9), Verdict::Nothing),
            (9, 5, last(S::Finished, 9), Verdict::Propose),
        ] {
            assert_eq!(verdict(count, after, before, LIMIT), wanted, "{count} {after} {before:?}");
        }
    }

    proptest! {
        /// Nothing below the number is ever proposed, and never a second beside an open one.
        #[test]
        fn few_cases_propose_nothing(count in 0_i64..40, after in 0_i64..40, found in 0_i64..40, which in 0_usize..5) {
            use TopicState as S;
            let states = [None, Some(S::Proposed), Some(S::Active), Some(S::Finished), Some(S::Rejected)];
            let before = states[which].and_then(|state| last(state, found.max(LIMIT.cases)));
            if verdict(count, after.min(count), before, LIMIT) == Verdict::Propose {
                prop_assert!(count >= LIMIT.cases);
                prop_assert!(!matches!(states[which], Some(S::Proposed | S::Active)));
            }
        }
    }

    #[test]
    fn what_everyone_reads_names_nobody() {
        for (text, is_good) in
            [("三个月内路灯报修减半", true), ("有事请打13812345678", false), ("联系人：王小明", false), (" ", false)]
        {
            assert_eq!(public("goal", &Names::new(text, "Half as many")).is_ok(), is_good, "{text}");
        }
    }
}
