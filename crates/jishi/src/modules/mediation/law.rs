//! What the law says of time, as typed limits with their sources.
//!
//! - 人民调解法 (2010): free of charge (art. 4); by the parties' own will (arts. 3, 17, 23); a mediator named by the committee or
//!   chosen by the parties (art. 19); oral agreements are recorded (art. 28) and hold from the day they are made (art. 30);
//!   performance is looked after (art. 31); joint application for confirmation within 30 days of the agreement's effect (art. 33);
//!   where there is no agreement, the parties are told of arbitration, administrative and judicial ways (art. 26).
//! - 深圳经济特区矛盾纠纷多元化解条例 (2022): mediation ends within 30 days of acceptance unless the parties agree on more;
//!   administrative mediation decides within 5 working days, 10 where it is complicated, and hands over within 3.

use crate::modules::calendar::{LimitKind, TimeLimit};

/// Which limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// 行政调解受理决定: 5 working days.
    Decide,
    /// The same where it is complicated: 10 working days.
    DecideProlonged,
    /// 移送: 3 working days.
    HandOver,
    /// 调解期限: 30 days from acceptance.
    Mediate,
    /// 申请司法确认: 30 days from the agreement's effect.
    Confirm,
}

impl Limit {
    /// How long, and in which days.
    fn parts(self) -> (LimitKind, i64) {
        match self {
            Self::Decide => (LimitKind::WorkingDays, 5),
            Self::DecideProlonged => (LimitKind::WorkingDays, 10),
            Self::HandOver => (LimitKind::WorkingDays, 3),
            Self::Mediate | Self::Confirm => (LimitKind::Days, 30),
        }
    }

    /// As the calendar takes it. The amounts above lie well within what it takes.
    pub fn time(self) -> TimeLimit {
        let (kind, amount) = self.parts();
        TimeLimit::new(kind, amount).unwrap_or(TimeLimit::FIVE_WORKING_DAYS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_those_of_the_law() {
        for (limit, kind, amount) in [
            (Limit::Decide, LimitKind::WorkingDays, 5),
            (Limit::DecideProlonged, LimitKind::WorkingDays, 10),
            (Limit::HandOver, LimitKind::WorkingDays, 3),
            (Limit::Mediate, LimitKind::Days, 30),
            (Limit::Confirm, LimitKind::Days, 30),
        ] {
            assert_eq!((limit.time().kind(), limit.time().amount()), (kind, amount));
        }
    }
}
