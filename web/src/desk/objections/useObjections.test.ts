import { describe, expect, it } from 'vitest'
import { askedIn } from './useObjections'

describe('the lists of objections', () => {
  it('ask for what they are called, and an open one has no outcome', () => {
    expect(askedIn('to_answer', { outcome: 'in_order', unit: 'u' })).toEqual({ to_answer: true, unit: 'u' })
    expect(askedIn('answered', { outcome: 'in_order', unit: '' })).toEqual({ state: 'answered', outcome: 'in_order' })
    expect(askedIn('all', { outcome: '', unit: '', region: '' })).toEqual({})
  })

  it('stay narrowed to a place in each of them', () => {
    for (const [view, also] of [['to_answer', { to_answer: true }], ['answered', { state: 'answered' }], ['all', {}]] as const) expect(askedIn(view, { region: '140403' })).toEqual({ region: '140403', ...also })
  })
})
