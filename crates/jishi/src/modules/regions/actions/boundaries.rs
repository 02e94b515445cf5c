//! Importing boundaries from GeoJSON: all features or none. Rows written: one a boundary, one on the trail.

use std::collections::{HashMap, HashSet};

use db::Conn;
use geo_index::{Flaw, Shape};
use kernel::{Code, Day, Error, Names, RegionCode, Result};
use serde_json::{Value, json};

use super::{
    super::{
        model::Kind,
        store::{self, Boundary},
    },
    record, require, settled,
};
use crate::{
    modules::App,
    platform::{
        idempotency,
        import::{Mode, Report, RowError, Writer},
    },
};

/// Mistakes told at once.
pub(super) const TOLD: usize = 200;

/// Imports boundaries, or says what that would do. Lines of the report are numbers of features, from 1.
///
/// # Errors
/// `idempotency_mismatch`, or what the database refuses. Mistakes in features are part of the report.
pub async fn import_boundaries(app: &App, writer: Writer, geojson: Value, mode: Mode) -> Result<Report> {
    let read = move || features(&geojson);
    let (boundaries, errors) = tokio::task::spawn_blocking(read).await.map_err(Error::internal)?;
    if !errors.is_empty() {
        return Ok(Report { errors, ..Report::default() });
    }
    let (root, now, today) = (app.settings.region.clone(), app.now(), app.today());
    let key = match mode {
        Mode::Dry => {
            let mut db = app.db.read().await?;
            return Ok(compare(&mut db, &boundaries, &writer, today).await?.0);
        }
        Mode::Write(key) => key,
    };
    let report = app
        .db
        .write(async move |mut tx| {
            let (report, fresh) = compare(&mut tx, &boundaries, &writer, today).await?;
            if !report.errors.is_empty() {
                return Ok(report);
            }
            if let Some(before) = idempotency::claim(&mut tx, &key, &report.pack(), now).await? {
                return Ok(Report::unpack(&before));
            }
            for (_, boundary) in boundaries.iter().filter(|(_, boundary)| fresh.contains(&boundary.code)) {
                store::put_boundary(&mut tx, boundary, now).await?;
            }
            if !fresh.is_empty() {
                let params = json!({"inserted": report.inserted, "changed": report.changed});
                record(&mut tx, &writer, now, "boundaries.imported", &root, params).await?;
            }
            Ok(report)
        })
        .await?;
    settled(app).await?;
    Ok(report)
}

/// What would be written, and which codes that are new or different.
async fn compare(
    db: &mut Conn,
    boundaries: &[(i64, Boundary)],
    writer: &Writer,
    today: Day,
) -> Result<(Report, HashSet<RegionCode>)> {
    let codes: Vec<RegionCode> = boundaries.iter().map(|(_, boundary)| boundary.code.clone()).collect();
    let places = store::all_of_unscoped(db, &codes, today).await?;
    let kept = store::boundaries_of_unscoped(db, &codes).await?;
    let kinds: HashMap<&RegionCode, Kind> = places.iter().map(|(code, place)| (code, place.place.kind)).collect();
    let (mut report, mut fresh) = (Report::default(), HashSet::new());
    for (line, boundary) in boundaries {
        if let Some(error) = refuse(boundary, kinds.get(&boundary.code).copied(), writer) {
            report.errors.extend(RowError::all(*line, &error));
            continue;
        }
        match kept.get(&boundary.code) {
            Some(kept) if is_same(kept, boundary) => {
                report.unchanged += 1;
                continue;
            }
            Some(_) => report.changed += 1,
            None => report.inserted += 1,
        }
        fresh.insert(boundary.code.clone());
    }
    report.errors.truncate(TOLD);
    if !report.errors.is_empty() {
        report = Report { errors: report.errors, ..Report::default() };
    }
    Ok((report, fresh))
}

fn is_same(kept: &store::Kept, boundary: &Boundary) -> bool {
    kept.geometry == boundary.geometry && kept.is_synthetic == boundary.is_synthetic && kept.source == boundary.source
}

fn refuse(boundary: &Boundary, kind: Option<Kind>, writer: &Writer) -> Option<Error> {
    match kind {
        None => Some(Error::field("code", Code::UnknownRegion)),
        Some(_) if require(writer, &boundary.code).is_err() => {
            Some(Error::field("code", Code::Forbidden).with("permission", "region.edit"))
        }
        Some(Kind::LandlessCommunity) => Some(Error::field("code", Code::NoLand)),
        Some(_) => None,
    }
}

/// The boundaries of a FeatureCollection, each with the number of its feature.
fn features(geojson: &Value) -> (Vec<(i64, Boundary)>, Vec<RowError>) {
    let all = geojson.get("features").and_then(Value::as_array);
    let Some(all) = all.filter(|_| geojson.get("type").and_then(Value::as_str) == Some("FeatureCollection")) else {
        let error = Error::field("features", Code::BadFormat).with("expected", "GeoJSON FeatureCollection");
        return (Vec::new(), RowError::all(1, &error));
    };
    let (mut boundaries, mut errors, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for (line, value) in (1..).zip(all) {
        match feature(value) {
            Ok(boundary) if !seen.insert(boundary.code.clone()) => {
                let twice = Error::field("code", Code::Duplicate).with("value", boundary.code.as_str());
                errors.extend(RowError::all(line, &twice));
            }
            Ok(boundary) => boundaries.push((line, boundary)),
            Err(error) => errors.extend(RowError::all(line, &error)),
        }
        if errors.len() >= TOLD {
            break;
        }
    }
    (boundaries, errors)
}

fn feature(value: &Value) -> Result<Boundary> {
    let property = |name: &str| value.get("properties").and_then(|properties| properties.get(name));
    let code = match property("code") {
        Some(Value::String(code)) => code.clone(),
        Some(Value::Number(code)) => code.to_string(),
        _ => return Err(Error::field("code", Code::Required)),
    };
    let code = RegionCode::parse(&code).map_err(|_| Error::field("code", Code::BadRegionCode))?;
    let geometry = value.get("geometry").unwrap_or(&Value::Null);
    let shape = Shape::read(geometry)
        .map_err(|flaw| Error::field("geometry", Code::BadGeometry).with("flaw", flaw_names(flaw)))?;
    Ok(Boundary {
        code,
        geometry: shape.to_geojson().to_string(),
        envelope: shape.envelope(),
        is_synthetic: property("synthetic").and_then(Value::as_bool).unwrap_or(false),
        source: property("source").and_then(Value::as_str).unwrap_or_default().chars().take(200).collect(),
    })
}

/// What is wrong with an area, in words.
pub fn flaw_names(flaw: Flaw) -> Names {
    match flaw {
        Flaw::NotAnArea => Names::new("不是 GeoJSON 的 Polygon 或 MultiPolygon", flaw.to_string()),
        Flaw::Empty => Names::new("里面没有多边形", flaw.to_string()),
        Flaw::TooFewPoints => Names::new("有一环少于四个点", flaw.to_string()),
        Flaw::NotClosed => Names::new("有一环首尾不相接", flaw.to_string()),
        Flaw::OutOfRange => Names::new("有一点超出经度 -180 至 180、纬度 -90 至 90", flaw.to_string()),
        Flaw::NoArea => Names::new("有一环没有面积", flaw.to_string()),
    }
}
