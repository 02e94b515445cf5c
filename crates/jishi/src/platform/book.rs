//! A list on its way out as a workbook (XLSX): rows are written to the disk as they come, so that memory stays the same
//! whatever the length; the file is sent once it is whole, since a workbook's directory stands at its end.

use std::{
    fs::File,
    io::{self, Read, Seek},
};

use jiff::{civil::DateTime, tz::TimeZone};
use kernel::{Day, Error, Instant, Lang, Names, Page, Result};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};
use tokio::sync::mpsc;

use super::{
    mark::{Mark, PROPERTY},
    sheet::{Sheet, head},
};

/// Rows that one sheet of Excel holds, the row of headings among them.
const ROWS: u32 = 1_048_576;
/// Characters that one cell holds.
const CHARS: usize = 32_767;
/// Bytes sent at once.
const CHUNK: usize = 64 * 1024;
/// Rows of a page of a list that is read page by page.
const TOGETHER: i64 = 100;
/// Batches of rows that may wait for the writer.
const WAITING: usize = 4;

/// Batches of the rows of a list, on their way into a file.
pub type Rows = mpsc::Sender<Vec<Vec<Cell>>>;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Words; never read as a formula, whatever they begin with.
    Text(String),
    /// A moment on the instance's clock, to the minute; `None` leaves the cell empty.
    Time(Option<DateTime>),
    /// The same to the second.
    Second(Option<DateTime>),
    /// A day; `None` leaves the cell empty.
    Day(Option<Day>),
    /// A number that is counted with.
    Number(i64),
    /// A measured number; `None` leaves the cell empty.
    Real(Option<f64>),
    /// A part of one, shown in percent; `None` leaves the cell empty.
    Share(Option<f64>),
}

impl Cell {
    /// What something is called in a reader's language; nothing where it is not there.
    pub fn called(names: Option<&Names>, lang: Lang) -> Self {
        Self::Text(names.map(|names| names.in_lang(lang).to_owned()).unwrap_or_default())
    }

    /// Words that may be missing.
    pub fn words(text: Option<&String>) -> Self {
        Self::Text(text.cloned().unwrap_or_default())
    }

    /// A moment by the instance's clock, if there is one.
    pub fn at(at: Option<Instant>, zone: &TimeZone) -> Self {
        Self::Time(at.map(|at| at.zoned(zone).datetime()))
    }

    /// As a line of text has it.
    pub fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Time(time) => time.map(|time| time.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default(),
            Self::Second(time) => time.map(|time| time.strftime("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default(),
            Self::Day(day) => day.map(|day| day.to_string()).unwrap_or_default(),
            Self::Number(number) => number.to_string(),
            Self::Real(number) => number.map(|number| number.to_string()).unwrap_or_default(),
            Self::Share(share) => share.map(|share| format!("{:.2}%", share * 100.0)).unwrap_or_default(),
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

/// Columns in a reader's language, each with its two headings and how wide it is.
pub fn columns<const N: usize>(lang: Lang, heads: [(&str, &str, u16); N]) -> Vec<Column> {
    let said = |(zh, en, width): (&str, &str, u16)| {
        let heading = if lang == Lang::Zh { zh } else { en };
        Column { heading: heading.to_owned(), width }
    };
    heads.into_iter().map(said).collect()
}

/// Hands a list over that is read page by page, until there are no more or nobody takes them.
///
/// # Errors
/// What `read` says.
pub async fn by_pages<F, Fut>(out: Rows, mut read: F) -> Result<()>
where
    F: FnMut(Page) -> Fut,
    Fut: Future<Output = Result<(Vec<Vec<Cell>>, Option<String>)>>,
{
    let mut page = Some(Page { limit: TOGETHER, cursor: None });
    while let Some(current) = page.take() {
        let (rows, next) = read(current).await?;
        if out.send(rows).await.is_err() {
            break; // the reader has gone
        }
        page = next.map(|next| Page::parse(Some(TOGETHER), Some(&next))).transpose()?;
    }
    Ok(())
}

/// Writes the same batches of rows as lines of text with commas.
///
/// # Errors
/// `internal` when the rows cannot be read.
pub async fn write_lines<F, Fut>(columns: Vec<Column>, mut sheet: Sheet, fill: F) -> Result<Sheet>
where
    F: FnOnce(Rows) -> Fut,
    Fut: Future<Output = Result<()>>,
{
    sheet.line(&columns.iter().map(|column| column.heading.as_str()).collect::<Vec<_>>()).await;
    let (rows, mut batches) = mpsc::channel::<Vec<Vec<Cell>>>(1);
    // Taken along, so that whoever fills is told when the reader has gone, and does not wait for ever.
    let write = async move {
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
    (mark, name): (Mark, String),
    columns: Vec<Column>,
    out: mpsc::Sender<io::Result<Vec<u8>>>,
    fill: F,
) -> Result<()>
where
    F: FnOnce(Rows) -> Fut,
    Fut: Future<Output = Result<()>>,
{
    let (rows, mut batches) = mpsc::channel::<Vec<Vec<Cell>>>(WAITING);
    let writing = tokio::task::spawn_blocking(move || {
        let mut book = Book::new(mark, name, columns)?;
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
    mark: Mark,
    name: String,
    columns: Vec<Column>,
    head: Format,
    time: Format,
    second: Format,
    day: Format,
    share: Format,
    sheets: usize,
    next: u32,
}

impl Book {
    fn new(mark: Mark, name: String, columns: Vec<Column>) -> Result<Self, XlsxError> {
        let format = |shape: &str| Format::new().set_num_format(shape);
        let mut book = Self {
            book: Workbook::new(),
            mark,
            name,
            columns,
            head: head(),
            time: format("yyyy-mm-dd hh:mm"),
            second: format("yyyy-mm-dd hh:mm:ss"),
            day: format("yyyy-mm-dd"),
            share: format("0.00%"),
            sheets: 0,
            next: ROWS,
        };
        sign(&mut book.book, &book.mark);
        book.begin_sheet()?;
        Ok(book)
    }

    /// One sheet holds a million rows; the next goes on under the same headings.
    fn begin_sheet(&mut self) -> Result<(), XlsxError> {
        self.sheets += 1;
        let name = if self.sheets == 1 { self.name.clone() } else { format!("{} {}", self.name, self.sheets) };
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?.set_freeze_panes(1, 0)?;
        sheet.set_footer(foot(&self.mark));
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
                Cell::Time(None) | Cell::Second(None) | Cell::Day(None) | Cell::Real(None) | Cell::Share(None) => {}
                Cell::Real(Some(number)) => {
                    sheet.write_number(self.next, at, *number)?;
                }
                Cell::Share(Some(share)) => {
                    sheet.write_number_with_format(self.next, at, *share, &self.share)?;
                }
                Cell::Time(Some(time)) => {
                    sheet.write_datetime_with_format(self.next, at, excel(*time, 0)?, &self.time)?;
                }
                Cell::Second(Some(time)) => {
                    sheet.write_datetime_with_format(self.next, at, excel(*time, time.second())?, &self.second)?;
                }
                Cell::Day(Some(day)) => {
                    let time = day.date().at(0, 0, 0, 0);
                    sheet.write_datetime_with_format(self.next, at, excel(time, 0)?, &self.day)?;
                }
                Cell::Number(number) => match i32::try_from(*number) {
                    Ok(number) => {
                        sheet.write_number(self.next, at, number)?;
                    }
                    // Excel counts in floating point, which could not hold every digit of it.
                    Err(_) => {
                        sheet.write_string(self.next, at, number.to_string())?;
                    }
                },
            }
        }
        self.next += 1;
        Ok(())
    }

    fn finish(mut self) -> Result<File, XlsxError> {
        let (name, lines) = told(&self.mark, &self.name);
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?.set_column_width(0, 16)?.set_column_width(1, 64)?;
        for (at, (label, value)) in (0_u32..).zip(lines) {
            sheet.write_string(at, 0, label)?.write_string(at, 1, value)?;
        }
        let mut file = tempfile::tempfile()?;
        self.book.save_to_writer(&mut file)?;
        Ok(file)
    }
}

/// Puts the number of an export where nobody looks for it: into the workbook's properties.
pub fn sign(book: &mut Workbook, mark: &Mark) {
    book.set_properties(&DocProperties::new().set_custom_property(PROPERTY, mark.number.to_string()));
}

/// The foot of a printed page; a sign for more is said twice, or it would begin a code of the foot.
fn foot(mark: &Mark) -> String {
    format!("&L{}&R&P / &N", mark.line().replace('&', "&&"))
}

/// The sheet that says whose file it is.
fn told(mark: &Mark, list: &str) -> (&'static str, [(&'static str, String); 6]) {
    let Mark { number, name, unit, at, lang } = mark;
    let values = [list.to_owned(), name.clone(), unit.clone(), at.clone(), number.to_string()];
    let [list, name, unit, at, number] = values;
    match lang {
        Lang::Zh => {
            let care = "内部资料，仅限工作使用，不要转发。谁导出的，审计可以查到。".to_owned();
            let lines =
                [("清单", list), ("导出人", name), ("单位", unit), ("时间", at), ("导出编号", number), ("注意", care)];
            ("导出说明", lines)
        }
        Lang::En => {
            let care = "For work only; do not pass it on. An audit can tell who took it out.".to_owned();
            let lines =
                [("List", list), ("Exported by", name), ("Unit", unit), ("At", at), ("Number", number), ("Note", care)];
            ("About this export", lines)
        }
    }
}

fn excel(time: DateTime, second: i8) -> Result<ExcelDateTime, XlsxError> {
    let part = |part: i8| u8::try_from(part).unwrap_or_default();
    let year = u16::try_from(time.year()).unwrap_or_default();
    ExcelDateTime::from_ymd(year, part(time.month()), part(time.day()))?.and_hms(
        u16::from(part(time.hour())),
        part(time.minute()),
        f64::from(second),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn pages_are_read_one_after_the_other_until_there_is_none_or_nobody_takes_them() {
        let (out, mut batches) = mpsc::channel(8);
        let mut asked = Vec::new();
        let second = "32".to_owned();
        let read = |page: Page| {
            asked.push(page.cursor.is_some());
            let next = page.cursor.is_none().then(|| second.clone());
            async move { Ok((vec![vec![Cell::Number(7)]], next)) }
        };
        by_pages(out, read).await.unwrap();
        assert_eq!(asked, [false, true]);
        assert_eq!(batches.recv().await, Some(vec![vec![Cell::Number(7)]]));
        let (gone, nobody) = mpsc::channel(1);
        drop(nobody);
        let more = || Some(second.clone());
        by_pages(gone, |_| {
            let next = more();
            async move { Ok((Vec::new(), next)) }
        })
        .await
        .unwrap();
    }

    #[tokio::test]
    async fn whoever_fills_is_told_when_the_reader_of_lines_has_gone() {
        let (out, reader) = mpsc::channel(1);
        drop(reader);
        let long = "x".repeat(64 * 1024);
        let fill = async move |rows: mpsc::Sender<Vec<Vec<Cell>>>| {
            while rows.send(vec![vec![Cell::Text(long.clone())]]).await.is_ok() {}
            Ok(())
        };
        let written = write_lines(columns(Lang::En, [("数", "Number", 8)]), Sheet::new(out, None), fill);
        tokio::time::timeout(std::time::Duration::from_secs(20), written).await.unwrap().unwrap();
    }

    #[test]
    fn as_text_a_cell_is_what_a_reader_would_write() {
        let time = jiff::civil::date(2026, 11, 16).at(9, 5, 7, 0);
        assert_eq!(Cell::Time(Some(time)).into_text(), "2026-11-16 09:05");
        assert_eq!(Cell::Second(Some(time)).into_text(), "2026-11-16 09:05:07");
        assert_eq!(Cell::Number(-3).into_text(), "-3");
        assert_eq!(Cell::Real(Some(0.9)).into_text(), "0.9");
        assert_eq!(Cell::Share(Some(0.9105)).into_text(), "91.05%");
        assert_eq!(Cell::Day(None).into_text(), "");
    }
}
