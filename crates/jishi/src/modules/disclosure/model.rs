//! What is public of a case, and what the office keeps beside it. Types only.

use db::{FromColumn, FromRow, Row};
use kernel::{Day, Id, Instant, Level, Names, RegionCode, Result};

use crate::{modules::cases::Case, platform::words::words};

words! {
    /// 公开范围: how much of a case is public
    Shown {
        Listed "listed" "逐件公开" "A row of its own";
        Counted "counted" "只计数" "Only counted";
        Hidden "hidden" "不公开" "Not public";
    }
}

words! {
    /// 公开的状态: where a case stands, as everyone reads it
    PublicState {
        Open "open" "正在办" "In hand";
        Solved "solved" "已解决（群众确认）" "Solved, as the resident confirmed";
        Settled "settled" "当场办结" "Settled on the spot";
        Unverified "unverified" "已办，群众未回复" "Done; the resident did not answer";
        NotFixed "not_fixed" "没有解决，说明了原因" "Not fixed, with the reason";
    }
}

words! {
    /// 没有解决的原因
    NotFixedReason {
        Cannot "cannot" "目前条件下解决不了" "Cannot be solved at present";
        Answered "answered" "作了答复和说明" "Answered and explained";
        Redirected "redirected" "归其他渠道办理，已告知" "Belongs elsewhere, and the way was shown";
        Refused "refused" "不予受理，已说明理由" "Not accepted, with the reason";
    }
}

words! {
    /// 摘要状态: where the summary stands
    SummaryState {
        None "none" "未写" "None yet";
        Proposed "proposed" "已拟稿" "Drafted";
        Approved "approved" "已公开" "Public";
        Withdrawn "withdrawn" "已撤下" "Taken down";
    }
}

words! {
    /// 公开清单: the office's lists of summaries
    DeskList {
        Waiting "waiting" "待公开" "Waiting for a summary";
        Approved "approved" "已公开" "Public";
        Withdrawn "withdrawn" "已撤下" "Taken down";
    }
}

/// Where something lies, down to the grid: nothing finer is public.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublicPlace {
    /// 市
    pub city: Option<RegionCode>,
    /// 县、区
    pub county: Option<RegionCode>,
    /// 乡镇、街道
    pub township: Option<RegionCode>,
    /// 村、社区
    pub village: Option<RegionCode>,
    /// 网格
    pub grid: Option<RegionCode>,
}

impl PublicPlace {
    /// A place rounded to the grid. A villagers' group is finer than the grids it stands beside: there it is the village.
    pub fn of(code: &RegionCode) -> Self {
        Self {
            city: code.at(Level::City),
            county: code.at(Level::County),
            township: code.at(Level::Township),
            village: code.at(Level::Village),
            grid: code.at(Level::Grid).filter(|grid| !grid.is_group()),
        }
    }

    /// Its levels that are known, the widest first.
    pub fn known(&self) -> impl Iterator<Item = &RegionCode> {
        [&self.city, &self.county, &self.township, &self.village, &self.grid].into_iter().flatten()
    }

    /// The narrowest level that is known.
    pub fn narrowest(&self) -> Option<&RegionCode> {
        self.known().last()
    }

    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            city: row.opt("city")?,
            county: row.opt("county")?,
            township: row.opt("township")?,
            village: row.opt("village")?,
            grid: row.opt("grid")?,
        })
    }
}

/// What is told of a case: decided by `rules::standing` and by nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// How much is public.
    pub shown: Shown,
    /// Code of the matter; empty while nobody knows it.
    pub matter: String,
    /// Code of the matter's class; empty likewise.
    pub class: String,
    /// Where, rounded to the grid.
    pub place: PublicPlace,
    /// The day it came.
    pub received_day: Day,
    /// The day the answer is due.
    pub due_day: Option<Day>,
    /// The day of the answer.
    pub done_day: Option<Day>,
    /// Where it stands.
    pub state: PublicState,
    /// Why it was not fixed.
    pub reason: Option<NotFixedReason>,
    /// Whether the answer came, or is, after its day.
    pub is_late: bool,
    /// Civil days from arrival to the answer.
    pub days: Option<i64>,
    /// When it becomes late if nothing happens.
    pub late_at: Option<Instant>,
    /// When it was answered: a result filed, or an end without one.
    pub done_at: Option<Instant>,
}

impl Standing {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            shown: row.get("shown")?,
            matter: row.get("matter")?,
            class: row.get("class")?,
            place: PublicPlace::from_row(row)?,
            received_day: row.get("received_day")?,
            due_day: row.opt("due_day")?,
            done_day: row.opt("done_day")?,
            state: row.get("state")?,
            reason: reason(row)?,
            is_late: row.get("is_late")?,
            days: row.opt("days")?,
            late_at: row.opt("late_at")?,
            done_at: row.opt("done_at")?,
        })
    }
}

/// An empty word is no reason: a key of the counters cannot be NULL.
pub(super) fn reason(row: &Row) -> Result<Option<NotFixedReason>> {
    let word: String = row.get("reason")?;
    Ok(NotFixedReason::parse(&word))
}

/// What the office keeps of a case that is public in some way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosure {
    /// The case.
    pub case: Id<Case>,
    /// Its name in public, which leads to nothing else.
    pub public_key: String,
    /// What is told of it.
    pub standing: Standing,
    /// Where its summary stands.
    pub summary_state: SummaryState,
    /// The summary, or its draft.
    pub summary: Option<Names>,
    /// Why it was taken down.
    pub withdrawn_because: Option<String>,
    /// Counts the changes of the summary.
    pub version: i64,
}

impl FromRow for Disclosure {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            case: row.get("case_id")?,
            public_key: row.get("public_key")?,
            standing: Standing::from_row(row)?,
            summary_state: row.get("summary_state")?,
            summary: row.opt("summary")?,
            withdrawn_because: row.opt("withdrawn_because")?,
            version: row.get("version")?,
        })
    }
}

/// One row of what everyone may read.
#[derive(Clone, Debug)]
pub struct DisclosedCase {
    /// Its name in public.
    pub public_key: String,
    /// Code of the matter.
    pub matter: String,
    /// Code of its class.
    pub class: String,
    /// Where, rounded to the grid.
    pub place: PublicPlace,
    /// The day it came.
    pub received_day: Day,
    /// The day the answer is due.
    pub due_day: Option<Day>,
    /// The day of the answer.
    pub done_day: Option<Day>,
    /// Where it stands.
    pub state: PublicState,
    /// Why it was not fixed.
    pub reason: Option<NotFixedReason>,
    /// Whether the answer came, or is, after its day.
    pub is_late: bool,
    /// A few words that the office approved.
    pub summary: Option<Names>,
}

impl FromRow for DisclosedCase {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            public_key: row.get("public_key")?,
            matter: row.get("matter")?,
            class: row.get("class")?,
            place: PublicPlace::from_row(row)?,
            received_day: row.get("received_day")?,
            due_day: row.opt("due_day")?,
            done_day: row.opt("done_day")?,
            state: row.get("state")?,
            reason: reason(row)?,
            is_late: row.get("is_late")?,
            summary: row.opt("summary")?,
        })
    }
}

/// A month of the calendar, `YYYY-MM`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(String);

impl Month {
    /// The month a day lies in.
    pub fn of(day: Day) -> Self {
        Self(day.to_string().chars().take(7).collect())
    }

    /// Reads `YYYY-MM`.
    pub fn parse(text: &str) -> Option<Self> {
        let day: Day = format!("{text}-01").parse().ok()?;
        (text.len() == 7).then(|| Self::of(day))
    }

    /// `YYYY-MM`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromColumn for Month {
    fn from_column(row: &Row, name: &str) -> Result<Option<Self>> {
        row.parsed(name, Self::parse)
    }
}

/// What a public list shows; all of it holds together.
#[derive(Clone, Debug)]
pub struct PublicFilter {
    /// A place with all in it.
    pub place: RegionCode,
    /// Code of a class.
    pub class: Option<String>,
    /// Code of a matter.
    pub matter: Option<String>,
    /// Where it stands.
    pub state: Option<PublicState>,
    /// Why it was not fixed.
    pub reason: Option<NotFixedReason>,
    /// Late, or not.
    pub is_late: Option<bool>,
    /// The first month of arrival.
    pub from: Option<Month>,
    /// The last.
    pub to: Option<Month>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_villagers_group_is_public_as_its_village() {
        let place = |code: &str| PublicPlace::of(&RegionCode::parse(code).unwrap());
        assert_eq!(place("140404102234801").narrowest().unwrap().as_str(), "140404102234");
        assert_eq!(place("140404102234001").narrowest().unwrap().as_str(), "140404102234001");
        assert_eq!(place("14040410223400101").narrowest().unwrap().as_str(), "140404102234001");
    }
}
