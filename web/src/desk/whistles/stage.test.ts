import { describe, expect, it } from 'vitest'
import type { WhistleCall } from '@/api/types'
import { draftOf, groupsOf, inOrder, stageOf, toneOf } from './stage'

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
  it('is late in colour only when it is late', () => {
    expect(toneOf(call({ is_reply_late: true }))).toBe('late')
    expect(toneOf(call({ reply: 'cannot', standing: 'cannot' }))).toBe('plain')
  })
  it('puts one\'s own unit first', () => {
    expect(inOrder([call({ id: 'a' }), call({ id: 'b', is_own: true })]).map((one) => one.id)).toEqual(['b', 'a'])
  })
})

describe('the board', () => {
  const calls = [
    call({}),
    call({ is_reply_late: true }),
    call({ reply: 'coming' }),
    call({ reply: 'coming', arrived_at: 'x', standing: 'in_time', result: '更换灯头两个' }),
    call({ reply: 'coming', arrived_at: 'x', done_at: 'y', standing: 'late', result: '堆料已清走。' }),
    call({ reply: 'cannot', standing: 'cannot' }),
  ]
  const counts = (of: WhistleCall[]) => Object.fromEntries(groupsOf(of).map((one) => [one.group, one.count]))
  it('counts every unit once', () => {
    expect(counts(calls)).toEqual({ unanswered: 2, onTheWay: 1, present: 2, unable: 1 })
    const all = [...calls, call({ standing: 'released', reply: 'cannot' })]
    expect(counts(all)).toEqual({ unanswered: 2, onTheWay: 1, present: 2, unable: 1, notNeeded: 1 })
    expect(groupsOf(all).reduce((sum, one) => sum + one.count, 0)).toBe(all.length)
  })
  it('begins the answer with what each unit did', () => {
    expect(draftOf(calls, (one) => (one.done_at ? '住建局' : '城管局'), '：', '。')).toBe('城管局：更换灯头两个。\n住建局：堆料已清走。')
  })
})
