export default {
  topics: {
    lead: 'The same thing in the same place again and again becomes a topic: with an owner, a goal and a day, and watched when it is over. Matters and places are counted, never people.',
    states: 'Lists of topics',
    state: { proposed: 'Proposed', active: 'Being worked at', finished: 'Finished', rejected: 'Rejected' },
    empty: { proposed: 'Nothing is proposed', active: 'Nothing is being worked at', finished: 'Nothing is finished yet', rejected: 'Nothing was rejected' },
    emptyHint: 'A matter that reaches its number in one village is proposed here by itself.',
    unitOfCases: 'cases', cases: '{n} cases', since: 'since {day}', fromTo: '{from} to {to}', due: 'due {day}', late: 'late', region: 'Place', month: 'Topic of {month}',
    relapses: '{n} more since it was finished', noRelapse: 'none since it was finished',
    why: 'Why it was proposed', undoUntil: 'The last step can still be undone, until {at}. The history will tell of it.', undoDone: 'The last step was undone',
    task: 'The topic', found: 'Cases', afterwards: 'After its end', owner: 'Owner', goal: 'Goal', measures: 'Measures', changed: 'What changed', reason: 'Why it was rejected', publicGoal: 'Goal in public', publicResult: 'Result in public', history: 'History',
    chart: 'Cases by month', monthShort: '{n}', bar: '{month}: {n} cases', part: { before: 'before', during: 'worked at', after: 'finished' },
    behind: 'The cases behind it', behindAfter: 'Cases after its end', behindMonth: 'Cases of {month}', untilEnd: 'Until its end', all: 'All', noCases: 'No cases', noneOfYours: 'Only the cases that your post may see are listed here.',
    step: { accept: 'Take up', reject: 'Reject', revise: 'Change', note: 'Note progress', finish: 'Finish', of_month: 'Topic of the month', not_of_month: 'No longer of the month', undo: 'Undo' },
    done: { accepted: 'Taken up', rejected: 'Rejected', revised: 'Changed', noted: 'Progress', finished: 'Finished', of_month: 'Topic of the month', not_of_month: 'No longer of the month', undone: 'Last step undone' },
    ask: {
      unit: 'Unit', person: 'Who answers for it', dueOn: 'By which day', goalHint: 'Best something that can be counted, such as: half as many within three months',
      words: { reject: 'Why it is rejected', revise: 'Why it is changed', note: 'What was done', finish: 'What changed' },
      month: 'Month', goalZh: 'Goal in public, in Chinese', goalEn: 'Goal in public, in English', resultZh: 'Result in public, in Chinese', resultEn: 'Result in public, in English',
      publicHint: 'Everyone reads it. No telephone, no name, no words of residents.', notOfMonth: 'Its goal and result are then no longer public. Take it back?',
    },
    ofMonth: 'Topic of the month', card: 'The same again', inPlace: '{matter}, {place}',
  },
}
