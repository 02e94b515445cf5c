//! The file: read strictly, every mistake with its line and its mend.

use std::ops::RangeInclusive;

use serde::Deserialize;
use toml::Spanned;

use super::{CallBacks, Rechecks, Rhythm, Verification};
use crate::platform::{
    shelf::Packaged,
    toml_check::{Check, Mistake},
};

/// The kind of the file in the catalogue, and its code.
pub const KIND: &str = "verification";

/// The packaged file.
const PACKAGED: &str = include_str!("../../../../../catalog/verification/verification.toml");

impl Packaged for Verification {
    const KIND: &'static str = KIND;
    const TEXT: &'static str = PACKAGED;

    fn read(file: &str, text: &str) -> Result<Self, Vec<Mistake>> {
        parse(file, text)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    verification: RawHead,
    call_backs: RawCallBacks,
    ratings: RawRatings,
    rechecks: RawRechecks,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHead {
    code: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCallBacks {
    due_working_days: Spanned<i64>,
    attempts: Spanned<i64>,
    visits: Spanned<i64>,
    hours_apart: Spanned<i64>,
    link_days: Spanned<i64>,
    withdrawn_share: Spanned<i64>,
    withdrawn_minimum: Spanned<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRatings {
    words: Spanned<Vec<Spanned<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRechecks {
    every: Spanned<String>,
    share: Spanned<i64>,
    minimum: Spanned<i64>,
    most: Spanned<i64>,
    per_checker: Spanned<i64>,
    due_working_days: Spanned<i64>,
    answer_working_days: Spanned<i64>,
}

/// Reads the file.
///
/// # Errors
/// Every mistake, with its line and its mend.
pub fn parse(file: &str, text: &str) -> Result<Verification, Vec<Mistake>> {
    let mut check = Check::new(file, text);
    let raw: RawFile = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => return Err(check.unreadable(&error)),
    };
    if raw.verification.code.get_ref() != KIND {
        let message = format!("编码只能是“{KIND}” · the code can only be {KIND:?}");
        check.note(&raw.verification.code.span(), message, format!("写 code = \"{KIND}\" · write it so"));
    }
    let call_backs = CallBacks {
        due_working_days: number(&mut check, &raw.call_backs.due_working_days, 1..=10),
        // Three are enough to say that nobody was reached, and more than five would be a nuisance.
        attempts: number(&mut check, &raw.call_backs.attempts, 3..=5),
        visits: number(&mut check, &raw.call_backs.visits, 0..=3),
        hours_apart: number(&mut check, &raw.call_backs.hours_apart, 2..=72),
        link_days: number(&mut check, &raw.call_backs.link_days, 1..=30),
        withdrawn_share: number(&mut check, &raw.call_backs.withdrawn_share, 5..=100),
        withdrawn_minimum: number(&mut check, &raw.call_backs.withdrawn_minimum, 0..=20),
    };
    let rating_words = words(&mut check, &raw.ratings.words);
    let every = match raw.rechecks.every.get_ref().as_str() {
        "week" => Rhythm::Week,
        "month" => Rhythm::Month,
        other => {
            let message = format!("没有“{other}”这样的周期 · there is no rhythm {other:?}");
            check.note(&raw.rechecks.every.span(), message, "写 week 或 month · write week or month");
            Rhythm::Week
        }
    };
    let rechecks = Rechecks {
        every,
        share: number(&mut check, &raw.rechecks.share, 1..=100),
        minimum: number(&mut check, &raw.rechecks.minimum, 0..=20),
        most: number(&mut check, &raw.rechecks.most, 1..=1_000),
        per_checker: number(&mut check, &raw.rechecks.per_checker, 1..=100),
        due_working_days: number(&mut check, &raw.rechecks.due_working_days, 1..=30),
        answer_working_days: number(&mut check, &raw.rechecks.answer_working_days, 1..=15),
    };
    check.done()?;
    Ok(Verification { call_backs, rating_words, rechecks })
}

fn number(check: &mut Check<'_>, value: &Spanned<i64>, range: RangeInclusive<i64>) -> i64 {
    let number = *value.get_ref();
    if !range.contains(&number) {
        let (least, most) = (range.start(), range.end());
        let message = format!("{number} 超出范围 · {number} is out of range");
        check.note(&value.span(), message, format!("写 {least} 到 {most} · write {least} to {most}"));
    }
    number
}

fn words(check: &mut Check<'_>, raw: &Spanned<Vec<Spanned<String>>>) -> Vec<String> {
    if raw.get_ref().is_empty() {
        let mend = "至少写一个词，如 \"好评\" · write one word at least";
        check.note(&raw.span(), "没有写词 · no words", mend);
    }
    let mut words: Vec<String> = Vec::new();
    for word in raw.get_ref() {
        let plain = word.get_ref().trim().to_lowercase();
        if plain.chars().count() < 2 {
            let mend = "写两个字以上，一个字会误伤 · write two characters or more";
            check.note(&word.span(), format!("“{plain}”太短 · {plain:?} is too short"), mend);
        }
        if words.contains(&plain) {
            check.note(&word.span(), format!("“{plain}”重复 · {plain:?} stands twice"), "删去一个 · remove one");
        }
        words.push(plain);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packaged_text() -> String {
        PACKAGED.to_owned()
    }

    #[test]
    fn the_packaged_file_has_no_mistake() {
        let read = parse("verification.toml", &packaged_text()).unwrap();
        assert_eq!((read.call_backs.attempts, read.call_backs.due_working_days), (3, 3));
    }

    #[test]
    fn every_mistake_has_its_line_and_its_mend() {
        let text = packaged_text();
        for (from, to) in [
            ("code = \"verification\"", "code = \"checks\""),
            ("attempts = 3", "attempts = 9"),
            ("attempts = 3", "attempts = 2"),
            ("visits = 1", "visits = 1\ncalls = 1"),
            ("withdrawn_share = 30", "withdrawn_share = 0"),
            ("\"好评\", ", "\"好\", "),
            ("\"好评\", ", "\"好评\", \"好评\", "),
            ("every = \"week\"", "every = \"day\""),
            ("per_checker = 8", "per_checker = 0"),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text, "{from}");
            let line = text[..text.find(from).unwrap()].matches('\n').count() + 1 + to.matches('\n').count();
            let mistakes = parse("verification.toml", &changed).unwrap_err();
            let lines: Vec<_> = mistakes.iter().map(|it| usize::try_from(it.line).unwrap()).collect();
            assert_eq!(lines, [line], "{from} → {to}");
            assert!(mistakes.iter().all(|it| !it.mend.is_empty()));
        }
    }

    #[test]
    fn words_about_ratings_are_found_however_they_are_spaced() {
        let read = parse("verification.toml", &packaged_text()).unwrap();
        for (text, found) in [
            ("麻烦给个好评，谢谢", Some("好评")),
            ("回访时帮我们选 满 意 度 高的", Some("满意度")),
            ("Please give us FIVE  stars", Some("five stars")),
            ("路灯还亮吗？什么时间方便上门？", None),
            ("您对处理结果还有什么意见？", None),
            ("The moderate users", None),
        ] {
            assert_eq!(read.word_about_ratings(text), found, "{text}");
        }
    }
}
