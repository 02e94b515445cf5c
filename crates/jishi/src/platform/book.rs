//! A list on its way out as a workbook (XLSX): rows are written to the disk as they come, so that memory stays the same
//! whatever the length; the file is sent once it is whole, since a workbook's directory stands at its end.

use std::{
    fs::File,
    io::{self, Read, Seek},
};

use jiff::civil::DateTime;
use kernel::{Error, Result};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, XlsxError};
use tokio::sync::mpsc;

use super::sheet::{Sheet, head};

/// Rows that one sheet of Excel holds, the row of headings among them.
const ROWS: u32 = 1_048_576;
/// Characters that one cell holds.
const CHARS: usize = 32_767;
/// Bytes sent at once.
const CHUNK: usize = 64 * 1024;
/// Batches of rows that may wait for the writer.
const WAITING: usize = 4;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Words; never read as a formula, whatever they begin with.
    Text(String),
    /// A moment on the instance's clock; `None` leaves the cell empty.
    Time(Option<DateTime>),
}

impl Cell {
    /// As a line of text has it.
    pub fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Time(time) => time.map(|time| time.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default(),
        }
    }
}

/// A column: its heading, and how wide it is in characters.
#[derive(Clone, Debug)]
pub struct Column {
    /// What stands at its head.
    pub heading: String,
    /// Characters that show at once.
    pub width: u16,
}

/// Writes the same batches of rows as lines of text with commas.
///
/// # Errors
/// `internal` when the rows cannot be read.
pub async fn write_lines<F, Fut>(columns: Vec<Column>, mut sheet: Sheet, fill: F) -> Result<Sheet>
where
    F: FnOnce(mpsc::Sender<Vec<Vec<Cell>>>) -> Fut,
    Fut: Future<Output = Result<()>>,
{
    sheet.line(&columns.iter().map(|column| column.heading.as_str()).collect::<Vec<_>>()).await;
    let (rows, mut batches) = mpsc::channel::<Vec<Vec<Cell>>>(1);
    let write = async {
        while let Some(batch) = batches.recv().await {
            for row in batch {
                let cells: Vec<String> = row.into_iter().map(Cell::into_text).collect();
                if !sheet.line(&cells.iter().map(String::as_str).collect::<Vec<_>>()).await {
                    return sheet;
                }
            }
        }
        sheet
    };
    let (filled, sheet) = tokio::join!(fill(rows), write);
    filled.map(|()| sheet)
}

/// Writes a workbook from batches of rows and sends it in pieces. `fill` gives the batches; when it fails, so does all.
///
/// # Errors
/// `internal` when the rows cannot be read, or the disk has no room.
pub async fn write<F, Fut>(
    name: String,
    columns: Vec<Column>,
    out: mpsc::Sender<io::Result<Vec<u8>>>,
    fill: F,
) -> Result<()>
where
    F: FnOnce(mpsc::Sender<Vec<Vec<Cell>>>) -> Fut,
    Fut: Future<Output = Result<()>>,
{
    let (rows, mut batches) = mpsc::channel::<Vec<Vec<Cell>>>(WAITING);
    let writing = tokio::task::spawn_blocking(move || {
        let mut book = Book::new(name, columns)?;
        while let Some(batch) = batches.blocking_recv() {
            for row in batch {
                book.row(&row)?;
            }
        }
        book.finish()
    });
    let filled = fill(rows).await;
    let file = writing.await.map_err(Error::internal)?;
    // A list that broke off is no list: nothing of it is sent.
    filled?;
    let file = file.map_err(Error::internal)?;
    tokio::task::spawn_blocking(move || send(file, &out)).await.map_err(Error::internal)?
}

fn send(mut file: File, out: &mpsc::Sender<io::Result<Vec<u8>>>) -> Result<()> {
    file.rewind().map_err(Error::internal)?;
    loop {
        let mut piece = vec![0; CHUNK];
        let read = file.read(&mut piece).map_err(Error::internal)?;
        piece.truncate(read);
        // Nothing left, or the reader has gone.
        if read == 0 || out.blocking_send(Ok(piece)).is_err() {
            return Ok(());
        }
    }
}

struct Book {
    book: Workbook,
    name: String,
    columns: Vec<Column>,
    head: Format,
    time: Format,
    sheets: usize,
    next: u32,
}

impl Book {
    fn new(name: String, columns: Vec<Column>) -> Result<Self, XlsxError> {
        let time = Format::new().set_num_format("yyyy-mm-dd hh:mm");
        let mut book = Self { book: Workbook::new(), name, columns, head: head(), time, sheets: 0, next: ROWS };
        book.begin_sheet()?;
        Ok(book)
    }

    /// One sheet holds a million rows; the next goes on under the same headings.
    fn begin_sheet(&mut self) -> Result<(), XlsxError> {
        self.sheets += 1;
        let name = if self.sheets == 1 { self.name.clone() } else { format!("{} {}", self.name, self.sheets) };
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?.set_freeze_panes(1, 0)?;
        for (at, column) in (0_u16..).zip(&self.columns) {
            sheet.set_column_width(at, column.width)?;
            sheet.write_string_with_format(0, at, &column.heading, &self.head)?;
        }
        self.next = 1;
        Ok(())
    }

    fn row(&mut self, cells: &[Cell]) -> Result<(), XlsxError> {
        if self.next >= ROWS {
            self.begin_sheet()?;
        }
        let sheet = self.book.worksheet_from_index(self.sheets - 1)?;
        for (at, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Text(text) if text.is_empty() => {}
                // A text cell is never a formula: no sign has to be put in front of what looks like one.
                Cell::Text(text) => {
                    sheet.write_string(self.next, at, text.chars().take(CHARS).collect::<String>())?;
                }
                Cell::Time(None) => {}
                Cell::Time(Some(time)) => {
                    sheet.write_datetime_with_format(self.next, at, excel(*time)?, &self.time)?;
                }
            }
        }
        self.next += 1;
        Ok(())
    }

    fn finish(mut self) -> Result<File, XlsxError> {
        let mut file = tempfile::tempfile()?;
        self.book.save_to_writer(&mut file)?;
        Ok(file)
    }
}

fn excel(time: DateTime) -> Result<ExcelDateTime, XlsxError> {
    let part = |part: i8| u8::try_from(part).unwrap_or_default();
    let year = u16::try_from(time.year()).unwrap_or_default();
    ExcelDateTime::from_ymd(year, part(time.month()), part(time.day()))?.and_hms(
        u16::from(part(time.hour())),
        part(time.minute()),
        0.0,
    )
}
