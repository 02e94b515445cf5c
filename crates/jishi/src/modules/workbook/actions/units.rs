//! The sheets of units and of Party organisations.

use db::Tx;
use kernel::{RegionCode, Result};

use super::{
    super::{
        names::{Places, Units},
        read::{Row, Table},
    },
    bringing::{Bringing, Lines, csv, text},
};
use crate::modules::people::{self, NamedUnit, UnitsFile};

/// The duty of the sheet of Party organisations.
const PARTY: &str = "party_organisation";

impl Bringing<'_> {
    /// Units, or Party organisations.
    pub(super) async fn units(&mut self, tx: &mut Tx, table: &Table) -> Result<()> {
        let writers = self.writers;
        let is_party = table.sheet.key == "party";
        self.look_at(writers.units.as_ref());
        let column =
            |key: &'static str| table.rows.iter().map(move |row| row.cell(key)).filter(|cell| !cell.is_empty());
        let places = Places::read_unscoped(tx, &column("region").collect::<Vec<_>>(), self.root(), self.today).await?;
        let called: Vec<&str> = column("name_zh").chain(column("parent")).chain(column("id_hint")).collect();
        let mut units = Units::read_unscoped(tx, &called, self.today).await?;
        let mut found: Vec<(&Row, RegionCode, String)> = Vec::new();
        let mut missing = 0;
        for row in &table.rows {
            let (name, hint) = (row.cell("name_zh"), row.cell("id_hint"));
            let place = self.named(table, row, places.find("region", row.cell("region")))?;
            let Some(region) = place.filter(|_| !name.is_empty()) else {
                // The other cells of the row are looked at all the same, with the instance's place in its stead.
                self.doubt(table, row.line, "region");
                let code = if hint.is_empty() { format!("row-{}", row.line) } else { hint.to_owned() };
                found.push((row, self.root().clone(), code));
                continue;
            };
            let known = units.at(name, &region);
            let is_known = known.is_some() || units.has(hint);
            missing += usize::from(!is_known);
            let code = match (hint, known) {
                ("", Some(known)) => known.code.clone(),
                ("", None) => format!("{region}-{name}"),
                (code, _) => code.to_owned(),
            };
            if is_known || self.is_looked_at() {
                self.placed.insert((table.sheet.key, row.line), (region.clone(), Some(code.clone())));
            } else {
                self.awaited.extend([name, hint].into_iter().filter(|it| !it.is_empty()).map(str::to_owned));
            }
            found.push((row, region, code));
        }
        units = units.and(found.iter().map(|(row, region, code)| NamedUnit {
            id: None,
            code: code.clone(),
            name: row.cell("name_zh").to_owned(),
            region: region.clone(),
        }));
        let mut lines = Lines::new();
        for (row, region, code) in found {
            let parent = match row.cell("parent") {
                "" => String::new(),
                cell => {
                    let parent = units.find("parent", cell, &region).map(|parent| parent.code.clone());
                    self.named(table, row, parent)?.unwrap_or_default()
                }
            };
            let duty = if is_party { PARTY.to_owned() } else { self.duty(row.cell("duty")) };
            let cell = |key: &str| row.cell(key).to_owned();
            lines.push((
                row.line,
                vec![code, cell("name_zh"), cell("name_en"), duty, text(&region), parent, cell("phone")],
            ));
        }
        let Some(writer) = self.writer(table, writers.units.as_ref(), missing)? else { return Ok(()) };
        let head = ["id_hint", "name_zh", "name_en", "duty", "region", "parent", "phone"];
        let file = UnitsFile::read(self.app, &csv(&head, lines)).await?;
        let done = people::units_in(tx, &writer, &file, self.now).await?;
        if !self.settle(table, writers.units.as_ref(), &done.report)? {
            return Ok(());
        }
        self.journal.units.extend(done.made);
        self.journal.units_before.extend(done.before);
        Ok(())
    }

    /// The code of a duty that is written by its name.
    fn duty(&self, written: &str) -> String {
        let catalogue = self.app.matters.catalogue();
        let is_called = |name: &str| name.eq_ignore_ascii_case(written);
        let found = catalogue.duties().find(|duty| duty.names.iter().any(|(_, name)| is_called(name)));
        found.map_or_else(|| written.to_owned(), |duty| duty.code.clone())
    }
}
