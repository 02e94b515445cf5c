//! The pages in force, in memory.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use super::{FirstPage, packaged, parse};

/// Holds the pages in force; those that came with the program hold until a place has brought in its own.
#[derive(Debug)]
pub struct Shelf {
    pages: RwLock<HashMap<String, Arc<FirstPage>>>,
    mark: RwLock<String>,
}

impl Default for Shelf {
    fn default() -> Self {
        // A test keeps the packaged pages free of mistakes.
        let pages = packaged().iter().filter_map(|(name, text)| parse(name, text, None).ok()).map(keyed).collect();
        Self { pages: RwLock::new(pages), mark: RwLock::default() }
    }
}

fn keyed(page: FirstPage) -> (String, Arc<FirstPage>) {
    (page.code.clone(), Arc::new(page))
}

impl Shelf {
    /// The page of a code.
    pub fn page(&self, code: &str) -> Option<Arc<FirstPage>> {
        self.pages.read().unwrap_or_else(PoisonError::into_inner).get(code).cloned()
    }

    /// Whether what is held was read at `mark`.
    pub(in super::super) fn is_at(&self, mark: &str) -> bool {
        *self.mark.read().unwrap_or_else(PoisonError::into_inner) == mark
    }

    /// Lays the pages in force over those held.
    pub(in super::super) fn put(&self, pages: impl IntoIterator<Item = FirstPage>, mark: String) {
        self.pages.write().unwrap_or_else(PoisonError::into_inner).extend(pages.into_iter().map(keyed));
        *self.mark.write().unwrap_or_else(PoisonError::into_inner) = mark;
    }
}
