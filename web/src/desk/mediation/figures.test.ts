import { describe, expect, it } from 'vitest'
import { rates, share } from './figures'

describe('the rates of mediation', () => {
  it('divide agreements by all that was taken in, open ones included', () => {
    const counts = { accepted: 10, open: 4, agreements: 5, failed: 1, kept: 2, broken: 1, confirmed: 2 }
    expect(rates(counts).map((one) => [one.code, one.part, one.of])).toEqual([['success', 5, 10], ['kept', 2, 3], ['confirmed', 2, 5]])
  })

  it('are no number where there is nothing to divide by', () => {
    expect(share(0, 0)).toBeNull()
    expect(share(2300, 5266)).toBe('43.7%')
  })
})
