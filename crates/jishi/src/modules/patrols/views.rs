//! What a page shows of patrol lists: how many things of a round were looked at, never by whom.

use db::Conn;
use kernel::{Cursor, Day, Id, Lang, Listing, Names, Page, RegionCode, Result};
use serde::Serialize;

use super::{
    model::{List, Rhythm, Tick},
    rules, store,
};
use crate::{
    modules::{
        App, SharedApp,
        cases::Case,
        regions::{self, RegionRef},
        register::{self, Item, ItemRow},
    },
    platform::{
        access::{Actor, Permission, Scope},
        book::{self, Cell, Column, Rows},
    },
};

/// Lists of a page of an export.
const TOGETHER: i64 = 100;

/// A kind by its names.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = PatrolKind)]
pub(super) struct KindView {
    /// Its code.
    code: String,
    /// Its names.
    names: Names,
}

/// The round that is on.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = PatrolRound)]
pub(super) struct RoundView {
    /// Its first day.
    starts_on: Day,
    /// The day by which it is done.
    due_on: Day,
    /// Things of the list in the reader's places.
    all: i64,
    /// How many of them were looked at.
    seen: i64,
    /// Whether the day is over and something was not looked at.
    is_late: bool,
}

/// 巡查清单
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = PatrolList)]
pub(super) struct ListView {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    id: Id<List>,
    /// What it is called.
    name: String,
    /// Where.
    region: RegionRef,
    /// What is looked at.
    kinds: Vec<KindView>,
    /// How often.
    rhythm: Rhythm,
    /// The day of a round by which it is done.
    due_in: i64,
    /// Since when there is the list.
    begins_on: Day,
    /// The first day it is no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_on: Option<Day>,
    /// The round that is on.
    round: RoundView,
    /// Whether the reader may change it.
    may_edit: bool,
    /// Whether the reader may tick.
    may_tick: bool,
    /// Counts every change.
    version: i64,
}

async fn view(db: &mut Conn, app: &App, actor: &Actor, list: &List) -> Result<ListView> {
    let scope = actor.require(Permission::CaseRead)?;
    let (kinds, today) = (app.register.kinds(), app.today());
    let round = rules::round(list.rhythm, list.due_in, today);
    let key = (list.id.uuid(), round.starts_on);
    let (all, seen) = register::due_count(db, &scope, (&list.region, &list.kinds), key).await?;
    let region = regions::refs_unscoped(db, [&list.region]).await?.remove(&list.region);
    let may = |permission| actor.require(permission).ok();
    Ok(ListView {
        id: list.id,
        name: list.name.clone(),
        region: region.ok_or_else(|| kernel::Error::internal("a list of no place"))?,
        kinds: list.kinds.iter().map(|code| KindView { code: code.clone(), names: kinds.names(code) }).collect(),
        rhythm: list.rhythm,
        due_in: list.due_in,
        begins_on: list.begins_on,
        ends_on: list.ends_on,
        round: RoundView {
            starts_on: round.starts_on,
            due_on: round.due_on,
            all,
            seen,
            is_late: list.ends_on.is_none() && seen < all && round.due_on < today,
        },
        may_edit: may(Permission::RegisterEdit).is_some_and(|scope| scope.covers(&list.region)),
        may_tick: may(Permission::RegisterNote).is_some() && list.ends_on.is_none(),
        version: list.version,
    })
}

/// One list.
pub(super) async fn one(db: &mut Conn, app: &App, actor: &Actor, id: Id<List>) -> Result<ListView> {
    let scope = actor.require(Permission::CaseRead)?;
    let list = store::get(db, &scope, id).await?;
    view(db, app, actor, &list).await
}

/// A page of lists.
pub(super) async fn listing(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    is_ended: bool,
    page: &Page,
) -> Result<Listing<ListView>> {
    let scope = actor.require(Permission::CaseRead)?;
    let (lists, count) = (store::page(db, &scope, is_ended, page).await?, store::count(db, &scope, is_ended).await?);
    let mut rows = Vec::new();
    for list in &lists {
        rows.push(view(db, app, actor, list).await?);
    }
    Ok(Listing::new(rows, page, count, |row| Cursor::pack(&(&row.name, row.id))))
}

/// 待巡查: what a list still has to be looked at in its round.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PatrolDue {
    /// The list.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<List>,
    /// What it is called.
    pub name: String,
    /// The day by which it is done.
    pub due_on: Day,
    /// Things of the reader's still to be looked at: as many as the list shows.
    pub left: i64,
    /// Whether the day is over and something was not looked at.
    pub is_late: bool,
}

/// What the lists of a place still have to be looked at. A list that reaches beyond the place is told to those only who see
/// nothing of it beyond: its figure is that of the list it opens.
///
/// # Errors
/// `internal` when the database fails.
pub async fn due_at(db: &mut Conn, app: &App, scope: &Scope, place: &RegionCode) -> Result<Vec<PatrolDue>> {
    let sees_beyond = !scope.places.iter().all(|own| place.covers(own));
    let mut due = Vec::new();
    for list in store::of_place(db, scope, place, TOGETHER).await? {
        if sees_beyond && !place.covers(&list.region) {
            continue;
        }
        let round = rules::round(list.rhythm, list.due_in, app.today());
        let key = (list.id.uuid(), round.starts_on);
        let (all, seen) = register::due_count(db, scope, (&list.region, &list.kinds), key).await?;
        let left = all - seen;
        let is_late = left > 0 && round.due_on < app.today();
        due.push(PatrolDue { id: list.id, name: list.name, due_on: round.due_on, left, is_late });
    }
    Ok(due)
}

/// The columns of the lists.
pub(super) fn columns(lang: Lang) -> Vec<Column> {
    let heads = [
        ("名称", "Name", 24),
        ("地点", "Place", 18),
        ("类别", "Kinds", 30),
        ("周期", "How often", 12),
        ("截止", "Due", 12),
        ("应看", "To look at", 10),
        ("已看", "Looked at", 10),
    ];
    book::columns(lang, heads)
}

/// Hands all lists over in batches of rows.
pub(super) async fn batches(app: SharedApp, (actor, is_ended): (Actor, bool), lang: Lang, out: Rows) -> Result<()> {
    book::by_pages(out, |page| {
        let (app, actor) = (&app, &actor);
        async move {
            let listing = listing(&mut app.db.read().await?, app, actor, is_ended, &page).await?;
            Ok((listing.rows.iter().map(|row| cells(row, lang)).collect(), listing.next))
        }
    })
    .await
}

fn cells(row: &ListView, lang: Lang) -> Vec<Cell> {
    let kinds: Vec<&str> = row.kinds.iter().map(|kind| kind.names.in_lang(lang)).collect();
    vec![
        Cell::Text(row.name.clone()),
        Cell::called(Some(&row.region.names), lang),
        Cell::Text(kinds.join("、")),
        Cell::called(Some(&row.rhythm.names()), lang),
        Cell::Day(Some(row.round.due_on)),
        Cell::Number(row.round.all),
        Cell::Number(row.round.seen),
    ]
}

/// A thing still to be looked at, or one that was.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = PatrolItem)]
pub(super) struct ItemView {
    /// The thing.
    #[serde(flatten)]
    item: ItemRow,
    /// How it was found in this round; none where it was not looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    tick: Option<TickView>,
}

/// A tick of this round.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = PatrolTick)]
pub(super) struct TickView {
    /// On which day.
    seen_on: Day,
    /// Whether nothing was wrong.
    is_well: bool,
    /// What it needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
    /// The case it became.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    case: Option<Id<Case>>,
    /// That case's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
}

impl From<Tick> for TickView {
    fn from(tick: Tick) -> Self {
        let Tick { seen_on, is_well, words, case, number, .. } = tick;
        Self { seen_on, is_well, words, case, number }
    }
}

/// The things of a list still to be looked at in this round.
pub(super) async fn waiting(
    db: &mut Conn,
    app: &App,
    scope: &Scope,
    list: &List,
    page: &Page,
) -> Result<Listing<ItemView>> {
    let key = (list.id.uuid(), rules::round(list.rhythm, list.due_in, app.today()).starts_on);
    let items = register::due_in(db, scope, (&list.region, &list.kinds), key, page).await?;
    let (all, seen) = register::due_count(db, scope, (&list.region, &list.kinds), key).await?;
    let sorts: Vec<String> = items.iter().map(register::place_in_lists).collect();
    let rows = register::rows(db, app, &items).await?;
    let rows: Vec<(String, ItemView)> =
        sorts.into_iter().zip(rows.into_iter().map(|item| ItemView { item, tick: None })).collect();
    let listing = Listing::new(rows, page, all - seen, |(sort, row)| Cursor::pack(&(sort, row.item.item.id)));
    Ok(listing.map(|(_, row)| row))
}

/// The things of a list that were looked at in this round.
pub(super) async fn seen(
    db: &mut Conn,
    app: &App,
    scope: &Scope,
    list: &List,
    page: &Page,
) -> Result<Listing<ItemView>> {
    let round = rules::round(list.rhythm, list.due_in, app.today()).starts_on;
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<Id<Item>>()).transpose()?;
    let ticks = store::ticks_of(db, (list.id, round), after, page.limit + 1).await?;
    let ids: Vec<Id<Item>> = ticks.iter().map(|tick| tick.item).collect();
    let items = register::items_of(db, scope, &ids).await?;
    let rows = register::rows(db, app, &items).await?;
    let (_, count) = register::due_count(db, scope, (&list.region, &list.kinds), (list.id.uuid(), round)).await?;
    let next = ticks.len() > usize::try_from(page.limit).unwrap_or(usize::MAX);
    let shown = ticks.into_iter().take(usize::try_from(page.limit).unwrap_or(usize::MAX));
    let mut last = None;
    let mut views = Vec::new();
    for tick in shown {
        last = Some(tick.item);
        // What is not the reader's, or has ended since, is not told.
        if let Some(row) = rows.iter().find(|row| row.item.id == tick.item) {
            views.push(ItemView { item: row.clone(), tick: Some(tick.into()) });
        }
    }
    let next = last.filter(|_| next).map(|item| Cursor::pack(&item).into_string());
    Ok(Listing { rows: views, next, count, count_capped: false })
}
