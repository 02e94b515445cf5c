//! Time, handed in: an instant, a civil day, and the clock they come from.

use std::{
    fmt,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use jiff::{Timestamp, Zoned, civil, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A point in time, in milliseconds since 1970-01-01T00:00:00Z. RFC 3339 in JSON, a 64-bit integer in SQL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// From milliseconds since the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// This instant moved by so many seconds (negative: earlier).
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000)))
    }

    /// This instant moved by so many hours.
    pub const fn plus_hours(self, hours: i64) -> Self {
        self.plus_seconds(hours.saturating_mul(3_600))
    }

    /// This instant moved by so many times 24 hours.
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_hours(days.saturating_mul(24))
    }

    /// As a `jiff` timestamp; instants outside its range are held at its ends.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 { Timestamp::MIN } else { Timestamp::MAX })
    }

    /// The wall clock of a zone at this instant.
    pub fn zoned(self, zone: &TimeZone) -> Zoned {
        self.timestamp().to_zoned(zone.clone())
    }

    /// The civil day of a zone at this instant.
    pub fn day(self, zone: &TimeZone) -> Day {
        Day(self.zoned(zone).date())
    }
}

impl From<Timestamp> for Instant {
    fn from(timestamp: Timestamp) -> Self {
        Self(timestamp.as_millisecond())
    }
}
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}
impl FromStr for Instant {
    type Err = jiff::Error;
    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        text.parse::<Timestamp>().map(Self::from)
    }
}
impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
impl utoipa::PartialSchema for Instant {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .into()
    }
}
impl utoipa::ToSchema for Instant {}

/// A civil day, `YYYY-MM-DD`, without a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(civil::Date);

impl Day {
    /// The civil date.
    pub fn date(self) -> civil::Date {
        self.0
    }

    /// This day moved by so many days; held at the ends of the calendar.
    pub fn plus(self, days: i64) -> Self {
        Self(self.0.saturating_add(jiff::Span::new().days(days.clamp(-3_000_000, 3_000_000))))
    }

    /// How many days lie from this one to another; fewer than none where that one came before.
    pub fn days_until(self, other: Self) -> i64 {
        self.0.until(other.0).map_or(0, |span| i64::from(span.get_days()))
    }

    /// The year, e.g. 2026.
    pub fn year(self) -> i64 {
        i64::from(self.0.year())
    }

    /// The instant of a wall-clock time of this day in a zone.
    pub fn at(self, time: civil::Time, zone: &TimeZone) -> Instant {
        zone.to_ambiguous_zoned(self.0.to_datetime(time))
            .compatible()
            .map_or_else(|_| Instant::from_millis(0), |zoned| zoned.timestamp().into())
    }
}

impl From<civil::Date> for Day {
    fn from(date: civil::Date) -> Self {
        Self(date)
    }
}
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl FromStr for Day {
    type Err = jiff::Error;
    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        text.parse::<civil::Date>().map(Self)
    }
}
impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
impl utoipa::PartialSchema for Day {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Date))).into()
    }
}
impl utoipa::ToSchema for Day {}

/// Where the present comes from: the system, or a hand that moves it (demo and tests).
#[derive(Clone, Debug, Default)]
pub struct Clock(Hand);

#[derive(Clone, Debug, Default)]
enum Hand {
    #[default]
    System,
    Moved(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Hand::System)
    }

    /// A clock that stands at `at` until it is moved.
    pub fn moved(at: Instant) -> Self {
        Self(Hand::Moved(Arc::new(AtomicI64::new(at.millis()))))
    }

    /// The present.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn now(&self) -> Instant {
        match &self.0 {
            Hand::System => Timestamp::now().into(),
            Hand::Moved(at) => Instant::from_millis(at.load(Ordering::SeqCst)),
        }
    }

    /// Puts a moved clock to `at`; the machine's clock is not ours to set and stays.
    pub fn set(&self, at: Instant) {
        if let Hand::Moved(hand) = &self.0 {
            hand.store(at.millis(), Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_the_day_of_the_place_and_not_of_greenwich() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let late: Instant = "2026-11-21T16:30:00Z".parse().unwrap();
        assert_eq!(late.day(&zone).to_string(), "2026-11-22");
    }

    #[test]
    fn instants_survive_json() {
        let at: Instant = "2026-02-28T23:59:59.123Z".parse().unwrap();
        let json = serde_json::to_string(&at).unwrap();
        assert_eq!(serde_json::from_str::<Instant>(&json).unwrap(), at);
    }

    #[test]
    fn a_moved_clock_stands_where_it_is_put() {
        let clock = Clock::moved(Instant::from_millis(5));
        clock.set(clock.now().plus_hours(2));
        assert_eq!(clock.now().millis(), 7_200_005);
    }
}
