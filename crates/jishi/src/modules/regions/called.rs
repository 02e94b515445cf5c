//! What people write in cells, and the places it names: by code, name or path.

use std::collections::{HashMap, HashSet};

use db::Conn;
use kernel::{Code, Day, Error, Names, RegionCode, Result};

use super::{RegionRef, ancestry, called_unscoped, refs_unscoped};

/// Choices told of a name that several have.
const TOLD: usize = 5;

/// The parts of a path: `东街街道/演武社区`.
fn parts(path: &str) -> Vec<&str> {
    path.split(['/', '／', '>', '＞']).map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// Told of a name nothing has.
pub fn unknown_name(key: &'static str, value: &str) -> Error {
    Error::field(key, Code::UnknownName).with("value", value)
}

/// Told of a name that several have, with some of them.
pub fn ambiguous_name(key: &'static str, value: &str, choices: &[String]) -> Error {
    let more = if choices.len() > TOLD { " …" } else { "" };
    let told = choices.iter().take(TOLD).cloned().collect::<Vec<_>>();
    Error::field(key, Code::Ambiguous)
        .with("value", value)
        .with("count", i64::try_from(choices.len()).unwrap_or(i64::MAX))
        .with("choices", Names::new(told.join("、") + more, told.join(", ") + more))
}

/// Places by what they are called.
#[derive(Debug)]
pub struct CalledPlaces {
    called: HashMap<String, Vec<RegionRef>>,
    above: HashMap<RegionCode, RegionRef>,
    codes: HashSet<RegionCode>,
}

impl CalledPlaces {
    /// Looks up everything the cells name, at once. For everyone: places are reference data.
    ///
    /// # Errors
    /// `internal` when the database fails.
    pub async fn read_unscoped(db: &mut Conn, cells: &[&str], root: &RegionCode, today: Day) -> Result<Self> {
        let (codes, paths): (Vec<&str>, Vec<&str>) = cells.iter().partition(|cell| RegionCode::parse(cell).is_ok());
        let codes: Vec<RegionCode> = codes.iter().filter_map(|code| RegionCode::parse(code).ok()).collect();
        let codes = refs_unscoped(db, &codes).await?.into_keys().collect();
        let names: HashSet<&str> = paths.iter().filter_map(|path| parts(path).last().copied()).collect();
        let mut called: HashMap<String, Vec<RegionRef>> = HashMap::new();
        for place in called_unscoped(db, &names.into_iter().collect::<Vec<_>>(), root, today).await? {
            called.entry(place.names.zh().to_owned()).or_default().push(place);
        }
        let above: Vec<RegionCode> = called.values().flatten().flat_map(|place| ancestry(&place.code)).collect();
        let above = refs_unscoped(db, &above).await?;
        Ok(Self { called, above, codes })
    }

    /// The place a cell names.
    ///
    /// # Errors
    /// `unknown_region`, `unknown_name`, `ambiguous`.
    pub fn find(&self, key: &'static str, cell: &str) -> Result<RegionCode> {
        if let Ok(code) = RegionCode::parse(cell) {
            return self.codes.get(&code).cloned().ok_or_else(|| Error::field(key, Code::UnknownRegion));
        }
        let parts = parts(cell);
        let (Some(name), above) = (parts.last(), parts.get(..parts.len().saturating_sub(1)).unwrap_or_default()) else {
            return Err(unknown_name(key, cell));
        };
        let fits = |place: &&RegionRef| {
            let names: Vec<&str> = ancestry(&place.code)
                .iter()
                .filter_map(|code| self.above.get(code))
                .map(|place| place.names.zh())
                .collect();
            above.iter().all(|part| names.contains(part))
        };
        let found: Vec<&RegionRef> = self.called.get(*name).into_iter().flatten().filter(fits).collect();
        match found.as_slice() {
            [] => Err(unknown_name(key, cell)),
            [one] => Ok(one.code.clone()),
            many => {
                let path = |place: &&RegionRef| {
                    let parent = place.code.parent().and_then(|code| self.above.get(&code));
                    parent.map_or_else(|| place.code.to_string(), |parent| format!("{}/{name}", parent.names.zh()))
                };
                Err(ambiguous_name(key, cell, &many.iter().map(path).collect::<Vec<_>>()))
            }
        }
    }
}
