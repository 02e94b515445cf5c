//! SQL of openings: a detail is never handed out without its row.

use std::collections::HashMap;

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{Code, Error, Id, Instant, Result};

use super::{
    super::{Access, Opening, Report, seal::context},
    Cipher,
};
use crate::{
    modules::App,
    platform::{access::Role, trail::By},
};

/// Who opened a report's details, newest first; for the resident, without the persons.
///
/// # Errors
/// `internal` when the database fails.
pub async fn accesses(db: &mut Conn, report: Id<Report>) -> Result<Vec<Access>> {
    db.all(sql!(
        "SELECT id, report, field, at, person, role, unit, purpose, words
         FROM contact_accesses
         WHERE report = $1
         ORDER BY at DESC, id DESC",
        report,
    ))
    .await
}

/// Some openings, each by its identity; whoever asks has a right to what was said about each.
///
/// # Errors
/// `internal` when the database fails.
pub async fn accesses_unscoped(db: &mut Conn, ids: &[Id<Access>]) -> Result<HashMap<Id<Access>, Access>> {
    let sql = sql!(
        "SELECT id, report, field, at, person, role, unit, purpose, words
         FROM contact_accesses
         WHERE id"
    );
    let found: Vec<Access> = db.all(sql.push_list(" IN", ids.iter().copied())).await?;
    Ok(found.into_iter().map(|access| (access.id, access)).collect())
}

/// Opens a detail and writes the access down in the same transaction.
///
/// # Errors
/// `not_found` when the report has no such detail.
pub async fn open(tx: &mut Tx, app: &App, by: &By, opening: &Opening, at: Instant) -> Result<String> {
    let found: Option<Cipher> = tx
        .optional(sql!(
            "SELECT cipher FROM contacts WHERE report = $1 AND field = $2",
            opening.report,
            opening.field.as_str()
        ))
        .await?;
    let Cipher(cipher) = found.ok_or_else(|| Error::new(Code::NotFound))?;
    let id: Id<Access> = Id::new(at, &app.chance);
    tx.execute(sql!(
        "INSERT INTO contact_accesses (id, report, field, at, person, role, unit, purpose, words)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id,
        opening.report,
        opening.field.as_str(),
        at,
        opening.person,
        by.role.map_or("", Role::as_str),
        by.unit,
        opening.purpose.as_str(),
        &opening.words,
    ))
    .await?;
    app.keys.open(&context(opening.report, opening.field), &cipher)
}

struct PurposeCount(String, i64);

impl FromRow for PurposeCount {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("purpose")?, row.get("n")?))
    }
}

/// How often details were opened since then, by purpose; over the whole instance, as counts and nothing else. By
/// `contact_accesses_at`.
///
/// # Errors
/// `internal` when the database fails.
pub async fn openings_by_purpose_unscoped(db: &mut Conn, since: Instant) -> Result<Vec<(String, i64)>> {
    let rows: Vec<PurposeCount> = db
        .all(sql!(
            "SELECT purpose, CAST(count(*) AS BIGINT) AS n
             FROM contact_accesses
             WHERE at >= $1
             GROUP BY purpose
             ORDER BY purpose",
            since,
        ))
        .await?;
    Ok(rows.into_iter().map(|PurposeCount(purpose, n)| (purpose, n)).collect())
}
