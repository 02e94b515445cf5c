//! SQL of contact details: kept, masked, found by a telephone, and read by the platform or their owner.

mod erasing;
mod opening;

use std::collections::HashMap;

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{Error, Id, Result};

pub use self::{
    erasing::{erase, look_again, to_look_at_unscoped},
    opening::{accesses, accesses_unscoped, open, openings_by_purpose_unscoped},
};
use super::{
    Field, Mask, Report,
    seal::{Sealed, context},
};
use crate::modules::App;

struct Kept(Id<Report>, Field, Vec<u8>);

impl FromRow for Kept {
    fn from_row(row: &Row) -> Result<Self> {
        let field = row.parsed("field", Field::parse)?.ok_or_else(|| Error::internal("a detail has a field"))?;
        Ok(Self(row.get("report")?, field, row.get("cipher")?))
    }
}

/// Whether the key in use opens what is kept, tried on one detail that nobody is shown; none when nothing is kept. For the
/// operator alone, so there is no scope.
///
/// # Errors
/// `internal` when the database fails.
pub async fn is_readable_unscoped(db: &mut Conn, app: &App) -> Result<Option<bool>> {
    let kept: Option<Kept> = db.optional(sql!("SELECT report, field, cipher FROM contacts LIMIT 1")).await?;
    Ok(kept.map(|Kept(report, field, cipher)| app.keys.open(&context(report, field), &cipher).is_ok()))
}

/// Stores a sealed detail.
///
/// # Errors
/// `internal` when the database fails.
pub async fn store(tx: &mut Tx, report: Id<Report>, sealed: Sealed) -> Result<()> {
    tx.later(sql!(
        "INSERT INTO contacts (report, field, cipher, mask, lookup, look_at) VALUES ($1, $2, $3, $4, $5, $6)",
        report,
        sealed.field.as_str(),
        sealed.cipher,
        sealed.mask,
        sealed.lookup,
        sealed.look_at,
    ))
    .await
}

struct Masked(Id<Report>, Mask);

impl FromRow for Masked {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("report")?, Mask::from_row(row)?))
    }
}

/// The masks of some reports' details; the caller has checked the right to their case.
///
/// # Errors
/// `internal` when the database fails.
pub async fn masks(db: &mut Conn, reports: &[Id<Report>]) -> Result<HashMap<Id<Report>, Vec<Mask>>> {
    let sql = sql!("SELECT report, field, mask FROM contacts WHERE TRUE")
        .push_list(" AND report IN", reports.iter().copied());
    let mut masks: HashMap<Id<Report>, Vec<Mask>> = HashMap::new();
    for Masked(report, mask) in db.all(sql.push(" ORDER BY report, field")).await? {
        masks.entry(report).or_default().push(mask);
    }
    Ok(masks)
}

struct Cipher(Vec<u8>);

impl FromRow for Cipher {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("cipher")?))
    }
}

/// Whether a resident left a telephone number with their report.
///
/// # Errors
/// `internal` when the database fails.
pub async fn has_phone(db: &mut Conn, report: Id<Report>) -> Result<bool> {
    let masks = masks(db, &[report]).await?.remove(&report).unwrap_or_default();
    Ok(masks.iter().any(|mask| mask.field == Field::Phone))
}

struct Of(Id<Report>);

impl FromRow for Of {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("report")?))
    }
}

/// The reports that left exactly this telephone number, the newest first. Whoever asks has proved to hold the telephone.
///
/// # Errors
/// `internal` when the database fails.
pub async fn reports_of_phone_unscoped(db: &mut Conn, app: &App, phone: &str, limit: i64) -> Result<Vec<Id<Report>>> {
    let rows: Vec<Of> = db
        .all(sql!(
            "SELECT report FROM contacts WHERE lookup = $1 AND field = $2 ORDER BY report DESC LIMIT $3",
            app.keys.lookup(Field::Phone.as_str(), phone),
            Field::Phone.as_str(),
            limit,
        ))
        .await?;
    Ok(rows.into_iter().map(|Of(report)| report).collect())
}

/// The telephone number of a resident who asked to be told of steps: opened by the platform itself, for the gateway
/// alone. No person sees it, so it is not an access that the resident is shown.
///
/// # Errors
/// `internal` when it cannot be decrypted.
pub async fn phone_for_messages_unscoped(db: &mut Conn, app: &App, report: Id<Report>) -> Result<Option<String>> {
    let found: Option<Cipher> = db
        .optional(sql!("SELECT cipher FROM contacts WHERE report = $1 AND field = $2", report, Field::Phone.as_str(),))
        .await?;
    found.map(|Cipher(cipher)| app.keys.open(&context(report, Field::Phone), &cipher)).transpose()
}

struct Gone(Field);

impl FromRow for Gone {
    fn from_row(row: &Row) -> Result<Self> {
        let field = row.parsed("field", Field::parse)?.ok_or_else(|| Error::internal("a detail has a field"))?;
        Ok(Self(field))
    }
}

struct Whole(Field, Vec<u8>);

impl FromRow for Whole {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(Gone::from_row(row)?.0, row.get("cipher")?))
    }
}

/// All details of a report in the open, for the resident who proved that they are theirs: no person of the office sees them,
/// so it is not an access.
///
/// # Errors
/// `internal` when one cannot be decrypted.
pub async fn for_their_owner_unscoped(db: &mut Conn, app: &App, report: Id<Report>) -> Result<Vec<(Field, String)>> {
    let rows: Vec<Whole> =
        db.all(sql!("SELECT field, cipher FROM contacts WHERE report = $1 ORDER BY field", report)).await?;
    rows.into_iter().map(|Whole(field, cipher)| Ok((field, app.keys.open(&context(report, field), &cipher)?))).collect()
}
