import { describe, expect, it } from 'vitest'
import type { CallBackVoice } from '@/api/types'
import { i18n } from '@/shared/i18n'
import callbacks from '../texts/zh/callbacks'
import { answerNext, blank, bodyOf, firstToAsk, toldOf, unanswered } from './useCallBack'

const voice = (report: string, more: object = {}) => ({ report, contact: [], attempts: [], has_spoken: false, ...more }) as unknown as CallBackVoice
const refusal = { code: 'leave_alone', names: { zh: '不', en: 'no' } }

describe('a call-back', () => {
  it('says by when it is redone, to whoever may still have the resident on the telephone', () => {
    i18n.global.setLocaleMessage('zh', { callbacks })
    const at = '2026-12-02T10:00:00Z'
    expect(toldOf({ state: 'answered', case: { due_at: at } } as never)).toBe('已回访：退回重办，2026-12-02 18:00 前办好')
    expect(toldOf({ state: 'answered', case: { due_at: at, closed_at: at } } as never)).toBe('已回访')
  })

  it('asks whoever has not spoken and may be called', () => {
    const voices = [voice('a', { has_spoken: true }), voice('b', { no_call: refusal }), voice('c')]
    expect(firstToAsk(voices)?.report).toBe('c')
    expect(firstToAsk(voices.slice(0, 2))?.report).toBe('b')
    expect(firstToAsk(voices.slice(0, 1))?.report).toBe('a')
    expect(firstToAsk([])).toBeUndefined()
  })

  it('is not saved before it is answered', () => {
    expect(unanswered('result', blank())).toEqual(['solved', 'contacted', 'satisfied'])
    expect(unanswered('result', { ...blank(), solved: 'no', satisfied: 'unsaid' })).toEqual(['contacted'])
    expect(unanswered('result', { ...blank(), contacted: 'unsaid', solved: 'no', satisfied: 'unsaid' })).toEqual([])
    expect(unanswered('withdrawn', blank())).toEqual(['own_wish'])
    expect(unanswered('withdrawn', { ...blank(), own_wish: 'no' })).toEqual([])
  })

  it('is answered by three numbers, each for the question that is next open', () => {
    const answer = blank()
    for (const at of [3, 2, 4]) answerNext('result', answer, at)
    expect(answer).toMatchObject({ solved: 'no', contacted: 'no', satisfied: 'unsaid' })
    expect(unanswered('result', answer)).toEqual([])
    answerNext('result', answer, 1)
    expect(answer.solved).toBe('no')
    const own = blank()
    answerNext('withdrawn', own, 3)
    expect(own.own_wish).toBe('')
    answerNext('withdrawn', own, 2)
    expect(own.own_wish).toBe('no')
  })

  it('writes down what was said and nothing that was not', () => {
    expect(bodyOf('result', { ...blank(), contacted: 'unsaid', solved: 'yes', satisfied: 'satisfied', text: ' 亮了 ' })).toEqual({
      verdict: { contacted: null, solved: 'yes', satisfied: 'satisfied', text: '亮了' },
    })
    expect(bodyOf('result', { ...blank(), contacted: 'no', solved: 'no', satisfied: 'unsaid' }).verdict?.contacted).toBe(false)
    expect(bodyOf('withdrawn', { ...blank(), own_wish: 'no' })).toEqual({ own_wish: false, text: undefined })
  })
})
