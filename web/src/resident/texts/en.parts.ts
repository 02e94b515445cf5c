export default {
  parts: {
    title: 'Your report is handled as {n} cases',
    lead: 'Each has its own answer and your own verdict; one receipt opens all of them.',
    part: 'Part {n}',
    shown: 'shown below',
    waiting: 'waits for your answer or verdict',
  },
  timeline: {
    split_off: 'Handled as a case of its own; time still counts from your report',
    split_kept: 'Your report is handled as several cases; this one is about:',
    rejoined: 'A part ({from}) came back and is handled together',
  },
}
