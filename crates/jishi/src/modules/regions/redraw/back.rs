//! What is kept of a redrawing so that it can be taken back. Types, and what they say.

use std::collections::HashMap;

use kernel::RegionCode;
use serde::{Deserialize, Serialize};

use super::model::{Begun, Ended};
use crate::platform::keys::{hex, sha256};

/// What went from one place to another, by where from and where to: enough to send it back.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Moves(Vec<Group>);

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Group {
    from: RegionCode,
    to: RegionCode,
    ids: Vec<String>,
}

impl Moves {
    /// Notes that something went.
    pub fn note(&mut self, id: String, from: &RegionCode, to: &RegionCode) {
        match self.0.iter_mut().find(|group| group.from == *from && group.to == *to) {
            Some(group) => group.ids.push(id),
            None => self.0.push(Group { from: from.clone(), to: to.clone(), ids: vec![id] }),
        }
    }

    /// By what went: where it came from, and where it went.
    pub fn by_id(&self) -> HashMap<&str, (&RegionCode, &RegionCode)> {
        let mut all = HashMap::new();
        for Group { from, to, ids } in &self.0 {
            all.extend(ids.iter().map(|id| (id.as_str(), (from, to))));
        }
        all
    }

    /// Each place something went to, once.
    pub fn goals(&self) -> Vec<&RegionCode> {
        let mut goals: Vec<&RegionCode> = self.0.iter().map(|group| &group.to).collect();
        goals.sort();
        goals.dedup();
        goals
    }
}

/// What went along with one step of a redrawing.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Along {
    /// Open cases.
    pub cases: Moves,
    /// Things of the register.
    pub items: Moves,
    /// Signs.
    pub spots: Moves,
}

/// The boundary of a place that stays, as it was before a redrawing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Overwritten {
    /// Whose.
    pub code: RegionCode,
    /// What it was; none where it had none.
    pub before: Option<Before>,
    /// The mark of what was written over it.
    pub after: String,
}

/// A boundary as it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Before {
    /// A GeoJSON geometry.
    pub geometry: String,
    /// True when it was made up for a demonstration.
    pub is_synthetic: bool,
    /// Where it came from.
    pub source: String,
}

/// The mark of a boundary: whether it is still the one that was written.
pub fn mark_of(geometry: &str) -> String {
    hex(&sha256(geometry.as_bytes())).chars().take(16).collect()
}

/// What a redrawing changed of places: enough to put it back.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Journal {
    /// Places that began, with what they took over from.
    pub begun: Vec<Begun>,
    /// Places that ended, with what took over.
    pub ended: Vec<Ended>,
    /// Boundaries that were written over.
    pub boundaries: Vec<Overwritten>,
}

impl Journal {
    /// Each place it touched, by code.
    pub fn places(&self) -> Vec<RegionCode> {
        let begun = self.begun.iter().map(|begun| &begun.place.code);
        let ended = self.ended.iter().map(|ended| &ended.place.code);
        let mut places: Vec<RegionCode> =
            begun.chain(ended).chain(self.boundaries.iter().map(|line| &line.code)).cloned().collect();
        places.sort();
        places.dedup();
        places
    }

    /// The places that something of it lies directly in, the narrower first: the way back is the way there turned round.
    pub fn parents(&self) -> Vec<RegionCode> {
        let mut parents: Vec<RegionCode> = self.places().iter().filter_map(RegionCode::parent).collect();
        parents.sort_by_key(|parent| (std::cmp::Reverse(parent.level()), parent.clone()));
        parents.dedup();
        parents
    }

    /// The narrowest place that holds all of it.
    pub fn region(&self) -> Option<RegionCode> {
        let mut parents = self.parents().into_iter();
        let mut held = parents.next()?;
        for parent in parents {
            while !held.covers(&parent) {
                held = held.parent()?;
            }
        }
        Some(held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> RegionCode {
        RegionCode::parse(text).unwrap()
    }

    fn touching(codes: &[&str]) -> Journal {
        let line = |text: &&str| Overwritten { code: code(text), before: None, after: String::new() };
        Journal { boundaries: codes.iter().map(line).collect(), ..Journal::default() }
    }

    #[test]
    fn the_narrowest_place_that_holds_all_of_it_is_found() {
        let cases: [(&[&str], Option<&str>); 4] = [
            (&["140403001001001", "140403001001002"], Some("140403001001")),
            (&["140403001001001", "140403001002001"], Some("140403001")),
            (&["140403001001", "140404001001"], Some("1404")),
            (&[], None),
        ];
        for (codes, held) in cases {
            assert_eq!(touching(codes).region(), held.map(code), "{codes:?}");
        }
    }

    #[test]
    fn the_narrower_places_come_first_on_the_way_back() {
        let parents = touching(&["140403001001", "140403001001001", "140403001001002"]).parents();
        assert_eq!(parents, [code("140403001001"), code("140403001")]);
    }

    #[test]
    fn what_went_is_found_by_its_id_and_each_goal_is_told_once() {
        let (a, b, c) = (code("140403001001001"), code("140403001001002"), code("140403001001003"));
        let mut moves = Moves::default();
        moves.note("1".into(), &a, &c);
        moves.note("2".into(), &b, &c);
        moves.note("3".into(), &a, &c);
        assert_eq!(moves.by_id().get("3"), Some(&(&a, &c)));
        assert_eq!(moves.goals(), [&c]);
    }
}
