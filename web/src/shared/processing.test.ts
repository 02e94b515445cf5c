import { describe, expect, it } from 'vitest'
import { byWhose } from './processing'

describe('the record of processing', () => {
  it('stands by whose data it is, once each, in the order of the rows', () => {
    const rows = [['a', 'resident'], ['b', 'staff'], ['c', 'resident']].map(([code, whose]) => ({ code, whose })) as never[]
    const told = byWhose(rows).map(([whose, of]) => [whose, of.map((row) => row.code)])
    expect(told).toEqual([['resident', ['a', 'c']], ['staff', ['b']]])
    expect(byWhose([])).toEqual([])
  })
})
