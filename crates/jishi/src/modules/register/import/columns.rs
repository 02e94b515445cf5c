//! The columns of a file of items, and its rows. Pure.

use std::collections::HashMap;

use kernel::{Code, Error, Lang, Names, Result};

use crate::{
    modules::register::{
        model::{Field, ItemKind},
        shelf::Kinds,
    },
    platform::{
        import::RowError,
        table::{self, Line},
    },
};

/// Rows of one file at most: all are written in one transaction, while nobody else writes.
pub const ROWS_MAX: usize = 5_000;

/// A column that every kind has.
#[derive(Debug)]
pub struct Column {
    /// Its key, as in the API.
    pub key: &'static str,
    /// What stands above it, Chinese and English.
    pub name: [&'static str; 2],
    /// Whether it must be filled in for a new item.
    pub needed: bool,
    /// How to fill it in, Chinese and English.
    pub help: [&'static str; 2],
    /// An example, Chinese and English.
    pub example: [&'static str; 2],
}

/// The columns that every kind has, in the order of the template.
pub const COLUMNS: [Column; 11] = [
    column(
        "kind",
        ["类别", "Kind"],
        true,
        ["目录中的类别名称或编码", "A kind's name or code"],
        ["路灯", "Street lamp"],
    ),
    column(
        "number",
        ["编号", "Number"],
        false,
        [
            "东西上写的编号，同一县（区）同一类别不重复；再次导入时按编号认出同一件东西",
            "What stands on the thing, unique within county and kind; a later file finds the same thing by it",
        ],
        ["YX-012", "YX-012"],
    ),
    column("name", ["名称", "Name"], true, ["叫什么", "What it is called"], ["英雄南路路灯", "英雄南路路灯"]),
    column(
        "region",
        ["地点", "Place"],
        false,
        [
            "地方的代码、名称或“街道/社区”；填了经纬度可以不填",
            "Code or name of a place, or township/village; may be empty where there is a point",
        ],
        ["东街街道/演武社区", "东街街道/演武社区"],
    ),
    column("place_text", ["位置说明", "Where exactly"], false, ["", ""], ["药店门前", "Before the chemist's"]),
    column(
        "lon",
        ["经度", "Longitude"],
        false,
        ["度，WGS-84 或 CGCS2000", "Degrees, WGS-84 or CGCS2000"],
        ["113.1199", "113.1199"],
    ),
    column(
        "lat",
        ["纬度", "Latitude"],
        false,
        ["度，WGS-84 或 CGCS2000", "Degrees, WGS-84 or CGCS2000"],
        ["36.1932", "36.1932"],
    ),
    column(
        "owner",
        ["权属单位", "Owner"],
        false,
        ["系统中的单位名称或代码", "A unit's name or code"],
        ["潞州区城市管理局", "潞州区城市管理局"],
    ),
    column(
        "begins_on",
        ["启用日期", "There since"],
        false,
        ["不填为导入当天", "Today if empty"],
        ["2024-05-01", "2024-05-01"],
    ),
    column(
        "source",
        ["来源", "Source"],
        false,
        ["后面各列的内容从哪里来；填了内容就要填", "Where the columns behind are known from; needed with them"],
        ["2026 年路灯普查", "Survey of lamps, 2026"],
    ),
    column(
        "as_of",
        ["截至日期", "As of"],
        false,
        ["内容是哪一天的；不填为导入当天", "The day it was true of; today if empty"],
        ["2026-11-01", "2026-11-01"],
    ),
];

const fn column(
    key: &'static str,
    name: [&'static str; 2],
    needed: bool,
    help: [&'static str; 2],
    example: [&'static str; 2],
) -> Column {
    Column { key, name, needed, help, example }
}

/// What stands above a kind's own column.
pub fn heading(field: &Field, lang: Lang) -> String {
    let name = field.names.in_lang(lang);
    match (&field.unit, lang) {
        (Some(unit), Lang::Zh) => format!("{name}（{}）", unit.zh()),
        (Some(unit), Lang::En) => format!("{name} ({})", unit.in_lang(lang)),
        (None, _) => name.to_owned(),
    }
}

/// A heading as it is compared: without blanks, stars and what stands in brackets.
fn folded(text: &str) -> String {
    let plain = text.split(['（', '(']).next().unwrap_or_default();
    plain.chars().filter(|c| !c.is_whitespace() && *c != '*').flat_map(char::to_lowercase).collect()
}

/// Whether a heading is that of a field.
fn is_of(field: &Field, heading: &str) -> bool {
    folded(&field.code) == heading || field.names.iter().any(|(_, name)| folded(name) == heading)
}

/// A row of a file.
#[derive(Debug)]
pub struct Row {
    /// Its number in the file.
    pub line: i64,
    cells: HashMap<&'static str, String>,
    /// What stands in the columns of kinds: heading and cell, the empty ones left out.
    own: Vec<(String, String)>,
}

impl Row {
    /// What a cell says; empty when nothing.
    pub fn cell(&self, key: &str) -> &str {
        self.cells.get(key).map_or("", String::as_str)
    }

    /// The cells of the kind's own fields, by their codes; a filled cell under another kind's heading is a mistake.
    ///
    /// # Errors
    /// `not_of_kind` on the headings.
    pub fn facts(&self, kind: &ItemKind) -> Result<Vec<(String, String)>> {
        let (mut facts, mut mistakes) = (Vec::new(), Vec::new());
        for (heading, text) in &self.own {
            match kind.fields.iter().find(|field| is_of(field, &folded(heading))) {
                Some(field) => facts.push((field.code.clone(), text.clone())),
                None => mistakes.push(
                    Error::field(heading, Code::NotOfKind)
                        .with("kind", kind.names.clone())
                        .with("column", heading.as_str()),
                ),
            }
        }
        mistakes.into_iter().reduce(Error::and).map_or(Ok(facts), Err)
    }

    /// What stands above a field of a kind in this file.
    pub fn heading_of(&self, kind: &ItemKind, code: &str) -> Option<&str> {
        let field = kind.field(code)?;
        self.own.iter().map(|(heading, _)| heading.as_str()).find(|heading| is_of(field, &folded(heading)))
    }
}

/// What stands above a column that every kind has, for a reader of mistakes.
pub fn name_of(key: &str) -> &str {
    COLUMNS.iter().find(|column| column.key == key).map_or(key, |column| column.name[0])
}

/// The rows of a file, or what is wrong with it as a whole.
///
/// # Errors
/// A field error on `file` when it is no table; mistakes in its headings are told by line.
pub fn read(bytes: &[u8], kinds: &Kinds) -> Result<(Vec<Row>, Vec<RowError>)> {
    let mut lines = table::lines(bytes)?.into_iter();
    let Some(head) = lines.next() else {
        let expected = Names::new("有列名和条目的表格", "a table with headings and items");
        return Err(Error::field("file", Code::BadFormat).with("expected", expected));
    };
    let (places, mistakes) = places(&head, kinds);
    if !mistakes.is_empty() {
        return Ok((Vec::new(), mistakes));
    }
    let rows: Vec<Row> = lines.map(|line| row(&head, &places, &line)).collect();
    if rows.len() > ROWS_MAX {
        let max = i64::try_from(ROWS_MAX).unwrap_or(i64::MAX);
        return Err(Error::field("file", Code::FileTooLong).with("max", max));
    }
    Ok((rows, Vec::new()))
}

/// What each column is: one that every kind has, or of some kind.
fn places(head: &Line, kinds: &Kinds) -> (Vec<Option<&'static str>>, Vec<RowError>) {
    let (mut places, mut mistakes, mut seen) = (Vec::new(), Vec::new(), Vec::new());
    for text in &head.cells {
        let plain = folded(text);
        let is_it = |column: &&Column| column.key == plain || column.name.iter().any(|name| folded(name) == plain);
        let known = COLUMNS.iter().find(is_it).map(|column| column.key);
        let is_own = kinds.all().any(|kind| kind.fields.iter().any(|field| is_of(field, &plain)));
        if !plain.is_empty() && seen.contains(&plain) {
            let error = Error::field(text, Code::Duplicate).with("value", text.as_str());
            mistakes.push(RowError::new(head.number, &error));
        } else if known.is_none() && !is_own && !plain.is_empty() {
            let error = Error::field(text, Code::UnknownValue).with("value", text.as_str());
            mistakes.push(RowError::new(head.number, &error));
        }
        seen.push(plain);
        places.push(known);
    }
    for column in COLUMNS.iter().filter(|column| column.needed && !places.contains(&Some(column.key))) {
        mistakes.push(RowError::new(head.number, &Error::field(column.name[0], Code::Required)));
    }
    (places, mistakes)
}

fn row(head: &Line, places: &[Option<&'static str>], line: &Line) -> Row {
    let mut row = Row { line: line.number, cells: HashMap::new(), own: Vec::new() };
    for ((text, place), cell) in head.cells.iter().zip(places).zip(&line.cells) {
        match place {
            _ if cell.is_empty() || text.is_empty() => {}
            Some(key) => {
                row.cells.insert(key, cell.clone());
            }
            None => row.own.push((text.clone(), cell.clone())),
        }
    }
    row
}
