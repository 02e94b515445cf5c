//! What is public of the demo city: the summaries its dispatchers would have approved by now.

use kernel::{Id, Names, Result};

use super::{
    super::{rules, store, views},
    follow::{fresh, rebuild},
    summaries::{Said, say},
};
use crate::{
    modules::{
        SharedApp,
        cases::{self, Case},
        people,
    },
    platform::{access::Role, idempotency::Key},
};

/// Of so many answered cases one is left waiting, so that there is something to approve.
const LEFT_WAITING: usize = 4;

/// Approves most of what is proposed, as the dispatchers of the places; nothing that is done already is done again.
///
/// # Errors
/// `internal` when the database fails; whatever the actions refuse.
pub async fn fill_demo(app: &SharedApp) -> Result<()> {
    rebuild(app).await?;
    let mut after = None;
    loop {
        let page = cases::walk_unscoped(&mut app.db.read().await?, after, 200).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.id);
        for (index, case) in page.iter().enumerate() {
            if index % LEFT_WAITING != 0 {
                approve(app, case).await?;
            }
        }
    }
}

async fn approve(app: &SharedApp, case: &Case) -> Result<()> {
    let mut db = app.db.read().await?;
    let kept = store::of_cases_unscoped(&mut db, &[case.id]).await?.pop();
    let it = fresh(app, case, kept.as_ref(), app.now());
    let Some(actor) = dispatcher(app, case).await? else { return Ok(()) };
    if it.version > 0 || !super::may(&actor, case, &it).approve {
        return Ok(());
    }
    let proposal: Names = views::proposal(&mut db, app, case, &it).await?;
    drop(db);
    let said = rules::checked_summary(proposal.zh(), proposal.en()).map(Said::Approved)?;
    say(app, &actor, case.id, 0, said, key(case.id)).await
}

fn key(case: Id<Case>) -> Key {
    Key { actor: "demo".to_owned(), operation: "disclosure.approve", key: case.to_string(), body_hash: Vec::new() }
}

async fn dispatcher(app: &SharedApp, case: &Case) -> Result<Option<crate::platform::access::Actor>> {
    let Some(township) = case.place.at(kernel::Level::Township) else { return Ok(None) };
    let mut db = app.db.read().await?;
    let holders = people::holders_unscoped(&mut db, Role::TownshipDispatcher, &township, app.today()).await?;
    drop(db);
    match holders.first() {
        Some(person) => people::actor_unscoped(app, *person).await.map(Some),
        None => Ok(None),
    }
}
