//! 吹哨: a whistle is raised, and further units are called.

use db::{Conn, Tx};
use kernel::{Code, Error, Id, Instant, Level, Names, RegionCode, Result};
use serde_json::json;

use super::{Held, as_office, hold, is_done, limits, record, rules, save};
use crate::{
    modules::{
        App, SharedApp,
        cases::{self, Aside, AssignmentKind, Case, GivenPart, SeenBy},
        people, regions,
        whistles::{
            model::{Whistle, WhistleCall, WhistleKind, WhistleState},
            store,
        },
    },
    platform::{
        access::{Actor, Permission, Scope, Unit},
        idempotency::{self, Key},
        live::Topic,
        trail::By,
    },
};

/// A unit to be called.
#[derive(Clone, Debug)]
pub struct NewCall {
    /// Which.
    pub unit: Id<Unit>,
    /// What it is asked to do.
    pub task: Option<String>,
    /// By when; as the catalogue says where nothing is said.
    pub due_at: Option<Instant>,
}

/// A whistle to be.
#[derive(Clone, Debug)]
pub struct NewWhistle {
    /// Which of the three.
    pub kind: WhistleKind,
    /// A code of the catalogue.
    pub source: String,
    /// What is to be reached.
    pub goal: String,
    /// Where; the case's place where nothing is said.
    pub region: Option<RegionCode>,
    /// Where to meet, in words.
    pub place_text: Option<String>,
    /// The case it is about.
    pub case: Option<Id<Case>>,
    /// When they meet; an emergency now.
    pub meets_at: Option<Instant>,
    /// 牵头单位
    pub lead_unit: Id<Unit>,
    /// Who is called.
    pub calls: Vec<NewCall>,
}

/// A unit to be called, checked.
#[derive(Clone, Debug)]
pub(super) struct Given {
    unit: Id<Unit>,
    names: Names,
    task: Option<String>,
    due_at: Option<Instant>,
}

/// Raises a whistle: the units get their parts in its case, the case's history says so, also to the resident.
///
/// # Errors
/// Fields to be mended; `not_found` on `case` or `region` outside the actor's; `wrong_status` of the case;
/// `conflict_of_interest` in a case about the actor's own unit.
pub async fn raise(app: &SharedApp, actor: &Actor, new: NewWhistle, key: Key) -> Result<Id<Whistle>> {
    let scope = actor.require(Permission::WhistleRaise)?;
    let mut db = app.db.read().await?;
    let case = match new.case {
        Some(id) => Some(seen_case(&mut db, actor, id).await?),
        None => None,
    };
    let whistle = draft(app, actor, &scope, &new, case.as_ref())?;
    if regions::standing_unscoped(&mut db, &whistle.region, app.today()).await?.as_ref() != Some(&whistle.region) {
        return Err(Error::field("region", Code::UnknownRegion));
    }
    let calls = checked_calls(&mut db, &whistle, case.as_ref(), new.calls).await?;
    if let Some(case) = &case {
        cases::refuse_unit(case, whistle.lead_unit, "lead_unit")?;
    }
    let lead = people::placed_units_unscoped(&mut db, &[whistle.lead_unit]).await?;
    if lead.is_empty() {
        return Err(Error::field("lead_unit", Code::UnknownUnit));
    }
    drop(db);
    let (shared, by, id) = (SharedApp::clone(app), as_office(actor, &whistle), whistle.id);
    let is_emergency = whistle.kind == WhistleKind::Emergency;
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if let Some(earlier) = idempotency::claim(&mut tx, &key, &id.to_string(), app.now()).await? {
            return earlier.parse().map_err(Error::internal);
        }
        store::insert(&mut tx, &whistle).await?;
        put_calls(&mut tx, app, &by, &whistle, &calls).await?;
        let units: Vec<Id<Unit>> = calls.iter().map(|call| call.unit).collect();
        record(&mut tx, app, &by, "whistle.raised", &whistle, json!({"kind": whistle.kind, "units": units})).await?;
        Ok(id)
    };
    let raised = app.db.write(write).await?;
    app.live.hint(Topic::Cases);
    if is_emergency {
        app.live.press();
    }
    Ok(raised)
}

async fn seen_case(db: &mut Conn, actor: &Actor, id: Id<Case>) -> Result<Case> {
    let scope = actor.require(Permission::CaseRead)?;
    let case = cases::get(db, &scope, id).await.map_err(|_| Error::field("case", Code::NotFound))?;
    cases::refuse_own(&case, actor)?;
    Ok(case)
}

fn draft(app: &App, actor: &Actor, scope: &Scope, new: &NewWhistle, case: Option<&Case>) -> Result<Whistle> {
    let (catalogue, now) = (app.whistles.get(), app.now());
    let narrowest = |place: &RegionCode| place.at(Level::Village).unwrap_or_else(|| place.clone());
    let region = new.region.as_ref().or(case.map(|case| &case.place)).map(narrowest);
    let Some(region) = region else { return Err(Error::field("region", Code::Required)) };
    let meets_at = match (new.meets_at, new.kind) {
        (Some(at), _) => at,
        (None, WhistleKind::Emergency) => now,
        (None, _) => return Err(Error::field("meets_at", Code::Required)),
    };
    let units: Vec<Id<Unit>> = new.calls.iter().map(|call| call.unit).collect();
    let place_text = new.place_text.as_deref();
    rules::check((&new.goal, place_text), &region, meets_at, now, (&units, new.lead_unit), &scope.units)?;
    if !catalogue.sources.iter().any(|source| source.code == new.source) {
        return Err(Error::field("source", Code::UnknownValue).with("value", new.source.as_str()));
    }
    if !scope.covers(&region) {
        return Err(Error::field("region", Code::NotFound));
    }
    let county = |place: &RegionCode| place.at(Level::County);
    if case.is_some_and(|case| county(&case.place) != county(&region)) {
        return Err(Error::field("region", Code::UnknownRegion));
    }
    let limits = limits(app, catalogue.rule(new.kind)?, meets_at);
    let raised_unit = actor.acting(Permission::WhistleRaise, Some(&region), None).and_then(|post| post.unit);
    Ok(Whistle {
        id: Id::new(now, &app.chance),
        kind: new.kind,
        source: new.source.clone(),
        state: WhistleState::Running,
        goal: rules::required("goal", &new.goal, rules::GOAL_MAX)?,
        place_text: rules::optional("place_text", place_text, rules::PLACE_MAX)?,
        region,
        case: new.case,
        case_number: case.map(|case| case.number.clone()),
        lead_unit: new.lead_unit,
        raised_at: now,
        raised_by: actor.person,
        raised_unit,
        meets_at,
        limits: limits.explained,
        outcome: None,
        answer: None,
        answered_at: None,
        escalated_at: None,
        reason: None,
        decision: None,
        ended_at: None,
        version: 1,
    })
}

/// The units exist and work in the county or above it; each has time for its part, and the case is about none of them.
async fn checked_calls(
    db: &mut Conn,
    whistle: &Whistle,
    case: Option<&Case>,
    calls: Vec<NewCall>,
) -> Result<Vec<Given>> {
    let ids: Vec<Id<Unit>> = calls.iter().map(|call| call.unit).collect();
    let found = people::placed_units_unscoped(db, &ids).await?;
    let county = whistle.region.at(Level::County);
    let mut given = Vec::new();
    for (index, NewCall { unit, task, due_at }) in calls.into_iter().enumerate() {
        let at = |name: &str| format!("calls.{index}.{name}");
        if let Some(case) = case {
            cases::refuse_unit(case, unit, &at("unit"))?;
        }
        let near = |place: &RegionCode| place.covers(&whistle.region) || place.at(Level::County) == county;
        let (names, _) = found
            .get(&unit)
            .filter(|(_, place)| near(place))
            .map(|(unit, place)| (unit.names.clone(), place))
            .ok_or_else(|| Error::field(at("unit"), Code::UnknownUnit))?;
        if due_at.is_some_and(|due| due < whistle.meets_at) {
            return Err(Error::field(at("due_at"), Code::WhistlePast));
        }
        let task = rules::optional(&at("task"), task.as_deref(), rules::WORDS_MAX)?;
        given.push(Given { unit, names, task, due_at });
    }
    Ok(given)
}

/// Puts the calls in, with the units' parts in the case and what its history says of them.
async fn put_calls(tx: &mut Tx, app: &App, by: &By, whistle: &Whistle, calls: &[Given]) -> Result<()> {
    let catalogue = app.whistles.get();
    let rule = catalogue.rule(whistle.kind)?;
    let reckoned = limits(app, rule, whistle.meets_at);
    let due_at = |call: &Given| call.due_at.unwrap_or(reckoned.due_at);
    let mut parts = vec![None; calls.len()];
    if let Some(case) = whistle.case {
        let case = cases::lock_unscoped(tx, case).await?;
        let given: Vec<GivenPart> =
            calls.iter().map(|call| GivenPart { unit: call.unit, due_at: Some(due_at(call)) }).collect();
        parts = cases::give_parts(tx, app, by, &case, AssignmentKind::Whistled, &given).await?;
        let names: Vec<&Names> = calls.iter().map(|call| &call.names).collect();
        let params = json!({"units": names, "meets_at": whistle.meets_at, "meets_where": whistle.place_text,
                            "whistle_kind": whistle.kind});
        let aside = Aside { kind: "whistle_called", params, text: None, seen_by: SeenBy::Everyone };
        cases::record_aside(tx, app, by, &case, aside).await?;
    }
    for (call, assignment) in calls.iter().zip(parts) {
        let row = WhistleCall {
            id: Id::new(app.now(), &app.chance),
            whistle: whistle.id,
            unit: call.unit,
            assignment,
            task: call.task.clone(),
            called_at: app.now(),
            reply_due_at: reckoned.reply_due_at,
            arrive_due_at: reckoned.arrive_due_at,
            due_at: due_at(call),
            reply: None,
            reason: None,
            answered_at: None,
            arrived_at: None,
            arrived_said_by: None,
            result: None,
            done_at: None,
            counts: true,
            awaits_office: false,
            awaits_unit: false,
            grade: None,
            grade_words: None,
            justified: None,
            prepared: None,
            rating_words: None,
            reminded: 0,
            version: 1,
        };
        store::insert_call(tx, whistle, &row, rules::remind_at(&row, rule.remind_minutes)).await?;
    }
    Ok(())
}

/// 加哨: further units are called, by the township while it runs, by the county once it was escalated.
///
/// # Errors
/// Fields to be mended; `duplicate` for a unit that was called; `record_changed`; whatever [`rules::may_call`] refuses.
pub async fn call_more(
    app: &SharedApp,
    actor: &Actor,
    (id, seen): (Id<Whistle>, i64),
    calls: Vec<NewCall>,
    key: Key,
) -> Result<()> {
    let scope = actor.require(Permission::WhistleRead)?;
    let units: Vec<Id<Unit>> = calls.iter().map(|call| call.unit).collect();
    rules::check_units("calls", &units)?;
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if is_done(&mut tx, app, &key, &id.to_string()).await? {
            return Ok(());
        }
        let Held { whistle, sides } = hold(&mut tx, &actor, &scope, id).await?;
        rules::may_call(&whistle, &sides)?;
        let held = store::calls_of(&mut tx, id).await?;
        if let Some(index) = units.iter().position(|unit| held.iter().any(|call| call.unit == *unit)) {
            return Err(Error::field(format!("calls.{index}.unit"), Code::WhistleTwice));
        }
        let case = match whistle.case {
            Some(case) => Some(cases::lock_unscoped(&mut tx, case).await?),
            None => None,
        };
        if let Some(case) = &case {
            cases::refuse_own(case, &actor)?;
        }
        let given = checked_calls(&mut tx, &whistle, case.as_ref(), calls).await?;
        save(&mut tx, &whistle, seen).await?;
        let by = as_office(&actor, &whistle);
        put_calls(&mut tx, app, &by, &whistle, &given).await?;
        record(&mut tx, app, &by, "whistle.called", &whistle, json!({"units": units})).await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Cases);
    Ok(())
}
