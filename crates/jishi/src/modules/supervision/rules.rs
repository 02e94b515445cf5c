//! Who supervises, and what a case calls for by itself. Pure.

use kernel::{Code, Error, Instant, Level, Names, Result};

use super::{
    model::Supervision,
    triggers::{Trigger, When},
};
use crate::{
    modules::cases::{self, Case, Status},
    platform::access::{Actor, Permission},
};

/// What is known of a case besides its row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// A re-check found its result untrue.
    pub is_false: bool,
}

/// The gravest rule that a case calls for now, if it calls for any.
pub fn called_for<'t>(triggers: &'t [Trigger], case: &Case, known: Known, now: Instant) -> Option<&'t Trigger> {
    let owed = case.status.is_open() && case.status != Status::Verifying;
    let holds = |trigger: &&Trigger| match trigger.when {
        When::Late(hours) => owed && case.due_at.is_some_and(|due| due.plus_hours(hours) < now),
        When::Redone(redos) => owed && case.redos >= redos,
        When::Reports(reports) => owed && case.reports >= reports,
        When::FalseResult => known.is_false,
    };
    triggers.iter().filter(holds).max_by_key(|trigger| trigger.grade)
}

/// What a unit is asked to do where nobody wrote it down: the words of a supervision that the rules impose.
pub fn usual_demand() -> Names {
    Names::new(
        "请立即组织力量办理，按时反馈办理情况、存在困难和下一步安排。",
        "Please see to it at once, and answer in time with what was done, what stands in the way and what comes next.",
    )
}

/// Whether the actor may put a case under supervision: they answer for its place and neither handle it nor work for the unit
/// that leads it, nor for the one it is about.
///
/// # Errors
/// `forbidden`, `own_work`, `conflict_of_interest`.
pub fn may_impose(case: &Case, actor: &Actor) -> Result<()> {
    let scope = actor.require(Permission::SupervisionImpose)?;
    if !scope.covers(&case.place) {
        return Err(Error::new(Code::Forbidden).with("permission", Permission::SupervisionImpose.as_str()));
    }
    cases::refuse_own(case, actor)?;
    if case.handler == Some(actor.person) { Err(Error::new(Code::OwnWork)) } else { Ok(()) }
}

/// Whether the actor may change or release it: whoever imposed it; what the rules imposed, whoever may impose there; what
/// somebody imposed who is no longer there, the county.
///
/// # Errors
/// What [`may_impose`] refuses; `not_the_imposer`.
pub fn may_release(supervision: &Supervision, case: &Case, actor: &Actor, imposer_is_there: bool) -> Result<()> {
    may_impose(case, actor)?;
    let is_county =
        actor.posts.iter().any(|post| post.region.level() <= Level::County && post.region.covers(&case.place));
    match supervision.imposed_by {
        Some(person) if person == actor.person => Ok(()),
        None => Ok(()),
        Some(_) if !imposer_is_there && is_county => Ok(()),
        Some(_) => Err(Error::new(Code::NotTheImposer)),
    }
}
