//! The closed set of measures: what can be true of a case on one of its days. A new one is a line here and the line in
//! [`super::marks`] that sets its bit. None is about a person (domain rule: 不考核登录、发帖、走访、照片等痕迹).

use kernel::Names;

use crate::platform::words::words;

words! {
    /// 计入哪一天: the day of a case that counts
    Basis {
        In "in" "受理日" "the day it came in";
        Out "out" "派单日" "the day it was given out";
        Due "due" "到期日" "the day it was due";
        End "end" "结束日" "the day it ended";
        Say "say" "评价日" "the day somebody spoke of the result, or the time to speak was over";
        Took "took" "结束日" "the day it ended";
        Last "last" "结束日" "the day it ended";
        Whistle "whistle" "吹哨日" "the day a whistle about it was raised";
    }
}

/// What holds on any day of a case. The other bits of a day begin at [`OWN`].
pub const EXCLUDED: i64 = 1;
/// 合并
pub const MERGED: i64 = 1 << 1;
/// 撤回
pub const WITHDRAWN: i64 = 1 << 2;
/// 告知途径
pub const REDIRECTED: i64 = 1 << 3;
/// 不予受理
pub const REFUSED: i64 = 1 << 4;
/// 直接答复
pub const ANSWERED: i64 = 1 << 5;
/// 当场办结
pub const SETTLED: i64 = 1 << 6;
/// Where the bits of a basis begin.
pub const OWN: u32 = 8;

/// A bit of a basis.
pub const fn own(number: u32) -> i64 {
    1 << (OWN + number)
}

/// 计数项
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Its stable name, as definitions write it.
    pub code: &'static str,
    /// The day it counts on; none where it holds on every day of a case.
    pub basis: Option<Basis>,
    /// Any of these bits.
    pub mask: i64,
    zh: &'static str,
    en: &'static str,
}

impl Measure {
    /// The measure of that name.
    pub fn parse(code: &str) -> Option<&'static Self> {
        MEASURES.iter().find(|measure| measure.code == code)
    }

    /// Its name for people.
    pub fn names(&self) -> Names {
        Names::new(self.zh, self.en)
    }

    /// Whether it is true where these bits are.
    pub fn holds(&self, marks: i64) -> bool {
        marks & self.mask != 0
    }
}

const fn common(code: &'static str, mask: i64, zh: &'static str, en: &'static str) -> Measure {
    Measure { code, basis: None, mask, zh, en }
}

const fn on(basis: Basis, code: &'static str, mask: i64, zh: &'static str, en: &'static str) -> Measure {
    Measure { code, basis: Some(basis), mask, zh, en }
}

/// The bits of [`Basis::In`].
pub mod came {
    use super::own;
    /// 受理
    pub const RECEIVED: i64 = own(0);
    /// 附议 of a case that was there
    pub const JOINED: i64 = own(1);
    /// Was given to a unit at least once
    pub const DISPATCHED: i64 = own(2);
    /// 重开
    pub const REOPENED: i64 = own(3);
    /// 吹过哨
    pub const WHISTLED: i64 = own(4);
}

/// The bits of [`Basis::Out`].
pub mod out {
    use super::own;
    /// 派单
    pub const DISPATCHED: i64 = own(0);
    /// The first time
    pub const FIRST: i64 = own(1);
    /// First given to a unit, and never to another
    pub const FIRST_RIGHT: i64 = own(2);
    /// 签收
    pub const SIGNED: i64 = own(3);
    /// 2 小时内签收
    pub const SIGNED_2H: i64 = own(4);
    /// 24 小时内签收
    pub const SIGNED_24H: i64 = own(5);
    /// 退单
    pub const RETURNED: i64 = own(6);
}

/// The bits of [`Basis::Due`].
pub mod due {
    use super::own;
    /// 到期: answered, or past due
    pub const DUE: i64 = own(0);
    /// 按时
    pub const IN_TIME: i64 = own(1);
    /// 超期办结
    pub const LATE: i64 = own(2);
    /// 超期未办
    pub const OVERDUE: i64 = own(3);
    /// 延期
    pub const EXTENDED: i64 = own(4);
}

/// The bits of [`Basis::End`].
pub mod end {
    use super::own;
    /// 结束, however
    pub const ENDED: i64 = own(0);
    /// 办结
    pub const CLOSED: i64 = own(1);
    /// 群众确认
    pub const CONFIRMED: i64 = own(2);
    /// 未获核实
    pub const UNVERIFIED: i64 = own(3);
    /// 重办过
    pub const REDONE: i64 = own(4);
    /// 按时
    pub const IN_TIME: i64 = own(5);
    /// 暂不能解决
    pub const CANNOT: i64 = own(6);
}

/// The bits of [`Basis::Say`].
pub mod say {
    use super::own;
    /// 有效回访
    pub const VALID: i64 = own(0);
    /// 已联系
    pub const CONTACTED: i64 = own(1);
    /// 解决
    pub const SOLVED: i64 = own(2);
    /// 部分解决
    pub const PARTLY: i64 = own(3);
    /// 满意
    pub const SATISFIED: i64 = own(4);
    /// 基本满意
    pub const BASICALLY: i64 = own(5);
    /// 不满意
    pub const DISSATISFIED: i64 = own(6);
    /// Written down by staff who asked by telephone
    pub const BY_STAFF: i64 = own(7);
    /// The handler says it is solved
    pub const CLAIMED: i64 = own(8);
    /// The handler says so, and the resident does not
    pub const DENIED: i64 = own(9);
    /// Nobody spoke in time
    pub const UNANSWERED: i64 = own(10);
    /// Says whether they were contacted
    pub const TOLD: i64 = own(11);
}

/// The bits of [`Basis::Took`] and [`Basis::Last`]; the drawer of the time begins at [`DRAWER`](time::DRAWER).
pub mod time {
    use super::{OWN, own};
    /// Without the intervals in which the clock stood still for a stated reason
    pub const NET: i64 = own(0);
    /// With them
    pub const GROSS: i64 = own(1);
    /// Where the drawer begins.
    pub const DRAWER: u32 = OWN + 2;
}

/// The bits of [`Basis::Whistle`]: one mark is a whistle, one each the units it calls.
pub mod whistle {
    use super::own;
    /// 吹哨
    pub const RAISED: i64 = own(0);
    /// 吹哨办结
    pub const OVER: i64 = own(1);
    /// 吹哨解决
    pub const SOLVED: i64 = own(2);
    /// 应到: the unit was there, said that it cannot, or its time is over
    pub const CALLED: i64 = own(3);
    /// 按时到场
    pub const IN_TIME: i64 = own(4);
    /// 迟到
    pub const LATE: i64 = own(5);
    /// 未到
    pub const ABSENT: i64 = own(6);
    /// 说明不能到
    pub const CANNOT: i64 = own(7);
}

/// All measures, in the order they are shown.
pub const MEASURES: &[Measure] = &[
    common("excluded", EXCLUDED, "剔除", "Left out of the count by decision"),
    common("merged", MERGED, "合并", "Merged into another case"),
    common("withdrawn", WITHDRAWN, "撤回", "Withdrawn"),
    common("redirected", REDIRECTED, "告知途径", "Shown the way elsewhere"),
    common("refused", REFUSED, "不予受理", "Not accepted"),
    common("answered", ANSWERED, "直接答复", "Answered at once"),
    common("settled", SETTLED, "当场办结", "Settled on the spot"),
    on(Basis::In, "received", came::RECEIVED, "受理", "Cases that came in"),
    on(Basis::In, "joined", came::JOINED, "附议", "Joined a case that was there"),
    on(Basis::In, "requests", came::RECEIVED | came::JOINED, "诉求（含附议）", "Requests, those that joined included"),
    on(Basis::In, "dispatched_ever", came::DISPATCHED, "派过单", "Given to a unit at least once"),
    on(Basis::In, "reopened", came::REOPENED, "重开", "Reopened"),
    on(Basis::In, "whistled", came::WHISTLED, "吹过哨", "Departments were called together"),
    on(Basis::Out, "dispatched", out::DISPATCHED, "派单", "Dispatches"),
    on(Basis::Out, "first_dispatched", out::FIRST, "首次派单", "First dispatches"),
    on(Basis::Out, "never_rerouted", out::FIRST_RIGHT, "一次派准", "First given to a unit and never to another"),
    on(Basis::Out, "signed", out::SIGNED, "签收", "Signed for"),
    on(Basis::Out, "signed_within_2h", out::SIGNED_2H, "2 小时内签收", "Signed for within 2 hours"),
    on(Basis::Out, "signed_within_24h", out::SIGNED_24H, "24 小时内签收", "Signed for within 24 hours"),
    on(Basis::Out, "returned", out::RETURNED, "退单", "Returned"),
    on(Basis::Due, "due", due::DUE, "到期", "Due: answered, or past due"),
    on(Basis::Due, "in_time", due::IN_TIME, "按时办结", "Answered in time"),
    on(Basis::Due, "late", due::LATE, "超期办结", "Answered too late"),
    on(Basis::Due, "overdue", due::OVERDUE, "超期未办", "Open and overdue"),
    on(Basis::Due, "extended", due::EXTENDED, "延期", "Given more time"),
    on(Basis::End, "ended", end::ENDED, "结束", "Ended, however"),
    on(Basis::End, "closed", end::CLOSED, "办结", "Closed"),
    on(Basis::End, "confirmed", end::CONFIRMED, "群众确认办结", "Closed by the resident's word"),
    on(Basis::End, "unverified", end::UNVERIFIED, "未获核实办结", "Closed unverified"),
    on(Basis::End, "redone", end::REDONE, "重办过", "Done again at least once"),
    on(Basis::End, "closed_in_time", end::IN_TIME, "按期办结", "Closed, and answered in time"),
    on(Basis::End, "cannot", end::CANNOT, "暂不能解决", "Closed as what cannot be solved now"),
    on(Basis::Say, "valid", say::VALID, "有效回访", "Valid call-backs"),
    on(Basis::Say, "contacted", say::CONTACTED, "已联系", "Says they were contacted"),
    on(Basis::Say, "contact_told", say::TOLD, "说了是否联系", "Says whether they were contacted"),
    on(Basis::Say, "solved", say::SOLVED, "解决", "Says it is solved"),
    on(Basis::Say, "partly", say::PARTLY, "部分解决", "Says it is partly solved"),
    on(Basis::Say, "satisfied", say::SATISFIED, "满意", "Satisfied"),
    on(Basis::Say, "basically_satisfied", say::BASICALLY, "基本满意", "Basically satisfied"),
    on(Basis::Say, "dissatisfied", say::DISSATISFIED, "不满意", "Dissatisfied"),
    on(Basis::Say, "written_by_staff", say::BY_STAFF, "工作人员代录的评价", "Verdicts written down by staff"),
    on(Basis::Say, "claimed_solved", say::CLAIMED, "单位称已解决", "The unit says it is solved"),
    on(
        Basis::Say,
        "claim_denied",
        say::DENIED,
        "单位称已解决而群众不认可",
        "The unit says it is solved, the resident does not",
    ),
    on(Basis::Say, "unanswered", say::UNANSWERED, "未回应", "Nobody spoke in time"),
    on(Basis::Say, "asked", say::VALID | say::UNANSWERED, "应回应", "Asked: those who spoke and those who did not"),
    on(
        Basis::Took,
        "handling_time",
        time::NET,
        "到提交结果的用时（扣除中止）",
        "Time until the result, without pauses",
    ),
    on(
        Basis::Took,
        "handling_time_gross",
        time::GROSS,
        "到提交结果的用时（不扣除）",
        "Time until the result, with pauses",
    ),
    on(Basis::Last, "closing_time", time::GROSS, "到办结的用时", "Time until it closed"),
    on(Basis::Whistle, "whistles", whistle::RAISED, "吹哨", "Whistles"),
    on(Basis::Whistle, "whistles_over", whistle::OVER, "吹哨办结", "Whistles that are over"),
    on(Basis::Whistle, "whistles_solved", whistle::SOLVED, "吹哨解决", "Whistles that ended with a solution"),
    on(Basis::Whistle, "called", whistle::CALLED, "应到单位", "Units called: there, excused, or their time is over"),
    on(Basis::Whistle, "came_in_time", whistle::IN_TIME, "按时到场", "Units there in time"),
    on(Basis::Whistle, "came_late", whistle::LATE, "迟到", "Units there too late"),
    on(Basis::Whistle, "absent", whistle::ABSENT, "未到", "Units that did not come"),
    on(Basis::Whistle, "cannot_come", whistle::CANNOT, "说明不能到", "Units that said why they cannot come"),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_measure_has_its_own_name_and_none_is_about_a_person() {
        let codes: HashSet<&str> = MEASURES.iter().map(|measure| measure.code).collect();
        assert_eq!(codes.len(), MEASURES.len());
        for word in ["person", "staff_member", "login", "post", "visit", "photo", "online"] {
            assert!(codes.iter().all(|code| !code.contains(word)), "{word}");
        }
    }
}
