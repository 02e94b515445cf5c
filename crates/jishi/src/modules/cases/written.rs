//! A step as it was written into the history: what its seal and the transparency log commit to.

use db::{FromRow, Row};
use kernel::{Id, Instant, Result};
use serde_json::{Value, json};

use super::model::{Case, Note, Report, TimelineRow};
use crate::platform::{
    access::{Person, Unit},
    keys::{Keys, canonical, hex, sha256},
};

/// One step of a case, all of it. The words are stored apart so that they can be erased; the step has a salted hash of them.
#[derive(Clone, Debug)]
pub struct Written {
    /// Its identity.
    pub id: Id<TimelineRow>,
    /// Whose history.
    pub case: Id<Case>,
    /// When.
    pub at: Instant,
    /// What, e.g. `dispatched`.
    pub kind: String,
    /// Who, if staff.
    pub person: Option<Id<Person>>,
    /// In which role.
    pub role: Option<String>,
    /// For which unit.
    pub unit: Option<Id<Unit>>,
    /// Which reporter, if one.
    pub report: Option<Id<Report>>,
    /// Details without personal data.
    pub params: Value,
    /// The words.
    pub note: Option<Id<Note>>,
    /// The salted hash that commits to them.
    pub note_hash: Option<Vec<u8>>,
    /// Photos added, by their SHA-256.
    pub photos: Value,
    /// True when residents do not see it.
    pub is_internal: bool,
}

impl Written {
    /// What was done, field by field, as plain JSON: by these the step is committed to. The order and the names are part of
    /// the format of the log (`docs/log.md`) and never change.
    pub fn fields(&self) -> [(&'static str, Value); 11] {
        [
            ("step", json!(self.id)),
            ("at", json!(self.at.millis())),
            ("kind", json!(self.kind)),
            ("person", json!(self.person)),
            ("role", json!(self.role)),
            ("unit", json!(self.unit)),
            ("report", json!(self.report)),
            ("params", self.params.clone()),
            ("words", json!(self.note_hash.as_deref().map(hex))),
            ("photos", self.photos.clone()),
            ("internal", json!(self.is_internal)),
        ]
    }

    /// The seal that only this instance can make: a keyed hash over the case and all that was done.
    ///
    /// # Errors
    /// `internal` when the details are no JSON that has one form.
    pub fn seal(&self, keys: &Keys) -> Result<Vec<u8>> {
        let mut whole = serde_json::Map::from_iter(self.fields().map(|(name, value)| (name.to_owned(), value)));
        whole.insert("case".to_owned(), json!(self.case));
        Ok(keys.step(&canonical(&Value::Object(whole))?))
    }
}

impl FromRow for Written {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            case: row.get("case_id")?,
            at: row.get("at")?,
            kind: row.get("kind")?,
            person: row.opt("person")?,
            role: row.opt("role")?,
            unit: row.opt("unit")?,
            report: row.opt("report")?,
            params: row.get("params")?,
            note: row.opt("note")?,
            note_hash: row.opt("note_hash")?,
            photos: row.get("photos")?,
            is_internal: row.get("is_internal")?,
        })
    }
}

/// A step with the seal that stands beside it; none on steps older than the log.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The step.
    pub step: Written,
    /// Its seal.
    pub seal: Option<Vec<u8>>,
}

impl FromRow for Sealed {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { step: Written::from_row(row)?, seal: row.opt("seal")? })
    }
}

/// What a case is at a moment, as far as the log commits to it: its status and how it ended, its deadline, its lead, and
/// what each reporter said of the result.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Which case.
    pub case: Id<Case>,
    /// Its number.
    pub number: String,
    /// All the rest, as plain JSON.
    pub state: Value,
}

/// Words as they are kept.
#[derive(Clone, Debug)]
pub struct KeptWords {
    /// Which.
    pub note: Id<Note>,
    /// The words; none when erased.
    pub body: Option<String>,
    /// The salt of the hash that commits to them.
    pub salt: Vec<u8>,
    /// Whether they were erased in due course.
    pub is_erased: bool,
}

impl FromRow for KeptWords {
    fn from_row(row: &Row) -> Result<Self> {
        let erased: Option<Instant> = row.opt("erased_at")?;
        Ok(Self { note: row.get("id")?, body: row.opt("body")?, salt: row.get("salt")?, is_erased: erased.is_some() })
    }
}

impl KeptWords {
    /// Whether these are the words that a step committed to. Erased words fit any: that they were there is still known.
    pub fn fits(&self, hash: &[u8]) -> bool {
        match &self.body {
            Some(body) => words_hash(&self.salt, body) == hash,
            None => self.is_erased,
        }
    }
}

/// What commits to words: SHA-256 over salt and words, so that erasing both breaks nothing.
pub fn words_hash(salt: &[u8], words: &str) -> Vec<u8> {
    sha256(&[salt, words.as_bytes()].concat())
}
