//! Boundaries from GeoJSON: all features or none. Rows written: one a boundary, one a sign that stands elsewhere now, one on
//! the trail. What else follows is the business of the room `redrawing`.

use std::collections::{HashMap, HashSet};

use db::{Conn, Tx};
use geo_index::{Flaw, Shape};
use kernel::{Code, Day, Error, Instant, Names, RegionCode, Result};
use serde_json::{Value, json};

use super::{
    super::{
        model::Kind,
        redraw::{Before, Drawing, Drawn, DrawnPlace, Journal, Moves, Overwritten, Redrawn, mark_of},
        store::{self, Boundary},
    },
    record,
    redraw::{drawing_unscoped, follow},
    require,
};
use crate::platform::import::{Report, RowError, Writer};

/// Mistakes told at once.
pub(super) const TOLD: usize = 200;

/// A file of boundaries that was read, each with the number of its feature.
#[derive(Clone, Debug)]
pub struct BoundaryFile(Vec<(i64, Boundary)>);

/// What a file would do.
#[derive(Debug)]
pub struct Compared {
    /// The numbers, or the mistakes.
    pub report: Report,
    /// Boundaries that are new or different.
    fresh: HashSet<RegionCode>,
    /// What stands in their place.
    kept: HashMap<RegionCode, store::Kept>,
}

/// Reads a GeoJSON FeatureCollection, or says what is wrong with its features.
///
/// # Errors
/// `internal` when the reading is broken off.
pub async fn read_boundaries(geojson: Value) -> Result<std::result::Result<BoundaryFile, Vec<RowError>>> {
    let (boundaries, errors) =
        tokio::task::spawn_blocking(move || features(&geojson)).await.map_err(Error::internal)?;
    Ok(if errors.is_empty() { Ok(BoundaryFile(boundaries)) } else { Err(errors) })
}

/// What a file would do; its mistakes are part of the answer. Lines are numbers of features, from 1.
///
/// # Errors
/// What the database refuses.
pub async fn compare_boundaries(db: &mut Conn, file: &BoundaryFile, writer: &Writer, today: Day) -> Result<Compared> {
    compare(db, &file.0, writer, today).await
}

/// Writes what is new or different, inside a transaction that does more; returns who answers for what after it and which
/// signs went, from the wider places to the narrower, what to take it back by, and what was drawn. Afterwards [`refresh`](super::super::refresh).
///
/// # Errors
/// What the database refuses.
pub async fn put_boundaries_in(
    tx: &mut Tx,
    writer: &Writer,
    (file, compared): (&BoundaryFile, &Compared),
    root: &RegionCode,
    (now, today): (Instant, Day),
) -> Result<(Vec<(Redrawn, Moves)>, Journal, Drawn)> {
    if compared.fresh.is_empty() {
        return Ok((Vec::new(), Journal::default(), Drawn::default()));
    }
    let mut parents: Vec<RegionCode> = compared.fresh.iter().filter_map(RegionCode::parent).collect();
    parents.sort_by_key(|parent| (parent.level(), parent.clone()));
    parents.dedup();
    let mut before = Vec::new();
    for parent in &parents {
        before.push(drawn_on(tx, parent, today).await?);
    }
    for (_, boundary) in file.0.iter().filter(|(_, boundary)| compared.fresh.contains(&boundary.code)) {
        store::put_boundary(tx, boundary, now).await?;
    }
    let (mut all, mut drawn) = (Vec::new(), Drawn::default());
    for (parent, before) in parents.iter().zip(before) {
        if let (Some(before), Some(after)) = (before, drawn_on(tx, parent, today).await?) {
            let mut redrawn = Redrawn::between(&before, &after)?;
            let moves = follow(tx, &mut redrawn).await?;
            all.push((redrawn, moves));
            let is_fresh = |place: &&DrawnPlace| compared.fresh.contains(&place.region.place.code);
            let shapes = after.places.iter().filter(is_fresh);
            let shapes = shapes.filter_map(|place| Some((place.region.place.clone(), place.shape()?))).collect();
            drawn.0.push((after, shapes));
        }
    }
    let Report { inserted, changed, .. } = compared.report;
    let params = json!({"inserted": inserted, "changed": changed});
    record(tx, writer, now, "boundaries.imported", root, params).await?;
    Ok((all, journal(file, compared), drawn))
}

fn journal(file: &BoundaryFile, compared: &Compared) -> Journal {
    let fresh = file.0.iter().filter(|(_, boundary)| compared.fresh.contains(&boundary.code));
    let before = |code: &RegionCode| {
        let kept = compared.kept.get(code)?;
        let (geometry, source) = (kept.geometry.clone(), kept.source.clone());
        Some(Before { geometry, is_synthetic: kept.is_synthetic, source })
    };
    let written = fresh.map(|(_, boundary)| Overwritten {
        code: boundary.code.clone(),
        before: before(&boundary.code),
        after: mark_of(&boundary.geometry),
    });
    Journal { boundaries: written.collect(), ..Journal::default() }
}

/// What there was to draw on in a place; none where nothing is drawn.
pub(super) async fn drawn_on(db: &mut Conn, parent: &RegionCode, today: Day) -> Result<Option<Drawing>> {
    match drawing_unscoped(db, parent, today).await {
        Ok(drawing) => Ok(Some(drawing)),
        Err(error) if matches!(error.code(), Code::Internal | Code::Busy) => Err(error),
        Err(_nothing_drawn_here) => Ok(None),
    }
}

/// What would be written, and which boundaries that are new or different.
async fn compare(db: &mut Conn, boundaries: &[(i64, Boundary)], writer: &Writer, today: Day) -> Result<Compared> {
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
    Ok(Compared { report, fresh, kept })
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
