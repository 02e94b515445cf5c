//! Types of the room.

use db::{FromRow, Row};
use kernel::{Id, Names, RegionCode, Result};

use crate::platform::{access::Unit, words::words};

words! {
    /// 环节: the step of a case whose words a phrase is for
    PhraseStep {
        Answer "answer" "直接答复" "answer";
        Ask "ask" "询问群众" "question";
        Return "return" "退回" "return";
        Result "result" "报送结果" "result";
        Settle "settle" "当场解决" "settling";
        Work "work" "开始办理" "work";
    }
}

/// 常用语: a record.
#[derive(Clone, Debug)]
pub struct Phrase {
    /// Which.
    pub id: Id<Phrase>,
    /// Whose.
    pub unit: Id<Unit>,
    /// The place of the unit.
    pub region: RegionCode,
    /// For which step.
    pub step: PhraseStep,
    /// For which matter; none: for any.
    pub matter: Option<String>,
    /// What it is called in the list.
    pub title: String,
    /// The words, with slots, by language.
    pub texts: Names,
    /// Whether the whole place is offered it.
    pub is_shared: bool,
    /// How often it was the beginning of what was said.
    pub uses: i64,
    /// Counts its changes.
    pub version: i64,
}

impl FromRow for Phrase {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            unit: row.get("unit")?,
            region: row.get("region")?,
            step: row.get("step")?,
            matter: row.opt("matter")?,
            title: row.get("title")?,
            texts: row.get("texts")?,
            is_shared: row.get("is_shared")?,
            uses: row.get("uses")?,
            version: row.get("version")?,
        })
    }
}

/// What is written down of a phrase.
#[derive(Clone, Debug)]
pub struct PhraseDraft {
    /// For which step.
    pub step: PhraseStep,
    /// For which matter; none: for any.
    pub matter: Option<String>,
    /// What it is called in the list.
    pub title: String,
    /// The words, with slots, by language.
    pub texts: Names,
    /// Whether the whole place is offered it.
    pub is_shared: bool,
}

/// Whom phrases are offered to: the units of their posts, and the places above these posts with their own.
#[derive(Clone, Debug, Default)]
pub struct Audience {
    /// Units whose own phrases are offered.
    pub units: Vec<Id<Unit>>,
    /// Places whose shared phrases are offered.
    pub places: Vec<RegionCode>,
}

/// What a list of a unit's phrases is narrowed by.
#[derive(Clone, Copy, Debug, Default)]
pub struct PhraseFilter {
    /// For one step.
    pub step: Option<PhraseStep>,
}
