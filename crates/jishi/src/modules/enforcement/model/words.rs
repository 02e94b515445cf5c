//! Closed sets of words of checks, cases and parties.

use crate::platform::words::words;

words! {
    /// 检查来源
    CheckSource {
        Patrol "patrol" "日常巡查" "patrol";
        Report "report" "群众诉求" "a resident's case";
        Whistle "whistle" "吹哨联合执法" "a whistle";
        Recheck "recheck" "整改复查" "checking again";
    }
}

words! {
    /// 检查结果
    CheckResult {
        Clear "clear" "未发现问题" "nothing found";
        Mend "mend" "责令限期改正" "told to mend";
        Case "case" "拟立案" "to be a case";
    }
}

words! {
    /// 案件来源
    CaseSource {
        Check "check" "检查发现" "a check";
        Report "report" "群众诉求" "a resident's case";
        Whistle "whistle" "吹哨联合执法" "a whistle";
    }
}

words! {
    /// 案件状态: what was done last.
    CaseStatus {
        Investigating "investigating" "调查取证" "investigating";
        Noticed "noticed" "已告知" "party told";
        Reviewing "reviewing" "待法制审核" "under legal review";
        Reviewed "reviewed" "待决定" "to be decided";
        Decided "decided" "待送达" "to be delivered";
        Delivered "delivered" "待履行" "to be carried out";
        Court "court" "已申请法院执行" "before the court";
        Closed "closed" "已结案" "closed";
    }
}

words! {
    /// 结案方式
    CaseEnd {
        Performed "performed" "履行完毕" "carried out";
        NoPenalty "no_penalty" "不予处罚" "no penalty";
        Transferred "transferred" "移送" "handed over";
        Annulled "annulled" "决定被撤销" "decision annulled";
        Ended "ended" "终结执行" "execution ended";
    }
}

words! {
    /// 当事人类别
    PartyKind {
        Person "person" "个人" "a person";
        Organisation "organisation" "单位" "an organisation";
    }
}

words! {
    /// 当事人信息
    PartyField {
        Name "name" "姓名" "name";
        Phone "phone" "电话" "telephone";
        Address "address" "地址" "address";
    }
}

words! {
    /// 查看当事人信息的用途
    PartyPurpose {
        Contact "contact" "联系当事人" "to reach the party";
        Serve "serve" "送达文书" "to deliver a document";
        Verify "verify" "核实身份" "to make sure who it is";
        Document "document" "制作文书" "to print a document";
    }
}

words! {
    /// 案卷材料
    PaperKind {
        SceneRecord "scene_record" "现场检查（勘验）笔录" "record of the scene";
        StatementRecord "statement_record" "询问（陈述）笔录" "record of statements";
        Photos "photos" "现场照片" "photos";
        Identity "identity" "当事人身份或资质材料" "papers on who the party is";
        MendNotice "mend_notice" "责令改正通知书" "notice to mend";
        Hearing "hearing" "听证笔录" "record of the hearing";
        Receipt "receipt" "送达回证" "receipt of delivery";
        Payment "payment" "缴款、履行凭证" "proof of payment or performance";
        Other "other" "其他材料" "other papers";
    }
}

words! {
    /// 公示状态
    PublicityState {
        None "none" "不公示" "not public";
        Marked "marked" "待公示" "to be published";
        Public "public" "已公示" "public";
        Annulled "annulled" "应撤回公示" "to be withdrawn";
        Withdrawn "withdrawn" "已撤回" "withdrawn";
    }
}
