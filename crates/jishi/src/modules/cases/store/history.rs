//! What happened, and the words that were said.

use std::collections::HashMap;

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{Id, Instant, Result};

use crate::{
    modules::cases::model::{Case, Note, Report, TimelineRow},
    platform::{access::Role, trail::By},
};

/// Stores free text with the salt of its commitment.
///
/// # Errors
/// `internal` when the database fails.
pub async fn insert_note(tx: &mut Tx, id: Id<Note>, case: Id<Case>, body: &str, salt: [u8; 16]) -> Result<()> {
    tx.later(
        sql!("INSERT INTO notes (id, case_id, body, salt) VALUES ($1, $2, $3, $4)", id, case, body, salt.to_vec(),),
    )
    .await
}

/// What is written into the history.
#[derive(Debug)]
pub struct NewEntry {
    /// Its identity.
    pub id: Id<TimelineRow>,
    /// Whose history.
    pub case: Id<Case>,
    /// When.
    pub at: Instant,
    /// What.
    pub kind: &'static str,
    /// Who.
    pub by: By,
    /// Which reporter.
    pub report: Option<Id<Report>>,
    /// Details without personal data.
    pub params: serde_json::Value,
    /// The words, stored apart.
    pub note: Option<Id<Note>>,
    /// The salted hash that commits to them.
    pub note_hash: Option<Vec<u8>>,
    /// Photos added.
    pub photos: Vec<String>,
    /// True when residents do not see it.
    pub is_internal: bool,
}

/// Writes one entry of the history.
///
/// # Errors
/// `internal` when the database fails.
pub async fn insert_entry(tx: &mut Tx, entry: NewEntry) -> Result<()> {
    tx.later(sql!(
        "INSERT INTO timeline (id, case_id, at, kind, person, role, unit, report, params, note, note_hash, photos, is_internal)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        entry.id,
        entry.case,
        entry.at,
        entry.kind,
        entry.by.person,
        entry.by.role.map(Role::as_str),
        entry.by.unit,
        entry.report,
        entry.params,
        entry.note,
        entry.note_hash,
        serde_json::Value::from(entry.photos),
        entry.is_internal,
    ))
    .await
}

struct Words(Id<Note>, Option<String>);

impl FromRow for Words {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("id")?, row.opt("body")?))
    }
}

/// The words of notes, unless they were erased; the caller has checked the right to their cases.
///
/// # Errors
/// `internal` when the database fails.
pub async fn words_unscoped(db: &mut Conn, notes: &[Id<Note>]) -> Result<HashMap<Id<Note>, String>> {
    if notes.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = sql!("SELECT n.id, n.body FROM notes n WHERE TRUE").push_list(" AND n.id IN", notes.iter().copied());
    let found: Vec<Words> = db.all(sql).await?;
    Ok(found.into_iter().filter_map(|Words(id, body)| Some((id, body?))).collect())
}

/// A case's history, oldest first; the caller has checked the right to the case.
///
/// # Errors
/// `internal` when the database fails.
pub async fn timeline_of(db: &mut Conn, case: Id<Case>) -> Result<Vec<TimelineRow>> {
    db.all(sql!(
        "SELECT t.id, t.at, t.kind, t.person, t.role, t.unit, t.report, t.params, n.body, t.photos, t.is_internal
         FROM timeline t
         LEFT JOIN notes n ON n.id = t.note
         WHERE t.case_id = $1
         ORDER BY t.at, t.id",
        case,
    ))
    .await
}

struct Body(Option<String>);

impl FromRow for Body {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.opt("body")?))
    }
}

/// The words of the result that waits, unless erased; the caller has checked the right to the case.
///
/// # Errors
/// `internal` when the database fails.
pub async fn result_words(db: &mut Conn, case: &Case) -> Result<Option<String>> {
    let Some(note) = case.result_note else { return Ok(None) };
    let found: Option<Body> = db.optional(sql!("SELECT n.body FROM notes n WHERE n.id = $1", note)).await?;
    Ok(found.and_then(|Body(body)| body))
}
