import { describe, expect, it } from 'vitest'
import { monthsOf } from './calendar'

const year = (of: number, days: { date: string; kind: 'holiday' | 'workday'; names: { zh: string } }[] = []) => ({ year: of, is_published: true, source: '', days })

describe('a year of the calendar', () => {
  it('has every day of a leap year', () => {
    expect(monthsOf(year(2024)).flat()).toHaveLength(366)
    expect(monthsOf(year(2026)).flat()).toHaveLength(365)
  })

  it('begins its weeks on Monday', () => {
    expect(monthsOf(year(2026))[10]![21]).toMatchObject({ date: '2026-11-22', column: 7, kind: 'weekend' })
    expect(monthsOf(year(2026))[10]![22]).toMatchObject({ date: '2026-11-23', column: 1, kind: 'plain' })
  })

  it('shows a make-up working Saturday as a working day', () => {
    const months = monthsOf(year(2026, [{ date: '2026-02-28', kind: 'workday', names: { zh: '春节调休' } }]))
    expect(months[1]![27]).toMatchObject({ column: 6, kind: 'workday' })
  })
})
