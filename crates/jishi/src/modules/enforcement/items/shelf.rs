//! The delegated items in force, in memory.

use std::sync::{Arc, PoisonError, RwLock};

use kernel::{Day, Names, RegionCode};

use super::{Class, DelegatedItem};

/// The files in force: class, place, items. A place's own file stands before that of a wider place.
#[derive(Clone, Debug, Default)]
pub struct Items(Vec<(Class, RegionCode, Vec<Arc<DelegatedItem>>)>);

impl Items {
    /// Puts the files in force together, in the order given.
    pub fn new(files: Vec<(Class, RegionCode, Vec<DelegatedItem>)>) -> Self {
        Self(
            files
                .into_iter()
                .map(|(class, at, items)| (class, at, items.into_iter().map(Arc::new).collect()))
                .collect(),
        )
    }

    /// The classes a place has, each by the narrowest file that covers the place, with the items delegated on a day.
    pub fn of(&self, place: &RegionCode, day: Day) -> Vec<(Class, Vec<Arc<DelegatedItem>>)> {
        let mut found: Vec<&(Class, RegionCode, Vec<Arc<DelegatedItem>>)> = Vec::new();
        for file in self.0.iter().filter(|(_, at, _)| at.covers(place)) {
            match found.iter_mut().find(|(class, ..)| class.code == file.0.code) {
                Some(known) if known.1.covers(&file.1) => *known = file,
                Some(_) => {}
                None => found.push(file),
            }
        }
        let in_force =
            |items: &[Arc<DelegatedItem>]| items.iter().filter(|item| item.is_in_force(day)).cloned().collect();
        found.into_iter().map(|(class, _, items)| (class.clone(), in_force(items))).collect()
    }

    /// An item that a place has on a day.
    pub fn item(&self, code: &str, place: &RegionCode, day: Day) -> Option<Arc<DelegatedItem>> {
        self.of(place, day).into_iter().flat_map(|(_, items)| items).find(|item| item.code == code)
    }

    /// An item's names, whatever the place and the day; its bare code where no file has it any more.
    pub fn names(&self, code: &str) -> Names {
        let all = self.0.iter().flat_map(|(_, _, items)| items);
        all.into_iter().find(|item| item.code == code).map_or_else(|| Names::zh_only(code), |item| item.names.clone())
    }
}

/// Holds the items in force; replaced as a whole when they change.
#[derive(Debug, Default)]
pub struct Shelf {
    items: RwLock<Arc<Items>>,
    mark: RwLock<String>,
}

impl Shelf {
    /// The items in force now.
    pub fn items(&self) -> Arc<Items> {
        Arc::clone(&self.items.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether what is held was read at `mark`.
    pub(in super::super) fn is_at(&self, mark: &str) -> bool {
        *self.mark.read().unwrap_or_else(PoisonError::into_inner) == mark
    }

    /// Puts others in.
    pub(in super::super) fn put(&self, items: Items, mark: String) {
        *self.items.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(items);
        *self.mark.write().unwrap_or_else(PoisonError::into_inner) = mark;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modules::enforcement::items::{Basis, Procedure};

    fn item(code: &str, until: Option<&str>) -> DelegatedItem {
        let basis = Basis { title: "某法".into(), article: "第一条".into() };
        let day = |text: &str| text.parse::<Day>().unwrap();
        DelegatedItem {
            code: code.into(),
            names: Names::new(code, code),
            penalty_basis: basis.clone(),
            basis,
            document: "某文".into(),
            document_date: day("2024-01-01"),
            from: day("2024-01-01"),
            until: until.map(day),
            procedure: Procedure::Ordinary,
            range: Names::new("罚", "fine"),
            unsure: Vec::new(),
        }
    }

    #[test]
    fn the_narrowest_file_of_a_class_holds_and_only_what_is_delegated_that_day() {
        let class = |code: &str| Class { code: code.into(), names: Names::new(code, code) };
        let place = |code: &str| RegionCode::parse(code).unwrap();
        let all = Items::new(vec![
            (class("streets"), place("1404"), vec![item("streets.a", None), item("streets.b", Some("2026-01-01"))]),
            (class("streets"), place("140403001"), vec![item("streets.c", None)]),
            (class("fields"), place("140404"), vec![item("fields.a", None)]),
        ]);
        let codes = |at: &str, day: &str| -> Vec<String> {
            let found = all.of(&place(at), day.parse().unwrap());
            found.into_iter().flat_map(|(_, items)| items).map(|item| item.code.clone()).collect()
        };
        assert_eq!(codes("140403002", "2025-12-31"), ["streets.a", "streets.b"]);
        assert_eq!(codes("140403002", "2026-01-01"), ["streets.a"]);
        assert_eq!(codes("140403001001", "2025-12-31"), ["streets.c"]);
        assert_eq!(codes("140404100", "2026-05-01"), ["streets.a", "fields.a"]);
        assert!(all.item("streets.a", &place("140403001"), "2025-06-01".parse().unwrap()).is_none());
    }
}
