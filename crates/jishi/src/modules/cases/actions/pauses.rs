//! 中止与延期: a clock that stands still, goes on, or is given more time. What moves its end is kept with the deadline, which
//! says so wherever it is shown; the clock without it is shown beside it.

use db::Tx;
use kernel::{Day, Instant, Result};
use serde_json::{Value, json};

use super::Step;
use crate::modules::{
    App,
    calendar::{Extension, LimitKind, Pause, PauseReason},
    cases::{
        ground,
        model::{Case, Status},
        rules, store,
    },
};

/// Has the clock stand still from `now`, until `until` at the latest. One that stands still already does so until then.
pub(super) fn pause(app: &App, case: &mut Case, reason: PauseReason, now: Instant, until: Instant) {
    ground::adjust(app, case, |adjustments| {
        end_open(&mut adjustments.pauses, now);
        adjustments.pauses.push(Pause { from: now, until, reason, is_open: true });
    });
}

/// Has the clock go on at `now`; false when it does not stand still.
pub(super) fn resume(app: &App, case: &mut Case, now: Instant) -> bool {
    let was_paused = case.pause().is_some();
    if was_paused {
        ground::adjust(app, case, |adjustments| end_open(&mut adjustments.pauses, now));
    }
    was_paused
}

/// A pause that ended before its beginning was reached leaves nothing behind.
fn end_open(pauses: &mut Vec<Pause>, now: Instant) {
    for pause in pauses.iter_mut().filter(|pause| pause.is_open) {
        pause.until = pause.until.min(now);
        pause.is_open = false;
    }
    pauses.retain(|pause| pause.from < pause.until);
}

/// 延期: the new last day.
pub(super) fn extend(app: &App, case: &mut Case, until: Day, now: Instant) {
    ground::adjust(app, case, |adjustments| adjustments.extension = Some(Extension { until, granted_at: now }));
}

/// 等待诉求人答复: a question stops the clock of whoever works on the case, twice in a round at the most, and not while it
/// stands still already. Returns until when.
pub(super) fn wait_for_resident(app: &App, case: &mut Case, now: Instant) -> Option<Instant> {
    // Who has not even signed for it, and whoever is to be there within hours, asks while the clock runs.
    let works = matches!(case.status, Status::Signed | Status::Working);
    let known = ground::known_deadline(case).filter(|known| works && known.clock.kind() != LimitKind::Hours)?;
    let waits = known.pauses.iter().filter(|pause| pause.reason == PauseReason::Resident).count();
    // Who is late already does not get out of it by asking.
    if waits >= rules::WAITS || known.open_pause().is_some() || known.due_at <= now {
        return None;
    }
    let until = ground::working_days_from(app, rules::WAIT_FOR_RESIDENT, now);
    pause(app, case, PauseReason::Resident, now, until);
    Some(until)
}

/// What the history tells of a clock that goes on.
pub(super) fn resumed(case: &Case, because: &'static str) -> Value {
    json!({"because": because, "due_at": case.due_at})
}

/// The clock goes on because its time is over, if it is; the platform's own step. Of a parked case the review is owed then.
pub(super) async fn resume_in_time(tx: &mut Tx, app: &App, case: &mut Case, now: Instant) -> Result<Option<Step>> {
    let Some(pause) = case.pause().filter(|pause| pause.until <= now) else { return Ok(None) };
    let before = case.due_at;
    resume(app, case, now);
    store::move_due(tx, case, before).await?;
    let because = match pause.reason {
        PauseReason::Resident => "no_reply",
        PauseReason::Statutory => "time_over",
        PauseReason::Parked => "review_due",
    };
    Ok(Some(Step::new("resumed").params(resumed(case, because))))
}
