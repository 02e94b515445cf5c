//! The table of transitions: every way of a case from one status to another, whose step it is, and what happens to it without
//! a step of staff. Drawn into `ARCHITECTURE.md`, and what `allowed_actions` says.

use super::model::Status;
use crate::platform::access::Permission;

/// A step of the loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// 直接答复
    Answer,
    /// 告知途径
    Redirect,
    /// 不予受理
    Refuse,
    /// 合并
    Merge,
    /// 当场办结
    Settle,
    /// 撤销当场办结
    Unsettle,
    /// 派单
    Dispatch,
    /// 退单
    Return,
    /// 签收
    Sign,
    /// 办理
    Work,
    /// 询问诉求人
    Ask,
    /// 备注
    Remark,
    /// 提交结果
    Result,
    /// 回访
    CallBack,
    /// 改事项
    Reclassify,
    /// 改地点
    Move,
    /// 移交经办人
    HandOver,
    /// 关联台账条目
    Link,
    /// 催办
    Urge,
    /// 移出诉求
    TakeOut,
    /// 拆分诉求
    Split,
    /// 挂账
    Park,
    /// 恢复办理
    TakeUp,
}

/// Whose step it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Whoever answers for the place, with this permission.
    Place(Permission),
    /// The lead unit's people.
    Lead,
    /// The lead's or an assistant's people.
    Assignee,
    /// The lead unit's people, or whoever answers for the place with this permission.
    LeadOrPlace(Permission),
    /// Everyone who may see the case, with this permission.
    Reader(Permission),
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Transition {
    /// The step.
    pub action: Action,
    /// Its stable name.
    pub name: &'static str,
    /// From where it is possible.
    pub from: &'static [Status],
    /// Where it leads; none leaves the status as it is.
    pub to: Option<Status>,
    /// Whose step it is.
    pub whose: Whose,
}

use Status::{
    Answered, Closed, Dispatched, Merged, Parked, Received, Redirected, Refused, Signed, Verifying, Withdrawn, Working,
};

const ANY_OPEN: &[Status] = &[Received, Dispatched, Signed, Working, Parked, Verifying];
pub(super) const BEFORE_RESULT: &[Status] = &[Received, Dispatched, Signed, Working, Parked];

/// The table, as printed in the docs and returned as `allowed_actions`.
pub const TRANSITIONS: &[Transition] = &[
    step(Action::Dispatch, "dispatch", &[Received], Some(Dispatched), Whose::Place(Permission::CaseDispatch)),
    step(Action::Answer, "answer", &[Received], Some(Answered), Whose::Place(Permission::CaseTriage)),
    step(Action::Redirect, "redirect", &[Received], Some(Redirected), Whose::Place(Permission::CaseTriage)),
    step(Action::Refuse, "refuse", &[Received], Some(Refused), Whose::Place(Permission::CaseTriage)),
    step(Action::Merge, "merge", BEFORE_RESULT, Some(Merged), Whose::Place(Permission::CaseTriage)),
    step(Action::TakeOut, "take-out", BEFORE_RESULT, None, Whose::Place(Permission::CaseDispatch)),
    step(Action::Split, "split", BEFORE_RESULT, None, Whose::Place(Permission::CaseDispatch)),
    step(Action::Settle, "settle", &[Received], Some(Closed), Whose::Place(Permission::CaseSettle)),
    // Only by whoever settled it, and only for a while (`rules::may_unsettle`).
    step(Action::Unsettle, "unsettle", &[Closed], Some(Received), Whose::Place(Permission::CaseSettle)),
    step(Action::Sign, "sign", &[Dispatched], Some(Signed), Whose::Lead),
    step(Action::Return, "return", &[Dispatched, Signed], Some(Received), Whose::Lead),
    step(Action::Work, "work", &[Signed, Working], Some(Working), Whose::Lead),
    step(Action::Result, "result", &[Signed, Working], Some(Verifying), Whose::Lead),
    step(Action::HandOver, "hand-over", &[Signed, Working, Parked], None, Whose::Lead),
    // 挂账 is asked for by the lead and granted by somebody else (`pleas`).
    step(Action::Park, "park", &[Signed, Working, Parked], Some(Parked), Whose::Place(Permission::CaseDispatch)),
    step(Action::TakeUp, "take-up", &[Parked], Some(Working), Whose::LeadOrPlace(Permission::CaseDispatch)),
    step(Action::Ask, "ask", ANY_OPEN, None, Whose::Assignee),
    step(Action::CallBack, "call-back", &[Verifying], None, Whose::Place(Permission::CaseCallBack)),
    step(Action::Reclassify, "reclassify", &[Received], None, Whose::Place(Permission::CaseTriage)),
    step(Action::Move, "move", &[Received], None, Whose::Place(Permission::CaseTriage)),
    step(Action::Urge, "urge", &[Dispatched, Signed, Working, Parked], None, Whose::Place(Permission::CaseDispatch)),
    step(Action::Link, "link", ANY_OPEN, None, Whose::Reader(Permission::CaseRemark)),
    step(Action::Remark, "remark", ANY_OPEN, None, Whose::Reader(Permission::CaseRemark)),
];

const fn step(
    action: Action,
    name: &'static str,
    from: &'static [Status],
    to: Option<Status>,
    whose: Whose,
) -> Transition {
    Transition { action, name, from, to, whose }
}

/// How a case gets elsewhere without a step of the table: by residents, an arbiter, or the platform.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// The entry that the history has of it.
    pub name: &'static str,
    /// From where it is possible.
    pub from: &'static [Status],
    /// Where it leads.
    pub to: Status,
    /// Whose doing it is.
    pub whose: &'static str,
}

/// All of them, as printed in the docs.
pub const TURNS: &[Turn] = &[
    turn("withdrawn", ANY_OPEN, Withdrawn, "whoever reported it, where nobody else did"),
    turn(
        "closed",
        &[Verifying],
        Closed,
        "all who reported it say that it is solved; or nobody speaks in time, the platform",
    ),
    turn("redo", &[Verifying, Closed], Working, "a resident says that it is not solved"),
    turn("reopened", &[Closed], Working, "a resident, within 30 days"),
    turn("reopened", &[Closed], Received, "the same where no unit had it"),
    turn(
        "word_taken_back",
        &[Closed, Working],
        Verifying,
        "whoever entered a call-back by a slip, before anybody acted on it",
    ),
    turn("dispute_upheld", &[Dispatched, Signed, Working], Dispatched, "the arbiter of a dispute"),
];

const fn turn(name: &'static str, from: &'static [Status], to: Status, whose: &'static str) -> Turn {
    Turn { name, from, to, whose }
}

/// The row of an action.
#[expect(clippy::indexing_slicing, reason = "a test checks that every action has its row")]
pub fn transition(action: Action) -> &'static Transition {
    let index = TRANSITIONS.iter().position(|row| row.action == action).unwrap_or(0);
    &TRANSITIONS[index]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The next one; a new action does not compile before it has its place here.
    fn after(action: Action) -> Option<Action> {
        Some(match action {
            Action::Answer => Action::Redirect,
            Action::Redirect => Action::Refuse,
            Action::Refuse => Action::Merge,
            Action::Merge => Action::Settle,
            Action::Settle => Action::Unsettle,
            Action::Unsettle => Action::Dispatch,
            Action::Dispatch => Action::Return,
            Action::Return => Action::Sign,
            Action::Sign => Action::Work,
            Action::Work => Action::Ask,
            Action::Ask => Action::Remark,
            Action::Remark => Action::Result,
            Action::Result => Action::CallBack,
            Action::CallBack => Action::Reclassify,
            Action::Reclassify => Action::Move,
            Action::Move => Action::HandOver,
            Action::HandOver => Action::Link,
            Action::Link => Action::Urge,
            Action::Urge => Action::TakeOut,
            Action::TakeOut => Action::Split,
            Action::Split => Action::Park,
            Action::Park => Action::TakeUp,
            Action::TakeUp => return None,
        })
    }

    #[test]
    fn every_action_has_its_one_row() {
        let mut actions = vec![Action::Answer];
        while let Some(next) = actions.last().copied().and_then(after) {
            actions.push(next);
        }
        assert_eq!(actions.len(), TRANSITIONS.len());
        for action in actions {
            assert_eq!(TRANSITIONS.iter().filter(|row| row.action == action).count(), 1, "{action:?}");
        }
    }
}
