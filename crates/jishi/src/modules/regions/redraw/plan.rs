//! What a redrawing does to the places: which begin, which end, which get another boundary; or why not.

use std::collections::HashSet;

use geo_index::Shape;
use kernel::{Code, Day, Error, Level, Names, RegionCode, Result};

use super::{
    super::{
        model::{Kind, Region, RegionRef},
        plan::Written,
        rows::NAME_MAX,
        rules,
    },
    model::{Area, Begun, Drawing, Ended, Redrawing},
};

/// What a redrawing does.
#[derive(Debug, Default)]
pub struct Plan {
    /// New places, with what they take over from.
    pub new: Vec<(Written, Begun)>,
    /// Boundaries to be written.
    pub shapes: Vec<(RegionRef, Shape)>,
    /// Places that stay and get another boundary.
    pub changed: Vec<RegionRef>,
    /// Places that end.
    pub ended: Vec<(Region, Ended)>,
}

/// Decides what a redrawing does.
///
/// # Errors
/// Field errors on `areas.N`; `record_changed` when something else was drawn on; `place_has_children`.
pub fn plan(drawing: &Drawing, redrawing: &Redrawing, today: Day) -> Result<Plan> {
    let level = drawing.level()?;
    if drawing.mark() != redrawing.seen {
        return Err(Error::new(Code::RecordChanged));
    }
    let mut plan = Plan::default();
    let mut takers: Vec<Taker<'_>> = Vec::new();
    let mut mistakes: Option<Error> = None;
    for (index, area) in redrawing.areas.iter().enumerate() {
        match place(drawing, level, area, &plan, today) {
            Ok(taker) => {
                take_on(&mut plan, drawing, area, &taker);
                takers.push(taker);
            }
            Err(error) => {
                let error = error.under(&format!("areas.{index}"));
                mistakes = Some(match mistakes {
                    Some(before) => before.and(error),
                    None => error,
                });
            }
        }
    }
    if let Some(mistakes) = mistakes {
        return Err(mistakes);
    }
    plan.ended = ended(drawing, &takers)?;
    Ok(plan)
}

/// A place that an area is for, and what it takes over from.
struct Taker<'a> {
    place: RegionRef,
    written: Option<Written>,
    area: &'a Area,
    from: Vec<RegionRef>,
}

fn place<'a>(drawing: &Drawing, level: Level, area: &'a Area, plan: &Plan, today: Day) -> Result<Taker<'a>> {
    let from = area.from.iter().map(|code| taken(drawing, code)).collect::<Result<Vec<_>>>()?;
    let stays = area.code.as_ref().and_then(|code| drawing.place(code));
    let has_shape = area.shape.is_some();
    let needs_shape =
        from.is_empty() || area.from.iter().any(|code| drawing.place(code).is_some_and(|it| it.geometry.is_some()));
    if needs_shape && !has_shape {
        return Err(Error::field("geometry", Code::Required));
    }
    if let Some(stays) = stays {
        return Ok(Taker { place: stays.region.place.clone(), written: None, area, from });
    }
    let written = written(drawing, level, area, plan, today)?;
    let place = RegionRef { code: written.code.clone(), level, kind: written.kind, names: written.names.clone() };
    Ok(Taker { place, written: Some(written), area, from })
}

/// A place that an area takes over from.
fn taken(drawing: &Drawing, code: &RegionCode) -> Result<RegionRef> {
    let place = drawing.place(code).ok_or_else(|| Error::field("from", Code::UnknownRegion))?;
    Ok(place.region.place.clone())
}

fn written(drawing: &Drawing, level: Level, area: &Area, plan: &Plan, today: Day) -> Result<Written> {
    let names = area.names.clone().ok_or_else(|| Error::field("names.zh", Code::Required))?;
    check_names(drawing, area, plan, &names)?;
    let coming: Vec<RegionCode> = plan.new.iter().map(|(new, _)| new.code.clone()).collect();
    let code = match &area.code {
        Some(code) => code.clone(),
        None => drawing.next_code(&coming).ok_or_else(|| Error::field("code", Code::Required))?,
    };
    if code.level() != level || code.parent().as_ref() != Some(&drawing.parent.place.code) || code.is_group() {
        return Err(Error::field("code", Code::NotDrawnHere));
    }
    if drawing.used.contains(&code) || coming.contains(&code) {
        return Err(Error::field("code", Code::Duplicate).with("value", code.as_str()));
    }
    let inherited = area.from.first().and_then(|from| drawing.place(from)).map(|from| from.region.place.kind);
    let kind = area.kind.or(inherited).unwrap_or_else(|| rules::kind_of(&code, names.zh()));
    if !rules::fits(&code, kind) || kind == Kind::LandlessCommunity {
        return Err(Error::field("kind", Code::UnknownValue).with("value", kind.as_str()));
    }
    let pinyin = rules::pinyin(names.zh());
    Ok(Written { code, kind, names, pinyin, point: None, valid_from: today, note: None })
}

/// A name is there, is not too long, and is no other's that stays or comes.
fn check_names(drawing: &Drawing, area: &Area, plan: &Plan, names: &Names) -> Result<()> {
    let name = names.zh().trim();
    if name.is_empty() {
        return Err(Error::field("names.zh", Code::Required));
    }
    if names.iter().any(|(_, text)| i64::try_from(text.chars().count()).unwrap_or(i64::MAX) > 2 * NAME_MAX) {
        return Err(Error::field("names.zh", Code::TooLong).with("max", NAME_MAX));
    }
    let standing = drawing.places.iter().map(|place| &place.region.place);
    let mut others = standing.filter(|place| !area.from.contains(&place.code)).map(|place| &place.names);
    let mut coming = plan.new.iter().map(|(new, _)| &new.names);
    if others.any(|other| other.zh() == name) || coming.any(|other| other.zh() == name) {
        return Err(Error::field("names.zh", Code::Duplicate).with("value", name));
    }
    Ok(())
}

fn take_on(plan: &mut Plan, drawing: &Drawing, area: &Area, taker: &Taker<'_>) {
    if let Some(shape) = &area.shape {
        let before = drawing.place(&taker.place.code).and_then(|place| place.shape());
        if before.as_ref() != Some(shape) {
            plan.shapes.push((taker.place.clone(), shape.clone()));
            if taker.written.is_none() {
                plan.changed.push(taker.place.clone());
            }
        }
    }
    if let Some(written) = &taker.written {
        plan.new.push((written.clone(), Begun { place: taker.place.clone(), from: taker.from.clone() }));
    }
}

/// What ends: everything that some area takes over from. It must not stay itself, and have nothing in it.
fn ended(drawing: &Drawing, takers: &[Taker<'_>]) -> Result<Vec<(Region, Ended)>> {
    let staying: HashSet<&RegionCode> = takers.iter().map(|taker| &taker.place.code).collect();
    let mut ended: Vec<(Region, Ended)> = Vec::new();
    for (index, taker) in takers.iter().enumerate() {
        for from in &taker.from {
            if ended.iter().any(|(known, _)| known.place.code == from.code) {
                continue;
            }
            if staying.contains(&from.code) {
                let field = format!("areas.{index}.from");
                return Err(Error::field(field, Code::Duplicate).with("value", from.names.clone()));
            }
            let successors: Vec<&Taker<'_>> = takers.iter().filter(|taker| taker.from.contains(from)).collect();
            let Some(place) = drawing.place(&from.code) else { continue };
            if place.region.has_children {
                return Err(
                    Error::field(format!("areas.{index}.from"), Code::PlaceHasPlaces).with("place", from.names.clone())
                );
            }
            let heir = heir(&successors).unwrap_or(taker).place.clone();
            let successors = successors.iter().map(|taker| taker.place.clone()).collect();
            ended.push((place.region.clone(), Ended { place: from.clone(), successors, heir }));
        }
    }
    Ok(ended)
}

/// The one that was named; otherwise the largest.
fn heir<'t, 'a>(successors: &[&'t Taker<'a>]) -> Option<&'t Taker<'a>> {
    let size = |taker: &&Taker<'_>| taker.area.shape.as_ref().map_or(0.0, Shape::square_metres);
    let named = successors.iter().copied().find(|taker| taker.area.is_heir);
    named.or_else(|| successors.iter().copied().max_by(|one, other| size(one).total_cmp(&size(other))))
}
