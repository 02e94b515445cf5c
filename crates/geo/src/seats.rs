//! The nearest of many points.

use rstar::{AABB, PointDistance, RTree, RTreeObject};

/// Mean radius of the earth, in metres.
pub(crate) const RADIUS: f64 = 6_371_008.8;

/// 驻地: where the office of a place is.
#[derive(Clone, Debug, PartialEq)]
pub struct Seat {
    /// Whose seat.
    pub code: Box<str>,
    /// Longitude.
    pub lon: f64,
    /// Latitude.
    pub lat: f64,
}

#[derive(Debug)]
struct Placed {
    at: [f64; 3],
    code: Box<str>,
}

impl RTreeObject for Placed {
    type Envelope = AABB<[f64; 3]>;
    fn envelope(&self) -> Self::Envelope {
        AABB::from_point(self.at)
    }
}

impl PointDistance for Placed {
    fn distance_2(&self, point: &[f64; 3]) -> f64 {
        self.at.iter().zip(point).map(|(a, b)| (a - b) * (a - b)).sum()
    }
}

/// Seats as points of the unit sphere, where the nearest through the ball is also the nearest over ground: no
/// distortion by latitude, no seam at the date line.
#[derive(Debug, Default)]
pub struct Seats(RTree<Placed>);

impl Seats {
    /// An index of these seats.
    pub fn new(seats: impl IntoIterator<Item = Seat>) -> Self {
        let placed = |seat: Seat| Placed { at: on_the_sphere(seat.lon, seat.lat), code: seat.code };
        Self(RTree::bulk_load(seats.into_iter().map(placed).collect()))
    }

    /// The nearest seat and how far it is, in metres.
    pub fn nearest(&self, lon: f64, lat: f64) -> Option<(&str, f64)> {
        let at = on_the_sphere(lon, lat);
        let seat = self.0.nearest_neighbor(&at)?;
        let chord = seat.distance_2(&at).sqrt();
        Some((&seat.code, 2.0 * (chord / 2.0).min(1.0).asin() * RADIUS))
    }
}

fn on_the_sphere(lon: f64, lat: f64) -> [f64; 3] {
    let (lon, lat) = (lon.to_radians(), lat.to_radians());
    [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seat(code: &str, lon: f64, lat: f64) -> Seat {
        Seat { code: code.into(), lon, lat }
    }

    #[test]
    fn the_nearest_seat_is_nearest_over_ground() {
        // At 60° north a degree of longitude is half as long as one of latitude.
        let seats = Seats::new([seat("east", 11.5, 60.0), seat("north", 10.0, 61.0)]);
        assert_eq!(seats.nearest(10.0, 60.0).unwrap().0, "east");
        assert_eq!(Seats::new([seat("a", 179.9, 0.0), seat("b", 170.0, 0.0)]).nearest(-179.9, 0.0).unwrap().0, "a");
    }

    #[test]
    fn a_degree_of_latitude_is_a_hundred_and_eleven_kilometres() {
        let (_, metres) =
            Seats::new([seat("a", 113.0, 36.0)]).nearest(113.0, 37.0).map(|(c, m)| (c.to_owned(), m)).unwrap();
        assert!((metres - 111_195.0).abs() < 10.0, "{metres}");
    }

    #[test]
    fn without_seats_there_is_none() {
        assert!(Seats::default().nearest(0.0, 0.0).is_none());
    }

    proptest! {
        #[test]
        fn no_other_seat_is_nearer(points in prop::collection::vec((100.0_f64..120.0, 20.0_f64..50.0), 1..40), lon in 100.0_f64..120.0, lat in 20.0_f64..50.0) {
            let seats = Seats::new(points.iter().enumerate().map(|(i, (x, y))| seat(&i.to_string(), *x, *y)));
            let (_, metres) = seats.nearest(lon, lat).unwrap();
            for (x, y) in points {
                prop_assert!(Seats::new([seat("one", x, y)]).nearest(lon, lat).unwrap().1 >= metres - 1e-6);
            }
        }
    }
}
