//! 坐标系: which coordinate system a `.prj` names, and the way from it to degrees.

use kernel::{Code, Error, Result};
use proj4rs::{Proj, transform::transform};

/// How coordinates become degrees.
pub enum Grid {
    /// They are degrees: CGCS2000 or WGS-84, the same within a metre.
    Degrees,
    /// 高斯-克吕格投影 on the ellipsoid of CGCS2000, in zones of three or six degrees.
    GaussKruger(Box<(Proj, Proj)>),
}

impl Grid {
    /// The system of a `.prj` file, which is well-known text; without one the coordinates must look like degrees.
    ///
    /// # Errors
    /// `other_coordinates` for everything that is neither CGCS2000 nor WGS-84.
    pub fn read(prj: Option<&str>) -> Result<Self> {
        let Some(prj) = prj else { return Ok(Self::Degrees) };
        let text = prj.to_lowercase();
        let datum =
            ["china_2000", "china geodetic coordinate system 2000", "cgcs2000", "cgcs_2000", "wgs_1984", "wgs 84"];
        if !datum.iter().any(|name| text.contains(name)) {
            return Err(other(prj));
        }
        let text = text.trim_start();
        if text.starts_with("geogcs") {
            return Ok(Self::Degrees);
        }
        let is_gauss = text.contains("transverse_mercator") || text.contains("gauss_kruger");
        if !text.starts_with("projcs") || !is_gauss {
            return Err(other(prj));
        }
        gauss_kruger(text).ok_or_else(|| other(prj))
    }

    /// A point in degrees; none where there is no way back.
    pub fn degrees(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        let Self::GaussKruger(both) = self else { return Some((x, y)) };
        let mut point = (x, y, 0.0);
        transform(&both.0, &both.1, &mut point).ok()?;
        Some((fine(point.0.to_degrees()), fine(point.1.to_degrees())))
    }
}

/// To a tenth of a millimetre, well below what anybody surveys.
fn fine(degrees: f64) -> f64 {
    (degrees * 1e9).round() / 1e9
}

fn gauss_kruger(text: &str) -> Option<Grid> {
    let number = |name: &str| parameter(text, name);
    let (east, middle) = (number("false_easting")?, number("central_meridian")?);
    let (north, lat) = (number("false_northing").unwrap_or(0.0), number("latitude_of_origin").unwrap_or(0.0));
    let scale = number("scale_factor").unwrap_or(1.0);
    let own = format!(
        "+proj=tmerc +lat_0={lat} +lon_0={middle} +k={scale} +x_0={east} +y_0={north} +ellps=GRS80 +units=m +no_defs"
    );
    let own = Proj::from_proj_string(&own).ok()?;
    let degrees = Proj::from_proj_string("+proj=longlat +ellps=GRS80 +no_defs").ok()?;
    Some(Grid::GaussKruger(Box::new((own, degrees))))
}

/// `PARAMETER["name",number]`
fn parameter(text: &str, name: &str) -> Option<f64> {
    let rest = text.split_once(&format!("\"{name}\""))?.1.trim_start().strip_prefix(',')?;
    rest.split(']').next()?.trim().parse().ok()
}

/// The name a system gives itself stands first, in quotes.
fn other(prj: &str) -> Error {
    let name = prj.split('"').nth(1).unwrap_or(prj);
    Error::field("file", Code::OtherCoordinates).with("found", name.chars().take(60).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE_37: &str = r#"PROJCS["CGCS2000_3_Degree_GK_Zone_37",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",37500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",111.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#;

    #[test]
    fn a_point_on_the_middle_meridian_is_as_far_north_as_its_arc_is_long() {
        // The arc from the equator to 36° on this ellipsoid, from the series of the meridian.
        let (lon, lat) = Grid::read(Some(ZONE_37)).unwrap().degrees(37_500_000.0, 3_985_542.670).unwrap();
        assert!((lon - 111.0).abs() < 1e-7 && (lat - 36.0).abs() < 1e-6, "{lon} {lat}");
    }

    #[test]
    fn a_point_beside_it_lies_west_or_east() {
        let grid = Grid::read(Some(ZONE_37)).unwrap();
        let (west, _) = grid.degrees(37_400_000.0, 3_985_000.0).unwrap();
        let (east, _) = grid.degrees(37_600_000.0, 3_985_000.0).unwrap();
        assert!((west - 109.89).abs() < 0.01 && (east - 112.11).abs() < 0.01, "{west} {east}");
    }

    #[test]
    fn degrees_stay_as_they_are_and_other_systems_are_refused_by_their_name() {
        let wgs = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]]]"#;
        assert_eq!(Grid::read(Some(wgs)).unwrap().degrees(113.1, 36.2), Some((113.1, 36.2)));
        assert_eq!(Grid::read(None).unwrap().degrees(113.1, 36.2), Some((113.1, 36.2)));
        for prj in [
            r#"PROJCS["Xian_1980_3_Degree_GK_Zone_37",GEOGCS["GCS_Xian_1980",DATUM["D_Xian_1980"]],PROJECTION["Gauss_Kruger"]]"#,
            r#"PROJCS["WGS_1984_Web_Mercator_Auxiliary_Sphere",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984"]],PROJECTION["Mercator_Auxiliary_Sphere"]]"#,
        ] {
            let error = Grid::read(Some(prj)).err().unwrap();
            assert_eq!(error.fields()[0].code, Code::OtherCoordinates);
            assert!(error.fields()[0].sentence(kernel::Lang::En).contains("EPSG:4490"), "{error}");
        }
    }
}
