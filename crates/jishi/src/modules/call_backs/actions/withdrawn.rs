//! Of the cases that were withdrawn, some are asked about: drawn by the system, from a seed that is kept, by unit.

use std::collections::BTreeMap;

use db::Tx;
use kernel::{Day, Id, RegionCode, Result};

use super::{
    super::store,
    attempt::about_withdrawal,
    follow::{is_askable, phones},
};
use crate::{
    modules::{
        SharedApp,
        cases::{Case, actions::Held},
        verification::{self, Draw, SEEDS},
    },
    platform::{access::Unit, live::Topic},
};

/// Days that are made up for when the platform stood still.
const LOOK_BACK: i64 = 7;
/// A day has no more than this to ask about in a county.
const MOST: i64 = 200;

/// Draws for every county each day that is over and was not drawn yet; returns how many call-backs began.
///
/// # Errors
/// `internal` when the database fails.
pub async fn draw_withdrawn(app: &SharedApp) -> Result<usize> {
    let today = app.today();
    let first = today.plus(-LOOK_BACK);
    let drawn = store::drawn_since_unscoped(&mut app.db.read().await?, first).await?;
    let mut begun = 0;
    for county in verification::counties_unscoped(app).await? {
        for ago in (1..=LOOK_BACK).rev() {
            let day = today.plus(-ago);
            if !drawn.contains(&(county.clone(), day)) {
                begun += draw_day(app, &county, day).await?;
            }
        }
    }
    if begun > 0 {
        app.live.hint(Topic::Records);
    }
    Ok(begun)
}

async fn draw_day(app: &SharedApp, county: &RegionCode, day: Day) -> Result<usize> {
    let midnight = |day: Day| day.at(jiff::civil::Time::midnight(), &app.settings.zone);
    let span = (midnight(day), midnight(day.plus(1)));
    let withdrawn = store::withdrawn_unscoped(&mut app.db.read().await?, county, span).await?;
    let mut strata: BTreeMap<Option<Id<Unit>>, Vec<Id<Case>>> = BTreeMap::new();
    for one in &withdrawn {
        strata.entry(one.unit).or_default().push(one.case);
    }
    let limits = app.verification.get().call_backs;
    let how = Draw { share: limits.withdrawn_share, minimum: limits.withdrawn_minimum, most: MOST };
    let seed = app.chance.below(SEEDS);
    let picked = verification::draw(&strata, how, seed);
    let counts = (i64::try_from(withdrawn.len()).unwrap_or(i64::MAX), i64::try_from(picked.len()).unwrap_or(i64::MAX));
    let (shared, county, seed) = (SharedApp::clone(app), county.clone(), i64::try_from(seed).unwrap_or_default());
    let write = async move |mut tx: Tx| {
        let (app, mut begun) = (&*shared, 0);
        if !store::insert_draw(&mut tx, (&county, day), seed, counts, app.now()).await? {
            return Ok(0);
        }
        for id in &picked {
            let held = Held::unscoped(&mut tx, *id).await?;
            let with_phone = phones(&mut tx, &held.reports).await?;
            // Whoever left neither number nor name cannot be asked; the draw is kept all the same.
            if let Some(new) =
                about_withdrawal(app, &held, &with_phone).filter(|_| is_askable(&held.reports, &with_phone))
            {
                begun += usize::from(store::insert(&mut tx, &new).await?);
            }
        }
        Ok(begun)
    };
    app.db.write(write).await
}
