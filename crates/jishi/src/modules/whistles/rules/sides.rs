//! Who may do what with a whistle: the township, the county, the called units, each its own steps.

use kernel::{Code, Error, Id, Instant, Level, RegionCode, Result};

use crate::{
    modules::whistles::model::{SaidBy, Whistle, WhistleCall, WhistleState},
    platform::access::{Actor, Permission, Unit},
};

/// As whom somebody meets a whistle.
#[derive(Clone, Debug, Default)]
pub struct Sides {
    /// 乡镇（街道）: they may raise whistles where it is.
    pub is_office: bool,
    /// 县（区）: they may raise whistles in all of its county.
    pub is_county: bool,
    /// They, or the unit they act for, raised it.
    pub is_raiser: bool,
    /// The units whose work is theirs.
    pub units: Vec<Id<Unit>>,
}

impl Sides {
    /// The sides of an actor.
    pub fn of(actor: &Actor, whistle: &Whistle) -> Self {
        let raising = actor.require(Permission::WhistleRaise).ok();
        let county = whistle.region.at(Level::County);
        let covers = |place: &RegionCode| raising.as_ref().is_some_and(|scope| scope.covers(place));
        let in_unit = |unit: Id<Unit>| raising.as_ref().is_some_and(|scope| scope.units.contains(&unit));
        Self {
            is_office: covers(&whistle.region),
            is_county: county.is_some_and(|county| covers(&county)),
            is_raiser: raising.is_some()
                && (whistle.raised_by == actor.person || whistle.raised_unit.is_some_and(in_unit)),
            units: actor.require(Permission::CaseHandle).map(|scope| scope.units).unwrap_or_default(),
        }
    }

    fn acts_for(&self, unit: Id<Unit>) -> Result<()> {
        if self.units.contains(&unit) { Ok(()) } else { Err(Error::new(Code::NotYourUnit)) }
    }
}

fn needs(is_so: bool) -> Result<()> {
    if is_so { Ok(()) } else { Err(Error::new(Code::Forbidden).with("permission", Permission::WhistleRaise.as_str())) }
}

fn is_in(whistle: &Whistle, states: &[WhistleState]) -> Result<()> {
    if states.contains(&whistle.state) {
        Ok(())
    } else {
        Err(Error::new(Code::WhistleStatus).with("status", whistle.state.names()))
    }
}

const OPEN: [WhistleState; 2] = [WhistleState::Running, WhistleState::Escalated];

/// 应哨: the called unit says whether it comes, and may say otherwise until it is there.
///
/// # Errors
/// `whistle_status`, `not_your_unit`, `whistle_arrived`.
pub fn may_reply(whistle: &Whistle, call: &WhistleCall, sides: &Sides) -> Result<()> {
    sides.acts_for(call.unit)?;
    is_in(whistle, &OPEN)?;
    if call.arrived_at.is_some() || call.done_at.is_some() {
        return Err(Error::new(Code::WhistleArrived));
    }
    Ok(())
}

/// 到场: said by the unit itself, for now, or by the township, which may say when.
///
/// # Errors
/// `whistle_status`, `not_your_unit`, `whistle_arrived`.
pub fn may_arrive(whistle: &Whistle, call: &WhistleCall, sides: &Sides) -> Result<SaidBy> {
    let is_own = sides.acts_for(call.unit).is_ok();
    // A township whose own office was called says of it, too, only that it is there now.
    if !is_own && !sides.is_office {
        return Err(Error::new(Code::NotYourUnit));
    }
    is_in(whistle, &OPEN)?;
    if call.arrived_at.is_some() {
        return Err(Error::new(Code::WhistleArrived));
    }
    Ok(if is_own { SaidBy::Unit } else { SaidBy::Office })
}

/// A wrong tap is taken back by whoever said it, or by the township.
///
/// # Errors
/// `whistle_status`, `not_your_unit`.
pub fn may_take_arrival_back(whistle: &Whistle, call: &WhistleCall, sides: &Sides) -> Result<()> {
    let is_own = sides.acts_for(call.unit).is_ok();
    let may = if is_own { call.arrived_said_by == Some(SaidBy::Unit) } else { sides.is_office };
    if !may {
        return Err(Error::new(Code::NotYourUnit));
    }
    is_in(whistle, &OPEN)?;
    if call.arrived_at.is_none() || call.done_at.is_some() {
        return Err(Error::new(Code::RecordChanged));
    }
    Ok(())
}

/// The moment of an arrival. A unit says "now"; the township may say when it was, between the call and now.
///
/// # Errors
/// `out_of_range` words on `at`.
pub fn arrival(call: &WhistleCall, by: SaidBy, at: Option<Instant>, now: Instant) -> Result<Instant> {
    match at {
        None => Ok(now),
        Some(_) if by == SaidBy::Unit => Err(Error::field("at", Code::WhistleNow)),
        Some(at) if at < call.called_at || at > now => Err(Error::field("at", Code::WhistleThen)),
        Some(at) => Ok(at),
    }
}

/// A unit says what came of its part.
///
/// # Errors
/// `whistle_status`, `not_your_unit`; `record_changed` when it has said so already.
pub fn may_file(whistle: &Whistle, call: &WhistleCall, sides: &Sides) -> Result<()> {
    sides.acts_for(call.unit)?;
    is_in(whistle, &OPEN)?;
    if call.done_at.is_some() { Err(Error::new(Code::RecordChanged)) } else { Ok(()) }
}

/// 牵头答复: the lead's people.
///
/// # Errors
/// `whistle_status`, `not_your_unit`.
pub fn may_compose(whistle: &Whistle, sides: &Sides) -> Result<()> {
    sides.acts_for(whistle.lead_unit)?;
    is_in(whistle, &[WhistleState::Running])
}

/// 升级: the township gives it to the county.
///
/// # Errors
/// `whistle_status`, `forbidden`.
pub fn may_escalate(whistle: &Whistle, sides: &Sides) -> Result<()> {
    needs(sides.is_office)?;
    is_in(whistle, &[WhistleState::Running])
}

/// The county decides what was escalated to it.
///
/// # Errors
/// `whistle_status`, `forbidden`.
pub fn may_decide(whistle: &Whistle, sides: &Sides) -> Result<()> {
    needs(sides.is_county)?;
    is_in(whistle, &[WhistleState::Escalated])
}

/// 撤哨: whoever raised it.
///
/// # Errors
/// `whistle_status`, `forbidden`.
pub fn may_withdraw(whistle: &Whistle, sides: &Sides) -> Result<()> {
    needs(sides.is_raiser)?;
    is_in(whistle, &[WhistleState::Running])
}

/// 加哨: further units; once escalated, that is the county's.
///
/// # Errors
/// `whistle_status`, `forbidden`.
pub fn may_call(whistle: &Whistle, sides: &Sides) -> Result<()> {
    needs(if whistle.state == WhistleState::Escalated { sides.is_county } else { sides.is_office })?;
    is_in(whistle, &OPEN)
}

/// 评单位: the township, once it is over; never of one's own unit.
///
/// # Errors
/// `whistle_status`, `forbidden`, `whistle_own`; `record_changed` when it was rated.
pub fn may_grade(whistle: &Whistle, call: &WhistleCall, sides: &Sides) -> Result<()> {
    needs(sides.is_office)?;
    is_in(whistle, &[WhistleState::Over])?;
    if sides.acts_for(call.unit).is_ok() || whistle.raised_unit == Some(call.unit) {
        return Err(Error::new(Code::WhistleOwn));
    }
    if call.awaits_office { Ok(()) } else { Err(Error::new(Code::RecordChanged)) }
}

/// 评哨: each called unit, once it is over; not the one that raised it.
///
/// # Errors
/// `whistle_status`, `not_your_unit`, `whistle_own`; `record_changed` when it was rated.
pub fn may_rate(whistle: &Whistle, call: &WhistleCall, sides: &Sides) -> Result<()> {
    sides.acts_for(call.unit)?;
    is_in(whistle, &[WhistleState::Over])?;
    if whistle.raised_unit == Some(call.unit) {
        return Err(Error::new(Code::WhistleOwn));
    }
    if call.awaits_unit { Ok(()) } else { Err(Error::new(Code::RecordChanged)) }
}

/// What the reader may do with a whistle, for the page.
pub fn allowed(whistle: &Whistle, sides: &Sides) -> Vec<&'static str> {
    let steps = [
        ("call", may_call(whistle, sides)),
        ("compose", may_compose(whistle, sides)),
        ("escalate", may_escalate(whistle, sides)),
        ("decide", may_decide(whistle, sides)),
        ("withdraw", may_withdraw(whistle, sides)),
    ];
    steps.into_iter().filter_map(|(name, may)| may.is_ok().then_some(name)).collect()
}

/// What the reader may do with a call, for the page.
pub fn allowed_of_call(whistle: &Whistle, call: &WhistleCall, sides: &Sides) -> Vec<&'static str> {
    let steps = [
        ("reply", may_reply(whistle, call, sides)),
        ("arrive", may_arrive(whistle, call, sides).map(|_| ())),
        ("say_when", may_arrive(whistle, call, sides).and_then(|by| needs(by == SaidBy::Office))),
        ("take_back", may_take_arrival_back(whistle, call, sides)),
        ("result", may_file(whistle, call, sides)),
        ("grade", may_grade(whistle, call, sides)),
        ("rate", may_rate(whistle, call, sides)),
    ];
    steps.into_iter().filter_map(|(name, may)| may.is_ok().then_some(name)).collect()
}
