//! The rules in force, in memory: the whole instance's, or a county's own.

use std::sync::{Arc, PoisonError, RwLock};

use kernel::{Error, RegionCode, Result};

use super::model::Rules;

/// Holds the rules in force.
#[derive(Debug, Default)]
pub struct Shelf {
    rules: RwLock<Vec<(RegionCode, Arc<Rules>)>>,
    mark: RwLock<String>,
}

impl Shelf {
    /// Those of a place: of the narrowest around it that has its own.
    ///
    /// # Errors
    /// `internal` when there are none, which a test keeps from happening.
    pub fn at(&self, place: &RegionCode) -> Result<Arc<Rules>> {
        let all = self.rules.read().unwrap_or_else(PoisonError::into_inner);
        let fits = all.iter().filter(|(region, _)| region.covers(place));
        let found = fits.enumerate().max_by_key(|(at, (region, _))| (region.level(), *at));
        found.map(|(_, (_, rules))| Arc::clone(rules)).ok_or_else(|| Error::internal("there are no rules of signs"))
    }

    /// Whether what is held was read at `mark`.
    pub(super) fn is_at(&self, mark: &str) -> bool {
        *self.mark.read().unwrap_or_else(PoisonError::into_inner) == mark
    }

    /// Holds these from now on; they come with the newest last.
    pub(super) fn put(&self, rules: Vec<(RegionCode, Arc<Rules>)>, mark: String) {
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = rules;
        *self.mark.write().unwrap_or_else(PoisonError::into_inner) = mark;
    }
}
