//! Workbooks as a test reads them.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};

use super::Client;

/// The rows of a list's workbook, the headings first; nothing in it is a formula.
pub async fn rows(client: &Client<'_>, path: &str) -> Vec<Vec<Data>> {
    let file = client.get(path).await;
    assert_eq!(file.status, 200, "{path}: {}", file.text());
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(file.body)).unwrap();
    let name = book.sheet_names()[0].clone();
    assert!(book.worksheet_formula(&name).unwrap().is_empty(), "{path}");
    book.worksheet_range(&name).unwrap().rows().map(<[Data]>::to_vec).collect()
}

/// What stands in a row under a heading.
pub fn under<'r>(rows: &'r [Vec<Data>], row: usize, heading: &str) -> &'r Data {
    let column = rows[0].iter().position(|cell| *cell == *heading);
    &rows[row][column.unwrap_or_else(|| panic!("{heading} in {:?}", rows[0]))]
}

/// Whether it is a moment or a day, and not words that look like one.
pub fn is_time(cell: &Data) -> bool {
    matches!(cell, Data::DateTime(_))
}
