//! The limits and lists in force, in memory.

use std::sync::{Arc, PoisonError, RwLock};

use kernel::Names;

use super::file;

/// An entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its code, unique within the list.
    pub code: String,
    /// Its names.
    pub names: Names,
}

/// 法定程序: a procedure whose time does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Procedure {
    /// What it is.
    pub entry: Entry,
    /// Which law says so.
    pub basis: Names,
    /// Longest, in days.
    pub days: i64,
}

/// What may be asked for, and from which lists is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pleas {
    /// 裁定时限, in working days.
    pub decide_days: i64,
    /// How often more time is granted in one case.
    pub extensions: i64,
    /// Longest extension, in days.
    pub extension_days: i64,
    /// How often the clock is paused in one case.
    pub pauses: i64,
    /// 复查期限, in days.
    pub review_days: i64,
    /// 法定程序
    pub procedures: Vec<Procedure>,
    /// 挂账原因
    pub obstacles: Vec<Entry>,
    /// 剔除原因
    pub exclusions: Vec<Entry>,
}

impl Pleas {
    /// 挂账原因 by its names; one that is no longer in the list is told by its code.
    pub fn obstacle(&self, code: &str) -> Names {
        find(&self.obstacles, code).map_or_else(|| Names::zh_only(code), |entry| entry.names.clone())
    }
}

/// The entry of a code.
pub fn find<'e>(entries: &'e [Entry], code: &str) -> Option<&'e Entry> {
    entries.iter().find(|entry| entry.code == code)
}

/// Holds what is in force; what came with the program holds until a place has brought in its own.
#[derive(Debug)]
pub struct Shelf {
    pleas: RwLock<Arc<Pleas>>,
    mark: RwLock<String>,
}

impl Default for Shelf {
    fn default() -> Self {
        // A test keeps the packaged file free of mistakes.
        let packaged = file::packaged().iter().find_map(|(name, text)| file::parse(name, text).ok());
        let pleas = packaged.unwrap_or(Pleas {
            decide_days: 1,
            extensions: 1,
            extension_days: 30,
            pauses: 2,
            review_days: 30,
            procedures: Vec::new(),
            obstacles: Vec::new(),
            exclusions: Vec::new(),
        });
        Self { pleas: RwLock::new(Arc::new(pleas)), mark: RwLock::default() }
    }
}

impl Shelf {
    /// What is in force.
    pub fn get(&self) -> Arc<Pleas> {
        Arc::clone(&self.pleas.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether what is held was read at `mark`.
    pub(super) fn is_at(&self, mark: &str) -> bool {
        *self.mark.read().unwrap_or_else(PoisonError::into_inner) == mark
    }

    /// Lays what is in force over what was held.
    pub(super) fn put(&self, pleas: Option<Pleas>, mark: String) {
        if let Some(pleas) = pleas {
            *self.pleas.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(pleas);
        }
        *self.mark.write().unwrap_or_else(PoisonError::into_inner) = mark;
    }
}
