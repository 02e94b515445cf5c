/** A timeline entry in words: who, and the particulars that are worth reading. */
import type { Names, TimelineEntry } from '@/api/types'
import { hasText, nameOf, t } from '@/shared/i18n'
import { exact } from '@/shared/time'
import { joinWords, term } from '../core/labels'

/** Particulars that are codes, and the list of words they belong to. */
const CODED: Record<string, string> = { outcome: 'outcome', purpose: 'purpose', field: 'contactField', solved: 'solved', satisfied: 'satisfied', channel: 'channel', how: 'closed_how', reason: 'refusal', closed_how: 'closed_how' }

export const titleOf = (entry: TimelineEntry): string => (hasText(`timeline.${entry.kind}`) ? t(`timeline.${entry.kind}`) : entry.kind)

export function authorOf({ by }: TimelineEntry): string {
  if (by.is_resident) return t('timeline.resident')
  return joinWords([nameOf(by.unit?.names), by.person?.name, by.role ? term('role', by.role) : '']) || t('timeline.system')
}

export function particularsOf(entry: TimelineEntry): { label: string; words: string }[] {
  return Object.entries(entry.params).flatMap(([key, value]) => {
    const words = wordsOf(key, value)
    return words && hasText(`timeline.param.${key}`) ? [{ label: t(`timeline.param.${key}`), words }] : []
  })
}

/** One particular of an entry as words; empty when there is nothing to read. */
export function wordsOf(key: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return ''
  if (Array.isArray(value)) return joinWords(value.map((one) => wordsOf(key, one)))
  if (typeof value === 'boolean') return t(value ? 'ui.yes' : 'ui.no')
  if (typeof value === 'object') return namedWords(value as Record<string, unknown>)
  if (key.endsWith('_at') || /^\d{4}-\d\d-\d\dT/.test(String(value))) return exact(String(value))
  return CODED[key] ? term(CODED[key], String(value)) : String(value)
}

function namedWords(value: Record<string, unknown>): string {
  if (value.names) return nameOf(value.names as Names)
  if (typeof value.zh === 'string') return nameOf(value as unknown as Names)
  return typeof value.name === 'string' ? value.name : typeof value.number === 'string' ? value.number : ''
}
