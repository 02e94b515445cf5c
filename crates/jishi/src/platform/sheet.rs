//! Tables on their way out: lines of CSV in constant memory whatever the length of the list, and how workbooks look.

use std::io;

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};
use tokio::sync::mpsc;

use super::mark::{Mark, needs_quotes};

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
    mark: Option<Mark>,
    /// Cells below the headings that need no quotes, as many as were written.
    plain: usize,
    has_head: bool,
}

impl Sheet {
    /// Adds a line. False when the reader has gone, and there is no use in going on.
    pub async fn line(&mut self, cells: &[&str]) -> bool {
        match self.mark.take_if(|_| self.has_head) {
            Some(mark) => {
                self.marked(&mark, cells);
                self.mark = Some(mark);
            }
            None => {
                let mut writer = csv::Writer::from_writer(Vec::new());
                // Writing to memory does not fail.
                let _ = writer.write_record(cells.iter().map(|cell| safe(cell)));
                self.lines.extend(writer.into_inner().unwrap_or_default());
            }
        }
        self.has_head = true;
        self.lines.len() < CHUNK || self.flush().await
    }

    /// A line in which cells stand in quotes as the mark has it. No writer of CSV quotes one cell and not the next.
    fn marked(&mut self, mark: &Mark, cells: &[&str]) {
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                self.lines.push(b',');
            }
            let cell = safe(cell);
            let is_plain = !needs_quotes(&cell);
            if is_plain && !mark.quotes(self.plain) {
                self.lines.extend(cell.as_bytes());
            } else {
                self.lines.extend(format!("\"{}\"", cell.replace('"', "\"\"")).as_bytes());
            }
            self.plain += usize::from(is_plain);
        }
        self.lines.push(b'\n');
    }

    /// Begins with the sign that tells spreadsheets that this is UTF-8. With a mark it tells who took it out.
    pub fn new(out: mpsc::Sender<io::Result<Vec<u8>>>, mark: Option<Mark>) -> Self {
        Self { lines: "\u{FEFF}".as_bytes().to_vec(), out, mark, plain: 0, has_head: false }
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
    use kernel::{Chance, Lang};

    use super::*;
    use crate::platform::mark::{self, ExportNumber};

    #[test]
    fn a_cell_that_looks_like_a_formula_is_defused() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "＝1+1", "＠SUM(A1)", "－1"] {
            assert_eq!(safe(cell), format!("'{cell}"));
        }
        assert_eq!(safe("0355-0000001"), "0355-0000001");
    }

    async fn written(mark: Option<Mark>, rows: usize) -> String {
        let (out, mut pieces) = mpsc::channel(64);
        let mut sheet = Sheet::new(out, mark);
        sheet.line(&["编号", "内容", "单位", "期限"]).await;
        for row in 0..rows {
            let row = row.to_string();
            sheet.line(&[&row, "路灯\"不亮\",三天", "", "2026-11-28"]).await;
        }
        sheet.flush().await;
        drop(sheet);
        let mut all = Vec::new();
        while let Some(piece) = pieces.recv().await {
            all.extend(piece.unwrap());
        }
        String::from_utf8(all).unwrap()
    }

    #[tokio::test]
    async fn a_marked_list_reads_as_the_same_cells_and_tells_its_number() {
        for seed in 0..20 {
            let number = ExportNumber::new(&Chance::seeded(seed));
            let mark = Mark { number, name: String::new(), unit: String::new(), at: String::new(), lang: Lang::Zh };
            let (plain, marked) = (written(None, 40).await, written(Some(mark.clone()), 40).await);
            let cells = |text: &str| {
                let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
                reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
            };
            let (as_is, as_marked): (Vec<Vec<String>>, Vec<Vec<String>>) = (cells(&plain), cells(&marked));
            assert_eq!(as_is, as_marked);
            assert_eq!((mark::read(marked.as_bytes()), mark::read(plain.as_bytes())), (Some(number), None));
            // Lines taken off its end leave the mark whole; of a few lines nothing can be told.
            let cut: String = marked.lines().take(30).map(|line| format!("{line}\r\n")).collect();
            assert_eq!(mark::read(cut.as_bytes()), Some(number));
            assert_eq!(mark::read(written(Some(mark), 5).await.as_bytes()), None);
        }
    }
}
