//! Rounds, and what a list may be. Pure.

use jiff::{ToSpan, civil};
use kernel::{Code, Day, Error, Level, RegionCode, Result};

use super::model::{Rhythm, Round};
use crate::platform::masking;

/// The longest name, in characters.
const NAME_MAX: usize = 60;
/// Kinds of one list at most.
const KINDS_MAX: usize = 20;
/// The longest words of a tick, in characters.
pub const WORDS_MAX: usize = 200;

/// The last day of a round that may be the one by which it is done.
fn longest(rhythm: Rhythm) -> i64 {
    match rhythm {
        Rhythm::Weekly => 7,
        Rhythm::Monthly => 28,
        Rhythm::Season => 90,
    }
}

/// The round a day lies in. Weeks begin on Monday, seasons with January, April, July and October.
pub fn round(rhythm: Rhythm, due_in: i64, day: Day) -> Round {
    let date = day.date();
    let start = match rhythm {
        Rhythm::Weekly => date.saturating_sub(i64::from(date.weekday().to_monday_zero_offset()).days()),
        Rhythm::Monthly => date.first_of_month(),
        Rhythm::Season => {
            let month = (date.month() - 1) / 3 * 3 + 1;
            civil::Date::new(date.year(), month, 1).unwrap_or(date)
        }
    };
    let starts_on = Day::from(start);
    Round { starts_on, due_on: starts_on.plus(due_in.clamp(1, longest(rhythm)) - 1) }
}

/// Checks what a list shall be; all mistakes are told at once. `is_known` says whether there is a kind.
///
/// # Errors
/// Field errors.
pub fn check(
    name: &str,
    region: &RegionCode,
    kinds: &[String],
    (rhythm, due_in): (Rhythm, i64),
    is_known: impl Fn(&str) -> bool,
) -> Result<()> {
    let mut mistakes = Vec::new();
    let max = |max: usize| i64::try_from(max).unwrap_or(i64::MAX);
    if name.trim().is_empty() {
        mistakes.push(Error::field("name", Code::Required));
    } else if name.chars().count() > NAME_MAX {
        mistakes.push(Error::field("name", Code::TooLong).with("max", max(NAME_MAX)));
    }
    if region.level() < Level::Township {
        mistakes.push(Error::field("region", Code::PatrolTooWide));
    }
    if kinds.is_empty() {
        mistakes.push(Error::field("kinds", Code::Required));
    } else if kinds.len() > KINDS_MAX {
        mistakes.push(Error::field("kinds", Code::OutOfRange).with("min", 1).with("max", max(KINDS_MAX)));
    }
    if let Some(unknown) = kinds.iter().find(|kind| !is_known(kind)) {
        mistakes.push(Error::field("kinds", Code::UnknownValue).with("value", unknown.as_str()));
    }
    if !(1..=longest(rhythm)).contains(&due_in) {
        mistakes.push(Error::field("due_in", Code::OutOfRange).with("min", 1).with("max", longest(rhythm)));
    }
    mistakes.into_iter().reduce(Error::and).map_or(Ok(()), Err)
}

/// What a tick says that is needed, if it says so; nobody's telephone or name stays in it.
///
/// # Errors
/// `too_long` on `words`.
pub fn words(words: Option<&str>) -> Result<Option<String>> {
    let words = words.map(str::trim).filter(|words| !words.is_empty());
    if words.is_some_and(|words| words.chars().count() > WORDS_MAX) {
        let max = i64::try_from(WORDS_MAX).unwrap_or(i64::MAX);
        return Err(Error::field("words", Code::TooLong).with("max", max));
    }
    Ok(words.map(masking::mask_words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_lies_in_its_week_month_and_season() {
        for (rhythm, due_in, day, starts, due) in [
            (Rhythm::Weekly, 5, "2026-11-16", "2026-11-16", "2026-11-20"),
            (Rhythm::Weekly, 7, "2026-11-22", "2026-11-16", "2026-11-22"),
            (Rhythm::Weekly, 9, "2027-01-01", "2026-12-28", "2027-01-03"),
            (Rhythm::Monthly, 25, "2026-02-28", "2026-02-01", "2026-02-25"),
            (Rhythm::Season, 90, "2026-11-16", "2026-10-01", "2026-12-29"),
            (Rhythm::Season, 1, "2026-03-31", "2026-01-01", "2026-01-01"),
        ] {
            let round = round(rhythm, due_in, day.parse().unwrap());
            assert_eq!(
                (round.starts_on.to_string().as_str(), round.due_on.to_string().as_str()),
                (starts, due),
                "{day}"
            );
        }
    }

    #[test]
    fn all_mistakes_of_a_list_are_told_at_once() {
        let (county, grid) = (RegionCode::parse("140403").unwrap(), RegionCode::parse("140403001001001").unwrap());
        let known = |kind: &str| kind == "facilities.street-lamp";
        let kinds = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
        let error = check(" ", &county, &[], (Rhythm::Weekly, 8), known).unwrap_err();
        let fields: Vec<&str> = error.fields().iter().map(|field| field.field.as_str()).collect();
        assert_eq!(fields, ["name", "region", "kinds", "due_in"]);
        assert!(check("路灯", &grid, &kinds(&["facilities.street-lamp"]), (Rhythm::Monthly, 28), known).is_ok());
        assert!(check("路灯", &grid, &kinds(&["persons"]), (Rhythm::Monthly, 28), known).is_err());
        assert_eq!(words(Some("  ")).unwrap(), None);
        assert!(words(Some(&"长".repeat(201))).is_err());
    }
}
