/** What may be done for a unit on the board, in the order in which it stands there: what comes next first. */
import type { WhistleCall } from '@/api/types'

export function actsOf(call: Pick<WhistleCall, 'allowed' | 'reply' | 'is_own'>): string[] {
  const may = (name: string) => call.allowed.includes(name)
  const [own, reply] = [call.is_own, call.reply]
  const acts: [string, boolean][] = [
    ['coming', may('reply') && own && reply !== 'coming'],
    ['cannot', may('reply') && own && reply !== 'cannot'],
    ['arrive', may('arrive') && own && reply !== 'cannot'],
    ['say_when', may('say_when') && !own],
    ['result', may('result') && own && reply !== 'cannot'],
    ['take_back', may('take_back')],
    ['grade', may('grade')],
    ['rate', may('rate')],
  ]
  return acts.flatMap(([name, may]) => (may ? [name] : []))
}
