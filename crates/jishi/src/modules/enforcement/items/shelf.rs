//! The delegated items in force, in memory.

use std::sync::{Arc, PoisonError, RwLock};

use kernel::{Day, Names, RegionCode};

use super::{Class, Delegated, DelegatedItem, Remedy};

/// The files in force: class, place, items. A place's own file stands before that of a wider place.
#[derive(Clone, Debug, Default)]
pub struct Items {
    files: Vec<(Class, RegionCode, Vec<Arc<DelegatedItem>>)>,
    /// By the place of their file, the narrowest first.
    remedies: Vec<(RegionCode, Remedy)>,
}

impl Items {
    /// Puts the files in force together, in the order given.
    pub fn new(read: Vec<(RegionCode, Delegated)>) -> Self {
        let (mut files, mut remedies) = (Vec::new(), Vec::new());
        for (at, Delegated { class, items, remedies: own }) in read {
            remedies.extend(own.into_iter().map(|remedy| (at.clone(), remedy)));
            files.push((class, at, items.into_iter().map(Arc::new).collect()));
        }
        remedies.sort_by_key(|(at, _)| std::cmp::Reverse(at.level()));
        Self { files, remedies }
    }

    /// Whom a party turns to in a place, where a file of the place or above it says so.
    pub fn remedy(&self, place: &RegionCode) -> Option<&Remedy> {
        let fits = |(at, remedy): &&(RegionCode, Remedy)| at.covers(place) && remedy.county.covers(place);
        self.remedies.iter().find(fits).map(|(_, remedy)| remedy)
    }

    /// The classes a place has, each by the narrowest file that covers the place, with the items delegated on a day.
    pub fn of(&self, place: &RegionCode, day: Day) -> Vec<(Class, Vec<Arc<DelegatedItem>>)> {
        let mut found: Vec<&(Class, RegionCode, Vec<Arc<DelegatedItem>>)> = Vec::new();
        for file in self.files.iter().filter(|(_, at, _)| at.covers(place)) {
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
        let all = self.files.iter().flat_map(|(_, _, items)| items);
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
        let file = |class: Class, at: RegionCode, items: Vec<DelegatedItem>| {
            (at, Delegated { class, items, remedies: Vec::new() })
        };
        let all = Items::new(vec![
            file(class("streets"), place("1404"), vec![item("streets.a", None), item("streets.b", Some("2026-01-01"))]),
            file(class("streets"), place("140403001"), vec![item("streets.c", None)]),
            file(class("fields"), place("140404"), vec![item("fields.a", None)]),
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

    #[test]
    fn the_narrowest_file_says_whom_a_party_turns_to() {
        let place = |code: &str| RegionCode::parse(code).unwrap();
        let told = |county: &str, court: &str| {
            let names = Names::new(court, court);
            Remedy { county: place(county), review: names.clone(), court: names.clone(), bank: names }
        };
        let file = |at: &str, remedies: Vec<Remedy>| {
            let class = Class { code: "streets".into(), names: Names::new("市容", "Streets") };
            (place(at), Delegated { class, items: Vec::new(), remedies })
        };
        let all = Items::new(vec![
            file("1404", vec![told("140403", "市里写的"), told("140404", "上党")]),
            file("140403", vec![told("140403", "区里写的")]),
        ]);
        let court = |at: &str| all.remedy(&place(at)).map(|remedy| remedy.court.zh().to_owned());
        assert_eq!(court("140403001001").as_deref(), Some("区里写的"));
        assert_eq!(court("140404100").as_deref(), Some("上党"));
        assert_eq!(court("140405100"), None);
    }
}
