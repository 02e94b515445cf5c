//! The area of a place.

use std::fmt;

use geo::{Area as _, BoundingRect, Coord, InteriorPoint, Intersects, LineString, MultiPolygon, Polygon, Simplify};
use serde_json::{Value, json};

use crate::Envelope;

/// What is wrong with an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Not a GeoJSON Polygon or MultiPolygon with numbers in it.
    NotAnArea,
    /// No polygon, or a polygon without a ring.
    Empty,
    /// A ring of fewer than four points.
    TooFewPoints,
    /// A ring whose last point is not its first.
    NotClosed,
    /// A point that is no longitude and latitude in degrees.
    OutOfRange,
    /// An outer ring that holds nothing.
    NoArea,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAnArea => "not a GeoJSON Polygon or MultiPolygon",
            Self::Empty => "no polygon in it",
            Self::TooFewPoints => "a ring of fewer than four points",
            Self::NotClosed => "a ring that does not end where it begins",
            Self::OutOfRange => "a point outside longitude -180 to 180 and latitude -90 to 90",
            Self::NoArea => "a ring without area",
        })
    }
}
impl std::error::Error for Flaw {}

/// One or more polygons, each perhaps with holes; checked when read.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape(pub(crate) MultiPolygon<f64>);

impl Shape {
    /// Reads a GeoJSON geometry (RFC 7946): a Polygon or a MultiPolygon. Heights are dropped.
    ///
    /// # Errors
    /// The first flaw.
    pub fn read(geometry: &Value) -> Result<Self, Flaw> {
        let coordinates = geometry.get("coordinates").ok_or(Flaw::NotAnArea)?;
        let polygons: Vec<Value> = match geometry.get("type").and_then(Value::as_str) {
            Some("Polygon") => vec![coordinates.clone()],
            Some("MultiPolygon") => coordinates.as_array().ok_or(Flaw::NotAnArea)?.clone(),
            _ => return Err(Flaw::NotAnArea),
        };
        if polygons.is_empty() {
            return Err(Flaw::Empty);
        }
        polygons.iter().map(polygon).collect::<Result<Vec<_>, _>>().map(|polygons| Self(MultiPolygon(polygons)))
    }

    /// Reads the text of a GeoJSON geometry.
    ///
    /// # Errors
    /// As [`Shape::read`].
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        Self::read(&serde_json::from_str(text).map_err(|_| Flaw::NotAnArea)?)
    }

    /// Whether it holds a point; its edge belongs to it, so that no point between two neighbours is lost.
    pub fn holds(&self, lon: f64, lat: f64) -> bool {
        self.0.intersects(&Coord { x: lon, y: lat })
    }

    /// The box around it.
    pub fn envelope(&self) -> Envelope {
        self.0.bounding_rect().map_or_else(Envelope::default, |rect| Envelope {
            min: [rect.min().x, rect.min().y],
            max: [rect.max().x, rect.max().y],
        })
    }

    /// A point inside, good for a label.
    pub fn inside(&self) -> Option<(f64, f64)> {
        self.0.interior_point().map(|point| (point.x(), point.y()))
    }

    /// With fewer points: none moves by more than `tolerance` degrees. A ring that would vanish stays as it was.
    #[must_use]
    pub fn simplified(&self, tolerance: f64) -> Self {
        let simple = |polygon: &Polygon<f64>| {
            let simple = polygon.simplify(tolerance);
            if simple.unsigned_area() > 0.0 { simple } else { polygon.clone() }
        };
        Self(MultiPolygon(self.0.iter().map(simple).collect()))
    }

    /// Points in all rings.
    pub fn points(&self) -> usize {
        self.0.iter().flat_map(rings).map(|ring| ring.0.len()).sum()
    }

    /// As a GeoJSON geometry.
    pub fn to_geojson(&self) -> Value {
        let coordinates = |polygon: &Polygon<f64>| -> Value {
            rings(polygon).map(|ring| ring.coords().map(|point| json!([point.x, point.y])).collect::<Value>()).collect()
        };
        match self.0.0.as_slice() {
            [polygon] => json!({"type": "Polygon", "coordinates": coordinates(polygon)}),
            polygons => {
                json!({"type": "MultiPolygon", "coordinates": polygons.iter().map(coordinates).collect::<Value>()})
            }
        }
    }
}

fn rings(polygon: &Polygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors())
}

fn polygon(value: &Value) -> Result<Polygon<f64>, Flaw> {
    let rings = value.as_array().ok_or(Flaw::NotAnArea)?;
    let mut rings = rings.iter().map(ring).collect::<Result<Vec<_>, _>>()?.into_iter();
    let outer = rings.next().ok_or(Flaw::Empty)?;
    let polygon = Polygon::new(outer, rings.collect());
    if polygon.unsigned_area() > 0.0 { Ok(polygon) } else { Err(Flaw::NoArea) }
}

fn ring(value: &Value) -> Result<LineString<f64>, Flaw> {
    let points = value.as_array().ok_or(Flaw::NotAnArea)?;
    let points = points.iter().map(point).collect::<Result<Vec<_>, _>>()?;
    if points.len() < 4 {
        Err(Flaw::TooFewPoints)
    } else if points.first() != points.last() {
        Err(Flaw::NotClosed)
    } else {
        Ok(LineString(points))
    }
}

fn point(value: &Value) -> Result<Coord<f64>, Flaw> {
    let number = |index: usize| value.get(index).and_then(Value::as_f64).ok_or(Flaw::NotAnArea);
    let (x, y) = (number(0)?, number(1)?);
    let is_in_range = (-180.0..=180.0).contains(&x) && (-90.0..=90.0).contains(&y);
    if is_in_range { Ok(Coord { x, y }) } else { Err(Flaw::OutOfRange) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn square(hole: &str) -> String {
        format!(r#"{{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4],[0,0]]{hole}]}}"#)
    }

    #[test]
    fn a_shape_holds_its_inside_and_its_edge_but_not_its_hole() {
        let shape = Shape::parse(&square(",[[1,1],[3,1],[3,3],[1,3],[1,1]]")).unwrap();
        assert!(shape.holds(0.5, 0.5) && shape.holds(0.0, 2.0) && shape.holds(4.0, 4.0));
        assert!(!shape.holds(2.0, 2.0) && !shape.holds(5.0, 2.0));
        let (lon, lat) = shape.inside().unwrap();
        assert!(shape.holds(lon, lat));
    }

    #[test]
    fn several_polygons_are_one_shape() {
        let text = r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[5,5],[6,5],[6,6],[5,5]]]]}"#;
        let shape = Shape::parse(text).unwrap();
        assert!(shape.holds(0.9, 0.5) && shape.holds(5.9, 5.5) && !shape.holds(3.0, 3.0));
        assert_eq!(shape.envelope(), Envelope { min: [0.0, 0.0], max: [6.0, 6.0] });
        assert_eq!(Shape::read(&shape.to_geojson()), Ok(shape));
    }

    #[test]
    fn every_flaw_is_found() {
        let polygon =
            |rings: &str| Shape::parse(&format!(r#"{{"type":"Polygon","coordinates":{rings}}}"#)).unwrap_err();
        assert_eq!(Shape::parse("{").unwrap_err(), Flaw::NotAnArea);
        assert_eq!(Shape::parse(r#"{"type":"Point","coordinates":[1,2]}"#).unwrap_err(), Flaw::NotAnArea);
        assert_eq!(Shape::parse(r#"{"type":"MultiPolygon","coordinates":[]}"#).unwrap_err(), Flaw::Empty);
        assert_eq!(polygon("[]"), Flaw::Empty);
        assert_eq!(polygon("[[[0,0],[1,0],[0,0]]]"), Flaw::TooFewPoints);
        assert_eq!(polygon("[[[0,0],[1,0],[1,1],[0,1]]]"), Flaw::NotClosed);
        assert_eq!(polygon("[[[0,0],[181,0],[1,1],[0,0]]]"), Flaw::OutOfRange);
        assert_eq!(polygon("[[[0,0],[1,0],[2,0],[0,0]]]"), Flaw::NoArea);
        assert_eq!(polygon(r#"[[["0","0"],[1,0],[2,0],[0,0]]]"#), Flaw::NotAnArea);
    }

    #[test]
    fn a_simpler_shape_has_fewer_points_and_still_an_area() {
        let text = r#"{"type":"Polygon","coordinates":[[[0,0],[1,0.0001],[2,0],[2,2],[1,2.0001],[0,2],[0,0]]]}"#;
        let shape = Shape::parse(text).unwrap();
        assert_eq!(shape.simplified(0.01).points(), 5);
        assert!(shape.simplified(100.0).holds(1.0, 1.0));
    }

    proptest! {
        /// Coordinates of six decimals, a tenth of a metre: the last digit of a longer one may change in JSON.
        #[test]
        fn a_shape_survives_being_written_and_read(
            points in prop::collection::vec((-179_000_000_i32..179_000_000, -89_000_000_i32..89_000_000), 3..20),
        ) {
            let degrees = |millionths: i32| f64::from(millionths) / 1e6;
            let mut ring: Vec<Value> = points.iter().map(|(x, y)| json!([degrees(*x), degrees(*y)])).collect();
            ring.push(ring[0].clone());
            if let Ok(shape) = Shape::read(&json!({"type": "Polygon", "coordinates": [ring]})) {
                prop_assert_eq!(Shape::parse(&shape.to_geojson().to_string()), Ok(shape));
            }
        }
    }
}
