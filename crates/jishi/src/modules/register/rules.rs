//! What a value may be, which fact is in force, when one has grown old, in which order things are read. Pure.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::civil;
use kernel::{Code, Day, Error, Level, Names, Result, terms};

use super::model::{Draft, FactRow, Facts, Field, FieldType, Geometry, InForce, Item, ItemKind, NewFact};
use crate::platform::masking;

/// The longest number on a thing, in characters.
pub const NUMBER_MAX: usize = 40;
/// The longest name, in characters.
pub const NAME_MAX: usize = 80;
/// The longest text of a fact, of a place or of a source, in characters.
pub const TEXT_MAX: usize = 200;
/// Digits that a number within a name is written out to, so that 9 stands before 10.
const DIGITS: usize = 10;
/// The earliest day a thing can be there or a fact can be of.
const EARLIEST: civil::Date = civil::date(1900, 1, 1);

/// A value as it is kept: a number without blanks, a day as `YYYY-MM-DD`, a choice by its code, `yes` or `no`. What people
/// write in cells is understood too: 是, LED, 2026/3/1.
///
/// # Errors
/// A field error on `field.code`.
pub fn value(field: &Field, text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::field(&field.code, Code::Required));
    }
    match field.sort {
        FieldType::Text if text.chars().count() > TEXT_MAX => Err(too_long(&field.code, TEXT_MAX)),
        FieldType::Text => no_person(&field.code, text).map(|()| text.to_owned()),
        FieldType::Number => {
            let value = number(text).ok_or_else(|| expected(field, Names::new("数字", "a number")))?;
            within(field, &value).map(|()| value)
        }
        FieldType::Date => {
            let day = day(text).map(|day| day.to_string());
            day.ok_or_else(|| expected(field, Names::new("日期，如 2026-03-01", "a day such as 2026-03-01")))
        }
        FieldType::YesNo => yes_no(text).map(str::to_owned).ok_or_else(|| unknown(field, text)),
        FieldType::Choice => {
            let is_it = |names: &Names| names.iter().any(|(_, name)| name.eq_ignore_ascii_case(text));
            let found = field.choices.iter().find(|choice| choice.code == text || is_it(&choice.names));
            found.map(|choice| choice.code.clone()).ok_or_else(|| unknown(field, text))
        }
    }
}

fn expected(field: &Field, what: Names) -> Error {
    Error::field(&field.code, Code::BadFormat).with("expected", what)
}

fn unknown(field: &Field, text: &str) -> Error {
    Error::field(&field.code, Code::UnknownValue).with("value", text)
}

fn too_long(field: &str, max: usize) -> Error {
    Error::field(field, Code::TooLong).with("max", i64::try_from(max).unwrap_or(i64::MAX))
}

/// What the kind's file says that a number may be.
fn within(field: &Field, value: &str) -> Result<()> {
    let (Some(min), Some(max)) = (field.min, field.max) else { return Ok(()) };
    let is_within = value.parse::<f64>().is_ok_and(|value| (f64::from(min)..=f64::from(max)).contains(&value));
    if is_within {
        return Ok(());
    }
    Err(Error::field(&field.code, Code::OutOfRange).with("min", i64::from(min)).with("max", i64::from(max)))
}

/// 台账不记人: no telephone number and no number of an identity document in what is written freely.
fn no_person(field: &str, text: &str) -> Result<()> {
    let found = masking::mask(text, None);
    if found.phones.is_empty() && found.documents.is_empty() {
        Ok(())
    } else {
        Err(Error::field(field, Code::PersonalInRegister))
    }
}

/// A plain decimal number, at most 15 digits: no powers, no blanks, no thousands.
fn number(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|c| *c != ',').collect();
    let digits = plain.strip_prefix('-').unwrap_or(&plain);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (all_digits(whole) && all_digits(part) && digits.len() <= 16).then_some(plain)
}

/// A day as people write it.
pub fn day(text: &str) -> Option<Day> {
    let date = text.split([' ', 'T']).next().unwrap_or_default().replace(['/', '.', '年', '月'], "-").replace('日', "");
    let mut parts = date.split('-').map(str::parse::<i16>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    let date = civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    (date >= EARLIEST && parts.next().is_none()).then(|| date.into())
}

fn yes_no(text: &str) -> Option<&'static str> {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "true" | "是" | "有" | "√" | "1" => Some("yes"),
        "no" | "n" | "false" | "否" | "无" | "没有" | "×" | "0" => Some("no"),
        _ => None,
    }
}

/// A value as a reader reads it.
pub fn said(field: &Field, value: &str) -> Names {
    match field.sort {
        FieldType::Choice => {
            let choice = field.choices.iter().find(|choice| choice.code == value);
            choice.map_or_else(|| Names::zh_only(value), |choice| choice.names.clone())
        }
        FieldType::YesNo if value == "yes" => Names::new("是", "Yes"),
        FieldType::YesNo => Names::new("否", "No"),
        FieldType::Number => match &field.unit {
            Some(unit) => Names::new(format!("{value} {}", unit.zh()), format!("{value} {}", unit.en().unwrap_or(""))),
            None => Names::zh_only(value),
        },
        FieldType::Text | FieldType::Date => Names::zh_only(value),
    }
}

/// Checks what an item shall be; all mistakes are told at once.
///
/// # Errors
/// Field errors.
pub fn check(kind: &ItemKind, draft: &Draft, today: Day) -> Result<()> {
    let mut mistakes = Vec::new();
    let length = |text: &str| text.chars().count();
    if draft.name.trim().is_empty() {
        mistakes.push(Error::field("name", Code::Required));
    } else if length(&draft.name) > NAME_MAX {
        mistakes.push(too_long("name", NAME_MAX));
    }
    if draft.number.as_deref().is_some_and(|number| length(number) > NUMBER_MAX) {
        mistakes.push(too_long("number", NUMBER_MAX));
    }
    if draft.place_text.as_deref().is_some_and(|text| length(text) > TEXT_MAX) {
        mistakes.push(too_long("place_text", TEXT_MAX));
    }
    let written =
        [("name", Some(&draft.name)), ("number", draft.number.as_ref()), ("place_text", draft.place_text.as_ref())];
    mistakes.extend(written.into_iter().filter_map(|(field, text)| no_person(field, text?).err()));
    if draft.place.level() < Level::County {
        mistakes.push(Error::field("region", Code::PlaceTooWide));
    }
    if kind.geometry == Geometry::Point && draft.point.is_none() {
        mistakes.push(Error::field("lon", Code::Required));
    }
    if draft.begins_on > today || draft.begins_on.date() < EARLIEST {
        let (min, max) = (EARLIEST.to_string(), today.to_string());
        mistakes.push(Error::field("begins_on", Code::OutOfRange).with("min", min).with("max", max));
    }
    mistakes.into_iter().reduce(Error::and).map_or(Ok(()), Err)
}

/// Checks what is to be entered of an item.
///
/// # Errors
/// Field errors on the fields' codes, `source`, `as_of`.
pub fn facts(
    kind: &ItemKind,
    given: &[(String, String)],
    source: &str,
    as_of: Day,
    today: Day,
) -> Result<Vec<NewFact>> {
    let mut mistakes = Vec::new();
    let mut facts = Vec::new();
    let source = source.trim();
    if source.is_empty() && !given.is_empty() {
        mistakes.push(Error::field("source", Code::Required));
    } else if source.chars().count() > TEXT_MAX {
        mistakes.push(too_long("source", TEXT_MAX));
    }
    if as_of > today || as_of.date() < EARLIEST {
        let (min, max) = (EARLIEST.to_string(), today.to_string());
        mistakes.push(Error::field("as_of", Code::OutOfRange).with("min", min).with("max", max));
    }
    for (code, text) in given {
        let field = kind.field(code).ok_or_else(|| Error::field(code, Code::UnknownValue).with("value", code.as_str()));
        match field.and_then(|field| value(field, text)) {
            Ok(value) => facts.push(NewFact { field: code.clone(), value, source: source.to_owned(), as_of }),
            Err(error) => mistakes.push(error),
        }
    }
    mistakes.into_iter().reduce(Error::and).map_or(Ok(facts), Err)
}

/// The facts in force once `new` is entered: of each field the one of the latest day, of several of a day the last entered.
pub fn in_force(mut facts: Facts, new: &[NewFact]) -> Facts {
    for fact in new {
        let is_newer = facts.get(&fact.field).is_none_or(|old| old.as_of <= fact.as_of);
        if is_newer {
            let NewFact { field, value, source, as_of } = fact.clone();
            facts.insert(field, InForce { value, source, as_of });
        }
    }
    facts
}

/// The first day on which one of the facts has grown old; none where nothing is known.
pub fn stale_on(kind: Option<&ItemKind>, facts: &Facts) -> Option<Day> {
    let fresh_for = kind?.fresh_for;
    facts.values().map(|fact| fact.as_of).min().map(|oldest| oldest.plus(fresh_for + 1))
}

/// Whether a fact of a kind has grown old.
pub fn is_stale(kind: &ItemKind, as_of: Day, today: Day) -> bool {
    as_of.plus(kind.fresh_for) < today
}

/// The fields whose newest entry is this row, so that a history says which of its rows are in force.
pub fn is_in_force(facts: &Facts, row: &FactRow, newer: &[FactRow]) -> bool {
    facts.get(&row.field).is_some_and(|fact| fact.as_of == row.as_of && fact.value == row.value)
        && !newer.iter().any(|other| other.field == row.field)
}

/// What the lists go by: the kind, then number and name, with numbers in the order of counting. A blank stands between them,
/// which sorts before everything else.
pub fn sort_key(kind: &str, number: Option<&str>, name: &str) -> String {
    let counted = |text: &str| {
        let (mut out, mut digits) = (String::new(), String::new());
        for c in text.to_lowercase().chars().chain(['\u{0}']) {
            if c.is_ascii_digit() {
                digits.push(c);
                continue;
            }
            if !digits.is_empty() {
                out.push_str(&format!("{digits:0>DIGITS$}"));
                digits.clear();
            }
            out.push(c);
        }
        out.trim_end_matches('\u{0}').to_owned()
    };
    format!("{kind} {} {}", counted(number.unwrap_or_default()), counted(name))
}

/// Where an item stands in the lists.
pub fn place_in_lists(item: &Item) -> String {
    sort_key(&item.kind, item.number.as_deref(), &item.name)
}

/// Where the keys of a kind begin and end.
pub fn sort_range(kind: &str) -> (String, String) {
    (format!("{kind} "), format!("{kind}!"))
}

/// The terms an item is found by: its name, its number, its kind, where it is; and the marks of what is known of it.
pub fn words(kind: &ItemKind, draft: &Draft, facts: &Facts) -> BTreeSet<String> {
    let own = [Some(draft.name.as_str()), draft.number.as_deref(), draft.place_text.as_deref()];
    let texts = own.into_iter().flatten().chain(kind.names.iter().map(|(_, name)| name));
    texts.flat_map(terms).chain(marks(kind, facts)).collect()
}

/// What is known as a term, by which lists are narrowed: no term of a text begins with that sign.
pub fn mark(field: &str, value: &str) -> String {
    format!("={field}={value}")
}

/// The marks of what was chosen from a closed set; numbers and texts have none.
pub fn marks(kind: &ItemKind, facts: &Facts) -> BTreeSet<String> {
    let closed = kind.fields.iter().filter(|field| matches!(field.sort, FieldType::Choice | FieldType::YesNo));
    closed.filter_map(|field| Some(mark(&field.code, &facts.get(&field.code)?.value))).collect()
}
