//! 抽查复核: closed cases are looked at again, on the spot, by a unit that had no part in them.
//!
//! Words: a *draw* 抽取 is what the platform takes of a county's closed cases of a week or month, by unit, class of matters and
//! way of closing; a *re-check* 复核 is one case of it; the *checker* 核查单位 is the unit that looks; a *finding* 核查结论 says
//! whether it is as claimed; a *false result* 虚假办结 is one that the county found to be none.
//!
//! Must hold: the platform draws, from a seed that is kept and shown to auditors, and nobody chooses or skips; whoever looks is
//! of another unit and another office than whoever did it; the unit is heard once before the county decides; a false result is
//! marked on the unit and never on a person; who said honestly that it cannot be solved is not punished for it.
//!
//! Rows written: a draw and one a case; a finding, an answer, a decision change one; a false result adds one and reopens.

mod actions;
pub mod http;
mod model;
mod rules;
mod store;
mod told;
mod views;

pub use actions::{demo_day, draw_due, schedules};
pub use model::{RecheckFinding, RecheckState};
pub use store::waits_of_unscoped;
pub use told::{waiting_for, waiting_for_unit};
