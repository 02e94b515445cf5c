//! A year's calendar as a text file.

use std::{collections::HashSet, ops::Range};

use jiff::civil::Weekday;
use kernel::{Day, Names};
use serde::Deserialize;
use toml::Spanned;

use super::model::{DayKind, SpecialDay, YearCalendar};
use crate::platform::toml_check::{Mistake, line_at, told};

/// Years a file may be for; deadlines are not reckoned outside.
pub(super) const YEARS: std::ops::RangeInclusive<i64> = 2000..=2200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    year: Spanned<i64>,
    published: bool,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    day: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    date: Spanned<String>,
    kind: Spanned<String>,
    name: Spanned<Names>,
}

/// Collects mistakes with the line they stand on.
struct Check<'a> {
    file: &'a str,
    text: &'a str,
    mistakes: Vec<Mistake>,
}

impl Check<'_> {
    fn note(&mut self, span: &Range<usize>, message: impl Into<String>, mend: impl Into<String>) {
        let line = line_at(self.text, span.start);
        self.mistakes.push(Mistake { file: self.file.to_owned(), line, message: message.into(), mend: mend.into() });
    }
}

/// Reads a calendar file. `file` is the name the office knows it by.
///
/// # Errors
/// Every mistake, with its line and its mend, in both languages.
pub fn parse(file: &str, text: &str) -> Result<YearCalendar, Vec<Mistake>> {
    let mut check = Check { file, text, mistakes: Vec::new() };
    let raw: File = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            let mend = "对照样例或 catalog/calendars 下的文件改写 · compare with the sample or the files under catalog/calendars";
            check.note(&error.span().unwrap_or_default(), told(error.message()), mend);
            return Err(check.mistakes);
        }
    };
    let calendar = checked(raw, &mut check);
    if check.mistakes.is_empty() { Ok(calendar) } else { Err(check.mistakes) }
}

fn checked(raw: File, check: &mut Check<'_>) -> YearCalendar {
    let year = *raw.year.get_ref();
    let source = raw.source.unwrap_or_default();
    if !YEARS.contains(&year) {
        check.note(
            &raw.year.span(),
            "年份不对 · not a year we keep",
            "写 2000 到 2200 之间的年份 · write a year from 2000 to 2200",
        );
    }
    if raw.published && source.trim().is_empty() {
        check.note(
            &raw.year.span(),
            "已公布的年份没有写依据 · a published year names no source",
            "加一行 source = \"国务院办公厅的通知及文号\" · add source = \"the notice and its number\"",
        );
    }
    if !raw.published && !raw.day.is_empty() {
        check.note(
            &raw.year.span(),
            "未公布的年份不应列出日期 · an unpublished year lists days",
            "通知公布后写 published = true；否则删去各 [[day]] · write published = true once the notice is out, or remove the [[day]] entries",
        );
    }
    let mut seen = HashSet::new();
    let mut days: Vec<SpecialDay> =
        raw.day.into_iter().filter_map(|entry| special_day(entry, year, &mut seen, check)).collect();
    days.sort_by_key(|day| day.date);
    YearCalendar { year, is_published: raw.published, source, days }
}

fn special_day(entry: Entry, year: i64, seen: &mut HashSet<Day>, check: &mut Check<'_>) -> Option<SpecialDay> {
    if entry.name.get_ref().zh().trim().is_empty() {
        check.note(
            &entry.name.span(),
            "没有中文名称 · the Chinese name is missing",
            "写成 name = { zh = \"春节\", en = \"Spring Festival\" } · write it so",
        );
    }
    let kind = kind(&entry.kind, check);
    let date = date(&entry.date, year, seen, check);
    let (kind, date) = (kind?, date?);
    if kind == DayKind::Workday && !matches!(date.date().weekday(), Weekday::Saturday | Weekday::Sunday) {
        check.note(
            &entry.date.span(),
            format!("{date} 不是周末，本来就上班 · {date} is not a weekend and is worked anyway"),
            "核对日期，或删去这一条 · compare the date, or remove this entry",
        );
    }
    Some(SpecialDay { date, kind, names: entry.name.into_inner() })
}

fn kind(text: &Spanned<String>, check: &mut Check<'_>) -> Option<DayKind> {
    match text.get_ref().as_str() {
        "holiday" => Some(DayKind::Holiday),
        "workday" => Some(DayKind::Workday),
        other => {
            check.note(
                &text.span(),
                format!("“{other}”不是可用的种类 · \"{other}\" is not a kind"),
                "写 holiday（放假）或 workday（调休上班） · write holiday or workday",
            );
            None
        }
    }
}

fn date(text: &Spanned<String>, year: i64, seen: &mut HashSet<Day>, check: &mut Check<'_>) -> Option<Day> {
    let written = text.get_ref();
    let Ok(date) = written.parse::<Day>() else {
        check.note(
            &text.span(),
            format!("“{written}”不是日期 · \"{written}\" is not a date"),
            format!("写成 date = \"{year}-01-01\" · write it so"),
        );
        return None;
    };
    if date.year() != year {
        check.note(
            &text.span(),
            format!("{date} 不在 {year} 年 · {date} is not in {year}"),
            "移到它自己年份的文件里 · move it to the file of its own year",
        );
    }
    if !seen.insert(date) {
        check.note(&text.span(), format!("{date} 写了两次 · {date} stands twice"), "只留一条 · keep one");
    }
    Some(date)
}
