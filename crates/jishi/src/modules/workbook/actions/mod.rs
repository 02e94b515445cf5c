//! Bringing workbooks in, and taking them back.

mod bringing;
mod import;
mod places;
mod staff;
mod undo;
mod units;

use kernel::{RegionCode, Result};

pub use self::{import::import, undo::undo};
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

    /// The narrowest place that holds all of theirs; without a scope the instance's.
    pub(super) fn home(&self, root: &RegionCode) -> RegionCode {
        self.scope.as_ref().map_or_else(|| root.clone(), |scope| scope.home(root))
    }
}
