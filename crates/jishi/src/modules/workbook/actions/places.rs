//! The sheets of grids and of villagers' groups.

use std::collections::{HashMap, HashSet};

use db::Tx;
use kernel::{Code, Error, Level, Names, RegionCode, Result};

use super::{
    super::{
        names::Places,
        read::{Row, Table},
    },
    bringing::{Bringing, Lines, csv, text},
};
use crate::modules::regions::{self, Kind, PlacesFile};

/// Digits of a village's code.
const VILLAGE: usize = 12;

impl Bringing<'_> {
    /// Grids, or groups.
    pub(super) async fn places(&mut self, tx: &mut Tx, table: &Table) -> Result<()> {
        let writers = self.writers;
        self.look_at(writers.places.as_ref());
        let cells: Vec<&str> = table.rows.iter().map(|row| row.cell("village")).filter(|it| !it.is_empty()).collect();
        let places = Places::read_unscoped(tx, &cells, self.root(), self.today).await?;
        let mut lines = Lines::new();
        let mut missing = 0;
        let mut numbers = Numbers::new(table.sheet.key == "groups");
        for row in &table.rows {
            let placed = self.place(tx, row, &places, &mut numbers).await;
            let Some((code, kind, is_known)) = self.named(table, row, placed)? else { continue };
            missing += usize::from(!is_known);
            if !is_known && !self.is_looked_at() {
                self.awaited.insert(row.cell("name_zh").to_owned());
                continue;
            }
            let cells = vec![text(&code), kind.as_str().to_owned(), row.cell("name_zh").to_owned()];
            lines.push((row.line, cells));
            self.placed.insert((table.sheet.key, row.line), (code, None));
        }
        let Some(writer) = self.writer(table, writers.places.as_ref(), missing)? else { return Ok(()) };
        let file = PlacesFile::read(csv(&["code", "kind", "name_zh"], lines)).await?;
        let (root, chance) = (self.root().clone(), self.app.chance.clone());
        let done = regions::places_in(tx, &writer, file, (&root, &chance), (self.now, self.today)).await?;
        if !self.settle(table, writers.places.as_ref(), &done.report)? {
            return Ok(());
        }
        self.journal.places.extend(done.made);
        self.journal.places_before.extend(done.before);
        Ok(())
    }

    /// Code and kind of a grid or a group, and whether it is there already.
    async fn place(
        &self,
        tx: &mut Tx,
        row: &Row,
        places: &Places,
        numbers: &mut Numbers,
    ) -> Result<(RegionCode, Kind, bool)> {
        let village = places.find("village", row.cell("village")).and_then(is_village);
        let kind = numbers.kind(row.cell("kind"));
        let number = numbers.written(village.as_ref().ok(), row.cell("code"));
        let mistakes = [village.as_ref().err(), kind.as_ref().err(), number.as_ref().err()];
        if let Some(all) = mistakes.into_iter().flatten().cloned().reduce(Error::and) {
            return Err(all);
        }
        let (village, kind, number) = (village?, kind?, number?);
        let name = row.cell("name_zh");
        if name.is_empty() {
            return Err(Error::field("name_zh", Code::Required));
        }
        if !numbers.named.insert((village.clone(), name.to_owned())) {
            return Err(Error::field("name_zh", Code::Duplicate).with("value", name));
        }
        let children = regions::children_unscoped(tx, &village, self.today).await?;
        let known = children
            .iter()
            .find(|place| place.place.names.zh() == name && (place.place.kind == Kind::Group) == numbers.is_groups);
        let code = match (number, known) {
            (None, Some(known)) => known.place.code.clone(),
            (None, None) => numbers.next(&village, children.iter().map(|place| &place.place.code))?,
            (Some(number), _) => numbers.code(&village, number)?,
        };
        let before = children.iter().find(|place| place.place.code == code).map(|place| place.place.kind);
        let kind = kind.or(before).unwrap_or(Kind::Grid);
        numbers.take(&code).map_err(|()| Error::field("code", Code::Duplicate).with("value", code.as_str()))?;
        Ok((code, kind, before.is_some()))
    }
}

fn is_village(place: RegionCode) -> Result<RegionCode> {
    if place.level() == Level::Village {
        return Ok(place);
    }
    let expected = Names::new("村或社区", "a village or community");
    Err(Error::field("village", Code::BadFormat).with("expected", expected))
}

fn grid_kind(written: &str) -> Option<Kind> {
    match written {
        "普通网格" | "网格" | "ordinary grid" | "grid" => Some(Kind::Grid),
        "专属网格" | "dedicated grid" | "dedicated_grid" => Some(Kind::DedicatedGrid),
        _ => None,
    }
}

/// Numbers and names of grids or groups within their villages, each once: 001 to 799, and 801 to 999.
struct Numbers {
    is_groups: bool,
    taken: HashMap<RegionCode, HashSet<RegionCode>>,
    named: HashSet<(RegionCode, String)>,
}

impl Numbers {
    fn new(is_groups: bool) -> Self {
        Self { is_groups, taken: HashMap::new(), named: HashSet::new() }
    }

    fn range(&self) -> std::ops::RangeInclusive<u32> {
        if self.is_groups { 801..=999 } else { 1..=799 }
    }

    /// The first number that is free.
    fn next<'c>(&mut self, village: &RegionCode, known: impl Iterator<Item = &'c RegionCode>) -> Result<RegionCode> {
        let range = self.range();
        let taken = self.taken.entry(village.clone()).or_default();
        let known: HashSet<&RegionCode> = known.collect();
        range
            .filter_map(|number| RegionCode::parse(&format!("{village}{number:03}")).ok())
            .find(|code| !known.contains(code) && !taken.contains(code))
            .ok_or_else(|| Error::field("code", Code::OutOfRange).with("min", 1).with("max", 999))
    }

    fn out_of_range(&self) -> Error {
        let range = self.range();
        let (first, last) = (i64::from(*range.start()), i64::from(*range.end()));
        Error::field("code", Code::OutOfRange).with("min", first).with("max", last)
    }

    /// A number as written, if it is: three digits, or the whole code, of which only the end is looked at while nobody knows
    /// the village.
    fn written(&self, village: Option<&RegionCode>, written: &str) -> Result<Option<u32>> {
        if written.is_empty() {
            return Ok(None);
        }
        let tail = match village {
            Some(village) => written.strip_prefix(village.as_str()).unwrap_or(written),
            None => written.get(VILLAGE..).filter(|tail| !tail.is_empty()).unwrap_or(written),
        };
        let number = tail.parse::<u32>().ok().filter(|number| tail.len() <= 3 && self.range().contains(number));
        number.map(Some).ok_or_else(|| self.out_of_range())
    }

    fn code(&self, village: &RegionCode, number: u32) -> Result<RegionCode> {
        RegionCode::parse(&format!("{village}{number:03}")).map_err(|_| self.out_of_range())
    }

    /// The kind as written, if it is.
    fn kind(&self, written: &str) -> Result<Option<Kind>> {
        match written {
            _ if self.is_groups => Ok(Some(Kind::Group)),
            "" => Ok(None),
            written => {
                let unknown = || Error::field("kind", Code::UnknownValue).with("value", written);
                grid_kind(written).map(Some).ok_or_else(unknown)
            }
        }
    }

    fn take(&mut self, code: &RegionCode) -> Result<(), ()> {
        let Some(village) = code.parent() else { return Err(()) };
        if self.taken.entry(village).or_default().insert(code.clone()) { Ok(()) } else { Err(()) }
    }
}
