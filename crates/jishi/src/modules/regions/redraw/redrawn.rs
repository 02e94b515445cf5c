//! Who answers for a point or a place after a redrawing.

use std::collections::HashMap;

use geo_index::Shape;
use kernel::{Level, Names, RegionCode, Result};
use serde::{Deserialize, Serialize};

use super::{
    super::model::RegionRef,
    model::{Begun, Drawing, DrawnPlace, Ended},
    plan::Plan,
};

/// What a redrawing did, and who answers for what after it.
#[derive(Debug)]
pub struct Redrawn {
    /// New places.
    pub begun: Vec<Begun>,
    /// Places that end.
    pub ended: Vec<Ended>,
    /// Places with another boundary.
    pub changed: Vec<RegionRef>,
    /// Signs that stand in another place now.
    pub spots: Vec<MovedSpot>,
    /// The place all this is in.
    pub parent: RegionCode,
    level: Level,
    heirs: HashMap<RegionCode, RegionCode>,
    before: Areas,
    after: Areas,
}

/// A sign that stands in another place now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MovedSpot {
    /// What stands on it.
    pub label: Names,
    /// Where it stood.
    pub from: RegionRef,
    /// Where it stands.
    pub to: RegionRef,
}

/// Areas by code; a longer code lies deeper.
#[derive(Debug, Default)]
struct Areas(Vec<(RegionCode, Shape)>);

impl Areas {
    fn holding(&self, (lon, lat): (f64, f64)) -> impl Iterator<Item = &RegionCode> {
        self.0.iter().filter(move |(_, shape)| shape.holds(lon, lat)).map(|(code, _)| code)
    }

    /// The area of that level that holds a point; the smaller code on a line between two, as the locator has it.
    fn at(&self, point: (f64, f64), level: Level) -> Option<&RegionCode> {
        self.holding(point).filter(|code| code.level() == level).min()
    }

    /// The deepest area in a place that holds a point.
    fn deepest_in(&self, place: &RegionCode, point: (f64, f64)) -> Option<&RegionCode> {
        let inside = self.holding(point).filter(|code| place.covers(code));
        inside.max_by(|one, other| one.level().cmp(&other.level()).then_with(|| other.cmp(one)))
    }
}

/// Where something lies, as far as it is known.
#[derive(Clone, Copy, Debug)]
pub struct Lying<'a> {
    /// The deepest place known.
    pub place: &'a RegionCode,
    /// Its point.
    pub point: Option<(f64, f64)>,
    /// True when the place was guessed from the nearest seat.
    pub is_guess: bool,
}

/// The areas on deeper levels.
fn deeper(drawing: &Drawing) -> impl Iterator<Item = (RegionCode, Shape)> {
    drawing.deeper.iter().filter_map(|(code, text)| Some((code.clone(), Shape::parse(text).ok()?)))
}

impl Redrawn {
    /// What a plan does once it is carried out.
    pub(in super::super) fn new(drawing: &Drawing, level: Level, plan: &Plan) -> Self {
        let is_over = |code: &RegionCode| plan.ended.iter().any(|(region, _)| region.place.code == *code);
        let is_drawn = |code: &RegionCode| plan.shapes.iter().any(|(place, _)| place.code == *code);
        let own = |place: &DrawnPlace| Some((place.region.place.code.clone(), place.shape()?));
        let before: Vec<(RegionCode, Shape)> = drawing.places.iter().filter_map(own).collect();
        let mut after: Vec<(RegionCode, Shape)> =
            before.iter().filter(|(code, _)| !is_over(code) && !is_drawn(code)).cloned().collect();
        after.extend(plan.shapes.iter().map(|(place, shape)| (place.code.clone(), shape.clone())));
        after.extend(deeper(drawing));
        let heir = |(_, ended): &(_, Ended)| (ended.place.code.clone(), ended.heir.code.clone());
        Self {
            begun: plan.new.iter().map(|(_, begun)| begun.clone()).collect(),
            ended: plan.ended.iter().map(|(_, ended)| ended.clone()).collect(),
            changed: plan.changed.clone(),
            spots: Vec::new(),
            parent: drawing.parent.place.code.clone(),
            level,
            heirs: plan.ended.iter().map(heir).collect(),
            before: Areas(before),
            after: Areas(after),
        }
    }

    /// What a file of boundaries did to the places directly in one: none begins or ends by it.
    ///
    /// # Errors
    /// A field error on `parent` where nothing is drawn.
    pub(in super::super) fn between(before: &Drawing, after: &Drawing) -> Result<Self> {
        let shapes = |drawing: &Drawing| -> Vec<(RegionCode, Shape)> {
            drawing.places.iter().filter_map(|place| Some((place.region.place.code.clone(), place.shape()?))).collect()
        };
        let is_other = |place: &&DrawnPlace| {
            before.place(&place.region.place.code).is_none_or(|old| old.geometry != place.geometry)
        };
        let mut areas = shapes(after);
        areas.extend(deeper(after));
        Ok(Self {
            begun: Vec::new(),
            ended: Vec::new(),
            changed: after.places.iter().filter(is_other).map(|place| place.region.place.clone()).collect(),
            spots: Vec::new(),
            parent: after.parent.place.code.clone(),
            level: after.level()?,
            heirs: HashMap::new(),
            before: Areas(shapes(before)),
            after: Areas(areas),
        })
    }

    /// The place that answers from now on for what lies somewhere, if that is another than before; and whether its point
    /// says so. A point counts where it said the same before: what someone placed elsewhere by hand stays where it is,
    /// until that place ends.
    pub fn another_place(&self, lying: Lying<'_>) -> Option<(RegionCode, bool)> {
        let old = lying.place.at(self.level);
        let heir = old.as_ref().and_then(|old| self.heirs.get(old));
        let said_so = |point| lying.is_guess || self.before.at(point, self.level) == old.as_ref();
        let point = lying.point.filter(|point| heir.is_some() || said_so(*point));
        let now = point.and_then(|point| Some((self.after.at(point, self.level)?, point)));
        match (now, heir) {
            (Some((now, _)), _) if Some(now) == old.as_ref() => None,
            (Some((now, point)), _) => Some((self.after.deepest_in(now, point).unwrap_or(now).clone(), true)),
            (None, Some(heir)) => Some((heir.clone(), false)),
            (None, None) => None,
        }
    }

    /// How a place is called that stays or begins here.
    pub fn called(&self, code: &RegionCode) -> Option<&RegionRef> {
        let begun = self.begun.iter().map(|begun| &begun.place);
        let ended = self.ended.iter().map(|ended| &ended.place);
        begun.chain(&self.changed).chain(ended).find(|place| place.code == *code)
    }
}
