//! Stories under way, to which what others report of the same matter is put.

use std::collections::HashMap;

use kernel::{Instant, Level, RegionCode};

use super::{
    deeds::Deed,
    plan::{Planned, Story},
};

/// Stories that others may still be put to: by matter and township, until when.
#[derive(Default)]
pub(super) struct Open(HashMap<(String, RegionCode), Vec<Stretch>>);

/// From when until when a story takes others in, and which it is.
type Stretch = (Instant, Instant, usize);

impl Open {
    fn key(matter: &str, place: &RegionCode) -> (String, RegionCode) {
        (matter.to_owned(), place.at(Level::Township).unwrap_or_else(|| place.clone()))
    }

    pub(super) fn find(&self, matter: &str, place: &RegionCode, at: Instant) -> Option<usize> {
        let found = self.0.get(&Self::key(matter, place))?;
        found.iter().rev().find(|(from, until, _)| *from < at && at < *until).map(|(.., index)| *index)
    }

    /// Only plain stories take others in: whoever joins late has no part in a second round.
    pub(super) fn note(&mut self, index: usize, planned: &Planned) {
        if !matches!(planned.story, Story::Confirmed | Story::Unverified) {
            return;
        }
        let until = planned.deeds.iter().find(|(_, deed)| matches!(deed, Deed::Result(..))).map(|(at, _)| *at);
        let (Some(matter), Some((from, _))) = (&planned.matter, planned.deeds.first()) else { return };
        let until = until.unwrap_or_else(|| from.plus_days(3));
        self.0.entry(Self::key(matter, &planned.place)).or_default().push((*from, until, index));
    }
}
