import { describe, expect, it } from 'vitest'
import type { DisputeRow } from '@/api/types'
import { groupsOf } from './groups'

const row = (id: string, confirmation: string) => ({ id, confirmation }) as DisputeRow
const told = (view: string, rows: DisputeRow[]) => groupsOf(view, rows).map((group) => [group.code, ...group.rows.map((one) => one.id)])

describe('the window of confirmation', () => {
  it('has what may still be asked for apart from what is with the court', () => {
    expect(told('confirming', [row('a', 'open'), row('b', 'open'), row('c', 'applied')])).toEqual([['open', 'a', 'b'], ['applied', 'c']])
    expect(told('confirming', [row('c', 'applied')])).toEqual([['applied', 'c']])
  })

  it('leaves every other list whole', () => {
    expect(told('agreed', [row('a', 'open'), row('c', 'applied')])).toEqual([['all', 'a', 'c']])
  })
})
