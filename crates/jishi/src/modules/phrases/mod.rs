//! 常用语: words that a unit's people say often, offered where a step of a case asks for words.
//!
//! Words: a *phrase* 常用语 belongs to a unit and to one *step* 环节 (answer, ask, return, result, settle, work); it may be for
//! one matter only; it may have *slots* 填空 that the case fills. One that is *shared* 共用 is offered to everyone with a post
//! in the unit's place, and names its matter.
//!
//! Must hold: a phrase is a beginning, what is said is what its speaker sends; uses are counted for the order alone, by no
//! person; who may write for a unit holds a post in it; nothing is deleted, phrases end.

mod actions;
pub mod demo;
pub mod http;
mod model;
mod rules;
mod store;
mod views;

pub use model::{Phrase, PhraseStep};
pub use store::count_use_unscoped;
