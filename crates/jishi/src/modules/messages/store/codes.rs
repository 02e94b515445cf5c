//! Codes that prove that somebody holds a telephone.

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{Id, Instant, Result};

/// A code that was made; the number and the code themselves are not kept.
#[derive(Clone, Debug)]
pub struct Code {
    /// Its identity.
    pub id: Id<Code>,
    /// What finds the number.
    pub phone: Vec<u8>,
    /// What the code is compared with.
    pub code: Vec<u8>,
    /// Until when it is good.
    pub expires_at: Instant,
}

impl FromRow for Code {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            phone: row.get("phone")?,
            code: row.get("code")?,
            expires_at: row.get("expires_at")?,
        })
    }
}

struct Made(Instant);

impl FromRow for Made {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("made_at")?))
    }
}

/// When codes were made for a telephone since then, the newest first.
pub async fn codes_since(db: &mut Conn, phone: &[u8], since: Instant) -> Result<Vec<Instant>> {
    let rows: Vec<Made> = db
        .all(sql!(
            "SELECT made_at FROM receipt_codes WHERE phone = $1 AND made_at >= $2 ORDER BY made_at DESC",
            phone.to_vec(),
            since,
        ))
        .await?;
    Ok(rows.into_iter().map(|Made(at)| at).collect())
}

/// Keeps a code.
pub async fn insert_code(tx: &mut Tx, code: &Code, at: Instant) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO receipt_codes (id, phone, code, made_at, expires_at, tries) VALUES ($1, $2, $3, $4, $5, 0)",
        code.id,
        code.phone.clone(),
        code.code.clone(),
        at,
        code.expires_at,
    ))
    .await?;
    Ok(())
}

/// Takes one of the tries that the newest code of a telephone has left; older codes are worth nothing once there is
/// another. Taken before it is known whether it is right, so that many at once have no more tries than one by one.
pub async fn take_try(tx: &mut Tx, phone: &[u8], now: Instant, tries: i64) -> Result<Option<Code>> {
    tx.optional(sql!(
        "UPDATE receipt_codes
         SET tries = tries + 1
         WHERE id = (SELECT c.id FROM receipt_codes c WHERE c.phone = $1 ORDER BY c.made_at DESC LIMIT 1)
           AND expires_at > $2
           AND tries < $3
         RETURNING id, phone, code, expires_at",
        phone.to_vec(),
        now,
        tries,
    ))
    .await
}

/// Gives a try back that was right.
pub async fn give_try_back(tx: &mut Tx, code: Id<Code>) -> Result<()> {
    tx.execute(sql!("UPDATE receipt_codes SET tries = tries - 1 WHERE id = $1", code)).await?;
    Ok(())
}

/// Forgets codes made before `before`.
pub async fn tidy_codes(tx: &mut Tx, before: Instant) -> Result<()> {
    tx.execute(sql!("DELETE FROM receipt_codes WHERE made_at < $1", before)).await?;
    Ok(())
}
