//! 吹哨响应率、解决率、吹哨率 by township. Two counts each, never a rate that was stored; every count opens the list it is of.
//!
//! A unit counts as called once it was there, said that it cannot come, or its time is over: what still has time drags no rate
//! down. Townships stand in the order of their codes.

use std::collections::{BTreeMap, BTreeSet};

use db::Conn;
use kernel::{Day, Level, RegionCode, Result};
use serde::Serialize;

use crate::{
    modules::{
        App,
        cases::{self, CaseFilter},
        regions::{self, RegionRef},
        whistles::store::{self, CallSums, WhistleSums},
    },
    platform::access::{Actor, Permission, Scope},
};

/// Figures of a place and a time.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = WhistleFigures)]
pub struct FiguresView {
    /// From this day ..
    from: Day,
    /// .. to this day, both in it.
    to: Day,
    /// The whole.
    whole: FigureRow,
    /// By township, in the order of their codes.
    townships: Vec<FigureRow>,
}

/// One line of figures.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = WhistleFigureRow)]
pub struct FigureRow {
    /// Where.
    region: RegionRef,
    /// Units that count as called; the denominator of 吹哨响应率.
    due: i64,
    /// Units there in time; its numerator.
    in_time: i64,
    /// Units there too late.
    late: i64,
    /// Units that did not come, and did not say why.
    absent: i64,
    /// Units that said that they cannot.
    cannot: i64,
    /// Whistles that are over; the denominator of 吹哨解决率.
    over: i64,
    /// Of them, solved; its numerator.
    solved: i64,
    /// Solved in part.
    partly: i64,
    /// Whistles raised and not withdrawn.
    raised: i64,
    /// Of them, those about a case; the numerator of 吹哨率.
    about_cases: i64,
    /// Cases received; its denominator.
    cases: i64,
    /// Whistles that went to the county.
    escalated: i64,
}

fn figure_row(region: RegionRef, calls: &CallSums, whistles: &WhistleSums, cases: i64) -> FigureRow {
    FigureRow {
        region,
        due: calls.due,
        in_time: calls.in_time,
        late: calls.late,
        absent: calls.absent,
        cannot: calls.cannot,
        over: whistles.over,
        solved: whistles.solved,
        partly: whistles.partly,
        raised: whistles.raised,
        about_cases: whistles.about_cases,
        cases,
        escalated: whistles.escalated,
    }
}

fn sum(rows: &[FigureRow], region: RegionRef) -> FigureRow {
    let all = |of: fn(&FigureRow) -> i64| rows.iter().map(of).sum();
    FigureRow {
        region,
        due: all(|row| row.due),
        in_time: all(|row| row.in_time),
        late: all(|row| row.late),
        absent: all(|row| row.absent),
        cannot: all(|row| row.cannot),
        over: all(|row| row.over),
        solved: all(|row| row.solved),
        partly: all(|row| row.partly),
        raised: all(|row| row.raised),
        about_cases: all(|row| row.about_cases),
        cases: all(|row| row.cases),
        escalated: all(|row| row.escalated),
    }
}

/// The figures of a place in the reader's scope, from one day to another.
///
/// # Errors
/// `internal` when the database fails.
pub(in super::super) async fn figures(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    place: &RegionCode,
    (from, to): (Day, Day),
) -> Result<FiguresView> {
    let start = |day: Day| day.at(jiff::civil::Time::midnight(), &app.settings.zone);
    let time = (start(from), start(to.plus(1)));
    let calls = store::call_sums(db, place, time, app.now()).await?;
    let whistles = store::whistle_sums(db, place, time).await?;
    let cases = cases_of(db, app, actor, place, time).await?;
    let mut calls: BTreeMap<RegionCode, CallSums> =
        calls.into_iter().filter_map(|row| Some((row.township.clone()?, row))).collect();
    let mut whistles: BTreeMap<RegionCode, WhistleSums> =
        whistles.into_iter().filter_map(|row| Some((row.township.clone()?, row))).collect();
    let mut codes: BTreeSet<RegionCode> = calls.keys().chain(whistles.keys()).chain(cases.keys()).cloned().collect();
    codes.insert(place.clone());
    let refs = regions::refs_unscoped(db, codes.iter()).await?;
    let mut rows = Vec::new();
    for code in codes.iter().filter(|code| code.level() == Level::Township) {
        let Some(region) = refs.get(code).cloned() else { continue };
        let (own, raised) = (calls.remove(code).unwrap_or_default(), whistles.remove(code).unwrap_or_default());
        rows.push(figure_row(region, &own, &raised, cases.get(code).copied().unwrap_or_default()));
    }
    let region = refs.get(place).cloned().ok_or_else(|| kernel::Error::new(kernel::Code::NotFound))?;
    Ok(FiguresView { from, to, whole: sum(&rows, region), townships: rows })
}

/// Cases received, by township: the list of cases counted by its own rule.
async fn cases_of(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    place: &RegionCode,
    (from, before): (kernel::Instant, kernel::Instant),
) -> Result<BTreeMap<RegionCode, i64>> {
    let scope = Scope { places: actor.require(Permission::CaseRead)?.places, units: Vec::new() };
    let filter = CaseFilter {
        region: Some(place.clone()),
        from: Some(from),
        before: Some(before),
        now: app.now(),
        ..CaseFilter::default()
    };
    Ok(cases::by_place(db, &scope, &filter, Level::Township).await?.into_iter().collect())
}
