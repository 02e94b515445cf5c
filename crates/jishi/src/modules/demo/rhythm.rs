//! When people report and when offices work: what a season looks like, hour by hour.

use jiff::{civil::Time, tz::TimeZone};
use kernel::{Day, Instant};

use super::dice::Dice;

/// How much comes in from 0 to 23 o'clock: a morning peak, a dip at noon, an afternoon, an evening at home.
const HOURS: [u64; 24] = [1, 1, 0, 0, 0, 1, 4, 10, 24, 34, 32, 22, 12, 12, 20, 27, 26, 20, 16, 18, 19, 13, 7, 3];
/// How much comes in on a working day, and on another.
const WORKING: u64 = 100;
const FREE: u64 = 48;
/// Offices: from, until, in minutes of the day; the last minutes before they close nothing is filed.
const OFFICE: [(i64, i64); 2] = [(8 * 60 + 20, 11 * 60 + 50), (14 * 60 + 30, 17 * 60 + 45)];
/// Days looked ahead for an open office; no holiday is as long.
const AHEAD: i64 = 16;

/// How much comes in on a day.
pub fn weight_of_day(is_working: bool) -> u64 {
    if is_working { WORKING } else { FREE }
}

/// The hour in which something is reported; `between` narrows it and may run over midnight. Noise keeps its own hours: in
/// them every hour counts alike, however quiet the town is.
pub fn hour(between: Option<(i64, i64)>, dice: &Dice) -> i64 {
    let all: Vec<(i64, u64)> = (0..24).zip(HOURS).collect();
    let weight = |(hour, usual): &(i64, u64)| match between {
        None => *usual,
        Some((from, to)) if is_between(*hour, from, to) => 10 + usual / 4,
        Some(_) => 0,
    };
    dice.weighted(&all, weight).map_or(9, |(hour, _)| *hour)
}

fn is_between(hour: i64, from: i64, to: i64) -> bool {
    if from <= to { from <= hour && hour < to } else { from <= hour || hour < to }
}

/// A moment of a day, its minute and second left to chance.
pub fn moment(day: Day, hour: i64, zone: &TimeZone, dice: &Dice) -> Instant {
    day.at(Time::midnight(), zone).plus_hours(hour).plus_seconds(dice.between(0, 3_599))
}

/// The next moment at which an office works: this one, or some minutes after it opens.
pub fn office(at: Instant, zone: &TimeZone, is_working: &dyn Fn(Day) -> bool) -> Instant {
    let today = at.day(zone);
    // What came in while nobody was there is not all done in the same minute.
    let late = at.millis().rem_euclid(40 * 60_000) / 1_000;
    for day in (0..AHEAD).map(|ahead| today.plus(ahead)).filter(|day| is_working(*day)) {
        let midnight = day.at(Time::midnight(), zone);
        for (from, until) in OFFICE {
            let (opens, closes) = (midnight.plus_seconds(from * 60), midnight.plus_seconds(until * 60));
            if at < opens {
                return opens.plus_seconds(late);
            }
            if at < closes {
                return at;
            }
        }
    }
    at
}

/// The next moment at which a resident is up: this one, or some time after seven.
pub fn awake(at: Instant, zone: &TimeZone) -> Instant {
    let hour = i64::from(at.zoned(zone).hour());
    match hour {
        0..7 => at.plus_hours(8 - hour),
        22.. => at.plus_hours(33 - hour),
        _ => at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        format!("{text}:00+08:00").parse().unwrap()
    }

    fn zone() -> TimeZone {
        TimeZone::get("Asia/Shanghai").unwrap()
    }

    fn is_weekday(day: Day) -> bool {
        !matches!(day.date().weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday)
    }

    #[test]
    fn an_office_works_in_the_morning_and_the_afternoon_of_working_days() {
        let next = |text: &str| office(at(text), &zone(), &is_weekday);
        assert_eq!(next("2026-11-25T09:10"), at("2026-11-25T09:10"));
        for (asked, opens) in [
            ("2026-11-25T06:00", "2026-11-25T08:20"),
            ("2026-11-25T12:30", "2026-11-25T14:30"),
            ("2026-11-25T19:00", "2026-11-26T08:20"),
            ("2026-11-27T18:30", "2026-11-30T08:20"),
        ] {
            let found = next(asked);
            assert!(found >= at(opens) && found < at(opens).plus_seconds(40 * 60), "{asked}: {found}");
        }
    }

    #[test]
    fn nobody_is_asked_at_night() {
        assert_eq!(awake(at("2026-11-25T03:30"), &zone()), at("2026-11-25T08:30"));
        assert_eq!(awake(at("2026-11-25T23:15"), &zone()), at("2026-11-26T09:15"));
        assert_eq!(awake(at("2026-11-25T12:00"), &zone()), at("2026-11-25T12:00"));
    }

    #[test]
    fn noise_is_heard_at_night_and_papers_are_asked_about_by_day() {
        let dice = Dice::new(1, "hours");
        assert!((0..500).all(|_| {
            let hour = hour(Some((21, 5)), &dice);
            !(5..21).contains(&hour)
        }));
        let by_day = (0..500).filter(|_| (8..20).contains(&hour(None, &dice))).count();
        assert!(by_day > 350, "{by_day}");
    }
}
