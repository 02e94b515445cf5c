//! What is known of a party: encrypted, with a mask; and who opened it.

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{Id, Instant, Result};

use crate::{
    modules::enforcement::model::{Case, PartyAccess, PartyField, PartyMask, PartyPurpose},
    platform::access::{Person, Role},
};

/// A detail, encrypted for its row.
#[derive(Debug)]
pub struct Sealed {
    /// Which.
    pub field: PartyField,
    /// Encrypted.
    pub cipher: Vec<u8>,
    /// What everyone with the case sees.
    pub mask: String,
}

/// Stores a detail.
pub async fn put_party(tx: &mut Tx, case: Id<Case>, sealed: &Sealed) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO enforcement_parties (case_id, field, cipher, mask) VALUES ($1, $2, $3, $4)",
        case,
        sealed.field.as_str(),
        sealed.cipher.clone(),
        &sealed.mask,
    ))
    .await?;
    Ok(())
}

/// Stores a detail in the place of what was known of it.
pub async fn set_party(tx: &mut Tx, case: Id<Case>, sealed: &Sealed) -> Result<()> {
    tx.execute(sql!("DELETE FROM enforcement_parties WHERE case_id = $1 AND field = $2", case, sealed.field.as_str(),))
        .await?;
    put_party(tx, case, sealed).await
}

/// The masks of the parties of some cases; whoever asks has the right to the cases.
pub async fn masks_of(db: &mut Conn, cases: &[Id<Case>]) -> Result<Vec<PartyMask>> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("SELECT case_id, field, mask FROM enforcement_parties WHERE case_id");
    db.all(sql.push_list(" IN", cases.iter().copied()).push(" ORDER BY case_id, field")).await
}

struct Cipher(Vec<u8>);

impl FromRow for Cipher {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("cipher")?))
    }
}

/// A detail as it is kept, for whoever writes the opening down, or for the platform itself.
pub async fn sealed_unscoped(db: &mut Conn, case: Id<Case>, field: PartyField) -> Result<Option<Vec<u8>>> {
    let found: Option<Cipher> = db
        .optional(sql!(
            "SELECT cipher FROM enforcement_parties WHERE case_id = $1 AND field = $2",
            case,
            field.as_str()
        ))
        .await?;
    Ok(found.map(|Cipher(cipher)| cipher))
}

/// Writes an opening down.
pub async fn add_access(
    tx: &mut Tx,
    (id, case, field): (Id<PartyAccess>, Id<Case>, PartyField),
    (at, person, role): (Instant, Id<Person>, Option<Role>),
    (purpose, words): (PartyPurpose, &str),
) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO enforcement_party_accesses (id, case_id, field, at, person, role, purpose, words)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        id,
        case,
        field.as_str(),
        at,
        person,
        role.map_or("", Role::as_str),
        purpose.as_str(),
        words,
    ))
    .await?;
    Ok(())
}

/// Who opened what of a case's party, the last first.
pub async fn accesses_of(db: &mut Conn, case: Id<Case>) -> Result<Vec<PartyAccess>> {
    db.all(sql!(
        "SELECT at, field, person, purpose, words
         FROM enforcement_party_accesses
         WHERE case_id = $1
         ORDER BY at DESC, id DESC
         LIMIT 100",
        case,
    ))
    .await
}
