//! What happened, and the words that were said.

use std::collections::HashMap;

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{Id, Result};
use serde_json::{Value, json};

use crate::{
    modules::cases::{
        model::{Case, Note, Report, TimelineRow},
        written::{KeptWords, Sealed, Standing, Written},
    },
    platform::access::Unit,
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

/// Writes one step into the history, with its seal.
///
/// # Errors
/// `internal` when the database fails.
pub async fn insert_step(tx: &mut Tx, step: Written, seal: Vec<u8>) -> Result<()> {
    tx.later(sql!(
        "INSERT INTO timeline (id, case_id, at, kind, person, role, unit, report, params, note, note_hash, photos, is_internal, seal)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        step.id,
        step.case,
        step.at,
        step.kind,
        step.person,
        step.role,
        step.unit,
        step.report,
        step.params,
        step.note,
        step.note_hash,
        step.photos,
        step.is_internal,
        seal,
    ))
    .await
}

/// The steps of some cases as they were written, each case's the oldest first. For the log, which tells nobody.
///
/// # Errors
/// `internal` when the database fails.
pub async fn written_unscoped(db: &mut Conn, cases: &[Id<Case>]) -> Result<Vec<Sealed>> {
    let sql = sql!(
        "SELECT t.id, t.case_id, t.at, t.kind, t.person, t.role, t.unit, t.report, t.params, t.note, t.note_hash,
                t.photos, t.is_internal, t.seal
         FROM timeline t
         WHERE TRUE"
    );
    db.all(sql.push_list(" AND t.case_id IN", cases.iter().copied()).push(" ORDER BY t.case_id, t.at, t.id")).await
}

struct CaseNow(Id<Case>, String, Value);

impl FromRow for CaseNow {
    fn from_row(row: &Row) -> Result<Self> {
        let (status, how): (String, Option<String>) = (row.get("status")?, row.opt("closed_how")?);
        let (due, lead): (Option<i64>, Option<Id<Unit>>) = (row.opt("due_at")?, row.opt("lead_unit")?);
        let outcome: Option<String> = row.opt("result_outcome")?;
        let state = json!({"status": status, "closed_how": how, "due_at": due, "lead_unit": lead, "outcome": outcome});
        Ok(Self(row.get("id")?, row.get("number")?, state))
    }
}

struct VerdictNow(Id<Case>, Value);

impl FromRow for VerdictNow {
    fn from_row(row: &Row) -> Result<Self> {
        let report: Id<Report> = row.get("id")?;
        let (solved, satisfied): (Option<String>, Option<String>) = (row.opt("solved")?, row.opt("satisfied")?);
        let withdrawn: bool = row.get("is_withdrawn")?;
        Ok(Self(row.get("case_id")?, json!([report, solved, satisfied, withdrawn])))
    }
}

/// What some cases are now, as far as the log commits to it. For the log, which tells nobody.
///
/// # Errors
/// `internal` when the database fails.
pub async fn standings_unscoped(db: &mut Conn, cases: &[Id<Case>]) -> Result<Vec<Standing>> {
    let sql = sql!("SELECT id, number, status, closed_how, due_at, lead_unit, result_outcome FROM cases WHERE TRUE");
    let found: Vec<CaseNow> = db.all(sql.push_list(" AND id IN", cases.iter().copied())).await?;
    let sql = sql!("SELECT id, case_id, solved, satisfied, is_withdrawn FROM reports WHERE TRUE");
    let sql = sql.push_list(" AND case_id IN", cases.iter().copied()).push(" ORDER BY case_id, id");
    let mut verdicts: HashMap<Id<Case>, Vec<Value>> = HashMap::new();
    for VerdictNow(case, verdict) in db.all(sql).await? {
        verdicts.entry(case).or_default().push(verdict);
    }
    Ok(found
        .into_iter()
        .map(|CaseNow(case, number, mut state)| {
            state["verdicts"] = Value::from(verdicts.remove(&case).unwrap_or_default());
            Standing { case, number, state }
        })
        .collect())
}

/// Words with the salts of what commits to them. For an examination of the log, which tells nobody.
///
/// # Errors
/// `internal` when the database fails.
pub async fn kept_words_unscoped(db: &mut Conn, notes: &[Id<Note>]) -> Result<Vec<KeptWords>> {
    if notes.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("SELECT n.id, n.body, n.salt, n.erased_at FROM notes n WHERE TRUE");
    db.all(sql.push_list(" AND n.id IN", notes.iter().copied())).await
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
