//! The file of links and visits: read strictly, every mistake with its line and its mend.

use kernel::Names;
use serde::Deserialize;
use toml::Spanned;

use super::{
    model::{LinkKind, OfferRef},
    rules::Catalogue,
};
use crate::platform::{
    shelf::Packaged,
    toml_check::{Check, Mistake},
};

/// The kind of such a file in the catalogue, and the code of the one there is.
pub const KIND: &str = "links";
/// Times a month at most: every working day.
const TIMES_MAX: i64 = 22;
/// What is said to somebody at home is kept for three years at most.
const KEEP_MAX: i64 = 3 * 366;
/// Whoever wrote a record may change it for a week at most.
const CHANGE_MAX: i64 = 7 * 24;

/// The packaged file, inside the binary.
const PACKAGED: &str = include_str!("../../../../../catalog/links.toml");

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
    rhythm: Spanned<Vec<RawRhythm>>,
    visits: RawVisits,
    offer: Spanned<Vec<RawOffer>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOffer {
    code: Spanned<String>,
    name: Spanned<Names>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRhythm {
    of: Spanned<String>,
    times: Spanned<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawVisits {
    keep_days: Spanned<i64>,
    change_hours: Spanned<i64>,
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
    let all = raw.rhythm.span();
    let mut times: Vec<(LinkKind, i64)> = Vec::new();
    for raw in raw.rhythm.into_inner() {
        let span = raw.of.span();
        between(&mut check, &raw.times, TIMES_MAX, "一个月的次数不对 · the times a month are wrong");
        match LinkKind::parse(raw.of.get_ref()) {
            None => {
                let message = format!("没有“{0}”这一种 · there is no kind {0:?}", raw.of.get_ref());
                check.note(&span, message, "写 township、village、group 或 household · write one of the four");
            }
            Some(kind) if times.iter().any(|(known, _)| *known == kind) => {
                check.note(&span, "这一种写了两次 · the kind stands twice", "删去一个 · remove one");
            }
            Some(kind) => times.push((kind, *raw.times.get_ref())),
        }
    }
    for kind in LinkKind::ALL.iter().filter(|kind| times.iter().all(|(known, _)| known != *kind)) {
        let message = format!("少了“{}” · {} is missing", kind.names().zh(), kind.as_str());
        let mend = format!("补上 [[rhythm]] of = \"{0}\" · add [[rhythm]] of = \"{0}\"", kind.as_str());
        check.note(&all, message, mend);
    }
    let offers = read_offers(&mut check, raw.offer);
    let RawVisits { keep_days, change_hours } = raw.visits;
    between(&mut check, &keep_days, KEEP_MAX, "保存的天数不对 · the days it is kept are wrong");
    between(&mut check, &change_hours, CHANGE_MAX, "可以改的小时数不对 · the hours to change it are wrong");
    check.done()?;
    Ok(Catalogue { offers, times, keep_days: keep_days.into_inner(), change_hours: change_hours.into_inner() })
}

fn read_offers(check: &mut Check<'_>, raw: Spanned<Vec<RawOffer>>) -> Vec<OfferRef> {
    let (all, mut offers) = (raw.span(), Vec::<OfferRef>::new());
    for RawOffer { code, name } in raw.into_inner() {
        check.code(&code, 1, "offer");
        check.both_languages(&name);
        if offers.iter().any(|known| known.code == *code.get_ref()) {
            check.note(&code.span(), "编码重复 · the code stands twice", "换一个编码 · choose another code");
        }
        offers.push(OfferRef { code: code.into_inner(), names: name.into_inner() });
    }
    if offers.is_empty() {
        check.note(&all, "没有写能提供什么 · no kind of offer is written", "写一个 [[offer]] · write an [[offer]]");
    }
    offers
}

fn between(check: &mut Check<'_>, number: &Spanned<i64>, max: i64, message: &str) {
    if !(1..=max).contains(number.get_ref()) {
        check.note(&number.span(), message, format!("写 1 到 {max} · write 1 to {max}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packaged_file_has_no_mistake() {
        let read = parse("links.toml", &packaged()).unwrap();
        assert_eq!((read.times(LinkKind::Village), read.keep_days, read.change_hours), (2, 365, 24));
    }

    #[test]
    fn every_mistake_has_its_line_and_its_mend() {
        let good = packaged();
        for (from, to) in [
            ("of = \"village\"", "of = \"county\""),
            ("of = \"village\"", "of = \"group\""),
            ("times = 2", "times = 0"),
            ("times = 2", "times = 23"),
            ("times = 2", "times = 2\nrank = true"),
            ("keep_days = 365", "keep_days = 9999"),
            ("change_hours = 24", "change_hours = -1"),
            ("code = \"repair\"", "code = \"clinic\""),
            ("code = \"repair\"", "code = \"维修\""),
            ("en = \"Repairs\"", "en = \"\""),
        ] {
            let text = good.replacen(from, to, 1);
            assert_ne!(text, good, "{from}");
            let mistakes = parse("links.toml", &text).unwrap_err();
            assert!(mistakes.iter().all(|it| it.line > 1 && !it.mend.is_empty()), "{from} → {to}: {mistakes:?}");
        }
    }
}
