//! The terms in force, in memory.

use std::sync::{Arc, PoisonError, RwLock};

use super::{
    file::{packaged, parse},
    model::Terms,
};

/// Holds the file in force; the one that came with the program holds until a place has brought in its own.
#[derive(Debug)]
pub struct Shelf {
    held: RwLock<Arc<Terms>>,
    mark: RwLock<String>,
}

impl Default for Shelf {
    #[expect(clippy::expect_used, reason = "a test keeps the packaged file free of mistakes")]
    fn default() -> Self {
        let held = parse("retention.toml", &packaged(), None).expect("the packaged file");
        Self { held: RwLock::new(Arc::new(held)), mark: RwLock::default() }
    }
}

impl Shelf {
    /// What holds now.
    pub fn get(&self) -> Arc<Terms> {
        Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether what is held was read at `mark`.
    pub(super) fn is_at(&self, mark: &str) -> bool {
        *self.mark.read().unwrap_or_else(PoisonError::into_inner) == mark
    }

    /// Puts another in force.
    pub(super) fn put(&self, terms: Option<Terms>, mark: String) {
        if let Some(terms) = terms {
            *self.held.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(terms);
        }
        *self.mark.write().unwrap_or_else(PoisonError::into_inner) = mark;
    }
}
