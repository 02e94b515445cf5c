//! What does not fit between areas as they shall be: warnings, each with its place.

use geo_index::{Patch, Shape};
use kernel::RegionCode;
use serde::Serialize;

use super::{super::model::RegionRef, model::Drawing, plan::Plan};

/// Gaps told at once, the largest first.
const GAPS: usize = 10;

/// What does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// Two places have the same ground.
    Overlap,
    /// Ground of the place that none of those in it has.
    Gap,
    /// Ground beyond the place it lies in.
    Outside,
}

/// Something that does not fit, where, and how much ground it is about.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Finding {
    /// What.
    pub kind: FindingKind,
    /// Whose.
    pub places: Vec<RegionRef>,
    /// How much.
    pub square_metres: f64,
    /// Longitude of a point in it.
    pub lon: f64,
    /// Latitude of a point in it.
    pub lat: f64,
}

impl Finding {
    fn new(kind: FindingKind, places: Vec<RegionRef>, patch: Patch) -> Self {
        Self { kind, places, square_metres: patch.square_metres.round(), lon: patch.lon, lat: patch.lat }
    }
}

/// Findings of a file told at once, the largest first.
const TOLD: usize = 50;

/// What a file drew, place by place: looked at once nobody waits for it any more.
#[derive(Debug, Default)]
pub struct Drawn(pub(in super::super) Vec<(Drawing, Vec<(RegionRef, Shape)>)>);

impl Drawn {
    /// What does not fit, the largest first. It takes its time: not for the thread that answers others.
    pub fn findings(self) -> Vec<Finding> {
        let of = |(drawing, shapes): (Drawing, Vec<(RegionRef, Shape)>)| {
            findings(&drawing, &Plan { shapes, ..Plan::default() })
        };
        let mut all: Vec<Finding> = self.0.into_iter().flat_map(of).collect();
        all.sort_by(|one, other| other.square_metres.total_cmp(&one.square_metres));
        all.truncate(TOLD);
        all
    }
}

/// Everything that does not fit once a plan is carried out: overlaps and ground outside of what is drawn anew, and gaps
/// in the whole.
pub fn findings(drawing: &Drawing, plan: &Plan) -> Vec<Finding> {
    let areas = areas_after(drawing, plan);
    let is_new = |code: &RegionCode| plan.shapes.iter().any(|(place, _)| place.code == *code);
    let mut found = Vec::new();
    for (index, (one, shape)) in areas.iter().enumerate() {
        for (other, other_shape) in areas.iter().skip(index + 1) {
            if (is_new(&one.code) || is_new(&other.code))
                && let Some(patch) = shape.overlap(other_shape)
            {
                found.push(Finding::new(FindingKind::Overlap, vec![one.clone(), other.clone()], patch));
            }
        }
    }
    let outline = drawing.outline.as_ref().and_then(|outline| Shape::read(&outline.geometry).ok());
    let Some(outline) = outline else { return found };
    for (place, shape) in areas.iter().filter(|(place, _)| is_new(&place.code)) {
        if let Some(patch) = shape.beyond(&outline) {
            let places = vec![place.clone(), drawing.parent.place.clone()];
            found.push(Finding::new(FindingKind::Outside, places, patch));
        }
    }
    let gap = |patch| Finding::new(FindingKind::Gap, vec![drawing.parent.place.clone()], patch);
    found.extend(outline.gaps(areas.iter().map(|(_, shape)| shape)).into_iter().take(GAPS).map(gap));
    found
}

/// All areas as they shall be.
fn areas_after(drawing: &Drawing, plan: &Plan) -> Vec<(RegionRef, Shape)> {
    let is_gone = |code: &RegionCode| {
        plan.ended.iter().any(|(region, _)| region.place.code == *code)
            || plan.shapes.iter().any(|(place, _)| place.code == *code)
    };
    let kept = drawing.places.iter().filter(|place| !is_gone(&place.region.place.code));
    let kept = kept.filter_map(|place| Some((place.region.place.clone(), place.shape()?)));
    kept.chain(plan.shapes.iter().cloned()).collect()
}
