//! Codes of places.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Code, Error};

/// How deep a place lies in the tree; the level gives the length of its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 省
    Province,
    /// 市
    City,
    /// 县、区
    County,
    /// 乡镇、街道
    Township,
    /// 村、社区
    Village,
    /// 网格；村民小组 stand on the same level, beside the grids
    Grid,
    /// 微网格
    MicroGrid,
}

impl Level {
    /// All levels, the widest first.
    pub const ALL: [Self; 7] =
        [Self::Province, Self::City, Self::County, Self::Township, Self::Village, Self::Grid, Self::MicroGrid];

    /// Digits in a code of this level (GB/T 2260 and the statistical division codes down to the village, then ours).
    pub fn digits(self) -> usize {
        match self {
            Self::Province => 2,
            Self::City => 4,
            Self::County => 6,
            Self::Township => 9,
            Self::Village => 12,
            Self::Grid => 15,
            Self::MicroGrid => 17,
        }
    }

    /// Its name in code, JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Province => "province",
            Self::City => "city",
            Self::County => "county",
            Self::Township => "township",
            Self::Village => "village",
            Self::Grid => "grid",
            Self::MicroGrid => "micro_grid",
        }
    }

    /// The level of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == text)
    }
}

/// 区划代码: an official division code cut to the length of its level, then our digits for grids.
///
/// Zeros at the end are never trimmed: township 140403100 ends in them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "140403001")]
pub struct RegionCode(String);

impl RegionCode {
    /// Reads a code of any level.
    ///
    /// # Errors
    /// `bad_region_code` unless it is 2, 4, 6, 9, 12, 15 or 17 digits.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let is_code = text.bytes().all(|b| b.is_ascii_digit()) && Level::ALL.iter().any(|l| l.digits() == text.len());
        if is_code { Ok(Self(text.to_owned())) } else { Err(Error::new(Code::BadRegionCode)) }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The level its length stands for.
    pub fn level(&self) -> Level {
        Level::ALL.into_iter().find(|level| level.digits() == self.0.len()).unwrap_or(Level::MicroGrid)
    }

    /// The place of `level` it lies in; itself at its own level, none below it.
    pub fn at(&self, level: Level) -> Option<Self> {
        self.0.get(..level.digits()).map(|digits| Self(digits.to_owned()))
    }

    /// The place directly above; none for a province.
    pub fn parent(&self) -> Option<Self> {
        let index = Level::ALL.iter().position(|level| *level == self.level())?;
        Level::ALL.get(index.checked_sub(1)?).and_then(|level| self.at(*level))
    }

    /// Whether `other` is this place or lies in it.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// 村民小组: on the grids' level, last three digits from 801. They own land and decide; they do not nest in grids.
    pub fn is_group(&self) -> bool {
        self.level() == Level::Grid && self.0.get(12..).is_some_and(|tail| tail >= "801")
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl FromStr for RegionCode {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}
impl TryFrom<String> for RegionCode {
    type Error = Error;
    fn try_from(text: String) -> Result<Self, Error> {
        Self::parse(&text)
    }
}
impl From<RegionCode> for String {
    fn from(code: RegionCode) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_knows_its_level_and_its_ancestors() {
        let grid = RegionCode::parse("140403001001002").unwrap();
        assert_eq!(grid.level(), Level::Grid);
        assert_eq!(grid.at(Level::County).unwrap().as_str(), "140403");
        assert_eq!(grid.parent().unwrap().as_str(), "140403001001");
        assert!(RegionCode::parse("1404").unwrap().covers(&grid));
        assert!(RegionCode::parse("14").unwrap().parent().is_none());
    }

    #[test]
    fn zeros_at_the_end_belong_to_the_code() {
        assert_eq!(RegionCode::parse("140403100").unwrap().level(), Level::Township);
    }

    #[test]
    fn a_group_is_told_from_a_grid_by_its_last_digits() {
        assert!(RegionCode::parse("140403201201801").unwrap().is_group());
        assert!(!RegionCode::parse("140403201201001").unwrap().is_group());
    }

    #[test]
    fn other_lengths_and_letters_are_refused() {
        for bad in ["", "1", "14040", "1404030", "14040A", "１４", "14040300100100200"] {
            assert_eq!(RegionCode::parse(bad).is_ok(), bad.len() == 17 && bad.is_ascii(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_ancestor_covers_its_place(digits in "[0-9]{17}", level in 0_usize..7) {
            let code = RegionCode::parse(&digits).unwrap();
            let ancestor = code.at(Level::ALL[level]).unwrap();
            prop_assert!(ancestor.covers(&code));
            prop_assert_eq!(ancestor.level(), Level::ALL[level]);
        }

        #[test]
        fn parsing_never_panics(text in "\\PC*") {
            let _ = RegionCode::parse(&text);
        }
    }
}
