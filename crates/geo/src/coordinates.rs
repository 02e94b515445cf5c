//! WGS-84 and the two shifted systems that maps in China speak.
//!
//! GCJ-02 is the official shift, BD-09 one company's further shift of it. Neither has a published inverse: the way back
//! is found by going forth from a guess and mending the guess until it lands where it should.

use std::f64::consts::PI;

/// Semi-major axis of the Krasovsky 1940 ellipsoid, in metres; what GCJ-02 reckons with.
const AXIS: f64 = 6_378_245.0;
/// Its first eccentricity, squared.
const ECCENTRICITY: f64 = 0.006_693_421_622_965_943;
/// BD-09's own number of radians in a degree, times 3000/180.
const BD_TURN: f64 = PI * 3_000.0 / 180.0;

/// A coordinate system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum System {
    /// GPS, and within a metre CGCS2000; what we store.
    Wgs84,
    /// 国测局坐标: Amap, Tencent, WeChat.
    Gcj02,
    /// 百度坐标
    Bd09,
}

impl System {
    /// The system of that name: `wgs84`, `gcj02`, `bd09`.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "wgs84" => Some(Self::Wgs84),
            "gcj02" => Some(Self::Gcj02),
            "bd09" => Some(Self::Bd09),
            _ => None,
        }
    }

    /// A point of this system, in WGS-84.
    pub fn to_wgs84(self, lon: f64, lat: f64) -> (f64, f64) {
        match self {
            Self::Wgs84 => (lon, lat),
            Self::Gcj02 => inverse(wgs84_to_gcj02, (lon, lat)),
            Self::Bd09 => {
                let (lon, lat) = inverse(gcj02_to_bd09, (lon, lat));
                inverse(wgs84_to_gcj02, (lon, lat))
            }
        }
    }

    /// A WGS-84 point, in this system.
    pub fn from_wgs84(self, lon: f64, lat: f64) -> (f64, f64) {
        match self {
            Self::Wgs84 => (lon, lat),
            Self::Gcj02 => wgs84_to_gcj02((lon, lat)),
            Self::Bd09 => gcj02_to_bd09(wgs84_to_gcj02((lon, lat))),
        }
    }
}

/// The shift applies only in a box around China.
fn is_shifted((lon, lat): (f64, f64)) -> bool {
    (72.004..=137.834_7).contains(&lon) && (0.829_3..=55.827_1).contains(&lat)
}

/// Waves of one axis, as the shift is made of.
fn waves(x: f64, factors: [(f64, f64); 2]) -> f64 {
    factors.iter().map(|(height, length)| height * (x * PI / length).sin()).sum::<f64>() * 2.0 / 3.0
}

fn wgs84_to_gcj02(point: (f64, f64)) -> (f64, f64) {
    if !is_shifted(point) {
        return point;
    }
    let (lon, lat) = point;
    let (x, y) = (lon - 105.0, lat - 35.0);
    let common = waves(x, [(20.0, 1.0 / 6.0), (20.0, 0.5)]);
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + common
        + waves(y, [(20.0, 1.0), (40.0, 3.0)])
        + waves(y, [(160.0, 12.0), (320.0, 30.0)]);
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + common
        + waves(x, [(20.0, 1.0), (40.0, 3.0)])
        + waves(x, [(150.0, 12.0), (300.0, 30.0)]);
    let sine = lat.to_radians().sin();
    let bend = 1.0 - ECCENTRICITY * sine * sine;
    let metres_north = AXIS * (1.0 - ECCENTRICITY) / (bend * bend.sqrt()) * PI / 180.0;
    let metres_east = AXIS / bend.sqrt() * lat.to_radians().cos() * PI / 180.0;
    (lon + east / metres_east, lat + north / metres_north)
}

fn gcj02_to_bd09(point: (f64, f64)) -> (f64, f64) {
    if !is_shifted(point) {
        return point;
    }
    let (x, y) = point;
    let radius = x.hypot(y) + 0.000_02 * (y * BD_TURN).sin();
    let angle = y.atan2(x) + 0.000_003 * (x * BD_TURN).cos();
    (radius * angle.cos() + 0.006_5, radius * angle.sin() + 0.006)
}

/// The point that `forth` turns into `target`. The shifts change by far less than they are, so every round divides the
/// error by hundreds; ten are more than doubles can tell apart.
fn inverse(forth: impl Fn((f64, f64)) -> (f64, f64), target: (f64, f64)) -> (f64, f64) {
    (0..10).fold(target, |(lon, lat), _| {
        let landed = forth((lon, lat));
        (lon + target.0 - landed.0, lat + target.1 - landed.1)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn near(got: (f64, f64), wanted: (f64, f64), tolerance: f64) {
        assert!(
            (got.0 - wanted.0).abs() < tolerance && (got.1 - wanted.1).abs() < tolerance,
            "{got:?}, not {wanted:?}"
        );
    }

    /// Points given by several public implementations.
    #[test]
    fn known_points_are_shifted_as_everyone_shifts_them() {
        near(System::Gcj02.from_wgs84(121.527_210_6, 31.177_427_6), (121.531_541_859, 31.175_303_984), 1e-8);
        near(System::Gcj02.from_wgs84(113.912_316, 22.543_847), (113.917_176_481, 22.540_796_132), 1e-8);
        near(System::Gcj02.from_wgs84(116.377_817, 39.911_954), (116.384_047_225, 39.913_345_455), 1e-8);
        near(gcj02_to_bd09((116.404, 39.915)), (116.410_369_494, 39.921_336_994), 1e-8);
        near(inverse(gcj02_to_bd09, (116.404, 39.915)), (116.397_627_3, 39.908_656_7), 2e-6);
    }

    #[test]
    fn abroad_nothing_is_shifted() {
        for system in [System::Wgs84, System::Gcj02, System::Bd09] {
            near(system.from_wgs84(2.35, 48.85), (2.35, 48.85), 1e-12);
        }
    }

    #[test]
    fn systems_are_known_by_their_names() {
        assert_eq!(System::parse("gcj02"), Some(System::Gcj02));
        assert_eq!(System::parse("GPS"), None);
    }

    proptest! {
        #[test]
        fn a_point_comes_back_to_within_a_centimetre(lon in 74.0_f64..135.0, lat in 3.0_f64..53.5) {
            for system in [System::Gcj02, System::Bd09] {
                let (x, y) = system.from_wgs84(lon, lat);
                prop_assert!((x - lon).abs() < 0.03 && (y - lat).abs() < 0.03);
                let (back_lon, back_lat) = system.to_wgs84(x, y);
                prop_assert!((back_lon - lon).abs() < 1e-7 && (back_lat - lat).abs() < 1e-7);
            }
        }
    }
}
