//! What the platform does by itself: what the township did not decide in time goes to the county; what was asked for in a
//! case that has moved on lapses. The trail is read behind a cursor; reading an entry twice changes nothing.

use db::Tx;
use futures::future::BoxFuture;
use kernel::{Names, Result};
use serde_json::json;

use super::{
    super::{
        model::{Plea, PleaState},
        rules, store,
    },
    ask::decide_by,
    decide::take_higher,
};
use crate::{
    modules::{Schedule, SharedApp, cases},
    platform::trail::{self, By},
};

const SUBSCRIBER: &str = "pleas";
/// Steps after which what was asked for may fit no more, or what was granted is over.
const STEPS: [&str; 9] = [
    "case.taken_up",
    "case.result_filed",
    "case.returned",
    "case.merged",
    "case.withdrawn",
    "case.closed",
    "case.redo",
    "case.dispute_upheld",
    "case.reopened",
];

/// What this room does at regular times.
pub fn schedules() -> Vec<Schedule> {
    let run: fn(SharedApp) -> BoxFuture<'static, Result<()>> = |app| Box::pin(async move { follow(&app).await });
    vec![Schedule { kind: "pleas.follow", every_seconds: 60, run }]
}

/// Takes late disputes to the county and lets lapse what fits no more.
///
/// # Errors
/// `internal` when the database fails.
pub async fn follow(app: &SharedApp) -> Result<()> {
    for plea in store::late_disputes_unscoped(&mut app.db.read().await?, app.now()).await? {
        change(app, &plea, Change::Higher).await?;
    }
    trail::follow(&app.db, (SUBSCRIBER, &STEPS), app.now(), async |page| {
        let cases = trail::objects(&page);
        let pleas = store::open_of_unscoped(&mut app.db.read().await?, &cases).await?;
        app.db.write(async move |mut tx: Tx| store::end_reviews(&mut tx, &cases).await).await?;
        for plea in &pleas {
            change(app, plea, Change::Lapse).await?;
        }
        Ok(pleas.len())
    })
    .await?;
    Ok(())
}

#[derive(Clone, Copy)]
enum Change {
    Higher,
    Lapse,
}

/// Looks again inside the transaction: meanwhile somebody may have decided, or the case come back.
async fn change(app: &SharedApp, plea: &Plea, change: Change) -> Result<()> {
    let (shared, id, case) = (SharedApp::clone(app), plea.id, plea.case);
    app.db
        .write(async move |mut tx: Tx| {
            let (app, now) = (&*shared, shared.now());
            let mut case = cases::lock_unscoped(&mut tx, case).await?;
            let Some(mut plea) = store::lock(&mut tx, id).await? else { return Ok(()) };
            if plea.state != PleaState::Open {
                return Ok(());
            }
            let entry = match change {
                Change::Higher if plea.decide_by < now => {
                    take_higher(&mut plea, decide_by(app, &app.pleas.get(), now));
                    ("dispute_appealed", json!({"because": "late"}), None)
                }
                Change::Lapse if !rules::still_stands(&plea, &case) => {
                    plea.state = PleaState::Lapsed;
                    plea.decided_at = Some(now);
                    ("plea_lapsed", json!({"plea": plea.kind, "names": plea.kind.names()}), None)
                }
                Change::Higher | Change::Lapse => return Ok(()),
            };
            store::save(&mut tx, &plea).await?;
            let who = Names::new("系统", "The platform");
            cases::note(&mut tx, app, &By::nobody(), &mut case, &who, entry).await.map(|_| ())
        })
        .await
}
