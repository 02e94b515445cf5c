import { beforeAll, describe, expect, it } from 'vitest'
import { setLang, startI18n } from '@/shared/i18n'
import { askedBy, askedWords, local, meetingWords, moment } from './moment'

beforeAll(async () => {
  await startI18n({ zh: () => import('../texts/zh'), en: () => import('../texts/en') })
  await setLang('zh')
})

describe('moments of a form', () => {
  it('are those of the place', () => {
    expect(moment('2026-11-16T15:00')).toBe('2026-11-16T15:00:00+08:00')
    expect(moment('2026-11-16T15:00:30')).toBe('2026-11-16T15:00:00+08:00')
    expect(moment('')).toBeUndefined()
  })
  it('come back as they were typed', () => {
    expect(local('2026-11-16T07:00:00Z')).toBe('2026-11-16T15:00')
    expect(new Date(moment(local('2026-11-16T07:00:00Z'))!).toISOString()).toBe('2026-11-16T07:00:00.000Z')
  })
})

describe('a meeting', () => {
  it('is near or past, never due', () => {
    const now = new Date('2026-11-28T01:00:00Z')
    expect(meetingWords('2026-11-28T03:00:00Z', now)).toBe('2 小时后集合')
    expect(meetingWords('2026-11-28T00:40:00Z', now)).toBe('集合时间已过 20 分钟')
  })
})

describe('what a kind asks for', () => {
  const enforcement = { reply_due_at: '2026-11-30T10:00:00Z' }
  const emergency = { reply_due_at: '2026-11-28T01:15:00Z', arrive_due_at: '2026-11-28T02:00:00Z' }
  it('follows the meeting that was chosen', () => {
    const early = '2026-11-28T02:30:00Z'
    expect(askedBy(enforcement, early)).toEqual({ reply: early, arrive: early })
    expect(askedWords(enforcement, early)).toBe('2026-11-28 10:30 前应哨、2026-11-28 10:30 前到场')
    expect(askedBy(enforcement, '2026-12-02T02:30:00Z')).toEqual({ reply: enforcement.reply_due_at, arrive: '2026-12-02T02:30:00Z' })
    expect(askedBy(emergency, '2026-11-28T01:05:00Z')).toEqual({ reply: emergency.reply_due_at, arrive: emergency.arrive_due_at })
    expect(askedBy({}, early)).toEqual({ reply: early, arrive: early })
  })
  it('is told without one too', () => {
    expect(askedWords(enforcement, undefined)).toBe('2026-11-30 18:00 前应哨、集合时到场')
    expect(askedWords({}, undefined)).toBe('应哨、到场都以集合时间为准')
  })
})
