//! What is kept of a redrawing, and what taking it back does. Types only.

use db::{FromRow, Row};
use kernel::{Error, Id, Instant, Names, RegionCode, Result};
use serde::{Deserialize, Serialize};

use super::model::{CasesMoved, Outcome};
use crate::{
    modules::{
        people::{FollowedPost, FollowedUnit, Gone},
        regions::{Along, Journal, MovedSpot, RegionRef},
    },
    platform::access::Person,
};

/// How places were redrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RedrawingWay)]
pub enum Way {
    /// On the map.
    Drawn,
    /// By a file of boundaries.
    File,
}

impl Way {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Drawn => "drawn",
            Self::File => "file",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Drawn, Self::File].into_iter().find(|way| way.as_str() == text)
    }
}

/// How much a redrawing did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RedrawingCounts)]
pub struct Counts {
    /// Places that began.
    pub begun: i64,
    /// Places that ended.
    pub ended: i64,
    /// Places that got another boundary.
    pub changed: i64,
    /// Open cases that moved.
    pub cases: i64,
    /// Things of the register that moved.
    pub items: i64,
    /// Posts that followed.
    pub posts: i64,
    /// Units that followed.
    pub units: i64,
    /// Signs that stand elsewhere.
    pub signs: i64,
}

impl Counts {
    /// Of what was done on the map.
    pub fn of(outcome: &Outcome) -> Self {
        let count = |all: usize| i64::try_from(all).unwrap_or(i64::MAX);
        Self {
            begun: count(outcome.begun.len()),
            ended: count(outcome.ended.len()),
            changed: count(outcome.changed.len()),
            cases: outcome.cases.iter().map(|moved| moved.by_point + moved.without_point).sum(),
            items: outcome.items,
            posts: count(outcome.posts.len()),
            units: count(outcome.units.len()),
            signs: count(outcome.spots.len()),
        }
    }
}

/// 重划 as kept.
#[derive(Clone, Debug)]
pub struct Past {
    /// Its identity.
    pub id: Id<Past>,
    /// When.
    pub at: Instant,
    /// By whom; nobody when it came by the command line.
    pub person: Option<Id<Person>>,
    /// The narrowest place that holds all of it.
    pub region: RegionCode,
    /// How.
    pub way: Way,
    /// How much it did.
    pub counts: Counts,
    /// When it was taken back.
    pub undone_at: Option<Instant>,
    /// By whom it was taken back.
    pub undone_by: Option<Id<Person>>,
}

impl FromRow for Past {
    fn from_row(row: &Row) -> Result<Self> {
        let counts: serde_json::Value = row.get("counts")?;
        Ok(Self {
            id: row.get("id")?,
            at: row.get("at")?,
            person: row.opt("person")?,
            region: row.get("region")?,
            way: row.parsed("way", Way::parse)?.ok_or_else(|| Error::internal("a redrawing without a way"))?,
            counts: serde_json::from_value(counts).map_err(Error::internal)?,
            undone_at: row.opt("undone_at")?,
            undone_by: row.opt("undone_by")?,
        })
    }
}

/// What a redrawing changed: enough to take it back.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Kept {
    /// Places and boundaries.
    pub places: Journal,
    /// Posts, units and accounts.
    pub people: Gone,
    /// What else went, step by step.
    pub steps: Vec<Step>,
}

/// What went along in one place.
#[derive(Debug, Serialize, Deserialize)]
pub struct Step {
    /// The place whose parts were drawn.
    pub parent: RegionCode,
    /// What went.
    pub along: Along,
}

/// What taking a redrawing back did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TakenBack {
    /// Places that stand again.
    pub restored: Vec<RegionRef>,
    /// Places that end.
    pub ended: Vec<RegionRef>,
    /// Places that get their former boundary.
    pub changed: Vec<RegionRef>,
    /// Open cases that go, by where they go.
    pub cases: Vec<CasesMoved>,
    /// How many of these began in a place that ends.
    pub began_there: i64,
    /// Posts that go.
    pub posts: Vec<FollowedPost>,
    /// Units that go.
    pub units: Vec<FollowedUnit>,
    /// Things of the register that go.
    pub items: i64,
    /// Signs that go.
    pub spots: Vec<MovedSpot>,
    /// What somebody changed since, and stays as it is.
    pub stays: Vec<Staying>,
    /// Why it cannot be taken back; nothing when it can.
    pub obstacles: Vec<Names>,
}

/// Things of one kind that stay as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = StayingThings)]
pub struct Staying {
    /// What they are.
    pub kind: StayingKind,
    /// How many.
    pub count: i64,
    /// What the first of them are called.
    pub names: Vec<Names>,
}

/// What stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StayingKind {
    /// Cases, by number.
    Cases,
    /// Things of the register.
    Items,
    /// Posts and units.
    Posts,
    /// Signs.
    Signs,
}
