//! 协办: several units work on one case. The lead answers for all of it (首接负责) and gives shares of the work 分工, each with what
//! is to be done and a deadline of its own; whoever has a share answers to the lead, and the lead to the resident.
//!
//! Words: a *share* 分工 is one unit's, or one contractor's 施工单位; a unit that was not dispatched to is *asked* and agrees, or the
//! dispatcher of the place does for it; a contractor has no account and works by a *link*, which opens one share and nothing
//! else.
//!
//! Must hold: a share is due no later than its case; it is declined once, with a reason, within the limit of the catalogue;
//! the lead files without an answer only with a reason; what a link opens holds no word of a resident and nobody's contact
//! details; the resident learns that several units work on it, and no more.

pub(super) mod actions;
mod export;
pub(super) mod http;
mod model;
mod rules;
mod shapes;
mod store;
mod views;

pub use actions::Joint;
pub use model::{Share, ShareKind, ShareState};
pub(super) use rules::left_out;
pub(super) use store::{close_shares, of_case, waiting_unscoped};
