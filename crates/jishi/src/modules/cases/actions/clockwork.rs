//! What the platform does by itself: reminding silent residents, closing after their silence, moving deadlines when a
//! year's holidays are published.

use db::Tx;
use futures::future::BoxFuture;
use kernel::{Id, Instant, Names, Result};
use serde_json::json;

use super::{
    Step,
    pauses::resume_in_time,
    record,
    search::{read_words, save},
    touch,
    unit::close,
};
use crate::{
    modules::{
        App, Schedule, SharedApp,
        cases::{
            ground,
            model::Case,
            rules::{self, Silence},
            store,
        },
    },
    platform::{
        live::Topic,
        trail::{self, By},
    },
};

/// What this room does at regular times.
pub fn schedules() -> Vec<Schedule> {
    let remind: fn(SharedApp) -> BoxFuture<'static, Result<()>> =
        |app| Box::pin(async move { remind_and_close(&app).await.map(|_| ()) });
    let end_pauses: fn(SharedApp) -> BoxFuture<'static, Result<()>> =
        |app| Box::pin(async move { end_pauses(&app).await.map(|_| ()) });
    let follow: fn(SharedApp) -> BoxFuture<'static, Result<()>> =
        |app| Box::pin(async move { follow_calendar(&app).await });
    let read: fn(SharedApp) -> BoxFuture<'static, Result<()>> =
        |app| Box::pin(async move { read_words(&app).await.map(|_| ()) });
    vec![
        Schedule { kind: "cases.remind_and_close", every_seconds: 3_600, run: remind },
        Schedule { kind: "cases.end_pauses", every_seconds: 300, run: end_pauses },
        Schedule { kind: "cases.follow_calendar", every_seconds: 60, run: follow },
        Schedule { kind: "cases.read_words", every_seconds: 300, run: read },
    ]
}

/// Moves open deadlines when a calendar has come in since it last looked.
async fn follow_calendar(app: &SharedApp) -> Result<()> {
    const SUBSCRIBER: &str = "cases.calendar";
    let unread = trail::unread_unscoped(&mut app.db.read().await?, SUBSCRIBER, "calendar.imported").await?;
    let Some(seq) = unread else { return Ok(()) };
    app.refresh().await?;
    recalculate(app).await?;
    app.db.write(async move |mut tx: Tx| trail::advance(&mut tx, SUBSCRIBER, seq).await).await
}

fn platform() -> Names {
    Names::new("系统", "The platform")
}

/// Reminds and closes whatever is due for it now; returns how many cases moved. Safe to run twice, and by two nodes:
/// each case is read again inside its own transaction.
///
/// # Errors
/// `internal` when the database fails.
pub async fn remind_and_close(app: &SharedApp) -> Result<i64> {
    let before = app.now().plus_days(-rules::REMIND_DAYS[0]);
    let (mut after, mut moved) = (None, 0);
    loop {
        let page = store::awaiting_unscoped(&mut app.db.read().await?, before, after).await?;
        let Some(last) = page.last() else { break };
        after = last.result_at.map(|at| (at, last.id));
        for case in &page {
            moved += i64::from(nudge(app, case.id).await?);
        }
    }
    if moved > 0 {
        app.live.hint(Topic::Cases);
    }
    Ok(moved)
}

/// Has clocks go on whose time to stand still is over; returns how many. Safe to run twice.
///
/// # Errors
/// `internal` when the database fails.
pub async fn end_pauses(app: &SharedApp) -> Result<i64> {
    let mut moved = 0;
    loop {
        let page = store::paused_until_unscoped(&mut app.db.read().await?, app.now()).await?;
        let mut now_moved = 0;
        for case in &page {
            now_moved += i64::from(go_on(app, case.id).await?);
        }
        moved += now_moved;
        if now_moved == 0 {
            break;
        }
    }
    if moved > 0 {
        app.live.hint(Topic::Cases);
    }
    Ok(moved)
}

async fn go_on(app: &SharedApp, id: Id<Case>) -> Result<bool> {
    let shared = SharedApp::clone(app);
    app.db
        .write(async move |mut tx| {
            let app = &*shared;
            let now = app.now();
            let mut case = store::lock_unscoped(&mut tx, id).await?;
            let Some(step) = resume_in_time(&mut tx, app, &mut case, now).await? else { return Ok(false) };
            finish(&mut tx, app, &mut case, step, now).await?;
            Ok(true)
        })
        .await
}

/// Takes the next step of a silent case, if its time has come.
async fn nudge(app: &SharedApp, id: Id<Case>) -> Result<bool> {
    let shared = SharedApp::clone(app);
    app.db
        .write(async move |mut tx| {
            let app = &*shared;
            let now = app.now();
            let mut case = store::lock_unscoped(&mut tx, id).await?;
            let Some(result_at) = case.result_at.filter(|_| case.status == super::super::Status::Verifying) else {
                return Ok(false);
            };
            let step = match rules::silence(result_at, case.reminders, now) {
                Silence::Nothing => return Ok(false),
                Silence::Remind(number) => {
                    case.reminders = number;
                    Step::new("reminded").params(json!({"number": number, "of": rules::REMIND_DAYS.len()}))
                }
                // Holidays do not take the desk's working days away: nobody is unverified before they could be asked.
                Silence::Close if now < ground::call_back_due(app, result_at) => return Ok(false),
                Silence::Close => {
                    let how = rules::after_silence(&store::reports_of(&mut tx, id).await?);
                    close(&mut tx, &mut case, how, now).await?;
                    Step::new("closed").params(json!({"how": how}))
                }
            };
            finish(&mut tx, app, &mut case, step, now).await?;
            Ok(true)
        })
        .await
}

async fn finish(tx: &mut Tx, app: &App, case: &mut Case, step: Step, now: Instant) -> Result<()> {
    touch(case, &platform(), step.kind, now);
    record(tx, app, &By::nobody(), case, step, now).await?;
    save(tx, app, case).await
}

/// Recalculates open deadlines after a calendar came in: only ever to later, each with an entry in its history.
///
/// # Errors
/// `internal` when the database fails.
pub async fn recalculate(app: &SharedApp) -> Result<i64> {
    let (mut after, mut moved) = (None, 0);
    loop {
        let page = store::open_due_after_unscoped(&mut app.db.read().await?, app.now(), after).await?;
        let Some(last) = page.last() else { break };
        after = last.due_at.map(|at| (at, last.id));
        for case in &page {
            moved += i64::from(postpone(app, case.id).await?);
        }
    }
    Ok(moved)
}

async fn postpone(app: &SharedApp, id: Id<Case>) -> Result<bool> {
    let shared = SharedApp::clone(app);
    app.db
        .write(async move |mut tx| {
            let app = &*shared;
            let now = app.now();
            let mut case = store::lock_unscoped(&mut tx, id).await?;
            let Some(later) = ground::later_deadline(app, &case) else { return Ok(false) };
            let from = case.due_at;
            ground::set_deadline(&mut case, &later);
            store::move_due(&mut tx, &case, from).await?;
            let step = Step::new("deadline_moved").params(json!({"from": from, "to": case.due_at}));
            finish(&mut tx, app, &mut case, step, now).await?;
            Ok(true)
        })
        .await
}
