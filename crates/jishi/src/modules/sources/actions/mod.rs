//! What is done with sources: orders brought in and taken back, answers handed back, keys made and ended.

mod answers;
mod book;
mod bringing;
mod check;
mod exchange;
mod keys;
mod undo;

use kernel::{RegionCode, Result};

pub(super) use self::{
    answers::{FileKind, answers_file, answers_lines, hand_back},
    book::{find, keep_headings, list},
    bringing::{OrdersFile, bring_in, mistakes_file},
    exchange::{Holder, changes, give, holder, take_answers},
    keys::{end_key, make_key},
    undo::undo,
};
use super::model::Carrier;
use crate::platform::{
    access::{Actor, Permission},
    trail::By,
};
pub use book::import_packaged;

/// Whoever of the staff may do this with sources, and for which places.
///
/// # Errors
/// `forbidden` without the permission.
pub(super) fn carrier(actor: &Actor, permission: Permission, root: &RegionCode) -> Result<Carrier> {
    let scope = actor.require(permission)?;
    let home = scope.home(root);
    Ok(Carrier { by: By::actor(actor, actor.acting(permission, Some(&home), None)), scope, home })
}
