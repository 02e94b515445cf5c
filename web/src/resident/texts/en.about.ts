export default {
  about: {
    title: 'It is about an office or its people',
    hint: 'Choose the office: its people do not see this until another office has it, it is never handled by them, and it is not published.',
    unit: 'Which office',
    none: 'It is not about an office',
    offline: 'No network: the list of offices cannot be opened now.',
  },
}
