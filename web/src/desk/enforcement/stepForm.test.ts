import { describe, expect, it } from 'vitest'
import { emptyStep, stepOf } from './stepForm'

describe('what is sent of a step', () => {
  it('is only what belongs to it', () => {
    const draft = { ...emptyStep(), words: ' 同意 ', penalties: ['fine' as const], fine: '200' }
    expect(stepOf('review', draft)).toEqual({ kind: 'review', passes: true, words: '同意' })
    expect(stepOf('submit', { ...draft, words: ' ' })).toEqual({ kind: 'submit', words: undefined })
    expect(stepOf('notify', draft)).toEqual({ kind: 'notify', words: '同意', penalties: ['fine'], fine_fen: 20_000, hearing: false })
  })

  it('imposes nothing where the decision spares the party', () => {
    const draft = { ...emptyStep(), outcome: 'no_penalty' as const, penalties: ['fine' as const], fine: '200', publicity: 'county_rule' as const }
    expect(stepOf('decide', draft)).toMatchObject({ penalties: [], fine_fen: 0, publicity: 'none' })
  })

  it('sends an amount that cannot be read so that it is refused beside its field', () => {
    expect(stepOf('notify', { ...emptyStep(), penalties: ['fine'], fine: '两百' })).toMatchObject({ fine_fen: -1 })
  })
})
