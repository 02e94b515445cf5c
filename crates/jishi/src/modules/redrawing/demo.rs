//! What was redrawn in the demo city: a border moved by mistake and taken back, then moved where it should be. By the same
//! actions as people would; where cases lie is left alone.

use geo_index::Shape;
use jiff::civil::Time;
use kernel::{Instant, Page, RegionCode, Result};

use super::{
    actions::{redraw, take_back},
    past::Past,
    store,
};
use crate::{
    modules::{
        SharedApp, people,
        regions::{self, Area, Drawing, Redrawing},
    },
    platform::{
        access::{Actor, Permission},
        idempotency::Key,
        import::Mode,
    },
};

/// The township whose villages have grids with boundaries.
const TOWNSHIP: &str = "140403003";
/// Who keeps the places there.
const KEEPER: &str = "tianjianping";
/// How far across a grid its border is moved, as a share of its width or height.
const SHARES: [f64; 4] = [0.9, 0.1, 0.8, 0.2];

/// Moves a border, takes it back, and moves it again; where somebody has redrawn already nothing is done. Returns whether
/// anything was.
///
/// # Errors
/// What the actions refuse.
pub async fn fill(app: &SharedApp, now: Instant) -> Result<bool> {
    let township = RegionCode::parse(TOWNSHIP)?;
    let mut db = app.db.read().await?;
    let Some(keeper) = people::person_of_login_unscoped(&mut db, KEEPER).await? else { return Ok(false) };
    let villages = regions::children_unscoped(&mut db, &township, app.today()).await?;
    drop(db);
    let actor = people::actor_unscoped(app, keeper.id).await?;
    if newest(app, &actor).await?.is_some_and(|past| past.person.is_some()) {
        return Ok(false);
    }
    for village in villages {
        if play(app, &actor, &village.place.code, now).await? {
            app.clock.set(now);
            return Ok(true);
        }
    }
    Ok(false)
}

async fn play(app: &SharedApp, actor: &Actor, village: &RegionCode, now: Instant) -> Result<bool> {
    let Ok(drawing) = regions::drawing_unscoped(&mut app.db.read().await?, village, app.today()).await else {
        return Ok(false);
    };
    let zone = &app.settings.zone;
    let moment = |days: i64, hour: i8| now.day(zone).plus(-days).at(Time::constant(hour, 20, 0, 0), zone);
    for areas in moved_borders(&drawing) {
        let source = "民政部门勘界图".to_owned();
        let redrawing = Redrawing { parent: village.clone(), seen: drawing.mark(), areas, source };
        let Ok((told, findings)) = redraw(app, actor, redrawing.clone(), Mode::Dry).await else { continue };
        if !findings.is_empty() || !told.cases.is_empty() {
            continue;
        }
        app.clock.set(moment(2, 10));
        redraw(app, actor, redrawing.clone(), once("demo-drawn-first")).await?;
        app.clock.set(moment(2, 11));
        if let Some(past) = newest(app, actor).await? {
            take_back(app, actor, past.id, once("demo-taken-back")).await?;
        }
        app.clock.set(moment(1, 9));
        let seen = regions::drawing_unscoped(&mut app.db.read().await?, village, app.today()).await?.mark();
        redraw(app, actor, Redrawing { seen, ..redrawing }, once("demo-drawn-again")).await?;
        return Ok(true);
    }
    Ok(false)
}

/// What was redrawn last.
async fn newest(app: &SharedApp, actor: &Actor) -> Result<Option<Past>> {
    let scope = actor.require(Permission::RegionEdit)?;
    let page = Page { limit: 1, cursor: None };
    Ok(store::list(&mut app.db.read().await?, (&scope, None), &page).await?.into_iter().next())
}

fn once(key: &str) -> Mode {
    let (actor, key) = ("demo".to_owned(), key.to_owned());
    Mode::Write(Key { actor, operation: "region.redraw", key, body_hash: Vec::new() })
}

/// Each way a strip at the edge of one grid could be its neighbour's.
fn moved_borders(drawing: &Drawing) -> Vec<Vec<Area>> {
    let own = |place: &regions::DrawnPlace| Some((place.region.place.code.clone(), place.shape()?));
    let grids: Vec<(RegionCode, Shape)> = drawing.places.iter().filter_map(own).collect();
    let mut ways = Vec::new();
    for (code, shape) in &grids {
        for line in lines(shape) {
            let Ok(parts) = shape.split(&line) else { continue };
            let [stays, strip] = parts.as_slice() else { continue };
            for (other, neighbour) in grids.iter().filter(|(other, _)| other != code) {
                let Some(wider) = Shape::joined(&[neighbour, strip]) else { continue };
                let area = |code: &RegionCode, shape: Shape| Area {
                    code: Some(code.clone()),
                    shape: Some(shape),
                    ..Area::default()
                };
                ways.push(vec![area(code, stays.clone()), area(other, wider)]);
            }
        }
    }
    ways
}

fn lines(shape: &Shape) -> Vec<Vec<(f64, f64)>> {
    let envelope = shape.envelope();
    let ([west, south], [east, north]) = (envelope.min, envelope.max);
    let over = |from: f64, to: f64, share: f64| from + (to - from) * share;
    let beyond = 0.001;
    let upright =
        |share: f64| vec![(over(west, east, share), south - beyond), (over(west, east, share), north + beyond)];
    let level =
        |share: f64| vec![(west - beyond, over(south, north, share)), (east + beyond, over(south, north, share))];
    SHARES.into_iter().flat_map(|share| [upright(share), level(share)]).collect()
}
