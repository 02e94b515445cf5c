export default {
  parts: {
    title: 'Your report is handled as {n} cases',
    lead: 'Each has its own answer and your own verdict; one receipt opens all of them.',
    part: 'Part {n}',
    shown: 'shown below',
    waiting: 'waits for your answer or verdict',
    disputed: 'The unit says that this is not its business, and somebody else decides; until then it goes on with it.',
    supervised: 'A higher office has put this under supervision and sees to it that it is done.',
    joint: 'Several units work on it together; the one in charge answers you.',
  },
  plain: {
    parked: 'It cannot be done now and is parked: why, and what is planned, stands below; it is looked at again regularly.',
  },
  status: { parked: 'Parked' },
  timeline: {
    extended: 'More time until {to}',
    paused: 'The clock stands still, until {until} at the latest: {names}',
    resumed: 'The clock goes on; the answer is due {due_at}',
    parked: 'Parked, looked at again by {review_at}: {names}',
    taken_up: 'Taken up again; the answer is due {due_at}',
    split_off: 'Handled as a case of its own; time still counts from your report',
    split_kept: 'Your report is handled as several cases; this one is about:',
    whistle_called: '{units} were called together; they meet at {meets_at}',
    whistle_over: 'The departments have met; {names} gathers the answer',
    whistle_withdrawn: 'The departments need not meet; it goes on another way',
    rejoined: 'A part ({from}) came back and is handled together',
  },
}
