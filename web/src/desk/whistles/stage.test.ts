import { describe, expect, it } from 'vitest'
import type { WhistleCall } from '@/api/types'
import { inOrder, partOf, stageOf, toneOf } from './stage'

const call = (changes: Partial<WhistleCall>): WhistleCall => ({ standing: 'waiting', is_reply_late: false, is_own: false, id: 'a', ...changes }) as WhistleCall

describe('the stage of a unit', () => {
  it('follows what it said and did', () => {
    expect(stageOf(call({}))).toBe('waiting')
    expect(stageOf(call({ is_reply_late: true }))).toBe('silent')
    expect(stageOf(call({ reply: 'coming' }))).toBe('coming')
    expect(stageOf(call({ reply: 'coming', standing: 'absent' }))).toBe('comingOverdue')
    expect(stageOf(call({ reply: 'cannot', standing: 'cannot' }))).toBe('cannot')
    expect(stageOf(call({ reply: 'coming', arrived_at: 'x', standing: 'late' }))).toBe('there')
    expect(stageOf(call({ reply: 'coming', arrived_at: 'x', done_at: 'y', standing: 'in_time' }))).toBe('done')
    expect(stageOf(call({ standing: 'released' }))).toBe('released')
  })
  it('counts each of those called once', () => {
    const all = [call({}), call({ is_reply_late: true }), call({ reply: 'coming', standing: 'absent' }), call({ arrived_at: 'x', done_at: 'y' }), call({ reply: 'cannot' }), call({ standing: 'released' })]
    expect(all.map(partOf)).toEqual(['silent', 'silent', 'coming', 'there', 'cannot', 'released'])
  })
  it('is late in colour only when it is late', () => {
    expect(toneOf(call({ is_reply_late: true }))).toBe('late')
    expect(toneOf(call({ reply: 'cannot', standing: 'cannot' }))).toBe('plain')
  })
  it('puts one\'s own unit first', () => {
    expect(inOrder([call({ id: 'a' }), call({ id: 'b', is_own: true })]).map((one) => one.id)).toEqual(['b', 'a'])
  })
})
