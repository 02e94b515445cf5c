//! What pages show of the township's enforcement.

mod cases;
mod checks;
mod export;
mod public;
mod today;

use std::collections::HashMap;

use db::Conn;
use kernel::{Id, Names, RegionCode, Result};
use serde::Serialize;

pub use self::today::Waiting;
pub(super) use self::{
    cases::{CaseDetail, CaseRow, case_detail, case_listing},
    checks::{CheckRow, check_listing, check_row},
    export::{case_columns, check_columns, write_cases, write_checks},
    public::{PublicItems, PublicListing, PublicRow, public_items, public_listing, public_row},
    today::{TodayView, today},
};
use super::model::{Certificate, Officers};
use crate::{
    modules::{
        people::{self, PersonRef},
        regions::{self, Place, PlaceSource, Whereabouts},
    },
    platform::access::Person,
};

/// An officer on a record.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = EnforcementOfficerRef)]
pub(super) struct OfficerView {
    /// Who.
    #[serde(flatten)]
    person: PersonRef,
    /// The number of their certificate on that day.
    certificate: String,
}

fn officers(officers: &Officers, people: &HashMap<Id<Person>, PersonRef>) -> Vec<OfficerView> {
    let view = |officer: &super::model::Officer| {
        let person = people.get(&officer.person).cloned();
        let person = person.unwrap_or_else(|| PersonRef { id: officer.person, name: String::new() });
        OfficerView { person, certificate: officer.certificate.clone() }
    };
    officers.iter().map(view).collect()
}

/// A delegated item as a record names it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = DelegatedItemRef)]
pub(super) struct ItemView {
    /// Its code.
    code: String,
    /// Its names.
    names: Names,
}

/// Another record by its number.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = EnforcementLink)]
pub(super) struct LinkView {
    /// Which.
    id: uuid::Uuid,
    /// Its number.
    number: String,
}

impl LinkView {
    /// A record of that number.
    pub(super) fn new<T>(id: Id<T>, number: String) -> Self {
        Self { id: id.uuid(), number }
    }
}

/// Someone who may enforce in a place.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = EnforcementOfficer)]
pub(super) struct CertifiedView {
    /// Who.
    #[serde(flatten)]
    person: PersonRef,
    /// Their certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<CertificateView>,
    /// Whether it is valid on the day asked for.
    is_valid: bool,
}

/// 执法证件
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = EnforcementCertificate)]
pub(super) struct CertificateView {
    /// Its number.
    number: String,
    /// The first day it is valid.
    valid_from: kernel::Day,
    /// The last day it is valid.
    valid_until: kernel::Day,
    /// Counts every change.
    version: i64,
}

impl From<Certificate> for CertificateView {
    fn from(it: Certificate) -> Self {
        let Certificate { number, valid_from, valid_until, version, .. } = it;
        Self { number, valid_from, valid_until, version }
    }
}

/// Who may enforce in a place on a day, and who holds the post without a valid certificate.
pub(super) async fn officers_at(db: &mut Conn, place: &RegionCode, day: kernel::Day) -> Result<Vec<CertifiedView>> {
    let rows = super::store::officers_at(db, place, day).await?;
    let view = |row: super::store::CertifiedRow| CertifiedView {
        is_valid: super::rules::is_certified(row.certificate.as_ref(), day),
        person: row.person,
        certificate: row.certificate.map(CertificateView::from),
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Where records are, in one look at the database.
async fn places<'p>(
    db: &mut Conn,
    of: impl IntoIterator<Item = (&'p RegionCode, &'p Option<String>)>,
) -> Result<Vec<Place>> {
    let at = |(place, text): (&RegionCode, &Option<String>)| Whereabouts {
        region: Some(place.clone()),
        text: text.clone(),
        lon: None,
        lat: None,
        source: PlaceSource::Staff,
        is_guess: false,
    };
    regions::places_of_unscoped(db, of.into_iter().map(at).collect()).await
}

/// The people of some records.
async fn people_of<'o>(
    db: &mut Conn,
    all: impl IntoIterator<Item = &'o Officers>,
) -> Result<HashMap<Id<Person>, PersonRef>> {
    let ids: Vec<Id<Person>> = all.into_iter().flatten().map(|officer| officer.person).collect();
    people::people_unscoped(db, &ids).await
}
