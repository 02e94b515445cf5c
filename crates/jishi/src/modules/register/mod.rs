//! 基础台账: the things and places of a county, so that a report says "this lamp", a form is filled in from what is known,
//! and a grid worker has a list to look through.
//!
//! Words: a *kind* 类别 is text of the catalogue (`catalog/register/`) and belongs to a *class* 大类; an *item* 台账条目 is one
//! thing or place of a kind; a *fact* 事实 is the value of one of its fields, with a *source* 来源 in words and the day it was
//! true of; a fact *grows old* when that day is longer ago than its kind allows; a *sign* 标牌 is a printed QR code on a
//! thing, read like that of a spot.
//!
//! Must hold: no data of residents (the parser of kinds refuses such fields, [`file::parse`]); nothing is deleted: an item
//! ends by date and the end can be taken back; a fact is never overwritten, the newest is in force; only kinds that say so
//! have signs, and by its sign the public learns what the thing is and where, nothing else.

mod actions;
mod export;
mod file;
pub mod http;
mod import;
mod listing;
mod model;
mod rules;
mod shelf;
mod store;
mod views;

pub use actions::{
    Followed, act_on, follow_in, import_packaged, items_of, ref_unscoped, refresh, refs_unscoped, sign_unscoped,
    standing_unscoped, touch_seen,
};
pub use file::{KIND, packaged, parse};
pub use import::{ItemsFile, import_csv};
pub use listing::{ItemFilter, Order};
pub use model::{Class, Field, FieldType, Geometry, Item, ItemKind, ItemRef, Seen};
pub use rules::place_in_lists;
pub use shelf::{Kinds, Shelf};
pub use store::{OfKind, by_kind, due_count, due_in, known_in};
pub use views::{ItemRow, label, rows};
