//! Units, people, posts, and how people log in.
//!
//! Words: a *unit* 单位 has one duty at one level for one place; a *person* 人员 works here; a *post* 任职 lets a person be
//! something somewhere from one day to another, and alone gives permissions. A *deputy* 代理 holds a post of their own that
//! names the one it stands in for and ends with it.
//!
//! Must hold: nobody combines two of the three separated administrators; each of them is always held by someone; nothing
//! is deleted, posts and people end by date. There is no ranking of staff and no record of when they are online: a
//! session's last use is kept only to end it when it has been idle.

pub mod http;
pub mod login;
mod model;
mod store;
mod views;

pub use login::{Doorkeeper, Visit, actor, begin_session};
pub use model::{Me, PersonRef, Persona, PostView, RegionRef, UnitRef};
