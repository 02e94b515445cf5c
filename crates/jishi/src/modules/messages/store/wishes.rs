//! What people and units wish to be told.

use std::collections::HashMap;

use db::{Conn, FromRow, Row, Tx, sql};
use jiff::civil::Time;
use kernel::{Error, Id, Result};
use uuid::Uuid;

use crate::modules::messages::model::{Owner, Wishes};

impl Owner {
    fn parts(self) -> (&'static str, Uuid) {
        match self {
            Self::Person(id) => ("person", id.uuid()),
            Self::Unit(id) => ("unit", id.uuid()),
        }
    }
}

struct Owned(Owner, Wishes);

impl FromRow for Owned {
    fn from_row(row: &Row) -> Result<Self> {
        let kind: String = row.get("owner_kind")?;
        let owner = match kind.as_str() {
            "person" => Owner::Person(row.get("owner")?),
            "unit" => Owner::Unit(row.get("owner")?),
            other => return Err(Error::internal(format!("wishes of a {other}"))),
        };
        Ok(Self(owner, Wishes::from_row(row)?))
    }
}

/// The wishes of some: the caller asks for people and units it may write to, or who ask for their own.
pub async fn wishes_unscoped(db: &mut Conn, owners: &[Owner]) -> Result<HashMap<Owner, Wishes>> {
    if owners.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = sql!(
        "SELECT owner, owner_kind, sms, mail, address, quiet_from, quiet_until, digest_at, version
         FROM message_wishes
         WHERE owner"
    );
    let rows: Vec<Owned> = db.all(sql.push_list(" IN", owners.iter().map(|owner| owner.parts().1))).await?;
    Ok(rows.into_iter().map(|Owned(owner, wishes)| (owner, wishes)).collect())
}

struct Marked(Owner);

impl FromRow for Marked {
    fn from_row(row: &Row) -> Result<Self> {
        let id: Uuid = row.get("owner")?;
        let kind: String = row.get("owner_kind")?;
        Ok(Self(match kind.as_str() {
            "person" => Owner::Person(Id::from_uuid(id)),
            _ => Owner::Unit(Id::from_uuid(id)),
        }))
    }
}

/// Whoever may have a digest coming: who wished one, and units with a group robot, which have one unless they said no.
pub async fn digest_owners_unscoped(db: &mut Conn) -> Result<Vec<Owner>> {
    let rows: Vec<Marked> = db
        .all(sql!(
            "SELECT owner, owner_kind FROM message_wishes WHERE digest_at IS NOT NULL
             UNION
             SELECT unit AS owner, 'unit' AS owner_kind FROM gateways WHERE unit IS NOT NULL AND is_on
             ORDER BY owner"
        ))
        .await?;
    Ok(rows.into_iter().map(|Marked(owner)| owner).collect())
}

/// Writes wishes over the version that was seen; false when there is another by now.
pub async fn put_wishes(tx: &mut Tx, owner: Owner, wishes: &Wishes) -> Result<bool> {
    let (kind, id) = owner.parts();
    let time = |time: Time| time.strftime("%H:%M").to_string();
    let written = tx
        .execute(sql!(
            "INSERT INTO message_wishes (owner, owner_kind, sms, mail, address, quiet_from, quiet_until, digest_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9 + 1)
             ON CONFLICT (owner) DO UPDATE
             SET sms = excluded.sms, mail = excluded.mail, address = excluded.address,
                 quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until,
                 digest_at = excluded.digest_at, version = excluded.version
             WHERE message_wishes.version = $9",
            id,
            kind,
            wishes.sms.as_str(),
            wishes.mail.as_str(),
            wishes.address.as_ref(),
            time(wishes.quiet_from),
            time(wishes.quiet_until),
            wishes.digest_at.map(time),
            wishes.version,
        ))
        .await?;
    Ok(written == 1)
}
