//! Types of the room.

use db::{FromRow, Row};
use kernel::{Id, Instant, RegionCode, Result};
use serde::{Deserialize, Serialize};

use crate::{
    modules::cases::{Case, Report, actions::Stood},
    platform::{
        access::{Person, Unit},
        words::words,
    },
};

words! {
    /// 回访什么
    CallBackKind {
        Result "result" "办理结果" "A result";
        Withdrawn "withdrawn" "撤回是否本人意愿" "Whether it was withdrawn by one's own wish";
    }
}

words! {
    /// 怎么联系
    Way {
        Link "link" "短信链接" "Link by short message";
        Phone "phone" "电话" "Telephone";
        Visit "visit" "上门" "Visit";
    }
}

words! {
    /// 联系结果
    AttemptOutcome {
        Sent "sent" "已发链接" "Link sent";
        Reached "reached" "联系上" "Reached";
        NoAnswer "no_answer" "没有接、不在家" "No answer";
        LeaveAlone "leave_alone" "要求不再联系" "Asked to be left alone";
        WrongNumber "wrong_number" "号码不是本人" "Wrong number";
    }
}

words! {
    /// 回访走到哪一步
    CallBackState {
        Waiting "waiting" "待回访" "Waiting";
        Answered "answered" "已回访" "Answered";
        ByThemselves "by_themselves" "诉求人自己评价" "The resident spoke by themselves";
        Unanswered "unanswered" "多次未联系上" "Not reached";
        LeftAlone "left_alone" "要求不再联系" "Left alone";
        Silent "silent" "逾期未回应" "Silent until the end";
        NoLonger "no_longer" "不再需要回访" "No longer needed";
    }
}

/// 回访
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallBack {
    /// Its identity.
    pub id: Id<CallBack>,
    /// The case.
    pub case: Id<Case>,
    /// What is asked.
    pub kind: CallBackKind,
    /// When the result was filed, or the case withdrawn.
    pub began_at: Instant,
    /// The place whose desk asks.
    pub desk: RegionCode,
    /// Where the case is.
    pub place: RegionCode,
    /// The unit that led.
    pub unit: Option<Id<Unit>>,
    /// Whether somebody behind it left a number.
    pub has_phone: bool,
    /// By when somebody is to be asked.
    pub due_at: Instant,
    /// When the next attempt may be made.
    pub next_at: Instant,
    /// Calls and visits so far.
    pub attempts: i64,
    /// How far it is.
    pub state: CallBackState,
    /// When it was over.
    pub ended_at: Option<Instant>,
    /// Counts every change.
    pub version: i64,
}

impl CallBack {
    /// Whether somebody is still to be asked.
    pub fn is_open(&self) -> bool {
        self.state == CallBackState::Waiting
    }
}

impl FromRow for CallBack {
    fn from_row(row: &Row) -> Result<Self> {
        let narrowest = ["grid", "village", "township"]
            .into_iter()
            .find_map(|level| row.opt::<RegionCode>(level).transpose())
            .unwrap_or_else(|| row.get("county"))?;
        Ok(Self {
            id: row.get("id")?,
            case: row.get("case_id")?,
            kind: row.get("kind")?,
            began_at: row.get("began_at")?,
            desk: row.get("desk")?,
            place: narrowest,
            unit: row.opt("unit")?,
            has_phone: row.get("has_phone")?,
            due_at: row.get("due_at")?,
            next_at: row.get("next_at")?,
            attempts: row.get("attempts")?,
            state: row.get("state")?,
            ended_at: row.opt("ended_at")?,
            version: row.get("version")?,
        })
    }
}

/// 回访记录
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Its identity.
    pub id: Id<Attempt>,
    /// Of which call-back.
    pub call_back: Id<CallBack>,
    /// Of which case.
    pub case: Id<Case>,
    /// Who was tried.
    pub report: Id<Report>,
    /// When.
    pub at: Instant,
    /// How.
    pub channel: Way,
    /// What came of it.
    pub outcome: AttemptOutcome,
    /// By whom; nobody for a verdict by link.
    pub person: Option<Id<Person>>,
    /// Of which unit.
    pub unit: Option<Id<Unit>>,
}

impl FromRow for Attempt {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            call_back: row.get("call_back")?,
            case: row.get("case_id")?,
            report: row.get("report")?,
            at: row.get("at")?,
            channel: row.get("channel")?,
            outcome: row.get("outcome")?,
            person: row.opt("person")?,
            unit: row.opt("unit")?,
        })
    }
}

/// What a call-back and its case were before an attempt, and which versions they had after it: enough to take a slip back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Before {
    /// How far the call-back was.
    pub state: CallBackState,
    /// When the next attempt could be made.
    pub next_at: Instant,
    /// Calls and visits before.
    pub attempts: i64,
    /// When it was over.
    pub ended_at: Option<Instant>,
    /// The case.
    pub case: Stood,
    /// Its version before and after.
    pub case_versions: (i64, i64),
    /// The version of the call-back after.
    pub version: i64,
}

/// 评价链接, as it is found by its token.
#[derive(Clone, Debug)]
pub struct Link {
    /// Which call-back.
    pub call_back: Id<CallBack>,
    /// Whose verdict it opens.
    pub report: Id<Report>,
    /// Until when.
    pub expires_at: Instant,
    /// When it was used.
    pub used_at: Option<Instant>,
}

impl FromRow for Link {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            call_back: row.get("call_back")?,
            report: row.get("report")?,
            expires_at: row.get("expires_at")?,
            used_at: row.opt("used_at")?,
        })
    }
}

/// What a list of call-backs shows; all of it holds together.
#[derive(Clone, Debug, Default)]
pub struct CallBackFilter {
    /// Over, instead of open.
    pub is_over: bool,
    /// Only those of the reader's own desks.
    pub desks: Option<Vec<RegionCode>>,
    /// What is asked.
    pub kind: Option<CallBackKind>,
    /// How it ended.
    pub state: Option<CallBackState>,
    /// With a number, or without.
    pub has_phone: Option<bool>,
    /// Past its day, or not.
    pub is_late: Option<bool>,
    /// Those whose next attempt may be made now; none shows all.
    pub is_ready: Option<bool>,
    /// A place with all in it.
    pub region: Option<RegionCode>,
    /// The unit that led.
    pub unit: Option<Id<Unit>>,
    /// The present.
    pub now: Instant,
}
