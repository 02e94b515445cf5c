import { beforeAll, describe, expect, it } from 'vitest'
import type { WhistleRoom } from '@/api/types'
import { setLang, startI18n } from '@/shared/i18n'
import { limitWords, ownTimes } from './limits'

beforeAll(async () => {
  await startI18n({ zh: () => import('../texts/zh'), en: () => import('../texts/en') })
  await setLang('zh')
})

const room = {
  raised_at: '2026-11-28T01:00:00Z',
  meets_at: '2026-11-28T02:30:00Z',
  limits: {
    reply: { rule: 'minutes', minutes: 15 },
    arrival: { rule: 'meeting' },
    part: { rule: 'clock', deadline: { due_at: '2026-12-04T10:00:00Z', clock: { kind: 'working_days', amount: 5 } } },
  },
  calls: [
    { due_at: '2026-12-04T10:00:00Z', unit: { names: { zh: '城管' } } },
    { due_at: '2026-11-30T02:00:00Z', unit: { names: { zh: '住建' } } },
  ],
} as unknown as WhistleRoom

describe('a limit of a whistle', () => {
  it('is a sentence with its moment', () => {
    expect(limitWords(room, 'reply')).toBe('吹哨后 15 分钟，到 2026-11-28 09:15')
    expect(limitWords(room, 'arrival')).toBe('以集合时间为准，到 2026-11-28 10:30')
    expect(limitWords(room, 'part')).toBe('从集合起 5 个工作日，到 2026-12-04 18:00')
  })
  it('names the units with a time of their own', () => {
    expect(ownTimes(room)).toEqual(['住建另定：到 2026-11-30 10:00'])
  })
})
