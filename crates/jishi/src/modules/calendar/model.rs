//! Time limits, working calendars, deadlines with their explanation.

use std::collections::BTreeMap;

use jiff::civil::Weekday;
use kernel::{Code, Day, Error, Instant, Names, Result};
use serde::{Deserialize, Serialize};

/// What a time limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LimitKind {
    /// 小时: on the wall, day and night.
    Hours,
    /// 自然日: every day counts, but the last one must be worked.
    Days,
    /// 工作日: only days that are worked count, make-up Saturdays included.
    WorkingDays,
}

impl LimitKind {
    /// Its name in code, JSON and files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hours => "hours",
            Self::Days => "days",
            Self::WorkingDays => "working_days",
        }
    }
}

/// 办理时限: how long something may take. Called `clock` in JSON and in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "RawLimit")]
#[schema(as = Clock)]
pub struct TimeLimit {
    kind: LimitKind,
    /// From 1 to 1000.
    #[schema(minimum = 1, maximum = 1000)]
    amount: i64,
}

#[derive(Deserialize)]
struct RawLimit {
    kind: LimitKind,
    amount: i64,
}

impl TryFrom<RawLimit> for TimeLimit {
    type Error = Error;
    fn try_from(raw: RawLimit) -> Result<Self> {
        Self::new(raw.kind, raw.amount)
    }
}

impl TimeLimit {
    /// The longest limit of any kind; far beyond what any rule allows, and short enough to count day by day.
    pub const MAX: i64 = 1_000;

    /// What hotline rules of several cities give where nothing else is said (济南、潍坊市民热线条例).
    pub const FIVE_WORKING_DAYS: Self = Self { kind: LimitKind::WorkingDays, amount: 5 };

    /// The usual time to say that something is not one's own.
    pub const ONE_WORKING_DAY: Self = Self { kind: LimitKind::WorkingDays, amount: 1 };

    /// A limit of so many hours, days or working days.
    ///
    /// # Errors
    /// `out_of_range` on an amount outside 1 to 1000.
    pub fn new(kind: LimitKind, amount: i64) -> Result<Self> {
        if (1..=Self::MAX).contains(&amount) {
            Ok(Self { kind, amount })
        } else {
            Err(Error::field("clock.amount", Code::OutOfRange).with("min", 1).with("max", Self::MAX))
        }
    }

    /// What it counts.
    pub fn kind(self) -> LimitKind {
        self.kind
    }

    /// How many of them.
    pub fn amount(self) -> i64 {
        self.amount
    }
}

/// What the yearly notice says about a day that the week alone would get wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DayKind {
    /// 放假: not worked, whatever day of the week it is.
    Holiday,
    /// 调休上班: worked, though it is a Saturday or Sunday.
    Workday,
}

/// A day that the notice names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SpecialDay {
    /// The day.
    pub date: Day,
    /// Whether it is free or worked.
    pub kind: DayKind,
    /// Of which holiday.
    pub names: Names,
}

/// The calendar of one year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct YearCalendar {
    /// The year.
    pub year: i64,
    /// False until the State Council's notice of that year has been imported; the weekly rule is assumed until then.
    pub is_published: bool,
    /// Which notice it follows; empty when there is none.
    pub source: String,
    /// The days the notice names, in order.
    pub days: Vec<SpecialDay>,
}

impl YearCalendar {
    /// A year of which nothing is known but the days of the week.
    pub fn unpublished(year: i64) -> Self {
        Self { year, is_published: false, source: String::new(), days: Vec::new() }
    }
}

/// 工作日历: all years that have been imported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkCalendar {
    years: BTreeMap<i64, YearCalendar>,
    special: BTreeMap<Day, (DayKind, Names)>,
}

/// What a day is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum DayStatus<'a> {
    Working,
    Weekend,
    Holiday(&'a Names),
}

impl WorkCalendar {
    /// The calendar of these years; of two for the same year the later one counts.
    pub fn new(years: impl IntoIterator<Item = YearCalendar>) -> Self {
        let mut calendar = Self::default();
        for year in years {
            calendar.special.retain(|day, _| day.year() != year.year);
            calendar.special.extend(year.days.iter().map(|day| (day.date, (day.kind, day.names.clone()))));
            calendar.years.insert(year.year, year);
        }
        calendar
    }

    /// One year, unpublished when nobody has imported it.
    pub fn year(&self, year: i64) -> YearCalendar {
        self.years.get(&year).cloned().unwrap_or_else(|| YearCalendar::unpublished(year))
    }

    /// Whether the notice of that year is known.
    pub fn is_published(&self, year: i64) -> bool {
        self.years.get(&year).is_some_and(|year| year.is_published)
    }

    /// Whether that day is worked: what the notice says, Monday to Friday otherwise.
    pub fn is_working(&self, day: Day) -> bool {
        self.status(day) == DayStatus::Working
    }

    /// That day if it is worked, the next one that is otherwise (Civil Code 203).
    pub fn working_from(&self, day: Day) -> Day {
        // No holiday is longer than a year.
        (0..366).map(|later| day.plus(later)).find(|day| self.is_working(*day)).unwrap_or(day)
    }

    pub(super) fn status(&self, day: Day) -> DayStatus<'_> {
        match self.special.get(&day) {
            Some((DayKind::Workday, _)) => DayStatus::Working,
            Some((DayKind::Holiday, names)) => DayStatus::Holiday(names),
            None if matches!(day.date().weekday(), Weekday::Saturday | Weekday::Sunday) => DayStatus::Weekend,
            None => DayStatus::Working,
        }
    }
}

/// Why a day was not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// The day on which the limit began (Civil Code 201).
    StartDay,
    /// A Saturday or Sunday that is not made up.
    Weekend,
    /// A public holiday.
    Holiday,
    /// 中止: the clock stood still at its close of business.
    Paused,
}

/// A day that did not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Skipped {
    /// The day.
    pub date: Day,
    /// Why.
    pub reason: SkipReason,
    /// The holiday's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Names>,
}

/// Why a clock stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// 等待诉求人答复: the resident was asked, and the work cannot go on without their answer.
    Resident,
    /// 法定程序: a procedure that the law prescribes and that does not count (an expert opinion, a hearing, a notice).
    Statutory,
    /// 挂账: an obstacle that nobody here can remove.
    Parked,
}

/// 中止: an interval in which a clock stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Pause {
    /// When it began.
    pub from: Instant,
    /// When it ended; of one that lasts, when it ends at the latest.
    pub until: Instant,
    /// Why.
    pub reason: PauseReason,
    /// True while it lasts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_open: bool,
}

/// 延期: a later last day, asked for in time and granted by somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Extension {
    /// The new last day.
    pub until: Day,
    /// When it was granted: what stood still before that is in it already.
    pub granted_at: Instant,
}

/// What moves the end of a limit after it has begun.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Adjustments {
    /// The intervals in which the clock stood still, in any order.
    pub pauses: Vec<Pause>,
    /// The extension, if one was granted.
    pub extension: Option<Extension>,
}

/// When a time limit ends, and how that was reckoned: what is printed on the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Deadline {
    /// 到期: the last moment.
    pub due_at: Instant,
    /// The limit.
    pub clock: TimeLimit,
    /// When it began.
    pub start_at: Instant,
    /// The days that did not count.
    pub skipped: Vec<Skipped>,
    /// Years whose holidays were not published when this was reckoned: the weekly rule was assumed, and the deadline may move later.
    pub assumes_unpublished: Vec<i64>,
    /// True when the limit itself is not confirmed; known to the catalogue, so filled in by the caller.
    pub unsure: bool,
    /// The intervals in which the clock stood still.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// The extension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Extension>,
    /// The same limit without pauses and extension, where there are any: both clocks are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plain_due_at: Option<Instant>,
}

impl Deadline {
    /// What moved its end.
    pub fn adjustments(&self) -> Adjustments {
        Adjustments { pauses: self.pauses.clone(), extension: self.extension }
    }

    /// The pause that lasts.
    pub fn open_pause(&self) -> Option<&Pause> {
        self.pauses.iter().find(|pause| pause.is_open)
    }
}
