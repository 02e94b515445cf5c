//! The file of signs: read strictly, every mistake with its line and its mend.

use kernel::Names;
use rust_embed::RustEmbed;
use serde::Deserialize;
use toml::Spanned;

use super::model::{Rules, SignKind};
use crate::platform::toml_check::{Check, Mistake};

/// The kind of such a file in the catalogue.
pub const KIND: &str = "signs";

#[derive(RustEmbed)]
#[folder = "../../catalog/signs"]
struct Packaged;

/// The text of the packaged file.
pub fn packaged() -> String {
    Packaged::get("signs.toml").map(|file| String::from_utf8_lossy(&file.data).into_owned()).unwrap_or_default()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    signs: RawHead,
    last_minute: RawLast,
    bulk: RawBulk,
    same_photo: RawPhoto,
    assisted: RawPlain,
    copied: RawCopied,
    excluded: RawPlain,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHead {
    code: Spanned<String>,
    name: Spanned<Names>,
    chance: Spanned<f64>,
    least: Spanned<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlain {
    name: Spanned<Names>,
    explain: Spanned<Names>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLast {
    name: Spanned<Names>,
    explain: Spanned<Names>,
    minutes: Spanned<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBulk {
    name: Spanned<Names>,
    explain: Spanned<Names>,
    minutes: Spanned<i64>,
    cases: Spanned<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPhoto {
    name: Spanned<Names>,
    explain: Spanned<Names>,
    bits: Spanned<i64>,
    days: Spanned<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCopied {
    name: Spanned<Names>,
    explain: Spanned<Names>,
    characters: Spanned<i64>,
    cases: Spanned<i64>,
}

/// Reads the file.
///
/// # Errors
/// Every mistake, with its line and its mend.
pub fn parse(file: &str, text: &str) -> Result<Rules, Vec<Mistake>> {
    let mut check = Check::new(file, text);
    let raw: RawFile = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => return Err(check.unreadable(&error)),
    };
    check.code(&raw.signs.code, 1, "signs");
    check.both_languages(&raw.signs.name);
    if !(0.000_001..=0.05).contains(raw.signs.chance.get_ref()) {
        let mend = "写 0.001 到 0.05，例如 0.01 · write 0.001 to 0.05";
        check.note(&raw.signs.chance.span(), "概率不对 · the probability is not right", mend);
    }
    for (value, least, most) in [
        (&raw.signs.least, 5, 1_000),
        (&raw.last_minute.minutes, 1, 1_440),
        (&raw.bulk.minutes, 1, 1_440),
        (&raw.bulk.cases, 3, 1_000),
        (&raw.same_photo.bits, 0, 3),
        (&raw.same_photo.days, 1, 1_000),
        (&raw.copied.characters, 4, 500),
        (&raw.copied.cases, 2, 1_000),
    ] {
        if !(least..=most).contains(value.get_ref()) {
            let mend = format!("写 {least} 到 {most} · write {least} to {most}");
            check.note(&value.span(), "数目不对 · the number is not right", mend);
        }
    }
    let mut told = vec![
        (SignKind::LastMinute, raw.last_minute.name, raw.last_minute.explain),
        (SignKind::Bulk, raw.bulk.name, raw.bulk.explain),
        (SignKind::SamePhoto, raw.same_photo.name, raw.same_photo.explain),
        (SignKind::Assisted, raw.assisted.name, raw.assisted.explain),
        (SignKind::Copied, raw.copied.name, raw.copied.explain),
        (SignKind::Excluded, raw.excluded.name, raw.excluded.explain),
    ];
    told.sort_by_key(|(kind, ..)| SignKind::ALL.iter().position(|known| known == kind));
    for (_, names, explain) in &told {
        check.both_languages(names);
        check.both_languages(explain);
    }
    check.done()?;
    Ok(Rules {
        code: raw.signs.code.into_inner(),
        chance: raw.signs.chance.into_inner(),
        least: raw.signs.least.into_inner(),
        last_minute: raw.last_minute.minutes.into_inner(),
        bulk: (raw.bulk.minutes.into_inner(), raw.bulk.cases.into_inner()),
        same_photo: (
            u32::try_from(raw.same_photo.bits.into_inner()).unwrap_or_default(),
            raw.same_photo.days.into_inner(),
        ),
        copied: (raw.copied.characters.into_inner(), raw.copied.cases.into_inner()),
        told: told.into_iter().map(|(kind, names, explain)| (kind, names.into_inner(), explain.into_inner())).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packaged_file_has_no_mistake_and_others_have_a_line_and_a_mend() {
        let good = packaged();
        assert_eq!(parse("signs.toml", &good).unwrap().told.len(), 6);
        for (from, to) in [
            ("chance = 0.01", "chance = 0.5"),
            ("least = 10", "least = 1"),
            ("minutes = 60", "minutes = 0"),
            ("bits = 2", "bits = 9"),
            ("cases = 8", "cases = 1"),
            ("en = \"Many at once\"", "en = \"\""),
            ("days = 365", "days = 365\ndevice = true"),
        ] {
            let text = good.replacen(from, to, 1);
            assert_ne!(text, good, "{from}");
            let mistakes = parse("signs.toml", &text).unwrap_err();
            let line = text.lines().position(|line| line.contains(to.lines().last().unwrap())).unwrap() + 1;
            assert_eq!(mistakes.iter().map(|it| it.line).collect::<Vec<_>>(), [i64::try_from(line).unwrap()], "{to}");
            assert!(!mistakes[0].mend.is_empty());
        }
    }
}
