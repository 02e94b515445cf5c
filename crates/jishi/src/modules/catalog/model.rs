//! Types of the room.

use kernel::{Day, Instant, RegionCode};
use serde::Serialize;

use crate::modules::{people::PersonRef, regions::RegionRef};

/// What sorts of files there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// 职责
    Duties,
    /// 事项
    Matters,
    /// 工作日历
    Calendars,
    /// 来源
    Sources,
    /// 台账类别
    Register,
    /// 首页
    FirstPages,
    /// 指标
    Indicators,
    /// 申请与裁定
    Pleas,
    /// 督办规则
    Supervision,
    /// 吹哨
    Whistles,
    /// 赋权事项
    Enforcement,
    /// 纠纷类别
    Mediation,
    /// 立题的数
    Recurrence,
    /// 包联和走访
    Links,
    /// 疑点
    Signs,
    /// 核实办法
    Verification,
    /// 保存期限
    Retention,
}

impl Kind {
    /// All kinds, in the order in which they depend on one another.
    pub const ALL: [Self; 17] = [
        Self::Duties,
        Self::Matters,
        Self::Calendars,
        Self::Sources,
        Self::Register,
        Self::FirstPages,
        Self::Indicators,
        Self::Pleas,
        Self::Supervision,
        Self::Whistles,
        Self::Enforcement,
        Self::Mediation,
        Self::Recurrence,
        Self::Links,
        Self::Signs,
        Self::Verification,
        Self::Retention,
    ];

    /// Its stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Duties => "duties",
            Self::Matters => "matters",
            Self::Calendars => "calendars",
            Self::Sources => "sources",
            Self::Register => "register",
            Self::FirstPages => "first_pages",
            Self::Indicators => "indicators",
            Self::Pleas => "pleas",
            Self::Supervision => "supervision",
            Self::Whistles => "whistles",
            Self::Enforcement => "enforcement",
            Self::Mediation => "mediation",
            Self::Recurrence => "recurrence",
            Self::Links => "links",
            Self::Signs => "signs",
            Self::Verification => "verification",
            Self::Retention => "retention",
        }
    }

    /// The code of the only file of its kind; none where there may be many.
    pub fn only_code(self) -> Option<&'static str> {
        match self {
            Self::Duties => Some("duties"),
            Self::Mediation => Some("classes"),
            Self::Recurrence => Some("thresholds"),
            Self::Pleas | Self::Supervision | Self::Whistles | Self::Links | Self::Verification | Self::Retention => {
                Some(self.as_str())
            }
            _ => None,
        }
    }

    /// Whether one text holds for the whole instance, and no place has its own.
    pub fn is_for_the_whole(self) -> bool {
        matches!(
            self,
            Self::Duties
                | Self::Calendars
                | Self::Register
                | Self::FirstPages
                | Self::Pleas
                | Self::Supervision
                | Self::Whistles
                | Self::Mediation
                | Self::Recurrence
                | Self::Links
                | Self::Verification
                | Self::Retention
        )
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A version of a file, without its text.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CatalogRow {
    /// `duties`, `matters`, `calendars`, `sources`, `register`, `first_pages`, `indicators`, `pleas`, `supervision`,
    /// `whistles`, `enforcement`, `mediation`, `recurrence`, `links`, `signs`, `verification` or `retention`.
    pub kind: String,
    /// The file's code, e.g. `city` or `cn-2026`.
    pub code: String,
    /// The place it is valid for; none when that is the whole instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<RegionRef>,
    /// Counts up within kind, code and place.
    pub version: i64,
    /// SHA-256 of the text.
    pub hash: String,
    /// From which day on.
    pub valid_from: Day,
    /// When it came in.
    pub created_at: Instant,
    /// Who brought it in; none for packaged files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonRef>,
}

/// A version of a file with its text.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CatalogFile {
    /// Which version.
    #[serde(flatten)]
    pub row: CatalogRow,
    /// The file as it was written.
    pub toml: String,
}

/// A version to come.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub kind: Kind,
    pub code: String,
    /// The whole instance if not said.
    pub region: Option<RegionCode>,
    pub toml: String,
    /// Today if not said.
    pub valid_from: Option<Day>,
    /// The version that was changed, so that nobody's newer one is overwritten unseen.
    pub seen: Option<i64>,
}
