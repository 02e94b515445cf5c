//! The file in force, the job, and the one way in which details are erased.

mod own;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use db::{Conn, Tx};
use futures::future::BoxFuture;
use kernel::{Id, Instant, Result};

use super::{
    TOGETHER,
    rules::{self, Look, Need},
};
pub(super) use own::{Wanted, ask_code, copy, erase_own};

use crate::{
    modules::{
        App, Schedule, SharedApp, call_backs,
        cases::{self, Case, Report},
        contacts::{self, Field},
        enforcement,
        erasures::{self, Cause, Erased, What},
        mediation, pleas, rechecks,
    },
    platform::live::Topic,
};

/// Once an hour, so that a day's work is spread over the day.
const EVERY_SECONDS: i64 = 3_600;
/// Transactions of one turn of the job, within its time: what is behind by years, after an upgrade, is caught up over many turns.
const TURNS: usize = 500;

/// What the platform does by itself.
pub fn schedules() -> Vec<Schedule> {
    let run: fn(SharedApp) -> BoxFuture<'static, Result<()>> =
        |app| Box::pin(async move { erase_due(&app).await.map(drop) });
    vec![Schedule { kind: "retention.erase", every_seconds: EVERY_SECONDS, run }]
}

/// Puts the packaged file into force for the instance.
///
/// # Errors
/// `internal` when the database fails.
pub async fn import_packaged(app: &SharedApp) -> Result<()> {
    app.terms.import_packaged(&app.db, app.settings.region.clone(), (app.today(), app.now())).await
}

/// Reads the file in force again, if it changed since it was last read.
///
/// # Errors
/// `internal` when the database fails.
pub async fn refresh(app: &App) -> Result<()> {
    app.terms.refresh(&app.db, app.today()).await
}

/// Erases the details whose term is over; returns of how many reports.
///
/// # Errors
/// `internal` when the database fails; what was erased before stays so.
pub async fn erase_due(app: &SharedApp) -> Result<usize> {
    let mut erased = 0;
    for _ in 0..TURNS {
        let due = contacts::to_look_at_unscoped(&mut app.db.read().await?, app.now(), TOGETHER).await?;
        if due.is_empty() {
            break;
        }
        let shared = SharedApp::clone(app);
        let looked = app.db.write(async move |mut tx: Tx| look_at(&mut tx, &shared, &due).await).await?;
        // Somebody works on all of them: they have their turn in an hour.
        let Some(count) = looked else { break };
        erased += count;
    }
    if erased > 0 {
        app.live.hint(Topic::Cases);
    }
    Ok(erased)
}

/// Of how many reports details were erased; none where somebody holds the cases of all of them.
async fn look_at(tx: &mut Tx, app: &App, due: &[Id<Report>]) -> Result<Option<usize>> {
    let (kept, free) = Kept::free(tx, due).await?;
    if free.is_empty() {
        return Ok(None);
    }
    let (mut records, mut count, now) = (Vec::new(), 0, app.now());
    for report in free {
        match rules::look(kept.need(app, report), now) {
            Look::Again(at) => contacts::look_again(tx, report, at).await?,
            Look::Erase => {
                records.extend(erase(tx, app, &kept, report, (&Field::ALL, Cause::Term)).await?);
                count += 1;
            }
        }
    }
    erasures::record(tx, app, records).await?;
    Ok(Some(count))
}

/// Some reports with all that is made of them, the cases they stand behind, and which of those wait for something.
pub(super) struct Kept {
    parts: HashMap<Id<Report>, Vec<Report>>,
    cases: HashMap<Id<Case>, Case>,
    waiting: HashSet<Id<Case>>,
}

impl Kept {
    /// For a decision about one report: until the transaction ends nobody opens one of its cases again.
    pub(super) async fn locked(tx: &mut Tx, report: Id<Report>) -> Result<Self> {
        let mut held: BTreeMap<Id<Case>, Case> = BTreeMap::new();
        loop {
            // What a merger moved while a lock was waited for is decided by where it is now.
            let parts = cases::parts_of(tx, &[report]).await?;
            let missing: BTreeSet<Id<Case>> =
                parts.iter().map(|part| part.case).filter(|case| !held.contains_key(case)).collect();
            if missing.is_empty() {
                return Self::of(tx, parts, held.into_values().collect()).await;
            }
            for id in missing {
                held.insert(id, cases::lock_unscoped(tx, id).await?);
            }
        }
    }

    /// For decisions about many, with those that can be decided about now: nobody else holds a case of theirs. The job waits
    /// for nobody and stands in nobody's way.
    async fn free(tx: &mut Tx, reports: &[Id<Report>]) -> Result<(Self, Vec<Id<Report>>)> {
        let parts = cases::parts_of(tx, reports).await?;
        let ids: BTreeSet<Id<Case>> = parts.iter().map(|part| part.case).collect();
        let held = cases::lock_free_unscoped(tx, &ids.into_iter().collect::<Vec<_>>()).await?;
        let parts = cases::parts_of(tx, reports).await?;
        let is_held = |part: &&Report| held.iter().any(|case| case.id == part.case);
        let busy: HashSet<Id<Report>> = parts.iter().filter(|part| !is_held(part)).map(Report::whose).collect();
        let free = reports.iter().copied().filter(|report| !busy.contains(report)).collect();
        let parts = parts.into_iter().filter(|part| !busy.contains(&part.whose())).collect();
        Ok((Self::of(tx, parts, held).await?, free))
    }

    /// To be shown.
    pub(super) async fn read(db: &mut Conn, reports: &[Id<Report>]) -> Result<Self> {
        let parts = cases::parts_of(db, reports).await?;
        let ids: Vec<Id<Case>> = parts.iter().map(|part| part.case).collect();
        let found = cases::some_unscoped(db, &ids).await?;
        Self::of(db, parts, found).await
    }

    async fn of(db: &mut Conn, parts: Vec<Report>, found: Vec<Case>) -> Result<Self> {
        let mut cases: HashMap<Id<Case>, Case> = found.into_iter().map(|case| (case.id, case)).collect();
        for part in &parts {
            if !cases.contains_key(&part.case) {
                let case = cases::get_unscoped(db, part.case).await?;
                cases.insert(case.id, case);
            }
        }
        let waiting = waiting(db, &cases).await?;
        let mut by_whose: HashMap<Id<Report>, Vec<Report>> = HashMap::new();
        for part in parts {
            by_whose.entry(part.whose()).or_default().push(part);
        }
        Ok(Self { parts: by_whose, cases, waiting })
    }

    /// What a report's details are still needed for.
    pub(super) fn need(&self, app: &App, report: Id<Report>) -> Need {
        let terms = app.terms.get();
        let parts: Vec<(&Report, &Case, i64)> =
            self.of_report(report).map(|(part, case)| (part, case, terms.of(case.matter.as_deref()))).collect();
        // What others still have open is nothing to whoever withdrew.
        let concerns = |report: &Report, case: &Case| !(report.is_withdrawn && case.status.is_open());
        let is_waiting =
            parts.iter().any(|(report, case, _)| concerns(report, case) && self.waiting.contains(&case.id));
        rules::need(&parts, is_waiting)
    }

    /// The longest term among its cases, in days.
    pub(super) fn days(&self, app: &App, report: Id<Report>) -> i64 {
        let terms = app.terms.get();
        let all = self.of_report(report).map(|(_, case)| terms.of(case.matter.as_deref()));
        all.max().unwrap_or(terms.days)
    }

    /// The case a report itself is in.
    pub(super) fn case(&self, report: Id<Report>) -> Option<&Case> {
        self.of_report(report).find(|(part, _)| part.id == report).map(|(_, case)| case)
    }

    /// When the last of a report's details were erased.
    pub(super) fn erased_at(&self, report: Id<Report>) -> Option<Instant> {
        self.of_report(report).find_map(|(part, _)| part.details_erased_at)
    }

    fn of_report(&self, report: Id<Report>) -> impl Iterator<Item = (&Report, &Case)> {
        let parts = self.parts.get(&report).map(Vec::as_slice).unwrap_or_default();
        parts.iter().filter_map(|part| Some((part, self.cases.get(&part.case)?)))
    }
}

/// The cases of which something is not over. What was merged into a case waits with it: an enforcement case or a dispute stays
/// with the case it was begun from.
async fn waiting(db: &mut Conn, cases: &HashMap<Id<Case>, Case>) -> Result<HashSet<Id<Case>>> {
    let mut heirs: HashMap<Id<Case>, Id<Case>> = cases.keys().map(|id| (*id, *id)).collect();
    let mut asked: Vec<Id<Case>> = cases.keys().copied().collect();
    while !asked.is_empty() {
        let merged = cases::merged_into_unscoped(db, &asked).await?;
        asked.clear();
        for (from, into) in merged {
            let heir = heirs.get(&into).copied().unwrap_or(into);
            if heirs.insert(from, heir).is_none() {
                asked.push(from);
            }
        }
    }
    let ids: Vec<Id<Case>> = heirs.keys().copied().collect();
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let mut waits: Vec<Id<Case>> = pleas::open_of_unscoped(db, &ids).await?.into_iter().map(|plea| plea.case).collect();
    waits.extend(call_backs::waits_of_unscoped(db, &ids).await?);
    waits.extend(rechecks::waits_of_unscoped(db, &ids).await?);
    waits.extend(mediation::waits_of_unscoped(db, &ids).await?);
    waits.extend(enforcement::waits_of_unscoped(db, &ids).await?);
    waits.extend(cases.values().filter(|case| case.supervised.is_some()).map(|case| case.id));
    Ok(waits.into_iter().filter_map(|id| heirs.get(&id).copied()).collect())
}

/// Erases details of a report, with the step in its case's history; returns what the deletion record is told.
pub(super) async fn erase(
    tx: &mut Tx,
    app: &App,
    kept: &Kept,
    report: Id<Report>,
    (fields, cause): (&[Field], Cause),
) -> Result<Vec<Erased>> {
    let Some(case) = kept.case(report) else { return Ok(Vec::new()) };
    let gone = contacts::erase(tx, report, fields).await?;
    if gone.is_empty() {
        return Ok(Vec::new());
    }
    let left = contacts::masks(tx, &[report]).await?.remove(&report).map_or(0, |masks| masks.len());
    cases::tell_erased(tx, app, case, (report, left), (&gone, cause)).await?;
    if gone.contains(&Field::Phone) {
        for case in kept.of_report(report).map(|(_, case)| case.id) {
            call_backs::phone_erased(tx, case).await?;
        }
    }
    let days = if cause == Cause::Term { kept.days(app, report) } else { 0 };
    let erased = |field: &Field| Erased {
        place: case.place.clone(),
        what: what(*field),
        cause,
        matter: case.matter.clone(),
        days,
    };
    Ok(gone.iter().map(erased).collect())
}

fn what(field: Field) -> What {
    match field {
        Field::Name => What::Name,
        Field::Phone => What::Phone,
        Field::TextName => What::TextName,
        Field::TextPhone => What::TextPhone,
        Field::TextDocument => What::TextDocument,
    }
}

/// Until when details are kept, where that is known.
pub(super) fn until(need: Need) -> Option<Instant> {
    match need {
        Need::Until(at) => Some(at),
        Need::Open | Need::Waiting => None,
    }
}
