//! 异议: a resident who sees with their receipt that somebody opened their contact details may object to it, and somebody who
//! does not handle their case answers them.
//!
//! Words: an *opening* 查看 is an entry of the vault's list of accesses; an *objection* 异议 is what the resident says about one,
//! once; its *outcome* 结论 is whether the opening was in order 合规 or not 不当; the *security administrator* 安全管理员 of a
//! place around the case gives it, with words for the resident, within thirty days; when nobody did, an auditor 审计管理员 may.
//! Law: 个人信息保护法 第四十四条、第五十条; GB/T 35273-2020 8.7.
//!
//! Must hold: nobody answers about their own opening, or about one of their own unit; whoever answers sees who opened which
//! sort of detail, when and why, and never the detail, the reporter or the words of the case; an answer stays as it is; nothing
//! is counted of persons.

mod actions;
pub mod demo;
mod held;
pub mod http;
mod model;
mod rules;
mod store;
mod told;
mod views;

pub use held::HELD;
pub use model::Objection;
pub use told::{Told, told_unscoped, waiting_for};
pub use views::{OwnOpening, openings};
