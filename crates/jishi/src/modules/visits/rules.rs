//! What may be written of a visit, and for how long it may be changed. Pure.

use kernel::{Code, Day, Error, Instant, Level, RegionCode, Result};

use super::model::Visit;
use crate::platform::masking;

/// The longest words, in characters: whom in which household; what was said; what is needed; why it is opened.
const WHOM_MAX: usize = 60;
const SAID_MAX: usize = 2_000;
const NEED_MAX: usize = 500;
const WHY_MAX: usize = 200;
/// What was longer ago is no visit to be written down now.
const DAYS_BACK: i64 = 31;

/// What is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Whom, in which household.
    pub whom: String,
    /// What was said.
    pub said: String,
    /// What is needed, masked.
    pub need: Option<String>,
}

/// Checks the three fields, all at once. A need stands in the open: names and numbers are taken out of it, also the name that
/// stands in the first field.
///
/// # Errors
/// `required`, `too_long` on `whom`, `said`, `need`.
pub fn written(whom: &str, said: &str, need: Option<&str>) -> Result<Written> {
    let (whom, said) = (words("whom", whom, WHOM_MAX), words("said", said, SAID_MAX));
    let need = need.map(str::trim).filter(|need| !need.is_empty());
    let need = need.map(|need| words("need", need, NEED_MAX)).transpose();
    let mistakes = [whom.as_ref().err(), said.as_ref().err(), need.as_ref().err()];
    if let Some(mistakes) = mistakes.into_iter().flatten().cloned().reduce(Error::and) {
        return Err(mistakes);
    }
    let (whom, said) = (whom?, said?);
    let need = need?.map(|need| masked(&need, &whom));
    Ok(Written { whom, said, need })
}

/// What stands at doors and names nobody.
const OF_DOORS: &str = "号楼单元栋幢院室巷街路排户层组村门区苑庄家";

/// Every word of the first field that may be a name is one that the need may not tell.
fn masked(need: &str, whom: &str) -> String {
    let mut text = masking::mask(need, None).text;
    for word in whom.split(|c: char| !c.is_alphabetic()) {
        let length = word.chars().count();
        if (2..=4).contains(&length) && !word.chars().any(|c| OF_DOORS.contains(c)) {
            text = masking::mask(&text, Some(word)).text;
        }
    }
    text
}

fn words(field: &str, text: &str, max: usize) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::field(field, Code::Required));
    }
    if text.chars().count() > max {
        return Err(Error::field(field, Code::TooLong).with("max", i64::try_from(max).unwrap_or(i64::MAX)));
    }
    Ok(text.to_owned())
}

/// Why somebody opens what is sealed.
///
/// # Errors
/// `required`, `too_long` on `words`.
pub fn why(text: &str) -> Result<String> {
    words("words", text, WHY_MAX).map(|words| masking::mask_words(&words))
}

/// The day of a visit: today, or not long ago.
///
/// # Errors
/// `out_of_range` on `visited_on`.
pub fn day(day: Option<Day>, today: Day) -> Result<Day> {
    let day = day.unwrap_or(today);
    let first = today.plus(-DAYS_BACK);
    if (first..=today).contains(&day) {
        return Ok(day);
    }
    let (min, max) = (first.to_string(), today.to_string());
    Err(Error::field("visited_on", Code::OutOfRange).with("min", min.as_str()).with("max", max.as_str()))
}

/// A visit is in a township or a smaller place.
///
/// # Errors
/// `visit_too_wide` on `region`.
pub fn place(region: &RegionCode) -> Result<()> {
    if region.level() < Level::Township { Err(Error::field("region", Code::VisitTooWide)) } else { Ok(()) }
}

/// Until when whoever wrote it may change it or take it back.
pub fn change_until(visit: &Visit, hours: i64) -> Instant {
    visit.written_at.plus_hours(hours)
}

/// Whether it may still be changed.
///
/// # Errors
/// `visit_too_late`.
pub fn may_change(visit: &Visit, hours: i64, now: Instant) -> Result<()> {
    if now < change_until(visit, hours) { Ok(()) } else { Err(Error::new(Code::VisitTooLate).with("hours", hours)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_need_tells_no_name_and_no_number() {
        let need = |whom: &str, need: &str| written(whom, "说了些家常", Some(need)).unwrap().need.unwrap();
        assert_eq!(need("3 号楼 2 单元 王桂兰", "王桂兰家门口路灯不亮"), "王**家门口路灯不亮");
        assert_eq!(
            need("李大爷，12 号院", "请给李大爷修一下扶手，电话 13800001234"),
            "请给李**修一下扶手，电话 138****1234"
        );
        assert_eq!(need("12 号院", "楼道堆了杂物"), "楼道堆了杂物");
        assert_eq!(need("5 号楼 3 单元 401", "3 单元门口的灯不亮"), "3 单元门口的灯不亮", "a door is nobody's name");
    }

    #[test]
    fn all_mistakes_are_told_at_once_and_a_need_may_be_left_out() {
        let long = "长".repeat(2_001);
        let error = written(" ", &long, Some(&"长".repeat(501))).unwrap_err();
        let fields: Vec<&str> = error.fields().iter().map(|field| field.field.as_str()).collect();
        assert_eq!(fields, ["whom", "said", "need"]);
        assert_eq!(written("12 号院", "都好", Some("  ")).unwrap().need, None);
        assert_eq!(written("12 号院", "都好", None).unwrap().need, None);
    }

    #[test]
    fn a_visit_is_of_today_or_not_long_ago() {
        let today: Day = "2026-11-16".parse().unwrap();
        let at = |text: &str| day(Some(text.parse().unwrap()), today);
        assert_eq!(day(None, today).unwrap(), today);
        assert!(at("2026-10-16").is_ok());
        assert!(at("2026-10-15").is_err());
        assert!(at("2026-11-17").is_err());
    }
}
