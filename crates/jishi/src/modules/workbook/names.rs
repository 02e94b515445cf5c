//! What people write in cells, and what it names: places by code, name or path; units; people.

use std::collections::{HashMap, HashSet};

use db::Conn;
use kernel::{Code, Day, Error, Names, RegionCode, Result};

use crate::{
    modules::{
        people::{self, NamedUnit, PersonRecord},
        regions::{self, RegionRef},
    },
    platform::access::Scope,
};

/// Choices told of a name that several have.
const TOLD: usize = 5;

/// The parts of a path: `东街街道/演武社区`.
fn parts(path: &str) -> Vec<&str> {
    path.split(['/', '／', '>', '＞']).map(str::trim).filter(|part| !part.is_empty()).collect()
}

fn unknown(key: &'static str, value: &str) -> Error {
    Error::field(key, Code::UnknownName).with("value", value)
}

fn ambiguous(key: &'static str, value: &str, choices: &[String]) -> Error {
    let more = if choices.len() > TOLD { " …" } else { "" };
    let told = choices.iter().take(TOLD).cloned().collect::<Vec<_>>();
    Error::field(key, Code::Ambiguous)
        .with("value", value)
        .with("count", i64::try_from(choices.len()).unwrap_or(i64::MAX))
        .with("choices", Names::new(told.join("、") + more, told.join(", ") + more))
}

/// Places by what they are called.
pub(super) struct Places {
    called: HashMap<String, Vec<RegionRef>>,
    above: HashMap<RegionCode, RegionRef>,
    codes: HashSet<RegionCode>,
}

impl Places {
    /// Looks up everything the cells name, at once.
    pub(super) async fn read(db: &mut Conn, cells: &[&str], root: &RegionCode, today: Day) -> Result<Self> {
        let (codes, paths): (Vec<&str>, Vec<&str>) = cells.iter().partition(|cell| RegionCode::parse(cell).is_ok());
        let codes: Vec<RegionCode> = codes.iter().filter_map(|code| RegionCode::parse(code).ok()).collect();
        let codes = regions::refs_unscoped(db, &codes).await?.into_keys().collect();
        let names: HashSet<&str> = paths.iter().filter_map(|path| parts(path).last().copied()).collect();
        let mut called: HashMap<String, Vec<RegionRef>> = HashMap::new();
        for place in regions::called_unscoped(db, &names.into_iter().collect::<Vec<_>>(), root, today).await? {
            called.entry(place.names.zh().to_owned()).or_default().push(place);
        }
        let above: Vec<RegionCode> =
            called.values().flatten().flat_map(|place| regions::ancestry(&place.code)).collect();
        let above = regions::refs_unscoped(db, &above).await?;
        Ok(Self { called, above, codes })
    }

    /// The place a cell names.
    ///
    /// # Errors
    /// `unknown_region`, `unknown_name`, `ambiguous`.
    pub(super) fn find(&self, key: &'static str, cell: &str) -> Result<RegionCode> {
        if let Ok(code) = RegionCode::parse(cell) {
            return self.codes.get(&code).cloned().ok_or_else(|| Error::field(key, Code::UnknownRegion));
        }
        let parts = parts(cell);
        let (Some(name), above) = (parts.last(), parts.get(..parts.len().saturating_sub(1)).unwrap_or_default()) else {
            return Err(unknown(key, cell));
        };
        let fits = |place: &&RegionRef| {
            let names: Vec<&str> = regions::ancestry(&place.code)
                .iter()
                .filter_map(|code| self.above.get(code))
                .map(|place| place.names.zh())
                .collect();
            above.iter().all(|part| names.contains(part))
        };
        let found: Vec<&RegionRef> = self.called.get(*name).into_iter().flatten().filter(fits).collect();
        match found.as_slice() {
            [] => Err(unknown(key, cell)),
            [one] => Ok(one.code.clone()),
            many => {
                let path = |place: &&RegionRef| {
                    let parent = place.code.parent().and_then(|code| self.above.get(&code));
                    parent.map_or_else(|| place.code.to_string(), |parent| format!("{}/{name}", parent.names.zh()))
                };
                Err(ambiguous(key, cell, &many.iter().map(path).collect::<Vec<_>>()))
            }
        }
    }
}

/// Units by what they are called.
pub(super) struct Units(Vec<NamedUnit>);

impl Units {
    /// Looks up everything the cells name, at once.
    pub(super) async fn read(db: &mut Conn, cells: &[&str], today: Day) -> Result<Self> {
        people::units_named_unscoped(db, cells, today).await.map(Self)
    }

    /// Adds those that stand in the workbook itself.
    pub(super) fn and(mut self, more: impl IntoIterator<Item = NamedUnit>) -> Self {
        for unit in more {
            if !self.0.iter().any(|known| known.code == unit.code) {
                self.0.push(unit);
            }
        }
        self
    }

    /// Whether there is a unit with this code.
    pub(super) fn has(&self, code: &str) -> bool {
        !code.is_empty() && self.0.iter().any(|unit| unit.code == code)
    }

    /// The unit of this name for this place, if there is one.
    pub(super) fn at(&self, name: &str, region: &RegionCode) -> Option<&NamedUnit> {
        self.0.iter().find(|unit| unit.name == name && unit.region == *region)
    }

    /// The unit a cell names; of several with a name the one nearest above `near`.
    ///
    /// # Errors
    /// `unknown_name`, `ambiguous`.
    pub(super) fn find(&self, key: &'static str, cell: &str, near: &RegionCode) -> Result<&NamedUnit> {
        if let Some(unit) = self.0.iter().find(|unit| unit.code == cell) {
            return Ok(unit);
        }
        let found: Vec<&NamedUnit> = self.0.iter().filter(|unit| unit.name == cell).collect();
        let above = found.iter().filter(|unit| unit.region.covers(near)).max_by_key(|unit| unit.region.as_str().len());
        match (found.as_slice(), above) {
            ([], _) => Err(unknown(key, cell)),
            ([one], _) | (_, Some(one)) => Ok(one),
            (many, None) => Err(ambiguous(key, cell, &many.iter().map(|unit| unit.code.clone()).collect::<Vec<_>>())),
        }
    }
}

/// Someone as the workbook knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub name: String,
    pub login: String,
    pub phone: Option<String>,
    /// False of who is kept elsewhere: their log-in name is taken, and nothing else of them is known here.
    is_own: bool,
}

/// People by what they are called.
pub(super) struct People(Vec<Known>);

impl People {
    /// Looks up everything the cells name, at once.
    pub(super) async fn read(db: &mut Conn, cells: &[&str], own: Option<&Scope>, today: Day) -> Result<Self> {
        let known = |person: PersonRecord| Known {
            is_own: own.is_none_or(|own| own.covers(&person.region)),
            name: person.name,
            login: person.login,
            phone: person.phone,
        };
        let found = people::people_named_unscoped(db, cells, today).await?;
        Ok(Self(found.into_iter().map(known).collect()))
    }

    /// The log-in name of someone of the staff sheet: as written; of who is there by this name and telephone; or made from
    /// the name.
    pub(super) fn login(&mut self, name: &str, login: &str, phone: Option<&str>) -> String {
        let is_same = |known: &&Known| {
            known.is_own
                && known.name == name
                && (known.phone.is_none() || phone.is_none() || known.phone.as_deref() == phone)
        };
        let login = if login.is_empty() {
            self.0.iter().find(is_same).map_or_else(|| self.free(name, phone), |known| known.login.clone())
        } else {
            login.to_owned()
        };
        if !self.0.iter().any(|known| known.login == login) {
            let (name, phone) = (name.to_owned(), phone.map(str::to_owned));
            self.0.push(Known { name, login: login.clone(), phone, is_own: true });
        }
        login
    }

    /// A log-in name nobody has: made of the name, then counted.
    fn free(&self, name: &str, phone: Option<&str>) -> String {
        let [plain, longer] = made_of(name, phone.unwrap_or_default());
        let counted = (2..).map(|number| format!("{plain}{number}"));
        let mut candidates = [plain.clone(), longer].into_iter().chain(counted);
        let is_free = |login: &String| !self.0.iter().any(|known| known.login == *login);
        candidates.find(is_free).unwrap_or_default()
    }

    /// The person a cell names, by log-in name or name.
    ///
    /// # Errors
    /// `unknown_name`, `ambiguous`.
    pub(super) fn find(&self, key: &'static str, cell: &str) -> Result<&Known> {
        let own = || self.0.iter().filter(|known| known.is_own);
        if let Some(known) = own().find(|known| known.login == cell) {
            return Ok(known);
        }
        let found: Vec<&Known> = own().filter(|known| known.name == cell).collect();
        match found.as_slice() {
            [] => Err(unknown(key, cell)),
            [one] => Ok(one),
            many => Err(ambiguous(key, cell, &many.iter().map(|known| known.login.clone()).collect::<Vec<_>>())),
        }
    }
}

/// Log-in names made of a name: its pinyin, and that with the end of the telephone number.
pub(super) fn made_of(name: &str, phone: &str) -> [String; 2] {
    let plain: String = regions::pinyin(name).chars().filter(char::is_ascii_alphanumeric).take(30).collect();
    let plain = if plain.len() < 2 { format!("staff{plain}") } else { plain };
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let longer = format!("{plain}{}", digits.get(digits.len().saturating_sub(4)..).unwrap_or_default());
    [plain, longer]
}

/// Several names in one cell.
pub(super) fn several(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(['、', ',', '，', ';', '；', '\n']).map(str::trim).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str, login: &str, is_own: bool) -> Known {
        Known { name: name.into(), login: login.into(), phone: Some("1".into()), is_own }
    }

    #[test]
    fn who_is_kept_elsewhere_is_not_named_here_but_keeps_their_log_in_name() {
        let mut people = People(vec![known("王丽", "wangli", false)]);
        assert_eq!(people.find("person", "王丽").unwrap_err().fields()[0].code, Code::UnknownName);
        assert_eq!(people.find("person", "wangli").unwrap_err().fields()[0].code, Code::UnknownName);
        assert_eq!(people.login("王丽", "", Some("1")), "wangli1", "not the same person");
    }

    #[test]
    fn a_log_in_name_is_made_once_and_stays() {
        let mut people = People(vec![known("王丽", "wangli", true)]);
        assert_eq!(people.login("王丽", "", Some("1")), "wangli", "the same person");
        assert_eq!(people.login("王丽", "", Some("13900001234")), "wangli1234", "another of the same name");
        assert_eq!(people.login("王力", "", None), "wangli2", "another name that sounds alike");
        assert_eq!(people.login("王力", "", None), "wangli2", "the same row twice");
        assert_eq!(people.login("X", "", None), "staffx");
        assert_eq!(people.find("person", "王力").unwrap().login, "wangli2");
        assert_eq!(people.find("person", "王丽").unwrap_err().fields()[0].code, Code::Ambiguous);
        assert_eq!(people.find("person", "李四").unwrap_err().fields()[0].code, Code::UnknownName);
    }

    #[test]
    fn several_names_stand_in_one_cell() {
        assert_eq!(several("王丽华、 李晓燕,张三；").collect::<Vec<_>>(), ["王丽华", "李晓燕", "张三"]);
    }
}
