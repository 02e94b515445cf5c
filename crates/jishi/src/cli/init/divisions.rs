//! Which code a place has, by its name or pinyin: among the divisions that come with the program, those of the demo city and of
//! what lies above it.

use serde::Deserialize;

use crate::modules::{
    demo,
    regions::{initials, pinyin},
};

/// As many as one looks through.
const MOST: usize = 8;
/// Digits of a village's code: nothing narrower has an instance of its own.
const VILLAGE: usize = 12;

/// The 34 divisions on the level of a province, by GB/T 2260. What lies in them changes every year and is not known here.
const PROVINCES: [&str; 34] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44",
    "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
];

/// Whether two digits are a province's.
pub fn is_province(digits: &str) -> bool {
    PROVINCES.contains(&digits)
}

#[derive(Deserialize)]
struct Row {
    code: String,
    name_zh: String,
    name_en: String,
    pinyin: String,
}

/// A division with the names of those it lies in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
    /// Its code.
    pub code: String,
    /// 长治市潞州区英雄南路街道
    pub path: String,
}

/// The divisions that people call so, the widest first; none for words that say too little.
pub fn called(text: &str) -> Vec<Division> {
    let file = demo::file("regions.csv").unwrap_or_default();
    let rows: Vec<Row> = csv::Reader::from_reader(file.as_slice()).deserialize().filter_map(Result::ok).collect();
    let words = text.trim().to_lowercase();
    let letters: String = words.chars().filter(char::is_ascii_alphanumeric).collect();
    if words.chars().count() < 2 {
        return Vec::new();
    }
    let is_called = |row: &&Row| {
        let sound = if row.pinyin.is_empty() { pinyin(&row.name_zh) } else { row.pinyin.clone() };
        let by_sound = letters.len() >= 2
            && words.is_ascii()
            && (sound.replace(' ', "").starts_with(&letters) || initials(&sound).starts_with(&letters));
        row.name_zh.contains(&words) || row.name_en.to_lowercase().starts_with(&words) || by_sound
    };
    let mut found: Vec<&Row> = rows.iter().filter(|row| row.code.len() <= VILLAGE).filter(is_called).collect();
    found.sort_by_key(|row| (row.code.len(), row.code.clone()));
    let path = |row: &Row| {
        let above = rows.iter().filter(|other| other.code.len() > 2 && row.code.starts_with(&other.code));
        above.map(|other| other.name_zh.as_str()).collect()
    };
    let division = |row: &Row| Division { code: row.code.clone(), path: path(row) };
    found.into_iter().take(MOST).map(division).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_by_its_name_its_sound_and_its_initials() {
        for (text, code) in [("潞州区", "140403"), ("luzhou", "140403"), ("lzq", "140403"), ("Changzhi", "1404")] {
            let found = called(text);
            assert!(found.iter().any(|division| division.code == code), "{text}: {found:?}");
        }
        let street = called("英雄南路").into_iter().next().unwrap();
        assert!(street.path.starts_with("长治市潞州区英雄南路"), "{street:?}");
        for nothing in ["", "区", "zzzz", "140403"] {
            assert!(called(nothing).is_empty(), "{nothing}: {:?}", called(nothing));
        }
        assert!(called("社区").len() <= MOST);
    }
}
