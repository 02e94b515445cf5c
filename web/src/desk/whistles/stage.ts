/** Where a called unit is on its way, said in words first: what the board sorts and colours by. */
import type { WhistleCall } from '@/api/types'

export type Stage = 'waiting' | 'silent' | 'coming' | 'comingOverdue' | 'there' | 'done' | 'cannot' | 'released'
export type Tone = 'plain' | 'near' | 'late' | 'done' | 'open'

export function stageOf(call: WhistleCall): Stage {
  if (call.done_at) return 'done'
  if (call.arrived_at) return 'there'
  if (call.standing === 'released') return 'released'
  if (call.reply === 'cannot') return 'cannot'
  if (call.reply === 'coming') return call.standing === 'absent' ? 'comingOverdue' : 'coming'
  return call.is_reply_late || call.standing === 'absent' ? 'silent' : 'waiting'
}

const TONES: Record<Stage, Tone> = { waiting: 'near', silent: 'late', coming: 'open', comingOverdue: 'late', there: 'done', done: 'done', cannot: 'plain', released: 'plain' }
export const toneOf = (call: WhistleCall): Tone => TONES[stageOf(call)]

/** One's own unit first, then those that have not come; otherwise as they were called. */
export function inOrder(calls: WhistleCall[]): WhistleCall[] {
  const rank = (call: WhistleCall) => (call.is_own ? 0 : 1)
  return [...calls].sort((a, b) => rank(a) - rank(b))
}

/** What the board counts: each unit stands in exactly one group, so that the groups add up to those that were called. */
export const GROUPS = ['unanswered', 'onTheWay', 'present', 'unable', 'notNeeded'] as const
export type Group = (typeof GROUPS)[number]
const GROUP_OF: Record<Stage, Group> = { waiting: 'unanswered', silent: 'unanswered', coming: 'onTheWay', comingOverdue: 'onTheWay', there: 'present', done: 'present', cannot: 'unable', released: 'notNeeded' }
export const groupOf = (call: WhistleCall): Group => GROUP_OF[stageOf(call)]

/** The groups with their counts. The first four stand always: nobody is left out of them; who was not needed any more only where there is one. */
export function groupsOf(calls: WhistleCall[]): { group: Group; count: number }[] {
  const counted = GROUPS.map((group) => ({ group, count: calls.filter((call) => groupOf(call) === group).length }))
  return counted.filter((one) => one.group !== 'notNeeded' || one.count > 0)
}

/** What the lead's answer begins with: what each unit filed, under its name, closed as a sentence. */
export function draftOf(calls: WhistleCall[], nameOf: (call: WhistleCall) => string, colon: string, stop: string): string {
  const close = (words: string) => (/[。！？….!?]$/.test(words) ? words : `${words}${stop}`)
  return calls.flatMap((call) => (call.result ? [`${nameOf(call)}${colon}${close(call.result.trim())}`] : [])).join('\n')
}
