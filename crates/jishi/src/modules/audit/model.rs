//! Types of the room.

use db::{FromRow, Row};
use kernel::{Day, Id, Instant, Names, Result};
use serde::Serialize;

use crate::{
    modules::people::{PersonRef, UnitRef},
    platform::access::{Person, Unit},
};

/// An entry as stored.
pub(super) struct EventRow {
    pub seq: i64,
    pub at: Instant,
    pub kind: String,
    pub person: Option<Id<Person>>,
    pub role: Option<String>,
    pub unit: Option<Id<Unit>>,
    pub address: Option<String>,
    pub object_kind: String,
    pub object_id: String,
    pub params: serde_json::Value,
}

impl FromRow for EventRow {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            seq: row.get("seq")?,
            at: row.get("at")?,
            kind: row.get("kind")?,
            person: row.opt("person")?,
            role: row.opt("role")?,
            unit: row.opt("unit")?,
            address: row.opt("address")?,
            object_kind: row.get("object_kind")?,
            object_id: row.get("object_id")?,
            params: row.get("params")?,
        })
    }
}

/// An entry as shown.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct AuditRow {
    /// Its place in the trail.
    pub seq: i64,
    /// When.
    pub at: Instant,
    /// What was done, e.g. `case.dispatched`.
    pub kind: String,
    /// Who did it; none for a resident or the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonRef>,
    /// As what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// For which unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitRef>,
    /// To what sort of thing.
    pub object_kind: String,
    /// To which.
    pub object_id: String,
    /// A case's number, by which people know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_number: Option<String>,
    /// What a person or a unit is called; for a post, its holder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_names: Option<Names>,
    /// Details without personal data; a member of staff is named beside their id.
    pub params: serde_json::Value,
    /// Where a member of staff asked from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// What the trail is narrowed by.
#[derive(Clone, Debug, Default)]
pub(super) struct AuditFilter {
    pub person: Option<Id<Person>>,
    /// A kind, or with a dot at its end all kinds that begin so.
    pub kind: Option<String>,
    /// The id, code or number of a thing.
    pub object: Option<String>,
    /// From this day on.
    pub from: Option<Day>,
    /// To the end of this day.
    pub to: Option<Day>,
}
