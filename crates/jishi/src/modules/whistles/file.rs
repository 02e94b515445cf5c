//! The file of whistles: read strictly, every mistake with its line and its mend.

use std::collections::HashSet;

use kernel::Names;
use serde::Deserialize;
use toml::Spanned;

use super::{
    model::WhistleKind,
    rules::{Catalogue, KindRule, Limit, Source},
};
use crate::{
    modules::calendar::{LimitKind, TimeLimit},
    platform::{
        shelf::Packaged,
        toml_check::{Check, Mistake},
    },
};

/// The kind of such a file in the catalogue, and the code of the one there is.
pub const KIND: &str = "whistles";
/// Minutes of a limit at most: longer ones are written in hours or days.
const MINUTES_MAX: i64 = 24 * 60;
/// Reminders come a week before the limit at most.
const REMIND_MAX: i64 = 7 * 24 * 60;

/// The packaged file, inside the binary.
const PACKAGED: &str = include_str!("../../../../../catalog/whistles.toml");

/// The packaged file's text.
pub fn packaged() -> String {
    PACKAGED.to_owned()
}

impl Packaged for Catalogue {
    const KIND: &'static str = KIND;
    const TEXT: &'static str = PACKAGED;

    fn read(file: &str, text: &str) -> Result<Self, Vec<Mistake>> {
        parse(file, text)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    kind: Spanned<Vec<RawKind>>,
    source: Spanned<Vec<RawSource>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawKind {
    code: Spanned<String>,
    name: Spanned<Names>,
    hint: Spanned<Names>,
    reply: Spanned<RawLimit>,
    arrival: Spanned<RawLimit>,
    part: Spanned<RawLimit>,
    remind: Spanned<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSource {
    code: Spanned<String>,
    name: Spanned<Names>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLimit {
    minutes: Option<i64>,
    hours: Option<i64>,
    days: Option<i64>,
    working_days: Option<i64>,
    meeting: Option<bool>,
}

/// Reads the file.
///
/// # Errors
/// Every mistake, with its line and its mend.
pub fn parse(file: &str, text: &str) -> Result<Catalogue, Vec<Mistake>> {
    let mut check = Check::new(file, text);
    let raw: RawFile = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => return Err(check.unreadable(&error)),
    };
    let (kinds_at, sources_at) = (raw.kind.span(), raw.source.span());
    let mut kinds: Vec<KindRule> = Vec::new();
    for raw in raw.kind.into_inner() {
        let span = raw.code.span();
        let Some(read) = read_kind(&mut check, raw) else { continue };
        if kinds.iter().any(|known| known.kind == read.kind) {
            check.note(&span, "这种哨写了两次 · the kind stands twice", "删去一个 · remove one");
        } else {
            kinds.push(read);
        }
    }
    for kind in WhistleKind::ALL.iter().filter(|kind| kinds.iter().all(|known| known.kind != **kind)) {
        let message = format!("少了“{}” · {} is missing", kind.names().zh(), kind.as_str());
        let mend = format!("补上 [[kind]] code = \"{0}\" · add [[kind]] code = \"{0}\"", kind.as_str());
        check.note(&kinds_at, message, mend);
    }
    let mut codes = HashSet::new();
    let mut sources = Vec::new();
    for raw in raw.source.into_inner() {
        check.code(&raw.code, 1, "source");
        check.both_languages(&raw.name);
        if !codes.insert(raw.code.get_ref().clone()) {
            check.note(&raw.code.span(), "编码重复 · the code stands twice", "换一个编码 · choose another code");
        }
        sources.push(Source { code: raw.code.into_inner(), names: raw.name.into_inner() });
    }
    if sources.is_empty() {
        check.note(&sources_at, "没有写来源 · no source is written", "写一个 [[source]] · write a [[source]]");
    }
    check.done()?;
    Ok(Catalogue { kinds, sources })
}

fn read_kind(check: &mut Check<'_>, raw: RawKind) -> Option<KindRule> {
    check.both_languages(&raw.name);
    check.both_languages(&raw.hint);
    let kind = WhistleKind::parse(raw.code.get_ref());
    if kind.is_none() {
        let message = format!("没有“{0}”这种哨 · there is no kind {0:?}", raw.code.get_ref());
        check.note(&raw.code.span(), message, "写 emergency、enforcement 或 key_work · write one of the three");
    }
    let remind = *raw.remind.get_ref();
    if !(0..=REMIND_MAX).contains(&remind) {
        let mend = format!("写 0 到 {REMIND_MAX} 分钟 · write 0 to {REMIND_MAX} minutes");
        check.note(&raw.remind.span(), "提醒的分钟数不对 · the minutes of the reminder are wrong", mend);
    }
    let (reply, arrival) = (read_limit(check, &raw.reply), read_limit(check, &raw.arrival));
    let part = read_limit(check, &raw.part);
    if part == Some(Limit::Meeting) {
        let mend = "写小时、日或工作日 · write hours, days or working days";
        check.note(&raw.part.span(), "办理时限不能是集合时间 · a part is not done when they meet", mend);
    }
    Some(KindRule {
        kind: kind?,
        names: raw.name.into_inner(),
        hint: raw.hint.into_inner(),
        reply: reply?,
        arrival: arrival?,
        part: part?,
        remind_minutes: remind,
    })
}

fn read_limit(check: &mut Check<'_>, raw: &Spanned<RawLimit>) -> Option<Limit> {
    let RawLimit { minutes, hours, days, working_days, meeting } = raw.get_ref();
    let clock = |kind, amount: &Option<i64>| amount.map(|amount| TimeLimit::new(kind, amount).map(Limit::Clock).ok());
    let minutes = minutes.map(|amount| (1..=MINUTES_MAX).contains(&amount).then_some(Limit::Minutes(amount)));
    let meeting = meeting.map(|is| is.then_some(Limit::Meeting));
    let said = [
        minutes,
        clock(LimitKind::Hours, hours),
        clock(LimitKind::Days, days),
        clock(LimitKind::WorkingDays, working_days),
        meeting,
    ];
    let mut said = said.into_iter().flatten();
    let (first, more) = (said.next().flatten(), said.next());
    if first.is_none() || more.is_some() {
        let mend = "写一个：{ minutes = 15 }、{ hours = 2 }、{ days = 1 }、{ working_days = 1 } 或 { meeting = true } · write one of them";
        check.note(&raw.span(), "时限不对 · the limit is wrong", mend);
        return None;
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packaged_file_has_no_mistake() {
        let read = parse("whistles.toml", &packaged()).unwrap();
        assert_eq!(read.kinds.len(), WhistleKind::ALL.len());
        assert!(read.sources.iter().any(|source| source.code == "grid_patrol"));
    }

    #[test]
    fn every_mistake_has_its_line_and_its_mend() {
        let good = packaged();
        for (from, to) in [
            ("code = \"emergency\"", "code = \"sudden\""),
            ("code = \"emergency\"", "code = \"key_work\""),
            ("reply = { minutes = 15 }", "reply = { minutes = 0 }"),
            ("reply = { minutes = 15 }", "reply = { minutes = 15, hours = 1 }"),
            ("reply = { minutes = 15 }", "reply = { meeting = false }"),
            ("part = { days = 1 }", "part = { meeting = true }"),
            ("remind = 5", "remind = -1"),
            ("remind = 5", "remind = 5\nrank = 1"),
            ("en = \"Grid patrol\"", "en = \"\""),
            ("code = \"hotline\"", "code = \"report\""),
            ("code = \"hotline\"", "code = \"热线\""),
        ] {
            let text = good.replacen(from, to, 1);
            assert_ne!(text, good, "{from}");
            let mistakes = parse("whistles.toml", &text).unwrap_err();
            assert!(mistakes.iter().all(|it| it.line > 1 && !it.mend.is_empty()), "{from} → {to}: {mistakes:?}");
        }
    }
}
