//! Lists and ticks. Types only.

use db::{FromRow, Row};
use kernel::{Day, Id, RegionCode, Result};

use crate::{
    modules::{cases::Case, register::Item},
    platform::words::words,
};

words! {
    /// 周期
    Rhythm {
        Weekly "weekly" "每周" "every week";
        Monthly "monthly" "每月" "every month";
        Season "season" "每季" "every season";
    }
}

/// 巡查清单
#[derive(Clone, Debug)]
pub struct List {
    /// Its identity.
    pub id: Id<List>,
    /// What it is called.
    pub name: String,
    /// Where.
    pub region: RegionCode,
    /// Codes of the kinds that are looked at.
    pub kinds: Vec<String>,
    /// How often.
    pub rhythm: Rhythm,
    /// The day of a round by which it is done, from 1.
    pub due_in: i64,
    /// Since when there is the list.
    pub begins_on: Day,
    /// The first day it is no more.
    pub ends_on: Option<Day>,
    /// Counts every change.
    pub version: i64,
}

impl FromRow for List {
    fn from_row(row: &Row) -> Result<Self> {
        let kinds: serde_json::Value = row.get("kinds")?;
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            region: row.get("region")?,
            kinds: serde_json::from_value(kinds).unwrap_or_default(),
            rhythm: row.get("rhythm")?,
            due_in: row.get("due_in")?,
            begins_on: row.get("begins_on")?,
            ends_on: row.opt("ends_on")?,
            version: row.get("version")?,
        })
    }
}

/// 轮次: a week, a month or a season.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round {
    /// Its first day, which names it.
    pub starts_on: Day,
    /// The day by which it is done.
    pub due_on: Day,
}

/// 打勾: a thing looked at in a round.
#[derive(Clone, Debug)]
pub struct Tick {
    /// The thing.
    pub item: Id<Item>,
    /// On which day.
    pub seen_on: Day,
    /// Whether nothing was wrong.
    pub is_well: bool,
    /// What it needs.
    pub words: Option<String>,
    /// The case it became.
    pub case: Option<Id<Case>>,
    /// That case's number.
    pub number: Option<String>,
}

impl FromRow for Tick {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            item: row.get("item")?,
            seen_on: row.get("seen_on")?,
            is_well: row.get("is_well")?,
            words: row.opt("words")?,
            case: row.opt("case_id")?,
            number: row.opt("number")?,
        })
    }
}
