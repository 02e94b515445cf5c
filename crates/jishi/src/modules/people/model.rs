//! Types of the room.

use db::{FromRow, Row};
use kernel::{Day, Error, Id, Lang, Level, Names, RegionCode, Result};
use serde::Serialize;

use crate::platform::access::{Permission, Person, Post, Role, Unit};

/// A place as others show it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct RegionRef {
    /// Its code.
    pub code: RegionCode,
    /// How deep it lies.
    pub level: Level,
    /// What sort of place it is on its level.
    pub kind: String,
    /// Its names.
    pub names: Names,
}

/// A person as others show them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PersonRef {
    /// Who.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Person>,
    /// Their name.
    pub name: String,
}

impl FromRow for PersonRef {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { id: row.get("id")?, name: row.get("name")? })
    }
}

/// A unit as others show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct UnitRef {
    /// Which.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Unit>,
    /// Its names.
    pub names: Names,
    /// What it is there for: a code of the catalogue's duties.
    pub duty: String,
    /// On which level it works.
    pub level: Level,
}

impl FromRow for UnitRef {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { id: row.get("id")?, names: row.get("names")?, duty: row.get("duty")?, level: level_of(row)? })
    }
}

/// The level a row names.
pub(super) fn level_of(row: &Row) -> Result<Level> {
    row.parsed("level", Level::parse)?.ok_or_else(|| Error::internal("a unit has a level"))
}

/// The role a row names.
pub(super) fn role_of(row: &Row) -> Result<Role> {
    row.parsed("role", Role::parse)?.ok_or_else(|| Error::internal("a post has a role"))
}

/// The language a row names.
pub(super) fn locale_of(row: &Row) -> Result<Lang> {
    let parse = |tag: &str| [Lang::Zh, Lang::En].into_iter().find(|lang| lang.tag() == tag);
    Ok(row.parsed("locale", parse)?.unwrap_or_default())
}

/// A post as stored, with the names beside it.
#[derive(Clone, Debug)]
pub(super) struct PostRow {
    pub id: Id<Post>,
    pub person: Id<Person>,
    pub role: Role,
    pub region: RegionCode,
    pub unit: Option<UnitRef>,
    pub from: Day,
    pub until: Option<Day>,
    pub deputy_for: Option<PersonRef>,
}

impl FromRow for PostRow {
    fn from_row(row: &Row) -> Result<Self> {
        let unit = match row.opt("unit")? {
            Some(id) => Some(UnitRef { id, names: row.get("names")?, duty: row.get("duty")?, level: level_of(row)? }),
            None => None,
        };
        let deputy_for = match row.opt("deputised")? {
            Some(id) => Some(PersonRef { id, name: row.get("deputised_name")? }),
            None => None,
        };
        Ok(Self {
            id: row.get("id")?,
            person: row.get("person")?,
            role: role_of(row)?,
            region: row.get("region")?,
            unit,
            from: row.get("valid_from")?,
            until: row.opt("valid_until")?,
            deputy_for,
        })
    }
}

/// A post as shown.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Post)]
pub struct PostView {
    /// Which.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Post>,
    /// What it lets its holder be.
    pub role: Role,
    /// Where.
    pub region: RegionRef,
    /// In which unit.
    pub unit: Option<UnitRef>,
    /// First day.
    pub from: Day,
    /// The day it is over; none while it is open-ended.
    pub until: Option<Day>,
    /// Whom a deputy stands in for.
    pub deputy_for: Option<PersonRef>,
}

/// Who is logged in, and what they may.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Me {
    /// Who.
    pub person: PersonRef,
    /// Their log-in name.
    pub login: String,
    /// The posts held today.
    pub posts: Vec<PostView>,
    /// What these posts let them do.
    pub permissions: Vec<Permission>,
    /// True until the first password has been changed.
    pub must_change_password: bool,
    /// The second factor.
    pub totp: TotpState,
    /// The language they chose.
    pub locale: Lang,
    /// Whether this is the demonstration.
    pub is_demo: bool,
}

/// Whether the second factor is on.
#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
pub struct TotpState {
    /// On: log-in asks for a code.
    pub enabled: bool,
}

/// Someone whose role a visitor of the demonstration may take.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Persona {
    /// Their log-in name.
    pub login: String,
    /// Their name.
    pub name: String,
    /// What they are.
    pub role: Role,
    /// Where.
    pub region: RegionRef,
    /// In which unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitRef>,
}
