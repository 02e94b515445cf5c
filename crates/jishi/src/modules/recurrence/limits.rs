//! 立题的数: how many cases in how many days propose a topic. Text of the catalogue (`catalog/recurrence/`), read strictly.

use std::{
    collections::HashSet,
    sync::{Arc, PoisonError, RwLock},
};

use rust_embed::RustEmbed;
use serde::Deserialize;
use toml::Spanned;

use crate::{
    modules::cases::Matters,
    platform::toml_check::{Check, Mistake},
};

/// The kind of such a file in the catalogue.
pub const KIND: &str = "recurrence";
/// The code of the one file.
pub const CODE: &str = "thresholds";
/// The longest window, in days.
const DAYS_MAX: i64 = 400;
/// The most cases a threshold may ask for.
const CASES_MAX: i64 = 1_000;

/// The packaged file, inside the binary.
#[derive(RustEmbed)]
#[folder = "../../catalog/recurrence"]
struct Packaged;

/// The packaged files: name and text.
pub fn packaged() -> Vec<(String, String)> {
    let text = |name: &str| Packaged::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned());
    Packaged::iter().filter_map(|name| text(&name).map(|text| (name.into_owned(), text))).collect()
}

/// How many in how many days, and by how much a rejected one has to grow before it is proposed again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Cases.
    pub cases: i64,
    /// Days.
    pub days: i64,
    /// Cases more than when it was rejected.
    pub grown_by: i64,
}

/// The thresholds in force.
#[derive(Clone, Debug)]
pub struct Limits {
    default: Limit,
    item: Limit,
    matters: Vec<(Matters, usize, Limit)>,
}

impl Limits {
    /// Of a matter: the one of the longest code that holds it.
    pub fn of_matter(&self, matter: &str) -> Limit {
        let own = self.matters.iter().filter(|(codes, ..)| codes.holds(matter)).max_by_key(|(_, length, _)| *length);
        own.map_or(self.default, |(.., limit)| *limit)
    }

    /// Of a thing of the register.
    pub fn of_item(&self) -> Limit {
        self.item
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    default: RawLimit,
    item: RawLimit,
    #[serde(default)]
    matter: Vec<RawMatter>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLimit {
    cases: Spanned<i64>,
    days: Spanned<i64>,
    grown_by: Spanned<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMatter {
    code: Spanned<String>,
    cases: Spanned<i64>,
    days: Spanned<i64>,
    grown_by: Spanned<i64>,
}

/// Reads the file. `matters` are the codes there are; where it is empty it is not asked.
///
/// # Errors
/// Every mistake, with its line and its mend.
pub fn parse(file: &str, text: &str, matters: &HashSet<&str>) -> Result<Limits, Vec<Mistake>> {
    let mut check = Check::new(file, text);
    let raw: RawFile = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => return Err(check.unreadable(&error)),
    };
    let default = limit(&mut check, [&raw.default.cases, &raw.default.days, &raw.default.grown_by]);
    let item = limit(&mut check, [&raw.item.cases, &raw.item.days, &raw.item.grown_by]);
    let (mut own, mut seen) = (Vec::new(), HashSet::new());
    for one in &raw.matter {
        let code = one.code.get_ref();
        let numbers = limit(&mut check, [&one.cases, &one.days, &one.grown_by]);
        if !seen.insert(code.clone()) {
            let message = format!("编码“{code}”重复 · {code:?} stands twice");
            check.note(&one.code.span(), message, "删去一个 · remove one");
        }
        let codes = Matters::new(vec![code.clone()]);
        let is_known = |codes: &Matters| matters.is_empty() || matters.iter().any(|matter| codes.holds(matter));
        match codes.filter(is_known) {
            Some(codes) => own.push((codes, code.len(), numbers)),
            None => {
                let message = format!("没有事项、小类或大类“{code}” · there is no matter, group or class {code:?}");
                check.note(&one.code.span(), message, "对照 catalog/matters/ 改正 · compare with catalog/matters/");
            }
        }
    }
    check.done()?;
    Ok(Limits { default, item, matters: own })
}

fn limit(check: &mut Check<'_>, [cases, days, grown_by]: [&Spanned<i64>; 3]) -> Limit {
    for (value, least, most) in [(cases, 2, CASES_MAX), (days, 7, DAYS_MAX), (grown_by, 1, CASES_MAX)] {
        if !(least..=most).contains(value.get_ref()) {
            let message = format!("应在 {least} 与 {most} 之间 · must be between {least} and {most}");
            check.note(
                &value.span(),
                message,
                format!("写 {least} 到 {most} 的整数 · write a whole number from {least} to {most}"),
            );
        }
    }
    Limit { cases: *cases.get_ref(), days: *days.get_ref(), grown_by: *grown_by.get_ref() }
}

/// Holds the thresholds in force; those that came with the program hold until a place has brought in its own.
#[derive(Debug)]
pub struct Shelf {
    held: RwLock<(Arc<Limits>, String)>,
}

impl Default for Shelf {
    fn default() -> Self {
        let fallback = Limit { cases: 8, days: 90, grown_by: 4 };
        let read = packaged().iter().find_map(|(name, text)| parse(name, text, &HashSet::new()).ok());
        // A test keeps the packaged file free of mistakes.
        let limits = read.unwrap_or(Limits { default: fallback, item: fallback, matters: Vec::new() });
        Self { held: RwLock::new((Arc::new(limits), String::new())) }
    }
}

impl Shelf {
    /// The thresholds.
    pub fn get(&self) -> Arc<Limits> {
        Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner).0)
    }

    /// Whether what is held was read at `mark`.
    pub(super) fn is_at(&self, mark: &str) -> bool {
        self.held.read().unwrap_or_else(PoisonError::into_inner).1 == mark
    }

    /// Puts others in their place.
    pub(super) fn put(&self, limits: Limits, mark: String) {
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = (Arc::new(limits), mark);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[default]\ncases = 8\ndays = 90\ngrown_by = 4\n\n[item]\ncases = 3\ndays = 180\ngrown_by = 2\n\n[[matter]]\ncode = \"city.lighting\"\ncases = 5\ndays = 60\ngrown_by = 3\n";

    fn read(text: &str) -> Result<Limits, Vec<Mistake>> {
        parse("thresholds.toml", text, &HashSet::from(["city.lighting.street-lamp"]))
    }

    #[test]
    fn the_nearest_threshold_holds() {
        let limits = read(GOOD).unwrap();
        assert_eq!(limits.of_matter("city.lighting.street-lamp").cases, 5);
        assert_eq!(limits.of_matter("city.roads.pothole").cases, 8);
        assert_eq!(limits.of_item().days, 180);
    }

    #[test]
    fn every_mistake_has_its_line_and_its_mend() {
        for (from, to, line) in [
            ("cases = 8", "cases = 1", 2),
            ("days = 90", "days = 4000", 3),
            ("grown_by = 2", "grown_by = 0", 9),
            ("\"city.lighting\"", "\"city.candles\"", 12),
            ("cases = 5", "people = 5", 13),
        ] {
            let mistakes = read(&GOOD.replacen(from, to, 1)).unwrap_err();
            assert_eq!(mistakes.iter().map(|it| it.line).collect::<Vec<_>>(), [line], "{from} → {to}");
            assert!(mistakes.iter().all(|it| !it.mend.is_empty()));
        }
        assert!(packaged().iter().all(|(name, text)| parse(name, text, &HashSet::new()).is_ok()));
    }
}
