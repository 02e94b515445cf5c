//! What happened becomes public. The trail is read behind a cursor, and each case it names is looked at as it is now, so
//! that reading an entry twice changes nothing; since an entry may be committed after a later one, the last two minutes
//! are read again each time. A case is written only when something is told of it that was not told before.

use std::collections::HashMap;

use db::{Conn, Tx};
use kernel::{Id, Instant, Result};

use super::{
    super::{
        model::{Disclosure, Shown, SummaryState},
        rules,
        store::{self, Counters},
    },
    parked,
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{self, Case},
    },
    platform::trail,
};

const SUBSCRIBER: &str = "disclosure";
/// Under which the making anew keeps how far it came.
const REBUILD: &str = "disclosure.rebuild";
/// Cases read at once.
const PAGE: i64 = 500;
/// Cases written in one transaction: some hundredths of a second, during which nobody else writes on SQLite.
const TOGETHER: usize = 100;

/// Steps after which something else may be public of a case.
const STEPS: [&str; 23] = [
    "case.received",
    "case.answered",
    "case.redirected",
    "case.refused",
    "case.merged",
    "case.split",
    "case.split_off",
    "case.settled",
    "case.unsettled",
    "case.dispatched",
    "case.returned",
    "case.result_filed",
    "case.verified",
    "case.redo",
    "case.closed",
    "case.reopened",
    "case.withdrawn",
    "case.reclassified",
    "case.moved",
    "case.deadline_moved",
    "case.parked",
    "case.taken_up",
    "case.changed",
];

/// Brings what is public up to date; returns how many cases are told otherwise than before.
///
/// # Errors
/// `internal` when the database fails.
pub async fn follow(app: &SharedApp) -> Result<usize> {
    let changed = trail::follow(&app.db, (SUBSCRIBER, &STEPS), app.now(), async |page| {
        let ids = trail::objects(&page);
        Ok(bring_up_to_date(app, &ids).await? + parked::bring_up_to_date(app, &ids).await?)
    })
    .await?;
    Ok(changed + watch_the_clock(app).await?)
}

/// What became late without anybody doing anything.
async fn watch_the_clock(app: &SharedApp) -> Result<usize> {
    let mut changed = 0;
    loop {
        let late = store::late_unscoped(&mut app.db.read().await?, app.now(), PAGE).await?;
        let written = bring_up_to_date(app, &late).await?;
        changed += written;
        if written == 0 {
            return Ok(changed);
        }
    }
}

/// Looks at every case anew and counts everything anew; returns how many cases were looked at. In portions, each a
/// transaction of its own, so that others write in between. What was broken off goes on where it was: how far it came is
/// kept beside the cursors of the trail, as the time at which the last case was made.
///
/// # Errors
/// `internal` when the database fails.
pub async fn rebuild(app: &SharedApp) -> Result<usize> {
    let reached = trail::cursor_unscoped(&mut app.db.read().await?, REBUILD).await?;
    let mut after = Some(reached).filter(|millis| *millis > 0).map(|millis| Id::first_at(Instant::from_millis(millis)));
    let mut seen = 0;
    loop {
        let page = cases::walk_unscoped(&mut app.db.read().await?, after, PAGE).await?;
        let ids: Vec<Id<Case>> = page.iter().map(|case| case.id).collect();
        let Some(last) = ids.last() else { break };
        after = Some(*last);
        seen += ids.len();
        for ids in ids.chunks(TOGETHER) {
            write(app, ids.to_vec()).await?;
        }
        reach(app, last.made_at().map_or(0, Instant::millis)).await?;
    }
    for portion in store::Portion::all(&app.settings.region) {
        app.db.write(async move |mut tx: Tx| portion.recount(&mut tx).await).await?;
    }
    let now = app.now();
    app.db.write(async move |mut tx: Tx| store::bump(&mut tx, now).await).await?;
    reach(app, 0).await?;
    Ok(seen)
}

async fn reach(app: &SharedApp, millis: i64) -> Result<()> {
    app.db.write(async move |mut tx: Tx| trail::advance(&mut tx, REBUILD, millis).await).await
}

/// Writes those of the cases of which something else is told now; the others cost no transaction.
async fn bring_up_to_date(app: &SharedApp, ids: &[Id<Case>]) -> Result<usize> {
    let mut changed = Vec::new();
    let mut db = app.db.read().await?;
    for ids in ids.chunks(TOGETHER) {
        let known = known(&mut db, ids).await?;
        for case in cases::some_unscoped(&mut db, ids).await? {
            let fresh = fresh(app, &case, known.get(&case.id), app.now());
            if known.get(&case.id) != Some(&fresh) {
                changed.push(case.id);
            }
        }
    }
    drop(db);
    for ids in changed.chunks(TOGETHER) {
        write(app, ids.to_vec()).await?;
    }
    Ok(changed.len())
}

async fn known(db: &mut Conn, ids: &[Id<Case>]) -> Result<HashMap<Id<Case>, Disclosure>> {
    let known = store::of_cases_unscoped(db, ids).await?;
    Ok(known.into_iter().map(|disclosure| (disclosure.case, disclosure)).collect())
}

async fn write(app: &SharedApp, mut ids: Vec<Id<Case>>) -> Result<()> {
    // In one order, so that whoever else writes waits and does not wait for us.
    ids.sort_unstable();
    let shared = SharedApp::clone(app);
    app.db
        .write(async move |mut tx: Tx| {
            let (app, now) = (&*shared, shared.now());
            let mut counters = Counters::new(&app.settings.region);
            for case in cases::some_unscoped(&mut tx, &ids).await? {
                let old = locked(&mut tx, app, &case, now).await?;
                // Read again behind the lock: whoever came first has written what they saw before.
                let Some(case) = cases::some_unscoped(&mut tx, &[case.id]).await?.pop() else { continue };
                let new = fresh(app, &case, Some(&old), now);
                replace(&mut tx, &mut counters, &old, &new).await?;
            }
            counters.write(&mut tx).await?;
            store::bump(&mut tx, now).await
        })
        .await
}

/// What is kept of a case, made if need be, and nobody else's until this transaction ends.
pub(super) async fn locked(tx: &mut Tx, app: &App, case: &Case, now: Instant) -> Result<Disclosure> {
    store::ensure(tx, &fresh(app, case, None, now)).await?;
    store::lock(tx, case.id).await
}

/// What is to be kept of a case as it is now.
pub(crate) fn fresh(app: &App, case: &Case, known: Option<&Disclosure>, now: Instant) -> Disclosure {
    let standing = rules::standing(case, now, &app.settings.zone);
    let summary_state = known.map_or(SummaryState::None, |known| known.summary_state);
    Disclosure {
        case: case.id,
        public_key: public_key(app, case.id),
        summary_state: rules::after_change(summary_state, &standing),
        summary: known.and_then(|known| known.summary.clone()),
        withdrawn_because: known.and_then(|known| known.withdrawn_because.clone()),
        version: known.map_or(0, |known| known.version),
        standing,
    }
}

/// The name of a case in public: only we can tell it from the case, and nobody the case from it.
pub(super) fn public_key(app: &App, case: Id<Case>) -> String {
    app.keys.ticket(&format!("disclosure {case}")).chars().take(16).collect()
}

/// Puts one state of a case in the place of another: what the office keeps, what is public, and the counters.
pub(super) async fn replace(tx: &mut Tx, counters: &mut Counters, old: &Disclosure, new: &Disclosure) -> Result<()> {
    counters.add(old, -1);
    counters.add(new, 1);
    store::put(tx, new).await?;
    match new.standing.shown {
        Shown::Listed => store::put_public(tx, new).await,
        Shown::Counted | Shown::Hidden => store::remove_public(tx, &new.public_key).await,
    }
}
