//! The catalogue in force, in memory.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

use kernel::{Names, RegionCode};

use super::{
    model::{Assisting, Class, DutyName, Matter, MatterFile, MatterRef},
    rules,
};

/// One version of one class's file, checked.
#[derive(Clone, Debug)]
pub(super) struct Volume {
    pub(super) region: RegionCode,
    pub(super) version: i64,
    pub(super) file: MatterFile,
}

/// What is in force now.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    duties: BTreeMap<String, DutyName>,
    assisting: Assisting,
    classes: Vec<Class>,
    /// By code, the narrowest place first.
    matters: HashMap<String, Vec<(RegionCode, i64, Arc<Matter>)>>,
    /// Codes in the order of the files.
    order: Vec<String>,
}

/// A matter proposed for some words.
#[derive(Clone, Debug)]
pub struct Proposed {
    /// The matter.
    pub matter: Arc<Matter>,
    /// Its version.
    pub version: i64,
    /// The words that were found.
    pub why: Vec<String>,
}

impl Catalogue {
    /// Puts the versions in force together; later versions of a file replace earlier ones of the same place.
    pub(super) fn new(duties: Vec<DutyName>, volumes: Vec<Volume>) -> Self {
        let mut newest: BTreeMap<(String, RegionCode), Volume> = BTreeMap::new();
        let mut codes: Vec<String> = Vec::new();
        for volume in volumes {
            let code = volume.file.class.code.clone();
            if !codes.contains(&code) {
                codes.push(code.clone());
            }
            newest.insert((code, volume.region.clone()), volume);
        }
        let mut catalogue =
            Self { duties: duties.into_iter().map(|duty| (duty.code.clone(), duty)).collect(), ..Self::default() };
        let mut volumes: Vec<Volume> = newest.into_values().collect();
        volumes.sort_by_key(|volume| codes.iter().position(|code| *code == volume.file.class.code));
        for volume in volumes {
            catalogue.add(volume);
        }
        for variants in catalogue.matters.values_mut() {
            variants.sort_by_key(|(region, ..)| std::cmp::Reverse(region.as_str().len()));
        }
        catalogue
    }

    /// With what the place says of assisting.
    pub(super) fn assisting_by(self, assisting: Assisting) -> Self {
        Self { assisting, ..self }
    }

    /// The terms on which units assist.
    pub fn assisting(&self) -> Assisting {
        self.assisting
    }

    fn add(&mut self, Volume { region, version, file }: Volume) {
        match self.classes.iter_mut().find(|class| class.code == file.class.code) {
            Some(known) => known.groups.extend(
                file.class.groups.into_iter().filter(|group| !known.groups.contains(group)).collect::<Vec<_>>(),
            ),
            None => self.classes.push(file.class),
        }
        for matter in file.matters {
            let variants = self.matters.entry(matter.code.clone()).or_default();
            if variants.is_empty() {
                self.order.push(matter.code.clone());
            }
            variants.push((region.clone(), version, Arc::new(matter)));
        }
    }

    /// The matter of a code as it is in force for a place, and the version of its file.
    pub fn matter(&self, code: &str, place: &RegionCode) -> Option<(Arc<Matter>, i64)> {
        let (_, version, matter) = self.matters.get(code)?.iter().find(|(region, ..)| region.covers(place))?;
        Some((Arc::clone(matter), *version))
    }

    /// A matter by its names as they are in force for a place; by its bare code if the catalogue does not know it.
    pub fn matter_ref(&self, code: &str, place: &RegionCode) -> MatterRef {
        let names = self.matter(code, place).map(|(matter, _)| matter.names.clone());
        MatterRef { code: code.to_owned(), names: names.unwrap_or_else(|| Names::zh_only(code)) }
    }

    /// All matters in force for a place, in the order of the files.
    pub fn all(&self, place: &RegionCode) -> Vec<(Arc<Matter>, i64)> {
        self.order.iter().filter_map(|code| self.matter(code, place)).collect()
    }

    /// The codes of all matters, whatever place they are in force for.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.order.iter().map(String::as_str)
    }

    /// The classes with their groups.
    pub fn classes(&self) -> &[Class] {
        &self.classes
    }

    /// The duties.
    pub fn duties(&self) -> impl Iterator<Item = &DutyName> {
        self.duties.values()
    }

    /// A duty's names; its bare code if the catalogue does not know it.
    pub fn duty_names(&self, code: &str) -> Names {
        self.duties.get(code).map_or_else(|| Names::zh_only(code), |duty| duty.names.clone())
    }

    /// Matters that some words may be about, the best first; and the emergency number to show whatever else fits.
    pub fn propose(&self, text: &str, place: &RegionCode) -> (Vec<Proposed>, Option<Arc<Matter>>) {
        let spoken = rules::Spoken::new(text);
        let all = self.all(place);
        let mut fits: Vec<(usize, &Matter, Proposed)> = all
            .iter()
            .filter_map(|(matter, version)| {
                let (why, weight) = rules::fit(matter, &spoken);
                (weight > 0)
                    .then(|| (weight, &**matter, Proposed { matter: Arc::clone(matter), version: *version, why }))
            })
            .collect();
        fits.sort_by(|a, b| rules::order(&(a.0, a.1), &(b.0, b.1)));
        let alarm =
            fits.iter().find(|(_, matter, _)| rules::is_alarm(matter)).map(|(.., found)| Arc::clone(&found.matter));
        let signpost = alarm.or_else(|| {
            let first = fits.first().filter(|(_, matter, _)| matter.route.is_some());
            first.map(|(.., found)| Arc::clone(&found.matter))
        });
        (fits.into_iter().take(5).map(|(.., found)| found).collect(), signpost)
    }
}

/// Holds the catalogue in force; replaced as a whole when it changes.
#[derive(Debug, Default)]
pub struct Shelf {
    catalogue: RwLock<Arc<Catalogue>>,
    mark: RwLock<String>,
}

impl Shelf {
    /// The catalogue in force now.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        Arc::clone(&self.catalogue.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether what is held was read at `mark`, and remembers `mark` if not.
    pub(super) fn is_at(&self, mark: &str) -> bool {
        *self.mark.read().unwrap_or_else(PoisonError::into_inner) == mark
    }

    pub(super) fn put(&self, catalogue: Catalogue, mark: String) {
        *self.catalogue.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(catalogue);
        *self.mark.write().unwrap_or_else(PoisonError::into_inner) = mark;
    }
}
