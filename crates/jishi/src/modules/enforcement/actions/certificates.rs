//! Certificates, kept by those who give posts.

use db::Tx;
use kernel::{Code, Day, Error, Id, Names, Result};
use serde_json::json;

use crate::{
    modules::{
        SharedApp,
        enforcement::{model::Certificate, store},
        people,
    },
    platform::{
        access::{Actor, Permission, Person},
        idempotency::{self, Key},
        live::Topic,
        trail::{self, By, Entry},
    },
};

/// A certificate as it shall be.
#[derive(Clone, Debug)]
pub struct CertificateDraft {
    /// Its number.
    pub number: String,
    /// The first day it is valid.
    pub valid_from: Day,
    /// The last day it is valid.
    pub valid_until: Day,
    /// The version that was seen; 0 for the first.
    pub version: i64,
}

fn checked(draft: CertificateDraft) -> Result<CertificateDraft> {
    let number = draft.number.trim().to_owned();
    let mut mistakes = Vec::new();
    if number.is_empty() {
        mistakes.push(Error::field("number", Code::Required));
    } else if number.chars().count() > 40 {
        mistakes.push(Error::field("number", Code::TooLong).with("max", 40));
    }
    if draft.valid_until < draft.valid_from {
        let expected = Names::new("不早于起始日期的日期", "a day not before the first");
        mistakes.push(Error::field("valid_until", Code::BadFormat).with("expected", expected));
    }
    match mistakes.into_iter().reduce(Error::and) {
        Some(error) => Err(error),
        None => Ok(CertificateDraft { number, ..draft }),
    }
}

/// Enters or corrects someone's certificate. What stood on it before keeps its number.
///
/// # Errors
/// Field errors; `duplicate` on `number`; `not_found` outside the actor's places; `record_changed`.
pub async fn certify(
    app: &SharedApp,
    actor: &Actor,
    person: Id<Person>,
    draft: CertificateDraft,
    key: Key,
) -> Result<()> {
    let scope = actor.require(Permission::EnforcementCertify)?;
    let draft = checked(draft)?;
    let (now, today) = (app.now(), app.today());
    let by = By::actor(actor, actor.acting(Permission::EnforcementCertify, None, None));
    let write = async move |mut tx: Tx| {
        let reach = people::reach_unscoped(&mut tx, &[person], today).await?.pop();
        let region = reach.map(|reach| reach.region).filter(|region| scope.covers(region));
        let region = region.ok_or_else(|| Error::new(Code::NotFound))?;
        if idempotency::claim(&mut tx, &key, &person.to_string(), now).await?.is_some() {
            return Ok(());
        }
        let CertificateDraft { number, valid_from, valid_until, version } = draft;
        let new = Certificate { person, number, valid_from, valid_until, version };
        if !store::put_certificate(&mut tx, &new, version).await? {
            return Err(Error::new(Code::RecordChanged));
        }
        let (kind, object_id) = ("person.certified", person.to_string());
        let params = json!({"valid_from": new.valid_from, "valid_until": new.valid_until});
        trail::record(&mut tx, now, &by, Entry { kind, object_kind: "person", object_id, place: Some(&region), params })
            .await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(())
}

/// Enters a certificate for the demonstration, through no one's hands.
///
/// # Errors
/// `internal` when the database fails.
pub async fn certify_unscoped(
    app: &SharedApp,
    person: Id<Person>,
    (number, valid_from, valid_until): (&str, Day, Day),
) -> Result<()> {
    let new = Certificate { person, number: number.to_owned(), valid_from, valid_until, version: 0 };
    app.db.write(async move |mut tx: Tx| store::put_certificate(&mut tx, &new, 0).await.map(|_| ())).await
}
