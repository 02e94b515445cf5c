//! Who answers for a point or a place after a redrawing.

use std::collections::{HashMap, HashSet};

use geo_index::Shape;
use kernel::{Level, Names, RegionCode, Result};
use serde::{Deserialize, Serialize};

use super::{
    super::model::RegionRef,
    back::{Along, Journal, Moves},
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
    /// When it is taken back: signs that somebody put elsewhere since, and that stay.
    pub spots_kept: Vec<Names>,
    /// Signs that stand in a place that is over, with nowhere to go.
    pub spots_left: Vec<Names>,
    /// The place all this is in.
    pub parent: RegionCode,
    level: Level,
    heirs: HashMap<RegionCode, RegionCode>,
    before: Areas,
    after: Areas,
    /// Places that are over after it.
    over: HashSet<RegionCode>,
    /// What goes back to where it was, when a redrawing is taken back.
    back: Option<Along>,
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
            spots_kept: Vec::new(),
            spots_left: Vec::new(),
            parent: drawing.parent.place.code.clone(),
            level,
            heirs: plan.ended.iter().map(heir).collect(),
            before: Areas(before),
            after: Areas(after),
            over: plan.ended.iter().map(|(_, ended)| ended.place.code.clone()).collect(),
            back: None,
        }
    }

    /// What taking a redrawing back does to the places directly in one. What stands again answers for what the ones that
    /// end took over from it.
    ///
    /// # Errors
    /// As [`Self::between`].
    pub(in super::super) fn turned_round(
        (before, after): (&Drawing, &Drawing),
        journal: &Journal,
        along: Along,
    ) -> Result<Self> {
        let lies_here = |code: &RegionCode| code.parent().as_ref() == Some(&after.parent.place.code);
        let mut redrawn = Self::between(before, after)?;
        let again = journal.ended.iter().filter(|ended| lies_here(&ended.place.code));
        redrawn.begun = again.map(|it| Begun { place: it.place.clone(), from: it.successors.clone() }).collect();
        for begun in journal.begun.iter().filter(|begun| lies_here(&begun.place.code)) {
            redrawn.over.insert(begun.place.code.clone());
            let Some(heir) = begun.from.first().cloned() else { continue };
            redrawn.heirs.insert(begun.place.code.clone(), heir.code.clone());
            redrawn.ended.push(Ended { place: begun.place.clone(), successors: begun.from.clone(), heir });
        }
        redrawn.changed.retain(|place| journal.boundaries.iter().any(|line| line.code == place.code));
        redrawn.back = Some(along);
        Ok(redrawn)
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
            spots_kept: Vec::new(),
            spots_left: Vec::new(),
            parent: after.parent.place.code.clone(),
            level: after.level()?,
            heirs: HashMap::new(),
            before: Areas(shapes(before)),
            after: Areas(areas),
            over: HashSet::new(),
            back: None,
        })
    }

    /// Why things move, for their history.
    pub fn because(&self) -> &'static str {
        if self.back.is_some() { "redrawing_taken_back" } else { "redrawn" }
    }

    /// Whether a place, or the one it lies in here, is over now.
    pub fn is_over(&self, place: &RegionCode) -> bool {
        place.at(self.level).is_some_and(|here| self.over.contains(&here))
    }

    /// What of a kind goes back to where it was, by its id.
    pub fn back(&self, of: impl Fn(&Along) -> &Moves) -> HashMap<&str, (&RegionCode, &RegionCode)> {
        self.back.as_ref().map(|along| of(along).by_id()).unwrap_or_default()
    }

    /// Where something goes: back to where it was, if it still lies where the redrawing put it; what somebody moved since
    /// stays there, unless that place is over. What did not go along goes as [`Self::another_place`] says.
    pub fn goes_to(&self, back: Option<&(&RegionCode, &RegionCode)>, lying: Lying<'_>) -> Option<(RegionCode, bool)> {
        match back {
            Some((from, to)) if lying.place == *to => Some(((*from).clone(), lying.point.is_some())),
            Some(_) if !self.is_over(lying.place) => None,
            _ => self.another_place(lying),
        }
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
