import { describe, expect, it } from 'vitest'
import { local, moment } from './moment'

describe('moments of a form', () => {
  it('are those of the place', () => {
    expect(moment('2026-11-16T15:00')).toBe('2026-11-16T15:00:00+08:00')
    expect(moment('2026-11-16T15:00:30')).toBe('2026-11-16T15:00:00+08:00')
    expect(moment('')).toBeUndefined()
  })
  it('come back as they were typed', () => {
    expect(local('2026-11-16T07:00:00Z')).toBe('2026-11-16T15:00')
    expect(new Date(moment(local('2026-11-16T07:00:00Z'))!).toISOString()).toBe('2026-11-16T07:00:00.000Z')
  })
})
