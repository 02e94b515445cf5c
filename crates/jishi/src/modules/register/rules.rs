//! What a value may be, which fact is in force, when one has grown old, in which order things are read. Pure.

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

#[cfg(test)]
mod tests {
    use kernel::{Id, RegionCode};
    use uuid::Uuid;

    use super::*;
    use crate::modules::register::model::Choice;

    fn field(sort: FieldType) -> Field {
        let choices = vec![Choice { code: "led".into(), names: Names::new("发光二极管", "LED") }];
        Field {
            code: "f".into(), names: Names::new("字段", "Field"), sort, unit: None, min: None, max: None, choices
        }
    }

    fn lamp() -> ItemKind {
        ItemKind {
            code: "facilities.lamp".into(),
            names: Names::new("路灯", "Lamp"),
            geometry: Geometry::Point,
            fresh_for: 365,
            is_public: true,
            matters: Vec::new(),
            fields: vec![field(FieldType::Number)],
        }
    }

    #[test]
    fn a_value_is_read_as_people_write_it() {
        for (sort, text, wanted) in [
            (FieldType::Number, " 12 ", Some("12")),
            (FieldType::Number, "1,200.5", Some("1200.5")),
            (FieldType::Number, "-3", Some("-3")),
            (FieldType::Number, "1e5", None),
            (FieldType::Number, "约 5", None),
            (FieldType::Number, ".5", None),
            (FieldType::Date, "2026/3/1", Some("2026-03-01")),
            (FieldType::Date, "2026年3月1日", Some("2026-03-01")),
            (FieldType::Date, "2026-03-01 00:00:00", Some("2026-03-01")),
            (FieldType::Date, "2026-02-30", None),
            (FieldType::YesNo, "是", Some("yes")),
            (FieldType::YesNo, "No", Some("no")),
            (FieldType::YesNo, "可能", None),
            (FieldType::Choice, "发光二极管", Some("led")),
            (FieldType::Choice, "led", Some("led")),
            (FieldType::Choice, "钠灯", None),
            (FieldType::Text, "  ", None),
        ] {
            assert_eq!(value(&field(sort), text).ok().as_deref(), wanted, "{sort:?} {text}");
        }
    }

    #[test]
    fn a_number_keeps_to_its_bounds_and_no_text_holds_a_telephone() {
        let height = Field { min: Some(2), max: Some(40), ..field(FieldType::Number) };
        for (text, is_right) in
            [("2", true), ("40", true), ("8.5", true), ("-5", false), ("1.9", false), ("4,000", false)]
        {
            assert_eq!(value(&height, text).is_ok(), is_right, "{text}");
        }
        assert_eq!(value(&height, "41").unwrap_err().fields()[0].code, Code::OutOfRange);
        for text in ["值班 13900000000", "139-0000-0000", "0355-2034567", "140403199001011234"] {
            let error = value(&field(FieldType::Text), text).unwrap_err();
            assert_eq!(error.fields()[0].code, Code::PersonalInRegister, "{text}");
        }
        assert!(value(&field(FieldType::Text), "每天 8:00-20:00，3 号楼 2 单元").is_ok());
        let draft = Draft {
            kind: "facilities.lamp".into(),
            number: Some("YX-012".into()),
            name: "张三的家 13900000000".into(),
            place: RegionCode::parse("140403").unwrap(),
            place_text: Some("138 1234 5678".into()),
            point: Some((113.0, 36.0)),
            owner: None,
            begins_on: "2026-11-16".parse().unwrap(),
        };
        let error = check(&lamp(), &draft, "2026-11-16".parse().unwrap()).unwrap_err();
        let fields: Vec<&str> = error.fields().iter().map(|field| field.field.as_str()).collect();
        assert_eq!(fields, ["name", "place_text"]);
    }

    #[test]
    fn nine_stands_before_ten_and_a_kind_is_a_range() {
        let key = |number: &str| sort_key("facilities.lamp", Some(number), "路灯");
        assert!(key("YX-9") < key("YX-10") && key("YX-10") < key("YX-010a"));
        let (from, until) = sort_range("facilities.lamp");
        assert!(from <= key("") && key("~~~") < until);
        assert!(
            sort_key("facilities.lamp-post", None, "") >= until || sort_key("facilities.lamp-post", None, "") < from
        );
    }

    fn fact(value: &str, as_of: &str) -> NewFact {
        NewFact { field: "f".into(), value: value.into(), source: "巡查".into(), as_of: as_of.parse().unwrap() }
    }

    #[test]
    fn the_latest_day_is_in_force_and_the_oldest_makes_stale() {
        let kind = lamp();
        let facts = in_force(Facts::new(), &[fact("1", "2026-01-10"), fact("2", "2025-12-01")]);
        assert_eq!(facts["f"].value, "1", "what was true earlier does not replace what is true now");
        let facts = in_force(facts, &[fact("3", "2026-01-10")]);
        assert_eq!(facts["f"].value, "3", "of one day the last entered");
        let today = |day: &str| day.parse::<Day>().unwrap();
        assert_eq!(stale_on(Some(&kind), &facts), Some(today("2027-01-11")));
        assert!(!is_stale(&kind, today("2026-01-10"), today("2027-01-10")));
        assert!(is_stale(&kind, today("2026-01-10"), today("2027-01-11")));
        assert_eq!(stale_on(Some(&kind), &Facts::new()), None);
    }

    #[test]
    fn all_mistakes_of_an_item_are_told_at_once() {
        let today: Day = "2026-11-16".parse().unwrap();
        let draft = Draft {
            kind: "facilities.lamp".into(),
            number: Some("x".repeat(41)),
            name: " ".into(),
            place: RegionCode::parse("1404").unwrap(),
            place_text: None,
            point: None,
            owner: None,
            begins_on: today.plus(1),
        };
        let error = check(&lamp(), &draft, today).unwrap_err();
        let fields: Vec<&str> = error.fields().iter().map(|field| field.field.as_str()).collect();
        assert_eq!(fields, ["name", "number", "region", "lon", "begins_on"]);
        let given = [("f".to_owned(), "x".to_owned()), ("g".to_owned(), "1".to_owned())];
        let error = facts(&lamp(), &given, " ", today.plus(1), today).unwrap_err();
        let fields: Vec<&str> = error.fields().iter().map(|field| field.field.as_str()).collect();
        assert_eq!(fields, ["source", "as_of", "f", "g"]);
    }

    #[test]
    fn the_history_says_what_is_in_force() {
        let row = |value: &str, as_of: &str| FactRow {
            id: Id::from_uuid(Uuid::nil()),
            field: "f".into(),
            value: value.into(),
            source: String::new(),
            as_of: as_of.parse().unwrap(),
            person: None,
            at: kernel::Instant::from_millis(0),
        };
        let facts = in_force(Facts::new(), &[fact("1", "2026-01-10")]);
        assert!(is_in_force(&facts, &row("1", "2026-01-10"), &[]));
        assert!(!is_in_force(&facts, &row("1", "2026-01-10"), &[row("1", "2026-01-10")]));
        assert!(!is_in_force(&facts, &row("0", "2025-01-10"), &[]));
    }
}
