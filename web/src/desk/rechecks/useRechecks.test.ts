import { describe, expect, it } from 'vitest'
import { viewsFor } from './useRechecks'

describe('the lists of re-checks', () => {
  it('are those that a post opens', () => {
    const of = (...held: string[]) => viewsFor((permission) => held.includes(permission))
    expect(of('recheck.do', 'case.handle')).toEqual(['check', 'own'])
    expect(of('case.handle')).toEqual(['own'])
    expect(of('recheck.decide')).toEqual(['county', 'units', 'draws'])
    expect(of('audit.read')).toEqual(['draws'])
    expect(of()).toEqual([])
  })
})
