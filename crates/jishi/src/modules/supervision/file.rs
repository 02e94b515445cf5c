//! The file of rules: read strictly, every mistake with its line and its mend.

use std::collections::HashSet;

use kernel::Names;
use serde::Deserialize;
use toml::Spanned;

use super::{
    model::INSTRUCTION,
    triggers::{Trigger, Triggers, When},
};
use crate::{
    modules::cases::Grade,
    platform::{
        shelf::Packaged,
        toml_check::{Check, Mistake},
    },
};

/// The kind of such a file in the catalogue, and its only code.
pub const KIND: &str = "supervision";

/// The packaged file.
const PACKAGED: &str = include_str!("../../../../../catalog/supervision/supervision.toml");

impl Packaged for Triggers {
    const KIND: &'static str = KIND;
    const TEXT: &'static str = PACKAGED;

    fn read(file: &str, text: &str) -> Result<Self, Vec<Mistake>> {
        parse(file, text).map(Triggers)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    supervision: RawHead,
    trigger: Vec<RawTrigger>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHead {
    code: Spanned<String>,
    name: Spanned<Names>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTrigger {
    code: Spanned<String>,
    name: Spanned<Names>,
    level: Spanned<String>,
    days: Spanned<i64>,
    late_hours: Option<i64>,
    redos: Option<i64>,
    reports: Option<i64>,
    #[serde(default)]
    false_result: bool,
}

/// Reads the file.
///
/// # Errors
/// Every mistake, with its line and its mend.
pub fn parse(file: &str, text: &str) -> Result<Vec<Trigger>, Vec<Mistake>> {
    let mut check = Check::new(file, text);
    let raw: RawFile = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => return Err(check.unreadable(&error)),
    };
    if raw.supervision.code.get_ref() != KIND {
        let message = format!("编码应为 {KIND} · the code is {KIND}");
        check.note(&raw.supervision.code.span(), message, format!("写 {KIND} · write {KIND}"));
    }
    check.both_languages(&raw.supervision.name);
    let mut codes = HashSet::from([INSTRUCTION.to_owned()]);
    let triggers = raw.trigger.into_iter().filter_map(|raw| trigger(&mut check, raw, &mut codes)).collect();
    check.done()?;
    Ok(triggers)
}

fn trigger(check: &mut Check<'_>, raw: RawTrigger, codes: &mut HashSet<String>) -> Option<Trigger> {
    check.code(&raw.code, 1, "code");
    check.both_languages(&raw.name);
    if !codes.insert(raw.code.get_ref().clone()) {
        let message = format!("编码“{}”重复 · {:?} stands twice", raw.code.get_ref(), raw.code.get_ref());
        check.note(&raw.code.span(), message, "换一个编码，或删去一个 · choose another code or remove one");
    }
    let grade = Grade::parse(raw.level.get_ref());
    if grade.is_none() {
        let message = format!("没有“{}”这一级 · there is no level {:?}", raw.level.get_ref(), raw.level.get_ref());
        check.note(&raw.level.span(), message, "写 yellow、orange 或 red · write yellow, orange or red");
    }
    if !(1..=30).contains(raw.days.get_ref()) {
        check.note(&raw.days.span(), "工作日应为 1 到 30 · working days are 1 to 30", "写 1 到 30 · write 1 to 30");
    }
    let said = [
        raw.late_hours.map(When::Late),
        raw.redos.map(When::Redone),
        raw.reports.map(When::Reports),
        raw.false_result.then_some(When::FalseResult),
    ];
    let said: Vec<When> = said.into_iter().flatten().collect();
    let when = match said.as_slice() {
        [When::Late(0..=2_000) | When::Redone(1..=20) | When::Reports(2..=1_000) | When::FalseResult] => said.first(),
        _ => {
            let message = "每条写且只写一个条件 · each entry has exactly one condition, within reason";
            let mend = "late_hours（0–2000）、redos（1–20）、reports（2–1000）或 false_result = true · one of these";
            check.note(&raw.code.span(), message, mend);
            None
        }
    };
    Some(Trigger {
        code: raw.code.into_inner(),
        names: raw.name.into_inner(),
        grade: grade?,
        days: raw.days.into_inner(),
        when: *when?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> String {
        PACKAGED.to_owned()
    }

    #[test]
    fn the_packaged_rules_have_no_mistake_and_reach_every_grade() {
        let triggers = parse("supervision.toml", &good()).unwrap();
        let grades: HashSet<&str> = triggers.iter().map(|trigger| trigger.grade.as_str()).collect();
        assert_eq!(grades.len(), 3);
    }

    #[test]
    fn every_mistake_has_its_line_and_its_mend() {
        for (from, to) in [
            ("code = \"supervision\"", "code = \"other\""),
            ("level = \"yellow\"", "level = \"green\""),
            ("days = 2", "days = 0"),
            ("late_hours = 24", "late_hours = 24\nredos = 2"),
            ("redos = 2", ""),
            ("reports = 5", "reports = 1"),
            ("code = \"long-late\"", "code = \"late\""),
            ("code = \"many\"", "code = \"instruction\""),
            ("en = \"Past its deadline\"", "en = \"\""),
            ("false_result = true", "logins = 3"),
        ] {
            let text = good().replacen(from, to, 1);
            assert_ne!(text, good(), "{from}");
            let mistakes = parse("supervision.toml", &text).unwrap_err();
            assert!(mistakes.iter().all(|it| it.line > 1 && !it.mend.is_empty()), "{from} → {to}: {mistakes:?}");
        }
    }
}
