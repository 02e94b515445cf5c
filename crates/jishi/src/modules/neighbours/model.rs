//! Registrations, needs, projects. Types only.

use db::{FromRow, Row};
use kernel::{Day, Id, RegionCode, Result};

use crate::platform::{
    access::{Person, Unit},
    words::words,
};

words! {
    /// 谁来报到
    NeighbourKind {
        Unit "unit" "单位" "Unit";
        Person "person" "个人" "Member of staff";
        Enterprise "enterprise" "企业" "Enterprise";
        Social "social" "社会组织" "Social organisation";
    }
}

words! {
    /// 报到的状态
    RegistrationState {
        Asked "asked" "待接纳" "Awaiting an answer";
        Accepted "accepted" "已接纳" "Accepted";
        Declined "declined" "未接纳" "Not accepted";
        Ended "ended" "已结束" "Ended";
    }
}

words! {
    /// 需求的状态
    NeedState {
        Open "open" "待认领" "Open";
        Matched "matched" "已认领" "Taken up";
        Done "done" "已办成" "Done";
        Withdrawn "withdrawn" "已撤下" "Taken down";
    }
}

words! {
    /// 项目的状态
    ProjectState {
        Promised "promised" "已承诺" "Promised";
        Done "done" "已报告，待评价" "Reported, awaiting the community's word";
        Judged "judged" "已评价" "Judged";
        Dropped "dropped" "未办成" "Dropped";
    }
}

/// 报到
#[derive(Clone, Debug)]
pub struct Registration {
    /// Its identity.
    pub id: Id<Registration>,
    /// With which community.
    pub region: RegionCode,
    /// Of what.
    pub kind: NeighbourKind,
    /// Of which unit: the one itself, or that of the member of staff.
    pub unit: Option<Id<Unit>>,
    /// Of which member of staff.
    pub person: Option<Id<Person>>,
    /// What it is called.
    pub name: String,
    /// Codes of what is offered.
    pub offers: Vec<String>,
    /// When it is free.
    pub free: Option<String>,
    /// Where it stands.
    pub state: RegistrationState,
    /// What the community answered.
    pub answer: Option<String>,
    /// Since when.
    pub registered_on: Day,
    /// Counts every change.
    pub version: i64,
}

impl FromRow for Registration {
    fn from_row(row: &Row) -> Result<Self> {
        let offers: serde_json::Value = row.get("offers")?;
        Ok(Self {
            id: row.get("id")?,
            region: row.get("region")?,
            kind: row.get("kind")?,
            unit: row.opt("unit")?,
            person: row.opt("person")?,
            name: row.get("name")?,
            offers: serde_json::from_value(offers).unwrap_or_default(),
            free: row.opt("free")?,
            state: row.get("state")?,
            answer: row.opt("answer")?,
            registered_on: row.get("registered_on")?,
            version: row.get("version")?,
        })
    }
}

/// 需求
#[derive(Clone, Debug)]
pub struct Need {
    /// Its identity.
    pub id: Id<Need>,
    /// Of which community.
    pub region: RegionCode,
    /// Code of what is needed.
    pub kind: String,
    /// In a few words.
    pub title: String,
    /// In more.
    pub words: String,
    /// By which day.
    pub by_on: Option<Day>,
    /// Where it stands.
    pub state: NeedState,
    /// Since when it is public.
    pub published_on: Day,
    /// Counts every change.
    pub version: i64,
}

impl FromRow for Need {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            region: row.get("region")?,
            kind: row.get("kind")?,
            title: row.get("title")?,
            words: row.get("words")?,
            by_on: row.opt("by_on")?,
            state: row.get("state")?,
            published_on: row.get("published_on")?,
            version: row.get("version")?,
        })
    }
}

/// 项目
#[derive(Clone, Debug)]
pub struct Project {
    /// Its identity.
    pub id: Id<Project>,
    /// In which community.
    pub region: RegionCode,
    /// The need it answers.
    pub need: Option<Id<Need>>,
    /// Who does it.
    pub registration: Id<Registration>,
    /// What they are called.
    pub name: String,
    /// Of which unit.
    pub unit: Option<Id<Unit>>,
    /// By which member of staff.
    pub person: Option<Id<Person>>,
    /// Code of what is done.
    pub kind: String,
    /// In a few words.
    pub title: String,
    /// What is promised.
    pub promise: String,
    /// By which day.
    pub due_on: Day,
    /// Where it stands.
    pub state: ProjectState,
    /// What was done, or why not.
    pub result: Option<String>,
    /// On which day.
    pub done_on: Option<Day>,
    /// Whether it helped.
    pub helped: Option<bool>,
    /// The community's word.
    pub word: Option<String>,
    /// Counts every change.
    pub version: i64,
}

impl FromRow for Project {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            region: row.get("region")?,
            need: row.opt("need")?,
            registration: row.get("registration")?,
            name: row.get("name")?,
            unit: row.opt("unit")?,
            person: row.opt("person")?,
            kind: row.get("kind")?,
            title: row.get("title")?,
            promise: row.get("promise")?,
            due_on: row.get("due_on")?,
            state: row.get("state")?,
            result: row.opt("result")?,
            done_on: row.opt("done_on")?,
            helped: row.opt("helped")?,
            word: row.opt("word")?,
            version: row.get("version")?,
        })
    }
}
