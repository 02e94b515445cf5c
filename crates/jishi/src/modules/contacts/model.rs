//! Details, their masks, their openings. Types only.

use db::{FromRow, Row};
use kernel::{Error, Id, Instant, Result};
use serde::{Deserialize, Serialize};

use super::Report;
use crate::platform::{
    access::{Person, Role, Unit},
    words::words,
};

/// What sort of detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Name given in the form.
    Name,
    /// Telephone given in the form.
    Phone,
    /// Names found in the words.
    TextName,
    /// Telephone numbers found in the words.
    TextPhone,
    /// Numbers of identity documents found in the words.
    TextDocument,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Name, Self::Phone, Self::TextName, Self::TextPhone, Self::TextDocument];

    /// Its name in SQL and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Phone => "phone",
            Self::TextName => "text_name",
            Self::TextPhone => "text_phone",
            Self::TextDocument => "text_document",
        }
    }

    /// The field of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == text)
    }
}

words! {
    /// 用途: why a detail is opened; shown to the resident.
    Purpose {
        ContactResident "contact_resident" "联系群众了解情况" "To ask the resident about it";
        VerifyPlace "verify_place" "核实地点" "To check the place";
        CallBack "call_back" "回访" "To call back";
        Emergency "emergency" "紧急情况" "Emergency";
    }
}

/// A detail as anyone who may see the case sees it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Mask {
    /// Which detail.
    pub field: Field,
    /// E.g. `138****5678`.
    pub mask: String,
}

impl FromRow for Mask {
    fn from_row(row: &Row) -> Result<Self> {
        let field = row.parsed("field", Field::parse)?.ok_or_else(|| Error::internal("a contact has no field"))?;
        Ok(Self { field, mask: row.get("mask")? })
    }
}

/// One opening of a detail, as it was written down. The resident is shown it without the person and their words.
#[derive(Clone, Debug)]
pub struct Access {
    /// Its identity.
    pub id: Id<Access>,
    /// Whose detail.
    pub report: Id<Report>,
    /// Which.
    pub field: Option<Field>,
    /// When.
    pub at: Instant,
    /// Who.
    pub person: Id<Person>,
    /// In which role.
    pub role: Option<Role>,
    /// For which unit.
    pub unit: Option<Id<Unit>>,
    /// Why, from the list.
    pub purpose: String,
    /// Why, in words.
    pub words: String,
}

impl FromRow for Access {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            report: row.get("report")?,
            field: row.parsed("field", Field::parse)?,
            at: row.get("at")?,
            person: row.get("person")?,
            role: row.parsed("role", Role::parse)?,
            unit: row.opt("unit")?,
            purpose: row.get("purpose")?,
            words: row.get("words")?,
        })
    }
}

/// What an opening is asked for.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Whose detail.
    pub report: Id<Report>,
    /// Which.
    pub field: Field,
    /// Why, from the list.
    pub purpose: Purpose,
    /// Why, in words.
    pub words: String,
    /// Who opens it.
    pub person: Id<Person>,
}
