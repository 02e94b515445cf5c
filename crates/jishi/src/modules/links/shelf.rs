//! What holds of links and visits, in memory.

use std::sync::{Arc, PoisonError, RwLock};

use super::{
    file::{packaged, parse},
    rules::Catalogue,
};

/// Holds the file in force; the one that came with the program holds until a place has brought in its own.
#[derive(Debug)]
pub struct Shelf {
    held: RwLock<Arc<Catalogue>>,
    mark: RwLock<String>,
}

impl Default for Shelf {
    fn default() -> Self {
        // A test keeps the packaged file free of mistakes.
        let held = parse("links.toml", &packaged()).unwrap_or_default();
        Self { held: RwLock::new(Arc::new(held)), mark: RwLock::default() }
    }
}

impl Shelf {
    /// What holds now.
    pub fn get(&self) -> Arc<Catalogue> {
        Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether what is held was read at `mark`.
    pub(super) fn is_at(&self, mark: &str) -> bool {
        *self.mark.read().unwrap_or_else(PoisonError::into_inner) == mark
    }

    /// Puts another in force.
    pub(super) fn put(&self, catalogue: Option<Catalogue>, mark: String) {
        if let Some(catalogue) = catalogue {
            *self.held.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(catalogue);
        }
        *self.mark.write().unwrap_or_else(PoisonError::into_inner) = mark;
    }
}
