//! Reading the zip.

use std::io::{Cursor, Read};

use encoding_rs::{Encoding, GBK, UTF_8};
use geo_index::Shape;
use kernel::{Code, Error, Names, Result};
use serde_json::{Value, json};
use shapefile::{
    PolygonRing, ShapeReader,
    dbase::{self, FieldValue, encoding::EncodingRs},
};

use super::grid::Grid;
use crate::platform::archive;

/// The most an archive may unpack to, in megabytes; a county's grids are a tenth of it.
const UNPACKED: u64 = 256;
/// The most areas in one file: a county has a few thousand grids.
const AREAS: usize = 50_000;

/// What a Shapefile holds.
#[derive(Debug)]
pub struct Layer {
    /// Names of its columns.
    pub columns: Vec<String>,
    /// Its areas, in order.
    pub areas: Vec<Drawn>,
}

/// One area with what is written beside it.
#[derive(Debug)]
pub struct Drawn {
    /// A GeoJSON geometry in degrees; null where there is no area.
    pub geometry: Value,
    /// The cells, one a column.
    pub cells: Vec<String>,
}

/// Reads a zip with one Shapefile in it.
///
/// # Errors
/// A field error on `file`: no such zip, a coordinate system that cannot be brought in, too large.
pub fn read(bytes: &[u8]) -> Result<Layer> {
    archive::refuse_bombs(bytes, UNPACKED, no_shapefile)?;
    let parts = Parts::unpack(bytes)?;
    let grid = Grid::read(parts.prj.as_deref())?;
    let (columns, rows) = table(&parts)?;
    let mut shapes = ShapeReader::new(Cursor::new(&parts.shp)).map_err(|_| no_shapefile())?;
    let mut areas = Vec::new();
    for (index, shape) in shapes.iter_shapes().enumerate() {
        if index >= AREAS {
            return Err(Error::field("file", Code::TooLong).with("max", i64::try_from(AREAS).unwrap_or(i64::MAX)));
        }
        let geometry = geometry(&shape.map_err(|_| no_shapefile())?, &grid);
        areas.push(Drawn { geometry, cells: rows.get(index).cloned().unwrap_or_default() });
    }
    if parts.prj.is_none() && areas.iter().any(|area| !looks_like_degrees(&area.geometry)) {
        return Err(Error::field("file", Code::OtherCoordinates).with("found", Names::new("没有 .prj", "no .prj")));
    }
    Ok(Layer { columns, areas })
}

fn no_shapefile() -> Error {
    let expected = Names::new(
        "含有 .shp、.dbf、.prj 的压缩包（.zip），只放一个图层",
        "a .zip with .shp, .dbf and .prj of one layer",
    );
    Error::field("file", Code::BadFormat).with("expected", expected)
}

/// The files of a layer.
struct Parts {
    shp: Vec<u8>,
    dbf: Vec<u8>,
    prj: Option<String>,
    cpg: Option<String>,
}

impl Parts {
    fn unpack(bytes: &[u8]) -> Result<Self> {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| no_shapefile())?;
        let mut part = |end: &str| -> Result<Option<Vec<u8>>> {
            let mut found = None;
            for index in 0..archive.len() {
                let mut file = archive.by_index(index).map_err(|_| no_shapefile())?;
                // The names may be in any encoding; their ends are not. macOS puts a shadow of every file beside it.
                let name = String::from_utf8_lossy(file.name_raw()).to_lowercase();
                if !name.ends_with(end) || name.starts_with("__macosx") {
                    continue;
                }
                let mut unpacked = Vec::new();
                file.read_to_end(&mut unpacked).map_err(|_| no_shapefile())?;
                if found.replace(unpacked).is_some() {
                    return Err(no_shapefile());
                }
            }
            Ok(found)
        };
        let text = |bytes: Option<Vec<u8>>| bytes.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned());
        let (shp, dbf) = (part(".shp")?.ok_or_else(no_shapefile)?, part(".dbf")?.ok_or_else(no_shapefile)?);
        Ok(Self { shp, dbf, prj: text(part(".prj")?), cpg: text(part(".cpg")?) })
    }

    /// What the cells are written in: as `.cpg` says; without one, UTF-8 if they are that, otherwise GBK.
    fn encoding(&self) -> &'static Encoding {
        let said = self.cpg.as_deref().map(str::to_lowercase).unwrap_or_default();
        if said.contains("utf") || said == "65001" {
            UTF_8
        } else if !said.is_empty() {
            GBK
        } else if str::from_utf8(self.dbf.get(32..).unwrap_or_default()).is_ok() {
            UTF_8
        } else {
            GBK
        }
    }
}

fn table(parts: &Parts) -> Result<(Vec<String>, Vec<Vec<String>>)> {
    let builder = dbase::ReaderBuilder::new().with_encoding(EncodingRs::from(parts.encoding()));
    let mut reader = builder.build(Cursor::new(&parts.dbf)).map_err(|_| no_shapefile())?;
    let columns: Vec<String> = reader.fields().iter().map(|field| field.name().to_owned()).collect();
    let mut rows = Vec::new();
    for record in reader.iter_records().take(AREAS) {
        let record = record.map_err(|_| no_shapefile())?;
        rows.push(columns.iter().map(|column| record.get(column).map(cell).unwrap_or_default()).collect());
    }
    Ok((columns, rows))
}

/// A cell as text; codes that were kept as numbers come back as their digits.
fn cell(value: &FieldValue) -> String {
    match value {
        FieldValue::Character(Some(text)) => text.trim_matches(['\0', ' ']).to_owned(),
        FieldValue::Numeric(Some(number)) => number.to_string(),
        FieldValue::Float(Some(number)) => number.to_string(),
        FieldValue::Integer(number) => number.to_string(),
        FieldValue::Double(number) => number.to_string(),
        _ => String::new(),
    }
}

/// The rings of a polygon: every outer one begins an area, every hole goes to the one that holds it.
fn geometry(shape: &shapefile::Shape, grid: &Grid) -> Value {
    let rings: Vec<(bool, Value)> = match shape {
        shapefile::Shape::Polygon(polygon) => rings(polygon.rings(), grid, |point| (point.x, point.y)),
        shapefile::Shape::PolygonM(polygon) => rings(polygon.rings(), grid, |point| (point.x, point.y)),
        shapefile::Shape::PolygonZ(polygon) => rings(polygon.rings(), grid, |point| (point.x, point.y)),
        _ => return Value::Null,
    };
    let (outer, holes): (Vec<_>, Vec<_>) = rings.into_iter().partition(|(is_outer, _)| *is_outer);
    let mut polygons: Vec<Vec<Value>> = outer.into_iter().map(|(_, ring)| vec![ring]).collect();
    for (_, hole) in holes {
        let holder = polygons.iter().position(|polygon| holds(polygon.first(), &hole)).unwrap_or(0);
        if let Some(polygon) = polygons.get_mut(holder) {
            polygon.push(hole);
        }
    }
    json!({"type": "MultiPolygon", "coordinates": polygons})
}

fn rings<P>(rings: &[PolygonRing<P>], grid: &Grid, at: impl Fn(&P) -> (f64, f64)) -> Vec<(bool, Value)> {
    let ring = |ring: &PolygonRing<P>| {
        let point = |point: &P| {
            let (x, y) = at(point);
            grid.degrees(x, y).map_or(Value::Null, |(lon, lat)| json!([lon, lat]))
        };
        (matches!(ring, PolygonRing::Outer(_)), ring.points().iter().map(point).collect())
    };
    rings.iter().map(ring).collect()
}

fn holds(outer: Option<&Value>, hole: &Value) -> bool {
    let shape = Shape::read(&json!({"type": "Polygon", "coordinates": [outer]}));
    let number = |index: usize| hole[0][index].as_f64();
    shape.is_ok_and(|shape| number(0).zip(number(1)).is_some_and(|(lon, lat)| shape.holds(lon, lat)))
}

/// In and around China, longitude first.
fn looks_like_degrees(geometry: &Value) -> bool {
    let first = &geometry["coordinates"][0][0][0];
    let within = |index: usize, from: f64, to: f64| first[index].as_f64().is_none_or(|n| (from..=to).contains(&n));
    within(0, 70.0, 140.0) && within(1, 0.0, 60.0)
}
