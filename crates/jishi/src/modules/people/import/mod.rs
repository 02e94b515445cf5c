//! Units and staff from CSV files: all rows or none, every mistake with its line.

mod actions;
pub mod http;
mod rules;
mod staff;

use kernel::{Code, Error, RegionCode, Result};

pub use actions::import_units;
pub use rules::{Mistake, Report, Welcome};
pub use staff::import_staff;

use crate::platform::{
    access::{Actor, Permission, Scope},
    trail::By,
};

/// Who brings a file in: a member of staff within their places, or the platform itself (command line, demonstration).
#[derive(Clone, Debug)]
pub struct Bringer {
    by: By,
    scope: Option<Scope>,
}

impl Bringer {
    /// The platform itself.
    pub fn platform() -> Self {
        Self { by: By::nobody(), scope: None }
    }

    /// A member of staff who may do this.
    ///
    /// # Errors
    /// `forbidden` without the permission.
    pub(super) fn staff(actor: &Actor, permission: Permission) -> Result<Self> {
        let scope = actor.require(permission)?;
        Ok(Self { by: By::actor(actor, actor.acting(permission, None, None)), scope: Some(scope) })
    }

    /// A place that is not theirs is as good as none.
    fn check(&self, place: &RegionCode) -> Result<()> {
        if self.covers(place) { Ok(()) } else { Err(Error::field("region", Code::UnknownRegion)) }
    }

    fn covers(&self, place: &RegionCode) -> bool {
        self.scope.as_ref().is_none_or(|scope| scope.covers(place))
    }

    fn is_platform(&self) -> bool {
        self.scope.is_none()
    }
}
