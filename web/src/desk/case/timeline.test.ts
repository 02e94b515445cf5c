import { beforeAll, describe, expect, it } from 'vitest'
import type { TimelineEntry } from '@/api/types'
import { setLang, startI18n } from '@/shared/i18n'
import { whyGiven, wordsOf } from './timeline'

const given = (params: Record<string, unknown>, text: string | null = null): TimelineEntry => ({ kind: 'dispatched', params, text, at: '2026-11-16T02:00:00Z', by: { role: null, unit: null, person: null }, photos: [], is_internal: false }) as unknown as TimelineEntry

describe('why a unit has the case', () => {
  beforeAll(async () => {
    await startI18n({ zh: () => import('../texts/zh'), en: () => import('../texts/en') })
    await setLang('zh')
  })

  it('is the step of the duty list, or the words of whoever dispatched it', () => {
    const step = { step: 'lead', params: { names: { zh: '区城管局' }, duty: { duty: { zh: '城市管理' }, level: 'county' } } }
    expect(whyGiven([given({ why: step })])).toBe('区城管局承担“城市管理”职责')
    expect(whyGiven([given({ why: null }, '灯在红线内')])).toBe('灯在红线内')
  })

  it('is of the last dispatch, and nothing before the first', () => {
    expect(whyGiven([given({ why: null }, '先试试'), given({ why: null }, '改由供电')])).toBe('改由供电')
    expect(whyGiven([])).toBeUndefined()
  })
})

describe('until when a link works', () => {
  it('is its last day where it ends at midnight', () => {
    expect(wordsOf('expires_at', '2026-12-02T16:00:00Z')).toBe('2026-12-02（含当天）')
    expect(wordsOf('expires_at', '2026-12-02T10:00:00Z')).toBe('2026-12-02 18:00')
    expect(wordsOf('due_at', '2026-12-02T16:00:00Z')).toBe('2026-12-03 00:00')
  })
})

describe('the labels of a step', () => {
  it('begin alike in English', async () => {
    const { param } = (await import('../texts/en/timeline')).default
    expect(Object.values(param).filter((label) => !/^[A-Z]/.test(label))).toEqual([])
  })
})
