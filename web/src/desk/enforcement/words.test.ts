import { beforeAll, describe, expect, it } from 'vitest'
import type { EnforcementCase } from '@/api/types'
import { setLang, startI18n } from '@/shared/i18n'
import { addedWords, fenOf, mainStep, stateWords, yuan } from './words'

beforeAll(async () => {
  await startI18n({ zh: () => import('../texts/zh'), en: () => import('../texts/en') })
  await setLang('zh')
})

describe('money of a fine', () => {
  it('is written in yuan, with fen only where there are some', () => {
    expect([0, 20_000, 123_456_789, 50].map(yuan)).toEqual(['0', '200', '1,234,567.89', '0.50'])
  })

  it('is read from what people type', () => {
    expect(['', '200', '1,200', '0.5', ' 3.25 '].map(fenOf)).toEqual([0, 20_000, 120_000, 50, 325])
  })

  it('is no amount where it is something else', () => {
    expect(['abc', '-1', '1.234', '1e3', '12345678901'].map(fenOf)).toEqual([null, null, null, null, null])
  })
})

describe('what a late fine grows by', () => {
  const record = { decision: { fine_fen: 50_000 }, delivery: { until: { due_at: '2026-11-20T10:00:00Z' } } } as unknown as EnforcementCase['record']
  it('is told with its reckoning', () => {
    expect(addedWords(record, '2026-11-28')).toBe('加处罚款 120 元：罚款 500 元 × 3% × 逾期 8 天（应于 2026-11-20 前缴清），不超过罚款本数')
    expect(addedWords(record, '2027-11-28')).toContain('加处罚款 500 元')
    expect(addedWords(record, '2026-11-20')).toBe('')
    expect(addedWords({ ...record, delivery: null }, '2026-11-28')).toBe('')
  })
})

describe('a stage of a case', () => {
  it('says why it was given up and when it was taken back', () => {
    expect(stateWords({ state: 'dropped', on: '2026-11-28' }, 'annulled')).toBe('不再进行（决定被撤销）')
    expect(stateWords({ state: 'withdrawn', on: '2026-11-28' }, 'annulled')).toBe('已撤回 2026-11-28')
    expect(stateWords({ state: 'done' })).toBe('已完成')
  })
})

describe('the step that stands out', () => {
  const shown = (allowed: EnforcementCase['allowed'], lacks: Partial<Record<string, string[]>>) =>
    ({ allowed, stages: ['gather', 'notify', 'decide'].map((stage) => ({ stage, missing: lacks[stage] ?? [] })) }) as unknown as EnforcementCase

  it('completes the record before the party is told', () => {
    expect(mainStep(shown(['paper', 'strike', 'notify', 'address'], { gather: ['photos'], notify: ['notice'] }))).toBe('paper')
    expect(mainStep(shown(['paper', 'strike', 'notify', 'address'], { notify: ['notice'] }))).toBe('notify')
  })

  it('asks for the address before the review', () => {
    expect(mainStep(shown(['paper', 'notify', 'statement', 'submit', 'address'], { decide: ['address'] }))).toBe('address')
    expect(mainStep(shown(['paper', 'notify', 'statement', 'submit', 'address'], {}))).toBe('submit')
  })

  it('is nobody else\'s', () => {
    expect(mainStep(shown([], { gather: ['photos'] }))).toBeUndefined()
    expect(mainStep(shown(['review'], {}))).toBe('review')
  })
})
