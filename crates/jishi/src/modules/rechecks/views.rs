//! What a page shows of re-checks: units by name, persons only to those who look at their own list or decide.

use std::collections::HashMap;

use db::Conn;
use kernel::{Code, Cursor, Day, Error, Id, Instant, Lang, Listing, Page, RegionCode, Result};
use serde::Serialize;

use super::{
    model::{Draw, Recheck, RecheckFilter, RecheckFinding, RecheckState, Side},
    rules, store,
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{self, Case, CaseRow, ClosedHow, Outcome},
        people::{self, UnitRef},
        photos::{self, Photo},
        regions::{self, RegionRef},
    },
    platform::{
        access::{Actor, Permission, Unit},
        book::{self, Cell, Column, Rows},
    },
};

/// 复核, as a list shows it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = RecheckRow)]
pub(super) struct RowView {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    id: Id<Recheck>,
    /// The case, as far as whoever looks has to know it.
    case: CaseRow,
    /// The unit that did it.
    unit: Option<UnitRef>,
    /// The unit that looks.
    checker: Option<UnitRef>,
    /// How it was closed.
    closed_how: ClosedHow,
    /// When.
    closed_at: Instant,
    /// By when it is looked at.
    due_at: Instant,
    /// Whether that is over and nobody looked.
    is_late: bool,
    /// How far it is.
    state: RecheckState,
    /// What was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    finding: Option<RecheckFinding>,
    /// 说明期限: until when the unit may answer what was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer_due: Option<Instant>,
    /// Counts every change.
    version: i64,
}

/// A re-check with what was said.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = RecheckDetail)]
pub(super) struct DetailView {
    /// As in the list.
    #[serde(flatten)]
    row: RowView,
    /// What the unit claims, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<String>,
    /// And in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
    /// What was found, in the checker's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
    /// What was photographed.
    photos: Vec<Photo>,
    /// When it was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    found_at: Option<Instant>,
    /// What the unit says.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    /// When it said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_at: Option<Instant>,
    /// Why the county decided so.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<String>,
    /// When it decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_at: Option<Instant>,
    /// Whether the reader may write down a finding.
    may_find: bool,
    /// Whether the reader may answer for the unit.
    may_answer: bool,
    /// Whether the reader may decide.
    may_decide: bool,
    /// Whether the unit said honestly that it cannot be solved: then there is nothing false.
    is_honest: bool,
}

/// The sides on which a reader stands.
pub(super) fn sides(actor: &Actor) -> Vec<Side> {
    let units = |permission| actor.require(permission).map(|scope| scope.units).unwrap_or_default();
    let places = actor.require(Permission::RecheckDecide).map(|scope| scope.places).unwrap_or_default();
    vec![Side::Places(places), Side::Checkers(units(Permission::RecheckDo)), Side::Units(units(Permission::CaseHandle))]
}

async fn rows(db: &mut Conn, app: &App, found: &[Recheck]) -> Result<Vec<RowView>> {
    let ids: Vec<Id<Case>> = found.iter().map(|it| it.case).collect();
    let all = cases::some_unscoped(db, &ids).await?;
    let case_rows = cases::rows(db, app, &all).await?;
    let by_case: HashMap<Id<Case>, CaseRow> = case_rows.into_iter().map(|row| (row.id, row)).collect();
    let units: Vec<Id<Unit>> = found.iter().flat_map(|it| [it.unit, it.checker]).collect();
    let units = people::units_unscoped(db, &units).await?;
    let row = |it: &Recheck| {
        // Whoever looks at the work of others needs no name of who did it.
        let case = CaseRow { handler: None, ..by_case.get(&it.case)?.clone() };
        Some(RowView {
            id: it.id,
            case,
            unit: units.get(&it.unit).cloned(),
            checker: units.get(&it.checker).cloned(),
            closed_how: it.closed_how,
            closed_at: it.closed_at,
            due_at: it.due_at,
            is_late: it.state == RecheckState::Waiting && it.due_at < app.now(),
            state: it.state,
            finding: it.finding,
            answer_due: it.answer_due,
            version: it.version,
        })
    };
    Ok(found.iter().filter_map(row).collect())
}

/// A page of re-checks.
pub(super) async fn listing(db: &mut Conn, app: &App, filter: &RecheckFilter, page: &Page) -> Result<Listing<RowView>> {
    let (found, count) = (store::page(db, filter, page).await?, store::count(db, filter).await?);
    let key = |row: &RowView| Cursor::pack(&(row.due_at.millis(), row.id));
    Ok(Listing::new(rows(db, app, &found).await?, page, count, key))
}

/// One re-check, for whoever stands on one of its sides.
///
/// # Errors
/// `not_found` for everybody else.
pub(super) async fn detail(db: &mut Conn, app: &App, actor: &Actor, id: Id<Recheck>) -> Result<DetailView> {
    let sides = sides(actor);
    let it = store::get(db, &sides, id).await?;
    let case = cases::some_unscoped(db, &[it.case]).await?.pop().ok_or_else(|| Error::new(Code::NotFound))?;
    let row = rows(db, app, std::slice::from_ref(&it)).await?.pop().ok_or_else(|| Error::new(Code::NotFound))?;
    let stands = |side: &Side| match side {
        Side::Places(places) => places.iter().any(|place| place.covers(&it.place)),
        Side::Checkers(units) => units.contains(&it.checker),
        Side::Units(units) => units.contains(&it.unit),
    };
    let may = |at: usize, rule: Result<()>| sides.get(at).is_some_and(stands) && rule.is_ok();
    let outcome = case.result_outcome;
    Ok(DetailView {
        row,
        result: cases::result_words(db, &case).await?,
        outcome,
        photos: photos::links(db, app, &it.photos).await?,
        may_find: may(1, rules::may_find(&it)),
        may_answer: may(2, rules::may_answer(&it, app.now())),
        may_decide: may(0, rules::may_decide(&it, outcome, false, app.now())),
        is_honest: outcome == Some(Outcome::Cannot),
        words: it.words,
        found_at: it.found_at,
        answer: it.answer,
        answered_at: it.answered_at,
        decision: it.decision,
        decided_at: it.decided_at,
    })
}

/// What was found of one unit's work. In the order of names: it is no ranking.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = RecheckUnit)]
pub(super) struct UnitView {
    /// The unit.
    unit: UnitRef,
    /// How many of its cases were drawn: the n of what follows.
    drawn: i64,
    /// How many were looked at.
    checked: i64,
    /// As claimed.
    as_claimed: i64,
    /// Partly as claimed.
    partly: i64,
    /// Not as claimed.
    not_as_claimed: i64,
    /// False results.
    false_results: i64,
}

/// The units of some places, each with its counts.
pub(super) async fn units(db: &mut Conn, filter: &RecheckFilter) -> Result<Vec<UnitView>> {
    let counts = store::by_unit(db, filter).await?;
    let ids: Vec<Id<Unit>> = counts.iter().map(|count| count.unit).collect();
    let names = people::units_unscoped(db, &ids).await?;
    let view = |count: super::model::UnitCount| {
        Some(UnitView {
            unit: names.get(&count.unit)?.clone(),
            drawn: count.drawn,
            checked: count.checked,
            as_claimed: count.as_claimed,
            partly: count.partly,
            not_as_claimed: count.not_as_claimed,
            false_results: count.false_results,
        })
    };
    let mut views: Vec<UnitView> = counts.into_iter().filter_map(view).collect();
    views.sort_by(|one, other| one.unit.names.zh().cmp(other.unit.names.zh()));
    Ok(views)
}

/// 抽取, with the seed from which it can be made again.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = RecheckDraw)]
pub(super) struct DrawView {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    id: Id<Draw>,
    /// Whose.
    county: Option<RegionRef>,
    /// The first day of the period in which the cases closed.
    starts_on: Day,
    /// The last.
    ends_on: Day,
    /// What decided.
    seed: i64,
    /// How many cases closed.
    of: i64,
    /// In how many strata: by unit, class of matters and way of closing.
    strata: i64,
    /// How many were drawn and given to somebody.
    drawn: i64,
    /// How many nobody had room for.
    unassigned: i64,
    /// When.
    at: Instant,
}

/// A page of draws.
pub(super) async fn draws(db: &mut Conn, places: &[RegionCode], page: &Page) -> Result<Listing<DrawView>> {
    let (found, count) = (store::draws_page(db, places, page).await?, store::draws_count(db, places).await?);
    let counties = regions::refs_unscoped(db, found.iter().map(|draw| &draw.county)).await?;
    let view = |draw: &Draw| DrawView {
        id: draw.id,
        county: counties.get(&draw.county).cloned(),
        starts_on: draw.starts_on,
        ends_on: draw.ends_on,
        seed: draw.seed,
        of: draw.of,
        strata: draw.strata,
        drawn: draw.drawn,
        unassigned: draw.unassigned,
        at: draw.at,
    };
    let rows = found.iter().map(view).collect();
    Ok(Listing::new(rows, page, count, |row: &DrawView| Cursor::pack(&(row.starts_on, row.id))))
}

/// The columns of the list.
pub(super) fn columns(lang: Lang) -> Vec<Column> {
    let heads = [
        ("工单编号", "Case", 24),
        ("事项", "Matter", 24),
        ("地点", "Place", 18),
        ("办理单位", "Done by", 24),
        ("核查单位", "Checker", 24),
        ("办结方式", "Closed how", 14),
        ("办结时间", "Closed", 17),
        ("应在此前核查", "To be looked at by", 17),
        ("状态", "State", 14),
        ("核查结论", "Finding", 20),
    ];
    book::columns(lang, heads)
}

/// Hands the list over in batches of rows; without anybody's words or names.
pub(super) async fn batches(app: SharedApp, filter: RecheckFilter, lang: Lang, out: Rows) -> Result<()> {
    book::by_pages(out, |page| {
        let (app, filter) = (&app, &filter);
        async move {
            let listing = listing(&mut app.db.read().await?, app, filter, &page).await?;
            Ok((listing.rows.iter().map(|row| cells(app, row, lang)).collect(), listing.next))
        }
    })
    .await
}

fn cells(app: &App, row: &RowView, lang: Lang) -> Vec<Cell> {
    let zone = &app.settings.zone;
    let at = &row.case.place;
    let place = at.village.as_ref().or(at.township.as_ref()).or(at.county.as_ref());
    vec![
        Cell::Text(row.case.number.clone()),
        Cell::called(row.case.matter.as_ref().map(|matter| &matter.names), lang),
        Cell::called(place.map(|place| &place.names), lang),
        Cell::called(row.unit.as_ref().map(|unit| &unit.names), lang),
        Cell::called(row.checker.as_ref().map(|unit| &unit.names), lang),
        Cell::called(Some(&row.closed_how.names()), lang),
        Cell::at(Some(row.closed_at), zone),
        Cell::at(Some(row.due_at), zone),
        Cell::called(Some(&row.state.names()), lang),
        Cell::called(row.finding.map(RecheckFinding::names).as_ref(), lang),
    ]
}
