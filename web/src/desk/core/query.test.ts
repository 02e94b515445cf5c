import { describe, expect, it } from 'vitest'
import { isSame } from './query'

describe('the filters of a list', () => {
  it('are the same in whatever order, and not with one more', () => {
    expect(isSame({ view: 'open', q: '路灯' }, { q: '路灯', view: 'open' })).toBe(true)
    expect(isSame({ view: 'open' }, { view: 'open', q: '路灯' })).toBe(false)
    expect(isSame({ view: 'open' }, { view: 'ended' })).toBe(false)
  })
})
