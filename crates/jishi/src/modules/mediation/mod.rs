//! 矛盾纠纷化解: a dispute is taken in, a mediator agreed on, an agreement made or not, its performance looked after, and the
//! court asked to confirm it.
//!
//! Words: a *dispute* 纠纷 stands between *one side* and *the other*, whose people are *parties* 当事人; a *centre* 综治中心 or
//! committee 调委会 is a unit with the duty `mediation`; a *mediator* 调解员 is proposed and becomes it when both sides agree; a
//! *hearing* 调解会 has a room and a time; an *agreement* 调解协议 has *items* 履行事项; *confirmation* 司法确认 is the court's.
//!
//! Must hold: few eyes, those of the centre's people for the place and of the mediator; the county office has numbers alone.
//! Nobody's name or telephone stands in the open, nothing is found, listed or counted by person, nothing of a dispute goes into
//! the public ledger, the search or the case it came from. Matters that belong to another procedure are shown the way with
//! their number there, and stay there.
//!
//! Writes: a step is the dispute, a line of its history, the trail and the key; a hearing its row and two books besides.

mod actions;
mod classes;
mod demo;
mod feed;
mod held;
pub mod http;
mod law;
mod model;
mod paper;
mod rules;
mod store;
mod told;
mod views;

pub use actions::{import_packaged, refresh};
pub use classes::{Class, KIND, Shelf, packaged, parse};
pub use demo::fill as fill_demo;
pub use held::HELD;
pub use model::{
    AgreementForm, Confirmation, DisputeKind, DisputeOutcome, DisputePartyField, DisputePartyPurpose, DisputeSide,
    DisputeSource, DisputeState, HearingState, ItemState, NextWay, Performance,
};
pub use store::{DisputeView, vault::SEALED, waits_of_unscoped};
pub use told::waiting_for;
