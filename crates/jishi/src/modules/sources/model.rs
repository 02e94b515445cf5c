//! What a source is, what it hands over, and what is kept of it.

use std::collections::{BTreeMap, HashMap};

use db::{FromRow, Row};
use kernel::{FieldError, Id, Instant, Names, RegionCode, Result};

use super::fields::FieldDef;
use crate::{
    modules::cases::{HandBack, Intake},
    platform::{
        access::{Person, Scope},
        trail::By,
    },
};

/// 来源: a line or platform outside, as its file defines it.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its code, e.g. `12345`.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// Ways in which it writes times.
    pub times: Vec<String>,
    /// Its columns, each with the headings it may have; the first is used for what goes out.
    pub columns: Vec<Column>,
    /// Its words for what goes out, by set and word of ours.
    pub words: BTreeMap<String, BTreeMap<String, String>>,
    /// Codes of matters by the path of a category, the parts joined by slashes.
    pub categories: HashMap<String, String>,
    /// Places by what only this source calls them.
    pub places: HashMap<String, RegionCode>,
    /// The columns of what goes out, in order.
    pub answers: Vec<&'static FieldDef>,
}

/// A column of a source's files.
#[derive(Clone, Debug)]
pub struct Column {
    /// Which.
    pub field: &'static FieldDef,
    /// What stands above it.
    pub headings: Vec<String>,
}

impl Source {
    /// What stands above a column of what goes out.
    pub fn heading(&self, field: &FieldDef) -> &str {
        let column = self.columns.iter().find(|column| column.field == field);
        column.and_then(|column| column.headings.first()).map_or(field.name[0], String::as_str)
    }

    /// The source's word for one of ours.
    pub fn word(&self, set: &str, word: &str, ours: &Names) -> String {
        let own = self.words.get(set).and_then(|words| words.get(word));
        own.map_or_else(|| ours.zh().to_owned(), Clone::clone)
    }
}

/// A source's file in force at a place.
#[derive(Clone, Debug)]
pub struct InForce {
    /// The source.
    pub source: Source,
    /// The place whose version it is.
    pub region: RegionCode,
    /// Its version there.
    pub version: i64,
    /// The file.
    pub toml: String,
}

/// Who hands orders over or takes answers back, and for which places.
#[derive(Clone, Debug)]
pub struct Carrier {
    /// As whom it stands on the trail.
    pub by: By,
    /// The places.
    pub scope: Scope,
    /// The narrowest place that holds them.
    pub home: RegionCode,
}

/// A mistake in a row.
#[derive(Clone, Debug)]
pub struct RowMistake {
    /// The row's number in the file.
    pub line: i64,
    /// The column by its key; empty for the whole row.
    pub field: String,
    /// What stands above it in the file.
    pub heading: Option<String>,
    /// What is wrong.
    pub error: FieldError,
}

/// An order that is here already, with other content.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The row's number in the file.
    pub line: i64,
    /// The order's number.
    pub number: String,
    /// The case it is, if that is the reader's to see.
    pub case: Option<CaseMark>,
}

/// A case, to be opened.
#[derive(Clone, Debug)]
pub struct CaseMark {
    /// Its identity.
    pub id: Id<crate::modules::cases::Case>,
    /// Its number.
    pub number: String,
}

/// A column of a file that was brought.
#[derive(Clone, Debug)]
pub struct Heading {
    /// What stands above it.
    pub text: String,
    /// The first cell below it.
    pub sample: String,
    /// Which column it was taken for.
    pub field: Option<&'static FieldDef>,
}

/// What a file of orders did, or would do.
#[derive(Debug, Default)]
pub struct Brought {
    /// The intake, once it was written.
    pub intake: Option<Id<Intake>>,
    /// The file's columns.
    pub headings: Vec<Heading>,
    /// Needed columns that it lacks: then nothing was looked at.
    pub missing: Vec<&'static FieldDef>,
    /// Orders that are new.
    pub fresh: i64,
    /// Orders that were here already.
    pub known: i64,
    /// Orders that were here with other content.
    pub differing: Vec<Difference>,
    /// What is to be mended.
    pub mistakes: Vec<RowMistake>,
    /// New orders whose category leads to a matter.
    pub matched: i64,
    /// The categories that lead to none, with the number of new orders of each: the dispatcher decides.
    pub unmatched: BTreeMap<String, i64>,
    /// Rows of new orders in which no telephone stands where one should.
    pub unreachable: Vec<i64>,
}

impl Brought {
    /// Rows with mistakes.
    pub fn mistaken(&self) -> i64 {
        let lines: std::collections::BTreeSet<i64> = self.mistakes.iter().map(|mistake| mistake.line).collect();
        i64::try_from(lines.len()).unwrap_or(i64::MAX)
    }
}

/// 导入: a file of orders that was brought in, as kept.
#[derive(Clone, Debug)]
pub struct IntakeRow {
    /// Its identity.
    pub id: Id<Intake>,
    /// The source's code.
    pub source: String,
    /// When.
    pub at: Instant,
    /// By whom.
    pub person: Option<Id<Person>>,
    /// The place that holds all places of whoever brought it.
    pub region: RegionCode,
    /// The file's name.
    pub file: String,
    /// Orders that were new.
    pub fresh: i64,
    /// Orders that were here already.
    pub known: i64,
    /// Orders that were here with other content.
    pub differing: i64,
    /// Rows with mistakes.
    pub mistaken: i64,
    /// When its last row was done.
    pub ended_at: Option<Instant>,
    /// When it was undone.
    pub undone_at: Option<Instant>,
    /// Cases withdrawn then.
    pub withdrawn: Option<i64>,
}

impl FromRow for IntakeRow {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            source: row.get("source")?,
            at: row.get("at")?,
            person: row.opt("person")?,
            region: row.get("region")?,
            file: row.get("file")?,
            fresh: row.get("fresh")?,
            known: row.get("known")?,
            differing: row.get("differing")?,
            mistaken: row.get("mistaken")?,
            ended_at: row.opt("ended_at")?,
            undone_at: row.opt("undone_at")?,
            withdrawn: row.opt("withdrawn")?,
        })
    }
}

/// 交回: answers that were given back, as kept.
#[derive(Clone, Debug)]
pub struct HandBackRow {
    /// Its identity.
    pub id: Id<HandBack>,
    /// When.
    pub at: Instant,
    /// By whom; nobody where the source fetched them itself.
    pub person: Option<Id<Person>>,
    /// How many.
    pub count: i64,
}

impl FromRow for HandBackRow {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { id: row.get("id")?, at: row.get("at")?, person: row.opt("person")?, count: row.get("count")? })
    }
}

/// 密钥: what a source's own system shows. What it is is shown once; only its hash is kept.
#[derive(Clone, Debug)]
pub struct KeyRow {
    /// Its identity.
    pub id: Id<KeyRow>,
    /// The source's code.
    pub source: String,
    /// The place whose orders it may hand over.
    pub region: RegionCode,
    /// What it is for.
    pub name: String,
    /// When it was made.
    pub created_at: Instant,
    /// By whom.
    pub created_by: Id<Person>,
    /// When it was ended.
    pub ended_at: Option<Instant>,
}

impl FromRow for KeyRow {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            source: row.get("source")?,
            region: row.get("region")?,
            name: row.get("name")?,
            created_at: row.get("created_at")?,
            created_by: row.get("created_by")?,
            ended_at: row.opt("ended_at")?,
        })
    }
}
