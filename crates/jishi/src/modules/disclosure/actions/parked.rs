//! 挂账公示: a parked case stands in public while it is parked, as far as its matter is public case by case.

use std::collections::HashMap;

use db::Tx;
use kernel::{Id, Result};

use super::{
    super::{
        model::PublicPlace,
        store::{self, DisclosedParked},
    },
    follow::public_key,
};
use crate::modules::{
    App, SharedApp,
    cases::{self, Case, Publicity, Status},
    pleas,
};

/// Brings what is public of some cases' parking up to date; returns how many are told otherwise than before.
pub(super) async fn bring_up_to_date(app: &SharedApp, ids: &[Id<Case>]) -> Result<usize> {
    if ids.is_empty() {
        return Ok(0);
    }
    let mut db = app.db.read().await?;
    let found = cases::some_unscoped(&mut db, ids).await?;
    let keys: Vec<String> = found.iter().map(|case| public_key(app, case.id)).collect();
    let known = store::parked_of(&mut db, &keys).await?;
    let known: HashMap<&str, &DisclosedParked> = known.iter().map(|row| (row.public_key.as_str(), row)).collect();
    let mut changed = Vec::new();
    for (case, key) in found.iter().zip(&keys) {
        if fresh(&mut db, app, case).await?.as_ref() != known.get(key.as_str()).copied() {
            changed.push(case.id);
        }
    }
    drop(db);
    for id in &changed {
        write(app, *id).await?;
    }
    Ok(changed.len())
}

/// What is to stand in public of a case's parking now, if anything.
async fn fresh(db: &mut db::Conn, app: &App, case: &Case) -> Result<Option<DisclosedParked>> {
    if case.status != Status::Parked || case.publicity != Publicity::Summary {
        return Ok(None);
    }
    let Some(parked) = pleas::parked_of_unscoped(db, case.id).await? else { return Ok(None) };
    Ok(Some(DisclosedParked {
        public_key: public_key(app, case.id),
        place: PublicPlace::of(&case.place),
        matter: case.matter.clone().unwrap_or_default(),
        obstacle: parked.obstacle,
        plan: parked.told,
        owner: parked.owner,
        since: parked.since.day(&app.settings.zone),
        review_on: parked.review_on.unwrap_or_else(|| app.today()),
        times: parked.times,
    }))
}

/// Looks again behind the case's lock and writes it.
async fn write(app: &SharedApp, id: Id<Case>) -> Result<()> {
    let shared = SharedApp::clone(app);
    app.db
        .write(async move |mut tx: Tx| {
            let app = &*shared;
            let case = cases::lock_unscoped(&mut tx, id).await?;
            match fresh(&mut tx, app, &case).await? {
                Some(row) => store::put_parked(&mut tx, &row).await?,
                None => store::remove_parked(&mut tx, &public_key(app, id)).await.map(|_| ())?,
            }
            store::bump(&mut tx, app.now()).await
        })
        .await
}
