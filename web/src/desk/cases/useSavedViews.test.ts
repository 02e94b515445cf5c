import { describe, expect, it } from 'vitest'
import { isSame } from './useSavedViews'

describe('a kept view', () => {
  it('is open when the list has its filters, in whatever order, and no others', () => {
    expect(isSame({ view: 'open', q: '路灯' }, { q: '路灯', view: 'open' })).toBe(true)
    expect(isSame({ view: 'open' }, { view: 'open', q: '路灯' })).toBe(false)
    expect(isSame({ view: 'open' }, { view: 'ended' })).toBe(false)
  })
})
