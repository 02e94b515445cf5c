//! 诉求人联系方式: contact details live apart, encrypted; only a mask is ever shown without a purpose.
//!
//! Opening one takes a permission (checked by whoever calls), a purpose and words; it is written down, and the resident
//! sees it with their receipt. This module never hands out a detail without writing the access in the same transaction.

mod held;

use std::collections::HashMap;

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{Code, Error, Id, Instant, Result};
use serde::{Deserialize, Serialize};

use super::App;
use crate::platform::{
    access::{Person, Role, Unit},
    keys::SealedColumn,
    trail::By,
    words::words,
};

pub use held::HELD;

/// The report a detail belongs to. Only the marker of an id: the record belongs to the cases module.
pub use super::cases::Report;

/// What sort of detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Name given in the form.
    Name,
    /// Telephone given in the form.
    Phone,
    /// Names found in the words.
    TextName,
    /// Telephone numbers found in the words.
    TextPhone,
    /// Numbers of identity documents found in the words.
    TextDocument,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Name, Self::Phone, Self::TextName, Self::TextPhone, Self::TextDocument];

    /// Its name in SQL and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Phone => "phone",
            Self::TextName => "text_name",
            Self::TextPhone => "text_phone",
            Self::TextDocument => "text_document",
        }
    }

    /// The field of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == text)
    }
}

words! {
    /// 用途: why a detail is opened; shown to the resident.
    Purpose {
        ContactResident "contact_resident" "联系群众了解情况" "To ask the resident about it";
        VerifyPlace "verify_place" "核实地点" "To check the place";
        CallBack "call_back" "回访" "To call back";
        Emergency "emergency" "紧急情况" "Emergency";
    }
}

/// After so many days at the latest it is looked whether a detail is still needed: a term that was shortened holds by then.
pub const LOOK_DAYS: i64 = 30;

/// How long an opened detail may stay on the screen, in seconds.
pub const OPEN_SECONDS: i64 = 60;

/// A detail as anyone who may see the case sees it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Mask {
    /// Which detail.
    pub field: Field,
    /// E.g. `138****5678`.
    pub mask: String,
}

impl FromRow for Mask {
    fn from_row(row: &Row) -> Result<Self> {
        let field = row.parsed("field", Field::parse)?.ok_or_else(|| Error::internal("a contact has no field"))?;
        Ok(Self { field, mask: row.get("mask")? })
    }
}

/// One opening of a detail, as it was written down. The resident is shown it without the person and their words.
#[derive(Clone, Debug)]
pub struct Access {
    /// Its identity.
    pub id: Id<Access>,
    /// Whose detail.
    pub report: Id<Report>,
    /// Which.
    pub field: Option<Field>,
    /// When.
    pub at: Instant,
    /// Who.
    pub person: Id<Person>,
    /// In which role.
    pub role: Option<Role>,
    /// For which unit.
    pub unit: Option<Id<Unit>>,
    /// Why, from the list.
    pub purpose: String,
    /// Why, in words.
    pub words: String,
}

impl FromRow for Access {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            report: row.get("report")?,
            field: row.parsed("field", Field::parse)?,
            at: row.get("at")?,
            person: row.get("person")?,
            role: row.parsed("role", Role::parse)?,
            unit: row.opt("unit")?,
            purpose: row.get("purpose")?,
            words: row.get("words")?,
        })
    }
}

/// Encrypts a detail outside the transaction: nothing slow happens inside.
#[derive(Debug)]
pub struct Sealed {
    field: Field,
    cipher: Vec<u8>,
    mask: String,
    lookup: Vec<u8>,
    look_at: Instant,
}

/// What is sealed here.
pub const SEALED: &[SealedColumn] =
    &[SealedColumn { table: "contacts", id: "report", field: Some("field"), cipher: "cipher", context: bound_to }];

fn bound_to(report: &str, field: &str) -> String {
    format!("contact {report} {field}")
}

fn context(report: Id<Report>, field: Field) -> String {
    bound_to(&report.to_string(), field.as_str())
}

/// Seals `value` for its row.
///
/// # Errors
/// `internal` when encryption fails.
pub fn seal(app: &App, report: Id<Report>, field: Field, value: &str, mask: String) -> Result<Sealed> {
    let cipher = app.keys.seal(&app.chance, &context(report, field), value)?;
    let look_at = app.now().plus_days(LOOK_DAYS);
    Ok(Sealed { field, cipher, mask, lookup: app.keys.lookup(field.as_str(), value), look_at })
}

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

struct Cipher(Vec<u8>);

impl FromRow for Cipher {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("cipher")?))
    }
}

/// What an opening is asked for.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Whose detail.
    pub report: Id<Report>,
    /// Which.
    pub field: Field,
    /// Why, from the list.
    pub purpose: Purpose,
    /// Why, in words.
    pub words: String,
    /// Who opens it.
    pub person: Id<Person>,
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

/// The reports of which it is time to look whether their details are still needed, the longest waiting first. By
/// `contacts_look`; only the platform asks.
///
/// # Errors
/// `internal` when the database fails.
pub async fn to_look_at_unscoped(db: &mut Conn, now: Instant, limit: i64) -> Result<Vec<Id<Report>>> {
    let rows: Vec<Of> = db
        .all(sql!("SELECT report FROM contacts WHERE look_at <= $1 ORDER BY look_at, report LIMIT $2", now, limit))
        .await?;
    let mut reports: Vec<Id<Report>> = rows.into_iter().map(|Of(report)| report).collect();
    // Details of one report may be due some milliseconds apart.
    reports.sort_unstable();
    reports.dedup();
    Ok(reports)
}

/// The details of a report are looked at again then.
///
/// # Errors
/// `internal` when the database fails.
pub async fn look_again(tx: &mut Tx, report: Id<Report>, at: Instant) -> Result<()> {
    tx.execute(sql!("UPDATE contacts SET look_at = $1 WHERE report = $2", at, report)).await?;
    Ok(())
}

struct Gone(Field);

impl FromRow for Gone {
    fn from_row(row: &Row) -> Result<Self> {
        let field = row.parsed("field", Field::parse)?.ok_or_else(|| Error::internal("a detail has a field"))?;
        Ok(Self(field))
    }
}

/// Erases details of a report: cipher, mask and what finds it. Returns which there were. Who opened them stays, so that the
/// resident still sees it.
///
/// # Errors
/// `internal` when the database fails.
pub async fn erase(tx: &mut Tx, report: Id<Report>, fields: &[Field]) -> Result<Vec<Field>> {
    let sql = sql!("DELETE FROM contacts WHERE report = $1 AND", report)
        .push_list(" field IN", fields.iter().map(|field| field.as_str()));
    let mut gone: Vec<Field> =
        tx.all::<Gone>(sql.push(" RETURNING field")).await?.into_iter().map(|Gone(field)| field).collect();
    gone.sort_by_key(|field| field.as_str());
    Ok(gone)
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
