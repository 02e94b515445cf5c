//! 抽取: once a week or month, for every county, by unit, class and way of closing.

use std::collections::BTreeMap;

use db::{Conn, Tx};
use kernel::{Day, Id, Instant, Level, RegionCode, Result};
use serde_json::json;

use super::super::{
    model::{Draw, Recheck, RecheckState},
    rules::{self, Office, Work},
    store::{self, ClosedCase},
};
use crate::{
    modules::{
        App, SharedApp,
        calendar::{LimitKind, TimeLimit},
        people, regions, routing,
        verification::{self, Rechecks, SEEDS},
    },
    platform::{
        access::Unit,
        live::Topic,
        trail::{self, By, Entry},
    },
};

/// The duty of the office that answers for a place.
const OFFICE: &str = "government";

/// Draws for every county whose last period was not drawn yet; returns how many re-checks began.
///
/// # Errors
/// `internal` when the database fails.
pub async fn draw_due(app: &SharedApp) -> Result<usize> {
    let how = app.verification.get().rechecks;
    let period = rules::period_before(app.today(), how.every);
    let mut begun = 0;
    for county in verification::counties_unscoped(app).await? {
        if store::draw_of_unscoped(&mut app.db.read().await?, &county, period.0).await?.is_none() {
            begun += draw_county(app, &county, period).await?;
        }
    }
    if begun > 0 {
        app.live.hint(Topic::Records);
    }
    Ok(begun)
}

/// What a county's draw is made of.
struct Made {
    draw: Draw,
    rechecks: Vec<Recheck>,
}

async fn draw_county(app: &SharedApp, county: &RegionCode, period: (Day, Day)) -> Result<usize> {
    let Made { draw, rechecks } = make(app, county, period).await?;
    let (shared, begun) = (SharedApp::clone(app), rechecks.len());
    let write = async move |mut tx: Tx| {
        if !store::insert_draw(&mut tx, &draw).await? {
            return Ok(0);
        }
        for recheck in &rechecks {
            store::insert(&mut tx, recheck).await?;
        }
        let params = json!({"starts_on": draw.starts_on, "seed": draw.seed, "of": draw.of, "drawn": draw.drawn});
        let entry = Entry {
            kind: "recheck.drawn",
            object_kind: "recheck_draw",
            object_id: draw.id.to_string(),
            place: Some(&draw.county),
            params,
        };
        trail::record(&mut tx, shared.now(), &By::nobody(), entry).await?;
        Ok(begun)
    };
    app.db.write(write).await
}

/// A case with the unit it is reckoned to and where that unit works.
struct Reckoned {
    closed: ClosedCase,
    unit: Id<Unit>,
    unit_place: RegionCode,
}

async fn make(app: &SharedApp, county: &RegionCode, (first, last): (Day, Day)) -> Result<Made> {
    let midnight = |day: Day| day.at(jiff::civil::Time::midnight(), &app.settings.zone);
    let mut db = app.db.read().await?;
    let closed = store::closed_unscoped(&mut db, county, (midnight(first), midnight(last.plus(1)))).await?;
    let of = closed.len();
    let reckoned = reckoned(&mut db, app, closed).await?;
    let mut strata: BTreeMap<(Id<Unit>, String, &str), Vec<usize>> = BTreeMap::new();
    for (index, one) in reckoned.iter().enumerate() {
        strata.entry((one.unit, class_of(&one.closed), one.closed.how.as_str())).or_default().push(index);
    }
    let how = app.verification.get().rechecks;
    let seed = app.chance.below(SEEDS);
    let share = verification::Draw { share: how.share, minimum: how.minimum, most: how.most };
    let picked = verification::draw(&strata, share, seed);
    let picked: Vec<&Reckoned> = picked.into_iter().filter_map(|index| reckoned.get(index)).collect();
    let work = |one: &&Reckoned| Work { unit_place: one.unit_place.clone(), place: one.closed.place.clone() };
    let works: Vec<Work> = picked.iter().map(work).collect();
    let (townships, villages) = offices(&mut db, app, county, &works).await?;
    let checkers = rules::assign(&works, &townships, &villages, how.per_checker);
    let wide = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let id = Id::new(app.now(), &app.chance);
    let rechecks: Vec<Recheck> = picked
        .iter()
        .zip(&checkers)
        .filter_map(|(one, checker)| checker.map(|checker| begun(app, &how, id, one, checker)))
        .collect();
    let draw = Draw {
        id,
        county: county.clone(),
        starts_on: first,
        ends_on: last,
        seed: i64::try_from(seed).unwrap_or_default(),
        of: wide(of),
        strata: wide(strata.len()),
        drawn: wide(rechecks.len()),
        unassigned: wide(picked.len() - rechecks.len()),
        at: app.now(),
    };
    Ok(Made { draw, rechecks })
}

fn class_of(closed: &ClosedCase) -> String {
    closed.matter.as_deref().and_then(|matter| matter.split('.').next()).unwrap_or_default().to_owned()
}

fn begun(app: &App, how: &Rechecks, draw: Id<Draw>, one: &Reckoned, checker: Id<Unit>) -> Recheck {
    Recheck {
        id: Id::new(app.now(), &app.chance),
        draw,
        case: one.closed.case,
        place: one.closed.place.clone(),
        unit: one.unit,
        checker,
        class: class_of(&one.closed),
        closed_how: one.closed.how,
        closed_at: one.closed.closed_at,
        due_at: working_days(app, how.due_working_days, app.now()),
        state: RecheckState::Waiting,
        finding: None,
        words: None,
        photos: Vec::new(),
        found_at: None,
        found_by: None,
        answer_due: None,
        answer: None,
        answered_at: None,
        answered_by: None,
        decision: None,
        decided_at: None,
        decided_by: None,
        version: 1,
    }
}

/// So many working days from a moment.
pub(super) fn working_days(app: &App, days: i64, from: Instant) -> Instant {
    let limit = TimeLimit::new(LimitKind::WorkingDays, days).unwrap_or(TimeLimit::FIVE_WORKING_DAYS);
    routing::reckon(app, limit, from, false).due_at
}

/// Whose work it was: the unit that led; of what a grid settled, the village's office, else the township's.
async fn reckoned(db: &mut Conn, app: &App, closed: Vec<ClosedCase>) -> Result<Vec<Reckoned>> {
    let led: Vec<Id<Unit>> = closed.iter().filter_map(|one| one.unit).collect();
    let placed = people::placed_units_unscoped(db, &led).await?;
    let mut offices: BTreeMap<RegionCode, Option<(Id<Unit>, RegionCode)>> = BTreeMap::new();
    let mut reckoned = Vec::new();
    for closed in closed {
        let found = match closed.unit {
            Some(unit) => placed.get(&unit).map(|(_, place)| (unit, place.clone())),
            None => match offices.get(&closed.place) {
                Some(known) => known.clone(),
                None => {
                    let found = office_of(db, app, &closed.place).await?;
                    offices.insert(closed.place.clone(), found.clone());
                    found
                }
            },
        };
        if let Some((unit, unit_place)) = found {
            reckoned.push(Reckoned { closed, unit, unit_place });
        }
    }
    Ok(reckoned)
}

async fn office_of(db: &mut Conn, app: &App, place: &RegionCode) -> Result<Option<(Id<Unit>, RegionCode)>> {
    for level in [Level::Village, Level::Township] {
        let found = people::find_unit_unscoped(db, OFFICE, level, place, app.today()).await?;
        if let (Some(unit), Some(at)) = (found, place.at(level)) {
            return Ok(Some((unit.id, at)));
        }
    }
    Ok(None)
}

/// The offices of a county's townships, and of the villages where the drawn cases lie; those in which somebody works.
async fn offices(
    db: &mut Conn,
    app: &App,
    county: &RegionCode,
    works: &[Work],
) -> Result<(Vec<Office>, BTreeMap<RegionCode, Office>)> {
    let mut townships = Vec::new();
    for township in regions::children_unscoped(db, county, app.today()).await? {
        townships.extend(staffed(db, app, Level::Township, &township.place.code).await?);
    }
    townships.sort_by(|one, other| one.place.cmp(&other.place));
    let mut villages = BTreeMap::new();
    for village in works.iter().filter_map(|work| work.place.at(Level::Village)) {
        if !villages.contains_key(&village)
            && let Some(office) = staffed(db, app, Level::Village, &village).await?
        {
            villages.insert(village, office);
        }
    }
    Ok((townships, villages))
}

async fn staffed(db: &mut Conn, app: &App, level: Level, place: &RegionCode) -> Result<Option<Office>> {
    let Some(found) = people::find_unit_unscoped(db, OFFICE, level, place, app.today()).await? else { return Ok(None) };
    let is_staffed = !people::members_unscoped(db, found.id, app.today()).await?.is_empty();
    Ok(is_staffed.then(|| Office { unit: found.id, place: place.clone() }))
}
