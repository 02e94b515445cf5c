//! When a time limit ends. Civil Code, articles 201 to 203:
//! the day of the start does not count; the last day ends at the close of business; a last day that is not worked moves
//! to the next one that is; hours run on the wall.
//!
//! A clock that stands still takes its time with it: hours are added as they stood still, and a day does not count when the
//! clock stood still at its close of business. An extension names a last day; it never makes a deadline earlier.

use jiff::{civil::Time, tz::TimeZone};
use kernel::{Day, Instant};

use super::model::{
    Adjustments, DayStatus, Deadline, Extension, LimitKind, Pause, SkipReason, Skipped, TimeLimit, WorkCalendar,
};

/// The end of `limit` begun at `start`, with its explanation. `close` is the close of business in `zone`.
pub fn deadline(start: Instant, limit: TimeLimit, calendar: &WorkCalendar, close: Time, zone: &TimeZone) -> Deadline {
    Reckoner { calendar, close, zone, pauses: &[] }.plain(start, limit)
}

/// The same where the clock stood still or more time was granted.
pub fn adjusted(
    start: Instant,
    limit: TimeLimit,
    adjustments: &Adjustments,
    (calendar, close, zone): (&WorkCalendar, Time, &TimeZone),
) -> Deadline {
    let plain = deadline(start, limit, calendar, close, zone);
    let Adjustments { pauses, extension } = adjustments;
    if pauses.is_empty() && extension.is_none() {
        return plain;
    }
    let mut pauses = pauses.clone();
    pauses.sort_by_key(|pause| (pause.from, pause.until));
    let mut deadline = Reckoner { calendar, close, zone, pauses: &pauses }.plain(start, limit);
    if let Some(extension) = *extension {
        let since: Vec<Pause> = pauses.iter().copied().filter(|pause| pause.from >= extension.granted_at).collect();
        let mut notes = Deadline { skipped: Vec::new(), ..deadline.clone() };
        let extended = Reckoner { calendar, close, zone, pauses: &since }.extended(extension, &mut notes);
        if extended > deadline.due_at {
            deadline = Deadline { due_at: extended, ..notes };
        }
    }
    Deadline { pauses, extension: *extension, plain_due_at: Some(plain.due_at), ..deadline }
}

/// What a limit is reckoned with. The pauses are in the order in which they began.
struct Reckoner<'a> {
    calendar: &'a WorkCalendar,
    close: Time,
    zone: &'a TimeZone,
    pauses: &'a [Pause],
}

impl Reckoner<'_> {
    fn plain(&self, start: Instant, limit: TimeLimit) -> Deadline {
        let mut deadline = Deadline {
            due_at: self.on_the_wall(start, limit.amount()),
            clock: limit,
            start_at: start,
            skipped: Vec::new(),
            assumes_unpublished: Vec::new(),
            unsure: false,
            pauses: Vec::new(),
            extension: None,
            plain_due_at: None,
        };
        if limit.kind() == LimitKind::Hours {
            return deadline;
        }
        let first = start.day(self.zone);
        deadline.skipped.push(Skipped { date: first, reason: SkipReason::StartDay, name: None });
        let last = match limit.kind() {
            LimitKind::WorkingDays => {
                (0..limit.amount()).fold(first, |day, _| self.next_worked(day.plus(1), &mut deadline))
            }
            LimitKind::Days | LimitKind::Hours => {
                let last = (0..limit.amount()).fold(first, |day, _| self.next_running(day.plus(1), &mut deadline));
                self.next_worked(last, &mut deadline)
            }
        };
        deadline.due_at = last.at(self.close, self.zone);
        deadline
    }

    /// Hours from `start` on, without those in which the clock stood still.
    fn on_the_wall(&self, start: Instant, hours: i64) -> Instant {
        self.pauses
            .iter()
            .fold((start.plus_hours(hours), start), |(due, reached), pause| {
                let from = pause.from.max(reached);
                if from >= due || pause.until <= from {
                    return (due, reached);
                }
                (Instant::from_millis(due.millis() + pause.until.millis() - from.millis()), pause.until)
            })
            .0
    }

    /// The close of business of the extension's last day, moved on by the worked days on which the clock stood still since.
    fn extended(&self, Extension { until, granted_at }: Extension, deadline: &mut Deadline) -> Instant {
        let mut last = self.next_worked(until, deadline);
        let mut day = granted_at.day(self.zone);
        while day < last {
            if self.calendar.is_working(day) && self.stands_still(day) {
                last = self.next_worked(last.plus(1), deadline);
            }
            day = day.plus(1);
        }
        last.at(self.close, self.zone)
    }

    /// Whether the clock stands still at the close of business of a day. A pause until a day ends at its close, and covers it.
    fn stands_still(&self, day: Day) -> bool {
        let close = day.at(self.close, self.zone);
        self.pauses.iter().any(|pause| pause.from <= close && close <= pause.until)
    }

    /// The first day from `day` on whose close of business the clock reaches; notes the others.
    fn next_running(&self, mut day: Day, deadline: &mut Deadline) -> Day {
        while self.stands_still(day) {
            deadline.skipped.push(Skipped { date: day, reason: SkipReason::Paused, name: None });
            day = day.plus(1);
        }
        day
    }

    /// The first worked day from `day` on; notes what is passed over, and the years that had to be assumed.
    fn next_worked(&self, mut day: Day, deadline: &mut Deadline) -> Day {
        loop {
            let year = day.year();
            if !self.calendar.is_published(year) && !deadline.assumes_unpublished.contains(&year) {
                deadline.assumes_unpublished.push(year);
            }
            let (reason, name) = match self.calendar.status(day) {
                DayStatus::Working if self.stands_still(day) => (SkipReason::Paused, None),
                DayStatus::Working => return day,
                DayStatus::Weekend => (SkipReason::Weekend, None),
                DayStatus::Holiday(names) => (SkipReason::Holiday, Some(names.clone())),
            };
            deadline.skipped.push(Skipped { date: day, reason, name });
            day = day.plus(1);
        }
    }
}
