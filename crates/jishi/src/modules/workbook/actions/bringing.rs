//! One workbook on its way in, and what all its sheets have in common.
//!
//! Sheets are brought in by the very code that reads CSV files: a sheet becomes the lines of such a file, each on the line
//! it has in the sheet, so that a mistake finds its way back to its cell.

use std::collections::{HashMap, HashSet};

use db::Tx;
use kernel::{Code, Day, Error, FieldError, Instant, RegionCode, Result};

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
    /// What sheets of another administrator would define, who has not brought them in yet.
    pub(super) awaited: HashSet<String>,
    /// Cells of which something is said already, or in whose stead something else is taken until it is mended.
    doubted: HashSet<(&'static str, i64, &'static str)>,
    /// The rows of such cells.
    doubted_rows: HashSet<(&'static str, i64)>,
    /// Whether mistakes of the sheet at hand are told: not those that are someone else's to mend.
    is_told: bool,
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

/// The parts of a path of names.
fn parts(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(['/', '／', '>', '＞']).map(str::trim)
}

pub(super) fn text(code: &RegionCode) -> String {
    code.as_str().to_owned()
}

impl<'a> Bringing<'a> {
    pub(super) fn new(app: &'a SharedApp, writers: &'a Writers, is_rehearsal: bool) -> Self {
        let (now, today) = (app.now(), app.today());
        Self {
            app,
            writers,
            is_rehearsal,
            now,
            today,
            reports: SHEETS.iter().map(SheetReport::new).collect(),
            journal: Journal::default(),
            missing: HashSet::new(),
            awaited: HashSet::new(),
            doubted: HashSet::new(),
            doubted_rows: HashSet::new(),
            is_told: true,
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
        if errors.is_empty() || !self.is_told {
            return Ok(());
        }
        for error in &errors {
            self.doubted_rows.insert((table.sheet.key, error.line));
            if let Some(key) = error.key {
                self.doubt(table, error.line, key);
            }
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
        parts(cell).any(|part| self.missing.contains(part))
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
        Ok(self.is_told.then(Writer::platform).filter(|_| self.is_rehearsal))
    }

    /// Whose part a sheet is: told are mistakes in one's own, and in a rehearsal in what comes after it.
    pub(super) fn look_at(&mut self, own: Option<&Writer>) {
        self.is_told = own.is_some() || (self.is_rehearsal && self.writers.places.is_some());
    }

    /// What names people is looked at by everyone.
    pub(super) fn look_at_all(&mut self) {
        self.is_told = true;
    }

    /// Whether what is wrong with the sheet at hand is told.
    pub(super) fn is_looked_at(&self) -> bool {
        self.is_told
    }

    /// Something stands in for a cell until it is mended: what follows from that is no mistake.
    pub(super) fn doubt(&mut self, table: &Table, line: i64, key: &'static str) {
        self.doubted.insert((table.sheet.key, line, key));
        self.doubted_rows.insert((table.sheet.key, line));
    }

    /// Whether nothing more is to be said of a cell.
    pub(super) fn is_doubted(&self, table: &Table, line: i64, key: &str) -> bool {
        table.lacks(key) || self.doubted.contains(&(table.sheet.key, line, key))
    }

    /// Whether something is wrong in a row.
    pub(super) fn is_row_doubted(&self, table: &Table, line: i64) -> bool {
        let lacks = || table.sheet.columns.iter().any(|column| table.lacks(column.key));
        self.doubted_rows.contains(&(table.sheet.key, line)) || lacks()
    }

    /// What a cell names; nothing after telling why not.
    ///
    /// # Errors
    /// What is no mistake of the cell.
    pub(super) fn named<T>(&mut self, table: &Table, row: &Row, found: Result<T>) -> Result<Option<T>> {
        match found {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.fields().is_empty() => Err(error),
            Err(error) => self.wrong(table, row, &error).map(|()| None),
        }
    }

    /// Tells every mistake of a row, except what names something that is missing because of another mistake.
    pub(super) fn wrong(&mut self, table: &Table, row: &Row, error: &Error) -> Result<()> {
        for field in error.fields() {
            let cell = row.cell(&field.field);
            let is_lookup = matches!(field.code, Code::UnknownName | Code::UnknownRegion | Code::UnknownUnit);
            let mut mistake = table.located(row.line, &field.field, field.clone());
            if self.is_doubted(table, row.line, &field.field) {
                continue;
            }
            if is_lookup && self.is_missing(cell) {
                if let Some(key) = mistake.key {
                    self.doubt(table, row.line, key);
                }
                continue;
            }
            if is_lookup && parts(cell).any(|part| self.awaited.contains(part)) {
                let awaited = Error::field(field.field.as_str(), Code::NotBroughtYet).with("value", cell);
                mistake = table.mistake(row.line, &field.field, &awaited);
            }
            self.refuse(table, vec![mistake])?;
        }
        Ok(())
    }

    /// Tells a mistake that was found by whoever writes a row, unless its cell is known to be wrong.
    pub(super) fn tell(&mut self, table: &Table, line: i64, key: &str, field: &FieldError) -> Result<()> {
        if self.is_doubted(table, line, key) {
            return Ok(());
        }
        self.refuse(table, vec![table.located(line, key, field.clone())])
    }

    /// Takes over what a part did: its mistakes, and its numbers where it is one's own. False where it is not.
    pub(super) fn settle(&mut self, table: &Table, own: Option<&Writer>, done: &Report) -> Result<bool> {
        for error in &done.errors {
            self.tell(table, error.line, &error.field.field, &error.field)?;
        }
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
