//! Redrawing: splitting an area by a line, joining neighbours, and what is wrong between areas.

use geo::{
    Area as _, BooleanOps, ChamberlainDuquetteArea, Coord, InteriorPoint, Line, LineString, LinesIter, MultiPolygon,
    Polygon, Validation, line_intersection::line_intersection, sweep::Intersections, unary_union,
};
use i_overlay::{core::fill_rule::FillRule, float::slice::FloatSlice};

use crate::Shape;

/// Ground that is too little to be meant, in square metres: where two offices drew the same road by hand.
pub const SLIVER: f64 = 100.0;
/// Ground thinner than this, in metres, is not meant either, however long.
const THIN: f64 = 1.0;
/// Metres of one degree of latitude.
const DEGREE: f64 = 111_195.0;
/// Coordinates that come of reckoning are rounded to a centimetre, so that neighbours keep meeting in the same points.
const FINE: f64 = 1e7;
/// How far, in degrees, a drawn line is carried on beyond its ends: it was drawn to an edge, and ends just before it.
const REACH: f64 = 5e-6;

/// A patch of ground, by its size and a point in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Patch {
    /// How large it is.
    pub square_metres: f64,
    /// Longitude of a point in it.
    pub lon: f64,
    /// Latitude of a point in it.
    pub lat: f64,
}

/// Why a line splits nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uncut {
    /// Fewer than two points.
    TooShort,
    /// It does not lead from edge to edge.
    NotAcross,
}

impl Shape {
    /// Its size on the ground.
    pub fn square_metres(&self) -> f64 {
        self.0.chamberlain_duquette_unsigned_area()
    }

    /// Where its edge crosses or touches itself, if it does: then nobody can say what lies inside.
    pub fn crossing(&self) -> Option<(f64, f64)> {
        if self.0.is_valid() {
            return None;
        }
        let lines: Vec<Line<f64>> = self.0.lines_iter().collect();
        let meets = |(one, other, _): &(Line<f64>, Line<f64>, _)| !are_neighbours(one, other);
        let met = Intersections::<Line<f64>>::from_iter(lines.iter().copied()).find(meets);
        let at = met.and_then(|(one, other, _)| line_intersection(one, other)).map(|met| match met {
            geo::LineIntersection::SinglePoint { intersection, .. } => intersection,
            geo::LineIntersection::Collinear { intersection } => intersection.start,
        });
        at.or_else(|| lines.first().map(|line| line.start)).map(|at| (at.x, at.y))
    }

    /// The parts a line cuts it into, the largest first; what the line does not touch stays with the largest.
    ///
    /// # Errors
    /// A line that cuts nothing.
    pub fn split(&self, line: &[(f64, f64)]) -> Result<Vec<Self>, Uncut> {
        let line = carried_on(line).ok_or(Uncut::TooShort)?;
        let mut parts: Vec<Polygon<f64>> = Vec::new();
        let mut whole: Vec<Polygon<f64>> = Vec::new();
        for polygon in &self.0 {
            let rings: Vec<Vec<[f64; 2]>> = rings(polygon).map(points).collect();
            let cut = rings.slice_by(&line, FillRule::EvenOdd);
            let pieces: Vec<Polygon<f64>> = cut.into_iter().filter_map(tidied).collect();
            if pieces.len() > 1 { parts.extend(pieces) } else { whole.push(polygon.clone()) }
        }
        if parts.is_empty() {
            return Err(Uncut::NotAcross);
        }
        parts.sort_by(|one, other| other.unsigned_area().total_cmp(&one.unsigned_area()));
        let mut parts: Vec<MultiPolygon<f64>> = parts.into_iter().map(|part| MultiPolygon(vec![part])).collect();
        if let Some(largest) = parts.first_mut() {
            largest.0.extend(whole);
        }
        Ok(parts.into_iter().map(Self).collect())
    }

    /// These areas as one. None when they do not lie side by side.
    pub fn joined(shapes: &[&Self]) -> Option<Self> {
        let before: usize = shapes.iter().map(|shape| shape.0.0.len()).sum();
        let union: MultiPolygon<f64> = unary_union(shapes.iter().flat_map(|shape| shape.0.iter()));
        let union: Vec<Polygon<f64>> = union.into_iter().filter_map(|polygon| tidied(contours(&polygon))).collect();
        // Each that is joined to the others is one piece less.
        let is_one = !union.is_empty() && union.len() + shapes.len() <= before + 1;
        is_one.then_some(Self(MultiPolygon(union)))
    }

    /// The ground it shares with another, if that is more than a sliver.
    pub fn overlap(&self, other: &Self) -> Option<Patch> {
        let meets = self.envelope().meets(&other.envelope());
        meets.then(|| self.0.intersection(&other.0)).and_then(|common| patch(&common))
    }

    /// The ground it has beyond another, if that is more than a sliver.
    pub fn beyond(&self, other: &Self) -> Option<Patch> {
        patch(&self.0.difference(&other.0))
    }

    /// The ground of its own that none of these has, each patch of more than a sliver, the largest first.
    pub fn gaps<'a>(&self, parts: impl IntoIterator<Item = &'a Self>) -> Vec<Patch> {
        let covered = unary_union(parts.into_iter().flat_map(|part| part.0.iter()));
        let mut gaps: Vec<Patch> = self.0.difference(&covered).iter().filter_map(meant).collect();
        gaps.sort_by(|one, other| other.square_metres.total_cmp(&one.square_metres));
        gaps
    }
}

/// Lines that follow one another along a ring share an end.
fn are_neighbours(one: &Line<f64>, other: &Line<f64>) -> bool {
    one.end == other.start || other.end == one.start || one.start == other.start || one.end == other.end
}

fn rings(polygon: &Polygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors())
}

/// The points of a ring, without the last, which is the first again.
fn points(ring: &LineString<f64>) -> Vec<[f64; 2]> {
    let all = ring.0.len().saturating_sub(1);
    ring.coords().take(all).map(|point| [point.x, point.y]).collect()
}

fn contours(polygon: &Polygon<f64>) -> Vec<Vec<[f64; 2]>> {
    rings(polygon).map(points).collect()
}

/// The line with both ends carried on a little.
fn carried_on(line: &[(f64, f64)]) -> Option<Vec<[f64; 2]>> {
    let mut line: Vec<[f64; 2]> = line.iter().map(|(lon, lat)| [*lon, *lat]).collect();
    line.dedup();
    let [first, second, ..] = line.as_slice() else { return None };
    let [.., last_but_one, last] = line.as_slice() else { return None };
    let (begin, end) = (beyond(*second, *first), beyond(*last_but_one, *last));
    line.insert(0, begin);
    line.push(end);
    Some(line)
}

/// A point a little farther on in the direction from one point to another.
fn beyond(from: [f64; 2], to: [f64; 2]) -> [f64; 2] {
    let (x, y) = (to[0] - from[0], to[1] - from[1]);
    let length = x.hypot(y);
    [to[0] + x / length * REACH, to[1] + y / length * REACH]
}

/// A polygon of rounded points without the slivers that reckoning and neighbours drawn by hand leave: nothing when it is
/// one itself.
fn tidied(contours: Vec<Vec<[f64; 2]>>) -> Option<Polygon<f64>> {
    let mut rings = contours.into_iter().map(ring);
    let outer = rings.next()?;
    let holes = rings.filter(|hole| meant(&Polygon::new(hole.clone(), Vec::new())).is_some());
    let polygon = Polygon::new(outer, holes.collect());
    meant(&polygon).map(|_| polygon)
}

fn ring(points: Vec<[f64; 2]>) -> LineString<f64> {
    let rounded = |number: f64| (number * FINE).round() / FINE;
    let mut points: Vec<Coord<f64>> = points.into_iter().map(|[x, y]| Coord { x: rounded(x), y: rounded(y) }).collect();
    points.dedup();
    LineString(points)
}

/// The patch a polygon is, unless it is a sliver.
fn meant(polygon: &Polygon<f64>) -> Option<Patch> {
    let square_metres = polygon.chamberlain_duquette_unsigned_area();
    if square_metres < SLIVER || square_metres < length(polygon) / 2.0 * THIN {
        return None;
    }
    let at = polygon.interior_point()?;
    Some(Patch { square_metres, lon: at.x(), lat: at.y() })
}

/// The length of a polygon's edges, in metres; good to a part in a hundred, which is all that telling slivers needs.
fn length(polygon: &Polygon<f64>) -> f64 {
    let metres = |line: Line<f64>| {
        let (x, y) = (line.dx() * line.start.y.to_radians().cos(), line.dy());
        x.hypot(y) * DEGREE
    };
    polygon.lines_iter().map(metres).sum()
}

/// All of it as one patch, shown at the largest.
fn patch(ground: &MultiPolygon<f64>) -> Option<Patch> {
    let patches = ground.iter().filter_map(meant);
    patches.reduce(|one, other| {
        let square_metres = one.square_metres + other.square_metres;
        let larger = if one.square_metres >= other.square_metres { one } else { other };
        Patch { square_metres, ..larger }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// A rectangle near Changzhi, its corners in thousandths of a degree, about 90 by 111 metres each.
    fn land(west: i32, south: i32, east: i32, north: i32) -> Shape {
        let lon = |x: i32| 113.0 + f64::from(x) / 1000.0;
        let lat = |y: i32| 36.0 + f64::from(y) / 1000.0;
        let ring = json!([
            [lon(west), lat(south)],
            [lon(east), lat(south)],
            [lon(east), lat(north)],
            [lon(west), lat(north)],
            [lon(west), lat(south)]
        ]);
        Shape::read(&json!({"type": "Polygon", "coordinates": [ring]})).unwrap()
    }

    fn line(points: &[(i32, i32)]) -> Vec<(f64, f64)> {
        points.iter().map(|(x, y)| (113.0 + f64::from(*x) / 1000.0, 36.0 + f64::from(*y) / 1000.0)).collect()
    }

    fn near(one: f64, other: f64) -> bool {
        (one - other).abs() <= other.abs() * 1e-4 + 1.0
    }

    #[test]
    fn a_line_from_edge_to_edge_makes_two_parts_that_share_it() {
        let whole = land(0, 0, 10, 10);
        let parts = whole.split(&line(&[(4, 0), (4, 5), (5, 10)])).unwrap();
        assert_eq!(parts.len(), 2);
        assert!(parts[0].square_metres() > parts[1].square_metres());
        assert!(near(parts[0].square_metres() + parts[1].square_metres(), whole.square_metres()));
        assert_eq!(parts[0].overlap(&parts[1]), None);
        assert!(parts[0].holds(113.008, 36.005) && parts[1].holds(113.001, 36.005));
    }

    #[test]
    fn a_line_that_ends_a_hand_before_the_edge_still_cuts() {
        let short = [(113.004, 36.000_001), (113.004, 36.009_999)];
        assert_eq!(land(0, 0, 10, 10).split(&short).unwrap().len(), 2);
    }

    #[test]
    fn a_line_that_does_not_lead_across_cuts_nothing() {
        let whole = land(0, 0, 10, 10);
        assert_eq!(whole.split(&line(&[(4, 2), (4, 8)])), Err(Uncut::NotAcross));
        assert_eq!(whole.split(&line(&[(20, 0), (20, 10)])), Err(Uncut::NotAcross));
        assert_eq!(whole.split(&line(&[(4, 2), (4, 2)])), Err(Uncut::TooShort));
    }

    #[test]
    fn what_the_line_does_not_touch_stays_with_the_largest_part() {
        let (main, island) = (land(0, 0, 10, 10), land(20, 0, 22, 2));
        let both = Shape(MultiPolygon(vec![main.0.0[0].clone(), island.0.0[0].clone()]));
        let parts = both.split(&line(&[(3, -1), (3, 11)])).unwrap();
        assert_eq!(parts.len(), 2);
        assert!(parts[0].holds(113.021, 36.001) && !parts[1].holds(113.021, 36.001));
    }

    #[test]
    fn neighbours_become_one_and_strangers_do_not() {
        let joined = Shape::joined(&[&land(0, 0, 5, 10), &land(5, 0, 10, 10)]).unwrap();
        assert!(near(joined.square_metres(), land(0, 0, 10, 10).square_metres()));
        assert!(joined.holds(113.005, 36.005));
        assert_eq!(Shape::joined(&[&land(0, 0, 5, 10), &land(6, 0, 10, 10)]), None);
        assert_eq!(Shape::joined(&[&land(0, 0, 5, 5), &land(5, 5, 10, 10)]), None, "a corner is no border");
    }

    #[test]
    fn overlaps_gaps_and_ground_outside_are_found_with_their_place() {
        let (parent, west, east) = (land(0, 0, 10, 10), land(0, 0, 6, 10), land(5, 0, 9, 10));
        let overlap = west.overlap(&east).unwrap();
        assert!(near(overlap.square_metres, land(5, 0, 6, 10).square_metres()));
        assert!(west.holds(overlap.lon, overlap.lat) && east.holds(overlap.lon, overlap.lat));
        let gaps = parent.gaps([&west, &east]);
        assert!(gaps.len() == 1 && land(9, 0, 10, 10).holds(gaps[0].lon, gaps[0].lat));
        assert!(land(8, 0, 12, 10).beyond(&parent).is_some() && west.beyond(&parent).is_none());
        assert_eq!(land(0, 0, 5, 10).overlap(&land(6, 0, 10, 10)), None);
    }

    #[test]
    fn what_is_too_small_or_too_thin_is_not_told() {
        let ring = |east: f64, north: f64| {
            let ring = json!([
                [113.0, 36.0],
                [113.0 + east, 36.0],
                [113.0 + east, 36.0 + north],
                [113.0, 36.0 + north],
                [113.0, 36.0]
            ]);
            Shape::read(&json!({"type": "Polygon", "coordinates": [ring]})).unwrap()
        };
        let parent = land(0, 0, 10, 10);
        assert_eq!(parent.overlap(&ring(0.000_1, 0.000_05)), None, "some fifty square metres");
        assert_eq!(parent.overlap(&ring(0.000_005, 0.01)), None, "half a metre wide, a kilometre long");
        assert!(parent.overlap(&ring(0.000_1, 0.000_2)).is_some());
    }

    #[test]
    fn an_edge_that_crosses_itself_is_found_where_it_does() {
        let bow = json!([[113.0, 36.0], [113.01, 36.01], [113.01, 36.0], [113.0, 36.012], [113.0, 36.0]]);
        let (lon, lat) = Shape::read(&json!({"type": "Polygon", "coordinates": [bow]})).unwrap().crossing().unwrap();
        assert!((lon - 113.0055).abs() < 0.001 && (lat - 36.0055).abs() < 0.001, "{lon} {lat}");
        assert_eq!(land(0, 0, 10, 10).crossing(), None);
    }

    proptest! {
        /// Cut anywhere across and joined again, an area is what it was; and no two parts share ground.
        #[test]
        fn split_and_joined_again_it_is_as_large(
            from in 1_i32..99, to in 1_i32..99, bend in (1_i32..99, 1_i32..99),
        ) {
            let whole = land(0, 0, 100, 100);
            let parts = whole.split(&line(&[(from, 0), bend, (to, 100)])).unwrap();
            let sum: f64 = parts.iter().map(Shape::square_metres).sum();
            prop_assert!(near(sum, whole.square_metres()));
            for (index, one) in parts.iter().enumerate() {
                prop_assert!(one.crossing().is_none());
                prop_assert!(parts.iter().skip(index + 1).all(|other| one.overlap(other).is_none()));
            }
            let joined = Shape::joined(&parts.iter().collect::<Vec<_>>()).unwrap();
            prop_assert!(near(joined.square_metres(), whole.square_metres()));
            prop_assert!(whole.gaps([&joined]).is_empty());
        }
    }
}
