//! What bringing in a workbook did.

use db::{FromRow, Row};
use kernel::{FieldError, Id, Instant, Lang, RegionCode, Result};
use serde::{Deserialize, Serialize};

use super::sheets::SheetDef;
use crate::{
    modules::{people, regions},
    platform::access::{Person, Post, Unit},
};

/// What one sheet did, or would do.
#[derive(Clone, Debug)]
pub struct SheetReport {
    /// Which.
    pub sheet: &'static SheetDef,
    /// Rows that were new.
    pub inserted: i64,
    /// Rows that changed what was there.
    pub changed: i64,
    /// Rows that were there already, just so.
    pub unchanged: i64,
    /// Posts that its rows give and that are new.
    pub posts: i64,
    /// Rows that someone else has to bring in.
    pub left: i64,
    /// What is to be mended.
    pub errors: Vec<CellError>,
}

impl SheetReport {
    /// Of a sheet that did nothing yet.
    pub fn new(sheet: &'static SheetDef) -> Self {
        Self { sheet, inserted: 0, changed: 0, unchanged: 0, posts: 0, left: 0, errors: Vec::new() }
    }
}

/// A mistake in one cell.
#[derive(Clone, Debug)]
pub struct CellError {
    /// The row of the sheet, from 1.
    pub line: i64,
    /// The column of the sheet from 0, if the mistake is in one.
    pub column: Option<usize>,
    /// Which column it is by the table of sheets, if any.
    pub key: Option<&'static str>,
    /// What is wrong.
    pub field: FieldError,
}

impl CellError {
    /// The address as a spreadsheet shows it: `C12`, or `12` for a whole row.
    pub fn address(&self) -> String {
        let mut letters = String::new();
        let mut left = self.column.map_or(0, |column| column + 1);
        while left > 0 {
            let letter = u8::try_from((left - 1) % 26).unwrap_or(0);
            letters.insert(0, char::from(b'A' + letter));
            left = (left - 1) / 26;
        }
        format!("{letters}{}", self.line)
    }

    /// The sentence for a reader.
    pub fn message(&self, lang: Lang) -> String {
        self.field.sentence(lang)
    }
}

/// A workbook that was brought in, or looked at.
#[derive(Debug)]
pub struct Imported {
    /// The import, if anything was written.
    pub id: Option<Id<Import>>,
    /// Sheet by sheet.
    pub sheets: Vec<SheetReport>,
}

impl Imported {
    /// Whether nothing is to be mended.
    pub fn is_sound(&self) -> bool {
        self.sheets.iter().all(|sheet| sheet.errors.is_empty())
    }
}

/// 导入: one workbook brought in.
#[derive(Clone, Debug)]
pub struct Import {
    /// Its identity.
    pub id: Id<Import>,
    /// When.
    pub at: Instant,
    /// By whom; nobody when it came by the command line.
    pub person: Option<Id<Person>>,
    /// The place that holds all places of whoever brought it in.
    pub region: RegionCode,
    /// The file's name.
    pub file: String,
    /// What it did, sheet by sheet.
    pub counts: Vec<Counts>,
    /// When it was undone.
    pub undone_at: Option<Instant>,
}

/// What a sheet did, as kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Counts {
    /// The sheet's key.
    pub sheet: String,
    /// Rows that were new.
    pub inserted: i64,
    /// Rows that changed what was there.
    pub changed: i64,
    /// Posts that were new; not known of imports from before they were counted apart.
    #[serde(default)]
    pub posts: Option<i64>,
}

impl FromRow for Import {
    fn from_row(row: &Row) -> Result<Self> {
        let counts: serde_json::Value = row.get("counts")?;
        Ok(Self {
            id: row.get("id")?,
            at: row.get("at")?,
            person: row.opt("person")?,
            region: row.get("region")?,
            file: row.get("file")?,
            counts: serde_json::from_value(counts).map_err(kernel::Error::internal)?,
            undone_at: row.opt("undone_at")?,
        })
    }
}

/// What an import changed: enough to put it back.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Journal {
    /// Places that were new.
    pub places: Vec<RegionCode>,
    /// Places that changed, as they were.
    pub places_before: Vec<regions::Written>,
    /// Units that were new.
    pub units: Vec<Id<Unit>>,
    /// Units that changed, as they were.
    pub units_before: Vec<people::UnitRecord>,
    /// People who were new.
    pub people: Vec<Id<Person>>,
    /// People whose telephone changed, as they were.
    pub people_before: Vec<people::PersonRecord>,
    /// Posts that were new.
    pub posts: Vec<Id<Post>>,
}
