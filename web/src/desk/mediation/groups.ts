/** The list of those whose confirmation may still come, in two: what the parties may still ask for, and what is with the court. */
import type { DisputeRow } from '@/api/types'

export interface Group { code: 'open' | 'applied' | 'all'; rows: DisputeRow[] }

export function groupsOf(view: string, rows: DisputeRow[]): Group[] {
  if (view !== 'confirming') return [{ code: 'all', rows }]
  const of = (code: 'open' | 'applied', has: boolean): Group => ({ code, rows: rows.filter((row) => (row.confirmation === 'applied') === has) })
  return [of('open', false), of('applied', true)].filter((group) => group.rows.length > 0)
}
