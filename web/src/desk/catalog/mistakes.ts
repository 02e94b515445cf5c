/** The corrections in a refusal of a catalogue text. */
import type { Problem } from '@/shared/problem'

export interface Mistake {
  line: number
  message: string
  mend?: string
}

export function mistakesIn(problem: Problem | null): Mistake[] {
  const listed = problem?.body.errors
  return Array.isArray(listed) ? (listed as Mistake[]).filter((one) => typeof one.message === 'string').map((one) => ({ ...one, line: Number(one.line) || 1 })) : []
}
