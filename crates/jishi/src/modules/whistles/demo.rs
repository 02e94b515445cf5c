//! The demo city's whistles: invented, played through the same actions as real ones, each step at its own time.

use jiff::civil::Time;
use kernel::{Chance, Code, Error, Id, Instant, Level, Page, RegionCode, Result};
use serde::Deserialize;

use super::{
    actions::{self, Arrival, Composed, NewCall, NewWhistle, Rating, Reply},
    model::{CallGrade, Whistle, WhistleCall, WhistleKind, WhistleReply},
    store,
};
use crate::{
    modules::{
        SharedApp,
        cases::{self, Case, CaseFilter, Outcome, Status},
        people,
    },
    platform::{
        access::{Actor, Permission, Role, Scope, Unit},
        idempotency::Key,
    },
};

const WHISTLES: &str = include_str!("../../../../../demo/changzhi/whistles.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    whistle: Vec<Story>,
}

/// One whistle of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    days_ago: Option<i64>,
    time: Option<Time>,
    minutes_ago: Option<i64>,
    kind: WhistleKind,
    source: String,
    #[serde(default)]
    case: bool,
    goal: String,
    place: RegionCode,
    place_text: Option<String>,
    meets_in: i64,
    lead: String,
    answer: Option<String>,
    outcome: Option<Outcome>,
    escalate: Option<String>,
    withdraw: Option<String>,
    ends_in: Option<i64>,
    decision: Option<String>,
    decision_outcome: Option<Outcome>,
    decided_in: Option<i64>,
    unit: Vec<Called>,
}

/// One department of a whistle.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Called {
    duty: String,
    at: Option<String>,
    task: Option<String>,
    reply_in: Option<i64>,
    cannot: Option<String>,
    arrives: Option<i64>,
    result: Option<String>,
    done_in: Option<i64>,
    grade: Option<CallGrade>,
    grade_words: Option<String>,
    justified: Option<CallGrade>,
    prepared: Option<CallGrade>,
    words: Option<String>,
}

/// A step of a called unit.
enum Deed {
    Reply(Reply),
    Arrive,
    Result(String),
}

/// Plays the whistles of the file that are over or running at `now`; nothing if there are any.
///
/// # Errors
/// `internal` when the file names a unit the city does not have, or a step is refused.
pub async fn fill(app: &SharedApp, now: Instant) -> Result<usize> {
    let File { whistle } = toml::from_str(WHISTLES).map_err(Error::internal)?;
    let mut raised = 0;
    for (index, story) in whistle.iter().enumerate() {
        let told =
            |error: Error| Error::internal(format!("demo/changzhi/whistles.toml, whistle {}: {error}", index + 1));
        let stage = Stage::of(app, story, index, now).await.map_err(told)?;
        if stage.is_there().await? {
            continue;
        }
        stage.play().await.map_err(told)?;
        raised += 1;
    }
    Ok(raised)
}

/// The whistle of a township with that goal.
///
/// # Errors
/// `internal` when the database fails.
pub async fn of_goal(app: &SharedApp, township: RegionCode, goal: &str) -> Result<Option<Id<Whistle>>> {
    let scope = Scope { places: vec![township], units: Vec::new() };
    let page = Page { limit: 100, cursor: None };
    let all = store::page(&mut app.db.read().await?, &scope, &store::ListFilter::default(), &page).await?;
    Ok(all.into_iter().find(|whistle| whistle.goal == goal).map(|whistle| whistle.id))
}

/// A whistle while it is played.
struct Stage<'a> {
    app: &'a SharedApp,
    story: &'a Story,
    index: usize,
    raised_at: Instant,
    meets_at: Instant,
    now: Instant,
    desk: Actor,
    units: Vec<Id<Unit>>,
    lead: Id<Unit>,
}

impl<'a> Stage<'a> {
    async fn of(app: &'a SharedApp, story: &'a Story, index: usize, now: Instant) -> Result<Stage<'a>> {
        let zone = &app.settings.zone;
        let day = |days: i64| now.day(zone).plus(-days).at(story.time.unwrap_or_default(), zone);
        let raised_at = match (story.days_ago, story.minutes_ago) {
            (Some(days), _) => day(days),
            (None, minutes) => now.plus_seconds(-minutes.unwrap_or(0) * 60),
        };
        let township = story.place.at(Level::Township).ok_or_else(|| Error::new(Code::WhistleTooWide))?;
        let mut units = Vec::new();
        for called in &story.unit {
            units.push(unit_of(app, called.at.as_deref(), &called.duty, &township).await?);
        }
        let lead = match story.lead.as_str() {
            "office" => unit_of(app, Some("township"), "government", &township).await?,
            duty => unit_of(app, None, duty, &township).await?,
        };
        let desk = holder(app, Role::TownshipDispatcher, &township).await?;
        let meets_at = raised_at.plus_seconds(story.meets_in * 60);
        Ok(Self { app, story, index, raised_at, meets_at, now, desk, units, lead })
    }

    /// Whether it was played before.
    async fn is_there(&self) -> Result<bool> {
        let township = self.story.place.at(Level::Township).unwrap_or_else(|| self.story.place.clone());
        let scope = Scope { places: vec![township], units: Vec::new() };
        let page = Page { limit: 100, cursor: None };
        let all = store::page(&mut self.app.db.read().await?, &scope, &store::ListFilter::default(), &page).await?;
        Ok(all.iter().any(|whistle| whistle.goal == self.story.goal))
    }

    /// The application at a moment, with randomness of its own.
    fn at(&self, at: Instant) -> SharedApp {
        let seed = u64::try_from(at.millis()).unwrap_or(0) ^ (u64::try_from(self.index).unwrap_or(0) << 48);
        self.app.at(at, Chance::seeded(seed))
    }

    fn key(&self, operation: &'static str, at: Instant) -> Key {
        let key = format!("whistle-{}-{}", self.index, at.millis());
        Key { actor: "demo".to_owned(), operation, key, body_hash: Vec::new() }
    }

    /// A moment after they meet, never after the present.
    fn after(&self, minutes: i64) -> Instant {
        let at = self.meets_at.plus_seconds(minutes * 60);
        if at < self.now { at } else { self.now }
    }

    async fn play(&self) -> Result<()> {
        let id = self.raise().await?;
        for (at, which, deed) in self.deeds() {
            self.step(id, at, which, deed).await?;
        }
        self.end(id).await?;
        self.ratings(id).await
    }

    async fn raise(&self) -> Result<Id<Whistle>> {
        let calls = self.units.iter().zip(&self.story.unit);
        let calls = calls.map(|(unit, called)| NewCall { unit: *unit, task: called.task.clone(), due_at: None });
        let case = if self.story.case { self.case().await? } else { None };
        let new = NewWhistle {
            kind: self.story.kind,
            source: self.story.source.clone(),
            goal: self.story.goal.clone(),
            // About a case, it is where the case is.
            region: case.is_none().then(|| self.story.place.clone()),
            place_text: self.story.place_text.clone(),
            case,
            meets_at: Some(self.meets_at),
            lead_unit: self.lead,
            calls: calls.collect(),
        };
        let at = self.raised_at;
        actions::raise(&self.at(at), &self.desk, new, self.key("demo.raise", at)).await
    }

    /// A case of the place that the lead has in hand, so that the personas see a whistle on it; or any that is open there.
    async fn case(&self) -> Result<Option<Id<Case>>> {
        let township = self.story.place.at(Level::Township).unwrap_or_else(|| self.story.place.clone());
        let scope = Scope { places: vec![township], units: Vec::new() };
        let page = Page { limit: 20, cursor: None };
        let mut any = None;
        for status in [Status::Working, Status::Signed, Status::Dispatched] {
            let filter = CaseFilter { status: Some(status), now: self.now, ..CaseFilter::default() };
            let mut db = self.app.db.read().await?;
            let found = cases::listing(&mut db, self.app, &scope, &filter, &page).await?;
            for row in found.rows.into_iter().filter(|row| row.received_at < self.raised_at) {
                if row.lead_unit.as_ref().is_some_and(|unit| unit.id == self.lead) {
                    return Ok(Some(row.id));
                }
                any = any.or(Some(row.id));
            }
        }
        Ok(any)
    }

    /// What the units do, in the order of their times.
    fn deeds(&self) -> Vec<(Instant, usize, Deed)> {
        let mut deeds = Vec::new();
        for (which, called) in self.story.unit.iter().enumerate() {
            if let Some(minutes) = called.reply_in {
                let reply = if called.cannot.is_some() { WhistleReply::Cannot } else { WhistleReply::Coming };
                let said = Reply { reply, reason: called.cannot.clone() };
                deeds.push((self.raised_at.plus_seconds(minutes * 60), which, Deed::Reply(said)));
            }
            deeds.extend(called.arrives.map(|minutes| (self.after(minutes), which, Deed::Arrive)));
            let result = called.done_in.zip(called.result.clone());
            deeds.extend(result.map(|(minutes, text)| (self.after(minutes), which, Deed::Result(text))));
        }
        // Those of one unit at the same time keep the order in which they were told.
        deeds.sort_by_key(|(at, ..)| *at);
        deeds
    }

    async fn step(&self, id: Id<Whistle>, at: Instant, which: usize, deed: Deed) -> Result<()> {
        let unit = self.units.get(which).copied().ok_or_else(|| Error::internal("a deed of no unit"))?;
        let (app, actor) = (self.at(at.plus_seconds(i64::try_from(which).unwrap_or(0))), member(self.app, unit).await?);
        let call = self.call(id, unit).await?;
        let (seen, key) = ((call.id, call.version), self.key("demo.whistle", app.now()));
        match deed {
            Deed::Reply(said) => actions::reply(&app, &actor, seen, said, key).await,
            Deed::Arrive => actions::arrive(&app, &actor, seen, Arrival::There(None), key).await,
            Deed::Result(text) => actions::file_result(&app, &actor, seen, &text, key).await,
        }
    }

    async fn call(&self, id: Id<Whistle>, unit: Id<Unit>) -> Result<WhistleCall> {
        let calls = store::calls_of(&mut self.app.db.read().await?, id).await?;
        calls.into_iter().find(|call| call.unit == unit).ok_or_else(|| Error::internal("a unit that was not called"))
    }

    async fn seen(&self, id: Id<Whistle>) -> Result<(Id<Whistle>, i64)> {
        Ok((id, store::get_unscoped(&mut self.app.db.read().await?, id).await?.version))
    }

    async fn end(&self, id: Id<Whistle>) -> Result<()> {
        let (story, at) = (self.story, self.after(self.story.ends_in.unwrap_or(0)));
        let (app, key, seen) = (self.at(at), self.key("demo.end", at), self.seen(id).await?);
        if let Some(reason) = &story.withdraw {
            return actions::withdraw(&app, &self.desk, seen, reason, key).await;
        }
        if let Some(reason) = &story.escalate {
            return actions::escalate(&app, &self.desk, seen, reason, key).await;
        }
        let (Some(text), Some(outcome)) = (&story.answer, story.outcome) else { return Ok(()) };
        let lead = if story.lead == "office" { self.desk.clone() } else { member(self.app, self.lead).await? };
        actions::compose(&app, &lead, seen, Composed { text: text.clone(), outcome }, key).await?;
        let (Some(text), Some(outcome)) = (&story.decision, story.decision_outcome) else { return Ok(()) };
        let at = self.after(story.decided_in.unwrap_or(0));
        let county = story.place.at(Level::County).ok_or_else(|| Error::new(Code::WhistleTooWide))?;
        let (county, seen) = (holder(self.app, Role::CountyOffice, &county).await?, self.seen(id).await?);
        let decided = Composed { text: text.clone(), outcome };
        actions::decide(&self.at(at), &county, seen, decided, self.key("demo.decide", at)).await
    }

    /// Both sides rate each other the day after.
    async fn ratings(&self, id: Id<Whistle>) -> Result<()> {
        let over = store::get_unscoped(&mut self.app.db.read().await?, id).await?.ended_at;
        let Some(at) = over.map(|at| at.plus_days(1)).filter(|at| *at < self.now) else { return Ok(()) };
        for (which, (called, unit)) in self.story.unit.iter().zip(&self.units).enumerate() {
            let at = at.plus_seconds(60 * i64::try_from(which).unwrap_or(0));
            let app = self.at(at);
            let call = self.call(id, *unit).await?;
            if let Some(grade) = called.grade.filter(|_| call.awaits_office) {
                let (seen, key) = ((call.id, call.version), self.key("demo.grade", at));
                actions::grade(&app, &self.desk, seen, (grade, called.grade_words.clone()), key).await?;
            }
            let call = self.call(id, *unit).await?;
            if let (Some(justified), Some(prepared), true) = (called.justified, called.prepared, call.awaits_unit) {
                let (seen, key) = ((call.id, call.version), self.key("demo.rate", at));
                let rating = Rating { justified, prepared, words: called.words.clone() };
                actions::rate(&app, &member(self.app, *unit).await?, seen, rating, key).await?;
            }
        }
        Ok(())
    }
}

async fn unit_of(app: &SharedApp, at: Option<&str>, duty: &str, township: &RegionCode) -> Result<Id<Unit>> {
    let level = if at == Some("township") { Level::Township } else { Level::County };
    let mut db = app.db.read().await?;
    let found = people::find_unit_unscoped(&mut db, duty, level, township, app.today()).await?;
    found.map(|unit| unit.id).ok_or_else(|| Error::internal(format!("no unit with {duty} for {township}")))
}

/// Who does the unit's work: officers of the same unit, who only enforce, answer no whistles.
async fn member(app: &SharedApp, unit: Id<Unit>) -> Result<Actor> {
    let mut db = app.db.read().await?;
    let members = people::members_unscoped(&mut db, unit, app.today()).await?;
    drop(db);
    for member in members {
        let actor = people::actor_unscoped(app, member.id).await?;
        if actor.require(Permission::CaseHandle).is_ok() {
            return Ok(actor);
        }
    }
    Err(Error::internal("nobody works in a unit that was called"))
}

async fn holder(app: &SharedApp, role: Role, place: &RegionCode) -> Result<Actor> {
    let mut db = app.db.read().await?;
    let holders = people::holders_unscoped(&mut db, role, place, app.today()).await?;
    drop(db);
    let first = holders.first().ok_or_else(|| Error::internal(format!("nobody is {} of {place}", role.as_str())))?;
    people::actor_unscoped(app, *first).await
}
