//! 来源: lines and platforms outside that hand orders over, such as a 12345 hotline, and take their answers back.
//!
//! Words: a *source* 来源 is defined by a text file of the catalogue (its headings, words, categories); an *order* 来源工单
//! is a report that came in there and has a *number* there, its alias here; an *intake* 导入 is one file of orders brought
//! in; a *hand-back* 交回 is one file of answers given back; a *key* 密钥 lets a source's own system do both by itself.
//!
//! Must hold: an order is taken in by the same action as any other report, once, whatever comes twice; its clock starts
//! when it came in at the source; nothing is decided by a machine (a category proposes a matter only where the file says
//! which); contact details never go back, the source has them.

mod actions;
mod columns;
mod fields;
mod file;
pub mod http;
mod model;
mod places;
mod rules;
mod store;
mod writing;

pub use actions::{bring_one, import_packaged};
pub use file::{KIND, packaged, parse};
