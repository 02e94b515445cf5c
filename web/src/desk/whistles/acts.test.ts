import { describe, expect, it } from 'vitest'
import type { WhistleCall } from '@/api/types'
import { actsOf } from './acts'

const call = (more: Partial<WhistleCall>) => ({ allowed: ['reply', 'arrive', 'result'], is_own: true, reply: null, ...more }) as WhistleCall

describe('what may be done for a unit on the board', () => {
  it('is its own people’s to say', () => {
    expect(actsOf(call({}))).toEqual(['coming', 'cannot', 'arrive', 'result'])
    expect(actsOf(call({ reply: 'coming' }))).toEqual(['cannot', 'arrive', 'result'])
    expect(actsOf(call({ reply: 'cannot' }))).toEqual(['coming'])
  })

  it('is for others what the server lets them', () => {
    expect(actsOf(call({ is_own: false, allowed: ['say_when', 'reply'] }))).toEqual(['say_when'])
    expect(actsOf(call({ is_own: false, allowed: ['grade'] }))).toEqual(['grade'])
  })
})
