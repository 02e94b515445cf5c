//! Types of the room.

use db::{FromRow, Row};
use kernel::{Day, Error, Id, Names, RegionCode, Result};
use serde::{Deserialize, Serialize};

/// 删除了什么: a sort of personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ErasedWhat)]
pub enum What {
    /// Names given in a form.
    Name,
    /// Telephone numbers given in a form.
    Phone,
    /// Names found in the words.
    TextName,
    /// Telephone numbers found in the words.
    TextPhone,
    /// Numbers of identity documents found in the words.
    TextDocument,
    /// Whom somebody visited and what was said.
    VisitWords,
}

impl What {
    const ALL: [Self; 6] =
        [Self::Name, Self::Phone, Self::TextName, Self::TextPhone, Self::TextDocument, Self::VisitWords];

    /// Its name in SQL and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Phone => "phone",
            Self::TextName => "text_name",
            Self::TextPhone => "text_phone",
            Self::TextDocument => "text_document",
            Self::VisitWords => "visit_words",
        }
    }

    /// The sort of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.as_str() == text)
    }

    /// For readers.
    pub fn names(self) -> Names {
        match self {
            Self::Name => Names::new("姓名", "Name"),
            Self::Phone => Names::new("电话", "Telephone"),
            Self::TextName => Names::new("文字里的姓名", "Name in the words"),
            Self::TextPhone => Names::new("文字里的电话", "Telephone in the words"),
            Self::TextDocument => Names::new("文字里的证件号", "Document number in the words"),
            Self::VisitWords => Names::new("走访记录", "Record of a visit"),
        }
    }
}

/// 为什么删除
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ErasureCause)]
pub enum Cause {
    /// 到期: the term was over.
    Term,
    /// 本人要求
    Wish,
}

impl Cause {
    /// Its name in SQL and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Term => "term",
            Self::Wish => "wish",
        }
    }

    /// The cause of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Term, Self::Wish].into_iter().find(|cause| cause.as_str() == text)
    }

    /// For readers.
    pub fn names(self) -> Names {
        match self {
            Self::Term => Names::new("到期", "Term over"),
            Self::Wish => Names::new("本人要求", "The person's wish"),
        }
    }
}

/// What was erased, to be recorded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Erased {
    /// Where it belonged; recorded no finer than the township.
    pub place: RegionCode,
    /// Which sort.
    pub what: What,
    /// Why.
    pub cause: Cause,
    /// Code of the matter, where there was one.
    pub matter: Option<String>,
    /// The term in days; 0 before it was over.
    pub days: i64,
}

/// A line of the record.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub id: Id<Line>,
    pub day: Day,
    pub place: RegionCode,
    pub what: What,
    pub cause: Cause,
    pub matter: Option<String>,
    pub days: i64,
    pub n: i64,
}

impl FromRow for Line {
    fn from_row(row: &Row) -> Result<Self> {
        let broken = || Error::internal("an erasure has a sort and a cause");
        Ok(Self {
            id: row.get("id")?,
            day: row.get("day")?,
            place: row.get("place")?,
            what: row.parsed("what", What::parse)?.ok_or_else(broken)?,
            cause: row.parsed("cause", Cause::parse)?.ok_or_else(broken)?,
            matter: Some(row.get("matter")?).filter(|matter: &String| !matter.is_empty()),
            days: row.get("days")?,
            n: row.get("n")?,
        })
    }
}

/// What the list is narrowed by.
#[derive(Clone, Debug, Default)]
pub(super) struct ErasureFilter {
    /// Of this sort.
    pub what: Option<What>,
    /// For this cause.
    pub cause: Option<Cause>,
    /// From this day on.
    pub from: Option<Day>,
    /// To this day.
    pub to: Option<Day>,
}
