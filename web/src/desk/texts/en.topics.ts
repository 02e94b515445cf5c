export default {
  topics: {
    lead: 'The same thing in the same place again and again becomes a topic: with an owner, a goal and a day, and watched when it is over. Matters and places are counted, never people.',
    states: 'Lists of topics',
    state: { proposed: 'Proposed', active: 'Being worked at', finished: 'Finished', rejected: 'Rejected' },
    empty: 'No topics', emptyHint: 'A matter that reaches its number in a village is proposed here by itself.',
    cases: '{n} cases', relapses: '{n} since it was finished', ofItem: 'one thing of the register', region: 'Place', since: 'since {day}', month: 'Topic of {month}', due: 'due {day}', late: 'late',
    goal: 'Goal', measures: 'Measures', owner: 'Owner', changed: 'What changed', reason: 'Why it was rejected', history: 'History', chart: 'Cases by month', months: 'Month', count: 'Cases', begun: 'taken up on {day}', ended: 'finished on {day}', behind: 'The cases behind it', behindRelapses: 'Cases since it was finished', all: 'All', onlyRelapses: 'Since it was finished', public: 'In public', publicGoal: 'Goal in public', publicResult: 'Result in public',
    step: { accept: 'Take up', reject: 'Reject', note: 'Note progress', finish: 'Finish', of_month: 'Topic of the month' },
    done: { accepted: 'Taken up', rejected: 'Rejected', noted: 'Progress', finished: 'Finished', of_month: 'Topic of the month' },
    ask: { unit: 'Unit', person: 'Who answers for it', words: 'In words', dueOn: 'By which day', month: 'Month', monthHint: 'Such as 2026-11; empty takes it back', zh: 'Chinese', en: 'English', goal: 'Goal in public', result: 'Result in public', publicHint: 'Everyone reads it. No telephone, no name, no words of residents.' },
    partOf: 'Part of a topic', ofMonth: 'Topic of the month', card: 'The same again',
  },
}
