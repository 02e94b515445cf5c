export default {
  waiting: {
    title: 'Kept on this phone, not sent yet',
    lead: 'There is no connection. Open this page when you are on line: it sends itself, and you need not write it again.',
    valid: 'valid once it has arrived',
    list: 'Waiting to be sent',
    state_waiting: 'to be sent',
    state_sending: 'being sent',
    state_look: 'needs you',
    send: 'Send now',
    drop: 'Throw away',
    drop_sure: 'Throw “{words}” away? It cannot be brought back.',
    arrived: '“{words}” has arrived',
    full: 'The phone is full and it was not kept. What you wrote is still on this page: make room and try again.',
    refused: 'It was not accepted: {why}',
    rewrite: 'Take it back and change it',
  },
}
