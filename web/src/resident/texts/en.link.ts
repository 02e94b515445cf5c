export default {
  link: {
    title: 'It is for you to say',
    lead: 'There is a result for what you reported. Whether it is solved is for you to say.',
    what: 'About',
    who: 'Done by',
    said: 'The unit says',
    until: 'It is valid until {at}.',
    once: 'You can answer once; the link ends with it.',
    gone: 'This no longer waits for your word. Thank you.',
    follow: 'Follow it with a receipt',
    none: 'Part of the link is missing; please open it again from the message.',
  },
}
