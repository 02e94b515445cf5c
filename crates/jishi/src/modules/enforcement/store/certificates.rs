//! Certificates, and who may enforce in a place.

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{Day, Id, RegionCode, Result};

use crate::{
    modules::{enforcement::model::Certificate, people::PersonRef, regions},
    platform::access::{Person, Role},
};

/// Someone's certificate; who may enforce is for everyone to know (行政处罚法 §39).
pub async fn certificate_unscoped(db: &mut Conn, person: Id<Person>) -> Result<Option<Certificate>> {
    db.optional(sql!(
        "SELECT person, number, valid_from, valid_until, version FROM enforcement_certificates WHERE person = $1",
        person,
    ))
    .await
}

/// Writes a certificate over the version that was seen, 0 for the first; false when it has another by now or the number is
/// another's.
pub async fn put_certificate(tx: &mut Tx, new: &Certificate, seen: i64) -> Result<bool> {
    let taken: Option<super::Number> = tx
        .optional(sql!(
            "SELECT CAST(1 AS BIGINT) AS n FROM enforcement_certificates WHERE number = $1 AND person <> $2",
            &new.number,
            new.person,
        ))
        .await?;
    if taken.is_some() {
        return Err(kernel::Error::field("number", kernel::Code::Duplicate).with("value", new.number.as_str()));
    }
    if seen == 0 {
        let inserted = tx
            .execute(sql!(
                "INSERT INTO enforcement_certificates (person, number, valid_from, valid_until, version)
                 VALUES ($1, $2, $3, $4, 1)
                 ON CONFLICT DO NOTHING",
                new.person,
                &new.number,
                new.valid_from,
                new.valid_until,
            ))
            .await?;
        return Ok(inserted == 1);
    }
    let updated = tx
        .execute(sql!(
            "UPDATE enforcement_certificates
             SET number = $2, valid_from = $3, valid_until = $4, version = version + 1
             WHERE person = $1
               AND version = $5",
            new.person,
            &new.number,
            new.valid_from,
            new.valid_until,
            seen,
        ))
        .await?;
    Ok(updated == 1)
}

/// An officer with the certificate, if there is one.
#[derive(Clone, Debug)]
pub struct CertifiedRow {
    /// Who.
    pub person: PersonRef,
    /// Their certificate.
    pub certificate: Option<Certificate>,
}

impl FromRow for CertifiedRow {
    fn from_row(row: &Row) -> Result<Self> {
        let person = PersonRef { id: row.get("id")?, name: row.get("name")? };
        let certificate = match row.opt("number")? {
            Some(number) => Some(Certificate {
                person: person.id,
                number,
                valid_from: row.get("valid_from")?,
                valid_until: row.get("valid_until")?,
                version: row.get("version")?,
            }),
            None => None,
        };
        Ok(Self { person, certificate })
    }
}

/// Who holds the post of an officer for a place on a day: at the place or above it, by name.
pub async fn officers_at(db: &mut Conn, place: &RegionCode, day: Day) -> Result<Vec<CertifiedRow>> {
    let sql = sql!(
        "SELECT DISTINCT p.id, p.name, c.number, c.valid_from, c.valid_until, c.version
         FROM posts o
         JOIN people p ON p.id = o.person
         LEFT JOIN enforcement_certificates c ON c.person = p.id
         WHERE o.role = $1
           AND o.valid_from <= $2
           AND (o.valid_until IS NULL OR o.valid_until > $2)
           AND (p.valid_until IS NULL OR p.valid_until > $2)",
        Role::EnforcementOfficer.as_str(),
        day,
    );
    let sql = sql.push_list(" AND o.region IN", regions::ancestry(place));
    db.all(sql.push(" ORDER BY p.name, p.id LIMIT 200")).await
}
