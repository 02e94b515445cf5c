//! 诉求人联系方式: contact details live apart, encrypted; only a mask is ever shown without a purpose.
//!
//! Opening one takes a permission (checked by whoever calls), a purpose and words; it is written down, and the resident
//! sees it with their receipt. This module never hands out a detail without writing the access in the same transaction.

mod held;
mod model;
mod seal;
mod store;

pub use held::HELD;
pub use model::{Access, Field, Mask, Opening, Purpose};
pub use seal::{SEALED, Sealed, seal};
pub use store::{
    accesses, accesses_unscoped, erase, for_their_owner_unscoped, has_phone, is_readable_unscoped, look_again, masks,
    open, openings_by_purpose_unscoped, phone_for_messages_unscoped, reports_of_phone_unscoped, store,
    to_look_at_unscoped,
};

/// The report a detail belongs to. Only the marker of an id: the record belongs to the cases module.
pub use super::cases::Report;

/// After so many days at the latest it is looked whether a detail is still needed: a term that was shortened holds by then.
pub const LOOK_DAYS: i64 = 30;

/// How long an opened detail may stay on the screen, in seconds.
pub const OPEN_SECONDS: i64 = 60;
