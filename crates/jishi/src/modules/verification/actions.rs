//! Which file is in force.

use kernel::{Level, RegionCode, Result};

use crate::modules::{App, SharedApp, regions};

/// Puts the packaged file into force for the instance.
///
/// # Errors
/// `internal` when the database fails.
pub async fn import_packaged(app: &SharedApp) -> Result<()> {
    app.verification.import_packaged(&app.db, app.settings.region.clone(), (app.today(), app.now())).await
}

/// Reads the file in force again, if it changed since it was last read.
///
/// # Errors
/// `internal` when the database fails.
pub async fn refresh(app: &App) -> Result<()> {
    app.verification.refresh(&app.db, app.today()).await
}

/// The counties the instance works for: every draw is one county's.
///
/// # Errors
/// `internal` when the database fails.
pub async fn counties_unscoped(app: &App) -> Result<Vec<RegionCode>> {
    let mut places = vec![app.settings.region.clone()];
    let mut db = app.db.read().await?;
    while places.first().is_some_and(|place| place.level() < Level::County) {
        let mut inner = Vec::new();
        for place in &places {
            let children = regions::children_unscoped(&mut db, place, app.today()).await?;
            inner.extend(children.into_iter().map(|child| child.place.code));
        }
        places = inner;
    }
    Ok(places.into_iter().filter_map(|place| place.at(Level::County)).collect())
}
