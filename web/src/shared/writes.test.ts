import { describe, expect, it } from 'vitest'
import { WriteKeys } from './writes'

describe('the keys of writes', () => {
  it('stay with the same words until an answer came', () => {
    const keys = new WriteKeys()
    const first = keys.for('POST /a', { n: 1 })
    for (const status of [0, 500, 503]) {
      keys.failed('POST /a', { status })
      expect(keys.for('POST /a', { n: 1 })).toBe(first)
    }
    expect(keys.for('POST /b', { n: 1 })).not.toBe(first)
  })

  it('are new for other words, after a refusal, and once it is written', () => {
    const keys = new WriteKeys()
    const seen = [keys.for('POST /a', 1), keys.for('POST /a', 2)]
    keys.failed('POST /a', { status: 409 })
    seen.push(keys.for('POST /a', 2))
    keys.done('POST /a')
    seen.push(keys.for('POST /a', 2))
    expect(new Set(seen).size).toBe(4)
  })
})
