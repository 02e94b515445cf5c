//! Types of the room.

use db::{FromRow, Row};
use kernel::{Id, Instant, Names, Result};
use serde::Serialize;

use crate::platform::{
    access::{Person, Role},
    processing::Whose,
};

/// 处理记录
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ProcessingRecord {
    /// Who keeps it.
    pub keeper: Names,
    /// What is kept, by whom it is about.
    pub rows: Vec<ProcessingRow>,
    /// Days contact details are kept after a case has ended, where nothing else is said.
    pub days: i64,
    /// Matters with a term of their own.
    pub terms: Vec<TermRow>,
}

/// A sort of personal data.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ProcessingRow {
    /// Its stable name.
    pub code: &'static str,
    /// About whom.
    pub whose: Whose,
    /// What it is called.
    pub name: Names,
    /// Why it is kept.
    pub why: Names,
    /// On what basis.
    pub basis: Names,
    /// How long.
    pub term: Names,
    /// Whether it is encrypted where it lies.
    pub is_sealed: bool,
    /// Who sees it.
    pub seen: SeenBy,
    /// The roles that do, where it is roles.
    pub roles: Vec<RoleName>,
}

/// 谁能看
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DataSeenBy)]
pub(super) enum SeenBy {
    /// Nobody.
    Nobody,
    /// The person alone.
    Own,
    /// Everyone.
    Everyone,
    /// Some roles, in their places.
    Roles,
    /// Some roles, with a reason that is written down.
    Opened,
}

/// A role by its name.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct RoleName {
    /// Which.
    pub role: Role,
    /// For readers.
    pub names: Names,
}

/// A matter's own term.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct TermRow {
    /// Code of a class, a group or a matter.
    pub of: String,
    /// What it is called.
    pub names: Names,
    /// Days after the end.
    pub days: i64,
    /// Why.
    pub why: Names,
}

/// 影响评估, without its bytes.
#[derive(Clone, Debug)]
pub(super) struct Assessment {
    pub id: Id<Assessment>,
    pub year: i64,
    pub number: i64,
    pub made_at: Instant,
    pub person: Id<Person>,
    pub lang: String,
    pub sha256: String,
}

impl FromRow for Assessment {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            year: row.get("year")?,
            number: row.get("number")?,
            made_at: row.get("made_at")?,
            person: row.get("person")?,
            lang: row.get("lang")?,
            sha256: row.get("sha256")?,
        })
    }
}
