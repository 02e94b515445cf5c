//! The words of the room, each a closed set.

use crate::platform::words::words;

words! {
    /// 调解方式
    DisputeKind {
        People "people" "人民调解" "people's mediation";
        Administrative "administrative" "行政调解" "administrative mediation";
    }
}
words! {
    /// 状态
    DisputeState {
        Applied "applied" "待受理" "to be taken in";
        Choosing "choosing" "待定调解员" "mediator to be agreed";
        Mediating "mediating" "调解中" "in mediation";
        Agreed "agreed" "待履行" "to be performed";
        Over "over" "已办结" "over";
    }
}
words! {
    /// 结果
    DisputeOutcome {
        Agreement "agreement" "达成协议" "agreement";
        NoAgreement "no_agreement" "未达成协议" "no agreement";
        Withdrawn "withdrawn" "当事人撤回" "withdrawn";
        Transferred "transferred" "移送" "handed over";
    }
}
words! {
    /// 来源
    DisputeSource {
        WalkIn "walk_in" "当事人申请" "asked for by the parties";
        Case "case" "平台工单" "a case of the platform";
        Court "court" "法院委派（诉调对接）" "referred by the court";
        Transferred "transferred" "其他单位移送" "handed over by another body";
    }
}
words! {
    /// 哪一方
    DisputeSide {
        One "one" "甲方" "one side";
        Other "other" "乙方" "the other side";
    }
}
words! {
    /// 协议形式
    AgreementForm {
        Oral "oral" "口头协议" "oral";
        Written "written" "书面协议" "written";
    }
}
words! {
    /// 告知的途径 (人民调解法第二十六条)
    NextWay {
        Arbitration "arbitration" "仲裁" "arbitration";
        Court "court" "诉讼" "the court";
        Reconsideration "reconsideration" "行政复议" "administrative reconsideration";
    }
}
words! {
    /// 履行情况
    Performance {
        None "none" "无协议" "no agreement";
        Running "running" "履行中" "running";
        Kept "kept" "已履行" "kept";
        Broken "broken" "未履行" "not kept";
    }
}
words! {
    /// 司法确认
    Confirmation {
        None "none" "无协议" "no agreement";
        Open "open" "未申请" "not applied for";
        Applied "applied" "已申请" "applied for";
        Granted "granted" "已确认" "confirmed";
        Refused "refused" "未予确认" "refused";
    }
}
words! {
    /// 履行事项的状态
    ItemState {
        Open "open" "待履行" "to be performed";
        Kept "kept" "已履行" "kept";
        Broken "broken" "未履行" "not kept";
    }
}
words! {
    /// 调解会的状态
    HearingState {
        Planned "planned" "已安排" "planned";
        Held "held" "已召开" "held";
        Postponed "postponed" "已改期" "postponed";
        Cancelled "cancelled" "已取消" "cancelled";
    }
}
words! {
    /// What is kept of a party.
    DisputePartyField {
        Name "name" "姓名或名称" "name";
        Phone "phone" "电话" "telephone";
    }
}
words! {
    /// 查看用途
    DisputePartyPurpose {
        Contact "contact" "联系当事人" "to contact the party";
        Verify "verify" "核实情况" "to verify";
        Paper "paper" "制作文书" "for a paper to be signed";
        Emergency "emergency" "紧急情况" "emergency";
    }
}
