//! Which column of a file is which.

use std::collections::{BTreeMap, HashMap};

use kernel::{Code, Error, Names, Result};

use super::{
    fields::{FieldDef, NEEDED, field_of},
    model::{Heading, Source},
    rules::{self, Cells},
};
use crate::platform::table::Line;

/// Rows in which the headings are looked for: above them there may be a title and a date.
const HEAD_ROWS: usize = 10;
/// Headings that make a row the head.
const HEADINGS: usize = 2;
/// The longest sample of a column that is shown, in characters.
const SAMPLE: usize = 30;
/// The most orders in a file: what a city's line takes in some days.
const ROWS: usize = 10_000;

/// A file of orders with its columns found.
#[derive(Debug)]
pub struct Sheet {
    /// The row of the headings.
    pub head: Line,
    /// The rows of orders.
    pub rows: Vec<Line>,
    /// Where each column stands, from 0.
    pub at: HashMap<&'static str, usize>,
}

impl Sheet {
    /// Finds the head, and the columns by the source's headings; what was chosen by hand goes before.
    ///
    /// # Errors
    /// Field errors: on `file` when there is no head, or too many rows; on `columns` when a heading that was chosen is not
    /// there or a needed column is missing.
    pub fn find(source: &Source, mut lines: Vec<Line>, chosen: &BTreeMap<String, String>) -> Result<Self> {
        let found = |line: &Line| places(source, line, chosen).len();
        let head = lines.iter().take(HEAD_ROWS).position(|line| found(line) >= HEADINGS.min(source.columns.len()));
        // Without one the first row is shown, so that its headings can be chosen by hand.
        let head = head.unwrap_or(0);
        if lines.is_empty() {
            return Err(no_rows());
        }
        let rows = lines.split_off(head + 1);
        let head = lines.pop().ok_or_else(no_rows)?;
        if rows.len() > ROWS {
            let max = i64::try_from(ROWS).unwrap_or(i64::MAX);
            return Err(Error::field("file", Code::OutOfRange).with("min", 1).with("max", max));
        }
        let at = places(source, &head, chosen);
        Ok(Self { head, rows, at })
    }

    /// The needed columns that were not found.
    pub fn missing(&self) -> Vec<&'static FieldDef> {
        NEEDED.into_iter().filter(|key| !self.at.contains_key(key)).filter_map(field_of).collect()
    }

    /// The cells of a row.
    pub fn cells(&self, line: &Line) -> Cells {
        let cell = |(key, column): (&&'static str, &usize)| {
            let text = line.cells.get(*column)?;
            (!text.is_empty()).then(|| (*key, text.clone()))
        };
        self.at.iter().filter_map(cell).collect()
    }

    /// What stands above a column.
    pub fn heading(&self, key: &str) -> Option<&str> {
        self.at.get(key).and_then(|column| self.head.cells.get(*column)).map(String::as_str)
    }

    /// The columns as whoever brings the file sees them.
    pub fn headings(&self) -> Vec<Heading> {
        let shown = |(column, text): (usize, &String)| Heading {
            text: text.clone(),
            sample: self.sample(column),
            field: self.at.iter().find(|(_, at)| **at == column).and_then(|(key, _)| field_of(key)),
        };
        self.head.cells.iter().enumerate().filter(|(_, text)| !text.is_empty()).map(shown).collect()
    }

    fn sample(&self, column: usize) -> String {
        let mut cells = self.rows.iter().filter_map(|line| line.cells.get(column)).filter(|text| !text.is_empty());
        cells.next().map(|text| text.chars().take(SAMPLE).collect()).unwrap_or_default()
    }
}

fn no_rows() -> Error {
    Error::field("file", Code::BadFormat)
        .with("expected", Names::new("有列名和工单的表格", "a table with headings and orders"))
}

fn places(source: &Source, head: &Line, chosen: &BTreeMap<String, String>) -> HashMap<&'static str, usize> {
    let column_of = |heading: &str| {
        let wanted = rules::folded(heading);
        head.cells.iter().position(|text| !text.is_empty() && rules::folded(text) == wanted)
    };
    let mut at: HashMap<&'static str, usize> = HashMap::new();
    let by_hand = chosen.iter().filter_map(|(key, heading)| Some((field_of(key)?.key, column_of(heading)?)));
    at.extend(by_hand);
    let known = source.columns.iter().filter(|column| column.field.comes_in());
    // A column that was set to nothing by hand stays without a heading.
    for column in known.filter(|column| !chosen.contains_key(column.field.key)) {
        let free = |place: &usize| !at.values().any(|taken| taken == place);
        if let Some(place) = column.headings.iter().filter_map(|heading| column_of(heading)).find(free) {
            at.insert(column.field.key, place);
        }
    }
    at
}

/// What was chosen by hand, checked: known columns that come in.
///
/// # Errors
/// A field error on `columns`.
pub fn chosen(text: Option<&str>) -> Result<BTreeMap<String, String>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(BTreeMap::new()) };
    let bad = |value: &str| Error::field("columns", Code::UnknownValue).with("value", value);
    let chosen: BTreeMap<String, String> = serde_json::from_str(text).map_err(|_| bad(text))?;
    check(&chosen)?;
    Ok(chosen)
}

/// Columns that come in, each with a heading of its own.
///
/// # Errors
/// A field error on `columns`.
pub fn check(chosen: &BTreeMap<String, String>) -> Result<()> {
    let unknown = chosen.keys().find(|key| field_of(key).is_none_or(|field| !field.comes_in()));
    if let Some(key) = unknown {
        return Err(Error::field("columns", Code::UnknownValue).with("value", key.as_str()));
    }
    let mut seen = std::collections::HashSet::new();
    for heading in chosen.values().filter(|heading| !heading.is_empty()) {
        if !seen.insert(rules::folded(heading)) {
            return Err(Error::field("columns", Code::Duplicate).with("value", heading.as_str()));
        }
        if heading.chars().count() > 100 || heading.chars().any(char::is_control) {
            return Err(Error::field("columns", Code::TooLong).with("max", 100));
        }
    }
    Ok(())
}
