import { describe, expect, it } from 'vitest'
import { fenOf, yuan } from './words'

describe('money of a fine', () => {
  it('is written in yuan, with fen only where there are some', () => {
    expect([0, 20_000, 123_456_789, 50].map(yuan)).toEqual(['0', '200', '1,234,567.89', '0.50'])
  })

  it('is read from what people type', () => {
    expect(['', '200', '1,200', '0.5', ' 3.25 '].map(fenOf)).toEqual([0, 20_000, 120_000, 50, 325])
  })

  it('is no amount where it is something else', () => {
    expect(['abc', '-1', '1.234', '1e3', '12345678901'].map(fenOf)).toEqual([null, null, null, null, null])
  })
})
