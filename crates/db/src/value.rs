//! Values bound to a statement.

use kernel::{Day, Id, Instant, Names, RegionCode};
use uuid::Uuid;

/// A value of one of the types both databases know. NULL carries its type, because PostgreSQL wants to know it.
#[derive(Clone, Debug)]
pub enum Value {
    /// BOOLEAN; INTEGER on SQLite
    Bool(Option<bool>),
    /// BIGINT
    Int(Option<i64>),
    /// DOUBLE PRECISION
    Float(Option<f64>),
    /// TEXT
    Text(Option<String>),
    /// BYTEA; BLOB on SQLite
    Bytes(Option<Vec<u8>>),
    /// UUID; TEXT on SQLite
    Uuid(Option<Uuid>),
    /// JSONB; TEXT on SQLite
    Json(Option<serde_json::Value>),
}

impl Value {
    /// PostgreSQL cannot keep a NUL character in text or JSON, SQLite can; what only one can keep, none gets.
    pub(crate) fn has_nul(&self) -> bool {
        match self {
            Self::Text(Some(text)) => text.contains('\0'),
            Self::Json(Some(json)) => json_has_nul(json),
            _ => false,
        }
    }
}

fn json_has_nul(json: &serde_json::Value) -> bool {
    use serde_json::Value as Json;
    match json {
        Json::String(text) => text.contains('\0'),
        Json::Array(items) => items.iter().any(json_has_nul),
        Json::Object(fields) => fields.iter().any(|(name, item)| name.contains('\0') || json_has_nul(item)),
        _ => false,
    }
}

/// Says how a Rust type is bound, for itself and for its `Option`.
macro_rules! bind {
    ($($type:ty => $variant:ident($value:ident) $convert:expr;)*) => {$(
        impl From<$type> for Value {
            fn from($value: $type) -> Self {
                Self::$variant(Some($convert))
            }
        }
        impl From<Option<$type>> for Value {
            fn from(value: Option<$type>) -> Self {
                Self::$variant(value.map(|$value| $convert))
            }
        }
    )*};
}

bind! {
    bool => Bool(v) v;
    i64 => Int(v) v;
    f64 => Float(v) v;
    &str => Text(v) v.to_owned();
    String => Text(v) v;
    &String => Text(v) v.clone();
    Vec<u8> => Bytes(v) v;
    Uuid => Uuid(v) v;
    serde_json::Value => Json(v) v;
    Instant => Int(v) v.millis();
    Day => Text(v) v.to_string();
    &RegionCode => Text(v) v.as_str().to_owned();
    RegionCode => Text(v) v.into();
    &Names => Json(v) serde_json::to_value(v).unwrap_or_default();
}

impl<T> From<Id<T>> for Value {
    fn from(id: Id<T>) -> Self {
        Self::Uuid(Some(id.uuid()))
    }
}
impl<T> From<Option<Id<T>>> for Value {
    fn from(id: Option<Id<T>>) -> Self {
        Self::Uuid(id.map(Id::uuid))
    }
}
