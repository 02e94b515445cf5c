//! What a page shows of items: rows with the names of places and units, and everything about one.

use std::collections::HashMap;

use db::Conn;
use kernel::{Day, Id, Instant, Listing, Names, Page, RegionCode, Result};
use serde::Serialize;

use super::{
    listing::ItemFilter,
    model::{FactRow, Item, ItemKind, ItemRef, Seen},
    rules,
    shelf::Kinds,
    store,
};
use crate::{
    modules::{
        App,
        matters::MatterRef,
        people::{self, PersonRef, UnitRef},
        regions::{self, Place, PlaceSource, RegionRef, Whereabouts},
    },
    platform::{
        access::{Actor, Permission, Scope, Unit},
        import::Writer,
    },
};

/// Entries of a history shown at once.
const HISTORY: i64 = 200;

/// An item as a list shows it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = RegisterItem)]
pub struct ItemRow {
    /// What it is.
    #[serde(flatten)]
    pub item: ItemRef,
    /// Where it is.
    pub place: Place,
    /// 权属单位
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<UnitRef>,
    /// Since when it is there.
    pub begins_on: Day,
    /// The first day it is there no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<Day>,
    /// The oldest day a fact in force is of; none where nothing is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Day>,
    /// Whether one of its facts has grown old.
    pub is_stale: bool,
    /// When it was last looked at, and how it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
    /// Counts every change.
    pub version: i64,
}

/// A field of an item with the fact in force.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = RegisterFact)]
pub struct FactView {
    /// Which field.
    pub field: String,
    /// Its names.
    pub names: Names,
    /// Its value as it is kept; none where it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Its value in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<Names>,
    /// Where it is known from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The day it was true of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Day>,
    /// Whether it has grown old.
    pub is_stale: bool,
}

/// An entry of an item's history.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = RegisterEntry)]
pub struct EntryView {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<FactRow>,
    /// The field's names.
    pub names: Names,
    /// Its value in words.
    pub said: Names,
    /// Where it is known from.
    pub source: String,
    /// The day it was true of.
    pub as_of: Day,
    /// Who entered it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonRef>,
    /// When.
    pub at: Instant,
    /// Whether it is in force.
    pub is_in_force: bool,
}

/// Everything about an item.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = RegisterDetail)]
pub struct ItemDetail {
    /// As in the list.
    #[serde(flatten)]
    pub row: ItemRow,
    /// What is known of it, in the order of its kind.
    pub facts: Vec<FactView>,
    /// What was ever said of it, the newest first.
    pub history: Vec<EntryView>,
    /// After how many days a fact of its kind has grown old.
    pub fresh_for: i64,
    /// The matters it is mostly reported for.
    pub matters: Vec<MatterRef>,
    /// Whether things of its kind carry signs.
    pub is_public: bool,
    /// The code on its sign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign: Option<String>,
    /// Whether the reader may change and end it.
    pub may_edit: bool,
    /// Whether the reader may enter facts.
    pub may_note: bool,
}

/// What the public learns at a sign.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SignView {
    /// The code on it.
    pub code: String,
    /// What stands on it.
    pub label: Names,
    /// The place it is in.
    pub region: RegionRef,
    /// Longitude, WGS-84 degrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lon: Option<f64>,
    /// Latitude, WGS-84 degrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    /// The matters the thing is mostly reported for; none for a sign of a place.
    pub matters: Vec<MatterRef>,
    /// Whether it hangs on a thing of the register.
    pub is_item: bool,
}

/// An item in words: "路灯 YX-012 英雄南路路灯".
pub fn label(item: &ItemRef) -> Names {
    let number = item.number.as_ref().map(|number| format!(" {number}")).unwrap_or_default();
    let said = |kind: &str| format!("{kind}{number} {}", item.name);
    Names::new(said(item.kind_names.zh()), said(item.kind_names.en().unwrap_or(item.kind_names.zh())))
}

/// Names of everything some items refer to, read in two statements whatever their number.
pub struct Referred {
    regions: HashMap<RegionCode, RegionRef>,
    units: HashMap<Id<Unit>, UnitRef>,
}

impl Referred {
    /// Reads them.
    ///
    /// # Errors
    /// `internal` when the database fails.
    pub async fn read(db: &mut Conn, items: &[Item]) -> Result<Self> {
        let places: Vec<RegionCode> = items.iter().flat_map(|item| regions::ancestry(&item.place)).collect();
        let units: Vec<Id<Unit>> = items.iter().filter_map(|item| item.owner).collect();
        Ok(Self {
            regions: regions::refs_unscoped(db, &places).await?,
            units: people::units_unscoped(db, &units).await?,
        })
    }

    /// An item as a list shows it.
    pub fn row(&self, kinds: &Kinds, item: &Item, today: Day) -> ItemRow {
        let (lon, lat) = item.point.unzip();
        let at = Whereabouts {
            region: Some(item.place.clone()),
            text: item.place_text.clone(),
            lon,
            lat,
            source: PlaceSource::Staff,
            is_guess: false,
        };
        ItemRow {
            item: kinds.named(item),
            place: regions::named(&self.regions, at),
            owner: item.owner.and_then(|owner| self.units.get(&owner).cloned()),
            begins_on: item.begins_on,
            ends_on: item.ends_on,
            as_of: item.facts.values().map(|fact| fact.as_of).min(),
            is_stale: item.ends_on.is_none() && item.stale_on.is_some_and(|day| day <= today),
            seen: item.seen,
            version: item.version,
        }
    }
}

/// Rows for a list.
///
/// # Errors
/// `internal` when the database fails.
pub async fn rows(db: &mut Conn, app: &App, items: &[Item]) -> Result<Vec<ItemRow>> {
    let (names, kinds, today) = (Referred::read(db, items).await?, app.register.kinds(), app.today());
    Ok(items.iter().map(|item| names.row(&kinds, item, today)).collect())
}

/// A page of the list.
///
/// # Errors
/// `bad_cursor`, or `internal` when the database fails.
pub async fn listing(
    db: &mut Conn,
    app: &App,
    scope: &Scope,
    filter: &ItemFilter,
    page: &Page,
) -> Result<Listing<ItemRow>> {
    let Listing { rows: items, next, count, count_capped } = store::list(db, scope, filter, page).await?;
    Ok(Listing { rows: rows(db, app, &items).await?, next, count, count_capped })
}

/// Everything about an item that is the reader's to see.
///
/// # Errors
/// `internal` when the database fails.
pub async fn detail(db: &mut Conn, app: &App, actor: &Actor, item: &Item) -> Result<ItemDetail> {
    let (kinds, today) = (app.register.kinds(), app.today());
    let kind = kinds.kind(&item.kind).map(|kind| ItemKind::clone(kind));
    let history = store::facts_of(db, item.id, HISTORY).await?;
    let persons: Vec<_> = history.iter().filter_map(|row| row.person).collect();
    let persons = people::people_unscoped(db, &persons).await?;
    let row = rows(db, app, std::slice::from_ref(item)).await?.pop();
    let row = row.ok_or_else(|| kernel::Error::internal("an item in is a row out"))?;
    let entry = |(index, row): (usize, &FactRow)| EntryView {
        id: row.id,
        names: field_names(kind.as_ref(), &row.field),
        said: said(kind.as_ref(), &row.field, &row.value),
        source: row.source.clone(),
        as_of: row.as_of,
        by: row.person.and_then(|person| persons.get(&person).cloned()),
        at: row.at,
        is_in_force: rules::is_in_force(&item.facts, row, history.get(..index).unwrap_or_default()),
    };
    let may = |permission| is_theirs(actor, permission, item);
    Ok(ItemDetail {
        row,
        facts: facts(kind.as_ref(), item, today),
        history: history.iter().enumerate().map(entry).collect(),
        fresh_for: kind.as_ref().map_or(0, |kind| kind.fresh_for),
        matters: kind.as_ref().map(|kind| matters(app, kind, &item.place)).unwrap_or_default(),
        is_public: kind.as_ref().is_some_and(|kind| kind.is_public),
        sign: item.sign.clone(),
        may_edit: may(Permission::RegisterEdit),
        may_note: may(Permission::RegisterNote) && item.ends_on.is_none() && kind.is_some(),
    })
}

fn is_theirs(actor: &Actor, permission: Permission, item: &Item) -> bool {
    let own = |scope: Scope| scope.covers(&item.place) || item.owner.is_some_and(|owner| scope.units.contains(&owner));
    Writer::staff(actor, permission).ok().and_then(|writer| writer.scope).is_some_and(own)
}

fn field_names(kind: Option<&ItemKind>, code: &str) -> Names {
    kind.and_then(|kind| kind.field(code)).map_or_else(|| Names::zh_only(code), |field| field.names.clone())
}

fn said(kind: Option<&ItemKind>, code: &str, value: &str) -> Names {
    kind.and_then(|kind| kind.field(code)).map_or_else(|| Names::zh_only(value), |field| rules::said(field, value))
}

/// What is known, in the order of the kind; behind it what the kind asks for no more.
fn facts(kind: Option<&ItemKind>, item: &Item, today: Day) -> Vec<FactView> {
    let known = kind.map(|kind| kind.fields.iter().map(|field| field.code.as_str()).collect()).unwrap_or_default();
    let known: Vec<&str> = known;
    let former = item.facts.keys().map(String::as_str).filter(|code| !known.contains(code));
    let view = |code: &str| {
        let fact = item.facts.get(code);
        FactView {
            field: code.to_owned(),
            names: field_names(kind, code),
            value: fact.map(|fact| fact.value.clone()),
            said: fact.map(|fact| said(kind, code, &fact.value)),
            source: fact.map(|fact| fact.source.clone()),
            as_of: fact.map(|fact| fact.as_of),
            is_stale: fact.zip(kind).is_some_and(|(fact, kind)| rules::is_stale(kind, fact.as_of, today)),
        }
    };
    known.iter().copied().chain(former).map(view).collect()
}

/// The matters a kind is mostly reported for, as far as they are in force for a place.
pub fn matters(app: &App, kind: &ItemKind, place: &RegionCode) -> Vec<MatterRef> {
    let catalogue = app.matters.catalogue();
    let found = |code: &String| {
        let (matter, _) = catalogue.matter(code, place)?;
        Some(MatterRef { code: matter.code.clone(), names: matter.names.clone() })
    };
    kind.matters.iter().filter_map(found).collect()
}
