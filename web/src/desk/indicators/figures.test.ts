import { beforeAll, describe, expect, it } from 'vitest'
import { i18n } from '@/shared/i18n'
import indicators from '../texts/zh/indicators'
import { dayMark, difference, duration, fromFirst, lines, percent, top, written } from './figures'

beforeAll(() => i18n.global.setLocaleMessage('zh', { indicators }))

describe('figures', () => {
  it('writes a rate in percent and a time as people think of it', () => {
    expect(percent(0.8514)).toBe('85.1%')
    expect(written('rate', undefined)).toBe('—')
    expect(duration(30)).toContain('30')
    expect(duration(600)).toContain('10')
    expect(duration(14400)).toContain('10')
    expect(duration(600)).not.toBe(duration(14400))
  })

  it('begins a trend where there is something to show, and names its months', () => {
    const points = [undefined, 0.5, undefined, 0.7].map((value) => ({ value, n: 1, period: { from: '', to: '' } }) as never)
    expect(fromFirst(points)).toHaveLength(3)
    expect(fromFirst(points.slice(0, 1))).toHaveLength(1)
    expect(dayMark({ from: '2026-11-01', to: '2026-11-30' })).toBe('11月')
    expect(dayMark({ from: '2026-11-23', to: '2026-11-29' })).toBe('11/23')
  })

  it('writes a difference with its sign', () => {
    expect(difference('rate', 0.9, 0.85)).toContain('+5.0')
    expect(difference('rate', 0.8, 0.85)).toContain('−5.0')
    expect(difference('count', 3, undefined)).toBe('')
  })

  it('leaves a gap where there is no value', () => {
    expect(lines([1, undefined, 2, 3], (i) => i, (v) => v)).toBe('M0.0 1.0M2.0 2.0L3.0 3.0')
  })

  it('ends a scale on a round number', () => {
    expect([top([]), top([7]), top([10]), top([13]), top([2600])]).toEqual([1, 10, 10, 20, 5000])
  })
})
