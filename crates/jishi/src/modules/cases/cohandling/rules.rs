//! What may happen to a share, decided without a database.

use jiff::{civil::Time, tz::TimeZone};
use kernel::{Code, Day, Error, Id, Instant, Result};

use super::model::{Share, ShareKind, ShareState};
use crate::{
    modules::cases::model::{Case, Status, TimelineRow},
    platform::access::{Actor, Permission, Unit},
};

/// Characters of a contractor's name.
pub const COMPANY_MAX: usize = 60;
/// Notes of progress that one link takes: work on one case needs no more, and a link that fell into wrong hands does less harm.
pub const NOTES_MAX: usize = 60;

/// A step of a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ShareStep {
    /// 同意协办
    Agree,
    /// 签收
    Sign,
    /// 答复主办
    Answer,
    /// 退回
    Decline,
    /// 采纳
    Accept,
    /// 退回补充
    SendBack,
    /// 收回
    End,
}

/// Who takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taker {
    /// Whoever has the share.
    Holder,
    /// The unit that leads the case.
    Lead,
    /// Whoever is asked, or the dispatcher of the place for them.
    Asked,
}

impl ShareStep {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Agree, Self::Sign, Self::Answer, Self::Decline, Self::Accept, Self::SendBack, Self::End];

    /// Its stable name, in the address of the step.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Sign => "sign",
            Self::Answer => "answer",
            Self::Decline => "decline",
            Self::Accept => "accept",
            Self::SendBack => "send-back",
            Self::End => "end",
        }
    }

    fn taker(self) -> Taker {
        match self {
            Self::Agree => Taker::Asked,
            Self::Sign | Self::Answer | Self::Decline => Taker::Holder,
            Self::Accept | Self::SendBack | Self::End => Taker::Lead,
        }
    }

    /// From where it leads where.
    fn next(self, from: ShareState) -> Option<ShareState> {
        use ShareState::{Accepted, Answered, Asked, Declined, Ended, Open, Signed};
        match (self, from) {
            (Self::Agree, Asked) => Some(Open),
            (Self::Sign, Open) | (Self::SendBack, Answered) => Some(Signed),
            (Self::Answer, Open | Signed) => Some(Answered),
            (Self::Decline, Asked | Open) => Some(Declined),
            (Self::Accept, Answered) => Some(Accepted),
            (Self::End, Asked | Open | Signed | Answered) => Some(Ended),
            _ => None,
        }
    }
}

/// The state a step leads to.
///
/// # Errors
/// `share_moved` when the share is elsewhere.
pub fn next(share: &Share, step: ShareStep) -> Result<ShareState> {
    step.next(share.state).ok_or_else(|| Error::new(Code::ShareMoved).with("state", share.state.names()))
}

/// Whether the actor may take a step on a share, and for which unit; whose case it is not is not told that there is one.
///
/// # Errors
/// `forbidden` without the permission, `not_your_unit`, `share_moved`.
pub fn decide(step: ShareStep, share: &Share, case: &Case, actor: &Actor) -> Result<(ShareState, Option<Id<Unit>>)> {
    let unit = match step.taker() {
        Taker::Holder => Some(of_units(actor, share.unit)?),
        Taker::Lead => Some(of_units(actor, case.lead_unit)?),
        Taker::Asked => match of_units(actor, share.unit) {
            Ok(unit) => Some(unit),
            Err(_) if dispatches_at(actor, case) => None,
            Err(error) => return Err(error),
        },
    };
    // Nobody but the link signs and answers for a contractor.
    if share.kind == ShareKind::Contractor && step.taker() == Taker::Holder {
        return Err(Error::new(Code::NotYourUnit));
    }
    next(share, step).map(|state| (state, unit))
}

fn of_units(actor: &Actor, unit: Option<Id<Unit>>) -> Result<Id<Unit>> {
    let scope = actor.require(Permission::CaseHandle)?;
    unit.filter(|unit| scope.units.contains(unit)).ok_or_else(|| Error::new(Code::NotYourUnit))
}

fn dispatches_at(actor: &Actor, case: &Case) -> bool {
    actor.require(Permission::CaseDispatch).is_ok_and(|scope| scope.covers(&case.place))
}

/// Whether somebody sees a share at all: whose it is, who gave it, who sees the place's cases.
pub fn sees(share: &Share, case: &Case, actor: &Actor) -> bool {
    let Ok(scope) = actor.require(Permission::CaseRead) else { return false };
    scope.covers(&case.place)
        || scope.units.iter().any(|unit| Some(*unit) == share.unit || Some(*unit) == case.lead_unit)
}

/// The lead gives shares once it has signed, until it files the result.
///
/// # Errors
/// `forbidden`, `not_your_unit`, `wrong_status`.
pub fn may_give(case: &Case, actor: &Actor) -> Result<Id<Unit>> {
    let unit = of_units(actor, case.lead_unit)?;
    is_in_hand(case).map(|()| unit)
}

/// # Errors
/// `wrong_status` before the lead has signed, and once the result is filed.
pub fn is_in_hand(case: &Case) -> Result<()> {
    match case.status {
        Status::Signed | Status::Working => Ok(()),
        _ => Err(Error::new(Code::WrongStatus).with("status", case.status.names())),
    }
}

/// Whether an entry of the history is about a share.
pub fn is_of(row: &TimelineRow, share: Id<Share>) -> bool {
    let id = row.params.get("share").and_then(|id| id.as_str()?.parse().ok());
    id == Some(share)
}

/// A share is due in the future and no later than its case. A case that is late already has no time left to give: then a
/// share has a day.
pub fn latest_due(case: &Case, now: Instant) -> Instant {
    let next_day = now.plus_days(1);
    case.due_at.filter(|due| *due > next_day).unwrap_or(next_day)
}

/// When a share is due whose day is said: at the close of business, or with its case where that is due the same day. Of a
/// day whose business is over, what is left of it.
///
/// # Errors
/// `share_due` on `due`.
pub fn due_on(case: &Case, day: Day, now: Instant, (close, zone): (Time, &TimeZone)) -> Result<Instant> {
    let latest = latest_due(case, now);
    let closes = day.at(close, zone);
    let due = if closes > now { closes } else { day.plus(1).at(Time::midnight(), zone) };
    let due = if due > latest && latest.day(zone) == day { latest } else { due };
    if due > now && due <= latest {
        return Ok(due);
    }
    Err(Error::field("due", Code::ShareDue).with("latest", latest.zoned(zone).strftime("%Y-%m-%d %H:%M").to_string()))
}

/// A unit has one share of a case at a time, and the lead has none: it has the case.
///
/// # Errors
/// `share_lead`, `share_taken` on `unit`.
pub fn may_have(unit: Id<Unit>, case: &Case, shares: &[Share]) -> Result<()> {
    if case.lead_unit == Some(unit) {
        return Err(Error::field("unit", Code::ShareLead));
    }
    let has_one = shares.iter().any(|share| share.unit == Some(unit) && share.state.is_open());
    if has_one { Err(Error::field("unit", Code::ShareTaken)) } else { Ok(()) }
}

/// 退回分工: once a unit in a case, until the limit is over. Who is only asked says no whenever they like.
///
/// # Errors
/// `declined_already`, `decline_too_late`.
pub fn may_decline(share: &Share, shares: &[Share], (until, now): (Instant, Instant), zone: &TimeZone) -> Result<()> {
    if share.state == ShareState::Asked {
        return Ok(());
    }
    let before = |other: &Share| {
        other.unit == share.unit
            && other.state == ShareState::Declined
            && other.begun_at.is_some()
            && other.id != share.id
    };
    if shares.iter().any(before) {
        return Err(Error::new(Code::DeclinedAlready));
    }
    if now > until {
        let until = until.zoned(zone).strftime("%Y-%m-%d %H:%M").to_string();
        return Err(Error::new(Code::DeclineTooLate).with("until", until));
    }
    Ok(())
}

/// The shares that a result filed now would leave out: their answers are still owed.
pub fn left_out(shares: &[Share]) -> Vec<&Share> {
    shares.iter().filter(|share| share.state.is_owed()).collect()
}

/// Whether a link opens its share at `now`.
///
/// # Errors
/// `link_over`.
pub fn link_opens(share: &Share, now: Instant) -> Result<()> {
    let is_over = matches!(share.state, ShareState::Ended | ShareState::Declined)
        || share.expires_at.is_none_or(|expires| expires < now);
    if is_over { Err(Error::new(Code::LinkOver)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn share(state: ShareState) -> Share {
        let at = Instant::from_millis(1_000_000);
        let id = |n: u8| format!("01a03273-6837-7005-aa10-82fca6cb37{n:02x}").parse().unwrap();
        Share {
            id: id(1),
            case: "01a03273-6837-7005-aa20-64f8ca59249b".parse().unwrap(),
            kind: ShareKind::Unit,
            state,
            unit: Some("01a03273-6837-7005-aa10-82fca6cb3791".parse().unwrap()),
            assignment: None,
            company: None,
            lead_unit: "01a03273-6837-7005-aa10-82fca6cb3792".parse().unwrap(),
            task: "清运".into(),
            photos: Vec::new(),
            due_at: at.plus_days(2),
            given_at: at,
            given_by: "01a03273-6837-7005-aa10-82fca6cb3793".parse().unwrap(),
            begun_at: Some(at),
            signed_at: None,
            signed_by: None,
            answered_at: None,
            answer: None,
            answer_photos: Vec::new(),
            answered_by: None,
            words: None,
            rounds: 0,
            expires_at: Some(at.plus_days(3)),
            version: 1,
        }
    }

    #[test]
    fn a_share_goes_from_asked_to_accepted_and_nowhere_else() {
        use ShareState as S;
        let ends = [S::Accepted, S::Declined, S::Ended];
        for state in S::ALL {
            let ways: Vec<ShareStep> =
                ShareStep::ALL.into_iter().filter(|step| next(&share(*state), *step).is_ok()).collect();
            assert_eq!(ways.is_empty(), ends.contains(state), "{state:?}: {ways:?}");
            assert_eq!(state.is_open(), !ends.contains(state), "{state:?}");
        }
        assert_eq!(next(&share(S::Asked), ShareStep::Agree).unwrap(), S::Open);
        assert_eq!(next(&share(S::Answered), ShareStep::SendBack).unwrap(), S::Signed);
        assert_eq!(next(&share(S::Asked), ShareStep::Answer).unwrap_err().code(), Code::ShareMoved);
    }

    #[test]
    fn it_is_declined_once_and_in_time_but_no_is_said_whenever_one_is_only_asked() {
        let zone = jiff::tz::TimeZone::UTC;
        let (one, at) = (share(ShareState::Open), Instant::from_millis(1_000_000));
        let until = at.plus_hours(8);
        assert!(may_decline(&one, std::slice::from_ref(&one), (until, at), &zone).is_ok());
        let late = may_decline(&one, &[], (until, until.plus_seconds(1)), &zone).unwrap_err();
        assert_eq!(late.code(), Code::DeclineTooLate);
        let before =
            Share { id: "01a03273-6837-7005-aa10-82fca6cb3799".parse().unwrap(), ..share(ShareState::Declined) };
        let again = may_decline(&one, std::slice::from_ref(&before), (until, at), &zone).unwrap_err();
        assert_eq!(again.code(), Code::DeclinedAlready);
        let no = Share { begun_at: None, ..before };
        assert!(
            may_decline(&one, std::slice::from_ref(&no), (until, at), &zone).is_ok(),
            "a no to a question was no declining"
        );
        assert!(may_decline(&share(ShareState::Asked), &[], (until, until.plus_days(9)), &zone).is_ok());
    }

    #[test]
    fn a_link_opens_until_it_expires_or_is_taken_back() {
        let (it, at) = (share(ShareState::Open), Instant::from_millis(1_000_000));
        assert!(link_opens(&it, at.plus_days(3)).is_ok());
        assert_eq!(link_opens(&it, at.plus_days(3).plus_seconds(1)).unwrap_err().code(), Code::LinkOver);
        assert!(link_opens(&share(ShareState::Accepted), at).is_ok(), "it reads what became of it");
        assert!(link_opens(&share(ShareState::Ended), at).is_err());
        assert!(link_opens(&Share { expires_at: None, ..it }, at).is_err());
    }

    proptest! {
        #[test]
        fn late_is_what_was_answered_after_its_time_or_is_owed_past_it(answered in proptest::option::of(-5_i64..5), now in -5_i64..5) {
            let due = share(ShareState::Signed).due_at;
            let state = if answered.is_some() { ShareState::Answered } else { ShareState::Signed };
            let it = Share { answered_at: answered.map(|hours| due.plus_hours(hours)), ..share(state) };
            let late = answered.map_or(now > 0, |hours| hours > 0);
            prop_assert_eq!(it.is_late(due.plus_hours(now)), late);
            let ended = share(ShareState::Ended);
            prop_assert!(!ended.is_late(due.plus_days(9)));
        }
    }
}
