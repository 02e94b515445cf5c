//! A kept view. Types only.

use std::collections::BTreeMap;

use db::{FromRow, Row};
use kernel::{Error, Id, Instant, Result};

use crate::platform::access::{Person, Unit};

/// 常用视图
#[derive(Clone, Debug)]
pub struct SavedView {
    /// Which.
    pub id: Id<SavedView>,
    /// Of which list, e.g. `cases`.
    pub list: String,
    /// What it is called.
    pub name: String,
    /// The list's filters: what stands behind `?` of its address.
    pub query: BTreeMap<String, String>,
    /// Who made it.
    pub person: Id<Person>,
    /// The unit it is shared with.
    pub unit: Option<Id<Unit>>,
    /// When it was made.
    pub made_at: Instant,
    /// Counts its changes.
    pub version: i64,
}

impl FromRow for SavedView {
    fn from_row(row: &Row) -> Result<Self> {
        let query: serde_json::Value = row.get("query")?;
        Ok(Self {
            id: row.get("id")?,
            list: row.get("list")?,
            name: row.get("name")?,
            query: serde_json::from_value(query).map_err(Error::internal)?,
            person: row.get("person")?,
            unit: row.opt("unit")?,
            made_at: row.get("made_at")?,
            version: row.get("version")?,
        })
    }
}

/// A view as it shall be.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Of which list.
    pub list: String,
    /// What it is called.
    pub name: String,
    /// The filters.
    pub query: BTreeMap<String, String>,
    /// The unit it is shared with; only for oneself if none.
    pub unit: Option<Id<Unit>>,
}
