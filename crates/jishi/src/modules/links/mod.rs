//! 包联: who of the cadres is linked to a place or a household, how to reach them, and what became of what was raised there.
//!
//! Words: a *link* 包联 is a post of the role `linked_cadre` as `people` keeps it; its *card* 联系卡 says what a post does not, the
//! telephone of the desk and whether residents read it; a *household link* 包户 names a household by what stands at its door; the
//! *rhythm* 联系频次 is how often a month one is in touch; a *stage* 办到哪一步 is what became of a need: collected, classified,
//! solved.
//!
//! Must hold: no operation tells how often somebody came but to themselves; nobody is listed as late, and nothing is ranked. The
//! telephone is an office's, never a mobile one. A household is a door and no list of people. What everyone reads stands in
//! tables that hold nothing else, and says nothing of households.

mod actions;
mod file;
mod held;
pub mod http;
mod model;
mod public;
mod rules;
mod store;
mod views;

pub use actions::{CardChange, NewHousehold, add_household, disclose, import_packaged, refresh, schedules, set_card};
pub use file::{KIND, packaged, parse};
pub use held::HELD;
pub use model::{LinkKind, NeedStage, OfferRef};
pub use rules::{Catalogue, stage};
