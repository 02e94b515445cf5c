/** 时限怎么来的: each limit of a whistle as a sentence with the moment it comes to. */
import type { Deadline, WhistleRoom } from '@/api/types'
import { nameOf, t } from '@/shared/i18n'
import { clockWords, exact } from '@/shared/time'

export const LIMITS = ['reply', 'arrival', 'part'] as const
export type LimitName = (typeof LIMITS)[number]
export interface LimitWhy { rule: 'minutes' | 'clock' | 'meeting'; minutes?: number; deadline?: Deadline }

export const whyOf = (room: Pick<WhistleRoom, 'limits'>, name: LimitName): LimitWhy | undefined => (room.limits as unknown as Partial<Record<LimitName, LimitWhy>>)[name]

/** What is reckoned from the whistle, or from the meeting: the part begins when they meet. */
export function limitWords(room: Pick<WhistleRoom, 'limits' | 'raised_at' | 'meets_at'>, name: LimitName): string {
  const why = whyOf(room, name)
  if (!why) return ''
  const from = name === 'part' ? 'part' : 'whistle'
  if (why.rule === 'clock' && why.deadline) return t(`whistles.rule.clock_${from}`, { clock: clockWords(why.deadline.clock), at: exact(why.deadline.due_at) })
  if (why.rule === 'minutes') {
    const start = name === 'part' ? room.meets_at : room.raised_at
    const at = new Date(Date.parse(start) + (why.minutes ?? 0) * 60_000)
    return t(`whistles.rule.minutes_${from}`, { n: why.minutes ?? 0, at: exact(at) })
  }
  return t('whistles.rule.meeting', { at: exact(room.meets_at) })
}

/** Units whose part has a time of its own, said when they were called. */
export function ownTimes(room: Pick<WhistleRoom, 'limits' | 'calls'>): string[] {
  const usual = whyOf(room, 'part')?.deadline?.due_at
  if (!usual) return []
  return room.calls.filter((call) => Date.parse(call.due_at) !== Date.parse(usual)).map((call) => t('whistles.ownTime', { name: nameOf(call.unit.names), at: exact(call.due_at) }))
}
