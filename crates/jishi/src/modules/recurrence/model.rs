//! Clusters and topics. Types only.

use db::{FromRow, Row};
use kernel::{Day, Error, Id, Instant, Names, RegionCode, Result};
use serde::{Deserialize, Serialize};

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

impl TopicState {
    /// Whether something is still to be done or decided.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Proposed | Self::Active)
    }
}

/// 同类事: what is counted together, one matter in one village or one thing of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// Its stable name.
    pub key: String,
    /// The matter; of a thing, what was said of it last.
    pub matter: String,
    /// The village or community.
    pub village: RegionCode,
    /// The thing, where it is one.
    pub item: Option<Id<Item>>,
}

/// Where a case lies among those like it: once with its matter in its village, and once more with its thing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The case.
    pub case: Id<Case>,
    /// The cluster's name.
    pub cluster: String,
    /// The day it was received.
    pub day: Day,
}

impl FromRow for Entry {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { case: row.get("case_id")?, cluster: row.get("cluster")?, day: row.get("day")? })
    }
}

/// What is planned: whose it is, what shall be reached, how and by when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = TopicPlan)]
pub struct Plan {
    /// Whose task it is.
    #[schema(value_type = uuid::Uuid)]
    pub unit: Id<Unit>,
    /// Who answers for it there.
    #[schema(value_type = uuid::Uuid)]
    pub person: Id<Person>,
    /// What shall be reached.
    pub goal: String,
    /// How.
    pub measures: String,
    /// By when.
    pub due_on: Day,
}

/// 立题依据: the numbers of the day on which a topic was proposed, and what it took then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Why {
    /// How many cases there were.
    pub cases: i64,
    /// How many it takes.
    pub needed: i64,
    /// Within how many days they were counted: the rule's, or those since the last topic was finished.
    pub days: i64,
}

/// What a decision changed, as it was before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// How it stood.
    pub state: TopicState,
    /// What was planned.
    pub plan: Option<Plan>,
    /// Since when it was worked at.
    pub begins_on: Option<Day>,
    /// When it had ended.
    pub ended_on: Option<Day>,
    /// With what.
    pub outcome: Option<String>,
}

/// 课题
#[derive(Clone, Debug)]
pub struct Topic {
    /// Its identity.
    pub id: Id<Topic>,
    /// Of what.
    pub cluster: Cluster,
    /// How it stands.
    pub state: TopicState,
    /// The first day of the window that proposed it.
    pub since: Day,
    /// When it was proposed.
    pub proposed_at: Instant,
    /// Why; not known of those proposed before that was written down.
    pub why: Option<Why>,
    /// What it was before the last decision, while that may be taken back.
    pub before: Option<Before>,
    /// Who took that decision.
    pub decided_by: Option<Id<Person>>,
    /// When it was last decided on.
    pub decided_at: Instant,
    /// What is planned, once it is taken up.
    pub plan: Option<Plan>,
    /// Since when it is worked at.
    pub begins_on: Option<Day>,
    /// When it was finished or rejected.
    pub ended_on: Option<Day>,
    /// What changed, or why it was rejected.
    pub outcome: Option<String>,
    /// Of which month it is the topic, e.g. `2026-11`.
    pub month: Option<String>,
    /// Counts its changes.
    pub version: i64,
}

impl FromRow for Topic {
    fn from_row(row: &Row) -> Result<Self> {
        let plan = match row.opt("unit")? {
            Some(unit) => Some(Plan {
                unit,
                person: row.get("person")?,
                goal: row.get("goal")?,
                measures: row.get("measures")?,
                due_on: row.get("due_on")?,
            }),
            None => None,
        };
        Ok(Self {
            id: row.get("id")?,
            cluster: Cluster {
                key: row.get("cluster")?,
                matter: row.get("matter")?,
                village: row.get("village")?,
                item: row.opt("item")?,
            },
            state: row.get("state")?,
            since: row.get("since")?,
            proposed_at: row.get("proposed_at")?,
            why: match (row.opt("counted")?, row.opt("rule_cases")?, row.opt("rule_days")?) {
                (Some(cases), Some(needed), Some(days)) => Some(Why { cases, needed, days }),
                _ => None,
            },
            before: match row.opt::<serde_json::Value>("before")? {
                Some(before) => Some(serde_json::from_value(before).map_err(Error::internal)?),
                None => None,
            },
            decided_by: row.opt("decided_by")?,
            decided_at: row.get("sort_at")?,
            plan,
            begins_on: row.opt("begins_on")?,
            ended_on: row.opt("ended_on")?,
            outcome: row.opt("outcome")?,
            month: row.opt("month")?,
            version: row.get("version")?,
        })
    }
}

/// A line of a topic's history.
#[derive(Clone, Debug)]
pub struct Note {
    /// When.
    pub at: Instant,
    /// What: `accepted`, `rejected`, `revised`, `noted`, `finished`, `of_month`, `not_of_month`, `undone`.
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

/// 每月一题, as everyone may read it.
#[derive(Clone, Debug)]
pub struct Told {
    /// The county that works at it.
    pub county: RegionCode,
    /// Of which month, e.g. `2026-11`.
    pub month: String,
    /// The village or community.
    pub village: RegionCode,
    /// The matter.
    pub matter: String,
    /// What shall be reached, in the office's words.
    pub goal: Names,
    /// What was reached, in the office's words.
    pub result: Option<Names>,
    /// Whether it is finished.
    pub is_finished: bool,
    /// How many cases led to it when it was marked; none when they were few.
    pub cases: Option<i64>,
}

impl FromRow for Told {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            county: row.get("county")?,
            month: row.get("month")?,
            village: row.get("village")?,
            matter: row.get("matter")?,
            goal: row.get("goal")?,
            result: row.opt("result")?,
            is_finished: row.get("is_finished")?,
            cases: row.opt("cases")?,
        })
    }
}

/// What is decided of a topic.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = TopicStep)]
pub enum Step {
    /// 立题
    Accept {
        /// What is planned.
        plan: Plan,
    },
    /// 不立题
    Reject {
        /// Why.
        words: String,
    },
    /// 调整
    Revise {
        /// What is planned now.
        plan: Plan,
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
    /// 每月一题, with what everyone is told.
    OfMonth {
        /// E.g. `2026-11`.
        month: String,
        /// The goal, in both languages.
        goal: Option<Names>,
        /// The result, in both languages; needed once it is finished.
        result: Option<Names>,
    },
    /// 取消每月一题
    NotOfMonth,
    /// 撤销: the last decision, by whoever took it.
    Undo,
}

impl Step {
    /// Its name, as on the wire.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Accept { .. } => "accept",
            Self::Reject { .. } => "reject",
            Self::Revise { .. } => "revise",
            Self::Note { .. } => "note",
            Self::Finish { .. } => "finish",
            Self::OfMonth { .. } => "of_month",
            Self::NotOfMonth => "not_of_month",
            Self::Undo => "undo",
        }
    }

    /// What it is called once it is done.
    pub fn done(&self) -> &'static str {
        match self {
            Self::Accept { .. } => "accepted",
            Self::Reject { .. } => "rejected",
            Self::Revise { .. } => "revised",
            Self::Note { .. } => "noted",
            Self::Finish { .. } => "finished",
            Self::OfMonth { .. } => "of_month",
            Self::NotOfMonth => "not_of_month",
            Self::Undo => "undone",
        }
    }

    /// The same on the trail.
    pub fn event(&self) -> &'static str {
        match self {
            Self::Accept { .. } => "topic.accepted",
            Self::Reject { .. } => "topic.rejected",
            Self::Revise { .. } => "topic.revised",
            Self::Note { .. } => "topic.noted",
            Self::Finish { .. } => "topic.finished",
            Self::OfMonth { .. } => "topic.of_month",
            Self::NotOfMonth => "topic.not_of_month",
            Self::Undo => "topic.undone",
        }
    }
}
