//! What taking apart is told: which reports, which parts, and why. Every mistake of a form at once.

use kernel::{Code, Error, Id, RegionCode, Result};

use super::{super::required, count};
use crate::{modules::cases::model::Report, platform::masking};

/// Most cases that one step makes of a report.
const PARTS_MAX: i64 = 5;
/// Most reports that are taken out at once.
const REPORTS_MAX: i64 = 200;
/// 移出诉求: reports that do not belong behind a case go into a new one.
#[derive(Clone, Debug)]
pub struct TakeOut {
    /// Which.
    pub reports: Vec<Id<Report>>,
    /// What they are about; where nothing is said, what they came in with.
    pub matter: Option<String>,
    /// Where; where nothing is said, where they came in.
    pub region: Option<RegionCode>,
    /// Whether they are about the same thing of the register.
    pub keeps_item: bool,
    /// Why.
    pub reason: String,
}

/// What is asked in one part of a report.
#[derive(Clone, Debug)]
pub struct Part {
    /// What is asked, in the dispatcher's words or the resident's own.
    pub text: String,
    /// What it is about.
    pub matter: Option<String>,
    /// Where, if it is elsewhere than the case.
    pub region: Option<RegionCode>,
}

/// A further part, which becomes a case.
#[derive(Clone, Debug)]
pub struct NewPart {
    /// What is asked, of what, where.
    pub part: Part,
    /// Whether it is about the same thing of the register.
    pub keeps_item: bool,
}

/// 拆分诉求: one report that asks for several matters.
#[derive(Clone, Debug)]
pub struct SplitReport {
    /// Which.
    pub report: Id<Report>,
    /// What stays.
    pub kept: Part,
    /// What becomes a case of its own.
    pub parts: Vec<NewPart>,
    /// Why.
    pub reason: String,
}

impl TakeOut {
    pub(in super::super) fn checked(mut self) -> Result<Self> {
        self.reports.sort_unstable();
        self.reports.dedup();
        let chosen = match self.reports.len() {
            0 => Err(Error::field("reports", Code::Required)),
            n if count(n) > REPORTS_MAX => Err(too_many("reports", REPORTS_MAX)),
            _ => Ok(()),
        };
        let reason = required("reason", &self.reason);
        together([chosen, flaw_of(&reason)])?;
        Ok(Self { reason: reason?, ..self })
    }
}

impl Part {
    fn checked(self, under: &str) -> Result<Self> {
        let text = required("text", &self.text).map_err(|error| error.under(under))?;
        Ok(Self { text: masking::mask(&text, None).text, ..self })
    }
}

impl SplitReport {
    pub(in super::super) fn checked(self) -> Result<Self> {
        let reason = required("reason", &self.reason);
        let kept = self.kept.checked("kept");
        let count = match self.parts.len() {
            0 => Err(Error::field("parts", Code::Required)),
            n if count(n) > PARTS_MAX => Err(too_many("parts", PARTS_MAX)),
            _ => Ok(()),
        };
        let parts: Vec<Result<NewPart>> = self.parts.into_iter().enumerate().map(checked_part).collect();
        let flaws = parts.iter().map(flaw_of);
        let others = [flaw_of(&reason), flaw_of(&kept), count];
        together(others.into_iter().chain(flaws))?;
        Ok(Self { report: self.report, kept: kept?, parts: parts.into_iter().collect::<Result<_>>()?, reason: reason? })
    }
}

fn checked_part((at, new): (usize, NewPart)) -> Result<NewPart> {
    let under = format!("parts.{at}");
    let has_matter = match &new.part.matter {
        Some(_) => Ok(()),
        None => Err(Error::field(format!("{under}.matter"), Code::Required)),
    };
    let part = new.part.checked(&under);
    together([has_matter, flaw_of(&part)])?;
    Ok(NewPart { part: part?, ..new })
}

fn too_many(field: &str, most: i64) -> Error {
    Error::field(field, Code::OutOfRange).with("min", 1).with("max", most)
}

fn flaw_of<T>(found: &Result<T>) -> Result<()> {
    found.as_ref().map(|_| ()).map_err(Clone::clone)
}

/// All mistakes of a form at once.
pub(super) fn together(found: impl IntoIterator<Item = Result<()>>) -> Result<()> {
    match found.into_iter().filter_map(Result::err).reduce(Error::and) {
        Some(all) => Err(all),
        None => Ok(()),
    }
}
