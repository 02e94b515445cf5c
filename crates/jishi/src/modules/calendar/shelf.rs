//! The working calendar, in memory.

use std::sync::{Arc, PoisonError, RwLock};

use super::model::WorkCalendar;

/// Holds the calendar that deadlines are reckoned with, and how many versions of calendar files it was read from.
#[derive(Debug, Default)]
pub struct Shelf(RwLock<(i64, Arc<WorkCalendar>)>);

impl Shelf {
    /// The calendar in force.
    pub fn get(&self) -> Arc<WorkCalendar> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner).1)
    }

    /// Whether it was read when there were so many versions; versions are only ever added.
    pub(super) fn is_at(&self, versions: i64) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).0 == versions
    }

    /// Puts another calendar in.
    pub(super) fn put(&self, versions: i64, calendar: WorkCalendar) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = (versions, Arc::new(calendar));
    }
}
