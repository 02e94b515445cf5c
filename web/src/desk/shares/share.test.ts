import { describe, expect, it } from 'vitest'
import type { Share } from '@/api/types'
import { appended, asKey, block, isBare, isOwed, joined } from './share'

const share = (more: Partial<Share>): Share =>
  ({ id: '1', kind: 'unit', state: 'accepted', unit: { id: 'u', names: { zh: '电力' }, duty: 'power', level: 'county' }, task: '查', due_at: '', is_late: false, given_at: '', answer_photos: [], rounds: 0, allowed_actions: [], version: 1, ...more }) as Share

describe('the answers of a case', () => {
  it('are joined with whose they are, those that stand', () => {
    const all = [share({ answer: '电源正常' }), share({ state: 'ended', answer: '作废' }), share({ kind: 'contractor', company: '晋通', unit: undefined, state: 'answered', answer: '灯头已换' }), share({ state: 'open' })]
    expect(joined(all)).toBe('电力：电源正常\n晋通：灯头已换')
  })

  it('are put behind what was typed, once', () => {
    expect(appended('', '甲：好')).toBe('甲：好')
    expect(appended('已查 ', '甲：好')).toBe('已查\n甲：好')
    expect(appended('已查\n甲：好', '甲：好')).toBe('已查\n甲：好')
    expect(appended('已查', '')).toBe('已查')
  })

  it('name their steps', () => {
    expect([isBare('sign'), isBare('answer'), asKey('send-back')]).toEqual([true, false, 'send_back'])
    expect([isOwed(share({ state: 'asked' })), isOwed(share({ state: 'answered' }))]).toEqual([true, false])
    expect(block(share({}))).toBe('电力：')
  })
})
