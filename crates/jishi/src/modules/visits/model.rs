//! Visits. Types only.

use db::{FromRow, Row};
use kernel::{Day, Id, Instant, RegionCode, Result};

use crate::{
    modules::{
        cases::{Case, ClosedHow, Status},
        links::{self, NeedStage},
        people::PersonRef,
    },
    platform::access::{Person, Unit},
};

/// 哪些走访
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VisitList {
    /// 我的走访
    Mine,
    /// 本地走访
    Place,
}

/// 走访
#[derive(Clone, Debug)]
pub struct Visit {
    /// Its identity.
    pub id: Id<Visit>,
    /// Where.
    pub region: RegionCode,
    /// Who wrote it.
    pub writer: PersonRef,
    /// For which unit.
    pub unit: Option<Id<Unit>>,
    /// On which day.
    pub visited_on: Day,
    /// What is needed, masked.
    pub need: Option<String>,
    /// Code of the matter it is about.
    pub matter: Option<String>,
    /// The case it became.
    pub case: Option<Id<Case>>,
    /// That case's number.
    pub number: Option<String>,
    /// Where that case stands, or the one it was merged into.
    pub standing: Option<(Status, Option<ClosedHow>)>,
    /// When it was written down.
    pub written_at: Instant,
    /// Until when whom and what was said are kept; none when they are forgotten.
    pub keep_until: Option<Day>,
    /// Counts every change.
    pub version: i64,
}

impl Visit {
    /// 收集、归类、解决
    pub fn stage(&self) -> NeedStage {
        links::stage(self.need.is_some(), self.standing)
    }

    /// Whether this person wrote it.
    pub fn is_by(&self, person: Id<Person>) -> bool {
        self.writer.id == person
    }
}

impl FromRow for Visit {
    fn from_row(row: &Row) -> Result<Self> {
        let status: Option<Status> = row.opt("status")?;
        let how = row.opt("closed_how")?;
        Ok(Self {
            id: row.get("id")?,
            region: row.get("region")?,
            writer: PersonRef { id: row.get("writer")?, name: row.get("name")? },
            unit: row.opt("unit")?,
            visited_on: row.get("visited_on")?,
            need: row.opt("need")?,
            matter: row.opt("matter")?,
            case: row.opt("case_id")?,
            number: row.opt("number")?,
            standing: status.map(|status| (status, how)),
            written_at: row.get("written_at")?,
            keep_until: row.opt("keep_until")?,
            version: row.get("version")?,
        })
    }
}

/// What is sealed of a visit, as it is kept.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// Whom, in which household.
    pub whom: Vec<u8>,
    /// What was said.
    pub said: Vec<u8>,
}

/// The same in the open.
#[derive(Clone, Debug)]
pub struct Words {
    /// Whom, in which household.
    pub whom: String,
    /// What was said.
    pub said: String,
}

/// An opening, as the writer sees it.
#[derive(Clone, Debug)]
pub struct Opening {
    /// When.
    pub at: Instant,
    /// Who.
    pub person: PersonRef,
    /// Why.
    pub words: String,
}

impl FromRow for Opening {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            at: row.get("at")?,
            person: PersonRef { id: row.get("person")?, name: row.get("name")? },
            words: row.get("words")?,
        })
    }
}

/// Which visits. There is no filter by who wrote them.
#[derive(Clone, Debug)]
pub struct VisitFilter {
    /// One's own, or those of one's places.
    pub list: VisitList,
    /// In this place.
    pub region: Option<RegionCode>,
    /// What became of the need.
    pub stage: Option<NeedStage>,
    /// From this day on.
    pub from: Option<Day>,
    /// Up to this day.
    pub to: Option<Day>,
}
