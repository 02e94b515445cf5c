//! Types of the catalogue.

use kernel::{Level, Names};
use serde::{Deserialize, Serialize};

use crate::modules::calendar::TimeLimit;

/// What a matter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatterKind {
    /// 要办的事
    Request,
    /// 咨询: mostly answered at once
    Question,
    /// 告知途径: belongs elsewhere
    Signpost,
}

/// 紧急程度
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Urgency)]
pub enum MatterUrgency {
    /// Life or property in danger.
    Emergency,
    /// Today's life is hindered.
    Urgent,
    /// Everything else.
    #[default]
    Normal,
}

impl MatterUrgency {
    /// Its word in SQL and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Emergency => "emergency",
            Self::Urgent => "urgent",
            Self::Normal => "normal",
        }
    }
}

/// 公开程度
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Publicity)]
pub enum Openness {
    /// A summary without personal data.
    Summary,
    /// Only counted.
    #[default]
    Count,
    /// Never.
    None,
}

impl Openness {
    /// Its word in SQL and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Count => "count",
            Self::None => "none",
        }
    }
}

/// A link of a chain: the unit of this duty on this level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// Code of the duty.
    pub duty: String,
    /// Level of the unit.
    pub level: Level,
}

/// 依据
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// The law or rule.
    pub title: String,
    /// Its article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// Whether it was compared with the text in force.
    pub sure: bool,
}

/// Where to turn with what belongs elsewhere, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Where.
    pub name: Names,
    /// The number to call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Why it is not done here.
    pub reason: Names,
}

/// 事项
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matter {
    /// `class.group.matter`, never changed.
    pub code: String,
    /// Its name, plain to a resident.
    pub names: Names,
    /// What it is.
    pub kind: MatterKind,
    /// Words residents really use.
    pub words: Vec<String>,
    /// How fast it must go.
    pub urgency: MatterUrgency,
    /// 办理时限; none for signposts.
    pub limit: Option<TimeLimit>,
    /// Who leads: the first that exists.
    pub lead: Vec<Duty>,
    /// Who assists: every one that exists.
    pub assist: Vec<Duty>,
    /// May a grid worker settle it on the spot.
    pub grid_settles: bool,
    /// What may be public.
    pub publicity: Openness,
    /// Whether the village of registration is asked for.
    pub asks_registered_place: bool,
    /// Legal basis.
    pub basis: Vec<Basis>,
    /// Fields not confirmed for this place.
    pub unsure: Vec<String>,
    /// A short public answer.
    pub answer: Option<Names>,
    /// What to bring, where, which steps.
    pub guide: Option<Names>,
    /// Signposts only.
    pub route: Option<Route>,
    /// Signposts only: shown at once as a call button.
    pub is_immediate: bool,
}

impl Matter {
    /// Code of its group, e.g. `city.lighting`.
    pub fn group(&self) -> &str {
        self.code.rsplit_once('.').map_or("", |(group, _)| group)
    }

    /// Code of its class, e.g. `city`.
    pub fn class(&self) -> &str {
        self.code.split('.').next().unwrap_or_default()
    }
}

/// A matter by its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct MatterRef {
    /// Its code.
    pub code: String,
    /// Its names.
    pub names: Names,
}

/// 小类
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = MatterGroup)]
pub struct Group {
    /// Its code.
    pub code: String,
    /// Its names.
    pub names: Names,
}

/// 大类
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = MatterClass)]
pub struct Class {
    /// Its code.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// Its groups, in the order of the file.
    pub groups: Vec<Group>,
}

/// One class's file, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatterFile {
    /// The class with its groups.
    pub class: Class,
    /// Its matters, in the order of the file.
    pub matters: Vec<Matter>,
}

/// 职责
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct DutyName {
    /// Its code.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// Where such units exist.
    pub levels: Vec<Level>,
}

/// 协办的规矩: what differs from place to place where several units work on one case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assisting {
    /// How long a unit may decline what it was given.
    pub decline_within: TimeLimit,
    /// How many days a contractor's link is valid at most.
    pub link_days: i64,
}

impl Default for Assisting {
    fn default() -> Self {
        Self { decline_within: TimeLimit::ONE_WORKING_DAY, link_days: 30 }
    }
}
