//! Bringing workbooks in, and taking them back.

mod bringing;
mod import;
mod places;
mod staff;
mod undo;
mod units;

use kernel::{RegionCode, Result};
use serde::Serialize;

pub use self::{import::import, undo::undo};
use super::model::Counts;
use crate::platform::{
    access::{Actor, Permission, Scope},
    import::Writer,
    trail::By,
};

/// Who brings a workbook in.
#[derive(Clone, Debug)]
pub enum Bringer {
    /// The command line.
    Platform,
    /// A member of staff.
    Staff(Actor),
}

/// A part of a workbook, which one administrator brings in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WorkbookPart)]
pub enum Part {
    /// Grids and groups.
    Places,
    /// Units and Party organisations.
    Units,
    /// People and posts.
    People,
}

/// The parts that an import changed; none are known of one from before posts were counted apart.
pub fn parts(counts: &[Counts]) -> Vec<Part> {
    let own = |count: &&Counts| count.inserted + count.changed > 0;
    let of = |sheets: &[&str]| counts.iter().filter(|count| sheets.contains(&count.sheet.as_str())).any(|it| own(&it));
    let has_posts = counts.iter().any(|count| count.posts.unwrap_or_default() > 0);
    if counts.iter().any(|count| count.posts.is_none()) {
        return Vec::new();
    }
    let found = [
        (Part::Places, of(&["grids", "groups"])),
        (Part::Units, of(&["units", "party"])),
        (Part::People, has_posts || of(&["staff"])),
    ];
    found.into_iter().filter_map(|(part, is_there)| is_there.then_some(part)).collect()
}

/// What each part is written as; nothing where it is someone else's to bring.
pub(super) struct Writers {
    pub(super) by: By,
    pub(super) places: Option<Writer>,
    pub(super) units: Option<Writer>,
    pub(super) people: Option<Writer>,
    /// All places of any part; none for the command line, to which all is open.
    pub(super) scope: Option<Scope>,
}

impl Writers {
    /// Those of whoever brings something in, or takes it back.
    ///
    /// # Errors
    /// `forbidden` when they may bring no part of it.
    pub(super) fn new(bringer: &Bringer) -> Result<Self> {
        let Bringer::Staff(actor) = bringer else {
            let writer = || Some(Writer::platform());
            return Ok(Self { by: By::nobody(), places: writer(), units: writer(), people: writer(), scope: None });
        };
        let writer = |permission| Writer::staff(actor, permission);
        let people = writer(Permission::PersonEdit).and_then(|people| writer(Permission::PostGrant).map(|_| people));
        let (places, units) = (writer(Permission::RegionEdit).ok(), writer(Permission::UnitEdit).ok());
        let refusal = people.as_ref().err().cloned();
        let people = people.ok();
        let parts = [&places, &units, &people].into_iter().flatten();
        let own = parts.filter_map(|part| part.scope.as_ref()).flat_map(|scope| scope.places.clone()).collect();
        let writers = Self {
            by: By::actor(actor, None),
            places,
            units,
            people,
            scope: Some(Scope { places: own, units: Vec::new() }),
        };
        match refusal {
            Some(error) if writers.places.is_none() && writers.units.is_none() => Err(error),
            _ => Ok(writers),
        }
    }

    /// Whether a part is theirs to bring in, and to take back.
    pub(super) fn may(&self, part: Part) -> bool {
        match part {
            Part::Places => self.places.is_some(),
            Part::Units => self.units.is_some(),
            Part::People => self.people.is_some(),
        }
    }

    /// The narrowest place that holds all of theirs; without a scope the instance's.
    pub(super) fn home(&self, root: &RegionCode) -> RegionCode {
        self.scope.as_ref().map_or_else(|| root.clone(), |scope| scope.home(root))
    }
}
