//! One workbook on its way in, and what all its sheets have in common.
//!
//! Sheets are brought in by the very code that reads CSV files: a sheet becomes the lines of such a file, each on the line
//! it has in the sheet, so that a mistake finds its way back to its cell.

use std::collections::{HashMap, HashSet};

use db::Tx;
use kernel::{Code, Day, Error, Instant, RegionCode, Result};

use super::{
    super::{
        model::{CellError, Journal, SheetReport},
        read::{Row, Table},
        sheets::SHEETS,
    },
    Writers,
};
use crate::{
    modules::SharedApp,
    platform::import::{Report, Writer},
};

/// One workbook on its way in.
pub(super) struct Bringing<'a> {
    pub(super) app: &'a SharedApp,
    pub(super) writers: &'a Writers,
    /// Whether all is undone at the end: then also what is someone else's is looked at.
    is_rehearsal: bool,
    pub(super) now: Instant,
    pub(super) today: Day,
    reports: Vec<SheetReport>,
    pub(super) journal: Journal,
    /// What sheets with mistakes would have defined: who names it has made no mistake of their own.
    missing: HashSet<String>,
    /// Where the rows of grids, groups and Party organisations stand.
    pub(super) placed: HashMap<(&'static str, i64), (RegionCode, Option<String>)>,
}

/// A line of a CSV file made from a row; none where the row is not part of it.
pub(super) type Lines = Vec<(i64, Vec<String>)>;

/// The file that a sheet would be saved as: each row on its own line.
pub(super) fn csv(head: &[&str], mut lines: Lines) -> Vec<u8> {
    lines.sort_by_key(|(line, _)| *line);
    let mut out = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = out.write_record(head);
    let mut file = out.into_inner().unwrap_or_default();
    let mut next = 2;
    for (line, cells) in lines {
        while next < line {
            file.push(b'\n');
            next += 1;
        }
        let mut out = csv::Writer::from_writer(Vec::new());
        let _ = out.write_record(&cells);
        file.extend(out.into_inner().unwrap_or_default());
        next += 1;
    }
    file
}

pub(super) fn text(code: &RegionCode) -> String {
    code.as_str().to_owned()
}

impl<'a> Bringing<'a> {
    pub(super) fn new(app: &'a SharedApp, writers: &'a Writers, is_rehearsal: bool) -> Self {
        let (now, today) = (app.now(), app.today());
        let report = |sheet| SheetReport { sheet, inserted: 0, changed: 0, unchanged: 0, left: 0, errors: Vec::new() };
        Self {
            app,
            writers,
            is_rehearsal,
            now,
            today,
            reports: SHEETS.iter().map(report).collect(),
            journal: Journal::default(),
            missing: HashSet::new(),
            placed: HashMap::new(),
        }
    }

    pub(super) fn done(mut self) -> (Vec<SheetReport>, Journal) {
        for report in &mut self.reports {
            report.errors.sort_by_key(|error| (error.line, error.column));
        }
        (self.reports, self.journal)
    }

    pub(super) fn report(&mut self, table: &Table) -> Result<&mut SheetReport> {
        let found = self.reports.iter_mut().find(|report| report.sheet.key == table.sheet.key);
        found.ok_or_else(|| Error::internal("a sheet without a report"))
    }

    /// Adds mistakes; what the sheet would have defined is missing from now on.
    pub(super) fn refuse(&mut self, table: &Table, errors: Vec<CellError>) -> Result<()> {
        if errors.is_empty() {
            return Ok(());
        }
        for row in &table.rows {
            let defining = ["name_zh", "name", "login", "code", "id_hint"];
            self.missing
                .extend(defining.into_iter().map(|key| row.cell(key).to_owned()).filter(|text| !text.is_empty()));
        }
        self.report(table)?.errors.extend(errors);
        Ok(())
    }

    /// Whether a name that leads nowhere would have been defined by a sheet that has mistakes itself.
    pub(super) fn is_missing(&self, cell: &str) -> bool {
        cell.split(['/', '／', '>', '＞']).any(|part| self.missing.contains(part.trim()))
    }

    pub(super) fn root(&self) -> &'a RegionCode {
        &self.app.settings.region
    }

    pub(super) async fn all(&mut self, tx: &mut Tx, tables: &[Table]) -> Result<()> {
        for table in tables {
            self.refuse(table, table.errors.clone())?;
        }
        for table in tables {
            match table.sheet.key {
                "grids" | "groups" => self.places(tx, table).await?,
                "units" | "party" => self.units(tx, table).await?,
                _ => {}
            }
        }
        self.staff(tx, tables).await
    }

    /// As whom a part is written; in a rehearsal as the platform where it is someone else's, and what they would have to
    /// bring in is counted as left.
    pub(super) fn writer(&mut self, table: &Table, own: Option<&Writer>, missing: usize) -> Result<Option<Writer>> {
        if let Some(own) = own {
            return Ok(Some(own.clone()));
        }
        self.report(table)?.left = i64::try_from(missing).unwrap_or(i64::MAX);
        // What comes before one's own part must really be there; what comes after it is looked at in passing.
        let is_after = self.writers.places.is_some();
        Ok((self.is_rehearsal && is_after).then(Writer::platform))
    }

    /// A mistake of a row, unless what it names is missing because of another mistake.
    pub(super) fn mistake(&self, table: &Table, row: &Row, error: &Error) -> Option<CellError> {
        let field = error.fields().first()?;
        let is_lookup = matches!(field.code, Code::UnknownName | Code::UnknownRegion | Code::UnknownUnit);
        if is_lookup && self.is_missing(row.cell(&field.field)) {
            return None;
        }
        Some(table.located(row.line, &field.field.clone(), field.clone()))
    }

    /// Takes over what a part did: its mistakes, and its numbers where it is one's own. False where it is not.
    pub(super) fn settle(
        &mut self,
        table: &Table,
        own: Option<&Writer>,
        mut errors: Vec<CellError>,
        done: &Report,
    ) -> Result<bool> {
        errors
            .extend(done.errors.iter().map(|error| table.located(error.line, &error.field.field, error.field.clone())));
        self.refuse(table, errors)?;
        if own.is_none() {
            return Ok(false);
        }
        let report = self.report(table)?;
        report.inserted += done.inserted;
        report.changed += done.changed;
        report.unchanged += done.unchanged;
        Ok(true)
    }
}
