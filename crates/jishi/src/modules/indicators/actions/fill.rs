//! Everything counted, the first time and anew: first what each case adds, page by page, so that what is broken off goes on
//! where it was; then the counts, place by place, so that no transaction is long. Steps of cases never wait for it.

use db::Tx;
use kernel::{Id, Level, Result};

use super::{
    super::store::{self, Change, Recount},
    follow::{put, reckon, skip_settled},
};
use crate::modules::{
    SharedApp,
    cases::{self, Case},
};

/// Cases of a page, and of a transaction.
const PAGE: i64 = 500;
/// Pages that a worker looks at before it lets others have their turn.
const AT_ONCE: usize = 60;

/// Whether everything has been counted once.
pub(super) async fn is_whole(app: &SharedApp) -> Result<bool> {
    Ok(store::filled_unscoped(&mut app.db.read().await?).await?.0)
}

/// Looks at every case anew and counts everything anew; returns how many cases there are. May be broken off and repeated,
/// while the platform runs.
///
/// # Errors
/// `internal` when the database fails.
pub async fn rebuild(app: &SharedApp) -> Result<usize> {
    app.db
        .write(async move |mut tx: Tx| {
            store::take_turn(&mut tx).await?;
            store::clear_filling(&mut tx).await
        })
        .await?;
    let mut seen = 0;
    while !is_whole(app).await? {
        seen += go_on(app).await?;
    }
    Ok(seen)
}

/// Goes on filling for a while; returns how many cases were looked at.
pub(super) async fn go_on(app: &SharedApp) -> Result<usize> {
    let mut seen = 0;
    for _ in 0..AT_ONCE {
        let after = store::filled_unscoped(&mut app.db.read().await?).await?.1;
        if after.is_none() {
            // What happens from now on is followed from here.
            let now = app.now();
            app.db.write(async move |mut tx: Tx| skip_settled(&mut tx, now).await).await?;
        }
        let page = cases::walk_unscoped(&mut app.db.read().await?, after, PAGE).await?;
        let ids: Vec<Id<Case>> = page.iter().map(|case| case.id).collect();
        let Some(last) = ids.last().copied() else {
            count_anew(app).await?;
            return Ok(seen);
        };
        seen += ids.len();
        mark(app, ids, last).await?;
    }
    Ok(seen)
}

async fn mark(app: &SharedApp, ids: Vec<Id<Case>>, last: Id<Case>) -> Result<()> {
    let shared = SharedApp::clone(app);
    app.db
        .write(async move |mut tx: Tx| {
            store::take_turn(&mut tx).await?;
            let reckoned = reckon(&mut tx, &shared, &ids).await?;
            // The counts are made from these rows when all are there.
            let mut nobody = Change::new(&shared.settings.region);
            put(&mut tx, &ids, &reckoned, &mut nobody).await?;
            store::fill_done(&mut tx, Some(last), false).await
        })
        .await
}

/// Who follows what happens meanwhile takes turns with this: what they change in a place that is not counted yet is
/// counted with it.
async fn count_anew(app: &SharedApp) -> Result<()> {
    let root = app.settings.region.clone();
    let mut all = vec![Recount::Whole(root.clone()), Recount::Units];
    for level in [Level::City, Level::County].into_iter().filter(|level| root.level() < *level) {
        all.push(Recount::Places(level, root.clone()));
    }
    if root.level() == Level::Township {
        all.push(Recount::Places(Level::Village, root.clone()));
    }
    if root.level() <= Level::County {
        for county in store::counties_unscoped(&mut app.db.read().await?).await? {
            all.extend([Level::Township, Level::Village].map(|level| Recount::Places(level, county.clone())));
        }
    }
    for what in all {
        app.db
            .write(async move |mut tx: Tx| {
                store::take_turn(&mut tx).await?;
                store::recount(&mut tx, &what).await
            })
            .await?;
    }
    app.db.write(async move |mut tx: Tx| store::fill_done(&mut tx, None, true).await).await
}
