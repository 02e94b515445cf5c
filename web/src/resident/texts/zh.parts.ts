export default {
  parts: {
    title: '您反映的事分成 {n} 件办理',
    lead: '每件分别答复、分别评价，一张回执都能查。',
    part: '第 {n} 件',
    shown: '正在看',
    waiting: '等您回答或评价',
  },
  timeline: {
    split_off: '单独立为一件办理，时限仍从您反映时算起',
    split_kept: '您反映的事分成几件办理，这里办的是：',
    rejoined: '分出去的一件（{from}）并了回来，一起办理',
  },
}
