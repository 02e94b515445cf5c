//! Boundaries from a Shapefile: its areas are led to places by a column of codes or names, and then go the way
//! of all boundaries.

use std::collections::HashMap;

use kernel::{Code, Error, RegionCode, Result};
use serde_json::{Value, json};

use super::{
    super::{
        model::RegionRef,
        shapefile::{self, Layer},
        store,
    },
    boundaries::TOLD,
};
use crate::{
    modules::App,
    platform::import::{RowError, Writer},
};

/// What is in a Shapefile.
#[derive(Debug)]
pub struct ShapefileRead {
    /// Its areas as boundaries are imported, or the mistakes.
    pub features: std::result::Result<Value, Vec<RowError>>,
    /// Names of its columns.
    pub columns: Vec<String>,
    /// The column that leads to places.
    pub column: Option<String>,
}

/// Reads the boundaries of a zipped Shapefile. Lines of mistakes are numbers of areas, from 1. Without a column the one
/// with codes is found, or else the one with the most names of places.
///
/// # Errors
/// A field error on `file` or `column`; what the database refuses.
pub async fn read_shapefile(
    app: &App,
    writer: &Writer,
    (zip, file): (Vec<u8>, String),
    column: Option<String>,
) -> Result<ShapefileRead> {
    let layer = tokio::task::spawn_blocking(move || shapefile::read(&zip)).await.map_err(Error::internal)??;
    let (root, today) = (app.settings.region.clone(), app.today());
    let mut db = app.db.read().await?;
    let mut names: Vec<&str> = layer.areas.iter().flat_map(|area| area.cells.iter().map(String::as_str)).collect();
    names.retain(|name| !name.is_empty());
    names.sort_unstable();
    names.dedup();
    let called = Called::new(store::called_unscoped(&mut db, &names, &root, today).await?, writer);
    drop(db);
    let columns = layer.columns.clone();
    let Some(index) = leading(&layer, column.as_deref(), &called)? else {
        let unclear = RowError::all(1, &Error::field("column", Code::ColumnUnclear));
        return Ok(ShapefileRead { features: Err(unclear), columns, column: None });
    };
    let column = layer.columns.get(index).cloned();
    Ok(ShapefileRead { features: features(&layer, index, &called, &file), columns, column })
}

/// Places by name, only those the writer may write about.
struct Called(HashMap<String, Vec<RegionRef>>);

impl Called {
    fn new(places: Vec<RegionRef>, writer: &Writer) -> Self {
        let mut called: HashMap<String, Vec<RegionRef>> = HashMap::new();
        for place in places.into_iter().filter(|place| writer.covers(&place.code)) {
            called.entry(place.names.zh().to_owned()).or_default().push(place);
        }
        Self(called)
    }

    /// The place a cell leads to: by its code, or by a name that only one place has.
    fn place(&self, cell: &str) -> Result<RegionCode> {
        if let Ok(code) = RegionCode::parse(cell) {
            return Ok(code);
        }
        match self.0.get(cell).map(Vec::as_slice) {
            Some([place]) => Ok(place.code.clone()),
            Some(places) => {
                let choices: Vec<&str> = places.iter().map(|place| place.code.as_str()).take(10).collect();
                Err(Error::field("", Code::Ambiguous)
                    .with("value", cell)
                    .with("count", i64::try_from(places.len()).unwrap_or(i64::MAX))
                    .with("choices", choices.join(", ")))
            }
            None if cell.is_empty() => Err(Error::field("", Code::Required)),
            None => Err(Error::field("", Code::UnknownName).with("value", cell)),
        }
    }
}

/// The column that leads to places: the one chosen, or the one most of whose cells do. Codes come before names.
fn leading(layer: &Layer, chosen: Option<&str>, called: &Called) -> Result<Option<usize>> {
    if let Some(chosen) = chosen {
        let index = layer.columns.iter().position(|column| column == chosen);
        let unknown = || Error::field("column", Code::UnknownValue).with("value", chosen);
        return index.map(Some).ok_or_else(unknown);
    }
    let count = |index: usize, leads: &dyn Fn(&str) -> bool| {
        layer.areas.iter().filter(|area| area.cells.get(index).is_some_and(|cell| leads(cell))).count()
    };
    let most = |leads: &dyn Fn(&str) -> bool| {
        let counted = (0..layer.columns.len()).map(|index| (count(index, leads), index));
        counted
            .filter(|(count, _)| 2 * count > layer.areas.len())
            .max_by_key(|(count, index)| (*count, usize::MAX - index))
    };
    // A county or less: two or four digits are any small number.
    let is_code = |cell: &str| cell.len() >= 6 && RegionCode::parse(cell).is_ok();
    let found = most(&is_code).or_else(|| most(&|cell| called.0.contains_key(cell)));
    Ok(found.map(|(_, index)| index))
}

/// The areas as boundaries are imported, or every one that leads nowhere.
fn features(layer: &Layer, column: usize, called: &Called, file: &str) -> Result<Value, Vec<RowError>> {
    let (mut features, mut errors) = (Vec::new(), Vec::new());
    let name = layer.columns.get(column).map_or("", String::as_str);
    for (line, area) in (1..).zip(&layer.areas) {
        match called.place(area.cells.get(column).map_or("", String::as_str)) {
            Ok(code) => features.push(json!({
                "type": "Feature", "geometry": area.geometry, "properties": {"code": code, "source": file},
            })),
            Err(error) => errors.extend(RowError::all(line, &error).into_iter().map(|mut error| {
                name.clone_into(&mut error.field.field);
                error
            })),
        }
        if errors.len() >= TOLD {
            break;
        }
    }
    if errors.is_empty() { Ok(json!({"type": "FeatureCollection", "features": features})) } else { Err(errors) }
}
