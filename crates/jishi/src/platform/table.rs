//! Tables that come in as files: workbooks of other programs, and text with commas in whatever encoding an office has.

use std::io::Cursor;

use calamine::{Data, DataRef, Range, Reader, Xlsx};
use encoding_rs::{Encoding, GB18030, UTF_8};
use kernel::{Code, Error, Names, Result};

use super::archive;

/// The most a workbook may unpack to, in megabytes: a county's is below a hundredth of it.
const UNPACKED: u64 = 256;
/// The most cells of a sheet, the empty ones between the first and the last counted: a hundred thousand rows of forty.
const CELLS: u64 = 4_000_000;
/// Lines that are looked at to find out what stands between the cells.
const SNIFFED: usize = 5;

/// A row as it stands in the file, with its number there from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1.
    pub number: i64,
    /// What its cells say, from the first column.
    pub cells: Vec<String>,
}

/// The rows of a file that are not empty: a workbook's first sheet that has any, or a text's.
///
/// # Errors
/// A field error on `file` when it is neither.
pub fn lines(bytes: &[u8]) -> Result<Vec<Line>> {
    let lines = if bytes.starts_with(b"PK") { of_workbook(bytes)? } else { of_text(bytes)? };
    Ok(lines.into_iter().filter(|line| line.cells.iter().any(|cell| !cell.is_empty())).collect())
}

/// Opens a workbook, unless it unpacks to more than is reasonable.
///
/// # Errors
/// A field error on `file` when it is no workbook; `payload_too_large`.
pub fn open(bytes: &[u8]) -> Result<Xlsx<Cursor<&[u8]>>> {
    archive::refuse_bombs(bytes, UNPACKED, no_workbook)?;
    calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(|_| no_workbook())
}

/// The cells of a sheet. A sheet takes memory for all between its outermost cells, so that a file of two cells could ask for
/// all there is: where they stand is looked at before.
///
/// # Errors
/// A field error on `file` when the sheet cannot be read; `payload_too_large`.
pub fn sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Range<Data>> {
    refuse_wide(book, name)?;
    book.worksheet_range(name).map_err(|_| no_workbook())
}

fn refuse_wide(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<()> {
    // What is no sheet of cells, a chart for one, is read as an empty one.
    let Ok(mut cells) = book.worksheet_cells_reader(name) else { return Ok(()) };
    let (mut rows, mut columns, mut filled) = ((u32::MAX, 0), (u32::MAX, 0), 0_u64);
    while let Some(cell) = cells.next_cell().map_err(|_| no_workbook())? {
        if matches!(cell.get_value(), DataRef::Empty) {
            continue;
        }
        let (row, column) = cell.get_position();
        rows = (row.min(rows.0), row.max(rows.1));
        columns = (column.min(columns.0), column.max(columns.1));
        filled += 1;
        if filled.max(span(rows) * span(columns)) > CELLS {
            let max = Names::new("400 万个单元格，中间空的也算", "4 million cells, empty ones between them counted");
            return Err(Error::new(Code::PayloadTooLarge).with("max", max));
        }
    }
    Ok(())
}

fn span((first, last): (u32, u32)) -> u64 {
    u64::from(last.saturating_sub(first)) + 1
}

/// Told of what is no workbook.
pub fn no_workbook() -> Error {
    Error::field("file", Code::BadFormat)
        .with("expected", Names::new("Excel 工作簿（.xlsx）", "an Excel workbook (.xlsx)"))
}

/// What a cell says. Codes and telephone numbers are often stored as numbers; an apostrophe in front is how a spreadsheet
/// is told that they are none. Line breaks within a cell are spaces.
pub fn text(cell: &Data) -> String {
    let text = match cell {
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::DateTime(at) if at.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
        }
        Data::Empty => String::new(),
        other => other.to_string(),
    };
    one_line(&text)
}

fn one_line(text: &str) -> String {
    let text = text.trim().trim_start_matches('\'');
    text.split(['\n', '\r', '\t']).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn of_workbook(bytes: &[u8]) -> Result<Vec<Line>> {
    let mut book = open(bytes)?;
    for name in book.sheet_names() {
        let range = sheet(&mut book, &name)?;
        let Some((top, left)) = range.start() else { continue };
        // Columns are counted from the sheet's first, also where the table begins farther right.
        let before = vec![String::new(); usize::try_from(left).unwrap_or(0)];
        let line = |(number, cells): (i64, &[Data])| Line {
            number,
            cells: before.iter().cloned().chain(cells.iter().map(text)).collect(),
        };
        return Ok((i64::from(top) + 1..).zip(range.rows()).map(line).collect());
    }
    Ok(Vec::new())
}

fn of_text(bytes: &[u8]) -> Result<Vec<Line>> {
    let text = decoded(bytes).ok_or_else(no_table)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| no_table())?;
        let number = super::sheet::line_of(text.as_bytes(), record.position());
        lines.push(Line { number, cells: record.iter().map(one_line).collect() });
    }
    Ok(lines)
}

fn no_table() -> Error {
    Error::field("file", Code::BadFormat)
        .with("expected", Names::new("Excel 工作簿（.xlsx）或 CSV 文件", "an Excel workbook (.xlsx) or a CSV file"))
}

/// UTF-8 and UTF-16 say what they are or show it; what is neither is what Chinese spreadsheets write by themselves.
fn decoded(bytes: &[u8]) -> Option<String> {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => UTF_8,
        None => GB18030,
    };
    let (text, _, is_broken) = encoding.decode(bytes);
    // Files of another kind have zeros somewhere.
    (!is_broken && !text.contains('\0')).then(|| text.into_owned())
}

/// The sign that most of the first lines have: a comma in somebody's words does not make a table of tabs one of commas.
fn delimiter(text: &str) -> u8 {
    let lines_with = |sign: u8| text.lines().take(SNIFFED).filter(|line| line.bytes().any(|byte| byte == sign)).count();
    [b',', b'\t', b';'].into_iter().max_by_key(|sign| (lines_with(*sign), *sign == b',')).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_wrote_them() {
        assert_eq!(text(&Data::Float(13_900_000_001.0)), "13900000001");
        assert_eq!(text(&Data::Float(1.5)), "1.5");
        assert_eq!(text(&Data::String(" 'a\nb ".to_owned())), "a b");
    }

    fn cells(bytes: &[u8]) -> Vec<(i64, String)> {
        lines(bytes).unwrap().into_iter().map(|line| (line.number, line.cells.join("|"))).collect()
    }

    #[test]
    fn a_text_is_read_in_whatever_encoding_it_was_saved() {
        let told = [(1, "工单编号|内容".to_owned()), (3, "1|路灯不亮".to_owned())];
        let text = "工单编号,内容\r\n\r\n1,路灯不亮\r\n";
        let utf_16: Vec<u8> = "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        for bytes in [text.as_bytes(), format!("\u{FEFF}{text}").as_bytes(), &GB18030.encode(text).0, &utf_16] {
            assert_eq!(cells(bytes), told);
        }
        assert_eq!(cells("工单编号\t内容\n1\t路灯,不亮\n".as_bytes())[1].1, "1|路灯,不亮");
        assert_eq!(cells("工单编号;内容\n1;\"路灯;\n不亮\"\n".as_bytes())[1].1, "1|路灯; 不亮");
    }

    #[test]
    fn what_is_no_table_says_so() {
        for bytes in [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), b"PK\x03\x04", b"a\0b", &[0xff; 9]] {
            assert_eq!(lines(bytes).unwrap_err().fields()[0].code, Code::BadFormat, "{bytes:?}");
        }
        assert_eq!(lines(b"").unwrap(), []);
    }
}
