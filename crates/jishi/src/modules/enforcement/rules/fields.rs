//! What may be written: lengths, days, nothing personal in free text.

use kernel::{Code, Day, Error, Id, Level, RegionCode, Result};

use crate::{
    modules::enforcement::model::{CheckResult, PartyKind},
    platform::{access::Person, masking},
};

/// The longest record in words, in characters.
const WORDS_MAX: usize = 4_000;
/// The longest line: a cause, a place, a name.
const LINE_MAX: usize = 200;
/// What is told to everyone, in characters.
const PUBLIC_MIN: usize = 8;
const PUBLIC_MAX: usize = 500;
/// 最长整改期限, in days: what takes longer is a case.
const MEND_DAYS: i64 = 180;
/// 最高罚款: what can be entered, in fen (ten million yuan); a typing slip is told.
const FINE_MAX: i64 = 1_000_000_000;
/// How long after it a check may still be entered, in days.
const LATE_DAYS: i64 = 30;

fn max(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// Words without telephone numbers or documents: those belong with the party's details. The party's own name is masked.
///
/// # Errors
/// `personal_in_record` on the field.
fn clean(field: &str, words: &str, party: Option<&str>) -> Result<String> {
    let masked = masking::mask(words.trim(), party);
    match masked.first_number() {
        Some(found) => Err(Error::field(field, Code::PersonalInRecord).with("found", found)),
        None => Ok(masked.text),
    }
}

/// Words that must be there.
///
/// # Errors
/// `required`, `too_long`, `personal_in_record` on the field.
pub fn text(field: &str, words: Option<&str>, party: Option<&str>) -> Result<String> {
    line(field, words, WORDS_MAX).and_then(|words| clean(field, words, party))
}

/// Words for everyone to read: nobody's number, document or name in them, the party's least of all.
///
/// # Errors
/// `required`, `too_short`, `too_long`, `personal_in_summary` on the field.
pub fn public_text(field: &str, words: Option<&str>, person: Option<&str>) -> Result<String> {
    let words = line(field, words, PUBLIC_MAX)?;
    if words.chars().count() < PUBLIC_MIN {
        return Err(Error::field(field, Code::TooShort).with("min", max(PUBLIC_MIN)));
    }
    let masked = masking::mask(words, person);
    match masked.first() {
        Some(found) => Err(Error::field(field, Code::PersonalInSummary).with("found", found)),
        None => Ok(words.to_owned()),
    }
}

fn line<'w>(field: &str, words: Option<&'w str>, most: usize) -> Result<&'w str> {
    let words = words.unwrap_or_default().trim();
    if words.is_empty() {
        return Err(Error::field(field, Code::Required));
    }
    if words.chars().count() > most {
        return Err(Error::field(field, Code::TooLong).with("max", max(most)));
    }
    Ok(words)
}

/// A party's address.
///
/// # Errors
/// `required`, `too_long` on `address`.
pub fn address(words: &str) -> Result<&str> {
    line("address", Some(words), LINE_MAX)
}

/// A fine in fen.
///
/// # Errors
/// `out_of_range` on `fine_fen`.
pub fn fine(fen: i64) -> Result<i64> {
    if (0..=FINE_MAX).contains(&fen) {
        return Ok(fen);
    }
    Err(Error::field("fine_fen", Code::OutOfRange).with("min", 0).with("max", FINE_MAX))
}

/// What of a check is looked at by itself.
#[derive(Clone, Debug)]
pub struct CheckDraft<'a> {
    /// Where.
    pub place: &'a RegionCode,
    /// Where, in words.
    pub place_text: Option<&'a str>,
    /// The day it was made.
    pub day: Day,
    /// The two.
    pub officers: (Id<Person>, Id<Person>),
    /// What came of it.
    pub result: CheckResult,
    /// What was found.
    pub words: &'a str,
    /// By when it is mended.
    pub mend_by: Option<Day>,
}

fn gathered(mistakes: Vec<Error>) -> Result<()> {
    mistakes.into_iter().reduce(Error::and).map_or(Ok(()), Err)
}

fn place(place: &RegionCode, words: Option<&str>, mistakes: &mut Vec<Error>) {
    if place.level() < Level::Township {
        mistakes.push(Error::field("place", Code::PatrolTooWide));
    }
    if words.is_some_and(|words| words.chars().count() > LINE_MAX) {
        mistakes.push(Error::field("place_text", Code::TooLong).with("max", max(LINE_MAX)));
    }
    if let Some(error) = words.and_then(|words| clean("place_text", words, None).err()) {
        mistakes.push(error);
    }
}

/// Two persons, not one twice (行政处罚法 §42).
fn two((one, other): (Id<Person>, Id<Person>), mistakes: &mut Vec<Error>) {
    if one == other {
        mistakes.push(Error::field("second", Code::TwoOfficers));
    }
}

/// What a check may be; all mistakes are told at once.
///
/// # Errors
/// Field errors.
pub fn check_check(draft: &CheckDraft<'_>, today: Day) -> Result<()> {
    let mut mistakes = Vec::new();
    place(draft.place, draft.place_text, &mut mistakes);
    two(draft.officers, &mut mistakes);
    let (earliest, day) = (today.plus(-LATE_DAYS), draft.day);
    if day > today || day < earliest {
        let (min, max) = (earliest.to_string(), today.to_string());
        mistakes.push(Error::field("checked_at", Code::OutOfRange).with("min", min).with("max", max));
    }
    mistakes.extend(text("words", Some(draft.words), None).err());
    match (draft.result, draft.mend_by) {
        (CheckResult::Mend, None) => mistakes.push(Error::field("mend_by", Code::Required)),
        (CheckResult::Mend, Some(by)) if by < day || by > day.plus(MEND_DAYS) => {
            let (min, max) = (day.to_string(), day.plus(MEND_DAYS).to_string());
            mistakes.push(Error::field("mend_by", Code::OutOfRange).with("min", min).with("max", max));
        }
        (CheckResult::Clear | CheckResult::Case, Some(_)) => {
            mistakes.push(Error::field("mend_by", Code::UnknownValue).with("value", "mend_by"));
        }
        _ => {}
    }
    gathered(mistakes)
}

/// What of a case is looked at by itself.
#[derive(Clone, Debug)]
pub struct CaseDraft<'a> {
    /// Where.
    pub place: &'a RegionCode,
    /// Where, in words.
    pub place_text: Option<&'a str>,
    /// The two.
    pub officers: (Id<Person>, Id<Person>),
    /// What it is about.
    pub cause: &'a str,
    /// What the party is.
    pub party_kind: PartyKind,
    /// Its name.
    pub party_name: &'a str,
    /// Its telephone.
    pub party_phone: Option<&'a str>,
    /// Its address.
    pub party_address: Option<&'a str>,
}

/// What a case may be; all mistakes are told at once.
///
/// # Errors
/// Field errors.
pub fn check_case(draft: &CaseDraft<'_>) -> Result<()> {
    let mut mistakes = Vec::new();
    place(draft.place, draft.place_text, &mut mistakes);
    two(draft.officers, &mut mistakes);
    mistakes.extend(text("cause", Some(draft.cause), None).err());
    mistakes.extend(line("party_name", Some(draft.party_name), LINE_MAX).err());
    if draft.party_phone.is_some_and(|phone| masking::telephone(phone).is_none()) {
        mistakes.push(Error::field("party_phone", Code::BadPhone));
    }
    if draft.party_address.is_some_and(|address| address.chars().count() > LINE_MAX) {
        mistakes.push(Error::field("party_address", Code::TooLong).with("max", max(LINE_MAX)));
    }
    // An organisation's name stands in the open, so nothing of a person may stand in it.
    if draft.party_kind == PartyKind::Organisation {
        mistakes.extend(clean("party_name", draft.party_name, None).err());
    }
    gathered(mistakes)
}
