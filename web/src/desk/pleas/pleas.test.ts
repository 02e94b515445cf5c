import { describe, expect, it } from 'vitest'
import type { CasePleas } from '@/api/types'
import { KINDS, choicesOf, dayAfter, isTold } from './pleas'

describe('pleas', () => {
  it('counts civil days over the end of a month and of a leap February', () => {
    expect(dayAfter('2026-11-27', 4)).toBe('2026-12-01')
    expect(dayAfter('2028-02-28', 1)).toBe('2028-02-29')
    expect(dayAfter('2026-12-31', 1)).toBe('2027-01-01')
  })
  it('tells the resident of what touches them, and of nothing else', () => {
    expect(KINDS.filter(isTold)).toEqual(['extension', 'pause', 'parking'])
  })
  it('gives each kind the list it chooses from', () => {
    const list = (code: string) => [{ code, names: { zh: code } }]
    const found = { procedures: list('p'), obstacles: list('o'), exclusions: list('e') } as unknown as CasePleas
    expect(KINDS.map((kind) => choicesOf(kind, found).map((one) => one.code))).toEqual([[], ['p'], ['o'], [], ['e']])
  })
})
