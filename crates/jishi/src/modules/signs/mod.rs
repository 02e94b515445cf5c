//! 疑点: signs that figures are being made to look well, shown to auditors with the cases behind them.
//!
//! Words: a *sign* 疑点 is of a unit, in a county and a month, of one kind: filed just before the deadline, many at once, one
//! photo for several cases, many verdicts written down by staff, answers word for word, many left out of the count.
//!
//! Must hold: a sign is no verdict: somebody looks, the unit may answer, and what was looked at comes back only with more; it is
//! never a person's; no device or address of a resident is looked at, and no verdict is ever set aside; what is more than
//! elsewhere is told with the numbers of both; auditors see no contact details.

mod actions;
mod file;
pub mod http;
mod model;
mod rules;
mod shelf;
mod store;
mod views;

pub use actions::{import_packaged, look, refresh, schedules};
pub use file::{KIND, parse};
pub use shelf::Shelf;
