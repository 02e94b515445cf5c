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

/** 应到分为: what each of those called is counted under, exactly once. */
export const PARTS = ['silent', 'coming', 'there', 'cannot', 'released'] as const
export type Part = (typeof PARTS)[number]
const PART: Record<Stage, Part> = { waiting: 'silent', silent: 'silent', coming: 'coming', comingOverdue: 'coming', there: 'there', done: 'there', cannot: 'cannot', released: 'released' }
export const partOf = (call: WhistleCall): Part => PART[stageOf(call)]

const TONES: Record<Stage, Tone> = { waiting: 'near', silent: 'late', coming: 'open', comingOverdue: 'late', there: 'done', done: 'done', cannot: 'plain', released: 'plain' }
export const toneOf = (call: WhistleCall): Tone => TONES[stageOf(call)]

/** One's own unit first, then those that have not come; otherwise as they were called. */
export function inOrder(calls: WhistleCall[]): WhistleCall[] {
  const rank = (call: WhistleCall) => (call.is_own ? 0 : 1)
  return [...calls].sort((a, b) => rank(a) - rank(b))
}
