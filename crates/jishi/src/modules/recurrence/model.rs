//! Clusters and topics. Types only.

use db::{FromRow, Row};
use kernel::{Day, Id, Instant, Names, RegionCode, Result};
use serde::Deserialize;

use crate::{
    modules::{cases::Case, register::Item},
    platform::{
        access::{Person, Unit},
        words::words,
    },
};

words! {
    /// 课题的状态
    TopicState {
        Proposed "proposed" "待研究" "proposed";
        Active "active" "攻坚中" "being worked at";
        Finished "finished" "已办结" "finished";
        Rejected "rejected" "不立题" "rejected";
    }
}

/// Where a case lies among those like it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The case.
    pub case: Id<Case>,
    /// Its matter in its village.
    pub cluster: String,
    /// Its thing.
    pub item_cluster: Option<String>,
    /// The day it was received.
    pub day: Day,
}

/// 课题
#[derive(Clone, Debug)]
pub struct Topic {
    /// Its identity.
    pub id: Id<Topic>,
    /// Of what.
    pub cluster: String,
    /// The matter.
    pub matter: String,
    /// The thing, where it is one.
    pub item: Option<Id<Item>>,
    /// The village or community.
    pub village: RegionCode,
    /// How it stands.
    pub state: TopicState,
    /// The first day of the window that proposed it.
    pub since: Day,
    /// How many cases it had when it was last looked at.
    pub found: i64,
    /// How many came after it was finished.
    pub relapses: i64,
    /// When it was proposed.
    pub proposed_at: Instant,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// Whose task it is.
    pub unit: Option<Id<Unit>>,
    /// Who answers for it in that unit.
    pub person: Option<Id<Person>>,
    /// What shall be reached.
    pub goal: Option<String>,
    /// How.
    pub measures: Option<String>,
    /// Since when.
    pub begins_on: Option<Day>,
    /// By when.
    pub due_on: Option<Day>,
    /// What changed.
    pub changed: Option<String>,
    /// When it was finished.
    pub ended_on: Option<Day>,
    /// Of which month it is the topic, e.g. `2026-11`.
    pub month: Option<String>,
    /// Its goal in public.
    pub public_goal: Option<Names>,
    /// Its result in public.
    pub public_result: Option<Names>,
    /// Counts its changes.
    pub version: i64,
}

fn json<T: serde::de::DeserializeOwned>(row: &Row, name: &str) -> Result<Option<T>> {
    let value: Option<serde_json::Value> = row.opt(name)?;
    value.map(serde_json::from_value).transpose().map_err(kernel::Error::internal)
}

impl FromRow for Topic {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            cluster: row.get("cluster")?,
            matter: row.get("matter")?,
            item: row.opt("item")?,
            village: row.get("village")?,
            state: row.get("state")?,
            since: row.get("since")?,
            found: row.get("found")?,
            relapses: row.get("relapses")?,
            proposed_at: row.get("proposed_at")?,
            reason: row.opt("reason")?,
            unit: row.opt("unit")?,
            person: row.opt("person")?,
            goal: row.opt("goal")?,
            measures: row.opt("measures")?,
            begins_on: row.opt("begins_on")?,
            due_on: row.opt("due_on")?,
            changed: row.opt("changed")?,
            ended_on: row.opt("ended_on")?,
            month: row.opt("month")?,
            public_goal: json(row, "public_goal")?,
            public_result: json(row, "public_result")?,
            version: row.get("version")?,
        })
    }
}

/// A line of a topic's history.
#[derive(Clone, Debug)]
pub struct Note {
    /// When.
    pub at: Instant,
    /// What: `accepted`, `rejected`, `noted`, `finished`, `of_month`.
    pub kind: String,
    /// Who.
    pub person: Id<Person>,
    /// In words.
    pub words: String,
}

impl FromRow for Note {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { at: row.get("at")?, kind: row.get("kind")?, person: row.get("person")?, words: row.get("words")? })
    }
}

/// What is decided of a topic.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = TopicStep)]
pub enum Step {
    /// 立题: taken up, with whose it is, what shall be reached and by when.
    Accept {
        /// Whose task it is.
        #[schema(value_type = uuid::Uuid)]
        unit: Id<Unit>,
        /// Who answers for it there.
        #[schema(value_type = uuid::Uuid)]
        person: Id<Person>,
        /// What shall be reached.
        goal: String,
        /// How.
        measures: String,
        /// By when.
        due_on: Day,
    },
    /// 不立题
    Reject {
        /// Why.
        words: String,
    },
    /// 进展
    Note {
        /// What was done.
        words: String,
    },
    /// 办结
    Finish {
        /// What changed.
        words: String,
    },
    /// 每月一题, with what everyone is told; an empty month takes it back.
    OfMonth {
        /// E.g. `2026-11`.
        month: Option<String>,
        /// The goal, in both languages.
        goal: Option<Names>,
        /// The result, in both languages.
        result: Option<Names>,
    },
}
