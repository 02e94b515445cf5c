export default {
  topics: {
    lead: '同一件事在同一个地方反复发生，就提一个课题：有人负责、有目标、有期限，办结后继续看有没有复发。只数事和地方，从不数人。',
    states: '课题列表',
    state: { proposed: '待研究', active: '攻坚中', finished: '已办结', rejected: '不立题' },
    empty: '没有课题', emptyHint: '同一事项在同一村（社区）达到设定的件数，会自动提到这里。',
    cases: '{n} 件', relapses: '办结后 {n} 件', ofItem: '同一件台账物品', region: '地点', since: '{day} 以来', month: '每月一题 {month}', due: '期限 {day}', late: '超期',
    goal: '目标', measures: '措施', owner: '责任', changed: '改变了什么', reason: '不立题的原因', history: '经过', chart: '每月件数', months: '月份', count: '件数', begun: '{day} 立题', ended: '{day} 办结', behind: '背后的工单', behindRelapses: '办结后的工单', all: '全部', onlyRelapses: '办结后', public: '公开内容', publicGoal: '公开的目标', publicResult: '公开的结果',
    step: { accept: '立题', reject: '不立题', note: '登记进展', finish: '办结', of_month: '每月一题' },
    done: { accepted: '立题', rejected: '不立题', noted: '进展', finished: '办结', of_month: '每月一题' },
    ask: { unit: '责任单位', person: '责任人', words: '内容', dueOn: '完成期限', month: '月份', monthHint: '如 2026-11；留空就是取消', zh: '中文', en: '英文', goal: '公开的目标', result: '公开的结果', publicHint: '所有人可见。不写电话、姓名和群众原话。' },
    partOf: '属于课题', ofMonth: '本月一题', card: '同类事',
  },
}
