//! Reading an XLSX file, without a database.

use std::collections::HashMap;

use calamine::{Data, Reader};
use kernel::{Code, Error, FieldError, Names, Result};

use super::{
    model::CellError,
    sheets::{self, SHEETS, SheetDef},
};
use crate::platform::table::{self, text};

/// The most rows a sheet may have.
const ROWS: usize = 100_000;
/// The longest text of a cell, in characters.
const CELL: usize = 500;

/// One sheet as it was filled in.
#[derive(Debug)]
pub struct Table {
    /// Which.
    pub sheet: &'static SheetDef,
    /// Where each column stands, from 0.
    pub at: HashMap<&'static str, usize>,
    /// The rows that are not empty.
    pub rows: Vec<Row>,
    /// What could not be read.
    pub errors: Vec<CellError>,
}

/// One row.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its number in the sheet, from 1.
    pub line: i64,
    /// The cells by their columns' keys; empty ones are left out.
    pub cells: HashMap<&'static str, String>,
}

impl Row {
    /// A cell; empty when there is nothing in it.
    pub fn cell(&self, key: &str) -> &str {
        self.cells.get(key).map_or("", String::as_str)
    }
}

impl Table {
    /// Whether a column that may not be empty is missing altogether: that is told once, of the head.
    pub fn lacks(&self, key: &str) -> bool {
        let is_needed = self.sheet.columns.iter().any(|column| column.key == key && column.needed);
        is_needed && !self.at.contains_key(key)
    }

    /// A mistake in a cell of a row.
    pub fn mistake(&self, line: i64, key: &str, error: &Error) -> CellError {
        self.located(line, key, error_field(error))
    }

    /// The same for a mistake that others found.
    pub fn located(&self, line: i64, key: &str, field: FieldError) -> CellError {
        let column = self.sheet.columns.iter().find(|column| column.key == key);
        let key = column.map(|column| column.key);
        CellError { line, column: key.and_then(|key| self.at.get(key).copied()), key, field }
    }
}

/// Reads a workbook. Sheets with other names are somebody's notes and are left alone.
///
/// # Errors
/// A field error on `file` when it is no workbook, unpacks to more than is reasonable, or has none of the sheets.
pub fn workbook(bytes: &[u8]) -> Result<Vec<Table>> {
    let mut book = table::open(bytes)?;
    let mut tables = Vec::new();
    for name in book.sheet_names() {
        let Some(sheet) = sheets::sheet(&name) else { continue };
        if tables.iter().any(|table: &Table| table.sheet.key == sheet.key) {
            return Err(Error::field("file", Code::Duplicate).with("value", name));
        }
        let range = table::sheet(&mut book, &name)?;
        tables.push(of_sheet(sheet, &range));
    }
    if tables.is_empty() {
        let (zh, en) = (SHEETS.each_ref().map(|sheet| sheet.name[0]), SHEETS.each_ref().map(|sheet| sheet.name[1]));
        let expected = Names::new(
            format!("含有工作表：{}", zh.join("、")),
            format!("a workbook with the sheets {}", en.join(", ")),
        );
        return Err(Error::field("file", Code::BadFormat).with("expected", expected));
    }
    // Sheets are brought in in the order of the table, not of the tabs.
    tables.sort_by_key(|table| SHEETS.iter().position(|sheet| sheet.key == table.sheet.key));
    Ok(tables)
}

fn of_sheet(sheet: &'static SheetDef, range: &calamine::Range<Data>) -> Table {
    let mut table = Table { sheet, at: HashMap::new(), rows: Vec::new(), errors: Vec::new() };
    let Some((top, left)) = range.start() else { return table };
    let (top, left) = (i64::from(top) + 1, usize::try_from(left).unwrap_or(0));
    let mut lines = range.rows().zip(top..).filter(|(cells, _)| cells.iter().any(|cell| !text(cell).is_empty()));
    let Some((head, head_line)) = lines.next() else { return table };
    for (index, cell) in head.iter().enumerate().filter(|(_, cell)| !text(cell).is_empty()) {
        let heading = text(cell);
        match sheet.column(&heading) {
            Some(column) => {
                table.at.entry(column.key).or_insert(left + index);
            }
            None => {
                let field = error_field(&Error::field("header", Code::UnknownColumn).with("value", heading));
                table.errors.push(CellError { line: head_line, column: Some(left + index), key: None, field });
            }
        }
    }
    table.rows = lines.by_ref().take(ROWS).map(|(cells, line)| row(&table, cells, line, left)).collect();
    if lines.next().is_some() {
        let max = i64::try_from(ROWS).unwrap_or(i64::MAX);
        let field = error_field(&Error::field("file", Code::TooLong).with("max", max));
        table.errors.push(CellError { line: head_line, column: None, key: None, field });
    }
    check_cells(&mut table, head_line);
    table
}

fn error_field(error: &Error) -> FieldError {
    let whole = || FieldError { field: String::new(), code: error.code(), params: Vec::new() };
    error.fields().first().cloned().unwrap_or_else(whole)
}

fn row(table: &Table, cells: &[Data], line: i64, left: usize) -> Row {
    let cell = |(key, column): (&&'static str, &usize)| {
        let text = text(cells.get(column.checked_sub(left)?)?);
        (!text.is_empty()).then_some((*key, text))
    };
    Row { line, cells: table.at.iter().filter_map(cell).collect() }
}

/// What is needed is there, and nothing is longer than any field takes.
fn check_cells(table: &mut Table, head_line: i64) {
    let mut errors = Vec::new();
    for column in table.sheet.columns.iter().filter(|column| column.needed) {
        let heading = Names::new(column.name[0], column.name[1]);
        if !table.at.contains_key(column.key) && !table.rows.is_empty() {
            errors.push(CellError {
                line: head_line,
                column: None,
                key: Some(column.key),
                field: error_field(&Error::field(column.key, Code::MissingColumn).with("value", heading.clone())),
            });
            continue;
        }
        let missing = table.rows.iter().filter(|row| row.cell(column.key).is_empty());
        errors
            .extend(missing.map(|row| table.mistake(row.line, column.key, &Error::field(column.key, Code::Required))));
    }
    for row in &table.rows {
        for (key, text) in &row.cells {
            if text.chars().count() > CELL {
                let max = i64::try_from(CELL).unwrap_or(i64::MAX);
                errors.push(table.mistake(row.line, key, &Error::field(*key, Code::TooLong).with("max", max)));
            } else if text.chars().any(char::is_control) {
                errors.push(table.mistake(row.line, key, &Error::field(*key, Code::ForbiddenCharacter)));
            }
        }
    }
    table.errors.extend(errors);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_workbook_says_so() {
        for bytes in [b"".as_slice(), b"a,b\n1,2\n", b"PK\x03\x04", &[0; 64]] {
            let error = workbook(bytes).unwrap_err();
            assert_eq!((error.fields()[0].field.as_str(), error.code()), ("file", Code::Invalid), "{bytes:?}");
        }
    }
}
