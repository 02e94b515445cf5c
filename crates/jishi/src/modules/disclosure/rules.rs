//! How much of a case is public, what is told of it, what a summary may say, which numbers are too small to show. Pure.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use kernel::{Code, Error, Instant, Names, Result};

use super::model::{NotFixedReason, PublicPlace, PublicState, Shown, Standing, SummaryState};
use crate::{
    modules::cases::{Case, ClosedHow, Outcome, Publicity, Status},
    platform::masking,
};

/// Fewer than this many cases that are only counted could point at somebody; they are not told apart.
pub const FEW: i64 = 5;
/// Shortest summary, in characters.
pub const SUMMARY_MIN: i64 = 8;
/// Longest summary, in characters.
pub const SUMMARY_MAX: i64 = 120;
/// Days beyond which an answer is simply very late.
const DAYS_MAX: i64 = 999;

/// What is told of a case at `now`.
pub fn standing(case: &Case, now: Instant, zone: &TimeZone) -> Standing {
    let (state, reason) = state(case);
    let done_at = case.result_at.or(case.ended_at);
    let (received_day, done_day) = (case.received_at.day(zone), done_at.map(|at| at.day(zone)));
    let is_late = case.due_at.is_some_and(|due| due < done_at.unwrap_or(now));
    let days = done_day.map(|day| (day.date() - received_day.date()).get_days());
    let matter = case.matter.clone().unwrap_or_default();
    Standing {
        shown: shown(case),
        class: matter.split('.').next().unwrap_or_default().to_owned(),
        matter,
        place: PublicPlace::of(&case.place),
        received_day,
        due_day: case.due_at.map(|at| at.day(zone)),
        done_day,
        state,
        reason,
        is_late,
        days: days.map(|days| i64::from(days).clamp(0, DAYS_MAX)),
        late_at: case.due_at.filter(|_| done_at.is_none() && !is_late),
        done_at,
    }
}

fn shown(case: &Case) -> Shown {
    match (case.status, case.publicity) {
        // Another case tells of it, or nobody wishes to be told.
        (Status::Merged | Status::Withdrawn, _) | (_, Publicity::None) => Shown::Hidden,
        (_, Publicity::Count) => Shown::Counted,
        (_, Publicity::Summary) => Shown::Listed,
    }
}

/// 解决 only by the resident's word; what its handler calls impossible is not fixed, however silent the resident.
fn state(case: &Case) -> (PublicState, Option<NotFixedReason>) {
    use NotFixedReason as Why;
    let not_fixed = |why| (PublicState::NotFixed, Some(why));
    match (case.status, case.closed_how) {
        (Status::Answered, _) => not_fixed(Why::Answered),
        (Status::Redirected, _) => not_fixed(Why::Redirected),
        (Status::Refused, _) => not_fixed(Why::Refused),
        (Status::Closed, Some(ClosedHow::Confirmed)) => (PublicState::Solved, None),
        (Status::Closed, Some(ClosedHow::Settled)) => (PublicState::Settled, None),
        (Status::Closed, _) if case.result_outcome == Some(Outcome::Cannot) => not_fixed(Why::Cannot),
        (Status::Closed, _) => (PublicState::Unverified, None),
        _ => (PublicState::Open, None),
    }
}

/// Where the summary of a case stands once the case stands so: what was said of a result that was sent back is no longer
/// true, and becomes a draft again.
pub fn after_change(summary: SummaryState, standing: &Standing) -> SummaryState {
    match summary {
        SummaryState::Approved if standing.done_at.is_none() => SummaryState::Proposed,
        other => other,
    }
}

/// What the platform proposes to say: made from matter, place and outcome, never from anybody's words.
pub fn proposal(matter: &Names, place: &Names, standing: &Standing, outcome: Option<Outcome>) -> Names {
    let (zh, en) = ending(standing, outcome);
    let name = |lang| (place.in_lang(lang), matter.in_lang(lang));
    let ((place_zh, matter_zh), (place_en, matter_en)) = (name(kernel::Lang::Zh), name(kernel::Lang::En));
    Names::new(format!("{place_zh}有人反映“{matter_zh}”，{zh}。"), format!("{place_en}: {matter_en}. {en}."))
}

fn ending(standing: &Standing, outcome: Option<Outcome>) -> (&'static str, &'static str) {
    use NotFixedReason as Why;
    match (standing.state, standing.reason, outcome) {
        (PublicState::Solved, ..) => {
            ("已经办好，反映的人确认解决了", "Done; whoever reported it confirmed that it is solved")
        }
        (PublicState::Settled, ..) => ("工作人员当场办好了", "Staff settled it on the spot"),
        (_, Some(Why::Answered), _) => ("已作答复和说明", "It was answered and explained"),
        (_, Some(Why::Redirected), _) => {
            ("这类事由其他渠道办理，已告知去哪里办", "It belongs elsewhere, and the way was shown")
        }
        (_, Some(Why::Refused), _) => {
            ("按规定不予受理，已说明理由", "By the rules it was not accepted, and the reason was given")
        }
        (_, Some(Why::Cannot), _) | (_, _, Some(Outcome::Cannot)) => {
            ("目前条件下解决不了，已说明原因", "It cannot be solved at present, and the reason was given")
        }
        (_, _, Some(Outcome::Partly)) => ("已经办理，解决了一部分", "It was seen to, and partly solved"),
        _ => ("已经办理", "It was seen to"),
    }
}

/// A summary as it may be public.
///
/// # Errors
/// `required`, `too_short`, `too_long` or `personal_in_summary` on `zh` or `en`.
pub fn checked_summary(zh: &str, en: Option<&str>) -> Result<Names> {
    let zh = checked("zh", zh, SUMMARY_MAX);
    let en = en.map(str::trim).filter(|en| !en.is_empty());
    // English takes more letters for the same.
    let en = en.map(|en| checked("en", en, SUMMARY_MAX * 3)).transpose();
    match (zh, en) {
        (Ok(zh), Ok(Some(en))) => Ok(Names::new(zh, en)),
        (Ok(zh), Ok(None)) => Ok(Names::zh_only(zh)),
        (Err(first), Err(second)) => Err(first.and(second)),
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

fn checked(field: &str, text: &str, max: i64) -> Result<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    if count == 0 {
        return Err(Error::field(field, Code::Required));
    }
    if count < SUMMARY_MIN {
        return Err(Error::field(field, Code::TooShort).with("min", SUMMARY_MIN));
    }
    if count > max {
        return Err(Error::field(field, Code::TooLong).with("max", max));
    }
    let person = || masking::named_persons(&text).first().map(|name| masking::mask_name(name));
    let door = || masking::doors(&text).into_iter().next();
    match masking::mask(&text, None).first().or_else(person).or_else(door) {
        Some(found) => Err(Error::field(field, Code::PersonalInSummary).with("found", found)),
        None => Ok(text),
    }
}

/// Signs that a summary and a resident's words may have in common by chance.
const IN_COMMON: usize = 10;

/// The first stretch of a resident's own words in a summary, beyond what the platform itself would say of the case.
pub fn own_words(summary: &str, proposal: &str, said: &[String]) -> Option<String> {
    let plain = |text: &str| -> Vec<char> { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    let join = |chars: &[char]| chars.iter().collect::<String>();
    let (summary, proposal) = (plain(summary), join(&plain(proposal)));
    let said: Vec<String> = said.iter().map(|text| join(&plain(text))).collect();
    let is_said = |stretch: &String| said.iter().any(|text| text.contains(stretch)) && !proposal.contains(stretch);
    summary.windows(IN_COMMON).map(join).find(is_said)
}

/// Cases that are only counted, as they may be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// How many in all; none when there are some, but fewer than [`FEW`].
    pub cases: Option<i64>,
    /// States with enough of them; empty when `cases` is not told.
    pub states: Vec<(PublicState, i64)>,
    /// All other states together.
    pub other_states: i64,
    /// Classes with enough of them.
    pub classes: Vec<(String, i64)>,
    /// All other classes together.
    pub other: i64,
}

/// Whether a place's number has to stay untold so that another's is not the rest of a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shields {
    /// It can be told.
    Nobody,
    /// Another could be reckoned from it.
    Another,
}

/// Folds what is only counted: fewer than [`FEW`] in a place are not told, and neither is a place that shields another.
/// Classes and states with fewer are told together.
pub fn fold(counts: &[(String, PublicState, i64)], shields: Shields) -> Folded {
    let total: i64 = counts.iter().map(|(.., cases)| cases).sum();
    if total > 0 && (total < FEW || shields == Shields::Another) {
        return Folded::default();
    }
    let mut classes: BTreeMap<&str, i64> = BTreeMap::new();
    let mut states: BTreeMap<&str, i64> = BTreeMap::new();
    for (class, state, cases) in counts {
        *classes.entry(class).or_default() += cases;
        *states.entry(state.as_str()).or_default() += cases;
    }
    let (classes, other) = enough(classes);
    let (states, other_states) = enough(states);
    let told = |state: &PublicState| states.iter().find(|(code, _)| *code == state.as_str()).map(|(_, n)| (*state, *n));
    Folded {
        cases: Some(total),
        states: PublicState::ALL.iter().filter_map(told).collect(),
        other_states,
        classes: classes.into_iter().map(|(class, cases)| (class.to_owned(), cases)).collect(),
        other,
    }
}

/// What is enough to be told apart, the most first, and the sum of the rest. A rest that is itself too small takes the
/// least of the others with it, or the difference would give it away.
fn enough(counts: BTreeMap<&str, i64>) -> (Vec<(&str, i64)>, i64) {
    let (mut told, small): (Vec<_>, Vec<_>) =
        counts.into_iter().filter(|(_, cases)| *cases > 0).partition(|(_, cases)| *cases >= FEW);
    let mut other: i64 = small.iter().map(|(_, cases)| cases).sum();
    told.sort_by_key(|(code, cases)| (std::cmp::Reverse(*cases), *code));
    if other > 0
        && other < FEW
        && let Some((_, least)) = told.pop()
    {
        other += least;
    }
    (told, other)
}

/// Which of the places in one place are told nothing, given how many each has: those with too few; and where that is a
/// single one, the next smallest as well, or the sum of their parent less the others would give it away.
pub fn untold<P: Clone>(places: &[(P, i64)]) -> Vec<P> {
    let few = |cases: i64| cases > 0 && cases < FEW;
    let mut untold: Vec<P> = places.iter().filter(|(_, cases)| few(*cases)).map(|(place, _)| place.clone()).collect();
    if untold.len() == 1 {
        let others = places.iter().filter(|(_, cases)| *cases >= FEW);
        untold.extend(others.min_by_key(|(_, cases)| *cases).map(|(place, _)| place.clone()));
    }
    untold
}

/// The median of days, given how many cases took how long; of an even number the lower of the two in the middle.
pub fn median(days: &BTreeMap<i64, i64>) -> Option<i64> {
    let total: i64 = days.values().sum();
    let mut seen = 0;
    days.iter().find_map(|(days, cases)| {
        seen += cases;
        (*cases > 0 && seen * 2 >= total).then_some(*days)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(result: Result<Names>) -> Vec<(String, Code)> {
        result.unwrap_err().fields().iter().map(|field| (field.field.clone(), field.code)).collect()
    }

    #[test]
    fn a_summary_has_its_length_and_nobody_in_it() {
        let good = "府后社区的路灯已经换好，晚上亮了。";
        assert_eq!(checked_summary(&format!("  {good}\n"), Some(" ")).unwrap(), Names::zh_only(good));
        assert_eq!(checked_summary(good, Some("The lamp shines again.")).unwrap().en(), Some("The lamp shines again."));
        for (zh, en, wrong) in [
            ("", None, vec![("zh", Code::Required)]),
            ("路灯修好了", None, vec![("zh", Code::TooShort)]),
            (&*"灯".repeat(121), None, vec![("zh", Code::TooLong)]),
            ("请打电话13812345678问一问情况", None, vec![("zh", Code::PersonalInSummary)]),
            ("联系人：王小明，路灯已经修好了", None, vec![("zh", Code::PersonalInSummary)]),
            ("路灯已经修好，反映人张建国确认", None, vec![("zh", Code::PersonalInSummary)]),
            ("住在3号楼2单元501的老人反映路灯不亮", None, vec![("zh", Code::PersonalInSummary)]),
            ("好", Some("x"), vec![("zh", Code::TooShort), ("en", Code::TooShort)]),
            (good, Some("call 0355-2012345 about it"), vec![("en", Code::PersonalInSummary)]),
        ] {
            let wrong: Vec<_> = wrong.into_iter().map(|(field, code)| (field.to_owned(), code)).collect();
            assert_eq!(fields(checked_summary(zh, en)), wrong, "{zh}");
        }
    }

    #[test]
    fn a_residents_own_words_are_no_summary_and_names_of_place_and_matter_are_nobodys() {
        let said = ["府后社区第一网格的门口井盖破了一角，请快些来修".to_owned()];
        let proposal = "府后社区第一网格的有人反映";
        assert!(own_words("门口井盖破了一角 请快些来修", proposal, &said).is_some());
        assert_eq!(own_words("井盖当天换了新的，路面也补平了。", proposal, &said), None);
        assert_eq!(own_words("府后社区第一网格的井盖换好了。", proposal, &said), None);
    }

    fn counts(rows: &[(&str, PublicState, i64)]) -> Vec<(String, PublicState, i64)> {
        rows.iter().map(|(class, state, cases)| ((*class).to_owned(), *state, *cases)).collect()
    }

    #[test]
    fn few_cases_are_not_told_apart() {
        use PublicState::{Open, Solved};
        assert_eq!(fold(&[], Shields::Another).cases, Some(0));
        assert_eq!(fold(&counts(&[("housing", Solved, 4)]), Shields::Nobody), Folded::default());
        assert_eq!(fold(&counts(&[("housing", Solved, 9)]), Shields::Another), Folded::default());
        let folded =
            fold(&counts(&[("housing", Solved, 5), ("labour", Open, 5), ("market", Solved, 4)]), Shields::Nobody);
        assert_eq!((folded.cases, folded.other), (Some(14), 9));
        assert_eq!(folded.classes, [("housing".to_owned(), 5)]);
        assert_eq!((folded.states, folded.other_states), (vec![(Open, 5), (Solved, 9)], 0));
    }

    #[test]
    fn a_single_small_class_takes_another_with_it() {
        use PublicState::Solved;
        let folded =
            fold(&counts(&[("housing", Solved, 9), ("labour", Solved, 6), ("market", Solved, 1)]), Shields::Nobody);
        assert_eq!((folded.classes, folded.other), (vec![("housing".to_owned(), 9)], 7));
        let folded = fold(&counts(&[("housing", Solved, 9), ("market", Solved, 1)]), Shields::Nobody);
        assert_eq!((folded.cases, folded.classes, folded.other), (Some(10), Vec::new(), 10));
    }

    #[test]
    fn states_with_few_are_told_together() {
        use PublicState::{NotFixed, Open, Solved, Unverified};
        let nine = counts(&[("housing", Open, 2), ("housing", Solved, 6), ("housing", NotFixed, 1)]);
        let folded = fold(&nine, Shields::Nobody);
        assert_eq!((folded.cases, folded.states, folded.other_states), (Some(9), Vec::new(), 9));
        let more = counts(&[("h", Open, 8), ("h", Solved, 7), ("h", NotFixed, 2), ("h", Unverified, 3)]);
        let folded = fold(&more, Shields::Nobody);
        assert_eq!((folded.states, folded.other_states), (vec![(Open, 8), (Solved, 7)], 5));
    }

    #[test]
    fn a_single_place_with_few_takes_another_with_it() {
        assert_eq!(untold(&[("a", 12), ("b", 3), ("c", 17), ("d", 14)]), ["b", "a"]);
        assert_eq!(untold(&[("a", 2), ("b", 3), ("c", 17)]), ["a", "b"]);
        assert_eq!(untold(&[("a", 12), ("b", 0)]), [""; 0]);
    }

    #[test]
    fn the_median_is_the_middle_one() {
        for (days, median_of) in [
            (vec![], None),
            (vec![(3, 1)], Some(3)),
            (vec![(0, 1), (9, 1)], Some(0)),
            (vec![(1, 2), (5, 3)], Some(5)),
            (vec![(1, 0), (5, 3)], Some(5)),
        ] {
            assert_eq!(median(&days.into_iter().collect()), median_of);
        }
    }
}
