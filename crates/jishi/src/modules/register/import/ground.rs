//! What the rows of a file name: kinds, places, units, points; and what is there already.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use db::Conn;
use kernel::{Code, Day, Error, Id, Level, Names, RegionCode, Result};

use super::columns::Row;
use crate::{
    modules::{
        App,
        people::CalledUnits,
        regions::{self, CalledPlaces},
        register::{
            model::{Item, ItemKind},
            shelf::Kinds,
            store,
        },
    },
    platform::access::Unit,
};

/// A row with what it names.
#[derive(Debug)]
pub struct Named<'r> {
    /// The row.
    pub row: &'r Row,
    /// Its kind.
    pub kind: Arc<ItemKind>,
    /// Its place; none where it names none and its point lies nowhere.
    pub place: Option<RegionCode>,
    /// Its point.
    pub point: Option<(f64, f64)>,
    /// Who looks after it.
    pub owner: Option<Id<Unit>>,
}

impl Named<'_> {
    /// What it is recognised by.
    pub fn key(&self) -> Option<Recognised> {
        let place = self.place.as_ref()?;
        let (number, name) = (self.row.cell("number"), self.row.cell("name"));
        let within = if number.is_empty() { home(place) } else { place.at(Level::County)? };
        let mark = if number.is_empty() { name } else { number };
        Some((self.kind.code.clone(), within, mark.to_owned()))
    }
}

/// Kind, county and number; of what has no number kind, village and name.
pub type Recognised = (String, RegionCode, String);

/// Whether a point lies where its row says: in the same township, for borders are not known to the metre; in the same
/// county where no township is known.
fn is_near(said: &RegionCode, found: &RegionCode) -> bool {
    let level = Level::Township.min(said.level()).min(found.level());
    said.at(level) == found.at(level)
}

/// The place within which a name tells one thing from another.
fn home(place: &RegionCode) -> RegionCode {
    [Level::Village, Level::Township].into_iter().find_map(|level| place.at(level)).unwrap_or_else(|| place.clone())
}

/// What an item that is there is recognised by.
pub fn recognised(item: &Item) -> Option<Recognised> {
    match &item.number {
        Some(number) => Some((item.kind.clone(), item.place.at(Level::County)?, number.clone())),
        None => Some((item.kind.clone(), home(&item.place), item.name.clone())),
    }
}

/// Everything that rows name, looked up at once.
pub struct Ground {
    kinds: Arc<Kinds>,
    places: CalledPlaces,
    units: CalledUnits,
    located: HashMap<i64, RegionCode>,
    /// Rows whose point lies outside the place they name: in another township, or beyond the instance's border.
    astray: HashMap<i64, Names>,
}

impl Ground {
    /// Reads what the rows name.
    ///
    /// # Errors
    /// `internal` when the database fails.
    pub async fn read(db: &mut Conn, app: &App, rows: &[Row]) -> Result<Self> {
        let cells = |key: &'static str| {
            let mut cells: Vec<&str> = rows.iter().map(|row| row.cell(key)).filter(|cell| !cell.is_empty()).collect();
            cells.sort_unstable();
            cells.dedup();
            cells
        };
        let places = CalledPlaces::read_unscoped(db, &cells("region"), &app.settings.region, app.today()).await?;
        let units = CalledUnits::read_unscoped(db, &cells("owner"), app.today()).await?;
        let (mut located, mut astray) = (HashMap::new(), HashMap::new());
        for row in rows {
            let Ok(Some((lon, lat))) = point(row) else { continue };
            let found = regions::locate_unscoped(db, app, lon, lat).await?;
            let said = Some(row.cell("region")).filter(|cell| !cell.is_empty());
            let said = said.and_then(|cell| places.find("region", cell).ok());
            let is_guess = found.as_ref().is_some_and(|(_, is_guess)| *is_guess);
            let found = found.map(|(place, _)| place).filter(|_| !is_guess);
            let is_far = match (&said, &found) {
                (Some(said), Some(found)) => !is_near(said, found),
                // Beyond the border, as far as one is drawn.
                (_, None) => !is_guess && regions::is_outlined(app),
                (None, Some(_)) => false,
            };
            if is_far {
                let place = said.clone().unwrap_or_else(|| app.settings.region.clone());
                let names = regions::names_unscoped(db, &place).await?;
                astray.insert(row.line, names.unwrap_or_else(|| Names::zh_only(place.as_str())));
            }
            located.extend(found.map(|place| (row.line, place)));
        }
        Ok(Self { kinds: app.register.kinds(), places, units, located, astray })
    }

    /// What a row names; all its mistakes at once, by the columns' keys.
    ///
    /// # Errors
    /// Field errors.
    pub fn named<'r>(&self, row: &'r Row, today: Day) -> Result<Named<'r>> {
        let mut mistakes = Vec::new();
        let mut kept = |error: Error| mistakes.push(error);
        let kind = self.kinds.called(row.cell("kind")).cloned();
        if kind.is_none() {
            kept(match row.cell("kind") {
                "" => Error::field("kind", Code::Required),
                cell => Error::field("kind", Code::UnknownValue).with("value", cell),
            });
        }
        let point = point(row).unwrap_or_else(|error| {
            kept(error);
            None
        });
        if let Some(place) = self.astray.get(&row.line) {
            kept(Error::field("lon", Code::OutsidePlace).with("place", place.clone()));
        }
        let place = self.place(row).unwrap_or_else(|error| {
            kept(error);
            None
        });
        let owner = match (row.cell("owner"), &place) {
            ("", _) => None,
            (cell, near) => {
                let near = near.clone().or_else(|| self.located.get(&row.line).cloned());
                let found = near.map(|near| self.units.find("owner", cell, &near).map(|unit| unit.id));
                found.transpose().unwrap_or_else(|error| {
                    kept(error);
                    None
                })
            }
        };
        match (mistakes.into_iter().reduce(Error::and), kind) {
            (None, Some(kind)) => Ok(Named { row, kind, place, point, owner: owner.flatten() }),
            // All that is wrong with a row is told at once: also what it says of the thing.
            (Some(mistakes), Some(kind)) => {
                Err(super::plan::said_by(row, &kind, None, today).err().into_iter().fold(mistakes, Error::and))
            }
            (Some(mistakes), None) => Err(mistakes),
            (None, None) => Err(Error::field("kind", Code::Required)),
        }
    }

    /// The place a row says; where its point lies deeper in the same, that.
    fn place(&self, row: &Row) -> Result<Option<RegionCode>> {
        let located = self.located.get(&row.line);
        let said = match row.cell("region") {
            "" => return Ok(located.cloned()),
            cell => self.places.find("region", cell)?,
        };
        Ok(Some(located.filter(|place| said.covers(place)).cloned().unwrap_or(said)))
    }
}

/// The point of a row.
fn point(row: &Row) -> Result<Option<(f64, f64)>> {
    let expected = |key| {
        Error::field(key, Code::BadFormat).with("expected", Names::new("度数，如 113.1199", "degrees such as 113.1199"))
    };
    let degrees = |key: &'static str, max: f64| match row.cell(key) {
        "" => Ok(None),
        cell => match cell.parse::<f64>() {
            Ok(value) if value.is_finite() && value.abs() <= max => Ok(Some(value)),
            _ => Err(expected(key)),
        },
    };
    match (degrees("lon", 180.0)?, degrees("lat", 90.0)?) {
        (Some(lon), Some(lat)) => Ok(Some((lon, lat))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(Error::field("lat", Code::Required)),
        (None, Some(_)) => Err(Error::field("lon", Code::Required)),
    }
}

/// The items there are that the rows may mean, by what they are recognised by.
///
/// # Errors
/// `internal` when the database fails.
pub async fn known(db: &mut Conn, rows: &[Named<'_>]) -> Result<HashMap<Recognised, Item>> {
    let mut wanted: BTreeMap<(RegionCode, &str), Vec<store::Key<'_>>> = BTreeMap::new();
    for named in rows {
        let Some(county) = named.place.as_ref().and_then(|place| place.at(Level::County)) else { continue };
        let number = Some(named.row.cell("number")).filter(|number| !number.is_empty());
        let key = store::Key { number, name: named.row.cell("name") };
        wanted.entry((county, &named.kind.code)).or_default().push(key);
    }
    let mut known = HashMap::new();
    for ((county, kind), keys) in wanted {
        for item in store::known_unscoped(db, &county, kind, &keys).await? {
            if let Some(key) = recognised(&item) {
                known.insert(key, item);
            }
        }
    }
    Ok(known)
}
