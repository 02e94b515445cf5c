import { describe, expect, it } from 'vitest'
import { days, instantOf, monday, plus } from './week'

describe('days of a calendar', () => {
  it.each([
    ['2026-11-16', '2026-11-16'],
    ['2026-11-22', '2026-11-16'],
    ['2027-01-01', '2026-12-28'],
    ['2024-02-29', '2024-02-26'],
  ])('the week of %s begins on %s', (day, first) => expect(monday(day)).toBe(first))

  it('go over months and years', () => {
    expect(plus('2026-12-31', 1)).toBe('2027-01-01')
    expect(days('2026-02-27', 3)).toEqual(['2026-02-27', '2026-02-28', '2026-03-01'])
    expect(instantOf('2026-11-17', '09:30')).toBe('2026-11-17T09:30:00+08:00')
  })
})
