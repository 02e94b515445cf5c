//! Printed sheets: an office's paper as PDF, in the measures of GB/T 9704-2012 (公文格式).
//!
//! Words: a *paper* is one file, made of *sheets* that each begin on a page of their own; a sheet is a list of *blocks*, set
//! one below another ([`layout`]) in *fonts* that the program brings or the office puts beside its data ([`fonts`]).
//!
//! Must hold: the same paper gives the same bytes (time is handed in, nothing is drawn by chance); a character that no font
//! has is shown as □ and never dropped; the words can be copied and read aloud, in order, with their language.

pub mod fonts;
mod layout;
mod lines;
mod pdf;
mod style;
#[cfg(test)]
mod tests;

use jiff::Zoned;
use kernel::{Lang, Result};

pub use self::fonts::{Fonts, fonts_of};

/// One file.
#[derive(Clone, Debug)]
pub struct Paper {
    /// What it is, as a reader's window names it.
    pub title: String,
    /// The language of its labels.
    pub lang: Lang,
    /// When it was made.
    pub at: Zoned,
    /// Its sheets, in order.
    pub sheets: Vec<Sheet>,
}

/// What begins on a page of its own and counts its own pages.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// From top to bottom.
    pub blocks: Vec<Block>,
    /// What the second page and those after it are headed with: whose paper it is, which, of what number.
    pub head: String,
    /// A small line at the foot of each page: who printed it, and when.
    pub foot: String,
}

/// A part of a sheet, as wide as the text.
#[derive(Clone, Debug)]
pub enum Block {
    /// 发文机关标志: the issuing office in red, over the red rule.
    Office(String),
    /// 标题
    Title(String),
    /// A heading of a part.
    Heading(String),
    /// A line with words at both ends.
    Ends(String, String),
    /// A paragraph of running text.
    Text(String, Start),
    /// 落款: lines at the right.
    Signed(Vec<String>),
    /// Rows with borders.
    Table(Vec<Row>),
    /// A dashed line to cut along, with words in its middle.
    Cut(String),
    /// Empty height, in points.
    Space(f32),
    /// Blocks that stay on one page, if one page holds them.
    Together(Vec<Block>),
    /// The same for what closes a paper, such as who signs: it never begins a page, but takes the end of what stands before
    /// along, so that no signature stands on a page without words it is under.
    Closing(Vec<Block>),
}

/// How a paragraph begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// 左空二字: two characters in.
    Indented,
    /// 顶格: at the edge, as an addressee stands.
    Flush,
}

/// A row of a table.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// From left to right; their widths add up to one.
    pub cells: Vec<Cell>,
    /// Whether it may go on on the next page.
    pub splits: bool,
}

/// A cell of a row.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// Its share of the row's width.
    pub width: f32,
    /// Its words.
    pub text: String,
    /// Words at its lower right corner: where a stamp and a date go.
    pub foot: String,
    /// Whether it names what stands beside or below it.
    pub is_label: bool,
    /// Height it has at least, in points: room to write in.
    pub height: f32,
}

impl Cell {
    /// A cell that names what stands beside it.
    pub fn label(width: f32, text: impl Into<String>) -> Self {
        Self { width, text: text.into(), is_label: true, ..Self::default() }
    }

    /// A cell with words.
    pub fn words(width: f32, text: impl Into<String>) -> Self {
        Self { width, text: text.into(), ..Self::default() }
    }

    /// The same with room to write in, and words at its lower right corner.
    #[must_use]
    pub fn with_room(self, height: f32, foot: impl Into<String>) -> Self {
        Self { height, foot: foot.into(), ..self }
    }
}

impl Row {
    /// A row that stays on one page.
    pub fn new(cells: Vec<Cell>) -> Self {
        Self { cells, splits: false }
    }

    /// A row that may go on on the next page.
    pub fn long(cells: Vec<Cell>) -> Self {
        Self { cells, splits: true }
    }
}

/// A paper as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// The PDF.
    pub bytes: Vec<u8>,
    /// The characters that no font has, each once: they stand as □ in it, and whoever prints is told.
    pub lacking: Vec<char>,
}

/// Writes a paper as PDF. It takes some milliseconds a page: not for the thread that answers others.
///
/// # Errors
/// `no_font` when there is none at all; `internal` when a font that was read cannot be cut down.
pub fn write(paper: &Paper, fonts: &Fonts) -> Result<Printed> {
    let faces = fonts.faces()?;
    let set = layout::set(paper, &faces);
    let bytes = pdf::write(paper, &faces, &set)?;
    Ok(Printed { bytes, lacking: faces.lacking.into_inner() })
}
