//! The demo city's files, and its places as the plan needs them: where people report and who is there to act.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use geo_index::Shape;
use kernel::{Error, Level, RegionCode, Result};
use rust_embed::RustEmbed;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{corpus::Side, dice::Dice};

/// Real places, invented units and people.
#[derive(RustEmbed)]
#[folder = "../../demo/changzhi"]
struct Files;

/// The subdistrict and the township shown in full depth, and how much more happens there than elsewhere.
const DEEP: [(&str, u64); 2] = [("140403003", 72), ("140404102", 48)];
/// The weight of a township of the two districts that hold them, and of one elsewhere.
const NEAR: u64 = 10;
const FAR: u64 = 6;
/// Tries to find a point in a polygon by its box before the point that is known to lie in it is taken.
const TRIES: usize = 16;

/// A file of the demo city.
///
/// # Errors
/// `internal` when it is not in the program.
pub fn file(name: &str) -> Result<Vec<u8>> {
    let found =
        Files::get(name).ok_or_else(|| Error::internal(format!("demo/changzhi/{name} is not in the program")))?;
    Ok(found.data.into_owned())
}

/// A text file of the demo city.
pub(super) fn text(name: &str) -> Result<String> {
    String::from_utf8(file(name)?).map_err(|error| Error::internal(format!("demo/changzhi/{name}: {error}")))
}

/// The names of the files in a folder, in order.
pub(super) fn names(folder: &str) -> impl Iterator<Item = String> {
    let mut names: Vec<String> =
        Files::iter().filter(|name| name.starts_with(folder)).map(std::borrow::Cow::into_owned).collect();
    names.sort();
    names.into_iter()
}

/// The rows of a CSV file of the demo city; a mistake names the file and the line.
pub(super) fn rows<T: DeserializeOwned>(name: &str) -> Result<Vec<T>> {
    let mut reader = csv::Reader::from_reader(std::io::Cursor::new(file(name)?));
    let rows = reader.deserialize().collect::<std::result::Result<Vec<T>, _>>();
    rows.map_err(|error| Error::internal(format!("demo/changzhi/{name}: {error}")))
}

#[derive(Deserialize)]
struct RegionRow {
    code: RegionCode,
    kind: String,
}

/// A line of `staff.csv`.
#[derive(Deserialize)]
pub(super) struct StaffRow {
    pub login: String,
    pub role: String,
    pub region: RegionCode,
    pub persona_note_zh: String,
    pub persona_note_en: String,
}

/// A place where people report.
#[derive(Clone, Debug)]
pub struct Spot {
    /// A grid, a villagers' group, or a community without land.
    pub code: RegionCode,
    /// Town or country.
    pub side: Side,
    /// Whether a grid worker is there who finds and settles things.
    pub has_worker: bool,
    /// Whether the village or community has an officer who writes down what people come in with.
    pub has_officer: bool,
    /// Whether it is a community of collective assets.
    pub is_landless: bool,
}

/// A township with somebody at its desk.
#[derive(Clone, Debug)]
pub struct Township {
    weight: u64,
    spots: Vec<Spot>,
}

/// The city as the plan sees it.
#[derive(Debug)]
pub struct City {
    townships: Vec<Township>,
    landless: Vec<Spot>,
    outlines: HashMap<String, Value>,
}

impl City {
    /// Reads the files.
    ///
    /// # Errors
    /// `internal`, with the file that is wrong.
    pub fn read() -> Result<Self> {
        let regions: Vec<RegionRow> = rows("regions.csv")?;
        let staff: Vec<StaffRow> = rows("staff.csv")?;
        let held = |role: &str| -> BTreeSet<&str> {
            staff.iter().filter(|row| row.role == role).map(|row| row.region.as_str()).collect()
        };
        let (desks, workers, officers) = (held("township_dispatcher"), held("grid_worker"), held("village_officer"));
        let kinds: HashMap<&str, &str> = regions.iter().map(|row| (row.code.as_str(), row.kind.as_str())).collect();
        let spot = |code: &RegionCode, side, is_landless| Spot {
            code: code.clone(),
            side,
            has_worker: workers.contains(code.as_str()),
            has_officer: code.at(Level::Village).is_some_and(|village| officers.contains(village.as_str())),
            is_landless,
        };
        let mut townships: BTreeMap<RegionCode, Township> = BTreeMap::new();
        let mut landless = Vec::new();
        for RegionRow { code, kind } in &regions {
            let Some(desk) = code.at(Level::Township).filter(|desk| desks.contains(desk.as_str())) else { continue };
            let side = side_of(code, &kinds);
            match (kind.as_str(), side) {
                ("landless_community", _) => landless.push(spot(code, Side::Urban, true)),
                ("grid" | "group", Some(side)) => {
                    let weight = weight_of(&desk);
                    let township = townships.entry(desk).or_insert_with(|| Township { weight, spots: Vec::new() });
                    township.spots.push(spot(code, side, false));
                }
                _ => {}
            }
        }
        Ok(Self { townships: townships.into_values().collect(), landless, outlines: outlines()? })
    }

    /// Where somebody reports.
    pub fn somewhere(&self, dice: &Dice) -> Option<&Spot> {
        if dice.percent(2) && !self.landless.is_empty() {
            return dice.pick(&self.landless);
        }
        let township = dice.weighted(&self.townships, |township| township.weight)?;
        // Where somebody looks, more is found.
        dice.weighted(&township.spots, |spot| if spot.has_worker { 3 } else { 1 })
    }

    /// The places of a village or community where somebody reports.
    pub fn spots_in(&self, village: &RegionCode) -> Vec<&Spot> {
        let all = self.townships.iter().flat_map(|township| &township.spots);
        all.filter(|spot| village.covers(&spot.code)).collect()
    }

    /// A point inside a place's outline, longitude and latitude in WGS-84 degrees; none where it has none.
    pub fn point(&self, place: &RegionCode, dice: &Dice) -> Option<(f64, f64)> {
        let shape = Shape::read(self.outlines.get(place.as_str())?).ok()?;
        let edge = shape.envelope();
        let along = |from: f64, to: f64| {
            let part = u32::try_from(dice.between(0, 1_000_000)).map_or(0.5, |part| f64::from(part) / 1_000_000.0);
            let at = from + (to - from) * part;
            (at * 1_000_000.0).round() / 1_000_000.0
        };
        let [west, south] = edge.min;
        let [east, north] = edge.max;
        let tries = (0..TRIES).map(|_| (along(west, east), along(south, north)));
        tries.into_iter().find(|(lon, lat)| shape.holds(*lon, *lat)).or_else(|| shape.inside())
    }
}

fn weight_of(township: &RegionCode) -> u64 {
    let deep = DEEP.iter().find(|(code, _)| *code == township.as_str());
    let is_near = DEEP.iter().any(|(code, _)| code.starts_with(&township.as_str()[..6.min(township.as_str().len())]));
    deep.map_or(if is_near { NEAR } else { FAR }, |(_, weight)| *weight)
}

/// Town or country, by what the place above is.
fn side_of(code: &RegionCode, kinds: &HashMap<&str, &str>) -> Option<Side> {
    match kinds.get(code.at(Level::Village)?.as_str()) {
        Some(&"community") => Some(Side::Urban),
        Some(&"village") => Some(Side::Rural),
        _ => None,
    }
}

/// The outlines of grids, by code.
fn outlines() -> Result<HashMap<String, Value>> {
    const NAME: &str = "boundaries/grids.geojson";
    let broken = |what: &str| Error::internal(format!("demo/changzhi/{NAME}: {what}"));
    let mut parsed: Value = serde_json::from_slice(&file(NAME)?).map_err(|error| broken(&error.to_string()))?;
    let Some(Value::Array(features)) = parsed.get_mut("features").map(Value::take) else {
        return Err(broken("no features"));
    };
    let outline = |mut feature: Value| {
        let code = feature["properties"]["code"].as_str()?.to_owned();
        Some((code, feature["geometry"].take()))
    };
    Ok(features.into_iter().filter_map(outline).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_county_has_places_and_points_lie_in_their_grids() {
        let city = City::read().unwrap();
        let dice = Dice::new(1, "city");
        let mut counties = BTreeSet::new();
        for _ in 0..2_000 {
            let spot = city.somewhere(&dice).unwrap();
            counties.insert(spot.code.at(Level::County).unwrap());
            if let Some((lon, lat)) = city.point(&spot.code, &dice) {
                assert!(Shape::read(&city.outlines[spot.code.as_str()]).unwrap().holds(lon, lat), "{}", spot.code);
            }
        }
        assert_eq!(counties.len(), 12);
    }
}
