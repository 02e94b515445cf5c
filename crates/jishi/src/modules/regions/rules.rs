//! Pure rules of places: what kind a name tells, how a name sounds, what a search means.

use kernel::{Level, RegionCode};
use pinyin::ToPinyin;

use super::{model::Kind, store::Field};

/// The kind a place most likely is, from its level and the end of its Chinese name.
pub fn kind_of(code: &RegionCode, name: &str) -> Kind {
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    match code.level() {
        Level::Province => Kind::Province,
        Level::City => Kind::City,
        Level::County if ends(&["区"]) => Kind::District,
        Level::County if ends(&["市"]) => Kind::CountyCity,
        Level::County => Kind::County,
        Level::Township if has(&["开发区", "园区", "产业", "工业区", "示范区"]) => Kind::DevelopmentZone,
        Level::Township if has(&["服务中心", "便民中心"]) => Kind::ServiceCentre,
        Level::Township if ends(&["街道", "街道办事处", "办事处"]) => Kind::Subdistrict,
        Level::Township if ends(&["镇"]) => Kind::Town,
        Level::Township if ends(&["乡", "苏木"]) => Kind::Township,
        // Farms, forest stations and the like stand in the lists of this level without being townships.
        Level::Township => Kind::DevelopmentZone,
        Level::Village if has(&["集体资产", "虚拟"]) => Kind::LandlessCommunity,
        Level::Village if ends(&["社区", "居委会", "居民委员会"]) => Kind::Community,
        Level::Village => Kind::Village,
        Level::Grid if code.is_group() => Kind::Group,
        Level::Grid if has(&["专属"]) => Kind::DedicatedGrid,
        Level::Grid => Kind::Grid,
        Level::MicroGrid => Kind::MicroGrid,
    }
}

/// Whether a place of that code may be of that kind: the level must fit, and groups are told from grids by their digits.
pub fn fits(code: &RegionCode, kind: Kind) -> bool {
    kind.level() == code.level() && code.is_group() == (kind == Kind::Group)
}

/// How a Chinese name sounds: syllables with a space between; Latin letters and digits stay as they are.
pub fn pinyin(name: &str) -> String {
    let mut text = String::with_capacity(name.len() * 2);
    for character in name.chars() {
        match character.to_pinyin() {
            Some(syllable) => {
                separate(&mut text);
                text.push_str(syllable.plain());
                text.push(' ');
            }
            None if character.is_ascii_alphanumeric() => text.push(character.to_ascii_lowercase()),
            None => separate(&mut text),
        }
    }
    text.trim_end().to_owned()
}

fn separate(text: &mut String) {
    if !text.is_empty() && !text.ends_with(' ') {
        text.push(' ');
    }
}

/// Pinyin without its spaces, as people type it.
pub fn pinyin_key(pinyin: &str) -> String {
    pinyin.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The first letter of every syllable.
pub fn initials(pinyin: &str) -> String {
    pinyin.split_whitespace().filter_map(|word| word.chars().next()).filter(char::is_ascii_alphanumeric).collect()
}

/// English words for kinds of places, which a name's pinyin does not contain.
const KIND_WORDS: [&str; 12] = [
    "city",
    "county",
    "district",
    "subdistrict",
    "street",
    "town",
    "township",
    "village",
    "community",
    "grid",
    "province",
    "of",
];

/// What a search for these words looks at: digits are a code, Latin letters a pinyin or its initials, anything else a name.
pub(super) fn wanted(words: &str) -> Vec<(Field, String)> {
    let words = words.trim().to_lowercase();
    if words.is_empty() {
        Vec::new()
    } else if words.bytes().all(|b| b.is_ascii_digit()) {
        vec![(Field::Code, words)]
    } else if words.is_ascii() {
        let said: Vec<&str> = words.split_whitespace().filter(|word| !KIND_WORDS.contains(word)).collect();
        let key = pinyin_key(&said.concat());
        if key.is_empty() { Vec::new() } else { vec![(Field::Initials, key.clone()), (Field::Pinyin, key)] }
    } else {
        // `LIKE` gives these a meaning; no name has them.
        vec![(Field::Name, words.chars().filter(|c| !matches!(c, '%' | '_' | '\\')).collect())]
    }
}
