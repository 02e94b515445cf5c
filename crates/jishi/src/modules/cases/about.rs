//! 事项范围: several matters of one filter, each named whole, or by its group or class with all that stands in it.

use std::str::FromStr;

use db::Sql;
use kernel::Term;
use serde::Deserialize;

use super::search;

/// Codes of one filter.
const MOST: usize = 40;
/// Parts of a matter's own code; fewer are those of a group or a class.
const PARTS: usize = 3;

/// Codes of matters, groups and classes; a case is about one of them. Written with commas between.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Matters(Vec<String>);

impl Matters {
    /// Codes as a file of the catalogue lists them; none where there are too many or one is not well formed.
    pub fn new(codes: Vec<String>) -> Option<Self> {
        let is_part = |part: &str| !part.is_empty() && part.bytes().all(is_of_a_code);
        let is_code = |code: &String| code.split('.').count() <= PARTS && code.split('.').all(is_part);
        (!codes.is_empty() && codes.len() <= MOST && codes.iter().all(is_code)).then_some(Self(codes))
    }

    /// The codes.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether a case of that matter is meant.
    pub fn holds(&self, matter: &str) -> bool {
        let is_in = |code: &str| matter.strip_prefix(code).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        self.codes().any(is_in)
    }

    /// The condition. The place's index leads; what is in a group is a range of codes, which sort by bytes on both databases.
    pub(super) fn push_to(&self, sql: Sql) -> Sql {
        let each = |sql: Sql, code: &String| {
            if is_whole(code) {
                return sql.push_value("c.matter = ", code);
            }
            sql.push_value("(c.matter >= ", format!("{code}."))
                .push_value(" AND c.matter < ", format!("{code}/"))
                .push(")")
        };
        sql.push(" AND ").push_any(&self.0, each)
    }

    /// The marks of the index of words, one of which such a case has.
    pub(super) fn marks(&self) -> Vec<Term> {
        let mark = |code: &String| match search::about(code) {
            mark if is_whole(code) => Term::Whole(mark),
            mark => Term::Beginning(mark + "."),
        };
        self.0.iter().map(mark).collect()
    }
}

impl std::fmt::Display for Matters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join(","))
    }
}

impl FromStr for Matters {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let codes = text.split(',').map(str::trim).filter(|code| !code.is_empty()).map(str::to_owned).collect();
        Self::new(codes)
            .ok_or_else(|| format!("matters: codes of matters, groups or classes with commas, {MOST} at most"))
    }
}

impl TryFrom<String> for Matters {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

fn is_of_a_code(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_'
}

fn is_whole(code: &str) -> bool {
    code.split('.').count() == PARTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_holds_its_matters_and_no_other_that_begins_alike() {
        let matters: Matters = "utilities.water, city.roads.pothole".parse().unwrap();
        assert!(matters.holds("utilities.water.no-water") && matters.holds("city.roads.pothole"));
        assert!(!matters.holds("utilities.water-soil.river") && !matters.holds("city.roads.pothole-new"));
        assert_eq!(matters.to_string(), "utilities.water,city.roads.pothole");
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in ["", ",", "a.b.c.d", "路灯", "a..b", "A.b", "a' OR 'a", &"a,".repeat(MOST + 1)] {
            assert!(text.parse::<Matters>().is_err(), "{text}");
        }
    }
}
