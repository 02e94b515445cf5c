/** What else waits for the reader: each is a list of another room, counted by that list itself, so that opening it shows as many. */
import type { RouteLocationRaw } from 'vue-router'
import type { Reads } from '@/api/types'

type Counted = { [A in keyof Reads]: Reads[A] extends { count: number; count_capped: boolean } ? A : never }[keyof Reads]
export interface Source {
  code: 'pleas' | 'supervisions' | 'callBacks' | 'rechecks' | 'findings' | 'contested' | 'objections' | 'disputes' | 'lateMediations' | 'latePerformances'
  /** Any of these permissions. */
  needs: readonly string[]
  address: Counted
  query: Record<string, string | boolean>
  to: RouteLocationRaw
}

const disputes = (query: { view: string; late?: string }) => ({ needs: ['mediation.read'], address: '/api/disputes', query, to: { name: 'mediation', query } }) as const
const rechecks = (side: string, state: string) => ({ address: '/api/rechecks', query: { side, state }, to: { name: 'rechecks', query: { side, state } } }) as const

export const SOURCES: readonly Source[] = [
  { code: 'pleas', needs: ['case.dispatch'], address: '/api/pleas', query: { to_decide: true }, to: { name: 'pleas', query: { list: 'to_decide' } } },
  { code: 'supervisions', needs: ['case.handle'], address: '/api/supervisions', query: { open: true, ours: true }, to: { name: 'supervision', query: { ours: 'true' } } },
  { code: 'findings', needs: ['case.handle'], ...rechecks('own', 'contested') },
  { code: 'contested', needs: ['recheck.decide'], ...rechecks('county', 'answered') },
  { code: 'callBacks', needs: ['case.call_back'], address: '/api/call-backs', query: { own: true, ready: true }, to: { name: 'call-backs' } },
  { code: 'objections', needs: ['objection.answer', 'objection.overdue'], address: '/api/objections', query: { to_answer: true }, to: { name: 'objections' } },
  { code: 'disputes', ...disputes({ view: 'applied' }), needs: ['mediation.take_in'] },
  { code: 'lateMediations', ...disputes({ view: 'mediating', late: 'true' }) },
  { code: 'latePerformances', ...disputes({ view: 'agreed', late: 'true' }) },
  { code: 'rechecks', needs: ['recheck.do'], ...rechecks('check', 'waiting') },
]
