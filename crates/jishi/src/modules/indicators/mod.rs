//! 指标: figures of how requests are answered, computed from the cases by named, dated definitions, never typed in.
//!
//! Words: a *measure* 计数项 is one thing that can be true of a case on one of its days (it came in, was given out, was due,
//! ended, someone spoke of its result): a closed set, [`measures`]. An *indicator* 指标 is a definition over measures, text
//! of the catalogue; a *scheme* 方案 weighs indicators. A *mark* 计数 is what one case adds.
//!
//! Must hold: no measure is about a person, and none counts log-ins, posts, visits or photos (they are no outcomes); the
//! counts kept are those of a recount; open overdue cases stand against every rate of being in time; a rate is told with its
//! number, interval, exclusions and what went unanswered; each figure opens into as many rows as it says; places stand in
//! the order of their codes, unless the county has switched league tables on.

mod actions;
mod expression;
mod file;
pub mod http;
mod marks;
mod measures;
mod model;
mod periods;
mod shares;
mod shelf;
mod stats;
mod store;
mod views;

pub use actions::{follow, import_packaged, rebuild, refresh, schedules};
pub use file::{KIND, parse};
pub use periods::{Period, Rule};
pub use shares::{Share, cases_of_share_unscoped, share_by_unit_unscoped};
pub use shelf::Shelf;
pub use stats::{Interval, Sample, chance_of, wilson};
