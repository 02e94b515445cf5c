//! What people write in cells, and the units it names: by code or name.

use db::Conn;
use kernel::{Day, RegionCode, Result};

use super::{NamedUnit, units_named_unscoped};
use crate::modules::regions::{ambiguous_name, unknown_name};

/// Units by what they are called.
#[derive(Debug)]
pub struct CalledUnits(Vec<NamedUnit>);

impl CalledUnits {
    /// Looks up everything the cells name, at once. Offices are public.
    ///
    /// # Errors
    /// `internal` when the database fails.
    pub async fn read_unscoped(db: &mut Conn, cells: &[&str], today: Day) -> Result<Self> {
        units_named_unscoped(db, cells, today).await.map(Self)
    }

    /// Adds those that stand in the workbook itself.
    #[must_use]
    pub fn and(mut self, more: impl IntoIterator<Item = NamedUnit>) -> Self {
        for unit in more {
            if !self.0.iter().any(|known| known.code == unit.code) {
                self.0.push(unit);
            }
        }
        self
    }

    /// Whether there is a unit with this code.
    pub fn has(&self, code: &str) -> bool {
        !code.is_empty() && self.0.iter().any(|unit| unit.code == code)
    }

    /// The unit of this name for this place, if there is one.
    pub fn at(&self, name: &str, region: &RegionCode) -> Option<&NamedUnit> {
        self.0.iter().find(|unit| unit.name == name && unit.region == *region)
    }

    /// The unit a cell names; of several with a name the one nearest above `near`.
    ///
    /// # Errors
    /// `unknown_name`, `ambiguous`.
    pub fn find(&self, key: &'static str, cell: &str, near: &RegionCode) -> Result<&NamedUnit> {
        if let Some(unit) = self.0.iter().find(|unit| unit.code == cell) {
            return Ok(unit);
        }
        let found: Vec<&NamedUnit> = self.0.iter().filter(|unit| unit.name == cell).collect();
        let above = found.iter().filter(|unit| unit.region.covers(near)).max_by_key(|unit| unit.region.as_str().len());
        match (found.as_slice(), above) {
            ([], _) => Err(unknown_name(key, cell)),
            ([one], _) | (_, Some(one)) => Ok(one),
            (many, None) => {
                Err(ambiguous_name(key, cell, &many.iter().map(|unit| unit.code.clone()).collect::<Vec<_>>()))
            }
        }
    }
}
