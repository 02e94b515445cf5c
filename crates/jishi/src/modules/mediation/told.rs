//! What a digest tells of disputes: how many wait, never of whom.

use db::Conn;
use kernel::{Names, Result};

use super::{
    actions::eyes,
    store::{self, DisputeView, Filter},
};
use crate::{
    modules::App,
    platform::access::{Actor, Permission},
};

/// What waits for somebody: to be taken in, and what is late in mediation or in its performance.
///
/// # Errors
/// `internal` when the database fails.
pub async fn waiting_for(db: &mut Conn, app: &App, actor: &Actor) -> Result<Vec<(Names, i64)>> {
    let Ok(eyes) = eyes(actor) else { return Ok(Vec::new()) };
    let (all, late) = (Filter::default(), Filter { late: true, ..Filter::default() });
    let mut lists = Vec::new();
    if actor.may(Permission::MediationTakeIn) {
        let count = store::count(db, &eyes, (DisputeView::Applied, &all), app.now()).await?;
        lists.push((Names::new("纠纷待受理", "disputes to take in"), count));
    }
    for (view, names) in [
        (DisputeView::Mediating, Names::new("纠纷调解超期", "disputes whose mediation is late")),
        (DisputeView::Agreed, Names::new("协议履行超期", "agreements whose performance is late")),
    ] {
        lists.push((names, store::count(db, &eyes, (view, &late), app.now()).await?));
    }
    Ok(lists)
}
