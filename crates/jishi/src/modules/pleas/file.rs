//! The file of limits and lists: read strictly, every mistake with its line and its mend.

use std::{collections::HashSet, ops::RangeInclusive};

use kernel::Names;
use serde::Deserialize;
use toml::Spanned;

use super::{
    limits::{Entry, Pleas, Procedure},
    rules::REVIEW_DAYS,
};
use crate::platform::{
    shelf::Packaged,
    toml_check::{Check, Mistake},
};

/// The kind of such a file in the catalogue, and its only code.
pub const KIND: &str = "pleas";

/// The packaged file.
const PACKAGED: &str = include_str!("../../../../../catalog/pleas/pleas.toml");

impl Packaged for Pleas {
    const KIND: &'static str = KIND;
    const TEXT: &'static str = PACKAGED;

    fn read(file: &str, text: &str) -> Result<Self, Vec<Mistake>> {
        parse(file, text)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    pleas: RawHead,
    procedure: Vec<RawProcedure>,
    obstacle: Vec<RawEntry>,
    exclusion: Vec<RawEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHead {
    code: Spanned<String>,
    name: Spanned<Names>,
    decide_days: Spanned<i64>,
    extensions: Spanned<i64>,
    extension_days: Spanned<i64>,
    pauses: Spanned<i64>,
    review_days: Spanned<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProcedure {
    code: Spanned<String>,
    name: Spanned<Names>,
    basis: Spanned<Names>,
    days: Spanned<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    code: Spanned<String>,
    name: Spanned<Names>,
}

/// Reads the file.
///
/// # Errors
/// Every mistake, with its line and its mend.
pub fn parse(file: &str, text: &str) -> Result<Pleas, Vec<Mistake>> {
    let mut check = Check::new(file, text);
    let raw: RawFile = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => return Err(check.unreadable(&error)),
    };
    let head = raw.pleas;
    if head.code.get_ref() != KIND {
        let message = format!("编码应为 {KIND} · the code is {KIND}");
        check.note(&head.code.span(), message, format!("写 {KIND} · write {KIND}"));
    }
    check.both_languages(&head.name);
    let decide_days = within(&mut check, &head.decide_days, 1..=10);
    let extensions = within(&mut check, &head.extensions, 0..=5);
    let extension_days = within(&mut check, &head.extension_days, 1..=365);
    let pauses = within(&mut check, &head.pauses, 0..=5);
    let review_days = within(&mut check, &head.review_days, 1..=REVIEW_DAYS);
    let mut codes = HashSet::new();
    let mut procedures = Vec::new();
    for raw in raw.procedure {
        let days = within(&mut check, &raw.days, 1..=365);
        check.both_languages(&raw.basis);
        let entry = entry(&mut check, raw.code, raw.name, &mut codes);
        procedures.push(Procedure { entry, basis: raw.basis.into_inner(), days });
    }
    let mut list = |raw: Vec<RawEntry>| {
        let mut codes = HashSet::new();
        raw.into_iter().map(|raw| entry(&mut check, raw.code, raw.name, &mut codes)).collect()
    };
    let (obstacles, exclusions) = (list(raw.obstacle), list(raw.exclusion));
    check.done()?;
    Ok(Pleas { decide_days, extensions, extension_days, pauses, review_days, procedures, obstacles, exclusions })
}

fn entry(check: &mut Check<'_>, code: Spanned<String>, name: Spanned<Names>, seen: &mut HashSet<String>) -> Entry {
    check.code(&code, 1, "code");
    check.both_languages(&name);
    if !seen.insert(code.get_ref().clone()) {
        let message = format!("编码“{}”重复 · {:?} stands twice", code.get_ref(), code.get_ref());
        check.note(&code.span(), message, "换一个编码，或删去一个 · choose another code or remove one");
    }
    Entry { code: code.into_inner(), names: name.into_inner() }
}

fn within(check: &mut Check<'_>, number: &Spanned<i64>, range: RangeInclusive<i64>) -> i64 {
    if !range.contains(number.get_ref()) {
        let (min, max) = (range.start(), range.end());
        let message = format!(
            "{} 不在 {min} 与 {max} 之间 · {} is not between {min} and {max}",
            number.get_ref(),
            number.get_ref()
        );
        check.note(&number.span(), message, format!("写 {min} 到 {max} · write {min} to {max}"));
    }
    *number.get_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> String {
        PACKAGED.to_owned()
    }

    #[test]
    fn the_packaged_file_has_no_mistake() {
        let pleas = parse("pleas.toml", &good()).unwrap();
        assert!(pleas.review_days <= REVIEW_DAYS && !pleas.obstacles.is_empty() && !pleas.procedures.is_empty());
    }

    #[test]
    fn every_mistake_has_its_line_and_its_mend() {
        for (from, to) in [
            ("code = \"pleas\"", "code = \"other\""),
            ("decide_days = 1", "decide_days = 0"),
            ("review_days = 30", "review_days = 31"),
            ("extensions = 1", "extensions = \"one\""),
            ("code = \"no-money\"", "code = \"no-rule\""),
            ("en = \"No rule allows it\"", "en = \"\""),
            ("code = \"hearing\"", "code = \"听证\""),
            ("days = 30", "days = 30\nworking = true"),
        ] {
            let text = good().replacen(from, to, 1);
            assert_ne!(text, good(), "{from}");
            let mistakes = parse("pleas.toml", &text).unwrap_err();
            assert!(mistakes.iter().all(|it| it.line > 1 && !it.mend.is_empty()), "{from} → {to}: {mistakes:?}");
        }
    }
}
