//! What is in force, in memory.

use std::sync::{Arc, PoisonError, RwLock};

use super::{Verification, file};

/// Holds what is in force; what came with the program holds until a place has brought in its own.
#[derive(Debug)]
pub struct Shelf {
    held: RwLock<Arc<Verification>>,
    mark: RwLock<String>,
}

impl Default for Shelf {
    #[expect(clippy::expect_used, reason = "a test keeps the packaged file free of mistakes")]
    fn default() -> Self {
        let packaged = file::packaged().iter().find_map(|(name, text)| file::parse(name, text).ok());
        Self { held: RwLock::new(Arc::new(packaged.expect("the packaged file"))), mark: RwLock::default() }
    }
}

impl Shelf {
    /// What is in force.
    pub fn get(&self) -> Arc<Verification> {
        Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether what is held was read at `mark`.
    pub(super) fn is_at(&self, mark: &str) -> bool {
        *self.mark.read().unwrap_or_else(PoisonError::into_inner) == mark
    }

    /// Puts what is in force now in the place of what was.
    pub(super) fn put(&self, read: Option<Verification>, mark: String) {
        if let Some(read) = read {
            *self.held.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(read);
        }
        *self.mark.write().unwrap_or_else(PoisonError::into_inner) = mark;
    }
}
