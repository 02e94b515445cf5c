//! Work done later: leases, repetition, giving up.

use std::sync::atomic::{AtomicUsize, Ordering};

use db::{FromRow, Row, sql};
use jishi::{
    modules::{Schedule, SharedApp, Worker, schedules},
    platform::jobs::{self, Job, MAX_TRIES, NewJob},
};
use kernel::{Error, Id, Result};

use crate::bare::Bare;

#[derive(Debug)]
struct State {
    is_dead: bool,
    is_done: bool,
    attempts: i64,
    error: Option<String>,
}

impl FromRow for State {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            is_dead: row.get("is_dead")?,
            is_done: row.opt::<i64>("done_at")?.is_some(),
            attempts: row.get("attempts")?,
            error: row.opt("error")?,
        })
    }
}

async fn states(app: &SharedApp) -> Vec<State> {
    let mut db = app.db.read().await.unwrap();
    db.all(sql!("SELECT is_dead, done_at, attempts, error FROM jobs ORDER BY run_at, id")).await.unwrap()
}

async fn plan(app: &SharedApp, slot: &str) -> bool {
    let job = NewJob {
        id: Id::new(app.now(), &app.chance),
        kind: "test.job",
        slot: slot.to_owned(),
        payload: serde_json::json!({"for": "a test"}),
        run_at: app.now(),
    };
    app.db.write(async move |mut tx| jobs::plan(&mut tx, &job).await).await.unwrap()
}

async fn claim(app: &SharedApp) -> Option<Job> {
    let now = app.now();
    app.db
        .write(async move |mut tx| jobs::claim(&mut tx, &["test.job"], now, now.plus_seconds(60)).await)
        .await
        .unwrap()
}

async fn finish(app: &SharedApp, job: Job) -> bool {
    let now = app.now();
    app.db.write(async move |mut tx| jobs::finish(&mut tx, &job, now).await).await.unwrap()
}

#[tokio::test]
async fn the_same_slot_is_one_job_and_is_done_once() {
    let bare = Bare::start().await;
    assert!(plan(&bare.app, "noon").await);
    assert!(!plan(&bare.app, "noon").await);
    let job = claim(&bare.app).await.unwrap();
    assert_eq!((job.attempts, job.slot.as_str(), &job.payload["for"]), (1, "noon", &"a test".into()));
    assert!(claim(&bare.app).await.is_none(), "it is leased");
    assert!(finish(&bare.app, job.clone()).await);
    assert!(!finish(&bare.app, job).await);
    bare.wait_seconds(1_000);
    assert!(claim(&bare.app).await.is_none());
    assert!(states(&bare.app).await[0].is_done);
}

#[tokio::test]
async fn a_lease_that_runs_out_passes_to_another_and_the_first_can_no_longer_end_it() {
    let bare = Bare::start().await;
    plan(&bare.app, "noon").await;
    let first = claim(&bare.app).await.unwrap();
    bare.wait_seconds(59);
    assert!(claim(&bare.app).await.is_none());
    bare.wait_seconds(1);
    let second = claim(&bare.app).await.unwrap();
    assert_eq!(second.attempts, 2);
    assert!(!finish(&bare.app, first).await);
    assert!(finish(&bare.app, second).await);
}

#[tokio::test]
async fn a_job_whose_workers_die_every_time_is_set_aside() {
    let bare = Bare::start().await;
    plan(&bare.app, "noon").await;
    for _ in 0..MAX_TRIES {
        assert!(claim(&bare.app).await.is_some());
        bare.wait_seconds(60);
    }
    assert!(claim(&bare.app).await.is_none());
    let state = states(&bare.app).await.remove(0);
    assert!(state.is_dead && state.error.is_some(), "{state:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_that_claim_at_once_never_get_the_same_job() {
    let bare = Bare::start().await;
    for slot in 0..20 {
        plan(&bare.app, &slot.to_string()).await;
    }
    let node = |app: SharedApp| async move {
        let mut slots = Vec::new();
        while let Some(job) = claim(&app).await {
            slots.push(job.slot);
        }
        slots
    };
    let nodes = [(); 2].map(|()| tokio::spawn(node(SharedApp::clone(&bare.app))));
    let mut slots = Vec::new();
    for node in nodes {
        slots.extend(node.await.unwrap());
    }
    slots.sort();
    let mut expected: Vec<String> = (0..20).map(|slot: i64| slot.to_string()).collect();
    expected.sort();
    assert_eq!(slots, expected);
}

static RUNS: AtomicUsize = AtomicUsize::new(0);

#[tokio::test]
async fn two_workers_do_a_schedule_once_a_slot() {
    let bare = Bare::start().await;
    let run = |_: SharedApp| -> futures::future::BoxFuture<'static, Result<()>> {
        Box::pin(async {
            RUNS.fetch_add(1, Ordering::SeqCst);
            Ok(())
        })
    };
    let schedule = [Schedule { kind: "test.hourly", every_seconds: 3_600, run }];
    let (one, two) = (Worker::default(), Worker::default());
    for _ in 0..3 {
        let (a, b) = tokio::join!(one.tick(&bare.app, &schedule), two.tick(&bare.app, &schedule));
        assert_eq!(a.unwrap() + b.unwrap(), 1);
        assert_eq!(one.tick(&bare.app, &schedule).await.unwrap(), 0);
        bare.wait_seconds(3_600);
    }
    assert_eq!(RUNS.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_job_that_fails_is_tried_again_later_and_after_eight_tries_set_aside() {
    let bare = Bare::start().await;
    let run = |_: SharedApp| -> futures::future::BoxFuture<'static, Result<()>> {
        Box::pin(async { Err(Error::internal("the other side is down")) })
    };
    // One slot only within the time of this test.
    let schedule = [Schedule { kind: "test.failing", every_seconds: 86_400 * 365, run }];
    let worker = Worker::default();
    assert_eq!(worker.tick(&bare.app, &schedule).await.unwrap(), 1);
    assert_eq!(worker.tick(&bare.app, &schedule).await.unwrap(), 0, "it waits first");
    bare.wait_seconds(16);
    assert_eq!(worker.tick(&bare.app, &schedule).await.unwrap(), 1);
    for _ in 2..MAX_TRIES {
        bare.wait_seconds(3_601);
        assert_eq!(worker.tick(&bare.app, &schedule).await.unwrap(), 1);
    }
    bare.wait_seconds(36_000);
    assert_eq!(worker.tick(&bare.app, &schedule).await.unwrap(), 0);
    let state = states(&bare.app).await.remove(0);
    assert!(state.is_dead && state.attempts == MAX_TRIES, "{state:?}");
    assert!(state.error.unwrap().contains("the other side is down"));
}

#[tokio::test]
async fn a_job_that_panics_fails_like_any_other() {
    let bare = Bare::start().await;
    let run =
        |_: SharedApp| -> futures::future::BoxFuture<'static, Result<()>> { Box::pin(async { panic!("on purpose") }) };
    let schedule = [Schedule { kind: "test.panicking", every_seconds: 86_400 * 365, run }];
    assert_eq!(Worker::default().tick(&bare.app, &schedule).await.unwrap(), 1);
    let state = states(&bare.app).await.remove(0);
    assert!(!state.is_done && state.error.is_some(), "{state:?}");
}

#[tokio::test]
async fn the_platforms_own_jobs_run_and_old_ones_are_forgotten() {
    let bare = Bare::start().await;
    let (worker, own) = (Worker::default(), schedules());
    let tried = worker.tick(&bare.app, &own).await.unwrap();
    assert_eq!(tried, own.len());
    assert!(states(&bare.app).await.iter().all(|state| state.is_done && !state.is_dead));
    bare.wait_seconds(86_400 * 40);
    worker.tick(&bare.app, &own).await.unwrap();
    assert_eq!(states(&bare.app).await.len(), own.len(), "those of forty days ago are gone");
}
