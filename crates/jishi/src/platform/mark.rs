//! 导出标记: by which a list that left the platform tells who took it out.
//!
//! Visible: the number and the name in the file's name; in a workbook also the foot of each printed page and a sheet of its own.
//! Invisible: lines of text carry the number in which cells stand in quotes though they need none, a workbook in its properties.
//! No cell is another for it: what is read out of a file is what was written into it. Whoever copies the cells out of it, or
//! lets a spreadsheet save lines of text anew, loses the invisible mark (docs/security.md).

use std::{fmt, io::Cursor};

use kernel::{Chance, Lang};

use super::{archive, keys::sha256};

/// Digits and letters that are not taken for each other.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Bits of a number.
const NUMBER_BITS: u32 = 50;
/// Bits by which a number read from a file proves to be one.
const CHECK_BITS: u32 = 14;
/// The whole of what is repeated over the cells.
const BITS: usize = 64;
/// The property of a workbook.
pub(super) const PROPERTY: &str = "jishi-export";

/// 导出编号: under which an export stands in the trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportNumber(u64);

impl ExportNumber {
    /// A new one.
    pub fn new(chance: &Chance) -> Self {
        Self(u64::from_be_bytes(chance.bytes()) >> (u64::BITS - NUMBER_BITS))
    }

    /// The number that is written so, however it is grouped.
    pub fn parse(text: &str) -> Option<Self> {
        let letters =
            text.bytes().filter(|letter| !matches!(letter, b'-' | b' ')).map(|letter| letter.to_ascii_uppercase());
        let mut number = 0;
        let mut count = 0;
        for letter in letters {
            let value = LETTERS.iter().position(|known| *known == letter)?;
            number = (number << 5) | u64::try_from(value).ok()?;
            count += 5;
            if count > NUMBER_BITS {
                return None;
            }
        }
        (count == NUMBER_BITS).then_some(Self(number))
    }

    fn framed(self) -> u64 {
        let hash = sha256(&self.0.to_be_bytes());
        let check =
            hash.iter().take(2).fold(0, |check, byte| (check << 8) | u64::from(*byte)) & ((1 << CHECK_BITS) - 1);
        (self.0 << CHECK_BITS) | check
    }

    fn unframed(frame: u64) -> Option<Self> {
        let number = Self(frame >> CHECK_BITS);
        (number.framed() == frame).then_some(number)
    }
}

impl fmt::Display for ExportNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for at in 0..10_u32 {
            if at == 5 {
                f.write_str("-")?;
            }
            let value = (self.0 >> (NUMBER_BITS - 5 * (at + 1))) & 31;
            let letter = usize::try_from(value).ok().and_then(|value| LETTERS.get(value)).copied().unwrap_or(b'0');
            write!(f, "{}", char::from(letter))?;
        }
        Ok(())
    }
}

/// Who takes a list out, and when.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Under which the trail has it.
    pub number: ExportNumber,
    /// The person.
    pub name: String,
    /// Their unit, in the reader's language; empty where they have none.
    pub unit: String,
    /// The moment on the instance's clock.
    pub at: String,
    /// The reader's language.
    pub lang: Lang,
}

impl Mark {
    /// What stands at the foot of a printed page.
    pub fn line(&self) -> String {
        let Self { number, name, unit, at, lang } = self;
        match lang {
            Lang::Zh => format!("{unit} {name} 于 {at} 导出，编号 {number}").trim_start().to_owned(),
            Lang::En => format!("Exported by {name} {unit} at {at}, number {number}"),
        }
    }

    /// The file's name without its ending: `cases-20261128-7F3K2-Q9MX1`.
    pub fn file_name(&self, list: &str) -> String {
        let day: String = self.at.chars().take_while(|c| *c != ' ').filter(char::is_ascii_digit).collect();
        format!("{list}-{day}-{}", self.number)
    }

    /// Whether the cell stands in quotes that it does not need, by its place among those that need none.
    pub(super) fn quotes(&self, at: usize) -> bool {
        bit(self.number.framed(), at)
    }
}

fn bit(frame: u64, at: usize) -> bool {
    let place = u32::try_from(at % BITS).unwrap_or_default();
    (frame >> (u64::BITS - 1 - place)) & 1 == 1
}

/// Whether a cell of a line of text has to stand in quotes.
pub(super) fn needs_quotes(cell: &str) -> bool {
    cell.contains([',', '"', '\n', '\r'])
}

/// The number a file carries, if it is one of ours and long enough to carry one.
pub fn read(file: &[u8]) -> Option<ExportNumber> {
    if file.starts_with(b"PK") { of_workbook(file) } else { of_lines(std::str::from_utf8(file).ok()?) }
}

fn of_workbook(file: &[u8]) -> Option<ExportNumber> {
    let properties = archive::text_of(Cursor::new(file), "docProps/custom.xml")?;
    let (_, after) = properties.split_once(&format!("name=\"{PROPERTY}\""))?;
    let (_, value) = after.split_once("<vt:lpwstr>")?;
    ExportNumber::parse(value.split_once('<')?.0)
}

/// Each bit is said once in so many cells; most of them are right where some were changed.
fn of_lines(text: &str) -> Option<ExportNumber> {
    let mut votes = [0_i64; BITS];
    let mut at = 0;
    for is_quoted in optional_quotes(text) {
        if let Some(vote) = votes.get_mut(at % BITS) {
            *vote += if is_quoted { 1 } else { -1 };
        }
        at += 1;
    }
    if at < BITS {
        return None;
    }
    let frame = votes.iter().fold(0, |frame, vote| (frame << 1) | u64::from(*vote > 0));
    ExportNumber::unframed(frame)
}

/// Of each cell below the headings that needs no quotes, whether it has them.
fn optional_quotes(text: &str) -> Vec<bool> {
    let mut found = Vec::new();
    let mut letters = text.trim_start_matches('\u{FEFF}').chars().peekable();
    let mut is_heading = true;
    while letters.peek().is_some() {
        let is_quoted = letters.next_if_eq(&'"').is_some();
        let mut cell = String::new();
        let mut is_last = true;
        let mut is_open = is_quoted;
        while let Some(letter) = letters.next() {
            match letter {
                '"' if is_open && letters.next_if_eq(&'"').is_some() => cell.push('"'),
                '"' if is_open => is_open = false,
                ',' if !is_open => {
                    is_last = false;
                    break;
                }
                '\n' if !is_open => break,
                '\r' if !is_open => {}
                _ => cell.push(letter),
            }
        }
        if !is_heading && !needs_quotes(&cell) {
            found.push(is_quoted);
        }
        is_heading = is_heading && !is_last;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark() -> Mark {
        Mark {
            number: ExportNumber::new(&Chance::seeded(7)),
            name: "张三".into(),
            unit: "城管局".into(),
            at: "2026-11-28 13:10".into(),
            lang: Lang::Zh,
        }
    }

    #[test]
    fn a_number_is_read_as_it_is_written() {
        let number = mark().number;
        assert_eq!(number.to_string().len(), 11);
        assert_eq!(ExportNumber::parse(&number.to_string().to_lowercase()), Some(number));
        for wrong in ["", "7F3K2", "7F3K2-Q9MX1X", "7F3K2-Q9MXU"] {
            assert_eq!(ExportNumber::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_file_says_when_and_under_which_number_it_was_made() {
        let mark = mark();
        assert_eq!(mark.file_name("cases"), format!("cases-20261128-{}", mark.number));
        assert_eq!(mark.line(), format!("城管局 张三 于 2026-11-28 13:10 导出，编号 {}", mark.number));
    }

    #[test]
    fn what_is_no_file_of_ours_has_no_number() {
        for text in ["", "a,b\n1,2\n", &"1,2,3\n".repeat(100), &"\"1\",\"2\"\n".repeat(100), "PK no archive"] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
    }
}
