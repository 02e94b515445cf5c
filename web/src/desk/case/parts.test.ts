import { beforeAll, describe, expect, it } from 'vitest'
import type { Assignment, TimelineEntry } from '@/api/types'
import { setLang, startI18n } from '@/shared/i18n'
import { endOf, roundOf, standOf } from './parts'

const FIRST = '2026-11-16T02:00:00Z'
const FILED = '2026-11-18T02:00:00Z'
const AGAIN = '2026-11-20T02:00:00.250Z'
const part = (more: Partial<Assignment>) => ({ kind: 'lead', state: 'done', assigned_at: FIRST, signed_at: null, done_at: FILED, ...more }) as Assignment
const entry = (kind: string, at: string, params = {}) => ({ kind, at, params }) as unknown as TimelineEntry
const entries = [entry('dispatched', FIRST), entry('result_filed', FILED), entry('redo', AGAIN, { round: 1 })]

describe('a part', () => {
  beforeAll(async () => {
    await startI18n({ zh: () => import('../texts/zh'), en: () => import('../texts/en') })
    await setLang('zh')
  })

  it('of the lead ended with its result, signed for or not', () => {
    expect(standOf(part({}), entries)).toBe('已报结果')
    expect(standOf(part({ signed_at: FIRST }), entries)).toBe('已报结果')
    expect(standOf(part({ done_at: AGAIN }), entries)).toBe('已办完')
    expect(standOf(part({ state: 'returned' }), entries)).toBe('已退回')
    expect(endOf(part({}))).toBe('done')
    expect(endOf(part({ state: 'returned' }))).toBe('returned')
  })

  it('of another unit that never signed ended with the lead\'s', () => {
    expect(standOf(part({ kind: 'assist' }), entries)).toBe('未签收，随主办单位结束')
    expect(endOf(part({ kind: 'assist' }))).toBe('ended')
    expect(standOf(part({ kind: 'assist', signed_at: FIRST }), entries)).toBe('已办完')
  })

  it('says which time of redoing it is', () => {
    expect(roundOf(part({ state: 'signed', assigned_at: AGAIN }), entries)).toBe('第 1 次重办')
    expect(roundOf(part({}), entries)).toBe('')
    expect(roundOf(part({ kind: 'assist', assigned_at: AGAIN }), entries)).toBe('')
  })
})
