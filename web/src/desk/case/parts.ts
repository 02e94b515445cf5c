/** A unit's part in words: how it stands, how it ended, and in which round it was given. */
import type { Assignment, TimelineEntry } from '@/api/types'
import { t } from '@/shared/i18n'
import { term } from '../core/labels'

/** What was written in one step bears one time. */
const SAME = 1_000
const isAt = (one?: string | null, other?: string | null): boolean => Boolean(one && other) && Math.abs(Date.parse(one!) - Date.parse(other!)) < SAME

/** How a part stands. The lead's ends with its own result, signed for or not; only another's can end untouched with it. */
export function standOf(part: Assignment, entries: TimelineEntry[]): string {
  if (part.state !== 'done') return term('assignment', part.state)
  if (part.kind !== 'lead') return part.signed_at ? term('assignment', 'done') : t('casepage.neverTaken')
  return entries.some((entry) => entry.kind === 'result_filed' && isAt(entry.at, part.done_at)) ? t('casepage.resultFiled') : term('assignment', 'done')
}

/** By which word the end of a part is dated. */
export function endOf(part: Assignment): 'done' | 'returned' | 'ended' {
  if (part.state === 'returned' || part.state === 'ended') return part.state
  return part.kind === 'lead' || part.signed_at ? 'done' : 'ended'
}

/** Which time of redoing or reopening gave the lead this part; empty for what was dispatched. */
export function roundOf(part: Assignment, entries: TimelineEntry[]): string {
  const given = part.kind === 'lead' && entries.find((entry) => (entry.kind === 'redo' || entry.kind === 'reopened') && isAt(entry.at, part.assigned_at))
  return given ? t(`casepage.rounds.${given.kind}`, { n: Number(given.params.round ?? 1) }) : ''
}
