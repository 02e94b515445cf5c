//! Redrawing the places directly in one. Rows written: one or two a place that begins, ends or changes, one a sign that
//! stands elsewhere now, one on the trail.

use std::collections::HashSet;

use db::{Conn, Tx};
use geo_index::Shape;
use kernel::{Chance, Code, Day, Error, Id, Instant, RegionCode, Result};
use serde_json::json;

use super::{
    super::{
        lookup,
        model::{Kind, Region},
        plan::Written,
        redraw::{
            Drawing, DrawnPlace, Finding, Journal, Lying, MovedSpot, Moves, Overwritten, Plan, Redrawing, Redrawn,
            findings, mark_of, plan,
        },
        store::{self, Boundary},
    },
    record, require,
};
use crate::platform::import::Writer;

/// Signs looked at in one place; a county has some hundreds.
const SPOTS: i64 = 10_000;

/// What there is to draw on in a place. For everyone: places are reference data.
///
/// # Errors
/// `not_found` when there is no such place; a field error on `parent` where nothing is drawn.
pub async fn drawing_unscoped(db: &mut Conn, parent: &RegionCode, today: Day) -> Result<Drawing> {
    let place = lookup::get_unscoped(db, parent, today).await?;
    if place.is_over(today) {
        return Err(Error::new(Code::NotFound));
    }
    let parent = place.place.code.clone();
    let outline = store::outline_unscoped(db, &parent, today).await?.pop();
    let mut drawing = Drawing { parent: place, outline, places: Vec::new(), deeper: Vec::new(), used: Vec::new() };
    let level = drawing.level()?;
    let shares_ground = |region: &Region| !matches!(region.place.kind, Kind::Group | Kind::LandlessCommunity);
    let children = store::children_unscoped(db, &parent, today).await?;
    let children: Vec<Region> = children.into_iter().filter(shares_ground).collect();
    let codes: Vec<RegionCode> = children.iter().map(|child| child.place.code.clone()).collect();
    let mut kept = store::boundaries_of_unscoped(db, &codes).await?;
    for region in children {
        let kept = kept.remove(&region.place.code);
        let (is_synthetic, source) = kept.as_ref().map_or((false, ""), |kept| (kept.is_synthetic, &kept.source));
        let source = source.to_owned();
        drawing.places.push(DrawnPlace { region, geometry: kept.map(|kept| kept.geometry), is_synthetic, source });
    }
    drawing.used = store::used_codes_unscoped(db, &parent, level).await?;
    let within = store::boundaries_within_unscoped(db, &parent, today).await?;
    drawing.deeper = within.into_iter().filter(|(code, _)| code.level() > level).collect();
    Ok(drawing)
}

/// What would not fit after a redrawing.
///
/// # Errors
/// As [`redraw_in`].
pub async fn findings_unscoped(db: &mut Conn, redrawing: Redrawing, today: Day) -> Result<Vec<Finding>> {
    let drawing = drawing_unscoped(db, &redrawing.parent, today).await?;
    let find = move || plan(&drawing, &redrawing, today).map(|plan| findings(&drawing, &plan));
    tokio::task::spawn_blocking(find).await.map_err(Error::internal)?
}

/// Carries a redrawing out, inside a transaction that does more; also what to take it back by. Afterwards [`refresh`](super::super::refresh).
///
/// # Errors
/// `not_found` outside the writer's scope; `record_changed` when something else was drawn on; fields to be mended.
pub async fn redraw_in(
    tx: &mut Tx,
    writer: &Writer,
    redrawing: &Redrawing,
    (now, today): (Instant, Day),
    chance: &Chance,
) -> Result<(Redrawn, Journal, Moves)> {
    require(writer, &redrawing.parent)?;
    store::lock_place(tx, &redrawing.parent).await?;
    let drawing = drawing_unscoped(tx, &redrawing.parent, today).await?;
    let plan = plan(&drawing, redrawing, today)?;
    write(tx, &plan, redrawing, now, chance).await?;
    end(tx, &plan, today).await?;
    let mut redrawn = Redrawn::new(&drawing, drawing.level()?, &plan);
    let moves = follow(tx, &mut redrawn).await?;
    let codes = |places: &mut dyn Iterator<Item = &RegionCode>| places.cloned().collect::<Vec<_>>();
    let params = json!({
        "begun": codes(&mut redrawn.begun.iter().map(|begun| &begun.place.code)),
        "ended": codes(&mut redrawn.ended.iter().map(|ended| &ended.place.code)),
        "changed": codes(&mut redrawn.changed.iter().map(|place| &place.code)),
        "spots": redrawn.spots.len(),
    });
    record(tx, writer, now, "boundaries.redrawn", &redrawing.parent, params).await?;
    let journal = journal(&drawing, &plan, &redrawn);
    Ok((redrawn, journal, moves))
}

fn journal(drawing: &Drawing, plan: &Plan, redrawn: &Redrawn) -> Journal {
    let stays = |(place, _): &&(_, Shape)| redrawn.changed.contains(place);
    let boundaries = plan.shapes.iter().filter(stays).map(|(place, shape)| Overwritten {
        code: place.code.clone(),
        before: drawing.place(&place.code).and_then(DrawnPlace::kept),
        after: mark_of(&shape.to_geojson().to_string()),
    });
    Journal { begun: redrawn.begun.clone(), ended: redrawn.ended.clone(), boundaries: boundaries.collect() }
}

async fn write(tx: &mut Tx, plan: &Plan, redrawing: &Redrawing, now: Instant, chance: &Chance) -> Result<()> {
    let new: Vec<(Id<Region>, Written)> =
        plan.new.iter().map(|(written, _)| (Id::new(now, chance), written.clone())).collect();
    if !new.is_empty() {
        store::insert(tx, &new).await?;
    }
    for (place, shape) in &plan.shapes {
        store::put_boundary(tx, &boundary(&place.code, shape, &redrawing.source), now).await?;
    }
    Ok(())
}

fn boundary(code: &RegionCode, shape: &Shape, source: &str) -> Boundary {
    Boundary {
        code: code.clone(),
        geometry: shape.to_geojson().to_string(),
        envelope: shape.envelope(),
        is_synthetic: false,
        source: source.to_owned(),
    }
}

async fn end(tx: &mut Tx, plan: &Plan, today: Day) -> Result<()> {
    for (region, ended) in &plan.ended {
        let after = Written::from(region);
        if !store::update(tx, region, &after, (Some(today), Some(&ended.heir.code))).await? {
            return Err(Error::new(Code::RecordChanged));
        }
    }
    Ok(())
}

/// Signs stand in the place that holds their point now; those without one go to the heir. Returns which went.
pub(super) async fn follow(tx: &mut Tx, redrawn: &mut Redrawn) -> Result<Moves> {
    let spots = store::spots_in_unscoped(tx, &redrawn.parent, SPOTS).await?;
    let (mut moves, mut noted) = (Vec::new(), Moves::default());
    let (mut kept, mut left) = (Vec::new(), Vec::new());
    let mut back = redrawn.back(|along| &along.spots);
    for spot in &spots {
        let lying = Lying { place: &spot.region, point: spot.point, is_guess: false };
        let was = back.remove(spot.code.as_str());
        match redrawn.goes_to(was.as_ref(), lying) {
            Some((to, _)) => {
                store::move_spot(tx, &spot.code, &to).await?;
                noted.note(spot.code.clone(), &spot.region, &to);
                moves.push((spot, to));
            }
            None if redrawn.is_over(&spot.region) => left.push(spot.label.clone()),
            None if was.is_some() => kept.push(spot.label.clone()),
            None => {}
        }
    }
    let codes: HashSet<&RegionCode> = moves.iter().flat_map(|(spot, to)| [&spot.region, to]).collect();
    let refs = lookup::refs_unscoped(tx, codes).await?;
    let told = |(spot, to): &(&store::SpotRow, RegionCode)| {
        let (from, to) = (refs.get(&spot.region)?.clone(), refs.get(to)?.clone());
        Some(MovedSpot { label: spot.label.clone(), from, to })
    };
    redrawn.spots = moves.iter().filter_map(told).collect();
    (redrawn.spots_kept, redrawn.spots_left) = (kept, left);
    Ok(noted)
}
