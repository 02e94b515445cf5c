//! When a cluster is a topic, and what may be done with one. Pure.

use kernel::{Code, Day, Error, Id, Instant, Level, Names, Result};

use super::{
    limits::Limit,
    model::{Before, Cluster, Plan, Step, Topic, TopicState, Why},
};
use crate::{
    modules::cases::{Case, Publicity, Status},
    platform::{access::Person, masking},
};

/// The longest words, in characters.
const WORDS_MAX: i64 = 2_000;
/// The longest words that everyone reads, in characters.
const PUBLIC_MAX: i64 = 300;
/// A topic may take three years.
const DUE_MAX_DAYS: i64 = 1_100;
/// 撤销: how long whoever decided may take it back, in minutes, as long as nothing followed.
pub const UNDO_MINUTES: i64 = 30;
/// How far from today the month of a topic may lie.
const MONTH_WITHIN_DAYS: i64 = 366;

/// Where a case lies: with its matter in its village, and with its thing. Nowhere, if nobody may be told of it, if it was
/// answered or shown the way at once, if it stands with another case, or if it has no village.
pub fn clusters(case: &Case) -> Vec<Cluster> {
    let is_aside = matches!(
        case.status,
        Status::Answered | Status::Redirected | Status::Refused | Status::Merged | Status::Withdrawn
    );
    let (Some(matter), Some(village)) = (case.matter.as_deref(), case.place.at(Level::Village)) else {
        return Vec::new();
    };
    if is_aside || case.publicity == Publicity::None {
        return Vec::new();
    }
    let cluster = |key, item| Cluster { key, matter: matter.to_owned(), village: village.clone(), item };
    let place = cluster(format!("{matter}@{village}"), None);
    let thing = case.item.map(|item| cluster(format!("item:{item}"), Some(item)));
    [place].into_iter().chain(thing).collect()
}

/// How many cases a cluster has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// In the window that ends today.
    pub now: i64,
    /// In the window that ended with its last topic.
    pub then: i64,
    /// Since its last topic ended.
    pub after: i64,
}

/// Why a topic is to be proposed, where the last one of the cluster stands so; none where it is not. `since_last` says how many
/// days ago that one ended.
pub fn due(last: Option<TopicState>, counts: Counts, limit: Limit, since_last: i64) -> Option<Why> {
    let why = match last {
        None => Why { cases: counts.now, needed: limit.cases, days: limit.days },
        // One open topic a cluster.
        Some(TopicState::Proposed | TopicState::Active) => return None,
        Some(TopicState::Rejected) => {
            Why { cases: counts.now, needed: (counts.then + limit.grown_by).max(limit.cases), days: limit.days }
        }
        Some(TopicState::Finished) => Why { cases: counts.after, needed: limit.cases, days: since_last },
    };
    (why.cases >= why.needed).then_some(why)
}

/// What an actor is to a topic.
#[derive(Clone, Copy, Debug, Default)]
pub struct Part {
    /// Decides for its place.
    pub decides: bool,
    /// Works at it, in the unit whose task it is.
    pub works: bool,
    /// Marks the month's in its county.
    pub sets_month: bool,
    /// Took the last decision a short while ago, and nothing followed.
    pub may_undo: bool,
}

/// Until when whoever took the last decision may take it back; never where something followed.
pub fn undo_until(topic: &Topic, person: Id<Person>) -> Option<Instant> {
    let until = topic.decided_at.plus_seconds(UNDO_MINUTES * 60);
    topic.before.as_ref().filter(|_| topic.decided_by == Some(person)).map(|_| until)
}

/// What of a topic may be done now, the likeliest first.
pub fn allowed(topic: &Topic, part: Part) -> Vec<&'static str> {
    let mut steps = match topic.state {
        TopicState::Proposed if part.decides => vec!["accept", "reject"],
        TopicState::Active if part.decides => vec!["note", "finish", "revise"],
        TopicState::Finished if part.decides => vec!["note"],
        TopicState::Active | TopicState::Finished if part.works => vec!["note"],
        _ => Vec::new(),
    };
    if part.sets_month && matches!(topic.state, TopicState::Active | TopicState::Finished) {
        steps.push("of_month");
        steps.extend(topic.month.is_some().then_some("not_of_month"));
    }
    steps.extend(part.may_undo.then_some("undo"));
    steps
}

/// What becomes of a topic, and the words of its history. Whether it is the time and the actor's, says [`allowed`].
///
/// # Errors
/// Field errors, all at once.
pub fn decide(topic: &Topic, step: &Step, today: Day) -> Result<(Topic, String)> {
    let mut new = topic.clone();
    let words = match step {
        Step::Accept { plan } => {
            all(planned(plan, today))?;
            (new.state, new.begins_on) = (TopicState::Active, Some(today));
            &new.plan.insert(trimmed(plan)).goal
        }
        Step::Revise { plan, words } => {
            all(planned(plan, today).into_iter().chain([needed("words", words)]))?;
            new.plan = Some(trimmed(plan));
            words
        }
        Step::Reject { words } => {
            needed("words", words)?;
            (new.state, new.ended_on, new.outcome) = (TopicState::Rejected, Some(today), Some(words.trim().to_owned()));
            words
        }
        Step::Finish { words } => {
            needed("words", words)?;
            (new.state, new.ended_on, new.outcome) = (TopicState::Finished, Some(today), Some(words.trim().to_owned()));
            words
        }
        Step::Note { words } => {
            needed("words", words)?;
            words
        }
        Step::OfMonth { month, goal, result } => {
            of_month(topic.state, month, (goal.as_ref(), result.as_ref()), today)?;
            new.month.insert(month.clone())
        }
        Step::NotOfMonth => {
            new.month = None;
            topic.month.as_ref().unwrap_or(&topic.cluster.key)
        }
        Step::Undo => {
            let before = topic.before.clone().ok_or_else(|| Error::new(Code::TopicStep))?;
            let Before { state, plan, begins_on, ended_on, outcome } = before;
            new = Topic { state, plan, begins_on, ended_on, outcome, before: None, ..new };
            return Ok((new, String::new()));
        }
    };
    // What is noted or marked afterwards has followed from the decision: it stands.
    new.before = match step {
        Step::Accept { .. } | Step::Revise { .. } | Step::Reject { .. } | Step::Finish { .. } => Some(Before {
            state: topic.state,
            plan: topic.plan.clone(),
            begins_on: topic.begins_on,
            ended_on: topic.ended_on,
            outcome: topic.outcome.clone(),
        }),
        _ => None,
    };
    let words = words.trim().to_owned();
    Ok((new, words))
}

fn planned(plan: &Plan, today: Day) -> Vec<Result<()>> {
    let last = today.plus(DUE_MAX_DAYS);
    let day = if (today..=last).contains(&plan.due_on) { Ok(()) } else { Err(between("due_on", today, last)) };
    vec![needed("goal", &plan.goal), needed("measures", &plan.measures), day]
}

fn trimmed(plan: &Plan) -> Plan {
    let (goal, measures) = (plan.goal.trim().to_owned(), plan.measures.trim().to_owned());
    Plan { goal, measures, ..plan.clone() }
}

fn of_month(
    state: TopicState,
    month: &str,
    (goal, result): (Option<&Names>, Option<&Names>),
    today: Day,
) -> Result<()> {
    let goal = goal.map_or_else(|| Err(Error::field("goal", Code::Required)), |goal| public("goal", goal));
    let result = match (state, result) {
        (TopicState::Finished, None) => Err(Error::field("result", Code::Required)),
        (_, Some(result)) => public("result", result),
        (_, None) => Ok(()),
    };
    all([month_near(month, today), goal, result])
}

fn month_near(month: &str, today: Day) -> Result<()> {
    let first = format!("{month}-01").parse::<Day>().ok().filter(|_| month.len() == 7);
    let first = first.ok_or_else(|| Error::field("month", Code::BadFormat).with("expected", "2026-11"))?;
    let (least, most) = (today.plus(-MONTH_WITHIN_DAYS), today.plus(MONTH_WITHIN_DAYS));
    if (least..=most).contains(&first) { Ok(()) } else { Err(between("month", least, most)) }
}

/// What everyone reads: there in Chinese, not long, and without a telephone, a document or a name.
fn public(field: &str, names: &Names) -> Result<()> {
    needed(field, names.zh())?;
    for (_, text) in names.iter() {
        if long(text) > PUBLIC_MAX {
            return Err(Error::field(field, Code::TooLong).with("max", PUBLIC_MAX));
        }
        if let Some(found) = masking::mask(text, None).first() {
            return Err(Error::field(field, Code::PersonalInSummary).with("found", found));
        }
    }
    Ok(())
}

fn needed(field: &str, words: &str) -> Result<()> {
    match long(words.trim()) {
        0 => Err(Error::field(field, Code::Required)),
        n if n > WORDS_MAX => Err(Error::field(field, Code::TooLong).with("max", WORDS_MAX)),
        _ => Ok(()),
    }
}

fn long(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
}

fn between(field: &str, from: Day, to: Day) -> Error {
    Error::field(field, Code::OutOfRange).with("min", from.to_string()).with("max", to.to_string())
}

fn all(found: impl IntoIterator<Item = Result<()>>) -> Result<()> {
    found.into_iter().filter_map(Result::err).reduce(Error::and).map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit { cases: 5, days: 60, grown_by: 3 };

    #[test]
    fn a_cluster_is_proposed_once_and_again_only_when_it_grew() {
        use TopicState as S;
        for (now, then, after, last, wanted) in [
            (4, 0, 0, None, false),
            (5, 0, 0, None, true),
            (9, 0, 0, Some(S::Proposed), false),
            (9, 0, 0, Some(S::Active), false),
            (7, 5, 2, Some(S::Rejected), false),
            (8, 5, 8, Some(S::Rejected), true),
            // What was rejected when it had shrunk must reach the number all the same.
            (4, 1, 4, Some(S::Rejected), false),
            (9, 9, 4, Some(S::Finished), false),
            (9, 9, 5, Some(S::Finished), true),
        ] {
            let why = due(last, Counts { now, then, after }, LIMIT, 20);
            assert_eq!(why.is_some(), wanted, "{now} {then} {after} {last:?}");
        }
        // What is told is what decided.
        let told = |last, now, then, after| due(last, Counts { now, then, after }, LIMIT, 90);
        assert_eq!(told(None, 6, 0, 0), Some(Why { cases: 6, needed: 5, days: 60 }));
        assert_eq!(told(Some(S::Rejected), 9, 5, 1), Some(Why { cases: 9, needed: 8, days: 60 }));
        assert_eq!(told(Some(S::Finished), 2, 9, 5), Some(Why { cases: 5, needed: 5, days: 90 }));
    }

    #[test]
    fn a_month_is_one_of_the_calendar_and_not_far_away() {
        let today = "2026-11-27".parse().unwrap();
        for (month, wanted) in
            [("2026-11", true), ("2027-02", true), ("2026-13", false), ("26-11", false), ("2020-11", false)]
        {
            assert_eq!(month_near(month, today).is_ok(), wanted, "{month}");
        }
    }

    #[test]
    fn what_everyone_reads_names_nobody() {
        for (words, wanted) in
            [("三个月内减半", true), (" ", false), ("有事打13812345678", false), ("一".repeat(301).as_str(), false)]
        {
            assert_eq!(public("goal", &Names::zh_only(words)).is_ok(), wanted, "{words}");
        }
    }
}
