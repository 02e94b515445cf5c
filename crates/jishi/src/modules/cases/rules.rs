//! What may happen to a case, decided without a database: who may do what, and when. The table itself is in `transitions`.
//!
//! Three facts are kept apart: what the handler claims ([`Outcome`]), what each reporter says ([`Verdict`]), and, later,
//! what a check found. What follows from the second, and from silence, is in [`after_result`].

mod after_result;

use kernel::{Code, Error, Id, Instant, Level, RegionCode, Result};

pub use self::after_result::{
    AfterVerdict, REMIND_DAYS, SILENT_DAYS, Silence, after_silence, after_verdict, may_reopen, silence,
};
use super::{
    conflict,
    model::{Assignment, AssignmentState, Case, ClosedHow, Identity, Report, Status::Received},
    transitions::{Action, BEFORE_RESULT, TRANSITIONS, Transition, Whose, transition},
};
use crate::platform::access::{Actor, HeldPost, Permission, Person, Role, Unit};

/// 撤销当场办结: so long whoever settled a case may take it back, in minutes.
pub const UNSETTLE_MINUTES: i64 = 30;
/// 退单、改派: after so many hand-overs a superior decides.
pub const HAND_OVERS: i64 = 2;
/// 等待诉求人答复: the clock stands still for an answer this long at the most, to the close of the last day ...
pub const WAIT_FOR_RESIDENT: i64 = 3;
/// ... and this often in one round; a question more does not stop it.
pub const WAITS: usize = 2;

/// Whether the actor may take a step on a case now.
///
/// # Errors
/// `wrong_status` when the case is elsewhere; `forbidden` or `not_your_unit` when the step is another's.
pub fn decide(action: Action, case: &Case, assignments: &[Assignment], actor: &Actor) -> Result<&'static Transition> {
    let row = transition(action);
    is_theirs(row, case, assignments, actor)?;
    if row.from.contains(&case.status) {
        Ok(row)
    } else {
        Err(Error::new(Code::WrongStatus).with("status", case.status.names()))
    }
}

fn is_theirs(row: &Transition, case: &Case, assignments: &[Assignment], actor: &Actor) -> Result<()> {
    match row.whose {
        Whose::Place(permission) => answers_for(permission, case, actor),
        Whose::LeadOrPlace(permission) => {
            acts_for(actor, |unit| case.lead_unit == Some(unit)).or_else(|_| answers_for(permission, case, actor))
        }
        Whose::Reader(permission) => actor.require(permission).map(|_| ()),
        // At triage the dispatcher asks the resident; once dispatched the units do.
        Whose::Assignee if case.status == Received => {
            let scope = actor.require(Permission::CaseTriage)?;
            if scope.covers(&case.place) { Ok(()) } else { Err(Error::new(Code::NotYourUnit)) }
        }
        Whose::Assignee => acts_for(actor, |unit| case.lead_unit == Some(unit) || assists(assignments, unit)),
        Whose::Lead => acts_for(actor, |unit| case.lead_unit == Some(unit)),
    }
}

fn answers_for(permission: Permission, case: &Case, actor: &Actor) -> Result<()> {
    let scope = actor.require(permission)?;
    if scope.covers(&case.place) {
        Ok(())
    } else {
        Err(Error::new(Code::Forbidden).with("permission", permission.as_str()))
    }
}

fn acts_for(actor: &Actor, is_theirs: impl Fn(Id<Unit>) -> bool) -> Result<()> {
    let scope = actor.require(Permission::CaseHandle)?;
    if scope.units.into_iter().any(is_theirs) { Ok(()) } else { Err(Error::new(Code::NotYourUnit)) }
}

fn assists(assignments: &[Assignment], unit: Id<Unit>) -> bool {
    assignments
        .iter()
        .any(|part| part.unit == unit && !matches!(part.state, AssignmentState::Returned | AssignmentState::Ended))
}

/// What else the steps of a case depend on.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The present.
    pub now: Instant,
    /// Whether the catalogue lets a grid settle the case's matter.
    pub grid_settles: bool,
}

/// The steps the actor may take now, for the page.
pub fn allowed(
    case: &Case,
    assignments: &[Assignment],
    reports: &[Report],
    actor: &Actor,
    at: Moment,
) -> Vec<&'static str> {
    TRANSITIONS
        .iter()
        .filter(|row| decide(row.action, case, assignments, actor).is_ok())
        .filter(|row| row.action != Action::Settle || at.grid_settles)
        .filter(|row| row.action != Action::Unsettle || may_unsettle(case, reports, actor.person, at.now).is_ok())
        // What somebody has to ask for is not taken at once.
        .filter(|row| row.action != Action::Park)
        .filter(|row| row.action != Action::Dispatch || may_give(case, actor).is_ok())
        .filter(|row| row.action != Action::Return || may_return(case, assignments).is_ok())
        .filter(|row| row.action != Action::TakeOut || (case.reports > 1 && may_split(case).is_ok()))
        .filter(|row| row.action != Action::Split || may_split(case).is_ok())
        .filter(|row| row.action != Action::CallBack || may_call_back(case, assignments, actor).is_ok())
        .map(|row| row.name)
        .collect()
}

/// 当场办结 is taken back by whoever settled it, within [`UNSETTLE_MINUTES`], as long as no resident has spoken about it.
///
/// # Errors
/// `wrong_status` for what did not end so; `unsettle_spoken`; `forbidden` to others; `unsettle_too_late`.
pub fn may_unsettle(case: &Case, reports: &[Report], person: Id<Person>, now: Instant) -> Result<()> {
    let settled = case.ended_at.filter(|_| case.closed_how == Some(ClosedHow::Settled));
    let Some(ended) = settled else {
        return Err(Error::new(Code::WrongStatus).with("status", case.status.names()));
    };
    if reports.iter().any(|report| report.verdict.is_some()) {
        return Err(Error::new(Code::UnsettleSpoken));
    }
    if case.handler != Some(person) {
        return Err(Error::new(Code::Forbidden).with("permission", Permission::CaseSettle.as_str()));
    }
    if now > ended.plus_seconds(UNSETTLE_MINUTES * 60) {
        return Err(Error::new(Code::UnsettleTooLate).with("minutes", UNSETTLE_MINUTES));
    }
    Ok(())
}

/// A unit objects once, by a return or by a dispute, with a reason; what changed hands twice is not returned but disputed.
///
/// # Errors
/// `returned_already`, `supervisor_decides`.
pub fn may_return(case: &Case, assignments: &[Assignment]) -> Result<()> {
    let has_returned = |part: &Assignment| {
        Some(part.unit) == case.lead_unit && (part.state == AssignmentState::Returned || part.disputed_at.is_some())
    };
    if case.returns >= HAND_OVERS {
        return Err(Error::new(Code::SupervisorDecides).with("count", case.returns));
    }
    if assignments.iter().any(has_returned) { Err(Error::new(Code::ReturnedAlready)) } else { Ok(()) }
}

/// 首接负责: what changed hands twice is given to a unit by a superior only, the township's leader or the county.
///
/// # Errors
/// `supervisor_decides`.
pub fn may_give(case: &Case, actor: &Actor) -> Result<()> {
    if case.returns < HAND_OVERS || is_superior(actor, &case.place) {
        return Ok(());
    }
    Err(Error::new(Code::SupervisorDecides).with("count", case.returns))
}

/// Whether somebody may dispatch in a place as its leader, or for the county and above.
fn is_superior(actor: &Actor, place: &RegionCode) -> bool {
    actor
        .posts
        .iter()
        .filter(|post| post.role.permissions().contains(&Permission::CaseDispatch) && post.region.covers(place))
        .any(|post| post.role == Role::TownshipLeader || post.region.level() <= Level::County)
}

/// Once a result was filed, residents have been asked for their word on all of it: it is too late to tell matters apart.
/// What was answered at the desk and reopened has no result; that it was only half an answer is a reason to split it.
///
/// # Errors
/// `split_too_late`.
pub fn may_split(case: &Case) -> Result<()> {
    if case.result_by.is_some() { Err(Error::new(Code::SplitTooLate)) } else { Ok(()) }
}

/// Other units take a part in a case until its result is filed: then the residents have the word on what was done.
///
/// # Errors
/// `wrong_status`.
pub fn may_give_parts(case: &Case) -> Result<()> {
    if BEFORE_RESULT.contains(&case.status) {
        Ok(())
    } else {
        Err(Error::new(Code::WrongStatus).with("status", case.status.names()))
    }
}

/// Whether other units may be given a part in a case.
pub fn takes_parts(case: &Case) -> bool {
    may_give_parts(case).is_ok()
}

/// When the clock of what is split off starts: when the words came in. Of a case that was reopened, when its own clock
/// started again. Splitting gives no time.
pub fn clock_of_part(case: &Case, spoken_at: Instant) -> Instant {
    let running = case.deadline.as_ref().and_then(|deadline| deadline.get("start_at")?.as_str()?.parse().ok());
    running.filter(|_| case.reopens > 0).unwrap_or(spoken_at)
}

/// 核实人不得是经办人: persons are compared, not posts.
///
/// # Errors
/// `own_work`.
pub fn not_own_work(case: &Case, assignments: &[Assignment], actor: &Actor) -> Result<()> {
    let person = Some(actor.person);
    let is_own =
        case.result_by == person || case.handler == person || assignments.iter().any(|part| part.person == person);
    if is_own { Err(Error::new(Code::OwnWork)) } else { Ok(()) }
}

/// 回访 is done by others: neither a person who handled it, nor anyone of the lead or an assisting unit, nor the office of
/// the township or village whose own unit did the work. A county's office is no part of its departments.
///
/// # Errors
/// `own_work`, `own_unit_work`; `forbidden` without a post for the place.
pub fn may_call_back(case: &Case, assignments: &[Assignment], actor: &Actor) -> Result<()> {
    conflict::refuse_own(case, actor)?;
    not_own_work(case, assignments, actor)?;
    let scope = actor.require(Permission::CaseCallBack)?;
    if !scope.covers(&case.place) {
        return Err(Error::new(Code::Forbidden).with("permission", Permission::CaseCallBack.as_str()));
    }
    let own = |unit: Id<Unit>| actor.posts.iter().any(|post| post.unit == Some(unit));
    if case.lead_unit.is_some_and(own) || workers(assignments).any(|part| own(part.unit)) {
        return Err(Error::new(Code::OwnUnitWork));
    }
    let asks = |post: &HeldPost| {
        let may = post.role.permissions().contains(&Permission::CaseCallBack) && post.region.covers(&case.place);
        may && !workers(assignments).any(|part| is_under_one_roof(part, &post.region))
    };
    if actor.posts.iter().any(asks) { Ok(()) } else { Err(Error::new(Code::OwnUnitWork)) }
}

/// Whether the actor may open the contact details of a report with this identity: for a place they answer for, and in no case
/// about their own unit.
///
/// 保密: who handles a confidential report never learns who it is from; they ask through the platform, or let somebody of the
/// desk who has no part in it ask for them.
///
/// # Errors
/// `forbidden`, `conflict_of_interest`, `confidential_report`.
pub fn may_open_contact(case: &Case, assignments: &[Assignment], identity: Identity, actor: &Actor) -> Result<()> {
    actor.require(Permission::ContactOpen)?;
    conflict::refuse_own(case, actor)?;
    if identity != Identity::Confidential {
        return Ok(());
    }
    let own = |unit: Id<Unit>| actor.posts.iter().any(|post| post.unit == Some(unit));
    let handles = case.lead_unit.is_some_and(own) || workers(assignments).any(|part| own(part.unit));
    if handles { Err(Error::new(Code::ConfidentialReport)) } else { Ok(()) }
}

/// Parts in which somebody worked, or may have: all but those that were given back or ended unsigned.
pub fn workers(assignments: &[Assignment]) -> impl Iterator<Item = &Assignment> {
    assignments.iter().filter(|part| match part.state {
        AssignmentState::Returned => false,
        AssignmentState::Ended => part.signed_at.is_some(),
        _ => true,
    })
}

/// Whether a part was done by a unit of the very place an office sits in: a township, a village.
fn is_under_one_roof(part: &Assignment, place: &RegionCode) -> bool {
    place.level() >= Level::Township && part.unit_place.as_ref() == Some(place)
}

/// Whose desk asks: the township's; the county's where a unit of the township worked on it, or there is no township.
pub fn asking_desk(case: &Case, assignments: &[Assignment]) -> RegionCode {
    let county = || case.place.at(Level::County).unwrap_or_else(|| case.place.clone());
    match case.place.at(Level::Township) {
        Some(township) if workers(assignments).any(|part| is_under_one_roof(part, &township)) => county(),
        Some(township) => township,
        None => county(),
    }
}

/// Whoever comes second learns what happened meanwhile.
///
/// # Errors
/// `case_changed` when the reader's version is not the present one.
pub fn unchanged(case: &Case, seen: i64, zone: &jiff::tz::TimeZone) -> Result<()> {
    if case.version == seen {
        return Ok(());
    }
    let who = case.last_by.clone().and_then(|names| serde_json::from_value(names).ok());
    let who = who.unwrap_or_else(|| kernel::Names::new("系统", "The platform"));
    let at = case.last_at.zoned(zone).strftime("%H:%M").to_string();
    Err(Error::new(Code::CaseChanged).with("who", who).with("at", at).with("what", step_names(&case.last_kind)))
}

/// The name of a timeline entry's kind.
pub fn step_names(kind: &str) -> kernel::Names {
    let (zh, en) = match kind {
        "received" => ("登记", "received"),
        "joined" => ("附议", "joined by another resident"),
        "answered" => ("直接答复", "answered"),
        "redirected" => ("告知途径", "sent elsewhere"),
        "refused" => ("不予受理", "not accepted"),
        "merged" => ("合并", "merged"),
        "split" => ("拆单", "split"),
        "split_off" => ("拆出", "split off"),
        "split_kept" => ("拆分后留办", "kept after a split"),
        "rejoined" => ("并回", "joined again"),
        "settled" => ("当场办结", "settled on the spot"),
        "unsettled" => ("撤销当场办结", "settling taken back"),
        "dispatched" => ("派单", "dispatched"),
        "returned" => ("退单", "returned"),
        "signed" => ("签收", "signed for"),
        "working" => ("办理", "work"),
        "asked" => ("询问诉求人", "asked the resident"),
        "replied" => ("诉求人答复", "the resident replied"),
        "remarked" => ("备注", "a remark"),
        "result_filed" => ("提交结果", "result filed"),
        "verified" => ("评价", "verdict"),
        "redo" => ("重办", "redo"),
        "called" => ("回访联系", "contact for a call-back"),
        "word_taken_back" => ("撤销回访记录", "a call-back taken back"),
        "closed" => ("办结", "closed"),
        "reminded" => ("提醒评价", "reminded"),
        "urged" => ("催办", "reminder to the unit"),
        "reopened" => ("重开", "reopened"),
        "withdrawn" => ("撤回", "withdrawn"),
        "reclassified" => ("改事项", "matter changed"),
        "moved" => ("改地点", "place changed"),
        "handed_over" => ("移交", "handed over"),
        "item_linked" => ("关联台账条目", "linked with a thing of the register"),
        "item_unlinked" => ("取消关联", "no longer linked with a thing"),
        "deadline_moved" => ("期限调整", "deadline moved"),
        "extension_asked" => ("申请延期", "more time asked for"),
        "extension_refused" => ("不同意延期", "more time refused"),
        "extended" => ("延期", "more time granted"),
        "pause_asked" => ("申请中止计时", "a pause asked for"),
        "pause_refused" => ("不同意中止", "the pause refused"),
        "paused" => ("中止计时", "the clock paused"),
        "resumed" => ("恢复计时", "the clock goes on"),
        "parking_asked" => ("申请挂账", "parking asked for"),
        "parking_refused" => ("不同意挂账", "parking refused"),
        "parked" => ("挂账", "parked"),
        "taken_up" => ("恢复办理", "taken up again"),
        "dispute_raised" => ("派单异议", "dispatch disputed"),
        "dispute_refused" => ("异议不成立", "the dispute refused"),
        "dispute_upheld" => ("异议成立", "the dispute upheld"),
        "dispute_appealed" => ("异议提请上级裁定", "the dispute taken higher"),
        "exclusion_asked" => ("申请剔除", "exclusion asked for"),
        "exclusion_refused" => ("不同意剔除", "exclusion refused"),
        "excluded" => ("考核剔除", "not counted in assessments"),
        "plea_withdrawn" => ("撤回申请", "what was asked for withdrawn"),
        "supervised" => ("列入督办", "put under supervision"),
        "supervision_raised" => ("督办升级", "supervision raised"),
        "supervision_changed" => ("调整督办", "supervision changed"),
        "supervision_answered" => ("反馈督办", "supervision answered"),
        "supervision_released" => ("解除督办", "supervision released"),
        "plea_lapsed" => ("申请失效", "what was asked for lapsed"),
        "summary_proposed" => ("拟公开摘要", "summary drafted"),
        "summary_approved" => ("公开摘要", "summary made public"),
        "summary_withdrawn" => ("撤下公开摘要", "summary taken down"),
        "part_given" => ("交办一份", "a part given"),
        "part_done" => ("完成一份", "a part done"),
        "part_ended" => ("终止一份", "a part ended"),
        "whistle_called" => ("吹哨", "departments called together"),
        "whistle_escalated" => ("吹哨升级", "whistle escalated"),
        "whistle_over" => ("吹哨办结", "whistle answered"),
        "whistle_withdrawn" => ("撤哨", "whistle withdrawn"),
        "share_asked" => ("邀请协办", "asked to assist"),
        "share_given" => ("分工", "a share given"),
        "share_agreed" => ("同意协办", "agreed to assist"),
        "share_signed" => ("签收分工", "a share signed for"),
        "share_answered" => ("答复分工", "a share answered"),
        "share_declined" => ("退回分工", "a share declined"),
        "share_accepted" => ("采纳答复", "an answer accepted"),
        "share_sent_back" => ("答复退回补充", "an answer sent back"),
        "share_ended" => ("收回分工", "a share taken back"),
        "shares_left_out" => ("不等分工", "filed without a share"),
        "link_made" => ("生成施工单位链接", "a contractor's link made"),
        "link_signed" => ("施工单位签收", "signed for by link"),
        "link_noted" => ("施工单位进展", "progress by link"),
        "link_answered" => ("施工单位答复", "answered by link"),
        other => (other, other),
    };
    kernel::Names::new(zh, en)
}
