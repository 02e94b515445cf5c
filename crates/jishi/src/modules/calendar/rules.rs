//! When a time limit ends. Civil Code, articles 201 to 203:
//! the day of the start does not count; the last day ends at the close of business; a last day that is not worked moves
//! to the next one that is; hours run on the wall.

use jiff::{civil::Time, tz::TimeZone};
use kernel::{Day, Instant};

use super::model::{DayStatus, Deadline, LimitKind, SkipReason, Skipped, TimeLimit, WorkCalendar};

/// The end of `limit` begun at `start`, with its explanation. `close` is the close of business in `zone`.
pub fn deadline(start: Instant, limit: TimeLimit, calendar: &WorkCalendar, close: Time, zone: &TimeZone) -> Deadline {
    let mut deadline = Deadline {
        due_at: start.plus_hours(limit.amount()),
        clock: limit,
        start_at: start,
        skipped: Vec::new(),
        assumes_unpublished: Vec::new(),
        unsure: false,
    };
    if limit.kind() == LimitKind::Hours {
        return deadline;
    }
    let first = start.day(zone);
    deadline.skipped.push(Skipped { date: first, reason: SkipReason::StartDay, name: None });
    let last = match limit.kind() {
        LimitKind::WorkingDays => {
            (0..limit.amount()).fold(first, |day, _| next_worked(day.plus(1), calendar, &mut deadline))
        }
        LimitKind::Days | LimitKind::Hours => next_worked(first.plus(limit.amount()), calendar, &mut deadline),
    };
    deadline.due_at = last.at(close, zone);
    deadline
}

/// The first worked day from `day` on; notes what is passed over, and the years that had to be assumed.
fn next_worked(mut day: Day, calendar: &WorkCalendar, deadline: &mut Deadline) -> Day {
    loop {
        let year = day.year();
        if !calendar.is_published(year) && !deadline.assumes_unpublished.contains(&year) {
            deadline.assumes_unpublished.push(year);
        }
        let (reason, name) = match calendar.status(day) {
            DayStatus::Working => return day,
            DayStatus::Weekend => (SkipReason::Weekend, None),
            DayStatus::Holiday(names) => (SkipReason::Holiday, Some(names.clone())),
        };
        deadline.skipped.push(Skipped { date: day, reason, name });
        day = day.plus(1);
    }
}
