//! What a page shows of visits. What is sealed is shown to its writer, and to nobody else without an opening.

use std::collections::{HashMap, HashSet};

use db::Conn;
use kernel::{Cursor, Day, Error, Id, Instant, Lang, Listing, Page, RegionCode, Result};
use serde::Serialize;

use super::{
    actions,
    model::{Opening, Visit, VisitFilter, VisitList},
    rules, store,
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{self, Case},
        links::NeedStage,
        matters::MatterRef,
        people::{self, PersonRef, UnitRef},
        regions::{self, RegionRef},
    },
    platform::{
        access::{Actor, Permission, Scope, Unit},
        book::{self, Cell, Column, Rows},
    },
};

/// The case a need became.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct VisitCase {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    id: Id<Case>,
    /// Its number.
    number: String,
    /// Whether the reader may open it.
    may_read: bool,
}

/// A visit in a list. Who wrote it is not said there: a list is no tally of anybody.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct VisitRow {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Visit>,
    /// On which day.
    visited_on: Day,
    /// Where.
    region: RegionRef,
    /// Of which unit whoever came is.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<UnitRef>,
    /// What is needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    need: Option<String>,
    /// What matter it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    matter: Option<MatterRef>,
    /// What became of it.
    stage: NeedStage,
    /// The case it became.
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<VisitCase>,
    /// Whether the reader wrote it.
    is_mine: bool,
    /// Counts every change.
    version: i64,
}

/// An opening of what is sealed.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct VisitOpening {
    /// When.
    at: Instant,
    /// Who.
    person: PersonRef,
    /// Why.
    words: String,
}

/// 走访
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Visit)]
pub(super) struct VisitView {
    /// What a list shows of it.
    #[serde(flatten)]
    row: VisitRow,
    /// Who came: for asking back.
    writer: PersonRef,
    /// Whom, in which household; to the writer alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    whom: Option<String>,
    /// What was said; to the writer alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    said: Option<String>,
    /// Until when whom and what was said are kept; none when they are forgotten.
    #[serde(skip_serializing_if = "Option::is_none")]
    keep_until: Option<Day>,
    /// Who opened what is sealed.
    openings: Vec<VisitOpening>,
    /// Until when the reader may change it; none when they may not.
    #[serde(skip_serializing_if = "Option::is_none")]
    change_until: Option<Instant>,
    /// Whether the reader may open what is sealed, with a reason.
    may_open: bool,
    /// Whether the reader may make its need a case.
    may_report: bool,
}

async fn rows(db: &mut Conn, app: &App, actor: &Actor, visits: &[Visit]) -> Result<Vec<VisitRow>> {
    let regions = regions::refs_unscoped(db, visits.iter().map(|visit| &visit.region)).await?;
    let units: Vec<Id<Unit>> = visits.iter().filter_map(|visit| visit.unit).collect();
    let units = people::units_unscoped(db, &units).await?;
    let wanted: Vec<Id<Case>> = visits.iter().filter_map(|visit| visit.case).collect();
    // Only what the reader may see of cases opens; of the others the stage is told.
    let seen = match actor.require(Permission::CaseRead) {
        Ok(scope) => cases::seen_of(db, &scope, &wanted).await?,
        Err(_) => Vec::new(),
    };
    let seen: HashSet<Id<Case>> = seen.into_iter().map(|case| case.id).collect();
    visits.iter().map(|visit| row((&regions, &units), app, (actor, &|case| seen.contains(&case)), visit)).collect()
}

type Known<'a> = (&'a HashMap<RegionCode, RegionRef>, &'a HashMap<Id<Unit>, UnitRef>);

fn row(
    (regions, units): Known<'_>,
    app: &App,
    (actor, may_read): (&Actor, &dyn Fn(Id<Case>) -> bool),
    visit: &Visit,
) -> Result<VisitRow> {
    let region = regions.get(&visit.region).cloned().ok_or_else(|| Error::internal("a visit in no place"))?;
    let matter = visit.matter.as_deref().map(|code| app.matters.catalogue().matter_ref(code, &visit.region));
    let case = visit.case.zip(visit.number.clone());
    Ok(VisitRow {
        id: visit.id,
        visited_on: visit.visited_on,
        region,
        unit: visit.unit.and_then(|unit| units.get(&unit).cloned()),
        need: visit.need.clone(),
        matter,
        stage: visit.stage(),
        case: case.map(|(id, number)| VisitCase { id, number, may_read: may_read(id) }),
        is_mine: visit.is_by(actor.person),
        version: visit.version,
    })
}

/// The places of a list: none for one's own.
fn scope_of(actor: &Actor, list: VisitList) -> Result<Scope> {
    match list {
        VisitList::Mine => actor.require(Permission::VisitWrite).map(|_| Scope::default()),
        VisitList::Place => actor.require(Permission::VisitOpen),
    }
}

/// Whether the list may be read at all.
///
/// # Errors
/// `forbidden`.
pub(super) fn check(actor: &Actor, filter: &VisitFilter) -> Result<()> {
    scope_of(actor, filter.list).map(drop)
}

/// A page of visits.
pub(super) async fn listing(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    filter: &VisitFilter,
    page: &Page,
) -> Result<Listing<VisitRow>> {
    let scope = scope_of(actor, filter.list)?;
    let of = (&scope, actor.person);
    let (visits, count) = (store::page(db, of, filter, page).await?, store::count(db, of, filter).await?);
    let rows = rows(db, app, actor, &visits).await?;
    Ok(Listing::new(rows, page, count, |row| Cursor::pack(&(row.visited_on, row.id))))
}

/// One visit; its writer reads all of it.
pub(super) async fn one(db: &mut Conn, app: &App, actor: &Actor, id: Id<Visit>) -> Result<VisitView> {
    let visit = store::get(db, &actions::readable(actor)?, actor.person, id).await?;
    let is_mine = visit.is_by(actor.person);
    let sealed = if is_mine { store::sealed_unscoped(db, id).await? } else { None };
    let words = sealed.map(|sealed| actions::unseal(app, id, &sealed)).transpose()?;
    let openings = store::openings(db, id).await?.into_iter().map(VisitOpening::from).collect();
    let hours = app.links.get().change_hours;
    let may_change = is_mine && rules::may_change(&visit, hours, app.now()).is_ok();
    let covers = |scope: Scope| scope.covers(&visit.region);
    let row = rows(db, app, actor, std::slice::from_ref(&visit)).await?.pop();
    Ok(VisitView {
        row: row.ok_or_else(|| Error::internal("a visit that was read is gone"))?,
        writer: visit.writer.clone(),
        whom: words.as_ref().map(|words| words.whom.clone()),
        said: words.map(|words| words.said),
        keep_until: visit.keep_until,
        openings,
        change_until: may_change.then(|| rules::change_until(&visit, hours)),
        may_open: !is_mine && visit.keep_until.is_some() && actor.require(Permission::VisitOpen).is_ok_and(covers),
        may_report: visit.need.is_some()
            && visit.case.is_none()
            && actor.require(Permission::CaseEnter).is_ok_and(covers),
    })
}

impl From<Opening> for VisitOpening {
    fn from(opening: Opening) -> Self {
        let Opening { at, person, words } = opening;
        Self { at, person, words }
    }
}

/// The columns of the visits: what is not sealed, and nobody who wrote them.
pub(super) fn columns(lang: Lang) -> Vec<Column> {
    let heads = [
        ("日期", "Day", 12),
        ("地点", "Place", 18),
        ("单位", "Unit", 24),
        ("需要解决的事", "What is needed", 40),
        ("事项", "Matter", 20),
        ("办到哪一步", "How far it is", 14),
        ("工单", "Case", 22),
    ];
    book::columns(lang, heads)
}

/// Hands all visits of a list over in batches of rows.
pub(super) async fn batches(
    app: SharedApp,
    (actor, filter): (Actor, VisitFilter),
    lang: Lang,
    out: Rows,
) -> Result<()> {
    book::by_pages(out, |page| {
        let (app, actor, filter) = (&app, &actor, &filter);
        async move {
            let listing = listing(&mut app.db.read().await?, app, actor, filter, &page).await?;
            Ok((listing.rows.iter().map(|row| cells(row, lang)).collect(), listing.next))
        }
    })
    .await
}

fn cells(row: &VisitRow, lang: Lang) -> Vec<Cell> {
    vec![
        Cell::Day(Some(row.visited_on)),
        Cell::called(Some(&row.region.names), lang),
        Cell::called(row.unit.as_ref().map(|unit| &unit.names), lang),
        Cell::words(row.need.as_ref()),
        Cell::called(row.matter.as_ref().map(|matter| &matter.names), lang),
        Cell::called(Some(&row.stage.names()), lang),
        Cell::words(row.case.as_ref().map(|case| &case.number)),
    ]
}
