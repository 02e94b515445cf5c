//! The record of a plea, and its words.

use db::{FromRow, Row};
use kernel::{Day, Error, Id, Instant, RegionCode, Result};
use serde::{Deserialize, Serialize};

use crate::{
    modules::cases::{Case, Note},
    platform::{
        access::{Person, Unit},
        words::words,
    },
};

words! {
    /// 申请事项: what is asked for
    PleaKind {
        Extension "extension" "延期" "more time";
        Pause "pause" "中止计时" "a pause of the clock";
        Parking "parking" "挂账" "parking";
        Dispute "dispute" "派单异议" "another unit";
        Exclusion "exclusion" "考核剔除" "exclusion from assessment";
    }
}

words! {
    /// 申请状态: how far it is
    PleaState {
        Open "open" "待裁定" "to decide";
        Granted "granted" "同意" "granted";
        Refused "refused" "不同意" "refused";
        Withdrawn "withdrawn" "已撤回" "withdrawn";
        Lapsed "lapsed" "已失效" "lapsed";
    }
}

words! {
    /// 裁定层级: who decides
    Arbiter {
        Township "township" "乡镇（街道）" "The township";
        County "county" "县（区）" "The county";
    }
}

/// What is wished for; what the arbiter granted where that differs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wish {
    /// 延期、中止、挂账: the last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// 法定程序, 挂账原因, 剔除原因: a code of the lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// 派单异议: the duty of the list it relies on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duty: Option<String>,
    /// 派单异议: the unit it thinks it belongs to; once it is decided, the one it went to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Id<Unit>>,
    /// 派单异议: who gave the case, and so does not decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_by: Option<Id<Person>>,
}

/// 申请
#[derive(Clone, Debug)]
pub struct Plea {
    /// Its identity.
    pub id: Id<Plea>,
    /// Of which case.
    pub case: Id<Case>,
    /// What is asked for.
    pub kind: PleaKind,
    /// How far it is.
    pub state: PleaState,
    /// Who decides.
    pub arbiter: Arbiter,
    /// The county of the case.
    pub county: RegionCode,
    /// The unit that asks.
    pub unit: Id<Unit>,
    /// Who asked for it.
    pub person: Id<Person>,
    /// When.
    pub asked_at: Instant,
    /// Until when it is to be decided.
    pub decide_by: Instant,
    /// What is wished for.
    pub wish: Wish,
    /// Why, for staff.
    pub reason: Option<Id<Note>>,
    /// What the resident is told, once it is granted.
    pub told: Option<Id<Note>>,
    /// 挂账: what is planned; residents and everyone read it beside why not now.
    pub plan: Option<Id<Note>>,
    /// 挂账: when it is looked at again, of the one that holds.
    pub review_at: Option<Instant>,
    /// When it was decided.
    pub decided_at: Option<Instant>,
    /// By whom.
    pub decided_by: Option<Id<Person>>,
    /// For which unit.
    pub decided_unit: Option<Id<Unit>>,
    /// 提请理由: why a refused dispute was taken to the county.
    pub appeal: Option<Id<Note>>,
    /// What the township had answered then.
    pub first_answer: Option<Id<Note>>,
    /// The arbiter's words.
    pub answer: Option<Id<Note>>,
    /// Counts every change.
    pub version: i64,
}

impl FromRow for Plea {
    fn from_row(row: &Row) -> Result<Self> {
        let wish: serde_json::Value = row.get("params")?;
        Ok(Self {
            id: row.get("id")?,
            case: row.get("case_id")?,
            kind: row.get("kind")?,
            state: row.get("state")?,
            arbiter: row.get("arbiter")?,
            county: row.get("county")?,
            unit: row.get("unit")?,
            person: row.get("person")?,
            asked_at: row.get("asked_at")?,
            decide_by: row.get("decide_by")?,
            wish: serde_json::from_value(wish).map_err(Error::internal)?,
            reason: row.opt("reason")?,
            told: row.opt("told")?,
            plan: row.opt("plan")?,
            appeal: row.opt("appeal")?,
            first_answer: row.opt("first_answer")?,
            review_at: row.opt("review_at")?,
            decided_at: row.opt("decided_at")?,
            decided_by: row.opt("decided_by")?,
            decided_unit: row.opt("decided_unit")?,
            answer: row.opt("answer")?,
            version: row.get("version")?,
        })
    }
}

/// A list's conditions; all of them hold together.
#[derive(Clone, Debug, Default)]
pub struct PleaFilter {
    /// Those that wait for the reader's decision.
    pub to_decide: Option<Arbiter>,
    /// What is asked for.
    pub kind: Option<PleaKind>,
    /// How far it is.
    pub state: Option<PleaState>,
    /// The unit that asks.
    pub unit: Option<Id<Unit>>,
    /// 剔除原因 and the other lists: which entry, by its code.
    pub code: Option<String>,
    /// Asked for from this moment on.
    pub from: Option<Instant>,
    /// Asked for before this moment.
    pub until: Option<Instant>,
    /// Cases that are parked now, by when they are looked at again; before this moment, if one is given.
    pub parked: Option<Option<Instant>>,
    /// The decision is late now.
    pub is_late: bool,
    /// The present.
    pub now: Instant,
    /// Who reads, and does not decide on what they asked for.
    pub person: Option<Id<Person>>,
}

impl PleaFilter {
    /// Whether the list is of what is open, and goes by when it is to be decided.
    pub fn is_open(&self) -> bool {
        self.to_decide.is_some() || self.is_late || self.state == Some(PleaState::Open)
    }
}
