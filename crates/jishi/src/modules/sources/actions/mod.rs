//! What is done with sources: orders brought in and taken back, answers handed back, keys made and ended.

mod answers;
mod book;
mod bringing;
mod check;
mod exchange;
mod keys;
mod undo;

use std::collections::BTreeMap;

use kernel::{Error, RegionCode, Result};

pub(super) use self::{
    answers::{FileKind, answers_file, answers_lines, hand_back},
    book::{find, keep_headings, list},
    bringing::{OrdersFile, bring_in, mistakes_file},
    exchange::{Holder, changes, give, holder, take_answers},
    keys::{end_key, make_key},
    undo::undo,
};
use super::model::Carrier;
use crate::{
    modules::SharedApp,
    platform::{
        access::{Actor, Permission},
        import::Mode,
        trail::By,
    },
};
pub use book::import_packaged;

/// Brings a file of orders in as a member of staff does by hand; `file` is its name and content.
///
/// # Errors
/// `forbidden` without the permission; as [`bring_in`]; the first mistake, if a row has one.
pub async fn bring_one(
    app: &SharedApp,
    actor: &Actor,
    source: &str,
    (name, bytes): (String, Vec<u8>),
    mode: Mode,
) -> Result<()> {
    let carrier = carrier(actor, Permission::SourceExchange, &app.settings.region)?;
    let file = OrdersFile { name, bytes, chosen: BTreeMap::new() };
    let brought = bring_in(app, carrier, source.to_owned(), file, mode).await?;
    match brought.mistakes.into_iter().next() {
        Some(mistake) => Err(Error::field(mistake.error.field, mistake.error.code)),
        None => Ok(()),
    }
}

/// Whoever of the staff may do this with sources, and for which places.
///
/// # Errors
/// `forbidden` without the permission.
pub(super) fn carrier(actor: &Actor, permission: Permission, root: &RegionCode) -> Result<Carrier> {
    let scope = actor.require(permission)?;
    let home = scope.home(root);
    Ok(Carrier { by: By::actor(actor, actor.acting(permission, Some(&home), None)), scope, home })
}
