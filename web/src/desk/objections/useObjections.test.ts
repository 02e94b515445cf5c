import { describe, expect, it } from 'vitest'
import { askedIn } from './useObjections'

describe('the lists of objections', () => {
  it('ask for what they are called, and an open one has no outcome', () => {
    expect(askedIn('to_answer', { outcome: 'in_order', unit: 'u' })).toEqual({ to_answer: true, unit: 'u' })
    expect(askedIn('answered', { outcome: 'in_order', unit: '' })).toEqual({ state: 'answered', outcome: 'in_order' })
    expect(askedIn('all', { outcome: '', unit: '' })).toEqual({})
  })
})
