//! A kept view. Types only.

use std::collections::BTreeMap;

use db::{FromRow, Row};
use kernel::{Code, Error, Id, Instant, Result};

use crate::platform::access::{Person, Unit};

/// A list whose filters can be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// 工单
    Cases,
    /// 台账
    Register,
    /// 申请裁定
    Pleas,
    /// 督办
    Supervisions,
    /// 吹哨
    Whistles,
    /// 回访
    CallBacks,
    /// 抽查复核
    Rechecks,
    /// 课题
    Topics,
    /// 执法案件
    Enforcement,
}

impl List {
    /// Every one.
    pub const ALL: [Self; 9] = [
        Self::Cases,
        Self::Register,
        Self::Pleas,
        Self::Supervisions,
        Self::Whistles,
        Self::CallBacks,
        Self::Rechecks,
        Self::Topics,
        Self::Enforcement,
    ];

    /// As it is stored and spoken of.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cases => "cases",
            Self::Register => "register",
            Self::Pleas => "pleas",
            Self::Supervisions => "supervisions",
            Self::Whistles => "whistles",
            Self::CallBacks => "call_backs",
            Self::Rechecks => "rechecks",
            Self::Topics => "topics",
            Self::Enforcement => "enforcement",
        }
    }

    /// Read from outside.
    ///
    /// # Errors
    /// `unknown_value` on `list` for one that keeps no views.
    pub fn parse(text: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|list| list.as_str() == text);
        found.ok_or_else(|| Error::field("list", Code::UnknownValue).with("value", text))
    }
}

/// 常用视图
#[derive(Clone, Debug)]
pub struct SavedView {
    /// Which.
    pub id: Id<SavedView>,
    /// Of which list.
    pub list: List,
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
            list: List::parse(&row.get::<String>("list")?).map_err(Error::internal)?,
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
    pub list: List,
    /// What it is called.
    pub name: String,
    /// The filters.
    pub query: BTreeMap<String, String>,
    /// The unit it is shared with; only for oneself if none.
    pub unit: Option<Id<Unit>>,
}
