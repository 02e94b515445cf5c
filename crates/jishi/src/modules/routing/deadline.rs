//! The deadline of a matter: its time limit on the instance's calendar.

use kernel::Instant;

use crate::modules::{
    App,
    calendar::{self, Adjustments, Deadline, TimeLimit},
    matters::Matter,
};

/// The clock of a case whose matter is not known yet; it is set anew when the matter is known.
const UNKNOWN_MATTER: TimeLimit = TimeLimit::FIVE_WORKING_DAYS;

/// 重办时限减半.
const REDO_DIVISOR: i64 = 2;

/// The deadline of a matter from a start.
pub fn deadline(app: &App, matter: Option<&Matter>, start: Instant) -> Deadline {
    reckon(app, limit_of(matter), start, is_unsure(matter))
}

/// The deadline of a redo: half the time, rounded up.
pub fn half_deadline(app: &App, matter: Option<&Matter>, start: Instant) -> Deadline {
    let limit = limit_of(matter);
    let half = TimeLimit::new(limit.kind(), (limit.amount() + REDO_DIVISOR - 1) / REDO_DIVISOR).unwrap_or(limit);
    reckon(app, half, start, is_unsure(matter))
}

/// A limit on the calendar in force; `unsure` where the limit itself is not confirmed.
pub fn reckon(app: &App, limit: TimeLimit, start: Instant, unsure: bool) -> Deadline {
    let calendar = app.calendar.get();
    let deadline = calendar::deadline(start, limit, &calendar, app.settings.close_of_business, &app.settings.zone);
    Deadline { unsure, ..deadline }
}

/// A deadline again, on the calendar in force and with what has moved its end since.
pub fn reckon_again(app: &App, known: &Deadline, adjustments: &Adjustments) -> Deadline {
    let calendar = app.calendar.get();
    let on = (&*calendar, app.settings.close_of_business, &app.settings.zone);
    let deadline = calendar::adjusted(known.start_at, known.clock, adjustments, on);
    Deadline { unsure: known.unsure, ..deadline }
}

fn limit_of(matter: Option<&Matter>) -> TimeLimit {
    matter.and_then(|matter| matter.limit).unwrap_or(UNKNOWN_MATTER)
}

fn is_unsure(matter: Option<&Matter>) -> bool {
    matter.is_none_or(|matter| matter.unsure.iter().any(|field| field == "clock"))
}
