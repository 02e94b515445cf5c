//! What everyone may read: what is delegated, and what was decided.

use db::Conn;
use kernel::{Cursor, Day, Level, Listing, Names, Page, RegionCode, Result};
use serde::Serialize;

use crate::modules::{
    App,
    enforcement::{
        items::{Class, DelegatedItem, Remedy},
        model::Penalty,
        store::{self, PublicFilter, PublicPenalty},
    },
    people,
    regions::{self, RegionRef},
};

/// A class with its items.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = DelegatedItemsOfClass)]
pub(in super::super) struct ClassView {
    /// The class.
    #[serde(flatten)]
    class: Class,
    /// Its items.
    items: Vec<DelegatedItem>,
}

/// 执法事项公示 (行政处罚法 §39)
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = DelegatedItems)]
pub(in super::super) struct PublicItems {
    /// The place asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<RegionRef>,
    /// 实施机关: who enforces there; no persons.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<Names>,
    /// Its office telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    /// 救济与缴款: whom a party turns to against a decision, and where it pays.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<Remedy>,
    /// How many items there are.
    count: i64,
    /// By class, in the order of the catalogue.
    classes: Vec<ClassView>,
}

/// What is delegated to a place today.
pub(in super::super) async fn public_items(db: &mut Conn, app: &App, place: &RegionCode) -> Result<PublicItems> {
    let today = app.today();
    let classes: Vec<ClassView> = app
        .enforcement
        .items()
        .of(place, today)
        .into_iter()
        .map(|(class, items)| ClassView { class, items: items.iter().map(|item| DelegatedItem::clone(item)).collect() })
        .collect();
    let unit = people::find_unit_unscoped(db, "enforcement", Level::Township, place, today).await?;
    let record = match &unit {
        Some(unit) => people::unit_record_unscoped(db, unit.id).await?,
        None => None,
    };
    let count = classes.iter().map(|class| class.items.len()).sum::<usize>();
    Ok(PublicItems {
        place: regions::refs_unscoped(db, [place]).await?.remove(place),
        unit: unit.map(|unit| unit.names),
        phone: record.and_then(|record| record.phone),
        remedy: app.enforcement.items().remedy(place).cloned(),
        count: i64::try_from(count).unwrap_or(i64::MAX),
        classes,
    })
}

/// 处罚决定公示
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = PublicDecision)]
pub(in super::super) struct PublicRow {
    /// Under which key it is found.
    key: String,
    /// The decision's number.
    number: String,
    /// The township.
    #[serde(skip_serializing_if = "Option::is_none")]
    township: Option<RegionRef>,
    /// Whether it was withdrawn.
    is_withdrawn: bool,
    /// The organisation; a person is never named.
    #[serde(skip_serializing_if = "Option::is_none")]
    party: Option<String>,
    /// The item.
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<Names>,
    /// What was broken, and by what it is punished.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<String>,
    /// What was imposed.
    penalties: Vec<Penalty>,
    /// The fine in fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    fine_fen: Option<i64>,
    /// What is told of the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    /// The day of the decision.
    decided_on: Day,
    /// The day it was published or withdrawn.
    changed_on: Day,
    /// Why it was withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// A page of them.
pub(in super::super) type PublicListing = Listing<PublicRow>;

async fn rows(db: &mut Conn, found: Vec<PublicPenalty>) -> Result<Vec<PublicRow>> {
    let places = regions::refs_unscoped(db, found.iter().map(|row| &row.township)).await?;
    let view = |row: PublicPenalty| PublicRow {
        key: row.key,
        number: row.number,
        township: places.get(&row.township).cloned(),
        is_withdrawn: row.reason.is_some(),
        party: row.party,
        item: row.item,
        basis: row.basis,
        penalties: row.penalties,
        fine_fen: row.fine_fen.filter(|fen| *fen > 0),
        summary: row.summary,
        decided_on: row.decided_on,
        changed_on: row.changed_on,
        reason: row.reason,
    };
    Ok(found.into_iter().map(view).collect())
}

/// A page of what is public.
pub(in super::super) async fn public_listing(
    db: &mut Conn,
    filter: &PublicFilter,
    page: &Page,
) -> Result<PublicListing> {
    let found = store::public_page(db, filter, page).await?;
    let count = store::public_count(db, filter).await?;
    let rows = rows(db, found).await?;
    Ok(Listing::new(rows, page, count, |row| Cursor::pack(&(row.changed_on, &row.key))))
}

/// One of them.
pub(in super::super) async fn public_row(db: &mut Conn, key: &str) -> Result<PublicRow> {
    let found = store::public_one(db, key).await?;
    let row = rows(db, vec![found]).await?.pop();
    row.ok_or_else(|| kernel::Error::internal("a decision in is a row out"))
}
