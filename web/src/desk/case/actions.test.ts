import { describe, expect, it } from 'vitest'
import { asPath, bodyOf, emptyDraft, missing, offered, specs } from './actions'

const draft = (changes: Partial<ReturnType<typeof emptyDraft>> = {}) => ({ ...emptyDraft(), ...changes })

describe('the actions of a case', () => {
  it('offers only what the server allows, and what moves the case on first', () => {
    expect(offered(['remark', 'return', 'sign'])).toEqual(['sign', 'remark', 'return'])
  })

  it('takes the names of actions with dashes or underscores', () => {
    expect(offered(['call-back', 'hand_over'])).toEqual(['call_back', 'hand_over'])
    expect(asPath('call_back')).toBe('call-back')
  })

  it('says beside each field what is missing', () => {
    expect(Object.keys(missing('refuse', draft({ text: 'because' })))).toEqual(['refusal'])
    expect(Object.keys(missing('result', draft({ outcome: 'cannot', text: ' ' })))).toEqual(['text'])
    expect(Object.keys(missing('call_back', draft({ report: 'r' })))).toEqual(['contacted', 'solved', 'satisfied'])
  })

  it.each(Object.keys(specs))('never demands a photo for %s', (action) => {
    expect(missing(action, draft())).not.toHaveProperty('photos')
  })

  it('sends the ground of a refusal as its reason', () => {
    expect(bodyOf('refuse', draft({ refusal: 'unclear', text: ' which lamp? ' }))).toEqual({ reason: 'unclear', text: 'which lamp?' })
  })

  it('leaves out what was not filled in', () => {
    expect(bodyOf('redirect', draft({ text: 'call 119' }))).toEqual({ text: 'call 119' })
    expect(bodyOf('work', draft())).toEqual({ text: undefined })
  })

  it('keeps "did not say" apart from no', () => {
    const verdict = { contacted: null, solved: 'yes' as const, satisfied: 'unsaid' as const }
    const body = bodyOf('call_back', draft({ report: 'r', verdict: { ...verdict, text: 'it shines' } }))
    expect(body).toEqual({ report: 'r', verdict: { ...verdict, text: 'it shines' } })
  })
})
