//! What the rules of the catalogue put under supervision by themselves. What is told by the trail is read behind a cursor;
//! what becomes late by the passing of time is found by when it was due. Looking twice changes nothing.

use std::collections::BTreeMap;

use db::Tx;
use futures::future::BoxFuture;
use kernel::{Id, Instant, Level, Names, Result};
use serde_json::json;

use super::super::{
    model::Supervision,
    rules::{self, Known},
    store,
    triggers::{Trigger, When},
};
use crate::{
    modules::{
        App, Schedule, SharedApp,
        calendar::{LimitKind, TimeLimit},
        cases::{self, Case},
        routing,
    },
    platform::trail::{self, By},
};

const SUBSCRIBER: &str = "supervision";
/// Cases read at once.
const PAGE: i64 = 500;
/// Steps after which a case may call for supervision.
const STEPS: [&str; 4] = ["case.redo", "case.joined", "case.merged", FALSE_RESULT];
/// A re-check found that what was claimed was not done; its object is the re-check.
const FALSE_RESULT: &str = "recheck.false_result";

/// What this room does at regular times.
pub fn schedules() -> Vec<Schedule> {
    let run: fn(SharedApp) -> BoxFuture<'static, Result<()>> =
        |app| Box::pin(async move { watch(&app).await.map(|_| ()) });
    vec![Schedule { kind: "supervision.watch", every_seconds: 300, run }]
}

/// Puts under supervision whatever the rules call for; returns how many cases.
///
/// # Errors
/// `internal` when the database fails.
pub async fn watch(app: &SharedApp) -> Result<usize> {
    let mut raised = told(app).await?;
    for trigger in app.supervision.get().iter() {
        if let When::Late(hours) = trigger.when {
            raised += late(app, hours).await?;
        }
    }
    Ok(raised)
}

/// What the trail tells of.
async fn told(app: &SharedApp) -> Result<usize> {
    trail::follow(&app.db, (SUBSCRIBER, &STEPS), app.now(), async |page| {
        let mut told: BTreeMap<Id<Case>, Known> = BTreeMap::new();
        for event in &page {
            let is_false = event.kind == FALSE_RESULT;
            let case = if is_false { event.params["case"].as_str() } else { Some(event.object_id.as_str()) };
            let Some(case) = case.and_then(|id| id.parse().ok()) else { continue };
            told.entry(case).or_default().is_false |= is_false;
        }
        let mut raised = 0;
        for (case, known) in told {
            raised += usize::from(raise(app, case, known).await?);
        }
        Ok(raised)
    })
    .await
}

/// What was due so many hours ago and was not yet when it was looked last.
async fn late(app: &SharedApp, hours: i64) -> Result<usize> {
    let subscriber = format!("{SUBSCRIBER}.late.{hours}");
    let until = app.now().plus_hours(-hours);
    let mut from = Instant::from_millis(trail::cursor_unscoped(&mut app.db.read().await?, &subscriber).await?);
    let mut raised = 0;
    loop {
        let page = cases::owed_between_unscoped(&mut app.db.read().await?, from, until, PAGE).await?;
        for case in &page {
            raised += usize::from(raise(app, case.id, Known::default()).await?);
        }
        let is_whole = i64::try_from(page.len()).unwrap_or(0) < PAGE;
        // Those due at the same moment as the last may be on the next page: it begins with that moment.
        let reached = if is_whole { until } else { page.last().and_then(|case| case.due_at).unwrap_or(until) };
        let (name, millis) = (subscriber.clone(), reached.millis());
        app.db.write(async move |mut tx: Tx| trail::advance(&mut tx, &name, millis).await).await?;
        if is_whole || reached <= from {
            return Ok(raised);
        }
        from = reached;
    }
}

/// Puts a case under supervision if the rules call for it, or raises its grade; false when nothing changed.
///
/// # Errors
/// `internal` when the database fails.
pub async fn raise(app: &SharedApp, id: Id<Case>, known: Known) -> Result<bool> {
    let shared = SharedApp::clone(app);
    app.db
        .write(async move |mut tx: Tx| {
            let (app, now) = (&*shared, shared.now());
            let mut case = cases::lock_unscoped(&mut tx, id).await?;
            let triggers = app.supervision.get();
            let Some(trigger) = rules::called_for(&triggers, &case, known, now) else { return Ok(false) };
            match store::open_of(&mut tx, id).await? {
                Some(it) if it.grade >= trigger.grade => Ok(false),
                Some(it) => graver(&mut tx, app, &mut case, it, trigger).await.map(|()| true),
                None if was_released(&store::of_case(&mut tx, id).await?, trigger, &case) => Ok(false),
                None => begin(&mut tx, app, &mut case, trigger).await,
            }
        })
        .await
}

/// What somebody let go is not imposed again for the same reason in the same round.
fn was_released(before: &[Supervision], trigger: &Trigger, case: &Case) -> bool {
    let since = case.deadline.as_ref().and_then(|it| it.get("start_at")?.as_str()?.parse::<Instant>().ok());
    before.iter().any(|it| it.grade >= trigger.grade && since.is_none_or(|since| it.imposed_at >= since))
}

fn due_at(app: &App, trigger: &Trigger) -> Instant {
    let limit = TimeLimit::new(LimitKind::WorkingDays, trigger.days).unwrap_or(TimeLimit::FIVE_WORKING_DAYS);
    routing::reckon(app, limit, app.now(), false).due_at
}

fn platform() -> Names {
    Names::new("系统", "The platform")
}

async fn begin(tx: &mut Tx, app: &App, case: &mut Case, trigger: &Trigger) -> Result<bool> {
    let (now, due_at) = (app.now(), due_at(app, trigger));
    case.supervised = Some(trigger.grade);
    let params = json!({"grade": trigger.grade, "trigger": trigger.code, "names": trigger.names, "due_at": due_at});
    let note = cases::note(tx, app, &By::nobody(), case, &platform(), ("supervised", params, None)).await?;
    let it = Supervision {
        id: Id::new(now, &app.chance),
        case: case.id,
        grade: trigger.grade,
        trigger: trigger.code.clone(),
        is_open: true,
        county: case.place.at(Level::County).unwrap_or_else(|| case.place.clone()),
        unit: case.lead_unit,
        owner: case.handler,
        imposed_at: now,
        imposed_by: None,
        due_at,
        demand: note,
        meeting_at: None,
        answered_at: None,
        answered_by: None,
        answer: None,
        released_at: None,
        released_by: None,
        released_words: None,
        version: 1,
    };
    store::insert(tx, &it, &case.place).await
}

/// Its grade rises, and the unit has to answer anew.
async fn graver(tx: &mut Tx, app: &App, case: &mut Case, mut it: Supervision, trigger: &Trigger) -> Result<()> {
    it.grade = trigger.grade;
    it.trigger.clone_from(&trigger.code);
    it.due_at = due_at(app, trigger);
    it.unit = case.lead_unit.or(it.unit);
    (it.answered_at, it.answered_by, it.answer) = (None, None, None);
    case.supervised = Some(trigger.grade);
    let params = json!({"grade": trigger.grade, "trigger": trigger.code, "names": trigger.names, "due_at": it.due_at});
    cases::note(tx, app, &By::nobody(), case, &platform(), ("supervision_raised", params, None)).await?;
    store::save(tx, &it).await
}
