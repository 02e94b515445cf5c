/** The rates of mediation, as fractions: what is divided by what, and which lists the two open. */
import type { MediationCounts } from '@/api/types'

export interface Rate {
  code: 'success' | 'kept' | 'confirmed'
  part: number
  of: number
  part_opens: Record<string, string>
  of_opens: Record<string, string> | null
}

export const rates = (counts: MediationCounts): Rate[] => [
  { code: 'success', part: counts.agreements, of: counts.accepted, part_opens: { outcome: 'agreement' }, of_opens: {} },
  // What is kept or not kept is no list of its own: two lists, one beside the other.
  { code: 'kept', part: counts.kept, of: counts.kept + counts.broken, part_opens: { performance: 'kept' }, of_opens: null },
  { code: 'confirmed', part: counts.confirmed, of: counts.agreements, part_opens: { confirmation: 'granted' }, of_opens: { outcome: 'agreement' } },
]

/** A share in tenths of a percent; none where there is nothing to divide by. */
export const share = (part: number, of: number): string | null => (of > 0 ? `${((part / of) * 100).toFixed(1)}%` : null)
