/** A timeline entry in a resident's words. */
import type { Names, TimelineEntry } from '@/api/types'
import { hasText, nameOf, t } from '@/shared/i18n'
import { exact } from '@/shared/time'

export function entryWords(entry: TimelineEntry): string {
  const params: Record<string, string> = {}
  for (const [name, value] of Object.entries(entry.params)) params[name] = paramWords(value)
  const unit = params.lead_names || nameOf(entry.by.unit?.names) || t('follow.the_unit')
  const outcome = params.outcome && hasText(`outcome.${params.outcome}`) ? t(`outcome.${params.outcome}`) : ''
  const key = `timeline.${entry.kind}`
  return hasText(key) ? t(key, { ...params, unit, outcome }) : t('timeline.other')
}

/** Who did it: the resident, an office, or a role where no office is known. */
export function entryBy({ by }: TimelineEntry): string {
  if (by.is_resident) return t('follow.you')
  if (by.unit) return nameOf(by.unit.names)
  return by.role && hasText(`role.${by.role}`) ? t(`role.${by.role}`) : ''
}

/** Parameters are names, moments, references or plain values. */
function paramWords(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map(paramWords).filter(Boolean).join(t('common.comma'))
  if (typeof value === 'object') {
    const named = value as Partial<Names> & { names?: Names }
    if (named.names) return nameOf(named.names)
    return typeof named.zh === 'string' ? nameOf(named as Names) : ''
  }
  const text = String(value)
  return /^\d{4}-\d\d-\d\dT/.test(text) ? exact(text) : text
}
