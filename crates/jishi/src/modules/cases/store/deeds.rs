//! What happened to cases, without anybody's words: for whoever counts.

use db::{Conn, FromRow, Row, sql};
use kernel::{Id, Instant, Result};

use crate::{
    modules::cases::model::{Case, Report, TimelineRow},
    platform::access::Unit,
};

/// One entry of a history, without its words.
#[derive(Clone, Debug)]
pub struct Deed {
    /// Whose history.
    pub case: Id<Case>,
    /// When.
    pub at: Instant,
    /// What, e.g. `dispatched`.
    pub kind: String,
    /// For which unit.
    pub unit: Option<Id<Unit>>,
    /// Which reporter, if one.
    pub report: Option<Id<Report>>,
    /// Details without personal data.
    pub params: serde_json::Value,
}

impl FromRow for Deed {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            case: row.get("case_id")?,
            at: row.get("at")?,
            kind: row.get("kind")?,
            unit: row.opt("unit")?,
            report: row.opt("report")?,
            params: row.get("params")?,
        })
    }
}

/// What happened of some kinds to some cases, the oldest first of each; for the platform's own counting.
///
/// # Errors
/// `internal` when the database fails.
pub async fn deeds_unscoped(db: &mut Conn, cases: &[Id<Case>], kinds: &[&'static str]) -> Result<Vec<Deed>> {
    let sql = sql!("SELECT t.case_id, t.at, t.kind, t.unit, t.report, t.params FROM timeline t WHERE t.case_id")
        .push_list(" IN", cases.iter().copied())
        .push_list(" AND t.kind IN", kinds.iter().copied());
    db.all(sql.push(" ORDER BY t.case_id, t.at, t.id")).await
}

/// A result that was filed, with what it says; the words are masked.
#[derive(Clone, Debug)]
pub struct FiledResult {
    /// The entry of the history.
    pub entry: Id<TimelineRow>,
    /// Whose.
    pub case: Id<Case>,
    /// When.
    pub at: Instant,
    /// For which unit.
    pub unit: Option<Id<Unit>>,
    /// What it says, unless erased.
    pub text: Option<String>,
    /// The photos with it.
    pub photos: Vec<String>,
}

impl FromRow for FiledResult {
    fn from_row(row: &Row) -> Result<Self> {
        let photos: serde_json::Value = row.get("photos")?;
        Ok(Self {
            entry: row.get("id")?,
            case: row.get("case_id")?,
            at: row.get("at")?,
            unit: row.opt("unit")?,
            text: row.opt("body")?,
            photos: serde_json::from_value(photos).unwrap_or_default(),
        })
    }
}

/// All results filed in some cases, the oldest first; for the platform's own looking.
///
/// # Errors
/// `internal` when the database fails.
pub async fn results_unscoped(db: &mut Conn, cases: &[Id<Case>]) -> Result<Vec<FiledResult>> {
    let sql = sql!(
        "SELECT t.id, t.case_id, t.at, t.unit, n.body, t.photos
         FROM timeline t
         LEFT JOIN notes n ON n.id = t.note
         WHERE t.kind = 'result_filed' AND t.case_id"
    );
    db.all(sql.push_list(" IN", cases.iter().copied()).push(" ORDER BY t.at, t.id")).await
}
