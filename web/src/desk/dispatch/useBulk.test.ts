import { beforeAll, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, shallowRef } from 'vue'
import type { CaseRow, ShortProposal } from '@/api/types'
import { grouped, useBulk } from './useBulk'

const row = (id: string) => ({ id, number: id, version: 1 }) as CaseRow
const to = (id: string, lead: string) => ({ id, lead: { id: lead, names: { zh: lead } }, assists: [], by_rule: false }) as unknown as ShortProposal
const none = (id: string, why: string) => ({ id, assists: [], by_rule: false, why_none: why }) as unknown as ShortProposal

describe('cases chosen together', () => {
  it('are told by the unit they go to, the largest group first, what cannot go last', () => {
    const proposed = new Map([to('a', 'water'), none('b', 'no_matter'), to('c', 'lamps'), to('d', 'lamps')].map((one) => [one.id, one]))
    const groups = grouped(['a', 'b', 'c', 'd'].map(row), proposed)
    expect(groups.map((group) => group.lead?.id ?? group.whyNone)).toEqual(['lamps', 'water', 'no_matter'])
    expect(groups[0]?.rows.map((one) => one.id)).toEqual(['c', 'd'])
  })

  it('one that has just come in and is not proposed for yet is not sent anywhere', () => {
    expect(grouped([row('new')], new Map())).toEqual([{ lead: null, whyNone: 'no_unit', rows: [row('new')] }])
  })
})

describe('what is chosen', () => {
  beforeAll(() => void vi.stubGlobal('fetch', async () => new Response('{"rows":[]}', { headers: { 'content-type': 'application/json' } })))
  const desk = (rows = shallowRef([row('a'), row('b')])) => effectScope().run(() => ({ rows, bulk: useBulk(rows, () => {}) }))!

  it('stays while the desk is left for one of its cases, as far as it still waits there', async () => {
    const first = desk()
    first.bulk.toggle('a')
    first.bulk.toggle('b')
    first.bulk.leave(true)
    const back = desk(shallowRef([]))
    back.rows.value = [row('b'), row('c')]
    await nextTick()
    expect([...back.bulk.chosen.value]).toEqual(['b'])
  })

  it('is forgotten when it is left for another page', () => {
    const first = desk()
    first.bulk.toggle('a')
    first.bulk.leave(false)
    expect([...desk().bulk.chosen.value]).toEqual([])
  })
})
