//! The rules in force, in memory.

use std::sync::{Arc, PoisonError, RwLock};

use kernel::Names;

use super::{file, model::INSTRUCTION};
use crate::modules::cases::Grade;

/// When a case is put under supervision by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// So many hours past its deadline.
    Late(i64),
    /// Sent back by its residents so often.
    Redone(i64),
    /// So many residents behind it.
    Reports(i64),
    /// A re-check found its result untrue.
    FalseResult,
}

/// 督办情形
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    /// Its code.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// The grade it leads to.
    pub grade: Grade,
    /// Working days to answer.
    pub days: i64,
    /// When it holds.
    pub when: When,
}

/// Holds the rules in force; those that came with the program hold until a place has brought in its own.
#[derive(Debug)]
pub struct Shelf {
    triggers: RwLock<Arc<Vec<Trigger>>>,
    mark: RwLock<String>,
}

impl Default for Shelf {
    fn default() -> Self {
        // A test keeps the packaged file free of mistakes.
        let packaged = file::packaged().iter().find_map(|(name, text)| file::parse(name, text).ok());
        Self { triggers: RwLock::new(Arc::new(packaged.unwrap_or_default())), mark: RwLock::default() }
    }
}

impl Shelf {
    /// The rules in force.
    pub fn get(&self) -> Arc<Vec<Trigger>> {
        Arc::clone(&self.triggers.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What a trigger is called; one that is no longer a rule is told by its code.
    pub fn names(&self, code: &str) -> Names {
        if code == INSTRUCTION {
            return Names::new("领导批示督办", "A leader's instruction");
        }
        let triggers = self.get();
        let found = triggers.iter().find(|trigger| trigger.code == code);
        found.map_or_else(|| Names::zh_only(code), |trigger| trigger.names.clone())
    }

    /// Whether what is held was read at `mark`.
    pub(super) fn is_at(&self, mark: &str) -> bool {
        *self.mark.read().unwrap_or_else(PoisonError::into_inner) == mark
    }

    /// Lays what is in force over what was held.
    pub(super) fn put(&self, triggers: Option<Vec<Trigger>>, mark: String) {
        if let Some(triggers) = triggers {
            *self.triggers.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(triggers);
        }
        *self.mark.write().unwrap_or_else(PoisonError::into_inner) = mark;
    }
}
