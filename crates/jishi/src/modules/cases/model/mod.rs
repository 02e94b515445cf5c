//! The records of reports and cases. Types only, and all of them: whoever reads one reads those it names.

mod report;

use db::{FromRow, Row};
use kernel::{Id, Instant, RegionCode, Result};

pub use self::report::{Report, Verdict};
pub use super::words::{
    AssignmentKind, AssignmentState, Channel, ClosedHow, Grade, Identity, Outcome, Publicity, RefusalReason, Satisfied,
    Solved, Status, Urgency,
};
use crate::{
    modules::{calendar::Pause, regions::PlaceSource, register::Item},
    platform::access::{Person, Role, Unit},
};

/// 工单: one piece of work with one owner, one clock, one outcome.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its identity.
    pub id: Id<Case>,
    /// Its number for people; survives transfer and merger.
    pub number: String,
    /// Where it stands.
    pub status: Status,
    /// How it was closed.
    pub closed_how: Option<ClosedHow>,
    /// Code of the matter, once known.
    pub matter: Option<String>,
    /// How fast it must go.
    pub urgency: Urgency,
    /// What the public may see of it.
    pub publicity: Publicity,
    /// The first words of the first report, masked.
    pub summary: String,
    /// How the first report came.
    pub channel: Channel,
    /// Where it is: the narrowest place known.
    pub place: RegionCode,
    /// Place in words.
    pub place_text: Option<String>,
    /// Longitude, WGS-84 degrees.
    pub lon: Option<f64>,
    /// Latitude, WGS-84 degrees.
    pub lat: Option<f64>,
    /// How the place became known.
    pub place_source: PlaceSource,
    /// True when the place was guessed from the nearest seat.
    pub place_is_guess: bool,
    /// "This lamp": the thing of the register it is about.
    pub item: Option<Id<Item>>,
    /// 户籍地: joined only for rights tied to it.
    pub registered_region: Option<RegionCode>,
    /// 主办单位
    pub lead_unit: Option<Id<Unit>>,
    /// 经办人
    pub handler: Option<Id<Person>>,
    /// When the first report came.
    pub received_at: Instant,
    /// When the answer is due.
    pub due_at: Option<Instant>,
    /// The deadline with its explanation.
    pub deadline: Option<serde_json::Value>,
    /// When it was last dispatched.
    pub dispatched_at: Option<Instant>,
    /// When the lead last signed for it.
    pub signed_at: Option<Instant>,
    /// When the result was filed.
    pub result_at: Option<Instant>,
    /// The result's words.
    pub result_note: Option<Id<Note>>,
    /// What the handler claims.
    pub result_outcome: Option<Outcome>,
    /// Who filed it: they may not verify it.
    pub result_by: Option<Id<Person>>,
    /// Since when a question to the resident is open.
    pub asked_at: Option<Instant>,
    /// When it ended.
    pub ended_at: Option<Instant>,
    /// Reports behind it that were not withdrawn.
    pub reports: i64,
    /// 重办次数
    pub redos: i64,
    /// 退单次数
    pub returns: i64,
    /// 重开次数
    pub reopens: i64,
    /// Reminders shown since the result was filed.
    pub reminders: i64,
    /// 剔除: the reason for which it does not count in assessments; it is handled all the same.
    pub excluded: Option<String>,
    /// 督办: how gravely it is watched over.
    pub supervised: Option<Grade>,
    /// The case it was merged into.
    pub merged_into: Option<Id<Case>>,
    /// The case it was split off from.
    pub split_from: Option<Id<Case>>,
    /// 反映对象: the unit it is about, itself or its people, whose it can then not be.
    pub about_unit: Option<Id<Unit>>,
    /// Where it is, while `place` is higher up and out of that unit's sight.
    pub about_place: Option<RegionCode>,
    /// Who did the last step, for whoever comes second.
    pub last_by: Option<serde_json::Value>,
    /// What the last step was.
    pub last_kind: String,
    /// When it was.
    pub last_at: Instant,
    /// Counts every change.
    pub version: i64,
    /// Whether it was open when it was read.
    pub was_open: bool,
    /// What the index of words knew of it when it was read; nothing of a new one.
    pub was_found_by: Option<FoundBy>,
}

/// What of a case's row the index of words has marks for, and how many reports give it their words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundBy {
    ended: Option<Status>,
    lead_unit: Option<Id<Unit>>,
    place: RegionCode,
    matter: Option<String>,
    reports: i64,
}

impl Case {
    /// Where it is, also while it lies higher up.
    pub fn true_place(&self) -> &RegionCode {
        self.about_place.as_ref().unwrap_or(&self.place)
    }

    /// 中止: the pause in which its clock stands still now.
    pub fn pause(&self) -> Option<Pause> {
        let pauses = self.deadline.as_ref()?.get("pauses")?;
        let pauses: Vec<Pause> = serde_json::from_value(pauses.clone()).ok()?;
        pauses.into_iter().find(|pause| pause.is_open)
    }

    /// What it is found by now, besides its words.
    pub fn found_by(&self) -> FoundBy {
        FoundBy {
            ended: Some(self.status).filter(|status| !status.is_open()),
            lead_unit: self.lead_unit,
            place: self.place.clone(),
            matter: self.matter.clone(),
            reports: self.reports,
        }
    }
}

impl FromRow for Case {
    fn from_row(row: &Row) -> Result<Self> {
        let narrowest = ["micro_grid", "grid", "village", "township"]
            .into_iter()
            .find_map(|level| row.opt::<RegionCode>(level).transpose())
            .unwrap_or_else(|| row.get("county"))?;
        let status: Status = row.get("status")?;
        let mut case = Self {
            id: row.get("id")?,
            number: row.get("number")?,
            status,
            was_open: status.is_open(),
            was_found_by: None,
            closed_how: row.opt("closed_how")?,
            matter: row.opt("matter")?,
            urgency: row.get("urgency")?,
            publicity: row.get("publicity")?,
            summary: row.get("summary")?,
            channel: row.get("channel")?,
            place: narrowest,
            place_text: row.opt("place_text")?,
            lon: row.opt("lon")?,
            lat: row.opt("lat")?,
            place_source: row.parsed("place_source", PlaceSource::parse)?.unwrap_or(PlaceSource::Chosen),
            place_is_guess: row.get("place_is_guess")?,
            item: row.opt("item")?,
            registered_region: row.opt("registered_region")?,
            lead_unit: row.opt("lead_unit")?,
            handler: row.opt("handler")?,
            received_at: row.get("received_at")?,
            due_at: row.opt("due_at")?,
            deadline: row.opt("deadline")?,
            dispatched_at: row.opt("dispatched_at")?,
            signed_at: row.opt("signed_at")?,
            result_at: row.opt("result_at")?,
            result_note: row.opt("result_note")?,
            result_outcome: row.opt("result_outcome")?,
            result_by: row.opt("result_by")?,
            asked_at: row.opt("asked_at")?,
            ended_at: row.opt("ended_at")?,
            reports: row.get("reports")?,
            redos: row.get("redos")?,
            returns: row.get("returns")?,
            reopens: row.get("reopens")?,
            reminders: row.get("reminders")?,
            excluded: row.opt("excluded")?,
            supervised: row.opt("supervised")?,
            merged_into: row.opt("merged_into")?,
            split_from: row.opt("split_from")?,
            about_unit: row.opt("about_unit")?,
            about_place: row.opt("about_place")?,
            last_by: row.opt("last_by")?,
            last_kind: row.get("last_kind")?,
            last_at: row.get("last_at")?,
            version: row.get("version")?,
        };
        case.was_found_by = Some(case.found_by());
        Ok(case)
    }
}

/// 主办、协办: a unit's part in a case.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// Its identity.
    pub id: Id<Assignment>,
    /// Lead or assist.
    pub kind: AssignmentKind,
    /// The unit.
    pub unit: Id<Unit>,
    /// The place that unit works for; known of parts that were read.
    pub unit_place: Option<RegionCode>,
    /// The person named for it.
    pub person: Option<Id<Person>>,
    /// How far it is.
    pub state: AssignmentState,
    /// When the part is due.
    pub due_at: Option<Instant>,
    /// When it was given.
    pub assigned_at: Instant,
    /// When it was signed for.
    pub signed_at: Option<Instant>,
    /// When it was done.
    pub done_at: Option<Instant>,
    /// Why it was returned or ended.
    pub reason: Option<String>,
    /// Since when its unit disputes that it was given it.
    pub disputed_at: Option<Instant>,
}

impl FromRow for Assignment {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            kind: row.get("kind")?,
            unit: row.get("unit")?,
            unit_place: row.opt("unit_place")?,
            person: row.opt("person")?,
            state: row.get("state")?,
            due_at: row.opt("due_at")?,
            assigned_at: row.get("assigned_at")?,
            signed_at: row.opt("signed_at")?,
            done_at: row.opt("done_at")?,
            reason: row.opt("reason")?,
            disputed_at: row.opt("disputed_at")?,
        })
    }
}

/// Free text, apart from the history that commits to it.
#[derive(Debug)]
pub struct Note;

/// One entry of a case's history: a kind and parameters, read in the reader's language.
#[derive(Clone, Debug)]
pub struct TimelineRow {
    /// Its identity.
    pub id: Id<TimelineRow>,
    /// When.
    pub at: Instant,
    /// What, e.g. `dispatched`.
    pub kind: String,
    /// Who, if staff.
    pub person: Option<Id<Person>>,
    /// In which role.
    pub role: Option<Role>,
    /// For which unit.
    pub unit: Option<Id<Unit>>,
    /// Which reporter, if one.
    pub report: Option<Id<Report>>,
    /// Details without personal data.
    pub params: serde_json::Value,
    /// The words, unless erased.
    pub body: Option<String>,
    /// Photos added in this step.
    pub photos: Vec<String>,
    /// True when residents do not see it.
    pub is_internal: bool,
}

impl FromRow for TimelineRow {
    fn from_row(row: &Row) -> Result<Self> {
        let photos: serde_json::Value = row.get("photos")?;
        Ok(Self {
            id: row.get("id")?,
            at: row.get("at")?,
            kind: row.get("kind")?,
            person: row.opt("person")?,
            role: row.parsed("role", Role::parse)?,
            unit: row.opt("unit")?,
            report: row.opt("report")?,
            params: row.get("params")?,
            body: row.opt("body")?,
            photos: serde_json::from_value(photos).unwrap_or_default(),
            is_internal: row.get("is_internal")?,
        })
    }
}
