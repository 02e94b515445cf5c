//! Shares of each unit of a county, for whoever looks for what stands out.

use std::collections::BTreeMap;

use db::Conn;
use kernel::{Day, Id, RegionCode, Result};

use super::{
    measures::{Basis, EXCLUDED, came, say},
    model::{Mark, RowFilter, Selection},
    periods::{self, Period},
    store,
};
use crate::{modules::cases::Case, platform::access::Unit};

/// Which share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Verdicts written down by staff, of all verdicts.
    Assisted,
    /// What was left out of the count, of what came in.
    Excluded,
}

impl Share {
    /// The day that counts, the bits of all, and the bits of the share.
    fn bits(self) -> (Basis, i64, i64) {
        match self {
            Self::Assisted => (Basis::Say, say::VALID, say::BY_STAFF),
            Self::Excluded => (Basis::In, came::RECEIVED, EXCLUDED),
        }
    }
}

/// Of each unit of a county in a period: how many, and of how many; for the platform's own looking.
///
/// # Errors
/// `internal` when the database fails.
pub async fn share_by_unit_unscoped(
    db: &mut Conn,
    county: &RegionCode,
    period: Period,
    share: Share,
) -> Result<BTreeMap<Id<Unit>, (i64, i64)>> {
    store::share_by_unit(db, county, period, share.bits()).await
}

/// The cases of one unit's share, each with its day; for the platform's own looking.
///
/// # Errors
/// `internal` when the database fails.
pub async fn cases_of_share_unscoped(
    db: &mut Conn,
    county: &RegionCode,
    period: Period,
    share: Share,
    unit: Id<Unit>,
) -> Result<Vec<(Id<Case>, Day)>> {
    let (basis, all, hits) = share.bits();
    let selection = Selection { place: Some(county.clone()), unit: Some(unit), matter: None };
    let filter = RowFilter { selection, period, basis, any: hits, also: all, none: 0 };
    let rows: Vec<Mark> = db.all(store::export(&filter)).await?;
    Ok(rows.into_iter().map(|mark| (mark.case, periods::day_of(mark.slot))).collect())
}
