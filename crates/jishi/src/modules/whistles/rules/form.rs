//! What a whistle may be, and what words it may hold.

use std::collections::HashSet;

use kernel::{Code, Error, Id, Instant, Level, RegionCode, Result};

use crate::platform::{access::Unit, masking};

/// The longest goal, in characters.
pub const GOAL_MAX: usize = 200;
/// The longest place in words.
pub const PLACE_MAX: usize = 100;
/// The longest reason, task or words of a rating.
pub const WORDS_MAX: usize = 300;
/// The longest result or answer.
pub const TEXT_MAX: usize = 2_000;
/// Units of one whistle at most: more are a meeting of everyone.
pub const UNITS_MAX: usize = 12;
/// 集合 lies at most so many days ahead.
const AHEAD_DAYS: i64 = 60;
/// A clock on a desk may be behind: a meeting "now" is not refused for it.
const GRACE_SECONDS: i64 = 300;

/// What a whistle shall be, as far as one looks at it alone; all mistakes are told at once.
///
/// # Errors
/// Field errors.
pub fn check(
    (goal, place): (&str, Option<&str>),
    region: &RegionCode,
    meets_at: Instant,
    now: Instant,
    (units, lead): (&[Id<Unit>], Id<Unit>),
    own: &[Id<Unit>],
) -> Result<()> {
    let mut mistakes = Vec::new();
    mistakes.extend(required("goal", goal, GOAL_MAX).err());
    mistakes.extend(optional("place_text", place, PLACE_MAX).err());
    if region.level() < Level::Township {
        mistakes.push(Error::field("region", Code::WhistleTooWide));
    }
    mistakes.extend(check_meeting(meets_at, now).err());
    mistakes.extend(check_units("calls", units).err());
    if !units.contains(&lead) && !own.contains(&lead) {
        mistakes.push(Error::field("lead_unit", Code::WhistleLead));
    }
    mistakes.into_iter().reduce(Error::and).map_or(Ok(()), Err)
}

fn check_meeting(meets_at: Instant, now: Instant) -> Result<()> {
    if meets_at < now.plus_seconds(-GRACE_SECONDS) {
        return Err(Error::field("meets_at", Code::WhistlePast));
    }
    if meets_at > now.plus_days(AHEAD_DAYS) {
        return Err(Error::field("meets_at", Code::OutOfRange).with("min", 0).with("max", AHEAD_DAYS));
    }
    Ok(())
}

/// Some units, each once.
///
/// # Errors
/// `required`, `out_of_range`, `duplicate` on `field`.
pub fn check_units(field: &str, units: &[Id<Unit>]) -> Result<()> {
    if units.is_empty() {
        return Err(Error::field(field, Code::Required));
    }
    if units.len() > UNITS_MAX {
        let max = i64::try_from(UNITS_MAX).unwrap_or(i64::MAX);
        return Err(Error::field(field, Code::OutOfRange).with("min", 1).with("max", max));
    }
    let mut seen = HashSet::new();
    if let Some(index) = units.iter().position(|unit| !seen.insert(*unit)) {
        return Err(Error::field(format!("{field}.{index}"), Code::WhistleTwice));
    }
    Ok(())
}

/// Words that must be there, with numbers and announced names masked: nobody's contact details stand in the open.
///
/// # Errors
/// `required`, `too_long`.
pub fn required(field: &str, text: &str, max: usize) -> Result<String> {
    match optional(field, Some(text), max)? {
        Some(text) => Ok(text),
        None => Err(Error::field(field, Code::Required)),
    }
}

/// Words that may be left out.
///
/// # Errors
/// `too_long`.
pub fn optional(field: &str, text: Option<&str>, max: usize) -> Result<Option<String>> {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) if text.chars().count() > max => {
            Err(Error::field(field, Code::TooLong).with("max", i64::try_from(max).unwrap_or(i64::MAX)))
        }
        text => Ok(text.map(|text| masking::mask(text, None).text)),
    }
}
