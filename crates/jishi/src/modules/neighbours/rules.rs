//! What may be registered, asked and promised, who may do which step, and why a match is proposed. Pure.

use kernel::{Code, Day, Error, Level, Names, RegionCode, Result};

use super::model::{Need, NeedState, Project, ProjectState, Registration, RegistrationState};
use crate::platform::masking;

/// The longest words, in characters.
const NAME_MAX: usize = 60;
const TITLE_MAX: usize = 60;
const FREE_MAX: usize = 100;
const WORDS_MAX: usize = 500;
/// Kinds of one registration at most.
const OFFERS_MAX: usize = 12;
/// A promise is for a year ahead at most.
const DUE_DAYS: i64 = 366;

fn max(max: usize) -> i64 {
    i64::try_from(max).unwrap_or(i64::MAX)
}

/// Words that everyone may read: names and numbers of people do not stand in them.
///
/// # Errors
/// `required`, `too_long`, `names_person` on `field`.
pub fn open_words(field: &str, text: &str, most: usize) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::field(field, Code::Required));
    }
    if text.chars().count() > most {
        return Err(Error::field(field, Code::TooLong).with("max", max(most)));
    }
    if masking::mask(text, None).text != text {
        return Err(Error::field(field, Code::WordsNamePerson));
    }
    Ok(text.to_owned())
}

/// Words that may be left out.
///
/// # Errors
/// As of [`open_words`].
pub fn free(text: Option<&str>) -> Result<Option<String>> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    text.map(|text| open_words("free", text, FREE_MAX)).transpose()
}

/// What an enterprise or social organisation is called.
///
/// # Errors
/// As of [`open_words`], on `name`.
pub fn name(text: &str) -> Result<String> {
    open_words("name", text, NAME_MAX)
}

/// In a few words, and in more.
///
/// # Errors
/// As of [`open_words`], on `title`.
pub fn title(text: &str) -> Result<String> {
    open_words("title", text, TITLE_MAX)
}

/// Words of a step, on its own field.
///
/// # Errors
/// As of [`open_words`].
pub fn words(field: &str, text: &str) -> Result<String> {
    open_words(field, text, WORDS_MAX)
}

/// Kinds of what is offered.
///
/// # Errors
/// `required`, `out_of_range`, `unknown_value` on `offers`.
pub fn offers(codes: &[String], is_known: impl Fn(&str) -> bool) -> Result<Vec<String>> {
    let mut codes = codes.to_vec();
    codes.sort();
    codes.dedup();
    if codes.is_empty() {
        return Err(Error::field("offers", Code::Required));
    }
    if codes.len() > OFFERS_MAX {
        return Err(Error::field("offers", Code::OutOfRange).with("min", 1).with("max", max(OFFERS_MAX)));
    }
    match codes.iter().find(|code| !is_known(code)) {
        Some(unknown) => Err(Error::field("offers", Code::UnknownValue).with("value", unknown.as_str())),
        None => Ok(codes),
    }
}

/// One registers with a village or community.
///
/// # Errors
/// `community_needed` on `region`.
pub fn community(region: &RegionCode) -> Result<()> {
    if region.level() == Level::Village { Ok(()) } else { Err(Error::field("region", Code::CommunityNeeded)) }
}

/// The day a promise is for: today or later, within a year.
///
/// # Errors
/// `out_of_range` on `due_on`.
pub fn due(day: Day, today: Day) -> Result<Day> {
    within("due_on", day, (today, today.plus(DUE_DAYS)))
}

/// The day by which something is needed.
///
/// # Errors
/// `out_of_range` on `by_on`.
pub fn by(day: Day, today: Day) -> Result<()> {
    within("by_on", day, (today, today.plus(DUE_DAYS))).map(drop)
}

/// A day on which something was done: not in the future, nor before a year.
///
/// # Errors
/// `out_of_range` on `done_on`.
pub fn done(day: Option<Day>, today: Day) -> Result<Day> {
    within("done_on", day.unwrap_or(today), (today.plus(-DUE_DAYS), today))
}

fn within(field: &str, day: Day, (first, last): (Day, Day)) -> Result<Day> {
    if (first..=last).contains(&day) {
        return Ok(day);
    }
    let (min, max) = (first.to_string(), last.to_string());
    Err(Error::field(field, Code::OutOfRange).with("min", min.as_str()).with("max", max.as_str()))
}

fn stands(is_so: bool) -> Result<()> {
    if is_so { Ok(()) } else { Err(Error::new(Code::NeighbourStands)) }
}

/// A community answers what was asked, once.
///
/// # Errors
/// `neighbour_stands`.
pub fn may_answer(registration: &Registration) -> Result<()> {
    stands(registration.state == RegistrationState::Asked)
}

/// What is over does not change.
///
/// # Errors
/// `neighbour_stands`.
pub fn may_change(registration: &Registration) -> Result<()> {
    stands(matches!(registration.state, RegistrationState::Asked | RegistrationState::Accepted))
}

/// What nobody has taken up may read differently, and be taken down.
///
/// # Errors
/// `neighbour_stands`.
pub fn may_mend(need: &Need) -> Result<()> {
    stands(need.state == NeedState::Open)
}

/// Only what was accepted promises something.
///
/// # Errors
/// `neighbour_stands`.
pub fn may_promise(registration: &Registration, need: Option<&Need>) -> Result<()> {
    stands(registration.state == RegistrationState::Accepted)?;
    stands(need.is_none_or(|need| need.state == NeedState::Open))
}

/// What was promised is reported once, or given up.
///
/// # Errors
/// `neighbour_stands`.
pub fn may_report(project: &Project) -> Result<()> {
    stands(project.state == ProjectState::Promised)
}

/// What was reported is judged once.
///
/// # Errors
/// `neighbour_stands`.
pub fn may_judge(project: &Project) -> Result<()> {
    stands(project.state == ProjectState::Done)
}

/// Whether somebody who registered may answer a need: of its kind, in its community or another of its township.
pub fn fits(need: &Need, one: &Registration) -> bool {
    one.state == RegistrationState::Accepted
        && one.offers.contains(&need.kind)
        && one.region.at(Level::Township) == need.region.at(Level::Township)
}

/// Why a match is proposed, in a sentence.
pub fn reason(need: &Need, one: &Registration, (kind, place): (&Names, &Names)) -> Names {
    let is_here = one.region == need.region;
    let free = one.free.as_deref();
    let (kind_zh, kind_en) = (kind.zh(), kind.en().unwrap_or(kind.zh()));
    let (place_zh, place_en) = (place.zh(), place.en().unwrap_or(place.zh()));
    let zh = if is_here { "在本社区报到".to_owned() } else { format!("在同一街道的{place_zh}报到") };
    let en =
        if is_here { "Registered here".to_owned() } else { format!("Registered in {place_en}, in the same township") };
    let when_zh = free.map(|free| format!("，{free}有空")).unwrap_or_default();
    let when_en = free.map(|free| format!(", free {free}")).unwrap_or_default();
    Names::new(format!("{zh}，能提供“{kind_zh}”{when_zh}。"), format!("{en}, and offers {kind_en}{when_en}."))
}

/// Those of this community before others, then by name.
pub fn order(need: &Need, one: &Registration) -> (bool, String) {
    (one.region != need.region, one.name.clone())
}
