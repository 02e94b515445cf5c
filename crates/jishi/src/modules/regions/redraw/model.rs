//! What is drawn on, and what shall be. Types only.

use geo_index::Shape;
use kernel::{Code, Error, Level, Names, RegionCode, Result};
use serde::{Deserialize, Serialize};

use super::{
    super::model::{Kind, Outline, Region, RegionRef},
    back::Before,
};
use crate::platform::keys::{hex, sha256};

/// What there is to draw on: a place and those directly in it that share its ground.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// The place.
    pub parent: Region,
    /// Its own boundary.
    pub outline: Option<Outline>,
    /// Those in it, by code; no villagers' groups, which lie beside the grids, and nothing without land.
    pub places: Vec<DrawnPlace>,
    /// Boundaries on deeper levels, by code.
    pub deeper: Vec<(RegionCode, String)>,
    /// Every code directly in it that was ever in use.
    pub used: Vec<RegionCode>,
}

/// A place to be drawn.
#[derive(Clone, Debug)]
pub struct DrawnPlace {
    /// The place.
    pub region: Region,
    /// Its boundary, a GeoJSON geometry.
    pub geometry: Option<String>,
    /// True when the boundary was made up for a demonstration.
    pub is_synthetic: bool,
    /// Where the boundary comes from.
    pub source: String,
}

impl DrawnPlace {
    /// Its boundary as it is kept of what was written over.
    pub fn kept(&self) -> Option<Before> {
        let (is_synthetic, source) = (self.is_synthetic, self.source.clone());
        self.geometry.clone().map(|geometry| Before { geometry, is_synthetic, source })
    }

    /// Its boundary. One that does not parse counts as none; it was checked when it came in.
    pub fn shape(&self) -> Option<Shape> {
        self.geometry.as_deref().and_then(|text| Shape::parse(text).ok())
    }
}

impl Drawing {
    /// The level of what is drawn.
    ///
    /// # Errors
    /// A field error on `parent` above the county, because no case leaves its county; below the grid there is nothing.
    pub fn level(&self) -> Result<Level> {
        match self.parent.place.level {
            Level::County => Ok(Level::Township),
            Level::Township => Ok(Level::Village),
            Level::Village if self.parent.place.kind == Kind::LandlessCommunity => {
                Err(Error::field("parent", Code::NoLand))
            }
            Level::Village => Ok(Level::Grid),
            Level::Grid => Ok(Level::MicroGrid),
            Level::Province | Level::City | Level::MicroGrid => Err(Error::field("parent", Code::NotDrawnHere)),
        }
    }

    /// A mark of all that is drawn on: whoever comes second sees that it is another.
    pub fn mark(&self) -> String {
        let mut text = String::new();
        for place in &self.places {
            let geometry = place.geometry.as_deref().unwrap_or_default();
            text.push_str(&format!("{} {} {geometry}\n", place.region.place.code, place.region.version));
        }
        hex(&sha256(text.as_bytes())).chars().take(16).collect()
    }

    /// The place of that code, if it is drawn here.
    pub fn place(&self, code: &RegionCode) -> Option<&DrawnPlace> {
        self.places.iter().find(|place| place.region.place.code == *code)
    }

    /// The first free code behind all that were ever in use; none where codes are given officially, or none is left.
    pub fn next_code(&self, also: &[RegionCode]) -> Option<RegionCode> {
        let (digits, last) = match self.level().ok()? {
            Level::Grid => (3, 800),
            Level::MicroGrid => (2, 99),
            _ => return None,
        };
        let parent = &self.parent.place.code;
        let number = |code: &RegionCode| code.as_str().get(parent.as_str().len()..)?.parse::<u32>().ok();
        let used: Vec<u32> = self.used.iter().chain(also).filter(|code| !code.is_group()).filter_map(number).collect();
        let highest = used.iter().copied().max().unwrap_or(0);
        let free = (highest + 1..=last).chain(1..=last).find(|number| !used.contains(number))?;
        RegionCode::parse(&format!("{parent}{free:0digits$}")).ok()
    }
}

/// The areas of a place as they shall be; what is not mentioned stays.
#[derive(Clone, Debug)]
pub struct Redrawing {
    /// The place they lie in.
    pub parent: RegionCode,
    /// The mark of the drawing that was drawn on.
    pub seen: String,
    /// The areas.
    pub areas: Vec<Area>,
    /// Where they come from.
    pub source: String,
}

/// One area as it shall be.
#[derive(Clone, Debug, Default)]
pub struct Area {
    /// Whose: a place that is there, or the code of a new one; a new grid's is found when none is given.
    pub code: Option<RegionCode>,
    /// Names of a new place.
    pub names: Option<Names>,
    /// Kind of a new place; that of what it takes over from when none is given.
    pub kind: Option<Kind>,
    /// The area; none only where nothing it takes over from has one.
    pub shape: Option<Shape>,
    /// Places that end and that this one takes over from.
    pub from: Vec<RegionCode>,
    /// Whether what has no point goes to this one.
    pub is_heir: bool,
}

/// A place that begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = BegunPlace)]
pub struct Begun {
    /// The place.
    pub place: RegionRef,
    /// What it takes over from.
    pub from: Vec<RegionRef>,
}

/// A place that ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = EndedPlace)]
pub struct Ended {
    /// The place.
    pub place: RegionRef,
    /// All that take over from it.
    pub successors: Vec<RegionRef>,
    /// The one that what has no point goes to.
    pub heir: RegionRef,
}
