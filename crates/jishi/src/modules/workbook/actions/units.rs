//! The sheets of units and of Party organisations.

use db::Tx;
use kernel::{RegionCode, Result};

use super::{
    super::{
        model::CellError,
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
        let column =
            |key: &'static str| table.rows.iter().map(move |row| row.cell(key)).filter(|cell| !cell.is_empty());
        let places = Places::read_unscoped(tx, &column("region").collect::<Vec<_>>(), self.root(), self.today).await?;
        let called: Vec<&str> = column("name_zh").chain(column("parent")).chain(column("id_hint")).collect();
        let mut units = Units::read_unscoped(tx, &called, self.today).await?;
        let mut errors: Vec<CellError> = Vec::new();
        let mut found: Vec<(&Row, RegionCode, String)> = Vec::new();
        let mut missing = 0;
        for row in table.whole_rows() {
            match places.find("region", row.cell("region")) {
                Ok(region) => {
                    let known = units.at(row.cell("name_zh"), &region);
                    missing += usize::from(known.is_none() && !units.has(row.cell("id_hint")));
                    let code = match (row.cell("id_hint"), known) {
                        ("", Some(known)) => known.code.clone(),
                        ("", None) => format!("{region}-{}", row.cell("name_zh")),
                        (code, _) => code.to_owned(),
                    };
                    found.push((row, region, code));
                }
                Err(error) => errors.extend(self.mistake(table, row, &error)),
            }
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
                cell => match units.find("parent", cell, &region) {
                    Ok(parent) => parent.code.clone(),
                    Err(error) => {
                        errors.extend(self.mistake(table, row, &error));
                        continue;
                    }
                },
            };
            let duty = if is_party { PARTY.to_owned() } else { self.duty(row.cell("duty")) };
            let cell = |key: &str| row.cell(key).to_owned();
            lines.push((
                row.line,
                vec![code.clone(), cell("name_zh"), cell("name_en"), duty, text(&region), parent, cell("phone")],
            ));
            self.placed.insert((table.sheet.key, row.line), (region, Some(code)));
        }
        let Some(writer) = self.writer(table, writers.units.as_ref(), missing)? else { return Ok(()) };
        let head = ["id_hint", "name_zh", "name_en", "duty", "region", "parent", "phone"];
        let file = UnitsFile::read(self.app, &csv(&head, lines)).await?;
        let done = people::units_in(tx, &writer, &file, self.now).await?;
        if !self.settle(table, writers.units.as_ref(), errors, &done.report)? {
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
