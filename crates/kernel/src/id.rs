//! Typed identifiers.

use std::{cmp::Ordering, fmt, hash, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::{Chance, Instant};

/// The identity of a `T`: a UUID version 7, so that keys grow with time and a table's end stays warm.
pub struct Id<T>(Uuid, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// A new id for something that begins to exist at `at`. Ids made by one process in the same millisecond keep the
    /// order they were made in: 22 bits count (RFC 9562 §6.2, method 1), 48 are random.
    pub fn new(at: Instant, chance: &Chance) -> Self {
        let millis = u64::try_from(at.millis()).unwrap_or(0);
        let mut tail: [u8; 10] = chance.bytes();
        // The version and the variant take 4 bits of the first byte and 2 of the third.
        let [_, high, middle, low] = (chance.tick() << 2).to_be_bytes();
        tail[0] = high >> 4;
        tail[1] = (high << 4) | (middle >> 4);
        tail[2] = ((middle << 2) & 0x3c) | (low >> 6);
        tail[3] = low << 2;
        Self::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid())
    }

    /// The first id there could be of something that begins to exist at `at`: ids of before sort below it.
    pub fn first_at(at: Instant) -> Self {
        let millis = u64::try_from(at.millis()).unwrap_or(0);
        Self::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid())
    }

    /// When it was made; none of an id that was not made here.
    pub fn made_at(self) -> Option<Instant> {
        let (seconds, nanos) = self.0.get_timestamp()?.to_unix();
        let millis = i64::try_from(seconds).ok()?.checked_mul(1_000)? + i64::from(nanos / 1_000_000);
        Some(Instant::from_millis(millis))
    }

    /// Wraps a UUID read from a database or a request.
    pub fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The bare UUID.
    pub fn uuid(self) -> Uuid {
        self.0
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> hash::Hash for Id<T> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<T> FromStr for Id<T> {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self::from_uuid)
    }
}
impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::from_uuid)
    }
}
impl<T> utoipa::PartialSchema for Id<T> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid))).into()
    }
}
impl<T> utoipa::ToSchema for Id<T> {
    fn name() -> std::borrow::Cow<'static, str> {
        "Id".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let chance = Chance::seeded(1);
        let early = Id::<()>::new(Instant::from_millis(1_000), &chance);
        let late = Id::<()>::new(Instant::from_millis(2_000), &chance);
        assert!(early < late);
    }

    #[test]
    fn an_id_tells_when_it_was_made_and_sorts_behind_the_first_of_its_time() {
        let (chance, at) = (Chance::seeded(1), Instant::from_millis(1_700_000_000_123));
        let id = Id::<()>::new(at, &chance);
        assert_eq!(id.made_at(), Some(at));
        assert!(Id::first_at(at) <= id && id < Id::first_at(Instant::from_millis(1_700_000_000_124)));
    }

    #[test]
    fn ids_of_one_millisecond_keep_their_order_and_stay_apart() {
        let (chance, at) = (Chance::seeded(1), Instant::from_millis(1_000));
        let ids: Vec<Id<()>> = (0..20_000).map(|_| Id::new(at, &chance)).collect();
        assert!(ids.is_sorted());
        assert_ne!(ids[0], Id::new(at, &Chance::seeded(2)));
    }
}
