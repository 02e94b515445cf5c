//! Which areas may hold a point.

use std::{cmp::Ordering, sync::Arc};

use rstar::{AABB, PointDistance, RTree, RTreeObject};

use crate::Shape;

/// A box of degrees.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Envelope {
    /// South-western corner: longitude, latitude.
    pub min: [f64; 2],
    /// North-eastern corner: longitude, latitude.
    pub max: [f64; 2],
}

impl Envelope {
    /// Whether it has a point in common with another.
    pub fn meets(&self, other: &Self) -> bool {
        (0..2).all(|axis| self.min[axis] <= other.max[axis] && other.min[axis] <= self.max[axis])
    }
}

/// An area known by its box alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// Whose area: a region code. A longer code lies deeper.
    pub code: Box<str>,
    /// The box around it.
    pub envelope: Envelope,
}

impl RTreeObject for Area {
    type Envelope = AABB<[f64; 2]>;
    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.envelope.min, self.envelope.max)
    }
}

impl PointDistance for Area {
    fn distance_2(&self, point: &[f64; 2]) -> f64 {
        RTreeObject::envelope(self).distance_2(point)
    }
}

/// All areas by their boxes.
#[derive(Debug, Default)]
pub struct Envelopes(RTree<Area>);

impl Envelopes {
    /// An index of these areas.
    pub fn new(areas: Vec<Area>) -> Self {
        Self(RTree::bulk_load(areas))
    }

    /// How many areas there are.
    pub fn len(&self) -> usize {
        self.0.size()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The areas whose box holds a point: the deepest first, then by code, so that the order never depends on the tree.
    pub fn around(&self, lon: f64, lat: f64) -> Vec<&Area> {
        let mut areas: Vec<&Area> = self.0.locate_all_at_point(&[lon, lat]).collect();
        areas.sort_by(|a, b| deeper(&a.code, &b.code));
        areas
    }

    /// The deepest area that holds a point. `load` gives the shape of a code: from a cache, or parsed now.
    pub fn locate(&self, lon: f64, lat: f64, mut load: impl FnMut(&str) -> Option<Arc<Shape>>) -> Option<&str> {
        let holds = |area: &&Area| load(&area.code).is_some_and(|shape| shape.holds(lon, lat));
        self.around(lon, lat).into_iter().find(holds).map(|area| &*area.code)
    }
}

fn deeper(a: &str, b: &str) -> Ordering {
    b.len().cmp(&a.len()).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// A square of `size` degrees with its south-western corner at a point.
    fn square(lon: f64, lat: f64, size: f64) -> Shape {
        let (east, north) = (lon + size, lat + size);
        let ring = json!([[lon, lat], [east, lat], [east, north], [lon, north], [lon, lat]]);
        Shape::read(&json!({"type": "Polygon", "coordinates": [ring]})).unwrap()
    }

    fn index(shapes: &HashMap<String, Arc<Shape>>) -> Envelopes {
        let area =
            |(code, shape): (&String, &Arc<Shape>)| Area { code: code.as_str().into(), envelope: shape.envelope() };
        Envelopes::new(shapes.iter().map(area).collect())
    }

    fn shapes(all: &[(&str, Shape)]) -> HashMap<String, Arc<Shape>> {
        all.iter().map(|(code, shape)| ((*code).to_owned(), Arc::new(shape.clone()))).collect()
    }

    #[test]
    fn the_deepest_place_wins_and_outside_there_is_none() {
        let shapes = shapes(&[
            ("1404", square(0.0, 0.0, 10.0)),
            ("140403", square(0.0, 0.0, 5.0)),
            ("140403001001001", square(1.0, 1.0, 1.0)),
        ]);
        let index = index(&shapes);
        let locate = |lon, lat| index.locate(lon, lat, |code| shapes.get(code).cloned());
        assert_eq!(locate(1.5, 1.5), Some("140403001001001"));
        assert_eq!(locate(4.0, 4.0), Some("140403"));
        assert_eq!(locate(7.0, 7.0), Some("1404"));
        assert_eq!(locate(11.0, 7.0), None);
    }

    #[test]
    fn a_point_on_the_line_between_two_goes_to_the_smaller_code() {
        let shapes = shapes(&[("140403", square(0.0, 0.0, 1.0)), ("140404", square(1.0, 0.0, 1.0))]);
        let index = index(&shapes);
        assert_eq!(index.locate(1.0, 0.5, |code| shapes.get(code).cloned()), Some("140403"));
    }

    #[test]
    fn a_shape_that_cannot_be_loaded_is_passed_over() {
        let shapes = shapes(&[("14", square(0.0, 0.0, 2.0)), ("1404", square(0.0, 0.0, 1.0))]);
        let index = index(&shapes);
        let only_the_province = |code: &str| shapes.get(code).filter(|_| code == "14").cloned();
        assert_eq!(index.locate(0.5, 0.5, only_the_province), Some("14"));
    }

    proptest! {
        /// The index must say what asking every shape in turn says.
        #[test]
        fn the_index_finds_what_a_plain_search_finds(
            squares in prop::collection::vec((0.0_f64..8.0, 0.0_f64..8.0, 0.5_f64..4.0), 1..30),
            lon in 0.0_f64..10.0, lat in 0.0_f64..10.0,
        ) {
            let code = |i: usize| if i.is_multiple_of(2) { format!("{i:06}") } else { format!("{i:09}") };
            let shapes: HashMap<String, Arc<Shape>> =
                squares.iter().enumerate().map(|(i, (x, y, size))| (code(i), Arc::new(square(*x, *y, *size)))).collect();
            let mut holding: Vec<&str> =
                shapes.iter().filter(|(_, shape)| shape.holds(lon, lat)).map(|(code, _)| code.as_str()).collect();
            holding.sort_by(|a, b| deeper(a, b));
            let index = index(&shapes);
            prop_assert_eq!(index.locate(lon, lat, |code| shapes.get(code).cloned()), holding.first().copied());
        }
    }
}
