//! What the platform does by itself, at regular times, on however many nodes: the modules say what and how often
//! ([`Schedule`]), `platform::jobs` remembers, [`tick`] does it.

use std::{collections::HashMap, panic::AssertUnwindSafe, sync::Mutex, time::Duration};

use futures::{FutureExt, future::BoxFuture};
use kernel::{Error, Id, Instant, Result};

use super::{
    SharedApp, call_backs, cases, disclosure, indicators, links, messages, photos, pleas, rechecks, recurrence,
    retention, signs, supervision, transparency, vault, visits, whistles,
};
use crate::platform::{
    idempotency,
    jobs::{self, Job, NewJob},
};

/// How long a worker may keep a job; what takes longer is stopped, so that no two ever work on the same.
const LEASE_SECONDS: u32 = 300;
/// Done jobs are kept for a month, to see what ran when.
const KEEP_JOBS_DAYS: i64 = 30;
/// Operation keys are promised for 90 days; a week more for clocks and habits.
const KEEP_KEYS_DAYS: i64 = 97;

/// Something to be done at regular times. It must be harmless when it is done twice.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    /// Its name, e.g. `photos.sweep`.
    pub kind: &'static str,
    /// How often.
    pub every_seconds: i64,
    /// What.
    pub run: fn(SharedApp) -> BoxFuture<'static, Result<()>>,
}

/// Everything that is to be done at regular times.
pub fn schedules() -> Vec<Schedule> {
    let own = Schedule { kind: "platform.tidy", every_seconds: 86_400, run: |app| Box::pin(tidy(app)) };
    [
        vec![own],
        photos::schedules(),
        cases::actions::schedules(),
        pleas::schedules(),
        supervision::schedules(),
        transparency::schedules(),
        vault::schedules(),
        messages::schedules(),
        disclosure::schedules(),
        indicators::schedules(),
        whistles::schedules(),
        signs::schedules(),
        call_backs::schedules(),
        rechecks::schedules(),
        recurrence::schedules(),
        links::schedules(),
        visits::schedules(),
        retention::schedules(),
    ]
    .concat()
}

/// Sends what presses as soon as it is committed, beside the rounds: an emergency does not wait for the minute to be over.
/// Ends with the process.
pub async fn press_on(app: SharedApp) {
    let mut ending = app.live.ending();
    while !*ending.borrow() {
        tokio::select! {
            _ = ending.changed() => return,
            () = app.live.pressed() => {}
        }
        if let Err(error) = messages::round(&app).await {
            tracing::error!(%error, "an emergency could not be told at once");
        }
    }
}

async fn tidy(app: SharedApp) -> Result<()> {
    let (jobs_before, keys_before) = (app.now().plus_days(-KEEP_JOBS_DAYS), app.now().plus_days(-KEEP_KEYS_DAYS));
    app.db
        .write(async move |mut tx| {
            jobs::tidy(&mut tx, jobs_before).await?;
            idempotency::tidy(&mut tx, keys_before).await
        })
        .await?;
    app.db.analyze().await
}

/// Does what is due; remembers which slots it has planned, so that an idle platform writes nothing.
#[derive(Debug, Default)]
pub struct Worker(Mutex<HashMap<&'static str, i64>>);

impl Worker {
    /// Plans the slots that have begun and does what waits; returns how many jobs were tried.
    ///
    /// # Errors
    /// `internal` when the database fails. A job that fails is no error here: it is tried again later.
    pub async fn tick(&self, app: &SharedApp, schedules: &[Schedule]) -> Result<usize> {
        for schedule in schedules {
            self.plan(app, schedule).await?;
        }
        let kinds: Vec<&'static str> = schedules.iter().map(|schedule| schedule.kind).collect();
        let mut tried = 0;
        while let Some(job) = claim(app, &kinds).await? {
            if let Some(schedule) = schedules.iter().find(|schedule| schedule.kind == job.kind) {
                work(app, schedule, job).await?;
            }
            tried += 1;
        }
        Ok(tried)
    }

    async fn plan(&self, app: &SharedApp, schedule: &Schedule) -> Result<()> {
        let now = app.now().millis() / 1_000;
        let slot = now - now.rem_euclid(schedule.every_seconds.max(1));
        if self.planned().get(schedule.kind) == Some(&slot) {
            return Ok(());
        }
        let run_at = Instant::from_millis(slot * 1_000);
        let job = NewJob {
            id: Id::new(app.now(), &app.chance),
            kind: schedule.kind,
            slot: run_at.to_string(),
            payload: serde_json::json!({}),
            run_at,
        };
        app.db.write(async move |mut tx| jobs::plan(&mut tx, &job).await).await?;
        self.planned().insert(schedule.kind, slot);
        Ok(())
    }

    fn planned(&self) -> std::sync::MutexGuard<'_, HashMap<&'static str, i64>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

async fn claim(app: &SharedApp, kinds: &[&'static str]) -> Result<Option<Job>> {
    let (kinds, now) = (kinds.to_vec(), app.now());
    let until = now.plus_seconds(LEASE_SECONDS.into());
    app.db.write(async move |mut tx| jobs::claim(&mut tx, &kinds, now, until).await).await
}

async fn work(app: &SharedApp, schedule: &Schedule, job: Job) -> Result<()> {
    let work = AssertUnwindSafe((schedule.run)(SharedApp::clone(app))).catch_unwind();
    let outcome = match tokio::time::timeout(Duration::from_secs(LEASE_SECONDS.into()), work).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(Error::internal("the job panicked")),
        Err(_) => Err(Error::internal("the job took longer than its lease")),
    };
    let now = app.now();
    let ended = app
        .db
        .write(async move |mut tx| match outcome {
            Ok(()) => jobs::finish(&mut tx, &job, now).await,
            Err(error) => {
                tracing::error!(%error, kind = job.kind, slot = job.slot, attempt = job.attempts, "a job failed");
                jobs::fail(&mut tx, &job, now, &error.to_string()).await
            }
        })
        .await?;
    if !ended {
        tracing::warn!(kind = schedule.kind, "a job was ended by another worker");
    }
    Ok(())
}
