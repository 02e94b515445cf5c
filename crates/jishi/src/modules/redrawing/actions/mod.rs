//! Redrawing, or trying it.

mod files;
mod keep;
mod take_back;

use std::collections::HashMap;

use db::{Conn, Tx};
use kernel::{Code, Error, Names, RegionCode, Result};

use self::keep::keep;
pub use self::{
    files::{BoundariesDone, import_boundaries, import_shapefile},
    take_back::take_back,
};

use super::{
    model::{CasesMoved, Outcome},
    past::{Counts, Kept, Step, Way},
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{self, MovedCases},
        people,
        regions::{self, Along, Area, Finding, Redrawing, RegionRef},
        register,
    },
    platform::{
        access::{Actor, Permission},
        idempotency,
        import::{Mode, Writer},
        live::Topic,
    },
};

/// Redraws the places directly in one, or says what that would do, with what would not fit.
///
/// # Errors
/// `forbidden`; `not_found` outside the actor's places; `record_changed` when something else was drawn on; fields to be
/// mended; `too_many_cases`.
pub async fn redraw(
    app: &SharedApp,
    actor: &Actor,
    redrawing: Redrawing,
    mode: Mode,
) -> Result<(Outcome, Vec<Finding>)> {
    let writer = Writer::staff(actor, Permission::RegionEdit)?;
    if !writer.covers(&redrawing.parent) {
        return Err(Error::new(Code::NotFound));
    }
    let redrawing = checked(redrawing).await?;
    let (shared, name, drawn) = (SharedApp::clone(app), Names::zh_only(actor.name.clone()), redrawing.clone());
    match mode {
        Mode::Dry => {
            let found = regions::findings_unscoped(&mut app.db.read().await?, redrawing, app.today()).await?;
            let rehearse = async move |mut tx: Tx| carry_out(&mut tx, &shared, (&writer, &name), &drawn).await;
            Ok((app.db.rehearse(rehearse).await?, found))
        }
        Mode::Write(key) => {
            let write = async move |mut tx: Tx| {
                if let Some(earlier) = idempotency::claim(&mut tx, &key, "", shared.now()).await? {
                    return serde_json::from_str(&earlier).map_err(Error::internal);
                }
                let outcome = carry_out(&mut tx, &shared, (&writer, &name), &drawn).await?;
                let told = serde_json::to_string(&outcome).map_err(Error::internal)?;
                idempotency::conclude(&mut tx, &key, &told).await?;
                Ok(outcome)
            };
            let outcome = app.db.write(write).await?;
            regions::refresh(app).await?;
            app.live.hint(Topic::Records);
            app.live.hint(Topic::Cases);
            Ok((outcome, Vec::new()))
        }
    }
}

/// An area whose edge crosses itself is none: told next to it, with its place.
async fn checked(redrawing: Redrawing) -> Result<Redrawing> {
    let check = move || {
        let crossing = |(index, area): (usize, &Area)| Some((index, area.shape.as_ref()?.crossing()?));
        let crossed = redrawing.areas.iter().enumerate().filter_map(crossing);
        let mistake = |(index, (lon, lat)): (usize, (f64, f64))| {
            let flaw = Names::new(
                format!("边线在（{lon:.5}，{lat:.5}）处自己相交"),
                format!("its edge crosses itself at {lon:.5}, {lat:.5}"),
            );
            Error::field(format!("areas.{index}.geometry"), Code::BadGeometry).with("flaw", flaw)
        };
        match crossed.map(mistake).reduce(Error::and) {
            Some(mistakes) => Err(mistakes),
            None => Ok(redrawing),
        }
    };
    tokio::task::spawn_blocking(check).await.map_err(Error::internal)?
}

async fn carry_out(
    tx: &mut Tx,
    app: &App,
    (writer, name): (&Writer, &Names),
    redrawing: &Redrawing,
) -> Result<Outcome> {
    let at = (app.now(), app.today());
    let (redrawn, journal, spots) = regions::redraw_in(tx, writer, redrawing, at, &app.chance).await?;
    let (followed, gone) = people::follow_in(tx, &writer.by, &redrawn.ended, at, &app.chance).await?;
    let items = register::follow_in(tx, app, &writer.by, &redrawn).await?;
    let moved = cases::follow_in(tx, app, (&writer.by, name), &redrawn).await?;
    let outcome = Outcome {
        cases: told(tx, moved.moved).await?,
        posts: followed.posts,
        units: followed.units,
        items: items.items,
        begun: redrawn.begun,
        ended: redrawn.ended,
        changed: redrawn.changed,
        spots: redrawn.spots,
    };
    let along = Along { cases: moved.moves, items: items.moves, spots };
    let kept = Kept { places: journal, people: gone, steps: vec![Step { parent: redrawn.parent, along }] };
    keep(tx, app, &writer.by, (Way::Drawn, Counts::of(&outcome), &kept)).await?;
    Ok(outcome)
}

/// The cases that moved, with the names of their places.
async fn told(db: &mut Conn, moved: Vec<MovedCases>) -> Result<Vec<CasesMoved>> {
    let codes: Vec<&RegionCode> = moved.iter().flat_map(|moved| [&moved.from, &moved.to]).collect();
    let refs: HashMap<RegionCode, RegionRef> = regions::refs_unscoped(db, codes).await?;
    let told = |moved: &MovedCases| {
        let (from, to) = (refs.get(&moved.from)?.clone(), refs.get(&moved.to)?.clone());
        Some(CasesMoved { from, to, by_point: moved.by_point, without_point: moved.without_point })
    };
    Ok(moved.iter().filter_map(told).collect())
}
