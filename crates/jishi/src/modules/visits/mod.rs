//! 走访: visits at people's homes. Three fields: whom in which household, what was said, what is needed.
//!
//! Words: whom and what was said are *sealed* 加密 for as long as the catalogue says, and are then forgotten; an *opening* 查看 is
//! somebody other than the writer reading them, with a reason that is written down; a *need* 诉求 becomes a case in one tap, and
//! its *stage* 办到哪一步 is the case's.
//!
//! Must hold: no coordinates, no photo, no quota; nobody's visits are counted but to themselves, and no list can be asked for by
//! who wrote it. What is sealed stands in no list, no file, no trail, no case. A need is masked before it is kept.
//!
//! Rows written: a visit and the trail, and those of a case when it becomes one.

mod actions;
pub mod demo;
mod held;
pub mod http;
mod model;
mod rules;
mod store;
mod views;

pub use actions::{NewVisit, Recorded, SEALED, forget, record, schedules};
pub use held::HELD;
pub use model::Visit;
