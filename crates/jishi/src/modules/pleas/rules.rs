//! What may be asked for and who decides, without a database.

use kernel::{Code, Day, Error, Id, Instant, Level, Names, RegionCode, Result};

use super::{
    limits::Pleas,
    model::{Arbiter, Plea, PleaKind, PleaState},
};
use crate::{
    modules::cases::{self, Case, Status},
    platform::{
        access::{Actor, Permission, Unit},
        masking,
    },
};

/// 挂账复查: a parked case is looked at again within 30 days at the latest.
pub const REVIEW_DAYS: i64 = 30;

/// What an arbiter says.
#[derive(Clone, Debug)]
pub enum Ruling {
    /// 同意, as asked for or otherwise.
    Grant {
        /// What the resident is told, if not as the unit wrote it.
        told: Option<String>,
        /// 挂账: what is planned, if not as the unit wrote it.
        plan: Option<String>,
        /// Another last day than was asked for.
        until: Option<Day>,
        /// 派单异议: the unit it goes to.
        lead: Option<Id<Unit>>,
        /// 派单异议: those that assist.
        assists: Vec<Id<Unit>>,
        /// 派单异议: the place in which this is a rule from now on.
        keep_for: Option<RegionCode>,
        /// Words for the unit.
        words: Option<String>,
    },
    /// 不同意
    Refuse {
        /// Why.
        words: String,
    },
}

/// The statuses in which something may be asked for.
pub fn statuses(kind: PleaKind) -> &'static [Status] {
    use Status::{Closed, Dispatched, Parked, Signed, Verifying, Working};
    match kind {
        PleaKind::Extension | PleaKind::Pause => &[Dispatched, Signed, Working],
        PleaKind::Parking => &[Signed, Working, Parked],
        PleaKind::Dispute => &[Dispatched, Signed],
        PleaKind::Exclusion => &[Signed, Working, Parked, Verifying, Closed],
    }
}

/// Whether a kind may be asked for in a case now, by the unit that leads it.
///
/// # Errors
/// `plea_not_now`, `plea_open`, `plea_once`, `plea_too_late`, `returned_already`.
pub fn may_ask(kind: PleaKind, case: &Case, before: &[Plea], limits: &Pleas, now: Instant) -> Result<()> {
    if !statuses(kind).contains(&case.status) || case.lead_unit.is_none() {
        return Err(Error::new(Code::PleaNotNow).with("status", case.status.names()).with("kind", kind.names()));
    }
    let same = || before.iter().filter(move |plea| plea.kind == kind);
    if same().any(|plea| plea.state == PleaState::Open) {
        return Err(Error::new(Code::PleaOpen));
    }
    let count = |state| {
        let own =
            |plea: &&Plea| plea.state == state && (kind != PleaKind::Dispute || Some(plea.unit) == case.lead_unit);
        i64::try_from(same().filter(own).count()).unwrap_or(i64::MAX)
    };
    let (granted, refused) = match kind {
        PleaKind::Extension => (limits.extensions, 2),
        PleaKind::Pause => (limits.pauses, 2),
        // A parked case is reviewed again and again until the obstacle is gone.
        PleaKind::Parking => (i64::MAX, 3),
        // 一个单位只提一次: what another unit disputed is none of this one's.
        PleaKind::Dispute | PleaKind::Exclusion => (1, 1),
    };
    if kind == PleaKind::Dispute && count(PleaState::Refused) >= refused {
        return Err(Error::new(Code::ReturnedAlready));
    }
    for (state, most) in [(PleaState::Granted, granted), (PleaState::Refused, refused)] {
        if count(state) >= most {
            return Err(Error::new(Code::PleaOnce).with("max", most));
        }
    }
    let is_late = case.due_at.is_some_and(|due| due <= now);
    if matches!(kind, PleaKind::Extension | PleaKind::Pause) && is_late {
        return Err(Error::new(Code::PleaTooLate));
    }
    Ok(())
}

/// Who decides on a new plea. What changed hands twice, and what counts in assessments, is the county's.
pub fn arbiter(kind: PleaKind, case: &Case) -> Arbiter {
    let is_townships = case.place.at(Level::Township).is_some();
    match kind {
        PleaKind::Exclusion => Arbiter::County,
        // To uphold it hands the case over once more; what would then be a superior's to give is decided by one.
        PleaKind::Dispute if case.returns + 1 >= cases::HAND_OVERS => Arbiter::County,
        _ if is_townships => Arbiter::Township,
        _ => Arbiter::County,
    }
}

/// Whether the actor may decide: they answer for the place at the arbiter's level, and neither asked for it nor handles the
/// case nor gave it.
///
/// # Errors
/// `forbidden`, `not_the_arbiter` with why, `plea_decided`.
pub fn may_decide(plea: &Plea, case: &Case, actor: &Actor) -> Result<()> {
    if plea.state != PleaState::Open {
        return Err(Error::new(Code::PleaDecided).with("state", plea.state.names()));
    }
    actor.require(Permission::CaseDispatch)?;
    match objection(plea, case, actor) {
        Some(why) => Err(Error::new(Code::NotTheArbiter).with("why", why)),
        None => Ok(()),
    }
}

/// Why the actor may not decide, in words; none where they may.
pub fn objection(plea: &Plea, case: &Case, actor: &Actor) -> Option<Names> {
    let scope = actor.require(Permission::CaseDispatch).unwrap_or_default();
    let is_county = scope.places.iter().any(|place| place.level() <= Level::County && place.covers(&case.place));
    let me = Some(actor.person);
    if !scope.covers(&case.place) {
        Some(Names::new("不在您负责的范围", "it is outside your places"))
    } else if cases::is_own(case, actor) {
        Some(Names::new("这件反映的是您所在的单位", "the case is about your own unit"))
    } else if plea.arbiter == Arbiter::County && !is_county {
        Some(Names::new("由县（区）裁定", "the county decides"))
    } else if plea.person == actor.person {
        Some(Names::new("这是您自己提出的", "you asked for it yourself"))
    } else if case.handler == me {
        Some(Names::new("您是这件事的经办人", "you handle this case"))
    } else if plea.wish.given_by == me {
        Some(Names::new("这件事是您派的，由他人裁定", "you gave this case, so somebody else decides"))
    } else {
        None
    }
}

/// Whether what was asked for still has a case it fits.
pub fn still_stands(plea: &Plea, case: &Case) -> bool {
    statuses(plea.kind).contains(&case.status) && case.lead_unit == Some(plea.unit)
}

/// A last day: after today and not further than may be.
///
/// # Errors
/// `required` or `out_of_range` on `until`.
pub fn last_day(until: Option<Day>, today: Day, most: Day) -> Result<Day> {
    let until = until.ok_or_else(|| Error::field("until", Code::Required))?;
    if until <= today || until > most {
        let (min, max) = (today.plus(1).to_string(), most.to_string());
        return Err(Error::field("until", Code::OutOfRange).with("min", min).with("max", max));
    }
    Ok(until)
}

/// What is told of a parked case: why not now, and below it what is planned.
pub fn with_plan(told: String, plan: Option<String>) -> String {
    match plan {
        Some(plan) => format!("{told}\n{plan}"),
        None => told,
    }
}

/// Words of `field` that the resident reads, or everyone: nobody's telephone number, document or name stands in them.
///
/// # Errors
/// `required`, `too_short`, `too_long` or `personal_in_summary` on the field.
pub fn told(field: &str, text: Option<&str>) -> Result<String> {
    const MIN: i64 = 8;
    const MAX: i64 = 300;
    let text = text.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let refuse = |code| Err(Error::field(field, code));
    match count {
        0 => return refuse(Code::Required),
        _ if count < MIN => return Err(Error::field(field, Code::TooShort).with("min", MIN)),
        _ if count > MAX => return Err(Error::field(field, Code::TooLong).with("max", MAX)),
        _ => {}
    }
    let masked = masking::mask(&text, None);
    match masked.first() {
        Some(found) => Err(Error::field(field, Code::PersonalInSummary).with("found", found)),
        None => Ok(text),
    }
}

/// Whether the resident is told of what is granted.
pub fn concerns_resident(kind: PleaKind) -> bool {
    matches!(kind, PleaKind::Extension | PleaKind::Pause | PleaKind::Parking)
}
