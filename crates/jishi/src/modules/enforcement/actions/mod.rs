//! Use cases of the township's enforcement.

mod book;
mod certificates;
mod checks;
mod filing;
mod party;
mod print;
mod steps;

use db::Conn;
use kernel::{Code, Day, Error, Id, RegionCode, Result};

pub(super) use self::{
    certificates::{CertificateDraft, certify, certify_unscoped},
    checks::{NewCheck, check, strike},
    filing::{NewCase, file},
    party::{Opening, open_party, party_name},
    print::{print, remedy_of},
    steps::{Step, act, due_of},
};
pub use book::{import_packaged, refresh};
pub use party::SEALED;

use super::{
    model::{Officer, Whistle},
    rules, store,
};
use crate::{
    modules::{App, cases, register},
    platform::access::{Actor, Permission, Person, Scope},
};

/// Someone as an officer for a place on a day: with the post there and a certificate that is valid (行政处罚法 §42).
///
/// # Errors
/// `no_certificate` on `field`.
async fn officer(db: &mut Conn, place: &RegionCode, day: Day, (field, person): (&str, Id<Person>)) -> Result<Officer> {
    let there = store::officers_at(db, place, day).await?;
    let found = there.into_iter().find(|row| row.person.id == person);
    let name = match &found {
        Some(row) => row.person.name.clone(),
        None => crate::modules::people::people_unscoped(db, &[person])
            .await?
            .remove(&person)
            .map(|person| person.name)
            .ok_or_else(|| Error::field(field, Code::UnknownPerson))?,
    };
    let certificate = found.and_then(|row| row.certificate).filter(|it| rules::is_certified(Some(it), day));
    let refused = || Error::field(field, Code::NoCertificate).with("name", name).with("day", day.to_string());
    let certificate = certificate.ok_or_else(refused)?;
    Ok(Officer { person, certificate: certificate.number })
}

/// What a check or a case follows, looked up before anything is written.
#[derive(Clone, Debug, Default)]
struct Origin {
    report: Option<Id<cases::Case>>,
    whistle: Option<Id<Whistle>>,
    thing: Option<Id<register::Item>>,
}

/// Finds what a check or a case follows: the resident's case by its number, as far as the actor sees it, and the thing of
/// the register.
///
/// # Errors
/// `not_found` on `report` or `thing`; `check_elsewhere` on `report` of another township.
async fn origin(
    db: &mut Conn,
    actor: &Actor,
    scope: &Scope,
    place: &RegionCode,
    (report, whistle, thing): (Option<&str>, Option<Id<Whistle>>, Option<Id<register::Item>>),
) -> Result<Origin> {
    let mut found = Origin { report: None, whistle, thing };
    if let Some(number) = report.map(str::trim).filter(|number| !number.is_empty()) {
        let scope = actor.require(Permission::CaseRead)?;
        let case = cases::by_number(db, &scope, number).await?;
        let case = case.ok_or_else(|| Error::field("report", Code::NotFound))?;
        let township = kernel::Level::Township;
        if case.place.at(township) != place.at(township) {
            return Err(Error::field("report", Code::CheckElsewhere));
        }
        found.report = Some(case.id);
    }
    if let Some(thing) = thing {
        let item = register::act_on(db, scope, thing).await;
        item.map_err(
            |error| if error.code() == Code::NotFound { Error::field("thing", Code::NotFound) } else { error },
        )?;
    }
    Ok(found)
}

/// A place of the actor's that stands today.
///
/// # Errors
/// `not_found` or `unknown_region` on `place`.
async fn own_place(db: &mut Conn, app: &App, scope: &Scope, place: &RegionCode) -> Result<()> {
    if !scope.covers(place) {
        return Err(Error::field("place", Code::NotFound));
    }
    let standing = crate::modules::regions::standing_unscoped(db, place, app.today()).await?;
    if standing.as_ref() == Some(place) { Ok(()) } else { Err(Error::field("place", Code::UnknownRegion)) }
}

/// The township of a place.
fn township(place: &RegionCode) -> Result<RegionCode> {
    place.at(kernel::Level::Township).ok_or_else(|| Error::field("place", Code::PatrolTooWide))
}

/// `140403003-2026-J0012`: the number of a check (J) or a case (A).
async fn number(tx: &mut db::Tx, place: &RegionCode, day: Day, sort: &'static str) -> Result<String> {
    let (township, year) = (township(place)?, day.year());
    let n = store::next_number(tx, &township, year, sort).await?;
    Ok(format!("{township}-{year}-{sort}{n:04}"))
}
