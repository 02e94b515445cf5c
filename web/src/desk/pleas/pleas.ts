/** What the forms of pleas have in common. */
import type { CasePleas, PleaKind } from '@/api/types'

export const KINDS: PleaKind[] = ['extension', 'pause', 'parking', 'dispute', 'exclusion']
export const STATES = ['open', 'granted', 'refused', 'withdrawn', 'lapsed'] as const

/** Whether the resident is told of what is granted, and a last day belongs to it. */
export const isTold = (kind: PleaKind): boolean => kind === 'extension' || kind === 'pause' || kind === 'parking'

/** The list a kind chooses from. */
export function choicesOf(kind: PleaKind, found: CasePleas): CasePleas['procedures'] {
  return { pause: found.procedures, parking: found.obstacles, exclusion: found.exclusions, extension: [], dispute: [] }[kind]
}

/** A civil day so many days later. */
export function dayAfter(day: string, days: number): string {
  const at = new Date(`${day}T12:00:00Z`)
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10)
}
