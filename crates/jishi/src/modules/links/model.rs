//! Links, cards, households. Types only.

use db::{FromRow, Row};
use kernel::{Day, Id, Names, RegionCode, Result};

use crate::{
    modules::{people::PersonRef, register::Item},
    platform::{
        access::{Post, Unit},
        words::words,
    },
};

words! {
    /// 包联的是什么
    LinkKind {
        Township "township" "乡镇（街道）" "Township";
        Village "village" "村（社区）" "Village or community";
        Group "group" "网格、小组" "Grid or group";
        Household "household" "户" "Household";
    }
}

words! {
    /// 诉求办到哪一步: what became of what was raised in a visit
    NeedStage {
        None "none" "没有诉求" "Nothing needed";
        Collected "collected" "已收集" "Collected";
        Classified "classified" "已归类交办" "Classified and given out";
        Solved "solved" "已解决" "Solved";
        Ended "ended" "已答复" "Answered otherwise";
    }
}

/// What can be offered and needed: a kind of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct OfferRef {
    /// Its code.
    pub code: String,
    /// Its names.
    pub names: Names,
}

/// 包联: a post of a linked cadre, with its card.
#[derive(Clone, Debug)]
pub struct Link {
    /// The post.
    pub id: Id<Post>,
    /// Who.
    pub person: PersonRef,
    /// To which place.
    pub region: RegionCode,
    /// Of which unit.
    pub unit: Option<Id<Unit>>,
    /// The telephone of the unit.
    pub unit_phone: Option<String>,
    /// Since when.
    pub since: Day,
    /// The first day it is no more.
    pub until: Option<Day>,
    /// The telephone of the desk.
    pub phone: Option<String>,
    /// Whether residents read name and telephone.
    pub is_public: bool,
    /// Counts every change of the card; 0 while there is none.
    pub version: i64,
    /// The day they last came.
    pub last_on: Option<Day>,
}

impl FromRow for Link {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            person: PersonRef { id: row.get("person")?, name: row.get("name")? },
            region: row.get("region")?,
            unit: row.opt("unit")?,
            unit_phone: row.opt("unit_phone")?,
            since: row.get("valid_from")?,
            until: row.opt("valid_until")?,
            phone: row.opt("phone")?,
            is_public: row.opt("is_public")?.unwrap_or_default(),
            version: row.opt("version")?.unwrap_or_default(),
            last_on: row.opt("last_on")?,
        })
    }
}

/// 包户
#[derive(Clone, Debug)]
pub struct Household {
    /// Its identity.
    pub id: Id<Household>,
    /// By whose post.
    pub post: Id<Post>,
    /// Who that is.
    pub person: PersonRef,
    /// Where.
    pub region: RegionCode,
    /// What stands at the door.
    pub door: String,
    /// The place of the register it is.
    pub item: Option<Id<Item>>,
    /// Since when.
    pub begins_on: Day,
    /// The first day it is no more.
    pub ends_on: Option<Day>,
    /// Counts every change.
    pub version: i64,
}

impl FromRow for Household {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            post: row.get("post")?,
            person: PersonRef { id: row.get("person")?, name: row.get("name")? },
            region: row.get("region")?,
            door: row.get("door")?,
            item: row.opt("item")?,
            begins_on: row.get("begins_on")?,
            ends_on: row.opt("ends_on")?,
            version: row.get("version")?,
        })
    }
}

/// A link as everyone reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicLink {
    /// Who.
    pub name: String,
    /// Of which unit.
    pub unit: Option<Names>,
    /// How to reach them.
    pub phone: Option<String>,
    /// Since when.
    pub since: Day,
}

impl FromRow for PublicLink {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { name: row.get("name")?, unit: row.opt("unit")?, phone: row.opt("phone")?, since: row.get("since")? })
    }
}

/// All that is public of a place's links and visits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disclosed {
    /// Who is linked.
    pub links: Vec<PublicLink>,
    /// The day somebody of them last came.
    pub last_on: Option<Day>,
    /// How many needs stand at each stage: collected, classified, solved, ended.
    pub counts: [i64; 4],
    /// Those that stand in the public ledger, by their names there, sorted.
    pub cases: Vec<(NeedStage, String)>,
}
