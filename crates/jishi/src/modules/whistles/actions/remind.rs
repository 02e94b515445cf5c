//! 提醒: before a limit, the units that owe something are reminded; what goes out is followed from the trail.

use db::Tx;
use futures::future::BoxFuture;
use kernel::Result;

use super::{of_unit, record, rules};
use crate::{
    modules::{
        Schedule, SharedApp,
        whistles::{model::WhistleCall, store},
    },
    platform::trail::By,
};

/// Calls looked at together.
const TOGETHER: i64 = 200;

/// What this room does at regular times.
pub fn schedules() -> Vec<Schedule> {
    let go: fn(SharedApp) -> BoxFuture<'static, Result<()>> =
        |app| Box::pin(async move { remind(&app).await.map(|_| ()) });
    vec![Schedule { kind: "whistles.remind", every_seconds: 60, run: go }]
}

/// Reminds whose limit is near; returns how many. Done twice it reminds once: the row knows how often it was.
///
/// # Errors
/// `internal` when the database fails.
pub async fn remind(app: &SharedApp) -> Result<usize> {
    let mut reminded = 0;
    loop {
        let due = store::due_reminders_unscoped(&mut app.db.read().await?, app.now(), TOGETHER).await?;
        let (shared, count) = (SharedApp::clone(app), due.len());
        reminded += count;
        if count == 0 {
            return Ok(reminded);
        }
        let write = async move |mut tx: Tx| {
            for call in due {
                let whistle = store::get_unscoped(&mut tx, call.whistle).await?;
                let minutes = shared.whistles.get().rule(whistle.kind)?.remind_minutes;
                let after = WhistleCall { reminded: call.reminded + 1, ..call.clone() };
                let next = rules::remind_at(&after, minutes).filter(|at| *at > shared.now());
                if store::set_reminder(&mut tx, &call, next).await? {
                    record(&mut tx, &shared, &By::nobody(), "whistle.reminded", &whistle, of_unit(&call)).await?;
                }
            }
            Ok(())
        };
        app.db.write(write).await?;
    }
}
