//! The kinds in force, in memory.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use kernel::Names;

use super::model::{Class, Item, ItemKind, ItemRef};

/// The kinds in force. They are the whole instance's: what a lamp is does not end at a border.
#[derive(Clone, Debug, Default)]
pub struct Kinds {
    classes: Vec<(Class, Vec<Arc<ItemKind>>)>,
    by_code: HashMap<String, Arc<ItemKind>>,
}

impl Kinds {
    /// Puts the files in force together, in the order given.
    pub fn new(files: Vec<(Class, Vec<ItemKind>)>) -> Self {
        let mut kinds = Self::default();
        for (class, own) in files {
            let own: Vec<Arc<ItemKind>> = own.into_iter().map(Arc::new).collect();
            kinds.by_code.extend(own.iter().map(|kind| (kind.code.clone(), Arc::clone(kind))));
            kinds.classes.push((class, own));
        }
        kinds
    }

    /// The classes with their kinds, in the order of the files.
    pub fn classes(&self) -> &[(Class, Vec<Arc<ItemKind>>)] {
        &self.classes
    }

    /// All kinds, in the order of the files.
    pub fn all(&self) -> impl Iterator<Item = &Arc<ItemKind>> {
        self.classes.iter().flat_map(|(_, kinds)| kinds)
    }

    /// The kind of a code.
    pub fn kind(&self, code: &str) -> Option<&Arc<ItemKind>> {
        self.by_code.get(code)
    }

    /// The kind that people call so, by its code or a name.
    pub fn called(&self, text: &str) -> Option<&Arc<ItemKind>> {
        let is_called = |kind: &&Arc<ItemKind>| kind.names.iter().any(|(_, name)| name.eq_ignore_ascii_case(text));
        self.kind(text).or_else(|| self.all().find(is_called))
    }

    /// A kind's names; its bare code where no file has it any more.
    pub fn names(&self, code: &str) -> Names {
        self.kind(code).map_or_else(|| Names::zh_only(code), |kind| kind.names.clone())
    }

    /// An item as others name it.
    pub fn named(&self, item: &Item) -> ItemRef {
        ItemRef {
            id: item.id,
            kind: item.kind.clone(),
            kind_names: self.names(&item.kind),
            number: item.number.clone(),
            name: item.name.clone(),
        }
    }
}

/// Holds the kinds in force; replaced as a whole when they change.
#[derive(Debug, Default)]
pub struct Shelf {
    kinds: RwLock<Arc<Kinds>>,
    mark: RwLock<String>,
}

impl Shelf {
    /// The kinds in force now.
    pub fn kinds(&self) -> Arc<Kinds> {
        Arc::clone(&self.kinds.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether what is held was read at `mark`.
    pub(super) fn is_at(&self, mark: &str) -> bool {
        *self.mark.read().unwrap_or_else(PoisonError::into_inner) == mark
    }

    pub(super) fn put(&self, kinds: Kinds, mark: String) {
        *self.kinds.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(kinds);
        *self.mark.write().unwrap_or_else(PoisonError::into_inner) = mark;
    }
}
