//! The definitions in force, in memory.

use std::sync::{Arc, PoisonError, RwLock};

use kernel::{Day, RegionCode};

use super::model::{Comparison, Indicator, Scheme, Set, Versioned};

/// One version of one file, for one place.
#[derive(Clone, Debug)]
pub struct Volume {
    /// The place it is valid for, with all below it.
    pub region: RegionCode,
    /// Its version there.
    pub version: i64,
    /// Since when it is in force.
    pub valid_from: Day,
    /// What it says.
    pub set: Set,
}

/// Holds the definitions in force; replaced as a whole when they change.
#[derive(Debug, Default)]
pub struct Shelf {
    volumes: RwLock<Arc<Vec<Volume>>>,
    mark: RwLock<String>,
}

impl Shelf {
    /// What is in force for a place: of each file the version of the narrowest place around it.
    pub fn at(&self, place: &RegionCode) -> Vec<Volume> {
        let all = Arc::clone(&self.volumes.read().unwrap_or_else(PoisonError::into_inner));
        let mut found: Vec<Volume> = Vec::new();
        for volume in all.iter().filter(|volume| volume.region.covers(place)) {
            match found.iter_mut().find(|known| known.set.code == volume.set.code) {
                Some(known) if known.region.level() <= volume.region.level() => *known = volume.clone(),
                Some(_) => {}
                None => found.push(volume.clone()),
            }
        }
        found
    }

    /// Whether what is held was read at `mark`.
    pub(super) fn is_at(&self, mark: &str) -> bool {
        *self.mark.read().unwrap_or_else(PoisonError::into_inner) == mark
    }

    /// Holds these from now on; they come with the newest last.
    pub(super) fn put(&self, volumes: Vec<Volume>, mark: String) {
        *self.volumes.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(volumes);
        *self.mark.write().unwrap_or_else(PoisonError::into_inner) = mark;
    }
}

/// An indicator by its code.
pub fn indicator(volumes: &[Volume], code: &str) -> Option<Versioned<Indicator>> {
    volumes.iter().find_map(|volume| {
        let it = volume.set.indicators.iter().find(|it| it.code == code)?.clone();
        Some(Versioned { it, version: volume.version, valid_from: volume.valid_from })
    })
}

/// A scheme by its code.
pub fn scheme(volumes: &[Volume], code: &str) -> Option<Versioned<Scheme>> {
    volumes.iter().find_map(|volume| {
        let it = volume.set.schemes.iter().find(|it| it.code == code)?.clone();
        Some(Versioned { it, version: volume.version, valid_from: volume.valid_from })
    })
}

/// How places are compared here.
pub fn comparison(volumes: &[Volume]) -> Comparison {
    volumes.iter().find_map(|volume| volume.set.comparison).unwrap_or_default()
}
