//! How far two points are from one another.

use super::seats::RADIUS;

/// Metres over ground between two points, each longitude and latitude in degrees; on a sphere, good to half a per cent.
pub fn metres_between((lon_a, lat_a): (f64, f64), (lon_b, lat_b): (f64, f64)) -> f64 {
    let half = |from: f64, to: f64| ((to - from).to_radians() / 2.0).sin().powi(2);
    let chord = half(lat_a, lat_b) + lat_a.to_radians().cos() * lat_b.to_radians().cos() * half(lon_a, lon_b);
    2.0 * RADIUS * chord.sqrt().clamp(0.0, 1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_degree_of_latitude_is_a_hundred_and_eleven_kilometres() {
        let metres = metres_between((113.1, 36.0), (113.1, 37.0));
        assert!((metres - 111_195.0).abs() < 10.0, "{metres}");
        assert!(metres_between((113.1, 36.2), (113.1, 36.2)) < 1e-6);
        let east = metres_between((113.1, 36.2), (113.101, 36.2));
        assert!((east - 89.7).abs() < 0.5, "{east}");
    }
}
