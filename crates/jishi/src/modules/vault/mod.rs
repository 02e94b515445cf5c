//! 密钥管理: the life of the keys that seal values, and going through everything that is sealed.
//!
//! Words: the *master key* wraps the *root* and the *data keys* (`platform::keys`); to *change* 轮换 is to draw a new data key,
//! *seal anew* 重新加密 every value with it, and throw the old one away.
//!
//! Must hold: at every moment everything that is kept can be opened; a new key seals nothing before every node knows it; an old
//! one is thrown away only after a whole round that found nothing of it, and no sooner than [`LINGER_SECONDS`] after the new one
//! began. What is sealed belongs to its room, which names its columns here and does nothing else for it.
//!
//! Writes: a value that is sealed anew is one row, 200 to a transaction.

mod actions;
mod store;

pub use actions::{Held, Place, change, change_master, check, hold_against, keys_unscoped, renew, schedules};

use super::{contacts, enforcement, mediation, messages, people, visits};
use crate::platform::keys::SealedColumn;

/// How long an old key is kept after another took its place: whoever began to write with it has ended long since.
pub const LINGER_SECONDS: i64 = 3_600;

/// Everything that is sealed.
pub fn columns() -> impl Iterator<Item = SealedColumn> {
    [contacts::SEALED, people::SEALED, messages::SEALED, enforcement::SEALED, mediation::SEALED, visits::SEALED]
        .into_iter()
        .flatten()
        .copied()
}
