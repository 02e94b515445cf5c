//! The sheets of grids and of villagers' groups.

use std::collections::{HashMap, HashSet};

use db::Tx;
use kernel::{Code, Error, Level, Names, RegionCode, Result};

use super::{
    super::{
        model::CellError,
        names::Places,
        read::{Row, Table},
    },
    bringing::{Bringing, Lines, csv, text},
};
use crate::modules::regions::{self, Kind, PlacesFile};

impl Bringing<'_> {
    /// Grids, or groups.
    pub(super) async fn places(&mut self, tx: &mut Tx, table: &Table) -> Result<()> {
        let writers = self.writers;
        let cells: Vec<&str> = table.whole_rows().map(|row| row.cell("village")).collect();
        let places = Places::read_unscoped(tx, &cells, self.root(), self.today).await?;
        let (mut lines, mut errors): (Lines, Vec<CellError>) = Default::default();
        let mut missing = 0;
        let mut numbers = Numbers::new(table.sheet.key == "groups");
        for row in table.whole_rows() {
            match self.place(tx, row, &places, &mut numbers).await {
                Ok((code, kind, is_known)) => {
                    missing += usize::from(!is_known);
                    let cells = vec![text(&code), kind.as_str().to_owned(), row.cell("name_zh").to_owned()];
                    lines.push((row.line, cells));
                    self.placed.insert((table.sheet.key, row.line), (code, None));
                }
                Err(error) => errors.extend(self.mistake(table, row, &error)),
            }
        }
        let Some(writer) = self.writer(table, writers.places.as_ref(), missing)? else { return Ok(()) };
        let file = PlacesFile::read(csv(&["code", "kind", "name_zh"], lines)).await?;
        let (root, chance) = (self.root().clone(), self.app.chance.clone());
        let done = regions::places_in(tx, &writer, file, (&root, &chance), (self.now, self.today)).await?;
        if !self.settle(table, writers.places.as_ref(), errors, &done.report)? {
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
        let village = places.find("village", row.cell("village"))?;
        if village.level() != Level::Village {
            let expected = Names::new("村或社区", "a village or community");
            return Err(Error::field("village", Code::BadFormat).with("expected", expected));
        }
        let name = row.cell("name_zh");
        if !numbers.named.insert((village.clone(), name.to_owned())) {
            return Err(Error::field("name_zh", Code::Duplicate).with("value", name));
        }
        let children = regions::children_unscoped(tx, &village, self.today).await?;
        let known = children
            .iter()
            .find(|place| place.place.names.zh() == name && (place.place.kind == Kind::Group) == numbers.is_groups);
        let code = match (row.cell("code"), known) {
            ("", Some(known)) => known.place.code.clone(),
            ("", None) => numbers.next(&village, children.iter().map(|place| &place.place.code))?,
            (written, _) => numbers.written(&village, written)?,
        };
        let before = children.iter().find(|place| place.place.code == code).map(|place| place.place.kind);
        let kind = match row.cell("kind") {
            _ if numbers.is_groups => Kind::Group,
            "" => before.unwrap_or(Kind::Grid),
            written => {
                grid_kind(written).ok_or_else(|| Error::field("kind", Code::UnknownValue).with("value", written))?
            }
        };
        numbers.take(&code).map_err(|()| Error::field("code", Code::Duplicate).with("value", code.as_str()))?;
        Ok((code, kind, before.is_some()))
    }
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

    /// A number as written: three digits, or the whole code.
    fn written(&self, village: &RegionCode, written: &str) -> Result<RegionCode> {
        let range = self.range();
        let (first, last) = (i64::from(*range.start()), i64::from(*range.end()));
        let wrong = || Error::field("code", Code::OutOfRange).with("min", first).with("max", last);
        let tail = written.strip_prefix(village.as_str()).unwrap_or(written);
        let number = tail.parse::<u32>().ok().filter(|number| tail.len() <= 3 && range.contains(number));
        let number = number.ok_or_else(wrong)?;
        RegionCode::parse(&format!("{village}{number:03}")).map_err(|_| wrong())
    }

    fn take(&mut self, code: &RegionCode) -> Result<(), ()> {
        let Some(village) = code.parent() else { return Err(()) };
        if self.taken.entry(village).or_default().insert(code.clone()) { Ok(()) } else { Err(()) }
    }
}
