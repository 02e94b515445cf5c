//! 乡镇吹哨、部门报到: what one office cannot do alone. A township calls departments together, each says whether it comes,
//! comes, does its part; one lead gives one answer.
//!
//! Words: a *whistle* 哨 is of one of three kinds (综合执法、重点工作、应急处置), has a goal, a place and a time to meet; a *call*
//! 被吹哨单位 is one department in it: its reply 应哨, its arrival 到场, its part with a deadline of its own, its result; the
//! *answer* is the one the lead composes; what cannot be solved is *escalated* 升级 to the county, which *decides*. When it is
//! over, both sides *rate* each other 双向评价.
//!
//! Must hold: who came late or not at all follows from times and is nobody's to say; it is a fact about a unit, no person is
//! named in it. An arrival is said with one tap: no coordinates, no photo. A unit does not rate itself. How fast is text of the
//! catalogue; that the three kinds exist is code.
//!
//! Rows written: a whistle and one a call, the parts in its case; afterwards one row a step and its entry on the trail, which
//! is also the whistle's history.

mod actions;
pub mod demo;
mod file;
pub mod http;
mod model;
mod rules;
mod store;
mod told;
mod views;

pub use actions::{
    Arrival, Composed, NewCall, NewWhistle, Rating, Reply, arrive, call_more, compose, decide, escalate, file_result,
    grade, import_packaged, raise, rate, refresh, remind, reply, schedules, withdraw,
};
pub use file::{KIND, packaged, parse};
pub use model::{CallGrade, CallStanding, SaidBy, Whistle, WhistleCall, WhistleKind, WhistleReply, WhistleState};
pub use rules::{Catalogue, standing};
pub use store::{WhistleView, about_cases_unscoped, cases_of_unscoped};
pub use told::{Told, told_unscoped, waiting_for, waiting_for_unit};
