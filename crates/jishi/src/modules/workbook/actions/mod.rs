//! Bringing workbooks in, and taking them back.

mod bringing;
mod import;
mod places;
mod staff;
mod undo;
mod units;

use kernel::Result;

pub use self::{import::import, undo::undo};
use crate::platform::{
    access::{Actor, Permission},
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
}

impl Writers {
    pub(super) fn new(bringer: &Bringer) -> Result<Self> {
        let Bringer::Staff(actor) = bringer else {
            let writer = || Some(Writer::platform());
            return Ok(Self { by: By::nobody(), places: writer(), units: writer(), people: writer() });
        };
        let writer = |permission| Writer::staff(actor, permission);
        let people = writer(Permission::PersonEdit).and_then(|people| writer(Permission::PostGrant).map(|_| people));
        let (places, units) = (writer(Permission::RegionEdit), writer(Permission::UnitEdit));
        let refusal = people.as_ref().err().cloned();
        let by = By::actor(actor, None);
        let writers = Self { by, places: places.ok(), units: units.ok(), people: people.ok() };
        match refusal {
            Some(error) if writers.places.is_none() && writers.units.is_none() => Err(error),
            _ => Ok(writers),
        }
    }
}
