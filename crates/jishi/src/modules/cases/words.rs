//! The closed sets of words that reports and cases are told in.

use crate::platform::words::words;

words! {
    /// 工单状态
    Status {
        Received "received" "待研判" "Received";
        Dispatched "dispatched" "已派单" "Dispatched";
        Signed "signed" "已签收" "Signed for";
        Working "working" "办理中" "In hand";
        Parked "parked" "挂账" "Parked";
        Verifying "verifying" "待核实" "Awaiting verification";
        Closed "closed" "已办结" "Closed";
        Answered "answered" "直接答复" "Answered at once";
        Redirected "redirected" "告知途径" "Sent elsewhere";
        Refused "refused" "不予受理" "Not accepted";
        Merged "merged" "合并" "Merged";
        Withdrawn "withdrawn" "撤回" "Withdrawn";
    }
}

impl Status {
    /// Whether work is still owed.
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Self::Received | Self::Dispatched | Self::Signed | Self::Working | Self::Parked | Self::Verifying
        )
    }
}

words! {
    /// 督办等级: how gravely a case is watched over
    Grade {
        Yellow "yellow" "黄色督办" "Yellow";
        Orange "orange" "橙色督办" "Orange";
        Red "red" "红色督办" "Red";
    }
}

impl PartialOrd for Grade {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Grade {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let rank = |grade: &Self| Self::ALL.iter().position(|known| known == grade);
        rank(self).cmp(&rank(other))
    }
}

words! {
    /// 办结方式: who had the last word
    ClosedHow {
        Confirmed "confirmed" "群众确认" "Confirmed by the resident";
        Unverified "unverified" "未获核实" "Unverified: the resident stayed silent";
        Settled "settled" "当场办结" "Settled on the spot";
    }
}

words! {
    /// 紧急程度
    Urgency {
        Emergency "emergency" "紧急" "Emergency";
        Urgent "urgent" "加急" "Urgent";
        Normal "normal" "一般" "Normal";
    }
}

words! {
    /// 公开程度
    Publicity {
        Summary "summary" "摘要公开" "A summary may be public";
        Count "count" "仅计数" "Only counted";
        None "none" "不公开" "Never public";
    }
}

words! {
    /// 署名方式
    Identity {
        Anonymous "anonymous" "匿名" "Anonymous";
        Confidential "confidential" "保密" "Confidential";
        Named "named" "实名" "Named";
    }
}

words! {
    /// 来源渠道
    Channel {
        Web "web" "网页" "Web page";
        Qr "qr" "扫码" "QR code";
        Phone "phone" "电话" "Telephone";
        Paper "paper" "书面" "On paper";
        Visit "visit" "来访" "In person";
        Grid "grid" "网格" "Grid worker";
        Hotline "hotline" "热线转办" "Handed over by a hotline";
    }
}

words! {
    /// 承办单位自述的结果: kept apart from what the resident says
    Outcome {
        Solved "solved" "已解决" "Solved";
        Partly "partly" "部分解决" "Partly solved";
        Cannot "cannot" "暂不能解决" "Cannot be solved now";
    }
}

words! {
    /// 是否解决，由诉求人说
    Solved {
        Yes "yes" "解决" "Yes";
        Partly "partly" "部分解决" "Partly";
        No "no" "未解决" "No";
    }
}

words! {
    /// 是否满意，由诉求人说
    Satisfied {
        Satisfied "satisfied" "满意" "Satisfied";
        Basically "basically" "基本满意" "Basically satisfied";
        Dissatisfied "dissatisfied" "不满意" "Dissatisfied";
        Unsaid "unsaid" "未评价" "Not said";
    }
}

words! {
    /// 承办角色
    AssignmentKind {
        Lead "lead" "主办" "Lead";
        Assist "assist" "协办" "Assist";
        Whistled "whistled" "吹哨报到" "Called by a whistle";
    }
}

words! {
    /// 承办状态
    AssignmentState {
        Open "open" "待签收" "Waiting";
        Signed "signed" "已签收" "Signed for";
        Done "done" "已完成" "Done";
        Returned "returned" "已退回" "Returned";
        Ended "ended" "已终止" "Ended";
    }
}

impl AssignmentState {
    /// Whether the unit still owes its part.
    pub fn is_owed(self) -> bool {
        matches!(self, Self::Open | Self::Signed)
    }
}

words! {
    /// 不予受理的理由 (§11 of Beijing's regulation on handling requests, in general words)
    RefusalReason {
        NotInScope "not_in_scope" "不属于受理范围" "Outside what is handled here";
        SameMatter "same_matter_no_new_facts" "同一事项无新的事实和理由" "The same matter without new facts";
        Unlawful "unlawful" "诉求违反法律法规" "What is asked for would be unlawful";
        Unclear "unclear" "内容不清且无法联系" "Unclear, and nobody can be asked";
    }
}
