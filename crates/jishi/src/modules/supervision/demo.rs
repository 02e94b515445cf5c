//! What the rules call for in the demo city, and what became of it: answered, raised, released.

use kernel::{Id, Level, Result};

use super::{
    actions::{answer, release, watch},
    model::{Supervision, SupervisionFilter},
    store,
};
use crate::{
    modules::{SharedApp, cases, people},
    platform::{
        access::{Role, Scope},
        idempotency::Key,
    },
};

/// Lets the rules look at the season, then has some units answer and some leaders let go.
///
/// # Errors
/// `internal` when the database fails.
pub async fn fill(app: &SharedApp) -> Result<()> {
    watch(app).await?;
    let scope = Scope { places: vec![app.settings.region.clone()], units: Vec::new() };
    let filter = SupervisionFilter { is_open: Some(true), now: app.now(), ..SupervisionFilter::default() };
    let page = kernel::Page { limit: 100, cursor: None };
    let all = store::list(&mut app.db.read().await?, &scope, &filter, &page).await?.rows;
    for (index, it) in all.iter().enumerate().filter(|(index, _)| index % 2 == 0) {
        play(app, it, index % 4 == 0).await?;
    }
    Ok(())
}

async fn play(app: &SharedApp, it: &Supervision, is_released: bool) -> Result<()> {
    let mut db = app.db.read().await?;
    let case = cases::get_unscoped(&mut db, it.case).await?;
    let leader = match case.place.at(Level::Township) {
        Some(township) => people::holder_unscoped(&mut db, Role::TownshipLeader, &township, app.today()).await?,
        None => None,
    };
    drop(db);
    let Some(handler) = case.handler else { return Ok(()) };
    let actor = people::actor_unscoped(app, handler).await?;
    let words = "已到现场，材料今天下午到位，明天上午完工；完工后当面请反映人看。";
    match answer(app, actor, it.id, it.version, (words, Vec::new()), key("answer", it.id)).await {
        Err(error) if error.code() == kernel::Code::Internal => return Err(error),
        Err(_) => return Ok(()),
        Ok(()) => {}
    }
    let Some(leader) = leader.filter(|leader| is_released && *leader != handler) else { return Ok(()) };
    let actor = people::actor_unscoped(app, leader).await?;
    let words = "措施明确、时间清楚，解除督办，继续按期办结。";
    match release(app, actor, it.id, it.version + 1, words, key("release", it.id)).await {
        Err(error) if error.code() == kernel::Code::Internal => Err(error),
        _ => Ok(()),
    }
}

fn key(what: &'static str, id: Id<Supervision>) -> Key {
    Key { actor: "demo".to_owned(), operation: what, key: id.to_string(), body_hash: Vec::new() }
}
