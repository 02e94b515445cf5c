export default {
  parts: {
    title: '您反映的事分成 {n} 件办理',
    lead: '每件分别答复、分别评价，一张回执都能查。',
    part: '第 {n} 件',
    shown: '正在看',
    waiting: '等您回答或评价',
    disputed: '承办单位认为这件事不归它管，已提请裁定；裁定之前，它照常办理。',
    supervised: '这件事已列入督办，上级单位会盯到办好为止。',
    joint: '几个单位一起办理，由承办单位统一答复您。',
  },
  plain: {
    parked: '现在办不了，已经挂账：原因和打算写在下面，会定期复查。',
  },
  status: { parked: '挂账' },
  timeline: {
    extended: '办理时限延到 {to}',
    paused: '计时中止，最迟到 {until}：{names}',
    resumed: '计时恢复，{due_at} 前答复',
    parked: '挂账，{review_at} 前复查：{names}',
    taken_up: '恢复办理，{due_at} 前答复',
    split_off: '单独立为一件办理，时限仍从您反映时算起',
    split_kept: '您反映的事分成几件办理，这里办的是：',
    whistle_called: '叫了{units}一起处理，{meets_at} 集合',
    whistle_over: '各部门处理完了，由{names}汇总答复',
    whistle_withdrawn: '这次不用各部门集合了，改用别的办法办',
    rejoined: '分出去的一件（{from}）并了回来，一起办理',
  },
}
