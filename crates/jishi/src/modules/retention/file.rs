//! The file: read strictly, every mistake with its line and its mend.

use std::collections::HashSet;

use kernel::Names;
use serde::Deserialize;
use toml::Spanned;

use super::{
    model::{MatterTerm, Terms},
    rules::{DAYS_MAX, DAYS_MIN},
};
use crate::platform::{
    shelf::Packaged,
    toml_check::{Check, Mistake},
};

/// The kind of the file in the catalogue, and its code.
pub const KIND: &str = "retention";

/// The packaged file, inside the binary.
const PACKAGED: &str = include_str!("../../../../../catalog/retention.toml");

/// The packaged file's text.
pub fn packaged() -> String {
    PACKAGED.to_owned()
}

impl Packaged for Terms {
    const KIND: &'static str = KIND;
    const TEXT: &'static str = PACKAGED;

    fn read(file: &str, text: &str) -> Result<Self, Vec<Mistake>> {
        parse(file, text, None)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    contacts: RawContacts,
    #[serde(default)]
    matter: Vec<RawMatter>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawContacts {
    days: Spanned<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMatter {
    of: Spanned<String>,
    days: Spanned<i64>,
    why: Spanned<Names>,
}

/// Reads the file. Where the codes of matters are known, one that is not there is a mistake.
///
/// # Errors
/// Every mistake, with its line and its mend.
pub fn parse(file: &str, text: &str, known: Option<&HashSet<&str>>) -> Result<Terms, Vec<Mistake>> {
    let mut check = Check::new(file, text);
    let raw: RawFile = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => return Err(check.unreadable(&error)),
    };
    let days = days(&mut check, &raw.contacts.days);
    let mut matters: Vec<MatterTerm> = Vec::new();
    for raw in raw.matter {
        let of = raw.of.get_ref();
        if matters.iter().any(|term| term.of == *of) {
            check.note(&raw.of.span(), format!("“{of}”写了两次 · {of:?} stands twice"), "删去一个 · remove one");
        }
        let is_there = |known: &&HashSet<&str>| {
            known
                .iter()
                .any(|code| code.strip_prefix(of.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
        };
        if known.is_some_and(|known| !is_there(&known)) {
            let message = format!("没有“{of}”这个大类或事项 · there is no class or matter {of:?}");
            check.note(
                &raw.of.span(),
                message,
                "写 catalog/matters 里的编码，如 labour.wages · write a code of catalog/matters",
            );
        }
        check.both_languages(&raw.why);
        let days = self::days(&mut check, &raw.days);
        matters.push(MatterTerm { of: raw.of.into_inner(), days, why: raw.why.into_inner() });
    }
    check.done()?;
    Ok(Terms { days, matters })
}

fn days(check: &mut Check<'_>, days: &Spanned<i64>) -> i64 {
    let number = *days.get_ref();
    if !(DAYS_MIN..=DAYS_MAX).contains(&number) {
        let message = format!("{number} 天不行：办结后还要回访、复核、可以重开 · {number} days will not do");
        check.note(&days.span(), message, format!("写 {DAYS_MIN} 到 {DAYS_MAX} · write {DAYS_MIN} to {DAYS_MAX}"));
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packaged_file_has_no_mistake_and_the_narrowest_term_holds() {
        let terms = parse("retention.toml", &packaged(), None).unwrap();
        assert_eq!(terms.of(None), 180);
        assert_eq!(terms.of(Some("city.lighting.street-lamp")), 180);
        assert_eq!(terms.of(Some("labour.wages.construction")), 365);
        assert_eq!(terms.of(Some("labour.wages-of-others")), 180, "a code is no beginning of another");
    }

    #[test]
    fn every_mistake_has_its_line_and_its_mend() {
        let (good, known) = (packaged(), HashSet::from(["labour.wages.construction", "enforcement.street.stall"]));
        assert!(parse("retention.toml", &good, Some(&known)).is_ok());
        for (from, to) in [
            ("days = 180", "days = 59"),
            ("days = 180", "days = 1097"),
            ("days = 180", "weeks = 26"),
            ("of = \"enforcement\"", "of = \"labour.wages\""),
            ("of = \"enforcement\"", "of = \"labour.wage\""),
            ("days = 365", "days = 0"),
            ("en = \"Filing", "en = \"\", fr = \"Filing"),
        ] {
            let text = good.replacen(from, to, 1);
            assert_ne!(text, good, "{from}");
            let line = text[..good.find(from).unwrap()].matches('\n').count() + 1;
            let mistakes = parse("retention.toml", &text, Some(&known)).unwrap_err();
            let lines: Vec<_> = mistakes.iter().map(|it| usize::try_from(it.line).unwrap()).collect();
            assert_eq!(lines, [line], "{from} → {to}: {mistakes:?}");
            assert!(mistakes.iter().all(|it| !it.mend.is_empty()));
        }
    }
}
