//! Boundaries out of zipped Shapefiles, as survey offices keep them.

use std::io::{Cursor, Write};

use axum::http::Method;
use jishi::platform::access::Role;
use serde_json::Value;
use shapefile::{Point, Polygon, PolygonRing, ShapeWriter};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::support::{Answer, Client, TestApp};

const DEGREES: &str = r#"GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]]]"#;
const ZONE_38: &str = r#"PROJCS["CGCS2000_3_Degree_GK_Zone_38",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000"]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",38500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",114.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0]]"#;
const XIAN: &str = r#"PROJCS["Xian_1980_3_Degree_GK_Zone_38",GEOGCS["GCS_Xian_1980",DATUM["D_Xian_1980"]],PROJECTION["Gauss_Kruger"]]"#;

/// A square as the outer ring of a polygon.
fn square(west: f64, south: f64, size: f64) -> Polygon {
    let at = |x: f64, y: f64| Point::new(west + x * size, south + y * size);
    Polygon::new(PolygonRing::Outer(vec![at(0.0, 0.0), at(0.0, 1.0), at(1.0, 1.0), at(1.0, 0.0), at(0.0, 0.0)]))
}

/// A dBase table of text columns, forty bytes each, in whatever encoding the bytes are.
fn table(columns: &[&str], rows: &[Vec<Vec<u8>>]) -> Vec<u8> {
    let width = u16::try_from(1 + 40 * columns.len()).unwrap();
    let mut dbf = vec![3, 126, 11, 22];
    dbf.extend(u32::try_from(rows.len()).unwrap().to_le_bytes());
    dbf.extend(u16::try_from(33 + 32 * columns.len()).unwrap().to_le_bytes());
    dbf.extend(width.to_le_bytes());
    dbf.extend([0; 20]);
    for column in columns {
        let mut field = [0_u8; 32];
        field[..column.len()].copy_from_slice(column.as_bytes());
        (field[11], field[16]) = (b'C', 40);
        dbf.extend(field);
    }
    dbf.push(13);
    for row in rows {
        dbf.push(b' ');
        for cell in row {
            let mut padded = cell.clone();
            padded.resize(40, b' ');
            dbf.extend(padded);
        }
    }
    dbf.push(26);
    dbf
}

/// The zip of a layer.
fn zipped(prj: Option<&str>, cpg: Option<&str>, areas: &[Polygon], table: &[u8]) -> Vec<u8> {
    let mut shp = Cursor::new(Vec::new());
    ShapeWriter::new(&mut shp).write_shapes(areas).unwrap();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut add = |name: &str, bytes: &[u8]| {
        zip.start_file(name, stored).unwrap();
        zip.write_all(bytes).unwrap();
    };
    add("wangge/grids.shp", shp.get_ref());
    add("wangge/grids.dbf", table);
    if let Some(prj) = prj {
        add("wangge/grids.prj", prj.as_bytes());
    }
    if let Some(cpg) = cpg {
        add("wangge/grids.cpg", cpg.as_bytes());
    }
    zip.finish().unwrap().into_inner()
}

async fn bring(admin: &Client<'_>, query: &str, zip: Vec<u8>) -> Answer {
    let path = format!("/api/boundaries/shapefile?file=grids.zip{query}");
    admin.send(Method::POST, &path, Some("application/zip"), zip).await
}

async fn administered() -> TestApp {
    let test = TestApp::start().await;
    test.person("admin", Role::SystemAdmin, "140403", None).await;
    test
}

fn gbk(text: &str) -> Vec<u8> {
    encoding_rs::GBK.encode(text).0.into_owned()
}

fn errors(answer: &Value) -> Vec<(i64, String)> {
    let rows = answer["errors"].as_array().unwrap();
    rows.iter().map(|row| (row["line"].as_i64().unwrap(), row["message"].as_str().unwrap().to_owned())).collect()
}

#[tokio::test]
async fn areas_in_degrees_come_in_by_their_codes() {
    let test = administered().await;
    let admin = test.as_person("admin").await;
    let table = table(
        &["OBJECTID", "WGDM"],
        &[vec![b"11".to_vec(), b"140403001001001".to_vec()], vec![b"12".to_vec(), b"140403001001002".to_vec()]],
    );
    let zip = || zipped(Some(DEGREES), None, &[square(113.12, 36.19, 0.01), square(113.13, 36.19, 0.01)], &table);
    let told = bring(&admin, "&dry_run=true", zip()).await.ok();
    assert_eq!((told["column"].as_str(), told["inserted"].as_i64()), (Some("WGDM"), Some(2)), "{told}");
    assert_eq!(told["columns"], serde_json::json!(["OBJECTID", "WGDM"]));
    let located = "/api/locate?lon=113.125&lat=36.195";
    assert_eq!(test.nobody().get(located).await.refusal().0, 404, "a trial changes nothing");
    bring(&admin, "", zip()).await.ok();
    assert_eq!(test.nobody().get(located).await.ok()["grid"]["code"], "140403001001001");
    assert_eq!(bring(&admin, "", zip()).await.ok()["unchanged"], 2);
}

#[tokio::test]
async fn areas_in_metres_come_in_by_their_names_in_gbk() {
    let test = administered().await;
    let admin = test.as_person("admin").await;
    let names = [gbk("府后社区"), gbk("华丰社区")].map(|name| vec![name]);
    // Metres of zone 38 at about 113.12° east and 36.19° north.
    let areas = [square(38_420_850.0, 4_006_600.0, 1_000.0), square(38_421_850.0, 4_006_600.0, 1_000.0)];
    let zip = zipped(Some(ZONE_38), Some("GBK"), &areas, &table(&["NAME"], &names));
    let told = bring(&admin, "", zip).await.ok();
    assert_eq!((told["column"].as_str(), told["inserted"].as_i64()), (Some("NAME"), Some(2)), "{told}");
    let boundary = test.nobody().get("/api/boundaries?code=140403001001").await.ok();
    let corner = &boundary["features"][0]["geometry"]["coordinates"][0][0];
    assert!((corner[0].as_f64().unwrap() - 113.12).abs() < 0.01, "{corner}");
    assert!((corner[1].as_f64().unwrap() - 36.19).abs() < 0.01, "{corner}");
}

#[tokio::test]
async fn every_area_that_leads_nowhere_is_told_and_nothing_is_written() {
    let test = administered().await;
    let admin = test.as_person("admin").await;
    let rows =
        ["府后社区", "没有这个社区", "第一网格", "华丰社区", "西街社区"].map(|name| vec![name.as_bytes().to_vec()]);
    let areas: Vec<Polygon> = (0..5).map(|n| square(113.1 + f64::from(n) * 0.01, 36.19, 0.01)).collect();
    let zip = zipped(Some(DEGREES), Some("UTF-8"), &areas, &table(&["MC"], &rows));
    let told = errors(&bring(&admin, "", zip).await.ok());
    assert_eq!(told.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3], "{told:?}");
    assert!(told[0].1.contains("没有这个社区") && told[1].1.contains("140403001001001"), "{told:?}");
    let boundary = test.nobody().get("/api/boundaries?code=140403001001").await.ok();
    assert_eq!(boundary["features"], serde_json::json!([]));
}

#[tokio::test]
async fn a_column_that_cannot_be_told_is_asked_for() {
    let test = administered().await;
    let admin = test.as_person("admin").await;
    let table = table(&["A", "B"], &[vec![b"x".to_vec(), b"y".to_vec()]]);
    let zip = || zipped(Some(DEGREES), None, &[square(113.12, 36.19, 0.01)], &table);
    let told = bring(&admin, "", zip()).await.ok();
    assert!(told["column"].is_null() && errors(&told)[0].1.contains("choose it"), "{told}");
    let chosen = bring(&admin, "&column=B", zip()).await.ok();
    assert!(errors(&chosen)[0].1.contains('y'), "{chosen}");
    let refused = bring(&admin, "&column=C", zip()).await;
    assert_eq!(refused.fields(), [("column".into(), "unknown_value".into())]);
}

#[tokio::test]
async fn wrong_files_are_refused_with_what_to_do() {
    let test = administered().await;
    let admin = test.as_person("admin").await;
    let (areas, cells) = ([square(113.12, 36.19, 0.01)], table(&["C"], &[vec![b"140403001001001".to_vec()]]));
    let mut cut = zipped(Some(DEGREES), None, &areas, &cells);
    cut.truncate(cut.len() / 2);
    let mut broken = cells.clone();
    broken.truncate(40);
    let wrong = [
        (b"not a zip".to_vec(), "bad_format"),
        (cut, "bad_format"),
        (zipped(Some(DEGREES), None, &areas, &broken), "bad_format"),
        (zipped(Some(XIAN), None, &areas, &cells), "other_coordinates"),
        (zipped(None, None, &[square(420_850.0, 4_006_600.0, 100.0)], &cells), "other_coordinates"),
    ];
    for (zip, code) in wrong {
        assert_eq!(bring(&admin, "", zip).await.fields(), [("file".to_owned(), code.to_owned())]);
    }
    let foreign = table(&["C"], &[vec![b"140404100201001".to_vec()]]);
    let told = errors(&bring(&admin, "", zipped(Some(DEGREES), None, &areas, &foreign)).await.ok());
    assert!(told[0].1.contains("region.edit"), "{told:?}");
    test.person("worker", Role::GridWorker, "140403001001001", None).await;
    let worker = test.as_person("worker").await;
    let refused = bring(&worker, "", zipped(Some(DEGREES), None, &areas, &cells)).await;
    assert_eq!(refused.refusal(), (403, "forbidden".into()));
}
