import { describe, expect, it } from 'vitest'
import { unprintable } from './printing'

describe('what no font has', () => {
  it('is told character by character', () => {
    expect(unprintable(new Headers({ 'jishi-unprintable': encodeURIComponent('𠮷㐂') }))).toBe('𠮷 㐂')
    expect(unprintable(new Headers())).toBe('')
  })
})
