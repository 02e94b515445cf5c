//! What a phrase may say, and to whom it is offered.

use kernel::{Code, Error, Names, RegionCode, Result};

use super::model::{Audience, PhraseDraft};
use crate::platform::access::{Actor, HeldPost};

/// The longest title, in characters.
const TITLE_MAX: usize = 30;
/// The longest words, in characters.
const TEXT_MAX: usize = 1_000;

/// What a case can fill in, by language: the place, the matter, the unit that speaks, today, the day it is due.
const SLOTS: [(&str, [&str; 5]); 2] =
    [("zh", ["地点", "事项", "单位", "日期", "期限"]), ("en", ["place", "matter", "unit", "date", "due"])];

/// The draft with its words trimmed, once nothing is wrong with it.
///
/// # Errors
/// Field errors, all at once.
pub fn check(draft: PhraseDraft) -> Result<PhraseDraft> {
    let title = draft.title.trim().to_owned();
    let mut errors: Vec<Error> = length("title", &title, TITLE_MAX).err().into_iter().collect();
    if draft.texts.zh().trim().is_empty() {
        errors.push(Error::field("texts.zh", Code::Required));
    }
    for (lang, text) in draft.texts.iter() {
        errors.extend(words(lang, text).err());
    }
    if draft.is_shared && draft.matter.is_none() {
        errors.push(Error::field("matter", Code::Required));
    }
    if let Some(error) = errors.into_iter().reduce(Error::and) {
        return Err(error);
    }
    let en =
        draft.texts.iter().find(|(lang, _)| *lang == "en").map(|(_, text)| text.trim()).filter(|en| !en.is_empty());
    let zh = draft.texts.zh().trim();
    let texts = en.map_or_else(|| Names::zh_only(zh), |en| Names::new(zh, en));
    Ok(PhraseDraft { title, texts, ..draft })
}

fn words(lang: &str, text: &str) -> Result<()> {
    let field = format!("texts.{lang}");
    if text.chars().count() > TEXT_MAX {
        return Err(too_long(&field, TEXT_MAX));
    }
    let known = SLOTS.iter().find(|(of, _)| *of == lang).map_or(&[][..], |(_, slots)| slots);
    match slots(text).into_iter().find(|slot| !known.contains(slot)) {
        None => Ok(()),
        Some(slot) => {
            let choices = known.iter().map(|slot| format!("{{{slot}}}")).collect::<Vec<_>>().join(" ");
            Err(Error::field(field, Code::UnknownSlot).with("slot", slot).with("choices", choices))
        }
    }
}

/// What stands between braces; of a brace that is never closed, the brace.
fn slots(text: &str) -> Vec<&str> {
    text.split('{').skip(1).map(|rest| rest.split_once('}').map_or("{", |(slot, _)| slot)).collect()
}

fn length(field: &str, text: &str, max: usize) -> Result<()> {
    match text.chars().count() {
        0 => Err(Error::field(field, Code::Required)),
        n if n > max => Err(too_long(field, max)),
        _ => Ok(()),
    }
}

fn too_long(field: &str, max: usize) -> Error {
    Error::field(field, Code::TooLong).with("max", i64::try_from(max).unwrap_or(i64::MAX))
}

/// Whom the phrases offered to someone may come from, by the posts they hold.
pub fn audience(actor: &Actor) -> Audience {
    let mut audience = Audience::default();
    for HeldPost { unit, region, .. } in &actor.posts {
        audience.units.extend(unit);
        audience.places.extend(with_those_above(region));
    }
    audience.units.sort();
    audience.units.dedup();
    audience.places.sort();
    audience.places.dedup();
    audience
}

fn with_those_above(region: &RegionCode) -> impl Iterator<Item = RegionCode> {
    std::iter::successors(Some(region.clone()), RegionCode::parent)
}

#[cfg(test)]
mod tests {
    use super::{super::model::PhraseStep, *};

    fn draft(title: &str, zh: &str, en: &str) -> PhraseDraft {
        let texts = Names::new(zh, en);
        PhraseDraft { step: PhraseStep::Result, matter: None, title: title.to_owned(), texts, is_shared: false }
    }

    fn wrong(draft: PhraseDraft) -> Vec<String> {
        check(draft)
            .err()
            .map(|error| error.fields().iter().map(|field| field.field.clone()).collect())
            .unwrap_or_default()
    }

    #[test]
    fn slots_are_those_of_the_language_and_each_is_closed() {
        assert_eq!(
            wrong(draft("修好了", "{地点}的{事项}已修好，{单位}，{日期}", "Mended on {date}")),
            Vec::<String>::new()
        );
        assert_eq!(wrong(draft("修好了", "{place}", "")), ["texts.zh"]);
        assert_eq!(wrong(draft("修好了", "{姓名}您好", "Dear {name}")), ["texts.en", "texts.zh"]);
        assert_eq!(wrong(draft("修好了", "没有写完 {地点", "")), ["texts.zh"]);
        assert_eq!(wrong(draft("修好了", "", "x")), ["texts.zh"]);
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let shared = PhraseDraft { is_shared: true, ..draft(" ", "{谁}", "") };
        assert_eq!(wrong(shared), ["title", "texts.zh", "matter"]);
        assert_eq!(wrong(draft(&"长".repeat(31), "好", "")), ["title"]);
        assert_eq!(wrong(draft("长", &"长".repeat(1_001), "")), ["texts.zh"]);
    }

    #[test]
    fn words_are_kept_without_the_blanks_around_them() {
        let kept = check(draft(" 修好了 ", " 已修好 ", "  ")).unwrap();
        assert_eq!((kept.title.as_str(), kept.texts), ("修好了", Names::zh_only("已修好")));
    }
}
