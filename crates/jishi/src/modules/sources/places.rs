//! Places as a source names them: district, township, village, each by its name.

use std::collections::{HashMap, HashSet};

use db::Conn;
use kernel::{Code, Day, Error, Level, Names, RegionCode, Result};

use super::{
    model::{Carrier, Source},
    rules::{Cells, cell},
};
use crate::modules::regions::{self, RegionRef};

/// The columns that name places, the widest first.
const LEVELS: [(&str, Level); 3] =
    [("county", Level::County), ("township", Level::Township), ("village", Level::Village)];
/// What offices add to the names of their places.
const ENDINGS: [&str; 12] = [
    "街道办事处",
    "办事处",
    "人民政府",
    "镇政府",
    "乡政府",
    "居民委员会",
    "村民委员会",
    "居委会",
    "村委会",
    "党群服务中心",
    "管委会",
    "社区居委会",
];
/// Names told of a name that several have, or that is like others.
const TOLD: usize = 5;

/// The places in the instance that a file names.
pub struct Places {
    called: HashMap<String, Vec<RegionRef>>,
    above: HashMap<RegionCode, RegionRef>,
    below: HashMap<RegionCode, Vec<RegionRef>>,
    root: RegionCode,
}

/// What a place may be called: as written, without what offices add, and without the kind of a place.
fn ways(name: &str) -> Vec<String> {
    let mut ways = vec![name.to_owned()];
    for ending in ENDINGS {
        if let Some(short) = name.strip_suffix(ending).filter(|short| short.chars().count() >= 2) {
            ways.push(short.to_owned());
            // 东街街道办事处, 东街办事处: the place is a 街道; 府后居委会: a 社区.
            ways.extend(["街道", "社区", "村", "镇", "乡"].map(|kind| format!("{short}{kind}")));
        }
    }
    ways
}

impl Places {
    /// Looks up everything the orders name, at once.
    ///
    /// # Errors
    /// `internal` when the database fails.
    pub async fn read(db: &mut Conn, orders: &[Cells], root: &RegionCode, today: Day) -> Result<Self> {
        let names: HashSet<String> = orders
            .iter()
            .flat_map(|cells| LEVELS.iter().filter_map(|(key, _)| cell(cells, key)))
            .flat_map(ways)
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut called: HashMap<String, Vec<RegionRef>> = HashMap::new();
        for place in regions::called_unscoped(db, &names, root, today).await? {
            called.entry(place.names.zh().to_owned()).or_default().push(place);
        }
        let above: Vec<RegionCode> =
            called.values().flatten().flat_map(|place| regions::ancestry(&place.code)).collect();
        let above = regions::refs_unscoped(db, &above).await?;
        Ok(Self { called, above, below: HashMap::new(), root: root.clone() })
    }

    /// The place of an order: as far down as its names lead. Where it names none, whoever brings it in answers for it,
    /// provided they answer for a county or less.
    ///
    /// # Errors
    /// Field errors by the columns' keys: `required`, `unknown_name`, `ambiguous`.
    pub async fn find(
        &mut self,
        db: &mut Conn,
        source: &Source,
        cells: &Cells,
        carrier: &Carrier,
        today: Day,
    ) -> Result<RegionCode> {
        let names_county = cell(cells, "county").is_some();
        let mut place = if names_county { self.root.clone() } else { carrier.home.clone() };
        for (key, level) in LEVELS {
            let Some(name) = cell(cells, key).filter(|_| place.level() < level) else { continue };
            place = match source.places.get(name) {
                Some(code) => code.clone(),
                None => self.step(db, key, level, name, &place, today).await?,
            };
        }
        if place.level() < Level::County {
            return Err(Error::field("county", Code::Required));
        }
        Ok(place)
    }

    async fn step(
        &mut self,
        db: &mut Conn,
        key: &'static str,
        level: Level,
        name: &str,
        within: &RegionCode,
        today: Day,
    ) -> Result<RegionCode> {
        let fits = |place: &&RegionRef| place.level == level && within.covers(&place.code);
        let mut named = ways(name).into_iter().map(|way| {
            let found = self.called.get(&way).into_iter().flatten().filter(fits).cloned();
            found.collect::<Vec<RegionRef>>()
        });
        let found = named.find(|found| !found.is_empty()).unwrap_or_default();
        match found.as_slice() {
            [] => Err(self.unknown(db, key, (level, name), within, today).await?),
            [one] => Ok(one.code.clone()),
            many => Err(self.ambiguous(key, name, many)),
        }
    }

    fn ambiguous(&self, key: &'static str, name: &str, many: &[RegionRef]) -> Error {
        let path = |place: &RegionRef| {
            let parent = place.code.parent().and_then(|code| self.above.get(&code));
            parent.map_or_else(|| place.code.to_string(), |parent| format!("{}/{name}", parent.names.zh()))
        };
        let choices: Vec<String> = many.iter().take(TOLD).map(path).collect();
        Error::field(key, Code::Ambiguous)
            .with("value", name)
            .with("count", i64::try_from(many.len()).unwrap_or(i64::MAX))
            .with("choices", Names::new(choices.join("、"), choices.join(", ")))
    }

    /// The places that do have one of this name in them.
    fn elsewhere(&self, name: &str, level: Level) -> Vec<String> {
        let called = ways(name).into_iter().filter_map(|way| self.called.get(&way)).flatten();
        let above =
            called.filter(|place| place.level == level).filter_map(|place| self.above.get(&place.code.parent()?));
        let names: std::collections::BTreeSet<&str> = above.map(|place| place.names.zh()).collect();
        names.into_iter().take(TOLD).map(str::to_owned).collect()
    }

    /// Told with those next to it that are called most like it.
    async fn unknown(
        &mut self,
        db: &mut Conn,
        key: &'static str,
        (level, name): (Level, &str),
        within: &RegionCode,
        today: Day,
    ) -> Result<Error> {
        if !self.below.contains_key(within) {
            let children = regions::children_unscoped(db, within, today).await?;
            self.below.insert(within.clone(), children.into_iter().map(|child| child.place).collect());
        }
        let elsewhere = self.elsewhere(name, level);
        if !elsewhere.is_empty() {
            let within = regions::refs_unscoped(db, [within]).await?.remove(within).map(|place| place.names);
            return Ok(Error::field(key, Code::NamedElsewhere)
                .with("value", name)
                .with("within", within.unwrap_or_default())
                .with("choices", Names::new(elsewhere.join("、"), elsewhere.join(", "))));
        }
        let near = nearest(name, self.below.get(within).into_iter().flatten());
        let error = Error::field(key, if near.is_empty() { Code::UnknownName } else { Code::UnknownNameNear });
        Ok(error.with("value", name).with("choices", Names::new(near.join("、"), near.join(", "))))
    }
}

/// The places whose names share the most characters with `name`, and at least half of its own.
fn nearest<'p>(name: &str, places: impl Iterator<Item = &'p RegionRef>) -> Vec<String> {
    let shared = |other: &str| name.chars().filter(|c| !"街道镇乡村社区".contains(*c) && other.contains(*c)).count();
    let own = name.chars().filter(|c| !"街道镇乡村社区".contains(*c)).count();
    let mut near: Vec<(usize, String)> = places
        .map(|place| (shared(place.names.zh()), place.names.zh().to_owned()))
        .filter(|(shared, _)| *shared > 0 && shared * 2 >= own)
        .collect();
    near.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    near.into_iter().take(TOLD).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_known_by_what_its_office_is_called() {
        assert!(ways("东街街道办事处").contains(&"东街街道".to_owned()));
        assert!(ways("东街办事处").contains(&"东街街道".to_owned()));
        assert!(ways("府后社区居委会").contains(&"府后社区".to_owned()));
        assert_eq!(ways("村委会"), ["村委会"], "nothing would be left");
    }
}
