//! What a digest tells of call-backs.

use db::Conn;
use kernel::{Names, Result};

use super::views;
use crate::{
    modules::App,
    platform::access::{Actor, Permission},
};

/// How many residents somebody's desk may ask now.
///
/// # Errors
/// `internal` when the database fails.
pub async fn waiting_for(db: &mut Conn, app: &App, actor: &Actor) -> Result<Vec<(Names, i64)>> {
    if !actor.may(Permission::CaseCallBack) {
        return Ok(Vec::new());
    }
    Ok(vec![(Names::new("待回访", "residents to call back"), views::counts(db, app, actor).await?.ready)])
}
