//! What a page shows of links and households. Nothing here counts anybody's visits but their own, to themselves.

use std::collections::HashMap;

use db::Conn;
use kernel::{Cursor, Day, Error, Id, Lang, Listing, Page, RegionCode, Result};
use serde::Serialize;

use super::{
    model::{Household, Link, LinkKind},
    rules,
    store::{self, HouseholdFilter},
};
use crate::{
    modules::{
        App, SharedApp,
        people::{self, PersonRef, UnitRef},
        regions::{self, RegionRef},
        register::Item,
    },
    platform::{
        access::{Actor, Permission, Post, Unit},
        book::{self, Cell, Column, Rows},
    },
};

/// 包联: a cadre linked to a place, as the place sees it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Link)]
pub(super) struct LinkView {
    /// The post.
    #[schema(value_type = uuid::Uuid)]
    id: Id<Post>,
    /// Who.
    person: PersonRef,
    /// To which place.
    region: RegionRef,
    /// What that is.
    kind: LinkKind,
    /// Of which unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<UnitRef>,
    /// The telephone to reach them at: the desk's, otherwise the unit's.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    /// The telephone of the desk as it stands on the card.
    #[serde(skip_serializing_if = "Option::is_none")]
    own_phone: Option<String>,
    /// Since when.
    since: Day,
    /// The first day it is no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Day>,
    /// Whether residents read name and telephone.
    is_public: bool,
    /// The day they last came.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_on: Option<Day>,
    /// Whether the reader may write the card.
    may_edit: bool,
    /// Counts every change of the card.
    version: i64,
}

async fn views(db: &mut Conn, actor: &Actor, links: Vec<Link>) -> Result<Vec<LinkView>> {
    let regions = regions::refs_unscoped(db, links.iter().map(|link| &link.region)).await?;
    let units: Vec<Id<Unit>> = links.iter().filter_map(|link| link.unit).collect();
    let units = people::units_unscoped(db, &units).await?;
    links.into_iter().map(|link| view((&regions, &units), actor, link)).collect()
}

type Known<'a> = (&'a HashMap<RegionCode, RegionRef>, &'a HashMap<Id<Unit>, UnitRef>);

fn view((regions, units): Known<'_>, actor: &Actor, link: Link) -> Result<LinkView> {
    let region = regions.get(&link.region).cloned().ok_or_else(|| Error::internal("a link to no place"))?;
    Ok(LinkView {
        id: link.id,
        person: link.person,
        kind: rules::kind_of(&link.region),
        region,
        unit: link.unit.and_then(|unit| units.get(&unit).cloned()),
        phone: link.phone.clone().or(link.unit_phone),
        own_phone: link.phone,
        since: link.since,
        until: link.until,
        is_public: link.is_public,
        last_on: link.last_on,
        may_edit: actor.require(Permission::LinkEdit).is_ok_and(|scope| scope.covers(&link.region)),
        version: link.version,
    })
}

/// A page of links.
pub(super) async fn listing(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    region: Option<&RegionCode>,
    page: &Page,
) -> Result<Listing<LinkView>> {
    let scope = actor.require(Permission::CaseRead)?;
    let links = store::page(db, (&scope, region), app.today(), page).await?;
    let count = store::count(db, (&scope, region), app.today()).await?;
    let rows = views(db, actor, links).await?;
    Ok(Listing::new(rows, page, count, |row| Cursor::pack(&(&row.region.code, row.id))))
}

/// One link.
pub(super) async fn one(db: &mut Conn, app: &App, actor: &Actor, id: Id<Post>) -> Result<LinkView> {
    let scope = actor.require(Permission::CaseRead)?;
    let link = store::get(db, &scope, app.today(), id).await?;
    views(db, actor, vec![link]).await?.pop().ok_or_else(|| Error::internal("a link that was read is gone"))
}

/// 包户: a household linked to a cadre, by what stands at its door.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = HouseholdLink)]
pub(super) struct HouseholdView {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Household>,
    /// By which post.
    #[schema(value_type = uuid::Uuid)]
    post: Id<Post>,
    /// To whom.
    person: PersonRef,
    /// Where.
    region: RegionRef,
    /// What stands at the door.
    door: String,
    /// The place of the register it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    item: Option<Id<Item>>,
    /// Since when.
    begins_on: Day,
    /// The first day it is no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_on: Option<Day>,
    /// Counts every change.
    version: i64,
}

async fn doors(db: &mut Conn, households: Vec<Household>) -> Result<Vec<HouseholdView>> {
    let regions = regions::refs_unscoped(db, households.iter().map(|household| &household.region)).await?;
    let view = |household: Household| {
        let region = regions.get(&household.region).cloned();
        Ok(HouseholdView {
            id: household.id,
            post: household.post,
            person: household.person,
            region: region.ok_or_else(|| Error::internal("a household in no place"))?,
            door: household.door,
            item: household.item,
            begins_on: household.begins_on,
            ends_on: household.ends_on,
            version: household.version,
        })
    };
    households.into_iter().map(view).collect()
}

/// A page of households.
pub(super) async fn households(
    db: &mut Conn,
    actor: &Actor,
    filter: &HouseholdFilter,
    page: &Page,
) -> Result<Listing<HouseholdView>> {
    let scope = actor.require(Permission::LinkEdit)?;
    let found = store::household_page(db, &scope, filter, page).await?;
    let count = store::household_count(db, &scope, filter).await?;
    let rows = doors(db, found).await?;
    Ok(Listing::new(rows, page, count, |row| Cursor::pack(&row.id)))
}

/// One household.
pub(super) async fn household(db: &mut Conn, actor: &Actor, id: Id<Household>) -> Result<HouseholdView> {
    let scope = actor.require(Permission::LinkEdit)?;
    let found = store::household(db, &scope, id).await?;
    doors(db, vec![found]).await?.pop().ok_or_else(|| Error::internal("a household that was read is gone"))
}

/// My own link: how often I agreed to be in touch, and on how many days of this month I was. Nobody else is told.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = OwnLink)]
pub(super) struct OwnView {
    /// The link.
    link: LinkView,
    /// How often a month, by the rule of the place.
    times: i64,
    /// Days of this month on which I was there.
    days: i64,
    /// The households linked to me.
    households: Vec<HouseholdView>,
}

/// What is linked to the reader.
pub(super) async fn own(db: &mut Conn, app: &App, actor: &Actor) -> Result<Vec<OwnView>> {
    actor.require(Permission::VisitWrite)?;
    let today = app.today();
    let month = (Day::from(today.date().first_of_month()), today);
    let found = store::of_person(db, actor.person, today).await?;
    let all = store::households_of(db, actor.person).await?;
    let all = doors(db, all).await?;
    let mut own = Vec::new();
    for link in views(db, actor, found).await? {
        let days = store::own_days(db, actor.person, &link.region.code, month).await?;
        let times = app.links.get().times(link.kind);
        let households = all.iter().filter(|household| household.post == link.id).cloned().collect();
        own.push(OwnView { link, times, days, households });
    }
    Ok(own)
}

/// The columns of the links. How often somebody came is in none of them.
pub(super) fn columns(lang: Lang) -> Vec<Column> {
    let heads = [
        ("地点", "Place", 20),
        ("包联干部", "Linked cadre", 14),
        ("单位", "Unit", 24),
        ("办公电话", "Office telephone", 18),
        ("开始", "Since", 12),
        ("对外公开", "Public", 10),
        ("最近来过", "Last came", 12),
    ];
    book::columns(lang, heads)
}

/// Hands all links over in batches of rows.
pub(super) async fn batches(
    app: SharedApp,
    (actor, region): (Actor, Option<RegionCode>),
    lang: Lang,
    out: Rows,
) -> Result<()> {
    book::by_pages(out, |page| {
        let (app, actor, region) = (&app, &actor, &region);
        async move {
            let listing = listing(&mut app.db.read().await?, app, actor, region.as_ref(), &page).await?;
            Ok((listing.rows.iter().map(|row| cells(row, lang)).collect(), listing.next))
        }
    })
    .await
}

fn cells(row: &LinkView, lang: Lang) -> Vec<Cell> {
    let yes = if lang == Lang::Zh { "是" } else { "yes" };
    vec![
        Cell::called(Some(&row.region.names), lang),
        Cell::Text(row.person.name.clone()),
        Cell::called(row.unit.as_ref().map(|unit| &unit.names), lang),
        Cell::words(row.phone.as_ref()),
        Cell::Day(Some(row.since)),
        Cell::Text(if row.is_public { yes.to_owned() } else { String::new() }),
        Cell::Day(row.last_on),
    ]
}
