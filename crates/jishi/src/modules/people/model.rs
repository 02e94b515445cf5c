//! Types of the room.

use db::{FromRow, Row};
use kernel::{Day, Error, Id, Lang, Level, Names, RegionCode, Result};
use serde::{Deserialize, Serialize};

use crate::{
    modules::regions::RegionRef,
    platform::access::{Permission, Person, Post, Role, Unit},
};

/// A person as others show them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
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

/// A unit as stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UnitRecord {
    /// Which.
    pub id: Id<Unit>,
    /// Its names.
    pub names: Names,
    /// What it is there for: a code of the catalogue's duties.
    pub duty: String,
    /// On which level it works.
    pub level: Level,
    /// The place it works for.
    pub region: RegionCode,
    /// The unit above it.
    pub parent: Option<Id<Unit>>,
    /// An office telephone, for everyone to know.
    pub phone: Option<String>,
    /// The day it is over.
    pub until: Option<Day>,
    /// Counts its changes.
    pub version: i64,
}

impl UnitRecord {
    /// As others show it.
    pub fn to_ref(&self) -> UnitRef {
        UnitRef { id: self.id, names: self.names.clone(), duty: self.duty.clone(), level: self.level }
    }
}

impl FromRow for UnitRecord {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            names: row.get("names")?,
            duty: row.get("duty")?,
            level: level_of(row)?,
            region: row.get("region")?,
            parent: row.opt("parent")?,
            phone: row.opt("phone")?,
            until: row.opt("valid_until")?,
            version: row.get("version")?,
        })
    }
}

/// A unit as shown.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Unit)]
pub struct UnitView {
    /// Who it is.
    #[serde(flatten)]
    pub unit: UnitRef,
    /// The place it works for.
    pub region: RegionRef,
    /// The unit above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<UnitRef>,
    /// An office telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The day it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// Counts its changes.
    pub version: i64,
}

/// A person as stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PersonRecord {
    /// Who.
    pub id: Id<Person>,
    /// Their name.
    pub name: String,
    /// Their log-in name.
    pub login: String,
    /// The telephone they are reached at for work.
    pub phone: Option<String>,
    /// The place whose administrators keep the account.
    pub region: RegionCode,
    /// The day they left, or will.
    pub until: Option<Day>,
    /// Counts changes of the record.
    pub version: i64,
}

impl FromRow for PersonRecord {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            login: row.get("login")?,
            phone: row.opt("phone")?,
            region: row.get("region")?,
            until: row.opt("valid_until")?,
            version: row.get("version")?,
        })
    }
}

/// A person as shown.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Person)]
pub struct PersonView {
    /// Who.
    #[serde(flatten)]
    pub person: PersonRef,
    /// Their log-in name.
    pub login: String,
    /// The telephone they are reached at for work.
    pub phone: Option<String>,
    /// The posts they hold or will hold.
    pub posts: Vec<PostView>,
    /// The posts that are over, the newest first; only on one person's own page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub past_posts: Option<Vec<PostView>>,
    /// The day they left, or will.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_at: Option<Day>,
    /// Counts changes of the record.
    pub version: i64,
}

/// A bare post, as rules look at it.
#[derive(Clone, Debug)]
pub struct PostRecord {
    /// Which.
    pub id: Id<Post>,
    /// Whose.
    pub person: Id<Person>,
    /// What it lets its holder be.
    pub role: Role,
    /// Where.
    pub region: RegionCode,
    /// In which unit.
    pub unit: Option<Id<Unit>>,
    /// First day.
    pub from: Day,
    /// The day it is over.
    pub until: Option<Day>,
    /// The post it stands in for.
    pub deputy_for: Option<Id<Post>>,
}

impl FromRow for PostRecord {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            person: row.get("person")?,
            role: role_of(row)?,
            region: row.get("region")?,
            unit: row.opt("unit")?,
            from: row.get("valid_from")?,
            until: row.opt("valid_until")?,
            deputy_for: row.opt("deputy_for")?,
        })
    }
}

/// What is written down of a unit.
#[derive(Clone, Debug)]
pub struct UnitDraft {
    /// Its names.
    pub names: Names,
    /// What it is there for.
    pub duty: String,
    /// The place it works for; its level is the unit's.
    pub region: RegionCode,
    /// The unit above it.
    pub parent: Option<Id<Unit>>,
    /// An office telephone.
    pub phone: Option<String>,
    /// The day it is over.
    pub until: Option<Day>,
}

/// A post to be given.
#[derive(Clone, Debug)]
pub struct PostDraft {
    /// What it lets its holder be.
    pub role: Role,
    /// Where.
    pub region: RegionCode,
    /// In which unit.
    pub unit: Option<Id<Unit>>,
    /// First day; today if not said.
    pub from: Option<Day>,
    /// The day it is over.
    pub until: Option<Day>,
    /// The post to stand in for.
    pub deputy_for: Option<Id<Post>>,
}

/// What a list of units is narrowed by.
#[derive(Clone, Debug, Default)]
pub struct UnitFilter {
    /// In this place or below it.
    pub region: Option<RegionCode>,
    /// Those that work for this place: its own, and those of the places it lies in.
    pub serves: Option<RegionCode>,
    /// With this duty.
    pub duty: Option<String>,
    /// With this in the name.
    pub q: Option<String>,
    /// Those that are over, too.
    pub with_ended: bool,
}

/// What a list of people is narrowed by.
#[derive(Clone, Debug, Default)]
pub struct PersonFilter {
    /// With this in the name or log-in name.
    pub q: Option<String>,
    /// With a post in this place or below it.
    pub region: Option<RegionCode>,
    /// With a post in this unit.
    pub unit: Option<Id<Unit>>,
    /// With a post of this role.
    pub role: Option<Role>,
    /// Those who have left, too.
    pub with_left: bool,
    /// Only those who never had a password.
    pub without_password: bool,
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
    /// Whether they log in with a password; personas of the demonstration have none.
    pub has_password: bool,
    /// The second factor.
    pub totp: TotpState,
    /// The language they chose.
    pub locale: Lang,
    /// The telephone they are reached at for work; without one no short message comes.
    pub phone: Option<String>,
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
