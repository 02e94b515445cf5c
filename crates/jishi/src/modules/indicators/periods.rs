//! 统计周期: which days are one period. A place may count months from the 19th to the 18th, and days from noon to noon.

use jiff::{civil, tz::TimeZone};
use kernel::{Day, Instant, Names};

/// How periods go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// 自然日
    Day,
    /// 前一日中午 12 时至当日中午 12 时
    NoonDay,
    /// 自然周, from Monday
    Week,
    /// 自然月, or from a day of the month before to the day before it
    Month {
        /// The first day, 1 to 28; 1 is the calendar month.
        from: i8,
    },
    /// 季度
    Quarter,
    /// 自然年
    Year,
}

/// One period: half days since 1970, the last not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// How it goes.
    pub rule: Rule,
    /// The first half day.
    pub from: i64,
    /// The half day after the last.
    pub until: i64,
}

/// How the counts of half days and months make up a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Whether these are months, and not half days.
    pub is_months: bool,
    /// The first.
    pub from: i64,
    /// The one after the last.
    pub until: i64,
}

impl Rule {
    /// Its stable name: `day`, `noon_day`, `week`, `month`, `month_from_19`, `quarter`, `year`.
    pub fn name(self) -> String {
        match self {
            Self::Day => "day".to_owned(),
            Self::NoonDay => "noon_day".to_owned(),
            Self::Week => "week".to_owned(),
            Self::Month { from: 1 } => "month".to_owned(),
            Self::Month { from } => format!("month_from_{from}"),
            Self::Quarter => "quarter".to_owned(),
            Self::Year => "year".to_owned(),
        }
    }

    /// The rule of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "day" => Self::Day,
            "noon_day" => Self::NoonDay,
            "week" => Self::Week,
            "month" => Self::Month { from: 1 },
            "quarter" => Self::Quarter,
            "year" => Self::Year,
            other => {
                let from = other.strip_prefix("month_from_")?.parse().ok()?;
                return (2..=28).contains(&from).then_some(Self::Month { from });
            }
        })
    }

    /// Its name for people.
    pub fn names(self) -> Names {
        match self {
            Self::Day => Names::new("自然日", "Day"),
            Self::NoonDay => Names::new("前一日 12 时至当日 12 时", "Day from noon to noon"),
            Self::Week => Names::new("周", "Week"),
            Self::Month { from: 1 } => Names::new("自然月", "Calendar month"),
            Self::Month { from } => {
                Names::new(format!("上月 {from} 日至本月 {} 日", from - 1), format!("Month from the {from}th"))
            }
            Self::Quarter => Names::new("季度", "Quarter"),
            Self::Year => Names::new("年", "Year"),
        }
    }

    /// The period that a day lies in. A day from noon to noon is named by the day it ends on.
    pub fn of(self, day: Day) -> Period {
        let date = day.date();
        let (from, until) = match self {
            Self::Day => (start(day), start(day.plus(1))),
            Self::NoonDay => (start(day) - 1, start(day) + 1),
            Self::Week => {
                let monday = day.plus(-i64::from(date.weekday().to_monday_zero_offset()));
                (start(monday), start(monday.plus(7)))
            }
            Self::Month { from } => {
                let month = month_of(date) + i64::from(date.day() >= from && from > 1);
                let first = |month: i64| if from > 1 { day_in(month - 1, from) } else { day_in(month, 1) };
                (start(first(month)), start(first(month + 1)))
            }
            Self::Quarter => {
                let first = month_of(date).div_euclid(3) * 3;
                (start(day_in(first, 1)), start(day_in(first + 3, 1)))
            }
            Self::Year => {
                let first = month_of(date).div_euclid(12) * 12;
                (start(day_in(first, 1)), start(day_in(first + 12, 1)))
            }
        };
        Period { rule: self, from, until }
    }
}

impl Period {
    /// The one before.
    pub fn before(self) -> Self {
        let last = match self.rule {
            Rule::NoonDay => self.last_day().plus(-1),
            _ => self.first_day().plus(-1),
        };
        self.rule.of(last)
    }

    /// The first day of it; of a day from noon to noon the day it begins on.
    pub fn first_day(self) -> Day {
        day_of(self.from)
    }

    /// The last day of it.
    pub fn last_day(self) -> Day {
        day_of(self.until - 1)
    }

    /// Whole months are read as months, the rest by the half day.
    pub fn pieces(self) -> Vec<Piece> {
        let first = month_of(day_of(self.from).date()) + i64::from(month_start(day_of(self.from)) != self.from);
        let last = month_of(day_of(self.until).date());
        let halves = |from, until| Piece { is_months: false, from, until };
        if first >= last {
            return vec![halves(self.from, self.until)];
        }
        let pieces = [
            halves(self.from, start(day_in(first, 1))),
            Piece { is_months: true, from: first, until: last },
            halves(start(day_in(last, 1)), self.until),
        ];
        pieces.into_iter().filter(|piece| piece.from < piece.until).collect()
    }
}

/// The half day of an instant, by the clock of the place.
pub fn slot(at: Instant, zone: &TimeZone) -> i64 {
    let there = at.zoned(zone);
    start(Day::from(there.date())) + i64::from(there.hour() >= 12)
}

/// The month of a half day, counted from year 0.
pub fn month_of_slot(slot: i64) -> i64 {
    month_of(day_of(slot).date())
}

/// The day that a half day lies in.
pub fn day_of(slot: i64) -> Day {
    Day::from(EPOCH).plus(slot.div_euclid(2))
}

const EPOCH: civil::Date = civil::Date::constant(1970, 1, 1);

fn start(day: Day) -> i64 {
    i64::from((day.date() - EPOCH).get_days()) * 2
}

fn month_start(day: Day) -> i64 {
    start(day_in(month_of(day.date()), 1))
}

fn month_of(date: civil::Date) -> i64 {
    i64::from(date.year()) * 12 + i64::from(date.month()) - 1
}

fn day_in(month: i64, day: i8) -> Day {
    let year = i16::try_from(month.div_euclid(12)).unwrap_or(i16::MAX);
    let month = i8::try_from(month.rem_euclid(12) + 1).unwrap_or(1);
    Day::from(civil::Date::new(year, month, day).unwrap_or(civil::Date::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn days(rule: &str, day: &str) -> (String, String) {
        let period = Rule::parse(rule).unwrap().of(day.parse().unwrap());
        (period.first_day().to_string(), period.last_day().to_string())
    }

    #[test]
    fn periods_are_those_that_offices_count_by() {
        for (rule, day, from, to) in [
            ("day", "2026-11-18", "2026-11-18", "2026-11-18"),
            ("week", "2026-11-22", "2026-11-16", "2026-11-22"),
            ("month", "2026-02-28", "2026-02-01", "2026-02-28"),
            ("month_from_19", "2026-11-18", "2026-10-19", "2026-11-18"),
            ("month_from_19", "2026-11-19", "2026-11-19", "2026-12-18"),
            ("month_from_19", "2027-01-05", "2026-12-19", "2027-01-18"),
            ("quarter", "2026-11-18", "2026-10-01", "2026-12-31"),
            ("year", "2026-11-18", "2026-01-01", "2026-12-31"),
        ] {
            assert_eq!(days(rule, day), (from.to_owned(), to.to_owned()), "{rule} {day}");
        }
        let noon = Rule::NoonDay.of("2026-11-18".parse().unwrap());
        assert_eq!((noon.until - noon.from, days("noon_day", "2026-11-18").0.as_str()), (2, "2026-11-17"));
        assert!(["month_from_1", "month_from_29", "fortnight"].iter().all(|name| Rule::parse(name).is_none()));
    }

    #[test]
    fn noon_divides_the_day() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let at = |text: &str| slot(text.parse().unwrap(), &zone);
        assert_eq!(at("2026-11-18T04:00:00Z") - at("2026-11-18T03:59:59Z"), 1);
        assert_eq!(day_of(at("2026-11-18T16:00:00Z")).to_string(), "2026-11-19");
    }

    fn rules() -> impl Strategy<Value = Rule> {
        prop_oneof![
            Just(Rule::Day),
            Just(Rule::NoonDay),
            Just(Rule::Week),
            (1_i8..=28).prop_map(|from| Rule::Month { from }),
            Just(Rule::Quarter),
            Just(Rule::Year),
        ]
    }

    proptest! {
        #[test]
        fn periods_follow_one_another_and_their_pieces_are_the_whole(rule in rules(), day in 0_i64..40_000) {
            let day = Day::from(EPOCH).plus(day);
            let period = rule.of(day);
            prop_assert!(period.from < period.until);
            prop_assert_eq!(period.before().until, period.from);
            prop_assert_eq!(Rule::parse(&rule.name()), Some(rule));
            if rule != Rule::NoonDay {
                prop_assert!(period.first_day() <= day && day <= period.last_day());
            }
            let halves = |piece: &Piece| if piece.is_months {
                start(day_in(piece.until, 1)) - start(day_in(piece.from, 1))
            } else {
                piece.until - piece.from
            };
            prop_assert_eq!(period.pieces().iter().map(halves).sum::<i64>(), period.until - period.from);
        }
    }
}
