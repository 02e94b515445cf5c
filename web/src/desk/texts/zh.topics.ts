export default {
  topics: {
    lead: '同一件事在同一个地方反复发生，就提成课题：有人负责，有目标和期限，办结后继续看有没有再来。只数事和地方，从不数人。',
    states: '课题列表',
    state: { proposed: '待研究', active: '攻坚中', finished: '已办结', rejected: '不立题' },
    empty: { proposed: '没有待研究的课题', active: '没有攻坚中的课题', finished: '没有办结的课题', rejected: '没有不立题的' },
    emptyHint: '同一事项在同一村（社区）达到设定的件数，会自动提到这里。',
    unitOfCases: '件', cases: '{n} 件', since: '{day} 以来', fromTo: '{from} 至 {to}', due: '{day} 前完成', late: '超期', region: '地点', month: '每月一题 {month}',
    relapses: '办结后又来了 {n} 件', noRelapse: '办结后没有再来',
    why: '为什么列为课题', undoUntil: '还可以撤销上一步，到 {at} 为止。撤销后登记在经过里。', undoDone: '已撤销上一步',
    task: '课题', found: '件数', afterwards: '结束以后', owner: '责任', goal: '目标', measures: '措施', changed: '改变了什么', reason: '不立题的原因', publicGoal: '公开的目标', publicResult: '公开的结果', history: '经过',
    chart: '每月件数', monthShort: '{n}月', bar: '{month}，{n} 件', part: { before: '立题以前', during: '攻坚期间', after: '办结以后' },
    behind: '背后的工单', behindAfter: '结束以后的工单', behindMonth: '{month} 的工单', untilEnd: '到结束为止', all: '全部', noCases: '没有工单', noneOfYours: '这里只列您这一级能看的工单。',
    step: { accept: '立题', reject: '不立题', revise: '调整', note: '登记进展', finish: '办结', of_month: '每月一题', not_of_month: '取消每月一题', undo: '撤销' },
    done: { accepted: '立题', rejected: '不立题', revised: '调整', noted: '进展', finished: '办结', of_month: '定为每月一题', not_of_month: '取消每月一题', undone: '撤销上一步' },
    ask: {
      unit: '责任单位', person: '责任人', dueOn: '完成期限', goalHint: '能数得出来的最好，例如：三个月内减少一半',
      words: { reject: '不立题的原因', revise: '调整的原因', note: '做了什么', finish: '改变了什么' },
      month: '月份', goalZh: '公开的目标（中文）', goalEn: '公开的目标（英文）', resultZh: '公开的结果（中文）', resultEn: '公开的结果（英文）',
      publicHint: '所有人都能看到。不写电话、姓名和群众原话。', notOfMonth: '取消后，公开的目标和结果不再显示。确定取消吗？',
    },
    ofMonth: '本月一题', card: '同类事', inPlace: '{place} · {matter}',
  },
}
