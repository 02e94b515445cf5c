//! Tables on their way out: lines of CSV in constant memory whatever the length of the list, and how workbooks look.

use std::io;

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};
use tokio::sync::mpsc;

/// The media type of a workbook (XLSX).
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// How the row of headings looks in every workbook of ours.
pub fn head() -> Format {
    Format::new()
        .set_bold()
        .set_background_color("#0B5CAD")
        .set_font_color("#FFFFFF")
        .set_border(FormatBorder::Thin)
        .set_align(FormatAlign::VerticalCenter)
}

/// Bytes gathered before they are sent.
const CHUNK: usize = 32 * 1024;

/// The sheet while it is written.
#[derive(Debug)]
pub struct Sheet {
    lines: Vec<u8>,
    out: mpsc::Sender<io::Result<Vec<u8>>>,
}

impl Sheet {
    /// Adds a line. False when the reader has gone, and there is no use in going on.
    pub async fn line(&mut self, cells: &[&str]) -> bool {
        let mut writer = csv::Writer::from_writer(Vec::new());
        // Writing to memory does not fail.
        let _ = writer.write_record(cells.iter().map(|cell| safe(cell)));
        self.lines.extend(writer.into_inner().unwrap_or_default());
        self.lines.len() < CHUNK || self.flush().await
    }

    /// Begins with the mark that tells spreadsheets that this is UTF-8.
    pub fn new(out: mpsc::Sender<io::Result<Vec<u8>>>) -> Self {
        Self { lines: "\u{FEFF}".as_bytes().to_vec(), out }
    }

    /// Sends what has gathered.
    pub async fn flush(&mut self) -> bool {
        self.out.send(Ok(std::mem::take(&mut self.lines))).await.is_ok()
    }
}

/// The line of a file, from 1, that a record begins on. The reader counts from the end of the record before it, so that
/// empty lines between them are not yet counted.
pub fn line_of(file: &[u8], position: Option<&csv::Position>) -> i64 {
    let Some(position) = position else { return 0 };
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = file.get(start..).unwrap_or_default();
    let empty = rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).filter(|byte| **byte == b'\n').count();
    i64::try_from(position.line()).unwrap_or(0) + i64::try_from(empty).unwrap_or(0)
}

/// With what a formula begins. Spreadsheets set to Chinese or Japanese take the wide signs for the narrow.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A cell that begins like a formula gets an apostrophe, or a spreadsheet would run it.
fn safe(cell: &str) -> String {
    if cell.starts_with(FORMULA) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_looks_like_a_formula_is_defused() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "＝1+1", "＠SUM(A1)", "－1"] {
            assert_eq!(safe(cell), format!("'{cell}"));
        }
        assert_eq!(safe("0355-0000001"), "0355-0000001");
    }
}
