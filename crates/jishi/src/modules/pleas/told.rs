//! What a digest tells of pleas.

use db::Conn;
use kernel::{Names, Result};

use super::{model::PleaFilter, store, views};
use crate::{modules::App, platform::access::Actor};

/// How many wait for somebody's decision: as many as their list shows.
///
/// # Errors
/// `internal` when the database fails.
pub async fn waiting_for(db: &mut Conn, app: &App, actor: &Actor) -> Result<Vec<(Names, i64)>> {
    let Ok((scope, level)) = views::decides(actor) else { return Ok(Vec::new()) };
    let filter =
        PleaFilter { to_decide: Some(level), now: app.now(), person: Some(actor.person), ..PleaFilter::default() };
    Ok(vec![(Names::new("申请待裁定", "requests to decide"), store::count(db, &scope, &filter).await?)])
}
