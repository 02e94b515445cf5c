//! 消息: what leaves the browser, for people who are not looking at it.
//!
//! Words: a *gateway* 通道 is a way out: short messages or mail for a place, a robot in a unit's group chat. *Wishes* 接收设置
//! say what a person or a unit wants to be told, and when not. A *message* 消息 is one piece of news to one recipient by one
//! gateway. A *digest* 摘要 tells once a working day what waits, so that news does not drip.
//!
//! Must hold: no message carries a resident's words or contact details; what is not an emergency waits through the quiet
//! hours; the same news reaches the same recipient once; a resident is told only if they wished it; there is no record of
//! who read what.

mod actions;
mod carriers;
mod held;
pub mod http;
mod model;
mod rules;
mod store;
mod texts;
mod views;

pub use actions::{
    Asked, Digests, LinkMessage, Lists, SEALED, ask_code, can_find, link_unscoped, prove, put_link, round, schedules,
};
pub use held::HELD;
pub use model::{CodeFor, GatewayKind, News, State, Want};
pub use rules::CODE_MINUTES;
