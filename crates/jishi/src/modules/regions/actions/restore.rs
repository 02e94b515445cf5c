//! Taking a redrawing back. Rows written: one a place that stands again or ends, one a boundary, one a sign, one on the
//! trail.

use std::collections::HashMap;

use db::{Conn, Tx};
use geo_index::Shape;
use kernel::{Code, Day, Error, Instant, Names, RegionCode, Result};
use serde_json::json;

use super::{
    super::{
        lookup,
        model::Region,
        plan::Written,
        redraw::{Along, Before, Drawing, Journal, Overwritten, Redrawn, mark_of},
        store::{self, Boundary},
    },
    boundaries::drawn_on,
    record,
    redraw::follow,
    require,
};
use crate::platform::import::Writer;

/// What stands in the way of taking a redrawing back; empty when nothing does. Pure of writing.
///
/// # Errors
/// `internal` when the database fails.
pub async fn obstacles_unscoped(db: &mut Conn, journal: &Journal, today: Day) -> Result<Vec<Names>> {
    let mut told = Vec::new();
    for ended in &journal.ended {
        let place = found(db, &ended.place.code, today).await?;
        let is_as_left = |it: &Region| it.is_over(today) && it.successor.as_ref() == Some(&ended.heir.code);
        if !place.as_ref().is_some_and(is_as_left) {
            told.push(changed(&ended.place.names));
        } else if parent_is_over(db, &ended.place.code, today).await? {
            told.push(Names::new(
                format!("“{}”所在的地方已经撤销", ended.place.names.zh()),
                format!("the place that {} lies in is over", ended.place.names.in_lang(kernel::Lang::En)),
            ));
        }
    }
    for begun in &journal.begun {
        match found(db, &begun.place.code, today).await? {
            Some(place) if place.is_over(today) => told.push(changed(&begun.place.names)),
            Some(place) if place.has_children => told.push(Names::new(
                format!("“{}”里面已经建了下级地方", begun.place.names.zh()),
                format!("places were made in {}", begun.place.names.in_lang(kernel::Lang::En)),
            )),
            Some(_) => {}
            None => told.push(changed(&begun.place.names)),
        }
    }
    let codes: Vec<RegionCode> = journal.boundaries.iter().map(|line| line.code.clone()).collect();
    let kept = store::boundaries_of_unscoped(db, &codes).await?;
    let names = lookup::refs_unscoped(db, &codes).await?;
    let is_other = |line: &&Overwritten| kept.get(&line.code).is_none_or(|kept| mark_of(&kept.geometry) != line.after);
    for line in journal.boundaries.iter().filter(is_other) {
        let called = names.get(&line.code).map_or_else(|| Names::zh_only(line.code.as_str()), |it| it.names.clone());
        told.push(changed(&called));
    }
    Ok(told)
}

fn changed(names: &Names) -> Names {
    Names::new(
        format!("“{}”后来又改动过", names.zh()),
        format!("{} has been changed since", names.in_lang(kernel::Lang::En)),
    )
}

/// The place that has exactly this code; one that was renumbered since is another.
async fn found(db: &mut Conn, code: &RegionCode, today: Day) -> Result<Option<Region>> {
    match lookup::get_unscoped(db, code, today).await {
        Ok(place) => Ok(Some(place).filter(|place| place.place.code == *code)),
        Err(error) if error.code() == Code::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

async fn parent_is_over(db: &mut Conn, code: &RegionCode, today: Day) -> Result<bool> {
    match code.parent() {
        Some(parent) => Ok(found(db, &parent, today).await?.is_none_or(|parent| parent.is_over(today))),
        None => Ok(false),
    }
}

/// Puts places and boundaries back as they were, inside a transaction that does more: what ended stands again, what began
/// ends today. Returns who answers for what after it, from the narrower places to the wider; the caller has looked for
/// [obstacles](obstacles_unscoped). Afterwards [`refresh`](super::super::refresh).
///
/// # Errors
/// `not_found` outside the writer's scope; `record_changed` when a place changes meanwhile.
pub async fn restore_in(
    tx: &mut Tx,
    writer: &Writer,
    (region, journal, mut along): (&RegionCode, &Journal, HashMap<RegionCode, Along>),
    (now, today): (Instant, Day),
) -> Result<Vec<Redrawn>> {
    require(writer, region)?;
    let mut before: Vec<(RegionCode, Option<Drawing>)> = Vec::new();
    for parent in journal.parents() {
        store::lock_place(tx, &parent).await?;
        let drawing = drawn_on(tx, &parent, today).await?;
        before.push((parent, drawing));
    }
    stand_again(tx, journal, today).await?;
    end(tx, journal, today).await?;
    put_back(tx, journal, now).await?;
    let mut all = Vec::new();
    for (parent, before) in before {
        if let (Some(before), Some(after)) = (before, drawn_on(tx, &parent, today).await?) {
            let mut redrawn =
                Redrawn::turned_round((&before, &after), journal, along.remove(&parent).unwrap_or_default())?;
            follow(tx, &mut redrawn).await?;
            all.push(redrawn);
        }
    }
    let codes = |places: &mut dyn Iterator<Item = &RegionCode>| places.cloned().collect::<Vec<_>>();
    let params = json!({
        "begun": codes(&mut journal.ended.iter().map(|ended| &ended.place.code)),
        "ended": codes(&mut journal.begun.iter().map(|begun| &begun.place.code)),
        "changed": codes(&mut journal.boundaries.iter().map(|line| &line.code)),
    });
    record(tx, writer, now, "boundaries.restored", region, params).await?;
    Ok(all)
}

async fn stand_again(tx: &mut Tx, journal: &Journal, today: Day) -> Result<()> {
    for ended in &journal.ended {
        let place = lookup::get_unscoped(tx, &ended.place.code, today).await?;
        update(tx, &place, None, None).await?;
    }
    Ok(())
}

async fn end(tx: &mut Tx, journal: &Journal, today: Day) -> Result<()> {
    for begun in &journal.begun {
        let place = lookup::get_unscoped(tx, &begun.place.code, today).await?;
        update(tx, &place, Some(today), begun.from.first().map(|from| &from.code)).await?;
    }
    Ok(())
}

async fn update(tx: &mut Tx, place: &Region, until: Option<Day>, successor: Option<&RegionCode>) -> Result<()> {
    if store::update(tx, place, &Written::from(place), (until, successor)).await? {
        Ok(())
    } else {
        Err(Error::new(Code::RecordChanged))
    }
}

async fn put_back(tx: &mut Tx, journal: &Journal, now: Instant) -> Result<()> {
    for line in &journal.boundaries {
        match &line.before {
            None => store::forget_boundary(tx, &line.code).await?,
            Some(Before { geometry, is_synthetic, source }) => {
                let shape = Shape::parse(geometry).map_err(Error::internal)?;
                let boundary = Boundary {
                    code: line.code.clone(),
                    geometry: geometry.clone(),
                    envelope: shape.envelope(),
                    is_synthetic: *is_synthetic,
                    source: source.clone(),
                };
                store::put_boundary(tx, &boundary, now).await?;
            }
        }
    }
    Ok(())
}
