//! 相似工单: cases that may be the same problem, or one round trip away, with why. Looked for by matter, place, time and
//! words, never by person.

use std::collections::BTreeSet;

use geo_index::metres_between;
use kernel::{Level, terms};
use serde::Serialize;

use super::model::Case;

/// Metres within which two reports of a thing are taken to be about the same one.
const SAME_SPOT: f64 = 60.0;
/// Metres within which a second case lies on the way.
const NEAR: f64 = 500.0;
/// What a case must come to to be shown.
const ENOUGH: i64 = 4;
/// Cases shown.
const SHOWN: usize = 8;
/// Words that two texts must share, as one part in this many of all their words.
const SHARED: usize = 4;

/// Why a case is shown beside another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AlikeWhy)]
pub enum Why {
    /// The same matter.
    Matter,
    /// Another matter of the same group.
    Group,
    /// The same grid.
    Grid,
    /// Near by.
    Near,
    /// Words in common.
    Words,
}

/// How a case is like another.
#[derive(Clone, Debug, PartialEq)]
pub struct Likeness {
    /// What they share.
    pub why: Vec<Why>,
    /// Metres between their points, where both have one.
    pub metres: Option<f64>,
    weight: i64,
}

/// How `other` is like `case`; none when it is not enough to be worth a look.
pub fn likeness(case: &Case, words: &BTreeSet<String>, other: &Case) -> Option<Likeness> {
    let metres = point(case).zip(point(other)).map(|(a, b)| metres_between(a, b));
    let group =
        |case: &Case| case.matter.as_deref().and_then(|code| code.rsplit_once('.')).map(|(group, _)| group.to_owned());
    let grid = |case: &Case| case.place.at(Level::Grid);
    let mut found = Likeness { why: Vec::new(), metres, weight: 0 };
    let mut add = |why, weight, holds| {
        if holds {
            found.why.push(why);
            found.weight += weight;
        }
    };
    let is_same_matter = case.matter.is_some() && case.matter == other.matter;
    add(Why::Matter, 3, is_same_matter);
    add(Why::Group, 2, !is_same_matter && group(case).is_some() && group(case) == group(other));
    add(Why::Grid, 1, grid(case).is_some() && grid(case) == grid(other));
    let nearness = metres.map_or(0, |metres| if metres <= SAME_SPOT { 3 } else { i64::from(metres <= NEAR) });
    add(Why::Near, nearness, nearness > 0);
    // With the grid alone it is enough: what nobody has given a matter yet has little else.
    add(Why::Words, 3, shares(words, &terms(&other.summary)));
    (found.weight >= ENOUGH).then_some(found)
}

/// The best of those that came into question, the likest first, then the newest.
pub fn likest(case: &Case, others: Vec<Case>) -> Vec<(Case, Likeness)> {
    let words = terms(&case.summary);
    let fits = |other: Case| likeness(case, &words, &other).map(|found| (other, found));
    let mut found: Vec<(Case, Likeness)> = others.into_iter().filter_map(fits).collect();
    found.sort_by_key(|(other, found)| std::cmp::Reverse((found.weight, other.received_at)));
    found.truncate(SHOWN);
    found
}

fn point(case: &Case) -> Option<(f64, f64)> {
    case.lon.zip(case.lat)
}

/// Pairs of characters tell more than single ones, which any two texts share.
fn shares(one: &BTreeSet<String>, other: &BTreeSet<String>) -> bool {
    let long = |word: &&String| word.chars().count() > 1;
    let common = one.intersection(other).filter(long).count();
    let all = one.union(other).filter(long).count();
    common > 1 && common * SHARED >= all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> BTreeSet<String> {
        terms(text)
    }

    #[test]
    fn two_reports_of_one_lamp_share_their_words_and_two_of_different_things_do_not() {
        assert!(shares(&words("小区门口路灯不亮三天了"), &words("门口路灯不亮")));
        assert!(!shares(&words("门口路灯不亮"), &words("楼下烧烤店太吵")));
        assert!(!shares(&words("路灯"), &words("路灯")), "one pair of characters is too little");
        assert!(!shares(&words(""), &words("")));
    }
}
